/**
 * The wrapper around every operator: counts rows, takes time, pauses, cancels. An operator itself knows of none of it.
 */
import type { Pace } from "../../base";
import type { Batch } from "../../table";
import { subPlans } from "./evaluate";
import type { Expr, Plan, Step, TermCount } from "../plan";

/** What one node did so far, shown in the trace or not. */
export interface Meter {
  readonly plan: Plan;
  rowsOut: number;
  /** Milliseconds in `next()`, inputs included, and in the pauses that our own `breathe` made of it. */
  total: number;
  paused: number;
  terms?: readonly TermCount[];
  counted?: readonly TermCount[];
}

/** Meters of all nodes of a plan in the order of the query's text: inputs and sub-plans before what reads them. */
export class Meters {
  private readonly byId = new Map<number, Meter>();
  /** How many nodes stand on top of each other. */
  readonly depth: number;

  constructor(root: Plan) {
    // Post-order on an explicit stack, since queries may be long; a node met again (a cached one) keeps its place.
    const todo: { plan: Plan; left: Plan[] }[] = [{ plan: root, left: parts(root) }];
    const seen = new Set([root.id]);
    let depth = 0;
    for (let top = todo.at(-1); top !== undefined; top = todo.at(-1)) {
      const next = top.left.shift();
      if (next === undefined) {
        this.byId.set(top.plan.id, { plan: top.plan, rowsOut: 0, total: 0, paused: 0 });
        todo.pop();
      } else if (!seen.has(next.id)) {
        seen.add(next.id);
        todo.push({ plan: next, left: parts(next) });
        depth = Math.max(depth, todo.length);
      }
    }
    this.depth = depth;
  }

  of(plan: Plan): Meter {
    const found = this.byId.get(plan.id);
    if (found === undefined) throw new RangeError(`Plan node ${plan.id} (${plan.op}) is not part of the plan`);
    return found;
  }

  /** The trace: a step for every node with a label; the time of unlabelled ones goes to whom they help. */
  steps(): Step[] {
    const steps: Step[] = [];
    for (const meter of this.byId.values()) {
      if (meter.plan.label === "") continue;
      const { id, span, label } = meter.plan;
      const rowsIn = inputs(meter.plan).reduce((n, input) => n + this.of(input).rowsOut, 0);
      const ms = Math.max(0, this.ownTime(meter));
      const { terms, counted } = meter;
      const { rowsOut } = meter;
      steps.push({ plan: id, span, label, rowsIn, rowsOut, ms, ...(terms === undefined ? {} : { terms }),
        ...(counted === undefined ? {} : { counted }) });
    }
    return steps;
  }

  private ownTime(meter: Meter): number {
    let ms = meter.total - meter.paused;
    for (const part of [...inputs(meter.plan), ...bodies(meter.plan)]) {
      const input = this.of(part);
      ms -= input.total;
      if (part.label === "") ms += this.ownTime(input);
    }
    return ms;
  }
}

/** The nodes whose rows a node reads. */
export function inputs(plan: Plan): Plan[] {
  switch (plan.op) {
    case "scan": case "values": case "range": case "hole": return [];
    case "join": return [plan.left, plan.right];
    case "union": return [...plan.inputs];
    case "expand": case "partition": case "filter": case "extend": case "project": case "sort": case "limit":
    case "group": case "window": case "cached":
      return [plan.input];
    case "apply": return [plan.input, ...plan.others ?? []];
    default: return plan satisfies never;
  }
}

/** Whether a plan reads the rows that a body around it gets; holes of bodies of its own are theirs. */
export function readsHole(plan: Plan): boolean {
  const todo = [plan];
  const seen = new Set<number>();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.op === "hole") return true;
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    todo.push(...inputs(next), ...subPlans(expressions(next)).map((e) => e.plan));
  }
  return false;
}

/** Whether some expression of a body holds a sub-plan that reads the body's rows. */
export function looksBack(body: Plan): boolean {
  const todo = [body];
  const seen = new Set<number>();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    if (subPlans(expressions(next)).some((e) => readsHole(e.plan))) return true;
    todo.push(...inputs(next), ...bodies(next));
  }
  return false;
}

/** The body that a node runs once per row or group. */
function bodies(plan: Plan): Plan[] {
  return (plan.op === "expand" || plan.op === "partition") && plan.body !== undefined ? [plan.body] : [];
}

/** All nodes right below a node: inputs, bodies, plans inside of its expressions. */
function parts(plan: Plan): Plan[] {
  const earlier = (plan.earlier ?? []).map((e) => e.value);
  return [...earlier, ...inputs(plan), ...subPlans(expressions(plan)).map((e) => e.plan), ...bodies(plan)];
}

/** The expressions that a node holds itself. */
export function expressions(plan: Plan): Expr[] {
  switch (plan.op) {
    case "range": return [plan.from, plan.to, plan.step];
    case "filter": return [...plan.terms, ...plan.counted ?? []];
    case "extend": case "project": return plan.outputs.map((o) => o.value);
    case "sort": return plan.keys.map((k) => k.value);
    case "group": return [...plan.keys, ...plan.aggregates].map((o) => o.value);
    case "window": return [...plan.by, ...plan.order.map((k) => k.value), ...plan.outputs.map((o) => o.value)];
    case "expand": return plan.columns.map((c) => c.value);
    case "join": return plan.on.flatMap(([left, right]) => [left, right]);
    case "partition": return [...plan.by];
    case "apply": return plan.args.map((a) => a.value);
    case "scan": case "values": case "limit": case "hole": case "union": case "cached": return [];
    default: return plan satisfies never;
  }
}

/** Hands batches on, counting rows and time, and lets the page breathe between them. */
export async function* watch(meter: Meter, rows: AsyncIterable<Batch>, pace: Pace): AsyncIterable<Batch> {
  const source = rows[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const started = pace.now();
      let batch: Batch | undefined;
      try {
        const next = await source.next();
        if (next.done === true) return void (ended = true);
        batch = next.value;
        meter.rowsOut += batch.length;
        const produced = pace.now();
        await pace.breathe();
        meter.paused += pace.now() - produced;
      } finally {
        meter.total += pace.now() - started;
      }
      yield batch;
    }
  } finally {
    // Also when the reader stops early: whoever is below must end too.
    if (!ended) await source.return?.();
  }
}
