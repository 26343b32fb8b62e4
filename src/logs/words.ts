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
  /** Two numbers per cell: its place in the blocks (or in `values`, or in `longs`), and its size and form. */
  private cells = new Uint32Array(16);
  /** Codes by hash, open-addressed, each with its hash behind it; undefined when nobody looks any more. */
  private slots: Uint32Array | undefined = new Uint32Array(32);
  /** How many cells were looked for that were there, and that were not. */
  private hits = 0;
  private misses = 0;
  /** The code of the empty text. */
  private empty = 0;
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

  /** The code of characters, their hash given. */
  code(units: Uint16Array, from: number, to: number, hash: number, form: Form): number {
    const { slots } = this;
    const size = to - from;
    if (size === 0) return (this.empty ||= this.addUnits(units, from, to, form));
    if (slots === undefined || size > LONG_TEXT) return this.addUnits(units, from, to, form);
    hash = finished(hash + form);
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    for (let step = 0; step < MOST_STEPS; step++) {
      const code = slots[slot * 2]!;
      if (code === 0) {
        const added = this.addUnits(units, from, to, form);
        slots[slot * 2] = added;
        slots[slot * 2 + 1] = hash;
        this.misses++;
        if (this.misses > GIVE_UP && this.misses > 9 * this.hits) this.slots = undefined;
        else if (this.misses * 4 > slots.length) this.widen();
        return added;
      }
      if (slots[slot * 2 + 1] === hash >>> 0 && this.isAt(code, units, from, size, form)) {
        this.hits++;
        return code;
      }
      slot = (slot + 1) & mask;
    }
    return this.addUnits(units, from, to, form);
  }

  /** The code of a text that does not stand in the window as it is. */
  text(text: string): number {
    if (text.length > LONG_TEXT) return this.add(this.passing ? ownText(text) : text, TEXT);
    return this.code(scratch, 0, spell(text), hashOf(scratch, 0, text.length), WORD);
  }

  /** The code of a number by its text. */
  number(literal: string): number {
    if (literal.length > 40) {
      const value = numberOf(literal);
      return this.add(value, typeof value === "bigint" ? LONG : REAL);
    }
    return this.code(scratch, 0, spell(literal), hashOf(scratch, 0, literal.length), NUMBER);
  }

  /** Adds a cell without a look whether it is there. */
  add(value: Value, kind: number): number {
    this.kinds |= kind;
    return this.push(VALUE, this.values.push(value) - 1, 0);
  }

  /** Whether any cell is more than nothing. */
  get isFilled(): boolean {
    for (let code = 1; code < this.count; code++) {
      const form = this.cells[code * 2 + 1]! & 7;
      const value = form === VALUE ? this.values[this.cells[code * 2]!] : undefined;
      if (form === VALUE ? value !== "" && value !== null : form !== WORD || code !== this.empty) return true;
    }
    return false;
  }

  /** Whether all cells are nested values whose text is kept. */
  get isUnread(): boolean {
    if (this.made !== undefined || this.kinds !== NESTED) return false;
    for (let code = 1; code < this.count; code++) if ((this.cells[code * 2 + 1]! & 7) < JSON_TEXT) return false;
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
    this.every((value, code) => {
      see(value, code);
      return true;
    });
  }

  /** Whether something is true of all cells but the null, which are looked at up to the first of which it is not. */
  every(test: (value: Value, code: number) => boolean): boolean {
    const { cells, made } = this;
    let block = -1;
    let text = "";
    for (let code = 1; code < this.count; code++) {
      let value: Value;
      const form = cells[code * 2 + 1]! & 7;
      const place = cells[code * 2]!;
      if (made !== undefined) value = made[code] ?? null;
      else if (form === VALUE) value = this.values[place] ?? null;
      else if (form === LONG_JSON) value = readJson(this.longs[place] ?? "").value ?? null;
      else {
        if (place >>> BLOCK_BITS !== block) {
          block = place >>> BLOCK_BITS;
          text = decoder.decode(this.blocks[block]!.subarray(0, block === this.blocks.length - 1 ? this.filled : undefined));
        }
        const from = place & (BLOCK - 1);
        value = valueOf(text.slice(from, from + (cells[code * 2 + 1]! >>> 3)), form);
      }
      if (!test(value, code)) return false;
    }
    return true;
  }

  /** One cell, made for the asking. */
  one(code: number): Value {
    if (this.made !== undefined) return this.made[code] ?? null;
    const form = this.cells[code * 2 + 1]! & 7;
    const place = this.cells[code * 2]!;
    if (form === VALUE) return this.values[place] ?? null;
    if (form === LONG_JSON) return readJson(this.longs[place] ?? "").value ?? null;
    const from = place & (BLOCK - 1);
    return valueOf(decoder.decode(this.blocks[place >>> BLOCK_BITS]!.subarray(from, from + (this.cells[code * 2 + 1]! >>> 3))), form);
  }

  /** No more cells come. */
  seal(): void {
    this.slots = undefined;
  }

  private push(form: number, place: number, size: number): number {
    const code = this.count++;
    if (code * 2 >= this.cells.length) {
      const more = new Uint32Array(this.cells.length * 2);
      more.set(this.cells);
      this.cells = more;
    }
    this.cells[code * 2] = place;
    this.cells[code * 2 + 1] = (size << 3) | form;
    if (this.made !== undefined) this.made.push(this.values[place] ?? null);
    return code;
  }

  private addUnits(units: Uint16Array, from: number, to: number, form: Form): number {
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
        return this.push(form, place >>> 0, size);
      }
    }
    const text = textOf(units, from, to);
    if (form === JSON_TEXT && this.made === undefined) return this.push(LONG_JSON, this.longs.push(text) - 1, 0);
    return this.push(VALUE, this.values.push(valueOf(text, form)) - 1, 0);
  }

  /** Whether a cell is these characters. */
  private isAt(code: number, units: Uint16Array, from: number, size: number, form: Form): boolean {
    const place = this.cells[code * 2]!;
    const own = this.cells[code * 2 + 1]! & 7;
    if (own === form) {
      if (this.cells[code * 2 + 1]! >>> 3 !== size) return false;
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

  private widen(): void {
    const old = this.slots ?? new Uint32Array(16);
    const slots = new Uint32Array(old.length * 2);
    const mask = slots.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue;
      let slot = old[i + 1]! & mask;
      for (let step = 0; step < MOST_STEPS && slots[slot * 2] !== 0; step++) slot = (slot + 1) & mask;
      if (slots[slot * 2] !== 0) continue;
      slots[slot * 2] = old[i]!;
      slots[slot * 2 + 1] = old[i + 1]!;
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
