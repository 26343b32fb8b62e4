/**
 * What the plugin's parts share: the vault's index kept true, what is known of its techniques, and the panels that show
 * it.
 * Parts ask it and are told by it; none of them knows another.
 */
import type { App, TFile } from "obsidian";
import { parentOf, type TechniqueId } from "../attack";
import { Pages, Panels, Verdicts, Workspace } from "../core";
import { coverageOf, type Coverage, type RunVerdict } from "../coverage";
import type { Index, Note } from "../vault";
import { pace, windowTime } from "./clock";
import { vaultFiles } from "./files";
import { PanelMemory } from "./panel-memory";
import { type Settings, vaultNames } from "./settings";

/** What was worked out of one state of the vault. */
interface Known {
  readonly revision: number;
  pages?: Pages;
  verdicts?: readonly RunVerdict[];
}

export class Notebook {
  readonly workspace: Workspace;
  readonly panels = new Panels(windowTime);
  readonly memory = new PanelMemory();
  private verdicts = new Verdicts();
  private known: Known = { revision: -1 };
  /** Of each technique until a change bears on it: a large vault's dashboard asks for hundreds after each change. */
  private readonly covered = new Map<TechniqueId, Coverage>();
  private tellTold = 0;

  /** `keep` stores verdicts; called after they changed. */
  constructor(readonly app: App, public settings: Settings, private readonly keep: () => void) {
    this.workspace = new Workspace(vaultFiles(app), vaultNames(settings));
  }

  get index(): Index {
    return this.workspace.index;
  }

  /** Reads the vault, the open notes first, and tells the panels of every change from then on. */
  async open(): Promise<void> {
    this.workspace.on((event) => {
      if (event.kind === "progress") {
        // A bar that moves a few times a second is enough, and leaves the time to the reading.
        if (windowTime.clock() - this.tellTold < 250) return;
        this.tellTold = windowTime.clock();
        this.panels.changed(true);
        return;
      }
      if (event.kind === "rebuilt") this.covered.clear();
      else {
        this.follow(event.change.before, event.change.after);
        this.forget(event.change.techniques);
      }
      this.panels.changed(event.kind === "rebuilt");
    });
    const active = this.app.workspace.getActiveFile();
    await this.workspace.open(pace(), active ? [active.path] : []);
  }

  /** Resolves once every note was read. */
  whenRead(): Promise<void> {
    if (this.workspace.progress === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.workspace.on((event) => {
        if (event.kind !== "rebuilt") return;
        stop();
        resolve();
      });
    });
  }

  /** Reads everything anew. */
  async rebuild(): Promise<void> {
    await this.workspace.rebuild(pace(), []);
  }

  /** Other settings: with other folders or tags the kinds of notes are others. */
  async apply(next: Settings): Promise<void> {
    const before = this.settings;
    this.settings = next;
    if (JSON.stringify(vaultNames(before)) !== JSON.stringify(vaultNames(next))) {
      await this.workspace.rename(vaultNames(next), pace());
    }
    this.panels.changed(true);
  }

  close(): void {
    this.panels.close();
    this.workspace.close();
  }

  /** The notes as dataview queries see them, as of now. */
  pages(): Pages {
    return this.now().pages ??= new Pages({
      notes: () => this.index.all(),
      note: (path) => this.index.note(path),
      resolve: (target, from) => this.index.resolve(target, from) ?? undefined,
      attachments: () => this.workspace.attachments.keys(),
      read: (path) => this.workspace.files.read(path).catch(() => undefined),
    });
  }

  coverage(id: TechniqueId): Coverage {
    let found = this.covered.get(id);
    if (!found) {
      found = coverageOf(this.index, id, { verdicts: this.currentVerdicts() });
      this.covered.set(id, found);
    }
    return found;
  }

  /** Of every technique that any note names. */
  allCoverage(): readonly Coverage[] {
    return this.index.techniques().map((id) => this.coverage(id));
  }

  /** The technique that a note is about, or the first that it carries. */
  techniqueOf(path: string): TechniqueId | undefined {
    const note = this.index.note(path);
    return note?.technique?.id ?? note?.techniques[0];
  }

  /** The file of a vault path. */
  file(path: string): TFile | null {
    return this.app.vault.getFileByPath(path);
  }

  // ---- verdicts --------------------------------------------------------------------------------------------------

  loadVerdicts(stored: unknown): void {
    this.verdicts = Verdicts.read(stored);
    this.covered.clear();
    this.known = { revision: -1 };
  }

  storedVerdicts(): unknown {
    return this.verdicts.toData();
  }

  /** Remembers what a rule gave on its samples. */
  recordVerdicts(path: string, runs: readonly Omit<RunVerdict, "rulePath">[]): void {
    const note = this.index.note(path);
    if (!note || !runs.map((run) => this.verdicts.record(note, run)).includes(true)) return;
    this.forget(note.techniques);
    this.known = { revision: -1 };
    this.keep();
    this.panels.changed(true);
  }

  /** What is known of these techniques, and of those they belong to, is to be worked out again. */
  private forget(techniques: readonly TechniqueId[]): void {
    for (const id of techniques) {
      this.covered.delete(id);
      const parent = parentOf(id);
      if (parent) this.covered.delete(parent);
    }
  }

  private currentVerdicts(): readonly RunVerdict[] {
    return this.now().verdicts ??= this.verdicts.current(this.index);
  }

  private follow(before: Note | undefined, after: Note | undefined): void {
    if (!before || before.path === after?.path) return;
    if (after ? this.verdicts.moved(before.path, after.path) : this.verdicts.removed(before.path)) this.keep();
  }

  private now(): Known {
    if (this.known.revision !== this.panels.revision) this.known = { revision: this.panels.revision };
    return this.known;
  }
}
