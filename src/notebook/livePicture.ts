// The picture of a run as a widget, where the page draws widgets: JupyterLab gives a cell's outputs to the page that ran it, and the state of
// a widget to every page. So a page that is opened later, or again, shows how far the run is, or how it ended.
import { commHost } from "../comms";
import { imageWidget } from "./controls/imageWidget";
import { closeWidget, sendState, viewOf, type Widget } from "./controls/widget";
import type { MimeOutput } from "./mimeBundles";

export interface LivePicture {
  /** The first output: the widget, and beside it the picture for whoever draws none. */
  readonly output: MimeOutput;
  /** The next picture. */
  update(output: MimeOutput): void;
  /** The last one. It can be asked for until the next run begins. */
  end(output: MimeOutput): void;
}

const ended: Widget[] = [];

/** Undefined where no page has asked for widgets, which JupyterLab does as soon as it knows the kernel; then outputs are replaced. */
export function livePicture(first: MimeOutput): LivePicture | undefined {
  if (!commHost()?.askedFor("jupyter.widget.control")) return undefined;
  ended.splice(0).forEach(closeWidget);
  let picture = bytesOf(first);
  const { width } = first.metadata["image/jpeg"] as { width: number };
  const widget = imageWidget(() => picture, width);
  const update = (output: MimeOutput): void => {
    picture = bytesOf(output);
    sendState(widget, { value: picture });
  };
  return {
    output: { ...first, data: { ...viewOf(widget), ...first.data } },
    update,
    end(output) {
      update(output);
      ended.push(widget);
    },
  };
}

function bytesOf({ data }: MimeOutput): Buffer {
  return Buffer.from(data["image/jpeg"] as string, "base64");
}
