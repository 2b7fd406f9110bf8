// What the cells of one network share, created when it is first needed: the network, the targets and their features, the losses.
import type { Image } from "../image";
import { isCrossLayer, type LayerLoss, type Loss } from "../losses/loss";
import { losses } from "../losses/lossSpecs";
import { networks } from "../networks/registry";
import { objective, type Objective } from "../objective";
import { loadNamed } from "../platform/files/loadNamed";
import { starts } from "../starts";
import { content, smoothness, style, type Term } from "../terms";
import { build, type Choice } from "./choice";
import { isCustom, customLoss, type CustomLosses } from "./customLosses";
import { withFeatureCache, memoizeTargets } from "./featureCache";
import { layersRead, type Settings } from "./settings";

/** What a run needs; both are the caller's to dispose. */
export interface CellInputs {
  readonly objective: Objective;
  readonly start: Image;
}

export interface CellContext {
  /** The objective and the start of a cell. */
  prepare(settings: Settings): Promise<CellInputs>;
  dispose(): void;
}

/** The context of `cells`, which all have one network. The network is loaded once, and every target passes through it once. */
export async function openCellContext(cells: readonly Settings[], customLosses: CustomLosses): Promise<CellContext> {
  const network = withFeatureCache(await build(networks, "network", cells[0].network));
  const images = new Map<string, Image>();
  const memoized = new Map<string, LayerLoss | Loss>();

  async function target(file: string, size: Settings["size"]): Promise<Image> {
    const key = targetKey(file, size);
    if (!images.has(key)) {
      const image = await loadNamed(file, typeof size === "number" ? { shorter: size } : { cover: size });
      images.set(key, image);
      network.store(image, layersReadAt(key, cells));
    }
    return images.get(key)!;
  }
  function loss(choice: Choice): LayerLoss | Loss {
    const key = JSON.stringify(choice);
    const created = (): LayerLoss | Loss => (isCustom(choice) ? customLoss(choice, customLosses) : build(losses, "loss", choice));
    if (!memoized.has(key)) memoized.set(key, memoizeTargets(created()));
    return memoized.get(key)!;
  }
  const lossAt = (choice: Choice, layers: Term["layers"]): Pick<Term, "loss" | "layers"> => {
    const chosen = loss(choice);
    return isCrossLayer(chosen) ? { loss: chosen } : { loss: chosen, layers };
  };

  return {
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
      return { objective: objective(network, terms), start };
    },
    dispose() {
      network.dispose();
      images.forEach((image) => image.dispose());
    },
  };
}

function targetKey(file: string, size: Settings["size"]): string {
  return JSON.stringify([file, size]);
}

/** All layers at which any of the cells reads this target: they are computed in one pass, whichever cell comes first. */
function layersReadAt(key: string, cells: readonly Settings[]): string[] {
  const layers = cells.flatMap((settings) => {
    const { photo, painting, size, paintingSize } = settings;
    return [
      ...(photo !== null && targetKey(photo, size) === key ? layersRead(settings, "content") : []),
      ...(painting !== null && targetKey(painting, paintingSize ?? size) === key ? layersRead(settings, "style") : []),
    ];
  });
  return [...new Set(layers)].sort();
}
