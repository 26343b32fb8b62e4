/**
 * How time and memory grow with the rows, 10,000 to 10,000,000 of one narrow log, and how long a rule with several steps takes
 * over a pasted sample of 1,000 rows, from its text to its rows. `SIZES=10000,1000000` picks sizes.
 */
import { unhurried } from "../../src/base";
import { run } from "../../src/query/engine";
import { kql } from "../../src/query/kql";
import type { Scope } from "../../src/query/language";
import { rowCount, schemaOf } from "../../src/table";
import type { Table } from "../../src/table";
import { EPOCH, START, WEEK, makeTables } from "./kql-tables.mts";
import { heapMb, median, ms, printMarkdown } from "./measure.mts";

const sizes = (process.env["SIZES"] ?? "10000,100000,1000000,10000000").split(",").map(Number);
const now = EPOCH + BigInt(START + WEEK) * 10n;

/** Made column by column: a builder would be what is measured. */
function logins(rows: number): Table {
  const hosts = Array.from({ length: 4000 }, (_, i) => `host${i}.corp.example`);
  const users = Array.from({ length: 10_000 }, (_, i) => `CORP\\user${i}`);
  const times = new BigInt64Array(rows);
  const bytes = new BigInt64Array(rows);
  const host = new Uint32Array(rows);
  const user = new Uint32Array(rows);
  const step = BigInt(Math.floor((WEEK * 10) / rows));
  let state = 1;
  for (let i = 0; i < rows; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    host[i] = Math.floor(4000 * (state / 4294967296) ** 3);
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    user[i] = Math.floor(10_000 * (state / 4294967296) ** 3);
    bytes[i] = BigInt(state);
    times[i] = EPOCH + BigInt(START) * 10n + BigInt(i) * step;
  }
  const base = { length: rows, nulls: null };
  return {
    schema: schemaOf({ TimeGenerated: "datetime", Computer: "string", Account: "string", Bytes: "long" }),
    batches: [{ length: rows, columns: [
      { type: "datetime", data: times, ...base }, { type: "string", codes: host, words: hosts, ...base },
      { type: "string", codes: user, words: users, ...base }, { type: "long", data: bytes, ...base },
    ] }],
  };
}

async function ask(text: string, tables: Readonly<Record<string, Table>>): Promise<Table> {
  const scope: Scope = {
    table: (name) => (tables[name] === undefined ? undefined : { name, schema: tables[name].schema, loaded: true }),
    tables: () => Object.keys(tables), lenient: false, now,
  };
  const { plan, diagnostics } = kql.compile(text, scope);
  if (plan === undefined) throw new Error(diagnostics.map((d) => d.message).join(" "));
  const outcome = await run(plan, { tables: (name) => tables[name], now, pace: unhurried() });
  if (outcome.kind !== "done") throw new Error(`${outcome.kind} ${outcome.kind === "failed" ? outcome.diagnostics.map((d) => d.message).join(" ") : ""}`);
  return outcome.table;
}

const QUESTIONS: readonly (readonly [string, string])[] = [
  ["filter: contains, range", 'T | where Account contains "USER99" and Bytes > 4000000000 | count'],
  ["count by host", "T | summarize n = count(), bytes = sum(Bytes) by Computer"],
  ["dcount by host and hour", "T | summarize k = dcount(Account) by Computer, bin(TimeGenerated, 1h)"],
  ["top 100", "T | top 100 by Bytes"],
  ["join with its own accounts", "T | join kind=inner (T | summarize n = count() by Account | where n > 3) on Account | summarize sum(n) by Computer"],
  ["sort by host and bytes, all rows", "T | sort by Computer asc, Bytes desc | summarize take_any(Computer)"],
];

const out: (string | number)[][] = QUESTIONS.map(([name]) => [name]);
const memory: (string | number)[] = ["bytes of memory per row of the table"];
for (const size of sizes) {
  const before = heapMb();
  const table = logins(size);
  memory.push((((heapMb() - before) * 1_048_576) / size).toFixed(0));
  for (const [i, [, text]] of QUESTIONS.entries()) {
    const time = await median(size > 1_000_000 ? 3 : 5, () => ask(text, { T: table }));
    out[i]!.push(`${ms(time)} (${((time * 1e6) / size).toFixed(0)})`);
  }
}
process.stdout.write("Milliseconds, and nanoseconds per row in brackets.\n\n");
printMarkdown(["question", ...sizes.map((n) => `${n.toLocaleString("en")} rows`)], [...out, memory]);

// ---- a rule over a pasted sample -----------------------------------------------------------------------------------

const sample = makeTables(1000) as unknown as Readonly<Record<string, Table>>;
const rule = `let Started = SecurityEvent | where TimeGenerated > ago(30d) | where EventID == 4688
  | extend Actor = Account, Host = Computer, Image = tostring(split(NewProcessName, "\\\\")[-1]);
  let Failed = SecurityEvent | where EventID == 4625 | extend Actor = Account, Host = Computer, Image = "";
  union Started, Failed | project TimeGenerated, Actor, Host, Image, CommandLine, EventID | sort by TimeGenerated desc`;
let rows = 0;
const first = await median(1, async () => { rows = rowCount(await ask(rule, sample)); });
const later = await median(50, () => ask(rule, sample));
printMarkdown(["a rule over 1,000 rows, text to rows", "ms"], [[`second run (${rows} rows)`, ms(first)], ["median of 50", ms(later)]]);
