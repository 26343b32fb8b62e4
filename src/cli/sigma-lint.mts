/** `purplebook sigma lint`: the checks of rules over files and folders, for people and for CI. */
import { LineMap } from "../base";
import { lintTexts } from "../core";
import type { Arguments, OptionKind } from "./arguments.mts";
import { UsageError } from "./files.mts";
import type { Output } from "./output.mts";
import { ruleFiles } from "./sigma-files.mts";

export const LINT_OPTIONS: Readonly<Record<string, OptionKind>> = { format: "one", fail: "one", quiet: "flag" };

export const LINT_HELP = `purplebook sigma lint PATH… — what is wrong or unusual in Sigma rules

  purplebook sigma lint PATH… [--format text|json|github] [--fail error|warning|info] [--quiet]

  PATH      a rule's file, a note with rules, or a folder of them
  --fail    the least that gives exit code 1 (error)
  --quiet   leave out what is only an info

  purplebook sigma lint rules --fail warning --format github`;

const SEVERITIES = ["info", "warning", "error"] as const;

export async function lintRules(args: Arguments, out: Output): Promise<number> {
  const fail = args.one("fail") ?? "error";
  const format = args.one("format") ?? "text";
  const least = SEVERITIES.findIndex((each) => each === fail);
  if (least < 0) throw new UsageError(`'${fail}' is no severity.`, "Severities are error, warning, info.");
  if (!["text", "json", "github"].includes(format)) throw new UsageError(`There is no format '${format}'.`, "Formats are text, json, github.");
  const files = await ruleFiles(args.words, LINT_HELP);
  const maps = new Map(files.map((file) => [file.path, new LineMap(file.text)]));
  const found = lintTexts(files.flatMap((file) => file.rules)).filter(({ diagnostic }) => !args.flag("quiet") || diagnostic.severity !== "info")
    .map(({ path, diagnostic: d }) => {
      const { line, column } = maps.get(path)?.at(d.span.from) ?? { line: 1, column: 1 };
      return { path, line, column, severity: d.severity, code: d.code, message: d.message, ...(d.fix ? { fix: d.fix.title } : {}) };
    });
  if (format === "json") out.line(JSON.stringify(found, null, 2));
  for (const f of format === "json" ? [] : found) {
    out.line(format === "github"
      ? `::${f.severity === "info" ? "notice" : f.severity} file=${property(f.path)},line=${f.line},col=${f.column},title=${property(f.code)}::${data(f.message)}`
      : `${f.path}:${f.line}:${f.column}: ${f.severity}: ${f.message} [${f.code}]`);
  }
  const count = (severity: string) => found.filter((f) => f.severity === severity).length;
  out.note(`${files.length} files, ${count("error")} errors, ${count("warning")} warnings, ${count("info")} infos`);
  return found.some((f) => SEVERITIES.indexOf(f.severity) >= least) ? 1 : 0;
}

/** Escapes of GitHub's workflow commands. */
function data(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
