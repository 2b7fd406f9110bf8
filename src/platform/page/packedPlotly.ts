// plotly.js small enough to travel inside a page: 10 MB as it comes, 2 MB minified, gzipped and written in base64.
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { transform } from "esbuild";

/** plotly.js as it is run, for the page's content policy, and as it is written into the page. */
export interface PackedPlotly {
  /** The minified script. */
  readonly script: string;
  /** The same, gzipped and in base64. */
  readonly base64: string;
}

let packed: Promise<PackedPlotly> | undefined;

/**
 * plotly.js minified, gzipped and in base64. It takes under a second, so it is packed anew in each process (and only
 * once there) instead of being kept in a file that could go stale; call it early to have it ready beside other work.
 */
export function packedPlotly(): Promise<PackedPlotly> {
  packed ??= pack().catch((error: unknown) => {
    packed = undefined;
    throw error;
  });
  return packed;
}

async function pack(): Promise<PackedPlotly> {
  const source = await readFile(require.resolve("plotly.js-dist"), "utf8");
  const { code } = await transform(source, { minify: true, charset: "utf8", legalComments: "none", target: "es2020" });
  return { script: code, base64: (await promisify(gzip)(code, { level: 9 })).toString("base64") };
}
