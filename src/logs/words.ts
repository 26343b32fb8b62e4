/**
 * The distinct cells of a column in the making. Cells are looked up by their characters where they stand in the text, and
 * kept as bytes in blocks: a cell that was there before costs neither an object nor a copy, and a new one no object either.
 */
import { readJson } from "../base";
import type { Value } from "../table";
import { ownText } from "./window";

/** What kinds of cells a column has; bits. */
export const TEXT = 1, BOOL = 2, LONG = 4, REAL = 8, NESTED = 16;

/** How a cell is kept: as a value, or as a text, a number or JSON in characters. */
const VALUE = 0, WORD = 1, NUMBER = 2, JSON_TEXT = 3, LONG_JSON = 4;
export type Form = typeof WORD | typeof NUMBER | typeof JSON_TEXT;
export const AS_TEXT = WORD, AS_NUMBER = NUMBER, AS_JSON = JSON_TEXT;

/** Texts longer than this are not looked for: hashing them costs more than keeping them twice. */
const LONG_TEXT = 4096;
/** After so many distinct cells a column that hardly repeats stops looking for repetitions. */
const GIVE_UP = 8192;
/** Steps to look for a cell before it is kept twice: a text made to fill one corner of the table cannot slow us. */
const MOST_STEPS = 64;

/** Bytes of a block, as a power of two. The first blocks are smaller: a text may have thousands of columns. */
const BLOCK_BITS = 18, BLOCK = 1 << BLOCK_BITS, FIRST_BLOCK = 512;
/** Blocks that a place of 32 bits can name. */
const MOST_BLOCKS = 1 << (32 - BLOCK_BITS);
/** Cells that are longer are kept as texts of their own. */
const LONGEST_KEPT = 8192;

export const FIRST_HASH = 0x1b873593;

/** The hash of some characters and one more. */
export function hashStep(hash: number, c: number): number {
  return Math.imul(hash ^ c, 0x01000193);
}

const decoder = new TextDecoder();
/** Characters of a text that is looked for. */
const scratch = new Uint16Array(LONG_TEXT);

/** The hash of characters of which nobody has it yet. */
export function hashOf(units: Uint16Array, from: number, to: number): number {
  let hash = FIRST_HASH;
  for (let i = from; i < to; i++) hash = hashStep(hash, units[i]!);
  return hash;
}

/** Cells by code; the first is null. A cell may occur twice where looking for it did not pay. */
export class Words {
  /** Which kinds of cells there are. */
  kinds = 0;
  /** How many cells there are, with the null. */
  count = 1;
  private forms = new Uint8Array(8);
  /** Where a cell is: a place in the blocks, or in `values` (or in `longs`). */
  private places = new Uint32Array(8);
  private sizes = new Uint16Array(8);
  private hashes = new Int32Array(8);
  /** Codes by hash, open-addressed; undefined when nobody looks any more. */
  private slots: Uint32Array | undefined = new Uint32Array(16);
  private looked = 0;
  private blocks: Uint8Array[] = [];
  /** The block that is filled, and how far. */
  private block = new Uint8Array(0);
  private filled = 0;
  /** Cells that are not kept as characters. */
  private readonly values: Value[] = [null];
  private longs: string[] = [];
  /** All cells, once somebody asked for them. */
  private made: Value[] | undefined;

  /** `passing`: texts are pieces of one that is not kept, and are copied when they are. */
  constructor(private readonly passing: boolean) {}

  /** The code of characters, their hash given; `row` is how many rows there were. */
  code(units: Uint16Array, from: number, to: number, hash: number, form: Form, row: number): number {
    const { slots } = this;
    const size = to - from;
    if (slots === undefined || size > LONG_TEXT) return this.addUnits(units, from, to, 0, form);
    hash = finished(hash + form);
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let step = 0; step < MOST_STEPS; step++) {
      const code = slots[slot]!;
      if (code === 0) {
        const added = this.addUnits(units, from, to, hash, form);
        slots[slot] = added;
        this.looked++;
        if (added > GIVE_UP && this.looked > 0.9 * row) this.slots = undefined;
        else if (this.looked * 2 > slots.length) this.widen();
        return added;
      }
      if (this.hashes[code] === hash && this.isAt(code, units, from, size, form)) return code;
      slot = (slot + 1) & mask;
    }
    return this.addUnits(units, from, to, hash, form);
  }

  /** The code of a text that does not stand in the window as it is. */
  text(text: string, row: number): number {
    if (this.slots === undefined || text.length > LONG_TEXT) return this.add(this.passing ? ownText(text) : text, TEXT);
    return this.code(scratch, 0, spell(text), hashOf(scratch, 0, text.length), WORD, row);
  }

  /** The code of a number by its text. */
  number(literal: string, row: number): number {
    if (literal.length > 40) {
      const value = numberOf(literal);
      return this.add(value, typeof value === "bigint" ? LONG : REAL);
    }
    return this.code(scratch, 0, spell(literal), hashOf(scratch, 0, literal.length), NUMBER, row);
  }

  /** Adds a cell without a look whether it is there. */
  add(value: Value, kind: number): number {
    this.kinds |= kind;
    return this.push(VALUE, this.values.push(value) - 1, 0, 0);
  }

  /** Whether any cell is more than nothing. */
  get isFilled(): boolean {
    for (let code = 1; code < this.count; code++) {
      const form = this.forms[code]!;
      const empty = form === VALUE ? this.values[this.places[code]!] === "" || this.values[this.places[code]!] === null : this.sizes[code] === 0 && form === WORD;
      if (!empty) return true;
    }
    return false;
  }

  /** Whether all cells are nested values whose text is kept. */
  get isUnread(): boolean {
    if (this.made !== undefined || this.kinds !== NESTED) return false;
    for (let code = 1; code < this.count; code++) if (this.forms[code]! < JSON_TEXT) return false;
    return true;
  }

  /** All cells, made once. They are not kept as characters any more. */
  all(): readonly Value[] {
    if (this.made === undefined) {
      const made = new Array<Value>(this.count).fill(null);
      this.each((value, code) => {
        made[code] = value;
      });
      this.made = made;
      this.slots = undefined;
      this.blocks = [];
      this.block = new Uint8Array(0);
      this.filled = 0;
      this.longs = [];
    }
    return this.made;
  }

  /** Goes through all cells but the null, and keeps none. */
  each(see: (value: Value, code: number) => void): void {
    if (this.made !== undefined) {
      for (let code = 1; code < this.count; code++) see(this.made[code] ?? null, code);
      return;
    }
    let block = -1;
    let text = "";
    for (let code = 1; code < this.count; code++) {
      const form = this.forms[code]!;
      const place = this.places[code]!;
      if (form === VALUE) see(this.values[place] ?? null, code);
      else if (form === LONG_JSON) see(readJson(this.longs[place] ?? "").value ?? null, code);
      else {
        if (place >>> BLOCK_BITS !== block) {
          block = place >>> BLOCK_BITS;
          text = decoder.decode(this.blocks[block]!.subarray(0, block === this.blocks.length - 1 ? this.filled : undefined));
        }
        const from = place & (BLOCK - 1);
        see(valueOf(text.slice(from, from + this.sizes[code]!), form), code);
      }
    }
  }

  /** One cell, made for the asking. */
  one(code: number): Value {
    if (this.made !== undefined) return this.made[code] ?? null;
    const form = this.forms[code]!;
    const place = this.places[code]!;
    if (form === VALUE) return this.values[place] ?? null;
    if (form === LONG_JSON) return readJson(this.longs[place] ?? "").value ?? null;
    const from = place & (BLOCK - 1);
    return valueOf(decoder.decode(this.blocks[place >>> BLOCK_BITS]!.subarray(from, from + this.sizes[code]!)), form);
  }

  /** No more cells come. */
  seal(): void {
    this.slots = undefined;
  }

  private push(form: number, place: number, size: number, hash: number): number {
    const code = this.count++;
    if (code >= this.forms.length) this.lengthen();
    this.forms[code] = form;
    this.places[code] = place;
    this.sizes[code] = size;
    this.hashes[code] = hash;
    if (this.made !== undefined) this.made.push(this.values[place] ?? null);
    return code;
  }

  private addUnits(units: Uint16Array, from: number, to: number, hash: number, form: Form): number {
    const size = to - from;
    this.kinds |= form === WORD ? TEXT : form === JSON_TEXT ? NESTED : isWhole(units, from, to) ? LONG : REAL;
    if (this.made === undefined && size <= LONGEST_KEPT && this.room(size)) {
      const { block } = this;
      let at = this.filled;
      let i = from;
      for (; i < to; i++) {
        const c = units[i]!;
        if (c > 127) break;
        block[at++] = c;
      }
      if (i === to) {
        const place = ((this.blocks.length - 1) << BLOCK_BITS) + this.filled;
        this.filled = at;
        return this.push(form, place >>> 0, size, hash);
      }
    }
    const text = textOf(units, from, to);
    if (form === JSON_TEXT && this.made === undefined) return this.push(LONG_JSON, this.longs.push(text) - 1, 0, hash);
    return this.push(VALUE, this.values.push(valueOf(text, form)) - 1, 0, hash);
  }

  /** Whether a cell is these characters. */
  private isAt(code: number, units: Uint16Array, from: number, size: number, form: Form): boolean {
    const place = this.places[code]!;
    const own = this.forms[code]!;
    if (own === form) {
      if (this.sizes[code] !== size) return false;
      const block = this.blocks[place >>> BLOCK_BITS]!;
      const start = place & (BLOCK - 1);
      for (let i = 0; i < size; i++) if (block[start + i] !== units[from + i]) return false;
      return true;
    }
    const text = own === VALUE && form === WORD ? this.values[place] : own === LONG_JSON && form === JSON_TEXT ? this.longs[place] : undefined;
    if (typeof text !== "string" || text.length !== size) return false;
    for (let i = 0; i < size; i++) if (text.charCodeAt(i) !== units[from + i]) return false;
    return true;
  }

  private room(size: number): boolean {
    // An empty cell has a place too, and a place is within its block.
    if (this.filled + Math.max(size, 1) <= this.block.length) return true;
    if (this.blocks.length >= MOST_BLOCKS) return false;
    this.block = new Uint8Array(Math.max(size, Math.min(BLOCK, FIRST_BLOCK << Math.min(this.blocks.length, 9))));
    this.blocks.push(this.block);
    this.filled = 0;
    return true;
  }

  private lengthen(): void {
    const n = this.forms.length * 2;
    const forms = new Uint8Array(n);
    const places = new Uint32Array(n);
    const sizes = new Uint16Array(n);
    const hashes = new Int32Array(n);
    forms.set(this.forms);
    places.set(this.places);
    sizes.set(this.sizes);
    hashes.set(this.hashes);
    Object.assign(this, { forms, places, sizes, hashes });
  }

  private widen(): void {
    const slots = new Uint32Array((this.slots?.length ?? 8) * 2);
    const mask = slots.length - 1;
    for (const code of this.slots ?? []) {
      if (code === 0) continue;
      let slot = this.hashes[code]! & mask;
      let steps = 0;
      while (slots[slot] !== 0 && steps++ < MOST_STEPS) slot = (slot + 1) & mask;
      if (slots[slot] === 0) slots[slot] = code;
    }
    this.slots = slots;
  }
}

/** Spreads what a hash says over all of its bits. */
function finished(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Writes a text's characters where they are looked for. */
function spell(text: string): number {
  for (let i = 0; i < text.length; i++) scratch[i] = text.charCodeAt(i);
  return text.length;
}

function textOf(units: Uint16Array, from: number, to: number): string {
  let text = "";
  // Arguments of a call are limited.
  for (let at = from; at < to; at += 4096) text += String.fromCharCode(...units.subarray(at, Math.min(to, at + 4096)));
  return text;
}

function valueOf(text: string, form: number): Value {
  return form === WORD ? text : form === NUMBER ? numberOf(text) : (readJson(text).value ?? null);
}

/** As base/json reads numbers: integers of 64 bits exactly, all others as reals. */
export function numberOf(literal: string): bigint | number {
  if (literal.length < 16 && !/[.eE]/.test(literal)) return BigInt(Number(literal));
  const value = readJson(literal).value;
  return typeof value === "bigint" || typeof value === "number" ? value : Number(literal);
}

/** Whether a number is one of 64 bits. */
function isWhole(units: Uint16Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = units[i]!;
    if (c === 46 || c === 101 || c === 69) return false;
  }
  return to - from <= 18 || typeof numberOf(textOf(units, from, to)) === "bigint";
}
