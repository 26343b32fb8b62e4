/**
 * A Sigma file is one or more YAML documents. `action` (global, reset, repeat) is no longer in the specification and
 * is read as the reference implementation does: a global document is laid over each one behind it.
 */
import { error, readYaml, warning } from "../../base";
import type { Diagnostic, YamlEntry, YamlNode } from "../../base";

type Mapping = YamlNode & { readonly kind: "map" };

/** A document with the problems of reading it. */
export interface Document {
  readonly root: Mapping;
  readonly problems: Diagnostic[];
}

/** The documents of a file, with spans of the file plus `base`. Problems without a document go to `problems`. */
export function readDocuments(text: string, base: number, problems: Diagnostic[]): readonly Document[] {
  const out: Document[] = [];
  let global: Mapping | undefined;
  let before: Mapping | undefined;
  for (const piece of cut(text)) {
    const { value, diagnostics } = readYaml(text.slice(piece.from, piece.to), { offset: base + piece.from });
    const found: Diagnostic[] = [...diagnostics];
    const root = value?.root ?? null;
    if (root === null) {
      problems.push(...found);
      continue;
    }
    if (root.kind !== "map") {
      problems.push(...found, error("sigma-document", "Expected a rule: keys and values, as in `title: …`.", root.span));
      continue;
    }
    const action = root.entries.find((e) => e.key === "action");
    const word = action?.node.kind === "scalar" ? action.node.text : undefined;
    const known = word === "global" || word === "reset" || word === "repeat";
    if (action && known) {
      found.push(warning("sigma-action", `'action: ${word}' is no longer part of Sigma; other tools may not read it.`,
        { from: action.keySpan.from, to: action.node.span.to }));
    }
    const own: Mapping = known ? without(root, "action") : root;
    if (word === "global" || word === "reset") {
      global = word === "global" ? own : undefined;
      problems.push(...found);
      continue;
    }
    const whole: Mapping = word === "repeat" && before ? laidOver(before, own) : own;
    before = whole;
    out.push({ root: global ? laidOver(whole, global) : whole, problems: found });
  }
  return out;
}

function cut(text: string): readonly { from: number; to: number }[] {
  const pieces: { from: number; to: number }[] = [];
  let from = 0;
  for (const m of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) {
    if (text.slice(from, m.index).trim() !== "") pieces.push({ from, to: m.index });
    from = m.index + 3;
  }
  if (pieces.length === 0 || text.slice(from).trim() !== "") pieces.push({ from, to: text.length });
  return pieces;
}

function without(map: Mapping, key: string): Mapping {
  return mapping(map.entries.filter((e) => e.key !== key), map);
}

/** `above` laid over `below`: its values win, maps are merged. YAML bounds the depth. */
function laidOver(below: Mapping, above: Mapping): Mapping {
  const merged = new Map<string, YamlEntry>(below.entries.map((e) => [e.key, e]));
  for (const entry of above.entries) {
    const under = merged.get(entry.key);
    merged.set(entry.key, under && under.node.kind === "map" && entry.node.kind === "map"
      ? { ...under, node: laidOver(under.node, entry.node) } : entry);
  }
  return mapping([...merged.values()], below);
}

function mapping(entries: readonly YamlEntry[], like: Mapping): Mapping {
  return { kind: "map", flow: like.flow, span: like.span, entries,
    value: new Map(entries.map((e) => [e.key, e.node.value])) };
}
