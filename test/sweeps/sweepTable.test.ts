import assert from "node:assert/strict";
import { it } from "node:test";
import type { CellResult } from "../../src/sweeps/cellResult";
import { cellsOf } from "../../src/sweeps/plan";
import { csvOf, tableJson, tableOf } from "../../src/sweeps/sweepTable";

const cells = cellsOf({ over: [{ styleLayers: ["relu1_1"], seed: 1 }, { styleLayers: ["relu2_1", "relu3_1"], seed: 2 }] });
const resultOf = (index: number, unweighted: Record<string, number>): CellResult => ({
  ...cells[index], engine: "onnx", network: "vgg19-mini", step: 7, loss: 0.25, parts: unweighted, unweighted, gradientNorm: 2,
  ended: index === 1 ? 'he said "no", and left' : null, warning: index === 1 ? "diverging" : null, history: { index: [], loss: [], unweighted: {} }, frames: [],
});
const results = [resultOf(0, { "style relu1_1": 0.5 }), resultOf(1, { "style relu2_1": 1e-7, "style relu3_1": 3 })];

it("a table has a row for each cell: what sets it apart, and what came out; a part that a cell has not is null", () => {
  assert.deepEqual(tableOf(results), [
    {
      cell: 0, styleLayers: "relu1_1", seed: 1, step: 7, loss: 0.25, "style relu1_1": 0.5, "style relu2_1": null,
      "style relu3_1": null, gradientNorm: 2, ended: null, warning: null, engine: "onnx", network: "vgg19-mini",
    },
    {
      cell: 1, styleLayers: "relu2_1 relu3_1", seed: 2, step: 7, loss: 0.25, "style relu1_1": null, "style relu2_1": 1e-7,
      "style relu3_1": 3, gradientNorm: 2, ended: 'he said "no", and left', warning: "diverging", engine: "onnx", network: "vgg19-mini",
    },
  ]);
});

it("as CSV it has a header, quotes where they are needed, and nothing for null", () => {
  assert.equal(csvOf(tableOf(results)), [
    "cell,styleLayers,seed,step,loss,style relu1_1,style relu2_1,style relu3_1,gradientNorm,ended,warning,engine,network",
    "0,relu1_1,1,7,0.25,0.5,,,2,,,onnx,vgg19-mini",
    '1,relu2_1 relu3_1,2,7,0.25,,1e-7,3,2,"he said ""no"", and left",diverging,onnx,vgg19-mini', "",
  ].join("\r\n"));
});

it("as JSON it has every setting of every cell", () => {
  const rows = JSON.parse(tableJson(results)) as CellResult[];
  assert.deepEqual(rows.map(({ settings }) => settings), cells.map(({ settings }) => settings));
});
