/** What is known of a technique, as the panels show it: coverage with its reasons, the strip, the card. */
import { isSubtechnique, knownTechniques, type TechniqueId } from "../attack";
import type { Coverage, RuleFact } from "../coverage";
import type { Note } from "../vault";
import type { CoverageModel, CoveredRule, HoverCardModel, NeighbourTechnique, StripModel } from "../ui";
import { noteLink } from "./links";
import type { Notebook } from "./notebook";

/** Reasons that a panel shows; a technique with many rules has more than anybody reads. */
const MOST_REASONS = 8;

export function coverageModel(book: Notebook, id: TechniqueId): CoverageModel {
  const coverage = book.coverage(id);
  const rolled = coverage.subs.length > 0;
  const reasons = rolled ? [...coverage.rolledReasons, ...coverage.reasons] : coverage.reasons;
  return {
    id, name: coverage.name ?? id, state: coverage.rolled,
    reasons: reasons.slice(0, MOST_REASONS).map((reason) => ({ text: reason.text, weight: weightOf(reason.text) })),
    rules: coverage.rules.map(coveredRule),
    runbooks: coverage.runbooks.map((r) => ({
      link: noteLink(r.path, r.title), ...(r.lastRun === undefined ? {} : { lastRun: r.lastRun }),
      result: r.result ?? (r.lastRun === undefined ? "never" : "unknown"),
    })),
    actions: [
      ...(coverage.rules.length === 0 ? [{ id: `new-rule:${id}`, label: `New rule for ${id}` }] : []),
      ...(coverage.runbooks.length === 0 ? [{ id: `new-runbook:${id}`, label: `New runbook for ${id}` }] : []),
      ...(coverage.rules.some((r) => r.samples.length > 0)
        ? [{ id: `test-rules:${id}`, label: "Run rules on their samples" }]
        : []),
    ],
  };
}

function coveredRule(rule: RuleFact): CoveredRule {
  const tested = rule.samples.filter((s) => s.verdict !== undefined);
  const passed = tested.filter((s) => s.verdict?.passed === true).length;
  const via = rule.via[0];
  return {
    link: noteLink(rule.path, rule.title),
    ...(rule.status === undefined ? {} : { status: rule.status }),
    ...(rule.level === undefined ? {} : { level: rule.level }),
    verdict: rule.evidence === "none" ? "untested" : rule.evidence,
    ...(tested.length === 0 ? {} : { detail: `${passed} of ${rule.samples.length} samples as expected` }),
    ...(via === undefined ? {} : { through: via }),
  };
}

/** The one sentence that says most of why a technique, its sub-techniques counted in, stands as it does. */
export function mainReason(coverage: Coverage): string | null {
  const { state, rolled, reasons, rolledReasons } = coverage;
  const parts = rolled === state ? undefined : rolledReasons.find(({ text }) => text.includes(` ${rolled}: `));
  const lacking = rolled === "untested"
    ? reasons.find(({ text }) => /has no sample|was not run|^No runbook|never run/.test(text))
    : undefined;
  return (parts ?? lacking ?? (rolled === state ? reasons : rolledReasons)[0])?.text ?? null;
}

const AGAINST =
  / fails on | failed|passed only in part|without a rule|^No rule|no longer counts|^Every rule|are failing|is failing/;

/** Whether a sentence of the judgement speaks for coverage or against it. */
function weightOf(text: string): "good" | "bad" | "note" {
  if (AGAINST.test(text)) return "bad";
  if (/ passes on | passed|are passing|is passing/.test(text)) return "good";
  return "note";
}

/** The strip of a technique's own note. */
export function stripModel(book: Notebook, note: Note, today: Date): StripModel | undefined {
  const facts = note.technique;
  if (!facts) return undefined;
  const { id } = facts;
  const coverage = book.coverage(id);
  const { previous, next } = book.index.neighbours(id);
  const parent = isSubtechnique(id) ? book.index.parentNote(id) : undefined;
  const newest = newestTest(coverage);
  const age = ageText(facts.lastModified, today);
  return {
    id, tactics: facts.tactics, platforms: facts.platforms, state: coverage.rolled,
    rules: coverage.rules.length, runbooks: coverage.runbooks.length,
    ...(facts.version === undefined ? {} : { version: facts.version }),
    ...(age === undefined ? {} : { age }),
    ...(newest === undefined ? {} : { newestTest: newest }),
    ...neighbour("parent", parent, book), ...neighbour("previous", previous, book), ...neighbour("next", next, book),
    subtechniques: coverage.subs.map(({ technique, state }) =>
      neighbourOf(technique, book.index.techniqueNote(technique), state)),
  };
}

function neighbour<K extends "parent" | "previous" | "next">(
  key: K, note: Note | undefined, book: Notebook,
): { [k in K]?: NeighbourTechnique } {
  const id = note?.technique?.id;
  if (!note || id === undefined) return {};
  const made: { [k in K]?: NeighbourTechnique } = {};
  made[key] = neighbourOf(id, note, book.coverage(id).rolled);
  return made;
}

function neighbourOf(id: TechniqueId, note: Note | undefined, state: Coverage["state"]): NeighbourTechnique {
  const name = note?.technique?.name ?? knownTechniques().get(id)?.name ?? "";
  return { id, name, state, ...(note === undefined ? {} : { link: noteLink(note.path) }) };
}

function newestTest(coverage: Coverage): string | undefined {
  if (coverage.newestTest === undefined) return undefined;
  const day = coverage.newestTest;
  const verdicts = coverage.rules.flatMap((r) => r.samples.flatMap((s) => s.verdict ?? [])).filter((v) =>
    new Date(v.at).toISOString().startsWith(day));
  if (verdicts.length > 0) return `${day}, ${verdicts.every((v) => v.passed) ? "samples passed" : "a sample failed"}`;
  const runbook = coverage.runbooks.find((r) => r.lastRun?.startsWith(day) === true);
  const said = { pass: ", passed", fail: ", failed", partial: ", passed in part", unknown: "" };
  return day + said[runbook?.result ?? "unknown"];
}

/** `last modified 2025-10-24, 13 months ago`; undefined without a day. */
export function ageText(lastModified: string | undefined, today: Date): string | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(lastModified ?? "");
  if (!found) return lastModified === undefined || lastModified === "" ? undefined : `last modified ${lastModified}`;
  const [day, year, month, date] = [found[0], Number(found[1]), Number(found[2]), Number(found[3])];
  const days = Math.floor(
    (Date.UTC(today.getFullYear(), today.getMonth(), today.getDate()) - Date.UTC(year, month - 1, date)) / 86_400_000,
  );
  const many = (n: number, one: string) => `${n} ${one}${n === 1 ? "" : "s"} ago`;
  const ago = days < 0 ? "in the future"
    : days === 0 ? "today"
    : days < 60 ? many(days, "day")
    : days < 730 ? many(Math.round(days / 30.44), "month")
    : many(Math.floor(days / 365.25), "year");
  return `last modified ${day}, ${ago}`;
}

/** The card over an id, whether there is a note of it or not. */
export function cardModel(book: Notebook, id: TechniqueId): HoverCardModel {
  const note = book.index.techniqueNote(id);
  const coverage = book.coverage(id);
  return {
    id, name: note?.technique?.name ?? knownTechniques().get(id)?.name ?? "Not a technique of ATT&CK",
    says: note ? "" : "No note of it in this vault yet.",
    tactics: note?.technique?.tactics ?? [], platforms: note?.technique?.platforms ?? [], state: coverage.rolled,
    rules: coverage.rules.length, runbooks: coverage.runbooks.length,
    ...(note === undefined ? {} : { link: noteLink(note.path) }),
  };
}
