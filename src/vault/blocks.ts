/**
 * A note's body as Markdown's blocks, in one pass over its lines: containers (quotes, callouts, list items) and leaves
 * (paragraphs, headings, fences, code, HTML, comments, math). What stands inside a paragraph is `inline.ts`'s matter.
 * After CommonMark 0.31 ("Blocks and inlines", appendix on the parsing strategy), with Obsidian's `%%` and `$$`.
 */
import { behindBreak, lineEnd } from "./properties";

/** A line's text without what its containers and its indentation put before it. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** Counted from 0 in the whole note. */
  readonly line: number;
}

export type LeafKind = "paragraph" | "heading" | "fence" | "code" | "html" | "comment" | "math" | "rule";

/** A block that holds text and no blocks. */
export interface Leaf {
  readonly kind: LeafKind;
  readonly segments: Segment[];
  /** Index in `items` of the innermost item around it, or -1. */
  readonly item: number;
  /** Inside of a quote or callout. */
  readonly quoted: boolean;
  /** Of a heading, 1 to 6. */
  level: number;
  /** Of a fence. */
  readonly fence?: Fence;
}

export interface Fence {
  readonly info: string;
  readonly marker: "`" | "~";
  readonly length: number;
  /** Start of the line of the opening fence, and its first line number. */
  readonly from: number;
  readonly line: number;
  /** Columns of the opening fence. */
  readonly column: number;
  /** Behind the closing fence line, or behind the last line when it is not closed. */
  to: number;
  closed: boolean;
  /** Where the closing fence's line starts, or where the block ends. */
  textEnd: number;
  lastLine: number;
  /** Whether a line's text starts elsewhere than its line. */
  nested: boolean;
}

/** A list item as the block pass sees it. */
export interface RawItem {
  readonly line: number;
  lastLine: number;
  /** Where its marker stands. */
  readonly from: number;
  to: number;
  readonly parent: number;
  readonly symbol: string;
  readonly task: string | null;
  /** First line of the outermost list. */
  readonly list: number;
  /** Whether it stands in a quote or callout. */
  readonly quoted: boolean;
  /** The item's own lines; nested items are not among them. */
  readonly segments: Segment[];
  nested: boolean;
}

export interface Blocks {
  readonly leaves: readonly Leaf[];
  readonly items: readonly RawItem[];
  /** How many lines the whole note has. */
  readonly lines: number;
}

interface Container {
  readonly kind: "quote" | "item";
  /** Column that an item's content starts at. */
  readonly content: number;
  /** Index of the item; -1 for a quote. */
  readonly item: number;
}

/** Deeper containers are read as text: every line pays for each of its containers. */
const DEPTH_LIMIT = 100;

/** HTML blocks of CommonMark's sixth kind. */
const HTML_BLOCKS = new Set((
  "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt "
  + "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li "
  + "link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th "
  + "thead title tr track ul"
).split(" "));

/** Reads the blocks of `text` from the offset `body` on; `line` is that offset's line. */
export function readBlocks(text: string, body: number, line: number): Blocks {
  const scan = new Scan(text);
  let number = line;
  let at = body;
  while (at < text.length) {
    const end = lineEnd(text, at);
    scan.line(at, end, number);
    if (end >= text.length) break;
    at = behindBreak(text, end);
    number++;
  }
  scan.finish(text.length);
  return { leaves: scan.leaves, items: scan.items, lines: number + 1 };
}

class Scan {
  readonly leaves: Leaf[] = [];
  readonly items: RawItem[] = [];
  private containers: Container[] = [];
  private leaf: Leaf | null = null;
  /** How many containers the open leaf stands in; 0 for a comment, which no container ends. */
  private leafDepth = 0;
  /** What ends the open HTML block; null: a blank line. */
  private htmlEnd: string | null = null;
  private list: { line: number; type: string } | null = null;
  private blankBefore = true;

  // The line at hand: `at` is the first character not yet taken, `column` its column, `base` the column that the
  // innermost container's content starts at.
  private from = 0;
  private end = 0;
  private number = 0;
  private at = 0;
  private column = 0;
  private base = 0;

  constructor(private readonly text: string) {}

  line(from: number, end: number, number: number): void {
    this.from = this.at = from;
    this.end = end;
    this.number = number;
    this.column = this.base = 0;
    if (this.leaf?.kind === "comment") {
      this.continueComment();
      return;
    }
    this.skipBlank();
    const blank = this.at >= end;
    let matched = 0;
    for (const container of this.containers) {
      if (container.kind === "quote") {
        if (this.column - this.base > 3 || this.text[this.at] !== ">") break;
        this.takeQuote();
      } else if (!blank && this.at < end && this.column < container.content) break;
      else if (!blank) this.base = container.content;
      matched++;
    }
    if (this.leaf && this.leaf.kind !== "paragraph" && this.leaf.kind !== "heading" && this.leaf.kind !== "rule") {
      if (matched >= this.leafDepth && this.continueLeaf()) return;
      if (this.leaf) this.close();
    }
    const opened = this.openContainers(matched);
    if (opened) matched = this.containers.length;
    this.takeLeaf(matched, opened);
  }

  finish(end: number): void {
    if (this.leaf?.fence && !this.leaf.fence.closed) this.endFence(this.leaf.fence, end, end, this.number);
    this.leaf = null;
  }

  /** Block quotes and list items that begin on this line. */
  private openContainers(matched: number): boolean {
    let opened = false;
    while (this.at < this.end && this.containers.length < DEPTH_LIMIT) {
      const indent = this.column - this.base;
      const c = this.text[this.at];
      if (c === ">" && indent <= 3) {
        this.leave(opened ? this.containers.length : matched);
        if (this.innermost() < 0) this.list = null;
        this.containers.push({ kind: "quote", content: 0, item: -1 });
        this.takeQuote();
        opened = true;
        continue;
      }
      const marker = this.marker();
      if (!marker) break;
      const whole = opened || matched === this.containers.length;
      const inParagraph = this.leaf?.kind === "paragraph" && whole && !opened;
      // CommonMark has indented code at four columns; a list that goes deeper by two tabs at once is a list in
      // Obsidian.
      if (indent >= 4 && !(this.leaf?.kind === "paragraph" && this.leaf.item >= 0)) break;
      if (inParagraph && (marker.empty || (marker.ordered && marker.symbol !== "1." && marker.symbol !== "1)"))
        && this.leaf?.item === -1) break;
      this.leave(opened ? this.containers.length : matched);
      this.openItem(marker);
      opened = true;
    }
    return opened;
  }

  private openItem(marker: Marker): void {
    const parent = this.innermost();
    if (parent < 0) {
      const type = marker.ordered ? marker.symbol.slice(-1) : marker.symbol;
      if (!this.list || this.list.type !== type) this.list = { line: this.number, type };
    } else {
      const above = this.items[parent];
      if (above) above.nested = true;
    }
    const from = this.at;
    this.at += marker.symbol.length;
    this.column += marker.symbol.length;
    const behind = this.column;
    this.skipBlank();
    const gap = this.column - behind;
    const content = this.at >= this.end || gap > 4 ? behind + 1 : this.column;
    const box = /^\[(.|[\ud800-\udbff][\udc00-\udfff])\](?=\s)/.exec(this.text.slice(this.at,
      Math.min(this.end, this.at + 6)));
    // Dataview drops an empty or unspaced box from the text as well, though it makes no task.
    const dropped = box ?? /^\[.?\]/.exec(this.text.slice(this.at, Math.min(this.end, this.at + 4)));
    const linkLike = dropped && !box && /^[([:]/.test(this.text.slice(this.at + dropped[0].length,
      this.at + dropped[0].length + 1));
    if (dropped && !linkLike) {
      this.at += dropped[0].length;
      this.column += dropped[0].length;
      this.skipBlank();
    }
    this.items.push({ line: this.number, lastLine: this.number, from, to: this.trimmedEnd(), parent,
      symbol: marker.symbol, task: box?.[1] ?? null,
      list: this.list?.line ?? this.number, quoted: this.containers.some((c) => c.kind === "quote"), segments: [],
        nested: false });
    this.containers.push({ kind: "item", content, item: this.items.length - 1 });
    this.base = this.column;
    if (this.at >= this.end) this.addToItem({ from: this.at, to: this.at, line: this.number });
  }

  /** What is left of the line, as a leaf or a part of one. */
  private takeLeaf(matched: number, opened: boolean): void {
    const paragraph = this.leaf?.kind === "paragraph" && !opened ? this.leaf : null;
    if (this.at >= this.end) {
      this.close();
      this.blankBefore = true;
      return;
    }
    const whole = matched === this.containers.length;
    const indent = this.column - this.base;
    const rest = this.text.slice(this.at, Math.min(this.end, this.at + 200));
    if (paragraph && whole && indent <= 3 && /^(=+|-+)$/.test(this.text.slice(this.at, this.trimmedEnd()))) {
      this.leaf = { ...paragraph, kind: "heading", level: rest[0] === "=" ? 1 : 2 };
      this.leaves[this.leaves.length - 1] = this.leaf;
      this.addToItem(this.rest());
      this.close();
      return;
    }
    const starts = this.leafKind(rest, indent, paragraph !== null);
    if (paragraph && starts === "paragraph") {
      paragraph.segments.push(this.rest());
      this.addToItem(this.rest());
      return;
    }
    if (!whole) this.leave(matched);
    if (this.innermost() < 0 && !opened) this.list = null;
    this.open(starts, rest);
    this.blankBefore = false;
  }

  private leafKind(rest: string, indent: number, inParagraph: boolean): LeafKind {
    const inItem = this.innermost() >= 0;
    if (indent >= 4 && !inParagraph && !inItem && (this.blankBefore || this.leaf === null)) return "code";
    if (indent >= 4 && !inItem) return "paragraph";
    const c = rest[0];
    if (c === "#" && /^#{1,6}(?:[ \t]|$)/.test(rest)) return "heading";
    if ((c === "`" || c === "~") && this.fenceOpening()) return "fence";
    if ((c === "-" || c === "*" || c === "_") && isRule(this.text.slice(this.at, this.trimmedEnd()))) return "rule";
    if (c === "%" && rest.startsWith("%%") && !this.closesOnLine("%%", 2)) return "comment";
    if (c === "$" && rest.startsWith("$$") && !this.closesOnLine("$$", 2)) return "math";
    if (c === "<" && this.htmlOpening(rest, inParagraph)) return "html";
    return "paragraph";
  }

  private open(kind: LeafKind, rest: string): void {
    this.close();
    const base = { item: this.innermost(), quoted: this.containers.some((c) => c.kind === "quote"), level: 0 };
    this.leafDepth = kind === "comment" ? 0 : this.containers.length;
    if (kind === "fence") {
      const found = this.fenceOpening();
      const marker = found?.marker ?? "`";
      const length = found?.length ?? 3;
      const fence: Fence = {
        info: this.text.slice(this.at + length, this.trimmedEnd()).trim(), marker, length, from: this.from,
          line: this.number, column: this.column,
        to: this.end, closed: false, textEnd: behindBreak(this.text, this.end), lastLine: this.number,
          nested: this.containers.length > 0 || this.column > 0,
      };
      this.leaf = { kind, segments: [], ...base, fence };
    } else if (kind === "heading") {
      const level = /^#+/.exec(rest)?.[0].length ?? 1;
      this.leaf = { kind, segments: [this.headingText(level)], ...base, level };
    } else {
      this.leaf = { kind, segments: [this.rest()], ...base };
    }
    this.leaves.push(this.leaf);
    this.addToItem(this.rest());
    if (kind === "html" && this.htmlEnd !== null && this.restHas(this.htmlEnd)) this.close();
    if (kind === "heading" || kind === "rule") this.leaf = null;
  }

  /** Takes the line into the open fence, code, HTML or math; false when it does not belong to it. */
  private continueLeaf(): boolean {
    const leaf = this.leaf;
    if (!leaf) return false;
    const blank = this.at >= this.end;
    if (leaf.fence) {
      const fence = leaf.fence;
      if (this.isFenceClosing(fence)) {
        this.addToItem(this.rest());
        this.endFence(fence, this.end, this.from, this.number);
        fence.closed = true;
        this.close();
        return true;
      }
      const start = this.fenceLineStart(fence);
      leaf.segments.push({ from: start, to: this.end, line: this.number });
      this.addToItem(this.rest());
      return true;
    }
    if (leaf.kind === "code") {
      if (!blank && this.column - this.base < 4) return false;
      leaf.segments.push(this.rest());
      return true;
    }
    if (leaf.kind === "html" && this.htmlEnd === null && blank) return false;
    leaf.segments.push(this.rest());
    this.addToItem(this.rest());
    if (leaf.kind === "html" && this.htmlEnd !== null && this.restHas(this.htmlEnd)) this.close();
    else if (leaf.kind === "math" && this.restHas("$$")) this.close();
    return true;
  }

  private continueComment(): void {
    this.skipBlank();
    this.leaf?.segments.push(this.rest());
    if (this.restHas("%%")) this.close();
  }

  private close(): void {
    const leaf = this.leaf;
    if (leaf?.fence && !leaf.fence.closed && leaf.fence.lastLine === leaf.fence.line) {
      this.endFence(leaf.fence, this.previousEnd(), this.from, this.number - 1);
    }
    this.leaf = null;
    this.htmlEnd = leaf?.kind === "html" ? null : this.htmlEnd;
    this.blankBefore = leaf !== null && leaf.kind !== "paragraph";
  }

  private endFence(fence: Fence, to: number, textEnd: number, lastLine: number): void {
    fence.to = to;
    fence.textEnd = Math.max(textEnd, Math.min(fence.textEnd, to));
    fence.lastLine = lastLine;
  }

  /** Closes the containers from `depth` on, with the leaf in them. */
  private leave(depth: number): void {
    if (this.leaf) this.close();
    this.containers.length = depth;
  }

  private innermost(): number {
    for (let i = this.containers.length - 1; i >= 0; i--) {
      const item = this.containers[i]?.item ?? -1;
      if (item >= 0) return item;
    }
    return -1;
  }

  private addToItem(segment: Segment): void {
    const item = this.items[this.innermost()];
    if (!item || item.nested) return;
    item.segments.push(segment);
    item.lastLine = this.number;
    item.to = Math.max(segment.to, item.from);
  }

  private takeQuote(): void {
    this.at++;
    this.column++;
    if (this.text[this.at] === " " || this.text[this.at] === "\t") {
      this.column += this.text[this.at] === "\t" ? 4 - (this.column % 4) : 1;
      this.at++;
    }
    this.base = this.column;
    this.skipBlank();
  }

  private skipBlank(): void {
    while (this.at < this.end) {
      const c = this.text.charCodeAt(this.at);
      if (c === 32) this.column++;
      else if (c === 9) this.column += 4 - (this.column % 4);
      else return;
      this.at++;
    }
  }

  private rest(): Segment {
    return { from: this.at, to: this.trimmedEnd(), line: this.number };
  }

  private trimmedEnd(): number {
    let to = this.end;
    while (to > this.at && /\s/.test(this.text.charAt(to - 1))) to--;
    return to;
  }

  private previousEnd(): number {
    const before = this.from - 1;
    return before > 0 && this.text[before] === "\n" && this.text[before - 1] === "\r" ? before - 1 : Math.max(before,
      0);
  }

  private restHas(word: string): boolean {
    return word === "" || this.text.slice(this.at, this.end).toLowerCase().includes(word);
  }

  private closesOnLine(word: string, from: number): boolean {
    const found = this.text.indexOf(word, this.at + from);
    return found >= 0 && found < this.end;
  }

  private headingText(level: number): Segment {
    let from = this.at + level;
    let to = this.trimmedEnd();
    while (from < to && /\s/.test(this.text.charAt(from))) from++;
    let hashes = to;
    while (hashes > from && this.text[hashes - 1] === "#") hashes--;
    if (hashes < to && (hashes === from || /\s/.test(this.text.charAt(hashes - 1)))) to = hashes;
    while (to > from && /\s/.test(this.text.charAt(to - 1))) to--;
    return { from, to, line: this.number };
  }

  private fenceOpening(): { marker: "`" | "~"; length: number } | null {
    const marker = this.text[this.at] === "~" ? "~" : "`";
    let to = this.at;
    while (to < this.end && this.text[to] === marker) to++;
    const length = to - this.at;
    if (length < 3) return null;
    if (marker === "`" && this.text.slice(to, this.end).includes("`")) return null;
    return { marker, length };
  }

  private isFenceClosing(fence: Fence): boolean {
    let to = this.at;
    while (to < this.end && this.text[to] === fence.marker) to++;
    return to - this.at >= fence.length && this.column - Math.max(this.base, fence.column) <= 3 && this.text.slice(to,
      this.end).trim() === "";
  }

  /**
   * Where a line's text inside of a fence starts: behind the containers and at most as many blanks as the fence has.
   */
  private fenceLineStart(fence: Fence): number {
    let column = 0;
    for (let at = this.from; at < this.at; at++) {
      const c = this.text.charCodeAt(at);
      const next = c === 9 ? column + 4 - (column % 4) : column + 1;
      // A tab that reaches over the fence's column is the text's, and so is all that is blank from that column on.
      if (next > fence.column && isBlank(this.text, at, this.at)) return at;
      column = next;
    }
    return this.at;
  }

  private htmlOpening(rest: string, inParagraph: boolean): boolean {
    const lower = rest.toLowerCase();
    const verbatim = /^<(script|pre|style|textarea)(?=[\s>]|$)/.exec(lower);
    if (verbatim) this.htmlEnd = `</${verbatim[1]}>`;
    else if (lower.startsWith("<!--")) this.htmlEnd = "-->";
    else if (lower.startsWith("<?")) this.htmlEnd = "?>";
    else if (/^<![a-z]/.test(lower)) this.htmlEnd = ">";
    else if (HTML_BLOCKS.has(/^<\/?([a-z][a-z0-9]*)(?=[\s/>]|$)/.exec(lower)?.[1] ?? "")) this.htmlEnd = null;
    else if (!inParagraph && /^<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>$/.test(lower.trim())
      && this.end - this.at < 200) this.htmlEnd = null;
    else return false;
    return true;
  }

  private marker(): Marker | null {
    const c = this.text.charCodeAt(this.at);
    let to = this.at;
    let ordered = false;
    if (c === 45 || c === 42 || c === 43) {
      to++;
    } else if (c >= 48 && c <= 57) {
      while (to < this.end && to - this.at < 9 && this.text.charCodeAt(to) >= 48
        && this.text.charCodeAt(to) <= 57) to++;
      if (this.text[to] !== "." && this.text[to] !== ")") return null;
      to++;
      ordered = true;
    } else return null;
    if (to < this.end && this.text[to] !== " " && this.text[to] !== "\t") return null;
    if (!ordered && isRule(this.text.slice(this.at, this.trimmedEnd()))) return null;
    return { symbol: this.text.slice(this.at, to), ordered, empty: this.text.slice(to, this.end).trim() === "" };
  }
}

interface Marker {
  readonly symbol: string;
  readonly ordered: boolean;
  readonly empty: boolean;
}

/** Whether there are blanks alone from `from` to `to`. */
function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text[i] !== " " && text[i] !== "\t") return false;
  return true;
}

/** A ruler: three or more of one of `-*_`, blanks between them allowed. */
function isRule(line: string): boolean {
  const c = line[0];
  // Nobody draws a ruler that long, and a line of many markers would be looked through for each of them.
  if ((c !== "-" && c !== "*" && c !== "_") || line.length > 1000) return false;
  let count = 0;
  for (const d of line) {
    if (d === c) count++;
    else if (d !== " " && d !== "\t") return false;
  }
  return count >= 3;
}
