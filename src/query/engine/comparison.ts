/** What a filter's terms compared in one row: the tests that decide, with the values on both sides. */
import { isArray, tableOf, valueAt } from "../../table";
import type { Batch, Schema, Value } from "../../table";
import type { Expr, Plan } from "../plan";
import type { Comparison, Held, Operand, TermStory } from "../story";
import { nameOf } from "./evaluate";
import { pathOf } from "./filter";

/** Comparisons that are told of one term. */
const MOST_TESTS = 12;

/** Values of expressions in one row, by the expression. */
export type ValueOf = (expr: Expr) => Value;

/** Runs a plan and gives its first row's cells; null when nothing came out. */
export type RunOnce = (plan: Plan) => Promise<readonly Value[] | null>;

/** The values of expressions over the first row of a batch. */
export async function valuesIn(exprs: readonly Expr[], schema: Schema, row: Batch, once: RunOnce): Promise<ValueOf> {
  const asked = [...new Set(exprs)];
  const place = { id: 1, span: { from: 0, to: 0 }, label: "" };
  const closed: Schema = { columns: schema.columns, open: schema.open };
  const values: Plan = {
    ...place, op: "values", schema: closed,
    table: tableOf(closed, [row.columns.map((column) => (row.length > 0 ? valueAt(column, 0) : null))]),
  };
  const outputs = asked.map((value, i) => ({ name: `v${i}`, value }));
  const columns = outputs.map(({ name, value }) => ({ name, type: value.type }));
  const cells = await once({ ...place, id: 2, op: "project", input: values, outputs, schema: { columns, open: false } });
  const known = new Map(asked.map((expr, i) => [expr, cells?.[i] ?? null]));
  return (expr) => known.get(expr) ?? null;
}

/** Everything that {@link termStories} asks the value of. */
export function partsOf(terms: readonly Expr[]): Expr[] {
  const parts: Expr[] = [];
  const todo: Expr[] = [...terms];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    parts.push(e);
    if (e.kind !== "call") continue;
    if (JOINERS.has(nameOf(e)) || isPredicate(e)) todo.push(...e.args);
    else parts.push(...columnsIn(e));
  }
  return parts;
}

/** The terms that are not true, each with the comparisons that make it so. */
export function termStories(terms: readonly Expr[], valueOf: ValueOf): TermStory[] {
  return terms.flatMap((term): TermStory[] => {
    const holds = truth(valueOf(term));
    if (holds === true) return [];
    const tests = deciding(term, valueOf);
    return [{
      span: term.span, holds, tests: tests.slice(0, MOST_TESTS).map(({ expr, wanted }) => comparison(expr, wanted, valueOf)),
      more: Math.max(0, tests.length - MOST_TESTS),
    }];
  });
}

const JOINERS = new Set(["and", "or", "not"]);

function truth(value: Value): boolean | null {
  return typeof value === "boolean" ? value : null;
}

function isPredicate(e: Expr): boolean {
  return e.type === "bool";
}

/** Tests at the leaves of `and`, `or`, `not` whose answers make the term what it is, in the order of the text. */
function deciding(term: Expr, valueOf: ValueOf): { readonly expr: Expr; readonly wanted: boolean }[] {
  const found: { readonly expr: Expr; readonly wanted: boolean }[] = [];
  const todo = [{ expr: term, wanted: true }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { expr, wanted } = next;
    const name = expr.kind === "call" ? nameOf(expr) : "";
    if (expr.kind !== "call" || !JOINERS.has(name)) {
      found.push(next);
      continue;
    }
    const turned = name === "not" ? !wanted : wanted;
    // Of a conjunction that should hold only what fails counts; of a disjunction everything failed.
    const parts = name === "not" ? expr.args : expr.args.filter((e) => truth(valueOf(e)) !== turned);
    for (const part of [...parts].reverse()) todo.push({ expr: part, wanted: turned });
  }
  return found;
}

function comparison(expr: Expr, wanted: boolean, valueOf: ValueOf): Comparison {
  const call = expr.kind === "call" ? expr : undefined;
  const operands = (call?.args ?? [expr]).map((e) => operand(e, valueOf));
  const reads = (call?.args ?? []).filter((e) => e.kind === "call" && pathOf(e) === undefined).flatMap(columnsIn)
    .map((e) => operand(e, valueOf));
  return {
    span: expr.span, fn: call === undefined ? expr.kind : nameOf(call), holds: truth(valueOf(expr)), wanted, operands,
    reads: reads.filter((r, i) => reads.findIndex((other) => other.column === r.column) === i),
  };
}

function operand(expr: Expr, valueOf: ValueOf): Operand {
  const path = pathOf(expr);
  return {
    ...held(expr, valueOf), span: expr.span, constant: columnsIn(expr).length === 0,
    ...(path === undefined ? {} : { column: path }),
  };
}

/** A literal needs no run; of a long list the first thousand are kept. */
export function held(expr: Expr, valueOf: ValueOf): Held {
  const value = expr.kind === "literal" ? expr.value : valueOf(expr);
  return { type: expr.type, value: isArray(value) ? value.slice(0, 1000) : value };
}

function columnsIn(expr: Expr): Expr[] {
  const found: Expr[] = [];
  const todo = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "column") found.push(e);
    else if (e.kind === "call") todo.push(...e.args);
  }
  return found.reverse();
}
