/** Checks of tags. Sigma specification: Appendix Tags. */
import { nearest } from "../../../base";
import { removeItem, repeated, rewriteFix } from "./context";
import type { Linting, ScalarNode } from "./context";

const NAMESPACES = ["attack", "car", "cve", "d3fend", "detection", "stp", "tlp"];

/** Names of tactics behind `attack.`, in the specification's writing; the newest releases have more than its list. */
export const TACTICS: readonly string[] = ["reconnaissance", "resource-development", "initial-access", "execution", "persistence",
  "privilege-escalation", "defense-evasion", "stealth", "defense-impairment", "credential-access", "discovery", "lateral-movement",
  "collection", "command-and-control", "exfiltration", "impact", "evasion", "impair-process-control", "inhibit-response-function"];

const FORMS: Readonly<Record<string, { readonly form: RegExp; readonly says: string; readonly words?: readonly string[] }>> = {
  car: { form: /^\d{4}-\d{2}-\d{3}$/, says: "car.2016-04-005" },
  cve: { form: /^\d{4}-\d{4,}$/, says: "cve.2021-44228" },
  stp: { form: /^[1-5][auk]?$/, says: "stp.3k" },
  tlp: { form: /^(?:red|amber|amber-strict|green|clear|white)$/, says: "tlp.amber", words: ["red", "amber", "amber-strict", "green", "clear"] },
  detection: { form: /^(?:dfir|emerging-threats|threat-hunting)$/, says: "detection.threat-hunting", words: ["dfir", "emerging-threats", "threat-hunting"] },
  d3fend: { form: /^(?:d3f?-[a-z0-9-]+|d3f-[A-Za-z0-9]+|model|harden|detect|isolate|deceive|evict)$/, says: "d3fend.d3-am" },
};

export function lintTags(lint: Linting): void {
  const node = lint.entry("tags")?.node;
  const items = node?.kind === "list" ? node.items : node ? [node] : [];
  for (const { at } of repeated(items, (item) => (item.kind === "scalar" ? item.text.toLowerCase() : undefined))) {
    const item = items[at];
    if (item) lint.tell("tag-duplicate", "This tag is given twice.", item.span, removeItem(items, at, "Remove it"));
  }
  const seen = new Map<string, number>();
  for (const tag of lint.scalars("tags")) {
    const space = tag.text.slice(0, Math.max(0, tag.text.indexOf("."))).toLowerCase();
    seen.set(space, (seen.get(space) ?? 0) + 1);
    if ((space === "tlp" || space === "detection") && seen.get(space) === 2) {
      lint.tell("tag-several", `There is more than one tag of '${space}'.`, tag.span);
    }
    one(lint, tag);
  }
}

function one(lint: Linting, tag: ScalarNode): void {
  const { text } = tag;
  const dot = text.indexOf(".");
  const space = text.slice(0, Math.max(0, dot));
  const name = text.slice(dot + 1);
  if (dot <= 0 || name === "") {
    const id = /^(?:[tgs]\d{4}(?:\.\d{3})?)$/i.test(text) || TACTICS.includes(text.toLowerCase()) ? `attack.${text.toLowerCase()}` : undefined;
    return lint.tell("tag-format", `'${text}' is no tag of the form namespace.name.`, tag.span, id === undefined ? undefined : rewriteFix(tag, id));
  }
  if (!NAMESPACES.includes(space.toLowerCase())) {
    const near = nearest(space, NAMESPACES);
    return lint.tell("tag-namespace", `There is no namespace '${space}'.${near === undefined ? "" : ` Did you mean '${near}'?`}`, tag.span,
      near === undefined ? undefined : rewriteFix(tag, `${near}.${name}`));
  }
  const upper = space.toLowerCase() === "d3fend" ? space !== space.toLowerCase() : text !== text.toLowerCase();
  const under = space.toLowerCase() === "attack" && name.includes("_");
  if (upper || under || /\s/.test(text)) {
    const plain = text.toLowerCase().trim().replace(/\s+/g, "-").replace(under ? /_/g : /$^/, "-");
    lint.tell("tag-format", `A tag is in small letters with dots and hyphens: '${plain}'.`, tag.span, rewriteFix(tag, plain));
  }
  if (space.toLowerCase() === "attack") return attack(lint, tag, name.toLowerCase().replace(/_/g, "-"));
  const form = FORMS[space.toLowerCase()];
  if (!form || form.form.test(name.toLowerCase())) return;
  const near = form.words && nearest(name, form.words);
  const guess = space.toLowerCase() === "cve" ? name.replace(/^(?:cve-)?(\d{4})[.-](\d{4,})$/i, "$1-$2") : near;
  lint.tell("tag-form", `A tag of '${space}' looks like '${form.says}'.`, tag.span,
    guess === undefined || guess === name ? undefined : rewriteFix(tag, `${space}.${guess}`));
}

function attack(lint: Linting, tag: ScalarNode, name: string): void {
  if (TACTICS.includes(name)) return;
  if (!/^(?:t\d{4}(?:\.\d{3})?|g\d{4}|s\d{4}|ds\d{4}|m\d{4}|a\d{4}|c\d{4}|ta\d{4})$/.test(name)) {
    const near = nearest(name, TACTICS);
    return lint.tell("tag-attack", `'${name}' is neither a tactic nor an id of ATT&CK.${near === undefined ? "" : ` Did you mean '${near}'?`}`, tag.span,
      near === undefined ? undefined : rewriteFix(tag, `attack.${near}`));
  }
  if (!name.startsWith("t") || name.startsWith("ta")) return;
  const fate = lint.options.knownTags?.(name);
  if (!fate || fate.kind === "known") return;
  if (fate.kind === "unknown") {
    return lint.tell("tag-attack", `ATT&CK has no ${name.toUpperCase()}.${fate.near === undefined ? "" : ` ${fate.near.toUpperCase()} there is.`}`, tag.span,
      fate.near === undefined ? undefined : rewriteFix(tag, `attack.${fate.near}`));
  }
  lint.tell("tag-retired", fate.successor === undefined ? `ATT&CK has deprecated ${name.toUpperCase()}.`
    : `ATT&CK has replaced ${name.toUpperCase()} by ${fate.successor.toUpperCase()}.`, tag.span,
  fate.successor === undefined ? undefined : rewriteFix(tag, `attack.${fate.successor}`));
}
