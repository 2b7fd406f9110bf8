// What a page runs for paint(): a brush on a picture. anywidget gives it the model, whose keys paint.ts names, and an element.
export default {
  render({ model, el }) {
    const [height, width] = model.get("size");
    const make = (name, properties, ...children) => {
      const element = Object.assign(document.createElement(name), properties);
      element.append(...children);
      return element;
    };
    const canvas = make("canvas", { width, height, className: "styloscope-paint" });
    const picture = make("img", { src: model.get("picture"), alt: model.get("description"), draggable: false });
    const shown = Math.min(640, Math.max(320, width)); // CSS pixels
    const brush = make("input", { type: "range", min: 1, max: Math.round(Math.max(width, height) / 4), value: model.get("radius"), title: "brush" });
    const eraser = make("input", { type: "checkbox" });
    const undo = make("button", { textContent: "undo" });
    const clear = make("button", { textContent: "clear" });
    const style = make("style", { textContent: `
      .styloscope-board { position: relative; max-width: 100%; }
      .styloscope-board img { display: block; width: 100%; }
      .styloscope-board canvas { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0.6; cursor: crosshair; touch-action: none; }
      .styloscope-tools { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; padding: 6px 0; font: 13px var(--jp-ui-font-family, sans-serif);
        color: var(--jp-ui-font-color1, inherit); }
      .styloscope-tools label { display: flex; gap: 6px; align-items: center; }
      .styloscope-tools button { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: 3px; padding: 2px 10px; }` });
    const board = make("div", { className: "styloscope-board" }, picture, canvas);
    board.style.width = `${shown}px`;
    el.append(style, board, make("div", { className: "styloscope-tools" },
      make("span", { textContent: model.get("description") }), make("label", {}, "brush", brush), make("label", {}, eraser, "erase"), undo, clear));

    const context = canvas.getContext("2d");
    let stroke; // the one that is being painted
    function draw() {
      context.clearRect(0, 0, width, height);
      for (const { radius, points, erase } of [...model.get("strokes"), ...(stroke ? [stroke] : [])]) {
        context.globalCompositeOperation = erase ? "destination-out" : "source-over";
        context.strokeStyle = model.get("color");
        Object.assign(context, { lineWidth: 2 * radius, lineCap: "round", lineJoin: "round" });
        context.beginPath();
        context.moveTo(...points[0]);
        points.forEach(([x, y]) => context.lineTo(x, y));
        context.stroke();
      }
    }
    function put(strokes) {
      model.set("strokes", strokes);
      model.save_changes();
      draw();
    }
    const at = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      const pixels = (value, side, all) => Math.round((10 * value * all) / side) / 10;
      return [pixels(clientX - box.left, box.width, width), pixels(clientY - box.top, box.height, height)];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      stroke = { radius: Number(brush.value), points: [at(event)], ...(eraser.checked && { erase: true }) };
      draw();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      stroke.points.push(at(event));
      draw();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => {
      if (!stroke) return;
      const done = stroke;
      stroke = undefined;
      put([...model.get("strokes"), done]);
    });
    brush.addEventListener("change", () => (model.set("radius", Number(brush.value)), model.save_changes()));
    undo.addEventListener("click", () => put(model.get("strokes").slice(0, -1)));
    clear.addEventListener("click", () => put([]));
    model.on("change:strokes", draw);
    draw();
    return () => model.off("change:strokes", draw);
  },
};
