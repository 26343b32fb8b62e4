/**
 * The batch protocol's operation on Sigma: which rules match which events, and which correlations hold for whom. A rule
 * that is refused keeps the others from nothing: its errors are among the diagnostics.
 */
import type { Diagnostic, Json } from "../base";
import { parseDatetime } from "../table";
import { PLAIN, readPlace, shapeOf } from "../schema";
import type { EventValue } from "../schema";
import { compileRules, OneEvent } from "../hunt";
import { Correlator, readSigma } from "../query/sigma";
import type { SigmaRule, Subject } from "../query/sigma";
import { jsonOf, plainOf, type Answer, type Request } from "./batch-request.mts";

export const sigmaAnswers: Readonly<Record<string, (request: Request) => Answer>> = { sigma: runSigma };

function runSigma(request: Request): Answer {
  const texts = listOf(request, "rules").map((text) => {
    if (typeof text !== "string") throw new Error("The request's 'rules' are texts.");
    return text;
  });
  const plain = listOf(request, "events") as readonly EventValue[];
  const events = plain.map((event) => jsonOf(event) as EventValue);
  const placeholders = new Map(Object.entries((request["placeholders"] ?? {}) as Record<string, readonly string[]>));
  const files = texts.map((text) => readSigma(text, { placeholders }));
  const set = compileRules(files.flatMap((file) => file.rules));
  const { references } = set;
  const diagnostics: Diagnostic[] = [...files.flatMap((file) => file.diagnostics), ...set.diagnostics];
  const one = new OneEvent(set, request["logsource"] !== true);
  const correlator = new Correlator(references);
  const groups = new Map<SigmaRule, Map<string, { by: Json; first: number }>>(
    references.correlations.map(({ rule }) => [rule, new Map()]));
  const order = events.map((event, index) => ({ index, time: timeOf(event) }))
    .sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || a.index - b.index);
  const matches: string[][] = events.map(() => []);
  for (const { index, time } of order) {
    const event = events[index];
    const found = one.rules(plain[index]);
    const { shape } = one;
    matches[index] = found.map((rule) => rule.id?.value ?? rule.title?.value ?? "");
    const subjects = new Map<SigmaRule, Subject>();
    const values = (field: string, rule: SigmaRule) => {
      let subject = subjects.get(rule);
      if (subject === undefined && rule.kind === "detection") subjects.set(rule, (subject = one.subject(rule, event, shape)));
      return subject?.values(field);
    };
    const held = correlator.push({ time, rules: found, values });
    for (const { rule, by } of held) {
      const key = JSON.stringify([...by].map(([, value]) => plainOf(value as Json)));
      const known = groups.get(rule);
      if (known && !known.has(key)) known.set(key, { by: new Map(by) as Json, first: index });
    }
  }
  const correlations = [...groups].map(([rule, found]) => ({ rule: rule.name?.value ?? rule.title?.value ?? "",
    groups: [...found.values()].map(({ by, first }) => ({ by: plainOf(by), first })) }));
  return { matches, correlations, diagnostics };
}

/** When an event happened, in microseconds. */
function timeOf(event: EventValue): number | undefined {
  for (const place of [...shapeOf(event).time, ...PLAIN.time]) {
    const said = readPlace(event, place);
    if (typeof said !== "string") continue;
    const ticks = parseDatetime(said);
    if (ticks !== null) return Number((ticks - EPOCH) / 10n);
  }
  return undefined;
}

/** Ticks of 1970, so that microseconds keep their exactness in a number. */
const EPOCH = 621_355_968_000_000_000n;

function listOf(request: Request, name: string): readonly unknown[] {
  const list = request[name];
  if (!Array.isArray(list)) throw new Error(`The request needs '${name}', a list.`);
  return list as readonly unknown[];
}
