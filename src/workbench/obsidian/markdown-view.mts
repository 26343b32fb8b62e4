/** A note in a tab: reading view, live preview and source mode. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, dropCursor, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";
import type * as Published from "obsidian";
import type { Section } from "./draw.mts";
import { Editor, editorEditorField, editorInfoField, editorLivePreviewField, livePreviewState } from "./editor.mts";
import { Component, report } from "./events.mts";
import { livePreview } from "./live-preview.mts";
import { noteExtensions } from "./markdown.mts";
import { resolveSubpath } from "./metadata.mts";
import { Platform } from "./platform.mts";
import { getFrontMatterInfo } from "./properties.mts";
import { drawProperties } from "./properties-view.mts";
import { published, type Public } from "./published.mts";
import { MarkdownRenderer, RenderContext, drawFor, postProcess } from "./renderer.mts";
import { suggesting } from "./suggest.mts";
import { TextFileView } from "./view.mts";

/** Extensions that plugins registered; the arrays inside may change, see `Workspace.updateOptions`. */
export const editorExtensions: Extension[] = [];

/** The reading view of one note. Sections whose text did not change keep their elements and their panels. */
export class MarkdownPreviewView extends MarkdownRenderer implements Public<Published.MarkdownPreviewView> {
  private text = "";
  private drawn: { section: Section; owner: Component }[] = [];
  private readonly sizer: HTMLElement;
  private ctx: RenderContext | undefined;

  constructor(private readonly view: MarkdownView, containerEl: HTMLElement) {
    super(view.app, containerEl);
    this.sizer = containerEl.createDiv({ cls: "markdown-preview-view markdown-rendered node-insert-event" })
      .createDiv({ cls: "markdown-preview-sizer markdown-preview-section" });
  }

  get file(): Published.TFile { return this.view.file as Published.TFile; }

  get(): string { return this.text; }

  set(data: string, clear: boolean): void {
    if (clear) this.clear();
    this.text = data;
    this.draw();
  }

  clear(): void {
    for (const { owner } of this.drawn) owner.unload();
    this.drawn = [];
    this.ctx = undefined;
    this.sizer.empty();
  }

  rerender(full = false): void {
    const { text } = this;
    if (full) this.clear();
    this.set(text, false);
  }

  getScroll(): number { return this.scroller.scrollTop; }

  applyScroll(scroll: number): void { this.scroller.scrollTop = scroll; }

  /** Brings the section with that line (from 0) to the top and lights it up for a moment. */
  showLine(line: number): void {
    const target = this.drawn.find(({ section }) => section.lineEnd >= line)?.section.el;
    target?.scrollIntoView({ block: "start" });
    target?.addClass("is-flashing");
    window.setTimeout(() => target?.removeClass("is-flashing"), 1500);
  }

  private get scroller(): HTMLElement { return this.sizer.parentElement ?? this.containerEl; }

  private draw(): void {
    const path = this.view.file?.path ?? "";
    if (this.ctx?.sourcePath !== path) {
      this.clear();
      this.ctx = new RenderContext(this.app, path, this);
    }
    const { ctx } = this;
    this.sizer.setAttribute("data-source-path", path);
    ctx.sections.clear();
    const old = new Map<string, { section: Section; owner: Component }[]>();
    for (const each of this.drawn) {
      const list = old.get(each.section.source);
      if (list === undefined) old.set(each.section.source, [each]);
      else list.push(each);
    }
    const fresh: { section: Section; owner: Component; ctx: RenderContext }[] = [];
    this.drawn = drawFor(ctx, this.text).map((section) => {
      const kept = old.get(section.source)?.shift();
      const owner = kept?.owner ?? this.addChild(new Component());
      const el = kept?.section.el ?? section.el;
      ctx.sections.set(el, { text: this.text, lineStart: section.lineStart, lineEnd: section.lineEnd });
      if (kept === undefined) {
        const own = new RenderContext(this.app, path, owner);
        own.getSectionInfo = (inside) => ctx.getSectionInfo(inside);
        fresh.push({ section, owner, ctx: own });
      }
      return { section: { ...section, el }, owner };
    });
    for (const list of old.values()) for (const { owner } of list) this.removeChild(owner);
    const head = createDiv({ cls: "mod-header mod-ui" });
    head.createDiv({ cls: "inline-title", text: this.view.file?.basename ?? "", attr: { role: "heading", "aria-level": 1 } });
    if (/^---[ \t]*\r?\n/.test(this.text)) drawProperties(ctx, this.text, head);
    const before = this.getScroll();
    this.sizer.setChildrenInPlace([head, ...this.drawn.map(({ section }) => section.el)]);
    this.applyScroll(before);
    for (const each of fresh) void postProcess(each.section.el, each.ctx).catch(report);
  }
}

const highlighting = HighlightStyle.define([
  { tag: t.processingInstruction, class: "cm-formatting" }, { tag: t.url, class: "cm-url" }, { tag: t.monospace, class: "cm-code" },
  { tag: t.meta, class: "cm-meta" }, { tag: t.comment, class: "cm-comment" }, { tag: t.contentSeparator, class: "cm-hr-text" },
]);

export class MarkdownView extends TextFileView implements Public<Published.MarkdownView> {
  editor: Published.Editor;
  previewMode: Published.MarkdownPreviewView;
  currentMode: Published.MarkdownSubView;
  hoverPopover: Published.HoverPopover | null = null;
  override icon = "file-text";
  private readonly preview: MarkdownPreviewView;
  private readonly cm: EditorView;
  private readonly editing: Published.MarkdownSubView;
  private readonly modeEl: HTMLElement;
  private mode: Published.MarkdownViewModeType = "preview";
  private source = false;
  private stale = false;
  /** True while a text from the file is put in: it is not to be saved again. */
  private taking = false;
  /** What draws in the editor; empty while the note is read, so that no panel is drawn twice. */
  private readonly drawing = new Compartment();

  constructor(leaf: Published.WorkspaceLeaf) {
    super(leaf);
    const sourceEl = this.contentEl.createDiv({ cls: "markdown-source-view mod-cm6" });
    const readingEl = this.contentEl.createDiv({ cls: "markdown-reading-view" });
    this.cm = new EditorView({ parent: sourceEl });
    this.editor = published<Published.Editor>(new Editor(this.cm));
    this.preview = new MarkdownPreviewView(this, readingEl);
    this.previewMode = published<Published.MarkdownPreviewView>(this.preview);
    this.editing = {
      getScroll: () => this.cm.scrollDOM.scrollTop,
      applyScroll: (scroll) => { this.cm.scrollDOM.scrollTop = scroll; },
      get: () => this.cm.state.doc.toString(),
      set: (data) => this.setText(data),
    };
    this.currentMode = this.previewMode;
    this.modeEl = this.addAction("book-open", "Reading view", () => this.toggleMode());
    this.addChild(this.preview);
    this.listen(readingEl);
    this.showMode();
  }

  getViewType(): string { return "markdown"; }

  getMode(): Published.MarkdownViewModeType { return this.mode; }

  /** The name the page shows for the mode. */
  get modeName(): "reading" | "live" | "source" { return this.mode === "preview" ? "reading" : this.source ? "source" : "live"; }

  getViewData(): string { return this.mode === "preview" && !this.stale ? this.preview.get() : this.cm.state.doc.toString(); }

  override getState(): Record<string, unknown> {
    return { ...super.getState(), mode: this.mode, source: this.source };
  }

  override async setState(state: unknown, result: Published.ViewStateResult): Promise<void> {
    const wanted = state as { mode?: unknown; source?: unknown } | null;
    const mode = wanted?.mode === "source" || wanted?.mode === "preview" ? wanted.mode : this.mode;
    const source = typeof wanted?.source === "boolean" ? wanted.source : this.source;
    const changed = mode !== this.mode || source !== this.source;
    const other = source !== this.source;
    if (changed) this.keepText();
    this.mode = mode;
    this.source = source;
    if (other) this.freshState(this.cm.state.doc.toString());
    if (changed) this.showMode();
    await super.setState(state, result);
  }

  override setEphemeralState(state: unknown): void {
    const wanted = state as { line?: unknown; subpath?: unknown; focus?: unknown } | null;
    if (typeof wanted?.line === "number") this.showLine(wanted.line);
    if (typeof wanted?.subpath === "string" && this.file !== null) {
      const cache = this.app.metadataCache.getFileCache(this.file);
      const found = cache === null ? null : resolveSubpath(cache, wanted.subpath);
      if (found !== null) this.showLine(found.start.line);
    }
    if (wanted?.focus !== true) return;
    if (this.mode === "source") this.cm.focus();
    else this.containerEl.querySelector<HTMLElement>(".markdown-preview-view")?.focus();
  }

  override getEphemeralState(): Record<string, unknown> { return { scroll: this.currentMode.getScroll() }; }

  setViewData(data: string, clear: boolean): void {
    if (clear) this.freshState(data);
    else this.setText(data);
    this.stale = false;
    if (this.mode === "preview") this.preview.set(data, clear);
  }

  clear(): void { this.preview.clear(); }

  showSearch(): void {
    if (this.mode === "preview") this.toggleMode();
    openSearchPanel(this.cm);
  }

  /** Reading view and editing, in turn. */
  toggleMode(): void {
    void this.setState({ mode: this.mode === "preview" ? "source" : "preview" }, { history: false })
      .then(() => { this.app.workspace.trigger("layout-change"); });
  }

  override onload(): void {
    super.onload();
    this.registerEvent((this.app.workspace as unknown as { on(name: string, callback: () => void): Published.EventRef })
      .on("workbench:options", () => this.reconfigure()));
  }

  override onPaneMenu(menu: Published.Menu): void {
    const set = (mode: string, source: boolean) => (): void => { void this.setState({ mode, source }, { history: false }); };
    menu.addItem((item) => item.setTitle("Reading view").setIcon("book-open").setChecked(this.modeName === "reading").onClick(set("preview", this.source)));
    menu.addItem((item) => item.setTitle("Live preview").setIcon("edit").setChecked(this.modeName === "live").onClick(set("source", false)));
    menu.addItem((item) => item.setTitle("Source mode").setIcon("code").setChecked(this.modeName === "source").onClick(set("source", true)));
    menu.addSeparator();
    if (this.file !== null) this.app.workspace.trigger("file-menu", menu, this.file, "more-options", this.leaf);
  }

  protected override async onClose(): Promise<void> {
    await super.onClose();
    this.cm.destroy();
  }

  private showLine(line: number): void {
    if (this.mode === "preview") window.requestAnimationFrame(() => this.preview.showLine(line));
    else {
      const pos = { line, ch: 0 };
      this.editor.setCursor(pos);
      this.editor.scrollIntoView({ from: pos, to: pos }, true);
    }
  }

  /** Hands the text from one mode to the other. */
  private keepText(): void {
    if (this.mode === "source") this.preview.set(this.cm.state.doc.toString(), false);
  }

  private showMode(): void {
    this.contentEl.setAttribute("data-mode", this.modeName);
    this.containerEl.setAttribute("data-mode", this.mode);
    this.modeEl.setAttribute("aria-label", this.mode === "preview" ? "Edit" : "Reading view");
    this.currentMode = this.mode === "preview" ? this.previewMode : this.editing;
    const [source, reading] = [...this.contentEl.children] as HTMLElement[];
    source?.toggle(this.mode === "source");
    source?.toggleClass("is-live-preview", !this.source);
    reading?.toggle(this.mode === "preview");
    this.cm.dispatch({ effects: this.drawing.reconfigure(this.drawn()) });
  }

  private drawn(): Extension {
    return this.mode === "source" ? [this.source ? lineNumbers() : [], [...editorExtensions], livePreview(this.app, !this.source)] : [];
  }

  private extensions(): Extension {
    const info = published<Published.MarkdownFileInfo>(this);
    return [
      editorInfoField.init(() => info), editorEditorField.init(() => this.cm), editorLivePreviewField.init(() => !this.source),
      livePreviewState,
      history(), drawSelection(), dropCursor(), closeBrackets(), bracketMatching(), search({ top: true }), indentUnit.of("  "),
      EditorState.tabSize.of(4), EditorView.lineWrapping,
      this.drawing.of(this.drawn()),
      markdown({ extensions: noteExtensions, completeHTMLTags: false }), syntaxHighlighting(highlighting),
      suggesting(() => this.editor, () => this.file),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
      EditorView.contentAttributes.of({ "aria-label": this.file?.basename ?? "Note", spellcheck: "false" }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || this.taking) return;
        this.stale = true;
        if (this.mode === "preview") this.preview.set(update.state.doc.toString(), false);
        this.requestSave();
        this.app.workspace.trigger("editor-change", this.editor, info);
      }),
      EditorView.domEventHandlers({
        paste: (event) => {
          this.app.workspace.trigger("editor-paste", event, this.editor, info);
          return event.defaultPrevented;
        },
        drop: (event) => {
          this.app.workspace.trigger("editor-drop", event, this.editor, info);
          return event.defaultPrevented;
        },
      }),
    ];
  }

  private freshState(text: string): void {
    const selection = { anchor: this.source ? 0 : getFrontMatterInfo(text).contentStart };
    this.cm.setState(EditorState.create({ doc: text, selection, extensions: this.extensions() }));
  }

  private reconfigure(): void {
    this.cm.dispatch({ effects: this.drawing.reconfigure(this.drawn()) });
    this.preview.rerender(true);
  }

  /** Puts a text in, changing only what differs, so that the cursor stays where it is. */
  private setText(text: string): void {
    const before = this.cm.state.doc.toString();
    if (before === text) return;
    let from = 0;
    while (from < before.length && from < text.length && before[from] === text[from]) from++;
    let end = 0;
    while (end < before.length - from && end < text.length - from && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
    this.taking = true;
    this.cm.dispatch({ changes: { from, to: before.length - end, insert: text.slice(from, text.length - end) } });
    this.taking = false;
  }

  /** Task boxes of the reading view change the note. */
  private listen(reading: HTMLElement): void {
    reading.addEventListener("click", (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || !box.hasClass("task-list-item-checkbox") || this.file === null) return;
      if (box.closest("[class*='block-language-'], .markdown-embed, .metadata-container") !== null) return;
      const at = Number(box.getAttribute("data-offset"));
      event.preventDefault();
      void this.app.vault.process(this.file, (text) => {
        const mark = [...text.slice(at, at + 2)][0] ?? " ";
        return text[at - 1] === "[" ? text.slice(0, at) + (mark === " " ? "x" : " ") + text.slice(at + mark.length) : text;
      });
    });
    this.contentEl.querySelector(".markdown-preview-view")?.setAttribute("tabindex", "-1");
    this.contentEl.toggleClass("is-mobile", Platform.isMobile);
  }
}
