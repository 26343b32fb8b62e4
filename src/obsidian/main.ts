/**
 * The plugin. Loading only registers; the vault is read when the layout is ready. Everything here is handed to the
 * app's own
 * life cycle, so that unloading leaves nothing behind.
 */
import { Plugin } from "obsidian";
import { DataviewBlocks, registerOwnBlock } from "./blocks";
import { registerAddress, registerCommands } from "./commands";
import { today } from "./clock";
import { registerConvert } from "./convert";
import { registerFences } from "./fences";
import { registerIdLinks } from "./id-links";
import { registerHunts } from "./hunts";
import { TechniqueSuggest } from "./id-suggest";
import { LAB_VIEW, LabPane } from "./lab-view";
import { HOVER_SOURCE } from "./links";
import { Notebook } from "./notebook";
import { redrawNotes } from "./redraw";
import { registerRunButtons } from "./run-buttons";
import { DEFAULT_SETTINGS, PurplebookSettingTab, readSettings, type Settings, type SettingsOwner } from "./settings";
import { registerStrip } from "./strip";
import { registerTakeover } from "./takeover";

export default class PurplebookPlugin extends Plugin implements SettingsOwner {
  override settings: Settings = DEFAULT_SETTINGS;
  private notebook: Notebook | undefined;
  private dataview: DataviewBlocks | undefined;

  /** The notebook; made on load, before anything asks for it. */
  private readonly book = (): Notebook => {
    if (!this.notebook) throw new Error("Purplebook is not loaded.");
    return this.notebook;
  };

  override async onload(): Promise<void> {
    const { app } = this;
    this.notebook = new Notebook(app, this.settings, () => { void this.store(); });
    const book = this.notebook;
    this.register(() => { book.close(); });
    this.dataview = new DataviewBlocks(this, book);
    this.addSettingTab(new PurplebookSettingTab(app, this));
    this.registerView(LAB_VIEW, (leaf) => new LabPane(leaf, book));
    this.registerHoverLinkSource(HOVER_SOURCE, { display: "Purplebook", defaultMod: false });
    registerOwnBlock(this, this.book);
    registerTakeover(this, this.book);
    registerRunButtons(this, this.book);
    registerHunts(this, this.book);
    registerConvert(this, this.book);
    registerStrip(this, this.book);
    registerIdLinks(this, this.book);
    registerFences(this, this.book);
    registerCommands(this, this.book);
    registerAddress(this, this.book);
    this.registerEditorSuggest(new TechniqueSuggest(app, this.book));
    const stored: unknown = await this.loadData();
    this.take(stored);
    app.workspace.onLayoutReady(() => { this.start(); });
  }

  override async onExternalSettingsChange(): Promise<void> {
    this.take(await this.loadData());
    await this.notebook?.apply(this.settings);
    this.dataview?.decide();
  }

  async changeSettings(next: Settings): Promise<void> {
    const before = this.settings;
    this.settings = next;
    await this.store();
    await this.book().apply(next);
    this.dataview?.decide();
    if (before.idLinks !== next.idLinks || before.dataview !== next.dataview) {
      redrawNotes(this.app, before.dataview === next.dataview ? undefined : "dataview");
    }
  }

  private start(): void {
    const { app } = this;
    const book = this.book();
    this.dataview?.decide();
    this.registerEvent(app.workspace.on("layout-change", () => { this.dataview?.decide(); }));
    // Here and no sooner: while the app starts, `create` comes once for every file there is.
    this.registerEvent(app.vault.on(
      "create", (file) => { book.workspace.tell({ kind: "changed", path: file.path }); },
    ));
    // "3 days ago" is another day's text after midnight.
    let day = today();
    this.registerInterval(window.setInterval(() => {
      if (day === today()) return;
      day = today();
      book.panels.changed();
    }, 60_000));
    void book.open();
  }

  private take(stored: unknown): void {
    const data = typeof stored === "object" && stored !== null ? (stored as Readonly<Record<string, unknown>>) : {};
    this.settings = readSettings(data["settings"]);
    const book = this.book();
    book.settings = this.settings;
    book.loadVerdicts(data["verdicts"]);
  }

  private store(): Promise<void> {
    return this.saveData({ settings: this.settings, verdicts: this.book().storedVerdicts() });
  }
}
