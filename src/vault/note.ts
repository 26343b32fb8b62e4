/** A note's text → a {@link Note}: properties, blocks, what stands in them, and what kind of note it is. */
import { span, warning } from "../base";
import type { Diagnostic } from "../base";
import { readBlocks } from "./blocks";
import type { Blocks, Leaf, RawItem } from "./blocks";
import { readFields } from "./fields";
import { Flat, scanInline, splitWikilink } from "./inline";
import type { Inline } from "./inline";
import { judge } from "./kinds";
import { DEFAULT_NAMES } from "./model";
import type { Anchor, Block, Heading, InlineField, Link, ListItem, Note, Tag, VaultNames } from "./model";
import { behindBreak, lineEnd, readProperties } from "./properties";
import type { Properties } from "./properties";
import { propertyNodes, scalarsOf } from "./source";
import type { PlainNote } from "./source";
import type { Value } from "../table";

/** What the host knows of a file; times in milliseconds since 1970. */
export interface NoteFile {
  readonly path: string;
  readonly created?: number;
  readonly modified?: number;
  /** In bytes; the text's length by default. */
  readonly size?: number;
}

/** Reads a note. Never throws: what could not be read is told in `diagnostics`, everything else is there. */
export function readNote(file: NoteFile, text: string, names: VaultNames = DEFAULT_NAMES): Note {
  const properties = readProperties(text);
  const blocks = readBlocks(text, properties.body, lineOf(text, properties.body));
  const inline: Inline = { links: [], tags: [] };
  const own = propertyLinks(properties, text);
  for (const leaf of blocks.leaves) if (leaf.kind === "paragraph" || leaf.kind === "heading") scanInline(text,
    leaf.segments, inline);
  inline.links.sort((a, b) => a.span.from - b.span.from);
  const headings = readHeadings(text, blocks.leaves);
  const sections = new SectionFinder(headings);
  const inItems = new Set<number>();
  for (const item of blocks.items) for (let line = item.line; line <= item.lastLine; line++) inItems.add(line);
  const diagnostics: Diagnostic[] = [...properties.diagnostics];
  const path = file.path;
  const slash = path.lastIndexOf("/");
  const note: PlainNote = {
    path, folder: slash < 0 ? "" : path.slice(0, slash), name: path.slice(slash + 1).replace(/\.md$/i, ""),
    created: file.created ?? 0, modified: file.modified ?? 0, size: file.size ?? text.length,
    properties: new Map(properties.entries.map((e): [string, Value] => [e.key, e.node.value])),
    propertySpans: new Map(properties.entries.map((e) => [e.key, e.node.span])),
    propertiesWhole: properties.whole,
    propertyBlock: properties.block,
    fields: readTextFields(text, blocks, inItems),
    tags: [...propertyTags(properties), ...inline.tags],
    aliases: readAliases(properties),
    links: [...own, ...inline.links],
    headings,
    blocks: readFences(text, blocks.leaves, sections, diagnostics),
    items: readItems(text, blocks.items, inline.links, sections),
    anchors: readAnchors(text, blocks.leaves),
    diagnostics,
  };
  return judge({ note, text, entries: properties.entries }, names);
}

function lineOf(text: string, offset: number): number {
  let line = 0;
  for (let at = lineEnd(text, 0); at < offset; at = lineEnd(text, at)) {
    at = behindBreak(text, at);
    if (at > offset) break;
    line++;
  }
  return line;
}

function readHeadings(text: string, leaves: readonly Leaf[]): Heading[] {
  const top = leaves.filter((l) => l.kind === "heading" && !l.quoted && l.item < 0);
  const starts = top.map((l) => lineStart(text, l.segments[0]?.from ?? 0));
  const headings: Heading[] = [];
  // From the end: the next heading of the same or a higher level is the first one on the stack that is not deeper.
  const open: { level: number; from: number }[] = [];
  for (let i = top.length - 1; i >= 0; i--) {
    const leaf = top[i];
    const first = leaf?.segments[0];
    const last = leaf?.segments[leaf.segments.length - 1];
    if (!leaf || !first || !last) continue;
    while (open.length > 0 && (open[open.length - 1]?.level ?? 0) > leaf.level) open.pop();
    const end = lineEnd(text, last.to);
    // A setext heading has its underline on the next line.
    const setext = leaf.segments.length > 1 || !/^[ \t]*#/.test(text.slice(starts[i] ?? 0, (starts[i] ?? 0) + 200));
    const behind = setext ? lineEnd(text, behindBreak(text, end)) : end;
    const body = { from: behindBreak(text, behind), to: open[open.length - 1]?.from ?? text.length };
    headings.push({ level: leaf.level, text: leaf.segments.map((s) => text.slice(s.from, s.to)).join(" "),
      line: first.line,
      span: { from: starts[i] ?? 0, to: behind }, body });
    open.push({ level: leaf.level, from: starts[i] ?? 0 });
  }
  return headings.reverse();
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== "\n" && text[at - 1] !== "\r") at--;
  return at;
}

/** The nearest heading above a line; asked with rising lines. */
class SectionFinder {
  constructor(private readonly headings: readonly Heading[]) {}

  above(line: number): string | undefined {
    let low = -1;
    let high = this.headings.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.headings[middle]?.line ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return this.headings[low]?.text;
  }
}

function readFences(text: string, leaves: readonly Leaf[], sections: SectionFinder,
  diagnostics: Diagnostic[]): Block[] {
  const found: Block[] = [];
  for (const leaf of leaves) {
    const fence = leaf.fence;
    if (!fence) continue;
    const word = /^[^\s{]*/.exec(fence.info)?.[0] ?? "";
    const section = sections.above(fence.line);
    const textFrom = leaf.segments[0]?.from ?? fence.textEnd;
    const lastSegment = leaf.segments[leaf.segments.length - 1];
    const textSpan = lastSegment ? span(textFrom, lastSegment.to) : span(textFrom, textFrom);
    const inner = fence.nested
      ? { text: leaf.segments.map((s) => text.slice(s.from, s.to)).join("\n"),
        lineStarts: leaf.segments.map((s) => s.from) }
      : { text: text.slice(textSpan.from, textSpan.to) };
    if (!fence.closed) {
      diagnostics.push(warning("fence-unclosed",
        `The code block has no closing '${fence.marker.repeat(fence.length)}'; it goes on to the end.`,
        span(fence.from, lineEnd(text, fence.from))));
    }
    found.push({ language: word.toLowerCase(), info: fence.info.slice(word.length).trim(), ...inner,
      span: span(fence.from, fence.to), textSpan,
      line: fence.line, closed: fence.closed, ...(section === undefined ? {} : { section }) });
  }
  return found;
}

function readItems(text: string, raw: readonly RawItem[], links: readonly Link[], sections: SectionFinder): ListItem[] {
  const byLine = new Map<number, Link[]>();
  for (const link of links) {
    const same = byLine.get(link.line);
    if (same) same.push(link);
    else byLine.set(link.line, [link]);
  }
  return raw.map((item) => {
    const flat = new Flat(text, item.segments);
    const section = sections.above(item.line);
    const lines: string[] = [];
    for (const s of item.segments) {
      while (lines.length < s.line - item.line) lines.push("");
      lines.push(text.slice(s.from, s.to));
    }
    const own: Link[] = [];
    for (let line = item.line; line <= item.lastLine; line++) for (const link of byLine.get(line) ?? []) own.push(link);
    const blockId = ANCHOR.exec(lastPiece(lines.join("\n")))?.[1];
    const body = lines.join("\n");
    return {
      line: item.line, lineCount: item.lastLine - item.line + 1, text: body, span: span(item.from, item.to),
      parent: item.parent < 0 ? null : item.parent, task: item.task, symbol: item.symbol, list: item.list,
      ...(item.quoted ? { quoted: true } : {}),
      ...(section === undefined ? {} : { section }), ...(blockId === undefined ? {} : { blockId }),
      tags: textTags(body), links: own,
      fields: readFields(flat, "text", { line: item.task === null, shorthands: true }),
    };
  });
}

const ANCHOR = /(?:^|\s)\^([A-Za-z0-9-]+)$/;

/** The end of a text, where its block id may stand: no pattern is let loose on more. */
function lastPiece(text: string): string {
  return text.slice(-200).trimEnd();
}

function readAnchors(text: string, leaves: readonly Leaf[]): Anchor[] {
  const found: Anchor[] = [];
  for (const leaf of leaves) {
    const last = leaf.segments[leaf.segments.length - 1];
    if (!last || leaf.item >= 0 || leaf.kind !== "paragraph") continue;
    const id = ANCHOR.exec(lastPiece(text.slice(last.from, last.to)))?.[1];
    if (id !== undefined) found.push({ id, line: last.line, span: span(last.to - id.length - 1, last.to) });
  }
  return found;
}

/** Tags in a text as Dataview tells them on list items: a `#` anywhere, up to a blank or punctuation. */
function textTags(text: string): string[] {
  const found = new Set<string>();
  for (let at = text.indexOf("#"); at >= 0; at = text.indexOf("#", at + 1)) {
    const word = /^#[^\s,;.:!?'"`()[\]{}]+/.exec(text.slice(at, at + 500))?.[0] ?? "";
    if (word.length > 1 && !/[\u2000-\u206F\u2E00-\u2E7F!"#$%&()*+,.:;<=>?@^`{|}~[\]\\\s']/.test(word.slice(1)
      .replace(/\u200d/g, ""))) found.add(word);
    if (word !== "") at += word.length - 1;
  }
  return [...found];
}

/** Fields of every line that is no list item's: Dataview looks at code, comments and HTML as well. */
function readTextFields(text: string, blocks: Blocks, inItems: ReadonlySet<number>): InlineField[] {
  const found: InlineField[] = [];
  for (const leaf of blocks.leaves) {
    if (leaf.kind === "rule" || leaf.item >= 0) continue;
    const place = leaf.kind === "fence" || leaf.kind === "code" ? "code" : leaf.kind === "comment" ? "comment"
      : leaf.kind === "html" ? "html" : "text";
    for (const s of leaf.segments) {
      if (inItems.has(s.line) || s.to - s.from > 40_000) continue;
      let from = s.from;
      while (from < s.to && (text[from] === " " || text[from] === "\t")) from++;
      found.push(...readFields(new Flat(text, [{ ...s, from }]), place, { line: true, shorthands: false }));
    }
  }
  return found;
}

const TAG_KEYS = new Set(["tags", "tag"]);
const ALIAS_KEYS = new Set(["aliases", "alias"]);

function propertyTags(properties: Properties): Tag[] {
  return propertyNodes(properties.entries, TAG_KEYS).flatMap(scalarsOf).filter((s) => s.value !== null
    && s.value !== false).flatMap((s) => {
    const quote = s.style === "single" || s.style === "double" ? 1 : 0;
    const tags: Tag[] = [];
    for (const m of s.text.slice(0, 20_000).matchAll(/[^,\s]+/g)) {
      const name = m[0].replace(/^#/, "");
      if (name === "") continue;
      const from = s.span.from + quote + m.index;
      tags.push({ name, from: "property", span: s.style === "plain" || quote ? { from, to: from + m[0].length }
        : s.span });
    }
    return tags;
  });
}

function readAliases(properties: Properties): string[] {
  return propertyNodes(properties.entries, ALIAS_KEYS).flatMap((node) => node.kind === "scalar"
    ? node.text.split(",") : scalarsOf(node).map((s) => s.text)).map((a) => a.trim()).filter((a) => a !== "");
}

/** Links in properties: strings that are one link and nothing else, as Obsidian counts them. */
function propertyLinks(properties: Properties, text: string): Link[] {
  if (!properties.block) return [];
  const found: Link[] = [];
  let line = 0;
  let counted = 0;
  for (const scalar of properties.entries.flatMap((e) => scalarsOf(e.node))) {
    const value = scalar.text.trim();
    if (!/^\[\[[^[\]]+\]\]$/.test(value.slice(0, 2000))) continue;
    for (; counted < scalar.span.from; line++) {
      const next = behindBreak(text, lineEnd(text, counted));
      if (next > scalar.span.from || next === counted) break;
      counted = next;
    }
    found.push({ ...splitWikilink(value.slice(2, -2)), embed: false, external: false, from: "property", line,
      span: scalar.span });
  }
  return found;
}
