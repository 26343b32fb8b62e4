/**
 * The batch protocol's operation on Sigma: which rules match which events, and which correlations hold for whom. A rule
 * that is refused keeps the others from nothing: its errors are among the diagnostics.
 */
import type { Diagnostic, Json } from "../base";
import { parseDatetime } from "../table";
import { mayMatch, PLAIN, readPlace, shapeOf, viewsOf } from "../schema";
import type { EventShape, EventValue, LogView } from "../schema";
import { applyFilters, Correlator, holdsFor, readSigma, referencesOf, subjectIn } from "../query/sigma";
import type { DetectionRule, SigmaRule, Subject } from "../query/sigma";
import { jsonOf, plainOf, type Answer, type Request } from "./batch-request.mts";

export const sigmaAnswers: Readonly<Record<string, (request: Request) => Answer>> = { sigma: runSigma };

function runSigma(request: Request): Answer {
  const texts = listOf(request, "rules").map((text) => {
    if (typeof text !== "string") throw new Error("The request's 'rules' are texts.");
    return text;
  });
  const events = listOf(request, "events").map((event) => jsonOf(event) as EventValue);
  const placeholders = new Map(Object.entries((request["placeholders"] ?? {}) as Record<string, readonly string[]>));
  const files = texts.map((text) => readSigma(text, { placeholders }));
  const filtered = applyFilters(files.flatMap((file) => file.rules));
  const references = referencesOf(filtered.rules);
  const diagnostics: Diagnostic[] = [...files.flatMap((file) => file.diagnostics),
    ...[...filtered.diagnostics.values()].flat(), ...[...references.diagnostics.values()].flat()];
  const rules = filtered.rules.filter((rule): rule is DetectionRule => rule.kind === "detection");
  const routed = new Router(rules, request["logsource"] === true);
  const correlator = new Correlator(references);
  const groups = new Map<SigmaRule, Map<string, { by: Json; first: number }>>(
    references.correlations.map(({ rule }) => [rule, new Map()]));
  const order = events.map((event, index) => ({ index, time: timeOf(event) }))
    .sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || a.index - b.index);
  const matches: string[][] = events.map(() => []);
  for (const { index, time } of order) {
    const event = events[index];
    const hits = routed.match(event);
    matches[index] = [...hits.keys()].map((rule) => rule.id?.value ?? rule.title?.value ?? "");
    const held = correlator.push({ time, rules: [...hits.keys()], values: (field, rule) => hits.get(rule)?.values(field) });
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

/** Rules by the log source that an event may be of. */
class Router {
  private readonly views = new Map<EventShape, readonly (readonly [DetectionRule, readonly LogView[]])[]>();

  constructor(private readonly rules: readonly DetectionRule[], private readonly bySource: boolean) {}

  /** The rules that match, each with the fields as it calls them. */
  match(event: EventValue): ReadonlyMap<SigmaRule, Subject> {
    const out = new Map<SigmaRule, Subject>();
    const shape = this.bySource ? shapeOf(event) : PLAIN;
    for (const [rule, views] of this.viewsFor(shape)) {
      for (const view of views) {
        if (!mayMatch(view, event)) continue;
        const subject = subjectIn(view, event);
        if (!holdsFor(rule, subject)) continue;
        out.set(rule, subject);
        break;
      }
    }
    return out;
  }

  private viewsFor(shape: EventShape): readonly (readonly [DetectionRule, readonly LogView[]])[] {
    let known = this.views.get(shape);
    if (known === undefined) {
      known = this.rules.map((rule) => [rule, viewsOf(rule.logsource, shape)] as const);
      this.views.set(shape, known);
    }
    return known;
  }
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
