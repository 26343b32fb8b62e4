/**
 * Rows as they were read, before anybody knows types: one dictionary of cells per column.
 * Readers write into it cell by cell; typing and mapping then work once per distinct cell instead of once per row.
 */
import { writeJson } from "../base";
import type { Value } from "../table";
import { ownText } from "./window";
import { BOOL, LONG, NESTED, REAL, TEXT, Words } from "./words";
import type { Form } from "./words";

/** Cells that are made one by one, before all of a column are. */
const FEW_LOOKS = 1024;

/** One column of raw cells. Code 0 is the absent cell: the name was not there, or was null. */
export class RawColumn {
  private codes: Uint32Array = new Uint32Array(64);
  private readonly bools: [number, number] = [0, 0];
  private looks = 0;
  /** The name in quotes, for readers that expect it again. */
  readonly quoted: Uint16Array;

  /** `passing`: texts are pieces of one that is not kept, and are copied when they are. `words`: the distinct cells. */
  constructor(readonly name: string, passing = false, readonly words = new Words(passing)) {
    const quoted = JSON.stringify(name);
    this.quoted = Uint16Array.from({ length: quoted.length }, (_, i) => quoted.charCodeAt(i));
  }

  /** Which kinds of cells there are. */
  get kinds(): number {
    return this.words.kinds;
  }

  /** Distinct cells by code; the first is null. A text may occur twice where looking for it did not pay. */
  get cells(): readonly Value[] {
    return this.words.all();
  }

  text(row: number, text: string): void {
    this.set(row, this.words.text(text));
  }

  /** A number by its text, as JSON writes it. */
  number(row: number, literal: string): void {
    this.set(row, this.words.number(literal));
  }

  /** A text, number or nested value by its characters and their hash. */
  units(row: number, units: Uint16Array, from: number, to: number, form: Form, hash: number): void {
    this.set(row, this.words.code(units, from, to, hash, form));
  }

  bool(row: number, value: boolean): void {
    const i = value ? 1 : 0;
    let code = this.bools[i];
    if (code === 0) this.bools[i] = code = this.words.add(value, BOOL);
    this.set(row, code);
  }

  nested(row: number, value: Value): void {
    this.set(row, this.words.add(value, NESTED));
  }

  /** Any value, by its kind. */
  put(row: number, value: Value): void {
    switch (typeof value) {
      case "string": return this.text(row, value);
      case "boolean": return this.bool(row, value);
      case "bigint": return this.number(row, `${value}`);
      case "number": return Number.isFinite(value) ? this.number(row, writeJson(value)) : this.set(row, this.words.add(value, REAL));
      default: return value === null ? this.set(row, 0) : this.nested(row, value);
    }
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

  code(row: number): number {
    return this.codes[row] ?? 0;
  }

  cell(row: number): Value {
    // One who looks at a few rows does not make all cells.
    return this.looks++ < FEW_LOOKS ? this.words.one(this.code(row)) : (this.cells[this.code(row)] ?? null);
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
    return this.derive(name, this.codes);
  }

  /** The same cells in other rows. */
  withCodes(codes: Uint32Array): RawColumn {
    return this.derive(this.name, codes);
  }

  /** A column in which each distinct cell is replaced. */
  mapped(name: string, rows: number, change: (cell: Value) => Value): RawColumn {
    return this.mappedAll(rows, [{ name, change }])[0]!;
  }

  /**
   * Columns in which each distinct cell is replaced, one per change. Equal results share a code again: many events name
   * few users. Cells that are kept as text are read once, and not kept.
   */
  mappedAll(rows: number, changes: readonly { readonly name: string; readonly change: (cell: Value) => Value }[]): RawColumn[] {
    // What comes of a cell may be a piece of a text that holds many.
    const columns = changes.map(({ name }) => new RawColumn(name, true));
    const made = changes.map(() => new Uint32Array(this.words.count));
    this.words.each((cell, code) => {
      for (let i = 0; i < changes.length; i++) {
        const value = changes[i]!.change(cell);
        const { words } = columns[i]!;
        if (value !== null) made[i]![code] = typeof value === "string" ? words.text(value) : words.add(value, kindOfCell(value));
      }
    });
    return columns.map((column, i) => {
      const codes = this.take(rows).slice();
      const own = made[i]!;
      for (let row = 0; row < rows; row++) codes[row] = own[codes[row]!]!;
      return column.withCodes(codes);
    });
  }

  private derive(name: string, codes: Uint32Array): RawColumn {
    const column = new RawColumn(name, false, this.words);
    column.codes = codes;
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
