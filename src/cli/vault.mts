/** Commands over a vault: what is in it, what its blocks show, what is wrong. */
import { knownTechniques, readTechniqueId } from "../attack";
import { LineMap, nearest } from "../base";
import { coverageOfAll, coverageTable } from "../coverage";
import { formatDate, runDql, toText, type DqlDate, type DqlResult, type DqlValue, type TaskTree } from "../query/dql";
import type { Note } from "../vault";
import type { Arguments } from "./arguments.mts";
import { UsageError } from "./files.mts";
import { openVault, pagesOf } from "./notes.mts";
import { printDiagnostics, printTable, type Output } from "./output.mts";
import { judgeRules } from "./verdicts.mts";
import { lintTexts, vaultRules, type Workspace } from "../core";

export const INDEX_HELP = `purplebook index VAULT — what is in a vault

  purplebook index VAULT [--format table|json|csv|markdown] [--run]

One row a technique: its coverage and why, rules, runbooks, newest test.
  --run   run the rules on their samples first, so that what they state to expect counts

  purplebook index demo --run --format markdown`;

export const CHECK_HELP = `purplebook check VAULT — what is wrong in a vault

  purplebook check VAULT [--run] [--format text|json]

Every note that could not be fully read, with file, line and what was expected; duplicate ids, rules without technique,
links to nothing, queries that do not compile, what is wrong or unusual in Sigma rules.
  --run   run the rules on their samples, and tell those that do not give what is expected

Exit code 1 when there is an error, or a sample that fails.`;

export const DQL_HELP = `purplebook dql VAULT --from NOTE --query Q — a dataview query as the note NOTE would show it

  purplebook dql VAULT --from NOTE (--query Q | --file F) [--format table|json|csv|markdown] [--now T]

  purplebook dql demo --from Dashboard.md --query 'TABLE level, status FROM "Detection Rules" SORT level'`;

export const PANEL_HELP = `purplebook panel VAULT NOTE — every dataview block of a note, run

  purplebook panel VAULT NOTE [--format table|json|csv|markdown] [--now T]

  NOTE is a path, a note's name, or a technique's id.

  purplebook panel demo T1578.002
  purplebook panel demo "Techniques/T1578.002 - Create Cloud Instance.md"`;

export async function index(args: Arguments, out: Output): Promise<number> {
  const workspace = await openVault(folderOf(args, INDEX_HELP));
  const verdicts = args.flag("run") ? await judgeRules(workspace) : [];
  const coverage = coverageOfAll(workspace.index, { verdicts: verdicts.map((v) => v.verdict) });
  printTable(coverageTable(coverage), args.one("format") ?? "table", out);
  const kinds = (["technique", "rule", "runbook", "other"] as const).map((k) => `${workspace.index.ofKind(k).length} ${k}`);
  out.note(`${workspace.index.size} notes: ${kinds.join(", ")}`);
  return 0;
}

export async function check(args: Arguments, out: Output): Promise<number> {
  const workspace = await openVault(folderOf(args, CHECK_HELP));
  const found: { path: string; line: number; column: number; severity: string; code: string; message: string }[] = [];
  const lines = new Map<string, LineMap>();
  for (const { path, diagnostic } of workspace.index.problems(new Set(knownTechniques().keys()))) {
    let map = lines.get(path);
    if (!map) lines.set(path, map = new LineMap(await workspace.files.read(path)));
    found.push({ path, ...map.at(diagnostic.span.from), severity: diagnostic.severity, code: diagnostic.code, message: diagnostic.message });
  }
  for (const { path, diagnostic } of lintTexts(vaultRules(workspace.index))) {
    let map = lines.get(path);
    if (!map) lines.set(path, map = new LineMap(await workspace.files.read(path)));
    found.push({ path, ...map.at(diagnostic.span.from), severity: diagnostic.severity, code: diagnostic.code, message: diagnostic.message });
  }
  const verdicts = await judgeRules(workspace, { run: args.flag("run") });
  for (const rule of verdicts) {
    const { problem } = rule;
    if (problem) found.push({ path: rule.verdict.rulePath, ...problem });
    else if (args.flag("run") && !rule.verdict.passed) {
      found.push({
        path: rule.verdict.rulePath, line: rule.line, column: 1, severity: "error", code: "sample-fails",
        message: `Sample '${rule.verdict.sample}': expected ${rule.expected}, got ${rule.verdict.got === null ? "no result" : `${rule.verdict.got} rows`}.${rule.why === undefined ? "" : ` ${rule.why}`}`,
      });
    }
  }
  if (args.one("format") === "json") out.line(JSON.stringify(found, null, 2));
  else for (const f of found) out.line(`${f.path}:${f.line}:${f.column}: ${f.severity}: ${f.message} [${f.code}]`);
  const errors = found.filter((f) => f.severity === "error").length;
  const passed = verdicts.filter((v) => v.verdict.passed && !v.problem).length;
  const ran = args.flag("run") ? `, ${passed} of ${verdicts.filter((v) => !v.problem).length} samples as expected` : "";
  out.note(`${workspace.index.size} notes, ${errors} ${errors === 1 ? "error" : "errors"}, ${found.length - errors} other findings${ran}`);
  return errors > 0 ? 1 : 0;
}

export async function dql(args: Arguments, out: Output): Promise<number> {
  const workspace = await openVault(folderOf(args, DQL_HELP));
  const from = args.one("from");
  const text = args.one("query") ?? (args.one("file") === undefined ? undefined : await workspace.files.read(args.one("file") ?? ""));
  if (from === undefined || text === undefined) throw new UsageError("Say the note by --from and the query by --query.", DQL_HELP);
  const note = noteOf(workspace, from);
  return showBlock(workspace, note, text, args, out);
}

export async function panel(args: Arguments, out: Output): Promise<number> {
  const workspace = await openVault(folderOf(args, PANEL_HELP));
  const wanted = args.words[1];
  if (wanted === undefined) throw new UsageError("Say the note.", PANEL_HELP);
  const note = noteOf(workspace, wanted);
  const blocks = note.blocks.filter((b) => b.language === "dataview");
  if (blocks.length === 0) {
    out.note(`'${note.path}' has no dataview block.`);
    return 0;
  }
  let code = 0;
  for (const block of blocks) {
    out.note(`${note.path}:${block.line + 1}${block.section === undefined ? "" : ` — ${block.section}`}`);
    code = Math.max(code, await showBlock(workspace, note, block.text, args, out));
  }
  return code;
}

async function showBlock(workspace: Workspace, note: Note, text: string, args: Arguments, out: Output): Promise<number> {
  const asked = args.one("now");
  const now = asked === undefined ? Date.now() : Date.parse(asked);
  if (Number.isNaN(now)) throw new UsageError(`'${asked ?? ""}' is not a time; write it like 2026-05-01T10:00:00Z.`);
  const outcome = await runDql(text, await pagesOf(workspace), { origin: note.path, now });
  printDiagnostics(text, outcome.diagnostics, out);
  if (outcome.kind !== "done") return 1;
  printResult(outcome.result, args.one("format") ?? "table", out);
  return 0;
}

/** Dates in a form that sorts and that other programs read. */
const PLAIN_TEXT = { nullText: "", dateText: (date: DqlDate) => formatDate(date, "yyyy-MM-dd'T'HH:mm:ss", "en-US").replace(/T00:00:00$/, "") };

function printResult(result: DqlResult, format: string, out: Output): void {
  const rows: readonly (readonly DqlValue[])[] = result.type === "table" ? result.rows
    : result.type === "list" ? result.items.map((i) => [i])
    : result.type === "calendar" ? result.days.map((d) => [d.date, d.link])
    : tasksOf(result.tree).map((t) => [t.get("status") ?? "", t.get("text") ?? "", t.get("path") ?? "", t.get("line") ?? ""]);
  const headers = result.type === "table" ? result.headers : result.type === "list" ? ["Item"] : result.type === "calendar" ? ["Date", "Note"] : ["Status", "Task", "Note", "Line"];
  const cells = rows.map((row) => row.map((v) => toText(v, PLAIN_TEXT)));
  if (format === "json") {
    out.line(JSON.stringify({ headers, rows: cells }, null, 2));
    return;
  }
  printTable(textTable(headers, cells), format, out);
}

function tasksOf(tree: TaskTree): ReadonlyMap<string, DqlValue>[] {
  return tree.kind === "tasks" ? [...tree.tasks] : tree.groups.flatMap((g) => tasksOf(g.rows));
}

function textTable(headers: readonly string[], rows: readonly (readonly string[])[]) {
  return {
    schema: { columns: headers.map((name) => ({ name, type: "string" as const })), open: false },
    batches: rows.length === 0 ? [] : [{
      length: rows.length,
      columns: headers.map((_, c) => ({
        type: "string" as const, length: rows.length, nulls: null,
        codes: Uint32Array.from(rows.keys()), words: rows.map((r) => r[c] ?? ""),
      })),
    }],
  };
}

function folderOf(args: Arguments, help: string): string {
  const folder = args.words[0];
  if (folder === undefined) throw new UsageError("Say the vault's folder.", help);
  return folder;
}

function noteOf(workspace: Workspace, wanted: string): Note {
  const path = wanted.replace(/^\.?\//, "");
  const note = workspace.index.note(path) ?? workspace.index.note(`${path}.md`) ?? workspace.index.resolveNote(path.replace(/\.md$/, ""), "");
  if (note) return note;
  const id = readTechniqueId(wanted);
  const about = id === null ? undefined : workspace.index.techniqueNote(id);
  if (about) return about;
  const near = nearest(path, workspace.index.all().flatMap((n) => [n.path, n.path.replace(/^.*\//, "").replace(/\.md$/, "")]));
  throw new UsageError(`There is no note '${wanted}' in the vault.`, near === undefined ? undefined : `Did you mean '${near}'?`);
}
