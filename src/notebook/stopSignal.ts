// The stop button in an unmodified tslab: Jupyter sends SIGINT. (styloscope's own kernel has a signal for every cell.)
import { setHostSignal } from "../hostSignal";
import { inNotebook, runningCell } from "./display";

let stop = new AbortController();
let stoppedCell: unknown;
let listening = false;

/** The signal that the stop button aborts, for every loop of the cell in which it is pressed. Undefined outside a notebook. */
function stopSignal(): AbortSignal | undefined {
  if (!inNotebook()) return undefined;
  const cell = runningCell();
  if (stop.signal.aborted && (cell === undefined || cell !== stoppedCell)) stop = new AbortController();
  // In a microtask: Node drops SIGINT listeners that are added before a cell's first await, and the stop button would end tslab.
  if (!listening) queueMicrotask(() => process.on("SIGINT", onStop));
  listening = true;
  return stop.signal;
}

function onStop(): void {
  stoppedCell = runningCell();
  stop.abort();
}

setHostSignal(stopSignal);
