/** Pasted or stored text → a table: detects the format, dispatches, reports what it did. */
import { unhurried } from "../base";
import type { Pace } from "../base";
import { catalog as knownTables } from "../schema";
import type { Catalog } from "../schema";
import { UNIX_EPOCH } from "../table";
import type { Table } from "../table";
import { readCsvRows } from "./csv";
import { detect, readDirective } from "./detect";
import type { Detected } from "./detect";
import { openExports } from "./exports";
import { finish } from "./finish";
import type { LogFormat } from "./format-names";
import { beginning, ByteText } from "./bytes";
import type { Bytes, LoadProgress } from "./bytes";
import { readEventRows } from "./event-log";
import { readEventXml } from "./event-xml";
import { isEventLog } from "./evtx";
import { readJsonRows } from "./json";
import { readLines } from "./lines";
import { applyMapping, mappings } from "./mapping";
import type { Mapping } from "./mapping";
import { joinVariants, plainNames, unwrap } from "./names";
import { fits, presentNames, recognise } from "./recognise";
import type { Recognised } from "./recognise";
import { Report, excerpt } from "./report";
import type { LogFinding } from "./report";
import { RawRows } from "./rows";
import { Window } from "./window";
import type { Steps } from "./window";
import { flatEvents } from "./windows-event";
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
  /** Characters of the longest event (or line) that is read from bytes; 16 million by default. What is longer is told. */
  readonly longestEvent?: number;
  /** Told now and then how much of the bytes was read. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Ticks of the clock on the wall, for times that have no year; this machine's when absent. */
  readonly now?: bigint;
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
  readonly diagnostics: readonly LogFinding[];
}

/** Name of rows that are of no known table. */
export const UNKNOWN_TABLE = "Sample";

const wallTicks = (): bigint => UNIX_EPOCH + BigInt(Date.now()) * 10_000n;

/** Rows that are read when nobody says how many. */
const MAX_ROWS = 5_000_000;

/** Bytes of texts that are read in one piece: as fast, and nothing has to be copied. */
const WHOLE = 8 << 20;
/** Bytes from which an event log is told: its header, and the mark of the first chunk. */
const EVENT_LOG_HEAD = 4096 + 8;
/** Characters from which the format is told. */
const HEAD = 1 << 20;

/**
 * Reads log text into a table. Never fails on what the text holds: what cannot be read is told in `diagnostics`, with
 * the line, and the rest loads. Pauses by `pace`, which alone may end it early (by throwing `Stopped`).
 * Bytes are read as they come: of a long file some megabytes are in memory at a time, and the columns.
 */
export async function readLogs(source: string | Bytes, options: ReadOptions = {}): Promise<ReadLogs> {
  const pace = options.pace ?? unhurried();
  if (typeof source !== "string") {
    const { head, whole } = await beginning(source, EVENT_LOG_HEAD);
    if (isEventLog(head)) return readBinary(whole, options, pace);
    source = whole;
  }
  const texts = typeof source === "string" ? undefined : new ByteText(source, options.onProgress);
  try {
    const window = texts === undefined ? new Window(source as string) : await firstWindow(texts, (source as Bytes).size, options);
    const steps = reading(window, options);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (step.value === "more" && texts !== undefined) window.append(await texts.piece(), !texts.ended);
      await pace.breathe();
    }
  } finally {
    await texts?.close();
  }
}

/** A binary event log, chunk by chunk. */
async function readBinary(file: Bytes, options: ReadOptions, pace: Pace): Promise<ReadLogs> {
  const { onProgress } = options;
  const report = new Report(new Window(""));
  const raw = await readEventRows(file, report, options.maxRows ?? MAX_ROWS, { pace, ...(onProgress === undefined ? {} : { onProgress }) });
  const steps = settling(raw, report, { ...options, format: "evtx" }, false);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pace.breathe();
  }
}

/** The beginning of a text, long enough to tell its format; all of a short one. */
async function firstWindow(texts: ByteText, size: number, options: ReadOptions): Promise<Window> {
  const window = new Window("", true, size, options.longestEvent);
  do window.append(await texts.piece(), !texts.ended); while (!texts.ended && (size <= WHOLE || window.length < HEAD));
  return window;
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
  const report = new Report(window);
  const directive = readDirective(head);
  const detected = detect(head, directive?.end ?? 0, options.format);
  while ("from" in detected && window.more && window.length < detected.from) yield "more";
  const raw = yield* readRows(window, detected, report, options.maxRows ?? MAX_ROWS, options.now ?? wallTicks());
  const table = options.table ?? directive?.table;
  const map = options.map ?? directive?.map ?? true;
  const format = formatOf(detected, options.format);
  const untyped = detected.kind === "csv" || detected.kind === "xml" || (detected.kind === "lines" && detected.lines.untyped);
  return yield* settling(raw, report, { ...options, ...(table === undefined ? {} : { table }), map, format }, untyped);
}

/** Rows as they were read → the table. `untyped`: the source has only text. */
function* settling(raw: RawRows, report: Report, options: ReadOptions & { readonly format: LogFormat }, untyped: boolean): Steps<ReadLogs> {
  const catalog = options.catalog ?? knownTables;
  for (const name of raw.refused) {
    report.whole("warning", "logs-too-many-columns", `There is no room for more columns: '${excerpt(name)}' was left out.`);
  }
  const { table: wanted, map = true } = options;
  const opened = unwrap(openExports(raw, report), report);
  yield;
  const named = map ? plainNames(flatEvents(opened), report) : opened;
  const shaped = shape(named, map, wanted, options.format, catalog, report);
  yield;
  const known = shaped.mapping === "none" && wanted === undefined ? undefined : catalog.table(shaped.name);
  const joined = map && known !== undefined ? joinVariants(shaped.rows, known.schema) : shaped.rows;
  const finished = yield* finish(joined, { known: map ? known : undefined, name: shaped.name, untyped, report });
  return {
    table: finished.table,
    name: shaped.name,
    format: options.format,
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
  if (detected.kind === "lines") return detected.lines.format;
  if (detected.kind === "xml") return "xml";
  return said ?? "text";
}

function* readRows(window: Window, detected: Detected, report: Report, maxRows: number, now: bigint): Steps<RawRows> {
  switch (detected.kind) {
    case "json":
      return yield* readJsonRows(window, detected.from, report, maxRows);
    case "csv":
      return yield* readCsvRows(window, detected.from, detected.delimiter, report, maxRows);
    case "xml":
      return yield* readEventXml(window, detected.from, report, maxRows);
    case "lines":
      return yield* readLines(window, detected.from, report, maxRows, detected.lines, now);
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
