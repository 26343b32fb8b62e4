/** Pasted or stored text → a table: detects the format, dispatches, reports what it did. */
import { unhurried } from "../base";
import { catalog as knownTables } from "../schema";
import type { Catalog } from "../schema";
import type { Table } from "../table";
import type { Bytes } from "./bytes";
import { openExports } from "./exports";
import { finish } from "./finish";
import type { LogFormat } from "./format-names";
import { applyMapping, mappings } from "./mapping";
import type { Mapping } from "./mapping";
import { joinVariants, plainNames, unwrap } from "./names";
import { fits, presentNames, recognise } from "./recognise";
import type { Recognised } from "./recognise";
import { excerpt } from "./report";
import type { LogFinding, Report } from "./report";
import type { RawRows } from "./rows";
import { readText, rowsOf } from "./sources";
import type { ReadOptions, Rows } from "./sources";
import { Window } from "./window";
import type { Steps } from "./window";
import { flatEvents } from "./windows-event";
import { isWindows, securityCount, WINDOWS_TABLES, windowsRows } from "./windows";

export type { ReadOptions } from "./sources";

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
  readonly diagnostics: readonly LogFinding[];
}

/** Name of rows that are of no known table. */
export const UNKNOWN_TABLE = "Sample";

/**
 * Reads log text into a table. Never fails on what the text holds: what cannot be read is told in `diagnostics`, with
 * the line, and the rest loads. Pauses by `pace`, which alone may end it early (by throwing `Stopped`).
 * Bytes are read as they come: of a long file some megabytes are in memory at a time, and the columns.
 */
export async function readLogs(source: string | Bytes, options: ReadOptions = {}): Promise<ReadLogs> {
  const pace = options.pace ?? unhurried();
  const raw = await rowsOf(source, options, pace);
  const steps = settling(raw, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pace.breathe();
  }
}

/** The same at once, without pauses: for short texts and tests. */
export function readLogsNow(text: string, options: ReadOptions = {}): ReadLogs {
  const steps = reading(new Window(text), options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, for a text that comes in pieces of which each is known: what {@link readLogs} does with bytes. */
export function readPieces(pieces: Iterable<string>, options: ReadOptions = {}): ReadLogs {
  const all = [...pieces];
  const window = new Window(all[0] ?? "", all.length > 1, all.reduce((n, piece) => n + piece.length, 0), options.longestEvent);
  // A format is told from more than a piece may hold.
  const steps = reading(window, options, all.join(""));
  for (let i = 1;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value === "more") window.append(all[i] ?? "", ++i < all.length);
  }
}

/** All the work, in steps of a few milliseconds. `head`: the beginning of the text, from which its format is told. */
function* reading(window: Window, options: ReadOptions, head = window.text): Steps<ReadLogs> {
  return yield* settling(yield* readText(window, options, head), options);
}

/** Rows as they were read → the table. */
function* settling(read: Rows, options: ReadOptions): Steps<ReadLogs> {
  const catalog = options.catalog ?? knownTables;
  const { rows: raw, report, format, untyped } = read;
  for (const name of raw.refused) {
    report.whole("warning", "logs-too-many-columns", `There is no room for more columns: '${excerpt(name)}' was left out.`);
  }
  const wanted = options.table ?? read.directive?.table;
  const map = options.map ?? read.directive?.map ?? true;
  const opened = unwrap(openExports(raw, report), report);
  yield;
  const named = map ? plainNames(flatEvents(opened), report) : opened;
  const shaped = shape(named, map, wanted, format, catalog, report);
  yield;
  const known = shaped.mapping === "none" && wanted === undefined ? undefined : catalog.table(shaped.name);
  const joined = map && known !== undefined ? joinVariants(shaped.rows, known.schema) : shaped.rows;
  const finished = yield* finish(joined, { known: map ? known : undefined, name: shaped.name, untyped, report });
  return {
    table: finished.table,
    name: shaped.name,
    format,
    mapping: shaped.mapping,
    candidates: shaped.candidates,
    rows: joined.count,
    ...(finished.newest === undefined ? {} : { newest: finished.newest }),
    ...(finished.timeColumn === undefined ? {} : { timeColumn: finished.timeColumn }),
    diagnostics: [...read.before, ...report.diagnostics()],
  };
}

interface Shaped {
  readonly rows: RawRows;
  readonly name: string;
  readonly mapping: string;
  readonly candidates: readonly string[];
}

/** Decides what the rows are, and makes them that. */
function shape(
  rows: RawRows, map: boolean, wanted: string | undefined, format: LogFormat, catalog: Catalog, report: Report,
): Shaped {
  if (!map) return { rows, name: wanted ?? UNKNOWN_TABLE, mapping: "none", candidates: recognise(rows, catalog, format).candidates };
  if (wanted !== undefined) return shapeAs(rows, wanted, format, catalog, report);
  const seen = recognise(rows, catalog, format);
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
function shapeAs(rows: RawRows, wanted: string, format: LogFormat, catalog: Catalog, report: Report): Shaped {
  const known = catalog.table(wanted);
  if (known === undefined) {
    const near = catalog.near(wanted);
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    report.whole("info", "logs-unknown-table", `'${excerpt(wanted)}' is not among the known tables; its columns are those of the sample.${meant}`);
    return { rows, name: wanted, mapping: "none", candidates: near === undefined ? [] : [near] };
  }
  const present = presentNames(rows);
  const mapping = mappings().find((m) => m.table === wanted && fits(m, rows, present, format));
  if (mapping !== undefined) return mapped(rows, mapping, [], catalog, report);
  if (WINDOWS_TABLES.includes(wanted) && isWindows(present)) return windows(rows, wanted, catalog, report);
  const hits = known.schema.columns.filter((column) => rows.find(column.name) !== undefined).length;
  const seen: Recognised = recognise(rows, catalog, format);
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
