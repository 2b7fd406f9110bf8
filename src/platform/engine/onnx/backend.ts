// The lazy TensorFlow.js backend: kernels record operations, which run as one graph when a tensor is read.
import * as tf from "@tensorflow/tfjs";
import { viewOf, type Entry } from "./entry";
import { connectedValues } from "./graph";
import { replays, type Replays } from "./replay/replays";
import { sessionCache, type SessionCache, type SessionOptions } from "./sessions";
import { channelsLast, view, type TensorView } from "./tensorView";
import { encodeStrings, upload } from "./upload";
import { recordedSinceRun, resetRecorded, type Data, type Type, type Value } from "./value";

/** A class, since TensorFlow.js' base class supplies the methods that are left out. */
export class OnnxBackend extends tf.KernelBackend {
  private readonly entries: tf.DataStorage<Entry>;
  private readonly pendingEntries = new Set<Entry>();
  /** The kernels that TensorFlow.js' cpu backend has computed, because ONNX has no operation for them. */
  readonly cpuFallbacks: Set<string> = new Set();
  readonly sessions: SessionCache;
  readonly replays: Replays;

  constructor(options: SessionOptions) {
    super();
    this.entries = new tf.DataStorage(this, tf.engine());
    this.sessions = sessionCache(options);
    this.replays = replays(this, this.sessions);
  }

  entry(dataId: object): Entry {
    if (!this.entries.has(dataId) && !tf.engine().state.tensorInfo.has(dataId)) // TensorFlow.js itself does not check
      throw new Error("a tensor is disposed: its numbers are gone. Keep it with tf.keep, or dispose of it later");
    return this.entries.get(dataId);
  }

  /** The view behind a tensor, whose shape may differ from the tensor's. */
  viewOf({ dataId }: tf.TensorInfo): TensorView {
    return viewOf(this.entry(dataId));
  }

  /** Gives an entry its view. */
  readonly setView = (entry: Entry, view: TensorView): void => {
    entry.view = view;
    entry.record = undefined;
    if (view.value.node && entry.count > 0) this.pendingEntries.add(entry);
  };

  /** A new tensor with the elements of `x`. */
  toTensorInfo(x: TensorView, dtype: tf.DataType = x.value.type as tf.DataType): tf.TensorInfo {
    return this.add({ dtype, count: 1, view: x }, x.shape);
  }

  add(entry: Entry, shape: readonly number[]): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, entry);
    if (entry.view?.value.node) this.pendingEntries.add(entry);
    return { dataId, shape: [...shape], dtype: entry.dtype };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.add(this.createEntry(values, shape, dtype), shape).dataId;
  }

  override move(dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType, count: number): void {
    this.entries.set(dataId, { ...this.createEntry(values, shape, dtype), count });
  }

  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo {
    return this.add(this.createEntry(values, shape, dtype), shape);
  }

  private createEntry(values: tf.backend_util.BackendValues, shape: readonly number[], dtype: tf.DataType): Entry {
    if (dtype === "string") return { dtype, count: 1, strings: encodeStrings(values) };
    if (dtype !== "complex64") return { dtype, count: 1, view: upload(values, shape, dtype as Type) };
    const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
    const part = (numbers: Float32Array): tf.TensorInfo => this.toTensorInfo(upload(numbers, shape, "float32"));
    return { dtype, count: 1, complex: { real: part(parts.real), imag: part(parts.imag) } };
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    this.replays.read();
    const entry = this.entry(dataId);
    if (entry.strings) return entry.strings;
    if (entry.complex) {
      const [real, imag] = [entry.complex.real, entry.complex.imag].map((part) => this.readSync(part.dataId) as Float32Array);
      return tf.backend_util.mergeRealAndImagArrays(real, imag);
    }
    const { value, shape, channelAxis } = viewOf(entry);
    const data = channelAxis === undefined ? availableData(value) : undefined;
    if (data) return data as Float32Array;
    entry.view = view(channelsLast(entry.view!), shape);
    if (!entry.view.value.data) this.compute(entry.view.value);
    return entry.view.value.data as Float32Array;
  }

  override read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return new Promise((resolve) => resolve(this.readSync(dataId)));
  }

  /** Computes `value` and every live value that shares work with it, so that nothing is computed twice. */
  private compute(value: Value): void {
    this.replays.abandon();
    const live = [...this.pendingEntries].map((entry) => entry.view!.value).filter((other) => other.node);
    this.run(connectedValues(value, live));
  }

  /** Computes every live value that is pending. */
  private computeAll(): void {
    this.replays.abandon();
    const live = [...new Set([...this.pendingEntries].map((entry) => entry.view!.value))].filter((value) => value.node);
    if (live.length > 0) this.run(live);
    resetRecorded();
  }

  private run(values: readonly Value[]): void {
    const ran = this.sessions.run(values);
    resetRecorded();
    this.dropComputed();
    this.replays.ran(ran);
  }

  /** Computes what is pending once there is much of it: otherwise a loop that reads nothing would record without end. */
  limitPending(): void {
    if (recordedSinceRun() <= maxPendingNodes) return;
    try { this.computeAll(); }
    catch { resetRecorded(); } // the failing value throws when it is read; it must not stop the others
  }

  private dropComputed(): void {
    for (const entry of this.pendingEntries) {
      const { value, shape, channelAxis } = entry.view!;
      if (value.node) continue;
      entry.view = { value, shape, channelAxis }; // without broadcastOf: its source would be kept, or computed again
      this.pendingEntries.delete(entry);
    }
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entry(dataId);
    if (--entry.count > 0 && !force) return false;
    if (entry.complex) for (const part of [entry.complex.real, entry.complex.imag]) this.disposeData(part.dataId, true);
    entry.count = 0;
    this.pendingEntries.delete(entry);
    this.entries.delete(dataId);
    if (entry.view) this.sessions.release(entry.view.value);
    return true;
  }

  override refCount(dataId: object): number {
    return this.entries.has(dataId) ? this.entry(dataId).count : 0;
  }

  override incRef(dataId: object): void {
    this.entry(dataId).count++;
  }

  decRef(dataId: object): void {
    if (this.entries.has(dataId)) this.entry(dataId).count--;
  }

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  override async time(body: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    body();
    this.computeAll();
    return { kernelMs: performance.now() - start };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override memory(): { unreliable: boolean; reasons: string[] } & ReturnType<SessionCache["memory"]> {
    return { unreliable: true, reasons: ["pending arrays take no memory yet"], ...this.sessions.memory() };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.sessions.dispose();
  }
}

/** How many nodes may be recorded between two runs. */
const maxPendingNodes = 10000;

/** The data of a value that needs no run: its own, or that of the value which it reshapes. */
function availableData({ data, node }: Value): Data | undefined {
  return data ?? (node?.op === "Reshape" ? node.inputs[0]!.data : undefined);
}
