/**
 * Plugins that count ids over a timeline: sliding windows, new and returning ids, engagement, sessions, rolling
 * percentiles. Rows are cut into steps from `start`; the step of `end` is the last. Kusto docs: one page per plugin.
 */
import { Keys, UNKNOWN_KEY, builder, cellOrder, floorDivide, gather, longOf, valueAt } from "../../table";
import type { Column, Ticks, Value } from "../../table";
import { firstOf } from "./reshape";
import { Failed, fits } from "./source";
import { Steps, lengthOf } from "./steps";
import type { Applied, Result, TableFunction } from "./table-function";

/** The rows of a plugin as numbers: id, dimension and place of each. */
class Activity {
  readonly timeline: Column;
  readonly ids: Uint32Array;
  readonly dims: Uint32Array;
  readonly steps: Steps;
  readonly places: Float64Array;
  /** The step of each row, NaN where it has no time. */
  readonly at: Float64Array;
  /** The place after which rows do not count. */
  readonly end: number;
  readonly last: number;
  private readonly dimColumns: readonly Column[];
  private readonly made: { step: number; dim: number; numbers: readonly number[] }[] = [];

  constructor(readonly applied: Applied, id: string, bin: string) {
    const { rows, plan } = applied;
    this.timeline = applied.column("timeline");
    const idColumn = applied.column(id);
    this.ids = rows.length === 0 ? new Uint32Array(0) : new Keys([idColumn.type], "never").add([idColumn], rows.length);
    this.dimColumns = plan.args.filter((a) => a.name.startsWith("dim:")).map((a) => applied.column(a.name));
    this.dims = rows.length === 0 || this.dimColumns.length === 0 ? new Uint32Array(rows.length)
      : new Keys(this.dimColumns.map((c) => c.type), "match").add(this.dimColumns, rows.length);
    const start = plan.args.some((a) => a.name === "start") ? applied.constant("start") : extreme(this.timeline, -1);
    const end = plan.args.some((a) => a.name === "end") ? applied.constant("end") : extreme(this.timeline, 1);
    this.steps = stepsOf(applied, this.timeline, start, bin);
    this.places = this.steps.places(this.timeline);
    this.at = this.places.map((p) => this.steps.at(p));
    this.end = this.steps.place(end);
    this.last = Number.isNaN(this.end) ? -1 : this.steps.at(this.end);
  }

  /** Rows from a place on that have a time up to the end, in the order of dimension and time. */
  *dimensions(from: number): Generator<{ readonly dim: number; readonly rows: Uint32Array }> {
    const { places, dims, end } = this;
    const kept = Uint32Array.from(places.keys()).filter((row) => places[row]! >= from && places[row]! <= end);
    kept.sort((a, b) => dims[a]! - dims[b]! || places[a]! - places[b]! || a - b);
    for (let i = 0; i < kept.length;) {
      const dim = dims[kept[i]!]!;
      let to = i + 1;
      while (to < kept.length && dims[kept[to]!] === dim) to++;
      yield { dim, rows: kept.subarray(i, to) };
      i = to;
    }
  }

  emit(step: number, dim: number, ...numbers: readonly number[]): void {
    const { run, plan } = this.applied;
    this.made.push({ step, dim, numbers });
    if ((this.made.length & 1023) === 0) {
      fits(this.made.length, plan.schema.columns.length, run, plan.span);
      run.kernels.check?.();
    }
  }

  /** What was emitted: timeline, dimensions, numbers, in the order of time. `before`: columns in front of them. */
  finish(before: (of: readonly { readonly step: number; readonly numbers: readonly number[] }[]) => Column[] =
  (made) => [this.steps.starts(made.map((m) => m.step))]): Result {
    const { schema } = this.applied.plan;
    const made = this.made.sort((a, b) => a.step - b.step || a.dim - b.dim);
    const firsts = firstOf(this.dims);
    const rowOf = Uint32Array.from(made, (m) => firsts[m.dim]!);
    const columns = [...before(made), ...this.dimColumns.map((c) => gather(c, rowOf))];
    const own = schema.columns.slice(columns.length);
    own.forEach((spec, i) => {
      const out = builder(spec.type);
      for (const { numbers } of made) {
        const n = numbers[i + (numbers.length - own.length)]!;
        out.push(spec.type === "long" ? BigInt(n) : n);
      }
      columns.push(out.finish());
    });
    return { schema: { columns: schema.columns, open: false }, rows: { length: made.length, columns } };
  }
}

function stepsOf(applied: Applied, timeline: Column, start: Value, bin: string): Steps {
  const steps = Steps.of(timeline.type, start ?? firstPlace(timeline), applied.constant(bin));
  if (steps !== undefined) return steps;
  throw new Failed("plugin-step", `'${applied.plan.fn}' needs a start, and a step above zero.`, applied.plan.span);
}

/** Somewhere to start where there are no rows to tell. */
function firstPlace({ type }: Column): Value {
  return type === "datetime" || type === "timespan" ? { kind: type, ticks: 0n } : type === "long" ? 0n : 0;
}

/** The least or the greatest cell. */
function extreme(column: Column, sign: 1 | -1): Value {
  const order = cellOrder(column, false, true);
  let best = -1;
  for (let row = 0; row < column.length; row++) {
    if (column.nulls?.[row] === 1) continue;
    if (best < 0 || order(row, best) * sign > 0) best = row;
  }
  return best < 0 ? null : valueAt(column, best);
}

/** The least cell rounded down to a bin: places counted from there are exact. */
function alignedStart(column: Column, bin: Value): Value {
  const least = extreme(column, -1);
  if (least === null || bin === null) return null;
  if (typeof least === "number") return Math.floor(least / Number(bin)) * Number(bin);
  const step = longOf(bin);
  if (step <= 0n) return null;
  const at = floorDivide(longOf(least), step) * step;
  return typeof least === "bigint" ? at : { ...(least as Ticks), ticks: at };
}

/** Ids of some rows with how many rows each has; null ids count as rows alone. */
class Crowd {
  rows = 0;
  private readonly counts = new Map<number, number>();

  get size(): number {
    return this.counts.size;
  }

  enter(id: number): void {
    this.rows++;
    if (id !== UNKNOWN_KEY) this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
  }

  leave(id: number): void {
    this.rows--;
    const left = (this.counts.get(id) ?? 0) - 1;
    if (left > 0) this.counts.set(id, left);
    else this.counts.delete(id);
  }
}

/** Calls back for each step in which the window of the last `width` steps is not empty. */
function slide(a: Activity, rows: Uint32Array, width: number, first: number, visit: (step: number, crowd: Crowd) => void): void {
  const crowd = new Crowd();
  let entered = 0;
  let left = 0;
  for (let step = Math.max(first, a.at[rows[0]!]!); step <= a.last; step++) {
    while (entered < rows.length && a.at[rows[entered]!]! <= step) crowd.enter(a.ids[rows[entered++]!]!);
    while (left < entered && a.at[rows[left]!]! <= step - width) crowd.leave(a.ids[rows[left++]!]!);
    if (crowd.rows > 0) visit(step, crowd);
    else if (entered === rows.length) return;
    // Nothing until the next row comes.
    else step = Math.max(step, a.at[rows[entered]!]! - 1);
  }
}

/** Kusto docs, "sliding_window_counts plugin". Rows before the start count where a window reaches them. */
export const slidingWindowCounts: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  const width = a.steps.within(applied.constant("lookback"));
  for (const { dim, rows } of a.dimensions(-(width - 1) * a.steps.length)) {
    slide(a, rows, width, 0, (step, crowd) => a.emit(step, dim, crowd.rows, crowd.size));
  }
  return a.finish();
};

/** Kusto docs, "activity_engagement plugin": ids of a step by ids of the longer time that ends with it. */
export const activityEngagement: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  const width = a.steps.within(applied.constant("outer"));
  for (const { dim, rows } of a.dimensions(-(width - 1) * a.steps.length)) {
    const inner = new Map<number, number>();
    slide(a, rows, 1, 0, (step, crowd) => inner.set(step, crowd.size));
    slide(a, rows, width, 0, (step, crowd) => {
      const own = inner.get(step);
      if (own !== undefined) a.emit(step, dim, own, crowd.size, own / crowd.size);
    });
  }
  return a.finish();
};

/** The ids of each step of one dimension, in the order of steps. */
function* crowds(a: Activity, rows: Uint32Array): Generator<{ readonly step: number; readonly ids: Set<number>; readonly rows: number }> {
  for (let i = 0; i < rows.length;) {
    const step = a.at[rows[i]!]!;
    const ids = new Set<number>();
    const from = i;
    for (; i < rows.length && a.at[rows[i]!] === step; i++) {
      const id = a.ids[rows[i]!]!;
      if (id !== UNKNOWN_KEY) ids.add(id);
    }
    yield { step, ids, rows: i - from };
  }
}

/** Kusto docs, "activity_counts_metrics plugin": against all steps before. */
export const activityCountsMetrics: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  for (const { dim, rows } of a.dimensions(0)) {
    const seen = new Set<number>();
    for (const { step, ids, rows: count } of crowds(a, rows)) {
      const before = seen.size;
      for (const id of ids) seen.add(id);
      a.emit(step, dim, count, ids.size, seen.size - before, seen.size);
    }
  }
  return a.finish();
};

/** Kusto docs, "activity_metrics plugin": against the step right before, which may have had nobody. */
export const activityMetrics: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  for (const { dim, rows } of a.dimensions(0)) {
    let previous = { step: NaN, ids: new Set<number>() };
    for (const { step, ids } of crowds(a, rows)) {
      const before = previous.step === step - 1 ? previous.ids : new Set<number>();
      let stayed = 0;
      for (const id of ids) if (before.has(id)) stayed++;
      a.emit(step, dim, ids.size, ids.size - stayed, stayed / before.size, (before.size - stayed) / before.size);
      previous = { step, ids };
    }
  }
  return a.finish();
};

/**
 * Kusto docs, "new_activity_metrics plugin": those who were new in one step, through all steps up to the last. Ids of
 * the table that looks back are not new.
 */
export const newActivityMetrics: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  const old = idsBefore(applied);
  const cohort = applied.argument("cohort") === undefined ? undefined : a.steps.at(a.steps.place(applied.constant("cohort")));
  const { run, plan } = applied;
  fits((a.last + 1) * (cohort === undefined ? a.last + 1 : 1) / 2, plan.schema.columns.length, run, plan.span);
  for (const { dim, rows } of a.dimensions(0)) {
    /** The step in which an id was new. */
    const since = new Map<number, number>();
    const steps = [...crowds(a, rows)];
    for (const { step, ids } of steps) {
      for (const id of ids) if (!since.has(id)) since.set(id, old?.has(id) === true ? -1 : step);
    }
    // Of the ids of a step: how many were new in each step up to it.
    const there = new Map(steps.map(({ step, ids }) => {
      const by = new Map<number, number>();
      for (const id of ids) by.set(since.get(id)!, (by.get(since.get(id)!) ?? 0) + 1);
      return [step, by] as const;
    }));
    for (let from = cohort ?? 0; from <= (cohort ?? a.last); from++) {
      const size = there.get(from)?.get(from) ?? 0;
      for (let to = from; to <= a.last; to++) {
        const by = there.get(to) ?? new Map<number, number>();
        let fresh = to === from ? size : 0;
        if (to > from) for (const [step, ids] of by) if (step > from) fresh += ids;
        const stayed = by.get(from) ?? 0;
        a.emit(from, dim, to, fresh, stayed, size - stayed, stayed / size, (size - stayed) / size);
      }
      run.kernels.check?.();
    }
  }
  return a.finish((made) => [a.steps.starts(made.map((m) => m.step)), a.steps.starts(made.map((m) => m.numbers[0]!))]);
};

/** The numbers that ids of the second table have in the first one. */
function idsBefore(applied: Applied): Set<number> | undefined {
  const [other] = applied.others;
  if (other === undefined) return undefined;
  const id = applied.argument("id");
  const named = id?.kind === "column" ? other.schema.columns.findIndex((c) => c.name === id.name) : -1;
  const column = other.rows.columns[Math.max(0, named)];
  const own = applied.column("id");
  if (column === undefined || column.length === 0 || own.length === 0 || column.type !== own.type) return new Set();
  const keys = new Keys([own.type], "never");
  keys.add([own], own.length);
  return new Set(keys.find([column], column.length).filter((key) => key !== UNKNOWN_KEY));
}

/** Rows of one dimension by id, in the order of time. */
function byId(a: Activity, rows: Uint32Array): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const row of rows) {
    const id = a.ids[row]!;
    if (id === UNKNOWN_KEY) continue;
    const list = found.get(id);
    if (list === undefined) found.set(id, [row]);
    else list.push(row);
  }
  return found;
}

/** Kusto docs, "active_users_count plugin": an id counts where it was there in enough periods of the time up to the row. */
export const activeUsersCount: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  const periods = stepsOf(applied, a.timeline, applied.constant("start"), "period");
  const lookback = lengthOf(applied.constant("lookback"));
  const enough = Number(applied.constant("periods"));
  for (const { dim, rows } of a.dimensions(-lookback)) {
    const active = new Map<number, Set<number>>();
    for (const [id, own] of byId(a, rows)) {
      const met = new Map<number, number>();
      let from = 0;
      for (const row of own) {
        const period = periods.at(a.places[row]!);
        met.set(period, (met.get(period) ?? 0) + 1);
        for (; a.places[own[from]!]! <= a.places[row]! - lookback; from++) {
          const gone = periods.at(a.places[own[from]!]!);
          const left = met.get(gone)! - 1;
          if (left === 0) met.delete(gone);
          else met.set(gone, left);
        }
        if (met.size < enough || a.places[row]! < 0) continue;
        const step = a.at[row]!;
        const there = active.get(step);
        if (there === undefined) active.set(step, new Set([id]));
        else there.add(id);
      }
    }
    for (const [step, ids] of active) a.emit(step, dim, ids.size);
  }
  return a.finish();
};

/** Kusto docs, "session_count plugin": a session goes on while its id is back within the lookback. */
export const sessionCount: TableFunction = (applied) => {
  const a = new Activity(applied, "id", "bin");
  const lookback = lengthOf(applied.constant("lookback"));
  for (const { dim, rows } of a.dimensions(0)) {
    const sessions = new Map<number, number>();
    for (const own of byId(a, rows).values()) {
      own.forEach((row, i) => {
        const before = own[i - 1];
        const goesOn = before !== undefined && a.places[row]! - a.places[before]! <= lookback && a.at[before] === a.at[row];
        if (!goesOn) sessions.set(a.at[row]!, (sessions.get(a.at[row]!) ?? 0) + 1);
      });
    }
    for (const [step, count] of sessions) a.emit(step, dim, count);
  }
  return a.finish();
};

/** Kusto docs, "rolling_percentile plugin": the nearest rank among the values of the last bins. */
export const rollingPercentile: TableFunction = (applied) => {
  const { rows, plan, run } = applied;
  const timeline = applied.column("timeline");
  const values = applied.column("value");
  const bins = Math.max(1, Number(applied.constant("bins")));
  const percent = Number(applied.constant("percentile"));
  const dimColumns = plan.args.filter((arg) => arg.name.startsWith("dim:")).map((arg) => applied.column(arg.name));
  const dims = rows.length === 0 || dimColumns.length === 0 ? new Uint32Array(rows.length)
    : new Keys(dimColumns.map((c) => c.type), "match").add(dimColumns, rows.length);
  const steps = stepsOf(applied, timeline, alignedStart(timeline, applied.constant("bin")), "bin");
  const at = steps.places(timeline).map((p) => steps.at(p));
  const order = Uint32Array.from(at.keys()).filter((row) => !Number.isNaN(at[row]!) && valueAt(values, row) !== null);
  const size = (row: number): number => lengthOf(valueAt(values, row));
  const sizes = Float64Array.from({ length: rows.length }, (_, row) => size(row));
  order.sort((x, y) => dims[x]! - dims[y]! || at[x]! - at[y]! || sizes[x]! - sizes[y]!);
  const places: number[] = [];
  const picked: number[] = [];
  let from = 0;
  for (let i = 0; i < order.length;) {
    const row = order[i]!;
    let to = i + 1;
    while (to < order.length && dims[order[to]!] === dims[row] && at[order[to]!] === at[row]) to++;
    while (dims[order[from]!] !== dims[row] || at[order[from]!]! <= at[row]! - bins) from++;
    const window = order.slice(from, to).sort((x, y) => sizes[x]! - sizes[y]!);
    picked.push(window[Math.min(window.length - 1, Math.max(0, Math.ceil((percent / 100) * window.length) - 1))]!);
    places.push(at[row]!);
    run.kernels.check?.();
    i = to;
  }
  const chosen = Uint32Array.from(picked);
  const columns = [steps.starts(places), ...dimColumns.map((c) => gather(c, chosen)), gather(values, chosen)];
  return { schema: { columns: plan.schema.columns, open: false }, rows: { length: picked.length, columns } };
};
