// All that was measured of figures' claims, as one table in Markdown.
import { formatDuration } from "../platform/drawing/formatDuration";
import { formatNumber } from "../platform/drawing/formatNumber";
import type { FigureRecord } from "./figureFolder";

const columns = ["figure", "what the paper says", "bound", "measured", "verdict", "time", "settings", "network", "engine"];

/** A row for each claim; what is the same for all claims of a figure stands in its first row. */
export function figuresTable(records: readonly FigureRecord[]): string {
  const verdicts = records.flatMap((record) => record.verdicts);
  const rows = records.flatMap(({ name, verdicts, seconds, settings: { size, steps, network }, quick, engine }) =>
    verdicts.map(({ claim, measures, value, atLeast, atMost, holds }, i) => [
      i === 0 ? name : "", `${claim} *${measures[0].toUpperCase()}${measures.slice(1)}.*`,
      atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`, formatNumber(value, 3), holds ? "holds" : "**does not hold**",
      ...(i === 0 ? [formatDuration(seconds), `${quick ? "quick" : "full"}: ${size}², ${steps} steps`, network, engine] : ["", "", "", ""]),
    ]));
  return `# Figures, reproduced

${records.length} figures; of ${verdicts.length} claims, ${verdicts.filter(({ holds }) => holds).length} hold. Bounds were written down before a figure was made for the first time, and what does
not hold is left as it is. \`npm run reproduce -- --all\` makes the figures, and writes this table beside them.

${[columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.map(inCell).join(" | ")} |`).join("\n")}
`;
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
