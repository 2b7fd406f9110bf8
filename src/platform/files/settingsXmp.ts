// Settings as XMP, the XML that PNG, JPEG, WebP and TIFF can hold: one attribute, whose text is JSON. Of ASCII only, since sharp writes it
// into a PNG as a zTXt chunk, which others read as Latin-1.
import { plainJson } from "./plainJson";

/** Bytes of the XMP at most: a JPEG has 65,502 of them in the one segment that every reader knows. */
const largest = 60_000;

const [before, after] = [
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
    'xmlns:styloscope="urn:styloscope" styloscope:settings="',
  '"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
];

const entities: readonly (readonly [character: string, entity: string])[] = [["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"], ['"', "&quot;"]];

/** @throws TypeError for what JSON cannot hold, with its place; RangeError for more than 60,000 bytes */
export function settingsXmp(settings: object): string {
  const json = plainJson(settings, "settings").replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const text = entities.reduce((escaped, [character, entity]) => escaped.replaceAll(character, entity), json);
  const xmp = `${before}${text}${after}`;
  const bytes = Buffer.byteLength(xmp);
  if (bytes <= largest) return xmp;
  throw new RangeError(`these settings take ${bytes} bytes, and a picture's file holds ${largest}: write them to a file of their own`);
}

/** The settings in XMP as `settingsXmp` wrote it; undefined where there are none. @throws SyntaxError for text that is no JSON */
export function settingsIn(xmp: string): unknown {
  if (xmp.length > largest) return undefined;
  const text = /\sstyloscope:settings="([^"]*)"/.exec(xmp)?.[1];
  if (text === undefined) return undefined;
  return JSON.parse([...entities].reverse().reduce((read, [character, entity]) => read.replaceAll(entity, character), text));
}
