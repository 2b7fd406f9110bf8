// The look of a page: quiet, readable, light and dark, on paper and on a phone. System fonts only.

export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --paper: #fdfcfa; --ink: #26231f; --quiet: #6d675e; --line: #e6e1d8; --soft: #f6f3ed; --accent: #9a4a2b;
  --red: #b3372c; --green: #3d7137; --yellow: #86650f; --blue: #2f5f9e; --magenta: #8a4485; --cyan: #22737a;
  --serif: Charter, "Bitstream Charter", "Sitka Text", "Source Serif 4", Cambria, Georgia, "Noto Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "Source Code Pro", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --gap: 1.25rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #181715; --ink: #e3dfd7; --quiet: #a09a8e; --line: #37342f; --soft: #211f1c; --accent: #e59c76;
    --red: #ef8a7c; --green: #9cc38a; --yellow: #d9b668; --blue: #8fb6e6; --magenta: #d3a0cd; --cyan: #82c4c6;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; color: var(--ink); font: 1.125rem/1.62 var(--serif); overflow-wrap: break-word;
  display: grid;
  grid-template-columns:
    minmax(var(--gap), 1fr) minmax(0, 5rem) minmax(0, 46rem) minmax(0, 5rem) minmax(var(--gap), 1fr);
}
header, main, footer { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; }
header > *, main > *, footer > * { grid-column: 3; min-width: 0; }
header { padding: clamp(2.5rem, 9vh, 6rem) 0 .5rem; }
footer { padding: 1.5rem 0 3rem; margin-top: 4rem; color: var(--quiet); font: .875rem/1.6 var(--sans); }
footer > * { border-top: 1px solid var(--line); padding-top: 1.25rem; margin: 0; }

h1, h2, h3, h4, h5, h6 { line-height: 1.2; font-weight: 600; text-wrap: balance; margin: 2.2em 0 .6em; }
h1 { font-size: clamp(2rem, 1.4rem + 2.6vw, 2.9rem); letter-spacing: -.015em; }
header h1 { margin: 0; }
h2 { font-size: 1.55rem; letter-spacing: -.008em; }
h3 { font-size: 1.2rem; }
h4, h5, h6 { font-size: 1rem; }
p, ul, ol, blockquote, .table { margin: 1em 0; }
.prose { margin: .5rem 0; }
.prose > :first-child { margin-top: 0; }
.prose > :last-child { margin-bottom: 0; }
.prose > :is(h2, h3):first-child { margin-top: 1.1em; }
p { text-wrap: pretty; }
.lede > p:first-child { font-size: 1.2em; line-height: 1.55; color: var(--quiet); }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em; }
ul, ol { padding-left: 1.4em; }
li { margin: .3em 0; }
blockquote { border-left: 2px solid var(--line); padding-left: 1.1em; margin-left: 0; color: var(--quiet); }
hr { border: 0; border-top: 1px solid var(--line); margin: 3em 0; }
code, pre { font-family: var(--mono); font-variant-ligatures: none; }
code { font-size: .86em; background: var(--soft); border-radius: .25em; padding: .1em .3em; }
pre code { font-size: inherit; background: none; padding: 0; }
pre { margin: 0; font-size: .8rem; line-height: 1.6; overflow-x: auto; tab-size: 2; }
.prose > pre { background: var(--soft); border-radius: .5rem; padding: .9rem 1.1rem; margin: 1.2em 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font: .9375rem/1.5 var(--sans); font-variant-numeric: tabular-nums; }
th, td { padding: .4em 1.1em .4em 0; text-align: left; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
img { max-width: 100%; height: auto; }
.prose img { display: block; margin: 1.5em auto; border-radius: .25rem; }
.missing { color: var(--quiet); font: .875rem var(--sans); }
.katex-block { display: block; overflow-x: auto; overflow-y: hidden; padding: .2em 0; }
.katex-display { margin: .4em 0; }

.cell { grid-column: 2 / 5; margin: 1.1rem 0 1.6rem; display: grid; grid-template-columns: subgrid; }
.cell > * { grid-column: 2; min-width: 0; }
.code, .outputs pre { margin-inline: -1.1rem; padding: .85rem 1.1rem; }
.code { background: var(--soft); border-radius: .5rem; }
/* A long line widens its own block to the right, as far as there is room, before it has to scroll. */
@media (min-width: 60rem) {
  .cell > .code, .outputs > pre {
    width: max-content; min-width: calc(100% + 2.2rem); max-width: calc(100% + 2.2rem + min(12rem, 50vw - 26rem));
  }
}
.cell[data-count]::before {
  content: attr(data-count); grid-area: 1 / 1; justify-self: end; padding: .85rem 2rem 0 0;
  color: var(--quiet); opacity: .6; font: .8rem/1.6 var(--mono);
}
details.source { margin-inline: -1.1rem; font: .8125rem var(--sans); color: var(--quiet); }
details.source summary { cursor: pointer; padding: .3rem 1.1rem; }
details.source .code { margin-inline: 0; }
.cell > .outputs { grid-column: 1 / -1; display: grid; grid-template-columns: subgrid; row-gap: 1rem; }
.cell > :not(:first-child) { margin-top: 1rem; }
.outputs > * { grid-column: 2; min-width: 0; }
.outputs > .html { overflow-x: auto; }
.outputs pre {
  padding-block: .1rem; max-height: 30rem; overflow: auto; white-space: pre-wrap; border-left: 2px solid var(--line);
}
.outputs pre.stream { color: var(--quiet); }
.outputs pre.stderr { border-color: var(--yellow); }
.outputs pre.error { border-color: var(--red); color: var(--ink); }
figure { margin: .4rem 0; text-align: center; }
figure.picture img { display: block; margin-inline: auto; border-radius: .25rem; }
figure.plot { grid-column: 1 / -1; }
figcaption { margin-top: .6rem; color: var(--quiet); font: .875rem/1.5 var(--sans); text-wrap: balance; }
.plot .drawing { height: var(--height); max-width: 100%; margin-inline: auto; text-align: left; }
.plot .twin { display: block; width: 100%; height: var(--height); object-fit: contain; }
.plot [hidden] { display: none; }
/* White paper vanishes into the page: multiplied when it is light, inverted and screened when it is dark. */
.plot > :is(.drawing, .twin) { mix-blend-mode: multiply; }
@media (prefers-color-scheme: dark) {
  .plot.lines > :is(.drawing, .twin) { filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; }
  .plot:not(.lines) > :is(.drawing, .twin) {
    background: #fff; box-shadow: 0 0 0 .4rem #fff; border-radius: .2rem;
    filter: brightness(.93); mix-blend-mode: normal;
  }
}

.hljs-comment, .hljs-quote { color: var(--quiet); font-style: italic; }
.hljs-keyword, .hljs-literal, .hljs-operator { color: var(--magenta); }
.hljs-string, .hljs-regexp, .hljs-subst .hljs-string { color: var(--green); }
.hljs-number { color: var(--accent); }
.hljs-title, .hljs-section, .hljs-attr { color: var(--blue); }
.hljs-built_in, .hljs-type, .hljs-class .hljs-title { color: var(--cyan); }
.hljs-subst { color: var(--ink); }
.ansi-bold { font-weight: 600; } .ansi-italic { font-style: italic; } .ansi-black, .ansi-white { color: var(--quiet); }
.ansi-red { color: var(--red); } .ansi-green { color: var(--green); } .ansi-yellow { color: var(--yellow); }
.ansi-blue { color: var(--blue); } .ansi-magenta { color: var(--magenta); } .ansi-cyan { color: var(--cyan); }

@media (max-width: 48rem) {
  body { font-size: 1.0625rem; grid-template-columns: var(--gap) 0 minmax(0, 1fr) 0 var(--gap); }
  pre { font-size: .75rem; }
  .code { margin-inline: calc(-1 * var(--gap)); padding-inline: var(--gap); border-radius: 0; }
  .cell[data-count]::before { display: none; }
  .outputs pre { margin-inline: 0; padding-inline: .8rem 0; }
}
@page { margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --line: #ccc; --soft: #f6f6f6; }
  body { display: block; font-size: 10.5pt; }
  header, main, footer, .cell, .cell > .outputs { display: block; }
  .cell[data-count]::before { display: none; }
  header { padding-top: 0; }
  .cell > .code, .outputs > pre { width: auto; min-width: 0; max-width: none; }
  .code, .outputs pre { margin-inline: 0; max-height: none; white-space: pre-wrap; }
  .outputs > * { margin-top: .6rem; }
  figure, .code, .katex-block, tr { break-inside: avoid; }
  figure.plot > :is(.drawing, .twin), .plot:not(.lines) > :is(.drawing, .twin) {
    filter: none; mix-blend-mode: normal; background: none; box-shadow: none;
  }
  h1, h2, h3, h4 { break-after: avoid; }
  .plot.has-twin .drawing { display: none; }
  .plot .twin[hidden] { display: block; }
}
`;
