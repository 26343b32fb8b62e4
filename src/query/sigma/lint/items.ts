/** Checks of the lines of selections: modifiers, wildcards, regular expressions, lists. They look at what is written. */
import type { Fix, Span, YamlEntry, YamlNode } from "../../../base";
import { readKey } from "../item";
import type { Key } from "../item";
import { removeItem, rewriteFix } from "./context";
import type { Linting, MapNode, ScalarNode } from "./context";

const PLACES = ["contains", "startswith", "endswith"];
/** Modifiers of which one line has at most one. */
const EXCLUSIVE: readonly (readonly string[])[] = [
  ["contains", "startswith", "endswith", "cidr", "exists", "lt", "lte", "gt", "gte"], ["re", "cidr", "exists", "lt", "lte", "gt", "gte", "base64", "base64offset"],
  ["lt", "lte"], ["gt", "gte"], ["minute", "hour", "day", "week", "month", "year"], ["utf16", "utf16le", "utf16be", "wide"],
];

/** One line as it is written. */
export interface Line {
  readonly key: Key;
  readonly entry: YamlEntry;
  readonly names: readonly string[];
  readonly values: readonly ScalarNode[];
  readonly list?: YamlNode & { readonly kind: "list" };
}

/** Every line of a detection or filter, with a keyword list as a line without a field. */
export function linesOf(detection: MapNode): readonly Line[] {
  const lines: Line[] = [];
  const visit = (node: YamlNode, depth: number) => {
    if (depth > 20) return;
    if (node.kind === "list") for (const item of node.items) visit(item, depth + 1);
    else if (node.kind === "map") for (const entry of node.entries) lines.push(lineOf(entry));
  };
  for (const { key, node } of detection.entries) {
    if (key !== "condition" && key !== "timeframe" && key !== "rules") visit(node, 0);
  }
  return lines;
}

function lineOf(entry: YamlEntry): Line {
  const { node } = entry;
  const key = readKey(entry.key, entry.keySpan);
  const nodes = node.kind === "list" ? node.items : [node];
  return { key, entry, names: key.modifiers.map((each) => each.name),
    values: nodes.filter((each): each is ScalarNode => each.kind === "scalar"), ...(node.kind === "list" ? { list: node } : {}) };
}

export function lintLine(lint: Linting, line: Line): void {
  modifiers(lint, line);
  for (const value of line.values) if (value.value !== null) ofValue(lint, line, value);
  if (line.list) ofList(lint, line, line.list);
}

/** Replaces the key of a line; only where it stands as it is read. */
function keyFix(line: Line, key: string, title: string): Fix | undefined {
  const { keySpan } = line.entry;
  const written = keySpan.to - keySpan.from;
  return written === line.entry.key.length ? { title, edits: [{ span: keySpan, insert: key }] } : undefined;
}

function withModifiers(line: Line, names: readonly string[]): string {
  return [line.key.field ?? "", ...names].join("|");
}

function modifiers(lint: Linting, line: Line): void {
  const { names, key } = line;
  const span = (at: number): Span => key.modifiers[at]?.span ?? key.span;
  names.forEach((name, at) => {
    if (names.indexOf(name) < at) {
      lint.tell("modifier-repeated", `'${name}' is given twice.`, span(at), keyFix(line, withModifiers(line, names.filter((each, i) => names.indexOf(each) === i)), "Remove it"));
    }
  });
  for (const group of EXCLUSIVE) {
    const both = [...new Set(names.filter((name) => group.includes(name)))];
    const excepted = both.length === 2 && both.includes("re") && both.some((name) => PLACES.includes(name));
    if (both.length > 1 && !excepted) lint.tell("modifier-conflict", `'${both.join("' and '")}' exclude each other.`, key.span);
  }
  const drop = (name: string) => keyFix(line, withModifiers(line, names.filter((each) => each !== name)), `Remove '${name}'`);
  if (names.includes("cased") && names.includes("re")) lint.tell("modifier-redundant", "'re' minds the case anyway.", span(names.indexOf("cased")), drop("cased"));
  if (names.includes("windash") && line.values.length > 0 && !line.values.some((value) => /[-/\u2013\u2014\u2015]/.test(value.text))) {
    lint.tell("modifier-redundant", "There is no dash for 'windash' to vary.", span(names.indexOf("windash")), drop("windash"));
  }
  if (names.includes("cidr") || names.includes("exists")) {
    const other = names.find((name) => name === "cased" || name === "windash");
    if (other !== undefined) lint.tell("modifier-redundant", `'${other}' changes nothing here.`, span(names.indexOf(other)), drop(other));
  }
  const all = names.indexOf("all");
  const looks = names.some((name) => ["contains", "re", "neq", "base64offset", "expand"].includes(name));
  if (all >= 0 && key.field !== null && line.values.length > 1 && !looks && !line.values.some((value) => /[*?]/.test(value.text))) {
    lint.tell("all-equals", `No value of '${key.field}' ${names.some((n) => PLACES.includes(n)) ? "begins or ends with" : "equals"} all of these.`, span(all));
  }
  if (names.includes("base64offset") && !names.includes("contains")) {
    lint.tell("base64offset-alone", "The encoded text stands inside of a longer one: add 'contains'.", span(names.indexOf("base64offset")),
      keyFix(line, `${line.entry.key}|contains`, "Add 'contains'"));
  }
}

/** Fields whose values are paths of Windows, where a backslash before a wildcard is a slip. */
const PATHLIKE = /(?:Image|Path|File|Name|Object|Directory|CommandLine|Folder|Loaded|Target)/i;

function ofValue(lint: Linting, line: Line, node: ScalarNode): void {
  const { names } = line;
  const text = node.text;
  if (node.style === "double" && typeof node.value === "string") {
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|[A-Za-z]:[\t\n\r]|[\t\r\n]\w+\.\w{3}$/.exec(text);
    if (control) lint.tell("control-character", "In double quotes a backslash begins an escape: use single quotes.", node.span);
  }
  if (names.includes("re")) return ofRegex(lint, line, node);
  if (typeof node.value !== "string") return;
  const placed = names.filter((name) => PLACES.includes(name));
  if (text === "" && placed.length > 0) return lint.tell("empty-part", `Every value ${placed[0] ?? ""} nothing: this matches whenever the field is there.`, node.span);
  if (names.some((name) => ["cidr", "exists", "fieldref", "expand"].includes(name))) return;
  if (line.key.field !== null && names.length === 0 && /^(?:0|[1-9]\d{0,14})$/.test(text) && line.key.field === "EventID") {
    lint.tell("number-text", `'${text}' is a number: write it without quotes.`, node.span, { title: `Write ${text}`, edits: [{ span: node.span, insert: text }] });
  }
  wildcards(lint, line, node, placed);
  windash(lint, line, node);
}

function wildcards(lint: Linting, line: Line, node: ScalarNode, placed: readonly string[]): void {
  const { text } = node;
  const { names } = line;
  if (!/[*?]/.test(text)) return;
  if (text === "*" && line.key.field !== null && placed.length === 0) {
    return lint.tell("wildcard-only", "'*' asks whether the field is there: say so by 'exists'.", node.span,
      line.list ? undefined : { title: "Write exists: true", edits: [...(keyFix(line, `${line.key.field}|exists`, "")?.edits ?? []), { span: node.span, insert: "true" }] });
  }
  const stars = /(^|[^\\])\*\*+/.exec(text);
  if (stars) lint.tell("wildcard-double", "Two stars beside each other are one too many.", node.span, rewriteFix(node, text.replace(/(^|[^\\])\*\*+/g, "$1*")));
  const slip = /(?:[A-Za-z]:|\w)\\\*$/.exec(text);
  if (slip && PATHLIKE.test(line.key.field ?? "") && /\\[^\\]*\\\*$/.test(text) && !/\\\\\*$/.test(text)) {
    return lint.tell("wildcard-path", "'\\*' is a star that is meant as such. For anything below the folder write '\\\\*', or 'startswith' without the star.",
      node.span, rewriteFix(node, `${text.slice(0, -2)}\\\\*`));
  }
  if (/(?:^|[^\\])(?:\\\\)*\\[*?]/.test(text)) lint.tell("wildcard-escaped", "An escaped wildcard stands for itself.", node.span);
  const front = text.startsWith("*");
  const back = /(?:^|[^\\])(?:\\\\)*\*$/.test(text) && text.length > 1;
  const inner = text.slice(front ? 1 : 0, back ? -1 : undefined);
  if (placed.length > 0) {
    const needless = (front && placed.some((name) => name !== "startswith")) || (back && placed.some((name) => name !== "endswith"));
    if (inner === "" && needless) return lint.tell("wildcard-edge", `'*' behind '${placed[0] ?? ""}' matches whenever the field is there.`, node.span);
    if (needless) {
      const kept = (front && placed.includes("startswith") ? "*" : "") + inner + (back && placed.includes("endswith") ? "*" : "");
      lint.tell("wildcard-edge", `'${placed[0] ?? ""}' puts wildcards there anyway.`, node.span, rewriteFix(node, kept));
    }
    return;
  }
  if (names.length > 0 && names.some((name) => name !== "all" && name !== "windash" && name !== "cased")) return;
  if (inner === "" || /(?:^|[^\\])[*?]/.test(inner) || line.key.field === null || (!front && !back)) return;
  const word = front && back ? "contains" : front ? "endswith" : "startswith";
  const alone = line.values.length === 1;
  lint.tell("wildcard-modifier", `Wildcards at the edges are better written '${word}'.`, node.span, alone && keyFix(line, "", "")
    ? { title: `Write '${word}'`, edits: [{ span: line.entry.keySpan, insert: withModifiers(line, [word, ...names]) }, ...(rewriteFix(node, inner)?.edits ?? [])] } : undefined);
}

/** A flag of a Windows command line that begins the value: ` -enc`, `/c `. */
function windash(lint: Linting, line: Line, node: ScalarNode): void {
  const { names, key } = line;
  const windows = lint.head.root.value instanceof Map && JSON.stringify([...logsourceOf(lint)]).includes("windows");
  if (!windows || !/CommandLine$/.test(key.field ?? "") || !names.includes("contains") || names.includes("windash") || names.includes("re")) return;
  if (!/^\s[-/][A-Za-z]\w{0,11}(?:\s|$)/.test(node.text)) return;
  const twin = node.text.replace(/^(\s)([-/])/, (_, blank: string, dash: string) => blank + (dash === "-" ? "/" : "-")).toLowerCase();
  if (line.values.some((value) => value.text.toLowerCase() === twin)) return;
  lint.tell("windash-chance", `Many programs take '${node.text.trim()}' with the other dash as well: 'windash' looks for both.`, node.span,
    keyFix(line, withModifiers(line, [...names.filter((name) => name !== "all"), "windash", ...names.filter((name) => name === "all")]), "Add 'windash'"));
}

function logsourceOf(lint: Linting): readonly string[] {
  const node = lint.entry("logsource")?.node;
  return node?.kind === "map" ? node.entries.flatMap((entry) => (entry.key === "product" && entry.node.kind === "scalar" ? [entry.node.text.toLowerCase()] : [])) : [];
}

function ofRegex(lint: Linting, line: Line, node: ScalarNode): void {
  const { text } = node;
  if (!/[\\^$.*+?()[\]{}|]/.test(text) && text !== "") {
    const names = line.names.map((name) => (name === "re" ? "contains" : name)).filter((name) => !["i", "m", "s"].includes(name));
    const cased = !line.names.includes("i");
    lint.tell("regex-plain", "There is nothing special in this regular expression: 'contains' says the same and is faster.", node.span,
      line.values.length === 1 ? keyFix(line, withModifiers(line, cased ? [...names, "cased"] : names), "Write 'contains'") : undefined);
    return;
  }
  const inner = text.replace(/^\^?\.\*\??(?=.)/, "").replace(/(^|[^\\])\.\*\??\$?$/, "$1");
  if (inner !== text && inner !== "" && !text.includes("|")) {
    lint.tell("regex-edge", "A regular expression is found anywhere in the value: '.*' at its edges does nothing.", node.span, rewriteFix(node, inner));
  }
}

function ofList(lint: Linting, line: Line, list: YamlNode & { readonly kind: "list" }): void {
  const [only] = line.values;
  if (list.items.length === 1 && only && !line.names.includes("all")) {
    const source = only.value === null ? undefined : rewriteFix(only, only.text);
    const insert = typeof only.value === "string" ? source?.edits[0]?.insert : only.text;
    lint.tell("list-single", "A list of one value is written as the value.", list.span, insert === undefined || list.flow ? undefined
      : { title: "Write the value alone", edits: [{ span: { from: line.entry.keySpan.to, to: list.span.to }, insert: `: ${insert}` }] });
  }
  if (line.names.includes("re") || list.items.length > 5_000) return;
  const cased = line.names.includes("cased");
  const seen = new Map<string, number>();
  const texts = line.values.map((value) => (cased ? value.text : value.text.toLowerCase()));
  list.items.forEach((item, at) => {
    if (item.kind !== "scalar" || item.value === null) return;
    const text = cased ? item.text : item.text.toLowerCase();
    if (seen.has(text)) {
      lint.tell("value-duplicate", `'${item.text}' is in the list already${list.items[seen.get(text) ?? 0]?.value === item.value ? "" : ", case aside"}.`, item.span,
        removeItem(list.items, at, "Remove it"));
    } else seen.set(text, at);
  });
  const place = line.names.find((name) => PLACES.includes(name));
  if (place === undefined || line.names.includes("all") || line.names.some((name) => ["base64", "base64offset", "windash", "expand"].includes(name)) || texts.length > 300) return;
  line.values.forEach((value, at) => {
    const mine = texts[at] ?? "";
    const shorter = texts.find((text) => text !== "" && text !== mine && !/[*?\\]$|[*?]/.test(text) && covers(place, text, mine));
    if (shorter !== undefined) lint.tell("value-covered", `'${value.text}' is covered by '${shorter}' of the same list.`, value.span, removeItem(list.items, list.items.indexOf(value), "Remove it"));
  });
}

function covers(place: string, shorter: string, longer: string): boolean {
  return place === "contains" ? longer.includes(shorter) : place === "startswith" ? longer.startsWith(shorter) : longer.endsWith(shorter);
}
