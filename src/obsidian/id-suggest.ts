/** Completes `T1578`, or `@` and a part of a technique's name, to a link to the technique's note. */
import {
  type App, type Editor, type EditorPosition, EditorSuggest, type EditorSuggestContext, type EditorSuggestTriggerInfo,
  type TFile,
} from "obsidian";
import type { TechniqueId } from "../attack";
import type { Notebook } from "./notebook";

/** A technique that has a note. */
export interface KnownTechnique {
  readonly id: TechniqueId;
  readonly name: string;
  readonly path: string;
}

/** Every technique with a note, by id. */
export function knownTechniques(book: Notebook): readonly KnownTechnique[] {
  return book.index.techniques().flatMap((id) => {
    const note = book.index.techniqueNote(id);
    return note ? [{ id, name: note.technique?.name ?? note.name, path: note.path }] : [];
  });
}

/** How many are offered at once. */
const MOST = 20;

export class TechniqueSuggest extends EditorSuggest<KnownTechnique> {
  constructor(app: App, private readonly book: () => Notebook) {
    super(app);
    this.limit = MOST;
  }

  override onTrigger(cursor: EditorPosition, editor: Editor, _file: TFile | null): EditorSuggestTriggerInfo | null {
    if (!this.book().settings.idSuggest) return null;
    const before = editor.getLine(cursor.line).slice(0, cursor.ch);
    const typed = /(?:^|[\s(,;:*_>"'])(@[\p{L}\d][\p{L}\d .-]{0,40}|T\d{1,4}(?:\.\d{0,3})?)$/iu.exec(before)?.[1];
    // Inside of a link the app's own completion is at work; inside of code nothing is a link.
    if (typed === undefined || /\[\[[^\]]*$/.test(before) || (before.match(/`/g)?.length ?? 0) % 2 === 1
      || this.inFence(editor, cursor.line)) return null;
    return { start: { line: cursor.line, ch: cursor.ch - typed.length }, end: cursor, query: typed };
  }

  override getSuggestions({ query }: EditorSuggestContext): KnownTechnique[] {
    const all = knownTechniques(this.book());
    if (!query.startsWith("@")) {
      const wanted = query.toUpperCase();
      return all.filter(({ id }) => id.startsWith(wanted)).slice(0, MOST);
    }
    const words = query.slice(1).toLowerCase().split(/\s+/).filter((word) => word !== "");
    return all.filter(({ id, name }) => words.every((word) => `${id} ${name}`.toLowerCase().includes(word))).slice(
      0, MOST,
    );
  }

  override renderSuggestion({ id, name }: KnownTechnique, el: HTMLElement): void {
    el.addClass("purplebook-suggestion");
    el.createSpan({ cls: "purplebook-suggestion-id", text: id });
    el.createSpan({ text: ` ${name}` });
  }

  override selectSuggestion({ id, name, path }: KnownTechnique): void {
    const { context } = this;
    if (!context) return;
    const { editor, start, end } = context;
    const file = this.app.vault.getFileByPath(path);
    if (!file) return;
    const target = this.app.metadataCache.fileToLinktext(file, context.file.path, true);
    const link = `[[${target}|${id} ${name}]]`;
    editor.replaceRange(link, start, end);
    editor.setCursor({ line: start.line, ch: start.ch + link.length });
    this.close();
  }

  private inFence(editor: Editor, line: number): boolean {
    let open = false;
    for (let i = 0; i < line; i++) if (/^ {0,3}(?:`{3,}|~{3,})/.test(editor.getLine(i))) open = !open;
    return open;
  }
}
