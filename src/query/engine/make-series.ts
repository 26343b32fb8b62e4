/**
 * `make-series`: gathers rows that are grouped by keys and axis bins into arrays over the whole axis, its end left out;
 * bins without a row get the default (0). Kusto docs, "make-series operator".
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
  const axis = real ? realAxis(applied, places) : wholeAxis(applied, places, column.type);

  const keyColumns = plan.args.filter((a) => a.name.startsWith("by:")).map((a) => applied.column(a.name));
  const keys = rows.length === 0 || keyColumns.length === 0 ? new Uint32Array(rows.length)
    : new Keys(keyColumns.map((c) => c.type), "match").add(keyColumns, rows.length);
  const first = firstOf(keys);
  const shown = plan.args.filter((a) => a.name.startsWith("value:"));
  fits(first.length, axis.points.length * shown.length, applied.run, plan.span);
  const at = places.map((place) => axis.indexOf(place));
  const series = shown.map(({ name }) => {
    const values = applied.column(name);
    const fallback = defaultOf(applied, name.replace("value:", "default:"), values.type);
    const lists = Array.from(first, () => new Array<Value>(axis.points.length).fill(fallback));
    at.forEach((point, row) => {
      const value = valueAt(values, row);
      if (point >= 0 && value !== null) lists[keys[row]!]![point] = value;
    });
    return dynamicColumn(lists);
  });
  const axes = dynamicColumn(Array.from(first, () => axis.points));
  const columns = [...keyColumns.map((c) => gather(c, first)), ...series, axes];
  return { schema: plan.schema, rows: { length: first.length, columns } };
};

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
  const to = bound("to") ?? highest + step;
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
  const to = bound("to") ?? highest + step;
  const count = limited(applied, Math.ceil((to - from) / step - 1e-9));
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
