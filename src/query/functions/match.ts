/**
 * Functions that take a regular expression. A pattern that cannot be read matches nothing, and the user is told.
 * Source: Kusto docs, "Regex syntax" and one page per function.
 */
import { fitting } from "../../base";
import type { Value } from "../../table";
import { coerce, isArray, printValue } from "../../table";
import type { KernelContext, ScalarFunction } from "./define";
import type { Match, Pattern } from "./pattern";
import { matches, pattern } from "./pattern";
import { define, eachIn } from "./scalar";
import { characters, countOf, ofText } from "./text";

/** The pattern, or undefined after telling what is wrong with it. */
function known(source: string, context: KernelContext): Pattern | undefined {
  const compiled = pattern(source);
  if (!("problem" in compiled)) return compiled;
  const shown = source.length > 200 ? `${source.slice(0, 200)}…` : source;
  context.warn("bad-pattern", `The pattern '${shown}' matches nothing: ${compiled.problem}.`);
  return undefined;
}

/** Puts captures into a rewrite: `\0` is the whole match, `\1` the first group, `\\` a backslash. */
function rewritten(match: Match, rewrite: string): string {
  if (!rewrite.includes("\\")) return rewrite;
  return rewrite.replace(/\\([0-9\\])/g, (_, what: string) =>
    what === "\\" ? "\\" : (match.groups[Number(what)] ?? ""),
  );
}

function replaceAll(p: Pattern, text: string, rewrite: string, context: KernelContext): string {
  const out: string[] = [];
  let done = 0;
  let length = text.length;
  for (const match of matches(p, text, context.check)) {
    const instead = rewritten(match, rewrite);
    length = fitting(length + instead.length - (match.to - match.from));
    out.push(text.slice(done, match.from), instead);
    done = match.to;
  }
  return done === 0 && out.length === 0 ? text : out.join("") + text.slice(done);
}

/** Takes off what matches at the start, at the end. */
function trimmed(source: string, text: string, atStart: boolean, atEnd: boolean, context: KernelContext): string {
  let rest = text;
  if (atStart) {
    const match = known(`^(?:${source})`, context)?.exec(rest, 0);
    if (match) rest = rest.slice(match.to);
  }
  if (atEnd) {
    const match = known(`(?:${source})\\z`, context)?.exec(rest, 0);
    if (match) rest = rest.slice(0, match.from);
  }
  return rest;
}

/** Groups by number or name; all of them when none are asked for. */
function groupsOf(p: Pattern, wanted: Value | undefined): readonly number[] {
  if (wanted === undefined || !isArray(wanted)) {
    return p.groups === 0 ? [0] : Array.from({ length: p.groups }, (_, i) => i + 1);
  }
  return wanted.flatMap((w) => {
    const number = typeof w === "string" ? (p.names.get(w) ?? Number(w)) : Number(coerce(w, "long"));
    return number >= 0 && number <= p.groups ? [number] : [];
  });
}

function extractAll(p: Pattern, wanted: Value | undefined, text: string, context: KernelContext): Value {
  const groups = groupsOf(p, wanted);
  const [only] = groups;
  const out: Value[] = [];
  for (const match of matches(p, text, context.check)) {
    out.push(groups.length === 1 ? (match.groups[only ?? 0] ?? "") : groups.map((g) => match.groups[g] ?? ""));
  }
  return out.length === 0 ? null : out;
}

function indexOfMatch(
  p: Pattern,
  text: string,
  start: bigint | undefined,
  length: bigint | undefined,
  occurrence: bigint | undefined,
  context: KernelContext,
): bigint | null {
  const span = length ?? -1n;
  if ((start ?? 0n) < 0n || span < -1n || (occurrence ?? 1n) < 0n) return null;
  const chars = characters(text);
  const from = Math.min(Number(start ?? 0n), chars.length);
  const to = span < 0n ? chars.length : Math.min(chars.length, from + Number(span));
  const part = typeof chars === "string" ? chars.slice(from, to) : chars.slice(from, to).join("");
  let left = Number(occurrence ?? 1n);
  for (const match of matches(p, part, context.check)) {
    if (--left <= 0) return BigInt(from + characters(part.slice(0, match.from)).length);
  }
  return -1n;
}

export const matching: readonly ScalarFunction[] = [
  define(
    "matches_regex",
    {
      says: "Whether a pattern matches somewhere in a text.",
      examples: [
        ['"Fabrikam" matches regex "b.*k"', "true"],
        ['"cmd.exe" matches regex @"^powershell"', "false"],
        ['"CMD" matches regex "(?i)cmd"', "true"],
      ],
    },
    eachIn(
      ["text: string", "regex: string"],
      "bool",
      (context) => (text, regex) => known(regex, context)?.test(text) ?? false,
    ),
  ),
  define(
    "extract",
    {
      says: "What a group of a pattern matched in a text (0: the whole pattern); empty when nothing did.",
      examples: [
        ['extract("x=([0-9.]+)", 1, "hello x=45.6|wo")', "45.6"],
        ['extract("[a-z]+", 0, "42")', ""],
        ['extract("x=([0-9]+)", 1, "x=45", typeof(long))', "45"],
      ],
    },
    eachIn(
      ["regex: string", "group: long", "source: string"],
      "string",
      (context) => (regex, group, source) => known(regex, context)?.exec(source, 0)?.groups[Number(group)] ?? "",
    ),
  ),
  define(
    "extract_all",
    {
      says: "All matches of a pattern: texts where it has one group, arrays of texts where it has more; null for none.",
      examples: [
        ['extract_all(@"(\\d+)", "a 1 b 22")', '["1","22"]'],
        ['extract_all(@"(\\w)=(\\d)", "a=1 b=2")', '[["a","1"],["b","2"]]'],
        ['extract_all(@"(\\w)=(\\d)", dynamic([2]), "a=1 b=2")', '["1","2"]'],
      ],
    },
    eachIn(["regex: string", "source: string"], "dynamic", (context) => (regex, source) => {
      const p = known(regex, context);
      return p === undefined ? null : extractAll(p, undefined, source, context);
    }),
    eachIn(
      ["regex: string", "groups: dynamic", "source: string"],
      "dynamic",
      (context) => (regex, groups, source) => {
        const p = known(regex, context);
        return p === undefined ? null : extractAll(p, groups, source, context);
      },
    ),
  ),
  define(
    "replace_regex",
    {
      says: "A text with every match of a pattern replaced; \\1 stands for the first group, \\0 for the whole match.",
      examples: [
        ['replace_regex("Number is 1 of 22", @"\\d+", "#")', "Number is # of #"],
        ['replace_regex("a-b", @"(\\w)-(\\w)", @"\\2-\\1")', "b-a"],
      ],
    },
    eachIn(["text: string", "regex: string", "rewrite: string"], "string", (context) => (text, regex, rewrite) => {
      const p = known(regex, context);
      return p === undefined ? text : replaceAll(p, text, rewrite, context);
    }),
  ),
  define(
    "replace",
    {
      says: "The older order of replace_regex: pattern, rewrite, text.",
      examples: [['replace(@"\\d+", "#", "1 of 22")', "# of #"]],
    },
    eachIn(["regex: string", "rewrite: string", "text: string"], "string", (context) => (regex, rewrite, text) => {
      const p = known(regex, context);
      return p === undefined ? text : replaceAll(p, text, rewrite, context);
    }),
  ),
  define(
    "trim",
    {
      says: "A text without what a pattern matches at its start and at its end.",
      examples: [
        ['trim("--", "--https://example.com--")', "https://example.com"],
        ['trim(@"[^\\w]+", " - Test // $")', "Test"],
      ],
    },
    eachIn(
      ["regex: string", "source: string"],
      "string",
      (context) => (regex, text) => trimmed(regex, text, true, true, context),
    ),
  ),
  define(
    "trim_start",
    {
      says: "A text without what a pattern matches at its start.",
      examples: [['trim_start("https://", "https://example.com")', "example.com"]],
    },
    eachIn(
      ["regex: string", "source: string"],
      "string",
      (context) => (regex, text) => trimmed(regex, text, true, false, context),
    ),
  ),
  define(
    "trim_end",
    {
      says: "A text without what a pattern matches at its end.",
      examples: [
        ['trim_end(".com", "example.com")', "example"],
        ['trim_end(@"\\s+", "a b  ")', "a b"],
      ],
    },
    eachIn(
      ["regex: string", "source: string"],
      "string",
      (context) => (regex, text) => trimmed(regex, text, false, true, context),
    ),
  ),
  define(
    "countof",
    {
      says: 'How often a text stands in another (places may overlap), or with "regex" how often a pattern matches.',
      examples: [
        ['countof("aaaa", "aa")', "3"],
        ['countof("abcabc", "a.c", "regex")', "2"],
      ],
    },
    eachIn(["source: string", "search: string", "kind?: string"], "long", (context) => (source, search, kind) => {
      if (kind?.toLowerCase() !== "regex") return BigInt(countOf(source, search));
      const p = known(search, context);
      return BigInt(p === undefined ? 0 : [...matches(p, source, context.check)].length);
    }),
  ),
  define(
    "indexof_regex",
    {
      says: "The place, from 0, at which a pattern first matches; -1 where it does not.",
      examples: [
        ['indexof_regex("abcabc", "b.a")', "1"],
        ['indexof_regex("abcabcdefg", "a.c", 0, 9, 2)', "3"],
        ['indexof_regex("abc", "a", -1)', ""],
      ],
    },
    eachIn(
      ["source: any", "regex: string", "start?: long", "length?: long", "occurrence?: long"],
      "long",
      (context) => (source, regex, start, length, occurrence) => {
        const p = known(regex, context);
        return p === undefined ? null : indexOfMatch(p, printValue(source), start, length, occurrence, context);
      },
    ),
  ),
  define(
    "regex_quote",
    {
      says: "A pattern that matches a text as it is written.",
      examples: [['regex_quote("(so$me.Te^xt)")', "\\(so\\$me\\.Te\\^xt\\)"]],
    },
    ...ofText("string", (text) => text.replace(/[^0-9A-Za-z_\u0080-\uffff]/g, "\\$&")),
  ),
];
