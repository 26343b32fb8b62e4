/** `purplebook query`: a query over files of logs, with its trace on demand. */
import { Readable } from "node:stream";
import { createReadStream, promises as fs } from "node:fs";
import type { Diagnostic } from "../base";
import { bringNames, LANGUAGES, LocalLab } from "../core";
import type { Bytes } from "../logs";
import { parseDatetime, printDatetime, rowCount } from "../table";
import type { Arguments } from "./arguments.mts";
import { UsageError } from "./files.mts";
import { openVault } from "./notes.mts";
import { labTime } from "./time.mts";
import { printDiagnostics, printTable, printTrace, type Output } from "./output.mts";
import { printStory, whyRow, type WhySample } from "./why.mts";

export const QUERY_OPTIONS = {
  lang: "one", file: "one", query: "one", table: "many", raw: "flag", "as-is": "flag", now: "one", trace: "flag", strict: "flag",
  limit: "one", format: "one", why: "many", vault: "one",
} as const;

export const QUERY_HELP = `purplebook query — run a query over files of logs

  purplebook query --lang kql (--file F | --query Q) --table NAME=FILE… [options]

  --table NAME=FILE…  a file of logs (JSON, NDJSON, CSV, TSV) and the table its rows are; several files may be one table.
                      FILE alone: the table is found out, and told
  --raw               the files hold raw vendor logs, to become the table's columns. This is found out without it too;
                      with it, a file that is not so is told
  --as-is             the opposite: leave vendor shapes alone, names and types as the file has them
  --now T             what now() means (ISO 8601); by default just after the newest event of the files
  --strict            refuse names that differ from a column in case alone, as the cloud would
  --trace             rows in and out of each step, to standard error
  --why ROW…          what the query makes of one row (from 1) of a file, instead of the result: where it is in the result, or the
                      step and the term that dropped it, with the values compared. With several files: NAME:ROW or FILE:ROW
  --vault DIR         functions and watchlists that the notes of a vault define
  --limit N           at most N rows of the result (10000)
  --format F          table (default), json, csv, markdown

  purplebook query --lang kql --query 'AWSCloudTrail | summarize count() by EventName' --table AWSCloudTrail=trail.json
  purplebook query --lang kql --file rule.kql --table AzureActivity=a.csv AWSCloudTrail=b.json --trace
  purplebook query --lang kql --file rule.kql --table AWSCloudTrail=trail.json --why 3`;

/** Runs the command; resolves to the exit code. */
export async function query(args: Arguments, out: Output): Promise<number> {
  const language = args.one("lang") ?? "kql";
  if (!LANGUAGES.has(language)) {
    throw new UsageError(`There is no language '${language}'.`, `Languages are ${[...LANGUAGES.keys()].join(", ")}.`);
  }
  const file = args.one("file");
  const given = args.one("query");
  if ((file === undefined) === (given === undefined)) throw new UsageError("Say the query by --query or by --file.", QUERY_HELP);
  const text = given ?? await read(file ?? "");
  if (args.flag("raw") && args.flag("as-is")) throw new UsageError("--raw and --as-is are opposites: say one of them.");
  const lab = new LocalLab(labTime);
  const samples: WhySample[] = [];

  for (const [i, spec] of args.many("table").entries()) {
    const equals = spec.indexOf("=");
    const [table, path] = equals < 0 ? [undefined, spec] : [spec.slice(0, equals), spec.slice(equals + 1)];
    const loaded = await lab.load({ id: String(i), text: await bytesOf(path), ...(table === undefined ? {} : { table }), ...(args.flag("as-is") ? { map: false } : {}) });
    samples.push({ id: String(i), path, table: loaded.table, rows: loaded.rows });
    if (table === undefined) out.note(`${path}: ${loaded.rows} rows of ${loaded.table}${loaded.mapping === "none" ? "" : ` (${loaded.mapping})`}`);
    for (const d of loaded.diagnostics) out.note(`${path}: ${d.severity}: ${d.message}`);
    if (args.flag("raw") && (loaded.mapping === "none" || loaded.mapping === "ingested")) {
      out.note(`${path}: warning: these are not raw logs that become ${loaded.table}; the rows were taken as they are.`);
    }
  }

  const vault = args.one("vault");
  if (vault !== undefined) {
    const { index, files } = await openVault(vault);
    await bringNames(lab, index, text, (path) => files.read(path));
  }
  const asked = args.one("now");
  const now = asked === undefined ? undefined : parseDatetime(asked);
  if (now === null) throw new UsageError(`'${asked ?? ""}' is not a time; write it like 2026-05-01T10:00:00Z.`);
  const scope = lab.scope({ lenient: !args.flag("strict"), ...(now === undefined ? {} : { now }) });
  if (asked === undefined) out.note(`now() is ${printDatetime(scope.now)}`);
  const compiled = lab.compile(language, text, scope);
  const { plan } = compiled;
  if (!plan) {
    printDiagnostics(text, compiled.diagnostics, out);
    return 1;
  }
  const asks = args.many("why").map((word) => whyRow(word, samples));
  if (asks.length > 0) {
    printDiagnostics(text, compiled.diagnostics, out);
    for (const { sample, row } of asks) printStory(text, sample, await lab.why(plan, { sample: sample.id, row }, { now: scope.now }), out);
    return 0;
  }
  const outcome = await lab.run(plan, { now: scope.now, maxRows: positive(args.one("limit"), "limit", 10_000) });
  const diagnostics: readonly Diagnostic[] = [...compiled.diagnostics, ...(outcome.kind === "stopped" ? [] : outcome.diagnostics)];
  printDiagnostics(text, diagnostics, out);
  if (args.flag("trace")) printTrace(text, outcome.trace, outcome.kind === "done" ? rowCount(outcome.table) : undefined, out);
  if (outcome.kind === "failed") return 1;
  const format = args.one("format") ?? "table";
  for (const result of outcome.earlier ?? []) {
    out.note(`${result.name}:`);
    printTable(result.table, format, out);
  }
  if (outcome.name !== undefined) out.note(`${outcome.name}:`);
  printTable(outcome.table, format, out);
  if (outcome.kind === "stopped") {
    out.note(outcome.why === "rows" ? "More rows than --limit: the first are shown." : `Stopped: ${outcome.why}.`);
  }
  return 0;
}

async function read(path: string): Promise<string> {
  try {
    return await fs.readFile(path, "utf8");
  } catch {
    throw new UsageError(`Cannot read '${path}'.`);
  }
}

/** A file of logs, read as it comes; what is no file of the disk (a pipe) as a text. */
export async function bytesOf(path: string): Promise<Bytes | string> {
  const unreadable = new UsageError(`Cannot read '${path}'.`);
  const found = await fs.stat(path).catch(() => { throw unreadable; });
  if (!found.isFile()) return read(path);
  await fs.access(path, fs.constants.R_OK).catch(() => { throw unreadable; });
  const part = (from: number, to: number): Bytes => ({
    size: to - from,
    stream: () => (to > from ? createReadStream(path, { highWaterMark: 1 << 20, start: from, end: to - 1 }) : Readable.from([])),
    slice: (start, end) => part(from + start, Math.min(from + end, to)),
  });
  return part(0, found.size);
}

/** A positive whole number of the command line. */
export function positive(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n <= 0) throw new UsageError(`--${name} takes a whole number above 0, not '${text}'.`);
  return n;
}
