// Plain data as JSON, and nothing that would silently become something else.

/** `value` as JSON. @throws TypeError for what JSON cannot hold, with its place: `settings.loss is NaN` */
export function plainJson(value: unknown, place: string): string {
  mustBePlain(value, place);
  return JSON.stringify(value);
}

/** Undefined is allowed as an attribute, which JSON leaves out. */
function mustBePlain(value: unknown, place: string): void {
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return;
  if (Array.isArray(value)) return value.forEach((item, i) => mustBePlain(item, `${place}[${i}]`));
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) as object | null : undefined;
  // A notebook's cell has an Object of its own, so it is known by what it has no prototype beyond.
  if (prototype === undefined || (prototype !== null && Object.getPrototypeOf(prototype) !== null))
    throw new TypeError(`${place} is ${described(value)}, which is no plain data: give numbers, texts, lists and objects of them`);
  for (const [name, item] of Object.entries(value as object)) if (item !== undefined) mustBePlain(item, `${place}.${name}`);
}

function described(value: unknown): string {
  if (typeof value === "object") return `an object of the class ${value!.constructor.name}`;
  return typeof value === "function" ? "a function" : String(value);
}
