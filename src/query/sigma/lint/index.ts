/** Checks of Sigma rules. */
export { CHECKS } from "./checks";
export type { Check, Origin } from "./checks";
export type { LintOptions, OtherRules, TagFate } from "./context";
export { lintSigma } from "./lint";
