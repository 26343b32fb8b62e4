/** The queries and samples that the lab shows for a note, a bundled rule, or a technique. */
import type { TechniqueId } from "../attack";
import { languageOf, packedRulesFor } from "../core";
import type { Note, RuleQuery } from "../vault";
import { bundledRule } from "./bundled-rules";
import type { SampleSource } from "./lab-samples";
import type { LabSource } from "./lab-session";
import { noteLink } from "./links";
import type { Notebook } from "./notebook";
import { readSample } from "./panel-acts";

/** What the lab is opened for; `kql`: a query on the note's samples that is not in the note. Kept in the layout of the workspace, so it is plain data. `run`: at once, this time. */
export type LabTarget =
  | { readonly kind: "free" }
  | { readonly kind: "note"; readonly path: string; readonly query?: number; readonly kql?: string; readonly run?: boolean }
  | { readonly kind: "bundled"; readonly name: string; readonly technique?: TechniqueId; readonly run?: boolean };

/** Queries to choose from, and the one to begin with. */
export interface LabChoice {
  readonly sources: readonly LabSource[];
  readonly chosen?: string;
}

const FREE: LabSource = { id: "free", title: "Free query", group: "New", language: "kql", text: "", samples: [] };

/**
 * Everything that belongs to a target: of a note its own queries, then other rules of its techniques, then bundled
 * ones.
 */
export function labChoice(book: Notebook, target: LabTarget): LabChoice {
  if (target.kind === "free") return { sources: [FREE] };
  if (target.kind === "bundled") {
    const own = bundledSource(target.name);
    const others = target.technique === undefined
      ? []
      : bundledSources(target.technique).filter((s) => s.id !== own?.id);
    return { sources: [...(own ? [own] : []), ...others, FREE], ...(own ? { chosen: own.id } : {}) };
  }
  const note = book.index.note(target.path);
  if (!note) return { sources: [FREE] };
  const own = [...noteSources(book, note, "This note"), ...(target.kql === undefined ? [] : [convertedSource(book, note, target.kql)])];
  const related = note.techniques.flatMap((id) => book.index.rulesFor(id).own)
    .filter((other) => other.path !== note.path);
  const others = unique(related).flatMap((other) => noteSources(book, other, "Rules of its techniques"));
  const bundled = note.techniques.flatMap((id) => bundledSources(id))
    .filter((s, i, all) => all.findIndex((x) => x.id === s.id) === i);
  const chosen = target.kql !== undefined ? own[own.length - 1]?.id : own[runnableQueries(note).findIndex((q) => note.rule?.queries.indexOf(q) === (target.query ?? -1))]?.id
    ?? own[0]?.id;
  return { sources: [...own, ...others, ...bundled, FREE], ...(chosen === undefined ? {} : { chosen }) };
}

/** The queries of a note that the lab can run, in the note's order. */
export function runnableQueries(note: Note): readonly RuleQuery[] {
  return (note.rule?.queries ?? []).filter((q) => languageOf(q.language) !== undefined);
}

function unique(notes: readonly Note[]): readonly Note[] {
  return notes.filter((note, i) => notes.findIndex((other) => other.path === note.path) === i);
}

function noteSources(book: Notebook, note: Note, group: string): LabSource[] {
  const queries = runnableQueries(note);
  return queries.map((query, i) => ({
    id: `note:${note.path}#${i}`,
    title: queries.length > 1 && query.title !== undefined
      ? `${note.title}: ${query.title}`
      : queries.length > 1 ? `${note.title} (${i + 1})` : note.title,
    group, language: query.language, text: query.text, note: noteLink(note.path, note.title),
    samples: samplesOf(note, "note", (path) => readSample(book, path, note.path)),
  }));
}

function convertedSource(book: Notebook, note: Note, kql: string): LabSource {
  return {
    id: `converted:${note.path}`, title: `${note.title} in KQL`, group: "This note", language: "kql", text: kql, note: noteLink(note.path, note.title),
    samples: samplesOf(note, "note", (path) => readSample(book, path, note.path)),
  };
}

function bundledSources(technique: TechniqueId): LabSource[] {
  return packedRulesFor(technique).flatMap(({ name }) => bundledSource(name) ?? []);
}

function bundledSource(name: string): LabSource | undefined {
  const rule = bundledRule(name);
  const query = rule && runnableQueries(rule.note)[0];
  if (!rule || !query) return undefined;
  return {
    id: `pack:${name}`, title: rule.note.title, group: "Bundled rules", language: query.language, text: query.text,
    samples: samplesOf(
      rule.note, "pack", (path) => Promise.reject(new Error(`The bundled rule brings no file '${path}'.`)),
    ),
  };
}

function samplesOf(note: Note, from: SampleSource["from"], read: (path: string) => Promise<Blob>): SampleSource[] {
  return (note.rule?.samples ?? []).map((sample) => {
    const { source } = sample;
    return {
      name: sample.name, from,
      text: source.kind === "block" ? source.text : () => read(source.path),
      ...(sample.table === undefined ? {} : { table: sample.table }),
      ...(sample.expect === undefined ? {} : { expect: sample.expect }),
    };
  });
}
