/** Queries that stand inside of an operator: in its expressions, and whether they are of a body's rows. */
import type { Expr, Plan } from "./plan";

export type InnerQuery = Extract<Expr, { kind: "scalar" }>;

/** The queries in the expressions of one node, in their order (`toscalar(…)`, `in (T | …)`). */
export function queriesIn(plan: Plan): readonly InnerQuery[] {
  const found: InnerQuery[] = [];
  const todo = [...expressionsOf(plan)].reverse();
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "scalar") found.push(e);
    else if (e.kind === "call") todo.push(...[...e.args].reverse());
  }
  return found;
}

/** Whether a query reads rows that a body around it was given. */
export function readsBody(plan: Plan): boolean {
  const todo = [plan];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node.op === "hole") return true;
    todo.push(...queriesIn(node).map((q) => q.plan));
    // Bodies below read what is put into them there.
    if ("input" in node) todo.push(node.input);
    if (node.op === "join") todo.push(node.left, node.right);
    if (node.op === "union") todo.push(...node.inputs);
    if (node.op === "apply") todo.push(...node.others ?? []);
  }
  return false;
}

/** The expressions that a node itself holds; those of the plans below it are not among them. */
export function expressionsOf(p: Plan): readonly Expr[] {
  switch (p.op) {
    case "filter": return p.terms;
    case "extend": case "project": return p.outputs.map((o) => o.value);
    case "sort": return p.keys.map((k) => k.value);
    case "group": return [...p.keys.map((k) => k.value), ...p.aggregates.map((a) => a.value)];
    case "window": return [...p.by, ...p.order.map((k) => k.value), ...p.outputs.map((o) => o.value)];
    case "range": return [p.from, p.to, p.step];
    case "expand": return p.columns.map((c) => c.value);
    case "join": return p.on.flat();
    case "partition": return p.by;
    case "apply": return p.args.map((a) => a.value);
    default: return [];
  }
}
