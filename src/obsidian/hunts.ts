/** "Which rules fire?" in the app: the block `purplebook-hunt`, and the ways to the pane. */
import { Notice, type Plugin, TFile } from "obsidian";
import { tagOf } from "../attack";
import { firstEvents, vaultRules, type Drawing, type HuntRequest } from "../core";
import { meets } from "../coverage";
import { draftFrom } from "../hunt";
import { mountHunt, mountPanel, type HuntViewProps, type Mounted, type PanelProps } from "../ui";
import type { Note } from "../vault";
import { drawPanel } from "./blocks";
import { windowTime } from "./clock";
import { readHuntBlock, type HuntBlock } from "./hunt-block";
import { actionsOf, fileLogs, HUNT_VIEW, HuntDesk, HuntPane, logsOf, openHunt, resolved } from "./hunt-pane";
import { HuntRun } from "./hunt-run";
import { appLinks } from "./links";
import type { PanelContent } from "./live-panel";
import type { Notebook } from "./notebook";
import type { PanelRecord } from "./panel-memory";

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

const LOG_FILES = /^(json|jsonl|ndjson|csv|tsv|log|txt|xml|evtx|gz|zip|parquet)$/i;

function canHuntIn(book: Notebook, file: TFile): boolean {
  return file.extension === "md" ? (book.index.note(file.path)?.rule?.samples.length ?? 0) > 0 : LOG_FILES.test(file.extension);
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
