/**
 * Exact JSON: 64-bit integers survive, key order is kept, positions are known. The reader is the hot path of log
 * loading, so it scans character codes by hand and keeps its own stack: depth never becomes call depth.
 */
import type { Diagnostic } from "./diagnostic";
import { error, warning } from "./diagnostic";

/**
 * A JSON value as we keep it: an integer that fits 64 bits is a `bigint`, every other number a `number`
 * (a fraction or exponent makes it one even when whole), an object a `Map` in the order of the text.
 */
export type Json = null | boolean | bigint | number | string | readonly Json[] | ReadonlyMap<string, Json>;

/** JSON whose leaves may also be a `T`: what {@link readJsonLax} makes of `datetime(…)` and the like. */
export type JsonWith<T> =
  null | boolean | bigint | number | string | T | readonly JsonWith<T>[] | ReadonlyMap<string, JsonWith<T>>;

export interface ReadJson<T = never> {
  /** Undefined when the text could not be understood; then there is an error among the diagnostics. */
  readonly value: JsonWith<T> | undefined;
  /** Offset just behind the value. */
  readonly end: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadJsonOptions {
  /** Whether something other than white space may follow the value (several values in one text). No by default. */
  readonly more?: boolean;
}

/** How deeply arrays and objects may be nested: far beyond any log, far below what printing on a phone can bear. */
export const JSON_DEPTH = 1000;

/**
 * Reads the value at `from`. Keys that repeat: the last value at the first place. `__proto__` is a key like others.
 * A control character inside a string is taken with a warning, as log shippers write them; all else is the standard.
 */
export function readJson(text: string, from = 0, options: ReadJsonOptions = {}): ReadJson {
  return new Reader<never>(text, from, undefined).read(options.more ?? false);
}

/**
 * Reads JSON as Kusto writes it inside `dynamic(…)`: also single quotes, a name with an argument in parentheses
 * (`datetime(2024-05-01)`), and any other bare word. `word` turns these into a value; undefined refuses them.
 * Source: "The dynamic data type", Dynamic literals.
 */
export function readJsonLax<T = never>(
  text: string,
  from: number,
  word: (name: string, argument: string | undefined) => JsonWith<T> | undefined,
  options: ReadJsonOptions = {},
): ReadJson<T> {
  return new Reader<T>(text, from, word).read(options.more ?? false);
}

const QUOTE = 34,
  APOSTROPHE = 39,
  COMMA = 44,
  MINUS = 45,
  COLON = 58,
  BACKSLASH = 92;
const OPEN_BRACKET = 91,
  CLOSE_BRACKET = 93,
  OPEN_BRACE = 123,
  CLOSE_BRACE = 125;

/** Integers that logs are full of, made once. */
const SMALL: readonly bigint[] = Array.from({ length: 1024 }, (_, i) => BigInt(i));
const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Ends the reading of one text; caught in `read`, which is the only caller. */
class Refused extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

class Reader<T> {
  private at: number;
  private controlAt = -1;

  constructor(
    private readonly text: string,
    private readonly from: number,
    private readonly word: ((name: string, argument: string | undefined) => JsonWith<T> | undefined) | undefined,
  ) {
    this.at = from;
    if (text.charCodeAt(from) === 0xfeff) this.at++;
  }

  read(more: boolean): ReadJson<T> {
    const diagnostics: Diagnostic[] = [];
    let value: JsonWith<T> | undefined;
    try {
      value = this.value();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      diagnostics.push(e.diagnostic);
    }
    const end = this.at;
    if (this.controlAt >= 0) {
      const span = { from: this.controlAt, to: this.controlAt + 1 };
      diagnostics.push(
        warning("json-control-character", "A control character inside a string should be escaped.", span),
      );
    }
    if (value !== undefined && !more) {
      this.space();
      if (this.at < this.text.length) {
        const span = { from: this.at, to: this.text.length };
        diagnostics.push(error("json-trailing", `Found ${this.found()} behind the end of the JSON value.`, span));
      }
    }
    return { value, end, diagnostics };
  }

  private value(): JsonWith<T> {
    const open: (JsonWith<T>[] | Map<string, JsonWith<T>>)[] = [];
    const keys: string[] = [];
    const starts: number[] = [];
    for (;;) {
      let value: JsonWith<T>;
      let c = this.space();
      if (c === OPEN_BRACE || c === OPEN_BRACKET) {
        starts.push(this.at++);
        const next = this.space();
        if (c === OPEN_BRACE) {
          if (next === CLOSE_BRACE) value = new Map<string, JsonWith<T>>();
          else {
            this.deeper(open.length);
            open.push(new Map<string, JsonWith<T>>());
            keys.push(this.key(starts));
            continue;
          }
        } else {
          if (next === CLOSE_BRACKET) value = [];
          else {
            this.deeper(open.length);
            open.push([]);
            keys.push("");
            continue;
          }
        }
        this.at++;
        starts.pop();
      } else if (c === QUOTE) value = this.string(QUOTE);
      else if (c === MINUS || (c >= 48 && c <= 57)) value = this.number();
      else value = this.other(c, starts);

      for (;;) {
        const container = open[open.length - 1];
        if (container === undefined) return value;
        if (container instanceof Map) container.set(keys[keys.length - 1] as string, value);
        else container.push(value);
        c = this.space();
        if (c === COMMA) {
          this.at++;
          if (container instanceof Map) keys[keys.length - 1] = this.key(starts);
          break;
        }
        if (c !== (container instanceof Map ? CLOSE_BRACE : CLOSE_BRACKET))
          this.unclosed(container instanceof Map, starts);
        this.at++;
        value = container;
        open.pop();
        keys.pop();
        starts.pop();
      }
    }
  }

  /** Skips white space; the code behind it, NaN at the end. */
  private space(): number {
    const text = this.text;
    let c = text.charCodeAt(this.at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++this.at);
    return c;
  }

  private key(starts: readonly number[]): string {
    const c = this.space();
    let key: string;
    if (c === QUOTE || (c === APOSTROPHE && this.word !== undefined)) key = this.string(c);
    else if (this.at >= this.text.length) return this.unclosed(true, starts);
    else return this.refuse("json-key", `Expected a quoted key, found ${this.found()}.`, this.at, this.at + 1);
    if (this.space() !== COLON) {
      this.refuse(
        "json-colon",
        `Expected ':' behind the key ${excerpt(key)}, found ${this.found()}.`,
        this.at,
        this.at + 1,
      );
    }
    this.at++;
    return key;
  }

  private string(quote: number): string {
    const text = this.text;
    const start = this.at + 1;
    let i = start;
    let out: string | undefined;
    let piece = start;
    for (;;) {
      const c = text.charCodeAt(i);
      if (c === quote) {
        this.at = i + 1;
        return out === undefined ? text.slice(start, i) : out + text.slice(piece, i);
      }
      if (c === BACKSLASH) {
        out = (out ?? "") + text.slice(piece, i) + this.escape(i, quote);
        i += text.charCodeAt(i + 1) === 117 ? 6 : 2;
        piece = i;
      } else if (c < 32) {
        if (this.controlAt < 0) this.controlAt = i;
        i++;
      } else if (i < text.length) i++;
      else this.refuse("json-open-string", "This string is not closed.", start - 1, text.length);
    }
  }

  /** The character that the escape at `i` stands for. */
  private escape(i: number, quote: number): string {
    const letter = this.text.charAt(i + 1);
    if (letter === "u") {
      const digits = this.text.slice(i + 2, i + 6);
      if (/^[0-9a-fA-F]{4}$/.test(digits)) return String.fromCharCode(parseInt(digits, 16));
      return this.refuse(
        "json-escape",
        `Expected four hexadecimal digits behind \\u, found ${excerpt(digits)}.`,
        i,
        i + 2,
      );
    }
    const plain = ESCAPES[letter];
    if (plain !== undefined) return plain;
    if (quote === APOSTROPHE && letter === "'") return "'";
    return this.refuse(
      "json-escape",
      `'\\${letter}' is not an escape that JSON has.`,
      i,
      Math.min(i + 2, this.text.length),
    );
  }

  private number(): bigint | number {
    const text = this.text;
    const start = this.at;
    let i = start;
    const negative = text.charCodeAt(i) === MINUS;
    if (negative) i++;
    const first = i;
    let whole = 0;
    let c = text.charCodeAt(i);
    while (c >= 48 && c <= 57) {
      whole = whole * 10 + (c - 48);
      c = text.charCodeAt(++i);
    }
    const digits = i - first;
    if (digits === 0) this.badNumber(start, i);
    if (digits > 1 && text.charCodeAt(first) === 48 && this.word === undefined) this.badNumber(start, i);
    if (c !== 46 && c !== 101 && c !== 69) {
      this.at = i;
      if (digits <= 15) return negative ? BigInt(-whole) : (SMALL[whole] ?? BigInt(whole));
      if (digits <= 19) {
        const exact = BigInt(text.slice(start, i));
        if (exact >= LONG_MIN && exact <= LONG_MAX) return exact;
      }
      return Number(text.slice(start, i));
    }
    if (c === 46) {
      const fraction = ++i;
      c = text.charCodeAt(i);
      while (c >= 48 && c <= 57) c = text.charCodeAt(++i);
      if (i === fraction) this.badNumber(start, i);
    }
    if (c === 101 || c === 69) {
      c = text.charCodeAt(++i);
      if (c === 43 || c === MINUS) c = text.charCodeAt(++i);
      const exponent = i;
      while (c >= 48 && c <= 57) c = text.charCodeAt(++i);
      if (i === exponent) this.badNumber(start, i);
    }
    this.at = i;
    return Number(text.slice(start, i));
  }

  private badNumber(start: number, to: number): never {
    const end = Math.min(to + 1, this.text.length);
    return this.refuse("json-number", `${excerpt(this.text.slice(start, end))} is not a JSON number.`, start, end);
  }

  /** A value that starts with none of the usual characters: a word, a single-quoted string, or a mistake. */
  private other(c: number, starts: readonly number[]): JsonWith<T> {
    const text = this.text;
    if (c === 116 && text.startsWith("true", this.at) && !isWordAt(text, this.at + 4)) return ((this.at += 4), true);
    if (c === 102 && text.startsWith("false", this.at) && !isWordAt(text, this.at + 5))
      return ((this.at += 5), false);
    if (c === 110 && text.startsWith("null", this.at) && !isWordAt(text, this.at + 4)) return ((this.at += 4), null);
    if (this.word !== undefined) {
      if (c === APOSTROPHE) return this.string(APOSTROPHE);
      const value = this.bare(this.word);
      if (value !== undefined) return value;
    }
    if (this.at >= text.length) {
      const last = starts[starts.length - 1];
      if (last !== undefined) return this.unclosed(text.charCodeAt(last) === OPEN_BRACE, starts);
      return this.refuse("json-empty", "Expected a JSON value, found nothing.", this.from, text.length);
    }
    return this.refuse(
      "json-value",
      `Expected a JSON value, found ${this.found()}.`,
      this.at,
      this.at + this.foundLength(),
    );
  }

  private bare(
    word: (name: string, argument: string | undefined) => JsonWith<T> | undefined,
  ): JsonWith<T> | undefined {
    const text = this.text;
    let i = this.at;
    while (isWordAt(text, i)) i++;
    if (i === this.at) return undefined;
    const name = text.slice(this.at, i);
    let argument: string | undefined;
    let end = i;
    while (isSpace(text.charCodeAt(i))) i++;
    if (text.charCodeAt(i) === 40) {
      const close = closing(text, i);
      if (close < 0) return this.refuse("json-unclosed", `The '(' behind ${name} is not closed.`, i, text.length);
      argument = text.slice(i + 1, close).trim();
      end = close + 1;
    }
    const value = word(name, argument);
    if (value !== undefined) this.at = end;
    return value;
  }

  private deeper(depth: number): void {
    if (depth < JSON_DEPTH) return;
    this.refuse("json-too-deep", `Nested more than ${JSON_DEPTH} levels deep.`, this.at - 1, this.at);
  }

  private unclosed(isObject: boolean, starts: readonly number[]): never {
    const opened = starts[starts.length - 1] ?? this.from;
    const what = isObject ? "'}'" : "']'";
    if (this.at >= this.text.length) {
      const name = isObject ? "object" : "array";
      return this.refuse(
        "json-unclosed",
        `The ${name} that starts here is not closed by ${what}.`,
        opened,
        this.text.length,
      );
    }
    return this.refuse(
      "json-separator",
      `Expected ',' or ${what}, found ${this.found()}.`,
      this.at,
      this.at + this.foundLength(),
    );
  }

  private found(): string {
    if (this.at >= this.text.length) return "the end of the text";
    return excerpt(this.text.slice(this.at, this.at + this.foundLength()));
  }

  /** Length of the word or character at the place of an error. */
  private foundLength(): number {
    let i = this.at;
    while (i - this.at < 24 && isWordAt(this.text, i)) i++;
    return Math.max(1, i - this.at);
  }

  private refuse(code: string, message: string, from: number, to: number): never {
    throw new Refused(error(code, message, { from, to }));
  }
}

function isSpace(c: number): boolean {
  return c === 32 || c === 10 || c === 13 || c === 9;
}

function isWordAt(text: string, i: number): boolean {
  const c = text.charCodeAt(i);
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95;
}

/** The parenthesis that closes the one at `i`, quotes respected; -1 when there is none. */
function closing(text: string, i: number): number {
  let depth = 0;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 40) depth++;
    else if (c === 41 && --depth === 0) return i;
    else if (c === QUOTE || c === APOSTROPHE) {
      for (i++; i < text.length && text.charCodeAt(i) !== c; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
    }
  }
  return -1;
}

function excerpt(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return `'${short}'`;
}

export interface WriteJsonOptions<T = never> {
  /** Spaces per level; everything on one line without it. */
  readonly indent?: number;
  /** Prints a leaf that is not JSON; the result is put out as it is. */
  readonly other?: (value: T) => string;
}

/**
 * Writes a value so that {@link readJson} gives it back: a `number` always shows a fraction or exponent, a `bigint`
 * never. Numbers that JSON has no word for become the strings "NaN", "Infinity", "-Infinity", as Kusto prints them.
 */
export function writeJson<T = never>(value: JsonWith<T>, options: WriteJsonOptions<T> = {}): string {
  const leaf = leafText(value, options);
  if (leaf !== undefined) return leaf;
  const indent = options.indent ?? 0;
  const out: string[] = [];
  // One frame per open container: what is left of it, and the closing bracket.
  const frames: { rest: Iterator<JsonWith<T> | [string, JsonWith<T>]>; isMap: boolean; first: boolean }[] = [];
  const line = (): void => {
    if (indent > 0) out.push("\n", " ".repeat(indent * frames.length));
  };
  const begin = (container: JsonWith<T>): void => {
    const isMap = container instanceof Map;
    const items = container as Iterable<JsonWith<T> | [string, JsonWith<T>]>;
    out.push(isMap ? "{" : "[");
    frames.push({ rest: items[Symbol.iterator](), isMap, first: true });
  };
  begin(value);
  for (;;) {
    const frame = frames[frames.length - 1];
    if (frame === undefined) return out.join("");
    const next = frame.rest.next();
    if (next.done === true) {
      frames.pop();
      if (!frame.first) line();
      out.push(frame.isMap ? "}" : "]");
      continue;
    }
    if (!frame.first) out.push(",");
    frame.first = false;
    line();
    let item = next.value as JsonWith<T>;
    if (frame.isMap) {
      const [key, inner] = next.value as [string, JsonWith<T>];
      out.push(JSON.stringify(key), indent > 0 ? ": " : ":");
      item = inner;
    }
    const text = leafText(item, options);
    if (text !== undefined) out.push(text);
    else begin(item);
  }
}

/** The text of a value that holds no others; undefined for an array or object. */
function leafText<T>(value: JsonWith<T>, options: WriteJsonOptions<T>): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return value.toString();
    case "boolean":
      return value ? "true" : "false";
    case "number":
      return realText(value);
    default:
      if (value === null) return "null";
      if (Array.isArray(value) || value instanceof Map) return undefined;
      return options.other === undefined ? "null" : options.other(value as T);
  }
}

function realText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}
