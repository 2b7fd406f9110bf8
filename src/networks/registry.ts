// The networks by name, in reading order. A line here is enough for `loadNetwork`, sweeps and the import of weights.
import type { Architecture } from "./architectures/architecture";
import type { NetworkSpec } from "./networkSpec";
import { randomResnet50Spec, resnet50Spec } from "./resnet50";
import { randomSqueezenetSpec, squeezenetSpec } from "./squeezenet";
import { randomVggSpec, vgg16Spec, vgg19HalfSpec, vgg19MiniSpec, vgg19Spec } from "./vgg";

export const networks: readonly NetworkSpec[] = [
  vgg19Spec,
  vgg16Spec,
  vgg19HalfSpec,
  vgg19MiniSpec,
  randomVggSpec,
  squeezenetSpec,
  randomSqueezenetSpec,
  resnet50Spec,
  randomResnet50Spec,
];

/** The architectures that there are trained weights for, by the network's name. */
export const architectures: Readonly<Record<string, Architecture>> = Object.fromEntries(
  networks.filter(({ random }) => random !== undefined).map(({ name, architecture }) => [name, architecture({})]));
