/**
 * Dataview's query language: parsed, run over pages of any host, explained. It is no plan language: every value is
 * dynamic and rows are notes, so it has its own evaluator. `dataviewjs` is code of a note and never runs.
 */
import type { Checked, Diagnostic } from "../../base";
import { error, hasErrors } from "../../base";
import type { Token } from "../language";
import { Context, asFailure } from "./context";
import type { DqlOptions } from "./context";
import { localZone, momentOf, wordDate } from "./dates";
import { evaluate } from "./evaluate";
import type { DqlWorld } from "./page";
import { parseQuery, parseWholeExpression } from "./parser";
import { contextOf, runQuery } from "./run";
import type { DqlOutcome, RunOptions } from "./run";
import type { DqlQuery, Expr } from "./syntax";
import { queryToPlain } from "./typed";
import type { Plain } from "./typed";
import type { DqlBag, DqlValue } from "./value";

export type { DqlOptions, DqlSettings } from "./context";
export { DEFAULT_SETTINGS } from "./context";
export type { Clock, DqlDate, DqlZone } from "./dates";
export { dateInName, dateOf, formatDate, localZone, withoutTime } from "./dates";
export type { DqlDuration } from "./durations";
export { durationText } from "./durations";
export { nameFields, readInline, readText } from "./fields";
export type { Fate } from "./explain";
export { whyNot } from "./explain";
export type { DqlLink } from "./links";
export { blockLink, fileLink, headerLink, inferLink, linkText, parseLink, titleOf } from "./links";
export { canonicalName, headingAnchor } from "./names";
export type { DqlPage, DqlWorld } from "./page";
export { LazyBag, isItem } from "./page";
export type { DqlOutcome, DqlResult, DqlStep, IdMeaning, RunOptions, TaskTree } from "./run";
export type { DqlQuery, Expr, QueryType, Source, Step } from "./syntax";
export { toCell, toTable } from "./table";
export type { Plain } from "./typed";
export { fromPlain, resultToPlain, toPlain } from "./typed";
export type { DqlBag, DqlType, DqlValue, TextOptions } from "./value";
export { compare, isBag, isList, isTruthy, toText, typeOf } from "./value";
export type { Keyword } from "./vocabulary";
export { FUNCTIONS, KEYWORDS } from "./vocabulary";
export type { DqlFunctionSpec } from "./define";

/** Parses a query. Errors come with their places; the value is what was understood, but runs only without errors. */
export function parseDql(text: string): Checked<DqlQuery> {
  const { value, diagnostics } = parseQuery(text);
  return { value, diagnostics };
}

/** The tokens of a query, for highlighting: total, in order, without overlaps. */
export function dqlTokens(text: string): readonly Token[] {
  return parseQuery(text).tokens;
}

/** Runs a query, given as text or parsed, over the notes of a world. A text with errors fails with them. */
export async function runDql(query: string | DqlQuery, world: DqlWorld, options: RunOptions): Promise<DqlOutcome> {
  if (typeof query !== "string") return runQuery(query, world, options);
  const { value, diagnostics } = parseQuery(query);
  if (value === undefined || hasErrors(diagnostics)) return { kind: "failed", steps: [], diagnostics };
  const outcome = await runQuery(value, world, options);
  return { ...outcome, diagnostics: [...diagnostics, ...outcome.diagnostics] };
}

/** Evaluates one expression over fields, without any notes. */
export function evaluateExpression(text: string, fields: DqlBag, options: DqlOptions): Checked<DqlValue> {
  return evaluateWhole(text, fields, new Context(options));
}

/** Evaluates an inline query (`= expression`) of a note: `this` is the note. */
export function evaluateInline(text: string, world: DqlWorld, options: RunOptions): Checked<DqlValue> {
  return evaluateWhole(text, new Map(), contextOf(world, options));
}

function evaluateWhole(text: string, fields: DqlBag, context: Context): Checked<DqlValue> {
  const { value: expr, diagnostics } = parseWholeExpression(text);
  if (expr === undefined) return { value: undefined, diagnostics };
  try {
    return { value: evaluate(expr, fields, context), diagnostics };
  } catch (thrown) {
    const failure = asFailure(thrown);
    const told: Diagnostic = error("dql-run", failure.message, failure.span ?? expr.span);
    return { value: undefined, diagnostics: [...diagnostics, told] };
  }
}

/** A parsed query as plain JSON, with the dates of words like `date(today)` as they are now. */
export function dqlToPlain(query: DqlQuery, options: DqlOptions): Plain {
  const clock = { now: options.now, zone: localZone(options.zone), locale: options.locale ?? "en-US" };
  return queryToPlain(query, ({ date }: Expr & { readonly kind: "date" }) =>
    "word" in date ? wordDate(date.word, clock) : momentOf(date, clock.zone));
}
