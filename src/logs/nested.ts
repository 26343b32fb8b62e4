/**
 * Arrays and objects inside of events, gone over without being made: where one ends, and that it is well-formed, so that
 * its text can be kept and read when somebody asks.
 */
import { JSON_DEPTH } from "../base";
import { FIRST_HASH, hashStep } from "./words";

const QUOTE = 34, COMMA = 44, MINUS = 45, POINT = 46, ZERO = 48, NINE = 57, COLON = 58, OPEN_LIST = 91, BACKSLASH = 92, CLOSE_LIST = 93, OPEN = 123, CLOSE = 125;

/** Goes over nested values. One of these serves many. */
export class Nested {
  /** The place behind the value that was gone over last. */
  end = 0;
  /** The hash of its text. */
  hash = 0;
  /** Whether the last value was not gone over because it goes on behind what there is. */
  isCut = false;
  /** What is open: 1 an object, 0 a list. */
  private readonly open = new Uint8Array(JSON_DEPTH + 1);

  /**
   * Whether an array or object that is well-formed starts at `from` and ends before `to`. What is true of it only by
   * lenience (control characters in strings), and numbers and depths at the edge of what JSON's readers take, are refused:
   * the exact reader says what there is to say about them.
   */
  over(units: Uint16Array, from: number, to: number): boolean {
    const { open } = this;
    this.isCut = false;
    let depth = 0;
    let hash = FIRST_HASH;
    let at = from;
    // Whether a key comes next, and whether something may close here: behind `{`, `[` and values.
    let key = false;
    let closable = false;
    while (at < to) {
      const c = units[at]!;
      hash = hashStep(hash, c);
      at++;
      if (c === QUOTE) {
        let d = 0;
        for (;;) {
          if (at >= to) return this.ranOff();
          d = units[at++]!;
          hash = hashStep(hash, d);
          if (d === QUOTE) break;
          if (d < 32) return false;
          if (d !== BACKSLASH) continue;
          const letter = units[at]!;
          const long = letter === 117;
          if (at + 5 > to || !(long ? isHex4(units, at + 1) : isEscape(letter))) return false;
          for (const behind = at + (long ? 5 : 1); at < behind; at++) hash = hashStep(hash, units[at]!);
        }
        if (key) {
          while (at < to && isSpace(units[at]!)) hash = hashStep(hash, units[at++]!);
          if (at >= to) return this.ranOff();
          if (units[at] !== COLON) return false;
          hash = hashStep(hash, COLON);
          at++;
          key = false;
          closable = false;
          // A value must come now.
          while (at < to && isSpace(units[at]!)) hash = hashStep(hash, units[at++]!);
          if (at >= to) return this.ranOff();
          const next = units[at]!;
          if (next === CLOSE || next === CLOSE_LIST || next === COMMA || next === COLON) return false;
          continue;
        }
      } else if (c === OPEN || c === OPEN_LIST) {
        if (key || depth >= JSON_DEPTH) return false;
        open[depth++] = c === OPEN ? 1 : 0;
        key = c === OPEN;
        closable = true;
        // What comes first in it, or its end.
        while (at < to && isSpace(units[at]!)) hash = hashStep(hash, units[at++]!);
        if (at >= to) return this.ranOff();
        const next = units[at]!;
        if (next === COMMA || next === COLON || (c === OPEN && next !== QUOTE && next !== CLOSE)) return false;
        continue;
      } else if (c === CLOSE || c === CLOSE_LIST) {
        if (!closable || depth === 0 || open[depth - 1] !== (c === CLOSE ? 1 : 0)) return false;
        depth--;
        key = false;
        if (depth === 0) {
          this.end = at;
          this.hash = hash;
          return true;
        }
      } else if (key) return false;
      else {
        const behind = isNumberStart(c) ? numberEnd(units, at - 1, to) : wordEnd(units, at - 1, to);
        if (behind < 0) return false;
        while (at < behind) hash = hashStep(hash, units[at++]!);
      }
      // Behind a value: a comma and the next, or what closes.
      while (at < to && isSpace(units[at]!)) hash = hashStep(hash, units[at++]!);
      if (depth === 0) return false;
      if (at >= to) return this.ranOff();
      const next = units[at]!;
      if (next === COMMA) {
        hash = hashStep(hash, COMMA);
        at++;
        while (at < to && isSpace(units[at]!)) hash = hashStep(hash, units[at++]!);
        key = open[depth - 1] === 1;
        closable = false;
        if (at >= to) return this.ranOff();
        if (units[at] === COMMA || units[at] === COLON || (key && units[at] !== QUOTE)) return false;
      } else if (next === CLOSE || next === CLOSE_LIST) closable = true;
      else return false;
    }
    return this.ranOff();
  }

  private ranOff(): false {
    this.isCut = true;
    return false;
  }
}

/** Behind the number at `from`; -1 when it is none, or runs to the end. */
function numberEnd(units: Uint16Array, from: number, to: number): number {
  let at = units[from] === MINUS ? from + 1 : from;
  const first = at;
  while (at < to && isDigit(units[at]!)) at++;
  if (at === first || (at - first > 1 && units[first] === ZERO)) return -1;
  if (units[at] === POINT) {
    const fraction = ++at;
    while (at < to && isDigit(units[at]!)) at++;
    if (at === fraction) return -1;
  }
  if (units[at] === 101 || units[at] === 69) {
    at++;
    if (units[at] === 43 || units[at] === MINUS) at++;
    const exponent = at;
    while (at < to && isDigit(units[at]!)) at++;
    if (at === exponent) return -1;
  }
  return at < to ? at : -1;
}

const TRUE = [116, 114, 117, 101], FALSE = [102, 97, 108, 115, 101], NULL = [110, 117, 108, 108];

/** Behind `true`, `false` or `null` at `from`; -1 when there is none of these. */
function wordEnd(units: Uint16Array, from: number, to: number): number {
  const first = units[from];
  const word = first === 116 ? TRUE : first === 102 ? FALSE : NULL;
  if (from + word.length >= to) return -1;
  for (let i = 0; i < word.length; i++) if (units[from + i] !== word[i]) return -1;
  return from + word.length;
}

function isSpace(c: number): boolean {
  return c === 32 || c === 10 || c === 13 || c === 9;
}

function isDigit(c: number): boolean {
  return c >= ZERO && c <= NINE;
}

function isNumberStart(c: number): boolean {
  return c === MINUS || isDigit(c);
}

/** The letters that stand for something behind a backslash. */
function isEscape(c: number): boolean {
  return c === QUOTE || c === BACKSLASH || c === 47 || c === 98 || c === 102 || c === 110 || c === 114 || c === 116;
}

function isHex4(units: Uint16Array, at: number): boolean {
  for (let i = at; i < at + 4; i++) {
    const c = units[i]!;
    if (!(isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102))) return false;
  }
  return true;
}
