/** Sigma: rules over events, filters of rules, correlations of their matches. */
export * from "./syntax";
export type { SigmaOptions } from "./options";
export { readSigma } from "./read";
export { compares, fold, numberOf, predicateOf, textHolds } from "./predicate";
export type { TextPredicate } from "./predicate";
export * from "./event";
export { MODIFIERS } from "./modifiers";
export { namesOf } from "./condition";
export { applyFilters } from "./filter";
export { referencesOf } from "./references";
export type { References } from "./references";
export { Correlator } from "./correlate";
export type { CorrelateOptions, CorrelationMatch, Matched } from "./correlate";
