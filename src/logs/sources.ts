/**
 * A text or a file → rows as they were read, with what was found on the way. A file may be text, a binary event log, Parquet,
 * or packed: gzip of any of them, or a ZIP archive of several, whose rows come one after the other.
 */
import type { Pace } from "../base";
import type { Catalog } from "../schema";
import { UNIX_EPOCH } from "../table";
import { beginning, ByteText, piecesOf } from "./bytes";
import type { Bytes, LoadProgress } from "./bytes";
import { readCsvRows } from "./csv";
import { detect, readDirective } from "./detect";
import type { Detected, Directive } from "./detect";
import { readEventRows } from "./event-log";
import { readEventXml } from "./event-xml";
import { isEventLog } from "./evtx";
import type { LogFormat } from "./format-names";
import { readJsonRows } from "./json";
import { readLines } from "./lines";
import { bytesOf, gathered, isGzip, isZip, MOST_UNPACKED, sizeOf, unpacked } from "./packed";
import type { Budget } from "./packed";
import { isParquet, readParquet } from "./parquet";
import { excerpt, Report } from "./report";
import type { LogFinding } from "./report";
import { RawRows } from "./rows";
import { Window } from "./window";
import type { Steps } from "./window";
import { entriesOf } from "./zip";

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
  /** Bytes that packed files may become in all; 4 GB by default. What is left out is told. */
  readonly maxUnpacked?: number;
  /** Known tables; those that ship with the plugin when absent. */
  readonly catalog?: Catalog;
}

/** What was read of a source. */
export interface Rows {
  readonly rows: RawRows;
  /** Takes what is found while the rows become a table. */
  readonly report: Report;
  readonly format: LogFormat;
  /** Whether the source has only text. */
  readonly untyped: boolean;
  readonly directive?: Directive;
  /** What was found before the report's own findings: about packed files, and about others of an archive. */
  readonly before: readonly LogFinding[];
}

const wallTicks = (): bigint => UNIX_EPOCH + BigInt(Date.now()) * 10_000n;

/** Rows that are read when nobody says how many. */
const MAX_ROWS = 5_000_000;

/** Bytes of texts that are read in one piece: as fast, and nothing has to be copied. */
const WHOLE = 8 << 20;
/** Bytes from which an event log is told: its header, and the mark of the first chunk. */
const EVENT_LOG_HEAD = 4096 + 8;
/** Characters from which the format is told. */
const HEAD = 1 << 20;
/** Packed files inside of packed files that are opened. */
const MOST_LAYERS = 4;
/** Bytes of a file that has to be in memory as a whole, for its parts cannot be asked for. */
const MOST_HELD = 512 << 20;

/** Reads a source into rows, in pieces and with pauses. */
export async function rowsOf(source: string | Bytes, options: ReadOptions, pace: Pace): Promise<Rows> {
  if (typeof source === "string") return drive(readText(new Window(source), options), pace);
  const most = options.maxUnpacked ?? MOST_UNPACKED;
  return fileRows(source, options, { pace, budget: { left: most, most }, layer: 0 });
}

/** What goes along into packed files. */
interface Way {
  readonly pace: Pace;
  readonly budget: Budget;
  readonly layer: number;
}

async function fileRows(file: Bytes, options: ReadOptions, way: Way): Promise<Rows> {
  const { head, whole } = await beginning(file, EVENT_LOG_HEAD);
  const { pace } = way;
  const { onProgress } = options;
  if ((isGzip(head) || isZip(head)) && way.layer < MOST_LAYERS) {
    const inside = { ...way, layer: way.layer + 1 };
    if (isZip(head)) return archiveRows(whole, options, inside);
    const found: LogFinding[] = [];
    const read = await fileRows(unpacked(whole, "gzip", way.budget, (message) => found.push(packedFinding(message))), options, inside);
    return { ...read, before: [...found, ...read.before] };
  }
  if (isEventLog(head)) {
    const report = new Report(new Window(""));
    const rows = await readEventRows(whole, report, options.maxRows ?? MAX_ROWS, { pace, ...(onProgress === undefined ? {} : { onProgress }) });
    return { rows, report, format: "evtx", untyped: false, before: [] };
  }
  if (isParquet(head)) {
    const report = new Report(new Window(""));
    const parts = await withParts(whole);
    if (parts === undefined) report.whole("error", "logs-packed", tooLarge);
    const rows = parts === undefined ? new RawRows() : await readParquet(parts, report, options.maxRows ?? MAX_ROWS, pace, onProgress);
    return { rows, report, format: "parquet", untyped: false, before: [] };
  }
  const texts = new ByteText(whole, onProgress);
  try {
    const window = await firstWindow(texts, whole, options);
    return await drive(readText(window, options), pace, window, texts);
  } finally {
    await texts.close();
  }
}

const tooLarge = `This file has to be in memory as a whole here, and is larger than ${sizeOf(MOST_HELD)}.`;

const packedFinding = (message: string): LogFinding => ({ code: "logs-packed", severity: "warning", message, span: { from: 0, to: 0 } });

/** A file whose parts can be asked for: itself, or all of it in memory. Undefined when that is too much. */
async function withParts(file: Bytes): Promise<Bytes | undefined> {
  if (file.slice !== undefined) {
    // The stream that told what the file is is wanted no more.
    const opened = piecesOf(file.stream());
    await opened.next();
    await opened.return();
    return file;
  }
  const all = await gathered(file, MOST_HELD);
  return all === undefined ? undefined : bytesOf(all);
}

/** Rows of all files of an archive that are of one kind: that of the first one. Others are told. */
async function archiveRows(file: Bytes, options: ReadOptions, way: Way): Promise<Rows> {
  const found: LogFinding[] = [];
  const tell = (message: string): void => { found.push(packedFinding(message)); };
  const archive = await withParts(file);
  if (archive === undefined) tell(tooLarge);
  const entries = archive === undefined ? [] : await entriesOf(archive, way.budget, tell);
  const most = options.maxRows ?? MAX_ROWS;
  const { onProgress } = options;
  let all: Rows | undefined;
  let done = 0;
  const names: string[] = [];
  const others: string[] = [];
  for (const entry of entries.some(isSheetPart) ? [] : entries) {
    const left = most - (all?.rows.count ?? 0);
    if (left <= 0) {
      tell(`Only the first ${most} rows were read: that is the limit. '${excerpt(entry.name)}' and what follows it was left out.`);
      break;
    }
    const before = done;
    const read = await fileRows(entry.bytes, {
      ...options, maxRows: left,
      ...(onProgress === undefined ? {} : { onProgress: (p) => onProgress({ read: Math.min(file.size, before + (p.read / Math.max(1, p.size)) * entry.size), size: file.size }) }),
    }, way);
    done += entry.size;
    if (read.rows.count === 0 || (all !== undefined && kindOf(all.format) !== kindOf(read.format))) {
      others.push(`${entry.name} (${read.rows.count === 0 ? "no events" : read.format})`);
      continue;
    }
    names.push(entry.name);
    if (entries.length > 1) for (const d of [...read.before, ...read.report.diagnostics()]) found.push({ code: d.code, severity: d.severity, message: `${excerpt(entry.name)}: ${d.message}`, span: { from: 0, to: 0 } });
    if (all === undefined) all = entries.length > 1 ? { ...read, report: new Report(new Window("")), before: [] } : read;
    else append(all.rows, read.rows);
    await way.pace.breathe();
  }
  if (entries.some(isSheetPart)) tell("This is a document of an office program: save the sheet as CSV.");
  else if (all === undefined) tell("No file of this archive has events that can be read.");
  if (names.length > 1) found.push({ ...packedFinding(`The rows are those of ${names.length} files of the archive: ${listed(names)}.`), severity: "info" });
  if (others.length > 0) tell(`Left out of the archive: ${listed(others)}. Rows of one sample come from files of one kind; unpack the others and load them by themselves.`);
  const rest: Rows = all ?? { rows: new RawRows(), report: new Report(new Window("")), format: "text", untyped: false, before: [] };
  return { ...rest, before: [...found, ...rest.before] };
}

const isSheetPart = ({ name }: { readonly name: string }): boolean => name === "[Content_Types].xml";

/** Formats that differ in their writing only. */
function kindOf(format: LogFormat): string {
  return format === "ndjson" ? "json" : format === "tsv" ? "csv" : format;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => excerpt(name, 60)).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** Puts rows behind others. */
function append(into: RawRows, rows: RawRows): void {
  for (const column of rows.columns) {
    const target = into.column(column.name);
    for (let row = 0; row < rows.count; row++) target?.put(into.count + row, column.cell(row));
  }
  into.count += rows.count;
}

/** Takes the steps of a reading, gives it text where it asks for more, and pauses. */
async function drive<T>(steps: Steps<T>, pace: Pace, window?: Window, texts?: ByteText): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value === "more" && texts !== undefined) window?.append(await texts.piece(), !texts.ended);
    await pace.breathe();
  }
}

/** The beginning of a text, long enough to tell its format; all of a short one. */
async function firstWindow(texts: ByteText, { size, taken }: Bytes, options: ReadOptions): Promise<Window> {
  const window = new Window("", true, size, options.longestEvent);
  // What is packed may be as long as it likes.
  const all = size <= WHOLE && taken === undefined;
  do window.append(await texts.piece(), !texts.ended); while (!texts.ended && (all || window.length < HEAD));
  return window;
}

/** Reads a text in steps of a few milliseconds. `head`: the beginning of the text, from which its format is told. */
export function* readText(window: Window, options: ReadOptions, head = window.text): Steps<Rows> {
  const report = new Report(window);
  const directive = readDirective(head);
  const detected = detect(head, directive?.end ?? 0, options.format);
  while ("from" in detected && window.more && window.length < detected.from) yield "more";
  const rows = yield* readRows(window, detected, report, options.maxRows ?? MAX_ROWS, options.now ?? wallTicks());
  return {
    rows, report, format: formatOf(detected, options.format), before: [],
    untyped: detected.kind === "csv" || detected.kind === "xml" || (detected.kind === "lines" && detected.lines.untyped),
    ...(directive === undefined ? {} : { directive }),
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

