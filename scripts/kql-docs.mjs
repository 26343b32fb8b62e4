#!/usr/bin/env node
// Prints docs/kql.md and docs/kql-functions.md from the language itself: what each documented name of Kusto does here, and
// every function with its signatures, its sentence and its examples (which the tests run). `--check` fails when they are stale.
// The names are those that Microsoft's language service knows; what stands behind each is found out by compiling it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { EXAMPLES, SIGNINS } from "./kql-operators.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Kusto docs: Tabular operators, the pages of the query language's overview. */
const OPERATORS = `as assert-schema consume count datatable distinct evaluate execute_and_cache extend externaldata facet find fork getschema
  graph-mark-components graph-match graph-merge graph-shortest-paths graph-to-table graph-where-edges graph-where-nodes inline_external_table
  invoke join lookup macro-expand make-graph make-series mv-apply mv-expand parse parse-kv parse-where partition print project project-away
  project-by-names project-keep project-rename project-reorder range reduce render sample sample-distinct scan search serialize sort summarize
  take top top-hitters top-nested union where`.split(/\s+/);
const SOURCES = new Set(["datatable", "externaldata", "find", "print", "range", "search", "union"]);

/** Names that the service knows and has no page for, or that only its own tools use. */
const INTERNAL = /^(__|_mv|cnt$|estimate_data_size$|extent|cursor_|current_cursor|rowstore|row_id$|row_store|anyif$)/;

async function ours() {
  const outfile = join(root, "build", "kql-docs.mjs");
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    stdin: { contents: 'export { functions } from "./src/query/functions"; export { signature } from "./src/query/scope"; export { kql } from "./src/query/kql"; export { OPERATORS } from "./src/query/kql/vocabulary"; export { run } from "./src/query/engine"; export { unhurried } from "./src/base"; export { rowsOf, printTableCell } from "./src/table";', resolveDir: root, loader: "ts" },
    outfile, bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}

function official() {
  const require = createRequire(import.meta.url);
  globalThis.Bridge = require("@kusto/language-service-next/bridge.min.js");
  require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
  const list = (all) => {
    const names = new Set();
    for (const each of globalThis.Bridge.getEnumerator ? iterate(all) : all) if (!each.IsHidden) names.add(each.Name);
    return [...names].filter((name) => !INTERNAL.test(name)).sort();
  };
  const { Functions, Aggregates, PlugIns } = globalThis.Kusto.Language;
  const aggregates = list(Aggregates.All);
  return { scalars: list(Functions.All).filter((name) => !aggregates.includes(name)), aggregates, plugins: list(PlugIns.All) };
}

function* iterate(all) {
  if (Array.isArray(all)) return yield* all;
  for (const each = globalThis.Bridge.getEnumerator(all); each.moveNext();) yield each.Current;
}

const { kql, functions, signature, OPERATORS: words, run, unhurried, rowsOf, printTableCell } = await ours();
const scope = { table: () => undefined, tables: () => [], lenient: false, now: 0n };

/** What a query that uses the name says of it: done, or why it is refused, or nothing yet. */
function state(query) {
  const { diagnostics } = kql.compile(query, scope);
  const refused = diagnostics.find((d) => d.code === "kql-refused");
  if (refused) return { kind: "refused", why: refused.message };
  const unknown = diagnostics.some((d) => ["kql-unknown-function", "kql-unknown-operator", "kql-unknown-plugin", "kql-no-function"].includes(d.code));
  return { kind: unknown ? "missing" : "done" };
}

function section(title, names, query) {
  const found = names.map((name) => ({ name, ...state(query(name)) }));
  const of = (kind) => found.filter((each) => each.kind === kind);
  const named = (each) => `\`${each.name}\``;
  const lines = [`## ${title}`, "", `${of("done").length} of ${found.length} done, ${of("refused").length} refused, ${of("missing").length} not yet.`, ""];
  lines.push(`**Done:** ${of("done").map(named).join(", ")}.`, "");
  if (of("refused").length > 0) {
    lines.push("| Refused | Why |", "|---|---|", ...of("refused").map((each) => `| ${named(each)} | ${cell(each.why)} |`), "");
  }
  if (of("missing").length > 0) lines.push(`**Not yet:** ${of("missing").map(named).join(", ")}.`, "");
  return lines;
}

/** A text as code in one line, whatever ticks it holds. */
function code(text) {
  const ticks = "`".repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length)) + 1);
  return `${ticks}${ticks.length > 1 ? " " : ""}${text.replace(/\s+/g, " ")}${ticks.length > 1 ? " " : ""}${ticks}`;
}

const cell = (text) => text.replace(/\|/g, "\\|").replace(/\s+/g, " ");

const names = official();
const surface = [
  "# KQL in Purplebook", "",
  "Every documented name of the Kusto Query Language and what it does here. This page is printed by `npm run docs` from the language itself;",
  "operators and functions that run are explained, with examples, in [kql-functions.md](kql-functions.md).", "",
  ...section("Tabular operators", OPERATORS, (name) => (SOURCES.has(name) ? `${name} ` : `print x = 1 | ${name} `)),
  ...section("Scalar functions", names.scalars, (name) => `print x = 1 | extend y = ${name}()`),
  ...section("Aggregations", names.aggregates, (name) => `print x = 1 | summarize ${name}()`),
  ...section("Plugins", names.plugins, (name) => `print x = 1 | evaluate ${name}()`),
].join("\n").trimEnd() + "\n";

/** The rows of an operator's example, as a table. Throws when it does not run: the example or the language is wrong. */
async function resultOf(query) {
  const { plan, diagnostics } = kql.compile(`${SIGNINS}\n${query}`, scope);
  const wrong = diagnostics.find((d) => d.severity === "error");
  if (plan === undefined || wrong) throw new Error(`${query}: ${wrong?.message}`);
  const outcome = await run(plan, { tables: () => undefined, now: 0n, pace: unhurried() });
  if (outcome.kind !== "done") throw new Error(`${query}: ${JSON.stringify(outcome)}`);
  const tables = [...(outcome.earlier ?? []).map((each) => each.table), outcome.table];
  return tables.flatMap((table) => {
    const { columns } = table.schema;
    const rows = [...rowsOf(table)].map((row) => row.map((value, i) => cell(printTableCell(value, columns[i].type))));
    return ["", ...[columns.map((c) => cell(c.name)), columns.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`)];
  });
}

const kinds = { scalar: "Scalar functions", aggregate: "Aggregations", window: "Window functions" };
const reference = [
  "# Operators and functions of KQL", "",
  "Printed by `npm run docs` from the table that the engine, completion and hover read. The examples are run by the tests.", "",
];
reference.push("## Tabular operators", "", "The examples read this table:", "", "```kusto", SIGNINS, "```", "");
for (const operator of words.filter((each) => each.refused === undefined && each.word === each.kind).sort((a, b) => (a.word < b.word ? -1 : 1))) {
  const example = EXAMPLES[operator.word];
  reference.push(`### ${operator.word}`, "", operator.says, "", `\`${operator.syntax}\``, "");
  if (example === undefined && operator.word !== "externaldata") throw new Error(`${operator.word} has no example in scripts/kql-operators.mjs`);
  if (example !== undefined) reference.push("```kusto", example, "```", ...await resultOf(example), "");
}
for (const [kind, title] of Object.entries(kinds)) {
  reference.push(`## ${title}`, "");
  for (const entry of functions.all().filter((each) => each.kind === kind && /^[a-z_][\w]*$/.test(each.name)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    reference.push(`### ${entry.name}`, "", entry.says, "", ...new Set(entry.overloads.map((each) => `- \`${signature(entry.name, each)}\``)), "");
    for (const [query, printed] of entry.examples) reference.push(`- ${code(query)} → ${printed === "" ? "null" : code(printed)}`);
    if (entry.examples.length > 0) reference.push("");
  }
}

const pages = [["docs/kql.md", surface], ["docs/kql-functions.md", reference.join("\n").trimEnd() + "\n"]];
let stale = 0;
for (const [path, text] of pages) {
  const file = join(root, path);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readText(file) !== text) {
    console.error(`${path} is stale: run \`npm run docs\`.`);
    stale++;
  }
}
process.exit(stale > 0 ? 1 : 0);

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
