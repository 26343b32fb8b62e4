/** The query languages of the house, by the words that fences use for them. */
import type { Compiled, Language, Scope } from "../query";
import { kql } from "../query/kql";
import { sigma } from "../query/sigma";
import { lintText } from "./sigma-lint";

/** Every language that compiles to a plan, by its id. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map([[kql.id, kql], [sigma.id, sigma]]);

/** Compiles with the language of this id; throws when there is none, as ids come from us. */
export function compileWith(id: string, text: string, scope: Scope): Compiled {
  const found = LANGUAGES.get(id);
  if (!found) throw new Error(`no language '${id}': known are ${[...LANGUAGES.keys()].join(", ")}`);
  const compiled = found.compile(text, scope);
  // Checks of the text need what a language may not enter: ATT&CK.
  return id === "sigma" ? { ...compiled, diagnostics: [...compiled.diagnostics, ...lintText(text)] } : compiled;
}

/** Words of a fence's info string that mean a language we can run. */
const FENCE_WORDS: ReadonlyMap<string, string> = new Map([
  ["kql", "kql"], ["kusto", "kql"], ["csl", "kql"],
  ["sigma", "sigma"],
]);

/** The language that a fence's word means, or undefined when we cannot run it. */
export function languageOf(word: string): Language | undefined {
  const id = FENCE_WORDS.get(word.toLowerCase());
  return id === undefined ? undefined : LANGUAGES.get(id);
}

/** The fence words that mean a runnable language, for editor extensions and completion. */
export function fenceWords(): readonly string[] {
  return [...FENCE_WORDS.keys()];
}
