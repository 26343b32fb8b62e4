/** Why a note is not in a result: the query run over that one note, step by step, until a step drops it. */
import type { Span } from "../../base";
import { asFailure } from "./context";
import type { Context } from "./context";
import { evaluate } from "./evaluate";
import { findPaths, rowsOf } from "./find";
import type { Row } from "./find";
import type { DqlWorld } from "./page";
import { contextOf } from "./run";
import type { RunOptions } from "./run";
import type { DqlQuery, Expr, Source, Step } from "./syntax";
import type { DqlValue } from "./value";
import { isList, isTruthy, toText } from "./value";

/** What became of a note. */
export type Fate =
  /** No step before a LIMIT drops it, or none at all. */
  | { readonly kind: "kept"; readonly limited: boolean }
  /** There is no such note. */
  | { readonly kind: "unknown" }
  | { readonly kind: "dropped"; readonly by: string; readonly span: Span; readonly why: string };

/** Follows one note through a query. Behind a GROUP BY a note has no row of its own, so following ends there. */
export async function whyNot(query: DqlQuery, path: string, world: DqlWorld, options: RunOptions): Promise<Fate> {
  const context = contextOf(world, options);
  if (world.page(path) === undefined) return { kind: "unknown" };
  try {
    if (!findPaths(query.source, world, options.origin).has(path)) {
      const part = missing(query.source, path, world, options.origin);
      return { kind: "dropped", by: "FROM", span: part.span, why: `The note is not in this source${sourceHint(part)}.` };
    }
    let rows = await rowsOf(path, world, context.clock.zone, query.source);
    for (const step of query.steps) {
      if (step.kind === "group") return { kind: "kept", limited: false };
      if (step.kind === "limit") return { kind: "kept", limited: true };
      const next = follow(step, rows, context);
      if (!("rows" in next)) return next;
      rows = next.rows;
    }
    return { kind: "kept", limited: false };
  } catch (thrown) {
    const failure = asFailure(thrown);
    return { kind: "dropped", by: "query", span: failure.span ?? query.span, why: failure.message };
  }
}

/** The part of a source that the note is missing from: the first of an `and`, the whole of an `or`. */
function missing(source: Source, path: string, world: DqlWorld, origin: string): Source {
  if (source.kind !== "chain" || source.rest.some(({ op }) => op === "|")) return source;
  const parts = [source.first, ...source.rest.map(({ right }) => right)];
  const lacking = parts.find((part) => !findPaths(part, world, origin).has(path));
  return lacking === undefined ? source : missing(lacking, path, world, origin);
}

function sourceHint(source: Source): string {
  switch (source.kind) {
    case "tag": return `: it has no tag ${source.tag}`;
    case "folder": return `: it is not in the folder "${source.folder}"`;
    case "link": return source.direction === "in" ? `: it does not link to [[${source.path}]]` : `: [[${source.path}]] does not link to it`;
    case "not": return ": it is excluded here";
    case "csv": case "chain": return "";
  }
}

function follow(step: Step, rows: readonly Row[], context: Context): { readonly rows: readonly Row[] } | Fate {
  if (step.kind === "where") {
    let why: Fate | undefined;
    const left = rows.filter((row) => {
      const judged = judge(step.expr, row, context);
      if (judged !== undefined) why ??= { kind: "dropped", by: "WHERE", ...judged };
      return judged === undefined;
    });
    return left.length === 0 && why !== undefined ? why : { rows: left };
  }
  if (step.kind !== "flatten") return { rows };
  const flat = rows.flatMap((row) => {
    const value = evaluate(step.by.expr, row.data, context);
    const elements: readonly DqlValue[] = isList(value) ? value : [value];
    return elements.map((element) => ({ id: row.id, data: new Map(row.data).set(step.by.name, element) }));
  });
  return flat.length > 0 ? { rows: flat }
    : { kind: "dropped", by: "FLATTEN", span: step.span, why: `'${step.by.name}' is an empty list, so no row is left of the note.` };
}

/** Why a condition does not hold for a row, at the first term of an `and` that is to blame; undefined when it holds. */
function judge(expr: Expr, row: Row, context: Context): { readonly span: Span; readonly why: string } | undefined {
  const terms = expr.kind === "chain" && expr.rest.every(({ op }) => op === "&")
    ? [expr.first, ...expr.rest.map(({ right }) => right)] : [expr];
  for (const term of terms) {
    try {
      if (isTruthy(evaluate(term, row.data, context))) continue;
    } catch (thrown) {
      const failure = asFailure(thrown);
      return { span: failure.span ?? term.span, why: failure.message };
    }
    return { span: term.span, why: `This is not true for the note${sides(term, row, context)}.` };
  }
  return undefined;
}

/** The values a comparison compared, for people. */
function sides(term: Expr, row: Row, context: Context): string {
  if (term.kind !== "chain") return "";
  const values = [term.first, ...term.rest.map(({ right }) => right)].filter((e) => e.kind !== "literal");
  const shown = values.slice(0, 3).map((e) => toText(evaluate(e, row.data, context), { ...context.text, nullText: "null" }).slice(0, 60));
  return shown.length === 0 ? "" : `: ${shown.map((text) => `'${text}'`).join(", ")} was found`;
}
