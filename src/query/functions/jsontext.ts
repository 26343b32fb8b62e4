/**
 * Texts at a path of JSON texts, `tostring(parse_json(x).a)`: a plain string that stands there is found among those that were
 * met by its characters in place, and cut out only when it is new.
 */
import { printValue } from "../../table";
import type { Column, Value, WordColumn } from "../../table";
import { NOT_SURE, NOWHERE, placeInJson } from "./jsonscan";
import type { PathStep } from "./jsonpath";

const QUOTE = 34;
const BACKSLASH = 92;

/** A column of the texts at a path; `slowly` gives the value where there is more to do than to look. */
export function textsAt(
  json: WordColumn, path: readonly PathStep[], slowly: (text: string) => Value, check: (() => void) | undefined,
): Column {
  const { length, codes, words } = json;
  const out = new Uint32Array(length);
  const met = new Met();
  for (let row = 0; row < length; row++) {
    if (row % 16 === 0) check?.();
    if (json.nulls !== null && json.nulls[row] === 1) continue;
    const text = words[codes[row]!] ?? "";
    if (text.length === 0) continue;
    const place = placeInJson(text, path);
    if (place === NOWHERE) continue;
    const code = place !== NOT_SURE && text.charCodeAt(place) === QUOTE ? met.plain(text, place + 1) : -1;
    out[row] = code < 0 ? met.code(printValue(slowly(text))) : code;
  }
  return { type: "string", codes: out, words: met.words, length, nulls: null };
}

/** Texts that were met, each once; the empty one is the first. */
class Met {
  readonly words: string[] = [""];
  private readonly hashes: number[] = [0];
  /** A text's number, one more than that for none. */
  private slots = new Uint32Array(64);

  /** The number of the string that begins at a place of a JSON text, before its closing quote; -1 where it has escapes. */
  plain(text: string, from: number): number {
    let h = 0;
    let to = from;
    for (let c = text.charCodeAt(to); c !== QUOTE; c = text.charCodeAt(++to)) {
      if (c === BACKSLASH) return -1;
      h = Math.imul(h ^ c, 0x01000193);
    }
    return this.number(h ^ (h >>> 15), text, from, to);
  }

  code(text: string): number {
    let h = 0;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    return this.number(h ^ (h >>> 15), text, 0, text.length);
  }

  private number(h: number, text: string, from: number, to: number): number {
    if (from === to) return 0;
    const mask = this.slots.length - 1;
    let at = h & mask;
    for (let n = this.slots[at]!; n !== 0; n = this.slots[at]!) {
      const word = this.words[n]!;
      if (this.hashes[n] === h && word.length === to - from && text.startsWith(word, from)) return n;
      at = (at + 1) & mask;
    }
    const n = this.words.push(text.slice(from, to)) - 1;
    this.hashes.push(h);
    this.slots[at] = n;
    if (n * 2 > this.slots.length) this.widen();
    return n;
  }

  private widen(): void {
    this.slots = new Uint32Array(this.slots.length * 4);
    const mask = this.slots.length - 1;
    for (let n = 1; n < this.words.length; n++) {
      let at = this.hashes[n]! & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = n;
    }
  }
}
