// How an object reads where Node prints it, such as at the end of a notebook's cell.
import { inspect } from "node:util";

/** Makes `object` print as what `text` returns, also as a string. Returns the same object; JSON and spread do not see it. */
export function printedAs<T extends object>(object: T, text: () => string): T {
  return Object.defineProperties(object, {
    [inspect.custom]: { value: () => text() },
    toString: { value: () => text() },
  });
}
