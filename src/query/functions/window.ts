/**
 * Window functions: a column that looks at neighbouring rows of an ordered table.
 * Source: Kusto docs, "Window functions" and the page of each.
 */
import { builder, columnOf, coerce, equal, gather, NO_ROW, spread, valueAt } from "../../table";
import type { Column, ScalarType, Value } from "../../table";
import { defineWindow, params } from "./aggregate-define";
import type { WindowFunction } from "./define";

/** Whether the row starts a new count: its restart argument is true. */
function restarts(column: Column | undefined, length: number): (row: number) => boolean {
  if (column === undefined) return () => false;
  const all = spread(column, length);
  return (row) => all.type === "bool" && all.data[row] === 1 && all.nulls?.[row] !== 1;
}

/** A constant whole number, or a default. */
function count(column: Column | undefined, otherwise: bigint): bigint {
  const value = column === undefined || column.length === 0 ? null : valueAt(column, 0);
  return typeof value === "bigint" ? value : typeof value === "number" ? BigInt(Math.trunc(value)) : otherwise;
}

function longs(length: number, next: (row: number) => bigint): Column {
  const data = new BigInt64Array(length);
  for (let row = 0; row < length; row++) data[row] = next(row);
  return { type: "long", data, length, nulls: null };
}

/** The value of the row `offset` rows away, or of a default where there is none. */
function neighbour(args: readonly Column[], length: number, direction: 1 | -1): Column {
  const [value, offset, otherwise] = args;
  if (value === undefined) throw new RangeError("Nothing to look at");
  const by = Number(count(offset, 1n)) * direction;
  const column = spread(value, length);
  const rows = new Uint32Array(length);
  let outside = false;
  for (let row = 0; row < length; row++) {
    const at = row + by;
    const inside = at >= 0 && at < length;
    rows[row] = inside ? at : NO_ROW;
    outside ||= !inside;
  }
  const moved = gather(column, rows);
  const fallback = otherwise === undefined || !outside ? null : coerce(valueAt(otherwise, 0), column.type);
  if (fallback === null) return moved;
  const out = builder(column.type);
  for (let row = 0; row < length; row++) out.push(rows[row] === NO_ROW ? fallback : valueAt(moved, row));
  return out.finish();
}

/** Running sums; a null adds nothing. */
function cumulate(args: readonly Column[], length: number, type: ScalarType): Column {
  const column = spread(args[0] ?? columnOf(type, null), length);
  const restart = restarts(args[1], length);
  if (column.type === "real") {
    const data = new Float64Array(length);
    let sum = 0;
    for (let row = 0; row < length; row++) {
      if (restart(row)) sum = 0;
      if (column.nulls?.[row] !== 1) sum += column.data[row]!;
      data[row] = sum;
    }
    return { type: "real", data, length, nulls: null };
  }
  if (column.type === "int") {
    const data = new Int32Array(length);
    let sum = 0;
    for (let row = 0; row < length; row++) {
      if (restart(row)) sum = 0;
      if (column.nulls?.[row] !== 1) sum = (sum + column.data[row]!) | 0;
      data[row] = sum;
    }
    return { type: "int", data, length, nulls: null };
  }
  if (column.type === "long" || column.type === "timespan") {
    const data = new BigInt64Array(length);
    let sum = 0n;
    for (let row = 0; row < length; row++) {
      if (restart(row)) sum = 0n;
      if (column.nulls?.[row] !== 1) sum += column.data[row]!;
      data[row] = sum;
      sum = data[row]!;
    }
    return { type: column.type, data, length, nulls: null };
  }
  throw new TypeError(`Cannot add up ${column.type}`);
}

/** Ranks of a term that changes from row to row: by how many different terms there were, or by row numbers. */
function rank(args: readonly Column[], length: number, dense: boolean): Column {
  const term = spread(args[0] ?? columnOf("dynamic", null), length);
  const restart = restarts(args[1], length);
  let before: Value = null;
  let number = 0n;
  let current = 0n;
  return longs(length, (row) => {
    const value = valueAt(term, row);
    const anew = row === 0 || restart(row);
    if (anew) number = current = 0n;
    number++;
    if (anew || !equal(value, before)) current = dense ? current + 1n : number;
    before = value;
    return current;
  });
}

/** The time at which each row's session began. */
function sessions(args: readonly Column[], length: number): Column {
  const times = spread(args[0] ?? columnOf("datetime", null), length);
  const whole = count(ticks(args[1]), 0n);
  const gap = count(ticks(args[2]), 0n);
  const restart = restarts(args[3], length);
  const out = builder("datetime");
  let start: bigint | null = null;
  let before: bigint | null = null;
  for (let row = 0; row < length; row++) {
    const value = valueAt(times, row);
    const time = value !== null && typeof value === "object" && "ticks" in value ? value.ticks : null;
    if (time === null) start = null;
    else if (start === null || before === null || restart(row)) start = time;
    else if (time >= start + whole || time >= before + gap) start = time;
    before = time;
    if (start === null) out.pushNull();
    else out.pushLong(start);
  }
  return out.finish();
}

/** A timespan as a bare number. */
function ticks(column: Column | undefined): Column | undefined {
  return column?.type === "timespan" ? { ...column, type: "long" } : column;
}

const itself = (types: readonly ScalarType[]): ScalarType => types[0] ?? "dynamic";
const NEAR = params("value: any", "const offset?: long", "const default?: any");
const ADDED = ["int", "long", "real", "timespan"] as const;

/** All of them, for the registry. */
export const windows: readonly WindowFunction[] = [
  defineWindow("row_number", {
    says: "The number of the row, counted from `start` (1) and anew where `restart` is true.",
    examples: [["range x from 5 to 7 step 1 | extend n = row_number()", "1, 2, 3"]],
  }, {
    ...params("const start?: long", "restart?: bool"), result: "long",
    run: (args, length) => {
      const start = count(args[0], 1n);
      const restart = restarts(args[1], length);
      let next = start;
      return longs(length, (row) => {
        if (restart(row)) next = start;
        return next++;
      });
    },
  }),
  defineWindow("prev", {
    says: "The value `offset` rows (1) above, or `default` where there is no such row.",
    examples: [["range x from 1 to 3 step 1 | serialize p = prev(x, 1, 0)", "0, 1, 2"]],
  }, { ...NEAR, result: itself, run: (args, length) => neighbour(args, length, -1) }),
  defineWindow("next", {
    says: "The value `offset` rows (1) below, or `default` where there is no such row.",
    examples: [["range x from 1 to 3 step 1 | serialize n = next(x, 1, 0)", "2, 3, 0"]],
  }, { ...NEAR, result: itself, run: (args, length) => neighbour(args, length, 1) }),
  defineWindow("row_cumsum", {
    says: "The sum of the values up to the row, begun anew where `restart` is true.",
    examples: [["range x from 1 to 4 step 1 | serialize s = row_cumsum(x)", "1, 3, 6, 10"]],
  }, ...ADDED.map((type) => ({
    ...params(`value: ${type}`, "restart?: bool"), result: type,
    run: (args: readonly Column[], length: number) => cumulate(args, length, type),
  }))),
  defineWindow("row_rank_dense", {
    says: "How many different terms there were up to the row, in rows sorted by the term.",
    examples: [["datatable(x: long) [1, 5, 5, 7] | sort by x asc | extend r = row_rank_dense(x)", "1, 2, 2, 3"]],
  }, { ...params("term: any", "restart?: bool"), result: "long", run: (args, length) => rank(args, length, true) }),
  defineWindow("row_rank_min", {
    says: "The number of the first row that has the row's term, in rows sorted by the term.",
    examples: [["datatable(x: long) [1, 5, 5, 7] | sort by x asc | extend r = row_rank_min(x)", "1, 2, 2, 4"]],
  }, { ...params("term: any", "restart?: bool"), result: "long", run: (args, length) => rank(args, length, false) }),
  defineWindow("row_window_session", {
    says: "When the row's session began: one ends after a whole length, after a gap, or where `restart` is true.",
    examples: [[
      "range t from datetime(2021-01-01) to datetime(2021-01-01 00:02) step 1m "
        + "| extend s = row_window_session(t, 2m, 5m) | project s > datetime(2021-01-01)",
      "false, false, true",
    ]],
  }, {
    ...params("value: datetime", "const maxDistanceFromFirst: timespan",
      "const maxDistanceBetweenNeighbors: timespan", "restart?: bool"),
    result: "datetime", run: sessions,
  }),
];
