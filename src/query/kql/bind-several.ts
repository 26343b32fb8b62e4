/**
 * Functions that give several columns: `series_stats(x)`, `array_sort_asc(a, b)`. Their call gives one array, computed
 * once per row, and each column reads its element of it. They stand in `extend`, `project`, `print`, `summarize` and
 * their kin; elsewhere one of their columns is taken by its place: `array_sort_asc(a, b)[1]`.
 */
import type { Span } from "../../base";
import type { ScalarType } from "../../table";
import { functions, type FunctionEntry } from "../functions";
import type { Call, Expr, Named } from "../plan";
import { convert } from "../scope";
import { apply } from "./apply";
import { callEntry, isSingle, type BindExpression, type CallExpression } from "./bind-call";
import { nothing, type Binding } from "./binding";
import type { Context } from "./environment";
import type { Expression } from "./syntax";

/** The entry of a call that gives several columns, whatever its arguments. */
function entryOfSeveral(e: Expression, context: Context): (FunctionEntry & { kind: "scalar" }) | undefined {
  if (e.kind !== "call" || e.of || context.environment.find(e.name.text)?.kind === "function") return undefined;
  const entry = functions.named(e.name.text);
  return entry?.kind === "scalar" && entry.columns ? entry : undefined;
}

/**
 * The columns that a call gives, with their documented names; undefined for all that gives one value. `hoist` may set
 * the call aside, to be computed once.
 */
export function severalOf(b: Binding, e: Expression, context: Context, bind: BindExpression,
  nameOf: (e: Expression) => string | undefined, hoist: (call: Call) => Expr): readonly Named<Expr>[] | undefined {
  const entry = entryOfSeveral(e, context);
  if (!entry?.columns || e.kind !== "call") return undefined;
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
  if (!entryOfSeveral(e.of, context) || isSingle(e.of)) return undefined;
  const place = b.constant(bind(b, e.index, context))?.value;
  const all = severalOf(b, e.of, context, bind, () => undefined, (call) => call);
  const found = typeof place === "bigint" ? all?.[Number(place)] : undefined;
  if (!found) b.fail("kql-several-place", `'${(e.of as CallExpression).name.text}' gives ${all?.length
    ?? 0} columns; one is taken by its place, from 0.`, e.index.span);
  return found ? { ...found.value, span: e.span } : nothing(e.span);
}

function parts(b: Binding, packed: Expr | undefined, columns: readonly { name: string; type: ScalarType }[],
  span: Span): Named<Expr>[] {
  return columns.map(({ name, type }, i) => {
    const place: Expr = { kind: "literal", value: BigInt(i), type: "long", span };
    const value = packed ? apply(b, "path.index", [packed, place], span, "[…]") : nothing(span);
    return { name, value: type === "dynamic" ? value : convert(value, type, functions) };
  });
}
