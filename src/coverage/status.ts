/**
 * The rules of judgement: when a rule counts, and what samples and test runs say of it. No state without a reason in
 * words.
 */
import type { Expectation, RunbookFacts } from "../vault";

/** How well a technique is detected, from worst to best but for `failing`, which is told before all. */
export type CoverageState = "none" | "planned" | "untested" | "failing" | "passing";

/** What one run of a rule on one of its samples gave. Kept by the host; only the newest of a sample counts. */
export interface RunVerdict {
  readonly rulePath: string;
  /** The sample's name in the rule's note. */
  readonly sample: string;
  readonly expected: Expectation;
  /** Rows that the query gave; null when it did not run to the end. */
  readonly got: number | null;
  readonly passed: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Where a rule is in its life: it counts when it is `live`; `planned` has no query yet or says so; `retired` no
 * longer counts.
 */
export type RuleStage = "planned" | "live" | "retired";

const PLANNED = new Set(["planned", "plan", "idea", "todo", "to do", "draft", "proposed", "backlog", "wip",
  "in progress", "in development", "new"]);
const RETIRED = new Set(["deprecated", "unsupported", "retired", "disabled", "archived", "obsolete", "superseded",
  "rejected", "removed", "decommissioned"]);

/**
 * The stage of a rule by its `status` and whether it has a query. Sigma's `experimental`, `test` and `stable` are
 * live, as are words that we do not know.
 */
export function stageOf(status: string | undefined,
  hasQuery: boolean): { readonly stage: RuleStage; readonly why: string } {
  const word = (status ?? "").trim().toLowerCase().replace(/[_-]+/g, " ");
  if (RETIRED.has(word)) return { stage: "retired", why: `its status is '${status ?? ""}'` };
  if (PLANNED.has(word)) return { stage: "planned", why: `its status is '${status ?? ""}'` };
  if (!hasQuery) return { stage: "planned", why: "it has no query yet" };
  return { stage: "live", why: word === "" ? "it has a query" : `its status is '${status ?? ""}'` };
}

/** Whether rows are what was expected. */
export function meets(expected: Expectation, rows: number): boolean {
  switch (expected.kind) {
    case "match": return rows > 0;
    case "none": return rows === 0;
    case "rows": return rows === expected.count;
    default: return expected satisfies never;
  }
}

/** An expectation in words: `a match`, `no match`, `3 rows`. */
export function expectationText(expected: Expectation): string {
  switch (expected.kind) {
    case "match": return "a match";
    case "none": return "no match";
    case "rows": return expected.count === 1 ? "1 row" : `${expected.count} rows`;
    default: return expected satisfies never;
  }
}

/** What a rule's newest verdicts say together. */
export type Evidence = "none" | "passing" | "failing";

/** Failing when any sample fails, passing when at least one passes and none fails. */
export function evidenceOf(verdicts: readonly RunVerdict[]): Evidence {
  if (verdicts.some((v) => !v.passed)) return "failing";
  return verdicts.length > 0 ? "passing" : "none";
}

/** What a runbook's last result says; `partial` is a failure, as something that should have fired did not. */
export function runbookEvidence(result: RunbookFacts["result"]): Evidence {
  if (result === "pass") return "passing";
  return result === "fail" || result === "partial" ? "failing" : "none";
}

/**
 * The state of a whole from its parts (a technique and its sub-techniques): failing when one fails; passing when all
 * pass;
 * untested when some are at least that; planned when nothing is beyond a plan; none when there is nothing.
 */
export function combined(states: readonly CoverageState[]): CoverageState {
  if (states.includes("failing")) return "failing";
  if (states.length > 0 && states.every((s) => s === "passing")) return "passing";
  if (states.some((s) => s === "passing" || s === "untested")) return "untested";
  return states.includes("planned") ? "planned" : "none";
}
