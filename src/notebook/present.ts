// An output in a cell: a picture, and its caption below it.
import { bundle, type Displayed } from "./display";
import { captionBundle, type MimeOutput } from "./mimeBundles";

/** An output that is on the page and may be replaced. */
export interface Presented {
  /** Replaces it, also after its cell has ended. A caption that it did not have yet is shown in the cell that runs. */
  update(output: MimeOutput): void;
}

/**
 * Shows an output in the running cell, its caption below it.
 *
 * @throws Error outside a notebook
 */
export function present({ data, metadata, caption }: MimeOutput): Presented {
  const shown = bundle(data, metadata);
  let below = caption === undefined ? undefined : presentCaption(caption);
  return {
    update(newer) {
      if (below && newer.caption !== undefined) {
        const text = captionBundle(newer.caption);
        below.update(text.data, text.metadata);
      }
      shown.update(newer.data, newer.metadata);
      if (newer.caption !== undefined) below ??= presentCaption(newer.caption);
    },
  };
}

function presentCaption(caption: string): Displayed {
  const { data, metadata } = captionBundle(caption);
  return bundle(data, metadata);
}
