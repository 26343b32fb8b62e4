/** Pasted or stored text → a table: detects the format, dispatches, reports what it did. */
import { unhurried } from "../base";
import type { Diagnostic, Pace } from "../base";
import { catalog as knownTables } from "../schema";
import type { Catalog } from "../schema";
import type { Table } from "../table";
import { readCsvRows } from "./csv";
import { detect, readDirective } from "./detect";
import type { Detected, LogFormat } from "./detect";
import { finish } from "./finish";
import { readJsonRows } from "./json";
import { applyMapping, mappings } from "./mapping";
import type { Mapping } from "./mapping";
import { joinVariants, plainNames, unwrap } from "./names";
import { fits, presentNames, recognise } from "./recognise";
import type { Recognised } from "./recognise";
import { Report, excerpt } from "./report";
import { RawRows } from "./rows";
import { isWindows, securityCount, WINDOWS_TABLES, windowsRows } from "./windows";

export interface ReadOptions {
  /** The format, when the user said it. */
  readonly format?: LogFormat;
  /** The table these rows are (`AWSCloudTrail`), when the user or the note said it. Otherwise it is guessed. */
  readonly table?: string;
  /** False: rows stay as they are (no vendor mapping, no schema types). */
  readonly map?: boolean;
  readonly pace?: Pace;
  /** Rows after which reading stops, told by a diagnostic. */
  readonly maxRows?: number;
  /** Known tables; those that ship with the plugin when absent. */
  readonly catalog?: Catalog;
}

export interface ReadLogs {
  readonly table: Table;
  /** The name under which a query finds the rows: a known table, or "Sample". */
  readonly name: string;
  readonly format: LogFormat;
  /** How rows became the table: `ingested` as they were, `cloudtrail` etc. by a mapping, `none` for an unknown shape. */
  readonly mapping: string;
  /** Other tables that the rows could be, best first. */
  readonly candidates: readonly string[];
  readonly rows: number;
  /** Newest time in the rows' time column, in ticks; undefined when there is none. */
  readonly newest?: bigint;
  /** The column that `newest` is of. */
  readonly timeColumn?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Name of rows that are of no known table. */
export const UNKNOWN_TABLE = "Sample";

/** Rows that are read when nobody says how many. */
const MAX_ROWS = 5_000_000;

/**
 * Reads log text into a table. Never fails on what the text holds: what cannot be read is told in `diagnostics`, with
 * the line, and the rest loads. Pauses by `pace`, which alone may end it early (by throwing `Stopped`).
 */
export async function readLogs(text: string, options: ReadOptions = {}): Promise<ReadLogs> {
  const pace = options.pace ?? unhurried();
  const steps = reading(text, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pace.breathe();
  }
}

/** The same at once, without pauses: for short texts and tests. */
export function readLogsNow(text: string, options: ReadOptions = {}): ReadLogs {
  const steps = reading(text, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** All the work, in steps of a few milliseconds. */
function* reading(text: string, options: ReadOptions): Generator<void, ReadLogs> {
  const catalog = options.catalog ?? knownTables;
  const report = new Report(text);
  const directive = readDirective(text);
  const detected = detect(text, directive?.end ?? 0, options.format);
  const raw = yield* readRows(text, detected, report, options.maxRows ?? MAX_ROWS);
  for (const name of raw.refused) {
    report.whole("warning", "logs-too-many-columns", `There is no room for more columns: '${excerpt(name)}' was left out.`);
  }
  const wanted = options.table ?? directive?.table;
  const map = options.map ?? directive?.map ?? true;
  const untyped = detected.kind === "csv";
  const opened = unwrap(raw, report);
  yield;
  const named = map ? plainNames(opened, report) : opened;
  const shaped = shape(named, map, wanted, catalog, report);
  yield;
  const known = shaped.mapping === "none" && wanted === undefined ? undefined : catalog.table(shaped.name);
  const joined = map && known !== undefined ? joinVariants(shaped.rows, known.schema) : shaped.rows;
  const finished = yield* finish(joined, { known: map ? known : undefined, name: shaped.name, untyped, report });
  return {
    table: finished.table,
    name: shaped.name,
    format: formatOf(detected, options.format),
    mapping: shaped.mapping,
    candidates: shaped.candidates,
    rows: joined.count,
    ...(finished.newest === undefined ? {} : { newest: finished.newest }),
    ...(finished.timeColumn === undefined ? {} : { timeColumn: finished.timeColumn }),
    diagnostics: report.diagnostics(),
  };
}

function formatOf(detected: Detected, said: LogFormat | undefined): LogFormat {
  if (detected.kind === "json" || detected.kind === "csv") return detected.format;
  return said ?? "text";
}

function* readRows(text: string, detected: Detected, report: Report, maxRows: number): Generator<void, RawRows> {
  switch (detected.kind) {
    case "json":
      return yield* readJsonRows(text, detected.from, report, maxRows);
    case "csv":
      return yield* readCsvRows(text, detected.from, detected.delimiter, report, maxRows);
    case "lines":
      return yield* readLines(text, detected.from, report, maxRows);
    case "binary":
      report.whole("error", "logs-binary", `This is ${detected.what}.`);
      return new RawRows();
    case "empty":
      report.whole("warning", "logs-empty", "There is nothing here to read.");
      return new RawRows();
    default:
      return detected satisfies never;
  }
}

/** Lines of no known format: one row each. */
function* readLines(text: string, from: number, report: Report, maxRows: number): Generator<void, RawRows> {
  report.whole("warning", "logs-no-format", "These lines are neither JSON nor a table with a header; each became a row with the one column RawData.");
  const rows = new RawRows();
  const column = rows.column("RawData");
  for (let at = from; at < text.length;) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const line = text.slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    at = end + 1;
    if (line.trim() === "") continue;
    if (rows.count >= maxRows) {
      report.at("warning", "logs-row-limit", `only the first ${maxRows} lines were read: that is the limit.`, at);
      break;
    }
    column?.text(rows.count++, line);
    if (rows.count % 4096 === 0) yield;
  }
  return rows;
}

interface Shaped {
  readonly rows: RawRows;
  readonly name: string;
  readonly mapping: string;
  readonly candidates: readonly string[];
}

/** Decides what the rows are, and makes them that. */
function shape(rows: RawRows, map: boolean, wanted: string | undefined, catalog: Catalog, report: Report): Shaped {
  if (!map) return { rows, name: wanted ?? UNKNOWN_TABLE, mapping: "none", candidates: recognise(rows, catalog).candidates };
  if (wanted !== undefined) return shapeAs(rows, wanted, catalog, report);
  const seen = recognise(rows, catalog);
  switch (seen.kind) {
    case "ingested": return { rows, name: seen.table, mapping: "ingested", candidates: seen.candidates };
    case "mapped": return mapped(rows, seen.mapping, seen.candidates, catalog, report);
    case "windows": {
      const table = securityCount(rows) * 2 >= rows.count ? "SecurityEvent" : "Event";
      return windows(rows, table, catalog, report);
    }
    case "none": return { rows, name: UNKNOWN_TABLE, mapping: "none", candidates: seen.candidates };
    default: return seen satisfies never;
  }
}

/** Rows as the table that the user named. */
function shapeAs(rows: RawRows, wanted: string, catalog: Catalog, report: Report): Shaped {
  const known = catalog.table(wanted);
  if (known === undefined) {
    const near = catalog.near(wanted);
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    report.whole("info", "logs-unknown-table", `'${excerpt(wanted)}' is not among the known tables; its columns are those of the sample.${meant}`);
    return { rows, name: wanted, mapping: "none", candidates: near === undefined ? [] : [near] };
  }
  const present = presentNames(rows);
  const mapping = mappings().find((m) => m.table === wanted && fits(m, rows, present));
  if (mapping !== undefined) return mapped(rows, mapping, [], catalog, report);
  if (WINDOWS_TABLES.includes(wanted) && isWindows(present)) return windows(rows, wanted, catalog, report);
  const hits = known.schema.columns.filter((column) => rows.find(column.name) !== undefined).length;
  const seen: Recognised = recognise(rows, catalog);
  if (hits === 0 && rows.count > 0) {
    report.whole("warning", "logs-other-shape", `None of the columns of ${wanted} is in these rows${says(seen)}.`);
  }
  const other = seen.kind === "ingested" ? [seen.table, ...seen.candidates] : seen.kind === "mapped" ? [seen.mapping.table] : seen.candidates;
  return { rows, name: wanted, mapping: "ingested", candidates: other.filter((name) => name !== wanted) };
}

function says(seen: Recognised): string {
  if (seen.kind === "mapped") return `; they look like ${seen.mapping.title} (${seen.mapping.table})`;
  if (seen.kind === "ingested") return `; they look like rows of ${seen.table}`;
  return seen.kind === "windows" ? "; they look like Windows events" : "";
}

function mapped(rows: RawRows, mapping: Mapping, candidates: readonly string[], catalog: Catalog, report: Report): Shaped {
  const { rows: made, unused } = applyMapping(rows, mapping, catalog.table(mapping.table)?.schema);
  if (unused.length > 0) {
    const shown = unused.slice(0, 8).map((name) => excerpt(name, 30)).join(", ");
    const more = unused.length > 8 ? ` and ${unused.length - 8} more` : "";
    report.whole("info", "logs-unused-fields", `${mapping.table} has no column for ${shown}${more}; they are left out.`);
  }
  return { rows: made, name: mapping.table, mapping: mapping.id, candidates };
}

function windows(rows: RawRows, table: string, catalog: Catalog, report: Report): Shaped {
  const schema = catalog.table(table)?.schema ?? { columns: [], open: true };
  const { rows: made, left } = windowsRows(rows, table, schema);
  if (left > 0) {
    const other = table === "SecurityEvent" ? "of other channels: they would be in Event" : "of the Security channel: they would be in SecurityEvent";
    report.whole("info", "logs-other-channels", `${left} of ${rows.count} events are ${other}. WindowsEvent takes all.`);
  }
  return { rows: made, name: table, mapping: "windows-events", candidates: WINDOWS_TABLES.filter((name) => name !== table) };
}
