// Grades as a table: CSV for a spreadsheet, HTML for a browser. Every cell of it may hold anything that a student wrote.
import { escapeMarkup } from "../../src/platform/drawing/escapeMarkup";
import { formatNumber } from "../../src/platform/drawing/formatNumber";
import { htmlPage } from "../../src/platform/page/htmlPage";
import type { Grade } from "./gradeNotebook";

/**
 * One line for each grade, with a header (RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function gradesCsv(grades: readonly Grade[]): string {
  const head = ["student", "notebook", "exercise", "verdict", "relative error", "notes", "file"];
  const lines = grades.map(({ student, lesson, exercise, verdict, relativeError, notes, file }) =>
    [student, lesson, exercise, verdict, relativeError ?? "", notes, file]);
  return [head, ...lines].map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = value.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "").replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

const style = `main { grid-column: 1 / -1 } main > .table { grid-column: 2 / 5 } td { vertical-align: top } td:not(.notes) { white-space: nowrap }
.right { color: var(--green) } .wrong, .failed { color: var(--red) } .not-yet, .not-run, .notes { color: var(--quiet) } .notes { font-size: .8125rem }
@media (max-width: 48rem) { td:not(.notes) { white-space: normal } th, td { padding-right: .5rem; font-size: .8125rem } }`;

const marks = { right: "✓", wrong: "✗", "not yet": "○", failed: "✗", "not run": "–" };

/** The same as a page that loads and runs nothing. */
export function gradesHtml(grades: readonly Grade[]): Promise<string> {
  const students = new Set(grades.map(({ student }) => student)).size;
  const right = grades.filter(({ verdict }) => verdict === "right").length;
  const rows = grades.map(({ student, lesson, exercise, verdict, relativeError, notes, file }) => `<tr><td>${escapeMarkup(student)}</td>`
    + `<td title="${escapeMarkup(file)}">${escapeMarkup(lesson)}</td><td>${escapeMarkup(exercise)}</td>`
    + `<td class="${verdict.replace(" ", "-")}">${marks[verdict]} ${verdict}</td><td>${relativeError === null ? "" : formatNumber(relativeError)}</td>`
    + `<td class="notes">${escapeMarkup(notes)}</td></tr>`);
  const main = `<p>${students} student${students === 1 ? "" : "s"}, ${grades.length} check${grades.length === 1 ? "" : "s"}, ${right} right.</p>
<div class="table"><table>
<thead><tr><th>student</th><th>notebook</th><th>exercise</th><th>verdict</th><th>relative error</th><th>notes</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
  return htmlPage({ title: "Grades", heading: "Grades", main, style });
}
