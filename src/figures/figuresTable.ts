// All that was measured of figures' claims, as one table in Markdown.
import { formatDuration } from "../platform/drawing/formatDuration";
import { formatNumber } from "../platform/drawing/formatNumber";
import type { FigureRecord } from "./figureFolder";
import { imageNames } from "./figureImages";

const columns = ["figure", "claim", "bound", "measured", "verdict", "time", "settings", "network", "engine"];

/** Its lines in the table, a row for each claim; what is the same for all claims of a figure stands in its first row. */
export function figureRows({ name, verdicts, seconds, settings, images, quick, engine }: FigureRecord): string[] {
  const made = [`${quick ? "quick" : "full"}: ${settings.size}²`, `${settings.steps} steps`, ...(images === "project" ? [] : imageNames(settings))].join(", ");
  return verdicts.map(({ claim, measures, value, atLeast, atMost, holds, found }, i) => row([
    i === 0 ? name : "", `${claim} *${measures[0].toUpperCase()}${measures.slice(1)}.*`,
    atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`, formatNumber(value, 3), holds ? yes : [no, ...(found ? [found] : [])].join(": "),
    ...(i === 0 ? [formatDuration(seconds), made, settings.network, engine] : ["", "", "", ""]),
  ]));
}

const about = `Bounds were written down before a figure was made for the first time, and what does not hold is left as it is.
Four measures were replaced once they were seen to measure something else: \`matchedScale\`, \`contentCorrelation\`, \`detailPsnr\` and \`nearestPatchDistance\` say
why. \`npm run reproduce -- --all\` makes the figures and writes such a table; where a line names no images, they are the project's (\`--images project\`).`;

/** The table of figures, each given by its rows, under a heading and what is to be said of all. */
export function figuresTable(figures: readonly (readonly string[])[], heading: string = "# Figures, reproduced", note: string = about): string {
  const rows = figures.flat();
  const holding = rows.filter((line) => line.includes(`| ${yes} |`)).length;
  return `${heading}

${figures.length} figures; of ${rows.length} claims, ${holding} hold. ${note}

${[row(columns), row(columns.map(() => "---")), ...rows].join("\n")}
`;
}

/** The rows of a table that was written before, by their figure's name. */
export function readFigureRows(table: string): Map<string, string[]> {
  const figures = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of table.split("\n").filter((line) => line.startsWith("| ")).slice(2)) {
    const [, name] = /^\| (\S*) /.exec(line)!;
    if (name) figures.set(name, (current = []));
    current.push(line);
  }
  return figures;
}

const yes = "holds";
const no = "**does not hold**";
const row = (cells: readonly string[]): string => `| ${cells.map(inCell).join(" | ")} |`;

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
