// The TensorFlow.js backend: numbers come in, operations are recorded, and run as one graph when numbers are asked for.
import * as tf from "@tensorflow/tfjs";
import { connected } from "./graph";
import { openSessions, type SessionOptions, type Sessions } from "./sessions";
import { laid, plain, type Laid } from "./tensorView";
import { given, texts } from "./upload";
import { recordedSinceRun, startCounting, type Data, type Type, type Value } from "./value";

/** What stands behind a tensor. Text and complex numbers are only kept: TensorFlow.js' own kernels compute with them. */
export interface Entry {
  readonly dtype: tf.DataType;
  count: number;
  laid?: Laid;
  text?: Uint8Array[];
  complex?: { real: tf.TensorInfo; imag: tf.TensorInfo };
}

/** TensorFlow.js wants a class here: it fills in what we leave out. */
export class OnnxBackend extends tf.KernelBackend {
  private readonly entries: tf.DataStorage<Entry>;
  private readonly pending = new Set<Entry>();
  readonly sessions: Sessions;

  constructor(options: SessionOptions) {
    super();
    this.entries = new tf.DataStorage(this, tf.engine());
    this.sessions = openSessions(options);
  }

  entry(dataId: object): Entry {
    if (!this.entries.has(dataId) && !tf.engine().state.tensorInfo.has(dataId)) // TensorFlow.js itself does not look
      throw new Error("a tensor is disposed: its numbers are gone. Keep it with tf.keep, or dispose of it later");
    return this.entries.get(dataId);
  }

  /** What `info` shows, in its shape. */
  laidOf({ dataId, dtype }: tf.TensorInfo): Laid {
    const entry = this.entry(dataId);
    if (!entry.laid) throw new Error(`a ${dtype} tensor is no array of numbers`);
    return entry.laid;
  }

  /** A new tensor that shows `x`. */
  show(x: Laid, dtype: tf.DataType = x.value.type as tf.DataType): tf.TensorInfo {
    return this.add({ dtype, count: 1, laid: x }, x.shape);
  }

  add(entry: Entry, shape: readonly number[]): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, entry);
    if (entry.laid?.value.node) this.pending.add(entry);
    return { dataId, shape: [...shape], dtype: entry.dtype };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.add(this.entryOf(values, shape, dtype), shape).dataId;
  }

  override move(dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType, count: number): void {
    this.entries.set(dataId, { ...this.entryOf(values, shape, dtype), count });
  }

  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo {
    return this.add(this.entryOf(values, shape, dtype), shape);
  }

  private entryOf(values: tf.backend_util.BackendValues, shape: readonly number[], dtype: tf.DataType): Entry {
    if (dtype === "string") return { dtype, count: 1, text: texts(values) };
    if (dtype !== "complex64") return { dtype, count: 1, laid: given(values, shape, dtype as Type) };
    const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
    const part = (numbers: Float32Array): tf.TensorInfo => this.show(given(numbers, shape, "float32"));
    return { dtype, count: 1, complex: { real: part(parts.real), imag: part(parts.imag) } };
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const entry = this.entry(dataId);
    if (entry.text) return entry.text;
    if (entry.complex) {
      const [real, imag] = [entry.complex.real, entry.complex.imag].map((part) => this.readSync(part.dataId) as Float32Array);
      return tf.backend_util.mergeRealAndImagArrays(real, imag);
    }
    const data = known(entry.laid!.value, entry.laid!.lead === undefined);
    if (data) return data as Float32Array;
    entry.laid = laid(plain(entry.laid!), entry.laid!.shape);
    if (!entry.laid.value.data) this.compute(entry.laid.value);
    return entry.laid.value.data as Float32Array;
  }

  override read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return new Promise((resolve) => resolve(this.readSync(dataId)));
  }

  /** Computes `value`, and with it all that is alive and shares work with it: nothing is computed twice. */
  private compute(value: Value): void {
    const alive = [...this.pending].map((entry) => entry.laid!.value).filter((other) => other.node);
    this.run(connected(value, alive));
  }

  /** Computes all that is still only recorded. */
  computeAll(): void {
    const alive = [...new Set([...this.pending].map((entry) => entry.laid!.value))].filter((value) => value.node);
    if (alive.length > 0) this.run(alive);
    startCounting();
  }

  private run(values: readonly Value[]): void {
    this.sessions.run(values);
    startCounting();
    this.sweep();
  }

  /** A loop that reads nothing would record without end. */
  keepShort(): void {
    if (recordedSinceRun() <= longest) return;
    try { this.computeAll(); }
    catch { startCounting(); } // a value that is refused says so when it is read; it must not stop the others
  }

  private sweep(): void {
    for (const entry of this.pending) {
      const { value, shape, lead } = entry.laid!;
      if (value.node) continue;
      entry.laid = { value, shape, lead }; // what it was spread from is history
      this.pending.delete(entry);
    }
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entry(dataId);
    if (--entry.count > 0 && !force) return false;
    if (entry.complex) for (const part of [entry.complex.real, entry.complex.imag]) this.disposeData(part.dataId, true);
    this.pending.delete(entry);
    this.entries.delete(dataId);
    if (entry.laid) this.sessions.release(entry.laid.value);
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

  override memory(): { unreliable: boolean; reasons: string[] } & ReturnType<Sessions["memory"]> {
    return { unreliable: true, reasons: ["arrays that are only recorded take no memory yet"], ...this.sessions.memory() };
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

/** How many nodes may wait. */
const longest = 10000;

/** The numbers of a value that need no run: it has them, or shows another's in a new shape. */
function known(value: Value, straight: boolean): Data | undefined {
  if (!straight) return undefined;
  return value.data ?? (value.node?.op === "Reshape" ? value.node.inputs[0]!.data : undefined);
}
