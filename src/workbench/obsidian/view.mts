/** Views: what a leaf of the workspace shows. */
import type * as Published from "obsidian";
import { Component, report } from "./events.mts";
import { setIcon } from "./icons.mts";
import { Menu } from "./menu.mts";
import { debounce } from "./platform.mts";
import { published, type Public } from "./published.mts";

export abstract class View extends Component implements Public<Published.View> {
  app: Published.App;
  icon = "file";
  navigation = false;
  leaf: Published.WorkspaceLeaf;
  containerEl: HTMLElement;
  scope: Published.Scope | null = null;

  constructor(leaf: Published.WorkspaceLeaf) {
    super();
    this.leaf = leaf;
    this.app = (leaf as unknown as { app: Published.App }).app;
    this.containerEl = createDiv({ cls: "workspace-leaf-content" });
  }

  /** Called by the leaf: stands the view up in its place. */
  async show(into: HTMLElement): Promise<void> {
    this.containerEl.setAttribute("data-type", this.getViewType());
    into.replaceChildren(this.containerEl);
    this.load();
    await this.onOpen();
  }

  /** Called by the leaf: takes the view down. */
  async end(): Promise<void> {
    await this.onClose();
    this.unload();
    this.containerEl.remove();
  }

  protected async onOpen(): Promise<void> { /* for heirs */ }

  protected async onClose(): Promise<void> { /* for heirs */ }

  abstract getViewType(): string;

  abstract getDisplayText(): string;

  getState(): Record<string, unknown> { return {}; }

  async setState(_state: unknown, _result: Published.ViewStateResult): Promise<void> { /* for heirs */ }

  getEphemeralState(): Record<string, unknown> { return {}; }

  setEphemeralState(_state: unknown): void { /* for heirs */ }

  getIcon(): string { return this.icon; }

  onResize(): void { /* for heirs */ }

  onPaneMenu(_menu: Published.Menu, _source: string): void { /* for heirs */ }
}

export abstract class ItemView extends View implements Public<Published.ItemView> {
  contentEl: HTMLElement;
  readonly titleEl: HTMLElement;
  private readonly actionsEl: HTMLElement;

  constructor(leaf: Published.WorkspaceLeaf) {
    super(leaf);
    const header = this.containerEl.createDiv({ cls: "view-header" });
    const box = header.createDiv({ cls: "view-header-title-container" });
    this.titleEl = box.createDiv({ cls: "view-header-title" });
    this.actionsEl = header.createDiv({ cls: "view-actions" });
    const more = this.actionsEl.createEl("button", { cls: "clickable-icon view-action", attr: { "aria-label": "More options" } });
    setIcon(more, "more-vertical");
    more.addEventListener("click", (event) => {
      const menu = new Menu();
      this.onPaneMenu(published<Published.Menu>(menu), "more-options");
      menu.showAtMouseEvent(event);
    });
    this.contentEl = this.containerEl.createDiv({ cls: "view-content" });
  }

  addAction(icon: string, title: string, callback: (event: MouseEvent) => unknown): HTMLElement {
    const el = createEl("button", { cls: "clickable-icon view-action", attr: { "aria-label": title } });
    setIcon(el, icon);
    el.addEventListener("click", callback);
    this.actionsEl.prepend(el);
    return el;
  }

  override async show(into: HTMLElement): Promise<void> {
    await super.show(into);
    this.titleEl.setText(this.getDisplayText());
  }
}

export abstract class FileView extends ItemView implements Public<Published.FileView> {
  allowNoFile = false;
  file: Published.TFile | null = null;
  override navigation = true;

  override onload(): void {
    this.registerEvent(this.app.vault.on("rename", (file) => { if (file === this.file) void this.onRename(this.file); }));
    this.registerEvent(this.app.vault.on("delete", (file) => { if (file === this.file) this.leaf.detach(); }));
  }

  getDisplayText(): string { return this.file?.basename ?? "No file"; }

  override getState(): Record<string, unknown> {
    return this.file === null ? super.getState() : { file: this.file.path };
  }

  override async setState(state: unknown, result: Published.ViewStateResult): Promise<void> {
    const path = (state as { file?: unknown } | null)?.file;
    if (typeof path === "string" && path !== this.file?.path) {
      const file = this.app.vault.getFileByPath(path);
      if (this.file !== null) await this.onUnloadFile(this.file);
      this.file = file;
      if (file !== null) await this.onLoadFile(file);
      result.history = true;
    }
    await super.setState(state, result);
    this.titleEl.setText(this.getDisplayText());
  }

  async onLoadFile(_file: Published.TFile): Promise<void> { /* for heirs */ }

  async onUnloadFile(_file: Published.TFile): Promise<void> { /* for heirs */ }

  async onRename(_file: Published.TFile): Promise<void> { this.titleEl.setText(this.getDisplayText()); }

  canAcceptExtension(_extension: string): boolean { return false; }

  protected override async onClose(): Promise<void> {
    if (this.file !== null) await this.onUnloadFile(this.file);
    this.file = null;
  }
}

export abstract class EditableFileView extends FileView {}

export abstract class TextFileView extends EditableFileView implements Public<Published.TextFileView> {
  data = "";
  requestSave: () => void;
  private saved = "";

  constructor(leaf: Published.WorkspaceLeaf) {
    super(leaf);
    const later = debounce(() => { this.save().catch(report); }, 800, true);
    this.requestSave = () => { later(); };
  }

  override onload(): void {
    super.onload();
    this.registerEvent(this.app.vault.on("modify", (file) => { if (file === this.file) void this.reload(); }));
  }

  override async onLoadFile(file: Published.TFile): Promise<void> {
    this.data = this.saved = await this.app.vault.read(file);
    this.setViewData(this.data, true);
  }

  override async onUnloadFile(_file: Published.TFile): Promise<void> {
    await this.save(true);
  }

  async save(clear = false): Promise<void> {
    if (this.file === null) return;
    const data = this.getViewData();
    if (data !== this.saved) {
      this.data = this.saved = data;
      await this.app.vault.modify(this.file, data);
    }
    if (clear) this.clear();
  }

  abstract getViewData(): string;
  abstract setViewData(data: string, clear: boolean): void;
  abstract clear(): void;

  /** The file changed under the view: take the text unless it is our own. */
  private async reload(): Promise<void> {
    if (this.file === null) return;
    const data = await this.app.vault.cachedRead(this.file);
    if (data === this.saved) return;
    this.data = this.saved = data;
    this.setViewData(data, false);
  }
}
