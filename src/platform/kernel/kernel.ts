// A running kernel, as its client sees it: `startKernel` starts one.
import type { Kernelspec } from "./kernelspec";

/** An output of a cell: `type` is the message type (stream, display_data, update_display_data, error, …). */
export interface KernelOutput {
  readonly type: string;
  readonly content: Record<string, any>;
}

/** The reply to a cell. Errors are replies too: `ename`, `evalue` and `traceback` come with status "error". */
export interface ExecuteReply {
  readonly status: "ok" | "error" | "aborted";
  readonly execution_count?: number;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: string[];
}

export interface Kernel {
  /** The process ID of the kernel. */
  readonly pid: number;
  /** The content of the kernel's `kernel_info_reply`. */
  readonly info: Record<string, any>;
  /** Runs a cell. Resolves when its reply and its last output have arrived; rejects when the kernel dies. */
  execute(code: string, options?: { onOutput?: (output: KernelOutput) => void }): Promise<ExecuteReply>;
  /** Any other request, such as `complete_request`; resolves with the content of its reply. */
  request(type: string, content: object): Promise<Record<string, any>>;
  /** Does what the stop button does. */
  interrupt(): void;
  /** Asks the kernel to shut down, and kills it if it has not done so after `patience` ms. */
  shutdown(options?: { patience?: number }): Promise<void>;
}

/**
 * `spec`: which kernel (default: this project's). `cwd`: the folder its cells run in. `env`: added to the environment.
 * `patience`: how many milliseconds it may take to answer. `signal`: gives the start up. `largestMessage`: in bytes; after a larger one
 * what waits for the kernel rejects (default: no limit).
 */
export interface StartOptions {
  readonly spec?: Kernelspec;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly patience?: number;
  readonly signal?: AbortSignal;
  readonly largestMessage?: number;
}
