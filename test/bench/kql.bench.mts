/**
 * KQL over a million rows, against DuckDB on one thread and SQLite: the same questions over the same rows in the same run.
 * Ours is measured from the query's text to the finished result, the peers likewise. Answers are compared first.
 * `CLOCK=cpu` takes the processor's time in place of the clock's, all threads together, for a machine that is busy with other things.
 * `ONLY=3,7` picks questions by number, `RUNS` and `ROWS` change their count, `PEERS=duckdb` or `PEERS=` leaves peers out.
 */
import { performance } from "node:perf_hooks";
import { unhurried } from "../../src/base";
import { run } from "../../src/query/engine";
import { kql } from "../../src/query/kql";
import type { Scope } from "../../src/query/language";
import { isArray, printValue, rowsOf } from "../../src/table";
import type { Table, Value } from "../../src/table";
import { EPOCH, START, WEEK, makeTables } from "./kql-tables.mts";
import { QUESTIONS } from "./kql-queries.mts";
import type { Question } from "./kql-queries.mts";
import { ms, printMarkdown } from "./measure.mts";
import { duckdb, sqlite } from "./peers.mts";
import type { Peer } from "./peers.mts";

const ROWS = Number(process.env["ROWS"] ?? 1_000_000);
const RUNS = Number(process.env["RUNS"] ?? 7);
const only = process.env["ONLY"]?.split(",").map(Number);
const wanted = process.env["PEERS"] ?? "duckdb,sqlite";

/** Milliseconds by the clock, or of the processor. */
const time = process.env["CLOCK"] === "cpu" ? processorTime : () => performance.now();
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const say = (text: string) => process.stderr.write(`${text}\n`);
say(`making ${ROWS} rows of each log …`);
const tables = makeTables(ROWS) as unknown as Readonly<Record<string, Table>>;
const now = EPOCH + BigInt(START + WEEK) * 10n;

const scope: Scope = {
  table: (name) => (tables[name] === undefined ? undefined : { name, schema: tables[name].schema, loaded: true }),
  tables: () => Object.keys(tables),
  lenient: false,
  now,
};

async function ours(text: string): Promise<Table> {
  const { plan, diagnostics } = kql.compile(text, scope);
  if (plan === undefined) throw new Error(`Does not compile: ${diagnostics.map((d) => d.message).join(" ")}\n${text}`);
  const outcome = await run(plan, { tables: (name) => tables[name], now, pace: unhurried() });
  if (outcome.kind !== "done") throw new Error(`${outcome.kind}: ${JSON.stringify(outcome.kind === "failed" ? outcome.diagnostics : "")}`);
  return outcome.table;
}

// ---- the same answer -----------------------------------------------------------------------------------------------

/** One spelling for a cell of any engine. */
function spelled(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toPrecision(12).replace(/\.?0+$/, "");
  if (typeof value === "object" && "micros" in value) return String(value.micros);
  if (typeof value === "object" && "ticks" in value) return String(((value as { ticks: bigint }).ticks - EPOCH) / 10n);
  const items = Array.isArray(value) ? value : typeof value === "object" && "items" in value ? value.items as unknown[] : undefined;
  return items === undefined ? (typeof value === "object" ? printValue(value as Value) : String(value)) : items.map(spelled).join(",");
}

function answer(rows: Iterable<readonly unknown[]>, question: Question): string[] {
  const out: string[] = [];
  for (const row of rows) {
    out.push(row.map((cell, i) => {
      const text = spelled(isArray(cell as Value) ? [...(cell as unknown[])] : cell);
      return question.sets?.includes(i) === true ? text.split(",").sort().join(",") : text;
    }).join(" | "));
  }
  return out.sort();
}

function mustAgree(question: Question, mine: readonly string[], theirs: readonly string[], peer: string): void {
  const at = mine.findIndex((row, i) => row !== theirs[i]);
  if (mine.length === theirs.length && at < 0) return;
  throw new Error(`'${question.name}': ours has ${mine.length} rows, ${peer} ${theirs.length}; first that differ:\n${mine[Math.max(0, at)]}\n${theirs[Math.max(0, at)]}`);
}

// ---- the run -------------------------------------------------------------------------------------------------------

const peers: Peer[] = [];
if (wanted.includes("duckdb")) peers.push(await duckdb());
if (wanted.includes("sqlite")) peers.push(sqlite());
for (const peer of peers) {
  say(`loading ${peer.name} ${await peer.version()} …`);
  for (const [name, table] of Object.entries(tables)) await peer.load(name, table);
}
const ids = [0.2, 0.5, 0.9].map((part) => String([...rowsOf({ ...tables["AWSCloudTrail"]!, batches: [{ length: 1, columns: tables["AWSCloudTrail"]!.batches[0]!.columns.map((c) => pick(c, Math.floor(ROWS * part))) }] })][0]![1]));
function pick(column: Table["batches"][number]["columns"][number], row: number) {
  return "codes" in column ? { ...column, codes: column.codes.slice(row, row + 1), length: 1, nulls: null } : { ...column, length: 1 };
}
const filled = (text: string) => ids.reduce((t, id, i) => t.replaceAll(`$ID${i + 1}`, id), text);

const out: (string | number)[][] = [];
const ratios: number[][] = peers.map(() => []);
const middle = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
for (const [i, question] of QUESTIONS.entries()) {
  if (only !== undefined && !only.includes(i + 1)) continue;
  const text = filled(question.kql);
  const sql = peers.map((peer) => filled(peer.name === "SQLite" ? question.sqlite ?? question.duckdb : question.duckdb));
  // The first run is the warm-up, and its answers are compared.
  const started = time();
  const table = await ours(text);
  const first = time() - started;
  const mine = answer(rowsOf(table), question);
  for (const [p, peer] of peers.entries()) mustAgree(question, mine, answer(peer.cells(await peer.run(sql[p]!)), question), peer.name);
  const times: number[][] = [[], ...peers.map((): number[] => [])];
  for (let n = 0; n < RUNS; n++) {
    const from = time();
    await ours(text);
    times[0]!.push(time() - from);
    for (const [p, peer] of peers.entries()) {
      const begun = time();
      await peer.run(sql[p]!);
      times[p + 1]!.push(time() - begun);
    }
  }
  const [own = NaN, ...others] = times.map(middle);
  others.forEach((t, p) => ratios[p]!.push(t / own));
  out.push([`${i + 1}. ${question.name}`, mine.length, ms(first), ms(own), ...others.map(ms), ...others.map((t) => `${(t / own).toFixed(2)}×`)]);
  say(`${i + 1}. ${question.name}: ${times.map(middle).map(ms).join(" / ")}`);
}
const geometric = (list: readonly number[]) => Math.exp(list.reduce((sum, r) => sum + Math.log(r), 0) / list.length);
out.push(["**geometric mean**", "", "", "", ...peers.map(() => ""), ...ratios.map((list) => `**${geometric(list).toFixed(2)}×**`)]);
process.stdout.write(`${ROWS} rows of each log, medians of ${RUNS} in ms; a ratio above 1 says that ours is ahead.\n\n`);
printMarkdown(["question", "rows", "ours, first", "ours", ...peers.map((p) => p.name), ...peers.map((p) => `${p.name} ÷ ours`)], out);
