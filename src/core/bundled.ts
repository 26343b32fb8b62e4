/** The bundled pack as notes: each rule read as if it stood in the vault. */
import type { TechniqueId } from "../attack";
import { bundledRules } from "../pack";
import { readNote, type Note } from "../vault";

/** A bundled rule with its text and what its note says. */
export interface PackedRule {
  readonly name: string;
  readonly text: string;
  readonly note: Note;
}

let packed: readonly PackedRule[] | undefined;

/** Every bundled rule; read on the first call. */
export function packedRules(): readonly PackedRule[] {
  packed ??= bundledRules().map(({ name, text }) => ({ name, text, note: readNote({ path: `Detection Rules/${name}.md` }, text) }));
  return packed;
}

/** The bundled rules that carry a technique's id; of a technique also those of its sub-techniques. */
export function packedRulesFor(id: TechniqueId): readonly PackedRule[] {
  return packedRules().filter(({ note }) => note.techniques.some((t) => t === id || t.startsWith(`${id}.`)));
}
