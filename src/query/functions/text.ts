/**
 * Texts: joining, cutting, finding and replacing without patterns. Places and lengths count characters (code points).
 * Source: Kusto docs, "Scalar functions" (String functions), one page each.
 */
import { fitting } from "../../base";
import type { Value } from "../../table";
import { isArray, printValue } from "../../table";
import type { ScalarFunction } from "./define";
import type { Signature } from "./scalar";
import { define, each, seeing } from "./scalar";

const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text, or the text itself where each UTF-16 unit is one: both can be indexed and counted. */
export function characters(text: string): string | readonly string[] {
  return SURROGATE.test(text) ? Array.from(text) : text;
}

/** Characters from `from` up to `to`. */
function cut(text: string, from: number, to: number): string {
  const chars = characters(text);
  return typeof chars === "string" ? chars.slice(from, to) : chars.slice(from, to).join("");
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A function of a text that takes any scalar: others are printed first. */
export function ofText<R extends "string" | "long" | "dynamic">(
  result: R,
  fn: (text: string) => (R extends "string" ? string : R extends "long" ? bigint : Value) | null,
): readonly Signature[] {
  const run = fn as (text: string) => never;
  return [each(["value: string"], result, run), each(["value: any"], result, (value) => run(printValue(value)))];
}

function substring(text: string, start: bigint, length: bigint | undefined): string {
  const chars = characters(text);
  const from = start < 0n ? Math.max(0, chars.length + Number(start)) : Number(start);
  const to = length === undefined ? chars.length : length < 0n ? from : from + Number(length);
  return cut(text, from, to);
}

/** Where `wanted` stands for the `occurrence`-th time within `length` characters from `start`. */
function indexOf(
  source: string,
  wanted: string,
  start: bigint | undefined,
  length: bigint | undefined,
  occurrence: bigint | undefined,
): bigint | null {
  const nth = occurrence ?? 1n;
  const span = length ?? -1n;
  if (span < -1n || nth < 0n) return null;
  const chars = characters(source);
  const total = chars.length;
  const given = Number(start ?? 0n);
  const from = given < 0 ? Math.max(0, total + given) : given;
  if (from > total) return -1n;
  // Each further occurrence is looked for within the whole length again, counted from behind the one before.
  let at = from - 1;
  for (let n = 0n; n < (nth === 0n ? 1n : nth); n++) {
    const begin = at + 1;
    const end = span < 0n ? total : Math.min(total, begin + Number(span));
    const found = cut(source, begin, end).indexOf(wanted);
    if (found < 0) return -1n;
    at = begin + characters(cut(source, begin, end).slice(0, found)).length;
  }
  return BigInt(at);
}

function split(source: string, delimiter: string, index: bigint | undefined): readonly Value[] | null {
  const parts = delimiter === "" ? [source] : source.split(delimiter);
  if (index === undefined) return parts;
  const part = parts[Number(index)];
  return part === undefined ? null : [part];
}

/** How often `wanted` stands in a text; places may overlap. */
export function countOf(text: string, wanted: string): number {
  if (wanted === "") return 0;
  let count = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) count++;
  return count;
}

/** Each character of `from` becomes the one at its place in `to`, or the last of `to`; with an empty `to` it goes. */
function translate(from: string, to: string, source: string): string {
  const wanted = Array.from(from);
  const instead = Array.from(to);
  const map = new Map<string, string>();
  wanted.forEach((c, i) => {
    if (!map.has(c)) map.set(c, instead[Math.min(i, instead.length - 1)] ?? "");
  });
  return Array.from(source, (c) => map.get(c) ?? c).join("");
}

/**
 * Replaces all of `lookups`, none within another: an earlier one of the list takes its places before a later one looks
 * for any (Kusto docs, "replace_strings()", "Replacement order"). One whose rewrite is no text keeps what it found from
 * the later ones ("Nonstring replacement").
 */
function replaceAll(text: string, lookups: Value, rewrites: Value): string {
  if (!isArray(lookups) || !isArray(rewrites)) return text;
  // What is still open stands at even places, what has been replaced between.
  let parts: string[] = [text];
  lookups.forEach((lookup, i) => {
    const rewrite = rewrites[i];
    if (typeof lookup !== "string" || lookup === "") return;
    const next: string[] = [];
    for (let p = 0; p < parts.length; p += 2) {
      const pieces = parts[p]!.split(lookup);
      pieces.forEach((piece, k) => (k === 0 ? next.push(piece) : next.push(typeof rewrite === "string" ? rewrite : lookup, piece)));
      if (p + 1 < parts.length) next.push(parts[p + 1]!);
    }
    parts = next;
  });
  return joined(parts, "");
}

/** Character by character, as UTF-8 sorts: a pair of surrogates behind all that need none. */
function compareTexts(a: string, b: string): bigint {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const paired = (text: string): boolean => (text.charCodeAt(at) & 0xf800) === 0xd800;
  if (at < a.length && at < b.length && paired(a) !== paired(b)) return paired(a) ? 1n : -1n;
  return a < b ? -1n : a > b ? 1n : 0n;
}

function codePoints(items: readonly Value[]): string | null {
  const out: string[] = [];
  for (const item of items) {
    if (isArray(item)) {
      const inner = codePoints(item);
      if (inner === null) return null;
      out.push(inner);
      continue;
    }
    const point = typeof item === "bigint" || typeof item === "number" ? Number(item) : NaN;
    if (!(Number.isInteger(point) && point >= 0 && point <= 0x10ffff) || (point >= 0xd800 && point < 0xe000)) return null;
    out.push(String.fromCodePoint(point));
  }
  return out.join("");
}

function join(values: readonly (Value | null)[], delimiter: string): string {
  return joined(values.map((v) => printValue(v)), delimiter);
}

/** `Array.join` for texts that are not longer than texts may be; throws `TooLarge`. */
export function joined(texts: readonly string[], delimiter: string): string {
  let length = delimiter.length * (texts.length - 1);
  for (const text of texts) length += text.length;
  fitting(length);
  return texts.join(delimiter);
}

export const texts: readonly ScalarFunction[] = [
  define(
    "strcat",
    {
      says: "Joins values to one text.",
      examples: [
        ['strcat("hello", " ", "world")', "hello world"],
        ['strcat("n=", 5, ", ", true)', "n=5, true"],
      ],
    },
    seeing(["...values: string"], "string", (...values) => joined(values.map((v) => v ?? ""), "")),
    seeing(["...values: any"], "string", (...values) => join(values, "")),
  ),
  define(
    "strcat_delim",
    {
      says: "Joins values to one text, with a delimiter between them.",
      examples: [
        ['strcat_delim("-", 1, "2", "A", 1s)', "1-2-A-00:00:01"],
        ["strcat_delim(0, 1, 2)", "102"],
      ],
    },
    seeing(["delimiter: any", "...values: any"], "string", (delimiter, ...values) =>
      join(values, printValue(delimiter)),
    ),
  ),
  define(
    "strlen",
    {
      says: "The number of characters of a text.",
      examples: [
        ['strlen("hello")', "5"],
        ['strlen("⒦⒰⒮⒯⒪")', "5"],
        ["strlen(12345)", "5"],
      ],
    },
    ...ofText("long", (text) => BigInt(characters(text).length)),
  ),
  define(
    "string_size",
    {
      says: "The number of bytes of a text in UTF-8.",
      examples: [
        ['string_size("hello")', "5"],
        ['string_size("⒦⒰⒮⒯⒪")', "15"],
      ],
    },
    ...ofText("long", (text) => BigInt(utf8(text).length)),
  ),
  define(
    "tolower",
    {
      says: "A text in lower case.",
      examples: [['tolower("CMD.exe")', "cmd.exe"]],
    },
    ...ofText("string", (text) => text.toLowerCase()),
  ),
  define(
    "toupper",
    {
      says: "A text in upper case.",
      examples: [['toupper("Hello")', "HELLO"]],
    },
    ...ofText("string", (text) => text.toUpperCase()),
  ),
  define(
    "reverse",
    {
      says: "A text from its end to its start.",
      examples: [
        ['reverse("abc")', "cba"],
        ["reverse(12345)", "54321"],
      ],
    },
    ...ofText("string", (text) => Array.from(text).reverse().join("")),
  ),
  define(
    "substring",
    {
      says: "A part of a text, from a place counted from 0, or back from the end when negative.",
      examples: [
        ['substring("123456", 1)', "23456"],
        ['substring("123456", 2, 2)', "34"],
        ['substring("123456", -2, 2)', "56"],
      ],
    },
    each(["source: string", "start: long", "length?: long"], "string", substring),
    each(["source: any", "start: long", "length?: long"], "string", (source, start, length) =>
      substring(printValue(source), start, length),
    ),
  ),
  define(
    "indexof",
    {
      says: "The place, from 0, at which a text stands in another; -1 where it does not.",
      examples: [
        ['indexof("abcdefg", "cde")', "2"],
        ['indexof("abcdefg", "cde", 1, 2)', "-1"],
        ['indexof("abcdefgabcdefg", "cde", 1, 10, 2)', "9"],
        ['indexof("abcdefg", "cde", -5)', "2"],
      ],
    },
    each(["source: string", "wanted: string", "start?: long", "length?: long", "occurrence?: long"], "long", indexOf),
    each(
      ["source: any", "wanted: any", "start?: long", "length?: long", "occurrence?: long"],
      "long",
      (source, wanted, start, length, occurrence) =>
        indexOf(printValue(source), printValue(wanted), start, length, occurrence),
    ),
  ),
  define(
    "split",
    {
      says: "The parts of a text between delimiters; with an index only that part, in an array.",
      examples: [
        ['split("aa_bb", "_")', '["aa","bb"]'],
        ['split("aaa_bbb_ccc", "_", 1)', '["bbb"]'],
        ['split("", "_")', '[""]'],
      ],
    },
    each(["source: string", "delimiter: string", "index?: long"], "dynamic", split),
    each(["source: any", "delimiter: string", "index?: long"], "dynamic", (source, delimiter, index) =>
      split(printValue(source), delimiter, index),
    ),
  ),
  define(
    "strcmp",
    {
      says: "Negative, zero or positive as the first text sorts before, with or behind the second.",
      examples: [
        ['strcmp("ABC", "abc")', "-1"],
        ['strcmp("abcde", "abc")', "1"],
        ['strcmp("\uffff", "😀")', "-1"],
        ["strcmp(2, 12)", "1"],
      ],
    },
    each(["first: string", "second: string"], "long", compareTexts),
    each(["first: any", "second: any"], "long", (a, b) => compareTexts(printValue(a), printValue(b))),
  ),
  define(
    "strrep",
    {
      says: "A text repeated, with a delimiter between if one is given.",
      examples: [
        ['strrep("ABC", 2)', "ABCABC"],
        ['strrep(123, 3, ".")', "123.123.123"],
      ],
    },
    each(["value: any", "times: long", "delimiter?: any"], "string", (value, times, delimiter) => {
      const text = printValue(value);
      const between = delimiter === undefined ? "" : printValue(delimiter);
      const count = Number(times);
      if (count < 0) return null;
      fitting(count * (text.length + between.length));
      return new Array<string>(count).fill(text).join(between);
    }),
  ),
  define(
    "replace_string",
    {
      says: "A text with every place of another replaced.",
      examples: [['replace_string("Number is 1", "is", "was")', "Number was 1"]],
    },
    each(["text: string", "lookup: string", "rewrite: string"], "string", (text, lookup, rewrite) =>
      lookup === "" ? text : joined(text.split(lookup), rewrite),
    ),
  ),
  define(
    "replace_strings",
    {
      says: "A text with every place of several others replaced, each by its own text; earlier ones win.",
      examples: [
        [
          'replace_strings("a cat into a dog", dynamic(["cat", "dog"]), dynamic(["dog", "pigeon"]))',
          "a dog into a pigeon",
        ],
        ['replace_strings("This is", dynamic(["is", "This"]), dynamic(["was", "That"]))', "Thwas was"],
        ['replace_strings("This is", dynamic(["This", "is"]), dynamic([12345, "was"]))', "This was"],
      ],
    },
    each(["text: string", "lookups: dynamic", "rewrites: dynamic"], "string", replaceAll),
  ),
  define(
    "translate",
    {
      says: "A text with single characters exchanged for others.",
      examples: [
        ['translate("krasp", "otsku", "spark")', "kusto"],
        ['translate("abc", "x", "abc")', "xxx"],
        ['translate("abc", "", "ab")', ""],
      ],
    },
    each(["searchList: string", "replacementList: string", "source: string"], "string", translate),
  ),
  define(
    "isempty",
    {
      says: "Whether a text is empty or a value is null.",
      examples: [
        ['isempty("")', "true"],
        ['isempty("x")', "false"],
        ["isempty(int(null))", "true"],
        ["isempty(dynamic([]))", "false"],
      ],
    },
    seeing(["value: string"], "bool", (text) => text === null || text === ""),
    seeing(["value: any"], "bool", (value) => value === null || value === ""),
  ),
  define(
    "isnotempty",
    {
      says: "Whether a text is not empty, or a value not null.",
      examples: [
        ['isnotempty("x")', "true"],
        ['isnotempty("")', "false"],
      ],
    },
    seeing(["value: string"], "bool", (text) => text !== null && text !== ""),
    seeing(["value: any"], "bool", (value) => value !== null && value !== ""),
  ),
  define(
    "isascii",
    {
      says: "Whether a text holds ASCII characters only.",
      examples: [
        ['isascii("some string")', "true"],
        ['isascii("naïve")', "false"],
      ],
    },
    each(["value: string"], "bool", (text) => {
      for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
      return true;
    }),
  ),
  define(
    "isutf8",
    {
      says: "Whether a text can be written in UTF-8: no half of a character stands alone in it.",
      examples: [['isutf8("some string")', "true"]],
    },
    each(["value: string"], "bool", (text) => !/[\ud800-\udfff]/u.test(text)),
    seeing(["value: any"], "bool", () => true),
  ),
  define(
    "unicode_codepoints_from_string",
    {
      says: "The numbers of a text's characters.",
      examples: [['unicode_codepoints_from_string("⒦⒰")', "[9382,9392]"]],
    },
    ...ofText("dynamic", (text) => Array.from(text, (c) => BigInt(c.codePointAt(0) ?? 0))),
  ),
  define(
    "unicode_codepoints_to_string",
    {
      says: "The text of the characters with these numbers, given one by one or in arrays.",
      examples: [
        ["unicode_codepoints_to_string(75, 117, 115, 116, 111)", "Kusto"],
        ["unicode_codepoints_to_string(dynamic([97, 98]))", "ab"],
        ["unicode_codepoints_to_string(97, 0xd800)", ""],
      ],
    },
    each(["...points: any"], "string", (...points) => codePoints(points)),
  ),
];
