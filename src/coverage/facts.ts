/** Index × verdicts → what is known of a technique's coverage, with a reason for everything. */
import { compareIds, isSubtechnique } from "../attack";
import type { TechniqueId } from "../attack";
import type { Index, Note, RunbookFacts, SampleRef } from "../vault";
import { combined, evidenceOf, expectationText, runbookEvidence, stageOf } from "./status";
import type { CoverageState, Evidence, RuleStage, RunVerdict } from "./status";

/** A sentence of explanation; `path` is the note that it is about. */
export interface Reason {
  readonly text: string;
  readonly path?: string;
}

/** A rule as it counts for a technique. */
export interface RuleFact {
  readonly path: string;
  readonly title: string;
  readonly status?: string;
  readonly level?: string;
  readonly stage: RuleStage;
  /** Sub-techniques that it came by; empty for a rule that names the technique itself. */
  readonly via: readonly TechniqueId[];
  /** Samples that state an expectation, each with its newest verdict that is not older than the note. */
  readonly samples: readonly { readonly name: string; readonly verdict?: RunVerdict }[];
  readonly evidence: Evidence;
  readonly reasons: readonly Reason[];
}

/** A runbook as it counts for a technique. */
export interface RunbookFact {
  readonly path: string;
  readonly title: string;
  readonly via: readonly TechniqueId[];
  readonly lastRun?: string;
  readonly result?: NonNullable<RunbookFacts["result"]>;
  readonly steps: number;
  readonly done: number;
  readonly evidence: Evidence;
}

/** The coverage of one technique. */
export interface Coverage {
  readonly technique: TechniqueId;
  /** As its note calls it, if it has one. */
  readonly name?: string;
  /** By the rules and runbooks that name the technique itself. */
  readonly state: CoverageState;
  readonly reasons: readonly Reason[];
  /** Own ones first, then those of sub-techniques. */
  readonly rules: readonly RuleFact[];
  readonly runbooks: readonly RunbookFact[];
  /** The states of its sub-techniques, by id; empty for a sub-technique. */
  readonly subs: readonly { readonly technique: TechniqueId; readonly state: CoverageState }[];
  /** The state of technique and sub-techniques together; the technique's own when it has none. */
  readonly rolled: CoverageState;
  readonly rolledReasons: readonly Reason[];
  /** The newest of the runbooks' last runs and the verdicts, as a day (`2026-05-01`). */
  readonly newestTest?: string;
}

export interface CoverageOptions {
  readonly verdicts?: readonly RunVerdict[];
  /** Sub-techniques that ATT&CK has, for those that no note names yet; by default those that notes name. */
  readonly subsOf?: (id: TechniqueId) => readonly TechniqueId[];
}

/** The coverage of a technique. */
export function coverageOf(index: Index, id: TechniqueId, options: CoverageOptions = {}): Coverage {
  return coverWith(index, id, options, newestVerdicts(options.verdicts ?? []));
}

/** The coverage of every technique that a note names, and of those that are asked for, by id. */
export function coverageOfAll(index: Index,
  options: CoverageOptions & { readonly ids?: Iterable<TechniqueId> } = {}): Coverage[] {
  const ids = new Set([...index.techniques(), ...(options.ids ?? [])]);
  const verdicts = newestVerdicts(options.verdicts ?? []);
  return [...ids].sort(compareIds).map((id) => coverWith(index, id, options, verdicts));
}

type Verdicts = ReadonlyMap<string, ReadonlyMap<string, RunVerdict>>;

/** Rule path → sample → newest verdict. */
function newestVerdicts(verdicts: readonly RunVerdict[]): Verdicts {
  const byRule = new Map<string, Map<string, RunVerdict>>();
  for (const verdict of verdicts) {
    const bySample = byRule.get(verdict.rulePath) ?? new Map<string, RunVerdict>();
    const known = bySample.get(verdict.sample);
    if (!known || known.at <= verdict.at) bySample.set(verdict.sample, verdict);
    byRule.set(verdict.rulePath, bySample);
  }
  return byRule;
}

function coverWith(index: Index, id: TechniqueId, options: CoverageOptions, verdicts: Verdicts): Coverage {
  const rules = index.rulesFor(id);
  const runbooks = index.runbooksFor(id);
  const ownRules = rules.own.map((n) => ruleFact(n, [], verdicts));
  const ownRunbooks = runbooks.own.map((n) => runbookFact(n, []));
  const allRules = [...ownRules, ...rules.viaSub.map(({ note, subs }) => ruleFact(note, subs, verdicts))];
  const allRunbooks = [...ownRunbooks, ...runbooks.viaSub.map(({ note, subs }) => runbookFact(note, subs))];
  const own = judge(id, ownRules, ownRunbooks);
  const subIds = isSubtechnique(id) ? []
    : [...new Set([...index.subsOf(id), ...(options.subsOf?.(id) ?? [])])].sort(compareIds);
  const subs = subIds.map((technique) => {
    const ruleFacts = index.rulesFor(technique).own.map((n) => ruleFact(n, [], verdicts));
    const runbookFacts = index.runbooksFor(technique).own.map((n) => runbookFact(n, []));
    return { technique, state: judge(technique, ruleFacts, runbookFacts).state };
  });
  const parts = [...(own.state === "none" && subs.length > 0 ? [] : [own.state]), ...subs.map((s) => s.state)];
  const rolled = subs.length === 0 ? own.state : combined(parts);
  const name = index.techniqueNote(id)?.technique?.name;
  const newestTest = newestDay(allRules, allRunbooks);
  return {
    technique: id, ...(name === undefined ? {} : { name }), ...own,
    rules: allRules, runbooks: allRunbooks, subs, rolled,
    rolledReasons: subs.length === 0 ? own.reasons : rollUpReasons(own.state, subs),
    ...(newestTest === undefined ? {} : { newestTest }),
  };
}

function ruleFact(note: Note, via: readonly TechniqueId[], verdicts: Verdicts): RuleFact {
  const rule = note.rule;
  const queries = (rule?.queries ?? []).filter((q) => q.hunting !== true && q.text.trim() !== "");
  const { stage, why } = stageOf(rule?.status, queries.length > 0);
  const reasons: Reason[] = [{ text: `'${note.title}' is ${stage === "live" ? "in use" : stage}: ${why}.`,
    path: note.path }];
  const mine = verdicts.get(note.path);
  const samples = (rule?.samples ?? []).filter((s) => s.expect !== undefined).map((sample) => {
    const verdict = mine?.get(sample.name);
    const why = verdict ? whyStale(note, sample, verdict) : undefined;
    if (verdict && why === undefined) {
      reasons.push({ text: verdictText(note.title, sample.name, verdict), path: note.path });
      return { name: sample.name, verdict };
    }
    if (why !== undefined) reasons.push({ text: `The verdict on '${sample.name}' no longer counts: ${why}.`,
      path: note.path });
    return { name: sample.name };
  });
  const evidence = evidenceOf(samples.flatMap((s) => (s.verdict ? [s.verdict] : [])));
  if (stage === "live" && evidence === "none") {
    const how = samples.length === 0 ? "has no sample that states what to expect" : "was not run on its samples";
    reasons.push({ text: `'${note.title}' ${how}.`, path: note.path });
  }
  return {
    path: note.path, title: note.title, ...(rule?.status === undefined ? {} : { status: rule.status }),
      ...(rule?.level === undefined ? {} : { level: rule.level }),
    stage, via, samples, evidence, reasons,
  };
}

/** Why a verdict says nothing of the rule as it is now; undefined when it does. */
function whyStale(note: Note, sample: SampleRef, verdict: RunVerdict): string | undefined {
  // File times may be a second coarser than the clock that the verdict was made by.
  if (note.modified > verdict.at + 1000) return "the note was changed after it";
  const now = sample.expect;
  const same = now && now.kind === verdict.expected.kind && (now.kind !== "rows" || (verdict.expected.kind === "rows"
    && now.count === verdict.expected.count));
  return same ? undefined : "the sample expects something else now";
}

function verdictText(title: string, sample: string, verdict: RunVerdict): string {
  const got = verdict.got === null ? "the query did not run to its end" : verdict.got === 1 ? "1 row came"
    : `${verdict.got} rows came`;
  return `'${title}' ${verdict.passed ? "passes" : "fails"} on '${sample}': expected ${expectationText(verdict.expected)}, ${got}.`;
}

function runbookFact(note: Note, via: readonly TechniqueId[]): RunbookFact {
  const runbook = note.runbook;
  const tasks = (runbook?.steps ?? []).filter((s) => s.done !== null);
  return {
    path: note.path, title: note.title, via, ...(runbook?.lastRun === undefined ? {} : { lastRun: runbook.lastRun }),
    ...(runbook?.result === undefined ? {} : { result: runbook.result }), steps: tasks.length,
      done: tasks.filter((s) => s.done === true).length,
    evidence: runbookEvidence(runbook?.result),
  };
}

/** The state of a technique by what names it, and the sentences that lead there, the decisive ones first. */
function judge(id: TechniqueId, rules: readonly RuleFact[],
  runbooks: readonly RunbookFact[]): { state: CoverageState; reasons: Reason[] } {
  const live = rules.filter((r) => r.stage === "live");
  const tests = runbooks.map((r): Reason => ({ text: runbookText(r), path: r.path }));
  const failedTests = tests.filter((_, i) => runbooks[i]?.evidence === "failing");
  const passedTests = tests.filter((_, i) => runbooks[i]?.evidence === "passing");
  const rest = rules.flatMap((r) => r.reasons);
  if (live.length === 0) {
    const planned = rules.filter((r) => r.stage === "planned");
    if (planned.length > 0) return { state: "planned", reasons: [...rest, ...tests] };
    const retired: Reason[] = rules.length > 0 ? [{ text: `Every rule for ${id} is retired.` }, ...rest]
      : [{ text: `No rule names ${id}.` }];
    if (runbooks.length === 0) return { state: "none", reasons: retired };
    return { state: "planned", reasons: [...retired, { text: "A runbook is there to test a rule with." }, ...tests] };
  }
  const failing = live.filter((r) => r.evidence === "failing");
  if (failing.length > 0 || failedTests.length > 0) {
    const decisive = [...failing.flatMap((r) => verdictReasons(r, false)), ...failedTests];
    return { state: "failing", reasons: firstOf(decisive, [...rest, ...tests]) };
  }
  const passing = live.filter((r) => r.evidence === "passing");
  if (passing.length > 0 || passedTests.length > 0) {
    const decisive = [...passing.flatMap((r) => verdictReasons(r, true)), ...passedTests];
    return { state: "passing", reasons: firstOf(decisive, [...rest, ...tests]) };
  }
  const none: Reason[] = runbooks.length === 0 ? [{ text: `No runbook tests ${id}.` }] : tests;
  return { state: "untested", reasons: [...rest, ...none] };
}

/** The sentences of a rule's verdicts that passed, or of those that failed. */
function verdictReasons(rule: RuleFact, passed: boolean): Reason[] {
  return rule.samples.flatMap(({ name, verdict }) => verdict?.passed === passed
    ? [{ text: verdictText(rule.title, name, verdict), path: rule.path }]
    : []);
}

function firstOf(first: readonly Reason[], all: readonly Reason[]): Reason[] {
  return [...first, ...all.filter((r) => !first.some((f) => f.text === r.text && f.path === r.path))];
}

function runbookText(runbook: RunbookFact): string {
  const when = runbook.lastRun === undefined ? "" : ` on ${runbook.lastRun}`;
  switch (runbook.result) {
    case "pass": return `The runbook '${runbook.title}' passed${when}.`;
    case "fail": return `The runbook '${runbook.title}' failed${when}.`;
    case "partial": return `The runbook '${runbook.title}' passed only in part${when}.`;
    case "unknown": return `The runbook '${runbook.title}' was run${when}, but its result is not understood. Expected 'pass', 'fail' or 'partial'.`;
    default: return runbook.lastRun === undefined ? `The runbook '${runbook.title}' was never run.`
      : `The runbook '${runbook.title}' was run${when}, but states no result.`;
  }
}

function rollUpReasons(own: CoverageState, subs: Coverage["subs"]): Reason[] {
  const reasons: Reason[] = [{ text: own === "none" ? "No rule names the technique itself."
    : `The technique itself is ${own}.` }];
  for (const state of ["failing", "passing", "untested", "planned", "none"] as const) {
    const ids = subs.filter((s) => s.state === state).map((s) => s.technique);
    if (ids.length > 0) reasons.push({ text: `${ids.length} of ${subs.length} sub-techniques ${ids.length === 1 ? "is" : "are"} ${state === "none" ? "without a rule" : state}: ${ids.join(", ")}.` });
  }
  return reasons;
}

function newestDay(rules: readonly RuleFact[], runbooks: readonly RunbookFact[]): string | undefined {
  const days = runbooks.flatMap((r) => /^\d{4}-\d\d-\d\d/.exec(r.lastRun ?? "")?.[0] ?? []);
  for (const rule of rules) {
    for (const { verdict } of rule.samples) {
      if (verdict && Number.isFinite(verdict.at) && Math.abs(verdict.at) < 8e15) days.push(new Date(verdict.at)
        .toISOString().slice(0, 10));
    }
  }
  return days.sort().pop();
}
