// npm start: runs the first notebook through the real kernel, and writes it and a page of it to out/.
import * as path from "node:path";
import { runToFiles } from "./runToFiles";

const root = path.resolve(__dirname, "..");
const began = Date.now();

void runToFiles(path.join(root, "notebooks", "00-first-picture.ipynb"), path.join(root, "out", "00-first-picture.ipynb"), { label: "first picture" })
  .then((code) => {
    const all = ((Date.now() - began) / 1000).toFixed(1);
    if (code === 0) console.log(`Done in ${all} s. Open the page in a browser; it needs no network.`);
    process.exit(code);
  });
