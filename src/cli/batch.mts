/**
 * `purplebook batch`: one JSON request a line on standard input, one JSON answer a line on standard output, matched by `id`.
 * For programs that ask many questions of one process; the operations are listed in `BATCH_HELP`.
 */
import { promises as fs } from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { LocalLab, scopeOver } from "../core";
import { writeJson } from "../base";
import { isLogFormat } from "../logs";
import { parseDatetime, type ScalarType } from "../table";
import type { Scope } from "../query";
import { kql } from "../query/kql";
import { plainTable } from "./cells.mts";
import { labTime } from "./time.mts";
import { dqlAnswers } from "./batch-dql.mts";
import { evtxRecords } from "./batch-evtx.mts";
import { sigmaAnswers } from "./batch-sigma.mts";
import { layerAnswers } from "./batch-layer.mts";
import { jsonOf, textOf, type Answer, type Request } from "./batch-request.mts";

export const BATCH_HELP = `purplebook batch — answer JSON Lines requests

  kql        {id, query, tables?, now?}      tables: {NAME: {file} | {text, format?} | {rows: [{…}]}}
             → {id, columns: [{name, type}], rows, diagnostics}
  kql-check  {id, query, schemas: DIR, strict?}
             DIR holds files {"table", "columns": [[name, type]]}; strict refuses names that they lack, as the cloud would
             → {id, columns | null, diagnostics}
  sigma      {id, rules: [yaml], events: [{…}], placeholders?, logsource: bool}
             → {id, matches: [[id or title per event]], correlations: [{rule, groups: [{by, first}]}], diagnostics}
             logsource false: every event counts as being of each rule's log source
  dql        {id, vault: DIR, origin, query, now}
  dql-expr   {id, expr, context, now}
  dql-parse  {id, query}
  evtx       {id, file}                          a binary Windows event log
             → {id, records, diagnostics}
  layer      {id, layer}                     → {id, layer}: a Navigator layer (or a list) read and written again, as 4.5
  layer-color      {id, gradient: {colors, minValue, maxValue}, score}                     → {id, color}
  layer-aggregate  {id, parent, subs: [score | null], aggregateFunction, countUnscored}    → {id, score}

An answer with "error" says that the request was refused. 'kql' takes names strictly, as the cloud would.`;

const OPERATIONS: Readonly<Record<string, (request: Request) => Promise<Answer> | Answer>> = {
  kql: runKql,
  "kql-check": checkKql,
  ...dqlAnswers,
  evtx: evtxRecords,
  ...layerAnswers,
  ...sigmaAnswers,
};

/** Answers requests until the input ends; resolves to the exit code. */
export async function batch(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<number> {
  for await (const line of readline.createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    const text = `${JSON.stringify(await answer(line))}\n`;
    if (!output.write(text)) await new Promise<void>((resolve) => { output.once("drain", () => { resolve(); }); });
  }
  return 0;
}

async function answer(line: string): Promise<Answer> {
  let request: Request;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return { id: null, error: "A request is a JSON object." };
    request = parsed as Request;
  } catch (problem) {
    return { id: null, error: `Not JSON: ${messageOf(problem)}` };
  }
  const id = request["id"] ?? null;
  const op = request["op"];
  const operation = typeof op === "string" && Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
  if (!operation) return { id, error: `Unknown operation ${JSON.stringify(op)}; known are ${Object.keys(OPERATIONS).join(", ")}.` };
  try {
    return { id, ...await operation(request) };
  } catch (problem) {
    return { id, error: messageOf(problem) };
  }
}

async function runKql(request: Request): Promise<Answer> {
  const query = textOf(request, "query");
  const lab = new LocalLab(labTime);
  const tables = request["tables"];
  if (typeof tables === "object" && tables !== null) {
    for (const [name, spec] of Object.entries(tables as Record<string, Record<string, unknown>>)) {
      const text = typeof spec["file"] === "string" ? await fs.readFile(spec["file"], "utf8")
        : typeof spec["text"] === "string" ? spec["text"]
        : writeJson(jsonOf(spec["rows"] ?? []));
      await lab.load({ id: name, text, table: name, ...(isLogFormat(spec["format"]) ? { format: spec["format"] } : {}) });
    }
  }
  const asked = typeof request["now"] === "string" ? parseDatetime(request["now"]) : null;
  const scope = lab.scope({ lenient: false, ...(asked === null ? {} : { now: asked }) });
  const compiled = lab.compile("kql", query, scope);
  const refused = compiled.diagnostics.find((d) => d.severity === "error");
  if (!compiled.plan || refused) return { error: refused?.message ?? "The query cannot be run.", diagnostics: compiled.diagnostics };
  const outcome = await lab.run(compiled.plan, { now: scope.now, limitMs: 30_000 });
  if (outcome.kind === "failed") return { error: outcome.diagnostics[0]?.message ?? "The query failed.", diagnostics: outcome.diagnostics };
  if (outcome.kind === "stopped") return { error: `The query was stopped: ${outcome.why}.` };
  return { ...plainTable(outcome.table), diagnostics: [...compiled.diagnostics, ...outcome.diagnostics] };
}

/** Scopes of folders, which are lenient; a strict one differs in that alone. */
const schemaFolders = new Map<string, Promise<Scope>>();

async function checkKql(request: Request): Promise<Answer> {
  const folder = textOf(request, "schemas");
  let scope = schemaFolders.get(folder);
  if (!scope) {
    scope = scopeOfFolder(folder);
    schemaFolders.set(folder, scope);
  }
  const compiled = kql.compile(textOf(request, "query"), { ...await scope, lenient: request["strict"] !== true });
  const columns = compiled.plan?.schema.columns.map((c) => ({ name: c.name, type: c.type })) ?? null;
  return { columns, diagnostics: compiled.diagnostics.map(({ severity, code, message, span }) => ({ severity, code, message, span })) };
}

async function scopeOfFolder(folder: string): Promise<Scope> {
  const known = new Map<string, { name: string; type: ScalarType }[]>();
  for (const file of await fs.readdir(folder)) {
    if (!file.endsWith(".json")) continue;
    const parsed = JSON.parse(await fs.readFile(path.join(folder, file), "utf8")) as { table?: string; family?: string; columns?: [string, ScalarType][]; sentinelColumns?: [string, ScalarType][] };
    if (typeof parsed.table !== "string" || !Array.isArray(parsed.columns)) continue;
    const columns = new Map([...parsed.columns, ...(parsed.sentinelColumns ?? [])].map(([name, type]) => [name, { name, type }]));
    // A table of Defender has its time under both names, as in the shipped catalogue.
    if (parsed.family === "defender") for (const [name, twin] of [["Timestamp", "TimeGenerated"], ["TimeGenerated", "Timestamp"]] as const) {
      if (columns.has(twin) && !columns.has(name)) columns.set(name, { name, type: "datetime" });
    }
    known.set(parsed.table, [...columns.values()]);
  }
  const empty = scopeOver([], { lenient: false, now: labTime.wallTicks() });
  return {
    lenient: true,
    now: empty.now,
    tables: () => [...known.keys()],
    table: (name) => {
      const columns = known.get(name);
      return columns && { name, schema: { columns, open: columns.length < 3 }, loaded: false,
        knownValues: (c) => empty.table(name)?.knownValues?.(c), someValues: (c) => empty.table(name)?.someValues?.(c) };
    },
  };
}

const messageOf = (problem: unknown) => (problem instanceof Error ? problem.message : String(problem));
