/** Kusto text → tokens. Total: a character that belongs to nothing becomes an error token, nothing is ever thrown. */
import type { Span } from "../../base";

export type LexemeKind =
  | "name" | "long" | "real" | "timespan" | "string"
  /**
   * `datetime(…)`, `guid(…)`, `long(…)` and their kin: the type's word is `word`, what stands between the brackets
   * `value`.
   */
  | "typed"
  | "punctuation" | "comment" | "error" | "end";

/** A token with its place. */
export interface Lexeme {
  readonly kind: LexemeKind;
  readonly span: Span;
  /** As written. */
  readonly text: string;
  /** Of a string its value, of a typed literal what stands between the brackets (unquoted where it was quoted). */
  readonly value?: string;
  /** Of a typed literal the type's word; of an error what is wrong. */
  readonly word?: string;
}

/** Words that open a typed literal, with the type they make. Kusto docs: scalar data types, each type's "literals". */
const TYPED: ReadonlyMap<string, string> = new Map([
  ["datetime", "datetime"], ["date", "datetime"], ["timespan", "timespan"], ["time", "timespan"],
  ["guid", "guid"], ["uniqueid", "guid"], ["int", "int"], ["int32", "int"], ["long", "long"], ["int64", "long"],
    ["real", "real"],
  ["double", "real"], ["decimal", "decimal"], ["bool", "bool"], ["boolean", "bool"],
]);

/**
 * Units that may follow a number at once and make it a timespan. Kusto docs: The timespan data type, "timespan
 * literals".
 */
const UNITS =
  /^(?:days?|d|hours?|hrs?|h|minutes?|min|microseconds?|micros?|milliseconds?|millis?|ms|m|seconds?|sec|s|nanoseconds?|nanos?|ticks?)(?![A-Za-z0-9_])/;

/** Longest first. */
const SYMBOLS = ["<|", "<=", ">=", "=>", "==", "=~", "!=", "!~", "<>", ".."];

const BANG_WORD =
  /^!(?:in~|(?:in|between)(?![A-Za-z0-9_])|(?:has_any|has_all|has(?:prefix|suffix)?(?:_cs)?|contains(?:_cs)?|startswith(?:_cs)?|endswith(?:_cs)?)(?![A-Za-z0-9_]))/;

/** The type that a typed literal of this word makes (`date` → `datetime`). */
export function typedLiteralType(word: string): string | undefined {
  return TYPED.get(word);
}

/** All tokens, comments among them, ending with one `end` token. */
export function lex(text: string): Lexeme[] {
  const out: Lexeme[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (isSpace(c)) {
      at++;
      continue;
    }
    const lexeme = next(text, at, out);
    out.push(lexeme);
    at = Math.max(lexeme.span.to, at + 1);
  }
  out.push({ kind: "end", span: { from: text.length, to: text.length }, text: "" });
  return out;
}

function next(text: string, at: number, before: readonly Lexeme[]): Lexeme {
  const c = text[at] ?? "";
  const make = (kind: LexemeKind, to: number, more: { value?: string; word?: string } = {}): Lexeme =>
    ({ kind, span: { from: at, to }, text: text.slice(at, to), ...more });

  if (c === "/" && text[at + 1] === "/") return make("comment", endOfLine(text, at));
  const quote = openQuote(text, at);
  if (quote) return string(text, at, quote);
  if (isDigit(c)) return number(text, at, before);
  if (isNameStart(c)) {
    const to = endOfName(text, at);
    const word = text.slice(at, to);
    if (word === "in" && text[to] === "~") return make("name", to + 1);
    if (TYPED.has(word) && !isPart(before)) {
      const typed = typedLiteral(text, at, to, word);
      if (typed) return typed;
    }
    return make("name", to);
  }
  if (c === "!") {
    const word = BANG_WORD.exec(text.slice(at, at + 20));
    if (word) return make("punctuation", at + word[0].length);
  }
  for (const symbol of SYMBOLS) if (text.startsWith(symbol, at)) return make("punctuation", at + symbol.length);
  if ("|;,()[]{}.:=<>+-*/%?".includes(c)) return make("punctuation", at + 1);
  // A surrogate pair is one character to a reader.
  const code = text.codePointAt(at) ?? 0;
  return make("error", at + (code > 0xffff ? 2 : 1),
    { word: `The character '${String.fromCodePoint(code)}' means nothing here` });
}

/** Whether the name now read stands behind a dot, so that it is a property and no type. */
function isPart(before: readonly Lexeme[]): boolean {
  const last = before[before.length - 1];
  return last?.text === "." || last?.text === ":";
}

interface Quote {
  /** Offset just behind the opening quote. */
  readonly start: number;
  readonly close: string;
  readonly verbatim: boolean;
  readonly lines: boolean;
}

function openQuote(text: string, at: number): Quote | undefined {
  let start = at;
  // h"…" hides the text from the service's logs; nothing else about it differs.
  if (/^[hH]["'@`~]/.test(text.slice(start, start + 2))) start++;
  if (text[start] === "@" && (text[start + 1] === '"' || text[start + 1] === "'")) {
    return { start: start + 2, close: text[start + 1] ?? "", verbatim: true, lines: false };
  }
  if (text[start] === '"' || text[start] === "'") return { start: start + 1, close: text[start] ?? "", verbatim: false,
    lines: false };
  if (text.startsWith("```", start)) return { start: start + 3, close: "```", verbatim: true, lines: true };
  if (text.startsWith("~~~", start)) return { start: start + 3, close: "~~~", verbatim: true, lines: true };
  return undefined;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"], ["t", "\t"], ["r", "\r"], ["b", "\b"], ["f", "\f"], ["v", "\v"], ["a", "\u0007"],
  ["\\", "\\"], ["'", "'"], ['"', '"'], ["`", "`"], ["?", "?"],
]);

/** Kusto docs: The string data type, "string literals": escapes in plain ones, doubled quotes in verbatim ones. */
function string(text: string, at: number, quote: Quote): Lexeme {
  let value = "";
  let i = quote.start;
  let bad: string | undefined;
  const make = (to: number): Lexeme => ({
    kind: bad === undefined ? "string" : "error", span: { from: at, to }, text: text.slice(at, to), value,
    ...(bad === undefined ? {} : { word: bad }),
  });
  while (i < text.length) {
    const c = text[i] ?? "";
    if (text.startsWith(quote.close, i)) {
      if (quote.verbatim && !quote.lines && text.startsWith(quote.close, i + 1)) {
        value += c;
        i += 2;
        continue;
      }
      return make(i + quote.close.length);
    }
    if (!quote.lines && (c === "\n" || c === "\r")) break;
    if (c === "\\" && !quote.verbatim) {
      const escape = readEscape(text, i + 1);
      if (escape) {
        value += escape.value;
        i += 1 + escape.length;
        continue;
      }
      bad ??= `'\\${text[i + 1] ?? ""}' is no escape; write '\\\\' for a backslash, or put @ before the quote`;
    }
    value += c;
    i++;
  }
  bad = `This string is not closed; ${quote.close} is missing`;
  return make(i);
}

function readEscape(text: string, at: number): { value: string; length: number } | undefined {
  const c = text[at] ?? "";
  const simple = ESCAPES.get(c);
  if (simple !== undefined) return { value: simple, length: 1 };
  const hex = /^(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U([0-9A-Fa-f]{8}))/.exec(text.slice(at, at + 9));
  const digits = hex?.[1] ?? hex?.[2] ?? hex?.[3];
  if (hex && digits !== undefined) {
    const code = parseInt(digits, 16);
    return code > 0x10ffff ? undefined : { value: String.fromCodePoint(code), length: hex[0].length };
  }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3));
  if (octal) return { value: String.fromCharCode(parseInt(octal[0], 8)), length: octal[0].length };
  return undefined;
}

function number(text: string, at: number, before: readonly Lexeme[]): Lexeme {
  const make = (kind: LexemeKind, to: number): Lexeme => ({ kind, span: { from: at, to }, text: text.slice(at, to) });
  const hex = /^0[xX][0-9A-Fa-f]+/.exec(text.slice(at, at + 40));
  if (hex) return make("long", at + hex[0].length);
  let to = endOfDigits(text, at);
  let real = false;
  // `1..5` is a range and `a.0` a property, so a point counts only when a digit follows, or nothing that could be a
  // name.
  if (text[to] === "." && text[to + 1] !== "." && before[before.length - 1]?.text !== ".") {
    if (isDigit(text[to + 1] ?? "")) {
      to = endOfDigits(text, to + 1);
      real = true;
    } else if (!isNameStart(text[to + 1] ?? "") && text[to + 1] !== "[") {
      to++;
      real = true;
    }
  }
  const unit = UNITS.exec(text.slice(to, to + 20));
  if (unit) return make("timespan", to + unit[0].length);
  const exponent = /^[eE][+-]?[0-9]+/.exec(text.slice(to, to + 12));
  if (exponent) return make("real", to + exponent[0].length);
  if (!real && isNameStart(text[to] ?? "")) return make("name", endOfName(text, to));
  return make(real ? "real" : "long", to);
}

/** The typed literal that starts at this offset, whatever stands before it. */
export function typedLiteralAt(text: string, at: number): Lexeme | undefined {
  const to = endOfName(text, at);
  const word = text.slice(at, to);
  return TYPED.has(word) ? typedLiteral(text, at, to, word) : undefined;
}

/** `datetime(2024-01-01)`: what stands up to the closing bracket is the value; quotes around it are dropped. */
function typedLiteral(text: string, at: number, nameEnd: number, word: string): Lexeme | undefined {
  let open = nameEnd;
  while (isSpace(text.charCodeAt(open))) open++;
  if (text[open] !== "(") return undefined;
  let inner = open + 1;
  while (isSpace(text.charCodeAt(inner))) inner++;
  const quote = openQuote(text, inner);
  let close: number;
  let value: string;
  if (quote) {
    const quoted = string(text, inner, quote);
    close = quoted.span.to;
    while (isSpace(text.charCodeAt(close))) close++;
    value = quoted.value ?? "";
    if (text[close] !== ")") return undefined;
  } else {
    close = inner;
    // A datetime may also be written as its parts: datetime(2025, 6, 14).
    const stops = TYPED.get(word) === "datetime" ? ")(;|\n" : ")(;|\n,";
    while (close < text.length && !stops.includes(text[close] ?? "")) close++;
    if (text[close] !== ")") return undefined;
    value = text.slice(inner, close).trim();
  }
  return { kind: "typed", span: { from: at, to: close + 1 }, text: text.slice(at, close + 1), value, word };
}

function endOfLine(text: string, at: number): number {
  let to = at;
  while (to < text.length && text[to] !== "\n" && text[to] !== "\r") to++;
  return to;
}

function endOfName(text: string, at: number): number {
  let to = at;
  while (to < text.length && isNamePart(text[to] ?? "")) to++;
  return to;
}

function endOfDigits(text: string, at: number): number {
  let to = at;
  while (isDigit(text[to] ?? "")) to++;
  return to;
}

function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13) || c === 0xa0 || c === 0xfeff || c === 0x2028 || c === 0x2029
    || (c >= 0x2000 && c <= 0x200f) || c === 0x202f || c === 0x205f || c === 0x2060 || c === 0x3000;
}

function isDigit(c: string): boolean {
  return c >= "0" && c <= "9";
}

function isNameStart(c: string): boolean {
  return (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || c === "_" || c === "$"
    || (c > "\u00bf" && /^\p{L}/u.test(c));
}

function isNamePart(c: string): boolean {
  return isNameStart(c) || isDigit(c);
}
