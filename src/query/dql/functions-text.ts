/** Functions on texts. */
import type { Context } from "./context";
import type { DqlFunctionSpec } from "./define";
import { define, nullFor, on } from "./define";
import { pattern } from "./pattern";

const nulls2 = nullFor(["null", "*"], ["*", "null"]);
const nulls3 = nullFor(["null", "*", "*"], ["*", "null", "*"], ["*", "*", "null"]);
const falseForNull = [on(["null", "*"], () => false), on(["*", "null"], () => false)];

function onText(name: string, says: string, examples: readonly (readonly [string, string])[], apply: (text: string) => string): DqlFunctionSpec {
  return define(name, { signatures: [`${name}(text)`], says, examples, lifts: { 1: [0] } },
    on(["string"], ([text]) => apply(text)), nullFor(["null"]));
}

function asks(name: string, part: string, says: string, examples: readonly (readonly [string, string])[],
  test: (text: string, part: string) => boolean): DqlFunctionSpec {
  return define(name, { signatures: [`${name}(text, ${part})`], says, examples, lifts: { 2: [0, 1] } },
    on(["string", "string"], ([text, other]) => test(text, other)), nulls2);
}

function pads(name: string, says: string, examples: readonly (readonly [string, string])[],
  pad: (text: string, length: number, by: string) => string): DqlFunctionSpec {
  const padded = (text: string, length: number, by: string, context: Context) => pad(text, context.fits(length), by);
  return define(name, { signatures: [`${name}(text, length, [padding])`], says, examples, lifts: { 2: [0, 1], 3: [0, 1, 2] } },
    on(["string", "number"], ([text, length], context) => padded(text, length, " ", context)),
    on(["string", "number", "string"], ([text, length, by], context) => padded(text, length, by, context)), nulls2, nulls3);
}

function truncated(text: string, length: number, suffix: string): string {
  const kept = length - suffix.length;
  return text.length > kept ? text.slice(0, Math.max(0, kept)) + suffix : text;
}

/** Whole-text match, unless the pattern says itself where it starts or ends. */
function matches(source: string, text: string): boolean {
  const bound = source.startsWith("^") || source.endsWith("$");
  return pattern(bound ? source : `^${source}$`).test(text);
}

/** Every match replaced, unless that would be too long a text: counted before, for patterns that match often. */
function rewritten(text: string, source: string, by: string, context: Context): string {
  const search = pattern(source);
  if (by.length * text.length > 10_000_000) context.fits(text.length + (search.split(text).length - 1) * by.length);
  return search.replace(text, by);
}

function parts(text: string, separator: string, limit?: number): string[] {
  return pattern(separator).split(text, limit);
}

/**
 * 53 bits of a text: cyrb53, made public domain by its author bryc (github.com/bryc/code, jshash/experimental), so that
 * `hash` gives the same numbers as Dataview.
 */
function hashed(text: string, seed = 0): number {
  let [low, high] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return 4294967296 * (2097151 & high) + (low >>> 0);
}

export const TEXTS: readonly DqlFunctionSpec[] = [
  define("regextest", {
    signatures: ["regextest(pattern, text)"], says: "Whether a regular expression finds something in a text.",
    examples: [['regextest("\\\\w+", "hello there")', "true"]], lifts: { 2: [0, 1] },
  }, on(["string", "string"], ([source, text]) => pattern(source).test(text)), falseForNull),
  define("regexmatch", {
    signatures: ["regexmatch(pattern, text)"], says: "Whether a regular expression matches a whole text.",
    examples: [['regexmatch("\\\\w+", "hello")', "true"], ['regexmatch("\\\\w+", "hello there")', "false"]], lifts: { 2: [0, 1] },
  }, on(["string", "string"], ([source, text]) => matches(source, text)), falseForNull),
  define("regexreplace", {
    signatures: ["regexreplace(text, pattern, replacement)"], says: "Replaces every match; `$1` stands for a group.",
    examples: [['regexreplace("yes", "[ys]", "a")', '"aea"']], lifts: { 3: [0, 1, 2] },
  }, on(["string", "string", "string"], ([text, source, by], context) => rewritten(text, source, by, context)), nulls3),
  define("replace", {
    signatures: ["replace(text, part, replacement)"], says: "Replaces every occurrence of a text.",
    examples: [['replace("the big dog", "big", "small")', '"the small dog"']], lifts: { 3: [0, 1, 2] },
  }, on(["string", "string", "string"], ([text, part, by], context) => replaced(text, part, by, context)), nulls3),
  onText("lower", "The text in lower case.", [['lower("TEST")', '"test"']], (text) => text.toLocaleLowerCase()),
  onText("upper", "The text in upper case.", [['upper("test")', '"TEST"']], (text) => text.toLocaleUpperCase()),
  define("split", {
    signatures: ["split(text, delimiter, [limit])"], says: "The parts of a text between matches of a regular expression.",
    examples: [['split("a b c", " ")', '["a", "b", "c"]'], ['split("a, b", ",\\\\s*", 1)', '["a"]']],
  },
  on(["string", "string"], ([text, separator]) => parts(text, separator)),
  on(["string", "string", "number"], ([text, separator, limit]) => parts(text, separator, limit)), nulls2, nulls3),
  asks("startswith", "prefix", "Whether a text starts with another.", [['startswith("yes", "ye")', "true"]], (t, p) => t.startsWith(p)),
  asks("endswith", "suffix", "Whether a text ends with another.", [['endswith("yes", "ye")', "false"]], (t, p) => t.endsWith(p)),
  pads("padleft", "Fills a text up on its left.", [['padleft("1", 3, "0")', '"001"']], (t, n, by) => t.padStart(n, by)),
  pads("padright", "Fills a text up on its right.", [['padright("a", 3)', '"a  "']], (t, n, by) => t.padEnd(n, by)),
  define("substring", {
    signatures: ["substring(text, start, [end])"], says: "The characters from one place to another, counted from 0.",
    examples: [['substring("hello", 0, 2)', '"he"'], ['substring("hello", 2)', '"llo"']], lifts: { 2: [0, 1], 3: [0, 1, 2] },
  },
  on(["string", "number"], ([text, start]) => text.substring(start)),
  on(["string", "number", "number"], ([text, start, end]) => text.substring(start, end)), nulls2, nulls3),
  define("truncate", {
    signatures: ["truncate(text, length, [suffix])"], says: "A long text cut to a length, with `...` or the suffix at its end.",
    examples: [['truncate("Hello there!", 8)', '"Hello..."'], ['truncate("Hello there!", 8, "/")', '"Hello t/"']],
    lifts: { 2: [0, 1], 3: [0, 1, 2] },
  },
  on(["string", "number", "string"], ([text, length, suffix]) => truncated(text, length, suffix)),
  on(["string", "number"], ([text, length]) => truncated(text, length, "...")), nulls2, nulls3),
  define("hash", {
    signatures: ["hash(seed, [text], [variant])"], says: "A number that is always the same for the same arguments: for a stable shuffle.",
    examples: [['hash("a", "b") = hash("ab", 0)', "true"]],
  },
  on(["string", "number"], ([seed, variant]) => hashed(seed, variant)),
  on(["string", "string"], ([seed, text]) => hashed(seed + text)),
  on(["string", "string", "number"], ([seed, text, variant]) => hashed(seed + text, variant))),
];

function replaced(text: string, part: string, by: string, context: Context): string {
  const pieces = text.split(part);
  context.fits(text.length + (pieces.length - 1) * by.length);
  return pieces.join(by);
}
