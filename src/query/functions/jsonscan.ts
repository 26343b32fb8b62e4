/**
 * The value at a path of a JSON text without reading all of it into values: the text is checked to its end, as a text that is
 * no JSON has no paths, and only what stands at the path is read. Whatever is unusual is left to the reader proper.
 */
import { readJson } from "../../base";
import type { Value } from "../../table";
import type { PathStep } from "./jsonpath";

/** The text needs the reader proper: it is no JSON, or has something that this scanner does not judge. */
export const UNSURE = Symbol("unsure");

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
/** Nested deeper than this is unusual. */
const DEEPEST = 64;
const BARE = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?=[\s,\]}]|$)/y;

/** Where the scanner stands; one for all texts, since none is scanned while another is. */
let at = 0;
let found = -1;

/**
 * What stands at the end of the path, null where a step leads nowhere. Of a key that repeats the last value counts, as the
 * reader has it.
 */
export function scanJson(text: string, path: readonly PathStep[]): Value | typeof UNSURE {
  const place = placeInJson(text, path);
  if (place === NOT_SURE) return UNSURE;
  return place === NOWHERE ? null : readJson(text, place, { more: true }).value ?? UNSURE;
}

export const NOWHERE = -1;
export const NOT_SURE = -2;

/** Where the value at the end of the path starts; `NOWHERE` or `NOT_SURE` otherwise. */
export function placeInJson(text: string, path: readonly PathStep[]): number {
  const first = text.charCodeAt(0);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return NOT_SURE;
  const key = path[0];
  // A key that stands nowhere is not there, whether the rest is JSON or not; escapes might spell it otherwise.
  if (typeof key === "string" && !text.includes(key) && !text.includes("\\")) return NOWHERE;
  at = 0;
  found = NOWHERE;
  if (!value(text, path, 0, 0)) return NOT_SURE;
  space(text);
  return at < text.length ? NOT_SURE : found;
}

function space(text: string): number {
  let c = text.charCodeAt(at);
  while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++at);
  return c;
}

/** Passes a value; `depth` steps of the path lead to it, or -1 where it is not on the path. False where unsure. */
function value(text: string, path: readonly PathStep[], depth: number, nested: number): boolean {
  const c = space(text);
  if (depth >= 0 && depth === path.length) found = at;
  const inner = depth === path.length ? -1 : depth;
  switch (c) {
    case QUOTE: return string(text);
    case OPEN_BRACE: return nested < DEEPEST && object(text, path, inner, nested + 1);
    case OPEN_BRACKET: return nested < DEEPEST && array(text, path, inner, nested + 1);
    default:
      BARE.lastIndex = at;
      if (!BARE.test(text)) return false;
      at = BARE.lastIndex;
      return true;
  }
}

function object(text: string, path: readonly PathStep[], depth: number, nested: number): boolean {
  const wanted = depth < 0 ? undefined : path[depth];
  at++;
  if (space(text) === CLOSE_BRACE) {
    at++;
    return true;
  }
  for (;;) {
    if (space(text) !== QUOTE) return false;
    const from = at + 1;
    if (!string(text)) return false;
    let on = false;
    if (typeof wanted === "string") {
      const length = at - 1 - from;
      // A key with escapes is spelled otherwise than it reads.
      for (let i = from; i < at - 1; i++) if (text.charCodeAt(i) === BACKSLASH) return false;
      on = length === wanted.length && text.startsWith(wanted, from);
    }
    if (space(text) !== COLON) return false;
    at++;
    if (on) found = -1;
    if (!value(text, path, on ? depth + 1 : -1, nested)) return false;
    const c = space(text);
    at++;
    if (c === CLOSE_BRACE) return true;
    if (c !== COMMA) return false;
  }
}

function array(text: string, path: readonly PathStep[], depth: number, nested: number): boolean {
  const wanted = depth < 0 ? undefined : path[depth];
  // Counted from its end, an item is known only there.
  if (typeof wanted === "number" && wanted < 0) return false;
  at++;
  if (space(text) === CLOSE_BRACKET) {
    at++;
    return true;
  }
  for (let item = 0; ; item++) {
    if (!value(text, path, item === wanted ? depth + 1 : -1, nested)) return false;
    const c = space(text);
    at++;
    if (c === CLOSE_BRACKET) return true;
    if (c !== COMMA) return false;
  }
}

/** Passes a string; false at a control character, an escape that is none, or the end of the text. */
function string(text: string): boolean {
  // A place of its own: one that others see would be written to memory at each character.
  let i = at + 1;
  for (;;) {
    const c = text.charCodeAt(i++);
    if (c === QUOTE) {
      at = i;
      return true;
    }
    if (c === BACKSLASH) {
      const escape = text.charCodeAt(i++);
      // \" \\ \/ \b \f \n \r \t; \u is left to the reader.
      if (escape !== QUOTE && escape !== BACKSLASH && escape !== 47 && escape !== 98 && escape !== 102 && escape !== 110
        && escape !== 114 && escape !== 116) return false;
    } else if (!(c >= 32)) return false;
  }
}
