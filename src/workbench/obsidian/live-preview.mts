/**
 * Live preview: the note's text with its marks hidden where the cursor is not. Fences of a registered language, tables,
 * callouts and properties are drawn as blocks; the rest is dressed in place.
 */
import { syntaxTree, syntaxTreeAvailable, ensureSyntaxTree } from "@codemirror/language";
import { StateEffect, StateField, type EditorState, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import type * as Published from "obsidian";
import type { SyntaxNode } from "@lezer/common";
import { Component } from "./events.mts";
import { editorInfoField } from "./editor.mts";
import { setIcon } from "./icons.mts";
import { readFence, readTask, readWikilink } from "./markdown.mts";
import { drawProperties } from "./properties-view.mts";
import { RenderContext, blockHandler, callHandler, renderInto } from "./renderer.mts";

/** A block drawn in place of its text. Ends its children when the editor drops it. */
abstract class BlockWidget extends WidgetType {
  constructor(readonly app: Published.App, readonly source: string, readonly sourcePath: string) {
    super();
  }

  override eq(other: BlockWidget): boolean {
    return other.constructor === this.constructor && other.source === this.source;
  }

  override ignoreEvent(event: Event): boolean {
    return event.target instanceof Element && event.target.closest("a, button, input, select, textarea, .mod-interactive, [contenteditable]") !== null;
  }

  override destroy(dom: HTMLElement): void {
    owners.get(dom)?.unload();
  }

  toDOM(view: EditorView): HTMLElement {
    const el = createDiv({ cls: `cm-embed-block markdown-rendered ${this.cls()}`, attr: { contenteditable: "false", "data-source-path": this.sourcePath } });
    const owner = new Component();
    owner.load();
    owners.set(el, owner);
    const ctx = new RenderContext(this.app, this.sourcePath, owner);
    // Where the block stands is asked of the editor when somebody wants to know: text above it may have changed.
    ctx.getSectionInfo = (inside) => {
      if (!el.isConnected || !el.contains(inside)) return null;
      const { doc } = view.state;
      const from = doc.lineAt(view.posAtDOM(el));
      const to = doc.lineAt(Math.min(doc.length, from.from + this.source.length));
      return { text: doc.toString(), lineStart: from.number - 1, lineEnd: to.number - 1 };
    };
    this.draw(el, ctx, view);
    const edit = el.createDiv({ cls: "edit-block-button", attr: { "aria-label": "Edit this block" } });
    setIcon(edit, "code");
    edit.addEventListener("mousedown", (event) => event.preventDefault());
    edit.addEventListener("click", (event) => {
      event.stopPropagation();
      const at = view.posAtDOM(el);
      const line = view.state.doc.lineAt(at);
      view.dispatch({ selection: { anchor: Math.min(line.to + 1, view.state.doc.length) } });
      view.focus();
    });
    return el;
  }

  protected abstract cls(): string;
  protected abstract draw(el: HTMLElement, ctx: RenderContext, view: EditorView): void;
}

const owners = new WeakMap<HTMLElement, Component>();

class FenceWidget extends BlockWidget {
  constructor(app: Published.App, source: string, sourcePath: string, readonly language: string, readonly body: string) {
    super(app, source, sourcePath);
  }

  protected cls(): string { return `cm-preview-code-block cm-lang-${this.language}`; }

  protected draw(el: HTMLElement, ctx: RenderContext): void {
    const handler = blockHandler(this.language);
    const target = el.createDiv({ cls: `block-language-${this.language}` });
    if (handler !== undefined) void callHandler(handler, this.body, target, ctx);
  }
}

class RenderedWidget extends BlockWidget {
  protected cls(): string { return "cm-rendered-block"; }

  protected draw(el: HTMLElement, ctx: RenderContext): void { void renderInto(ctx, this.source, el); }
}

class PropertiesWidget extends BlockWidget {
  protected cls(): string { return "cm-properties-block"; }

  protected draw(el: HTMLElement, ctx: RenderContext): void { drawProperties(ctx, this.source, el); }
}

const setFocus = StateEffect.define<boolean>();

/** Whether the editor has the keyboard; without it nothing is being edited and all marks are hidden. */
const focused = StateField.define<boolean>({
  create: () => false,
  update: (value, transaction) => transaction.effects.reduce((now, effect) => effect.is(setFocus) ? effect.value : now, value),
  provide: () => EditorView.focusChangeEffect.of((_, focusing) => setFocus.of(focusing)),
});

function touches(state: EditorState, from: number, to: number): boolean {
  return state.field(focused, false) === true && state.selection.ranges.some((range) => range.from <= to && range.to >= from);
}

function blocksOf(state: EditorState, app: Published.App): DecorationSet {
  const found: Range<Decoration>[] = [];
  const path = state.field(editorInfoField).file?.path ?? "";
  const tree = ensureSyntaxTree(state, state.doc.length, 100) ?? syntaxTree(state);
  const text = state.doc.toString();
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    const from = state.doc.lineAt(node.from).from;
    const to = state.doc.lineAt(node.to).to;
    if (touches(state, from, to)) continue;
    const source = text.slice(from, to);
    const widget = blockWidget(node, text, source, app, path);
    if (widget !== undefined) found.push(Decoration.replace({ widget, block: true }).range(from, to));
  }
  return Decoration.set(found);
}

function blockWidget(node: SyntaxNode, text: string, source: string, app: Published.App, path: string): WidgetType | undefined {
  switch (node.name) {
    case "Frontmatter": return new PropertiesWidget(app, source, path);
    case "Table": case "HTMLBlock": return new RenderedWidget(app, source, path);
    case "Blockquote": return /^>[ \t]*\[!/.test(source) ? new RenderedWidget(app, source, path) : undefined;
    case "Paragraph": return /^!\[\[[^\]]+\]\]\s*$/.test(source) ? new RenderedWidget(app, source, path) : undefined;
    case "FencedCode": {
      const { language, body } = readFence(node, text);
      return blockHandler(language) === undefined ? undefined : new FenceWidget(app, source, path, language, body);
    }
    default: return undefined;
  }
}

/** The blocks, in a state field: CodeMirror takes block decorations from nowhere else. */
function blocks(app: Published.App): Extension {
  const field = StateField.define<DecorationSet>({
    create: (state) => blocksOf(state, app),
    update(value, transaction) {
      const moved = transaction.effects.some((effect) => effect.is(setFocus));
      const parsed = syntaxTree(transaction.startState) !== syntaxTree(transaction.state);
      if (transaction.docChanged || transaction.selection !== undefined || moved || parsed) {
        return blocksOf(transaction.state, app);
      }
      return value;
    },
    provide: (own) => EditorView.decorations.from(own),
  });
  return field;
}

class CheckboxWidget extends WidgetType {
  constructor(readonly mark: string, readonly at: number) { super(); }

  override eq(other: CheckboxWidget): boolean { return other.mark === this.mark && other.at === this.at; }

  toDOM(view: EditorView): HTMLElement {
    const el = createEl("input", { cls: "task-list-item-checkbox", type: "checkbox" });
    el.checked = this.mark !== " ";
    el.addEventListener("click", () => {
      view.dispatch({ changes: { from: this.at, to: this.at + this.mark.length, insert: this.mark === " " ? "x" : " " } });
    });
    return el;
  }

  override ignoreEvent(): boolean { return true; }
}

class BulletWidget extends WidgetType {
  override eq(): boolean { return true; }

  toDOM(): HTMLElement { return createSpan({ cls: "list-bullet", text: "•" }); }
}

class RuleWidget extends WidgetType {
  override eq(): boolean { return true; }

  toDOM(): HTMLElement { return createSpan({ cls: "cm-hr", attr: { role: "separator" } }); }
}

const hide = Decoration.replace({});
const spans: Readonly<Record<string, string>> = {
  Emphasis: "cm-em", StrongEmphasis: "cm-strong", Strikethrough: "cm-strikethrough", Highlight: "cm-highlight",
  InlineCode: "cm-inline-code", Tag: "cm-hashtag", NoteComment: "cm-comment", FootnoteReference: "cm-footref",
};
const marksOf: Readonly<Record<string, string>> = {
  Emphasis: "EmphasisMark", StrongEmphasis: "EmphasisMark", Strikethrough: "StrikethroughMark", Highlight: "HighlightMark", InlineCode: "CodeMark",
};

/** Decorations within the lines on screen. With `live` false (source mode) nothing is hidden. */
function inlineDecorations(view: EditorView, app: Published.App, live: boolean): DecorationSet {
  const found: Range<Decoration>[] = [];
  const { state } = view;
  const mark = (cls: string, from: number, to: number, attributes?: Record<string, string>): void => {
    if (from < to) found.push(Decoration.mark({ class: cls, ...(attributes === undefined ? {} : { attributes }) }).range(from, to));
  };
  const line = (cls: string, at: number): void => { found.push(Decoration.line({ class: cls }).range(state.doc.lineAt(at).from)); };
  const conceal = (from: number, to: number): void => { if (live && from < to) found.push(hide.range(from, to)); };
  for (const range of view.visibleRanges) {
    syntaxTree(state).iterate({
      from: range.from, to: range.to,
      enter: (ref) => {
        const { name, from, to } = ref;
        const node = ref.node;
        const text = (start: number, end: number): string => state.sliceDoc(start, end);
        const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(name);
        if (heading !== null) {
          line(`HyperMD-header HyperMD-header-${heading[1] ?? ""} cm-header-${heading[1] ?? ""}`, from);
          const first = node.getChild("HeaderMark");
          const lineAt = state.doc.lineAt(from);
          if (name.startsWith("ATX") && first !== null && !touches(state, lineAt.from, lineAt.to)) {
            conceal(first.from, Math.min(first.to + 1, lineAt.to));
          }
          return;
        }
        const cls = spans[name];
        if (cls !== undefined) {
          mark(cls, from, to);
          const marks = marksOf[name];
          if (marks !== undefined && !touches(state, from, to)) for (const each of node.getChildren(marks)) conceal(each.from, each.to);
          return;
        }
        if (name === "Wikilink" || name === "Embed") {
          const open = name === "Embed" ? 3 : 2;
          const inner = text(from + open, to - 2);
          const { link, label } = readWikilink(inner);
          const start = label === undefined ? from + open : from + open + inner.search(/\|/) + 1;
          const known = app.metadataCache.getFirstLinkpathDest(link.split("#")[0] ?? "", state.field(editorInfoField).file?.path ?? "") !== null;
          mark(`cm-hmd-internal-link${known ? "" : " is-unresolved"}`, start, to - 2, { "data-href": link });
          if (!touches(state, from, to)) {
            conceal(from, start);
            conceal(to - 2, to);
          }
          return false;
        }
        if (name === "Link") {
          const marks = node.getChildren("LinkMark");
          const url = node.getChild("URL");
          if (url === null || marks.length < 2) return;
          const address = text(url.from, url.to).replace(/^<|>$/g, "");
          const outside = /^[a-z][a-z0-9+.-]*:/i.test(address);
          const [a, b] = marks as [SyntaxNode, SyntaxNode];
          mark(outside ? "cm-link external-link" : "cm-hmd-internal-link", a.to, b.from, { "data-href": address });
          if (!touches(state, from, to)) {
            conceal(a.from, a.to);
            conceal(b.from, to);
          }
          return;
        }
        if (name === "ListItem") {
          const listMark = node.getChild("ListMark");
          if (listMark === null) return;
          const task = readTask(node, state.doc.toString());
          const lineAt = state.doc.lineAt(from);
          line(`HyperMD-list-line${task !== undefined && task.mark !== " " ? " HyperMD-task-line is-checked" : ""}`, from);
          if (task !== undefined) {
            if (live && !touches(state, listMark.from, task.end)) {
              found.push(Decoration.replace({ widget: new CheckboxWidget(task.mark, task.at) }).range(listMark.from, Math.min(task.end + 1, lineAt.to)));
            }
          } else if (live && node.parent?.name === "BulletList" && !touches(state, listMark.from, Math.min(listMark.to, lineAt.to))) {
            found.push(Decoration.replace({ widget: new BulletWidget() }).range(listMark.from, listMark.to));
          } else mark("cm-formatting-list", listMark.from, listMark.to);
          return;
        }
        if (name === "Blockquote") {
          for (let at = state.doc.lineAt(from); at.from <= to; at = state.doc.line(at.number + 1)) {
            line("HyperMD-quote", at.from);
            if (at.number === state.doc.lines) break;
          }
          return;
        }
        if (name === "QuoteMark" && live) {
          const lineAt = state.doc.lineAt(from);
          if (!touches(state, lineAt.from, lineAt.to)) conceal(from, Math.min(to + (text(to, to + 1) === " " ? 1 : 0), lineAt.to));
          return;
        }
        if (name === "FencedCode" || name === "CodeBlock" || name === "Frontmatter") {
          const first = state.doc.lineAt(from).number;
          const last = state.doc.lineAt(to).number;
          for (let at = first; at <= last; at++) {
            const edge = at === first ? " HyperMD-codeblock-begin" : at === last ? " HyperMD-codeblock-end" : "";
            line(name === "Frontmatter" ? "cm-frontmatter" : `HyperMD-codeblock${edge}`, state.doc.line(at).from);
          }
          return false;
        }
        if (name === "HorizontalRule" && live && !touches(state, from, to)) {
          found.push(Decoration.replace({ widget: new RuleWidget() }).range(from, to));
        }
        return undefined;
      },
    });
  }
  return Decoration.set(found, true);
}

function inline(app: Published.App, live: boolean): Extension {
  return ViewPlugin.fromClass(class {
    decorations: DecorationSet;

    constructor(view: EditorView) { this.decorations = inlineDecorations(view, app, live); }

    update(update: ViewUpdate): void {
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.selectionSet || update.focusChanged || update.viewportChanged || parsed || !syntaxTreeAvailable(update.state)) {
        this.decorations = inlineDecorations(update.view, app, live);
      }
    }
  }, { decorations: (plugin) => plugin.decorations });
}

/** Links in the editor: a click opens in live preview, a click with the key in source mode. */
function links(app: Published.App, live: boolean): Extension {
  return EditorView.domEventHandlers({
    mousedown(event, view) {
      const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-href]") : null;
      if (target === null || target.closest(".cm-embed-block") !== null || event.button !== 0) return false;
      const mod = event.ctrlKey || event.metaKey;
      const href = target.getAttribute("data-href") ?? "";
      if (!live && !mod) return false;
      event.preventDefault();
      const path = view.state.field(editorInfoField).file?.path ?? "";
      if (/^[a-z][a-z0-9+.-]*:/i.test(href)) {
        if (/^(https?|mailto):/i.test(href)) window.open(href, "_blank", "noopener");
      } else void app.workspace.openLinkText(href, path, live && mod ? "tab" : false);
      return true;
    },
  });
}

/** Everything that makes an editor a live preview (or, with `live` false, a plain but coloured source). */
export function livePreview(app: Published.App, live: boolean): Extension {
  return live ? [focused, blocks(app), inline(app, true), links(app, true)] : [inline(app, false), links(app, false)];
}
