// A picture as a widget: every page that draws widgets gets it, also one that is opened later.
import type { Widget } from "./widget";

/** A JPEG of `width` CSS pixels, narrower where the page is; `picture` gives its bytes as they are now. */
export function imageWidget(picture: () => Buffer, width: number): Widget {
  return {
    model: "Image", state: () => ({ format: "jpeg", value: picture(), width: String(width) }), layout: { max_width: "100%", height: "auto" },
  };
}
