// What the onnx-cuda engine says where something is missing. No GPU is needed: the machine is described to it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { cudaProvider, hasNvidiaGpu, missingLibraries, prepareCuda } from "../../../src/platform/engine/cuda";

const place = mkdtempSync(path.join(tmpdir(), "cuda-"));
after(() => rmSync(place, { recursive: true, force: true }));

describe("the CUDA provider", () => {
  const installed = place;
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of ["STYLOSCOPE_TF32", "NVIDIA_TF32_OVERRIDE"]) delete process.env[name];
    for (const file of cudaProvider) writeFileSync(path.join(installed, file), "");
  });
  after(() => {
    for (const name of ["STYLOSCOPE_TF32", "NVIDIA_TF32_OVERRIDE"])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  });

  it("that is not installed is named with the command that installs it, also where half of it is there", () => {
    rmSync(path.join(installed, cudaProvider[1]));
    assert.throws(() => prepareCuda(installed, () => true), /^Error: not installed; `npm run engine:cuda`$/);
    assert.throws(() => prepareCuda(path.join(place, "nowhere"), () => true), /not installed/);
  });

  it("whose libraries are missing names each, and the package that has it", () => {
    assert.throws(() => prepareCuda(installed, (library) => !library.startsWith("libcudnn")),
      /^Error: libcudnn\.so\.9 not found; CUDA 13 and cuDNN 9 bring it, or `pip install nvidia-cudnn-cu13`, with its lib folder in LD_LIBRARY_PATH$/);
    const said = missingLibraries(() => false)!;
    for (const name of ["libcuda.so.1", "libcublasLt.so.13", "nvidia-cublas", "nvidia-curand", "driver"]) assert.ok(said.includes(name), name);
    assert.equal(missingLibraries((library) => library !== "libcuda.so.1"), "libcuda.so.1 not found; NVIDIA's driver brings it");
    assert.equal(missingLibraries(() => true), undefined);
  });

  it("computes in float32, in TF32 only where that is asked for", () => {
    prepareCuda(installed, () => true);
    assert.equal(process.env.NVIDIA_TF32_OVERRIDE, "0");
    delete process.env.NVIDIA_TF32_OVERRIDE;
    process.env.STYLOSCOPE_TF32 = "1";
    prepareCuda(installed, () => true);
    assert.equal(process.env.NVIDIA_TF32_OVERRIDE, undefined);
    process.env.STYLOSCOPE_TF32 = "yes";
    assert.throws(() => prepareCuda(installed, () => true), /STYLOSCOPE_TF32 is "yes"; it can be 1 for TF32, or unset for float32/);
  });

  it("is tried only where the driver's files are", () => {
    assert.equal(hasNvidiaGpu([path.join(place, "nvidiactl")]), false);
    assert.equal(hasNvidiaGpu([path.join(place, "nvidiactl"), place]), true);
  });
});
