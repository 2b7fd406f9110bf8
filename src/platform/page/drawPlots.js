// The script inside a page: unpacks plotly and draws each plot over its PNG twin.
//
// Plain browser JavaScript. It fails soft: in a browser without DecompressionStream, or where a plot does not draw, the picture
// stays. When all is done it sets `data-plots="drawn"` on the root element, for tests to wait on.
(() => {
  const packed = document.getElementById("plotly-gzip");
  if (!packed || typeof DecompressionStream === "undefined") return;
  const touch = matchMedia("(pointer: coarse)").matches;
  const root = document.documentElement;
  const sans = getComputedStyle(root).getPropertyValue("--sans");

  async function loadPlotly() {
    const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(text).text();
    document.head.append(script);
    packed.remove();
  }

  // A title longer than a narrow plot is broken between words.
  function wrapped(title, width) {
    const most = Math.floor((width - 24) / 7);
    const lines = [""];
    for (const word of title.text.split(" ")) {
      const longer = (lines.at(-1) + " " + word).trim();
      if (longer.length <= most) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return { ...title, text: lines.join("<br>").replace(/^<br>/, ""), font: { ...title.font, size: 13 } };
  }

  // What the author left open follows the page; what the author set stays.
  function fitted(layout, width) {
    const axis = { gridcolor: "#e7e7e7", zerolinecolor: "#d0d0d0", automargin: true };
    const margin = { l: 64, r: 24, t: layout.title ? 64 : 24, b: 56 };
    const font = { family: sans, color: "#333333" };
    const template = layout.template || { layout: { font, margin, xaxis: axis, yaxis: axis } };
    const result = { ...layout, template, autosize: true };
    if (layout.width > width) {
      if (layout.height) result.height = Math.round(layout.height * width / layout.width);
      delete result.width;
    }
    if (width < 560) {
      result.legend = { ...layout.legend, orientation: "h", x: 0, xanchor: "left", y: -0.22, yanchor: "top" };
      result.margin = { r: 16, ...layout.margin, l: Math.min(layout.margin?.l ?? 56, 56) };
      if (layout.title?.text) result.title = wrapped(layout.title, width);
    }
    if (touch) result.dragmode = false; // a finger scrolls the page
    return result;
  }

  const settings = { displaylogo: false, displayModeBar: touch ? false : "hover" };

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
      await draw(figure);
      await new Promise((done) => setTimeout(done));
    }
    root.dataset.plots = "drawn";
  }
  addEventListener("load", () => drawAll().catch((error) => console.warn("plots stay pictures:", error)));
})();
