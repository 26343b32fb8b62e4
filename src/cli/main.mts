#!/usr/bin/env node
/** The command line `purplebook`: the same core as the plugin, for a vault kept in git and its CI. */
import { nearest } from "../base";
import { readArguments, type Arguments, type OptionKind } from "./arguments.mts";
import { batch, BATCH_HELP } from "./batch.mts";
import { UsageError } from "./files.mts";
import type { Output } from "./output.mts";
import { query, QUERY_HELP, QUERY_OPTIONS } from "./query.mts";
import { sigma, SIGMA_HELP, SIGMA_OPTIONS } from "./sigma.mts";
import { check, CHECK_HELP, dql, DQL_HELP, index, INDEX_HELP, panel, PANEL_HELP } from "./vault.mts";

interface Command {
  readonly says: string;
  readonly help: string;
  readonly options: Readonly<Record<string, OptionKind>>;
  run(args: Arguments, out: Output): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  index: { says: "coverage of every technique of a vault", help: INDEX_HELP, options: { format: "one", run: "flag" }, run: index },
  check: { says: "what is wrong in a vault; for CI", help: CHECK_HELP, options: { format: "one", run: "flag" }, run: check },
  panel: { says: "the dataview blocks of a note, run", help: PANEL_HELP, options: { format: "one", now: "one" }, run: panel },
  dql: { says: "a dataview query over a vault", help: DQL_HELP, options: { from: "one", query: "one", file: "one", format: "one", now: "one" }, run: dql },
  query: { says: "a query over files of logs, with its trace", help: QUERY_HELP, options: QUERY_OPTIONS, run: query },
  sigma: { says: "run, explain, check and convert Sigma rules", help: SIGMA_HELP, options: SIGMA_OPTIONS, run: sigma },
  batch: { says: "answer JSON Lines requests on standard input", help: BATCH_HELP, options: {}, run: () => batch(process.stdin, process.stdout) },
};

const HELP = `purplebook — a vault of ATT&CK notes as a detection lab

${Object.entries(COMMANDS).map(([name, c]) => `  ${name.padEnd(8)}${c.says}`).join("\n")}

  purplebook check demo --run
  purplebook query --lang kql --query 'AWSCloudTrail | summarize count() by EventName' --table AWSCloudTrail=trail.json
  purplebook COMMAND --help

Exit codes: 0 fine, 1 something was found or failed, 2 asked wrongly, 3 a mistake of ours.`;

async function main(argv: readonly string[]): Promise<number> {
  const out: Output = {
    line: (text) => { process.stdout.write(`${text}\n`); },
    note: (text) => { process.stderr.write(`${text}\n`); },
    ...(process.stdout.isTTY ? { width: process.stdout.columns } : {}),
  };
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    out.line(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!command) {
      const near = nearest(name, Object.keys(COMMANDS));
      throw new UsageError(`There is no command '${name}'.`, near === undefined ? HELP : `Did you mean '${near}'?`);
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      out.line(command.help);
      return 0;
    }
    return await command.run(readArguments(rest, command.options), out);
  } catch (problem) {
    if (!(problem instanceof UsageError)) throw problem;
    out.note(problem.message);
    if (problem.hint !== undefined) out.note(problem.hint);
    return 2;
  }
}

// A reader that closed its end (`| head`) is no mistake.
process.stdout.on("error", (problem: NodeJS.ErrnoException) => { if (problem.code === "EPIPE") process.exit(0); });
main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (problem: unknown) => {
    process.stderr.write(`This is a mistake of Purplebook, please report it:\n${problem instanceof Error ? problem.stack ?? problem.message : String(problem)}\n`);
    process.exitCode = 3;
  },
);
