/**
 * `sort` and `top`: stable, any number of keys. Nulls and NaN stand together at the end that the key says; which of the
 * two comes first follows from that end too (Kusto docs, "sort operator", "Using special floating-point values").
 */
import type { Pace } from "../../base";
import { compare, gatherRows, oneBatch } from "../../table";
import type { Batch, Column } from "../../table";
import type { Plan, SortKey } from "../plan";
import { compileAll, fullColumn } from "./evaluate";
import { pieces } from "./source";
import type { Run, Source } from "./source";

type Sort = Extract<Plan, { op: "sort" }>;

/** Negative, zero or positive for two row numbers. */
export type RowOrder = (a: number, b: number) => number;

/** Opens a sort node. */
export async function openSort(plan: Sort, input: Source, run: Run): Promise<Source> {
  const programs = await compileAll(plan.keys.map((k) => k.value), input.schema, run);
  const orderOf = (batch: Batch) => rowOrder(programs.map((p) => fullColumn(p, batch)), plan.keys);

  async function* all(): AsyncIterable<Batch> {
    const batches: Batch[] = [];
    for await (const batch of input.rows()) batches.push(batch);
    if (batches.length === 0) return;
    const batch = oneBatch(input.schema, batches);
    const rows = await sortRows(batch.length, orderOf(batch), run.pace);
    for (let from = 0; from < rows.length; from += run.batchRows) {
      yield gatherRows(batch, rows.subarray(from, from + run.batchRows));
    }
  }

  /** Keeps the best rows so far and as many new ones as make a pass worth its while. */
  async function* top(limit: number): AsyncIterable<Batch> {
    let kept: Batch[] = [];
    let waiting = 0;
    const cut = () => {
      const batch = oneBatch(input.schema, kept);
      kept = [gatherRows(batch, topRows(batch.length, limit, orderOf(batch)))];
      waiting = 0;
    };
    for await (const batch of input.rows()) {
      kept.push(batch);
      waiting += batch.length;
      if (waiting >= Math.max(limit, 65_536)) cut();
    }
    if (kept.length === 0) return;
    cut();
    for (const batch of kept) yield* pieces(batch, run.batchRows);
  }

  const { limit } = plan;
  return { schema: input.schema, rows: () => (limit === undefined ? all() : limit <= 0 ? nothing() : top(limit)) };
}

async function* nothing(): AsyncIterable<Batch> {
  // No rows.
}

/** The order of rows by their keys; rows with equal keys compare as 0. */
export function rowOrder(columns: readonly Column[], keys: readonly Pick<SortKey, "descending" | "nullsFirst">[]): RowOrder {
  const orders = columns.map((column, i) => keyOrder(column, keys[i]?.descending ?? false, keys[i]?.nullsFirst ?? true));
  const [only] = orders;
  if (only !== undefined && orders.length === 1) return only;
  return (a, b) => {
    for (const order of orders) {
      const sign = order(a, b);
      if (sign !== 0) return sign;
    }
    return 0;
  };
}

function keyOrder(column: Column, descending: boolean, nullsFirst: boolean): RowOrder {
  const values = valueOrder(column, descending ? -1 : 1);
  const classes = specialRows(column, nullsFirst);
  if (classes === undefined) return values;
  // Two rows of one class other than that of proper values are equal: both null, or both NaN.
  return (a, b) => classes[a]! - classes[b]! || (classes[a] === PROPER ? values(a, b) : 0);
}

const PROPER = 2;

/** Where nulls and NaN stand against proper values, or undefined when there are none of them. */
function specialRows(column: Column, nullsFirst: boolean): Uint8Array | undefined {
  const { nulls, length } = column;
  const real = column.type === "real" ? column.data : undefined;
  if (nulls === null && (real === undefined || !real.some(Number.isNaN))) return undefined;
  const classes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const isNull = nulls !== null && nulls[i] === 1;
    const isNaN = !isNull && real !== undefined && Number.isNaN(real[i]);
    classes[i] = isNull ? (nullsFirst ? 0 : 4) : isNaN ? (nullsFirst ? 1 : 3) : PROPER;
  }
  return classes;
}

/** The order of cells that are neither null nor NaN; `sign` is -1 for descending. */
function valueOrder(column: Column, sign: 1 | -1): RowOrder {
  switch (column.type) {
    case "bool": case "int": {
      const { data } = column;
      return (a, b) => (data[a]! - data[b]!) * sign;
    }
    case "real": {
      const { data } = column;
      return (a, b) => (data[a]! < data[b]! ? -sign : data[a]! > data[b]! ? sign : 0);
    }
    case "long": case "datetime": case "timespan": {
      // Comparing the words is several times faster than comparing bigints.
      const { buffer, byteOffset, length } = column.data;
      const low = new Uint32Array(buffer, byteOffset, length * 2);
      const high = new Int32Array(buffer, byteOffset, length * 2);
      return (a, b) => {
        const x = high[a * 2 + 1]!;
        const y = high[b * 2 + 1]!;
        if (x !== y) return x < y ? -sign : sign;
        const v = low[a * 2]!;
        const w = low[b * 2]!;
        return v < w ? -sign : v > w ? sign : 0;
      };
    }
    case "string": case "guid": {
      const { codes } = column;
      const ranks = wordRanks(column.words, codes);
      return (a, b) => (ranks[codes[a]!]! - ranks[codes[b]!]!) * sign;
    }
    case "decimal": {
      const { data } = column;
      return (a, b) => (data[a]! < data[b]! ? -sign : data[a]! > data[b]! ? sign : 0);
    }
    case "dynamic": {
      const { data } = column;
      return (a, b) => compare(data[a] ?? null, data[b] ?? null) * sign;
    }
    default: return column satisfies never;
  }
}

/** For each code in use the rank of its word; equal words share one. */
function wordRanks(words: readonly string[], codes: Uint32Array): Int32Array {
  const used = new Uint8Array(words.length);
  for (const code of codes) used[code] = 1;
  const present: number[] = [];
  for (let code = 0; code < words.length; code++) if (used[code] === 1) present.push(code);
  present.sort((a, b) => (words[a]! < words[b]! ? -1 : words[a]! > words[b]! ? 1 : 0));
  const ranks = new Int32Array(words.length);
  let rank = 0;
  present.forEach((code, i) => {
    if (i > 0 && words[present[i - 1]!] !== words[code]) rank++;
    ranks[code] = rank;
  });
  return ranks;
}

const RUN = 4096;

/** Row numbers 0 to `n` in order, ties as they came; pauses between the runs that it sorts and merges. */
export async function sortRows(n: number, order: RowOrder, pace: Pace): Promise<Uint32Array> {
  let rows = Uint32Array.from({ length: n }, (_, i) => i);
  for (let from = 0; from < n; from += RUN) {
    rows.subarray(from, from + RUN).sort((a, b) => order(a, b) || a - b);
    await pace.breathe();
  }
  let spare = new Uint32Array(n);
  for (let width = RUN; width < n; width *= 2) {
    for (let from = 0; from < n; from += width * 2) {
      merge(rows, from, Math.min(from + width, n), Math.min(from + width * 2, n), spare, order);
      await pace.breathe();
    }
    [rows, spare] = [spare, rows];
  }
  return rows;
}

/** Merges rows `from`–`middle` and `middle`–`to` into the same places of `into`; of equal ones the left goes first. */
function merge(rows: Uint32Array, from: number, middle: number, to: number, into: Uint32Array, order: RowOrder): void {
  let left = from;
  let right = middle;
  for (let at = from; at < to; at++) {
    const takeLeft = right >= to || (left < middle && order(rows[left]!, rows[right]!) <= 0);
    into[at] = takeLeft ? rows[left++]! : rows[right++]!;
  }
}

/** The first `k` of `n` rows in order: a heap of the best so far with the worst on top. */
export function topRows(n: number, k: number, order: RowOrder): Uint32Array {
  const size = Math.min(n, k);
  const worse = (a: number, b: number) => (order(a, b) || a - b) > 0;
  const heap = Uint32Array.from({ length: size }, (_, i) => i);
  const sink = (from: number) => {
    for (let at = from; ; ) {
      const left = at * 2 + 1;
      let worst = at;
      if (left < size && worse(heap[left]!, heap[worst]!)) worst = left;
      if (left + 1 < size && worse(heap[left + 1]!, heap[worst]!)) worst = left + 1;
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  };
  for (let i = (size >> 1) - 1; i >= 0; i--) sink(i);
  for (let row = size; row < n; row++) {
    if (!worse(heap[0]!, row)) continue;
    heap[0] = row;
    sink(0);
  }
  return heap.sort((a, b) => order(a, b) || a - b);
}
