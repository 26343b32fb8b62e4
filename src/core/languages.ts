/** The query languages of the house, by the words that fences use for them. */
import type { Compiled, Language, Scope } from "../query";
import { kql } from "../query/kql";
import { sigma } from "../query/sigma";
import { isSigmaText } from "../vault";
import { lintText } from "./sigma-lint";

/** Sigma with the checks that need what a language may not enter: ATT&CK. */
const checkedSigma: Language = {
  ...sigma,
  compile: (text, scope) => {
    const compiled = sigma.compile(text, scope);
    return { ...compiled, diagnostics: [...compiled.diagnostics, ...lintText(text)] };
  },
};

/** Every language that compiles to a plan, by its id. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map([[kql.id, kql], [sigma.id, checkedSigma]]);

/** Compiles with the language of this id; throws when there is none, as ids come from us. */
export function compileWith(id: string, text: string, scope: Scope): Compiled {
  const found = LANGUAGES.get(id);
  if (!found) throw new Error(`no language '${id}': known are ${[...LANGUAGES.keys()].join(", ")}`);
  return found.compile(text, scope);
}

/** Words of a fence's info string that mean a language we can run. */
const FENCE_WORDS: ReadonlyMap<string, string> = new Map([
  ["kql", "kql"], ["kusto", "kql"], ["csl", "kql"],
  ["sigma", "sigma"],
]);

/** Words under which other texts stand as well: what is inside decides. */
const SHARED_WORDS: readonly string[] = ["yml", "yaml"];

/** The language that a fence's word means, or undefined when we cannot run it. */
export function languageOf(word: string): Language | undefined {
  const id = FENCE_WORDS.get(word.toLowerCase());
  return id === undefined ? undefined : LANGUAGES.get(id);
}

/** The language of a fence by its word and, where the word leaves it open, its text. */
export function languageOfFence(word: string, text: string): Language | undefined {
  return SHARED_WORDS.includes(word.toLowerCase()) && isSigmaText(text) ? LANGUAGES.get(sigma.id) : languageOf(word);
}

/** The fence words that mean a runnable language, or may. */
export function fenceWords(): readonly string[] {
  return [...FENCE_WORDS.keys(), ...SHARED_WORDS];
}
