/** Rules that come with the plugin: whole rule notes with their samples, made from the demo vault by `scripts/pack.mjs`. */
import data from "./data/rules.json";

/** A bundled rule: a rule note as it would stand in a vault, samples included. */
export interface BundledRule {
  /** File name of the note, without ending; unique in the pack. */
  readonly name: string;
  /** The note's whole text. */
  readonly text: string;
}

/** All bundled rules, by name. Nothing of them is looked at before the first call. */
export function bundledRules(): readonly BundledRule[] {
  return (data as readonly { readonly name: string; readonly lines: readonly string[] }[])
    .map((rule) => ({ name: rule.name, text: rule.lines.join("\n") }));
}
