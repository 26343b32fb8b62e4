/** What a technique note says of its technique. */
import { findTechniqueIds, isSubtechnique, parentOf, readTechniqueId } from "../attack";
import type { TechniqueId } from "../attack";
import { warning } from "../base";
import type { Diagnostic } from "../base";
import type { TechniqueFacts } from "./model";
import { entriesUnder, headingLike, listOf, namedIds, propertyNodes, scalarsOf, sectionsOf, textOf,
  unique } from "./source";
import type { NoteSource } from "./source";

const OWN_ID_KEYS = new Set(["id", "mitreid", "attackid", "techniqueid"]);
const URL_KEYS = new Set(["url", "mitreurl", "attackurl", "link", "permalink", "source"]);

/** The technique that a note is about, and from where that is known. */
export interface OwnId {
  readonly id: TechniqueId;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The id of a technique note, from the first of these that has one: a property of its own (`id`, `mitre_id`,
 * `attack_id`),
 * the address, the tags, the file's name, an alias, the first heading. Sources that contradict each other are told.
 */
export function ownId(source: NoteSource): OwnId | null {
  const { note, entries } = source;
  const property = propertyNodes(entries, OWN_ID_KEYS).flatMap(scalarsOf)
    .map((s) => ({ id: readTechniqueId(s.text), span: s.span }));
  const url = propertyNodes(entries, URL_KEYS).flatMap(scalarsOf)
    .map((s) => ({ id: isAttackPage(s.text) ? readTechniqueId(s.text) : null, span: s.span }));
  const tags = note.tags.filter((t) => t.from === "property")
    .map((t) => ({ id: readTechniqueId(t.name), span: t.span }));
  const bodyTags = note.tags.filter((t) => t.from === "body").map((t) => readTechniqueId(t.name))
    .filter((id) => id !== null);
  const own = [...property, ...url].find((c) => c.id !== null);
  const tagIds = unique(tags.map((t) => t.id).filter((id) => id !== null));
  const named = namedIds(note);
  const chosen = own?.id
    ?? tagIds.find((id) => named.includes(id))
    ?? mostSpecific(tagIds)
    ?? findTechniqueIds(note.name)[0]?.id
    ?? note.aliases.map(readTechniqueId).find((id) => id !== null)
    ?? named[0]
    ?? bodyTags[0];
  if (!chosen) return null;
  const diagnostics: Diagnostic[] = [];
  for (const candidate of [...property, ...url]) {
    if (candidate.id && candidate.id !== chosen) diagnostics.push(contradiction(chosen, candidate.id, candidate.span));
  }
  if (own && tagIds.length > 0 && !tagIds.includes(chosen)) {
    const wrong = tags.find((t) => t.id !== null && parentOf(chosen) !== t.id);
    if (wrong?.id) diagnostics.push(contradiction(chosen, wrong.id, wrong.span));
  }
  return { id: chosen, diagnostics };
}

function contradiction(chosen: TechniqueId, other: TechniqueId, span: { from: number; to: number }): Diagnostic {
  return warning("technique-id-conflict", `The note is taken for ${chosen}, but this says ${other}.`, span);
}

function mostSpecific(ids: readonly TechniqueId[]): TechniqueId | undefined {
  return ids.find(isSubtechnique) ?? ids[0];
}

/** Whether an address is a technique's page. */
export function isAttackPage(text: string): boolean {
  return /attack\.mitre\.org\/(?:versions\/[^/\s]{1,20}\/)?techniques\/T\d{4}/i.test(text.slice(0, 2000));
}

/** Reads the facts of a technique note. */
export function readTechnique(source: NoteSource, id: TechniqueId): TechniqueFacts {
  const { note } = source;
  const url = propertyNodes(source.entries, URL_KEYS).flatMap(scalarsOf).map((s) => s.text)
    .find((t) => /^https?:/i.test(t));
  const version = textOf(source, "version");
  const created = textOf(source, "created", "date");
  const lastModified = textOf(source, "last_modified", "modified", "updated");
  return {
    id, name: nameOf(source, id),
    tactics: listOf(source, "tactics", "tactic"),
    platforms: listOf(source, "platforms", "platform"),
    ...(url === undefined ? {} : { url }), ...(version === undefined ? {} : { version }),
    ...(created === undefined ? {} : { created }), ...(lastModified === undefined ? {} : { lastModified }),
    dataSources: dataSources(source),
    citations: citations(source.text, note.propertyBlock?.to ?? 0),
    references: references(source),
    sections: sectionsOf(note),
  };
}

const SECTION_NAMES =
  /^(description|detection|detection rules?|defenses? bypassed|data sources?|rule testing|testing runbooks?|mitigations?|references|procedure examples)$/i;

/**
 * Property `name` or `title`, else the first heading, else the file's name; ids and the parent's name in front are
 * dropped.
 */
function nameOf(source: NoteSource, id: TechniqueId): string {
  const { note } = source;
  const property = textOf(source, "name", "title");
  const heading = note.headings[0] && !SECTION_NAMES.test(note.headings[0].text) ? note.headings[0].text : undefined;
  for (const candidate of [property, heading, note.name, ...note.aliases]) {
    const name = withoutId(candidate ?? "");
    if (name === "") continue;
    if (!isSubtechnique(id)) return name;
    // “Parent: Sub” and the seed's “Parent- Sub”.
    const cut = Math.max(name.lastIndexOf(": "), name.lastIndexOf("- "));
    return cut > 0 && name.slice(cut + 2).trim() !== "" ? name.slice(cut + 2).trim() : name;
  }
  return id;
}

function withoutId(text: string): string {
  const found = findTechniqueIds(text.slice(0, 500))[0];
  if (!found) return text.trim();
  return (text.slice(0, found.span.from) + text.slice(found.span.to))
    .replace(/^[\s:_\u2013\u2014()[\]-]+|[\s:_\u2013\u2014()[\]-]+$/g, "").trim();
}

function dataSources(source: NoteSource): TechniqueFacts["dataSources"] {
  const entries = entriesUnder(source, headingLike(source.note, /^data (sources?|components?)$/i));
  const nodes = propertyNodes(source.entries, new Set(["datasources", "datasource", "xmitredatasources"]));
  const written = nodes.flatMap((n) => scalarsOf(n).flatMap((s) => (n.kind === "scalar" ? s.text.split(",")
    : [s.text]).map((text) => ({ text, span: s.span }))));
  return [...entries, ...written].filter((e) => e.text.trim() !== "").map(({ text, span }) => {
    const colon = text.indexOf(":");
    return colon < 0 ? { source: text.trim(), component: "", span } : { source: text.slice(0, colon).trim(),
      component: text.slice(colon + 1).trim(), span };
  });
}

/** `(Citation: Name)` marks; a name may hold one pair of parentheses. */
function citations(text: string, from: number): TechniqueFacts["citations"] {
  const found: { name: string; span: { from: number; to: number } }[] = [];
  for (let at = text.indexOf("(Citation:", from); at >= 0; at = text.indexOf("(Citation:", at + 1)) {
    let depth = 0;
    for (let to = at; to < text.length && to - at < 500 && text[to] !== "\n"; to++) {
      if (text[to] === "(") depth++;
      else if (text[to] === ")" && --depth === 0) {
        found.push({ name: text.slice(at + 10, to).trim(), span: { from: at, to: to + 1 } });
        break;
      }
    }
  }
  return found;
}

/**
 * Links of the body to attack.mitre.org: techniques, tactics, groups, software, mitigations, campaigns and the rest.
 */
function references(source: NoteSource): TechniqueFacts["references"] {
  return source.note.links.flatMap((link) => {
    if (!link.external || link.from !== "body") return [];
    const found =
      /attack\.mitre\.org\/(?:versions\/[^/\s]{1,20}\/)?[a-z-]{1,30}\/([A-Z]{1,3}\d{4})(?:\/(\d{3}))?/i.exec(link.target.slice(0, 2000));
    if (!found) return [];
    const id = (found[1] ?? "").toUpperCase() + (found[2] === undefined ? "" : `.${found[2]}`);
    return [{ id, label: link.label ?? id, span: link.span }];
  });
}
