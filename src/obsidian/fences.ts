/** Queries in fences of the app's own editor: painted, checked with fixes, completed, explained. */
import type { Plugin } from "obsidian";
import { definedIn, languageOf, scopeOver, type Defined } from "../core";
import type { Scope } from "../query";
import { fencesExtension, type EditedLanguage } from "../ui";
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
  plugin.registerEditorExtension(fencesExtension((name) => {
    const language = languageOf(name);
    if (!language) return undefined;
    let found = edited.get(language.id);
    if (!found) {
      found = { language, scope };
      edited.set(language.id, found);
    }
    return found;
  }));
}
