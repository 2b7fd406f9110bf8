// An executed notebook does not reveal the machine it ran on: absolute paths are shortened in what cells print.
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import type { Bundle, Output } from "../files/notebookFile";

/** A function that removes the project's folder from the front of paths and replaces the home folder by `~`. */
export function scrubber(root: string = path.resolve(__dirname, "../../..")): (text: string) => string {
  const escaped = (folder: string): string => folder.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const rules: [RegExp, string][] = [
    [new RegExp(`(?:file://)?${escaped(root)}[\\\\/]`, "g"), ""],
    [new RegExp(`(?:file://)?${escaped(root)}(?![\\w.-])`, "g"), "."],
    [new RegExp(`(?:file://)?${escaped(tmpdir())}(?=[\\\\/])`, "g"), "TMP"],
  ];
  // A home of "/" (as in some containers) would match every path.
  if (homedir().length > 1) rules.push([new RegExp(`(?:file://)?${escaped(homedir())}(?=[\\\\/])`, "g"), "~"]);
  return (text) => rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** An output with `scrub` applied to all of its text: streams, errors, and text in bundles. */
export function scrubOutput(output: Output, scrub: (text: string) => string): Output {
  if (output.output_type === "stream") return { ...output, text: scrub(output.text) };
  if (output.output_type === "error")
    return { ...output, evalue: scrub(output.evalue), traceback: output.traceback.map(scrub) };
  const data: Bundle = Object.fromEntries(Object.entries(output.data).map(([type, value]) =>
    [type, type.startsWith("text/") && typeof value === "string" ? scrub(value) : value]));
  return { ...output, data };
}
