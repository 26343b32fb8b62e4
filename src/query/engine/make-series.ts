/**
 * `make-series`: gathers rows that are grouped by keys and axis bins into arrays over the axis; bins without a row get the
 * default (0). A bound that the query leaves out is the first or last bin of each series. The end is left out, but not
 * where it is given as `until` (`in range(…)`). Kusto docs, "make-series operator".
 */
import { Keys, coerce, gather, isNumeric, longOf, valueAt } from "../../table";
import type { Column, ScalarType, Value } from "../../table";
import { firstOf } from "./reshape";
import { Failed, fits } from "./source";
import type { Applied, TableFunction } from "./table-function";

/** Most points of one series; more is a slip in the bounds or the step. */
const MOST_POINTS = 1 << 20;

/** The points of the axis. */
interface Axis {
  readonly points: readonly Value[];
  /** Which point a cell of the axis column stands at; -1 for none. */
  indexOf(value: Value): number;
}

export const makeSeries: TableFunction = (applied) => {
  const { rows, plan } = applied;
  const column = applied.column("axis");
  const places = Array.from({ length: rows.length }, (_, row) => valueAt(column, row));
  const real = column.type === "real" || column.type === "decimal";
  const axisOf = (some: readonly Value[]) => real ? realAxis(applied, some) : wholeAxis(applied, some, column.type);
  const shown = plan.args.filter((a) => a.name.startsWith("value:"));

  const keyColumns = plan.args.filter((a) => a.name.startsWith("by:")).map((a) => applied.column(a.name));
  const keys = rows.length === 0 || keyColumns.length === 0 ? new Uint32Array(rows.length)
    : new Keys(keyColumns.map((c) => c.type), "match").add(keyColumns, rows.length);
  // `kind=nonempty`: one series of defaults where there is no row.
  if (rows.length === 0 && keyColumns.length === 0 && applied.argument("nonempty") !== undefined) {
    const { points } = axisOf([]);
    const lists = shown.map(({ name, value }) => new Array<Value>(points.length)
      .fill(defaultOf(applied, name.replace("value:", "default:"), value.type)));
    return { schema: plan.schema, rows: { length: 1, columns: [...lists, points].map((list) => dynamicColumn([list])) } };
  }
  const first = firstOf(keys);
  const bounded = applied.argument("from") !== undefined
    && (applied.argument("to") ?? applied.argument("until")) !== undefined;
  const axes = bounded ? [axisOf(places)] : own(places, keys, first.length).map(axisOf);
  const axisAt = (group: number): Axis => axes[bounded ? 0 : group]!;
  const total = bounded ? first.length * (axes[0]?.points.length ?? 0) : axes.reduce((sum, a) => sum + a.points.length, 0);
  fits(1, total * shown.length, applied.run, plan.span);
  const at = places.map((place, row) => axisAt(keys[row]!).indexOf(place));
  const series = shown.map(({ name }) => {
    const values = applied.column(name);
    const fallback = defaultOf(applied, name.replace("value:", "default:"), values.type);
    const lists = Array.from(first, (_, group) => new Array<Value>(axisAt(group).points.length).fill(fallback));
    at.forEach((point, row) => {
      if (point >= 0) lists[keys[row]!]![point] = valueAt(values, row);
    });
    return dynamicColumn(lists);
  });
  const points = dynamicColumn(Array.from(first, (_, group) => axisAt(group).points));
  const columns = [...keyColumns.map((c) => gather(c, first)), ...series, points];
  return { schema: plan.schema, rows: { length: first.length, columns } };
};

/** The places of each group. */
function own(places: readonly Value[], keys: Uint32Array, groups: number): Value[][] {
  const found = Array.from({ length: groups }, (): Value[] => []);
  places.forEach((place, row) => found[keys[row]!]!.push(place));
  return found;
}

/** What a bin without a row holds: what the query says, else 0, else null. */
function defaultOf(applied: Applied, name: string, type: ScalarType): Value {
  if (applied.argument(name) !== undefined) return applied.constant(name);
  return isNumeric(type) ? coerce(0n, type) : null;
}

/** Whole numbers and times, counted exactly. */
function wholeAxis(applied: Applied, places: readonly Value[], type: ScalarType): Axis {
  const bound = (name: string) => {
    const value = applied.constant(name);
    return value === null ? undefined : longOf(value);
  };
  const present = places.flatMap((p) => (p === null ? [] : [longOf(p)]));
  const step = bound("step");
  if (step === undefined || step <= 0n) return noStep(applied);
  const from = bound("from") ?? present.reduce((least, p) => (p < least ? p : least), present[0] ?? 0n);
  const highest = present.reduce((most, p) => (p > most ? p : most), from - step);
  const until = bound("until");
  const to = until !== undefined ? until + 1n : bound("to") ?? highest + step;
  const count = limited(applied, Number((to - from + step - 1n) / step));
  return {
    points: Array.from({ length: count }, (_, i): Value => {
      const point = from + BigInt(i) * step;
      return type === "datetime" || type === "timespan" ? { kind: type, ticks: point } : point;
    }),
    indexOf: (value) => {
      const distance = value === null ? -1n : longOf(value) - from;
      return distance < 0n ? -1 : inside(Number(distance / step), count);
    },
  };
}

/** Reals: the n-th point is n steps from the start, so that rounding errors do not add up. */
function realAxis(applied: Applied, places: readonly Value[]): Axis {
  const number = (value: Value) => Number(coerce(value, "real") ?? NaN);
  const bound = (name: string) => {
    const value = applied.constant(name);
    return value === null ? undefined : number(value);
  };
  const present = places.map(number).filter((p) => !Number.isNaN(p));
  const step = bound("step");
  if (step === undefined || !(step > 0)) return noStep(applied);
  const from = bound("from") ?? present.reduce((least, p) => Math.min(least, p), present[0] ?? 0);
  const highest = present.reduce((most, p) => Math.max(most, p), from - step);
  const until = bound("until");
  const to = until ?? bound("to") ?? highest + step;
  const steps = (to - from) / step;
  const count = limited(applied, until === undefined ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9) + 1);
  return {
    points: Array.from({ length: count }, (_, i) => from + i * step),
    indexOf: (value) => inside((number(value) - from) / step + 1e-9, count),
  };
}

/** The point that a distance in steps falls on. */
function inside(steps: number, count: number): number {
  return steps >= 0 && steps < count ? Math.floor(steps) : -1;
}

function limited(applied: Applied, count: number): number {
  if (count <= MOST_POINTS) return Math.max(0, count);
  const message = `This series would have ${count} points; ${MOST_POINTS} is the most.`;
  throw new Failed("make-series-points", message, applied.plan.span);
}

function noStep(applied: Applied): never {
  throw new Failed("make-series-step", "The step of 'make-series' must be above zero.", applied.plan.span);
}

function dynamicColumn(lists: readonly Value[]): Column {
  return { type: "dynamic", data: lists, length: lists.length, nulls: null };
}
