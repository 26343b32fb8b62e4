/** What can be told of a table at a glance: its newest time, and the distinct values of columns that have few. */
import { wholeColumn } from "../table";
import type { Column, Table } from "../table";

/** Newest time of a datetime column, in ticks; undefined when the column does not exist or holds nothing. */
export function newestOf(table: Table, name: string): bigint | undefined {
  const index = table.schema.columns.findIndex((column) => column.name === name);
  let newest: bigint | undefined;
  for (const batch of table.batches) {
    const column = batch.columns[index];
    if (column?.type !== "datetime") return undefined;
    for (let row = 0; row < column.length; row++) {
      if (column.nulls !== null && column.nulls[row] === 1) continue;
      const ticks = column.data[row];
      if (ticks !== undefined && (newest === undefined || ticks > newest)) newest = ticks;
    }
  }
  return newest;
}

/** The oldest and the newest time of each datetime column that holds one, in ticks. */
export function timeRanges(table: Table): ReadonlyMap<string, { readonly oldest: bigint; readonly newest: bigint }> {
  const found = new Map<string, { oldest: bigint; newest: bigint }>();
  table.schema.columns.forEach(({ name, type }, i) => {
    if (type !== "datetime") return;
    let oldest: bigint | undefined;
    let newest = 0n;
    for (const batch of table.batches) {
      const column = batch.columns[i];
      if (column?.type !== "datetime") return;
      const { data, nulls } = column;
      for (let row = 0; row < column.length; row++) {
        if (nulls !== null && nulls[row] === 1) continue;
        const ticks = data[row] ?? 0n;
        if (oldest === undefined) oldest = newest = ticks;
        else if (ticks > newest) newest = ticks;
        else if (ticks < oldest) oldest = ticks;
      }
    }
    if (oldest !== undefined) found.set(name, { oldest, newest });
  });
  return found;
}

/** Values longer than this are of no use for completion. */
const LONGEST = 120;

/**
 * Distinct values of string columns, most frequent first, for columns that have at most `most` of them (100 by default).
 * Empty and very long values do not count as values.
 */
export function distinctValues(table: Table, most = 100): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  table.schema.columns.forEach((spec, i) => {
    if (spec.type !== "string" || table.batches.length === 0) return;
    const values = distinct(wholeColumn(table, i), most);
    if (values !== undefined && values.length > 0) found.set(spec.name, values);
  });
  return found;
}

/** Values of one column; undefined when there are too many. */
function distinct(column: Column, most: number): readonly string[] | undefined {
  if (column.type !== "string") return undefined;
  const { codes, words } = column;
  const perCode = new Uint32Array(words.length);
  let used = 0;
  for (let row = 0; row < column.length; row++) {
    if (column.nulls !== null && column.nulls[row] === 1) continue;
    const code = codes[row] ?? 0;
    const n = perCode[code] ?? 0;
    if (n === 0) used++;
    perCode[code] = n + 1;
    // A dictionary may repeat words, but not so often that this many codes are few values.
    if (used > most * 50) return undefined;
  }
  const counts = new Map<string, number>();
  for (let code = 0; code < words.length; code++) {
    const n = perCode[code] ?? 0;
    const word = words[code] ?? "";
    if (n === 0 || word === "") continue;
    if (word.length > LONGEST) return undefined;
    counts.set(word, (counts.get(word) ?? 0) + n);
    if (counts.size > most) return undefined;
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word);
}
