/** "Which rules fire?" as a pane: over a note's samples, a file, or logs that are at hand. */
import { ItemView, Notice, type ViewStateResult, type WorkspaceLeaf } from "obsidian";
import { readTechniqueId } from "../attack";
import { vaultRules, type HuntLogs, type Lab } from "../core";
import { mountHunt, type HuntActions, type HuntViewProps, type Mounted } from "../ui";
import { windowTime } from "./clock";
import { HuntRun } from "./hunt-run";
import { startLab } from "./lab-start";
import { appLinks, noteLink } from "./links";
import type { Notebook } from "./notebook";

export const HUNT_VIEW = "purplebook-hunt";

/** One lab for all hunts of the plugin: they come one after the other, and a phone has no room for more. */
export class HuntDesk {
  private lab: Lab | undefined;

  open(): Lab {
    return this.lab ??= startLab();
  }

  close(): void {
    this.lab?.close();
    this.lab = undefined;
  }
}

/** Opens the pane on the samples of a note (or one of them, by its name), or on a file of logs. */
export async function openHunt(book: Notebook, path: string, sample?: string): Promise<void> {
  await openPane(book, { path, ...(sample === undefined ? {} : { sample }) });
}

/** Opens the pane on logs that may be in no file; what was pasted is gone when the app starts again. */
export async function openHuntIn(book: Notebook, logs: HuntLogs): Promise<void> {
  const { view } = await openPane(book, {});
  if (view instanceof HuntPane) view.huntIn(logs);
}

async function openPane(book: Notebook, state: Record<string, unknown>): Promise<WorkspaceLeaf> {
  const { workspace } = book.app;
  const leaf = workspace.getLeavesOfType(HUNT_VIEW)[0] ?? workspace.getLeaf("tab");
  await leaf.setViewState({ type: HUNT_VIEW, active: true, state });
  await workspace.revealLeaf(leaf);
  return leaf;
}

/** A file of the vault as logs: its bytes go to the worker, never through one long text. */
export async function fileLogs(book: Notebook, path: string): Promise<HuntLogs> {
  const bytes = await book.workspace.files.readBytes(path);
  return { name: path.slice(path.lastIndexOf("/") + 1), from: { text: new Blob([bytes as BlobPart]) } };
}

/** A note's samples (or the one of a name), or a file. */
export async function logsOf(book: Notebook, path: string, sampleName?: string): Promise<readonly HuntLogs[]> {
  const samples = book.index.note(path)?.rule?.samples;
  if (samples === undefined) return [await fileLogs(book, path)];
  return Promise.all(samples.filter(({ name }) => sampleName === undefined || name === sampleName).map(async (sample): Promise<HuntLogs> => {
    if (sample.source.kind === "block") return { name: sample.name, from: { text: sample.source.text } };
    return fileLogs(book, resolved(book, sample.source.path, path));
  }));
}

/** A file that a note names, as it is written there. */
export function resolved(book: Notebook, path: string, from: string): string {
  const found = book.app.metadataCache.getFirstLinkpathDest(path, from)?.path ?? book.file(path)?.path;
  if (found === undefined) throw new Error(`There is no file '${path}' in the vault.`);
  return found;
}

/** What a hunt that is drawn asks of the app. */
export function actionsOf(book: Notebook, from: () => string, run: () => HuntRun | undefined): HuntActions {
  return {
    renderLink: appLinks(book.app, from),
    techniqueNote: (id) => {
      const technique = readTechniqueId(id);
      const note = technique === null ? undefined : book.index.techniqueNote(technique);
      return note && noteLink(note.path, note.title);
    },
    ruleNote: (path, title) => (book.index.note(path) ? noteLink(path, title) : undefined),
    explain: (found, event) => run()?.explain(found, event),
    tune: (found, wrong) => run()?.tune(found, wrong),
    onCopyText: (text) => { void navigator.clipboard.writeText(text).then(() => new Notice("Copied.")); },
    onCancel: () => { run()?.cancel(); },
    onAgain: () => { void run()?.start(); },
  };
}

/** The pane: one hunt over a note's samples or a file. */
export class HuntPane extends ItemView {
  override icon = "crosshair";
  override navigation = false;
  private path = "";
  private sample: string | undefined;
  /** What is hunted in, as the pane calls it. */
  private subject = "";
  private run: HuntRun | undefined;
  private mounted: Mounted<HuntViewProps> | undefined;

  constructor(leaf: WorkspaceLeaf, private readonly book: Notebook, private readonly desk: HuntDesk) {
    super(leaf);
  }

  override getViewType(): string {
    return HUNT_VIEW;
  }

  override getDisplayText(): string {
    return this.subject === "" ? "Hunt" : `Hunt: ${this.subject}`;
  }

  override getState(): Record<string, unknown> {
    return { ...super.getState(), path: this.path, ...(this.sample === undefined ? {} : { sample: this.sample }) };
  }

  override async setState(state: unknown, result: ViewStateResult): Promise<void> {
    await super.setState(state, result);
    const path = typeof state === "object" && state !== null && "path" in state ? state.path : undefined;
    const sample = typeof state === "object" && state !== null && "sample" in state ? state.sample : undefined;
    if (typeof path !== "string" || path === "") return;
    this.path = path;
    this.sample = typeof sample === "string" ? sample : undefined;
    // Not waited for: a layout that is restored must not wait for a hunt.
    this.hunt(this.sample ?? path.slice(path.lastIndexOf("/") + 1).replace(/\.md$/, ""), () => logsOf(this.book, path, this.sample));
  }

  override onOpen(): Promise<void> {
    this.contentEl.addClass("purplebook-hunt-pane");
    return Promise.resolve();
  }

  override async onClose(): Promise<void> {
    this.run?.close();
    this.mounted?.destroy();
    this.mounted = undefined;
    await super.onClose();
  }

  /** Hunts in logs that are at hand. */
  huntIn(logs: HuntLogs): void {
    [this.path, this.sample] = ["", undefined];
    this.hunt(logs.name, () => Promise.resolve([logs]));
  }

  private hunt(subject: string, logs: () => Promise<readonly HuntLogs[]>): void {
    this.subject = subject;
    this.run?.close();
    const run = new HuntRun({
      title: `Which rules fire on ${subject}?`,
      gather: async () => {
        await this.book.whenRead();
        return { rules: vaultRules(this.book.index), logs: await logs() };
      },
    }, {
      lab: () => this.desk.open(), clock: windowTime.clock,
      onModel: (model) => {
        if (this.run === run) this.mounted?.update({ model });
      },
    });
    this.run = run;
    const props = { model: run.model(), actions: actionsOf(this.book, () => this.path, () => this.run) };
    if (this.mounted) this.mounted.update(props);
    else this.mounted = mountHunt(this.contentEl, props);
    void run.start();
  }
}
