// Where a notebook's text points: pictures come into the page, links still lead to the same files.
import { realpathSync } from "node:fs";
import path from "node:path";
import { joined, type NotebookCell } from "../files/notebookFile";
import { readSmallFile } from "../files/regularFile";
import type { Addresses } from "./markdown";

const pictureTypes: Record<string, string> = {
  ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif",
  ".svg": "image/svg+xml", ".avif": "image/avif",
};

/** Largest picture that is put into a page, in bytes. */
const largest = 64e6;

const notRelative = /^[a-z][a-z0-9+.-]*:|^[#/]/i;

/**
 * How addresses in `cell` read from a page in `pageFolder`, when the notebook is in `folder`. Attachments and files
 * become data URIs; a picture from the network, or one that is not there, is left out and named in its place.
 * With `pages`, a link to a file that has a page leads there, and one to another file leads nowhere: a site may be put anywhere.
 */
export function urls(
  cell: NotebookCell, folder: string | undefined, pageFolder: string | undefined, pages?: ReadonlyMap<string, string>,
): Addresses {
  return {
    picture(address) {
      if (address.startsWith("data:image/")) return address;
      if (address.startsWith("attachment:")) return attachment(cell, decoded(address.slice("attachment:".length)));
      return folder === undefined || notRelative.test(address) ? undefined : file(folder, decoded(address));
    },
    link(address) {
      if (folder === undefined || pageFolder === undefined) return address;
      if (address === "" || notRelative.test(address)) return address;
      const [name = "", mark = ""] = address.split(/(?=#)/);
      if (pages) {
        const page = pages.get(path.resolve(folder, decoded(name)));
        return page === undefined ? undefined : page + mark;
      }
      const moved = path.relative(pageFolder, path.resolve(folder, decoded(name)));
      return moved.split(path.sep).map(encodeURIComponent).join("/") + mark;
    },
  };
}

function attachment(cell: NotebookCell, name: string): string | undefined {
  const [type, content] = Object.entries(cell.attachments?.[name] ?? {})[0] ?? [];
  return type === undefined ? undefined : `data:${type};base64,${joined(content)}`;
}

/** A picture below `folder`, as it really lies: a link out of the folder, or `../`, would put a stranger's choice of file into the page. */
function file(folder: string, name: string): string | undefined {
  const type = pictureTypes[path.extname(name).toLowerCase()];
  if (type === undefined) return undefined;
  try {
    const found = realpathSync(path.resolve(folder, name));
    const below = path.relative(realpathSync(folder), found);
    if (below.split(path.sep)[0] === ".." || path.isAbsolute(below)) return undefined;
    return `data:${type};base64,${readSmallFile(found, largest).toString("base64")}`;
  } catch {
    return undefined; // one picture that is missing should not cost the whole page
  }
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
