/**
 * The form that Windows events commonly have as JSON: an element is a bag, its attributes are under `#attributes`, its text is
 * its value (under `#text` where it has attributes or elements too), the second `Action` is `Action_1`, and an element with
 * nothing in it is null. Inside of EventData, `<Data Name="Image">` is the field `Image`; Data without names is a list.
 */
import type { Json } from "../base";

/** An element by its name. */
export type Named = readonly [name: string, value: Json];

/** Whether Data elements in an element of this name are fields. */
export function isContainer(name: string): boolean {
  return name === "EventData" || name === "UserData";
}

/** Elements inside of one, on their way into its bag. */
export class Children {
  private readonly all: Named[] = [];
  private fields: Map<string, Json> | undefined;
  private list: Json[] | undefined;

  /** `container`: Data elements are fields. `twice` is told of a field that comes again. */
  constructor(readonly container: boolean, private readonly twice: (name: string) => void) {}

  add(name: string, value: Json): void {
    this.all.push([name, value]);
  }

  /** A Data element: a field of its name (the last one of a name stands, as in all exports), or an element of the list. */
  data(name: string | undefined, value: Json): void {
    if (name === undefined) {
      (this.list ??= []).push(value);
      return;
    }
    this.fields ??= new Map();
    if (this.fields.has(name)) this.twice(name);
    this.fields.set(name, value);
  }

  into(bag: Map<string, Json>): void {
    if (this.fields !== undefined) for (const [name, value] of this.fields) bag.set(name, value);
    let counts: Map<string, number> | undefined;
    for (const [name, value] of this.all) {
      if (!bag.has(name)) {
        bag.set(name, value);
        continue;
      }
      counts ??= new Map();
      const n = counts.get(name) ?? 1;
      counts.set(name, n + 1);
      bag.set(`${name}_${n}`, value);
    }
    if (this.list === undefined) return;
    const [first = null] = this.list;
    bag.set("Data", new Map([["#text", this.list.length === 1 ? first : this.list]]));
  }
}
