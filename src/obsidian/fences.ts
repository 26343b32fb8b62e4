/**
 * Queries in fences: in the app's own editor painted, checked with fixes, completed, explained, folded; in rendered notes
 * painted and explained; and the commands that go over all queries of a note.
 */
import { type Editor, MarkdownRenderChild, Notice, type Plugin } from "obsidian";
import type { EditorView } from "@codemirror/view";
import { definedIn, fenceWords, languageOf, scopeOver, type Defined } from "../core";
import type { Scope } from "../query";
import { fencesExtension, fixAll, formatAll, paintQuery, type EditedLanguage } from "../ui";
import { windowTime } from "./clock";
import type { Notebook } from "./notebook";

export function registerFences(plugin: Plugin, book: () => Notebook): void {
  let kept: { readonly lenient: boolean; readonly defined: Defined; readonly scope: Scope } | undefined;
  /** Without samples: names are those of the catalog of known tables. */
  const scope = (): Scope => {
    const { lenient } = book().settings;
    const defined = definedIn(book().index);
    if (kept?.lenient !== lenient || kept.defined !== defined) {
      kept = { lenient, defined, scope: scopeOver([], { lenient, now: windowTime.wallTicks() }, defined) };
    }
    return kept.scope;
  };
  const edited = new Map<string, EditedLanguage>();
  const editedLanguage = (name: string): EditedLanguage | undefined => {
    const language = languageOf(name);
    if (!language) return undefined;
    let found = edited.get(language.id);
    if (!found) {
      found = { language, scope };
      edited.set(language.id, found);
    }
    return found;
  };
  plugin.registerEditorExtension(fencesExtension(editedLanguage));
  registerReading(plugin, editedLanguage);
  registerQueryCommands(plugin);
}

/** Rendered queries, painted before the run button takes them in. */
function registerReading(plugin: Plugin, editedLanguage: (name: string) => EditedLanguage | undefined): void {
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    for (const word of fenceWords()) {
      const edited = editedLanguage(word);
      if (!edited) continue;
      for (const code of el.findAll(`pre > code.language-${word}`)) {
        const painted = new MarkdownRenderChild(code);
        painted.register(paintQuery(code, edited));
        ctx.addChild(painted);
      }
    }
  }, 90);
}

function registerQueryCommands(plugin: Plugin): void {
  const command = (id: string, name: string, run: (view: EditorView) => number, done: string): void => {
    plugin.addCommand({
      id, name,
      editorCallback: (editor) => {
        const view = viewOf(editor);
        const changed = view === undefined ? 0 : run(view);
        new Notice(changed === 0 ? "No query of this note needed it." : `${changed} ${changed === 1 ? "query" : "queries"} ${done}.`);
      },
    });
  };
  command("format-queries", "Format the queries of this note", formatAll, "laid out anew");
  command("fix-queries", "Fix what can be fixed in the queries of this note", fixAll, "fixed");
}

/** The editor behind the app's own; not part of its published face. */
function viewOf(editor: Editor): EditorView | undefined {
  return (editor as Editor & { readonly cm?: EditorView }).cm;
}
