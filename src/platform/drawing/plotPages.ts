// A plot with a slider, page by page: each is the plot as it looks where the slider stands, and says in its title where that is.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../image";
import type { Json } from "../../json";
import { plotImage } from "./plotImage";
import type { Plot, Trace } from "./plot";

/** Each page's image, disposed when the next is asked for. @throws RangeError for a plot without a slider */
export async function* plotPages(plot: Plot): AsyncGenerator<Image> {
  if (!plot.frames?.length) throw new RangeError("this plot has no slider, and so no pages: saveImage takes one picture");
  for (const page of plot.frames) {
    const image = await plotImage(pageOf(plot, page), { limit: Infinity });
    try {
      yield image;
    } finally {
      tf.dispose(image);
    }
  }
}

/** The plot with what one of its frames changes. */
function pageOf({ data, layout, config, summary }: Plot, { name, ...frame }: NonNullable<Plot["frames"]>[number]): Plot {
  const { traces, data: changes } = frame as { traces: readonly number[]; data: readonly Partial<Trace>[] };
  const [slider] = layout.sliders as readonly { currentvalue?: { prefix?: Json } }[];
  const where = `${slider?.currentvalue?.prefix ?? ""}${name}`;
  return {
    data: data.map((trace, i) => ({ ...trace, ...changes[traces.indexOf(i)] })),
    layout: { ...layout, title: { ...layout.title, text: `${where} · ${layout.title.text}` } }, config, summary,
  };
}
