/**
 * Tests as Splunk says them, twice: in the words of `search` (case-insensitive, `*` only) and in those of `where`, which
 * know all else. A part of a rule goes to `where` only when `search` has no words for it. Splunk docs: Search Reference,
 * "search", "where", "Evaluation functions".
 */
import type { Test, TestKind } from "../syntax";
import { atom } from "./dialect";
import type { Dialect, Said } from "./dialect";
import { networkText } from "./networks";
import { inlineFlags } from "./regexes";
import { glob, isAnything, isNumeral, partsOf, plainest, regexOf } from "./wildcards";

/** A string in quotes. */
export function splunkString(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

const OPERATORS = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "=", neq: "!=" } as const;

/** The words of `search`. Nothing that it cannot say is told: `where` is asked next. */
export function searchDialect(name: (field: string) => string): Dialect {
  const column = (field: string) => {
    const named = name(field);
    return /^[\w.{}:-]+$/.test(named) ? named : splunkString(named);
  };
  return {
    title: "Splunk's search",
    words: { and: "AND", or: "OR", always: "*", never: "NOT *" },
    not: (part) => ({ text: `NOT ${part.bond === "atom" ? part.text : `(${part.text})`}`, bond: "not" }),
    test(field, written, voice) {
      const test = plainest(written);
      const cannot = () => voice.cannot("it in search", test.span);
      if (field === null) return isGlob(test) ? atom(splunkString(globText(test))) : cannot();
      const at = column(field);
      switch (test.kind) {
        case "text": case "pattern":
          if (isAnything(test)) return atom(`${at}=*`);
          if (!isGlob(test)) return cannot();
          return atom(`${at}=${test.kind === "text" && test.how === "equals" && isNumeral(test.text) ? test.text
            : splunkString(globText(test))}`);
        case "cidr": return atom(`${at}=${splunkString(networkText(test.bytes, test.bits))}`);
        case "compare": return test.op === "neq" ? cannot() : atom(`${at}${OPERATORS[test.op]}${test.than}`);
        case "null": return { text: `NOT ${at}=*`, bond: "not" };
        case "exists": return test.wanted ? atom(`${at}=*`) : { text: `NOT ${at}=*`, bond: "not" };
        default: return cannot();
      }
    },
    together(tests) {
      const plain = tests.tests.map(plainest);
      if (tests.field === null || tests.need !== "any") return { said: [], rest: plain };
      const group = plain.filter((test) => isGlob(test) && !isAnything(test));
      if (group.length < 2) return { said: [], rest: plain };
      const list = group.map((test) => (isGlob(test) ? splunkString(globText(test)) : ""));
      const rest = plain.filter((test) => !group.includes(test));
      return { said: [atom(`${column(tests.field)} IN (${list.join(", ")})`)], rest };
    },
  };
}

type Glob = Test & { readonly kind: "text" | "pattern" };

/** Whether `search` can say it: it has no word for one character, none for a star that is meant, and no case. */
function isGlob(test: Test): test is Glob {
  if (test.kind !== "text" && test.kind !== "pattern") return false;
  return !(test.cased && hasCase(test)) && partsOf(test).every((part) => part === "any" || (part !== "one" && !part.text.includes("*")));
}

function hasCase(test: Glob): boolean {
  return partsOf(test).some((part) => typeof part === "object" && part.text.toLowerCase() !== part.text.toUpperCase());
}

function globText(test: Glob): string {
  return glob(partsOf(test), "*", "?", (text) => text);
}

/** The words of `where`. */
export function whereDialect(name: (field: string) => string): Dialect {
  const column = (field: string) => {
    const named = name(field);
    return /^[A-Za-z_]\w*$/.test(named) ? named : `'${named.replace(/['\\]/g, "\\$&")}'`;
  };
  const matches = (at: string, source: string): Said => atom(`match(${at}, ${splunkString(source)})`);
  return {
    title: "Splunk",
    words: { and: "AND", or: "OR", always: "true()", never: "false()" },
    // A comparison with a field that is not there is neither true nor false.
    not: (part) => atom(`if(${part.text}, 1, 0)=0`),
    test(field, written, voice) {
      const test = plainest(written);
      const at = field === null ? "_raw" : column(field);
      switch (test.kind) {
        case "text":
          if (test.how === "equals" && field !== null) return ofEqual(at, test);
          return matches(at, (test.cased ? "(?s)" : "(?is)")
            + regexOf(field === null ? ["any", { text: test.text }, "any"] : partsOf(test)));
        case "pattern":
          if (isAnything(test)) return atom(`isnotnull(${at})`);
          return matches(at, (test.cased ? "(?s)" : "(?is)") + regexOf(partsOf(test)));
        case "regex": return matches(at, inlineFlags(test.flags) + test.source);
        case "cidr": return atom(`cidrmatch(${splunkString(networkText(test.bytes, test.bits))}, ${at})`);
        case "compare": return atom(`tonumber(${at})${OPERATORS[test.op]}${test.than}`);
        case "null": return atom(`isnull(${at})`);
        case "exists": return atom(`${test.wanted ? "isnotnull" : "isnull"}(${at})`);
        case "field": return atom(ofField(at, column(test.other), test));
        case "time":
          voice.roughly(`Splunk takes '${name(field ?? "")}' for seconds since 1970 here, as _time is.`, test.span);
          return atom(`tonumber(strftime(${at}, "${TIMES[test.part]}"))${OPERATORS[test.op]}${test.than}`);
      }
    },
  };
}

const TIMES = { minute: "%M", hour: "%H", day: "%d", week: "%V", month: "%m", year: "%Y" } as const;

function ofEqual(at: string, test: TestKind & { readonly kind: "text" }): Said {
  if (isNumeral(test.text)) return atom(`${at}=${test.text}`);
  return atom(test.cased ? `${at}=${splunkString(test.text)}` : `lower(${at})=${splunkString(test.text.toLowerCase())}`);
}

function ofField(at: string, other: string, test: TestKind & { readonly kind: "field" }): string {
  const [a, b] = test.cased ? [at, other] : [`lower(${at})`, `lower(${other})`];
  switch (test.how) {
    case "equals": return `${a}=${b}`;
    case "contains": return `mvcount(split(${a}, ${b}))>1`;
    case "startswith": return `substr(${a}, 1, len(${other}))=${b}`;
    case "endswith": return `substr(${a}, len(${at})-len(${other})+1)=${b}`;
  }
}
