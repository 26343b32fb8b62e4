/** A note that is read but not yet judged, and the ways to ask it: what the readers of the three kinds share. */
import type { Span, YamlEntry, YamlNode } from "../base";
import { findTechniqueIds, readTechniqueId } from "../attack";
import type { TechniqueId } from "../attack";
import type { Heading, InlineField, Note, Section } from "./model";

/** A note before it is known what kind it is. */
export type PlainNote = Omit<Note, "kind" | "title" | "techniques" | "technique" | "rule" | "runbook">;

/** What the readers of the kinds need beside the note: its text and the YAML nodes of its properties. */
export interface NoteSource {
  readonly note: PlainNote;
  readonly text: string;
  readonly entries: readonly YamlEntry[];
}

/** A scalar of the properties. */
export type Scalar = Extract<YamlNode, { kind: "scalar" }>;

/** A key as it is compared: `Last Run`, `last_run` and `last-run` are one. */
export function plainKey(key: string): string {
  return key.toLowerCase().replace(/[\s_-]+/g, "");
}

/** Every node of the properties that a key of the given names (as {@link plainKey} has them) holds. */
export function propertyNodes(entries: readonly YamlEntry[], keys: ReadonlySet<string>): YamlNode[] {
  return entries.filter((e) => keys.has(plainKey(e.key))).map((e) => e.node);
}

/** The scalars in a node, in order; nested lists and mappings are gone into. */
export function scalarsOf(node: YamlNode): Scalar[] {
  const found: Scalar[] = [];
  const waiting: YamlNode[] = [node];
  // Aliases may make a small text into many values: no more than this are looked at.
  for (let steps = 0; waiting.length > 0 && steps < 20_000; steps++) {
    const next = waiting.pop();
    if (!next) break;
    if (next.kind === "scalar") found.push(next);
    else if (next.kind === "list") for (let i = next.items.length - 1; i >= 0; i--) waiting.push(next.items[i] ?? next);
    else for (let i = next.entries.length - 1; i >= 0; i--) waiting.push(next.entries[i]?.node ?? next);
  }
  return found;
}

/**
 * The first text that a property of one of the names holds, else an inline field of one of them; undefined when
 * neither does.
 */
export function textOf(source: NoteSource, ...names: string[]): string | undefined {
  for (const name of names) {
    const key = plainKey(name);
    for (const node of propertyNodes(source.entries, new Set([key]))) {
      const text = scalarsOf(node).find((s) => s.text.trim() !== "" && s.value !== null)?.text.trim();
      if (text !== undefined) return text;
    }
    const field = fieldsOf(source).find((f) => plainKey(f.key) === key && f.text.trim() !== "");
    if (field) return field.text.trim();
  }
  return undefined;
}

/** Texts of the properties of the given names: lists item by item, strings cut at commas. */
export function listOf(source: NoteSource, ...names: string[]): string[] {
  const keys = new Set(names.map(plainKey));
  const found: string[] = [];
  for (const node of propertyNodes(source.entries, keys)) {
    for (const scalar of scalarsOf(node)) {
      const parts = node.kind === "scalar" ? scalar.text.split(",") : [scalar.text];
      for (const part of parts) if (part.trim() !== "" && scalar.value !== null) found.push(part.trim());
    }
  }
  for (const field of fieldsOf(source)) {
    if (keys.has(plainKey(field.key))) for (const part of field.text.split(",")) if (part.trim() !== "") found.push(part.trim());
  }
  return unique(found);
}

const fieldsByNote = new WeakMap<NoteSource, readonly InlineField[]>();

/** Inline fields of the note's text and lists; those in code and comments say nothing about it. Asked often, gathered once. */
function fieldsOf(source: NoteSource): readonly InlineField[] {
  const known = fieldsByNote.get(source);
  if (known) return known;
  const fields = source.note.fields.filter((f) => f.place === "text");
  for (const item of source.note.items) for (const field of item.fields) fields.push(field);
  fieldsByNote.set(source, fields);
  return fields;
}

/** Each text once, in order; upper and lower case are one. */
export function unique<T extends string>(texts: readonly T[]): T[] {
  const seen = new Set<string>();
  return texts.filter((t) => {
    const key = t.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const ID_KEYS = new Set(["id", "mitreid", "attackid", "techniqueid", "technique", "techniques", "mitre", "attack",
  "mitreattack", "attacktechnique",
  "attacktechniques", "mitretechnique", "mitretechniques", "ttp", "ttps", "subtechnique", "subtechniques"]);

/** Ids that the note's properties of the known names, its inline fields of them and its tags carry, in this order. */
export function carriedIds(source: NoteSource): TechniqueId[] {
  const found: TechniqueId[] = [];
  for (const node of propertyNodes(source.entries, ID_KEYS)) {
    for (const scalar of scalarsOf(node)) found.push(...findTechniqueIds(scalar.text.slice(0, 2000)).map((f) => f.id));
  }
  for (const field of fieldsOf(source)) {
    if (ID_KEYS.has(plainKey(field.key))) found.push(...findTechniqueIds(field.text.slice(0, 2000)).map((f) => f.id));
  }
  for (const tag of source.note.tags) {
    const id = readTechniqueId(tag.name);
    if (id) found.push(id);
  }
  return unique(found);
}

/** Ids in the note's name, and failing that in its first heading. */
export function namedIds(note: PlainNote): TechniqueId[] {
  const inName = findTechniqueIds(note.name).map((f) => f.id);
  return unique(inName.length > 0 ? inName : findTechniqueIds((note.headings[0]?.text ?? "").slice(0, 2000))
    .map((f) => f.id));
}

/** Every heading with the text below it, in order. */
export function sectionsOf(note: PlainNote): Section[] {
  return note.headings.map((h) => ({ heading: h.text, span: h.body }));
}

/** The first heading that matches. */
export function headingLike(note: PlainNote, pattern: RegExp): Heading | undefined {
  return note.headings.find((h) => pattern.test(h.text.slice(0, 200)));
}

/** Whether `inner` lies in `outer`. */
export function within(inner: Span, outer: Span): boolean {
  return inner.from >= outer.from && inner.to <= outer.to;
}

/**
 * What a section lists: its list items, or, when it has none, its lines. Emphasis and code marks around an entry are
 * dropped.
 */
export function entriesUnder(source: NoteSource,
  heading: Heading | undefined): { readonly text: string; readonly span: Span }[] {
  if (!heading) return [];
  const { note, text } = source;
  const end = note.headings.find((h) => h.span.from >= heading.body.from)?.span.from ?? heading.body.to;
  const body = { from: heading.body.from, to: Math.min(end, heading.body.to) };
  const items = note.items.filter((i) => within(i.span, body));
  if (items.length > 0) return items.map((i) => ({ text: bare(i.text), span: i.span })).filter((e) => e.text !== "");
  const found: { text: string; span: Span }[] = [];
  let from = body.from;
  for (const line of text.slice(body.from, body.to).split("\n")) {
    const entry = bare(line);
    const start = from + (line.length - line.trimStart().length);
    if (entry !== "" && !note.blocks.some((b) => within({ from: start, to: start },
      b.span))) found.push({ text: entry, span: { from: start, to: start + line.trim().length } });
    from += line.length + 1;
  }
  return found;
}

function bare(text: string): string {
  return text.trim().replace(/^[\u2022\u00b7]\s*/, "").replace(/^(\*\*|__|`)([^*_`]{1,500})\1$/, "$2");
}

/** A fence's text, and where its lines are when they are not one piece of the note. */
interface Nested {
  readonly text: string;
  readonly lineStarts?: readonly number[];
}

/** Where a span of a fence's text stands in the note, for a fence or query of the note. */
export function inNote(fence: Nested & ({ readonly textSpan: Span } | { readonly span: Span }), inner: Span): Span {
  const whole = "textSpan" in fence ? fence.textSpan : fence.span;
  const starts = fence.lineStarts;
  if (!starts) return { from: whole.from + inner.from, to: whole.from + inner.to };
  const place = (offset: number): number => {
    let line = 0;
    let lineStart = 0;
    for (let at = fence.text.indexOf("\n"); at >= 0 && at < offset; at = fence.text.indexOf("\n", at + 1)) {
      line++;
      lineStart = at + 1;
    }
    return (starts[line] ?? whole.from) + offset - lineStart;
  };
  return { from: place(inner.from), to: place(inner.to) };
}
