// The TensorFlow engine as `npm run engine:tensorflow` builds it; skipped where it was not built.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { tensorflowFolder } from "../../../src/platform/engine/tensorflow";

const skip = existsSync(tensorflowFolder) ? false : "not built here: npm run engine:tensorflow builds it";

describe("the tensorflow engine that was built here", () => {
  const start = (STYLOSCOPE_ENGINE: string): { name: string; device: string; passedOver: { name: string }[]; stderr: string } => {
    const code = `require("./src/platform/engine/engine").engine().then((e) => console.log(JSON.stringify(e)))`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--require", "ts-node/register", "-e", code],
      { env: { ...process.env, STYLOSCOPE_ENGINE }, encoding: "utf8" });
    return { ...JSON.parse(stdout), stderr };
  };

  it("loads when it is asked for, and TensorFlow's C++ log stays silent", { skip }, () => {
    const { name, stderr } = start("tensorflow");
    assert.equal(name, "tensorflow");
    assert.equal(stderr, "");
  });

  it("is the first choice exactly where it finds a GPU", { skip }, () => {
    const { name, passedOver } = start("");
    const { device } = start("tensorflow");
    assert.equal(name === "tensorflow", device === "gpu");
    assert.deepEqual(passedOver.map((other) => other.name), device === "gpu" ? [] : ["tensorflow"]);
  });
});
