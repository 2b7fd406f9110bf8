// Which text and which calls the cursor is in; `|` stands for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { whereInCell } from "../../../src/platform/kernel/whereInCell";

function where(marked: string): string {
  const at = marked.indexOf("|");
  const source = marked.replace("|", "");
  const { text, word, calls, option } = whereInCell(source, at);
  const part = (name: string, span?: { start: number; end: number }): string[] => span ? [`${name} "${source.slice(span.start, span.end)}"`] : [];
  const named = calls.map(({ name, index, variables }) => `${name}#${index}(${variables.join()})`);
  return [...part("text", text), ...part("word", word), ...named, ...(option === undefined ? [] : [`option ${option}`])].join(" ");
}

const cases: Record<string, string> = {
  'sample("|': 'text "" sample#0()',
  'sample("va|': 'text "va" sample#0()',
  'sample("va|lley")': 'text "valley" sample#0()',
  'sample("|")': 'text "" sample#0()',
  'sample("valley"|)': "sample#0()",
  'sample("valley")|': "",
  'const a = 1;\nconst b = await sample("|");\nconst c = 2;': 'text "" sample#0()',
  "noise(|": "noise#0()",
  "noise([16, 16], |": "noise#1()",
  "noise([16, 16],\n  |)": "noise#1()",
  "noise(|photo)": 'word "photo" noise#0(photo)',
  "net.features(photo, |)": "features#1(net,photo)",
  'net.features(photo, ["relu|"])': 'text "relu" features#1(net,photo)',
  'objective(vgg, [content(photo, { layers: ["|"] })])': 'text "" content#1(photo) objective#1(vgg) option layers',
  'style(image, { layers: { "relu|": 1 } })': 'text "relu" style#1(image) option layers',
  "style(image, { layers: { relu|: 1 } })": 'text "relu" style#1(image) option layers',
  "style(image, { weig| })": 'text "weig" style#1(image)',
  "style(image, { weight: 1 }|)": "style#1(image)",
  "outer(() => {\n  inner(|);\n})": "inner#0()",
  "outer(() => {\n  |\n})": "",
  "new Thing(1, |)": "Thing#1()",
  "textu|": 'word "textu"',
  "net.fea|": "",
  "f<number>(|)": "f#0()",
};

for (const [marked, expected] of Object.entries(cases)) test(JSON.stringify(marked), () => assert.equal(where(marked), expected));
