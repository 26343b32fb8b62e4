/** The Sigma rules of a vault's notes, for hunts and checks. */
import type { TechniqueId } from "../attack";
import type { Index, Note } from "../vault";
import type { RuleText } from "./sigma-lint";

/** Which rules: below a folder, with a tag, of a technique (sub-techniques too). All when nothing is said. */
export interface RuleChoice {
  readonly folder?: string;
  readonly tag?: string;
  readonly technique?: TechniqueId;
}

/** Rules in Sigma of the notes that are chosen, in the order of paths; drafts and retired rules as well. */
export function vaultRules(index: Index, choice: RuleChoice = {}): readonly RuleText[] {
  return index.ofKind("rule").filter((note) => isChosen(note, choice)).flatMap((note) => (note.rule?.queries ?? [])
    .filter((query) => query.language === "sigma").map((query) => ({ path: note.path, text: query.text, from: query.span.from })));
}

function isChosen(note: Note, { folder, tag, technique }: RuleChoice): boolean {
  if (folder !== undefined && !note.path.startsWith(`${folder.replace(/\/+$/, "")}/`)) return false;
  const named = tag?.replace(/^#/, "").toLowerCase();
  if (named !== undefined && !note.tags.some((t) => t.name.toLowerCase() === named || t.name.toLowerCase().startsWith(`${named}/`))) return false;
  return technique === undefined || note.techniques.some((id) => id === technique || id.startsWith(`${technique}.`));
}
