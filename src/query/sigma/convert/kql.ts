/**
 * Tests as KQL's where says them. Its `=~`, `contains`, `startswith`, `endswith` take no notice of case, as Sigma's; a
 * column's type decides between numbers and texts. Kusto docs: "String operators", "Scalar data types: null values".
 */
import type { ScalarType } from "../../../table";
import type { Test, TestKind } from "../syntax";
import { atom, unsure } from "./dialect";
import type { Dialect, Said, Voice } from "./dialect";
import { networkText } from "./networks";
import { beyondRe2, inlineFlags } from "./regexes";
import { isAnything, isNumeral, partsOf, plainest, regexOf } from "./wildcards";

/** Where a field of Sigma stands in the query: a column, perhaps one that the query makes from a bag. */
export interface KqlPlace {
  readonly column: string;
  readonly type: ScalarType;
  /** The bag and the key that the column is made of, which still know an absent value from an empty one. */
  readonly bag?: { readonly column: string; readonly key: string };
}

/** A string as KQL writes it; verbatim where there are backslashes. Kusto docs: "The string data type". */
export function kqlString(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters have no verbatim form
  const plain = !/[\u0000-\u001f\u007f]/.test(text);
  if (plain && text.includes("\\")) return `@"${text.replace(/"/g, '""')}"`;
  return `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")
    // eslint-disable-next-line no-control-regex -- see above
    .replace(/[\u0000-\u001f\u007f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

/** A column's name, in brackets where it is no plain word. */
export function kqlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `['${name.replace(/['\\]/g, "\\$&")}']`;
}

/** A key of a bag, behind the bag. */
export function kqlKey(bag: string, key: string): string {
  return key.split(".").reduce((text, part) => (/^[A-Za-z_]\w*$/.test(part) ? `${text}.${part}`
    : `${text}[${kqlString(part)}]`), kqlName(bag));
}

const NUMBERS: readonly ScalarType[] = ["int", "long", "real", "decimal"];
const OPERATORS = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "==", neq: "!=" } as const;
const WORDS = { equals: "=~", contains: "contains", startswith: "startswith", endswith: "endswith" } as const;
const CASED = { equals: "==", contains: "contains_cs", startswith: "startswith_cs", endswith: "endswith_cs" } as const;

/** The dialect over the columns that `place` knows; it is asked once for each field and tells itself what it lacks. */
export function kqlDialect(place: (field: string, test: Test, voice: Voice) => KqlPlace | undefined): Dialect {
  return {
    title: "KQL",
    words: { and: "and", or: "or", always: "true", never: "false" },
    not: (part) => atom(part.maybe === true ? `not(coalesce(${part.text}, false))` : `not(${part.text})`),
    test(field, written, voice) {
      const test = plainest(written);
      if (field === null) return keyword(test, voice);
      const at = place(field, test, voice);
      return at && onColumn(at, test, voice, place);
    },
    together(tests, voice) {
      const field = tests.field;
      if (field === null || tests.need !== "any") return { said: [], rest: tests.tests };
      const equal = tests.tests.map(plainest).filter(isEqual);
      const said: Said[] = [];
      const taken = new Set<Test>();
      for (const cased of [false, true]) {
        const group = equal.filter((test) => test.cased === cased && test.text !== "");
        const at = group[0] && place(field, group[0], voice);
        if (group.length < 2 || !at || at.type === "bool") continue;
        const numbers = NUMBERS.includes(at.type) && group.every((test) => isNumeral(test.text));
        const list = group.map((test) => (numbers ? test.text : kqlString(test.text))).join(", ");
        said.push(atom(`${numbers ? kqlName(at.column) : textOf(at)} ${numbers || cased ? "in" : "in~"} (${list})`));
        for (const test of group) taken.add(test);
      }
      const rest = tests.tests.map(plainest).filter((test) => !taken.has(test));
      return { said, rest };
    },
  };
}

type Equal = Test & { readonly kind: "text"; readonly how: "equals" };

function isEqual(test: Test): test is Equal {
  return test.kind === "text" && test.how === "equals";
}

/** A column as a string. */
function textOf(at: KqlPlace): string {
  return at.type === "string" ? kqlName(at.column) : `tostring(${kqlName(at.column)})`;
}

function onColumn(
  at: KqlPlace, test: Test, voice: Voice, place: (field: string, test: Test, voice: Voice) => KqlPlace | undefined,
): Said | undefined {
  const name = kqlName(at.column);
  const bag = at.bag && kqlKey(at.bag.column, at.bag.key);
  switch (test.kind) {
    case "text": return ofText(at, test);
    case "pattern": {
      if (isAnything(test)) return atom(bag ? `isnotnull(${bag})` : present(at));
      const flags = test.cased ? "(?s)" : "(?is)";
      return atom(`${textOf(at)} matches regex ${kqlString(flags + regexOf(partsOf(test)))}`);
    }
    case "regex": {
      const beyond = beyondRe2(test.source);
      if (beyond !== undefined) return voice.cannot(`${beyond} of a regular expression`, test.span);
      return atom(`${textOf(at)} matches regex ${kqlString(inlineFlags(test.flags) + test.source)}`);
    }
    case "cidr": {
      const word = test.bytes.length === 4 ? "ipv4_is_in_range" : "ipv6_is_in_range";
      return unsure(`${word}(${textOf(at)}, ${kqlString(networkText(test.bytes, test.bits))})`);
    }
    case "compare": {
      const number = NUMBERS.includes(at.type) ? name : `todouble(${name})`;
      return unsure(`${number} ${OPERATORS[test.op]} ${test.than}`);
    }
    case "null": return atom(bag ? `isnull(${bag})` : absent(at));
    case "exists":
      if (!at.bag) voice.roughly(`'${at.column}' is a column: an event that has it empty counts as one without it.`, test.span);
      if (at.bag && !at.bag.key.includes(".")) {
        const has = `set_has_element(bag_keys(${kqlName(at.bag.column)}), ${kqlString(at.bag.key)})`;
        return atom(test.wanted ? has : `not(${has})`);
      }
      return atom(bag ? `${test.wanted ? "isnotnull" : "isnull"}(${bag})` : test.wanted ? present(at) : absent(at));
    case "field": {
      const other = place(test.other, test, voice);
      if (!other) return undefined;
      const both = test.how === "equals" ? ` and ${present({ ...other, type: "string", column: other.column }, other)}` : "";
      const said = `${textOf(at)} ${(test.cased ? CASED : WORDS)[test.how]} ${textOf(other)}`;
      return both === "" ? atom(said) : { text: said + both, bond: "and" };
    }
    case "time": {
      const time = at.type === "datetime" ? name : `todatetime(${name})`;
      return unsure(`${TIMES[test.part](time)} ${OPERATORS[test.op]} ${test.than}`);
    }
  }
}

const TIMES: Readonly<Record<(TestKind & { kind: "time" })["part"], (time: string) => string>> = {
  minute: (time) => `datetime_part("minute", ${time})`,
  hour: (time) => `datetime_part("hour", ${time})`,
  day: (time) => `datetime_part("day", ${time})`,
  week: (time) => `week_of_year(${time})`,
  month: (time) => `datetime_part("month", ${time})`,
  year: (time) => `datetime_part("year", ${time})`,
};

function present(at: KqlPlace, real: KqlPlace = at): string {
  return real.type === "string" ? `isnotempty(${kqlName(at.column)})` : `isnotnull(${kqlName(at.column)})`;
}

function absent(at: KqlPlace): string {
  return at.type === "string" ? `isempty(${kqlName(at.column)})` : `isnull(${kqlName(at.column)})`;
}

function ofText(at: KqlPlace, test: TestKind & { readonly kind: "text" }): Said {
  const { how, text, cased } = test;
  const name = kqlName(at.column);
  if (how === "equals") {
    if (NUMBERS.includes(at.type) && isNumeral(text)) return atom(`${name} == ${text}`);
    if (at.type === "bool" && /^(?:true|false)$/i.test(text)) return atom(`${name} == ${text.toLowerCase()}`);
    if (text === "" && at.bag) return atom(`${kqlKey(at.bag.column, at.bag.key)} == ""`);
  }
  return atom(`${textOf(at)} ${(cased ? CASED : WORDS)[how]} ${kqlString(text)}`);
}

/** A keyword: any column. */
function keyword(test: Test, voice: Voice): Said | undefined {
  switch (test.kind) {
    case "text": return atom(`* ${(test.cased ? CASED : WORDS)[test.how]} ${kqlString(test.text)}`);
    case "pattern": return atom(`* matches regex ${kqlString((test.cased ? "(?s)" : "(?is)") + regexOf(partsOf(test)))}`);
    case "regex": {
      const beyond = beyondRe2(test.source);
      if (beyond !== undefined) return voice.cannot(`${beyond} of a regular expression`, test.span);
      return atom(`* matches regex ${kqlString(inlineFlags(test.flags) + test.source)}`);
    }
    default: return voice.cannot(`a keyword that is tested by '${test.kind}'`, test.span);
  }
}
