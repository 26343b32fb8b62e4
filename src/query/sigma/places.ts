/** Places inside of a YAML value, and reading plain values of a document. */
import { error } from "../../base";
import type { Span, YamlEntry, YamlNode } from "../../base";
import type { Reading } from "./item";
import type { Placed } from "./syntax";

type Map = YamlNode & { readonly kind: "map" };

/** The entry of a key. */
export function entryOf(map: Map, key: string): YamlEntry | undefined {
  return map.entries.find((e) => e.key === key);
}

/** The value behind a key. */
export function nodeOf(map: Map, key: string): YamlNode | undefined {
  return entryOf(map, key)?.node;
}

/** From offsets in a scalar's text to places in the file: the whole scalar where quotes or folds are in between. */
export function insideOf(node: YamlNode & { readonly kind: "scalar" }, reading: Reading,
): (from: number, to: number) => Span {
  const quote = node.style === "single" || node.style === "double" ? 1 : 0;
  const start = node.span.from + quote;
  const at = start - reading.base;
  if (reading.source.slice(at, at + node.text.length) !== node.text) return () => node.span;
  return (from, to) => ({ from: start + from, to: start + to });
}

/** A text behind a key; another kind of value is told. */
export function textOf(map: Map, key: string, reading: Reading): Placed<string> | undefined {
  const node = nodeOf(map, key);
  if (node === undefined || node.value === null) return undefined;
  if (node.kind === "scalar") return { value: node.text, span: node.span };
  reading.problems.push(error("sigma-value-type", `'${key}' has to be a text, found a ${node.kind}.`, node.span));
  return undefined;
}

/** A list of texts behind a key; a text alone is a list of one. */
export function textsOf(map: Map, key: string, reading: Reading): readonly Placed<string>[] {
  const node = nodeOf(map, key);
  if (node === undefined || node.value === null) return [];
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((item) => {
    if (item.kind === "scalar" && item.value !== null) return [{ value: item.text, span: item.span }];
    reading.problems.push(error("sigma-value-type", `'${key}' has to be a list of texts.`, item.span));
    return [];
  });
}
