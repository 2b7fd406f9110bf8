// Attributes of kernels: plain data, which the caller may change after the call.

/** A copy of numbers, strings, lists and objects of them; anything else is kept as it is, and equals nothing later. */
export function copyOf(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(copyOf);
  return isObject(data) ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key, copyOf(value)])) : data;
}

/** Whether two values are the same plain data. What is not plain, such as a typed array, is the same as nothing. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null) return Object.is(a, b) && typeof a !== "function";
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!isSame(a[i], b[i])) return false;
    return true;
  }
  if (!isObject(a) || !isObject(b)) return false;
  let keys = 0;
  for (const key in a) {
    if (!(key in b) || !isSame(a[key], b[key])) return false;
    keys++;
  }
  return keys === Object.keys(b).length;
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype;
}
