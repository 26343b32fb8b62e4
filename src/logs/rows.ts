/**
 * Rows as they were read, before anybody knows types: one dictionary of cells per column.
 * Readers write into it cell by cell; typing and mapping then work once per distinct cell instead of once per row.
 */
import type { Value } from "../table";
import { ownText } from "./window";

/** What kinds of cells a column has; bits. */
export const TEXT = 1, BOOL = 2, LONG = 4, REAL = 8, NESTED = 16;

/** Texts longer than this are not looked for in the dictionary: hashing them costs more than keeping them twice. */
const LONG_TEXT = 4096;
/** After so many distinct cells a column that hardly repeats stops looking for repetitions. */
const GIVE_UP = 8192;

/** One column of raw cells. Code 0 is the absent cell: the name was not there, or was null. */
export class RawColumn {
  /** Distinct cells by code; the first is null. A text may occur twice where looking for it did not pay. */
  readonly cells: Value[] = [null];
  /** Which kinds of cells there are. */
  kinds = 0;
  private codes: Uint32Array = new Uint32Array(64);
  private texts: Map<string, number> | undefined = new Map();
  private readonly numbers = new Map<string, number>();
  private readonly bools: [number, number] = [0, 0];
  /** The name in quotes, for readers that expect it again. */
  readonly quoted: string;

  /** `passing`: texts are pieces of one that is not kept, and are copied when they are. */
  constructor(readonly name: string, private readonly passing = false) {
    this.quoted = JSON.stringify(name);
  }

  text(row: number, text: string): void {
    const { texts } = this;
    if (texts === undefined || text.length > LONG_TEXT) return this.set(row, this.add(this.passing ? ownText(text) : text, TEXT));
    let code = texts.get(text);
    if (code === undefined) {
      if (this.passing) text = ownText(text);
      code = this.add(text, TEXT);
      texts.set(text, code);
      if (code > GIVE_UP && texts.size > 0.9 * row) this.texts = undefined;
    }
    this.set(row, code);
  }

  /** A number by its text; read by `decode` when the text is new. */
  number(row: number, literal: string, decode: (literal: string) => bigint | number): void {
    let code = this.numbers.get(literal);
    if (code === undefined) {
      const value = decode(literal);
      code = this.add(value, typeof value === "bigint" ? LONG : REAL);
      if (this.numbers.size < GIVE_UP) this.numbers.set(this.passing ? ownText(literal) : literal, code);
    }
    this.set(row, code);
  }

  bool(row: number, value: boolean): void {
    const i = value ? 1 : 0;
    let code = this.bools[i];
    if (code === 0) this.bools[i] = code = this.add(value, BOOL);
    this.set(row, code);
  }

  nested(row: number, value: Value): void {
    this.set(row, this.add(value, NESTED));
  }

  /** Any value, by its kind. */
  put(row: number, value: Value): void {
    if (value === null) this.set(row, 0);
    else if (typeof value === "string") this.text(row, value);
    else if (typeof value === "boolean") this.bool(row, value);
    else if (typeof value === "bigint" || typeof value === "number") {
      this.number(row, typeof value === "bigint" ? `${value}` : `r${value}`, () => value);
    } else this.nested(row, value);
  }

  /** Gives a row the cell that has this code. */
  set(row: number, code: number): void {
    if (row >= this.codes.length) {
      if (code === 0) return;
      const grown = new Uint32Array(Math.max(row + 1, this.codes.length * 2));
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[row] = code;
  }

  /** Adds a cell without a look whether it is there. */
  add(value: Value, kind: number): number {
    this.kinds |= kind;
    return this.cells.push(value) - 1;
  }

  code(row: number): number {
    return this.codes[row] ?? 0;
  }

  cell(row: number): Value {
    return this.cells[this.code(row)] ?? null;
  }

  /** Codes of the first `rows` rows. */
  take(rows: number): Uint32Array {
    if (this.codes.length === rows) return this.codes;
    if (this.codes.length > rows) return this.codes.slice(0, rows);
    const all = new Uint32Array(rows);
    all.set(this.codes);
    return all;
  }

  /** The same cells under another name. */
  named(name: string): RawColumn {
    return this.derive(name, this.cells, this.codes, this.kinds);
  }

  /** A column in which each distinct cell is replaced. Equal results share a code again: many events name few users. */
  mapped(name: string, rows: number, change: (cell: Value) => Value): RawColumn {
    const column = new RawColumn(name);
    const made = new Uint32Array(this.cells.length);
    const texts = new Map<string, number>();
    let looking = true;
    this.cells.forEach((cell, i) => {
      const value = change(cell);
      if (value === null) return;
      const text = looking && typeof value === "string" && value.length <= LONG_TEXT ? value : undefined;
      let code = text === undefined ? undefined : texts.get(text);
      if (code === undefined) {
        code = column.add(value, kindOfCell(value));
        if (text !== undefined) texts.set(text, code);
        // As in `text`: a column of nearly all different texts is not worth the looking.
        if (i === 1024 && texts.size > 900) looking = false;
      }
      made[i] = code;
    });
    const codes = this.take(rows).slice();
    for (let row = 0; row < rows; row++) codes[row] = made[codes[row] ?? 0] ?? 0;
    return column.withCodes(codes);
  }

  /** The same cells in other rows. */
  withCodes(codes: Uint32Array): RawColumn {
    return this.derive(this.name, this.cells, codes, this.kinds);
  }

  private derive(name: string, cells: readonly Value[], codes: Uint32Array, kinds: number): RawColumn {
    const column = new RawColumn(name);
    column.cells.length = 0;
    for (const cell of cells) column.cells.push(cell);
    column.codes = codes;
    column.kinds = kinds;
    return column;
  }
}

/** The kind bit of a cell; 0 for null. */
export function kindOfCell(value: Value): number {
  switch (typeof value) {
    case "string": return TEXT;
    case "boolean": return BOOL;
    case "bigint": return LONG;
    case "number": return REAL;
    default: return value === null ? 0 : NESTED;
  }
}

/** How many rows there may be, and whether their text stays. */
export interface RowsOptions {
  readonly maxColumns?: number;
  /** Columns times rows that we are ready to keep: keeps a text that invents a name per row from eating all memory. */
  readonly maxCells?: number;
  /** Texts of cells are pieces of one that is not kept. */
  readonly passing?: boolean;
}

/** Rows in the making. */
export class RawRows {
  readonly columns: RawColumn[] = [];
  /** Rows that are complete. */
  count = 0;
  /** Names that came when there was no room for more columns. */
  readonly refused = new Set<string>();
  private readonly byName = new Map<string, RawColumn>();

  private readonly maxColumns: number;
  private readonly maxCells: number;
  private readonly passing: boolean;

  constructor(options: RowsOptions = {}) {
    this.maxColumns = options.maxColumns ?? 4000;
    this.maxCells = options.maxCells ?? 400_000_000;
    this.passing = options.passing ?? false;
  }

  /** The column of a name, made when it is new; undefined when there is no room for another. */
  column(name: string): RawColumn | undefined {
    let column = this.byName.get(name);
    if (column !== undefined) return column;
    if (this.columns.length >= this.maxColumns || this.columns.length * this.count > this.maxCells) {
      if (this.refused.size < 100) this.refused.add(name);
      return undefined;
    }
    if (this.passing) name = ownText(name);
    column = new RawColumn(name, this.passing);
    this.byName.set(name, column);
    this.columns.push(column);
    return column;
  }

  find(name: string): RawColumn | undefined {
    return this.byName.get(name);
  }

  /** Takes back what was written of the row that is not complete yet. */
  undo(): void {
    for (const column of this.columns) column.set(this.count, 0);
  }

  /** Forgets columns that are of no row: what a wrapping object had beside its rows. */
  forgetFrom(first: number): void {
    for (const column of this.columns.splice(first)) this.byName.delete(column.name);
  }

  /** Puts a column in (or in the place of the one of its name). */
  replace(column: RawColumn): void {
    const at = this.columns.findIndex((c) => c.name === column.name);
    if (at < 0) this.columns.push(column);
    else this.columns[at] = column;
    this.byName.set(column.name, column);
  }

  /** The rows with these columns, and no others. */
  withColumns(columns: readonly RawColumn[]): RawRows {
    const rows = new RawRows({ maxColumns: this.maxColumns, maxCells: this.maxCells });
    rows.count = this.count;
    for (const column of columns) rows.replace(column);
    return rows;
  }

  /** Only the rows that are kept. */
  filter(keep: (row: number) => boolean): RawRows {
    const numbers: number[] = [];
    for (let i = 0; i < this.count; i++) if (keep(i)) numbers.push(i);
    const columns = this.columns.map((c) => c.withCodes(Uint32Array.from(numbers, (row) => c.code(row))));
    const rows = this.withColumns(columns);
    rows.count = numbers.length;
    return rows;
  }
}
