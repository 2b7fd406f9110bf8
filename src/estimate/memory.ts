// What an engine makes of a run: constants fitted to what `npm run bench -- --estimate` measured, and what the machine can give.
import * as os from "node:os";
import type { Network } from "../networks/network";
import type { EngineName, engines } from "../platform/engine/engine";

/**
 * The most that a run adds to the process:
 * `base + pixel · pixels + tape · (bytes kept for the way back) + filters · (bytes of filters)`.
 */
export interface EngineConstants {
  readonly base: number;
  readonly pixel: number;
  readonly tape: number;
  readonly filters: number;
}

const measured: Readonly<Record<(typeof engines)[number], EngineConstants>> = {
  tensorflow: { base: 330e6, pixel: 0, tape: 1.5, filters: 3 }, // most of the base is its library
  // It computes whole graphs, so a fused convolution, bias and relu are one array; and each session has its own filters, there and
  // back, in the six parts that go by rows.
  onnx: { base: 80e6, pixel: 700, tape: 0.25, filters: 17 },
  wasm: { base: 20e6, pixel: 0, tape: 1.5, filters: 12 },
  cpu: { base: 30e6, pixel: 0, tape: 1, filters: 2.5 },
};

/** What was measured on the engine, or on the one that it is a variant of. */
export function constantsOf(engine: EngineName): EngineConstants {
  return measured[engine.split("-")[0] as keyof typeof measured];
}

/** Bytes of the filters that a pass to the deepest of `layers` uses; 0 for a network that does not show its filters. */
export function filterBytes(network: Network, layers: readonly string[]): number {
  const { filters } = network as { filters?: ReadonlyMap<string, { readonly kernel: { readonly size: number } }> };
  const deepest = Math.max(...layers.map((layer) => network.layers.indexOf(layer)));
  const used = [...filters ?? []].filter(([name]) => network.layers.indexOf(name) <= deepest);
  return used.reduce((sum, [, { kernel }]) => sum + 4 * kernel.size, 0);
}

/** How many bytes this process may still take: what the machine has free, a container's limit, a WebAssembly memory's. */
export function availableBytes(engine: EngineName): number {
  const limit = process.constrainedMemory() || Infinity;
  const free = Math.min(os.freemem(), limit - process.memoryUsage.rss());
  return engine === "wasm" ? Math.min(free, 2 ** 32) : free;
}
