/** Assembles the rooms for a host. */
export * from "./lab";
export { LocalLab, type LabTime } from "./local-lab";
export { WorkerLab, type FromWorker, type ToWorker, type WorkerPort } from "./worker-lab";
export { LANGUAGES, fenceWords, languageOf } from "./languages";
export { pinnedNow, scopeOver } from "./names-in-scope";
export { bringNames, definedIn, type ReadFile } from "./saved-names";
export { needsHole, planAt } from "./plan-search";
export { Pages, type PagesSource } from "./pages";
export { Workspace, type Progress, type WorkspaceEvent } from "./workspace";
export { packedRules, packedRulesFor, type PackedRule } from "./bundled";
export { mainQuery, runRule, type RuleRunOptions, type SampleRun } from "./rule-run";
export { Panels, type Drawing, type PanelPlace, type PanelSource, type PanelTime } from "./panels";
export { Verdicts } from "./verdicts";
export { rowEvent } from "./row-event";
export { attackFate, lintText, lintTexts, sigmaTexts } from "./sigma-lint";
export type { RuleText } from "./sigma-lint";
