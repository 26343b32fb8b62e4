/** What the buttons and boxes of panels do. */
import { Notice } from "obsidian";
import { readTechniqueId, type TechniqueId } from "../attack";
import { bringNames, runRule, type Lab } from "../core";
import { setTask } from "../vault";
import type { PanelTask } from "../ui";
import { openFile } from "./files";
import { startLab } from "./lab-start";
import { createNote } from "./new-notes";
import type { Notebook } from "./notebook";

/** Carries out an action by its id (`new-rule:T1578.002`). */
export async function act(book: Notebook, id: string): Promise<void> {
  const [what, about] = [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];
  const technique = readTechniqueId(about);
  if (technique === null) return;
  switch (what) {
    case "new-rule": await createNote(book, "rule", technique); return;
    case "new-runbook": await createNote(book, "runbook", technique); return;
    case "new-technique": await createNote(book, "technique", technique); return;
    case "test-rules": await testRules(book, technique); return;
  }
}

/** Brings functions and watchlists of the vault to a lab. */
export function namesOf(book: Notebook): (lab: Lab, query: string) => Promise<unknown> {
  return (lab, query) => bringNames(lab, book.index, query, (path) => book.workspace.files.read(path));
}

/** Runs every rule of a technique on the samples in its note and keeps the verdicts. */
async function testRules(book: Notebook, technique: TechniqueId): Promise<void> {
  const related = book.index.rulesFor(technique);
  const notes = [...related.own, ...related.viaSub.map((each) => each.note)];
  const told = new Notice(`Running the rules of ${technique} on their samples…`, 0);
  const lab = startLab();
  let [passed, failed] = [0, 0];
  try {
    for (const note of notes) {
      const runs = await runRule(note, lab, {
        read: (path) => readSample(book, path, note.path), at: Date.now(), prepare: namesOf(book),
        limitMs: book.settings.limitSeconds * 1000,
      });
      book.recordVerdicts(note.path, runs.map(({ verdict }) => verdict));
      passed += runs.filter((r) => r.verdict.passed).length;
      failed += runs.filter((r) => !r.verdict.passed).length;
    }
    new Notice(passed + failed === 0 ? `No sample of a rule of ${technique} says what to expect.`
      : `${technique}: ${passed} of ${passed + failed} samples gave what was expected.`);
  } catch (problem) {
    new Notice(`The rules could not be run: ${problem instanceof Error ? problem.message : String(problem)}`);
  } finally {
    told.hide();
    lab.close();
  }
}

/** A file that a sample names, as it is written in the note `from`. */
export async function readSample(book: Notebook, path: string, from: string): Promise<Blob> {
  const found = book.index.resolve(path, from) ?? book.app.metadataCache.getFirstLinkpathDest(path, from)?.path;
  if (found === undefined) throw new Error(`There is no file '${path}' in the vault.`);
  return openFile(book.workspace.files, found);
}

/** Ticks or unticks a task in its own note. */
export async function toggleTask(book: Notebook, task: PanelTask): Promise<void> {
  const at = task.id.lastIndexOf("\u0000");
  const [path, line] = [task.id.slice(0, at), Number(task.id.slice(at + 1))];
  let changed = false;
  try {
    await book.workspace.files.change(path, (text) => {
      // The note may have changed since the panel was drawn: the line must still hold this task.
      const now = text.split("\n")[line]?.trim() ?? "";
      const firstLine = task.searched.split("\n")[0]?.trim().slice(0, 20) ?? "";
      if (!/^(?:>\s*)*(?:[-*+]|\d+[.)])\s+\[.\]/.test(now)
        || (firstLine.length > 0 && !plain(now).includes(plain(firstLine)))) return text;
      const next = setTask(text, line, task.state === " " ? "x" : " ");
      changed = next !== text;
      return next;
    });
  } catch (problem) {
    new Notice(`The task could not be changed: ${problem instanceof Error ? problem.message : String(problem)}`);
    return;
  }
  if (!changed) new Notice("The note has changed: this task stands elsewhere now.");
}

/** Letters and digits alone: what marks of Markdown leave in any case. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}
