/**
 * Shapes in which services hand out events, beyond the lists that the JSON reader opens by itself → the events: answers of
 * Elasticsearch, Splunk, ES|QL and Defender that are one object, CloudTrail's digests, and fields that a
 * service writes in a way of its own (Zeek's seconds, journald's bytes).
 */
import type { Value } from "../table";
import { isArray, isBag } from "../table";
import type { Report } from "./report";
import { RawRows } from "./rows";
import { zeekTimes } from "./zeek";

type Bag = ReadonlyMap<string, Value>;

/** Rows as they were read → the events that are meant. What was opened is told. */
export function openExports(rows: RawRows, report: Report): RawRows {
  const opened = answers(rows, report) ?? digests(rows, report) ?? rows;
  const zeek = zeekTimes(opened);
  if (zeek !== undefined) report.whole("info", "logs-zeek-times", "These are logs of Zeek: the seconds in 'ts' are read as times.");
  return journal(withoutTrailer(zeek ?? opened, report));
}

/** Answers that are one object, or a few, each with a list of events inside. */
function answers(rows: RawRows, report: Report): RawRows | undefined {
  if (rows.count === 0 || rows.count > 1000) return undefined;
  const events: Bag[] = [];
  let what = "";
  for (let row = 0; row < rows.count; row++) {
    const found = hits(rows, row) ?? results(rows, row) ?? tabular(rows, row);
    if (found === undefined) return undefined;
    what = found.what;
    for (const event of found.events) events.push(event);
  }
  const made = rowsOf(events);
  report.whole("info", "logs-answer", `This is ${what}; its ${made.count === 1 ? "event is" : `${made.count} events are`} the rows.`);
  return made;
}

interface Found {
  readonly what: string;
  readonly events: readonly Bag[];
}

const cell = (rows: RawRows, name: string, row: number): Value => rows.find(name)?.cell(row) ?? null;
const bags = (list: Value): Bag[] | undefined => (isArray(list) && list.every(isBag) ? list.filter(isBag) : undefined);

/** `{"took": …, "hits": {"hits": [{"_source": {…}}]}}` of Elasticsearch. */
function hits(rows: RawRows, row: number): Found | undefined {
  const outer = cell(rows, "hits", row);
  const list = isBag(outer) ? bags(outer.get("hits") ?? null) : undefined;
  return list === undefined ? undefined : { what: "the answer to a search", events: list };
}

/** `{"Schema": […], "Results": [{…}]}` of Defender's hunting, in both spellings. */
function results(rows: RawRows, row: number): Found | undefined {
  for (const [schema, name] of [["Schema", "Results"], ["schema", "results"]] as const) {
    const list = bags(cell(rows, name, row));
    if (list !== undefined && rows.find(schema) !== undefined) return { what: "the answer to a hunting query", events: list };
  }
  return undefined;
}

/** Names and values apart: Splunk's `fields` and `rows`, the `columns` and `values` of ES|QL. */
function tabular(rows: RawRows, row: number): Found | undefined {
  for (const [head, body] of [["fields", "rows"], ["columns", "values"], ["columns", "rows"]] as const) {
    const names = cell(rows, head, row);
    const lines = cell(rows, body, row);
    if (!isArray(names) || !isArray(lines) || names.length === 0 || !lines.every(isArray)) continue;
    const columns = names.map((name) => (isBag(name) ? (name.get("name") ?? null) : name));
    if (!columns.every((name) => typeof name === "string")) continue;
    return {
      what: "the answer to a query",
      events: lines.filter(isArray).map((line) => new Map(columns.map((name, i) => [String(name), line[i] ?? null]))),
    };
  }
  return undefined;
}

function rowsOf(events: readonly Bag[]): RawRows {
  const made = new RawRows();
  for (const event of events) {
    for (const [name, value] of event) made.column(name)?.put(made.count, value);
    made.count++;
  }
  return made;
}

/** A digest of CloudTrail lists the files of an hour: it holds no events, and its files become the rows. */
function digests(rows: RawRows, report: Report): RawRows | undefined {
  if (rows.count === 0 || !["digestStartTime", "digestEndTime", "logFiles"].every((name) => rows.find(name) !== undefined)) return undefined;
  const files: Bag[] = [];
  for (let row = 0; row < rows.count; row++) {
    const list = bags(cell(rows, "logFiles", row));
    if (list === undefined) return undefined;
    const common = ["awsAccountId", "digestStartTime", "digestEndTime", "digestS3Bucket", "digestS3Object", "digestSignatureAlgorithm"]
      .map((name) => [name, cell(rows, name, row)] as const);
    for (const file of list) files.push(new Map([...common, ...file]));
  }
  report.whole("warning", "logs-digest", `This is a digest of CloudTrail: it names ${files.length} files of events and holds none itself. Each file became a row.`);
  return rowsOf(files);
}

/** `log show --style ndjson` of macOS ends in a line that counts the events. */
function withoutTrailer(rows: RawRows, report: Report): RawRows {
  const last = rows.count - 1;
  if (last < 1 || rows.find("eventMessage") === undefined || rows.find("finished") === undefined) return rows;
  const isTrailer = (row: number): boolean => cell(rows, "finished", row) !== null && cell(rows, "count", row) !== null && cell(rows, "eventMessage", row) === null;
  if (!isTrailer(last)) return rows;
  report.whole("info", "logs-trailer", "The last line counts the events of the log; it is no event.");
  const kept = rows.filter((row) => row < last);
  return kept.withColumns(kept.columns.filter((column) => column.name !== "finished" && column.name !== "count"));
}

/** journald writes a message that is no text as a list of its bytes, and a field with several values as a list. */
function journal(rows: RawRows): RawRows {
  if (rows.find("__REALTIME_TIMESTAMP") === undefined) return rows;
  for (const column of [...rows.columns]) {
    if (!column.cells.some(isArray)) continue;
    rows.replace(column.mapped(column.name, rows.count, (value) => {
      if (!isArray(value) || value.length === 0 || !value.every((byte) => typeof byte === "bigint" && byte >= 0n && byte <= 255n)) return value;
      return new TextDecoder().decode(Uint8Array.from(value, Number));
    }));
  }
  return rows;
}
