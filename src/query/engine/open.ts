/** Opens the nodes of a plan as sources of batches, each in its wrapper. */
import { sliceRows } from "../../table";
import type { Batch, Column, Schema } from "../../table";
import { arrange } from "../arrange";
import type { Arrangement, Expr, Named, Plan } from "../plan";
import { apply } from "./apply";
import { compileAll, fullColumn } from "./evaluate";
import { openExpand } from "./expand";
import { openFilter } from "./filter";
import { openGroup } from "./group";
import { openJoin } from "./join";
import { openRange, openScan, openValues } from "./leaf";
import { openPartition } from "./partition";
import { openSort } from "./sort";
import type { Result } from "./table-function";
import { collect, gathered, pieces } from "./source";
import type { Hole, Run, Source } from "./source";
import { openUnion } from "./union";
import { inputs, watch } from "./watch";
import type { Meters } from "./watch";
import { openWindow } from "./window";

/** Nodes of one run that are computed once, however often they are met. */
export type Cache = Map<number, Promise<Source>>;

/** Opens a node and all below it. */
export async function open(
  plan: Plan, hole: Hole | undefined, run: Run, meters: Meters, cache: Cache,
): Promise<Source> {
  if (plan.op === "cached") {
    // What reads a body's rows is computed anew for each of them, and opened anew with each opening of the body.
    if (hole !== undefined && readsHole(plan)) {
      let inside = hole.cache.get(plan.id);
      if (inside === undefined) hole.cache.set(plan.id, (inside = openCached(plan, hole, run, meters)));
      return inside;
    }
    let found = cache.get(plan.id);
    if (found === undefined) cache.set(plan.id, (found = openCached(plan, undefined, run, meters)));
    return found;
  }
  const source = await openBare(plan, hole, run, meters);
  const meter = meters.of(plan);
  const { tap } = run;
  const rows = () => (tap === undefined ? source.rows() : tapped(plan.id, source, tap));
  return { schema: source.schema, rows: () => watch(meter, rows(), run.pace) };
}

/** Shows batches to whoever asked to see them. */
async function* tapped(node: number, source: Source, tap: NonNullable<Run["tap"]>): AsyncIterable<Batch> {
  for await (const batch of source.rows()) {
    tap(node, source.schema, batch);
    yield batch;
  }
}

async function openBare(
  plan: Exclude<Plan, { op: "cached" }>, hole: Hole | undefined, run: Run, meters: Meters,
): Promise<Source> {
  switch (plan.op) {
    case "scan": return openScan(plan, run);
    case "values": return openValues(plan, run);
    case "range": return openRange(plan, run);
    case "hole": return openHole(hole);
    case "join": return openJoin(plan, await run.open(plan.left, hole), await run.open(plan.right, hole), run);
    case "union": {
      const inputs: Source[] = [];
      for (const input of plan.inputs) inputs.push(await run.open(input, hole));
      return openUnion(plan, inputs, run);
    }
    default: break;
  }
  const input = await run.open(plan.input, hole);
  switch (plan.op) {
    case "filter": return openFilter(plan, input, run, meters.of(plan));
    case "extend": return openExtend(plan.outputs, input, run);
    case "project": return openProject(plan, input, run);
    case "sort": return openSort(plan, input, run);
    case "limit": return openLimit(plan.count, plan.skip, input);
    case "group": return openGroup(plan, input, run);
    case "window": return openWindow(plan, input, run);
    case "expand": return openExpand(plan, input, run);
    case "partition": return openPartition(plan, input, run);
    case "apply": {
      const others: Source[] = [];
      for (const other of plan.others ?? []) others.push(await run.open(other, hole));
      return openApply(plan, input, others, run);
    }
    default: return plan satisfies never;
  }
}

function openHole(hole: Hole | undefined): Source {
  if (hole === undefined) throw new Error("A hole outside of a body");
  async function* rows(): AsyncIterable<Batch> {
    if (hole!.batch.length > 0) yield hole!.batch;
  }
  return { schema: hole.schema, rows };
}

async function openExtend(outputs: readonly Named<Expr>[], input: Source, run: Run): Promise<Source> {
  const programs = await compileAll(outputs.map((o) => o.value), input.schema, run);
  const columns = [...input.schema.columns];
  const places = outputs.map(({ name, value }) => {
    const at = columns.findIndex((c) => c.name === name);
    const place = at < 0 ? columns.length : at;
    columns[place] = { name, type: value.type };
    return place;
  });
  async function* rows(): AsyncIterable<Batch> {
    for await (const batch of input.rows()) {
      const all: Column[] = [...batch.columns];
      programs.forEach((program, i) => (all[places[i]!] = fullColumn(program, batch)));
      yield { length: batch.length, columns: all };
    }
  }
  return { schema: { ...input.schema, columns }, rows };
}

async function openProject(plan: Extract<Plan, { op: "project" }>, input: Source, run: Run): Promise<Source> {
  const outputs = plan.arrangement === undefined ? plan.outputs : arranged(plan, plan.arrangement, input.schema);
  const programs = await compileAll(outputs.map((o) => o.value), input.schema, run);
  // Of an open table the plan may name columns that nothing has brought: they are null.
  const schema: Schema =
    { columns: outputs.map(({ name, value }) => ({ name, type: value.type })), open: plan.schema.open };
  async function* rows(): AsyncIterable<Batch> {
    for await (const batch of input.rows()) {
      yield { length: batch.length, columns: programs.map((program) => fullColumn(program, batch)) };
    }
  }
  return { schema, rows };
}

/** The outputs of a projection over columns that the data brought. */
function arranged(
  { outputs, span }: Extract<Plan, { op: "project" }>, arrangement: Arrangement, { columns }: Schema,
): readonly Named<Expr>[] {
  const types = new Map(columns.map((c) => [c.name, c.type]));
  const all = new Map<string, Expr>();
  for (const { name, from } of arrange(columns.map((c) => c.name), arrangement)) {
    if (!all.has(name)) all.set(name, { kind: "column", name: from, type: types.get(from) ?? "dynamic", span });
  }
  for (const { name, value } of outputs) if (!all.has(name) || value.type !== "dynamic") all.set(name, value);
  return [...all].map(([name, value]) => ({ name, value }));
}

/** Stops reading as soon as it has its rows: what is above the count is never computed. */
function openLimit(count: number, skip: number, input: Source): Source {
  async function* rows(): AsyncIterable<Batch> {
    let left = count;
    let over = skip;
    if (left <= 0) return;
    for await (const batch of input.rows()) {
      const from = Math.min(over, batch.length);
      over -= from;
      const to = Math.min(batch.length, from + left);
      left -= to - from;
      if (to > from) yield sliceRows(batch, from, to);
      if (left <= 0) return;
    }
  }
  return { schema: input.schema, rows };
}

/**
 * A table function's columns may depend on its rows, and operators above need to know them: where the plan leaves the
 * schema open it runs as soon as it is opened.
 */
async function openApply(
  plan: Extract<Plan, { op: "apply" }>, input: Source, others: readonly Source[], run: Run,
): Promise<Source> {
  const compute = async () => {
    const tables: Result[] = [];
    for (const other of others) tables.push({ schema: other.schema, rows: await collect(other, run, plan.span) });
    return apply(plan, input.schema, await collect(input, run, plan.span), tables, run);
  };
  const early = plan.schema.open ? await compute() : undefined;
  async function* rows(): AsyncIterable<Batch> {
    yield* pieces((early ?? await compute()).rows, run.batchRows);
  }
  // It stays open: a column that the query counts on and the rows did not bring is null.
  return { schema: early === undefined ? plan.schema : { ...early.schema, open: true }, rows };
}

/** Whether the rows that an enclosing body is given are read somewhere below. */
function readsHole(plan: Plan): boolean {
  const todo = [plan];
  const seen = new Set<number>();
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node.op === "hole") return true;
    if (seen.has(node.id)) continue;
    seen.add(node.id);
    todo.push(...inputs(node));
  }
  return false;
}

/** Computed whole at the first reading, then handed out again and again. */
async function openCached(
  plan: Extract<Plan, { op: "cached" }>, hole: Hole | undefined, run: Run, meters: Meters,
): Promise<Source> {
  const input = await run.open(plan.input, hole);
  const meter = meters.of(plan);
  let kept: Promise<Batch[]> | undefined;
  let keptFor: Batch | undefined;
  const watched = { schema: input.schema, rows: () => watch(meter, input.rows(), run.pace) };
  const fill = () => gathered(watched, run, plan.span);
  async function* rows(): AsyncIterable<Batch> {
    if (hole !== undefined && hole.batch !== keptFor) {
      kept = undefined;
      keptFor = hole.batch;
    }
    yield* await (kept ??= fill());
  }
  return { schema: input.schema, rows };
}
