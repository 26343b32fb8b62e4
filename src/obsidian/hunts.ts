/** "Which rules fire?" in the app: the block `purplebook-hunt`, the pane, and the ways to it. */
import { ItemView, Notice, type Plugin, TFile, type ViewStateResult, type WorkspaceLeaf } from "obsidian";
import { readTechniqueId, tagOf } from "../attack";
import { firstEvents, vaultRules, type Drawing, type HuntLogs, type HuntRequest, type Lab } from "../core";
import { meets } from "../coverage";
import { draftFrom } from "../hunt";
import { mountHunt, mountPanel, type HuntActions, type HuntViewProps, type Mounted, type PanelProps } from "../ui";
import { drawPanel } from "./blocks";
import { windowTime } from "./clock";
import { readHuntBlock, type HuntBlock } from "./hunt-block";
import { HuntRun } from "./hunt-run";
import { startLab } from "./lab-start";
import { appLinks, noteLink } from "./links";
import type { PanelContent } from "./live-panel";
import type { Notebook } from "./notebook";
import type { PanelRecord } from "./panel-memory";
import type { Note } from "../vault";

export const HUNT_VIEW = "purplebook-hunt";

/** One lab for all hunts of the plugin: they come one after the other, and a phone has no room for more. */
class HuntDesk {
  private lab: Lab | undefined;

  open(): Lab {
    return this.lab ??= startLab();
  }

  close(): void {
    this.lab?.close();
    this.lab = undefined;
  }
}

/** Registers block, pane, command and menu entries. */
export function registerHunts(plugin: Plugin, book: () => Notebook): void {
  const desk = new HuntDesk();
  plugin.register(() => { desk.close(); });
  plugin.registerView(HUNT_VIEW, (leaf) => new HuntPane(leaf, book(), desk));
  try {
    plugin.registerMarkdownCodeBlockProcessor("purplebook-hunt", (source, el, ctx) => {
      drawPanel(book(), el, ctx, source, new HuntContent(el, book(), desk, source));
    });
  } catch {
    new Notice("Another plugin draws this language's blocks already; they are left to it.");
  }
  const open = (path: string): void => { void openHunt(book(), path); };
  plugin.addCommand({
    id: "hunt", name: "Show which Sigma rules fire on this note's samples or this file",
    checkCallback: (checking) => {
      const file = plugin.app.workspace.getActiveFile();
      if (!file || !canHuntIn(book(), file)) return false;
      if (!checking) open(file.path);
      return true;
    },
  });
  plugin.addCommand({
    id: "draft-sigma", name: "Draft a Sigma rule from this note's samples",
    editorCheckCallback: (checking, editor, view) => {
      const note = view.file === null ? undefined : book().index.note(view.file.path);
      if (!note?.rule?.samples.some((sample) => sample.expect !== undefined && meets(sample.expect, 1))) return false;
      if (!checking) void insertDraft(book(), note, (text) => { editor.replaceSelection(text); });
      return true;
    },
  });
  plugin.registerEvent(plugin.app.workspace.on("file-menu", (menu, file) => {
    if (!(file instanceof TFile) || !canHuntIn(book(), file)) return;
    menu.addItem((item) => item.setTitle("Which rules fire?").setIcon("crosshair").onClick(() => { open(file.path); }));
  }));
}

/** Events of one sample that a draft looks at. */
const MOST_DRAFTED = 5_000;

/** Proposes a rule that finds the samples that shall match, and leaves alone those that shall not; hands over a fence. */
async function insertDraft(book: Notebook, note: Note, insert: (fence: string) => void): Promise<void> {
  const samples = note.rule?.samples ?? [];
  const eventsOf = async (wanted: boolean) => (await Promise.all(samples.map(async (sample, i) => {
    if (sample.expect === undefined || meets(sample.expect, 1) !== wanted) return [];
    const logs = (await logsOf(book, note.path))[i];
    return logs ? firstEvents(logs, MOST_DRAFTED) : [];
  }))).flat();
  try {
    const draft = draftFrom(await eventsOf(true), await eventsOf(false), {
      title: note.title, id: crypto.randomUUID(), today: new Date().toISOString().slice(0, 10),
      tags: note.techniques.map((id) => tagOf(id, "sigma")),
    });
    if (!draft) {
      new Notice("The samples that shall match have nothing in common that a rule could say.");
      return;
    }
    insert(`\`\`\`sigma\n${draft.text}\`\`\`\n`);
    new Notice(draft.alsoFound === 0 ? "A rule was drafted. Read it: which of its lines is the behaviour?"
      : `A rule was drafted; it also finds ${draft.alsoFound} of ${draft.others} events that it shall leave alone.`);
  } catch (problem) {
    new Notice(`No rule could be drafted: ${problem instanceof Error ? problem.message : String(problem)}`);
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

const LOG_FILES = /^(json|jsonl|ndjson|csv|tsv|log|txt|xml|evtx|gz|zip|parquet)$/i;

function canHuntIn(book: Notebook, file: TFile): boolean {
  return file.extension === "md" ? (book.index.note(file.path)?.rule?.samples.length ?? 0) > 0 : LOG_FILES.test(file.extension);
}

/** A file of the vault as logs: its bytes go to the worker, never through one long text. */
async function fileLogs(book: Notebook, path: string): Promise<HuntLogs> {
  const bytes = await book.workspace.files.readBytes(path);
  return { name: path.slice(path.lastIndexOf("/") + 1), from: { text: new Blob([bytes as BlobPart]) } };
}

/** A note's samples (or the one of a name), or a file. */
async function logsOf(book: Notebook, path: string, sampleName?: string): Promise<readonly HuntLogs[]> {
  const samples = book.index.note(path)?.rule?.samples;
  if (samples === undefined) return [await fileLogs(book, path)];
  return Promise.all(samples.filter(({ name }) => sampleName === undefined || name === sampleName).map(async (sample): Promise<HuntLogs> => {
    if (sample.source.kind === "block") return { name: sample.name, from: { text: sample.source.text } };
    return fileLogs(book, resolved(book, sample.source.path, path));
  }));
}

function resolved(book: Notebook, path: string, from: string): string {
  const found = book.app.metadataCache.getFirstLinkpathDest(path, from)?.path ?? book.file(path)?.path;
  if (found === undefined) throw new Error(`There is no file '${path}' in the vault.`);
  return found;
}

function actionsOf(book: Notebook, from: () => string, run: () => HuntRun | undefined): HuntActions {
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

/** The panel of a `purplebook-hunt` block: hunts when it comes into view, and again when its rules or logs changed. */
class HuntContent implements PanelContent {
  private mounted: Mounted<HuntViewProps> | undefined;
  private problems: Mounted<PanelProps> | undefined;
  private run: HuntRun | undefined;
  private hunted = "";

  constructor(
    private readonly el: HTMLElement, private readonly book: Notebook, private readonly desk: HuntDesk, private readonly source: string,
  ) {}

  compute(path: string, record: PanelRecord): Promise<Drawing> {
    const { value, diagnostics } = readHuntBlock(this.source);
    if (!value) {
      return Promise.resolve({ key: `${path} bad`, draw: () => { this.drawProblems(diagnostics, record); } });
    }
    const key = this.keyOf(value, path);
    return Promise.resolve({ key, draw: () => { this.draw(value, path, key); } });
  }

  destroy(): void {
    this.run?.close();
    this.run = undefined;
    this.hunted = "";
    this.mounted?.destroy();
    this.mounted = undefined;
    this.problems?.destroy();
    this.problems = undefined;
  }

  /** Changes when a rule or a file of the hunt does. */
  private keyOf(block: HuntBlock, path: string): string {
    const { index } = this.book;
    const rules = vaultRules(index, block).map((rule) => `${rule.path} ${rule.text.length} ${hash(rule.text)}`);
    const logs = block.logs.map((log) => {
      const file = this.book.app.metadataCache.getFirstLinkpathDest(log, path) ?? this.book.file(log);
      return file ? `${file.path} ${file.stat.mtime} ${file.stat.size}` : log;
    });
    return [path, String(this.book.workspace.progress === undefined), ...rules, ...logs].join("\n");
  }

  private draw(block: HuntBlock, path: string, key: string): void {
    if (this.hunted === key) return;
    this.hunted = key;
    this.problems?.destroy();
    this.problems = undefined;
    this.run?.close();
    const run = new HuntRun({
      title: "Which rules fire?",
      gather: async (): Promise<HuntRequest> => {
        await this.book.whenRead();
        return {
          rules: vaultRules(this.book.index, block),
          logs: await Promise.all(block.logs.map((log) => fileLogs(this.book, resolved(this.book, log, path)))),
          ...(block.level === undefined ? {} : { level: block.level }),
        };
      },
    }, {
      lab: () => this.desk.open(), clock: windowTime.clock,
      onModel: (model) => {
        if (this.run === run) this.mounted?.update({ model });
      },
    });
    this.run = run;
    const props: HuntViewProps = {
      model: run.model(), actions: actionsOf(this.book, () => path, () => this.run), ...(block.group === undefined ? {} : { grouping: block.group }),
    };
    if (this.mounted) this.mounted.update(props);
    else this.mounted = mountHunt(this.el, props);
    void run.start();
  }

  private drawProblems(diagnostics: PanelProps["model"]["diagnostics"], record: PanelRecord): void {
    this.destroy();
    this.problems = mountPanel(this.el, {
      model: { source: this.source, kind: "table", headers: [], groups: [], count: 0, truncated: false, diagnostics, actions: [] },
      state: record.state,
      actions: { renderLink: appLinks(this.book.app, () => ""), onState: () => undefined, onAction: () => undefined, onToggle: () => undefined },
    });
  }
}

/** FNV-1a over UTF-16: tells texts apart, promises nothing. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
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
