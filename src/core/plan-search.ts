/** Finds a node in a plan, so that the rows behind one step can be looked at. */
import { expressionsOf, type Expr, type Plan } from "../query";

/** The node with this id, also inside of `toscalar()`; undefined when there is none. */
export function planAt(plan: Plan, id: number): Plan | undefined {
  const waiting: Plan[] = [plan];
  const seen = new Set<Plan>();
  for (let p = waiting.pop(); p !== undefined; p = waiting.pop()) {
    if (p.id === id) return p;
    if (seen.has(p)) continue;
    seen.add(p);
    waiting.push(...inputsOf(p), ...expressionsOf(p).flatMap(plansIn));
  }
  return undefined;
}

/** Whether the node's leaf is a `hole`: then it cannot be run by itself. */
export function needsHole(plan: Plan): boolean {
  const waiting: Plan[] = [plan];
  for (let p = waiting.pop(); p !== undefined; p = waiting.pop()) {
    if (p.op === "hole") return true;
    // The body of an expand or partition has its hole filled by that node itself.
    waiting.push(...(p.op === "expand" || p.op === "partition" ? [p.input] : inputsOf(p)));
  }
  return false;
}

function inputsOf(p: Plan): readonly Plan[] {
  switch (p.op) {
    case "scan": case "values": case "range": case "hole": return [];
    case "join": return [p.left, p.right];
    case "union": return p.inputs;
    case "expand": return p.body ? [p.input, p.body] : [p.input];
    case "partition": return [p.input, p.body];
    default: return [p.input];
  }
}

function plansIn(expr: Expr): readonly Plan[] {
  const found: Plan[] = [];
  const waiting: Expr[] = [expr];
  for (let e = waiting.pop(); e !== undefined; e = waiting.pop()) {
    if (e.kind === "scalar") found.push(e.plan);
    else if (e.kind === "call") waiting.push(...e.args);
  }
  return found;
}
