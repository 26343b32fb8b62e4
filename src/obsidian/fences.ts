/**
 * Queries in fences: in the app's own editor painted, checked with fixes, completed, explained, folded; in rendered notes
 * painted and explained; and the commands that go over all queries of a note.
 */
import { type Editor, MarkdownRenderChild, Notice, type Plugin } from "obsidian";
import type { EditorView } from "@codemirror/view";
import { definedIn, fenceWords, languageOf, languageOfFence, scopeOver, type Defined } from "../core";
import type { Language, Scope } from "../query";
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
  const words = new Set(fenceWords());
  const edited = new Map<string, EditedLanguage>();
  const editedLanguage: LanguageOfFence = (name, text) => {
    const language = languageOfFence(name, text);
    if (!language) return undefined;
    let found = edited.get(language.id);
    if (!found) {
      found = { language: withoutTables(language), scope };
      edited.set(language.id, found);
    }
    return found;
  };
  plugin.registerEditorExtension(fencesExtension((name, text) => (words.has(name) ? editedLanguage(name, text()) : undefined)));
  registerReading(plugin, editedLanguage);
  registerQueryCommands(plugin);
}

type LanguageOfFence = (name: string, text: string) => EditedLanguage | undefined;

/** What Sigma tells of the tables that a rule would be run on: here are none. */
const OF_TABLES: readonly string[] = ["sigma-no-table", "sigma-no-field"];

function withoutTables(language: Language): Language {
  if (language.id !== "sigma") return language;
  return {
    ...language,
    compile: (text, scope) => {
      const compiled = language.compile(text, scope);
      return { ...compiled, diagnostics: compiled.diagnostics.filter((d) => !OF_TABLES.includes(d.code)) };
    },
  };
}

/** Rendered queries, painted before the run button takes them in. */
function registerReading(plugin: Plugin, editedLanguage: LanguageOfFence): void {
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    for (const word of fenceWords()) {
      for (const code of el.findAll(`pre > code.language-${word}`)) {
        const edited = editedLanguage(word, code.textContent ?? "");
        if (!edited) continue;
        // The app paints YAML by its own grammar, later than this; by a word that it does not know it leaves ours.
        if (languageOf(word) === undefined) code.classList.replace(`language-${word}`, `language-${edited.language.id}`);
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
