/** The lab as a pane of the app: query, samples, result and trace. */
import { type App, ItemView, Notice, type ViewStateResult, type WorkspaceLeaf } from "obsidian";
import { readTechniqueId, type TechniqueId } from "../attack";
import { bringNames, languageOfFence, type Lab } from "../core";
import { writeCsv, writeJsonRows, writeMarkdown } from "../logs";
import { catalog } from "../schema";
import type { Table } from "../table";
import { mountLab, type ChartFile, type CopyFormat, type LabModel, type LabViewProps, type Mounted } from "../ui";
import { readNote, replaceFence } from "../vault";
import { chooseFile } from "./choose-file";
import { windowTime } from "./clock";
import { openFile } from "./files";
import { openHuntIn } from "./hunt-pane";
import { LabSession, type LabSource } from "./lab-session";
import { labChoice, type LabTarget } from "./lab-sources";
import { startLab } from "./lab-start";
import { appLinks } from "./links";
import { freePath, writeAndOpen } from "./new-notes";
import type { Notebook } from "./notebook";
import { vaultNames } from "./settings";

export const LAB_VIEW = "purplebook-lab";

/** Opens the lab beside the note, or in its tab where there is one already, for a target. */
export async function openLab(app: App, target: LabTarget): Promise<void> {
  const open = app.workspace.getLeavesOfType(LAB_VIEW)[0];
  const leaf = open ?? app.workspace.getLeaf("tab");
  await leaf.setViewState({ type: LAB_VIEW, active: true, state: { target } });
  await app.workspace.revealLeaf(leaf);
}

/** Opens the lab with a bundled rule, without making a note of it. */
export async function openBundledInLab(book: Notebook, name: string, technique: TechniqueId): Promise<void> {
  await openLab(book.app, { kind: "bundled", name, technique, run: true });
}

export class LabPane extends ItemView {
  override icon = "flask-conical";
  /** Notes open in other tabs than this. */
  override navigation = false;
  private target: LabTarget = { kind: "free" };
  private title = "Detection lab";
  private lab: Lab | undefined;
  private session: LabSession | undefined;
  private mounted: Mounted<LabViewProps> | undefined;
  private model: LabModel | undefined;
  private drawing = false;
  /** Number of the newest target: one that waited while another came is not shown. */
  private turn = 0;

  constructor(leaf: WorkspaceLeaf, private readonly book: Notebook) {
    super(leaf);
  }

  override getViewType(): string {
    return LAB_VIEW;
  }

  override getDisplayText(): string {
    return this.title;
  }

  override getState(): Record<string, unknown> {
    return { ...super.getState(), target: this.target };
  }

  override async setState(state: unknown, result: ViewStateResult): Promise<void> {
    await super.setState(state, result);
    const target = readTarget(state);
    // Not waited for: a layout that is restored must not wait for the vault to be read.
    if (target) void this.showTarget(target);
  }

  override async onOpen(): Promise<void> {
    this.contentEl.addClass("purplebook-lab-pane");
    const lab = startLab();
    this.lab = lab;
    this.session = new LabSession({
      lab,
      tables: [...catalog.tables()].sort(),
      limits: { rows: this.book.settings.limitRows, ms: this.book.settings.limitSeconds * 1000 },
      can: { clipboard: true, vaultFile: true, saveRows: true, saveQuery: true, hunt: true },
      prepare: (query) => bringNames(lab, this.book.index, query, (path) => this.book.workspace.files.read(path)),
      clock: windowTime.clock,
      wallTicks: windowTime.wallTicks,
      readClipboard: () => navigator.clipboard.readText(),
      writeClipboard: (text) => navigator.clipboard.writeText(text),
      chooseFile: () => this.chooseLogs(),
      copyText,
      saveRows: (title, table) => this.saveRows(title, table),
      saveQuery: (source, text) => this.saveQuery(source, text),
      takeChart: (file, how) => this.takeChart(file, how),
      hunt: (logs) => openHuntIn(this.book, logs),
      notice: (text) => { new Notice(text); },
      verdicts: (found) => {
        const at = Date.now();
        const path = found[0] === undefined ? undefined : /^note:(.*)#\d+$/.exec(found[0].source)?.[1];
        if (path === undefined) return;
        this.book.recordVerdicts(
          path, found.map((v) => ({ sample: v.sample, expected: v.expect, got: v.rows, passed: v.pass, at })),
        );
      },
      onModel: (model) => { this.draw(model); },
    });
    this.session.onLenient(this.book.settings.lenient);
    void this.showTarget(this.target);
  }

  override async onClose(): Promise<void> {
    this.mounted?.destroy();
    this.mounted = undefined;
    this.lab?.close();
    this.lab = undefined;
    await super.onClose();
  }

  /** Shows the rows of a sample, to ask about one of them. */
  askAboutRow(): void {
    this.session?.showRowsToAsk();
  }

  private async showTarget(target: LabTarget): Promise<void> {
    // Running was asked for this time; a layout that is restored shows the query and waits.
    const { run, ...kept } = target.kind === "free" ? { ...target, run: false } : target;
    this.target = kept;
    const turn = ++this.turn;
    if (target.kind !== "free") await this.book.whenRead();
    if (!this.session || turn !== this.turn) return;
    const { sources, chosen } = labChoice(this.book, target);
    const source = sources.find((s) => s.id === chosen) ?? sources[0];
    this.title = source === undefined || source.id === "free" ? "Detection lab" : `Lab: ${source.title}`;
    await this.session.open(sources, chosen);
    if (run === true && source !== undefined && source.samples.length > 0) await this.session.run();
  }

  /** Draws the newest model, once for all the changes of one turn. */
  private draw(model: LabModel): void {
    this.model = model;
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      if (!this.session || !this.lab || this.model === undefined) return;
      if (this.mounted) this.mounted.update({ model: this.model });
      else {
        this.mounted = mountLab(this.contentEl, {
          model: this.model, actions: this.session, renderLink: appLinks(this.app, () => this.notePath()),
          onCopyText: (text) => { void navigator.clipboard.writeText(text).then(() => new Notice("Copied.")); },
        });
      }
    });
  }

  private notePath(): string {
    return this.target.kind === "note" ? this.target.path : "";
  }

  private async chooseLogs(): Promise<{ readonly name: string; readonly text: Blob } | null> {
    const file = await chooseFile(
      this.app, "Choose a file with logs",
      ({ extension }) => /^(json|jsonl|ndjson|csv|tsv|log|txt|xml|md|evtx)$/i.test(extension),
    );
    return file === null ? null : { name: file.name, text: await openFile(this.book.workspace.files, file.path) };
  }

  private async saveRows(title: string, table: Table): Promise<void> {
    const model = this.session?.model();
    const from = model?.query.source === undefined ? title : `[[${model.query.source.path.replace(/\.md$/, "")}]]`;
    const facts = [
      `- Query: ${from}`,
      ...(model === undefined ? [] : [`- Now: ${model.now.text}`]),
      ...(model?.samples ?? []).filter((s) => s.used).map((s) => `- Sample: ${s.name}, ${s.rows} rows of ${s.table}`),
    ];
    const text = `${facts.join("\n")}\n\n${writeMarkdown(table)}`;
    const folder = this.app.fileManager.getNewFileParent(this.notePath()).path;
    await writeAndOpen(
      this.book, { path: freePath(this.app, folder === "/" ? "" : folder, `Result of ${plainName(title)}`), text },
    );
  }

  /** A chart for the clipboard, or as an attachment of the vault. */
  private async takeChart({ name, type, data }: ChartFile, how: "copy" | "save"): Promise<void> {
    if (how === "copy") {
      if (type === "image/png") await navigator.clipboard.write([new ClipboardItem({ [type]: data })]);
      else await navigator.clipboard.writeText(await data.text());
      new Notice("The chart was copied.");
      return;
    }
    const path = await this.app.fileManager.getAvailablePathForAttachment(name, this.notePath());
    const file = await this.app.vault.createBinary(path, await data.arrayBuffer());
    new Notice(`The chart was saved as ${file.path}.`);
  }

  /** Writes a query back into its note; one that has none becomes a rule note. */
  private async saveQuery(source: LabSource, text: string): Promise<void> {
    const path = /^note:(.*)#\d+$/.exec(source.id)?.[1];
    if (path === undefined) {
      const folder = vaultNames(this.book.settings).ruleFolders[0] ?? "";
      const title = source.id === "free" ? "New rule" : source.title;
      const note = [
        "---", `title: ${JSON.stringify(title)}`, "status: experimental", "tags:", "  - detection_rule", "---", "",
        `# ${title}`, "", "## Query", "", "```kusto", text, "```", "",
      ].join("\n");
      await writeAndOpen(this.book, { path: freePath(this.app, folder, plainName(title)), text: note });
      return;
    }
    let found = false;
    await this.book.workspace.files.change(path, (now) => {
      const blocks = readNote({ path }, now).blocks
        .filter((block) => languageOfFence(block.language, block.text) !== undefined && block.text.trim() === source.text.trim());
      const [block] = blocks;
      if (!block || blocks.length > 1) return now;
      found = true;
      return replaceFence(now, block, text);
    });
    if (!found) throw new Error(
      "The note's query is another than the one that was opened here; open the note and copy it over by hand.",
    );
    new Notice("The query was written to its note.");
  }
}

function plainName(title: string): string {
  return title.replace(/[\\/:*?"<>|#^[\]]/g, " ").replace(/\s+/g, " ").trim().slice(0, 100) || "Query";
}

function copyText(format: CopyFormat, table: Table): string {
  switch (format) {
    case "markdown": return writeMarkdown(table);
    case "csv": return writeCsv(table);
    case "json": return writeJsonRows(table);
  }
}

/** A target out of stored state, checked. */
function readTarget(state: unknown): LabTarget | undefined {
  const target = fields(fields(state)["target"]);
  const run = target["run"] === true ? { run: true } : {};
  if (target["kind"] === "free") return { kind: "free" };
  if (target["kind"] === "note" && typeof target["path"] === "string") {
    const { query, kql } = target;
    return {
      kind: "note", path: target["path"], ...(typeof query === "number" ? { query } : {}), ...(typeof kql === "string" ? { kql } : {}), ...run,
    };
  }
  if (target["kind"] === "bundled" && typeof target["name"] === "string") {
    const technique = typeof target["technique"] === "string" ? readTechniqueId(target["technique"]) : null;
    return { kind: "bundled", name: target["name"], ...(technique === null ? {} : { technique }), ...run };
  }
  return undefined;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
