/** Many literals looked for in one text at once: at its start, at its end, as the whole of it, anywhere inside. */
import type { Literal } from "./literal";

/** Finds which of its literals stand in a text. Texts and literals are folded by the caller. */
export class LiteralSet {
  private readonly wholes = new Map<string, number[]>();
  private readonly starts: Beginnings;
  private readonly ends: Beginnings;
  private readonly insides: Insides;

  /** Ids of the literals are their places in the list. */
  constructor(literals: readonly Literal[]) {
    const starts: [string, number][] = [];
    const ends: [string, number][] = [];
    const insides: [string, number][] = [];
    literals.forEach(({ where, text }, id) => {
      if (where === "whole") {
        const known = this.wholes.get(text);
        if (known === undefined) this.wholes.set(text, [id]);
        else known.push(id);
      } else if (where === "start") starts.push([text, id]);
      else if (where === "end") ends.push([reversed(text), id]);
      else insides.push([text, id]);
    });
    this.starts = new Beginnings(starts);
    this.ends = new Beginnings(ends);
    this.insides = new Insides(insides);
  }

  /** Pushes the ids of all literals that stand in the text; none twice. */
  find(text: string, into: number[]): void {
    const wholes = this.wholes.get(text);
    if (wholes !== undefined) for (const id of wholes) into.push(id);
    if (this.starts.longest > 0) this.starts.find(text, into);
    if (this.ends.longest > 0) this.ends.find(reversed(text.length > this.ends.longest ? text.slice(-this.ends.longest) : text), into);
    this.insides.find(text, into);
  }
}

function reversed(text: string): string {
  let out = "";
  for (let i = text.length - 1; i >= 0; i--) out += text.charAt(i);
  return out;
}

/**
 * Sorted words; each knows the longest other word that it begins with. A text's beginnings are then a chain that starts
 * at its neighbour in the order.
 */
class Beginnings {
  readonly longest: number;
  private readonly words: readonly string[];
  private readonly ids: readonly number[][];
  private readonly parent: Int32Array;

  constructor(entries: readonly (readonly [string, number])[]) {
    const byWord = new Map<string, number[]>();
    for (const [word, id] of entries) {
      const ids = byWord.get(word);
      if (ids === undefined) byWord.set(word, [id]);
      else ids.push(id);
    }
    this.words = [...byWord.keys()].sort();
    this.ids = this.words.map((word) => byWord.get(word)!);
    this.parent = new Int32Array(this.words.length).fill(-1);
    for (let i = 1; i < this.words.length; i++) {
      let before = i - 1;
      while (before >= 0 && !this.words[i]!.startsWith(this.words[before]!)) before = this.parent[before]!;
      this.parent[i] = before;
    }
    this.longest = this.words.reduce((most, word) => Math.max(most, word.length), 0);
  }

  find(text: string, into: number[]): void {
    let low = 0;
    let high = this.words.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.words[middle]! <= text) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0; at = this.parent[at]!) {
      if (text.startsWith(this.words[at]!)) for (const id of this.ids[at]!) into.push(id);
    }
  }
}

const BITS = 15;
const SIZE = 1 << BITS;
const SPREAD = 0x9e3779b1;

/**
 * Substrings by one of their runs of four characters, the rarest among all: a text is walked once, and only where such
 * a run stands is a literal compared. Literals of two and three characters have a table of their own; one is searched.
 */
class Insides {
  private readonly words: string[] = [];
  private readonly ids: number[][] = [];
  private readonly single: number[] = [];
  /** First entry of each hash, and the next of each entry, of runs of four; the same of two. */
  private readonly fours = new Int32Array(SIZE).fill(-1);
  private readonly twos = new Int32Array(SIZE).fill(-1);
  private next = new Int32Array(0);
  private readonly offset: Int32Array;
  private readonly met: Uint32Array;
  private time = 0;
  private readonly any: { readonly fours: boolean; readonly twos: boolean };

  constructor(entries: readonly (readonly [string, number])[]) {
    const byWord = new Map<string, number>();
    for (const [word, id] of entries) {
      const known = byWord.get(word);
      if (known !== undefined) this.ids[known]!.push(id);
      else {
        byWord.set(word, this.words.length);
        this.words.push(word);
        this.ids.push([id]);
      }
    }
    const count = this.words.length;
    this.next = new Int32Array(count).fill(-1);
    this.offset = new Int32Array(count);
    this.met = new Uint32Array(count);
    const common = new Int32Array(SIZE);
    for (const word of this.words) for (let i = 0; i + 4 <= word.length; i++) common[hash4(word, i)]!++;
    let fours = false;
    let twos = false;
    this.words.forEach((word, w) => {
      if (word.length === 1) {
        this.single.push(w);
        return;
      }
      let at = 0;
      if (word.length >= 4) {
        for (let i = 1; i + 4 <= word.length; i++) if (common[hash4(word, i)]! < common[hash4(word, at)]!) at = i;
      }
      const table = word.length >= 4 ? this.fours : this.twos;
      const hash = word.length >= 4 ? hash4(word, at) : hash2(word.charCodeAt(0), word.charCodeAt(1));
      if (word.length >= 4) fours = true;
      else twos = true;
      this.offset[w] = at;
      this.next[w] = table[hash]!;
      table[hash] = w;
    });
    this.any = { fours, twos };
  }

  find(text: string, into: number[]): void {
    for (const w of this.single) if (text.includes(this.words[w]!)) this.push(w, into);
    const { fours, twos } = this.any;
    if (!fours && !twos) return;
    if (++this.time > 0xfffffff0) {
      this.met.fill(0);
      this.time = 1;
    }
    const last = text.length - 1;
    let window = 0;
    let c = last >= 0 ? text.charCodeAt(0) : 0;
    window = c & 0xff;
    for (let i = 1; i <= last; i++) {
      const d = text.charCodeAt(i);
      window = (window << 8) | (d & 0xff);
      if (twos) {
        const w = this.twos[hash2(c, d)]!;
        if (w >= 0) this.compare(w, text, i - 1, into);
      }
      if (fours && i >= 3) {
        const w = this.fours[Math.imul(window, SPREAD) >>> (32 - BITS)]!;
        if (w >= 0) this.compare(w, text, i - 3, into);
      }
      c = d;
    }
  }

  private compare(first: number, text: string, at: number, into: number[]): void {
    for (let w = first; w >= 0; w = this.next[w]!) {
      if (this.met[w] === this.time) continue;
      const start = at - this.offset[w]!;
      if (start < 0 || !text.startsWith(this.words[w]!, start)) continue;
      this.met[w] = this.time;
      this.push(w, into);
    }
  }

  private push(w: number, into: number[]): void {
    for (const id of this.ids[w]!) into.push(id);
  }
}

/** Of the low bytes only: what differs beyond them is found out by comparing. */
function hash4(word: string, i: number): number {
  const window = ((word.charCodeAt(i) & 0xff) << 24) | ((word.charCodeAt(i + 1) & 0xff) << 16)
    | ((word.charCodeAt(i + 2) & 0xff) << 8) | (word.charCodeAt(i + 3) & 0xff);
  return Math.imul(window, SPREAD) >>> (32 - BITS);
}

function hash2(a: number, b: number): number {
  return Math.imul(((a & 0xff) << 8) | (b & 0xff), SPREAD) >>> (32 - BITS);
}
