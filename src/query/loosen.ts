/** A plan without some of its filters' terms: what a query would find if they were not there. */
import type { Span } from "../base";
import type { Expr, Plan } from "./plan";

/**
 * The plan with the filters' terms at these places left out, wherever they stand (a function that is called twice has
 * them twice). Nodes keep their ids; a filter without terms lets every row through.
 */
export function loosen(plan: Plan, off: readonly Span[]): Plan {
  const gone = new Set(off.map(placeOf));
  const node = (p: Plan): Plan => {
    switch (p.op) {
      case "scan": case "values": case "hole": return p;
      case "range": return { ...p, from: expr(p.from), to: expr(p.to), step: expr(p.step) };
      case "filter": {
        const terms = p.terms.filter((t) => !gone.has(placeOf(t.span))).map(expr);
        return { ...p, terms, input: node(p.input) };
      }
      case "extend": case "project":
        return { ...p, outputs: p.outputs.map((o) => ({ ...o, value: expr(o.value) })), input: node(p.input) };
      case "join": return { ...p, left: node(p.left), right: node(p.right) };
      case "union": return { ...p, inputs: p.inputs.map(node) };
      case "expand": return { ...p, input: node(p.input), ...(p.body === undefined ? {} : { body: node(p.body) }) };
      case "partition": return { ...p, input: node(p.input), body: node(p.body) };
      case "apply":
        return { ...p, input: node(p.input), ...(p.others === undefined ? {} : { others: p.others.map(node) }) };
      case "sort": case "limit": case "group": case "window": case "cached": return { ...p, input: node(p.input) };
      default: return p satisfies never;
    }
  };
  // Only a plan inside of an expression matters: all others are left as they are, however deep.
  const expr = (e: Expr): Expr => (holdsPlan(e) ? inner(e) : e);
  const inner = (e: Expr): Expr => {
    if (e.kind === "scalar") return { ...e, plan: node(e.plan) };
    return e.kind === "call" ? { ...e, args: e.args.map(expr) } : e;
  };
  const root = node(plan);
  return plan.earlier === undefined ? root
    : { ...root, earlier: plan.earlier.map(({ name, value }) => ({ name, value: node(value) })) };
}

function holdsPlan(expr: Expr): boolean {
  const todo = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "scalar") return true;
    if (e.kind === "call") todo.push(...e.args);
  }
  return false;
}

/** Places of all filters' terms, in no order; each as often as it occurs. */
export function termPlaces(plan: Plan): Span[] {
  const found: Span[] = [];
  const todo: Plan[] = [plan, ...plan.earlier?.map((e) => e.value) ?? []];
  const seen = new Set<number>();
  for (let p = todo.pop(); p !== undefined; p = todo.pop()) {
    if (seen.has(p.id)) continue;
    seen.add(p.id);
    if (p.op === "filter") found.push(...p.terms.map((t) => t.span));
    if ("input" in p) todo.push(p.input);
    if ("body" in p && p.body !== undefined) todo.push(p.body);
    if (p.op === "join") todo.push(p.left, p.right);
    if (p.op === "union") todo.push(...p.inputs);
    if (p.op === "apply") todo.push(...p.others ?? []);
  }
  return found;
}

function placeOf(span: Span): string {
  return `${span.from}:${span.to}`;
}
