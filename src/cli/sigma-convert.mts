/** `purplebook sigma convert`: rules in the words of another query language. */
import { nearest } from "../base";
import { applyFilters, convert, readSigma, TARGETS } from "../query/sigma";
import type { TargetId } from "../query/sigma";
import type { Arguments, OptionKind } from "./arguments.mts";
import { UsageError } from "./files.mts";
import { printDiagnostics, type Output } from "./output.mts";
import { ruleFiles } from "./sigma-files.mts";

export const CONVERT_OPTIONS: Readonly<Record<string, OptionKind>> = { to: "one", table: "one", format: "one", quiet: "flag" };

export const CONVERT_HELP = `purplebook sigma convert FILE… --to TARGET — rules in another query language

  purplebook sigma convert FILE… --to TARGET [--table NAME] [--format text|json] [--quiet]

${TARGETS.map((each) => `  ${each.id.padEnd(11)}${each.title}`).join("\n")}

  --table   the table or index to ask, instead of the likeliest for the log source
  --quiet   say nothing of what is said only roughly

What a language cannot say is told, and the rule then gives no query and exit code 1.

  purplebook sigma convert rules/proc_creation_win_whoami.yml --to sentinel`;

export async function convertRules(args: Arguments, out: Output): Promise<number> {
  const to = args.one("to");
  const target = TARGETS.find((each) => each.id === to)?.id;
  if (target === undefined) {
    const near = to === undefined ? undefined : nearest(to, TARGETS.map((each) => each.id));
    throw new UsageError(to === undefined ? "Say the language by --to." : `There is no target '${to}'.`, near === undefined ? CONVERT_HELP : `Did you mean '${near}'?`);
  }
  const json = args.one("format") === "json";
  const read = (await ruleFiles(args.words, CONVERT_HELP)).flatMap((file) => file.rules.map((each) => ({ source: file, file: readSigma(each.text, { offset: each.from }) })));
  const applied = applyFilters(read.flatMap((each) => each.file.rules));
  const { rules } = applied;
  // Filters are gone, all others are in their order.
  const queue = [...rules];
  const table = args.one("table");
  const results: object[] = [];
  let failed = 0;
  let written = 0;
  for (const { source, file } of read) {
    if (file.refused.length > 0) {
      failed += file.refused.length;
      out.note(`${source.path}:`);
      printDiagnostics(source.text, file.diagnostics.filter((d) => d.severity === "error"), out);
    }
    for (const { kind } of file.rules) {
      const rule = kind === "filter" ? undefined : queue.shift();
      if (!rule) continue;
      const { text, diagnostics } = convert(rule, target satisfies TargetId, { rules, ...(table === undefined ? {} : { table }) });
      const told = diagnostics.filter((d) => d.severity === "error" || !args.flag("quiet"));
      if (json) {
        results.push({ path: source.path, id: rule.id?.value ?? null, title: rule.title?.value ?? null, target, query: text ?? null,
          diagnostics: diagnostics.map(({ code, severity, message }) => ({ code, severity, message })) });
      } else if (text !== undefined) {
        if (rules.length > 1) out.line(`${written > 0 ? "\n" : ""}${COMMENTS[target]} ${rule.title?.value.replace(/\s+/g, " ") ?? source.path}`);
        out.line(text);
      }
      if (text === undefined) failed++;
      else written++;
      if (!json && told.length > 0) {
        out.note(`${source.path}:`);
        printDiagnostics(source.text, told, out);
      }
    }
  }
  if (json) out.line(JSON.stringify(results, null, 2));
  out.note(`${written} of ${written + failed} rules converted`);
  return failed > 0 ? 1 : 0;
}

/** What begins a comment; Lucene and Splunk have none of a line, there it only tells queries apart. */
const COMMENTS: Readonly<Record<TargetId, string>> = {
  sentinel: "//", defender: "//", splunk: "#", esql: "//", eql: "//", lucene: "#", duckdb: "--", clickhouse: "--", spark: "--",
};
