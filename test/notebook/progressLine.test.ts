// A search that nobody watches says how far it is, in a notebook and only there.
import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { hostProgress } from "../../src/hostProgress";
import "../../src/notebook/progressLine";
import { inFakeKernel } from "./fakeKernel";

describe("the line of a long search", () => {
  afterEach(() => mock.timers.reset());

  it("appears after two seconds, is replaced in place, and ends with the time", async () => {
    mock.timers.enable({ apis: ["Date"] });
    const shown = await inFakeKernel(() => {
      const tell = hostProgress()!;
      for (let index = 0; index <= 10; index++) {
        tell({ index, steps: 10, loss: 1 / (1 + index), stopped: false });
        mock.timers.tick(1000);
      }
    });
    assert.deepEqual(shown.map(({ data }) => data["text/plain"]).slice(0, 2),
      ["step 2 of 10, loss 0.33, 8 s left", "step 3 of 10, loss 0.25, 7 s left"]);
    assert.equal(shown.at(-1)!.data["text/plain"], "step 10 of 10, loss 0.091, in 10 s");
    assert.ok(shown.every(({ id }) => id === shown[0].id) && shown.slice(1).every(({ update }) => update) && !shown[0].update);
  });

  it("says nothing of a short one, and nothing outside a notebook", async () => {
    mock.timers.enable({ apis: ["Date"] });
    const shown = await inFakeKernel(() => {
      const tell = hostProgress()!;
      for (let index = 0; index <= 10; index++) tell({ index, steps: 10, loss: 1, stopped: false });
    });
    assert.deepEqual(shown, []);
    assert.equal(hostProgress(), undefined);
  });
});
