/** Reads one line of a selection: field, modifiers, values → tests. */
import { error, nearest, warning } from "../../base";
import type { Diagnostic, Span, YamlNode } from "../../base";
import { pattern } from "../functions/pattern";
import { draftOf, finish } from "./draft";
import type { Draft } from "./draft";
import { MODIFIERS } from "./modifiers";
import type { Modifier, Refusal } from "./modifiers";
import type { SigmaOptions } from "./options";
import type { Item, Match, Test, TestKind } from "./syntax";
import { readPieces } from "./text";

/** What reading a document shares: its settings, the text that spans are of, and where problems go. */
export interface Reading {
  readonly options: SigmaOptions;
  /** The whole file; a place in it is a span less `base`. */
  readonly source: string;
  readonly base: number;
  readonly problems: Diagnostic[];
}

type Scalar = YamlNode & { readonly kind: "scalar" };

/** The name of a field and what stands behind it, each with its place. */
export interface Key {
  readonly field: string | null;
  readonly span: Span;
  readonly modifiers: readonly { readonly name: string; readonly span: Span }[];
}

/** Takes a key such as `Image|endswith` apart. An empty field is a keyword. */
export function readKey(key: string, span: Span): Key {
  const quote = span.to - span.from === key.length ? 0 : span.to - span.from === key.length + 2 ? 1 : -1;
  const parts = key.split("|");
  let at = span.from + Math.max(quote, 0);
  const places = parts.map((part) => {
    const place = quote < 0 ? span : { from: at, to: at + part.length };
    at += part.length + 1;
    return place;
  });
  const field = parts[0] ?? "";
  return { field: field === "" ? null : field, span: places[0] ?? span,
    modifiers: parts.slice(1).map((name, i) => ({ name, span: places[i + 1] ?? span })) };
}

/** A regular expression with Sigma's flags in the house's writing. */
export function withFlags(source: string, flags: string): string {
  return flags === "" ? source : `(?${flags})${source}`;
}

/** Reads an item; undefined when a mistake leaves nothing to test (told). */
export function readItem(key: Key, nodes: readonly Scalar[], span: Span, reading: Reading): Match | undefined {
  const modifiers = knownModifiers(key, reading);
  if (modifiers === undefined) return undefined;
  const keyword = key.field === null;
  const names = key.modifiers.map((m) => m.name);
  const every = names.includes("all");
  if (every && nodes.length === 1) {
    reading.problems.push(warning("sigma-single-all", "'all' needs a list of values; with one it changes nothing.",
      key.modifiers[names.indexOf("all")]?.span ?? key.span));
  }
  const groups: Test[][] = [];
  let refused = false;
  const how = plainHow(key, keyword);
  for (const node of nodes) {
    const plain = how === undefined ? undefined : plainTest(node, how);
    if (plain !== undefined) {
      groups.push([plain]);
      continue;
    }
    const kinds = testsOf(node, modifiers, keyword, reading);
    if (kinds === undefined) refused = true;
    else groups.push(kinds.map((kind) => ({ ...kind, span: node.span, said: node.text })));
  }
  if (refused) return undefined;
  const shared = { kind: "item" as const, field: key.field, modifiers: names, negated: names.includes("neq"), span };
  if (nodes.length === 0) return emptyList(key, shared, reading);
  if (!every || groups.every((g) => g.length === 1)) {
    return { ...shared, need: every ? "all" : "any", tests: groups.flat() };
  }
  // Each value must be found, in one of its writings: NOT of that is that one value is found in none.
  return { kind: shared.negated ? "any" : "all", span,
    parts: groups.map((tests): Item => ({ ...shared, need: "any", tests, span: tests[0]?.span ?? span })) };
}

/** The reference implementation reads a field with an empty list as a field that is null. */
function emptyList(key: Key, shared: Pick<Item, "kind" | "field" | "modifiers" | "negated" | "span">, reading: Reading,
): Match | undefined {
  if (key.field === null) {
    reading.problems.push(error("sigma-empty-list", "A list of keywords without a keyword finds nothing.", shared.span));
    return undefined;
  }
  reading.problems.push(warning("sigma-empty-list", `'${key.field}' has an empty list; it is read as null.`, shared.span));
  return { ...shared, need: "any", tests: [{ kind: "null", span: shared.span, said: "" }] };
}

function knownModifiers(key: Key, reading: Reading): readonly { modifier: Modifier; span: Span }[] | undefined {
  let unknown = false;
  const out = key.modifiers.flatMap(({ name, span }) => {
    const modifier = MODIFIERS.get(name);
    if (modifier) return [{ modifier, span }];
    unknown = true;
    const near = nearest(name, MODIFIERS.keys());
    reading.problems.push(error("sigma-unknown-modifier",
      `There is no modifier '${name}'.${near === undefined ? "" : ` Did you mean '${near}'?`}`, span,
      near === undefined || span.to - span.from !== name.length ? {}
        : { fix: { title: `Write '${near}'`, edits: [{ span, insert: near }] } }));
    return [];
  });
  return unknown ? undefined : out;
}

type How = Extract<TestKind, { kind: "text" }>["how"];

/** How a text is compared by modifiers that say nothing else of it; undefined when there are others. */
function plainHow({ modifiers }: Key, keyword: boolean): How | undefined {
  let how: How | undefined;
  for (const { name } of modifiers) {
    if (name === "all" || name === "neq") continue;
    if (how !== undefined || keyword || (name !== "contains" && name !== "startswith" && name !== "endswith")) return undefined;
    how = name;
  }
  return how ?? (keyword ? "contains" : "equals");
}

/** The test of a text without wildcards and escapes, by the short way: what most values of most rules are. */
function plainTest(node: Scalar, how: How): Test | undefined {
  const { value } = node;
  if (typeof value !== "string" || value === "" || WILD.test(value)) return undefined;
  return { kind: "text", how, text: value, cased: false, span: node.span, said: node.text };
}

/** What `readPieces` makes something of. */
const WILD = /[*?]|\\\\/;

function testsOf(node: Scalar, modifiers: readonly { modifier: Modifier; span: Span }[], keyword: boolean,
  reading: Reading): readonly TestKind[] | undefined {
  const value = node.value;
  if (value !== null && typeof value === "object") return undefined;
  if (value === null && keyword) {
    reading.problems.push(error("sigma-null-keyword", "A keyword cannot be null: null asks for a field.", node.span));
    return undefined;
  }
  const start = draftOf(value, node.text);
  let drafts: readonly Draft[] = [start.kind === "string" ? { ...start, pieces: readPieces(start.raw) } : start];
  const before: string[] = [];
  for (const { modifier, span } of modifiers) {
    if (!modifier.apply) continue;
    const apply = modifier.apply;
    let refused = false;
    const tell = (refusal: Refusal) => reading.problems.push(problemOf(refusal, node, span));
    drafts = drafts.flatMap((draft) => {
      const made = apply(draft, { options: reading.options, before, keyword, tell });
      if (made === undefined) refused = true;
      return made ?? [];
    });
    if (refused) return undefined;
    before.push(modifier.name);
  }
  const tests = drafts.flatMap((draft) => finish(draft, keyword));
  for (const test of tests) {
    if (test.kind === "regex" && !checkPattern(test.source, test.flags, node, reading)) return undefined;
  }
  return tests;
}

/** Problems of a value stand at the value, those of the order of modifiers at the modifier. */
function problemOf(refusal: Refusal, node: Scalar, at: Span): Diagnostic {
  const make = refusal.severity === "warning" ? warning : error;
  const place = refusal.code === "sigma-modifier-order" ? at : node.span;
  return make(refusal.code, refusal.message, place, refusal.instead === undefined ? {} : { fix: {
    title: `Write ${refusal.instead}`,
    edits: [{ span: node.span, insert: node.style === "single" && /[^\d.\w]/.test(refusal.instead)
      ? `'${refusal.instead}'` : refusal.instead }] } });
}

function checkPattern(source: string, flags: string, node: Scalar, reading: Reading): boolean {
  const found = pattern(withFlags(source, flags));
  if (!("problem" in found)) return true;
  const around = /\(\?<?[=!]/.exec(source);
  const message = around
    ? `'${around[0]}…)' looks around, which no expression of Sigma may and which cannot be done in bounded time.`
    : `The regular expression cannot be read: ${found.problem}.`;
  const inside = Math.max(0, found.at - (flags === "" ? 0 : flags.length + 3));
  const at = around ? around.index : inside;
  const direct = node.text === source && node.span.to - node.span.from === source.length + (node.style === "plain" ? 0 : 2);
  const from = node.span.from + (node.style === "plain" ? 0 : 1) + at;
  reading.problems.push(error("sigma-bad-pattern", message, direct ? { from, to: Math.min(from + 1, node.span.to) }
    : node.span));
  return false;
}
