/** Which technique is detected, tested, how well, and why we say so. */
export { coverageOf, coverageOfAll } from "./facts";
export type { Coverage, CoverageOptions, Reason, RuleFact, RunbookFact } from "./facts";
export { combined, evidenceOf, expectationText, meets, runbookEvidence, stageOf } from "./status";
export type { CoverageState, Evidence, RuleStage, RunVerdict } from "./status";
export { COVERAGE_SCHEMA, coverageTable } from "./rows";
