/** What checks share: the rule they are about, what is known besides, and where they speak. */
import { writeYamlScalar } from "../../../base";
import type { Diagnostic, Edit, Fix, Span, YamlEntry, YamlNode } from "../../../base";
import type { RuleHead } from "../syntax";
import { CHECKS } from "./checks";

/** What ATT&CK says of a tag behind `attack.`. */
export type TagFate =
  | { readonly kind: "known" }
  | { readonly kind: "retired"; readonly successor?: string }
  | { readonly kind: "unknown"; readonly near?: string };

/** Other rules, by what must be told apart; each answer is where they are. */
export interface OtherRules {
  byId(id: string): readonly string[];
  byTitle(title: string): readonly string[];
  byName(name: string): readonly string[];
  /** Ids and names, for suggestions. */
  readonly references: Iterable<string>;
}

export interface LintOptions {
  /** What becomes of a tag of the namespace `attack`, its name in small letters; without it none is called unknown. */
  readonly knownTags?: (name: string) => TagFate;
  /** All other rules of the vault or folder; without it nothing is said of duplicates and references to them. */
  readonly others?: OtherRules;
  /** The file's path; a `.yml` is held to the rules for names. */
  readonly path?: string;
}

export type MapNode = YamlNode & { readonly kind: "map" };
export type ScalarNode = YamlNode & { readonly kind: "scalar" };

const BY_CODE = new Map(CHECKS.map((each) => [each.code, each]));

/** Where the checks of one document speak. */
export class Linting {
  readonly found: Diagnostic[] = [];

  constructor(readonly head: RuleHead, readonly options: LintOptions) {}

  /** Tells a finding of a check of the table; `code` without `sigma-`. */
  tell(code: string, message: string, span: Span, fix?: Fix): void {
    const known = BY_CODE.get(`sigma-${code}`);
    if (!known) throw new Error(`no check 'sigma-${code}' in the table of checks`);
    this.found.push({ code: known.code, severity: known.severity, message, span, ...(fix ? { fix } : {}) });
  }

  entry(key: string): YamlEntry | undefined {
    return this.head.root.entries.find((each) => each.key === key);
  }

  /** The scalars behind a key: of a list, or one alone. */
  scalars(key: string): readonly ScalarNode[] {
    const node = this.entry(key)?.node;
    const nodes = node?.kind === "list" ? node.items : node ? [node] : [];
    return nodes.filter((each): each is ScalarNode => each.kind === "scalar" && each.value !== null);
  }
}

/** Writes another text where a scalar stands, in its own quotes. */
export function rewrite(node: ScalarNode, text: string): Edit {
  const insert = node.style === "single" ? `'${text.replace(/'/g, "''")}'`
    : node.style === "double" ? JSON.stringify(text) : writeYamlScalar(text);
  return { span: node.span, insert };
}

/** A fix of one edit; none where the scalar is folded over lines. */
export function rewriteFix(node: ScalarNode, text: string, title = `Write '${text}'`): Fix | undefined {
  return node.style === "literal" || node.style === "folded" ? undefined : { title, edits: [rewrite(node, text)] };
}

/** Takes an item out of a block list, with its line. */
export function removeItem(items: readonly YamlNode[], at: number, title: string): Fix | undefined {
  const before = items[at - 1];
  const item = items[at];
  return before && item ? { title, edits: [{ span: { from: before.span.to, to: item.span.to }, insert: "" }] } : undefined;
}

/** Takes an entry out of a block mapping, with its lines. */
export function removeEntry(entries: readonly YamlEntry[], key: string): Fix | undefined {
  const at = entries.findIndex((each) => each.key === key);
  const before = entries[at - 1];
  const entry = entries[at];
  if (!before || !entry) return undefined;
  return { title: `Remove '${key}'`, edits: [{ span: { from: Math.max(before.node.span.to, before.keySpan.to + 1), to: entry.node.span.to }, insert: "" }] };
}

/** Places of entries that repeat an earlier one, by `key`. */
export function repeated(nodes: readonly YamlNode[], key: (node: YamlNode) => string | undefined): { readonly at: number; readonly first: number }[] {
  const seen = new Map<string, number>();
  return nodes.flatMap((node, at) => {
    const name = key(node);
    if (name === undefined) return [];
    const first = seen.get(name);
    if (first !== undefined) return [{ at, first }];
    seen.set(name, at);
    return [];
  });
}
