/** Rules over many events, and what one of them makes of one event. */
export { explain, nearMisses } from "./explain";
export type { Change, Explanation, Finding, NearMiss } from "./explain";
export { draftFrom, logSourceOf } from "./draft";
export type { DraftOptions, RuleDraft } from "./draft";
export { tune } from "./tune";
export type { Tuning } from "./tune";
export type { Trait } from "./traits";
