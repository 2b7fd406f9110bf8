// A notebook as one file: what goes in, what stays out, and that text stays text.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { Script } from "node:vm";
import { gunzipSync } from "node:zlib";
import { notebookPage } from "../../../src/platform/page/notebookPage";
import { packedPlotly } from "../../../src/platform/page/packedPlotly";
import { pageAsset } from "../../../src/platform/page/pageAsset";
import { writePage } from "../../../src/platform/page/writePage";
import { code, display, everything, markdown, notebook, png, stream } from "./fixture";

const plotly = "application/vnd.plotly.v1+json";
const folder = mkdtempSync(path.join(tmpdir(), "styloscope-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The page without its style sheet and scripts: what the notebook itself became. */
const content = (html: string): string => html.slice(html.indexOf("<body>")).replace(/<script[\s\S]*?<\/script>/g, "");

test("a page with everything in it stays under 3.5 MB and asks for nothing outside itself", async () => {
  const html = await notebookPage(await everything());
  assert.ok(html.length < 3.5e6, `${html.length} bytes`);
  assert.doesNotMatch(html, /\s(?:src|poster|data|srcset)\s*=\s*"(?!data:)/);
  assert.doesNotMatch(html, /url\((?!data:)|@import/);
  assert.deepEqual([...html.matchAll(/<link[^>]*>/g)].map(([link]) => link), [`<link rel="icon" href="data:,">`]);
});

test("the same notebook makes the same page, byte for byte", async () => {
  assert.equal(await notebookPage(await everything()), await notebookPage(await everything()));
});

test("plotly travels only with a plot, once, and KaTeX only with math", async () => {
  const plain = await notebookPage(notebook(markdown("# Words\n\nonly words"), code("1 + 1")));
  assert.ok(plain.length < 30_000, `${plain.length} bytes`);
  assert.doesNotMatch(plain, /plotly|KaTeX/);
  const plot = display({ [plotly]: { data: [], layout: {} } });
  const twice = await notebookPage(notebook(code("plot()", plot, plot)));
  assert.equal(twice.split('id="plotly-gzip"').length, 2);
});

test("the page's own script is a file that parses, and stands in a page with plots", async () => {
  const script = pageAsset("drawPlots.js");
  new Script(script);
  const html = await notebookPage(notebook(code("plot()", display({ [plotly]: { data: [], layout: {} } }))));
  assert.ok(html.includes(script) && html.includes(pageAsset("page.css")));
});

test("packed plotly is the whole library, minified, in 2.1 MB", async () => {
  const { base64, script } = await packedPlotly();
  assert.ok(base64.length < 2.1e6, `${base64.length} bytes`);
  const source = gunzipSync(Buffer.from(base64, "base64")).toString("utf8");
  assert.equal(source, script);
  assert.ok(source.length < 5.5e6);
  new Script(source); // it parses
  const version = (require("plotly.js-dist/package.json") as { version: string }).version;
  assert.ok(source.includes(`"${version}"`), "its version is in it");
});

test("only the KaTeX fonts that the formulas use are inside", async () => {
  const fonts = async (formula: string): Promise<string[]> => {
    const html = await notebookPage(notebook(markdown(`$${formula}$`)));
    const families = [...html.matchAll(/@font-face\{[^}]*font-family:"?KaTeX_(\w+)/g)].map((match) => match[1]!);
    return [...new Set(families)].sort();
  };
  assert.deepEqual(await fonts("1 + 1"), ["Main"]);
  assert.deepEqual(await fonts("x"), ["Main", "Math"]);
  assert.deepEqual(await fonts("\\mathbb{R}"), ["AMS", "Main"]);
  assert.deepEqual(await fonts("\\mathcal{L}(x)"), ["Caligraphic", "Main", "Math"]);
  assert.deepEqual(await fonts("\\textstyle\\sum"), ["Main", "Size1"]);
});

test("text of every kind is escaped", async () => {
  const attack = `</script></pre><img src=x onerror="alert(1)">`;
  const html = await notebookPage(notebook(
    code(attack, stream(attack), stream(attack, "stderr"), display({ "text/plain": attack }),
      { output_type: "error", ename: attack, evalue: attack, traceback: [attack] },
      display({ "image/png": await png(8, 8), "text/plain": attack }),
      display({ [plotly]: { data: [{ name: attack }] }, "text/plain": attack })),
    { cell_type: "raw", source: attack, metadata: {} },
    markdown(`\`${attack}\` and ![${attack.replace(/[[\]]/g, "")}](missing.png)`),
  ), { title: attack });
  assert.doesNotMatch(html, /<img src=x/);
  assert.equal(html.split("</script>").length - 1, 3, "the three scripts of the page end once each");
  const [json] = /(?<=<script type="application\/json">).*(?=<\/script>)/.exec(html) ?? [];
  assert.equal(JSON.parse(json!).data[0].name, attack, "and the plot's text is still what it was");
});

test("HTML in markdown is shown as text; of it only a picture with its size stays, written anew", async () => {
  const text = `# T <b onclick="x()">b</b>

<svg onload="x()"></svg> and <i>i</i> <!-- a comment -->

<div onclick="x()"><img src="data:image/png;base64,QUJD" onload="x()" width="9" style="x" alt="a &quot; b"></div>
<img src="x" alt="<script>x()</script>"`;
  const html = content(await notebookPage(notebook(markdown(text), code("", display({ "text/markdown": text })))));
  assert.deepEqual(html.match(/<(b|i|svg|div onclick|script)\b[^>]*>/g), null);
  assert.ok(html.includes("&lt;svg onload=&quot;x()&quot;&gt;&lt;/svg&gt; and &lt;i&gt;i&lt;/i&gt;"));
  assert.doesNotMatch(html, /a comment/);
  assert.equal(html.split(`<img src="data:image/png;base64,QUJD" alt="a &quot; b" width="9">`).length - 1, 2);
  assert.equal(html.split("<img").length - 1, 2);
});

test("hints are folded: <details> and <summary> stay, without attributes, and what is inside is markdown", async () => {
  const html = content(await notebookPage(notebook(markdown("# T"), markdown(
    "<details><summary>A <b>hint</b></summary>\n\nDivide by $M$, or `M`.\n\n</details>\n\n<details open onclick=x()>y</details>"))));
  assert.match(html, /<details><summary>A &lt;b&gt;hint&lt;\/b&gt;<\/summary>\n<p>Divide by <span class="katex">/);
  assert.match(html, /<code>M<\/code>\.<\/p>\n<\/details>/);
  assert.match(html, /&lt;details open onclick=x\(\)&gt;y/);
});

test("the content policy names the page's own scripts by their hashes, and allows no other source", async () => {
  const html = await notebookPage(await everything());
  const [policy] = /(?<=http-equiv="Content-Security-Policy" content=")[^"]*/.exec(html)!;
  assert.match(policy, /^default-src 'none'; /);
  assert.doesNotMatch(policy.replace("style-src 'unsafe-inline'", ""), /unsafe|http|\*/);
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]!);
  assert.equal(scripts.length, 2);
  for (const script of [...scripts, (await packedPlotly()).script])
    assert.ok(policy.includes(`'sha256-${createHash("sha256").update(script).digest("base64")}'`));
  assert.match(await notebookPage(notebook(markdown("words"))), /script-src 'none'/);
});

test("a picture is read only below the notebook's folder, and only from a file", async () => {
  const inner = path.join(folder, "inner");
  mkdirSync(path.join(inner, "deep"), { recursive: true });
  const picture = Buffer.from(await png(4, 4), "base64");
  for (const file of ["secret.png", "inner/own.png", "inner/deep/own.png"]) writeFileSync(path.join(folder, file), picture);
  symlinkSync(path.join(folder, "secret.png"), path.join(inner, "link.png"));
  symlinkSync(path.join(inner, "own.png"), path.join(inner, "near.png"));
  execFileSync("mkfifo", [path.join(inner, "pipe.png")]);
  const embeds = async (address: string): Promise<boolean> => {
    const html = content(await notebookPage(notebook(markdown(`![x](${address}) <img src="${address}">`)), { folder: inner }));
    assert.ok([1, 3].includes(html.split("base64,").length));
    return html.includes("base64,");
  };
  for (const address of ["own.png", "deep/own.png", "deep/../own.png", "near.png"]) assert.ok(await embeds(address), address);
  for (const address of ["../secret.png", "..%2Fsecret.png", "deep/../../secret.png", "link.png", "pipe.png", path.join(folder, "secret.png"),
    `file://${folder}/secret.png`]) assert.ok(!await embeds(address), address);
});

test("the first heading 1 is the title, with its math, and is not said twice", async () => {
  const html = await notebookPage(notebook(markdown("# Style, *seen* & $G$\n\nfirst words"), markdown("# Part two")));
  assert.match(html, /<title>Style, seen &amp; G<\/title>/);
  assert.match(html, /<header><h1>Style, <em>seen<\/em> &amp; <span class="katex">/);
  assert.equal(html.split("<h1").length - 1, 2);
  assert.match(await notebookPage(notebook(markdown("no heading")), { title: "a < b" }), /<title>a &lt; b<\/title>/);
});

test("an empty notebook is a page too", async () => {
  const html = await notebookPage({ cells: [] });
  assert.match(html, /<title>Notebook<\/title>/);
  assert.match(html, /<main>\s*<\/main>/);
  assert.match(content(await notebookPage(notebook(code(""), markdown("  ")))), /<main>\s*<\/main>/);
});

test("of the forms of one output the richest is shown, and an unknown one falls back to text/plain", async () => {
  const shown = async (data: Record<string, unknown>): Promise<string> => {
    const html = content(await notebookPage(notebook(code("x", display(data)))));
    return /<div class="outputs">\s*([\s\S]*?)\s*<\/div>\s*<\/div>\s*<\/main>/.exec(html)![1]!;
  };
  assert.equal(await shown({ "application/x": { a: 1 }, "text/plain": "words" }), `<pre class="result">words</pre>`);
  assert.match(await shown({ "application/x-new": { a: 1 } }), /nothing here can show application\/x-new/);
  assert.equal(await shown({ "text/plain": ["two ", "parts"] }), `<pre class="result">two parts</pre>`);
  assert.match(await shown({ "text/html": "<b>b</b>", "text/plain": "b" }), /^<iframe class="html" [^<]*&lt;b&gt;b&lt;\/b&gt;"><\/iframe>$/);
  assert.match(await shown({ "text/latex": "$$x^2$$" }), /katex-display/);
  const plot = { [plotly]: { data: [] }, "image/png": await png(8, 8) };
  assert.match(await shown(plot), /^<figure class="plot [^"]*has-twin"/);
});

test("pictures carry their size, their text as alt, and one line of it as caption", async () => {
  const html = content(await notebookPage(notebook(
    code("a", display({ "image/png": await png(30, 20), "text/plain": "a valley, 30×20" })),
    code("b", display({ "image/png": await png(30, 20), "text/plain": "line 1\nline 2" })),
    code("c", display({ "image/png": await png(30, 20), "text/plain": "[object Image]" })),
    code("d", display({ "image/png": await png(30, 20) })),
  )));
  assert.match(html, /alt="a valley, 30×20" width="30" height="20"><figcaption>a valley, 30×20<\/figcaption>/);
  assert.match(html, /alt="line 1 line 2" width="30" height="20"><\/figure>/);
  assert.equal(html.split("<figcaption>").length - 1, 1);
  assert.match(html, /alt="picture made by the cell above"/);
  const fine = { ...display({ "image/png": await png(30, 20) }), metadata: { "image/png": { width: 15 } } };
  assert.match(content(await notebookPage(notebook(code("e", fine)))), / width="15" height="10">/);
});

test("streams are joined, colored and overwritten as in a terminal", async () => {
  const html = content(await notebookPage(notebook(code("x",
    stream("10 %\r50 %\r"), stream("100 %\r\n\x1b[1;31mred"),
    stream(" still\x1b[39m bold\x1b[0m \x1b[2Kplain\x1b]0;t\x07"), stream("other", "stderr"),
    stream("\x1b[38;5;12mtwelve <")))));
  assert.ok(html.includes(`<pre class="stream">100 %\n<span class="ansi-bold ansi-red">red still</span>`));
  assert.ok(html.includes(`<span class="ansi-bold"> bold</span> plain</pre>\n<pre class="stream stderr">other</pre>`));
  assert.ok(html.includes(`<pre class="stream">twelve &lt;</pre>`));
});

test("an error is told once, with its name", async () => {
  const told = async (traceback: string[]): Promise<string> =>
    /<pre class="error">([\s\S]*?)<\/pre>/.exec(await notebookPage(notebook(
      code("x", { output_type: "error", ename: "RangeError", evalue: "no layer", traceback }))))![1]!;
  assert.equal(await told([]), "RangeError: no layer");
  assert.equal(await told(["at cell 1"]), "RangeError: no layer\nat cell 1");
  assert.equal(await told(["RangeError: no layer", "at cell 1"]), "RangeError: no layer\nat cell 1");
});

test("pictures named in the text come into the page; those that cannot are named and not asked for", async () => {
  writeFileSync(path.join(folder, "a b.png"), Buffer.from(await png(4, 4), "base64"));
  const text = `![here](a%20b.png) ![pasted](attachment:p.png) ![gone](gone.png) ![far](https://far.test/x.png)

<img src="a b.png" width="9"> <img alt="far" src='https://far.test/y.png'>`;
  const cell = { ...markdown(text), attachments: { "p.png": { "image/png": "QUJD" } } };
  const html = content(await notebookPage(notebook(cell), { folder }));
  assert.match(html, /<img src="data:image\/png;base64,iVBOR[^"]*" alt="here">/);
  assert.match(html, /<img src="data:image\/png;base64,QUJD" alt="pasted">/);
  assert.match(html, /\[picture gone.png: gone\]/);
  assert.match(html, /<img src="data:image\/png;base64,iVBOR[^"]*" alt="" width="9">/);
  assert.doesNotMatch(html, /src=["']?http/);
});

test("a relative link still leads to the same file when the page lies elsewhere", async () => {
  const text = "[by hand](01-by-hand.ipynb#the-loop) [up](../README.md) [away](https://a.test/b) [here](#part)";
  const html = await notebookPage(notebook(markdown(text)), { folder: "/p/notebooks", pageFolder: "/p/out" });
  const links = [...content(html).matchAll(/href="([^"]*)"/g)].map((match) => match[1]);
  assert.deepEqual(links, ["../notebooks/01-by-hand.ipynb#the-loop", "../README.md", "https://a.test/b", "#part"]);
});

test("in a site pages share one plotly, links between notebooks lead to pages, and links out of it nowhere", async () => {
  const [folder, plot] = ["/course", display({ [plotly]: { data: [], layout: {} } })];
  const pages = new Map([["/course/a.ipynb", "a.html"], ["/course/b.ipynb", "b.html"]]);
  const site = { plotly: "plotly.js", pages, index: { address: "index.html", title: "All <of> it" }, next: { address: "b.html", title: "B" } };
  const text = markdown("[there](b.ipynb#x-y) [code](../src/index.ts) [far](https://far.test) [here](#z)");
  const html = await notebookPage(notebook(text, code("plot()", plot)), { folder, pageFolder: "/elsewhere", site });
  assert.match(html, /<a href="b.html#x-y">there<\/a> <a>code<\/a> <a href="https:\/\/far.test">far<\/a> <a href="#z">here<\/a>/);
  assert.equal(html.split(`<a href="b.html" rel="next">B →</a>`).length - 1, 2);
  assert.match(html, /<a href="index.html" rel="index">All &lt;of&gt; it<\/a>/);
  assert.match(html, /id="plotly-gzip" data-file="plotly.js"><\/script>/);
  assert.ok(html.length < 60_000, `${html.length} bytes`);
  // The page's own script may load another; markup may not.
  assert.match(html, /script-src 'sha256-[^']*' 'strict-dynamic';/);
  assert.doesNotMatch(await notebookPage(notebook(text), { folder, site }), /strict-dynamic/);
});

test("a slip in a formula shows in the page and does not stop it", async () => {
  const html = await notebookPage(notebook(markdown("$\\frac{1$ and on\n\n$$\\nosuch$$")));
  assert.match(html, /katex-error|mathcolor|color:#cc0000/);
  assert.match(html, /and on/);
});

test("display math inside a sentence does not break its paragraph", async () => {
  const html = content(await notebookPage(notebook(markdown("so $$x$$ holds\n\n$$\ny\n$$"))));
  assert.doesNotMatch(html, /<p>[^<]*<p/);
  assert.equal(html.split(`<span class="katex-block">`).length - 1, 2);
});

test("code that the notebook hides is folded, and other languages are not taken for TypeScript", async () => {
  const hidden = { ...code("const x = 1;"), metadata: { jupyter: { source_hidden: true } } };
  assert.match(await notebookPage(notebook(hidden)), /<details class="source"><summary>code<\/summary><pre/);
  assert.match(await notebookPage(notebook(code("const x = 1;"))), /<span class="hljs-keyword">const<\/span>/);
  const python = { ...notebook(code("def f(): pass")), metadata: { language_info: { name: "python" } } };
  assert.match(await notebookPage(python), /<span class="hljs-keyword">def<\/span>/);
  const unknown = { ...python, metadata: { language_info: { name: "none" } } };
  assert.match(await notebookPage(unknown), /<code>def f\(\): pass</);
});

test("writePage leaves the whole page and nothing else, and an earlier page when it fails", async () => {
  const place = path.join(folder, "new", "page.html");
  await writePage(place, notebook(markdown("# One")));
  assert.match(readFileSync(place, "utf8"), /<h1>One<\/h1>[\s\S]*<\/html>\n$/);
  await assert.rejects(writePage(place, { cells: [null as never] }));
  await assert.rejects(writePage(path.join(folder, "new"), notebook(markdown("# Two"))));
  assert.deepEqual(readdirSync(path.dirname(place)), ["page.html"]);
  assert.equal(readdirSync(folder).filter((name) => name.endsWith(".tmp")).length, 0);
  assert.match(readFileSync(place, "utf8"), /<h1>One<\/h1>/);
});
