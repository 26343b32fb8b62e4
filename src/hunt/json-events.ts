/**
 * Events that are JSON objects, read by the shortest way. The keys that events have are learnt as they come; a field
 * that no event ever had costs nothing, one that stands where it always stands costs one look.
 */
import { readJson } from "../base";
import { memberOf, meets, PLAIN, readField, shapes } from "../schema";
import type { EventShape, EventValue, FieldSource, Place } from "../schema";
import { leavesOf, wordOf } from "./column";
import type { Column, EventReader, Way } from "./column";

type Plain = { readonly [key: string]: EventValue };

/** An object inside the event whose keys are watched: the event itself, `Event`, `Event.EventData`. */
interface Slot {
  readonly keys: readonly string[];
  readonly seen: Set<string>;
  /** Keys by their spelling without blanks, for those that have some. */
  readonly spaced: Map<string, string[]>;
  object: Plain | undefined;
  at: number;
}

/** Beyond so many different keys nothing is learnt any more and all is read the general way. */
const MOST_KEYS = 20_000;

export class JsonEvents implements EventReader {
  shape: EventShape = PLAIN;
  event: EventValue;
  emptyIsNull = false;
  line: string | undefined;
  private readonly slots: Slot[] = [];
  private readonly slotOf = new Map<string, number>();
  /** Grows whenever a key is new: ways are worked out again then. */
  private generation = 0;
  private keys = 0;
  private count = -1;
  private quick = true;
  private possible: readonly EventShape[] = [];
  private possibleOf = -1;

  constructor() {
    this.slot([]);
  }

  /** Takes the next event; `line` is its text, from which large integers are read exactly. */
  begin(event: EventValue, line?: string): void {
    this.event = event;
    this.line = line;
    this.count++;
    this.quick = event !== null && typeof event === "object" && !Array.isArray(event) && !(event instanceof Map) && this.keys < MOST_KEYS;
    if (this.quick) {
      const [top] = this.slots;
      top!.object = event as Plain;
      top!.at = this.count;
      this.learn(top!);
      for (let i = 1; i < this.slots.length; i++) this.visit(this.slots[i]!);
    }
    this.shape = this.shapeOf();
  }

  read(column: Column): EventValue {
    if (!this.quick || column.general) return this.exact(readField(this.event, column.source), column);
    if (column.waysOf !== this.generation) this.workOut(column);
    const { ways } = column;
    let found: EventValue;
    for (let i = 0; i < ways.length; i++) {
      const way = ways[i]!;
      let value: EventValue;
      if (way.general !== undefined) value = readField(this.event, way.general);
      else {
        const { object } = this.slots[way.slot]!;
        if (object === undefined) continue;
        value = object[way.key];
        if (value === undefined || typeof value === "function") continue;
        if (typeof value === "object" && value !== null && !Array.isArray(value)) {
          if (way.key === "__proto__" && !Object.hasOwn(object, way.key)) continue;
          value = memberOf(value, "#text") ?? value;
        }
      }
      if (value === undefined) continue;
      if (value !== null) return typeof value === "number" ? this.exact(value, column) : value;
      found = null;
    }
    return found;
  }

  leaves(): readonly string[] {
    return leavesOf(this.event, (value) => wordOf(this.exact(value)));
  }

  /** Integers that a double cannot hold are looked up in the event's text. */
  private exact(value: EventValue, column?: Column): EventValue {
    const { line } = this;
    if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value) || line === undefined) return value;
    const digits = digitsIn(line, value);
    if (digits !== undefined) return BigInt(digits);
    if (column === undefined) return value;
    const event = readJson(line).value as EventValue;
    return event === undefined ? value : readField(event, column.source);
  }

  private shapeOf(): EventShape {
    if (this.possibleOf !== this.generation || !this.quick) {
      const seen = this.slots[0]!.seen;
      const dotted = [...seen].some((key) => key.includes("."));
      const may = (place: Place) => !this.quick || dotted || seen.has(place.keys[0]!) || this.slots[0]!.spaced.has(place.keys[0]!);
      this.possible = shapes().filter((shape) => shape.has.every((term) => term.places.some(may)));
      this.possibleOf = this.quick ? this.generation : -1;
    }
    for (const shape of this.possible) if (shape.has.every((term) => meets(this.event, term))) return shape;
    return PLAIN;
  }

  /** The number of the slot for an object at a path, watched from the next event on. */
  private slot(keys: readonly string[]): number {
    const path = keys.join(".");
    let index = this.slotOf.get(path);
    if (index === undefined) {
      index = this.slots.length;
      this.slotOf.set(path, index);
      const slot: Slot = { keys, seen: new Set(), spaced: new Map(), object: undefined, at: -1 };
      this.slots.push(slot);
      if (keys.length > 0 && this.quick && this.count >= 0) this.visit(slot);
    }
    return index;
  }

  private visit(slot: Slot): void {
    let at: EventValue = this.slots[0]!.object;
    for (const key of slot.keys) {
      at = at !== undefined && at !== null && typeof at === "object" && !Array.isArray(at) && !(at instanceof Map)
        && Object.hasOwn(at, key) ? (at as Plain)[key] : undefined;
    }
    slot.at = this.count;
    slot.object = at !== undefined && at !== null && typeof at === "object" && !Array.isArray(at) && !(at instanceof Map) ? (at as Plain) : undefined;
    // What is no plain object is read the general way: that is a kind of key, too.
    if (slot.object !== undefined) this.learn(slot);
    else if (at !== undefined && at !== null && !slot.seen.has(NOT_PLAIN)) this.add(slot, NOT_PLAIN);
  }

  private learn(slot: Slot): void {
    const { seen } = slot;
    for (const key in slot.object) if (!seen.has(key)) this.add(slot, key);
  }

  private add(slot: Slot, key: string): void {
    slot.seen.add(key);
    this.keys++;
    this.generation++;
    if (key.includes(" ")) {
      const bare = key.replace(/ /g, "");
      slot.spaced.set(bare, [...(slot.spaced.get(bare) ?? []), key]);
    }
  }

  /** Which of a column's places can hold anything, given the keys that were seen. */
  private workOut(column: Column): void {
    const ways: Way[] = [];
    for (const place of column.source.places) this.wayTo(place, ways);
    column.ways = ways;
    // Slots that were added for this column have taught new keys.
    column.waysOf = this.generation;
  }

  private wayTo(place: Place, ways: Way[]): void {
    const top = this.slots[0]!;
    const { keys } = place;
    const last = keys[keys.length - 1]!;
    const general = (): void => void ways.push({ slot: -1, key: last, general: sourceAt(place) });
    if (place.take !== undefined || keys.includes("*")) {
      if (this.begins(keys)) general();
      return;
    }
    if (keys.length === 1) {
      if (top.seen.has(last)) ways.push({ slot: 0, key: last });
      for (const key of top.spaced.get(last) ?? []) ways.push({ slot: 0, key });
      return;
    }
    // A key with dots, or a value on the way that is no plain object, leaves only the general way.
    for (let n = 1; n < keys.length; n++) {
      const above = this.slots[this.slot(keys.slice(0, n - 1))]!;
      if (hasDots(above.seen) || above.seen.has(NOT_PLAIN)) return this.begins(keys) ? general() : undefined;
      if (!above.seen.has(keys[n - 1]!)) return;
    }
    const index = this.slot(keys.slice(0, -1));
    const slot = this.slots[index]!;
    if (slot.seen.has(NOT_PLAIN) || hasDots(slot.seen)) return general();
    if (slot.seen.has(last)) ways.push({ slot: index, key: last });
    for (const key of slot.spaced.get(last) ?? []) ways.push({ slot: index, key });
  }

  /** Whether any event had a key that a place can begin with. */
  private begins(keys: readonly string[]): boolean {
    const { seen } = this.slots[0]!;
    if (seen.has(keys[0]!)) return true;
    if (!hasDots(seen)) return false;
    for (let n = 2; n <= keys.length; n++) if (seen.has(keys.slice(0, n).join("."))) return true;
    return false;
  }
}

/** Stands among the keys of a slot for "was something else than an object". */
const NOT_PLAIN = "\u0000";

const dots = new WeakMap<Set<string>, { size: number; has: boolean }>();

function hasDots(seen: Set<string>): boolean {
  const known = dots.get(seen);
  if (known?.size === seen.size) return known.has;
  const has = [...seen].some((key) => key.includes("."));
  dots.set(seen, { size: seen.size, has });
  return has;
}

const sources = new Map<string, FieldSource>();

function sourceAt(place: Place): FieldSource {
  let source = sources.get(place.text);
  if (source === undefined || source.places[0] !== place) sources.set(place.text, (source = { places: [place] }));
  return source;
}

/** The text of an integer that a double cannot hold, as the event's text has it; undefined when that is not certain. */
function digitsIn(line: string, value: number): string | undefined {
  // The double agrees with what was written in the first digits, unless it was rounded to a power of ten.
  const head = String(BigInt(value)).slice(0, 14);
  let found: string | undefined;
  for (let at = line.indexOf(head); at >= 0; at = line.indexOf(head, at + 1)) {
    const [run = ""] = /^-?\d+/.exec(line.slice(at, at + 400)) ?? [];
    if (Number(run) !== value || run === found) continue;
    if (found !== undefined) return undefined;
    found = run;
  }
  return found;
}
