/** Index and panels over vaults of technique, rule and runbook notes. Texts are in memory: the host's file system is not measured. */
import { unhurried } from "../../src/base";
import { Pages } from "../../src/core";
import { runDql } from "../../src/query/dql";
import { DEFAULT_NAMES, Index, readNote } from "../../src/vault";
import { coverageOfAll } from "../../src/coverage";
import { heapMb, median, ms, printMarkdown } from "./measure.mts";
import { makeVault } from "./vault-maker.mts";

const QUERIES: readonly (readonly [string, string])[] = [
  ["seed rule block", 'table without id file.link AS "Name", status AS "Status", level AS "Level", logsrc_product AS "Log Source Product" FROM "Detection Rules" AND #T1003'],
  ["sort the whole vault", "TABLE status, level SORT file.name DESC"],
  ["GROUP BY level", 'TABLE length(rows) FROM "Detection Rules" GROUP BY level'],
  ["tasks due", "TASK WHERE due AND !completed SORT due"],
  ["FLATTEN tags", "TABLE tag FLATTEN file.tags AS tag"],
];

const sizes = (process.env["SIZES"] ?? "1000,10000").split(",").map(Number);
const rows: (string | number)[][] = [];
for (const size of sizes) {
  const texts = [...makeVault(size)];
  const before = heapMb();
  const read = () => texts.map(([path, text]) => readNote({ path, created: 1_700_000_000_000, modified: 1_700_000_000_000 }, text, DEFAULT_NAMES));
  const index = Index.build(read());
  const heap = heapMb() - before;
  const cold = await median(size > 20_000 ? 1 : 3, () => Index.build(read()));
  const [path, text] = texts[Math.floor(texts.length / 2)] as [string, string];
  let n = 0;
  const one = await median(200, () => index.replace(readNote({ path }, `${text}\n${n++}`, DEFAULT_NAMES)));
  const cover = await median(3, () => coverageOfAll(index));
  rows.push([size, "index, all notes", `${ms(cold)} ms`], [size, "heap of the index", `${heap.toFixed(0)} MB`], [size, "re-index one note", `${ms(one)} ms`], [size, "coverage of all techniques", `${ms(cover)} ms`]);
  const world = () => new Pages({
    notes: () => index.all(), note: (p) => index.note(p), resolve: (t, f) => index.resolve(t, f) ?? undefined,
    attachments: () => [], read: () => Promise.resolve(undefined),
  }, "UTC");
  const origin = texts[0]?.[0] ?? "";
  for (const [name, query] of QUERIES) {
    const first = await median(1, async () => { await runDql(query, world(), { origin, now: Date.UTC(2026, 0, 1), zone: "UTC", pace: unhurried() }); });
    const pages = world();
    const warm = await median(5, async () => { await runDql(query, pages, { origin, now: Date.UTC(2026, 0, 1), zone: "UTC", pace: unhurried() }); });
    rows.push([size, name, `${ms(warm)} ms (after a change ${ms(first)} ms)`]);
  }
}
printMarkdown(["notes", "what", "measured"], rows);
