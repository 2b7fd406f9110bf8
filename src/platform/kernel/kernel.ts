// What a running kernel is to whoever uses it. `startKernel` in client.ts makes one.
import type { Kernelspec } from "./kernelspec";

/** Something a cell shows: `type` is the message type (stream, display_data, update_display_data, error, …). */
export interface KernelOutput {
  type: string;
  content: Record<string, any>;
}

/** The reply to a cell. Errors are replies too: `ename`, `evalue` and `traceback` come with status "error". */
export interface ExecuteReply {
  status: "ok" | "error" | "aborted";
  execution_count?: number;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface Kernel {
  /** The operating system's number of the kernel's process. */
  pid: number;
  /** What the kernel says of itself (a `kernel_info_reply`). */
  info: Record<string, any>;
  /** Runs a cell. Resolves when its reply and its last output are here; rejects when the kernel dies. */
  execute(code: string, options?: { onOutput?: (output: KernelOutput) => void }): Promise<ExecuteReply>;
  /** What the stop button does. */
  interrupt(): void;
  /** Asks the kernel to end, and ends it after `patience` ms if it does not. */
  shutdown(options?: { patience?: number }): Promise<void>;
}

/**
 * `spec`: which kernel (this project's own by default). `cwd`: where its cells run. `env`: added to the environment.
 * `patience`: how many ms it may take to answer.
 */
export interface StartOptions {
  spec?: Kernelspec;
  cwd?: string;
  env?: Record<string, string>;
  patience?: number;
}
