/** A field of the rules as it stands in events of one shape: where to look, and what was found there for the event at hand. */
import type { EventShape, EventValue, FieldSource } from "../schema";
import type { AskedField, Verdict } from "./asked-field";

/** Where atoms of all columns have their places: those of one column lie side by side from `first`. */
export class Column {
  /** The event that was read last, what it held, and the atoms that hold for it besides `NULL` and `EXISTS`. */
  at = -1;
  value: EventValue;
  held: Verdict = [];
  isNull = false;
  /** Direct ways, worked out for the keys that were seen so far (`keys.ts`). */
  ways: readonly Way[] = [];
  waysOf = -1;
  /** Whether only the slow and general way is right: joined fields, values that are translated, other cases. */
  readonly general: boolean;

  constructor(
    readonly index: number,
    readonly field: AskedField,
    readonly shape: EventShape,
    readonly source: FieldSource,
    readonly first: number,
  ) {
    this.general = source.join !== undefined || source.unless !== undefined || source.values !== undefined
      || source.heads !== undefined || source.anyCase === true;
  }
}

/** A way to a value: the object of a slot and a key of it; without a slot, a place to be read in general. */
export interface Way {
  readonly slot: number;
  readonly key: string;
  readonly general?: FieldSource;
}

/** An event that columns can be read from. */
export interface EventReader {
  readonly shape: EventShape;
  /** The value of a column in the event at hand; undefined where it is absent. */
  read(column: Column): EventValue;
  /** All plain values of the event, however deep: where keywords are looked for. */
  leaves(): readonly string[];
  /** The event as a whole, for what needs more than columns. */
  readonly event: EventValue;
  /** Its text, where it was JSON. */
  readonly line: string | undefined;
  /** Whether an empty text may as well mean that there is no value, as in columns of a table. */
  readonly emptyIsNull: boolean;
}

/** Leaves of one event that are looked at. */
const MOST_LEAVES = 100_000;

/** The texts of all plain values in an event; `number` gives the text of a number. */
export function leavesOf(event: EventValue, number: (value: number) => string = String): string[] {
  const out: string[] = [];
  const open: EventValue[] = [event];
  while (open.length > 0 && out.length < MOST_LEAVES) {
    const value = open.pop();
    if (value === null || value === undefined) continue;
    if (typeof value === "string") out.push(value);
    else if (typeof value === "number") out.push(number(value));
    else if (typeof value !== "object") out.push(String(value));
    else if (Array.isArray(value)) for (const each of value as readonly EventValue[]) open.push(each);
    else if (value instanceof Map) for (const each of (value as ReadonlyMap<string, EventValue>).values()) open.push(each);
    else for (const each of Object.values(value)) open.push(each as EventValue);
  }
  return out;
}

/** The scalar's text; "" for what has none. */
export function wordOf(value: EventValue): string {
  return value === undefined || value === null || typeof value === "object" ? "" : typeof value === "string" ? value : String(value);
}
