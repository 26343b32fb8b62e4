/** Expressions written shorter: the same values by a quicker way, where the plan takes the long one that its language says. */
import { longOf } from "../../table";
import type { Value } from "../../table";
import type { Call, Expr } from "../plan";

/** As deep as expressions stand in practice; what is below is left as it is. */
const DEEPEST = 100;

/** The expression, and its arguments, by the quickest way that gives the same. */
export function shortened(expr: Expr, depth = 0): Expr {
  if (expr.kind !== "call" || depth > DEEPEST) return expr;
  const printed = expr.fn === "tostring:any" ? expr.args[0] : undefined;
  const path = jsonPath(printed?.kind === "call" ? printed : expr);
  if (path !== undefined) {
    const [text, steps] = path;
    const literal: Expr = { kind: "literal", value: steps, type: "dynamic", span: expr.span };
    const fn = printed === undefined ? "json.path:string,dynamic" : "json.text:string,dynamic";
    return { ...expr, fn, args: [shortened(text, depth + 1), literal] };
  }
  const narrow = comparedAsInt(expr) ?? expr;
  const args = narrow.args.map((arg) => shortened(arg, depth + 1));
  return args.every((arg, i) => arg === expr.args[i]) ? expr : { ...narrow, args };
}

/** `parse_json(text).a[0].b` is found in the text: the rest of it need not become values. Gives the text and the steps. */
function jsonPath(expr: Call): readonly [Expr, readonly Value[]] | undefined {
  const steps: Value[] = [];
  let e: Expr = expr;
  while (e.kind === "call" && (e.fn === "path.key:dynamic,string" || e.fn === "path.index:dynamic,long")) {
    const [inner, step]: readonly (Expr | undefined)[] = e.args;
    if (inner === undefined || step?.kind !== "literal" || step.value === null) break;
    steps.unshift(step.value);
    e = inner;
  }
  if (steps.length === 0 || e.kind !== "call" || e.fn !== "parse_json:string" || e.args[0] === undefined) return undefined;
  return [e.args[0], steps];
}

const COMPARISONS = ["eq.kusto", "ne.kusto", "lt", "le", "gt", "ge"];
const OF_LONGS = new Map(COMPARISONS.map((name) => [`${name}:long,long`, `${name}:int,int`]));

/** An int that was widened to be compared with a small number is compared as it is. */
function comparedAsInt(expr: Call): Call | undefined {
  const fn = OF_LONGS.get(expr.fn);
  if (fn === undefined) return undefined;
  const args = expr.args.map(asInt);
  const [left, right] = args;
  return left === undefined || right === undefined ? undefined : { ...expr, fn, args: [left, right] };
}

function asInt(expr: Expr): Expr | undefined {
  if (expr.kind === "call") {
    const [inner] = expr.args;
    return expr.fn === "tolong:any" && inner?.type === "int" ? inner : undefined;
  }
  if (expr.kind !== "literal" || expr.value === null) return undefined;
  const value = longOf(expr.value);
  return value === BigInt.asIntN(32, value) ? { ...expr, type: "int" } : undefined;
}
