/** `sort` and `top`: stable, any number of keys. What comes before what is `rowOrder`'s to say. */
import type { Pace } from "../../base";
import { gatherRows, oneBatch, orderWords, rowOrder } from "../../table";
import type { Batch, Column, Direction, RowOrder } from "../../table";
import type { Plan } from "../plan";
import { compileAll, fullColumn } from "./evaluate";
import { collect, fits, pieces } from "./source";
import type { Run, Source } from "./source";

type Sort = Extract<Plan, { op: "sort" }>;

/** Opens a sort node. */
export async function openSort(plan: Sort, input: Source, run: Run): Promise<Source> {
  const programs = await compileAll(plan.keys.map((k) => k.value), input.schema, run);
  const orderOf = (batch: Batch) => rowOrder(programs.map((p) => fullColumn(p, batch)), plan.keys);

  async function* all(): AsyncIterable<Batch> {
    const batch = await collect(input, run, plan.span);
    if (batch.length === 0) return;
    const rows = await sortRows(programs.map((p) => fullColumn(p, batch)), plan.keys, batch.length, run.pace);
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
      fits(batch.length, batch.columns.length, run, plan.span);
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

/** Rows from which sorting by digits is quicker than comparing. */
const MANY = 512;
/** Bits of a digit: its counts fit the nearest cache. */
const DIGIT = 11;

/** Row numbers 0 to `n` in the order of their keys, ties as they came. Pauses now and then. */
export async function sortRows(columns: readonly Column[], keys: readonly Direction[], n: number, pace: Pace): Promise<Uint32Array> {
  const words = n < MANY ? undefined : orderWords(columns, keys);
  return words === undefined ? mergeSort(n, rowOrder(columns, keys), pace) : digitSort(n, words, pace);
}

/** Sorts by digits of the words, from the least significant one on: each pass keeps the order of the passes before. */
async function digitSort(n: number, words: readonly Uint32Array[], pace: Pace): Promise<Uint32Array> {
  let rows = Uint32Array.from({ length: n }, (_, i) => i);
  let spare = new Uint32Array(n);
  const starts = new Uint32Array(1 << DIGIT);
  for (const word of [...words].reverse()) {
    let least = 0xffffffff;
    let most = 0;
    for (let row = 0; row < n; row++) {
      const x = word[row]!;
      if (x < least) least = x;
      if (x > most) most = x;
    }
    const bits = 32 - Math.clz32(most - least);
    for (let shift = 0; shift < bits; shift += DIGIT) {
      const mask = (1 << Math.min(DIGIT, bits - shift)) - 1;
      starts.fill(0);
      for (let row = 0; row < n; row++) starts[((word[row]! - least) >>> shift) & mask]!++;
      for (let digit = 0, at = 0; digit <= mask; digit++) {
        const count = starts[digit]!;
        starts[digit] = at;
        at += count;
      }
      for (let i = 0; i < n; i++) {
        const row = rows[i]!;
        spare[starts[((word[row]! - least) >>> shift) & mask]!++] = row;
      }
      [rows, spare] = [spare, rows];
      await pace.breathe();
    }
  }
  return rows;
}

const RUN = 4096;

/** Sorts short runs and merges them. */
async function mergeSort(n: number, order: RowOrder, pace: Pace): Promise<Uint32Array> {
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
