// Whose images a figure is made of: the paper's, as far as they are at hand, or the project's.
import { mustBeOneOf } from "../errors";
import { samples } from "../platform/files/sample";
import type { FigureSettings, PaperFigure } from "./figure";

export type ImageOwner = "paper" | "project";
/** "other": at least one image is neither the paper's nor the project's. */
export type ImagesUsed = ImageOwner | "other";
type Images = Pick<FigureSettings, "photo" | "painting">;
type Figure = Pick<PaperFigure, "settings" | "paperImages">;

/**
 * The images of a figure: of "project" those in its settings; of "paper" the same, each replaced by the paper's own where that is a sample
 * (from `npm run images` or `STYLOSCOPE_IMAGES`).
 *
 * @throws RangeError for another owner
 */
export function figureImages(figure: Figure, owner: ImageOwner): Images {
  mustBeOneOf(owner, ["paper", "project"], "images");
  const atHand = owner === "paper" ? samples() : new Map<string, string>();
  const images: { photo?: string; painting?: string } = {};
  for (const which of ["photo", "painting"] as const)
    if (figure.settings[which] !== undefined)
      images[which] = namesOf(figure, which).map(({ project, paper }) => (paper !== undefined && atHand.has(paper) ? paper : project)).join(",");
  return images;
}

/** Whose images these are: "paper" where one of them is the paper's, and none is of neither. */
export function ownerOf(figure: Figure, images: Images): ImagesUsed {
  let owner: ImageOwner = "project";
  for (const which of ["photo", "painting"] as const) {
    const [given, names] = [images[which]?.split(",") ?? [], namesOf(figure, which)];
    if (given.length !== names.length) return "other";
    for (const [i, { project, paper }] of names.entries()) {
      if (given[i] === paper) owner = "paper";
      else if (given[i] !== project) return "other";
    }
  }
  return owner;
}

/** The names of a figure's images, photographs first. */
export function imageNames({ photo, painting }: Images): string[] {
  return [photo, painting].flatMap((names) => names?.split(",") ?? []);
}

function namesOf({ settings, paperImages = {} }: Figure, which: "photo" | "painting"): { project: string; paper?: string }[] {
  const papers = paperImages[which]?.split(",") ?? [];
  return (settings[which]?.split(",") ?? []).map((project, i) => ({ project, paper: papers[i] || undefined }));
}
