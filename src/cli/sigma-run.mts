/** `purplebook sigma run` and `sigma explain`: rules over files of logs, and what a rule makes of one event. */
import { firstEvents, huntIn, readyRules, vaultRules, type HuntLogs, type HuntRule } from "../core";
import { explain, LEVELS, nearMisses, type Explanation, type Finding, type FoundRule, type HuntReport } from "../hunt";
import { isLogFormat } from "../logs";
import { printDatetime } from "../table";
import type { Arguments } from "./arguments.mts";
import { UsageError } from "./files.mts";
import { openVault } from "./notes.mts";
import { oneLine, type Output } from "./output.mts";
import { bytesOf } from "./query.mts";
import { ruleFiles } from "./sigma-files.mts";

export const RUN_OPTIONS = {
  rules: "many", vault: "one", logs: "many", format: "one", level: "one", "log-format": "one", keep: "one", "fail-on": "one",
} as const;
export const EXPLAIN_OPTIONS = { rules: "many", vault: "one", logs: "many", format: "one", "log-format": "one", rule: "one", event: "one" } as const;

export const RUN_HELP = `purplebook sigma run (--rules PATH… | --vault DIR) --logs FILE… [options]

  --rules PATH…      files or folders of rules (.yml, .yaml, notes); filters and correlations among them are applied
  --vault DIR        the Sigma rules that the notes of a vault hold
  --logs FILE…       NDJSON, JSON, CSV, EVTX, syslog …, also packed (gzip, ZIP); lines are looked at as they come
  --level L          rules of this level and above: ${LEVELS.join(", ")}
  --format F         table (default), json, csv, timeline
  --keep N           events listed per rule (200); all are counted
  --log-format F     the format of the logs, where it is not found out
  --fail-on L        exit code 1 when a rule of this level or above fired; without it, when any did`;

export const EXPLAIN_HELP = `purplebook sigma explain (--rules PATH… | --vault DIR) --logs FILE --event N [--rule TITLE-OR-ID] [--format text|json]

  --event N          the event (from 1) that is asked about. Without --rule: the rules that match it, and those that one
                     item keeps from matching`;

/** Runs rules over logs; resolves to 1 when something fired, else 0. */
export async function sigmaRun(args: Arguments, out: Output): Promise<number> {
  const [level, failOn] = [levelOf(args, "level"), levelOf(args, "fail-on")];
  const rules = await rulesOf(args);
  const ready = readyRules(rules, level === undefined ? {} : { level });
  for (const { path: file, message } of ready.refused) out.note(`${file}: ${message}`);
  const keep = Number(args.one("keep") ?? 200);
  if (!Number.isInteger(keep) || keep < 0) throw new UsageError("'--keep' is a number of events.");
  const report = await huntIn(ready, await logsOf(args), { keep });
  print(report, args.one("format") ?? "table", out);
  for (const d of report.diagnostics) out.note(`${d.severity}: ${d.message}`);
  out.note(`${report.events} events, ${report.rules} rules (${ready.refused.length} refused), ${report.found.length} fired. `
    + report.shapes.map((s) => `${s.title}: ${s.events}`).join("; "));
  const least = LEVELS.findIndex((name) => name === failOn);
  return report.found.some((f) => LEVELS.findIndex((name) => name === f.rule.level) >= least) ? 1 : 0;
}

/** Tells what rules make of one event. */
export async function sigmaExplain(args: Arguments, out: Output): Promise<number> {
  const number = Number(args.one("event") ?? "1");
  if (!Number.isInteger(number) || number < 1) throw new UsageError("'--event' is a number from 1.");
  const [logs, ...more] = await logsOf(args);
  if (!logs || more.length > 0) throw new UsageError("'sigma explain' takes one file of logs.");
  const event = (await firstEvents(logs, number))[number - 1];
  if (event === undefined) throw new UsageError(`The logs have no event ${number}.`);
  const ready = readyRules(await rulesOf(args));
  for (const { path: file, message } of ready.refused) out.note(`${file}: ${message}`);
  const detections = ready.set.rules.map(({ rule }) => rule);
  const asked = args.one("rule")?.toLowerCase();
  if (asked === undefined) {
    const matching = detections.filter((rule) => explain(rule, event).matches);
    for (const rule of matching) out.line(`matches  ${rule.title?.value ?? rule.id?.value ?? ""}`);
    for (const { rule, change } of nearMisses(detections, event)) {
      out.line(`nearly   ${rule.title?.value ?? rule.id?.value ?? ""}: ${change.field} ${change.wanted}${seen(change.seen)}`);
    }
    return matching.length > 0 ? 0 : 1;
  }
  const chosen = detections.filter((rule) => rule.id?.value.toLowerCase() === asked || rule.title?.value.toLowerCase() === asked);
  if (chosen.length === 0 && detections.length > 1) throw new UsageError(`None of the ${detections.length} rules is called '${args.one("rule") ?? ""}'.`);
  const told = (chosen.length > 0 ? chosen : detections).map((rule) => ({ rule, told: explain(rule, event) }));
  if (args.one("format") === "json") out.line(JSON.stringify(told.map(({ rule, told: t }) => ({ rule: rule.id?.value ?? rule.title?.value, ...t })), null, 2));
  else for (const { rule, told: t } of told) printExplanation(rule.title?.value ?? "", t, out);
  return told.every(({ told: t }) => t.matches) ? 0 : 1;
}

function printExplanation(title: string, told: Explanation, out: Output): void {
  out.line(`${title}: ${told.matches ? "matches" : "does not match"}`);
  out.line(`  log source: ${told.source.fits ? `fits (${told.source.shape})` : told.source.why ?? "does not fit"}`);
  for (const change of told.changes) out.line(`  ${change.field} ${change.wanted}${seen(change.seen)}`);
  const walk = (found: Finding, depth: number): void => {
    out.line(`${"  ".repeat(depth)}${found.holds ? "+" : "-"} ${found.label}${found.seen === undefined ? "" : ` = ${oneLine(found.seen)}`}`);
    for (const part of found.parts) walk(part, depth + 1);
  };
  for (const condition of told.conditions) walk(condition, 1);
}

const seen = (value: string | undefined) => (value === undefined ? " (not in the event)" : ` (is '${oneLine(value)}')`);

function print(report: HuntReport, format: string, out: Output): void {
  switch (format) {
    case "json":
      out.line(JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? printDatetime(value)
        : value instanceof Map ? Object.fromEntries(value) as unknown : value), 2));
      return;
    case "csv":
      out.line("level,count,title,id,techniques,first,last,path");
      for (const f of report.found) {
        out.line([f.rule.level, String(f.count), f.rule.title, f.rule.id ?? "", f.rule.techniques.join(" "), when(f.first), when(f.last), f.rule.path]
          .map(csvCell).join(","));
      }
      return;
    case "timeline": timeline(report.found, out); return;
    case "table":
      for (const f of report.found) {
        out.line(`${f.rule.level.padEnd(13)} ${String(f.count).padStart(7)}  ${f.rule.techniques.join(" ").padEnd(10)}  ${oneLine(f.rule.title)}`);
      }
      return;
    default: throw new UsageError(`There is no format '${format}'.`, "Formats are table, json, csv, timeline.");
  }
}

/** Every listed event in the order of time. */
function timeline(found: readonly FoundRule[], out: Output): void {
  const all = found.flatMap((f) => f.events.map((event) => ({ rule: f.rule, of: f.of, event })));
  all.sort((a, b) => compare(a.event.time, b.event.time) || a.event.line - b.event.line);
  for (const { rule, of, event } of all) {
    out.line(`${(event.time === undefined ? "no time" : printDatetime(event.time)).padEnd(28)}  ${rule.level.padEnd(13)}  ${oneLine(of === "groups" ? event.source : `${event.source}:${event.line + 1}`)}  ${oneLine(rule.title)}`);
  }
}

const compare = (a: bigint | undefined, b: bigint | undefined) => (a === b ? 0 : a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1);
const when = (ticks: bigint | undefined) => (ticks === undefined ? "" : printDatetime(ticks));
const csvCell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

function levelOf(args: Arguments, name: "level" | "fail-on"): string | undefined {
  const level = args.one(name)?.toLowerCase();
  if (level !== undefined && !LEVELS.some((known) => known === level)) throw new UsageError(`There is no level '${level}'.`, `Levels are ${LEVELS.join(", ")}.`);
  return level;
}

async function rulesOf(args: Arguments): Promise<readonly HuntRule[]> {
  const vault = args.one("vault");
  if (vault !== undefined) return vaultRules((await openVault(vault)).index);
  const files = await ruleFiles(args.many("rules"), RUN_HELP);
  return files.flatMap((file) => file.rules.map(({ text }): HuntRule => ({ path: file.path, text })));
}

export async function logsOf(args: Arguments, name = "logs"): Promise<readonly HuntLogs[]> {
  const files = args.many(name);
  if (files.length === 0) throw new UsageError(`Say the files of logs: --${name} FILE….`, RUN_HELP);
  const format = args.one("log-format");
  if (format !== undefined && !isLogFormat(format)) throw new UsageError(`There is no format '${format}' of logs.`);
  return Promise.all(files.map(async (file) => ({ name: file, from: { text: await bytesOf(file), ...(format === undefined ? {} : { format }) } })));
}
