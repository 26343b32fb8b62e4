/**
 * The quick way through YAML as people write it by hand: block mappings and lists, values on one line, `|` texts,
 * comments. Whatever else a text holds, this reader knows nothing of it and leaves the whole text to the full one;
 * what it does read is the same to the letter, places included (a law over random texts).
 */
import type { YamlEntry, YamlNode, YamlValue } from "./yaml-node";

/** Letters that mean themselves wherever they stand; a text with others (tabs, `\r`, marks of order) is not for here. */
const OTHER = /[^\n -~\u00a1-\u1fff\u2010-\u2027]/;
/** Deeper than this is nobody's handwriting. */
const DEEPEST = 40;
/** A longer key needs a `?` in YAML. */
const LONGEST_KEY = 500;

const LINE = 10, SPACE = 32, DOUBLE = 34, HASH = 35, SINGLE = 39, DASH = 45, COLON = 58, BACKSLASH = 92, BAR = 124;

/** Characters with a meaning at the beginning of a plain value, `-` aside. */
const INDICATORS = new Set([..."?:,[]{}#&*!|>'\"%@`"].map((c) => c.charCodeAt(0)));

/** Values that are no text begin with one of these (YAML 1.2, Core Schema). */
const MAY_RESOLVE = new Set([..."~nNtTfF.+-0123456789"].map((c) => c.charCodeAt(0)));

/** Reads a text of one document whose root is a mapping; undefined when it holds something that is not known here. */
export function readBlockYaml(text: string, offset: number, resolve: (plain: string) => YamlValue): YamlNode | undefined {
  if (OTHER.test(text)) return undefined;
  const reader = new BlockReader(text, offset, resolve);
  return reader.read();
}

class BlockReader {
  /** Where what stands on the present line begins, and in which column; -1 behind the last line. */
  private at = 0;
  private column = 0;
  /** Where the last value ended that was looked at. */
  private end = 0;
  /** Where the key ends that `isKey` found. */
  private keyEnd = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly offset: number,
    private readonly resolve: (plain: string) => YamlValue,
  ) {}

  read(): YamlNode | undefined {
    this.line(0);
    if (this.column !== 0) return undefined;
    const root = this.map(0);
    return this.ended() ? root : undefined;
  }

  private ended(): boolean {
    return this.column < 0;
  }

  /** Goes to the next line that says something, from the beginning of a line. */
  private line(from: number): void {
    const { text } = this;
    let start = from;
    for (;;) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at++;
      if (at >= text.length) {
        this.column = -1;
        return;
      }
      const c = text.charCodeAt(at);
      if (c !== LINE && c !== HASH) {
        this.at = at;
        this.column = at - start;
        return;
      }
      start = this.lineEnd(at) + 1;
    }
  }

  private lineEnd(from: number): number {
    const found = this.text.indexOf("\n", from);
    return found < 0 ? this.text.length : found;
  }

  private map(column: number): YamlNode | undefined {
    if (++this.depth > DEEPEST) return undefined;
    const { offset } = this;
    const from = this.at;
    const entries: YamlEntry[] = [];
    const value = new Map<string, YamlValue>();
    let end = from;
    while (this.column === column) {
      const start = this.at;
      if (!this.isKey(start)) return undefined;
      const to = this.keyEnd;
      const quoted = this.text.charCodeAt(start) === SINGLE || this.text.charCodeAt(start) === DOUBLE;
      const key = quoted ? this.text.slice(start + 1, to - 1) : this.text.slice(start, to);
      const node = this.behindKey(to + 1, column);
      if (node === undefined || value.has(key)) return undefined;
      entries.push({ key, keySpan: { from: offset + start, to: offset + to }, node });
      value.set(key, node.value);
      end = node.span.to;
    }
    if (this.column > column) return undefined;
    this.depth--;
    return { kind: "map", flow: false, entries, span: { from: offset + from, to: end }, value };
  }

  /** Whether a key that is written simply stands here; sets where it ends. */
  private isKey(from: number): boolean {
    const { text } = this;
    const first = text.charCodeAt(from);
    let at = from;
    if (first === SINGLE || first === DOUBLE) {
      at = text.indexOf(first === SINGLE ? "'" : "\"", from + 1) + 1;
      if (at === 0 || text.charCodeAt(at) !== COLON) return false;
      for (let i = from; i < at; i++) {
        const c = text.charCodeAt(i);
        if (c === LINE || c === BACKSLASH && first === DOUBLE) return false;
      }
    } else {
      if (INDICATORS.has(first) || first === DASH || first === SPACE) return false;
      for (;; at++) {
        const c = text.charCodeAt(at);
        if (c === LINE || at >= text.length || c === HASH && text.charCodeAt(at - 1) === SPACE) return false;
        if (c === COLON && this.isGap(at + 1)) break;
      }
      // A space before the colon, and the end of a document (`...`), are left to the full reader.
      if (text.charCodeAt(at - 1) === SPACE || first === 46) return false;
    }
    if (at - from > LONGEST_KEY || !this.isGap(at + 1)) return false;
    this.keyEnd = at;
    return true;
  }

  private isGap(at: number): boolean {
    const c = this.text.charCodeAt(at);
    return c === SPACE || c === LINE || at >= this.text.length;
  }

  /** The value of a key in a column, from behind its colon. */
  private behindKey(behind: number, column: number): YamlNode | undefined {
    const { text } = this;
    let at = behind;
    while (text.charCodeAt(at) === SPACE) at++;
    const c = text.charCodeAt(at);
    if (at < text.length && c !== LINE && c !== HASH) return this.scalar(at, column);
    this.line(this.lineEnd(at) + 1);
    const dash = this.column >= column && this.isItem();
    if (dash) return this.list(this.column);
    if (this.column > column) return this.map(this.column);
    const place = this.offset + behind;
    return { kind: "scalar", style: "plain", text: "", value: null, span: { from: place, to: place } };
  }

  private isItem(): boolean {
    return this.column >= 0 && this.text.charCodeAt(this.at) === DASH && this.isGap(this.at + 1);
  }

  private list(column: number): YamlNode | undefined {
    if (++this.depth > DEEPEST) return undefined;
    const { text } = this;
    const from = this.at;
    const items: YamlNode[] = [];
    let end = from;
    while (this.column === column && this.isItem()) {
      let at = this.at + 1;
      while (text.charCodeAt(at) === SPACE) at++;
      const c = text.charCodeAt(at);
      if (at >= text.length || c === LINE || c === HASH || c === DASH && this.isGap(at + 1)) return undefined;
      let node: YamlNode | undefined;
      if (this.isKey(at)) {
        this.column += at - this.at;
        this.at = at;
        node = this.map(this.column);
      } else node = this.scalar(at, column);
      if (node === undefined) return undefined;
      items.push(node);
      end = node.span.to;
    }
    if (this.column > column) return undefined;
    this.depth--;
    return { kind: "list", flow: false, items, span: { from: this.offset + from, to: end }, value: items.map((item) => item.value) };
  }

  /** A value that begins on this line, of what stands in a column; nothing but a `|` text may go on below. */
  private scalar(from: number, column: number): YamlNode | undefined {
    const c = this.text.charCodeAt(from);
    const node = c === SINGLE ? this.single(from) : c === DOUBLE ? this.double(from) : c === BAR ? this.literal(from, column) : this.plain(from);
    if (node === undefined) return undefined;
    this.line(this.end);
    return this.column > column ? undefined : node;
  }

  /** Whether the rest of a line says nothing; sets where the next one begins. */
  private rest(from: number): boolean {
    const { text } = this;
    let at = from;
    while (text.charCodeAt(at) === SPACE) at++;
    const c = text.charCodeAt(at);
    if (at < text.length && c !== LINE && !(c === HASH && at > from)) return false;
    this.end = this.lineEnd(at) + 1;
    return true;
  }

  private single(from: number): YamlNode | undefined {
    const { text, offset } = this;
    let at = from + 1;
    let doubled = false;
    for (;; at++) {
      const c = text.charCodeAt(at);
      if (c === LINE || at >= text.length) return undefined;
      if (c !== SINGLE) continue;
      if (text.charCodeAt(at + 1) !== SINGLE) break;
      doubled = true;
      at++;
    }
    if (!this.rest(at + 1)) return undefined;
    const raw = text.slice(from + 1, at);
    const value = doubled ? raw.replace(/''/g, "'") : raw;
    return { kind: "scalar", style: "single", text: value, span: { from: offset + from, to: offset + at + 1 }, value };
  }

  private double(from: number): YamlNode | undefined {
    const { text, offset } = this;
    let at = from + 1;
    for (;; at++) {
      const c = text.charCodeAt(at);
      if (c === LINE || c === BACKSLASH || at >= text.length) return undefined;
      if (c === DOUBLE) break;
    }
    if (!this.rest(at + 1)) return undefined;
    const value = text.slice(from + 1, at);
    return { kind: "scalar", style: "double", text: value, span: { from: offset + from, to: offset + at + 1 }, value };
  }

  private plain(from: number): YamlNode | undefined {
    const { text, offset } = this;
    const first = text.charCodeAt(from);
    if (INDICATORS.has(first) || first === DASH && this.isGap(from + 1)) return undefined;
    let at = from;
    let to = from;
    for (; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (c === LINE) break;
      if (c === SPACE) continue;
      if (c === HASH && text.charCodeAt(at - 1) === SPACE) break;
      if (c === COLON && this.isGap(at + 1)) return undefined;
      to = at + 1;
    }
    this.end = this.lineEnd(at) + 1;
    const value = text.slice(from, to);
    return { kind: "scalar", style: "plain", text: value, span: { from: offset + from, to: offset + to },
      value: MAY_RESOLVE.has(first) ? this.resolve(value) : value };
  }

  /** `|` and `|-`; lines of spaces alone and what is empty are left to the full reader. */
  private literal(from: number, column: number): YamlNode | undefined {
    const { text, offset } = this;
    const strip = text.charCodeAt(from + 1) === DASH;
    if (!this.rest(from + (strip ? 2 : 1))) return undefined;
    const begin = this.end;
    let indent = 0;
    while (text.charCodeAt(begin + indent) === SPACE) indent++;
    if (indent <= column || begin + indent >= text.length || text.charCodeAt(begin + indent) === LINE) return undefined;
    let value = "";
    let start = begin;
    let to = begin;
    let blank = 0;
    while (start < text.length) {
      let at = start;
      while (at < start + indent && text.charCodeAt(at) === SPACE) at++;
      const stop = this.lineEnd(start);
      if (stop === start) {
        blank++;
        start = stop + 1;
        continue;
      }
      if (at < start + indent && at < stop) break;
      let ink = at;
      while (text.charCodeAt(ink) === SPACE) ink++;
      // The last line without its break is left out, too: what a break is worth there is for the full reader to say.
      if (ink >= stop || stop >= text.length) return undefined;
      value += (to > begin ? "\n" : "") + "\n".repeat(blank) + text.slice(at, stop);
      blank = 0;
      to = stop;
      start = stop + 1;
    }
    this.end = start;
    return { kind: "scalar", style: "literal", text: strip ? value : `${value}\n`, span: { from: offset + begin, to: offset + to },
      value: strip ? value : `${value}\n` };
  }
}
