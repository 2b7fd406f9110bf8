// ipywidgets' own models over comms, which JupyterLab and VS Code draw; no front-end code is ours.
// Protocol 2.1: packages/schema/messages.md in ipywidgets' repository; the models' keys are in jupyterwidgetmodels.latest.md there. Only models and
// keys that ipywidgets 7 has, too: VS Code draws with 7 what does not come from Python.
import { type Comm, commHost, type CommListener, type CommMessage } from "../../comms";

type State = Readonly<Record<string, unknown>>;

/** A model of @jupyter-widgets/controls, or of anywidget, before and while it is on a page. */
export interface Widget {
  /** Such as "FloatSlider", which FloatSliderModel and FloatSliderView belong to. */
  readonly model: string;
  /** What the page runs where ipywidgets has no such model: the source of an ES module that anywidget takes, `{ render({ model, el }) }`. */
  readonly code?: string;
  /** Its keys now, without names, versions, layout, style and children. Bytes travel beside the others. */
  state(): State;
  /** Its style's model, such as "SliderStyle", and keys. */
  readonly style?: { readonly model: string } & State;
  readonly layout?: State;
  readonly children?: readonly Widget[];
  /** The page has changed some of its keys. */
  received?(state: State): void;
  /** The page has sent an event, such as a button's click. */
  event?(content: State): void;
  /** Its comm was closed: the page shows it no longer. */
  closed?(): void;
}

interface OpenWidget {
  readonly id: string;
  readonly comm: Comm;
  /** The comms of its layout and style. */
  readonly parts: readonly Comm[];
}

const controls = { module: "@jupyter-widgets/controls", version: "2.0.0" };
const anywidget = { module: "anywidget", version: "*" }; // whatever is installed: 0.9 and later take the same keys
const base = { module: "@jupyter-widgets/base", version: "2.0.0" };

const open = new Map<Widget, OpenWidget>();
/** The state of every open model, by id: for a page that is opened later. */
const states = new Map<string, () => State>();

/** Opens the widget and its children on the page, unless they are; returns the bundle entry that shows it, or undefined without comms. */
export function viewOf(widget: Widget): Readonly<Record<string, object>> | undefined {
  if (!commHost()) return undefined;
  return { "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: openWidget(widget) } };
}

/** Sends keys that have changed here to the page, where the widget is open. */
export function sendState(widget: Widget, state: State): void {
  open.get(widget)?.comm.send(withBytes({ method: "update", state }));
}

/** JSON, and where in it the bytes belong that travel beside it. */
function withBytes(data: Readonly<Record<string, unknown>>): CommMessage {
  const [buffer_paths, buffers]: [string[][], Uint8Array[]] = [[], []];
  const json = (value: unknown, way: string[]): unknown => {
    if (value instanceof Uint8Array) return void (buffer_paths.push(way), buffers.push(value));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, json(one, [...way, key])]));
  };
  // The ways begin within `state`, or `states`.
  const parts = Object.entries(data).map(([key, value]) => [key, json(value, [])]);
  return { data: { ...Object.fromEntries(parts), buffer_paths }, ...(buffers.length > 0 && { buffers }) };
}

/** Takes the widget and its children off the page. */
export function closeWidget(widget: Widget): void {
  widget.children?.forEach(closeWidget);
  const { comm, parts } = open.get(widget) ?? {};
  for (const one of [comm, ...(parts ?? [])]) one?.close();
  forget(widget);
}

function forget(widget: Widget): void {
  const { id, parts } = open.get(widget) ?? {};
  if (!id || !parts) return;
  open.delete(widget);
  for (const gone of [id, ...parts.map((part) => part.id)]) states.delete(gone);
  widget.closed?.();
}

function openWidget(widget: Widget): string {
  const known = open.get(widget);
  if (known) return known.id;
  const children = widget.children && { children: widget.children.map((child) => reference(openWidget(child))) };
  const { model: styleModel, ...styleState } = widget.style ?? { model: undefined };
  const layout = openModel(base, "Layout", "LayoutView", () => widget.layout ?? {});
  const style = styleModel === undefined ? undefined : openModel(controls, styleModel, "StyleView", () => styleState);
  const references = { layout: reference(layout.id), ...(style && { style: reference(style.id) }), ...children };
  const keys = (): State => ({ ...widget.state(), ...(widget.code && { _esm: widget.code, _anywidget_id: `styloscope.${widget.model}` }), ...references });
  const comm = openModel(widget.code ? anywidget : controls, widget.code ? "Any" : widget.model, widget.code ? "AnyView" : `${widget.model}View`, keys, {
    message({ data }) {
      if (data.method === "update") widget.received?.(data.state as State);
      if (data.method === "custom") widget.event?.(data.content as State);
      if (data.method === "request_state") sendState(widget, states.get(comm.id)!());
    },
    closed: () => forget(widget),
  });
  open.set(widget, { id: comm.id, comm, parts: style ? [layout, style] : [layout] });
  return comm.id;
}

function openModel(
  { module, version }: typeof base, name: string, view: string, keys: () => State, listener: CommListener = {},
): Comm {
  const inBase = view === "StyleView" ? base : { module, version };
  const state = (): State => ({
    _model_module: module, _model_module_version: version, _model_name: `${name}Model`,
    _view_module: inBase.module, _view_module_version: inBase.version, _view_name: view, ...keys(),
  });
  const comm = commHost()!.open("jupyter.widget", { ...withBytes({ state: state() }), metadata: { version: "2.1.0" } }, listener);
  states.set(comm.id, state);
  return comm;
}

const reference = (id: string): string => `IPY_MODEL_${id}`;

// A page that is opened later, or loaded again, asks for everything that is open.
commHost()?.accept("jupyter.widget.control", (comm) => ({
  message({ data }: CommMessage) {
    if (data.method !== "request_states") return;
    const all = Object.fromEntries([...states].map(([id, state]) => {
      const { _model_name: model_name, _model_module: model_module, _model_module_version: model_module_version } = state();
      return [id, { model_name, model_module, model_module_version, state: state() }];
    }));
    comm.send(withBytes({ method: "update_states", states: all }));
  },
}));
