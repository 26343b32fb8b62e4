/** A filter proposed from false positives: what they have in common and no known hit has, put into the rule's own text. */
import type { Edit, YamlNode } from "../base";
import type { EventValue } from "../schema";
import type { DetectionRule } from "../query/sigma";
import { commonTraits, endingIn, flatten, hasTrait, traitLines, type FlatEvent, type Trait } from "./traits";

/** A proposal for a rule: the filters, the edits that put them in, and what they do. */
export interface Tuning {
  /** Each is one `filter_…` selection; all of its traits must hold. */
  readonly filters: readonly (readonly Trait[])[];
  /** For the rule's text as it was read. */
  readonly edits: readonly Edit[];
  /** False positives that it removes, of so many. No hit is removed, ever. */
  readonly removed: number;
  readonly of: number;
}

/** Traits of one filter, and filters of one rule: more would be a list of events. */
const MOST_TRAITS = 3;
const MOST_FILTERS = 5;

/**
 * Proposes filters for a rule, which was read from `text`. `hits` are the events that it must go on finding. Undefined when nothing sets any false
 * positive apart from the hits, or the rule's condition cannot be edited.
 */
export function tune(
  rule: DetectionRule, text: string, falsePositives: readonly EventValue[], hits: readonly EventValue[],
): Tuning | undefined {
  const [wrong, right] = [falsePositives.map((event) => flatten(event)), hits.map((event) => flatten(event))];
  const filters: (readonly Trait[])[] = [];
  let left: readonly FlatEvent[] = wrong;
  while (left.length > 0 && filters.length < MOST_FILTERS) {
    const filter = widest(left, right);
    if (!filter) break;
    filters.push(filter.traits);
    left = left.filter((event) => !filter.traits.every((trait) => hasTrait(event, trait)));
  }
  const edits = filters.length === 0 ? undefined : editsOf(rule, text, filters);
  return edits && { filters, edits, removed: wrong.length - left.length, of: wrong.length };
}

interface Filter { readonly traits: readonly Trait[]; readonly covers: number }

/** The filter that takes most of the false positives away: of all of them, else of those that share a value with one. */
function widest(wrong: readonly FlatEvent[], right: readonly FlatEvent[]): Filter | undefined {
  let best: Filter | undefined;
  const consider = (events: readonly FlatEvent[]) => {
    if (events.length <= (best?.covers ?? 0)) return;
    const traits = apart(commonTraits(events, mayFilter), right);
    if (traits) best = { traits, covers: events.length };
  };
  consider(wrong);
  const [first] = wrong;
  if (best || !first) return best;
  for (const seed of wrong.slice(0, 10)) {
    for (const trait of commonTraits([seed], mayFilter)) consider(wrong.filter((event) => hasTrait(event, trait)));
    consider([seed]);
  }
  return best;
}

/** The fewest traits that no hit has all of; those that say who did it go first, as that is what differs. */
function apart(traits: readonly Trait[], right: readonly FlatEvent[]): readonly Trait[] | undefined {
  const taken: Trait[] = [];
  let left = right;
  while (taken.length < MOST_TRAITS) {
    let best: { readonly trait: Trait; readonly left: readonly FlatEvent[]; readonly worth: number } | undefined;
    for (const trait of traits) {
      if (taken.some((t) => t.field === trait.field)) continue;
      const still = left.filter((event) => hasTrait(event, trait));
      const worth = (left.length - still.length) * 100 + weightOf(trait);
      if (!best || worth > best.worth) best = { trait, left: still, worth };
    }
    if (!best || (taken.length > 0 && best.left.length === left.length)) return undefined;
    taken.push(best.trait);
    left = best.left;
    if (left.length === 0) return taken;
  }
  return undefined;
}

function weightOf(trait: Trait): number {
  const who = /parent|image|initiating|process|user|account|caller|signature|company|product/i.test(trait.field) ? 30 : 0;
  return who + { equals: 8, endswith: 6, startswith: 5, contains: 2 }[trait.how] - trait.texts.length * 2;
}

const NO_FILTER = endingIn(
  "time timestamp guid recordid recordnumber processid threadid logonid _id hash hashes md5 sha1 sha256 imphash message version "
  + "keywords task opcode level eventid channel provider_name sourcename rulename");

function mayFilter(name: string): boolean {
  return !NO_FILTER.test(name);
}

/** Puts the filters before the condition, and the condition's text in brackets with `and not` behind it. */
function editsOf(
  rule: DetectionRule, text: string, filters: readonly (readonly Trait[])[],
): readonly Edit[] | undefined {
  const detection = rule.root.entries.find((entry) => entry.key === "detection")?.node;
  if (detection?.kind !== "map" || detection.flow) return undefined;
  const condition = detection.entries.find((entry) => entry.key === "condition");
  if (condition?.node.kind !== "scalar") return undefined;
  const names = filters.map((_, i) => freeName(detection, i));
  const asked = condition.node.text.trim();
  const simple = !/\bor\b/i.test(asked);
  const [only] = names;
  const not = names.length === 1 && only !== undefined ? only : `1 of ${prefixOf(detection)}*`;
  const start = condition.keySpan.from;
  const indent = start - (text.lastIndexOf("\n", start - 1) + 1);
  const blocks = filters.map((traits, i) => (
    `${names[i] ?? ""}:\n${traits.map((trait) => traitLines(trait, indent * 2)).join("")}${" ".repeat(indent)}`));
  return [
    { span: { from: start, to: start }, insert: blocks.join("") },
    { span: condition.node.span, insert: yamlText(`${simple ? asked : `(${asked})`} and not ${not}`, condition.node.style) },
  ];
}

const PREFIXES = ["filter_tuned_", "filter_tuned_more_", "filter_tuned_again_"];

/** A beginning that no selection of the rule has yet, so that `1 of …*` means the new ones alone. */
function prefixOf(detection: YamlNode & { readonly kind: "map" }): string {
  return PREFIXES.find((prefix) => !detection.entries.some((entry) => entry.key.startsWith(prefix))) ?? "filter_tuned_last_";
}

function freeName(detection: YamlNode & { readonly kind: "map" }, at: number): string {
  return `${prefixOf(detection)}${at + 1}`;
}

function yamlText(text: string, style: string): string {
  return style === "single" ? `'${text}'` : style === "double" ? `"${text}"` : text;
}
