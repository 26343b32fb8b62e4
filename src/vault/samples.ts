/**
 * Logs beside a rule, and what running the rule on them should give: `expect: match`, `expect: none`, `expect: 3
 * rows`.
 */
import { warning } from "../base";
import type { Diagnostic, Span } from "../base";
import type { Block, Expectation, SampleRef } from "./model";
import { watchlistOf } from "./saved-fence";
import { within } from "./source";
import type { NoteSource } from "./source";

const FORMATS = new Set(["logs", "log", "json", "jsonl", "ndjson", "csv", "tsv"]);
const SECTION =
  /^(test )?(samples?|sample (logs?|events?|data)|test (data|logs?|events?|cases?)|example (logs?|events?)|logs|events)\b/i;
const FILE = /\.(json|jsonl|ndjson|csv|tsv|log|txt|xml|evtx)$/i;

/** Whether a fence may hold logs. */
export function isSampleFence(block: Block): boolean {
  return FORMATS.has(block.language) && watchlistOf(block) === undefined;
}

/** `match`, `none` (`no match`, `nothing`), `3 rows`, `3`; undefined for anything else. */
export function readExpectation(text: string): Expectation | undefined {
  const word = text.trim().toLowerCase().replace(/^["'`*_]+|["'`*_.]+$/g, "").trim();
  if (/^(match|matches|matched|alert|fires?|hit)$/.test(word)) return { kind: "match" };
  if (/^(none|no|nothing|no match|no matches|no rows|no alert|silent)$/.test(word)) return { kind: "none" };
  const rows = /^(\d{1,9})(?:\s*rows?)?$/.exec(word);
  if (!rows) return undefined;
  const count = Number(rows[1]);
  return count === 0 ? { kind: "none" } : { kind: "rows", count };
}

interface Marks {
  readonly table?: string;
  readonly name?: string;
  readonly expect?: string;
}

/**
 * `table=… expect=… name=…` in an info string, a comment or behind a link; `:` does for `=`, quotes hold blanks, `3
 * rows` needs none.
 */
function readMarks(text: string): Marks {
  const found = new Map<string, string>();
  const pattern =
    /(?:^|[\s,({])(table|expect|name)\s{0,3}[=:]{1,2}\s{0,3}("[^"]{0,200}"|'[^']{0,200}'|\d{1,9}\s{1,3}rows?\b|no match\b|[^\s,"')}\]]{1,200})/gi;
  for (const m of text.slice(0, 2000).matchAll(pattern)) {
    const key = (m[1] ?? "").toLowerCase();
    if (!found.has(key)) found.set(key, (m[2] ?? "").replace(/^["']|["']$/g, ""));
  }
  const table = found.get("table");
  const name = found.get("name");
  const expect = found.get("expect");
  return { ...(table === undefined ? {} : { table }), ...(name === undefined ? {} : { name }),
    ...(expect === undefined ? {} : { expect }) };
}

/**
 * The samples of a rule note, in its order: fences of logs, and links to files of the vault in a section of samples.
 */
export function readSamples(source: NoteSource, diagnostics: Diagnostic[]): SampleRef[] {
  const { note, text } = source;
  const sections = note.headings.filter((h) => SECTION.test(h.text.slice(0, 200)));
  const inSamples = (span: Span) => sections.some((h) => within(span, h.body));
  const fences = note.blocks.filter(isSampleFence)
    .map((block) => ({ block, marks: readMarks(block.info), comment: firstComment(block) }))
    .filter(({ block, marks, comment }) => (block.language !== "json" && block.language !== "log")
      || inSamples(block.span)
      || marks.table !== undefined || marks.expect !== undefined || comment !== undefined);
  const beside = expectationsBeside(text, fences.map((f) => f.block));
  const found: SampleRef[] = fences.map(({ block, marks, comment }, i) => {
    const words = { ...comment?.marks, ...marks };
    const written = words.expect ?? beside[i];
    const expect = checkedExpectation(written, block.span, diagnostics);
    const skip = comment?.length ?? 0;
    const name = words.name ?? sectionName(block, i, fences.length);
    return {
      name, format: block.language, ...(words.table === undefined ? {} : { table: words.table }),
        ...(expect === undefined ? {} : { expect }),
      source: { kind: "block", text: block.text.slice(skip), span: block.lineStarts ? block.textSpan
        : { from: Math.min(block.textSpan.from + skip, block.textSpan.to), to: block.textSpan.to } },
    };
  });
  for (const link of note.links) {
    if (!FILE.test(link.target) || !(inSamples(link.span) || link.embed)) continue;
    const lineTo = text.indexOf("\n", link.span.to);
    const marks = readMarks(text.slice(link.span.to, Math.min(lineTo < 0 ? text.length : lineTo, link.span.to + 500)));
    if (link.external) {
      // Without a word on what it should give it may be a source to read on.
      if (marks.expect !== undefined || marks.table !== undefined) diagnostics.push(warning("sample-outside",
        `'${link.target.slice(0, 200)}' is not read as a sample: only files of the vault are.`, link.span));
      continue;
    }
    const expect = checkedExpectation(marks.expect, link.span, diagnostics);
    const format = (FILE.exec(link.target)?.[1] ?? "").toLowerCase();
    found.push({ name: marks.name ?? link.target.slice(link.target.lastIndexOf("/") + 1), format,
      ...(marks.table === undefined ? {} : { table: marks.table }),
      ...(expect === undefined ? {} : { expect }), source: { kind: "file", path: link.target, span: link.span } });
  }
  return found.sort((a, b) => a.source.span.from - b.source.span.from);
}

function checkedExpectation(written: string | undefined, span: Span,
  diagnostics: Diagnostic[]): Expectation | undefined {
  if (written === undefined) return undefined;
  const expect = readExpectation(written);
  if (!expect) diagnostics.push(warning("sample-expectation",
    `'${written}' is no expectation. Expected 'match', 'none' or a number of rows ('3 rows').`, span));
  return expect;
}

/** A sample without a name is called by its section, numbered when the section has several. */
function sectionName(block: Block, index: number, count: number): string {
  const section = block.section !== undefined && !SECTION.test(block.section) ? block.section : "Sample";
  return count > 1 ? `${section} ${index + 1}` : section;
}

/** `# table=… expect=…` or `// …` on the first line: said of the logs and no part of them. */
function firstComment(block: Block): { marks: Marks; length: number } | undefined {
  const end = block.text.indexOf("\n");
  const line = block.text.slice(0, end < 0 ? Math.min(block.text.length, 2000) : end);
  if (!/^\s*(#|\/\/)/.test(line)) return undefined;
  const marks = readMarks(line.replace(/^\s*(#+|\/\/+)/, " "));
  if (marks.table === undefined && marks.expect === undefined && marks.name === undefined) return undefined;
  return { marks, length: end < 0 ? block.text.length : end + 1 };
}

const EXPECT_LINE =
  /^[\s>*_[(-]{0,20}expect(?:ed|ation)?[*_]{0,3}\s{0,3}:{1,2}[*_]{0,3}\s{0,3}([^\])]{1,100}?)[\])\s]{0,5}$/i;

/**
 * What a line `expect: …` beside a fence says, fence by fence. A line between two fences belongs to the one it is
 * nearer to;
 * where it is as near to both, the note's first such line tells whether the author writes them before or behind.
 */
function expectationsBeside(text: string, blocks: readonly Block[]): (string | undefined)[] {
  const before = blocks.map((b) => nearestLine(text, b.span.from, -1));
  const behind = blocks.map((b) => nearestLine(text, b.span.to, 1));
  const first = before.find((l, i) => l !== undefined || behind[i] !== undefined) !== undefined;
  return blocks.map((_, i) => {
    const over = before[i];
    const under = behind[i];
    const stolenOver = over !== undefined && over.from === behind[i - 1]?.from && !wins(behind[i - 1], over, !first);
    const stolenUnder = under !== undefined && under.from === before[i + 1]?.from && !wins(before[i + 1], under, first);
    const mine = [stolenOver ? undefined : over, stolenUnder ? undefined : under];
    return (first ? mine[0] ?? mine[1] : mine[1] ?? mine[0])?.word;
  });
}

/** Whether the line belongs to me and not to the neighbour that sees it, too. */
function wins(neighbour: Beside | undefined, mine: Beside, neighbourFirst: boolean): boolean {
  if (!neighbour || neighbour.blanks === mine.blanks) return !neighbourFirst;
  return mine.blanks < neighbour.blanks;
}

interface Beside {
  readonly word: string;
  readonly from: number;
  /** Blank lines between it and the fence. */
  readonly blanks: number;
}

/** The nearest line that is not blank, if it states an expectation. */
function nearestLine(text: string, from: number, direction: 1 | -1): Beside | undefined {
  let at = from;
  for (let blanks = 0; blanks < 4; blanks++) {
    let start: number;
    let end: number;
    if (direction > 0) {
      start = text.indexOf("\n", at) + 1;
      if (start === 0) return undefined;
      end = text.indexOf("\n", start);
      if (end < 0) end = text.length;
      at = end;
    } else {
      end = text.lastIndexOf("\n", at - 1);
      if (end < 0 || at === 0) return undefined;
      start = text.lastIndexOf("\n", end - 1) + 1;
      if (end === 0) start = 0;
      at = start;
    }
    const line = text.slice(start, Math.min(end, start + 300)).trim();
    if (line === "" && end < text.length) continue;
    const found = EXPECT_LINE.exec(line);
    return found ? { word: (found[1] ?? "").trim(), from: start, blanks } : undefined;
  }
  return undefined;
}
