/** What is wrong in a vault: what could not be read in each note, and what its notes say together that cannot be. */
import { findTechniqueIds, readTechniqueId } from "../attack";
import type { TechniqueId } from "../attack";
import { info, nearest, warning } from "../base";
import type { Diagnostic, Span } from "../base";
import type { Note } from "./model";

/** A diagnostic about one note; its span is of that note's text. */
export interface Problem {
  readonly path: string;
  readonly diagnostic: Diagnostic;
}

/** What the search asks of an index. */
interface Notes {
  all(): readonly Note[];
  techniqueNotes(id: TechniqueId): readonly Note[];
  resolve(target: string, from: string): string | null;
}

/** Every problem, by path and place. `known`: the ids that ATT&CK has; without it no id is called unknown. */
export function findProblems(index: Notes, known?: ReadonlySet<TechniqueId>): Problem[] {
  const found: Problem[] = [];
  const suggestions = new Suggestions(index.all().map((n) => n.name));
  for (const note of index.all()) {
    const own: Diagnostic[] = [...note.diagnostics, ...duplicates(note, index), ...withoutTechnique(note),
      ...brokenLinks(note, index, suggestions)];
    if (known) own.push(...unknownIds(note, known));
    own.sort((a, b) => a.span.from - b.span.from);
    for (const diagnostic of own) found.push({ path: note.path, diagnostic });
  }
  return found;
}

function duplicates(note: Note, index: Notes): Diagnostic[] {
  const id = note.technique?.id;
  if (id === undefined) return [];
  const others = index.techniqueNotes(id).filter((n) => n.path !== note.path).map((n) => n.path);
  if (others.length === 0) return [];
  return [warning("technique-duplicate", `${id} has ${others.length + 1} notes; the others are ${list(others)}.`,
    idSpan(note, id))];
}

function withoutTechnique(note: Note): Diagnostic[] {
  if ((note.kind !== "rule" && note.kind !== "runbook") || note.techniques.length > 0) return [];
  const place = note.propertyBlock ? { from: note.propertyBlock.from, to: note.propertyBlock.from }
    : { from: 0, to: 0 };
  return [warning(`${note.kind}-without-technique`,
    `This ${note.kind} names no technique. Expected a tag like \`T1578_002\` or a property \`technique\`.`, place)];
}

/** Suggestions cost a look at every name of the vault: this many broken links get one, the others are told without. */
const SUGGESTIONS = 50;

/** The nearest names to broken links' targets, each looked up once. */
class Suggestions {
  private readonly known = new Map<string, string | undefined>();

  constructor(private readonly names: readonly string[]) {}

  for(target: string): string | undefined {
    if (this.known.has(target) || this.known.size >= SUGGESTIONS || target.length > 200) return this.known.get(target);
    const near = nearest(target, this.names);
    this.known.set(target, near);
    return near;
  }
}

function brokenLinks(note: Note, index: Notes, suggestions: Suggestions): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const link of note.links) {
    if (link.external || index.resolve(link.target, note.path) !== null) continue;
    const near = suggestions.for(link.target);
    const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
    found.push(info("link-to-nothing", `There is no note or file '${link.target.slice(0, 200)}'.${hint}`, link.span));
  }
  return found;
}

function unknownIds(note: Note, known: ReadonlySet<TechniqueId>): Diagnostic[] {
  return note.techniques.filter((id) => !known.has(id)).map((id) => {
    const near = known.has(id.slice(0, 5) as TechniqueId) ? id.slice(0, 5) : undefined;
    return warning("technique-unknown", `${id} is not in ATT&CK.${near === undefined ? "" : ` ${near} is.`}`,
      idSpan(note, id));
  });
}

/** Where a note says an id: a tag, else a property, else its first line. */
function idSpan(note: Note, id: TechniqueId): Span {
  const tag = note.tags.find((t) => readTechniqueId(t.name) === id);
  if (tag) return tag.span;
  for (const [key, value] of note.properties) {
    const span = note.propertySpans.get(key);
    if (span && typeof value === "string" && findTechniqueIds(value.slice(0, 2000))
      .some((f) => f.id === id)) return span;
  }
  return note.headings[0]?.span ?? { from: 0, to: 0 };
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map((p) => `'${p}'`).join(", ");
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
