/**
 * Functions that the query itself defines: their bodies are bound anew for each call, arguments put in their places.
 */
import type { Span } from "../../base";
import { isNumeric } from "../../table";
import { functions } from "../functions";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { nothing, type Binding } from "./binding";
import { Environment, type BoundColumn, type Context, type Entity, type Rows } from "./environment";
import { moveTo } from "./saved";
import type { Expression, FunctionParameter } from "./syntax";
import { isTabular } from "./tabular";

export type FunctionEntity = Extract<Entity, { kind: "function" }>;

export type FunctionResult =
  | { readonly kind: "value"; readonly value: Expr } | { readonly kind: "rows"; readonly rows: Rows }
  | { readonly kind: "columns"; readonly columns: readonly Named<Expr>[] };

type BindValue = (b: Binding, e: Expression, context: Context) => Expr;
/** The columns of an expression that gives several; undefined for what gives one value. */
type BindColumns = (e: Expression, context: Context) => readonly Named<Expr>[] | undefined;

/**
 * Calls a function of the query. `first` are the rows that `invoke` gives as the first argument; `columns` is there where
 * the call may give several columns.
 */
export function bindFunction(
  b: Binding, f: FunctionEntity, args: readonly Expression[], span: Span, context: Context, bind: BindValue,
    first: Rows | undefined, columns?: BindColumns,
): FunctionResult {
  if (!b.spend(span)) return { kind: "value", value: nothing(span) };
  if (f.saved) moveTo(f.body, span);
  const inside = new Environment(f.environment);
  const parameters = f.body.parameters;
  const positional = args.filter((a) => a.kind !== "named");
  const named = new Map(args.flatMap((a) => (a.kind === "named" ? [[a.names[0]?.text ?? "", a.value] as const] : [])));
  for (const name of named.keys()) {
    if (!parameters.some((p) => p.name.text === name)) b.unknown("parameter", name, span,
      parameters.map((p) => p.name.text), ` in '${f.name}'`);
  }
  let next = 0;
  for (const [i, p] of parameters.entries()) {
    if (i === 0 && first) {
      inside.define(p.name.text, { kind: "rows", rows: first });
      continue;
    }
    const given = named.get(p.name.text) ?? positional[next++];
    inside.define(p.name.text, bindParameter(b, f, p, given, span, context, bind));
  }
  if (next < positional.length && positional.length > 0) wrongCount(b, f, args.length + (first ? 1 : 0), span);
  return f.saved ? bindSaved(b, f, inside, span, bind, columns) : bindBody(b, f, inside, bind, columns);
}

/** The body of a saved function, as one step of this query at the place of the call. */
function bindSaved(b: Binding, f: FunctionEntity, inside: Environment, span: Span, bind: BindValue,
  columns: BindColumns | undefined): FunctionResult {
  const problem = b.unreadable.get(f.name);
  if (problem !== undefined) b.fail("kql-saved-function", `The function '${f.name}' cannot be read: ${problem}`, span);
  if (b.calling.includes(f.name)) {
    // Kusto docs: User-defined functions: a function cannot call itself.
    b.fail("kql-recursive-function", `'${f.name}' calls itself${b.calling.length > 1 ? `, through ${b.calling.join(
      ", ")}` : ""}; functions of Kusto cannot.`, span);
    return { kind: "rows", rows: emptyRows(b, span) };
  }
  const { length } = b.outline;
  b.calling.push(f.name);
  const result = bindBody(b, f, inside, bind, columns);
  b.calling.pop();
  b.outline.length = length;
  if (result.kind === "columns") return result;
  if (result.kind === "value") return { kind: "value", value: { ...result.value, span } };
  const { rows } = result;
  const label = b.calling.length === 0 && rows.plan.op !== "scan" ? f.name : rows.plan.label;
  return { kind: "rows", rows: { ...rows, plan: { ...rows.plan, label } } };
}

function bindParameter(b: Binding, f: FunctionEntity, p: FunctionParameter, given: Expression | undefined, span: Span,
  context: Context, bind: BindValue): Entity {
  if (p.tabular) {
    const rows = given ? b.grammar.tabularOf(b, given, context.environment) : undefined;
    if (!given) b.fail("kql-argument-count", `'${f.name}' needs a table for '${p.name.text}'.`, span);
    if (rows) checkColumns(b, f, p, rows, given?.span ?? span);
    return { kind: "rows", rows: rows ?? emptyRows(b, span) };
  }
  const type = p.type ?? "dynamic";
  const source = given ?? p.fallback;
  if (!source) {
    b.fail("kql-argument-count", `'${f.name}' needs a value for '${p.name.text}: ${type}'.`, span);
    return { kind: "scalar", value: nothing(span) };
  }
  const value = bind(b, source, given ? context : { environment: f.environment, row: undefined });
  if (value.type === type || value.type === "dynamic" || type === "dynamic"
    || (isNumeric(value.type) && isNumeric(type))) {
    return { kind: "scalar", value: convert(value, type, functions) };
  }
  b.fail("kql-argument-type", `'${p.name.text}' of '${f.name}' takes a ${type}, and this is a ${value.type}.`,
    source.span);
  return { kind: "scalar", value: convert(nothing(source.span), type, functions) };
}

function wrongCount(b: Binding, f: FunctionEntity, count: number, span: Span): void {
  const most = f.body.parameters.length;
  b.fail("kql-argument-count", `'${f.name}' takes ${most} ${most === 1 ? "argument"
    : "arguments"}, and here are ${count}.`, span);
}

function checkColumns(b: Binding, f: FunctionEntity, p: FunctionParameter, rows: Rows, span: Span): void {
  if (rows.open) return;
  for (const wanted of p.table ?? []) {
    const found = rows.columns.find((c) => c.name === wanted.name.text);
    if (!found) b.fail("kql-unknown-column",
      `'${p.name.text}' of '${f.name}' needs a column '${wanted.name.text}', and this table has none.`, span);
    else if (wanted.type && found.type !== wanted.type && found.type !== "dynamic") {
      b.fail("kql-argument-type",
        `'${p.name.text}' of '${f.name}' needs '${wanted.name.text}' as a ${wanted.type}, and here it is a ${found.type}.`, span);
    }
  }
}

function bindBody(b: Binding, f: FunctionEntity, inside: Environment, bind: BindValue,
  columns: BindColumns | undefined): FunctionResult {
  let result: FunctionResult | undefined;
  for (const statement of f.body.statements) {
    if (statement.kind !== "query") {
      b.grammar.declare(b, statement, inside);
      continue;
    }
    const context: Context = { environment: inside, row: undefined };
    if (isTabular(b, statement.value, context)) {
      const rows = b.grammar.tabularOf(b, statement.value, inside);
      result = { kind: "rows", rows: rows ?? emptyRows(b, statement.span) };
    } else {
      const several = columns?.(statement.value, context);
      result = several ? { kind: "columns", columns: several } : { kind: "value", value: bind(b, statement.value, context) };
    }
  }
  if (result) return result;
  b.fail("kql-empty-function", `'${f.name}' has no expression to give back.`, f.body.span);
  return { kind: "value", value: nothing(f.body.span) };
}

/** Checks a function where it is defined, each parameter standing for any value of its type. */
export function checkFunction(b: Binding, f: FunctionEntity, bind: BindValue, columns: BindColumns): void {
  const inside = new Environment(f.environment);
  for (const p of f.body.parameters) {
    if (p.tabular) {
      const columns: BoundColumn[] = (p.table ?? []).map((c) => ({ name: c.name.text, type: c.type ?? "dynamic" }));
      const open = p.table === undefined;
      inside.define(p.name.text,
        { kind: "rows", rows: { plan: b.node({ op: "hole" }, columns, p.name.span, "", open), columns, open } });
    } else inside.define(p.name.text,
      { kind: "scalar", value: { kind: "literal", value: null, type: p.type ?? "dynamic", span: p.name.span } });
  }
  bindBody(b, f, inside, bind, columns);
}

function emptyRows(b: Binding, span: Span): Rows {
  return b.rows({ op: "hole" }, [], span, "", true);
}
