/**
 * Plugins that look for one thing after another in the time of an id: `funnel_sequence`, `funnel_sequence_completion`,
 * `sequence_detect`; and `rows_near`, which looks around a row.
 */
import { Keys, builder, coerce, gather, gatherRows, isArray, printValue, valueAt } from "../../table";
import type { Value } from "../../table";
import { firstOf } from "./reshape";
import { Failed, fits } from "./source";
import { Steps, lengthOf } from "./steps";
import type { Applied, Result, TableFunction } from "./table-function";

/** Ids that a row of `funnel_sequence` shows (Kusto docs, "funnel_sequence plugin", Returns). */
const MOST_SAMPLES = 128;

/** The rows from start to end of each id, in the order of time, with their steps. */
class Histories {
  readonly steps: Steps;
  readonly places: Float64Array;
  readonly ids: Uint32Array;
  readonly idRows: Uint32Array;
  private readonly end: number;

  constructor(readonly applied: Applied) {
    const { rows, plan } = applied;
    const timeline = applied.column("timeline");
    const id = applied.column("id");
    this.ids = rows.length === 0 ? new Uint32Array(0) : new Keys([id.type], "match").add([id], rows.length);
    this.idRows = firstOf(this.ids);
    const steps = Steps.of(timeline.type, applied.constant("start"), applied.constant("bin"));
    if (steps === undefined) throw new Failed("plugin-step", `'${plan.fn}' needs a start, and a step above zero.`, plan.span);
    this.steps = steps;
    this.places = steps.places(timeline);
    this.end = steps.place(applied.constant("end"));
  }

  /** Calls back for each id and step; `window` is the longest time that things may lie apart. */
  each(visit: (step: number, id: number, rows: Uint32Array) => void): void {
    const { places, ids, end, steps } = this;
    const kept = Uint32Array.from(places.keys()).filter((row) => places[row]! >= 0 && places[row]! <= end);
    kept.sort((a, b) => ids[a]! - ids[b]! || places[a]! - places[b]! || a - b);
    for (let from = 0; from < kept.length;) {
      const id = ids[kept[from]!]!;
      const step = steps.at(places[kept[from]!]!);
      let to = from + 1;
      while (to < kept.length && ids[kept[to]!] === id && steps.at(places[kept[to]!]!) === step) to++;
      visit(step, id, kept.subarray(from, to));
      this.applied.run.kernels.check?.();
      from = to;
    }
  }
}

function sequenceOf(applied: Applied): readonly string[] {
  const value = applied.constant("sequence");
  if (isArray(value) && value.length > 0) return value.map(printValue);
  throw new Failed("plugin-sequence", `'${applied.plan.fn}' needs an array of states.`, applied.plan.span);
}

/**
 * Kusto docs, "funnel_sequence plugin": ids by the states before and after the sequence; `side` asks for one of the two.
 * A state that goes on counts once; neighbours may lie apart by at most `window`.
 */
export const funnelSequence: TableFunction = (applied): Result => {
  const all = new Histories(applied);
  const sequence = sequenceOf(applied);
  const window = lengthOf(applied.constant("window"));
  const side = applied.constant("side");
  const state = applied.column("state");
  const texts = Array.from({ length: state.length }, (_, row) => printValue(valueAt(state, row)));
  /** By step, state before and state after. */
  const found = new Map<string, { step: number; before: Value; after: Value; ids: Set<number> }>();
  all.each((step, id, rows) => {
    const runs: { text: string; from: number; to: number; row: number }[] = [];
    for (const row of rows) {
      const last = runs.at(-1);
      const place = all.places[row]!;
      if (last !== undefined && last.text === texts[row]) last.to = place;
      else runs.push({ text: texts[row]!, from: place, to: place, row });
    }
    const near = (i: number): boolean => i > 0 && i < runs.length && runs[i]!.from - runs[i - 1]!.to <= window;
    for (let i = 0; i + sequence.length <= runs.length; i++) {
      if (!sequence.every((s, k) => runs[i + k]!.text === s && (k === 0 || near(i + k)))) continue;
      const before = side !== "next" && near(i) ? runs[i - 1]!.row : -1;
      const after = side !== "prev" && near(i + sequence.length) ? runs[i + sequence.length]!.row : -1;
      const cell = (row: number): Value => (row < 0 ? null : valueAt(state, row));
      const key = `${step} ${JSON.stringify([before < 0 ? null : texts[before], after < 0 ? null : texts[after]])}`;
      const known = found.get(key);
      if (known !== undefined) known.ids.add(id);
      else found.set(key, { step, before: cell(before), after: cell(after), ids: new Set([id]) });
    }
  });
  const made = [...found.values()].sort((a, b) => a.step - b.step || b.ids.size - a.ids.size);
  const ids = applied.column("id");
  const states = (of: (m: (typeof made)[number]) => Value) => filled(state.type, made.map(of), applied);
  const columns = [
    all.steps.starts(made.map((m) => m.step)),
    ...(side === "next" ? [] : [states((m) => m.before)]), ...(side === "prev" ? [] : [states((m) => m.after)]),
    filled("long", made.map((m) => BigInt(m.ids.size)), applied),
    filled("dynamic", made.map((m) => [...m.ids].slice(0, MOST_SAMPLES).map((id) => valueAt(ids, all.idRows[id]!))), applied),
  ];
  return { schema: { columns: applied.plan.schema.columns, open: false }, rows: { length: made.length, columns } };
};

function filled(type: Parameters<typeof builder>[0], values: readonly Value[], { run }: Applied) {
  const out = builder(type);
  for (const value of values) out.push(value === null && type === "string" && !run.nullText ? "" : value);
  return out.finish();
}

/** Kusto docs, "funnel_sequence_completion plugin": ids that came to each state in time, counted from the first. */
export const funnelSequenceCompletion: TableFunction = (applied): Result => {
  const all = new Histories(applied);
  const sequence = sequenceOf(applied);
  const given = applied.constant("periods");
  const type = applied.plan.schema.columns[2]?.type ?? "timespan";
  const periods = (isArray(given) ? given : [given]).map((p) => coerce(p, type));
  const lengths = periods.map(lengthOf);
  const state = applied.column("state");
  /** Per step: ids by period and state. */
  const counts = new Map<number, Float64Array>();
  all.each((step, _, rows) => {
    let own = counts.get(step);
    if (own === undefined) counts.set(step, (own = new Float64Array(lengths.length * sequence.length)));
    // Of each state reached: the latest start of a way to it, which is the one that is soonest there.
    const started = new Float64Array(sequence.length).fill(NaN);
    const best = new Float64Array(sequence.length).fill(Infinity);
    for (const row of rows) {
      const place = all.places[row]!;
      const text = printValue(valueAt(state, row));
      for (let k = sequence.length - 1; k >= 0; k--) {
        if (sequence[k] !== text) continue;
        const start = k === 0 ? place : started[k - 1]!;
        if (Number.isNaN(start)) continue;
        started[k] = start;
        best[k] = Math.min(best[k]!, place - start);
      }
    }
    lengths.forEach((length, p) => {
      for (let k = 0; k < sequence.length; k++) if (best[k]! <= length) own[p * sequence.length + k]! += 1;
    });
  });
  const made = [...counts].sort(([a], [b]) => a - b).flatMap(([step, own]) =>
    periods.flatMap((period, p) => sequence.map((text, k) => ({ step, text, period, count: own[p * sequence.length + k]! }))));
  const columns = [
    all.steps.starts(made.map((m) => m.step)), filled("string", made.map((m) => m.text), applied),
    filled(type, made.map((m) => m.period), applied), filled("long", made.map((m) => BigInt(m.count)), applied),
  ];
  return { schema: { columns: applied.plan.schema.columns, open: false }, rows: { length: made.length, columns } };
};

/** Kusto docs, "sequence_detect plugin": every way through the conditions within the times. */
export const sequenceDetect: TableFunction = (applied): Result => {
  const { plan, rows, run } = applied;
  const timeline = applied.column("timeline");
  const at = (prefix: string) => plan.args.flatMap((a, i) => (a.name.startsWith(prefix) ? [applied.column(i)] : []));
  const conditions = at("step:");
  const dimColumns = at("dim:");
  const dims = rows.length === 0 || dimColumns.length === 0 ? new Uint32Array(rows.length)
    : new Keys(dimColumns.map((c) => c.type), "match").add(dimColumns, rows.length);
  const order = Uint32Array.from(dims.keys()).filter((row) => timeline.nulls?.[row] !== 1);
  const [first] = order;
  const unit: Value = timeline.type === "datetime" || timeline.type === "timespan" ? { kind: timeline.type, ticks: 1n }
    : timeline.type === "long" ? 1n : 1;
  const steps = first === undefined ? undefined : Steps.of(timeline.type, valueAt(timeline, first), unit);
  const places = steps?.places(timeline) ?? new Float64Array(0);
  order.sort((a, b) => dims[a]! - dims[b]! || places[a]! - places[b]! || a - b);
  const window = lengthOf(applied.constant("window"));
  const span = lengthOf(applied.constant("span"));
  const holds = (k: number, row: number): boolean => valueAt(conditions[k]!, row) === true;

  const ways: number[][] = [];
  const seen = new Set<string>();
  const note = (way: readonly number[]): void => {
    const key = `${dims[way[0]!]} ${way.map((row) => places[row]).join(" ")}`;
    if (seen.has(key)) return;
    seen.add(key);
    ways.push([...way]);
    fits(ways.length, plan.schema.columns.length, run, plan.span);
  };
  const way: number[] = [];
  /** As deep as there are conditions. */
  const follow = (from: number): void => {
    if (way.length === conditions.length) return note(way);
    run.kernels.check?.();
    for (let i = from; i < order.length; i++) {
      const row = order[i]!;
      const start = way[0];
      const last = way.at(-1);
      if (start !== undefined && last !== undefined) {
        if (dims[row] !== dims[start] || places[row]! - places[last]! > window || places[row]! - places[start]! > span) return;
      }
      if (!holds(way.length, row)) continue;
      way.push(row);
      follow(i + 1);
      way.pop();
    }
  };
  follow(0);

  const durations = builder(plan.schema.columns.at(-1)?.type ?? "timespan");
  for (const w of ways) {
    const length = places[w.at(-1)!]! - places[w[0]!]!;
    durations.push(durations.type === "timespan" ? { kind: "timespan", ticks: BigInt(length) } : durations.type === "long" ? BigInt(length) : length);
  }
  const columns = [
    ...dimColumns.map((c) => gather(c, Uint32Array.from(ways, (w) => w[0]!))),
    ...conditions.map((_, k) => gather(timeline, Uint32Array.from(ways, (w) => w[k]!))),
    durations.finish(),
  ];
  return { schema: { columns: plan.schema.columns, open: false }, rows: { length: ways.length, columns } };
};

/** Kusto docs, "rows_near() plugin". */
export const rowsNear: TableFunction = (applied) => {
  const { rows, schema } = applied;
  const condition = applied.column("condition");
  const before = Math.max(0, Number(applied.constant("before") ?? 0));
  const after = Math.max(0, Number(applied.constant("after") ?? before));
  const near: number[] = [];
  let next = 0;
  for (let row = 0; row < rows.length; row++) {
    if (valueAt(condition, row) !== true) continue;
    for (next = Math.max(next, row - before); next <= row + after && next < rows.length; next++) near.push(next);
  }
  return { schema, rows: gatherRows(rows, Uint32Array.from(near)) };
};
