/**
 * A rule page pasted as plain text, without any Markdown: an id line, a title, prose, platform and language lines
 * with a query
 * below, a line of severity and confidence, and sections under bare heading lines. Understood as it is, and turned
 * into a
 * clean rule note that keeps every line.
 */
import { readTechniqueId, tagOf } from "../attack";
import type { TechniqueId } from "../attack";
import { writeYamlScalar } from "../base";
import type { Span } from "../base";
import type { RuleFacts, RuleQuery, Section } from "./model";
import { SEVERITY_LINE, tableNames } from "./rule";
import { unique } from "./source";
import type { PlainNote } from "./source";

/** A line that names the language of the query below it → the language, and the word for its fence. */
const LANGUAGES: ReadonlyMap<string, readonly [language: string, fence: string]> = new Map([
  ["kusto", ["kql", "kusto"]], ["kql", ["kql", "kql"]], ["sigma", ["sigma", "yaml"]], ["yaml", ["sigma", "yaml"]],
    ["yml", ["sigma", "yml"]],
  ["spl", ["spl", "spl"]], ["splunk", ["spl", "splunk"]], ["eql", ["eql", "eql"]], ["esql", ["esql", "esql"]],
    ["es|ql", ["esql", "esql"]],
  ["lucene", ["lucene", "lucene"]], ["sql", ["sql", "sql"]], ["yara-l", ["yara-l", "yara-l"]], ["cql", ["cql", "cql"]],
]);

/** Headings that such pages have. They may also come run together on one line, as a row of tabs does when copied. */
const HEADINGS = ["Data Sources", "Data Source", "Required Tables", "Required Fields", "False Positives",
  "Response Playbook", "Investigation Guide", "Hunting Queries",
  "Atomic Red Team Tests", "Tuning Guidance", "Related Detections", "References", "Unlock Pro Content", "Description",
    "Detection Logic", "Mitigations", "Changelog",
  "Log Sources", "Prerequisites"];
const HEADING_OF = new Map(HEADINGS.map((h) => [h.toLowerCase(), h]));

const BULLET = /^\s*[\u2022\u25e6\u25aa\u2023\u00b7*-]\s+/;

interface Line {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

type Part =
  | {
      readonly kind: "id" | "title" | "prose" | "platform" | "language" | "severity" | "heading" | "tabs";
      readonly line: Line;
    }
  | {
      readonly kind: "query";
      readonly language: string;
      readonly fence: string;
      readonly lines: readonly Line[];
      readonly platform: Line | undefined;
    };

/**
 * Whether a note is such a page: no Markdown in it, an id on the first line, and a language or severity line further
 * down.
 */
export function isPage(note: PlainNote, text: string): boolean {
  return note.propertyBlock === null && note.headings.length === 0 && note.blocks.length === 0 && isPageText(text);
}

/** The same, of a text alone. */
export function isPageText(text: string): boolean {
  const lines = linesOf(text.slice(0, 200_000));
  const filled = lines.filter((l) => l.text !== "");
  const first = filled[0];
  if (!first || first.text.length > 20 || readTechniqueId(first.text) === null || filled.length < 3) return false;
  return filled.slice(2).some((l) => LANGUAGES.has(l.text.toLowerCase()) || SEVERITY_LINE.test(l.text.slice(0, 200)));
}

/** The facts of a pasted page. */
export function readPage(text: string): RuleFacts {
  const parts = partsOf(text);
  const id = readTechniqueId(lineOfKind(parts, "id")?.text ?? "");
  const severity = SEVERITY_LINE.exec(lineOfKind(parts, "severity")?.text ?? "");
  const level = severity?.[1]?.toLowerCase();
  const confidence = severity?.[2]?.toLowerCase();
  const under = (heading: string) => proseUnder(parts, heading).map((l) => l.text.replace(BULLET, ""));
  return {
    title: lineOfKind(parts, "title")?.text ?? "", techniques: id ? [id] : [], tactics: [], logsource: {},
    ...(level === undefined ? {} : { level }), ...(confidence === undefined ? {} : { confidence }),
    dataSources: [...under("Data Sources"), ...under("Data Source")],
    tables: unique(under("Required Tables").flatMap(tableNames)),
    falsePositives: under("False Positives"),
    queries: parts.flatMap((p): RuleQuery[] => {
      if (p.kind !== "query") return [];
      const span = spanOf(p.lines);
      return [{ language: p.language, text: text.slice(span.from, span.to), span,
        ...(p.platform ? { title: p.platform.text } : {}) }];
    }),
    samples: [], sections: sections(parts, text.length), pasted: true,
  };
}

/** Beginnings of table names and the product whose logs are in them; the first that fits counts. */
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/^AWS/, "aws"], [/^GCP/, "gcp"], [/^(Azure|AAD|AKS|AZ|SigninLogs|AuditLogs|Storage)/, "azure"], [/^(Office|Email|Url|CloudApp)/, "m365"],
  [/^(SecurityEvent|WindowsEvent|Device|Event$)/, "windows"], [/^Syslog/, "linux"], [/^Okta/, "okta"],
];

/** The product that a table is about, in the words that rule notes use; undefined when the name does not say. */
function productOf(table: string): string | undefined {
  return PRODUCTS.find(([pattern]) => pattern.test(table))?.[1];
}

/** A clean rule note of a pasted page. `lost` holds lines that did not make it: it is empty, and checked each time. */
export function toRuleNote(text: string): { readonly text: string; readonly lost: readonly string[] } {
  const parts = partsOf(text);
  const facts = readPage(text);
  const id = facts.techniques[0];
  const out: string[] = ["---", `title: ${writeYamlScalar(facts.title)}`, "status: experimental"];
  if (facts.level !== undefined) out.push(`level: ${facts.level}`);
  if (facts.confidence !== undefined) out.push(`confidence: ${facts.confidence}`);
  const products = [...new Set(facts.tables.flatMap((t) => productOf(t) ?? []))];
  if (products.length > 0) out.push(`logsrc_product: ${products.join(", ")}`);
  if (id) out.push(`technique: ${id}`);
  out.push(`tags: [detection_rule${id ? `, ${tagOf(id)}` : ""}]`);
  if (facts.tables.length > 0) out.push("required_tables:", ...facts.tables.map((t) => `  - ${t}`));
  out.push("---", "");
  writeBody(parts, id, out);
  const note = `${out.join("\n").replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
  return { text: note, lost: missing(text, note) };
}

function writeBody(parts: readonly Part[], id: TechniqueId | undefined, out: string[]): void {
  let described = false;
  let queries = 0;
  let bullets = false;
  for (const part of parts) {
    if (part.kind === "query") {
      // A blank line in a query is the author's: only the page's own text is tidied.
      if (queries++ === 0) out.push("", "## Query", "");
      if (part.platform) out.push("", `### ${part.platform.text}`, "");
      const body = part.lines.map((l) => l.text);
      const fence = "`".repeat(Math.max(3, 1 + Math.max(0, ...body.map((l) => /`+/.exec(l)?.[0].length ?? 0))));
      out.push(`${fence}${part.fence}`, ...keepBlanks(body), fence, "");
      continue;
    }
    const line = part.line.text;
    const bullet = BULLET.test(line);
    if (part.kind === "id") {
      if (id === undefined || line !== id) out.push(line, "");
    } else if (part.kind === "title") out.push(`# ${line}`, "");
    else if (part.kind === "heading") out.push("", `## ${line}`, "");
    else if (part.kind === "platform" || part.kind === "language" || part.kind === "tabs"
      || part.kind === "severity") out.push("", line, "");
    else {
      if (!described && queries === 0 && !parts.some((p) => p.kind === "heading"
        && p.line.from < part.line.from)) out.push("## Description", "");
      described = true;
      if (bullets && !bullet) out.push("");
      out.push(bullet ? `- ${line.replace(BULLET, "")}` : line, ...(bullet ? [] : [""]));
    }
    bullets = bullet && part.kind === "prose";
  }
}

/**
 * More than one blank line in a row would be tidied away with those of the page: in a query they are marked to stay.
 */
function keepBlanks(lines: readonly string[]): string[] {
  return lines.filter((l, i) => l.trim() !== "" || (lines[i - 1] ?? "").trim() !== "");
}

/**
 * Lines of the page whose content is not in the note, in the page's order; bullets and blanks around a line are not
 * content.
 */
function missing(page: string, note: string): string[] {
  const lost: string[] = [];
  for (const line of linesOf(page)) {
    const content = line.text.replace(BULLET, "").trim();
    if (content !== "" && !note.includes(content)) lost.push(line.text);
  }
  return lost;
}

function partsOf(text: string): Part[] {
  const lines = linesOf(text);
  const parts: Part[] = [];
  let i = 0;
  const nextFilled = (from: number): number => {
    let at = from;
    while (at < lines.length && lines[at]?.text === "") at++;
    return at;
  };
  i = nextFilled(i);
  const first = lines[i];
  if (first && first.text.length <= 20 && readTechniqueId(first.text)) {
    parts.push({ kind: "id", line: first });
    i = nextFilled(i + 1);
  }
  const title = lines[i];
  if (title && !LANGUAGES.has(title.text.toLowerCase())) {
    parts.push({ kind: "title", line: title });
    i++;
  }
  while (i < lines.length) {
    i = nextFilled(i);
    const line = lines[i];
    if (!line) break;
    // “Splunk” over “spl” is the platform of the query, not its language.
    const below = lines[i + 1];
    const named = below !== undefined && LANGUAGES.has(below.text.toLowerCase());
    const language = named ? undefined : LANGUAGES.get(line.text.toLowerCase());
    const next = lines[nextFilled(i + 1)];
    if (language && next) {
      const last = parts[parts.length - 1];
      // The language word is kept as the fence's word, so it needs no line of its own.
      const platform = last?.kind === "platform" ? last.line : undefined;
      if (platform) parts.pop();
      const end = queryEnd(lines, i + 1);
      let stop = end;
      while (stop > i + 1 && lines[stop - 1]?.text === "") stop--;
      const start = Math.min(nextFilled(i + 1), stop);
      parts.push({ kind: "query", language: language[0], fence: line.text, lines: lines.slice(start, stop), platform });
      i = end;
      continue;
    }
    if (SEVERITY_LINE.test(line.text.slice(0, 200))) parts.push({ kind: "severity", line });
    else if (HEADING_OF.has(line.text.toLowerCase())) parts.push({ kind: "heading", line });
    else if (isTabs(line.text)) parts.push({ kind: "tabs", line });
    else if (named && line.text.length < 100 && !BULLET.test(line.text)) parts.push({ kind: "platform", line });
    else parts.push({ kind: "prose", line });
    i++;
  }
  return parts;
}

/**
 * Index of the first line that is no longer the query's: a severity line, a known heading, or the next platform and
 * language.
 */
function queryEnd(lines: readonly Line[], from: number): number {
  for (let i = from; i < lines.length; i++) {
    const text = lines[i]?.text ?? "";
    if (SEVERITY_LINE.test(text.slice(0, 200)) || isTabs(text)) return i;
    const blankBefore = i > from && lines[i - 1]?.text === "";
    if (blankBefore && HEADING_OF.has(text.toLowerCase())) return i;
    if (i > from && LANGUAGES.has(text.toLowerCase())) return i;
    if (i > from && text.length < 100 && !/[|=()"']/.test(text) && /^[A-Z]/.test(text)
      && LANGUAGES.has((lines[i + 1]?.text ?? "").toLowerCase())) return i;
  }
  return lines.length;
}

/** Two or more known headings run together. */
function isTabs(text: string): boolean {
  let rest = text.slice(0, 500).toLowerCase();
  let count = 0;
  while (rest !== "") {
    const head = HEADINGS.find((h) => rest.startsWith(h.toLowerCase()));
    if (head === undefined) return false;
    rest = rest.slice(head.length).trimStart();
    count++;
  }
  return count > 1;
}

function lineOfKind(parts: readonly Part[], kind: Part["kind"]): Line | undefined {
  const part = parts.find((p) => p.kind === kind);
  return part && part.kind !== "query" ? part.line : undefined;
}

function proseUnder(parts: readonly Part[], heading: string): Line[] {
  const start = parts.findIndex((p) => p.kind === "heading" && p.line.text.toLowerCase() === heading.toLowerCase());
  if (start < 0) return [];
  const found: Line[] = [];
  for (const part of parts.slice(start + 1)) {
    if (part.kind !== "prose") break;
    found.push(part.line);
  }
  return found;
}

function sections(parts: readonly Part[], end: number): Section[] {
  const starts = parts.filter((p): p is Exclude<Part, { kind: "query" }> => p.kind === "heading");
  return starts.map((p, i) => ({ heading: p.line.text, span: { from: Math.min(p.line.to + 1, end),
    to: starts[i + 1]?.line.from ?? end } }));
}

function spanOf(lines: readonly Line[]): Span {
  const first = lines[0];
  const last = lines[lines.length - 1];
  return { from: first?.from ?? 0, to: last?.to ?? 0 };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (from <= text.length) {
    let to = text.indexOf("\n", from);
    if (to < 0) to = text.length;
    const end = text[to - 1] === "\r" && to > from ? to - 1 : to;
    const written = text.slice(from, end);
    lines.push({ text: written.trim() === "" ? "" : written.trimEnd(), from, to: from + written.trimEnd().length });
    from = to + 1;
  }
  return lines;
}
