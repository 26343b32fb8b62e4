/** `purplebook sigma draft` and `sigma tune`: a rule, or a filter of one, proposed from events. */
import { randomUUID } from "node:crypto";
import { promises as fs } from "node:fs";
import { applyEdits } from "../base";
import { firstEvents } from "../core";
import { draftFrom, tune } from "../hunt";
import { readSigma } from "../query/sigma";
import type { EventValue } from "../schema";
import type { Arguments } from "./arguments.mts";
import { UsageError } from "./files.mts";
import type { Output } from "./output.mts";
import { logsOf } from "./sigma-run.mts";

export const DRAFT_OPTIONS = { logs: "many", events: "one", baseline: "many", title: "one", author: "one", "log-format": "one" } as const;
export const TUNE_OPTIONS = { rule: "one", "false-positives": "many", hits: "many", "log-format": "one" } as const;

export const DRAFT_HELP = `purplebook sigma draft --logs FILE… [--events N,N,…] [--baseline FILE…] [--title T] [--author A]

  --events           numbers (from 1) of the events that the rule shall find; all others of --logs are baseline.
                     Without it: all events of --logs
  --baseline FILE…   events that it shall leave alone`;

export const TUNE_HELP = `purplebook sigma tune --rule FILE --false-positives FILE… --hits FILE…

  The rule's text with filters that leave out the false positives and keep every hit, to standard output`;

/** Events that are read of a file at most: more tell nothing new. */
const MOST = 20_000;

export async function sigmaDraft(args: Arguments, out: Output): Promise<number> {
  const events = await eventsOf(args, "logs");
  const numbers = args.one("events")?.split(",").map((n) => Number(n.trim()));
  if (numbers?.some((n) => !Number.isInteger(n) || n < 1 || n > events.length) === true) {
    throw new UsageError(`'--events' are numbers from 1 to ${events.length}.`);
  }
  const chosen = numbers === undefined ? events : numbers.flatMap((n) => events.slice(n - 1, n));
  const others = numbers === undefined ? [] : events.filter((_, i) => !numbers.includes(i + 1));
  const baseline = args.many("baseline").length > 0 ? await eventsOf(args, "baseline") : [];
  const [title, author] = [args.one("title"), args.one("author")];
  const draft = draftFrom(chosen, [...others, ...baseline], {
    today: new Date().toISOString().slice(0, 10), id: randomUUID(), ...(title === undefined ? {} : { title }), ...(author === undefined ? {} : { author }),
  });
  if (!draft) {
    out.note("These events have nothing in common that a rule could say.");
    return 1;
  }
  out.line(draft.text.trimEnd());
  out.note(`Finds all ${chosen.length} chosen events, and ${draft.alsoFound} of ${draft.others} others of its log source.`);
  return 0;
}

export async function sigmaTune(args: Arguments, out: Output): Promise<number> {
  const file = args.one("rule");
  if (file === undefined) throw new UsageError("Say the rule: --rule FILE.", TUNE_HELP);
  const text = await fs.readFile(file, "utf8").catch(() => { throw new UsageError(`There is no file '${file}'.`); });
  const rule = readSigma(text).rules.find((each) => each.kind === "detection");
  if (rule?.kind !== "detection") throw new UsageError(`'${file}' holds no rule that can be read.`);
  const tuned = tune(rule, text, await eventsOf(args, "false-positives"), await eventsOf(args, "hits"));
  if (!tuned) {
    out.note("Nothing sets these false positives apart from the hits.");
    return 1;
  }
  out.line(applyEdits(text, tuned.edits).trimEnd());
  out.note(`Leaves out ${tuned.removed} of ${tuned.of} false positives, and none of the hits.`);
  return 0;
}

async function eventsOf(args: Arguments, name: string): Promise<readonly EventValue[]> {
  const all = await Promise.all((await logsOf(args, name)).map((logs) => firstEvents(logs, MOST)));
  return all.flat();
}
