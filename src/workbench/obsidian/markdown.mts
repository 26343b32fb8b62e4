/**
 * The Markdown of notes: CommonMark and GitHub's additions, plus wikilinks, embeds, tags, highlights, comments, footnotes
 * and properties. One grammar serves the reading view, the editor and the metadata cache.
 */
import type { Input, SyntaxNode, Tree } from "@lezer/common";
import { GFM, parser as commonmark, type InlineContext, type MarkdownConfig } from "@lezer/markdown";
import { tags as t } from "@lezer/highlight";

const bracket = 91, bang = 33, hash = 35, equals = 61, percent = 37, caret = 94;

/** `[[target#part|label]]` and `![[…]]`. */
function wikilink(cx: InlineContext, next: number, pos: number): number {
  const embed = next === bang;
  const open = embed ? pos + 1 : pos;
  if (cx.char(open) !== bracket || cx.char(open + 1) !== bracket) return -1;
  const rest = cx.slice(open + 2, cx.end);
  const close = rest.indexOf("]]");
  if (close <= 0) return -1;
  const inner = rest.slice(0, close);
  if (inner.includes("\n") || inner.includes("[[")) return -1;
  const end = open + 2 + close + 2;
  return cx.addElement(cx.elt(embed ? "Embed" : "Wikilink", pos, end, [
    cx.elt("WikilinkMark", pos, open + 2), cx.elt("WikilinkText", open + 2, end - 2), cx.elt("WikilinkMark", end - 2, end),
  ]));
}

/** Letters, digits, `_`, `-`, `/` and what is not ASCII; at least one that is no digit. */
const tagPattern = /^#((?:[\p{L}\p{N}\p{Extended_Pictographic}_/-]|\u200d|\ufe0f)+)/u;

function tag(cx: InlineContext, next: number, pos: number): number {
  if (next !== hash) return -1;
  const before = pos > cx.offset ? cx.slice(pos - 1, pos) : " ";
  if (!/\s/.test(before)) return -1;
  const found = tagPattern.exec(cx.slice(pos, Math.min(cx.end, pos + 200)));
  if (found?.[1] === undefined || /^[\d/]+$/.test(found[1])) return -1;
  return cx.addElement(cx.elt("Tag", pos, pos + found[0].length));
}

const highlightDelimiter = { resolve: "Highlight", mark: "HighlightMark" };

function highlight(cx: InlineContext, next: number, pos: number): number {
  if (next !== equals || cx.char(pos + 1) !== equals || cx.char(pos + 2) === equals) return -1;
  const before = cx.slice(Math.max(cx.offset, pos - 1), pos);
  const after = cx.slice(pos + 2, Math.min(cx.end, pos + 3));
  return cx.addDelimiter(highlightDelimiter, pos, pos + 2, !/^\s?$/.test(after), !/^\s?$/.test(before));
}

function comment(cx: InlineContext, next: number, pos: number): number {
  if (next !== percent || cx.char(pos + 1) !== percent) return -1;
  const close = cx.slice(pos + 2, cx.end).indexOf("%%");
  return close < 0 ? -1 : cx.addElement(cx.elt("NoteComment", pos, pos + 4 + close));
}

function footnoteReference(cx: InlineContext, next: number, pos: number): number {
  if (next !== bracket || cx.char(pos + 1) !== caret) return -1;
  const found = /^\[\^([^\]\s]+)\]/.exec(cx.slice(pos, Math.min(cx.end, pos + 200)));
  return found === null ? -1 : cx.addElement(cx.elt("FootnoteReference", pos, pos + found[0].length));
}

function blockId(cx: InlineContext, next: number, pos: number): number {
  if (next !== caret || (pos > cx.offset && !/\s/.test(cx.slice(pos - 1, pos)))) return -1;
  const found = /^\^[A-Za-z0-9-]+[ \t]*(?=\n|$)/.exec(cx.slice(pos, cx.end));
  return found === null || pos + found[0].length !== cx.end ? -1 : cx.addElement(cx.elt("BlockId", pos, pos + found[0].length));
}

const noteSyntax: MarkdownConfig = {
  defineNodes: [
    { name: "Frontmatter", block: true, style: t.meta }, "FrontmatterMark",
    { name: "CommentBlock", block: true, style: t.comment },
    { name: "FootnoteDefinition", block: true }, { name: "FootnoteLabel", style: t.labelName },
    { name: "Wikilink", style: { "Wikilink/...": t.link } }, { name: "Embed", style: { "Embed/...": t.link } },
    { name: "WikilinkMark", style: t.processingInstruction }, { name: "WikilinkText", style: t.link },
    { name: "Tag", style: t.tagName }, { name: "Highlight", style: { "Highlight/...": t.special(t.content) } },
    { name: "HighlightMark", style: t.processingInstruction },
    { name: "NoteComment", style: t.comment }, { name: "FootnoteReference", style: t.labelName },
    { name: "BlockId", style: t.meta },
  ],
  parseBlock: [
    {
      name: "Frontmatter",
      before: "LinkReference",
      parse(cx, line) {
        if (cx.lineStart !== 0 || !/^---[ \t]*$/.test(line.text)) return false;
        // Without its end it is no properties but a line across the page.
        const input = (cx as unknown as { input: Input }).input;
        if (!/\n---[ \t]*(\r?\n|$)/.test(input.read(0, input.length))) return false;
        const marks = [cx.elt("FrontmatterMark", 0, line.text.length)];
        while (cx.nextLine()) {
          if (!/^---[ \t]*$/.test(line.text)) continue;
          marks.push(cx.elt("FrontmatterMark", cx.lineStart, cx.lineStart + line.text.length));
          const end = cx.lineStart + line.text.length;
          cx.nextLine();
          cx.addElement(cx.elt("Frontmatter", 0, end, marks));
          return true;
        }
        return true;
      },
    },
    {
      name: "CommentBlock",
      before: "LinkReference",
      parse(cx, line) {
        if (line.next !== percent || !/^%%[ \t]*$/.test(line.text.slice(line.pos))) return false;
        const from = cx.lineStart + line.pos;
        let to = cx.lineStart + line.text.length;
        while (cx.nextLine()) {
          to = cx.lineStart + line.text.length;
          if (!line.text.includes("%%")) continue;
          cx.nextLine();
          break;
        }
        cx.addElement(cx.elt("CommentBlock", from, to));
        return true;
      },
    },
    {
      name: "FootnoteDefinition",
      before: "LinkReference",
      parse(cx, line) {
        const found = /^\[\^([^\]\s]+)\]:[ \t]?/.exec(line.text.slice(line.pos));
        if (found === null) return false;
        const from = cx.lineStart + line.pos;
        const start = from + found[0].length;
        let body = line.text.slice(line.pos + found[0].length);
        while (cx.nextLine() && line.text.trim() !== "" && !/^\[\^/.test(line.text)) body += `\n${line.text}`;
        cx.addElement(cx.elt("FootnoteDefinition", from, start + body.length, [
          cx.elt("FootnoteLabel", from, start), ...cx.parser.parseInline(body, start),
        ]));
        return true;
      },
    },
  ],
  parseInline: [
    { name: "Wikilink", parse: wikilink, before: "Escape" },
    { name: "FootnoteReference", parse: footnoteReference, before: "Link" },
    { name: "Tag", parse: tag }, { name: "Highlight", parse: highlight, after: "Emphasis" },
    { name: "NoteComment", parse: comment, before: "Emphasis" }, { name: "BlockId", parse: blockId },
  ],
};

/** The additions of notes, for an editor's language as well as for `parseNote`. */
export const noteExtensions = [GFM, noteSyntax];

const parser = commonmark.configure(noteExtensions);

/** The tree of a note; positions are offsets in `text`. Every text has one. */
export function parseNote(text: string): Tree {
  return parser.parse(text);
}

/** The first child of that name. */
export function childOf(node: SyntaxNode, name: string): SyntaxNode | null {
  return node.getChild(name);
}

/** All children, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** Language (first word of the info string, lower case) and body of a fence; the body has no fence, indentation or quote marks. */
export function readFence(node: SyntaxNode, text: string): { readonly language: string; readonly body: string } {
  const info = childOf(node, "CodeInfo");
  const language = info === null ? "" : text.slice(info.from, info.to).trim().split(/\s/)[0] ?? "";
  const parts = node.getChildren("CodeText");
  const body = parts.map((part) => text.slice(part.from, part.to)).join("");
  return { language, body };
}

/** A list item's task mark: the character between the brackets and where it stands, or undefined when it is no task. */
export function readTask(item: SyntaxNode, text: string): { readonly mark: string; readonly at: number; readonly end: number } | undefined {
  const listMark = childOf(item, "ListMark");
  if (listMark === null) return undefined;
  const found = /^[ \t]+\[(.)\](?=\s|$)/u.exec(text.slice(listMark.to, Math.min(item.to, listMark.to + 12)));
  if (found?.[1] === undefined) return undefined;
  const end = listMark.to + found[0].length;
  return { mark: found[1], at: end - 1 - found[1].length, end };
}

/** Target, part and label of the inside of a wikilink; `\|` counts as `|` (tables need it written so). */
export function readWikilink(inner: string): { readonly link: string; readonly label: string | undefined } {
  const bar = /\\?\|/.exec(inner);
  if (bar === null) return { link: inner.trim(), label: undefined };
  return { link: inner.slice(0, bar.index).trim(), label: inner.slice(bar.index + bar[0].length).trim() };
}

/** Path and subpath (with its `#`) of a link's text. */
export function parseLinktext(linktext: string): { path: string; subpath: string } {
  const at = linktext.indexOf("#");
  const path = at < 0 ? linktext : linktext.slice(0, at);
  return { path: path.normalize("NFC").replace(/\u00a0/g, " "), subpath: at < 0 ? "" : linktext.slice(at) };
}

export function getLinkpath(linktext: string): string {
  return parseLinktext(linktext).path;
}

/** A heading as links name it: without what a link's text cannot hold. */
export function stripHeadingForLink(heading: string): string {
  return heading.replace(/([:#|^\\]|\[\[|\]\]|%%)/g, " ").replace(/\s+/g, " ").trim();
}

/** A heading for comparing: without punctuation, single spaces, as written otherwise. */
export function stripHeading(heading: string): string {
  return heading.replace(/[!"#$%&()*+,.:;<=>?@^`{|}~/[\]\\]/g, " ").replace(/\s+/g, " ").trim();
}

