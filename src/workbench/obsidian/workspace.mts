/** The workspace: panes, tabs, which note is open and which is in front. */
import type * as Published from "obsidian";
import { Events, report } from "./events.mts";
import { setIcon } from "./icons.mts";
import { parseLinktext } from "./markdown.mts";
import { Notice } from "./modal.mts";
import { debounce } from "./platform.mts";
import { published, type Public } from "./published.mts";
import { ItemView, View } from "./view.mts";

export abstract class WorkspaceItem extends Events {
  abstract parent: Published.WorkspaceParent;
  abstract readonly containerEl: HTMLElement;

  getRoot(): Published.WorkspaceItem {
    let at = this as unknown as { parent?: unknown };
    while (at.parent !== undefined && at.parent !== null) at = at.parent;
    return published<Published.WorkspaceItem>(at);
  }

  getContainer(): Published.WorkspaceContainer { return published<Published.WorkspaceContainer>(this.getRoot()); }
}

export abstract class WorkspaceParent extends WorkspaceItem {
  readonly children: WorkspaceItem[] = [];
}

export class WorkspaceSplit extends WorkspaceParent {
  parent: Published.WorkspaceParent;
  readonly containerEl: HTMLElement;

  constructor(readonly workspace: Workspace, cls: string, parent?: WorkspaceParent) {
    super();
    this.parent = published<Published.WorkspaceParent>(parent ?? null);
    this.containerEl = createDiv({ cls: `workspace-split ${cls}` });
  }

  /** A new group of tabs at `index`. */
  addTabs(index = this.children.length): WorkspaceTabs {
    const tabs = new WorkspaceTabs(this.workspace, this);
    this.containerEl.insertBefore(tabs.containerEl, this.children[index]?.containerEl ?? null);
    this.children.splice(index, 0, tabs);
    return tabs;
  }
}

export class WorkspaceRoot extends WorkspaceSplit {
  readonly win = window;
  readonly doc = document;
}

export class WorkspaceSidedock extends WorkspaceSplit {
  collapsed = false;

  toggle(): void { this.set(!this.collapsed); }

  collapse(): void { this.set(true); }

  expand(): void { this.set(false); }

  private set(collapsed: boolean): void {
    this.collapsed = collapsed;
    this.containerEl.toggleClass("is-sidedock-collapsed", collapsed);
    this.workspace.trigger("resize");
  }
}

export class WorkspaceTabs extends WorkspaceParent {
  parent: Published.WorkspaceSplit;
  readonly containerEl = createDiv({ cls: "workspace-tabs" });
  private readonly headersEl = this.containerEl.createDiv({ cls: "workspace-tab-header-container", attr: { role: "tablist" } });
  private readonly bodyEl = this.containerEl.createDiv({ cls: "workspace-tab-container" });
  private readonly headers = new Map<WorkspaceLeaf, HTMLElement>();
  current: WorkspaceLeaf | undefined;

  constructor(readonly workspace: Workspace, private readonly split: WorkspaceSplit) {
    super();
    this.parent = published<Published.WorkspaceSplit>(split);
    const add = this.headersEl.createEl("button", { cls: "clickable-icon workspace-tab-new", attr: { "aria-label": "New tab" } });
    setIcon(add, "plus");
    add.addEventListener("click", () => this.workspace.setActiveLeaf(published<Published.WorkspaceLeaf>(this.addLeaf()), { focus: true }));
  }

  get leaves(): readonly WorkspaceLeaf[] { return this.children as WorkspaceLeaf[]; }

  addLeaf(index = this.children.length): WorkspaceLeaf {
    const leaf = new WorkspaceLeaf(this.workspace, this);
    this.children.splice(index, 0, leaf);
    const header = createDiv({ cls: "workspace-tab-header", attr: { role: "tab", tabindex: 0 } });
    header.createDiv({ cls: "workspace-tab-header-inner-icon" });
    header.createDiv({ cls: "workspace-tab-header-inner-title" });
    const close = header.createEl("button", { cls: "workspace-tab-header-inner-close-button", attr: { "aria-label": "Close", tabindex: -1 } });
    setIcon(close, "x");
    close.addEventListener("click", (event) => { event.stopPropagation(); leaf.detach(); });
    const front = (): void => this.workspace.setActiveLeaf(published<Published.WorkspaceLeaf>(leaf), { focus: true });
    header.addEventListener("click", front);
    header.addEventListener("auxclick", (event) => { if (event.button === 1) leaf.detach(); });
    header.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === header) front(); });
    this.headers.set(leaf, header);
    this.headersEl.insertBefore(header, this.headersEl.lastElementChild);
    this.select(leaf);
    this.label(leaf);
    return leaf;
  }

  remove(leaf: WorkspaceLeaf): void {
    const at = this.children.indexOf(leaf);
    if (at < 0) return;
    this.children.splice(at, 1);
    this.headers.get(leaf)?.remove();
    this.headers.delete(leaf);
    leaf.containerEl.remove();
    const next = this.leaves[Math.min(at, this.children.length - 1)];
    if (this.current === leaf && next !== undefined) this.select(next);
    if (this.children.length > 0) return;
    if (this.split instanceof WorkspaceRoot && this.split.children.length === 1) this.addLeaf();
    else if (this.split.children.length > 1) {
      this.split.children.splice(this.split.children.indexOf(this), 1);
      this.containerEl.remove();
    }
  }

  select(leaf: WorkspaceLeaf): void {
    this.current = leaf;
    this.bodyEl.replaceChildren(leaf.containerEl);
    for (const [each, header] of this.headers) {
      header.toggleClass("is-active", each === leaf);
      header.setAttribute("aria-selected", String(each === leaf));
    }
  }

  label(leaf: WorkspaceLeaf): void {
    const header = this.headers.get(leaf);
    if (header === undefined) return;
    const [icon, title] = [...header.children] as HTMLElement[];
    if (icon !== undefined) setIcon(icon, leaf.getIcon());
    title?.setText(leaf.getDisplayText());
    header.setAttribute("aria-label", leaf.getDisplayText());
  }
}

/** What an empty tab shows. */
class EmptyView extends ItemView {
  override icon = "file";

  getViewType(): string { return "empty"; }

  getDisplayText(): string { return "New tab"; }

  protected override async onOpen(): Promise<void> {
    const box = this.contentEl.createDiv({ cls: "empty-state" });
    box.createDiv({ cls: "empty-state-title", text: "No file is open" });
    box.createDiv({ text: "Pick one on the left, press Ctrl+O to find one, or Ctrl+P for commands." });
  }
}

let leafCount = 0;

export class WorkspaceLeaf extends WorkspaceItem implements Public<Published.WorkspaceLeaf> {
  parent: Published.WorkspaceTabs;
  view: Published.View;
  hoverPopover: Published.HoverPopover | null = null;
  readonly app: Published.App;
  readonly id = `leaf-${++leafCount}`;
  readonly containerEl = createDiv({ cls: "workspace-leaf" });
  readonly history: { readonly back: Published.ViewState[]; readonly forward: Published.ViewState[] } = { back: [], forward: [] };
  /** When the leaf was last in front; a counter, not a time. */
  activeTime = 0;
  pinned = false;
  private group: string | null = null;

  constructor(readonly workspace: Workspace, readonly tabs: WorkspaceTabs) {
    super();
    this.app = workspace.app;
    this.parent = published<Published.WorkspaceTabs>(tabs);
    const empty = new EmptyView(this.self);
    this.view = published<Published.View>(empty);
    void empty.show(this.containerEl);
    this.containerEl.addEventListener("focusin", () => {
      if (workspace.activeLeaf !== this.self) workspace.setActiveLeaf(this.self, { focus: false });
    });
  }

  private get self(): Published.WorkspaceLeaf { return published<Published.WorkspaceLeaf>(this); }

  get isDeferred(): boolean { return false; }

  async loadIfDeferred(): Promise<void> { /* nothing is deferred here */ }

  async openFile(file: Published.TFile, openState: Published.OpenViewState = {}): Promise<void> {
    const type = this.workspace.viewTypeOf(file.extension);
    if (type === undefined) {
      new Notice(`The workbench has no view for .${file.extension} files.`);
      return;
    }
    const mode = this.view.getState()["mode"] ?? this.workspace.defaultMode;
    const source = this.view.getState()["source"] ?? false;
    const state = { mode, source, ...openState.state, file: file.path };
    await this.setViewState({ type, state, active: openState.active ?? true }, openState.eState);
  }

  async open(view: Published.View): Promise<Published.View> {
    const old = this.view as unknown as View;
    await old.end();
    this.view = view;
    await (view as unknown as View).show(this.containerEl);
    this.tabs.label(this);
    return view;
  }

  getViewState(): Published.ViewState {
    return { type: this.view.getViewType(), state: this.view.getState(), pinned: this.pinned };
  }

  async setViewState(viewState: Published.ViewState, eState?: unknown): Promise<void> {
    const before = this.getViewState();
    if (this.view.getViewType() !== viewState.type) {
      const view = this.workspace.createView(viewState.type, this.self);
      if (view === undefined) return;
      await this.open(view);
    }
    const result = { history: false };
    await this.view.setState(viewState.state ?? {}, result);
    if (result.history && before.type !== "empty" && JSON.stringify(before.state) !== JSON.stringify(this.view.getState())) {
      this.history.back.push(before);
      this.history.forward.length = 0;
    }
    if (eState !== undefined) this.view.setEphemeralState(eState);
    this.tabs.label(this);
    if (viewState.active === true) this.workspace.setActiveLeaf(this.self, { focus: true });
    this.workspace.layoutChanged();
  }

  /** Goes to the state before, or after, this one. */
  async travel(way: "back" | "forward"): Promise<void> {
    const state = this.history[way].pop();
    if (state === undefined) return;
    const here = this.getViewState();
    const kept = { back: [...this.history.back], forward: [...this.history.forward] };
    await this.setViewState({ ...state, active: true });
    this.history.back.splice(0, Infinity, ...kept.back);
    this.history.forward.splice(0, Infinity, ...kept.forward);
    this.history[way === "back" ? "forward" : "back"].push(here);
  }

  getEphemeralState(): unknown { return this.view.getEphemeralState(); }

  setEphemeralState(state: unknown): void { this.view.setEphemeralState(state); }

  togglePinned(): void { this.setPinned(!this.pinned); }

  setPinned(pinned: boolean): void { this.pinned = pinned; this.trigger("pinned-change", pinned); }

  setGroupMember(other: Published.WorkspaceLeaf): void { this.setGroup((other as unknown as WorkspaceLeaf).group ?? this.id); }

  setGroup(group: string): void { this.group = group; this.trigger("group-change", group); }

  inGroup(group: string): boolean { return this.group === group; }

  detach(): void {
    void (this.view as unknown as View).end().catch(report);
    this.tabs.remove(this);
    this.workspace.left(this);
  }

  getIcon(): string { return this.view.getIcon(); }

  getDisplayText(): string { return this.view.getDisplayText(); }

  onResize(): void { this.view.onResize(); }
}

export class Workspace extends Events implements Omit<Public<Published.Workspace>, "on"> {
  leftSplit: Published.WorkspaceSidedock;
  rightSplit: Published.WorkspaceSidedock;
  leftRibbon: Published.WorkspaceRibbon;
  rightRibbon: Published.WorkspaceRibbon = {};
  rootSplit: Published.WorkspaceRoot;
  activeLeaf: Published.WorkspaceLeaf | null = null;
  containerEl: HTMLElement;
  layoutReady = false;
  activeEditor: Published.MarkdownFileInfo | null = null;
  requestSaveLayout = debounce(() => Promise.resolve(), 0);
  readonly ribbonEl: HTMLElement;
  /** The mode a note opens in: `preview` or `source`. */
  defaultMode = "preview";
  private readonly root: WorkspaceRoot;
  private readonly left_: WorkspaceSidedock;
  private readonly right: WorkspaceSidedock;
  private readonly creators = new Map<string, Published.ViewCreator>();
  private readonly extensions = new Map<string, string>();
  private readonly waiting: (() => unknown)[] = [];
  private readonly opened: string[] = [];
  private clock = 0;
  private lastFile: Published.TFile | null = null;
  private changing = false;

  constructor(readonly app: Published.App) {
    super();
    this.containerEl = createDiv({ cls: "workspace" });
    this.ribbonEl = this.containerEl.createDiv({ cls: "workspace-ribbon side-dock-ribbon mod-left", attr: { "aria-label": "Ribbon" } });
    this.leftRibbon = {};
    this.left_ = new WorkspaceSidedock(this, "mod-vertical mod-left-split");
    this.root = new WorkspaceRoot(this, "mod-vertical mod-root");
    this.right = new WorkspaceSidedock(this, "mod-vertical mod-right-split");
    this.right.collapse();
    this.containerEl.append(this.left_.containerEl, this.root.containerEl, this.right.containerEl);
    this.leftSplit = published<Published.WorkspaceSidedock>(this.left_);
    this.rightSplit = published<Published.WorkspaceSidedock>(this.right);
    this.rootSplit = published<Published.WorkspaceRoot>(this.root);
    this.activeLeaf = published<Published.WorkspaceLeaf>(this.root.addTabs().addLeaf());
    window.addEventListener("resize", () => this.trigger("resize"));
  }

  onLayoutReady(callback: () => unknown): void {
    if (this.layoutReady) callback();
    else this.waiting.push(callback);
  }

  /** Called once by the host when everything stands. */
  ready(): void {
    this.layoutReady = true;
    for (const callback of this.waiting.splice(0)) {
      try { callback(); } catch (error) { report(error); }
    }
    this.trigger("layout-ready");
    this.layoutChanged();
  }

  registerView(type: string, creator: Published.ViewCreator): () => void {
    if (this.creators.has(type)) throw new Error(`Attempting to register an existing view type "${type}"`);
    this.creators.set(type, creator);
    return () => this.creators.delete(type);
  }

  registerExtensions(extensions: readonly string[], type: string): () => void {
    for (const each of extensions) {
      if (this.extensions.has(each)) throw new Error(`Attempting to register an existing file extension "${each}"`);
      this.extensions.set(each, type);
    }
    return () => { for (const each of extensions) this.extensions.delete(each); };
  }

  viewTypeOf(extension: string): string | undefined { return this.extensions.get(extension); }

  createView(type: string, leaf: Published.WorkspaceLeaf): Published.View | undefined {
    if (type === "empty") return published<Published.View>(new EmptyView(leaf));
    const creator = this.creators.get(type);
    if (creator === undefined) new Notice(`No plugin has a view "${type}".`);
    return creator?.(leaf);
  }

  changeLayout(): Promise<void> { return Promise.resolve(); }

  getLayout(): Record<string, unknown> { return {}; }

  createLeafInParent(parent: Published.WorkspaceSplit, index: number): Published.WorkspaceLeaf {
    return published<Published.WorkspaceLeaf>((parent as unknown as WorkspaceSplit).addTabs(index).addLeaf());
  }

  createLeafBySplit(leaf: Published.WorkspaceLeaf, direction: Published.SplitDirection = "vertical", before = false): Published.WorkspaceLeaf {
    const tabs = (leaf as unknown as WorkspaceLeaf).tabs;
    const split = tabs.parent as unknown as WorkspaceSplit;
    split.containerEl.toggleClass("mod-stacked", direction === "horizontal");
    const made = split.addTabs(split.children.indexOf(tabs) + (before ? 0 : 1)).addLeaf();
    return published<Published.WorkspaceLeaf>(made);
  }

  splitActiveLeaf(direction?: Published.SplitDirection): Published.WorkspaceLeaf {
    return this.createLeafBySplit(this.recent(), direction);
  }

  async duplicateLeaf(leaf: Published.WorkspaceLeaf, kind?: Published.PaneType | boolean | Published.SplitDirection): Promise<Published.WorkspaceLeaf> {
    const made = kind === "tab" || kind === true ? this.getLeaf("tab") : this.createLeafBySplit(leaf);
    await made.setViewState({ ...leaf.getViewState(), active: true });
    return made;
  }

  getUnpinnedLeaf(): Published.WorkspaceLeaf { return this.getLeaf(false); }

  getLeaf(newLeaf?: Published.PaneType | boolean, direction?: Published.SplitDirection): Published.WorkspaceLeaf {
    const recent = this.recent();
    if (newLeaf === "split") return this.createLeafBySplit(recent, direction);
    const leaf = recent as unknown as WorkspaceLeaf;
    const reusable = !leaf.pinned && (leaf.view.navigation || leaf.view.getViewType() === "empty");
    if ((newLeaf === undefined || newLeaf === false) && reusable) return recent;
    return published<Published.WorkspaceLeaf>(leaf.tabs.addLeaf(leaf.tabs.children.indexOf(leaf) + 1));
  }

  moveLeafToPopout(): Published.WorkspaceWindow { throw new Error("The workbench has one window only"); }

  openPopoutLeaf(): Published.WorkspaceLeaf { return this.getLeaf("tab"); }

  async openLinkText(linktext: string, sourcePath: string, newLeaf?: Published.PaneType | boolean,
    openViewState: Published.OpenViewState = {}): Promise<void> {
    const { path, subpath } = parseLinktext(linktext);
    let file = this.app.metadataCache.getFirstLinkpathDest(path, sourcePath);
    if (file === null) {
      const wanted = path.endsWith(".md") ? path : `${path}.md`;
      try {
        const folder = wanted.includes("/") ? wanted.slice(0, wanted.lastIndexOf("/")) : "";
        if (folder !== "" && this.app.vault.getFolderByPath(folder) === null) await this.app.vault.createFolder(folder);
        file = await this.app.vault.create(wanted, "");
      } catch (error) {
        new Notice(`${wanted} could not be made: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
    }
    const eState = subpath === "" ? openViewState.eState : { subpath, ...openViewState.eState };
    await this.getLeaf(newLeaf).openFile(file, { ...openViewState, active: openViewState.active ?? true, ...(eState === undefined ? {} : { eState }) });
  }

  setActiveLeaf(leaf: Published.WorkspaceLeaf, params?: { focus?: boolean } | boolean, focus?: boolean): void {
    const own = leaf as unknown as WorkspaceLeaf;
    own.activeTime = ++this.clock;
    own.tabs.select(own);
    const changed = this.activeLeaf !== leaf;
    this.activeLeaf = leaf;
    for (const each of this.leaves()) each.containerEl.toggleClass("mod-active", each === own);
    const wantsFocus = typeof params === "object" ? params.focus === true : focus === true;
    if (wantsFocus && !own.containerEl.contains(document.activeElement)) own.view.setEphemeralState({ focus: true });
    if (changed) this.trigger("active-leaf-change", leaf);
    this.fileChanged();
  }

  getLeafById(id: string): Published.WorkspaceLeaf | null {
    return published<Published.WorkspaceLeaf | null>(this.leaves().find((leaf) => leaf.id === id) ?? null);
  }

  getGroupLeaves(group: string): Published.WorkspaceLeaf[] {
    return published<Published.WorkspaceLeaf[]>(this.leaves().filter((leaf) => leaf.inGroup(group)));
  }

  getMostRecentLeaf(): Published.WorkspaceLeaf | null { return this.recent(); }

  getLeftLeaf(): Published.WorkspaceLeaf | null { return this.sideLeaf(this.left_); }

  getRightLeaf(): Published.WorkspaceLeaf | null { return this.sideLeaf(this.right); }

  async ensureSideLeaf(type: string, side: Published.Side, options: { active?: boolean; reveal?: boolean; state?: Record<string, unknown> } = {}):
    Promise<Published.WorkspaceLeaf> {
    const leaf = this.getLeavesOfType(type)[0] ?? this.sideLeaf(side === "left" ? this.left_ : this.right);
    await leaf.setViewState({ type, ...(options.state === undefined ? {} : { state: options.state }), active: options.active ?? false });
    if (options.reveal !== false) await this.revealLeaf(leaf);
    return leaf;
  }

  getActiveViewOfType<T extends Published.View>(type: Published.Constructor<T>): T | null {
    const view = this.activeLeaf?.view;
    return view instanceof (type as unknown as new () => T) ? view : null;
  }

  getActiveFile(): Published.TFile | null {
    const file = (this.recent().view as { file?: Published.TFile | null }).file;
    return file ?? null;
  }

  iterateRootLeaves(callback: (leaf: Published.WorkspaceLeaf) => unknown): void {
    for (const leaf of this.leavesIn(this.root)) callback(published<Published.WorkspaceLeaf>(leaf));
  }

  iterateAllLeaves(callback: (leaf: Published.WorkspaceLeaf) => unknown): void {
    for (const leaf of this.leaves()) callback(published<Published.WorkspaceLeaf>(leaf));
  }

  getLeavesOfType(viewType: string): Published.WorkspaceLeaf[] {
    return published<Published.WorkspaceLeaf[]>(this.leaves().filter((leaf) => leaf.view.getViewType() === viewType));
  }

  detachLeavesOfType(viewType: string): void { for (const leaf of this.getLeavesOfType(viewType)) leaf.detach(); }

  async revealLeaf(leaf: Published.WorkspaceLeaf): Promise<void> {
    const own = leaf as unknown as WorkspaceLeaf;
    own.tabs.select(own);
    const split = own.tabs.parent as unknown;
    if (split instanceof WorkspaceSidedock && split.collapsed) split.expand();
    if (!(split instanceof WorkspaceSidedock)) this.setActiveLeaf(leaf, { focus: true });
  }

  getLastOpenFiles(): string[] { return [...this.opened]; }

  updateOptions(): void { this.trigger("workbench:options"); }

  handleLinkContextMenu(menu: Published.Menu, linktext: string, sourcePath: string): boolean {
    menu.addItem((item) => item.setTitle("Open in new tab").setIcon("file-plus")
      .onClick(() => { void this.openLinkText(linktext, sourcePath, "tab"); }));
    return true;
  }

  /** Tells, once per burst, that panes or what they show have changed. */
  layoutChanged(): void {
    this.fileChanged();
    if (this.changing) return;
    this.changing = true;
    queueMicrotask(() => {
      this.changing = false;
      if (this.layoutReady) this.trigger("layout-change");
    });
  }

  /** A leaf has gone: another comes to the front. */
  left(leaf: WorkspaceLeaf): void {
    if (this.activeLeaf === published<Published.WorkspaceLeaf>(leaf)) {
      this.activeLeaf = null;
      this.setActiveLeaf(this.recent());
    }
    this.layoutChanged();
  }

  private fileChanged(): void {
    const file = this.getActiveFile();
    const editor = this.recent().view as { editor?: unknown };
    this.activeEditor = "editor" in editor ? published<Published.MarkdownFileInfo>(editor) : null;
    if (file === this.lastFile) return;
    this.lastFile = file;
    if (file !== null) {
      this.opened.remove(file.path);
      this.opened.unshift(file.path);
      this.opened.length = Math.min(this.opened.length, 50);
    }
    this.trigger("file-open", file);
  }

  /** The leaf of the main area that was in front last. */
  private recent(): Published.WorkspaceLeaf {
    const leaves = this.leavesIn(this.root).sort((a, b) => b.activeTime - a.activeTime);
    return published<Published.WorkspaceLeaf>(leaves[0] ?? this.root.addTabs().addLeaf());
  }

  private sideLeaf(dock: WorkspaceSidedock): Published.WorkspaceLeaf {
    const tabs = dock.children[0] as WorkspaceTabs | undefined ?? dock.addTabs();
    return published<Published.WorkspaceLeaf>(tabs.addLeaf());
  }

  private leaves(): WorkspaceLeaf[] {
    return [...this.leavesIn(this.left_), ...this.leavesIn(this.root), ...this.leavesIn(this.right)];
  }

  private leavesIn(split: WorkspaceSplit): WorkspaceLeaf[] {
    return split.children.flatMap((tabs) => [...(tabs as WorkspaceTabs).leaves]);
  }
}
