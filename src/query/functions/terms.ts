/**
 * The string operators: parts of texts (`contains`) and whole terms of them (`has`). A term is a run of letters and
 * digits; everything else, the underscore too, divides terms. Source: Kusto docs, "String operators" (What is a term?).
 */
import type { Value } from "../../table";
import { isArray, printValue } from "../../table";
import type { ScalarFunction } from "./define";
import type { Signature } from "./scalar";
import { define, each } from "./scalar";

const LETTER = /[\p{L}\p{N}]/u;

/** Whether the character at `i` belongs to a term; outside of the text there is none. */
function isTermAt(text: string, i: number): boolean {
  const c = text.charCodeAt(i);
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || (c >= 65 && c <= 90);
  return i >= 0 && i < text.length && LETTER.test(text.charAt(i));
}

/**
 * Whether `wanted` stands in `text` so that no term is cut at its start (`start`) and its end (`end`). An end of
 * `wanted` that is no term character itself cuts nothing.
 */
export function hasTerm(text: string, wanted: string, start: boolean, end: boolean): boolean {
  const length = wanted.length;
  if (length === 0) return true;
  const checkStart = start && isTermAt(wanted, 0);
  const checkEnd = end && isTermAt(wanted, length - 1);
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!(checkStart && isTermAt(text, at - 1)) && !(checkEnd && isTermAt(text, at + length))) return true;
  }
  return false;
}

type Check = (text: string, wanted: string) => boolean;

const contains: Check = (text, wanted) => text.includes(wanted);
const startsWith: Check = (text, wanted) => text.startsWith(wanted);
const endsWith: Check = (text, wanted) => text.endsWith(wanted);
const has: Check = (text, wanted) => hasTerm(text, wanted, true, true);
const hasPrefix: Check = (text, wanted) => hasTerm(text, wanted, true, false);
const hasSuffix: Check = (text, wanted) => hasTerm(text, wanted, false, true);

function inCase(check: Check): Signature {
  return each(["text: string", "wanted: string"], "bool", check);
}

/** What is looked for, made ready once for many texts. */
function lastPrepared<K, V>(prepare: (key: K) => V): (key: K) => V {
  let last: { readonly key: K; readonly value: V } | undefined;
  return (key) => {
    if (last === undefined || last.key !== key) last = { key, value: prepare(key) };
    return last.value;
  };
}

/**
 * An expression that matches every text whose lower case holds one of some lower-case texts, and few others; undefined
 * where there is none. The platform finds it many times faster than a text is lowered and searched. Two characters that
 * are not ASCII have ASCII letters in their lower case.
 */
function sieve(lowered: readonly string[]): RegExp | undefined {
  if (lowered.length === 0 || lowered.some((text) => text === "" || !/^[ -~]+$/.test(text))) return undefined;
  const parts = lowered.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp([...parts, "[\u0130\u212a]"].join("|"), "i");
}

/** What the check finds is a part of the text: a text without it need not be lowered. */
function anyCase(check: Check): Signature {
  const prepared = lastPrepared((wanted: string) => {
    const low = wanted.toLowerCase();
    return { low, sieve: sieve([low]) };
  });
  return each(["text: string", "wanted: string"], "bool", (text, wanted) => {
    const { low, sieve } = prepared(wanted);
    return (sieve === undefined || sieve.test(text)) && check(text.toLowerCase(), low);
  });
}

/** Whether a text begins, or ends, with another in any case: as much of it is lowered as there is to compare. */
function edge(check: Check, atStart: boolean): Signature {
  const prepared = lastPrepared((wanted: string) => ({ low: wanted.toLowerCase(), ascii: /^[ -~]*$/.test(wanted) }));
  return each(["text: string", "wanted: string"], "bool", (text, wanted) => {
    const { low, ascii } = prepared(wanted);
    const { length } = low;
    // A character whose lower case is longer than itself is not ASCII: then the whole text is asked.
    const part = atStart ? text.slice(0, length) : text.slice(Math.max(0, text.length - length));
    return check(ascii && !/[^\0-\x7f]/.test(part) ? part.toLowerCase() : text.toLowerCase(), low);
  });
}

/** The texts of a list in lower case, remembered per list; arrays inside are taken as their items. */
function loweredLists(): (list: Value) => readonly string[] {
  const known = new WeakMap<readonly Value[], readonly string[]>();
  return (list) => {
    if (!isArray(list)) return list === null ? [] : [printValue(list).toLowerCase()];
    let texts = known.get(list);
    if (texts === undefined) {
      texts = list.flatMap((item) => (isArray(item) ? item : [item])).map((item) => printValue(item).toLowerCase());
      known.set(list, texts);
    }
    return texts;
  };
}

/** Over a list given as one array, or as several arguments. `any`: one of the list is enough, so none is nothing. */
function overLists(any: boolean): readonly Signature[] {
  const lowered = loweredLists();
  const sieveOf = lastPrepared((wanted: readonly string[]) => (any ? sieve(wanted) : undefined));
  const decide = (text: string, wanted: readonly string[], quick: RegExp | undefined): boolean => {
    if (quick !== undefined && !quick.test(text)) return false;
    const folded = text.toLowerCase();
    return any ? wanted.some((w) => has(folded, w)) : wanted.every((w) => has(folded, w));
  };
  return [
    each(["text: string", "list: dynamic"], "bool", (text, list) => {
      const wanted = lowered(list);
      return decide(text, wanted, isArray(list) ? sieveOf(wanted) : undefined);
    }),
    each(["text: string", "...list: any"], "bool", (text, ...list) => decide(text, list.flatMap(lowered), undefined)),
  ];
}

const lowered = loweredLists();

export const terms: readonly ScalarFunction[] = [
  define(
    "contains",
    {
      says: "Whether a text holds another anywhere, in any case.",
      examples: [
        ['"FabriKam" contains "BRik"', "true"],
        ['"abc" contains "x"', "false"],
      ],
    },
    anyCase(contains),
  ),
  define(
    "contains_cs",
    {
      says: "Whether a text holds another anywhere, in the same case.",
      examples: [
        ['"FabriKam" contains_cs "Kam"', "true"],
        ['"FabriKam" contains_cs "kam"', "false"],
      ],
    },
    inCase(contains),
  ),
  define(
    "startswith",
    {
      says: "Whether a text begins with another, in any case.",
      examples: [['"Fabrikam" startswith "FAB"', "true"]],
    },
    edge(startsWith, true),
  ),
  define(
    "startswith_cs",
    {
      says: "Whether a text begins with another, in the same case.",
      examples: [['"Fabrikam" startswith_cs "FAB"', "false"]],
    },
    inCase(startsWith),
  ),
  define(
    "endswith",
    {
      says: "Whether a text ends with another, in any case.",
      examples: [['"Fabrikam" endswith "KAM"', "true"]],
    },
    edge(endsWith, false),
  ),
  define(
    "endswith_cs",
    {
      says: "Whether a text ends with another, in the same case.",
      examples: [['"Fabrikam" endswith_cs "KAM"', "false"]],
    },
    inCase(endsWith),
  ),
  define(
    "has",
    {
      says: "Whether a text holds another as whole terms, in any case.",
      examples: [
        ['"North America" has "america"', "true"],
        ['"North America" has "amer"', "false"],
        ['"cmd.exe /c whoami" has "/c"', "true"],
      ],
    },
    anyCase(has),
  ),
  define(
    "has_cs",
    {
      says: "Whether a text holds another as whole terms, in the same case.",
      examples: [
        ['"North America" has_cs "America"', "true"],
        ['"North America" has_cs "america"', "false"],
      ],
    },
    inCase(has),
  ),
  define(
    "hasprefix",
    {
      says: "Whether a term of a text begins with another text, in any case.",
      examples: [
        ['"North America" hasprefix "AME"', "true"],
        ['"North America" hasprefix "mer"', "false"],
      ],
    },
    anyCase(hasPrefix),
  ),
  define(
    "hasprefix_cs",
    {
      says: "Whether a term of a text begins with another text, in the same case.",
      examples: [
        ['"North America" hasprefix_cs "Ame"', "true"],
        ['"North America" hasprefix_cs "ame"', "false"],
      ],
    },
    inCase(hasPrefix),
  ),
  define(
    "hassuffix",
    {
      says: "Whether a term of a text ends with another text, in any case.",
      examples: [
        ['"North America" hassuffix "RTH"', "true"],
        ['"North America" hassuffix "nor"', "false"],
      ],
    },
    anyCase(hasSuffix),
  ),
  define(
    "hassuffix_cs",
    {
      says: "Whether a term of a text ends with another text, in the same case.",
      examples: [
        ['"North America" hassuffix_cs "ica"', "true"],
        ['"North America" hassuffix_cs "ICA"', "false"],
      ],
    },
    inCase(hasSuffix),
  ),
  define(
    "has_any",
    {
      says: "Whether a text holds at least one of a list as whole terms, in any case.",
      examples: [
        ['"net user /add" has_any ("useradd", "net")', "true"],
        ['"netsh" has_any ("net", "user")', "false"],
      ],
    },
    ...overLists(true),
  ),
  define(
    "has_all",
    {
      says: "Whether a text holds each of a list as whole terms, in any case.",
      examples: [
        ['"North and South America" has_all ("south", "north")', "true"],
        ['"North" has_all ("south", "north")', "false"],
      ],
    },
    ...overLists(false),
  ),
  define(
    "has_any_index",
    {
      says: "Place in a list, from 0, of the first item that a text holds as whole terms; -1 when it holds none.",
      examples: [
        ['has_any_index("this is an example", dynamic(["not", "example"]))', "1"],
        ['has_any_index("this", dynamic([]))', "-1"],
      ],
    },
    each(["text: string", "list: dynamic"], "long", (text, list) => {
      const folded = text.toLowerCase();
      return BigInt(lowered(list).findIndex((wanted) => has(folded, wanted)));
    }),
  ),
];
