/**
 * ATT&CK ids in all the spellings that vaults use: `T1578.002`, `t1578_002`, `attack.t1578.002`,
 * `techniques/T1578/002`.
 */
import type { Span } from "../base";

/** `T1578` or `T1578.002`, upper case with a dot. */
export type TechniqueId = string & { readonly brand: "TechniqueId" };

/** `TA0005`, upper case. */
export type TacticId = string & { readonly brand: "TacticId" };

/** An id found in prose, with its place. */
export interface FoundId {
  readonly id: TechniqueId;
  readonly span: Span;
}

/**
 * The id in one word: a tag, a property's value, the end of an address. A `#` and prefixes as of nested tags
 * (`attack.`,
 * `mitre/attack/`) are allowed. `T1578.0021` and `T15780` are none, nor is a tactic's id. Null when the word is no id.
 */
export function readTechniqueId(text: string): TechniqueId | null {
  const word = text.length > 2000 ? "" : text.trim().replace(/^#/, "");
  const url = /(?:^|\/)techniques\/(T\d{4})(?:\/(\d{3}))?\/?(?:[?#].*)?$/i.exec(word);
  if (url) return makeId(url[1] ?? "", url[2]);
  const plain = /^(?:[\p{L}\p{N}_-]+[./])*(T\d{4})(?:[._/-](\d{3}))?$/iu.exec(word);
  return plain ? makeId(plain[1] ?? "", plain[2]) : null;
}

/** The tactic's id in one word (`TA0005`, `attack.ta0005`, `…/tactics/TA0005/`), or null. */
export function readTacticId(text: string): TacticId | null {
  const word = text.length > 2000 ? "" : text.trim().replace(/^#/, "");
  const found = /(?:^|[./])(TA\d{4})\/?$/i.exec(word);
  return found ? (found[1] ?? "").toUpperCase() as TacticId : null;
}

function makeId(technique: string, sub: string | undefined): TechniqueId {
  return (technique.toUpperCase() + (sub === undefined ? "" : `.${sub}`)) as TechniqueId;
}

/** Whether an id is a sub-technique's. */
export function isSubtechnique(id: TechniqueId): boolean {
  return id.length > 5;
}

/** The technique that a sub-technique belongs to; null for a technique. */
export function parentOf(id: TechniqueId): TechniqueId | null {
  return isSubtechnique(id) ? id.slice(0, 5) as TechniqueId : null;
}

/**
 * How a tag spells an id: `seed` is `T1578_002`, `lower` is `t1578_002`, `sigma` is `attack.t1578.002`, `nested` is
 * `attack/T1578_002`.
 */
export type TagStyle = "seed" | "lower" | "sigma" | "nested";

/** The tag of an id, without `#`. Obsidian allows no dot in a tag, so `sigma` is for Sigma rules alone. */
export function tagOf(id: TechniqueId, style: TagStyle = "seed"): string {
  switch (style) {
    case "seed": return id.replace(".", "_");
    case "lower": return id.replace(".", "_").toLowerCase();
    case "sigma": return `attack.${id.toLowerCase()}`;
    case "nested": return `attack/${id.replace(".", "_")}`;
  }
}

/** The id's page on attack.mitre.org. */
export function pageOf(id: TechniqueId): string {
  return `https://attack.mitre.org/techniques/${id.replace(".", "/")}`;
}

/** `T1578 < T1578.001 < T1578.002 < T1579`: for sorting and for previous and next. */
export function compareIds(a: TechniqueId, b: TechniqueId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Every id in a text, in order, with places. An id inside a longer word (`AT1578`, `T15789`, `x_T1578`) is none, and
 * neither
 * is one with a number behind it that is no sub-technique's (`T1578.0021`).
 */
export function findTechniqueIds(text: string): FoundId[] {
  const found: FoundId[] = [];
  const pattern = /T\d{4}/gi;
  for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
    const from = m.index;
    const to = from + 5;
    if (joins(text, from - 1, -1)) continue;
    const sub = /^[._/-](\d{3})$/.exec(text.slice(to, to + 4));
    if (sub && !joins(text, to + 4, 1)) {
      found.push({ id: makeId(m[0], sub[1]), span: { from, to: to + 4 } });
      pattern.lastIndex = to + 4;
    } else if (!joins(text, to, 1) && !/^[._]\d/.test(text.slice(to, to + 2))) {
      found.push({ id: makeId(m[0], undefined), span: { from, to } });
    }
  }
  return found;
}

/**
 * Whether the character at `at` makes one word with what stands beside it; `_` does when a letter or digit follows in
 * `direction`.
 */
function joins(text: string, at: number, direction: 1 | -1): boolean {
  const c = text[at] ?? " ";
  return /[\p{L}\p{N}]/u.test(c) || (c === "_" && /[\p{L}\p{N}]/u.test(text[at + direction] ?? " "));
}

/** Names of the Enterprise tactics as tags spell them: `defense_evasion`, `attack.defense-evasion`. */
const TACTICS: readonly string[] = [
  "Reconnaissance", "Resource Development", "Initial Access", "Execution", "Persistence", "Privilege Escalation",
    "Defense Evasion", "Stealth",
  "Defense Impairment", "Credential Access", "Discovery", "Lateral Movement", "Collection", "Command and Control",
    "Exfiltration", "Impact",
];
const TACTIC_OF_WORD: ReadonlyMap<string, string> =
  new Map(TACTICS.map((t) => [t.toLowerCase().replace(/ /g, "_"), t]));

/** The tactics that tags name, each once, by the names that ATT&CK gives them; other tags are passed over. */
export function tacticsOfTags(tags: readonly string[]): string[] {
  const found = new Set<string>();
  for (const tag of tags) {
    const word = tag.toLowerCase().replace(/^#/, "").replace(/^(?:mitre[./])?attack[./]/, "").replace(/[- ]/g, "_");
    const tactic = TACTIC_OF_WORD.get(word);
    if (tactic) found.add(tactic);
  }
  return [...found];
}
