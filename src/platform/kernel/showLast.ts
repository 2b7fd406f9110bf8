// The value of a cell's last expression: tslab prints it as Node does, an image as a page of internals, a promise as "pending".
import { types } from "node:util";
import { outputsDrawn, present } from "../../cellOutput";

/** Shows the value: a promise by its result, what the library knows as a picture or a sentence, the rest as Node prints it. */
export async function showLast(value: unknown): Promise<void> {
  const result = types.isPromise(value) ? await value : value;
  await outputsDrawn(); // in the order of the code
  if (result === undefined || result === null) return;
  if (types.isGeneratorObject(result) && Symbol.asyncIterator in result)
    return console.log("nothing has run yet: go through it with `for await (const step of …)`");
  const shown = typeof result === "object" ? present(result) : undefined;
  if (typeof shown === "object") await shown;
  else console.log(shown ?? result);
}
