/** Computes what does not depend on rows: pure calls over literals become literals. */
import { columnOf, valueAt } from "../table";
import type { KernelContext, Registry } from "./functions/define";
import { functions } from "./functions";
import type { Call, Expr } from "./plan";

type Literal = Extract<Expr, { kind: "literal" }>;

/**
 * The expression with every pure call over literals replaced by its value; the span stays that of the call. Never
 * throws: a call that cannot be computed stays as it is. `table` is the house's table of functions by default.
 */
export function fold(expr: Expr, context: KernelContext, table: Registry = functions): Expr {
  // Own stack: a generated query can hold thousands of `or` in a row. A call is visited twice, the second time
  // (`ready`) its folded arguments lie on top of `done`.
  const todo: { readonly expr: Expr; readonly ready: boolean }[] = [{ expr, ready: false }];
  const done: Expr[] = [];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const e = next.expr;
    if (e.kind !== "call") done.push(e);
    else if (!next.ready) {
      todo.push({ expr: e, ready: true });
      for (let i = e.args.length - 1; i >= 0; i--) todo.push({ expr: e.args[i] as Expr, ready: false });
    } else {
      const args = done.splice(done.length - e.args.length);
      const changed = args.some((arg, i) => arg !== e.args[i]);
      const call: Call = changed ? { ...e, args } : e;
      done.push(args.every(isLiteral) ? (compute(call, args, context, table) ?? call) : call);
    }
  }
  return done[0] ?? expr;
}

function isLiteral(expr: Expr): expr is Literal {
  return expr.kind === "literal";
}

function compute(call: Call, args: readonly Literal[], context: KernelContext, table: Registry): Literal | undefined {
  const entry = table.named(call.fn.slice(0, call.fn.indexOf(":")));
  if (entry?.kind !== "scalar" || !entry.pure) return undefined;
  try {
    const columns = args.map((arg) => columnOf(arg.type, arg.value));
    let warned = false;
    const result = table.scalar(call.fn).kernel(columns, 1, { ...context, warn: () => { warned = true; } });
    // Left for the run, which tells what is wrong (a bad pattern) at the call's place.
    if (warned) return undefined;
    return { kind: "literal", value: valueAt(result, 0), type: call.type, span: call.span };
  } catch {
    // The same call will be met again when the query runs, where a mistake of ours is caught and shown.
    return undefined;
  }
}
