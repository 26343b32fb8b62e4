/**
 * Tests as SQL's where says them, in three dialects. A comparison with NULL is neither true nor false: whatever stands
 * behind NOT is made false first, as a Sigma test of an absent field is.
 */
import type { Span } from "../../../base";
import type { Test, TestKind } from "../syntax";
import { atom, inBrackets, unsure } from "./dialect";
import type { Dialect, Said, Voice } from "./dialect";
import { networkRegex, networkText } from "./networks";
import { beyondRe2, inlineFlags } from "./regexes";
import { glob, isAnything, isNumeral, partsOf, plainest } from "./wildcards";

export type SqlKind = "duckdb" | "clickhouse" | "spark";

/** What the three dialects say differently. */
interface Words {
  readonly title: string;
  name(part: string): string;
  text(value: string): string;
  asText(expression: string): string;
  lower(expression: string): string;
  like(expression: string, pattern: string, cased: boolean): string;
  regex(expression: string, source: string, flags: string): string;
  asNumber(expression: string): string;
  part(part: (TestKind & { kind: "time" })["part"], expression: string): string;
  /** Whether its regular expressions know look-around. */
  readonly backtracks: boolean;
}

const doubled = (text: string) => `'${text.replace(/'/g, "''")}'`;
/** String literals in which a backslash begins an escape (ClickHouse docs: Syntax, String; Spark SQL: Literals). */
const escaped = (text: string) => `'${text.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}'`;

const WORDS: Readonly<Record<SqlKind, Words>> = {
  duckdb: {
    title: "DuckDB",
    backtracks: false,
    name: (part) => (/^[A-Za-z_]\w*$/.test(part) && !RESERVED.has(part.toLowerCase()) ? part : `"${part.replace(/"/g, '""')}"`),
    text: doubled,
    asText: (e) => `CAST(${e} AS VARCHAR)`,
    lower: (e) => `lower(${e})`,
    like: (e, pattern, cased) => `${e} ${cased ? "LIKE" : "ILIKE"} ${doubled(pattern)}${pattern.includes("!") ? " ESCAPE '!'" : ""}`,
    regex: (e, source, flags) => `regexp_matches(${e}, ${doubled(inlineFlags(flags) + source)})`,
    asNumber: (e) => `TRY_CAST(${e} AS DOUBLE)`,
    part: (part, e) => `date_part('${part}', ${e})`,
  },
  clickhouse: {
    title: "ClickHouse",
    backtracks: false,
    name: (part) => (/^[A-Za-z_]\w*$/.test(part) && !RESERVED.has(part.toLowerCase()) ? part : `\`${part.replace(/[`\\]/g, "\\$&")}\``),
    text: escaped,
    asText: (e) => `toString(${e})`,
    lower: (e) => `lowerUTF8(${e})`,
    like: (e, pattern, cased) => `${e} ${cased ? "LIKE" : "ILIKE"} ${escaped(pattern)}`,
    // ClickHouse docs, match(): `.` takes line breaks unless told otherwise.
    regex: (e, source, flags) => `match(${e}, ${escaped((flags.includes("s") ? "" : "(?-s)") + inlineFlags(flags) + source)})`,
    asNumber: (e) => `toFloat64OrNull(toString(${e}))`,
    part: (part, e) => ({ minute: `toMinute(${e})`, hour: `toHour(${e})`, day: `toDayOfMonth(${e})`,
      week: `toISOWeek(${e})`, month: `toMonth(${e})`, year: `toYear(${e})` })[part],
  },
  spark: {
    title: "Spark SQL",
    backtracks: true,
    name: (part) => (/^[A-Za-z_]\w*$/.test(part) && !RESERVED.has(part.toLowerCase()) ? part : `\`${part.replace(/`/g, "``")}\``),
    text: escaped,
    asText: (e) => `CAST(${e} AS STRING)`,
    lower: (e) => `lower(${e})`,
    // Its own escape character is the backslash, which paths are full of.
    like: (e, pattern, cased) => `${e} ${cased ? "LIKE" : "ILIKE"} ${escaped(pattern)}${/[!\\]/.test(pattern) ? " ESCAPE '!'" : ""}`,
    regex: (e, source, flags) => `regexp_like(${e}, ${escaped(inlineFlags(flags) + source)})`,
    asNumber: (e) => `try_cast(${e} AS DOUBLE)`,
    part: (part, e) => (part === "day" ? `dayofmonth(${e})` : part === "week" ? `weekofyear(${e})` : `${part}(${e})`),
  },
};

/** Words that cannot be names of columns without quotes in one of the three. */
const RESERVED = new Set(("all and any array as asc between by case cast check collate column constraint create cross current_date "
  + "current_time current_timestamp default desc describe distinct else end except exists false fetch filter for foreign from full grant "
  + "group having in inner intersect into is join lateral leading left like limit natural not null offset on only or order "
  + "outer pivot primary references right select similar some table then to trailing true union unique unpivot user using when where "
  + "window with").split(" "));

const OPERATORS = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "=", neq: "<>" } as const;

/** How columns are named, and which of them surely hold texts. */
export interface SqlColumns {
  /** The name for a field; the parts of a path when it is nested. */
  path(field: string): readonly string[];
  /** Whether the column may hold something else than texts, so that it must be made one. */
  mayBeNumber(field: string): boolean;
}

/** The dialect of one kind of SQL. */
export function sqlDialect(kind: SqlKind, columns: SqlColumns): Dialect {
  const words = WORDS[kind];
  const column = (field: string) => sqlName(kind, columns.path(field));
  const text = (field: string) => (columns.mayBeNumber(field) ? words.asText(column(field)) : column(field));
  return {
    title: words.title,
    words: { and: "AND", or: "OR", always: "TRUE", never: "FALSE" },
    not: (part) => ({ text: part.maybe === true ? `NOT COALESCE(${part.text}, FALSE)` : `NOT ${inBrackets(part, {})}`, bond: "not" }),
    test(field, written, voice) {
      const test = plainest(written);
      if (field === null) return voice.cannot("a keyword, which any column may hold", test.span, "Name the columns that may hold it.");
      return onColumn(kind, { column: column(field), text: text(field) }, test, voice, (other) => text(other));
    },
    together(tests) {
      const plain = tests.tests.map(plainest);
      if (tests.field === null || tests.need !== "any") return { said: [], rest: plain };
      const field = tests.field;
      const said: Said[] = [];
      const taken = new Set<Test>();
      for (const cased of [false, true]) {
        const group = plain.filter((test) => test.kind === "text" && test.how === "equals" && test.cased === cased);
        if (group.length < 2) continue;
        const numerals = group.every((test) => test.kind === "text" && isNumeral(test.text));
        const list = group.map((test) => words.text(test.kind === "text" ? (cased ? test.text : test.text.toLowerCase()) : ""));
        said.push(unsure(`${cased || numerals ? text(field) : words.lower(text(field))} IN (${list.join(", ")})`));
        for (const test of group) taken.add(test);
      }
      return { said, rest: plain.filter((test) => !taken.has(test)) };
    },
  };
}

/** A column's name, quoted where it must be. */
export function sqlName(kind: SqlKind, path: readonly string[]): string {
  return path.map((part) => WORDS[kind].name(part)).join(".");
}

/** A text as a literal. */
export function sqlText(kind: SqlKind, text: string): string {
  return WORDS[kind].text(text);
}

function onColumn(
  kind: SqlKind, at: { readonly column: string; readonly text: string }, test: Test, voice: Voice, other: (field: string) => string,
): Said | undefined {
  const words = WORDS[kind];
  switch (test.kind) {
    case "text":
      if (test.how === "equals") {
        const folds = !test.cased && test.text.toLowerCase() !== test.text.toUpperCase();
        return unsure(folds ? `${words.lower(at.text)} = ${words.text(test.text.toLowerCase())}`
          : `${at.text} = ${words.text(test.text)}`);
      }
      return unsure(words.like(at.text, likePattern(kind, test), test.cased));
    case "pattern":
      if (isAnything(test)) return atom(`${at.column} IS NOT NULL`);
      return unsure(words.like(at.text, likePattern(kind, test), test.cased));
    case "regex": {
      const beyond = words.backtracks ? undefined : beyondRe2(test.source);
      if (beyond !== undefined) return voice.cannot(`${beyond} of a regular expression`, test.span);
      return unsure(words.regex(at.text, test.source, [...new Set(test.flags)].filter((flag) => "ims".includes(flag)).join("")));
    }
    case "cidr": return network(kind, at.text, test, voice, test.span);
    case "compare": return unsure(`${words.asNumber(at.column)} ${OPERATORS[test.op]} ${test.than}`);
    case "null": return atom(`${at.column} IS NULL`);
    case "exists": return atom(`${at.column} IS ${test.wanted ? "NOT " : ""}NULL`);
    case "field": {
      const [left, right] = [at.text, other(test.other)].map((e) => (test.cased ? e : words.lower(e)));
      if (test.how === "equals") return unsure(`${left ?? ""} = ${right ?? ""}`);
      const place = kind === "clickhouse" ? `position(${left}, ${right})` : `instr(${left}, ${right})`;
      if (test.how === "contains") return unsure(`${place} > 0`);
      const call = { startswith: ["starts_with", "startsWith", "startswith"], endswith: ["ends_with", "endsWith", "endswith"] }[test.how];
      return unsure(`${call[kind === "duckdb" ? 0 : kind === "clickhouse" ? 1 : 2] ?? ""}(${left}, ${right})`);
    }
    case "time": return unsure(`${words.part(test.part, at.column)} ${OPERATORS[test.op]} ${test.than}`);
  }
}

/** `%` and `_` of the text itself behind `!`; ClickHouse has no ESCAPE and takes backslashes. */
function likePattern(kind: SqlKind, test: TestKind & { readonly kind: "text" | "pattern" }): string {
  const escape = (text: string) => (kind === "clickhouse" ? text.replace(/[%_\\]/g, "\\$&") : text.replace(/[%_!]/g, "!$&"));
  return glob(partsOf(test), "%", "_", escape);
}

function network(
  kind: SqlKind, text: string, test: TestKind & { readonly kind: "cidr" }, voice: Voice, span: Span,
): Said | undefined {
  const words = WORDS[kind];
  const four = test.bytes.length === 4;
  if (kind === "clickhouse") {
    // The function throws on a text that is no address.
    const check = four ? "isIPv4String" : "isIPv6String";
    const range = words.text(networkText(test.bytes, test.bits));
    return atom(`if(${check}(${text}), isIPAddressInRange(${text}, ${range}), false)`);
  }
  if (four) return unsure(words.regex(text, networkRegex(test.bytes, test.bits), ""));
  if (kind === "duckdb") {
    voice.roughly("Networks of IPv6 need DuckDB's extension 'inet' (INSTALL inet; LOAD inet).", span);
    return unsure(`TRY_CAST(${text} AS INET) <<= ${words.text(networkText(test.bytes, test.bits))}::INET`);
  }
  return voice.cannot("a network of IPv6", span);
}
