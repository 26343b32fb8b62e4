/** The text of a `purplebook-hunt` block: which logs, which rules. */
import { readTechniqueId, type TechniqueId } from "../attack";
import { error, nearest, readYaml, type Diagnostic, type YamlNode } from "../base";
import { LEVELS } from "../hunt";
import type { HuntGrouping } from "../ui";

/** What a block asks for. */
export interface HuntBlock {
  /** Files of the vault, as written (a path, or a link's text). */
  readonly logs: readonly string[];
  readonly folder?: string;
  readonly tag?: string;
  readonly technique?: TechniqueId;
  readonly level?: string;
  readonly group?: HuntGrouping;
}

const KEYS = ["logs", "rules", "tag", "technique", "level", "group"] as const;
const GROUPS: readonly HuntGrouping[] = ["technique", "level", "rule"];

/** Reads a block: YAML with `logs` (needed), `rules` (a folder), `tag`, `technique`, `level` and `group`. */
export function readHuntBlock(source: string): { readonly value: HuntBlock | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const { value: doc, diagnostics: read } = readYaml(source);
  const diagnostics: Diagnostic[] = [...read];
  const root = doc?.root;
  if (root?.kind !== "map") {
    const message = "A hunt needs logs: write `logs: Samples/security.evtx`, and perhaps `rules: Detection Rules`.";
    return { value: undefined, diagnostics: [...diagnostics, error("hunt-empty", message, { from: 0, to: source.length })] };
  }
  const found = new Map<string, YamlNode>();
  for (const { key, keySpan, node } of root.entries) {
    if (KEYS.some((known) => known === key)) {
      found.set(key, node);
      continue;
    }
    const near = nearest(key, KEYS);
    diagnostics.push(error("hunt-key", `There is no '${key}' here. Expected ${KEYS.join(", ")}.`, keySpan,
      near === undefined ? {} : { fix: { title: `Change to '${near}'`, edits: [{ span: keySpan, insert: near }] } }));
  }
  const logs = textsOf(found.get("logs"));
  if (logs.length === 0) diagnostics.push(error("hunt-logs", "Name the logs: `logs: Samples/security.evtx`, or a list of files.", root.span));
  const wordOf = <T extends string>(key: string, words: readonly T[]): T | undefined => {
    const node = found.get(key);
    const [text] = textsOf(node);
    if (node === undefined || text === undefined) return undefined;
    const word = words.find((each) => each === text.toLowerCase());
    if (word === undefined) {
      const near = nearest(text, words);
      diagnostics.push(error(`hunt-${key}`, `'${text}' is no ${key}. Expected ${words.join(", ")}.`, node.span,
        near === undefined ? {} : { fix: { title: `Change to '${near}'`, edits: [{ span: node.span, insert: near }] } }));
    }
    return word;
  };
  const [folder] = textsOf(found.get("rules"));
  const [tag] = textsOf(found.get("tag"));
  const technique = techniqueOf(found.get("technique"), diagnostics);
  const [level, group] = [wordOf("level", LEVELS), wordOf("group", GROUPS)];
  if (diagnostics.some((d) => d.severity === "error")) return { value: undefined, diagnostics };
  return {
    value: {
      logs, ...(folder === undefined ? {} : { folder }), ...(tag === undefined ? {} : { tag }), ...(technique === undefined ? {} : { technique }),
      ...(level === undefined ? {} : { level }), ...(group === undefined ? {} : { group }),
    },
    diagnostics,
  };
}

function techniqueOf(node: YamlNode | undefined, diagnostics: Diagnostic[]): TechniqueId | undefined {
  const [text] = textsOf(node);
  if (node === undefined || text === undefined) return undefined;
  const id = readTechniqueId(text);
  if (id === null) diagnostics.push(error("hunt-technique", `'${text}' is no technique's id. Expected one such as 'T1578.002'.`, node.span));
  return id ?? undefined;
}

/** Texts of a value or a list; `[[Note]]`, which YAML takes for a list in a list, is the link's text. */
function textsOf(node: YamlNode | undefined): readonly string[] {
  if (node === undefined) return [];
  if (node.kind === "list") return node.items.flatMap(textsOf);
  if (node.kind !== "scalar" || node.text.trim() === "") return [];
  return [node.text.trim().replace(/^!?\[\[([^\]|]*)(?:\|[^\]]*)?\]\]$/, "$1")];
}
