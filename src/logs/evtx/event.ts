/** Shapes and values → an event as JSON, in the form that `../event-form.ts` tells of. */
import type { Json } from "../../base";
import { Broken, DEEPEST, recordBudget } from "./broken";
import type { Budget } from "./broken";
import { Children, isContainer } from "../event-form";
import type { Named } from "../event-form";
import { brokenBy } from "./chunk";
import type { Chunk } from "./chunk";
import { INSTANCE, ShapeReader } from "./shape";
import type { AttributeShape, ElementShape, Inset, Piece } from "./shape";
import { ARRAY, BINXML_TYPE, textOf } from "./value";

/** Values of one instance of a template. Used again for the next one of the same depth. */
class Instance {
  count = 0;
  types = new Uint8Array(64);
  places = new Int32Array(64);
  sizes = new Uint16Array(64);
  hasArrays = false;

  constructor(readonly depth: number) {}

  /** Makes room for so many values, of which none is there yet. */
  open(count: number): void {
    if (count > this.types.length) {
      this.types = new Uint8Array(2 * count);
      this.places = new Int32Array(2 * count);
      this.sizes = new Uint16Array(2 * count);
    }
    this.count = count;
    this.hasArrays = false;
  }
}

const NONE = new Instance(0);

/** Reads the events of a chunk's records. */
export class Events {
  /** What was left out of the event that was read last, and why. */
  readonly lost: string[] = [];
  /** Names of fields that an event had more than once. */
  readonly repeated = new Set<string>();
  /** Whether a template of another chunk stood in for a damaged one. */
  borrowed = false;
  private budget: Budget;
  private readonly instances: Instance[] = [];
  private readonly twice = (name: string) => { if (this.repeated.size < 20) this.repeated.add(name); };

  constructor(private readonly chunk: Chunk) {
    this.budget = recordBudget(chunk.budget);
  }

  /** The event between two places of the chunk; throws {@link Broken}. */
  read(from: number, to: number): Map<string, Json> {
    this.lost.length = 0;
    this.borrowed = false;
    this.budget = recordBudget(this.chunk.budget);
    try {
      const event = new Map(this.fragment(from, to, 0));
      if (event.size === 0) throw new Broken("it holds no event");
      return event;
    } catch (problem) {
      throw brokenBy(problem);
    }
  }

  private fragment(from: number, to: number, depth: number): Named[] {
    if (depth >= DEEPEST) throw new Broken(`its templates are nested more than ${DEEPEST} deep`);
    const { bytes } = this.chunk;
    let at = from;
    // The usual case without a detour: a header, then one instance.
    if (bytes[at] === 0x0f) at += 4;
    if (bytes[at] === INSTANCE) return this.instance(at, to, depth);
    const reader = new ShapeReader(this.chunk, from, to);
    return this.roots(reader.fragment(), NONE, to, depth);
  }

  private roots(shapes: readonly (ElementShape | Inset)[], instance: Instance, to: number, depth: number): Named[] {
    const found: Named[] = [];
    for (const shape of shapes) {
      if ("instance" in shape) found.push(...this.instance(shape.instance, to, depth + 1));
      else found.push([shape.name, this.element(shape, instance)]);
    }
    return found;
  }

  private instance(at: number, to: number, depth: number): Named[] {
    if (depth >= DEEPEST) throw new Broken(`its templates are nested more than ${DEEPEST} deep`);
    const { chunk } = this;
    const { view } = chunk;
    // Token, version (1), identifier (4), place of the definition (4); the definition itself where it is used first.
    const place = view.getUint32(at + 6, true);
    const { template, borrowed } = chunk.template(place, view.getUint32(at + 2, true));
    if (borrowed) this.borrowed = true;
    const behind = at + 10;
    const values = this.values(place === behind ? chunk.behindTemplate(place) : behind, to, depth);
    return this.roots(template.roots, values, to, depth);
  }

  /** Descriptors of values: how many, then size (2), type (1) and a zero of each; their bytes follow. */
  private values(at: number, to: number, depth: number): Instance {
    const { view } = this.chunk;
    const count = view.getUint32(at, true);
    let place = at + 4 + 4 * count;
    if (count > 0xffff || place > to) throw new Broken(`its ${count} values do not fit into it`);
    const instance = (this.instances[depth] ??= new Instance(depth));
    instance.open(count);
    for (let i = 0, d = at + 4; i < count; i++, d += 4) {
      const size = view.getUint16(d, true);
      const type = view.getUint8(d + 2);
      if (place + size > to) {
        // What is there of the values is read; the others are empty.
        instance.count = i;
        this.lost.push(`values from the ${i + 1}. of ${count} on run off its end`);
        break;
      }
      instance.types[i] = type;
      instance.places[i] = place;
      instance.sizes[i] = size;
      if (type & ARRAY) instance.hasArrays = true;
      place += size;
    }
    return instance;
  }

  /** One value; null when it is not there. `item`: of an array, that element alone. */
  private value(instance: Instance, slot: number, item: number): Json {
    if (slot >= instance.count) return null;
    const { view, bytes, values } = this.chunk;
    const type = instance.types[slot] as number;
    const at = instance.places[slot] as number;
    const size = instance.sizes[slot] as number;
    if (type === BINXML_TYPE) return null;
    if (item >= 0 && type & ARRAY) return values.items(view, bytes, type, at, size)[item] ?? null;
    return values.read(view, bytes, type, at, size);
  }

  private element(shape: ElementShape, instance: Instance, item = -1): Json {
    this.budget.element();
    if (!shape.open) return (shape.fixed ??= this.build(shape, instance, item));
    if (shape.only >= 0 && !this.isNested(instance, shape.only)) return this.value(instance, shape.only, item);
    return this.build(shape, instance, item);
  }

  private isNested(instance: Instance, slot: number): boolean {
    return slot < instance.count && instance.types[slot] === BINXML_TYPE && (instance.sizes[slot] as number) > 0;
  }

  /** Null for an element with nothing in it, its text or number, or a bag. `nameless`: attributes were used elsewhere. */
  private build(shape: ElementShape, instance: Instance, item: number, nameless = false): Json {
    const container = isContainer(shape.name);
    let bag: Map<string, Json> | undefined;
    if (!nameless) {
      const attributes = this.attributes(shape.attributes, instance, item);
      if (attributes !== null) bag = new Map<string, Json>([["#attributes", attributes]]);
    }
    const pieces: Piece[] = [];
    let children: Children | undefined;
    for (const part of shape.content) {
      if (typeof part === "string") pieces.push(part);
      else if ("name" in part) this.child((children ??= new Children(container, this.twice)), part, instance);
      else if (!this.isNested(instance, part.slot)) pieces.push(part);
      else this.nested((children ??= new Children(container, this.twice)), instance, part.slot);
    }
    const text = this.joined(pieces, instance, item);
    if (bag === undefined && children === undefined) return text;
    bag ??= new Map();
    if (text !== null) bag.set("#text", text);
    children?.into(bag);
    return bag;
  }

  /** Attributes that have a value; null when none has. */
  private attributes(shapes: readonly AttributeShape[], instance: Instance, item: number): Json {
    let bag: Map<string, Json> | null = null;
    for (const { name, pieces } of shapes) {
      const value = this.joined(pieces, instance, item);
      if (value !== null) (bag ??= new Map<string, Json>()).set(name, value);
    }
    return bag;
  }

  /** What stands side by side: one value as it is, several as a text. */
  private joined(pieces: readonly Piece[], instance: Instance, item: number): Json {
    let found: Json = null;
    for (const piece of pieces) {
      const value = typeof piece === "string" ? piece : this.value(instance, piece.slot, item);
      if (value === null || value === "") continue;
      if (found === null) found = value;
      else {
        const text = textOf(value);
        const before = textOf(found);
        this.budget.text(before.length + text.length);
        found = before + text;
      }
    }
    return found;
  }

  /** An element inside of another one. An array among its values repeats it ([MS-EVEN6] 3.1.4.7.5, "Array Types"). */
  private child(into: Children, shape: ElementShape, instance: Instance): void {
    const times = instance.hasArrays ? this.timesOf(shape, instance) : 1;
    for (let i = 0; i < times; i++) {
      const item = times > 1 ? i : -1;
      if (!into.container || shape.name !== "Data") {
        into.add(shape.name, this.element(shape, instance, item));
        continue;
      }
      this.budget.element();
      const name = shape.attributes.find((attribute) => attribute.name === "Name");
      const said = name === undefined ? null : this.joined(name.pieces, instance, item);
      const value = shape.content.length === 1 && this.plainSlot(shape, instance) >= 0
        ? this.value(instance, this.plainSlot(shape, instance), item)
        : this.build(shape, instance, item, true);
      into.data(said === null ? undefined : textOf(said), value ?? "");
    }
  }

  /** The value that is an element's only content; -1 when there is none such. */
  private plainSlot(shape: ElementShape, instance: Instance): number {
    const [first] = shape.content;
    return typeof first === "object" && "slot" in first && !this.isNested(instance, first.slot) ? first.slot : -1;
  }

  private timesOf(shape: ElementShape, instance: Instance): number {
    const arrays = [...shape.content, ...shape.attributes.flatMap((attribute) => attribute.pieces)];
    for (const part of arrays) {
      if (typeof part === "string" || "name" in part || part.slot >= instance.count) continue;
      const type = instance.types[part.slot] as number;
      if (!(type & ARRAY)) continue;
      const { view, bytes, values } = this.chunk;
      const items = values.items(view, bytes, type, instance.places[part.slot] as number, instance.sizes[part.slot] as number);
      if (items.length > 1) return items.length;
    }
    return 1;
  }

  /** A value that is itself a piece of an event. */
  private nested(into: Children, instance: Instance, slot: number): void {
    const from = instance.places[slot] as number;
    try {
      for (const [name, value] of this.fragment(from, from + (instance.sizes[slot] as number), instance.depth + 1)) into.add(name, value);
    } catch (problem) {
      // The rest of the event is whole: an analyst wants it.
      this.lost.push(`a part of it is left out: ${brokenBy(problem).message}`);
    }
  }
}
