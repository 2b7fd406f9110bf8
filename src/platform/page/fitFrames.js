// The script inside a page with HTML outputs: makes each frame as high as its content, and again when its width changes.
(() => {
  for (const frame of document.querySelectorAll("iframe.html")) {
    const fit = () => {
      const root = frame.contentDocument?.documentElement;
      const body = frame.contentDocument?.body;
      if (!root || !body) return;
      // The content decides, not the frame's present height; what is wider than the frame adds a scroll bar below.
      const bar = root.scrollWidth > root.clientWidth ? 18 : 0;
      frame.style.height = Math.ceil(body.getBoundingClientRect().height) + bar + "px";
    };
    frame.addEventListener("load", fit);
    new ResizeObserver(fit).observe(frame);
    fit();
  }
})();
