/**
 * Tests as Elasticsearch's three languages say them: ES|QL, EQL, and Lucene's query string. Elasticsearch reference: "ES|QL
 * functions and operators", "EQL syntax reference", "Query string query", "Regular expression syntax".
 */
import type { Test, TestKind } from "../syntax";
import { atom, inBrackets, unsure } from "./dialect";
import type { Dialect, Said, Voice } from "./dialect";
import { networkText } from "./networks";
import { luceneRegex } from "./regexes";
import { glob, isAnything, isNumeral, partsOf, plainest } from "./wildcards";

/** How the fields of a rule are named, and which hold numbers. */
export interface ElasticFields {
  name(field: string): string;
  isNumber(field: string): boolean;
}

const OPERATORS = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "==", neq: "!=" } as const;

/** A string in double quotes with backslashes escaped: ES|QL and EQL alike. */
export function elasticString(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}"`;
}

const dotted = (name: string) => name.split(".").map((part) => (/^[A-Za-z_@][\w]*$/.test(part) ? part
  : `\`${part.replace(/`/g, "``")}\``)).join(".");

function regexFor(test: TestKind & { readonly kind: "regex" }, voice: Voice, span: Test["span"]): string | undefined {
  const said = luceneRegex(test.source, test.flags);
  return "lacks" in said ? voice.cannot(`${said.lacks} of a regular expression`, span) : said.text;
}

/** ES|QL: `LIKE` and `==` mind the case, so both sides are made small. */
export function esqlDialect(fields: ElasticFields): Dialect {
  const at = (field: string) => dotted(fields.name(field));
  const text = (field: string) => (fields.isNumber(field) ? `TO_STRING(${at(field)})` : at(field));
  return {
    title: "ES|QL",
    words: { and: "AND", or: "OR", always: "true", never: "false" },
    not: (part) => ({ text: part.maybe === true ? `NOT COALESCE(${part.text}, false)` : `NOT ${inBrackets(part, {})}`, bond: "not" }),
    test(field, written, voice) {
      const test = plainest(written);
      if (field === null) return keywordInEsql(test, voice);
      switch (test.kind) {
        case "text": case "pattern": {
          if (isAnything(test)) return atom(`${at(field)} IS NOT NULL`);
          if (test.kind === "text" && test.how === "equals") {
            if (fields.isNumber(field) && isNumeral(test.text)) return unsure(`${at(field)} == ${test.text}`);
            return unsure(foldsCase(test) ? `TO_LOWER(${text(field)}) == ${elasticString(test.text.toLowerCase())}`
              : `${text(field)} == ${elasticString(test.text)}`);
          }
          const pattern = glob(partsOf(test), "*", "?", (plain) => plain.replace(/[\\*?]/g, "\\$&"));
          return unsure(foldsCase(test) ? `TO_LOWER(${text(field)}) LIKE ${elasticString(pattern.toLowerCase())}`
            : `${text(field)} LIKE ${elasticString(pattern)}`);
        }
        case "regex": {
          const source = regexFor(test, voice, test.span);
          return source === undefined ? undefined : unsure(`${text(field)} RLIKE ${elasticString(source)}`);
        }
        case "cidr": return unsure(`CIDR_MATCH(TO_IP(${at(field)}), ${elasticString(networkText(test.bytes, test.bits))})`);
        case "compare":
          return unsure(`${fields.isNumber(field) ? at(field) : `TO_DOUBLE(${at(field)})`} ${OPERATORS[test.op]} ${test.than}`);
        case "null": return atom(`${at(field)} IS NULL`);
        case "exists": return atom(`${at(field)} IS ${test.wanted ? "NOT " : ""}NULL`);
        case "field": {
          const [a, b] = [text(field), text(test.other)].map((e) => (test.cased ? e : `TO_LOWER(${e})`));
          switch (test.how) {
            case "equals": return unsure(`${a} == ${b}`);
            case "contains": return unsure(`LOCATE(${a}, ${b}) > 0`);
            case "startswith": return unsure(`STARTS_WITH(${a}, ${b})`);
            case "endswith": return unsure(`ENDS_WITH(${a}, ${b})`);
          }
        }
        // eslint-disable-next-line no-fallthrough -- every case above returns
        case "time":
          if (test.part === "week") voice.roughly("ES|QL counts weeks from the first of January, Sigma by ISO 8601.", test.span);
          return unsure(`DATE_EXTRACT("${ESQL_TIMES[test.part]}", ${at(field)}) ${OPERATORS[test.op]} ${test.than}`);
      }
    },
    together(tests) {
      const plain = tests.tests.map(plainest);
      if (tests.field === null || tests.need !== "any") return { said: [], rest: plain };
      const field = tests.field;
      const group = plain.filter((test) => test.kind === "text" && test.how === "equals" && !test.cased);
      if (group.length < 2) return { said: [], rest: plain };
      const numbers = fields.isNumber(field) && group.every((test) => test.kind === "text" && isNumeral(test.text));
      const list = group.map((test) => (test.kind !== "text" ? "" : numbers ? test.text : elasticString(test.text.toLowerCase())));
      return { said: [unsure(`${numbers ? at(field) : `TO_LOWER(${text(field)})`} IN (${list.join(", ")})`)],
        rest: plain.filter((test) => !group.includes(test)) };
    },
  };
}

/** `ALIGNED_WEEK_OF_YEAR` is not the ISO week; ISO's has no short name in ES|QL. */
const ESQL_TIMES = { minute: "MINUTE_OF_HOUR", hour: "HOUR_OF_DAY", day: "DAY_OF_MONTH", week: "ALIGNED_WEEK_OF_YEAR",
  month: "MONTH_OF_YEAR", year: "YEAR" } as const;

function foldsCase(test: TestKind & { readonly kind: "text" | "pattern" }): boolean {
  return !test.cased && partsOf(test).some((part) => typeof part === "object" && part.text.toLowerCase() !== part.text.toUpperCase());
}

function keywordInEsql(test: Test, voice: Voice): Said | undefined {
  if (test.kind !== "text" && test.kind !== "pattern") return voice.cannot(`a keyword that is tested by '${test.kind}'`, test.span);
  voice.roughly("A keyword becomes a full-text search (QSTR), which goes by words and only right behind FROM.", test.span);
  return unsure(`QSTR(${elasticString(luceneGlob(test))})`);
}

/** EQL: `:` and `like~` take no notice of case; they have no escape for a star that is meant, functions do. */
export function eqlDialect(fields: ElasticFields): Dialect {
  const at = (field: string) => dotted(fields.name(field));
  return {
    title: "EQL",
    words: { and: "and", or: "or", always: "true", never: "false" },
    not: (part) => ({ text: `not ${inBrackets(part, {})}`, bond: "not" }),
    test(field, written, voice) {
      const test = plainest(written);
      if (field === null) return voice.cannot("a keyword: it only asks fields by name", test.span);
      switch (test.kind) {
        case "text": case "pattern": return textInEql(at(field), fields.isNumber(field), test, voice);
        case "regex": {
          const source = regexFor(test, voice, test.span);
          return source === undefined ? undefined : atom(`${at(field)} regex ${elasticString(source)}`);
        }
        case "cidr": return atom(`cidrMatch(${at(field)}, ${elasticString(networkText(test.bytes, test.bits))})`);
        case "compare":
          return atom(`${fields.isNumber(field) ? at(field) : `number(${at(field)})`} ${OPERATORS[test.op]} ${test.than}`);
        case "null": return atom(`${optional(at(field))} == null`);
        case "exists": return atom(`${optional(at(field))} ${test.wanted ? "!=" : "=="} null`);
        case "field": {
          const [a, b] = [at(field), at(test.other)];
          switch (test.how) {
            case "equals": return atom(test.cased ? `${a} == ${b}` : `(startsWith~(${a}, ${b}) and endsWith~(${b}, ${a}))`);
            case "contains": return atom(`stringContains${test.cased ? "" : "~"}(${a}, ${b})`);
            case "startswith": return atom(`startsWith${test.cased ? "" : "~"}(${a}, ${b})`);
            case "endswith": return atom(`endsWith${test.cased ? "" : "~"}(${a}, ${b})`);
          }
        }
        // eslint-disable-next-line no-fallthrough -- every case above returns
        case "time": return voice.cannot("a part of a time", test.span);
      }
    },
    together(tests) {
      const plain = tests.tests.map(plainest);
      if (tests.field === null || tests.need !== "any" || fields.isNumber(tests.field)) return { said: [], rest: plain };
      const group = plain.filter((test) => (test.kind === "text" || test.kind === "pattern") && !test.cased && !hasStar(test)
        && !isAnything(test));
      if (group.length < 2) return { said: [], rest: plain };
      const list = group.map((test) => (test.kind === "text" || test.kind === "pattern"
        ? elasticString(glob(partsOf(test), "*", "?", (text) => text)) : ""));
      return { said: [atom(`${at(tests.field)} : (${list.join(", ")})`)], rest: plain.filter((test) => !group.includes(test)) };
    },
  };
}

/** A field that no event may have (EQL syntax reference: Optional fields). */
const optional = (name: string) => `?${name}`;

function hasStar(test: TestKind & { readonly kind: "text" | "pattern" }): boolean {
  return partsOf(test).some((part) => typeof part === "object" && /[*?]/.test(part.text));
}

function textInEql(at: string, number: boolean, test: Test & { readonly kind: "text" | "pattern" }, voice: Voice): Said | undefined {
  if (isAnything(test)) return atom(`${optional(at)} != null`);
  const folds = test.cased ? "" : "~";
  if (test.kind === "text") {
    if (number && test.how === "equals" && isNumeral(test.text)) return atom(`${at} == ${test.text}`);
    const text = elasticString(test.text);
    if (number) return test.how === "equals" ? atom(`string(${at}) == ${text}`) : atom(`${EQL_CALLS[test.how]}${folds}(string(${at}), ${text})`);
    if (hasStar(test) && test.how === "equals") {
      return test.cased ? atom(`${at} == ${text}`) : atom(`${at} in~ (${text})`);
    }
    if (hasStar(test) && test.how !== "equals") return atom(`${EQL_CALLS[test.how]}${folds}(${at}, ${text})`);
    if (test.cased && test.how === "equals") return atom(`${at} == ${text}`);
  } else if (hasStar(test)) return voice.cannot("a star or question mark that is meant, beside wildcards", test.span);
  return atom(`${at} ${test.cased ? "like" : ":"} ${elasticString(glob(partsOf(test), "*", "?", (text) => text))}`);
}

const EQL_CALLS = { equals: "startsWith", contains: "stringContains", startswith: "startsWith", endswith: "endsWith" } as const;

/** Lucene's query string. Whether case counts is a matter of the field's mapping; that is told once, by the target. */
export function luceneDialect(fields: ElasticFields): Dialect {
  const at = (field: string) => fields.name(field).replace(/[\s+\-=&|><!(){}[\]^"~*?:\\/]/g, "\\$&");
  return {
    title: "Lucene",
    words: { and: "AND", or: "OR", always: "*:*", never: "(NOT *:*)" },
    // A query of nothing but exclusions finds nothing.
    not: (part) => atom(`(*:* AND NOT ${inBrackets(part, {})})`),
    test(field, written, voice) {
      const test = plainest(written);
      if (field === null) {
        if (test.kind !== "text" && test.kind !== "pattern") {
          return voice.cannot(`a keyword that is tested by '${test.kind}'`, test.span);
        }
        return atom(luceneGlob(test));
      }
      switch (test.kind) {
        case "text": case "pattern":
          if (isAnything(test)) return atom(`_exists_:${at(field)}`);
          if (test.kind === "text" && test.text === "") return atom(`${at(field)}:""`);
          if (partsOf(test).some((part) => typeof part === "object" && /[<>]/.test(part.text))) {
            voice.roughly("Lucene has no escape for < and >: any one character stands for them.", test.span);
          }
          return atom(`${at(field)}:${luceneGlob(test, true)}`);
        case "regex": {
          const source = regexFor(test, voice, test.span);
          return source === undefined ? undefined : atom(`${at(field)}:/${source.replace(/\//g, "\\/").replace(/\n/g, "\\n")}/`);
        }
        case "cidr": return atom(`${at(field)}:"${networkText(test.bytes, test.bits)}"`);
        case "compare": {
          if (test.op === "eq") return atom(`${at(field)}:${test.than}`);
          if (test.op === "neq") return atom(`(_exists_:${at(field)} AND NOT ${at(field)}:${test.than})`);
          return atom(`${at(field)}:${OPERATORS[test.op]}${test.than}`);
        }
        case "null": return atom(`(*:* AND NOT _exists_:${at(field)})`);
        case "exists": return atom(test.wanted ? `_exists_:${at(field)}` : `(*:* AND NOT _exists_:${at(field)})`);
        case "field": return voice.cannot("a comparison of two fields", test.span);
        case "time": return voice.cannot("a part of a time", test.span);
      }
    },
    together(tests) {
      const plain = tests.tests.map(plainest);
      if (tests.field === null || tests.need !== "any") return { said: [], rest: plain };
      const group = plain.filter((test) => (test.kind === "text" ? test.text !== "" : test.kind === "pattern" && !isAnything(test)));
      if (group.length < 2) return { said: [], rest: plain };
      const list = group.map((test) => (test.kind === "text" || test.kind === "pattern" ? luceneGlob(test, true) : ""));
      return { said: [atom(`${at(tests.field)}:(${list.join(" OR ")})`)], rest: plain.filter((test) => !group.includes(test)) };
    },
  };
}

/** A term of the query string; words that it would read as operators are quoted. */
function luceneGlob(test: TestKind & { readonly kind: "text" | "pattern" }, field = false): string {
  const parts = field || test.kind === "pattern" ? partsOf(test) : (["any", { text: test.text }, "any"] as const);
  // `<` and `>` cannot be escaped (Query string query: Reserved characters); `?` stands for them.
  const escaped = glob(parts, "*", "?", (text) => text.replace(/[\s+\-=&|!(){}[\]^"~*?:\\/]/g, "\\$&").replace(/[<>]/g, "?"));
  return /^(?:AND|OR|NOT|TO)$/.test(escaped) ? `"${escaped}"` : escaped;
}
