// A page's place in a site of several: what is before it, what comes next, and what the pages share.
import { escapeMarkup } from "../drawing/escapeMarkup";

export interface SiteLink {
  readonly address: string;
  readonly title: string;
}

export interface SitePlace {
  /** The file of plotly.js, as seen from the page. */
  readonly plotly: string;
  /** The page of every file of the site, by the file's absolute path. */
  readonly pages: ReadonlyMap<string, string>;
  readonly index: SiteLink;
  readonly previous?: SiteLink;
  readonly next?: SiteLink;
}

/** Links to the neighbors and the index. */
export function navigation({ index, previous, next }: SitePlace): string {
  const link = ({ address, title }: SiteLink, rel: string, arrow: [string, string]): string =>
    `<a href="${escapeMarkup(address)}" rel="${rel}">${arrow[0]}${escapeMarkup(title)}${arrow[1]}</a>`;
  return [
    previous ? link(previous, "prev", ["← ", ""]) : "<span></span>", link(index, "index", ["", ""]), next ? link(next, "next", ["", " →"]) : "<span></span>",
  ].join("\n");
}
