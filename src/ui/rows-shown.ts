/** Which rows of a finished table are on the screen, and in which order: filters, then a stable typed sort. No DOM. */
import { compare, gather, parseDatetime, parseTimespan, tableOfBatches, valueAt, wholeColumn } from "../table";
import type { Column, ScalarType, Table, Value } from "../table";
import type { SortBy, ViewState } from "./view-state";
import { valueText } from "./value-text";

/** Characters of a cell that filters look at. */
const SEARCHED = 50_000;

/** A table with rows numbered through its batches. */
export class TableRows {
  /** How many rows there are. */
  readonly count: number;
  private readonly starts: readonly number[];
  private readonly index: ReadonlyMap<string, number>;

  constructor(readonly table: Table) {
    const starts: number[] = [];
    let count = 0;
    for (const batch of table.batches) {
      starts.push(count);
      count += batch.length;
    }
    this.starts = starts;
    this.count = count;
    this.index = new Map(table.schema.columns.map((c, i) => [c.name, i]));
  }

  /** The number of a column by its name, or -1. */
  columnIndex(name: string): number {
    return this.index.get(name) ?? -1;
  }

  /** The value of a cell; null outside of the table. */
  value(row: number, column: number): Value {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    const data = this.table.batches[low]?.columns[column];
    const at = row - (this.starts[low] ?? 0);
    return data === undefined || at < 0 || at >= data.length ? null : valueAt(data, at);
  }
}

/** Numbers of the rows that pass the filters, in the order of the sort. */
export function rowsShown(
  rows: TableRows, view: Pick<ViewState, "sort" | "filter" | "filters" | "hidden">,
): Uint32Array {
  const keep = filterRows(rows, view);
  return sortRows(rows, keep, view.sort);
}

/** The table as shown, to be copied or saved: these rows, without the hidden columns. */
export function shownTable(rows: TableRows, shown: Uint32Array, hidden: ReadonlySet<string>): Table {
  const columns = rows.table.schema.columns.map((_, i) => i)
    .filter((i) => !hidden.has(rows.table.schema.columns[i]?.name ?? ""));
  const specs = columns.flatMap((i) => rows.table.schema.columns[i] ?? []);
  const data = columns.map((i) => gather(wholeColumn(rows.table, i), shown));
  return tableOfBatches({ columns: specs, open: false }, [{ length: shown.length, columns: data }]);
}

// ---- filters -------------------------------------------------------------------------------------------------------

type Test = (value: Value) => boolean;

/**
 * What a filter box means. `text` contains (case aside), `!text` does not contain, `=text` is, `!=text` is not, `=`
 * is empty, `!=` is not empty; `> >= < <=` compare numbers, times (`> 2026-05-01 10:00`) and spans by their type,
 * anything else as text.
 */
export function columnTest(text: string, type: ScalarType): Test {
  const written = text.trim();
  const signed = /^(<=|>=|<|>)\s*(.+)$/.exec(written);
  if (signed !== null) return comparison(signed[1] ?? "", signed[2] ?? "", type);
  if (written.startsWith("!=")) return not(equality(written.slice(2).trim()));
  if (written.startsWith("=")) return equality(written.replace(/^==?/, "").trim());
  if (written.startsWith("!") && written.length > 1) return not(containment(written.slice(1).trim()));
  return containment(written);
}

const not = (test: Test): Test => (value) => !test(value);

function isEmpty(value: Value): boolean {
  return value === null || value === "";
}

function containment(text: string): Test {
  const needle = text.toLowerCase();
  if (needle === "") return () => true;
  return (value) => value !== null && valueText(value, SEARCHED).text.toLowerCase().includes(needle);
}

function equality(text: string): Test {
  if (text === "") return isEmpty;
  const wanted = text.toLowerCase();
  return (value) => value !== null && valueText(value, SEARCHED).text.toLowerCase() === wanted;
}

function comparison(sign: string, text: string, type: ScalarType): Test {
  const holds = (order: number): boolean =>
    sign === "<" ? order < 0 : sign === "<=" ? order <= 0 : sign === ">" ? order > 0 : order >= 0;
  const time = parseDatetime(text);
  const span = parseTimespan(text);
  const number = Number(text);
  return (value) => {
    if (value === null) return false;
    if (typeof value === "number" || typeof value === "bigint") {
      return !Number.isNaN(number) && holds(Number(value) - number);
    }
    if (typeof value === "object" && "kind" in value) {
      if (value.kind === "datetime") {
        return time !== null && holds(value.ticks < time ? -1 : value.ticks > time ? 1 : 0);
      }
      if (value.kind === "timespan") {
        return span !== null && holds(value.ticks < span ? -1 : value.ticks > span ? 1 : 0);
      }
    }
    const shown = valueText(value, SEARCHED).text;
    const mayBeNumber = (type === "decimal" || type === "dynamic") && shown !== "" && !Number.isNaN(number);
    if (mayBeNumber && !Number.isNaN(Number(shown))) {
      return holds(Number(shown) - number);
    }
    const a = shown.toLowerCase();
    const b = text.toLowerCase();
    return holds(a < b ? -1 : a > b ? 1 : 0);
  };
}

function filterRows(rows: TableRows, view: Pick<ViewState, "filter" | "filters" | "hidden">): Uint32Array {
  const { columns } = rows.table.schema;
  const perColumn = [...view.filters].flatMap(([name, text]) => {
    const at = rows.columnIndex(name);
    const type = columns[at]?.type;
    return type === undefined || text.trim() === "" ? [] : [{ at, test: columnTest(text, type) }];
  });
  const anywhere = view.filter.trim() === "" ? null : containment(view.filter.trim());
  const searched = columns.map((_, i) => i).filter((i) => !view.hidden.has(columns[i]?.name ?? ""));
  const out = new Uint32Array(rows.count);
  let kept = 0;
  let start = 0;
  for (const batch of rows.table.batches) {
    const tests = perColumn.flatMap(({ at, test }) => {
      const column = batch.columns[at];
      return column === undefined ? [] : [rowTest(column, test)];
    });
    const any = anywhere === null ? null : searched.flatMap((i) => {
      const column = batch.columns[i];
      return column === undefined ? [] : [rowTest(column, anywhere)];
    });
    for (let row = 0; row < batch.length; row++) {
      if (tests.every((t) => t(row)) && (any === null || any.some((t) => t(row)))) out[kept++] = start + row;
    }
    start += batch.length;
  }
  return out.subarray(0, kept);
}

/** Asks once per distinct word where words are shared by many rows. */
function rowTest(column: Column, test: Test): (row: number) => boolean {
  if (column.type !== "string" && column.type !== "guid") return (row) => test(valueAt(column, row));
  const known = new Uint8Array(column.words.length);
  const { codes, words, nulls } = column;
  return (row) => {
    if (nulls !== null && nulls[row] === 1) return test(null);
    const code = codes[row] ?? 0;
    if (known[code] === 0) known[code] = test(words[code] ?? "") ? 1 : 2;
    return known[code] === 1;
  };
}

// ---- sort ----------------------------------------------------------------------------------------------------------

/** Sorts stably; nulls stand last whichever the direction. Keys of columns that are not there are passed over. */
function sortRows(rows: TableRows, shown: Uint32Array, sort: readonly SortBy[]): Uint32Array {
  const orders = sort.flatMap((key) => {
    const at = rows.columnIndex(key.column);
    return at < 0 ? [] : [orderOf(rows, at, key.descending)];
  });
  if (orders.length === 0) return shown;
  // Typed arrays sort stably, as arrays do (ECMAScript 2019 on).
  return shown.slice().sort((a, b) => {
    for (const order of orders) {
      const c = order(a, b);
      if (c !== 0) return c;
    }
    return a - b;
  });
}

/** The order of a column by row number: each distinct value is ranked once, so that comparing is subtracting. */
function orderOf(rows: TableRows, column: number, descending: boolean): (a: number, b: number) => number {
  const ranks = rankColumn(rows, column);
  return (a, b) => {
    const x = ranks[a] ?? 0;
    const y = ranks[b] ?? 0;
    if (x === y) return 0;
    if (x === NULL_RANK) return 1;
    if (y === NULL_RANK) return -1;
    return descending ? y - x : x - y;
  };
}

const NULL_RANK = -1;

function rankColumn(rows: TableRows, column: number): Float64Array {
  const ranks = new Float64Array(rows.count);
  const type = rows.table.schema.columns[column]?.type;
  let start = 0;
  if (type === "string" || type === "guid") {
    const words = new Set<string>();
    for (const batch of rows.table.batches) {
      const data = batch.columns[column];
      if (data?.type === "string" || data?.type === "guid") for (const word of data.words) words.add(word);
    }
    const rank = new Map([...words].sort(compareTexts).map((word, i) => [word, i]));
    for (const batch of rows.table.batches) {
      const data = batch.columns[column];
      if (data?.type === "string" || data?.type === "guid") {
        const byCode = data.words.map((word) => rank.get(word) ?? 0);
        for (let row = 0; row < data.length; row++) {
          ranks[start + row] = data.nulls?.[row] === 1 ? NULL_RANK : (byCode[data.codes[row] ?? 0] ?? 0);
        }
      }
      start += batch.length;
    }
    return ranks;
  }
  const values: Value[] = [];
  for (const batch of rows.table.batches) {
    const data = batch.columns[column];
    for (let row = 0; row < batch.length; row++) values.push(data === undefined ? null : valueAt(data, row));
  }
  const order = values.map((_, i) => i).filter((i) => values[i] !== null);
  order.sort((a, b) => compare(values[a] ?? null, values[b] ?? null));
  let rank = 0;
  order.forEach((row, i) => {
    const before = order[i - 1];
    if (before !== undefined && compare(values[before] ?? null, values[row] ?? null) !== 0) rank++;
    ranks[row] = rank;
  });
  values.forEach((value, row) => {
    if (value === null) ranks[row] = NULL_RANK;
  });
  return ranks;
}

/** As people sort names: case aside first, then by code unit so that the order is total. */
function compareTexts(a: string, b: string): number {
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : a > b ? 1 : 0;
}

// ---- columns -------------------------------------------------------------------------------------------------------

/**
 * Names of columns in which every row is null, an empty text, list or bag: logs have many, and they hide the others.
 */
export function emptyColumns(rows: TableRows): ReadonlySet<string> {
  return new Set(rows.table.schema.columns.flatMap(({ name }, i) =>
    rows.table.batches.every((batch) => {
      const data = batch.columns[i];
      if (data === undefined) return true;
      for (let row = 0; row < batch.length; row++) if (!saysNothing(valueAt(data, row))) return false;
      return true;
    }) ? [name] : []));
}

/** Null, and texts, lists and bags without anything in them. */
export function saysNothing(value: Value): boolean {
  if (value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return value instanceof Map && value.size === 0;
}

/**
 * A first width in pixels for a column, from its name and some sixty rows: wide enough to read, never the whole page.
 */
export function firstWidth(rows: TableRows, column: number): number {
  const spec = rows.table.schema.columns[column];
  let longest = 0;
  const step = Math.max(1, Math.floor(rows.count / 60));
  for (let row = 0; row < rows.count; row += step) {
    longest = Math.max(longest, valueText(rows.value(row, column), 60).text.length);
  }
  // 7 px per character of the interface font; the header holds its sort sign as well.
  return Math.round(Math.min(320, Math.max((spec?.name.length ?? 0) * 7.2 + 34, longest * 6.8 + 18, 56)));
}
