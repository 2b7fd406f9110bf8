// The script inside a page: unpacks plotly and draws each plot over its PNG twin.
//
// Plain browser JavaScript. It fails soft: in a browser without DecompressionStream, or where a plot does not draw, the picture
// stays. When all is done it sets `data-plots="drawn"` on the root element, for tests to wait on.
(() => {
  const packed = document.getElementById("plotly-gzip");
  const file = packed?.dataset.file; // of a site, whose pages share it
  if (!packed || (!file && typeof DecompressionStream === "undefined")) return;
  const touch = matchMedia("(pointer: coarse)").matches;
  const root = document.documentElement;
  const sans = getComputedStyle(root).getPropertyValue("--sans");

  async function loadPlotly() {
    if (file) return loadFile();
    const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(text).text();
    document.head.append(script);
    packed.remove();
  }

  function loadFile() {
    const script = document.createElement("script");
    script.src = file;
    document.head.append(script);
    return new Promise((done, failed) => {
      script.onload = done;
      script.onerror = () => failed(new Error(`${file} is not beside this page`));
    });
  }

  const pen = document.createElement("canvas").getContext("2d");

  // A title is broken between words where it would reach below the toolbar or beyond a narrow plot; returns its lines.
  function wrapped(text, size, room) {
    pen.font = `${size}px ${sans}`;
    const lines = [];
    for (const word of text.split(/<br>| /)) {
      const longer = lines.length > 0 ? lines.at(-1) + " " + word : word;
      if (lines.length > 0 && pen.measureText(longer.replace(/<[^>]*>/g, "")).width <= room) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  // A label over a column breaks between its words, and all are smaller.
  function smaller(annotation) {
    const text = annotation.xref === "x" && !annotation.xanchor ? annotation.text.replace(/ /g, "<br>") : annotation.text;
    return { yanchor: text === annotation.text ? undefined : "bottom", ...annotation, text, font: { ...annotation.font, size: 10 } };
  }

  // What the author left open follows the page; what the author set stays.
  function fitted(layout, width) {
    const axis = { gridcolor: "#e7e7e7", zerolinecolor: "#d0d0d0", automargin: true };
    const margin = { l: 64, r: 24, t: layout.title ? 64 : 24, b: 56 };
    const font = { family: sans, color: "#333333" };
    const template = layout.template || { layout: { font, margin, xaxis: axis, yaxis: axis } };
    const result = { ...layout, template, autosize: true };
    if (layout.width > width) {
      // What is between the margins keeps its shape; the margins, which hold text, keep their size.
      const { l, r, t, b } = { ...margin, ...layout.margin };
      if (layout.height) result.height = Math.round((layout.height - t - b) * (width - l - r) / (layout.width - l - r) + t + b);
      delete result.width;
    }
    const narrow = width < 560;
    if (narrow) {
      result.legend = { ...layout.legend, orientation: "h", x: 0, xanchor: "left", y: -0.22, yanchor: "top" };
      result.margin = { r: 16, ...layout.margin, l: Math.min(layout.margin?.l ?? 56, 56) };
      result.annotations = layout.annotations?.map(smaller);
    }
    if (layout.title?.text) {
      const size = narrow ? 13 : layout.title.font?.size ?? 17;
      const room = Math.min(width, result.width ?? width) - (result.margin?.l ?? margin.l) - (touch ? 8 : 72);
      const lines = wrapped(layout.title.text, size, room);
      const more = 1.3 * size * (lines.length - layout.title.text.split("<br>").length);
      result.title = { ...layout.title, text: lines.join("<br>"), font: { ...layout.title.font, size } };
      result.margin = { ...result.margin, t: (result.margin?.t ?? margin.t) + more };
      if (result.height) result.height += more;
    }
    if (touch) result.dragmode = false; // a finger scrolls the page
    return result;
  }

  const settings = { displaylogo: false, displayModeBar: touch ? false : "hover", modeBarButtons: [["toImage", "resetScale2d"]] };

  async function draw(figure) {
    const twin = figure.querySelector("img.twin");
    const box = document.createElement("div");
    box.className = "drawing";
    try {
      const { data, layout, config, frames } = JSON.parse(figure.querySelector("script").textContent);
      const made = fitted(layout, figure.clientWidth);
      if (made.width) box.style.width = made.width + "px";
      if (made.height) box.style.height = made.height + "px";
      if (twin) twin.hidden = true;
      figure.prepend(box);
      await Plotly.newPlot(box, { data, layout: made, frames, config: { ...settings, ...config, responsive: true } });
    } catch (error) {
      console.warn("a plot could not be drawn; its picture stays:", error);
      box.remove();
      if (twin) twin.hidden = false;
    }
  }

  async function drawAll() {
    await loadPlotly();
    for (const figure of document.querySelectorAll("figure.plot")) {
      // What is folded has no width yet: it is drawn when it is opened.
      const folded = figure.closest("details:not([open])");
      if (folded) {
        folded.addEventListener("toggle", () => draw(figure), { once: true });
        continue;
      }
      await draw(figure);
      await new Promise((done) => setTimeout(done));
    }
    root.dataset.plots = "drawn";
  }
  addEventListener("load", () => drawAll().catch((error) => console.warn("plots stay pictures:", error)));
})();
