/** Notes and their links. */
export * from "./model";
export * from "./files";
export { readNote } from "./note";
export type { NoteFile } from "./note";
export { Index } from "./notes-index";
export type { Backlink, Change, Related } from "./notes-index";
export type { Problem } from "./problems";
export { isPageText, toRuleNote } from "./page";
export { savedNames, tableAsCsv } from "./saved";
export type { NotedFunction, NotedWatchlist, SavedNames } from "./saved";
export { readExpectation } from "./samples";
export { EXECUTORS, readResult } from "./runbook";
export { inNote } from "./source";
export { insertSection, replaceFence, setProperty, setTask, tickTask } from "./edit";
export type { Place } from "./edit";
export { draftRule, draftRunbook, draftTechnique, fileName } from "./draft";
export type { DraftFor, NoteDraft } from "./draft";
export { NOTE_SCHEMA, noteTable } from "./rows";
