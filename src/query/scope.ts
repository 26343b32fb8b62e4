/**
 * What all binders share: which overload a call means, and which conversions bring its arguments there.
 * Promotion is int → long → real → decimal; a dynamic value is converted to whatever scalar is asked for.
 */
import type { ScalarType } from "../table";
import type { FunctionEntry, Overload, Param, Registry } from "./functions";
import type { Call, Expr } from "./plan";
import type { Span } from "../base";

/** An overload with what each argument must become first (undefined: nothing), and the type that comes out. */
export interface Choice {
  readonly overload: Overload;
  readonly casts: readonly (ScalarType | undefined)[];
  readonly result: ScalarType;
}

/** Why no overload takes these arguments. */
export type Misfit =
  | { readonly kind: "count"; readonly least: number; readonly most: number }
  | { readonly kind: "type"; readonly index: number; readonly wanted: readonly string[] };

/** The overload that needs the least conversion, the earlier one of two that are alike; undefined when none fits. */
export function chooseOverload(entry: FunctionEntry, types: readonly ScalarType[]): Choice | undefined {
  let best: { choice: Choice; cost: number } | undefined;
  for (const overload of entry.overloads) {
    if (!takesCount(overload, types.length)) continue;
    const fit = fitOverload(overload, types);
    if (fit && (!best || fit.cost < best.cost)) best = { choice: fit.choice, cost: fit.cost };
  }
  return best?.choice;
}

/** Says why {@link chooseOverload} found nothing. */
export function explainMisfit(entry: FunctionEntry, types: readonly ScalarType[]): Misfit {
  const fitting = entry.overloads.filter((o) => takesCount(o, types.length));
  if (fitting.length === 0) {
    const least = Math.min(...entry.overloads.map(leastArguments));
    const most = Math.max(...entry.overloads.map(mostArguments));
    return { kind: "count", least, most };
  }
  let index = 0;
  for (const overload of fitting) {
    const first = types.findIndex((t, i) => conversionCost(t, paramAt(overload, i)?.type ?? "any") === undefined);
    index = Math.max(index, first);
  }
  const wanted = [...new Set(fitting.map((o) => paramAt(o, index)?.type ?? "any"))];
  return { kind: "type", index, wanted };
}

/** `bin(value: long, step: long): long`, for messages and hovers. */
export function signature(name: string, overload: Overload): string {
  const last = overload.params.length - 1;
  const params = overload.params.map((p, i) => {
    const repeated = i === last && overload.variadic !== undefined;
    return `${repeated ? "…" : ""}${p.name}${p.optional ? "?" : ""}: ${p.type}`;
  });
  const result = typeof overload.result === "string" ? `: ${overload.result}` : "";
  return `${name}(${params.join(", ")})${result}`;
}

/** The parameter that takes argument `index`; the last one repeats where the overload is variadic. */
export function paramAt(overload: Overload, index: number): Param | undefined {
  const last = overload.params.length - 1;
  return overload.params[overload.variadic !== undefined ? Math.min(index, last) : index];
}

function leastArguments(overload: Overload): number {
  const fixed = overload.variadic === undefined ? overload.params : overload.params.slice(0, -1);
  return fixed.filter((p) => !p.optional).length + (overload.variadic ?? 0);
}

function mostArguments(overload: Overload): number {
  return overload.variadic === undefined ? overload.params.length : Infinity;
}

function takesCount(overload: Overload, count: number): boolean {
  return count >= leastArguments(overload) && count <= mostArguments(overload);
}

function fitOverload(overload: Overload, types: readonly ScalarType[]): { choice: Choice; cost: number } | undefined {
  let cost = 0;
  const casts: (ScalarType | undefined)[] = [];
  for (const [i, type] of types.entries()) {
    const wanted = paramAt(overload, i)?.type;
    if (wanted === undefined) return undefined;
    const step = conversionCost(type, wanted);
    if (step === undefined) return undefined;
    cost += step;
    casts.push(wanted === "any" || wanted === "number" || wanted === type ? undefined : wanted);
  }
  if (casts.length > 0 && typeof overload.result === "function") {
    const arrived = types.map((t, i) => casts[i] ?? t);
    return { choice: { overload, casts, result: overload.result(arrived) }, cost };
  }
  const result = typeof overload.result === "string" ? overload.result : overload.result(types);
  return { choice: { overload, casts, result }, cost };
}

const WIDENING: readonly ScalarType[] = ["int", "long", "real", "decimal"];

/** How far a type is from what a parameter takes; undefined when it cannot come there by itself. */
export function conversionCost(from: ScalarType, to: Param["type"]): number | undefined {
  if (from === to) return 0;
  if (to === "any") return 4;
  const rank = WIDENING.indexOf(from);
  if (to === "number") return rank >= 0 ? 1 : from === "dynamic" ? undefined : undefined;
  const wantedRank = WIDENING.indexOf(to);
  if (rank >= 0 && wantedRank >= 0) {
    if (wantedRank > rank) return wantedRank - rank;
    // A whole number written out is a long in Kusto; where an int is asked for it must do.
    return from === "long" && to === "int" ? 20 : undefined;
  }
  // To the text of a dynamic value first, since that always works.
  if (from === "dynamic") return to === "string" ? 9 : to === "real" ? 10 : to === "long" ? 11 : 12;
  return undefined;
}

const CONVERSIONS: ReadonlyMap<ScalarType, string> = new Map([
  ["bool", "tobool"], ["int", "toint"], ["long", "tolong"], ["real", "toreal"], ["decimal", "todecimal"],
    ["string", "tostring"],
  ["datetime", "todatetime"], ["timespan", "totimespan"], ["guid", "toguid"], ["dynamic", "todynamic"],
] as const);

/** The expression as a value of this type: itself, a literal already converted, or a call of the conversion. */
export function convert(expr: Expr, to: ScalarType, functions: Registry): Expr {
  if (expr.type === to) return expr;
  if (expr.kind === "literal") {
    if (expr.value === null) return { ...expr, type: to, value: to === "string" ? "" : null };
    if ((expr.type === "int" || expr.type === "long") && (to === "long" || to === "int")) return { ...expr, type: to };
    if ((expr.type === "int" || expr.type === "long") && to === "real") return { ...expr, type: to,
      value: Number(expr.value) };
  }
  const name = CONVERSIONS.get(to) ?? "tostring";
  const entry = functions.named(name);
  const choice = entry ? chooseOverload(entry, [expr.type]) : undefined;
  const exact = choice && choice.casts[0] === undefined ? choice.overload.id : `${name}:${expr.type}`;
  return { kind: "call", fn: exact, args: [expr], type: to, span: expr.span };
}

/** A call of the overload, arguments converted. */
export function makeCall(choice: Choice, args: readonly Expr[], span: Span, functions: Registry): Call {
  const converted = args.map((arg, i) => {
    const cast = choice.casts[i];
    return cast === undefined ? arg : convert(arg, cast, functions);
  });
  return { kind: "call", fn: choice.overload.id, args: converted, type: choice.result, span };
}
