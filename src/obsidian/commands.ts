/** The plugin's commands. */
import { type App, type FuzzyMatch, FuzzySuggestModal, MarkdownView, Notice, type Plugin, type TFile } from "obsidian";
import { compareIds, knownTechniques as techniquesOfAttack, readTechniqueId, type TechniqueId } from "../attack";
import { runRule } from "../core";
import { isPageText, toRuleNote, type Note } from "../vault";
import { knownTechniques, type KnownTechnique } from "./id-suggest";
import { runnableQueries } from "./lab-sources";
import { startLab } from "./lab-start";
import { LabPane, openLab } from "./lab-view";
import { createNote, type NewNote } from "./new-notes";
import type { Notebook } from "./notebook";
import { namesOf, readSample } from "./panel-acts";
import { ProblemList } from "./problem-list";

export function registerCommands(plugin: Plugin, book: () => Notebook): void {
  const { app } = plugin;
  plugin.addCommand({
    id: "open-technique", name: "Open technique by ID or name",
    callback: () => {
      chooseTechnique(book(), "Technique's id or name", ({ id, path }) => {
        if (path === undefined) void createNote(book(), "technique", id);
        else void app.workspace.openLinkText(path, "");
      });
    },
  });
  for (const kind of ["rule", "runbook"] as const) {
    plugin.addCommand({
      id: `create-${kind}`, name: `Create ${kind}`,
      callback: () => { createFor(book(), kind); },
    });
  }
  plugin.addCommand(
    { id: "open-lab", name: "Open detection lab", callback: () => { void openLab(app, { kind: "free" }); } },
  );
  plugin.addCommand({
    id: "why-not-row", name: "Ask why the lab's query leaves out a row",
    checkCallback: (checking) => {
      const lab = app.workspace.getActiveViewOfType(LabPane);
      if (!lab) return false;
      if (!checking) lab.askAboutRow();
      return true;
    },
  });
  plugin.addCommand({
    id: "run-query", name: "Run query of this note",
    checkCallback: (checking) => {
      const note = activeNote(book());
      if (!note || runnableQueries(note).length === 0) return false;
      if (!checking) void openLab(app, { kind: "note", path: note.path, run: true });
      return true;
    },
  });
  plugin.addCommand({
    id: "test-rule", name: "Check this rule against its samples",
    checkCallback: (checking) => {
      const note = activeNote(book());
      if (!note?.rule?.samples.some((s) => s.expect !== undefined) || runnableQueries(note).length === 0) return false;
      if (!checking) void testRule(book(), note);
      return true;
    },
  });
  plugin.addCommand({
    id: "convert-page", name: "Convert pasted page to rule note",
    editorCheckCallback: (checking, editor) => {
      const text = editor.getValue();
      if (!isPageText(text)) return false;
      if (!checking) {
        const made = toRuleNote(text);
        if (made.lost.length > 0) new Notice(
          `The page was left as it is: ${made.lost.length} of its lines would have been lost.`,
        );
        else {
          editor.setValue(made.text);
          new Notice("The page is a rule note now. Undo brings the page back.");
        }
      }
      return true;
    },
  });
  plugin.addCommand({
    id: "copy-link", name: "Copy link to technique",
    callback: () => { forTechnique(book(), (technique) => { void copy(linkTo(app, technique), "Link copied."); }); },
  });
  plugin.addCommand({
    id: "copy-address", name: "Copy address that opens technique",
    callback: () => {
      forTechnique(book(), ({ id }) => {
        void copy(
          `obsidian://purplebook?vault=${encodeURIComponent(app.vault.getName())}&technique=${id}`, "Address copied.",
        );
      });
    },
  });
  plugin.addCommand(
    { id: "list-problems", name: "List problems of the vault", callback: () => { new ProblemList(book()).open(); } },
  );
  plugin.addCommand({
    id: "reindex", name: "Read all notes again",
    callback: () => {
      void book().rebuild().then(() => {
        const { index } = book();
        const many = (kind: "technique" | "rule" | "runbook") => `${index.ofKind(kind).length} ${kind}s`;
        new Notice(`Read ${index.all().length} notes: ${many("technique")}, ${many("rule")}, ${many("runbook")}.`);
      });
    },
  });
}

/** Answers `obsidian://purplebook?technique=T1578.002`: opens the note, writes nothing. */
export function registerAddress(plugin: Plugin, book: () => Notebook): void {
  plugin.registerObsidianProtocolHandler("purplebook", ({ technique }) => {
    const id = readTechniqueId(technique ?? "");
    if (id === null) {
      new Notice("This address names no technique.");
      return;
    }
    void book().whenRead().then(() => {
      const note = book().index.techniqueNote(id);
      if (note) void plugin.app.workspace.openLinkText(note.path, "");
      else new Notice(`No note in this vault is about ${id}.`);
    });
  });
}

function activeNote(book: Notebook): Note | undefined {
  const file: TFile | null = book.app.workspace.getActiveViewOfType(MarkdownView)?.file ?? null;
  return file ? book.index.note(file.path) : undefined;
}

async function testRule(book: Notebook, note: Note): Promise<void> {
  const lab = startLab();
  try {
    const runs = await runRule(
      note, lab,
      { read: (path) => readSample(book, path, note.path), at: Date.now(), prepare: namesOf(book),
        limitMs: book.settings.limitSeconds * 1000 },
    );
    book.recordVerdicts(note.path, runs.map(({ verdict }) => verdict));
    const failed = runs.filter((r) => !r.verdict.passed);
    const names = failed.map((r) => `'${r.sample.name}'`).join(", ");
    new Notice(failed.length === 0 ? `All ${runs.length} samples gave what was expected.`
      : `${failed.length} of ${runs.length} samples did not give what was expected: ${names}.`);
  } catch (problem) {
    new Notice(`The rule could not be run: ${problem instanceof Error ? problem.message : String(problem)}`);
  } finally {
    lab.close();
  }
}

/** Makes a note for the technique of the active note, or for one that is chosen. */
function createFor(book: Notebook, kind: NewNote): void {
  const own = activeNote(book)?.technique?.id;
  if (own !== undefined) {
    void createNote(book, kind, own);
    return;
  }
  chooseTechnique(book, `Technique that the ${kind} is for`, ({ id }) => { void createNote(book, kind, id); });
}

function forTechnique(book: Notebook, then: (technique: KnownTechnique) => void): void {
  const own = activeNote(book);
  const known = knownTechniques(book).find(({ path }) => path === own?.path);
  if (known) then(known);
  else chooseTechnique(
    book, "Technique's id or name",
    (technique) => { if (technique.path !== undefined) then({ ...technique, path: technique.path }); }, true,
  );
}

function linkTo(app: App, { id, name, path }: KnownTechnique): string {
  const file = app.vault.getFileByPath(path);
  return file ? app.fileManager.generateMarkdownLink(file, "", "", `${id} ${name}`) : `[[${path}|${id} ${name}]]`;
}

async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    new Notice(said);
  } catch {
    new Notice(`The clipboard cannot be written here. The text is: ${text}`, 10_000);
  }
}

/** A technique, with its note where it has one. */
type Choosable = Omit<KnownTechnique, "path"> & { readonly path?: string };

function chooseTechnique(
  book: Notebook, placeholder: string, then: (technique: Choosable) => void, withNote = false,
): void {
  new TechniqueChooser(book, placeholder, then, withNote).open();
}

/** Techniques to choose from: those of the vault first, then those of ATT&CK that have no note yet. */
class TechniqueChooser extends FuzzySuggestModal<Choosable> {
  constructor(
    private readonly book: Notebook, placeholder: string, private readonly then: (technique: Choosable) => void,
    private readonly withNote: boolean,
  ) {
    super(book.app);
    this.setPlaceholder(placeholder);
    this.emptyStateText = book.workspace.progress === undefined
      ? "No technique of this vault is called so."
      : "The notes are still being read.";
  }

  override getItems(): Choosable[] {
    const own = knownTechniques(this.book);
    if (this.withNote) return [...own];
    const noted = new Set<TechniqueId>(own.map(({ id }) => id));
    const others = [...techniquesOfAttack().values()].filter(({ id, retired }) => !retired && !noted.has(id));
    return [...own, ...others.sort((a, b) => compareIds(a.id, b.id)).map(({ id, name }) => ({ id, name }))];
  }

  override getItemText({ id, name }: Choosable): string {
    return `${id} ${name}`;
  }

  override renderSuggestion(match: FuzzyMatch<Choosable>, el: HTMLElement): void {
    super.renderSuggestion(match, el);
    if (match.item.path === undefined) el.createSpan({ cls: "purplebook-no-note", text: " no note yet" });
  }

  override onChooseItem(technique: Choosable): void {
    this.then(technique);
  }
}
