// A plot with a slider, page by page: each is the plot as it looks where the slider stands, and says in its title where that is.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../image";
import { plotImage } from "./plotImage";
import type { Plot, Trace } from "./plot";

/** What plotly takes for a frame and a slider, as far as it is needed here. A frame's name is what the slider's steps call it by. */
interface PlotFrame { readonly name: string; readonly traces: readonly number[]; readonly data: readonly Partial<Trace>[] }
interface Slider {
  readonly currentvalue?: { readonly prefix?: string };
  readonly steps: readonly { readonly label: string; readonly args: readonly [readonly [frame: string], unknown] }[];
}

/** Each page's image, disposed when the next is asked for. @throws RangeError for a plot without a slider */
export async function* plotPages(plot: Plot): AsyncGenerator<Image> {
  if (!plot.frames?.length || !plot.layout.sliders) throw new RangeError("this plot has no slider, and so no pages to film");
  for (const frame of plot.frames) {
    const image = await plotImage(pageOf(plot, frame as unknown as PlotFrame), { limit: Infinity });
    try {
      yield image;
    } finally {
      tf.dispose(image);
    }
  }
}

/** The plot with what one of its frames changes, and in its title what the slider says there. */
function pageOf({ data, layout, config, summary }: Plot, frame: PlotFrame): Plot {
  const [slider] = layout.sliders as unknown as readonly Slider[];
  const label = slider.steps.find(({ args: [[name]] }) => name === frame.name)?.label ?? frame.name;
  const where = `${slider.currentvalue?.prefix ?? ""}${label}`;
  return {
    data: data.map((trace, i) => ({ ...trace, ...frame.data[frame.traces.indexOf(i)] })),
    layout: { ...layout, title: { ...layout.title, text: `${where} · ${layout.title.text}` } }, config, summary,
  };
}
