/** Many Sigma rules over many events, and what one of them makes of one event. */
export { explain, nearMisses } from "./explain";
export type { Change, Explanation, Finding, NearMiss } from "./explain";
export { draftFrom, logSourceOf } from "./draft";
export type { DraftOptions, RuleDraft } from "./draft";
export { tune } from "./tune";
export type { Tuning } from "./tune";
export type { Trait } from "./traits";
export { compileRules } from "./rule-set";
export type { ReadyRule, RuleSet, RuleSetOptions } from "./rule-set";
export { Hunt, timeIn } from "./hunt";
export { rowsAsEvents } from "./table-events";
export type { Hit, HuntOptions, HuntResult, RuleHits } from "./hunt";
export type { CorrelationHits, GroupHits } from "./correlated";
export { OneEvent } from "./one-event";
export { LEVELS } from "./report";
export type { FoundEvent, FoundRule, HuntReport, RuleCard } from "./report";
export { applyPipelines, readPipeline } from "./pipeline";
export type { Pipeline } from "./pipeline";
