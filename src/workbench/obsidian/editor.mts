/** The `Editor` of the API over CodeMirror, and the fields that extensions read. */
import { redo, undo, cursorCharLeft, cursorCharRight, cursorDocEnd, cursorDocStart, cursorGroupLeft, cursorGroupRight, cursorLineDown,
  cursorLineUp, deleteLine, indentLess, indentMore, insertNewlineAndIndent, moveLineDown, moveLineUp } from "@codemirror/commands";
import { foldAll, toggleFold, unfoldAll } from "@codemirror/language";
import { EditorSelection, StateField, type TransactionSpec } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";
import type * as Published from "obsidian";
import type { Public } from "./published.mts";

/** Set with `init` by the view that owns the state. */
function fixed<T>(): StateField<T> {
  return StateField.define<T>({ create: () => undefined as T, update: (value) => value });
}

/** The note and app an editor belongs to. */
export const editorInfoField = fixed<Published.MarkdownFileInfo>();
/** The same, under its older name. */
export const editorViewField = editorInfoField;
/** The CodeMirror view of a state. */
export const editorEditorField = fixed<EditorView>();
/** True in live preview, false in source mode. */
export const editorLivePreviewField = fixed<boolean>();

/** Whether the mouse is down in the editor. */
export const livePreviewState = ViewPlugin.define(() => ({ mousedown: false }), {
  eventHandlers: {
    mousedown() { this.mousedown = true; },
    mouseup() { this.mousedown = false; },
  },
});

const commands: Readonly<Record<Published.EditorCommandName, (view: EditorView) => boolean>> = {
  goUp: cursorLineUp, goDown: cursorLineDown, goLeft: cursorCharLeft, goRight: cursorCharRight, goStart: cursorDocStart,
  goEnd: cursorDocEnd, goWordLeft: cursorGroupLeft, goWordRight: cursorGroupRight, indentMore, indentLess,
  newlineAndIndent: insertNewlineAndIndent, swapLineUp: moveLineUp, swapLineDown: moveLineDown, deleteLine, toggleFold, foldAll, unfoldAll,
};

export class Editor implements Public<Published.Editor> {
  constructor(readonly cm: EditorView) {}

  getDoc(): this { return this; }

  refresh(): void { this.cm.requestMeasure(); }

  getValue(): string { return this.cm.state.doc.toString(); }

  setValue(content: string): void {
    this.cm.dispatch({ changes: { from: 0, to: this.cm.state.doc.length, insert: content } });
  }

  getLine(line: number): string { return line < 0 || line >= this.lineCount() ? "" : this.cm.state.doc.line(line + 1).text; }

  setLine(n: number, text: string): void {
    this.replaceRange(text, { line: n, ch: 0 }, { line: n, ch: this.getLine(n).length });
  }

  lineCount(): number { return this.cm.state.doc.lines; }

  lastLine(): number { return this.lineCount() - 1; }

  getSelection(): string {
    const { from, to } = this.cm.state.selection.main;
    return this.cm.state.sliceDoc(from, to);
  }

  somethingSelected(): boolean { return this.cm.state.selection.ranges.some((range) => !range.empty); }

  getRange(from: Published.EditorPosition, to: Published.EditorPosition): string {
    return this.cm.state.sliceDoc(this.posToOffset(from), this.posToOffset(to));
  }

  replaceSelection(replacement: string, origin?: string): void {
    this.cm.dispatch({ ...this.cm.state.replaceSelection(replacement), ...event(origin), scrollIntoView: true });
  }

  replaceRange(replacement: string, from: Published.EditorPosition, to = from, origin?: string): void {
    this.cm.dispatch({ changes: { from: this.posToOffset(from), to: this.posToOffset(to), insert: replacement }, ...event(origin) });
  }

  getCursor(side: "from" | "to" | "head" | "anchor" = "head"): Published.EditorPosition {
    return this.offsetToPos(this.cm.state.selection.main[side]);
  }

  listSelections(): Published.EditorSelection[] {
    return this.cm.state.selection.ranges.map((range) => ({
      anchor: this.offsetToPos(range.anchor), head: this.offsetToPos(range.head),
    }));
  }

  setCursor(pos: Published.EditorPosition | number, ch = 0): void {
    this.setSelection(typeof pos === "number" ? { line: pos, ch } : pos);
  }

  setSelection(anchor: Published.EditorPosition, head = anchor): void {
    this.cm.dispatch({ selection: { anchor: this.posToOffset(anchor), head: this.posToOffset(head) }, scrollIntoView: true });
  }

  setSelections(ranges: Published.EditorSelectionOrCaret[], main = 0): void {
    const list = ranges.map((each) => EditorSelection.range(this.posToOffset(each.anchor), this.posToOffset(each.head ?? each.anchor)));
    this.cm.dispatch({ selection: EditorSelection.create(list, main) });
  }

  focus(): void { this.cm.focus(); }

  blur(): void { this.cm.contentDOM.blur(); }

  hasFocus(): boolean { return this.cm.hasFocus; }

  getScrollInfo(): { top: number; left: number } {
    return { top: this.cm.scrollDOM.scrollTop, left: this.cm.scrollDOM.scrollLeft };
  }

  scrollTo(x?: number | null, y?: number | null): void {
    this.cm.scrollDOM.scrollTo({ ...(x === null || x === undefined ? {} : { left: x }), ...(y === null || y === undefined ? {} : { top: y }) });
  }

  scrollIntoView(range: Published.EditorRange, center = false): void {
    const target = EditorSelection.range(this.posToOffset(range.from), this.posToOffset(range.to));
    this.cm.dispatch({ effects: EditorView.scrollIntoView(target, { y: center ? "center" : "nearest" }) });
  }

  undo(): void { undo(this.cm); }

  redo(): void { redo(this.cm); }

  exec(command: Published.EditorCommandName): void { commands[command](this.cm); }

  transaction(tx: Published.EditorTransaction, origin?: string): void {
    const spec: TransactionSpec = { ...event(origin) };
    const changes = tx.changes?.map((change) => ({
      from: this.posToOffset(change.from), to: this.posToOffset(change.to ?? change.from), insert: change.text,
    })) ?? [];
    if (tx.replaceSelection !== undefined) {
      changes.push(...this.cm.state.selection.ranges.map(({ from, to }) => ({ from, to, insert: tx.replaceSelection ?? "" })));
    }
    this.cm.dispatch({ ...spec, changes });
    const selections = tx.selections ?? (tx.selection === undefined ? [] : [tx.selection]);
    if (selections.length > 0) this.setSelections(selections.map((each) => ({ anchor: each.from, head: each.to ?? each.from })));
  }

  wordAt(pos: Published.EditorPosition): Published.EditorRange | null {
    const found = this.cm.state.wordAt(this.posToOffset(pos));
    return found === null ? null : { from: this.offsetToPos(found.from), to: this.offsetToPos(found.to) };
  }

  posToOffset(pos: Published.EditorPosition): number {
    const { doc } = this.cm.state;
    if (pos.line < 0) return 0;
    if (pos.line >= doc.lines) return doc.length;
    const line = doc.line(pos.line + 1);
    return line.from + Math.max(0, Math.min(pos.ch, line.length));
  }

  offsetToPos(offset: number): Published.EditorPosition {
    const line = this.cm.state.doc.lineAt(Math.max(0, Math.min(offset, this.cm.state.doc.length)));
    return { line: line.number - 1, ch: offset - line.from };
  }

  processLines<T>(read: (line: number, text: string) => T | null,
    write: (line: number, text: string, value: T | null) => Published.EditorChange | void, ignoreEmpty = false): void {
    const chosen = new Set<number>();
    for (const range of this.listSelections()) {
      const [from, to] = [range.anchor.line, range.head.line].sort((a, b) => a - b) as [number, number];
      for (let line = from; line <= to; line++) chosen.add(line);
    }
    const lines = [...chosen].filter((line) => !ignoreEmpty || chosen.size === 1 || this.getLine(line).trim() !== "");
    const values = lines.map((line) => [line, read(line, this.getLine(line))] as const);
    const changes = values.flatMap(([line, value]) => write(line, this.getLine(line), value) ?? []);
    this.transaction({ changes });
  }
}

function event(origin: string | undefined): TransactionSpec {
  return origin === undefined ? {} : { userEvent: origin };
}
