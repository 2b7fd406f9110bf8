// The panels of a figure under a slider, large, one after another.
import { encodeImage } from "../platform/files/saveImage";
import type { Plot } from "../platform/drawing/plot";
import { flipbook } from "../plots/sweeps/flipbook";
import { notebookLimit } from "../plots/sweeps/limits";
import type { FigureRun, PaperFigure, Panel } from "./figure";

/**
 * A reproduced figure to look through: a slider goes through its panels, so that two can be compared at one place, and the mouse shows what each
 * is. `show(await figureSlider(made))`, for what `reproduce` returned; pictures of one's own are `{ figure: { figure: "a title" }, rows: [[{ label, image }, …]] }`.
 *
 * @param options `limit`: of the plot in bytes, which decides how large the panels are (default: what a notebook's output holds)
 */
export async function figureSlider(
  { figure, rows, rowLabels, columnLabels }: Pick<FigureRun, "rows" | "rowLabels" | "columnLabels"> & { readonly figure: Pick<PaperFigure, "figure"> },
  { limit = notebookLimit }: { limit?: number } = {},
): Promise<Plot> {
  const panels = new Map<Panel["image"], string>(); // one that stands in every row counts once
  rows.forEach((row, y) => row.forEach(({ image, label }, x) =>
    panels.set(image, [rowLabels?.[y], columnLabels?.[x], label].filter(Boolean).join(", "))));
  const pages = await Promise.all([...panels].map(async ([image, label], i) =>
    ({ name: `${i + 1}: ${label}`, pictures: [[await encodeImage(image, "png")]], captions: [[label]] })));
  const [height, width] = rows[0][0].image.shape;
  return flipbook(pages, {
    title: figure.figure, what: "panel", open: 0, play: true, aspect: width / height, limit,
    summary: `${pages.length} panels: ${[...panels.values()].join("; ")}`,
  });
}
