/** Columns that look at neighbouring rows (`row_number`, `prev`): over all rows at once, in the order they come. */
import { NO_ROW, concat, gather, Keys, spread, withoutNullText } from "../../table";
import type { Batch, Column } from "../../table";
import type { Plan } from "../plan";
import { compileAll, fullColumn } from "./evaluate";
import { sortRows } from "./sort";
import { collect, pieces } from "./source";
import type { Run, Source } from "./source";

type Window = Extract<Plan, { op: "window" }>;

/** Opens a window node. Rows leave in the order they came; `order` is only what the functions see. */
export async function openWindow(plan: Window, input: Source, run: Run): Promise<Source> {
  const by = await compileAll(plan.by, input.schema, run);
  const order = await compileAll(plan.order.map((k) => k.value), input.schema, run);
  const calls = await Promise.all(plan.outputs.map(async ({ value }) => ({
    call: value,
    overload: run.registry.window(value.fn),
    args: await compileAll(value.args, input.schema, run),
  })));
  const added = plan.outputs.map((o) => ({ name: o.name, type: o.value.type }));
  const schema = { ...input.schema, columns: [...input.schema.columns, ...added] };

  async function* rows(): AsyncIterable<Batch> {
    const batch = await collect(input, run, plan.span);
    if (batch.length === 0) return;
    const parts = await partitions(batch);
    const columns = calls.map(({ call, overload, args }) => {
      const values = args.map((arg) => arg.run(batch));
      run.at(call.span);
      const partOf = (rows: Uint32Array) => values.map((v) => (v.length === batch.length ? gather(v, rows) : v));
      const all = parts === undefined ? overload.run(values, batch.length, run.kernels)
        : inPlace(parts, batch.length, (rows) => overload.run(partOf(rows), rows.length, run.kernels));
      if (all.type !== call.type) throw new TypeError(`${call.fn} gave ${all.type}, the plan says ${call.type}`);
      const full = spread(all, batch.length);
      return run.nullText ? full : withoutNullText(full);
    });
    yield* pieces({ length: batch.length, columns: [...batch.columns, ...columns] }, run.batchRows);
  }

  /** The rows of each partition in the order that the functions see; undefined when that is all rows as they are. */
  async function partitions(batch: Batch): Promise<readonly Uint32Array[] | undefined> {
    if (by.length === 0 && order.length === 0) return undefined;
    const sorted = order.length === 0 ? Uint32Array.from({ length: batch.length }, (_, i) => i)
      : await sortRows(order.map((p) => fullColumn(p, batch)), plan.order, batch.length, run.pace);
    if (by.length === 0) return [sorted];
    const keys = new Keys(by.map((p) => p.type), "match").add(by.map((p) => p.run(batch)), batch.length);
    return splitRows(keys, sorted);
  }
  return { schema, rows };
}

/** Rows by their key, keys in the order of their numbers, rows in the order given. */
export function splitRows(keys: Uint32Array, rows: Uint32Array): Uint32Array[] {
  const counts: number[] = [];
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  const out = Array.from(counts, (n = 0) => new Uint32Array(n));
  const next = new Uint32Array(counts.length);
  for (const row of rows) {
    const key = keys[row]!;
    out[key]![next[key]!++] = row;
  }
  return out;
}

/** Computes a column per partition and puts the cells back where their rows are. */
function inPlace(parts: readonly Uint32Array[], length: number, compute: (rows: Uint32Array) => Column): Column {
  const computed = parts.map((rows) => spread(compute(rows), rows.length));
  const [first] = computed;
  if (first === undefined) throw new RangeError("A window without rows");
  const from = new Uint32Array(length).fill(NO_ROW);
  let at = 0;
  for (const rows of parts) for (const row of rows) from[row] = at++;
  return gather(concat(first.type, computed), from);
}
