// Comms, as Jupyter has them: named channels between a cell's code and the page that shows it. What a kernel and the library agree on,
// so that neither has to know the other.

/** What goes through a comm: plain JSON, metadata, and bytes beside them. */
export interface CommMessage {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

/** What one end does when the other one speaks. */
export interface CommListener {
  message?(message: CommMessage): void;
  /** The other end, or the kernel, closed it; not called after one's own `close`. */
  closed?(): void;
}

/** An open comm. */
export interface Comm {
  readonly id: string;
  /** Sends to the page. Nothing happens once the comm is closed. */
  send(message: CommMessage): void;
  close(message?: CommMessage): void;
}

/** A kernel that has comms. */
export interface CommHost {
  /** Opens a comm with the page, which knows `target`. */
  open(target: string, message: CommMessage, listener: CommListener): Comm;
  /** Accepts comms that the page opens to `target`; of two callers, the later one does. */
  accept(target: string, opened: (comm: Comm, message: CommMessage) => CommListener): void;
  /** Whether a page ever opened a comm to `target`, also before anything accepted it: such a page knows what it is for. */
  askedFor(target: string): boolean;
}

let host: CommHost | undefined;

/** The comms of the kernel that runs this code; undefined in a script, and in a kernel that has none. */
export function commHost(): CommHost | undefined {
  return host;
}

/** Called by a kernel, before any cell runs; undefined takes the comms away again. */
export function setCommHost(kernel: CommHost | undefined): void {
  host = kernel;
}
