/** Evaluates an expression over one row. A walk over the tree; its depth is bounded by the parser. */
import { getKey } from "./access";
import type { Context } from "./context";
import { momentOf, wordDate } from "./dates";
import { Failure } from "./failure";
import { operate } from "./operators";
import type { Expr } from "./syntax";
import type { DqlBag, DqlFunction, DqlValue } from "./value";
import { isTruthy, typeOf } from "./value";
import { callFunction } from "./vocabulary";

/** The value of an expression; throws {@link Failure} with the place when there is none. */
export function evaluate(expr: Expr, row: DqlBag, context: Context): DqlValue {
  context.tick();
  try {
    return valueOf(expr, row, context);
  } catch (thrown) {
    if (thrown instanceof Failure) thrown.span ??= expr.span;
    throw thrown;
  }
}

function valueOf(expr: Expr, row: DqlBag, context: Context): DqlValue {
  switch (expr.kind) {
    case "literal": return expr.value;
    case "date": return "word" in expr.date ? wordDate(expr.date.word, context.clock) : momentOf(expr.date, context.clock.zone);
    case "name": return lookUp(expr.name, row, context);
    case "not": return !isTruthy(evaluate(expr.of, row, context));
    case "chain": {
      let value = evaluate(expr.first, row, context);
      for (const { op, right } of expr.rest) value = operate(op, value, evaluate(right, row, context), context);
      return value;
    }
    case "list": return expr.items.map((item) => evaluate(item, row, context));
    case "object": return new Map(expr.entries.map(([name, value]) => [name, evaluate(value, row, context)]));
    case "lambda": return closure(expr, row, context);
    case "call": return call(expr, row, context);
    case "get": {
      const key = evaluate(expr.key, row, context);
      // `row` alone is a field like any other; only `row.name` stands for all fields.
      const whole = expr.of.kind === "name" && expr.of.name === "row";
      return getKey(whole ? new Map([...context.globals, ...row]) : () => evaluate(expr.of, row, context), key, context);
    }
  }
}

function lookUp(name: string, row: DqlBag, context: Context): DqlValue {
  const own = row.get(name);
  return own !== undefined ? own : context.globals.get(name) ?? null;
}

function closure(expr: Expr & { readonly kind: "lambda" }, row: DqlBag, context: Context): DqlFunction {
  return {
    kind: "function",
    call: (args) => context.deeper(() => {
      const inner = new Map(row);
      expr.params.slice(0, args.length).forEach((name, i) => inner.set(name, args[i] ?? null));
      return evaluate(expr.body, inner, context);
    }),
  };
}

function call(expr: Expr & { readonly kind: "call" }, row: DqlBag, context: Context): DqlValue {
  // A name is always a registered function, never a field that holds a lambda: as in Dataview.
  const callee = expr.callee.kind === "name" ? expr.callee.name : evaluate(expr.callee, row, context);
  const args = expr.args.map((arg) => evaluate(arg, row, context));
  if (typeof callee === "string") return callFunction(callee, args, context);
  if (typeOf(callee) === "function") return (callee as DqlFunction).call(args);
  throw new Failure(`A value of type ${typeOf(callee)} cannot be called as a function.`);
}
