/** Raw rows → the typed table: every column of a known table, then what the sample has besides. */
import { TIME_COLUMNS } from "../schema";
import type { KnownTable } from "../schema";
import { nullColumn } from "../table";
import type { Column, ColumnSpec, ScalarType, Table } from "../table";
import { inferType, typeColumn } from "./infer";
import type { TypedColumn } from "./infer";
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawColumn } from "./rows";
import type { RawRows } from "./rows";
import { newestOf } from "./values";
import type { Steps } from "./window";

/** What {@link finish} needs to know. */
export interface FinishOptions {
  /** The table whose columns and types hold; undefined for rows of unknown shape. */
  readonly known: KnownTable | undefined;
  readonly name: string;
  /** Whether the source has only text. */
  readonly untyped: boolean;
  readonly report: Report;
}

export interface Finished {
  readonly table: Table;
  readonly timeColumn?: string;
  readonly newest?: bigint;
}

/** Columns that stand in for TimeGenerated in rows that were exported without it, best first. */
const STAND_INS = ["Timestamp", "CreatedDateTime", "ActivityDateTime", "EventTime", "StartTime", "TimeCreatedUtc"];

/** Types all columns; yields between them. */
export function* finish(rows: RawRows, options: FinishOptions): Steps<Finished> {
  const { known, report, untyped } = options;
  const specs: ColumnSpec[] = [];
  const columns: Column[] = [];
  const add = (spec: ColumnSpec, column: Column): void => {
    specs.push(spec);
    columns.push(column);
  };
  // A wide table has hundreds of columns that a sample lacks: one empty column per type serves them all.
  const absent = new Map<ScalarType, Column>();
  const nothing = (type: ScalarType): Column => {
    let column = absent.get(type);
    if (column === undefined) absent.set(type, column = nullColumn(type, rows.count));
    return column;
  };
  const typed = new Set<string>();
  if (known !== undefined) fillIn(rows, known, report);
  for (const spec of known?.schema.columns ?? []) {
    const raw = rows.find(spec.name);
    typed.add(spec.name);
    if (raw === undefined) {
      add(spec, nothing(spec.type));
      continue;
    }
    const made = typeColumn(raw, spec.type, rows.count, untyped);
    tell(spec, made, report);
    add(spec, made.column);
    yield;
  }
  for (const raw of rows.columns) {
    // `$table` says only what the rows are; no query could name it.
    if (typed.has(raw.name) || (known !== undefined && raw.name === "$table")) continue;
    const type = inferType(raw, untyped);
    const made = typeColumn(raw, type, rows.count, untyped);
    tell({ name: raw.name, type }, made, report);
    add({ name: raw.name, type }, made.column);
    yield;
  }
  const schema = { columns: specs, open: known?.schema.open ?? false };
  const table: Table = { schema, batches: rows.count === 0 ? [] : [{ length: rows.count, columns }] };
  const timeColumn = timeColumnOf(specs, columns, known !== undefined);
  const newest = timeColumn === undefined ? undefined : newestOf(table, timeColumn);
  return { table, ...(timeColumn === undefined ? {} : { timeColumn }), ...(newest === undefined ? {} : { newest }) };
}

/**
 * The best-named datetime column that holds anything; in unknown rows else any datetime column that does. In a table we
 * know, other datetimes are about something else (when a session began).
 */
function timeColumnOf(specs: readonly ColumnSpec[], columns: readonly Column[], known: boolean): string | undefined {
  const holds = specs.filter((spec, i) => {
    const column = columns[i];
    return spec.type === "datetime" && column !== undefined && (column.nulls === null || column.nulls.includes(0));
  });
  for (const name of [...TIME_COLUMNS, ...STAND_INS]) if (holds.some((spec) => spec.name === name)) return name;
  return known ? undefined : holds[0]?.name;
}

/** What every row of a table has, and exports may lack: its time and its name. */
function fillIn(rows: RawRows, known: KnownTable, report: Report): void {
  if (rows.count === 0) return;
  const has = (name: string) => known.schema.columns.some((column) => column.name === name);
  const empty = (name: string) => isEmpty(rows.find(name));
  if (has("Type") && empty("Type")) {
    const type = new RawColumn("Type");
    for (let row = 0; row < rows.count; row++) type.text(row, known.name);
    rows.replace(type);
  }
  if (has("TimeGenerated") && empty("TimeGenerated")) {
    const name = STAND_INS.find((n) => !empty(n));
    const from = name === undefined ? undefined : rows.find(name);
    if (from !== undefined) {
      rows.replace(from.named("TimeGenerated"));
      if (name !== "Timestamp") {
        report.whole("info", "logs-time-stand-in", `These rows have no TimeGenerated; it was taken from ${from.name}.`);
      }
    }
  }
  if (known.family === "defender" && has("Timestamp") && empty("Timestamp")) {
    const from = rows.find("TimeGenerated");
    if (from !== undefined) rows.replace(from.named("Timestamp"));
  }
}

function isEmpty(column: RawColumn | undefined): boolean {
  return column === undefined || !column.words.isFilled;
}

function tell(spec: ColumnSpec, made: TypedColumn, report: Report): void {
  const name = excerpt(spec.name);
  if (made.misfits > 0) {
    const cells = made.misfits === 1 ? "1 cell" : `${made.misfits} cells`;
    const first = excerpt(made.example ?? "");
    report.whole("warning", "logs-misfit", `${cells} of ${name} cannot be read as ${spec.type} (first: '${first}'); they are null.`);
  }
  switch (made.order) {
    case "day-first":
      report.whole("info", "logs-date-order", `Dates of ${name} are written day first; they are read so.`);
      break;
    case "unclear":
      report.whole("info", "logs-date-order", `Dates of ${name} may be day or month first; they are read month first.`);
      break;
    case "mixed":
      report.whole("warning", "logs-date-order", `Dates of ${name} are written day first in some rows and month first in others; unclear ones are read month first.`);
      break;
    default:
  }
}
