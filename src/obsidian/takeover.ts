/**
 * Beside Dataview, when the user asked for it: blocks that ask for rules, runbooks or techniques become our panels, all
 * others
 * stay Dataview's. A block that we cannot run is handed back, so that one of both draws it, and never both.
 */
import { type EditorState, type Extension, Prec, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { editorInfoField, editorLivePreviewField, type Plugin } from "obsidian";
import { hasErrors } from "../base";
import { parseDql } from "../query/dql";
import { drawPanel, isDataviewEnabled } from "./blocks";
import { LivePanel } from "./live-panel";
import type { Notebook } from "./notebook";
import { QueryContent } from "./panels-drawn";
import { askedFor } from "./query-panel";

/** Lower than Dataview's own processors, which stand at -100. */
const BEFORE_DATAVIEW = -110;

export function registerTakeover(plugin: Plugin, book: () => Notebook): void {
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    if (!isOn(book())) return;
    for (const code of el.findAll("pre > code.language-dataview")) {
      const source = (code.textContent ?? "").replace(/\n$/, "");
      if (!isOurs(book(), source)) continue;
      const home = createDiv({ cls: "purplebook-taken" });
      code.parentElement?.replaceWith(home);
      drawPanel(book(), home, ctx, source, new QueryContent(home, book(), source));
    }
  }, BEFORE_DATAVIEW);
  plugin.registerEditorExtension(Prec.highest(blocksInEditor(book)));
}

function isOn(book: Notebook): boolean {
  return book.settings.dataview === "coverage" && isDataviewEnabled(book.app);
}

/** Whether a query is about the vault's techniques, rules or runbooks, and one that we can run. */
export function isOurs(book: Notebook, source: string): boolean {
  const { value, diagnostics } = parseDql(source);
  if (value === undefined || hasErrors(diagnostics)) return false;
  const asked = askedFor(value, book.settings);
  return asked.kind !== undefined || asked.technique !== undefined;
}

class TakenWidget extends WidgetType {
  private panel: LivePanel | undefined;

  constructor(private readonly book: Notebook, private readonly path: string, private readonly source: string) {
    super();
  }

  override eq(other: TakenWidget): boolean {
    return other.source === this.source && other.path === this.path;
  }

  override get estimatedHeight(): number {
    return this.book.memory.of(this.path, this.source).height;
  }

  override toDOM(): HTMLElement {
    const home = createDiv({ cls: "purplebook-taken cm-embed-block", attr: { contenteditable: "false" } });
    this.panel = new LivePanel(home, this.book, this.path, this.source, new QueryContent(home, this.book, this.source));
    this.panel.load();
    return home;
  }

  override destroy(): void {
    this.panel?.unload();
  }
}

function blocksInEditor(book: () => Notebook): Extension {
  const build = (state: EditorState): DecorationSet => {
    const path = state.field(editorInfoField, false)?.file?.path;
    if (path === undefined || !state.field(editorLivePreviewField, false) || !isOn(book())) return Decoration.none;
    const blocks = dataviewFences(state.doc)
      .filter(({ from, to }) => !state.selection.ranges.some((range) => range.from <= to && range.to >= from))
      .filter(({ source }) => isOurs(book(), source));
    return Decoration.set(blocks.map(({ from, to, source }) =>
      Decoration.replace({ widget: new TakenWidget(book(), path, source), block: true }).range(from, to)));
  };
  return StateField.define<DecorationSet>({
    create: build,
    update: (value, change) => (change.docChanged || change.selection !== undefined || change.reconfigured
      || change.effects.length > 0 ? build(change.state) : value),
    provide: (field) => EditorView.decorations.from(field),
  });
}

/** The closed `dataview` fences of a document, from the opening line's start to the closing line's end. */
export function dataviewFences(
  doc: Text,
): readonly { readonly from: number; readonly to: number; readonly source: string }[] {
  const found: { from: number; to: number; source: string }[] = [];
  let open: {
    readonly mark: string; readonly from: number; readonly inside: number; readonly dataview: boolean
  } | undefined;
  for (let n = 1; n <= doc.lines; n++) {
    const line = doc.line(n);
    if (!open) {
      const start = /^(`{3,}|~{3,})\s*([^\s`]*)/.exec(line.text);
      if (start) open = {
        mark: start[1] ?? "", from: line.from, inside: line.to + 1,
        dataview: (start[2] ?? "").toLowerCase() === "dataview",
      };
      continue;
    }
    const end = /^(`{3,}|~{3,})\s*$/.exec(line.text)?.[1];
    if (end === undefined || !end.startsWith(open.mark)) continue;
    if (open.dataview) found.push(
      { from: open.from, to: line.to, source: doc.sliceString(open.inside, Math.max(open.inside, line.from - 1)) },
    );
    open = undefined;
  }
  return found;
}
