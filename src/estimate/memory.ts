// Memory of a run: constants of each engine, fitted to measurements (`npm run bench -- --estimate`); of filters; and what is free.
import * as os from "node:os";
import type { Network } from "../networks/network";
import type { EngineName } from "../platform/engine/engine";

/**
 * The peak memory that a run adds to the process, in bytes:
 * `base + pixel · pixels + tape · (bytes of arrays for the backward pass) + filters · (bytes of filters)`.
 */
export interface EngineConstants {
  readonly base: number;
  readonly pixel: number;
  readonly tape: number;
  readonly filters: number;
}

const constants: Readonly<Record<Exclude<EngineName, `onnx-${string}`>, EngineConstants>> = {
  tensorflow: { base: 330e6, pixel: 0, tape: 1.5, filters: 3 }, // most of the base is its library
  // It runs whole graphs, so a fused convolution, bias and relu are one array; and each session has its own filters, for forward and
  // backward pass, in the six parts of the Winograd convolution.
  onnx: { base: 80e6, pixel: 700, tape: 0.25, filters: 17 },
  wasm: { base: 20e6, pixel: 0, tape: 1.5, filters: 12 },
  cpu: { base: 30e6, pixel: 0, tape: 1, filters: 2.5 },
};

/** The constants of an engine, or of the one that it is a variant of. */
export function constantsOf(engine: EngineName): EngineConstants {
  return constants[engine.split("-")[0] as keyof typeof constants];
}

/** Bytes of the filters that a pass to the deepest of `layers` uses; 0 for a network without a public map of filters. */
export function filterBytes(network: Network, layers: readonly string[]): number {
  const { filters } = network as { filters?: ReadonlyMap<string, { readonly kernel: { readonly size: number } }> };
  const deepest = Math.max(...layers.map((layer) => network.layers.indexOf(layer)));
  const used = [...filters ?? []].filter(([name]) => network.layers.indexOf(name) <= deepest);
  return used.reduce((sum, [, { kernel }]) => sum + 4 * kernel.size, 0);
}

/** The bytes that this process may still allocate: the machine's free memory, within the limits of a container and of WebAssembly. */
export function availableBytes(engine: EngineName): number {
  const limit = process.constrainedMemory() || Infinity;
  const free = Math.min(os.freemem(), limit - process.memoryUsage.rss());
  return engine === "wasm" ? Math.min(free, 2 ** 32) : free;
}
