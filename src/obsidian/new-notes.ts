/** New notes: a rule, a runbook, a technique from their templates; written, then opened. */
import { type App, Notice } from "obsidian";
import { knownTechniques, type TechniqueId } from "../attack";
import { draftRule, draftRunbook, draftTechnique, type NoteDraft } from "../vault";
import { today } from "./clock";
import type { Notebook } from "./notebook";
import { vaultNames } from "./settings";

export type NewNote = "rule" | "runbook" | "technique";

/**
 * Makes the note and opens it for editing. The path of the note, or undefined when it could not be made (the user is
 * told).
 */
export async function createNote(book: Notebook, kind: NewNote, technique: TechniqueId): Promise<string | undefined> {
  const about = book.index.techniqueNote(technique)?.technique;
  const names = vaultNames(book.settings);
  const taken = (path: string) => book.app.vault.getAbstractFileByPath(path) !== null;
  const name = about?.name ?? knownTechniques().get(technique)?.name;
  const facts = {
    technique, today: today(), ...(name === undefined ? {} : { name }),
    ...(about === undefined ? {} : { tactics: about.tactics }),
  };
  const rule = book.index.rulesFor(technique).own[0]?.name;
  const draft = kind === "rule" ? draftRule(facts, taken, names)
    : kind === "runbook" ? draftRunbook({ ...facts, ...(rule === undefined ? {} : { rule }) }, taken, names)
    : draftTechnique(facts, taken, names);
  return writeAndOpen(book, draft);
}

/** Writes a note that is ready and opens it. */
export async function writeAndOpen(book: Notebook, draft: NoteDraft): Promise<string | undefined> {
  try {
    await book.workspace.files.create(draft.path, draft.text);
  } catch (problem) {
    new Notice(`The note could not be made: ${problem instanceof Error ? problem.message : String(problem)}`);
    return undefined;
  }
  await openAt(book.app, draft.path);
  return draft.path;
}

/** Opens a note in a tab of its own kind, at a line (from 0) if one is given. */
export async function openAt(app: App, path: string, line?: number): Promise<void> {
  const file = app.vault.getFileByPath(path);
  if (!file) {
    new Notice(`There is no note '${path}' any more.`);
    return;
  }
  await app.workspace.getLeaf(false).openFile(file, line === undefined ? {} : { eState: { line } });
}

/** A path that is free, below a folder. */
export function freePath(app: App, folder: string, name: string): string {
  const base = folder === "" ? name : `${folder}/${name}`;
  for (let n = 1; ; n++) {
    const path = n === 1 ? `${base}.md` : `${base} ${n}.md`;
    if (app.vault.getAbstractFileByPath(path) === null) return path;
  }
}
