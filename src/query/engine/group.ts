/** `summarize` and `distinct`: one row per distinct key, in the order in which keys are first met. */
import { concat, gather, Keys, withoutNullText } from "../../table";
import type { Batch, Column, Schema } from "../../table";
import type { Accumulator } from "../functions/define";
import type { Call, Plan } from "../plan";
import { compile } from "./evaluate";
import { fits, pieces } from "./source";
import type { Run, Source } from "./source";

type Group = Extract<Plan, { op: "group" }>;

/** Opens a group node. */
export async function openGroup(plan: Group, input: Source, run: Run): Promise<Source> {
  const { keys, aggregates } = plan;
  await run.prepare([...keys, ...aggregates].map((o) => o.value));
  const keyPrograms = keys.map((k) => compile(k.value, input.schema, run));
  const calls = aggregates.map(({ value }) => ({
    call: value,
    overload: run.registry.aggregate(value.fn),
    args: value.args.map((arg) => compile(arg, input.schema, run)),
  }));
  const schema: Schema = {
    columns: [...keys, ...aggregates].map((o) => ({ name: o.name, type: o.value.type })),
    open: false,
  };

  async function* rows(): AsyncIterable<Batch> {
    const numbers = new Keys(keyPrograms.map((p) => p.type), "match");
    const states = calls.map(({ call, overload }) => overload.make(call.args.map((a) => a.type), run.kernels));
    followOthers(calls.map(({ call }) => call), states);
    // The first row of each key, cut from the batch in which it was met.
    const firsts: Column[][] = keyPrograms.map(() => []);
    let groups = keyPrograms.length === 0 ? 1 : 0;
    let zeros = new Uint32Array(0);
    for await (const batch of input.rows()) {
      const { length } = batch;
      let groupOf: Uint32Array;
      if (keyPrograms.length === 0) {
        if (zeros.length < length) zeros = new Uint32Array(length);
        groupOf = zeros.length === length ? zeros : zeros.subarray(0, length);
      } else {
        const columns = keyPrograms.map((program) => program.run(batch));
        groupOf = numbers.add(columns, length);
        const fresh = firstRows(groupOf, groups, numbers.count);
        groups = numbers.count;
        fits(groups, schema.columns.length, run, plan.span);
        if (fresh.length > 0) {
          columns.forEach((column, i) => {
            firsts[i]?.push(gather(column, column.length === length ? fresh : new Uint32Array(fresh.length)));
          });
        }
      }
      calls.forEach(({ call, args }, i) => {
        run.at(call.span);
        states[i]?.add(args.map((arg) => arg.run(batch)), length, groupOf, groups);
      });
    }
    if (groups === 0) return;
    const columns = keyPrograms.map((program, i) => concat(program.type, firsts[i] ?? []));
    calls.forEach(({ call }, i) => {
      run.at(call.span);
      const column = states[i]!.finish(groups);
      if (column.type !== call.type) throw new TypeError(`${call.fn} gave ${column.type}, the plan says ${call.type}`);
      columns.push(run.nullText ? column : withoutNullText(column));
    });
    yield* pieces({ length: groups, columns }, run.batchRows);
  }
  return { schema, rows };
}

/** The rows at which the keys numbered `from` to `to` (not included) are first met, in order of their numbers. */
function firstRows(groupOf: Uint32Array, from: number, to: number): Uint32Array {
  const rows = new Uint32Array(to - from);
  let next = from;
  for (let i = 0; next < to; i++) {
    // Numbers are given in the order of first meeting, so the next new one is the smallest not seen yet.
    if (groupOf[i] === next) rows[next++ - from] = i;
  }
  return rows;
}

/** Lets calls with the same first argument share work: `arg_max(t, a, b)` looks for each group's row once. */
function followOthers(calls: readonly Call[], states: readonly Accumulator[]): void {
  calls.forEach((call, i) => {
    const [first] = call.args;
    if (first?.kind !== "column") return;
    calls.some(({ args: [other] }, j) => j < i && other?.kind === "column" && other.name === first.name
      && states[i]!.follow?.(states[j]!) === true);
  });
}
