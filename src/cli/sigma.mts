/** `purplebook sigma …`: the commands over Sigma rules. A new one is added to the table here. */
import { nearest } from "../base";
import type { Arguments, OptionKind } from "./arguments.mts";
import { UsageError } from "./files.mts";
import type { Output } from "./output.mts";
import { convertRules, CONVERT_HELP, CONVERT_OPTIONS } from "./sigma-convert.mts";
import { DRAFT_HELP, DRAFT_OPTIONS, sigmaDraft, sigmaTune, TUNE_HELP, TUNE_OPTIONS } from "./sigma-draft.mts";
import { EXPLAIN_HELP, EXPLAIN_OPTIONS, RUN_HELP, RUN_OPTIONS, sigmaExplain, sigmaRun } from "./sigma-run.mts";
import { lintRules, LINT_HELP, LINT_OPTIONS } from "./sigma-lint.mts";

interface SigmaCommand {
  readonly says: string;
  readonly help: string;
  readonly options: Readonly<Record<string, OptionKind>>;
  run(args: Arguments, out: Output): Promise<number>;
}

const COMMANDS: Readonly<Record<string, SigmaCommand>> = {
  run: { says: "rules over files of logs: which fire, on which events", help: RUN_HELP, options: RUN_OPTIONS, run: sigmaRun },
  explain: { says: "what rules make of one event, and what keeps them from matching", help: EXPLAIN_HELP, options: EXPLAIN_OPTIONS, run: sigmaExplain },
  draft: { says: "a rule proposed from events", help: DRAFT_HELP, options: DRAFT_OPTIONS, run: sigmaDraft },
  tune: { says: "a filter proposed from false positives", help: TUNE_HELP, options: TUNE_OPTIONS, run: sigmaTune },
  lint: { says: "what is wrong or unusual in rules", help: LINT_HELP, options: LINT_OPTIONS, run: lintRules },
  convert: { says: "rules in KQL, SPL, ES|QL, EQL, Lucene or SQL", help: CONVERT_HELP, options: CONVERT_OPTIONS, run: convertRules },
};

/** The options of all of them; each says itself which it takes. */
export const SIGMA_OPTIONS: Readonly<Record<string, OptionKind>> = Object.assign({}, ...Object.values(COMMANDS).map((each) => each.options)) as
  Readonly<Record<string, OptionKind>>;

export const SIGMA_HELP = `purplebook sigma COMMAND … — work with Sigma rules

${Object.entries(COMMANDS).map(([name, each]) => `  ${name.padEnd(8)}${each.says}`).join("\n")}

${Object.values(COMMANDS).map((each) => each.help).join("\n\n")}`;

export async function sigma(args: Arguments, out: Output): Promise<number> {
  const [name, ...words] = args.words;
  if (name === undefined) throw new UsageError("Say what to do.", SIGMA_HELP);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const near = nearest(name, Object.keys(COMMANDS));
    throw new UsageError(`There is no command 'sigma ${name}'.`, near === undefined ? SIGMA_HELP : `Did you mean '${near}'?`);
  }
  const foreign = Object.keys(SIGMA_OPTIONS).find((option) => args.flag(option) && !Object.hasOwn(command.options, option));
  if (foreign !== undefined) throw new UsageError(`'sigma ${name}' has no option '--${foreign}'.`, command.help);
  return command.run({ words, flag: (option) => args.flag(option), one: (option) => args.one(option), many: (option) => args.many(option) }, out);
}
