// A choice: one of several names.
import { mustBeOneOf } from "../../errors";
import { control, type Control } from "./control";

/**
 * One of several names that a page can choose from, the first one at first: `choice("painting", ["strokes", "mosaic"])`.
 *
 * @throws RangeError for a value that is none of them, or where there are none
 */
export function choice<Name extends string>(label: string, names: readonly Name[], { value = names[0] }: { value?: Name } = {}): Control<Name> {
  if (names.length === 0) throw new RangeError(`the choice "${label}" has nothing to choose from`);
  return control<Name>({
    label, value,
    check: (wanted) => mustBeOneOf(wanted, names, "name", `the choice "${label}"`),
    read: ({ index }) => names[index as number],
    keys: (now) => ({ index: names.indexOf(now) }),
    fixed: { _options_labels: names },
    model: { model: "Dropdown", style: { model: "DescriptionStyle", description_width: "10em" }, layout: { width: "32em" } },
    text: (now) => names.map((name) => (name === now ? `[${name}]` : name)).join(" "),
  });
}
