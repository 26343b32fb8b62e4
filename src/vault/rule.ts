/**
 * What a rule note says of its rule: from its properties, its sections and its queries; of a Sigma rule, from the
 * rule itself.
 */
import { readTechniqueId, tacticsOfTags } from "../attack";
import type { TechniqueId } from "../attack";
import { readYaml } from "../base";
import type { Diagnostic, YamlValue } from "../base";
import type { Block, RuleFacts, RuleQuery } from "./model";
import { EXECUTORS } from "./runbook";
import { isSampleFence, readSamples } from "./samples";
import { functionName, watchlistOf } from "./saved-fence";
import { entriesUnder, headingLike, inNote, listOf, sectionsOf, textOf, unique, within } from "./source";
import type { NoteSource, PlainNote } from "./source";

/** Fences that draw panels or pictures, or hold what is no query. */
const NO_QUERY = new Set(["dataview", "dataviewjs", "purplebook", "tasks", "query", "mermaid", "button", "text",
  "txt", "plain", "md", "markdown",
  "html", "xml", "json", "diff", "chart", "base", "toml", "ini"]);

const KQL = new Set(["kusto", "kql", "csl", "sentinel"]);

/** The language of a query fence: `kql`, `sigma` or the fence's own word; null when the fence holds no query. */
export function queryLanguage(block: Block): string | null {
  if (KQL.has(block.language)) return functionName(block) === undefined ? "kql" : null;
  if (block.language === "sigma") return "sigma";
  if (block.language === "yaml" || block.language === "yml") return isSigmaText(block.text) ? "sigma" : null;
  if (block.language === "") return block.section !== undefined && /\b(kql|kusto)\b/i.test(block.section.slice(0,
    200)) ? "kql" : null;
  if (NO_QUERY.has(block.language) || EXECUTORS.has(block.language) || isSampleFence(block)
    || watchlistOf(block) !== undefined) return null;
  return block.language;
}

/** A Sigma rule has a detection or, as a correlation, a correlation in the first column. */
export function isSigmaText(text: string): boolean {
  return /^(?:detection|correlation):/m.test(text) && /^(?:title|logsource|name|id):/m.test(text);
}

/** Whether a note holds a query that makes it a rule, wherever it lies. */
export function hasDetection(note: PlainNote): boolean {
  return note.blocks.some((b) => (KQL.has(b.language) && functionName(b) === undefined) || b.language === "sigma" || (/^ya?ml$/.test(b.language)
    && isSigmaText(b.text)));
}

/** What a Sigma rule in a fence says of itself. */
interface SigmaHead {
  readonly map: ReadonlyMap<string, YamlValue>;
  readonly techniques: readonly TechniqueId[];
  readonly tactics: readonly string[];
}

/** Reads the facts of a rule note. */
export function readRule(source: NoteSource, title: string): { facts: RuleFacts; diagnostics: readonly Diagnostic[] } {
  const { note } = source;
  const diagnostics: Diagnostic[] = [];
  const queries: RuleQuery[] = [];
  const heads: SigmaHead[] = [];
  const hunting = note.headings.filter((h) => /\bhunting\b/i.test(h.text.slice(0, 200)));
  for (const block of note.blocks) {
    const language = queryLanguage(block);
    if (language === null) continue;
    const head = language === "sigma" ? readSigmaHead(block, diagnostics) : null;
    if (head) heads.push(head);
    const name = /(?:name|title)=("[^"]*"|'[^']*'|\S+)/.exec(block.info)?.[1]?.replace(/^["']|["']$/g, "")
      ?? (head ? textIn(head.map, "title") : undefined) ?? block.section;
    queries.push({
      language, text: block.text, span: block.textSpan, ...(name === undefined ? {} : { title: name }),
      ...(block.lineStarts ? { lineStarts: block.lineStarts } : {}),
      ...(hunting.some((h) => within(block.span, h.body)) ? { hunting: true } : {}),
    });
  }
  const sigma = heads[0]?.map ?? new Map<string, YamlValue>();
  const under = (pattern: RegExp) => entriesUnder(source, headingLike(note, pattern)).map((e) => e.text);
  const severity = severityLine(source);
  const logsource = sigma.get("logsource");
  const logsourceOf = (key: string) => nestedText(source, key) ?? (logsource instanceof Map ? textIn(logsource, key)
    : undefined);
  const techniques = unique(heads.flatMap((h) => h.techniques));
  const status = textOf(source, "status", "state") ?? textIn(sigma, "status");
  const level = textOf(source, "level", "severity") ?? textIn(sigma, "level") ?? severity?.level;
  const confidence = textOf(source, "confidence") ?? severity?.confidence;
  const author = textOf(source, "author", "authors", "owner") ?? textIn(sigma, "author");
  const created = textOf(source, "created", "date") ?? textIn(sigma, "date");
  const modified = textOf(source, "modified", "last_modified", "updated") ?? textIn(sigma, "modified");
  const product = textOf(source, "logsrc_product", "log_source_product", "product") ?? logsourceOf("product");
  const service = textOf(source, "logsrc_service", "log_source_service", "service") ?? logsourceOf("service");
  const category = textOf(source, "logsrc_category", "log_source_category", "category") ?? logsourceOf("category");
  const facts: RuleFacts = {
    title: textOf(source, "title") ?? textIn(sigma, "title") ?? title,
    ...(status === undefined ? {} : { status: status.toLowerCase() }),
    ...(level === undefined ? {} : { level: level.toLowerCase() }),
    ...(confidence === undefined ? {} : { confidence: confidence.toLowerCase() }),
    logsource: { ...(product === undefined ? {} : { product }), ...(service === undefined ? {} : { service }),
      ...(category === undefined ? {} : { category }) },
    techniques,
    tactics: unique([...listOf(source, "tactics", "tactic"), ...heads.flatMap((h) => h.tactics),
      ...tacticsOfTags(note.tags.map((t) => t.name))]),
    dataSources: unique([...listOf(source, "data_sources", "data_source", "datasources"),
      ...under(/^data (sources?|components?)$/i)]),
    tables: unique([...listOf(source, "required_tables", "tables", "table"),
      ...under(/^(required |log )?tables?( required)?$/i).flatMap(tableNames)]),
    falsePositives: unique([...listItems(source), ...textsIn(sigma, "falsepositives"),
      ...under(/^(known )?false[ -]?positives?$/i)]),
    ...(author === undefined ? {} : { author }), ...(created === undefined ? {} : { created }),
      ...(modified === undefined ? {} : { modified }),
    queries, samples: readSamples(source, diagnostics), sections: sectionsOf(note), pasted: false,
  };
  return { facts, diagnostics };
}

/** False positives are sentences, so a string is one entry and not cut at commas. */
function listItems(source: NoteSource): string[] {
  const keys = ["falsepositives", "false_positives", "false positives"];
  const text = textOf(source, ...keys);
  const property = [...source.note.properties].find(([k]) => /^false[ _-]?positives?$/i.test(k))?.[1];
  return Array.isArray(property) ? property.filter((p): p is string => typeof p === "string") : text === undefined
    ? [] : [text];
}

/** `logsource:` as a mapping in the note's own properties. */
function nestedText(source: NoteSource, key: string): string | undefined {
  const logsource = source.note.properties.get("logsource");
  const value = logsource instanceof Map ? (logsource as ReadonlyMap<string, unknown>).get(key) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Table names in a line of a section: words that could be one, list marks and commas dropped. */
export function tableNames(line: string): string[] {
  return [...line.slice(0, 4000).matchAll(/[A-Za-z_]\w{2,100}/g)].map((m) => m[0])
    .filter((w) => /[A-Z].*[a-z]|_CL$/.test(w) && !/^(The|And|For|Table|Tables|Microsoft|Sentinel|Defender)$/.test(w));
}

/** `high severity medium confidence`, as rule pages say it. */
export const SEVERITY_LINE =
  /^(critical|high|medium|low|informational|info)\s+severity(?:\s*[,|/·•-]?\s*(very high|high|medium|moderate|low)\s+confidence)?\.?$/i;

function severityLine(source: NoteSource): { level: string; confidence?: string } | undefined {
  const { text } = source;
  for (let at = text.indexOf("everity"); at >= 0; at = text.indexOf("everity", at + 1)) {
    const from = Math.max(text.lastIndexOf("\n", at) + 1, at - 200);
    const end = text.indexOf("\n", at);
    const found = SEVERITY_LINE.exec(text.slice(from, end < 0 ? text.length : Math.min(end, from + 400)).trim());
    if (found) return { level: found[1] ?? "", ...(found[2] === undefined ? {} : { confidence: found[2] }) };
    if (end < 0) break;
  }
  return undefined;
}

function readSigmaHead(block: Block, diagnostics: Diagnostic[]): SigmaHead | null {
  const read = readYaml(block.text);
  for (const d of read.diagnostics) {
    const { fix, notes, ...rest } = d;
    diagnostics.push({ ...rest, span: inNote(block, d.span),
      ...(notes ? { notes: notes.map((n) => (n.span ? { ...n, span: inNote(block, n.span) } : n)) } : {}),
      ...(fix && !block.lineStarts
        ? { fix: { ...fix, edits: fix.edits.map((e) => ({ ...e, span: inNote(block, e.span) })) } } : {}) });
  }
  const value = read.value?.value;
  if (!(value instanceof Map)) return null;
  const map: ReadonlyMap<string, YamlValue> = value;
  const tags = textsIn(map, "tags");
  return { map, techniques: tags.map(readTechniqueId).filter((id) => id !== null), tactics: tacticsOfTags(tags) };
}

function textIn(map: ReadonlyMap<string, unknown>, key: string): string | undefined {
  const value = map.get(key);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : typeof value === "number" ? String(value)
    : undefined;
}

function textsIn(map: ReadonlyMap<string, YamlValue>, key: string): string[] {
  const value = map.get(key);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? (value as readonly YamlValue[]).filter((v): v is string => typeof v === "string") : [];
}
