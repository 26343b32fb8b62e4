/**
 * Functions that give several columns: `series_stats(x)`, `array_sort_asc(a, b)`. Their call gives one array, computed
 * once per row, and each column reads its element of it. They stand in `extend`, `project`, `print`, `summarize` and
 * their kin; elsewhere one of their columns is taken by its place: `array_sort_asc(a, b)[1]`. A function of the query
 * whose body ends with such a call gives its columns, named by the body.
 */
import type { Span } from "../../base";
import type { ScalarType } from "../../table";
import { functions, type FunctionEntry } from "../functions";
import type { Call, Expr, Named } from "../plan";
import { convert } from "../scope";
import { apply } from "./apply";
import { callEntry, isSingle, type BindExpression, type CallExpression } from "./bind-call";
import { bindFunction, type FunctionEntity } from "./bind-function";
import { nothing, type Binding } from "./binding";
import { Environment, type Context } from "./environment";
import { resultName } from "./names";
import { entityNamed } from "./saved";
import type { Expression, FunctionBody } from "./syntax";

/** The entry of a call that gives several columns, whatever its arguments. */
function entryOfSeveral(e: Expression): (FunctionEntry & { kind: "scalar" }) | undefined {
  if (e.kind !== "call" || e.of) return undefined;
  const entry = functions.named(e.name.text);
  return entry?.kind === "scalar" && entry.columns ? entry : undefined;
}

/** The function of the query, or a saved one, that a call means, if its body ends with a call of several columns. */
function functionOfSeveral(b: Binding, e: Expression, context: Context): FunctionEntity | undefined {
  const asked = new Set<FunctionBody>();
  let entity: FunctionEntity | undefined;
  let environment = context.environment;
  for (let last = e; last.kind === "call" && !last.of;) {
    const named = entityNamed(b, last.name.text, environment);
    if (named?.kind !== "function") {
      return entity !== undefined && entryOfSeveral(last) && !isSingle(last) ? entity : undefined;
    }
    const { body } = named;
    // Saved functions may call one another in a ring.
    if (asked.has(body)) return undefined;
    asked.add(body);
    entity ??= named;
    const end = body.statements[body.statements.length - 1];
    if (end?.kind !== "query") return undefined;
    environment = new Environment(named.environment);
    for (const s of body.statements) if (s.kind === "function") environment.define(s.name.text,
      { kind: "function", name: s.name.text, body: s.body, environment: environment.sofar() });
    last = end.value;
  }
  return undefined;
}

/** How a body calls what a call of several columns is made of. */
export function nameInBody(e: Expression): string | undefined {
  return resultName(e, () => true);
}

/**
 * The columns that a call gives, with their documented names; undefined for all that gives one value. `hoist` may set
 * the call aside, to be computed once.
 */
export function severalOf(b: Binding, e: Expression, context: Context, bind: BindExpression,
  nameOf: (e: Expression) => string | undefined, hoist: (call: Call) => Expr): readonly Named<Expr>[] | undefined {
  if (e.kind !== "call") return undefined;
  const own = functionOfSeveral(b, e, context);
  if (own) {
    const result = bindFunction(b, own, e.args, e.span, context, bind, undefined,
      (last, inside) => severalOf(b, last, inside, bind, nameInBody, hoist));
    return result.kind === "columns" ? result.columns : undefined;
  }
  if (isOwnFunction(b, e, context)) return undefined;
  const entry = entryOfSeveral(e);
  if (!entry?.columns) return undefined;
  const args = e.args.map((a) => bind(b, a.kind === "named" ? a.value : a, context));
  const call = callEntry(b, entry, args, e);
  const { columns } = entry;
  if ("suffix" in columns) {
    const arrays = e.args.filter((_, i) => i === 0 || i < e.args.length - 1 || args[i]?.type !== "bool");
    const named = arrays.map((a, i) => `${nameOf(a) ?? `array${i}`}${columns.suffix}`);
    if (named.length === 1) return named.map((name) => ({ name, value: call ?? nothing(e.span) }));
    return parts(b, call && hoist(call), named.map((name) => ({ name, type: "dynamic" })), e.span);
  }
  const prefix = `${e.name.text}_${e.args[0] ? nameOf(e.args[0]) ?? "" : ""}_`;
  return parts(b, call && hoist(call), columns.map((c) => ({ name: prefix + c.name, type: c.type })), e.span);
}

/** `f(x)[1]`: one of the columns; undefined where that is no such call, or the place is none of its columns. */
export function oneOfSeveral(b: Binding, e: Expression & { kind: "element" }, context: Context,
  bind: BindExpression): Expr | undefined {
  if (!functionOfSeveral(b, e.of, context)
    && (isOwnFunction(b, e.of, context) || !entryOfSeveral(e.of) || isSingle(e.of))) return undefined;
  const place = b.constant(bind(b, e.index, context))?.value;
  const all = severalOf(b, e.of, context, bind, () => undefined, (call) => call);
  const found = typeof place === "bigint" ? all?.[Number(place)] : undefined;
  if (!found) b.fail("kql-several-place", `'${(e.of as CallExpression).name.text}' gives ${all?.length
    ?? 0} columns; one is taken by its place, from 0.`, e.index.span);
  return found ? { ...found.value, span: e.span } : nothing(e.span);
}

function isOwnFunction(b: Binding, e: Expression, context: Context): boolean {
  return e.kind === "call" && entityNamed(b, e.name.text, context.environment)?.kind === "function";
}

function parts(b: Binding, packed: Expr | undefined, columns: readonly { name: string; type: ScalarType }[],
  span: Span): Named<Expr>[] {
  return columns.map(({ name, type }, i) => {
    const place: Expr = { kind: "literal", value: BigInt(i), type: "long", span };
    const value = packed ? apply(b, "path.index", [packed, place], span, "[…]") : nothing(span);
    return { name, value: type === "dynamic" ? value : convert(value, type, functions) };
  });
}
