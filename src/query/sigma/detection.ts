/** Selections and conditions of a rule or a filter. Sigma specification: Detection. */
import { error, warning } from "../../base";
import type { YamlEntry, YamlNode } from "../../base";
import { oldCondition } from "./aggregation";
import { readCondition } from "./condition";
import { readItem, readKey } from "./item";
import type { Reading } from "./item";
import { insideOf } from "./places";
import type { Condition, Match, Selection } from "./syntax";

type Mapping = YamlNode & { readonly kind: "map" };
type Scalar = YamlNode & { readonly kind: "scalar" };

/** What `detection` (or `filter`) holds. */
export interface Detection {
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
}

/** Reads a detection. `others` are keys that are no selections. `document` is the whole, for what old syntax becomes. */
export function readDetection(map: Mapping, others: readonly string[], document: Mapping, reading: Reading): Detection {
  const selections = new Map<string, Selection>();
  const names: string[] = [];
  for (const entry of map.entries) {
    if (entry.key === "condition" || others.includes(entry.key)) continue;
    if (entry.key === "timeframe") {
      reading.problems.push(warning("sigma-timeframe", "'timeframe' belongs to the old aggregations and does nothing here; "
        + "a correlation has 'timespan'.", entry.keySpan));
      continue;
    }
    names.push(entry.key);
    const match = readMatch(entry, entry.node, reading);
    const span = { from: entry.keySpan.from, to: Math.max(entry.keySpan.to, entry.node.span.to) };
    if (match) selections.set(entry.key, { name: entry.key, span, match });
  }
  if (names.length === 0) reading.problems.push(error("sigma-no-selections", "There is no selection.", map.span));
  return { selections, conditions: readConditions(map, names, document, reading) };
}

function readConditions(map: Mapping, names: readonly string[], document: Mapping, reading: Reading): readonly Condition[] {
  const entry = map.entries.find((e) => e.key === "condition");
  if (entry === undefined || entry.node.value === null) {
    const at = entry?.keySpan ?? { from: map.span.from, to: map.span.from };
    reading.problems.push(error("sigma-no-condition", "There is no condition.", at));
    return [];
  }
  const nodes = entry.node.kind === "list" ? entry.node.items : [entry.node];
  if (nodes.length === 0) reading.problems.push(error("sigma-no-condition", "The list of conditions is empty.", entry.node.span));
  return nodes.flatMap((node) => {
    if (node.kind !== "scalar" || node.value === null) {
      reading.problems.push(error("sigma-condition", "A condition has to be a text.", node.span));
      return [];
    }
    const old = oldCondition(node, map, document, reading);
    if (old) {
      reading.problems.push(old);
      return [];
    }
    const place = insideOf(node, reading);
    const condition = readCondition(node.text, { names, noun: "selection", place, problems: reading.problems });
    return condition ? [condition] : [];
  });
}

/** A map is all of its items, a list is any of its parts, a value is a keyword. */
function readMatch(entry: YamlEntry, node: YamlNode, reading: Reading): Match | undefined {
  if (node.kind === "map") return readMap(node, reading);
  if (node.kind === "scalar") {
    if (node.value !== null) return keywords([node], reading);
    reading.problems.push(error("sigma-empty-selection", `'${entry.key}' is empty.`, entry.keySpan));
    return undefined;
  }
  if (node.items.length === 0) {
    reading.problems.push(error("sigma-empty-selection", `'${entry.key}' is an empty list.`, node.span));
    return undefined;
  }
  const words = node.items.filter((item): item is Scalar => item.kind === "scalar");
  const parts: Match[] = [];
  let whole = true;
  if (words.length > 0) {
    const match = keywords(words, reading);
    if (match) parts.push(match);
    else whole = false;
  }
  for (const item of node.items) {
    if (item.kind === "scalar") continue;
    const match = readMatch(entry, item, reading);
    if (match) parts.push(match);
    else whole = false;
  }
  const only = parts[0];
  if (!whole || only === undefined) return undefined;
  return parts.length === 1 ? only : { kind: "any", parts, span: node.span };
}

function keywords(nodes: readonly Scalar[], reading: Reading): Match | undefined {
  const first = nodes[0] as Scalar;
  const span = { from: first.span.from, to: (nodes[nodes.length - 1] as Scalar).span.to };
  return readItem({ field: null, span, modifiers: [] }, nodes, span, reading);
}

function readMap(map: Mapping, reading: Reading): Match | undefined {
  if (map.entries.length === 0) {
    reading.problems.push(error("sigma-empty-selection", "A map without a field finds nothing.", map.span));
    return undefined;
  }
  const parts: Match[] = [];
  let whole = true;
  for (const { key, keySpan, node } of map.entries) {
    const nodes = node.kind === "list" ? node.items : [node];
    const odd = nodes.find((n) => n.kind !== "scalar");
    if (odd) {
      reading.problems.push(error("sigma-value-type",
        `'${key}' takes a value or a list of values, found a ${odd.kind} in it.`, odd.span));
      whole = false;
      continue;
    }
    if (node.kind === "list" && nodes.some((n) => n.value === null)) {
      reading.problems.push(warning("sigma-null-in-list",
        "The specification keeps null out of lists: make a selection of its own of it.", node.span));
    }
    const span = { from: keySpan.from, to: Math.max(keySpan.to, node.span.to) };
    const match = readItem(readKey(key, keySpan), nodes as readonly Scalar[], span, reading);
    if (match) parts.push(match);
    else whole = false;
  }
  const only = parts[0];
  if (!whole || only === undefined) return undefined;
  return parts.length === 1 ? only : { kind: "all", parts, span: map.span };
}
