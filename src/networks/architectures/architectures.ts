// The registry of architectures whose weights can be fetched or imported, by name.
import type { Architecture } from "./architecture";
import { resnet50 } from "./resnet50";
import { squeezenet } from "./squeezenet";
import { vgg, type VggName } from "./vgg";

export type ArchitectureName = VggName | "squeezenet" | "resnet50";

export const architectures: Readonly<Record<ArchitectureName, Architecture>> = {
  vgg19: vgg("vgg19"), vgg16: vgg("vgg16"), "vgg19-mini": vgg("vgg19-mini"), squeezenet, resnet50,
};
