/** Checks of what a rule says about itself: title, id, dates, words, references, false positives, related rules, keys. */
import { nearest } from "../../../base";
import type { Fix, Span } from "../../../base";
import { removeEntry, removeItem, repeated, rewriteFix } from "./context";
import type { Linting, ScalarNode } from "./context";

const STATUS = ["stable", "test", "experimental", "deprecated", "unsupported"];
const LEVELS = ["informational", "low", "medium", "high", "critical"];
const RELATED = ["derived", "obsolete", "merged", "renamed", "similar"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Keys of the specification (JSON schemas of detection, correlation and filter rules, 2.1), and what SigmaHQ writes. */
const KEYS = ["title", "id", "related", "name", "taxonomy", "status", "description", "license", "references", "author", "date",
  "modified", "logsource", "detection", "fields", "falsepositives", "level", "tags", "scope", "correlation", "filter", "action",
  "generate", "regression_tests_path", "simulation"];

export function lintHead(lint: Linting): void {
  title(lint);
  ids(lint);
  words(lint);
  dates(lint);
  prose(lint);
  references(lint);
  falsePositives(lint);
  related(lint);
  keys(lint);
}

function title(lint: Linting): void {
  const said = lint.head.title;
  const node = lint.scalars("title")[0];
  if (!said || !node) return;
  const text = said.value;
  if (text.trim() === "") return lint.tell("title-empty", "The title is empty.", said.span);
  if (text.length > 120) {
    lint.tell("title-long", `The title has ${text.length} characters; ${text.length > 256 ? "256 are allowed" : "SigmaHQ allows 120"}.`, said.span);
  }
  const start = /^(?:detects?|detection of)\s+(?=\S)/i.exec(text);
  if (start) {
    lint.tell("title-start", `A title need not begin with '${start[0].trim()}'.`, said.span, rewriteFix(node, capital(text.slice(start[0].length))));
  }
  if (/[^.]\.$/.test(text)) lint.tell("title-end", "A title does not end with a dot.", said.span, rewriteFix(node, text.slice(0, -1)));
  const small = text.split(" ").filter((word) => /^\p{Ll}+$/u.test(word) && !SMALL.has(word));
  if (small.length > 0) {
    const list = small.slice(0, 3).map((word) => `'${word}'`).join(", ");
    const whole = text.split(" ").map((word) => (small.includes(word) ? capital(word) : word)).join(" ");
    lint.tell("title-case", `${list} begin${small.length === 1 ? "s" : ""} with a small letter.`, said.span, rewriteFix(node, whole));
  }
  const others = lint.options.others?.byTitle(text) ?? [];
  if (others.length > 0) lint.tell("title-duplicate", `The same title is in ${places(others)}.`, said.span);
}

/** Words that stay small in a title (SigmaHQ title conventions, as its validators have them). */
const SMALL = new Set("a an and as at by for from in into is new of on or over per than the through to up via vs with without".split(" "));

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function places(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map((path) => `'${path}'`).join(", ");
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}

function ids(lint: Linting): void {
  const { id, name, span } = lint.head;
  const start = { from: span.from, to: span.from };
  if (!id) lint.tell("id-missing", "The rule has no id: others cannot refer to it, and its results cannot be told apart.", start);
  else {
    const version = UUID.exec(id.value)?.[1];
    if (version === undefined) lint.tell("id-format", `'${id.value}' is no UUID.`, id.span);
    else if (version !== "4") lint.tell("id-version", `This UUID is of version ${version}; a random one (version 4) is recommended.`, id.span);
    const others = lint.options.others?.byId(id.value) ?? [];
    if (others.length > 0) lint.tell("id-duplicate", `The same id is in ${places(others)}.`, id.span);
  }
  if (!name) return;
  const others = lint.options.others?.byName(name.value) ?? [];
  if (others.length > 0) lint.tell("name-duplicate", `The same name is in ${places(others)}.`, name.span);
}

function oneOf(lint: Linting, code: string, what: string, node: ScalarNode | undefined, known: readonly string[]): void {
  if (!node || known.includes(node.text)) return;
  const near = nearest(node.text, known, 4);
  lint.tell(code, `'${node.text}' is no ${what}: ${known.join(", ")} are.`, node.span, near === undefined ? undefined : rewriteFix(node, near));
}

function words(lint: Linting): void {
  oneOf(lint, "status", "status", lint.scalars("status")[0], STATUS);
  oneOf(lint, "level", "level", lint.scalars("level")[0], LEVELS);
  for (const [key, most] of [["name", 256], ["taxonomy", 256], ["description", 65_535]] as const) {
    const node = lint.scalars(key)[0];
    if (node && node.text.length > most) lint.tell("text-long", `'${key}' has ${node.text.length} characters; ${most} are allowed.`, node.span);
  }
  if (!lint.entry("detection")) return;
  const missing = ["level", "status", "description", "author", "date", "references", "tags", "falsepositives"].filter((key) => !lint.entry(key));
  const at = lint.head.title?.span ?? { from: lint.head.span.from, to: lint.head.span.from };
  if (missing.length > 0) lint.tell("missing", `The rule has no ${missing.join(", no ")}.`, at);
}

function dates(lint: Linting): void {
  const read = (key: "date" | "modified") => {
    const node = lint.scalars(key)[0];
    if (!node) return undefined;
    const [, year = "", month = "", day = ""] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(node.text.trim()) ?? [];
    const iso = year === "" ? "" : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const exists = iso !== "" && !Number.isNaN(Date.parse(`${iso}T00:00:00Z`)) && new Date(`${iso}T00:00:00Z`).toISOString().startsWith(iso);
    if (iso === node.text && exists) return { iso, node };
    lint.tell("date-format", exists ? `'${key}' is written YYYY-MM-DD.` : `'${node.text}' is no date of the form YYYY-MM-DD.`, node.span,
      exists ? rewriteFix(node, iso) : undefined);
    return undefined;
  };
  const date = read("date");
  const modified = read("modified");
  if (!modified) return;
  if (!lint.entry("date")) lint.tell("date-missing", "The rule was modified, but 'date' does not say when it was made.", modified.node.span);
  if (!date) return;
  if (modified.iso < date.iso) lint.tell("date-order", `The rule was modified on ${modified.iso}, before it was made on ${date.iso}.`, modified.node.span);
  if (modified.iso === date.iso) {
    lint.tell("date-same", "'modified' says the same as 'date'.", modified.node.span, removeEntry(lint.head.root.entries, "modified"));
  }
}

function prose(lint: Linting): void {
  const node = lint.scalars("description")[0];
  if (!node) return;
  if (node.text.trim().length < 16) lint.tell("description-short", "The description is very short: say what the rule detects.", node.span);
  if (/https?:\/\//.test(node.text)) lint.tell("description-link", "A link in the description belongs to the references.", node.span);
}

function references(lint: Linting): void {
  const node = lint.entry("references")?.node;
  const items = node?.kind === "list" ? node.items : [];
  for (const { at } of repeated(items, textKey)) {
    const item = items[at];
    if (item) lint.tell("reference-duplicate", "This reference is given twice.", item.span, removeItem(items, at, "Remove it"));
  }
  for (const item of lint.scalars("references")) {
    const id = /^https?:\/\/attack\.mitre\.org\/(?:techniques|groups|software|tactics)\/([A-Z]+\d+(?:\/\d{3})?)/.exec(item.text)?.[1];
    if (id !== undefined) {
      lint.tell("reference-attack", `A page of ATT&CK is a tag: attack.${id.toLowerCase().replace("/", ".")}.`, item.span);
    }
    if (/^https?:\/\/(?:www\.)?(?:github|gitlab)\.com\/[^/]+\/[^/]+\/(?:-\/)?(?:blob|tree|raw)\/(?:main|master|dev|develop)\//.test(item.text)) {
      lint.tell("reference-branch", "What a branch holds changes: link to a commit.", item.span);
    }
  }
  for (const key of ["fields", "falsepositives"]) {
    const list = lint.entry(key)?.node;
    if (list?.kind !== "list") continue;
    for (const { at } of repeated(list.items, textKey)) {
      const item = list.items[at];
      if (item) lint.tell("duplicate-entry", `This entry of '${key}' is given twice.`, item.span, removeItem(list.items, at, "Remove it"));
    }
  }
}

function textKey(node: { readonly kind: string; readonly text?: string }): string | undefined {
  return node.kind === "scalar" ? node.text : undefined;
}

const NO_FALSE_POSITIVES = new Set(["none", "none known", "pentest", "pentests", "penetration test", "penetration testing", "penetration tests", "red team",
  "red teaming"]);
const TYPOS: Readonly<Record<string, string>> = { unkown: "Unknown", ukknown: "Unknown", unknow: "Unknown", unknwon: "Unknown", uknown: "Unknown",
  unlikly: "Unlikely", unliekly: "Unlikely", unlikley: "Unlikely", legitimeate: "Legitimate", legitamate: "Legitimate" };

function falsePositives(lint: Linting): void {
  for (const node of lint.scalars("falsepositives")) {
    const text = node.text.trim();
    const typo = TYPOS[text.toLowerCase()];
    if (text.length < 2) lint.tell("falsepositive-short", "A false positive has at least two characters.", node.span);
    else if (typo !== undefined) lint.tell("falsepositive-word", `'${text}' is probably '${typo}'.`, node.span, rewriteFix(node, typo));
    else if (NO_FALSE_POSITIVES.has(text.toLowerCase().replace(/\.$/, ""))) {
      lint.tell("falsepositive-word", `'${text}' is no false positive: say 'Unknown' or 'Unlikely'.`, node.span, rewriteFix(node, "Unlikely"));
    } else if (/^\p{Ll}/u.test(text) && !/^[a-z0-9_-]*[A-Z._\\/]|^\S*\.\w+/.test(text.split(" ")[0] ?? "")) {
      lint.tell("falsepositive-case", "A false positive begins with a capital.", node.span, rewriteFix(node, capital(text)));
    }
  }
  for (const node of lint.scalars("scope")) {
    if (node.text.trim().length < 2) lint.tell("falsepositive-short", "An entry of 'scope' has at least two characters.", node.span);
  }
}

function related(lint: Linting): void {
  const entry = lint.entry("related");
  const items = entry?.node.kind === "list" ? entry.node.items : [];
  for (const item of items) {
    if (item.kind !== "map") {
      lint.tell("related-entry", "An entry of 'related' has an id and a type.", item.span);
      continue;
    }
    const part = (key: string) => item.entries.find((each) => each.key === key)?.node;
    const id = part("id");
    const type = part("type");
    if (!id || !type) lint.tell("related-entry", `This entry has no ${id ? "type" : "id"}.`, item.span);
    if (id?.kind === "scalar") {
      if (!UUID.test(id.text)) lint.tell("related-id", `'${id.text}' is no UUID.`, id.span);
      else if (id.text === lint.head.id?.value) lint.tell("related-id", "The rule is related to itself.", id.span);
    }
    if (type?.kind === "scalar") oneOf(lint, "related-type", "kind of relation", type, RELATED);
  }
  if (lint.head.status?.value === "deprecated" && items.length === 0) {
    lint.tell("deprecated-alone", "A deprecated rule says in 'related' what replaces it.", lint.head.status.span);
  }
}

function keys(lint: Linting): void {
  for (const { key, keySpan } of lint.head.root.entries) {
    if (KEYS.includes(key)) continue;
    const small = key.toLowerCase();
    const write = (word: string): Fix => ({ title: `Write '${word}'`, edits: [{ span: keySpan, insert: word }] });
    const near = nearest(key, KEYS, 3);
    const unset = near !== undefined && !lint.entry(near) && length(keySpan) === key.length;
    if (KEYS.includes(small)) lint.tell("key-case", `'${key}' is written '${small}'; as it stands it is not read.`, keySpan, write(small));
    else if (near !== undefined && unset) lint.tell("key-near", `There is no key '${key}'. Did you mean '${near}'?`, keySpan, write(near));
    else lint.tell("key-unknown", `The specification does not know the key '${key}'.`, keySpan);
  }
}

function length(span: Span): number {
  return span.to - span.from;
}
