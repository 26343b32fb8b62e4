/**
 * Whole queries. A clause that cannot be read is told and skipped up to the next clause's word, so that one mistake
 * does not hide another and what was understood stays usable.
 */
import type { Checked, Diagnostic, Span } from "../../base";
import { error, nearest } from "../../base";
import type { Token } from "../language";
import { Cursor } from "./lexer";
import { parseExpression, parseSource } from "./parse-expression";
import type { DqlQuery, Expr, NamedExpr, QueryType, SortField, Source, Step } from "./syntax";

const CLAUSES: readonly { readonly word: RegExp; readonly name: string; readonly read: ReadClause }[] = [
  { word: /FROM/iy, name: "FROM", read: (c, from) => map(parseSource(c), (source) => ({ kind: "from", source, span: c.since(from) })) },
  { word: /WHERE/iy, name: "WHERE", read: (c, from) => map(parseExpression(c), (expr) => ({ kind: "where", expr, span: c.since(from) })) },
  { word: /SORT/iy, name: "SORT", read: (c, from) => map(sortFields(c), (fields) => ({ kind: "sort", fields, span: c.since(from) })) },
  { word: /LIMIT/iy, name: "LIMIT", read: (c, from) => map(parseExpression(c), (expr) => ({ kind: "limit", expr, span: c.since(from) })) },
  { word: /GROUP BY/iy, name: "GROUP BY", read: (c, from) => map(named(c), (by) => ({ kind: "group", by, span: c.since(from) })) },
  { word: /FLATTEN/iy, name: "FLATTEN", read: (c, from) => map(named(c), (by) => ({ kind: "flatten", by, span: c.since(from) })) },
];

type ReadClause = (c: Cursor, from: number) => Step | undefined;

/** Where a clause may begin again after something that could not be read. */
const NEXT_CLAUSE = /(?:^|[\s)])(?=(?:FROM|WHERE|SORT|LIMIT|FLATTEN|GROUP BY)\s)/gi;

function map<T, U>(value: T | undefined, to: (value: T) => U): U | undefined {
  return value === undefined ? undefined : to(value);
}

/** What parsing gave: the query as far as it was understood, what was wrong, and the text's tokens. */
export interface ParsedQuery extends Checked<DqlQuery> {
  readonly tokens: readonly Token[];
}

/** Parses a query. `value` is set whenever the first word says what kind of query it is. */
export function parseQuery(text: string): ParsedQuery {
  const c = new Cursor(text);
  const diagnostics: Diagnostic[] = [];
  c.spaceOrComments();
  const header = readHeader(c);
  if (header === undefined) {
    diagnostics.push(noHeader(c));
    return { value: undefined, diagnostics, tokens: c.tokens };
  }
  const steps: Step[] = [];
  let source: Source | undefined;
  let misread = false;
  for (;;) {
    c.spaceOrComments();
    if (c.done) break;
    const step = readClause(c);
    if (step === undefined) {
      diagnostics.push((steps.length === 0 && source === undefined ? sortAsField(header) : undefined) ?? stuck(c));
      misread = true;
      if (!skipToClause(c)) break;
    } else if (step.kind === "from" && steps.length === 0 && source === undefined) source = step.source;
    else steps.push(step);
  }
  if (header.type === "calendar" && header.fields.length === 0 && !misread) diagnostics.push(stuck(c));
  const whole = { from: 0, to: text.length };
  const value: DqlQuery = {
    ...header, steps, span: whole, source: source ?? { kind: "folder", folder: "", span: { from: 0, to: 0 } },
  };
  return { value, diagnostics, tokens: c.tokens };
}

/** Parses a text that is one expression and nothing else, as an inline query is. */
export function parseWholeExpression(text: string): Checked<Expr> & { readonly tokens: readonly Token[] } {
  const c = new Cursor(text);
  const value = parseExpression(c);
  const complete = value !== undefined && c.done;
  return { value: complete ? value : undefined, diagnostics: complete ? [] : [stuck(c)], tokens: c.tokens };
}

interface Header {
  readonly type: QueryType;
  readonly showId: boolean;
  readonly fields: readonly NamedExpr[];
}

function readHeader(c: Cursor): Header | undefined {
  const word = c.keyword(/TABLE|LIST|TASK|CALENDAR/iy, "TABLE, LIST, TASK or CALENDAR");
  if (word === undefined) return undefined;
  const type = word.toLowerCase() as QueryType;
  if (type === "task" || c.done) return { type, showId: true, fields: [] };
  if (!c.space()) {
    c.back(0);
    return undefined;
  }
  if (type === "calendar") return { type, showId: true, fields: [named(c) ?? []].flat() };
  const showId = c.keyword(/WITHOUT\s+ID/iy, "WITHOUT ID") === undefined;
  if (!showId) c.space();
  if (type === "table") return { type, showId, fields: columns(c) };
  const from = c.at;
  const format = parseExpression(c);
  return { type, showId, fields: format === undefined ? [] : [unnamed(c, format, from)] };
}

/** The columns of a TABLE; a trailing comma is left standing, to be told. */
function columns(c: Cursor): NamedExpr[] {
  const fields: NamedExpr[] = [];
  for (let before = c.at; ;) {
    const field = named(c);
    if (field === undefined) {
      c.back(before);
      return fields;
    }
    fields.push(field);
    before = c.at;
    c.space();
    if (!c.mark(",")) {
      c.back(before);
      return fields;
    }
    c.space();
  }
}

function unnamed(c: Cursor, expr: Expr, from: number): NamedExpr {
  const name = c.text.slice(from, c.at).split(/[\r\n]+/).map((line) => line.trim()).join("");
  return { name, expr, span: c.since(from) };
}

/** `expression [AS name]`. */
function named(c: Cursor): NamedExpr | undefined {
  const from = c.at;
  const expr = parseExpression(c);
  if (expr === undefined) return undefined;
  const plain = unnamed(c, expr, from);
  const before = c.at;
  if (c.space() && c.keyword(/AS/iy, "AS") !== undefined && c.space()) {
    const alias = c.identifier() || c.string();
    if (alias !== undefined) return { name: alias, expr, span: c.since(from) };
    c.want('a name or a "text"');
  }
  c.back(before);
  return plain;
}

function sortFields(c: Cursor): SortField[] | undefined {
  const fields: SortField[] = [];
  for (let before = c.at; ;) {
    const expr = parseExpression(c);
    if (expr === undefined) {
      c.back(before);
      break;
    }
    c.space();
    const direction = c.keyword(/ASCENDING|DESCENDING|ASC|DESC/iy, "ASC or DESC");
    fields.push({ expr, descending: direction?.toLowerCase().startsWith("desc") ?? false });
    before = c.at;
    c.space();
    if (!c.mark(",")) break;
    c.space();
  }
  return fields.length > 0 ? fields : undefined;
}

function readClause(c: Cursor): Step | undefined {
  const from = c.at;
  for (const { word, name, read } of CLAUSES) {
    if (c.keyword(word, name) === undefined) continue;
    if (c.space()) {
      const step = read(c, from);
      if (step !== undefined) return step;
    } else c.want(`white space after ${name}`);
    c.back(from);
    return undefined;
  }
  return undefined;
}

/** Goes to the next word that starts a clause, behind the place of the last error; false when there is none. */
function skipToClause(c: Cursor): boolean {
  NEXT_CLAUSE.lastIndex = Math.max(c.expectation.at, c.at + 1);
  const next = NEXT_CLAUSE.exec(c.text);
  if (next === null) return false;
  c.take(next.index + next[0].length, "error");
  c.forget();
  return true;
}

function noHeader(c: Cursor): Diagnostic {
  const word = /^[\w]+/.exec(c.text.slice(c.at))?.[0] ?? "";
  const at = { from: c.at, to: c.at + word.length };
  const close = word === "" ? undefined : nearest(word.toUpperCase(), ["TABLE", "LIST", "TASK", "CALENDAR"]);
  const found = word === "" ? (c.done ? "the query is empty" : `found '${c.text[c.at]}'`) : `found '${word}'`;
  return error("dql-no-query-type",
    `A query starts with TABLE, LIST, TASK or CALENDAR: ${found}.${close === undefined ? "" : ` Did you mean '${close}'?`}`,
    at, close === undefined ? {} : { fix: { title: `Write ${close}`, edits: [{ span: at, insert: close }] } });
}

/** `LIST SORT a`: SORT is no reserved word, so it was read as what the list shows, and the rest makes no sense. */
function sortAsField(header: Header): Diagnostic | undefined {
  const last = header.fields.at(-1);
  if (last?.expr.kind !== "name" || last.expr.name.toUpperCase() !== "SORT") return undefined;
  const type = header.type.toUpperCase();
  return error("dql-syntax", `'SORT' directly behind ${type} is read as a field of that name: a source must stand before it.`, last.span,
    { fix: { title: 'Write FROM "" before it', edits: [{ span: { from: last.span.from, to: last.span.from }, insert: 'FROM "" ' }] } });
}

/** The message for the furthest place that was reached, with a way out for what people bring from other languages. */
function stuck(c: Cursor): Diagnostic {
  const { at, wanted } = c.expectation;
  const from = Math.min(at + (/^\s*/.exec(c.text.slice(at))?.[0].length ?? 0), c.text.length);
  const rest = c.text.slice(from, from + 80);
  const word = /^(?:[\p{L}_][\p{L}\w-]*|[0-9.]+|&&|\|\||==|[^])/u.exec(rest)?.[0] ?? "";
  const span = { from, to: from + word.length };
  const found = word === "" ? "the query ends" : `found '${word}'`;
  const way = wayOut(c, word, span);
  if (way !== undefined) return way;
  const expected = wanted.length === 0 ? "the end of the query" : listed(wanted);
  return error("dql-syntax", `Expected ${expected}, ${found}.`, span);
}

function listed(wanted: readonly string[]): string {
  const some = [...wanted].slice(0, 6);
  const last = some.pop() ?? "";
  return some.length === 0 ? last : `${some.join(", ")} or ${last}`;
}

function wayOut(c: Cursor, word: string, span: Span): Diagnostic | undefined {
  const instead = (message: string, insert: string, where = span) => error("dql-syntax", message, where,
    { fix: { title: `Write ${insert}`, edits: [{ span: where, insert }] } });
  const before = c.text.slice(0, span.from);
  if (word === "==" || (word === "=" && before.endsWith("="))) {
    const where = word === "==" ? span : { from: span.from - 1, to: span.to };
    return instead("Equality is a single '=' in dataview queries, found '=='.", "=", where);
  }
  const twice = /^[&|]$/.test(word) && before.trimEnd().endsWith(word);
  if (word === "&&" || word === "||" || twice) {
    const insert = word.startsWith("&") ? "and" : "or";
    const where = twice ? { from: before.trimEnd().length - 1, to: span.to } : span;
    return instead(`Conditions are joined by '${insert}', found '${word[0]}${word[0]}'.`, insert, where);
  }
  const quoted = /^'([^'\n]*)'/.exec(c.text.slice(span.from));
  if (quoted !== null) {
    return instead("Texts stand in double quotes, found a single quote.", JSON.stringify(quoted[1] ?? ""),
      { from: span.from, to: span.from + quoted[0].length });
  }
  const spread = /^GROUP(\s+)BY\b/i.exec(c.text.slice(span.from));
  if (spread !== null && spread[1] !== " ") {
    return instead("GROUP BY is written with exactly one space.", "GROUP BY", { from: span.from, to: span.from + spread[0].length });
  }
  if (/FROM\s+(?:.*(?:and|or|\()\s*)?$/i.test(before)) {
    if (/^not$/i.test(word)) return instead("A source is excluded by '-' or '!' directly before it, found 'not'.", "-", withSpace(c.text, span));
    if (/^[\p{L}\w]/u.test(word)) return instead(`A folder stands in quotes and a tag behind '#': found '${word}'.`, `"${word}"`);
    if (word === "-" || word === "!") return instead("No white space may stand behind the '-' of an excluded source.", word, withSpace(c.text, span));
  }
  return undefined;
}

function withSpace(text: string, span: Span): Span {
  return { from: span.from, to: span.to + (/^\s*/.exec(text.slice(span.to))?.[0].length ?? 0) };
}
