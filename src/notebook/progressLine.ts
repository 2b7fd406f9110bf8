// A line below the cell for a search that nobody watches: a recipe without `each` takes minutes with a large network.
import { setHostProgress, type StepProgress } from "../hostProgress";
import { formatDuration } from "../platform/drawing/formatDuration";
import { formatNumber } from "../platform/drawing/formatNumber";
import { bundle, inNotebook, type Displayed } from "./display";

const patience = 2000; // ms: what takes no longer needs no line
const pause = 500;     // ms between two updates

/** Says how far a search is, from two seconds on, and at its end how long it took. Undefined outside a notebook. */
function progressLine(): ((step: StepProgress) => void) | undefined {
  if (!inNotebook()) return undefined;
  const began = Date.now();
  let next = began + patience;
  let line: Displayed | undefined;
  return ({ index, steps, loss, stopped }) => {
    const now = Date.now();
    const ended = index >= steps || Boolean(stopped);
    if (now < next && !(ended && line)) return;
    next = now + pause;
    const seconds = (now - began) / 1000;
    const time = ended ? `in ${formatDuration(seconds)}` : `${formatDuration(seconds * (steps - index) / Math.max(1, index))} left`;
    const text = { "text/plain": `step ${index} of ${steps}, loss ${formatNumber(loss)}, ${time}` };
    if (line) line.update(text);
    else line = bundle(text);
  };
}

setHostProgress(progressLine);
