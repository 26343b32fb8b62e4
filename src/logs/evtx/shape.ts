/**
 * What an event will look like before its values are known: BinXML read once, when a template is first met. Elements and
 * attributes with their fixed texts, and places where values go. Sources: [MS-EVEN6] 2.2.12.1 and libevtx, "Binary XML".
 */
import type { Json } from "../../base";
import { Broken, DEEPEST } from "./broken";

/** The place of a value, by its number in the template's instance. */
export interface Slot {
  readonly slot: number;
}

/** An instance of a template: where a fragment goes on with the values of one. */
export interface Inset {
  /** Where the token of the instance is, in the chunk. */
  readonly instance: number;
}

/** What stands in an element or attribute. */
export type Piece = string | Slot;

export interface AttributeShape {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

export interface ElementShape {
  readonly name: string;
  readonly attributes: readonly AttributeShape[];
  readonly content: readonly (Piece | ElementShape)[];
  /** The one value that the element consists of, when it has nothing else; -1 otherwise. */
  readonly only: number;
  /** Whether some value is in it, at any depth. */
  readonly open: boolean;
  /** What it becomes when no value is in it; made when it is first asked for. */
  fixed?: Json;
}

/** What a chunk gives to a reader of BinXML. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The name at a place of the chunk. */
  name(at: number): string;
  /** A text of UTF-16 units. */
  text(at: number, units: number): string;
}

const EOF = 0x00, OPEN = 0x01, CLOSE_START = 0x02, CLOSE_EMPTY = 0x03, END = 0x04, VALUE = 0x05, ATTRIBUTE = 0x06, CDATA = 0x07;
const CHARACTER = 0x08, ENTITY = 0x09, PI_TARGET = 0x0a, PI_DATA = 0x0b;
export const INSTANCE = 0x0c, FRAGMENT = 0x0f;
const SLOT = 0x0d, OPTIONAL_SLOT = 0x0e;
/** Set on a token: more of its kind follow, or attributes do. */
const MORE = 0x40;

/** Source: [MS-EVEN6] 2.2.12.1, EntityRef; XML 1.0, 4.6. */
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads elements. `at` is behind the last one read. */
export class ShapeReader {
  /** Values that are named, and so must be there; the highest number and one more. */
  slots = 0;

  constructor(private readonly source: Source, public at: number, private readonly end: number) {}

  /** The token at the place of reading, without its flag. */
  token(): number {
    if (this.at >= this.end) return EOF;
    return (this.source.bytes[this.at] as number) & ~MORE;
  }

  /** A fragment's elements: what a template holds. Instances of templates stand in it as {@link Inset}s. */
  fragment(): (ElementShape | Inset)[] {
    const found: (ElementShape | Inset)[] = [];
    for (;;) {
      switch (this.token()) {
        case EOF: return found;
        case FRAGMENT: this.skip(4); break;
        case PI_TARGET: case PI_DATA: this.instruction(); break;
        case OPEN: found.push(this.element(0, this.hasDependency())); break;
        case INSTANCE:
          // What follows belongs to the instance: its length is known only to who reads its values.
          found.push({ instance: this.at });
          return found;
        default: throw this.odd("an element");
      }
    }
  }

  /** The element at the place of reading. */
  element(depth: number, dependency: boolean): ElementShape {
    if (depth >= DEEPEST) throw new Broken(`its elements are nested more than ${DEEPEST} deep`);
    const { view, bytes } = this.source;
    const attributed = ((bytes[this.at] as number) & MORE) !== 0;
    this.skip(dependency ? 7 : 5);
    const name = this.name();
    const attributes: AttributeShape[] = [];
    if (attributed) {
      const length = view.getUint32(this.at, true);
      if (length > this.end - this.at) throw new Broken("a list of attributes runs off the end");
      this.skip(4);
      while (this.token() === ATTRIBUTE) {
        this.skip(1);
        const attribute = this.name();
        const pieces: Piece[] = [];
        for (let piece = this.piece(); piece !== undefined; piece = this.piece()) pieces.push(piece);
        attributes.push({ name: attribute, pieces });
      }
    }
    const content: (Piece | ElementShape)[] = [];
    const close = this.token();
    this.skip(1);
    if (close === CLOSE_START) this.content(content, depth);
    else if (close !== CLOSE_EMPTY) throw this.odd("the end of a start tag", -1);
    return shapeOf(name, attributes, content);
  }

  private content(into: (Piece | ElementShape)[], depth: number): void {
    for (;;) {
      const piece = this.piece();
      if (piece !== undefined) {
        if (piece !== "") into.push(piece);
        continue;
      }
      switch (this.token()) {
        case END: this.skip(1); return;
        case OPEN: into.push(this.element(depth + 1, this.hasDependency())); break;
        case PI_TARGET: case PI_DATA: this.instruction(); break;
        default: throw this.odd("the content of an element");
      }
    }
  }

  /** Text or the place of a value; undefined when something else is here. */
  private piece(): Piece | undefined {
    const { view, bytes } = this.source;
    const { at } = this;
    switch (this.token()) {
      case VALUE: {
        const type = bytes[at + 1];
        if (type !== 0x01) throw new Broken(`a fixed value has the type 0x${(type ?? 0).toString(16)}, which is no text`);
        this.skip(2);
        return this.counted();
      }
      case CDATA: this.skip(1); return this.counted();
      case SLOT: case OPTIONAL_SLOT: {
        const slot = view.getUint16(at + 1, true);
        this.skip(4);
        this.slots = Math.max(this.slots, slot + 1);
        return { slot };
      }
      case CHARACTER: this.skip(3); return String.fromCharCode(view.getUint16(at + 1, true));
      case ENTITY: {
        this.skip(1);
        const name = this.name();
        return ENTITIES[name] ?? `&${name};`;
      }
      default: return undefined;
    }
  }

  /** A text with its length before it. */
  private counted(): string {
    const units = this.source.view.getUint16(this.at, true);
    const from = this.at + 2;
    this.skip(2 + 2 * units);
    return this.source.text(from, units);
  }

  /** A name by its place in the chunk; where it is used first, it stands here. */
  private name(): string {
    const place = this.source.view.getUint32(this.at, true);
    this.skip(4);
    const name = this.source.name(place);
    // Next name (4), hash (2), length (2), the name and a NUL.
    if (place === this.at) this.skip(10 + 2 * this.source.view.getUint16(place + 6, true));
    return name;
  }

  /** Processing instructions say nothing about the event. */
  private instruction(): void {
    const target = this.token() === PI_TARGET;
    this.skip(1);
    if (target) this.name();
    else this.counted();
  }

  /**
   * Whether an element starts with a dependency identifier (2 bytes): elements of templates do, those that are values do not
   * ([MS-EVEN6], "Element"). What follows tells: a length that fits and a name that is in the chunk.
   */
  private hasDependency(): boolean {
    const { view } = this.source;
    const fits = (at: number) => {
      if (at + 8 > this.end) return false;
      return view.getUint32(at, true) <= this.end - at && view.getUint32(at + 4, true) <= view.byteLength - 10;
    };
    return fits(this.at + 3) || !fits(this.at + 1);
  }

  private skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.end) throw new Broken("it ends in the middle");
  }

  private odd(wanted: string, back = 0): Broken {
    const at = this.at + back;
    return new Broken(`token 0x${(this.source.bytes[at] ?? 0).toString(16)} at ${at} of its chunk is not ${wanted}`);
  }
}

/** An element, with what can be told of it beforehand. */
export function shapeOf(name: string, attributes: readonly AttributeShape[], content: readonly (Piece | ElementShape)[]): ElementShape {
  const isOpen = (piece: Piece | ElementShape) => typeof piece !== "string" && (!("name" in piece) || piece.open);
  const [first] = content;
  const only = attributes.length === 0 && content.length === 1 && typeof first === "object" && "slot" in first ? first.slot : -1;
  const open = content.some(isOpen) || attributes.some((attribute) => attribute.pieces.some(isOpen));
  return { name, attributes, content, only, open };
}
