// A workbench: everything that the cells of one network share, made when it is first wanted.
import type { Image } from "../image";
import { isCrossLayer, type LayerLoss, type Loss } from "../losses/loss";
import { objective, type Objective } from "../objective";
import { loadImage } from "../platform/files/loadImage";
import { sample, samples } from "../platform/files/sample";
import { content, layerWeights, smoothness, style, type Term } from "../terms";
import { isCustom, customLoss, type CustomLosses } from "./customLosses";
import { withFeatureCache, memoizeTargets } from "./featureCache";
import { losses, networks, starts } from "./registry";
import type { Settings } from "./settings";
import { build, type Spec } from "./spec";

/** What a run needs; both are its own to dispose. */
export interface CellInputs {
  readonly goal: Objective;
  readonly start: Image;
}

export interface CellContext {
  /** What the network calls itself. */
  readonly network: string;
  prepare(settings: Settings): Promise<CellInputs>;
  dispose(): void;
}

/** The workbench for `cells`, which all have one network. The network is loaded, and every target looked at, once. */
export async function openCellContext(cells: readonly Settings[], own: CustomLosses): Promise<CellContext> {
  const network = withFeatureCache(await build(networks, "network", cells[0].network));
  const images = new Map<string, Image>();
  const remembered = new Map<string, LayerLoss | Loss>();

  async function target(file: string, size: Settings["size"]): Promise<Image> {
    const key = targetKey(file, size);
    if (!images.has(key)) {
      const image = await loadNamed(file, size);
      images.set(key, image);
      network.look(image, layersAskedOf(key, cells));
    }
    return images.get(key)!;
  }
  function loss(named: Spec): LayerLoss | Loss {
    const key = JSON.stringify(named);
    const plain = (): LayerLoss | Loss => (isCustom(named) ? customLoss(named, own) : build(losses, "loss", named));
    if (!remembered.has(key)) remembered.set(key, memoizeTargets(plain()));
    return remembered.get(key)!;
  }

  const lossAt = (spec: Spec, layers: Term["layers"]): Pick<Term, "loss" | "layers"> => {
    const found = loss(spec);
    return isCrossLayer(found) ? { loss: found } : { loss: found, layers };
  };

  return {
    network: network.name,
    async prepare(settings) {
      const { photo: photoName, painting: paintingName, size, contentWeight, styleWeight, smoothnessWeight } = settings;
      const photo = photoName === null ? undefined : await target(photoName, size);
      const painting = paintingName === null ? undefined : await target(paintingName, settings.paintingSize ?? size);
      const terms: Term[] = [];
      if (photo)
        terms.push(content(photo, { ...lossAt(settings.contentLoss, settings.contentLayers), weight: contentWeight }));
      if (painting)
        terms.push(style(painting, { ...lossAt(settings.styleLoss, settings.styleLayers), weight: styleWeight }));
      if (smoothnessWeight > 0) terms.push(smoothness({ variation: settings.smoothness, weight: smoothnessWeight }));
      const like = photo ?? painting!;
      const start = build(starts, "start", settings.start)({ photo, painting, like, seed: settings.seed });
      return { goal: objective(network, terms), start };
    },
    dispose() {
      network.dispose();
      images.forEach((image) => image.dispose());
    },
  };
}

/** A sample by its name, or a file, at the size of a setting. */
export async function loadNamed(file: string, size: Settings["size"]): Promise<Image> {
  const options = typeof size === "number" ? { shorter: size } : { cover: size };
  return isFile(file) ? loadImage(file, options) : sample(file, options);
}

/** Whether `photo` or `painting` is a file rather than a sample's name: it has a folder or an ending. */
export function isFile(name: string): boolean {
  return !samples().has(name) && /[/\\.]/.test(name);
}

function targetKey(file: string, size: Settings["size"]): string {
  return JSON.stringify([file, size]);
}

/** All layers that any of the cells compares with this target: they are seen in one pass, whichever cell comes first. */
function layersAskedOf(key: string, cells: readonly Settings[]): string[] {
  const layers = cells.flatMap(({ photo, painting, size, paintingSize, contentLayers, styleLayers }) => [
    ...(photo !== null && targetKey(photo, size) === key ? Object.keys(layerWeights({ layers: contentLayers })) : []),
    ...(painting !== null && targetKey(painting, paintingSize ?? size) === key ? Object.keys(layerWeights({ layers: styleLayers })) : []),
  ]);
  return [...new Set(layers)].sort();
}
