/**
 * What stands inside of a paragraph, heading or table row: links, embeds, tags, addresses. Code, math, comments and
 * HTML
 * tags are skipped. Every search that fails is remembered, so that a paragraph takes time in step with its length.
 */
import type { Segment } from "./blocks";
import type { Link, Tag } from "./model";

export interface Inline {
  readonly links: Link[];
  readonly tags: Tag[];
}

/** Scans the lines of one leaf (they belong together: code may span them) and adds what it finds to `into`. */
export function scanInline(text: string, segments: readonly Segment[], into: Inline): void {
  const flat = new Flat(text, segments);
  if (/[[#`<%$:\\]/.test(flat.text)) new Scanner(flat, into).run();
}

/** The lines of a leaf as one text, joined by line breaks, with the way back to the note. */
export class Flat {
  readonly text: string;
  private readonly starts: number[] = [];

  constructor(source: string, private readonly segments: readonly Segment[]) {
    let at = 0;
    for (const s of segments) {
      this.starts.push(at);
      at += s.to - s.from + 1;
    }
    const first = segments[0];
    this.text = segments.length === 1 && first ? source.slice(first.from, first.to)
      : segments.map((s) => source.slice(s.from, s.to)).join("\n");
  }

  /** Index of the segment that holds an offset of `text`. */
  private index(at: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The note's offset of an offset of `text`. */
  offset(at: number): number {
    const i = this.index(at);
    return (this.segments[i]?.from ?? 0) + at - (this.starts[i] ?? 0);
  }

  /** The note's line of an offset of `text`. */
  line(at: number): number {
    return this.segments[this.index(at)]?.line ?? 0;
  }
}

class Scanner {
  private readonly text: string;
  private at = 0;
  /** Where `[` stand that may open a Markdown link. */
  private readonly brackets: number[] = [];
  private codeEnds: Map<number, number> | null = null;
  private noMath = false;
  /** Where the next of a word stands, looked up once per stretch. */
  private readonly ahead = new Map<string, number>();

  constructor(private readonly flat: Flat, private readonly into: Inline) {
    this.text = flat.text;
  }

  run(): void {
    const text = this.text;
    while (this.at < text.length) {
      const at = this.at;
      switch (text.charCodeAt(at)) {
        case 92: // \
          this.at += 2;
          break;
        case 96: // `
          this.code();
          break;
        case 37: // %
          if (text[at + 1] === "%") this.skipTo(this.next("%%", at + 2), 2, 2);
          else this.at++;
          break;
        case 36: // $
          this.math();
          break;
        case 60: // <
          this.angle();
          break;
        case 91: // [
          if (text[at + 1] === "[") this.wikilink();
          else this.openBracket();
          break;
        case 93: // ]
          this.closeBracket();
          break;
        case 35: // #
          this.tag();
          break;
        case 58: // :
          if (text.startsWith("://", at)) this.address();
          else this.at++;
          break;
        default:
          this.at++;
      }
    }
  }

  /** The next place of `word` at or behind `from`, or -1. Asked with growing `from`, it costs one pass in all. */
  private next(word: string, from: number): number {
    const known = this.ahead.get(word);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    const found = this.text.indexOf(word, from);
    this.ahead.set(word, found);
    return found;
  }

  /** Goes behind `found` plus `length`; when there is none, over the `own` characters of the opening. */
  private skipTo(found: number, length: number, own: number): void {
    this.at = found < 0 ? this.at + own : found + length;
  }

  private code(): void {
    this.codeEnds ??= matchBackticks(this.text);
    const end = this.codeEnds.get(this.at);
    if (end !== undefined) {
      this.at = end;
      return;
    }
    while (this.text[this.at] === "`") this.at++;
  }

  /** `$x$` as Obsidian has it: no blank inside of the dollars, no digit behind them. */
  private math(): void {
    const text = this.text;
    if (text[this.at + 1] === "$") {
      this.skipTo(this.next("$$", this.at + 2), 2, 2);
      return;
    }
    this.at++;
    if (this.noMath || /\s/.test(text[this.at] ?? " ")) return;
    for (let to = text.indexOf("$", this.at); to >= 0; to = text.indexOf("$", to + 1)) {
      if (/\s/.test(text[to - 1] ?? " ") || /\d/.test(text[to + 1] ?? " ")) continue;
      this.at = to + 1;
      return;
    }
    this.noMath = true;
  }

  private angle(): void {
    const text = this.text;
    if (text.startsWith("<!--", this.at)) {
      this.skipTo(this.next("-->", this.at + 4), 3, 4);
      return;
    }
    const close = this.next(">", this.at + 1);
    if (close < 0 || !/[a-z/!]/i.test(text[this.at + 1] ?? " ")) {
      this.at++;
      return;
    }
    const inside = close - this.at < 4096 ? text.slice(this.at + 1, close) : "";
    if (/^[a-z][a-z0-9+.-]{1,31}:[^\s<]*$/i.test(inside)) {
      this.addLink(inside, undefined, false, this.at, close + 1, true);
      this.at = close + 1;
    } else if (/^[/!]?[a-z][^<]*$/i.test(inside)) this.at = close + 1;
    else this.at++;
  }

  private wikilink(): void {
    const text = this.text;
    const at = this.at;
    const close = this.next("]]", at + 2);
    const inside = close < 0 || close - at > 4096 ? "" : text.slice(at + 2, close);
    if (inside.trim() === "" && !(close === at + 2)) {
      this.openBracket();
      return;
    }
    // No name of a file has a bracket; a label may.
    if (inside.includes("\n") || /^[^|#]*\[/.test(inside)) {
      this.openBracket();
      return;
    }
    const embed = text[at - 1] === "!" && text[at - 2] !== "\\";
    if (inside !== "") this.into.links.push(this.wiki(inside, embed, embed ? at - 1 : at, close + 2));
    this.at = close + 2;
  }

  private wiki(inside: string, embed: boolean, from: number, to: number): Link {
    return { ...splitWikilink(inside), embed, external: false, from: "body", line: this.flat.line(from),
      span: { from: this.flat.offset(from), to: this.flat.offset(to - 1) + 1 } };
  }

  private openBracket(): void {
    this.brackets.push(this.at);
    this.at++;
  }

  private closeBracket(): void {
    const text = this.text;
    const open = this.brackets.pop();
    this.at++;
    if (open === undefined) return;
    const embed = text[open - 1] === "!";
    const from = embed ? open - 1 : open;
    if (text[this.at] === "(") {
      const found = readDestination(text, this.at + 1);
      if (!found) return;
      this.addLink(found.destination, text.slice(open + 1, this.at - 1), embed, from, found.to);
      this.at = found.to;
    } else if (text[this.at] === ":" && (open === 0 || text[open - 1] === "\n") && text[open + 1] !== "^") {
      const found = /^:[ \t]*(<[^<>\n]{1,2000}>|[^\s<][^\s]{0,2000})/.exec(text.slice(this.at, this.at + 2100));
      const to = this.at + (found?.[0].length ?? 0);
      if (!found) return;
      this.addLink((found[1] ?? "").replace(/^<(.*)>$/, "$1"), text.slice(open + 1, this.at - 1), false, from, to);
      this.at = to;
    }
  }

  private addLink(destination: string, label: string | undefined, embed: boolean, from: number, to: number,
    isExternal = false): void {
    const external = isExternal || /^[a-z][a-z0-9+.-]*:/i.test(destination) || destination.startsWith("//");
    const hash = external ? -1 : destination.indexOf("#");
    const target = external ? destination : decode(hash < 0 ? destination : destination.slice(0, hash));
    this.into.links.push({
      target, ...(hash >= 0 ? { subpath: decode(destination.slice(hash + 1)) } : {}),
        ...(label !== undefined && label !== "" ? { label } : {}),
      embed, external, from: "body", line: this.flat.line(from), span: { from: this.flat.offset(from),
        to: this.flat.offset(to - 1) + 1 },
    });
  }

  /**
   * A bare `https://…`: up to a blank, without the punctuation that ends a sentence (GitHub Flavored Markdown,
   * "Autolinks").
   */
  private address(): void {
    const text = this.text;
    let from = this.at;
    while (from > 0 && this.at - from < 12 && /[a-z0-9+.-]/i.test(text[from - 1] ?? " ")) from--;
    const scheme = text.slice(from, this.at).toLowerCase();
    let to = this.at + 3;
    let depth = 0;
    for (; to < text.length; to++) {
      const c = text.charAt(to);
      if (/[\s<>"`|]/.test(c)) break;
      if (c === "(") depth++;
      else if (c === ")" && --depth < 0) break;
      else if (c === "]" || (c === "[" && text[to + 1] === "[")) break;
    }
    while (to > this.at + 3 && /[.,;:!?'*_~]/.test(text[to - 1] ?? " ")) to--;
    if ((scheme === "http" || scheme === "https") && to > this.at + 3) this.addLink(text.slice(from, to), undefined,
      false, from, to, true);
    this.at = Math.max(to, this.at + 1);
  }

  private tag(): void {
    const text = this.text;
    const before = text[this.at - 1] ?? " ";
    let to = this.at + 1;
    while (to < text.length && isTagCharacter(text.charCodeAt(to))) to++;
    const name = text.slice(this.at + 1, to);
    if (name !== "" && !/^\d+$/.test(name) && before !== "#" && before !== "&"
      && !isTagCharacter(before.charCodeAt(0))) {
      this.into.tags.push({ name, from: "body", span: { from: this.flat.offset(this.at),
        to: this.flat.offset(to - 1) + 1 } });
    }
    this.at = Math.max(to, this.at + 1);
  }
}

/** The parts of `target#subpath|label`, as written; in a table the `|` is escaped. */
export function splitWikilink(inside: string): Pick<Link, "target" | "subpath" | "label"> {
  const bar = inside.indexOf("|");
  const place = bar < 0 ? inside : inside.slice(0, inside[bar - 1] === "\\" ? bar - 1 : bar);
  const hash = place.indexOf("#");
  return {
    target: hash < 0 ? place : place.slice(0, hash),
    ...(hash < 0 ? {} : { subpath: place.slice(hash + 1) }),
    ...(bar < 0 ? {} : { label: inside.slice(bar + 1) }),
  };
}


/**
 * Characters of a tag: letters, digits, `_`, `-`, `/`, emoji; not blanks nor ASCII or general punctuation
 * (Obsidian Help, "Tags", Tag format).
 */
export function isTagCharacter(c: number): boolean {
  if (c < 128) return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 45
    || c === 47;
  // Zero-width joiners and variation selectors hold emoji together.
  if (c === 0x200d) return true;
  return !(c >= 0x2000 && c <= 0x206f) && !(c >= 0x2e00 && c <= 0x2e7f) && c !== 0xa0 && c !== 0x3000 && c !== 0xfeff
    && !(c >= 128 && c < 160);
}

/** For every run of backticks that opens code: the offset behind the run of the same length that closes it. */
function matchBackticks(text: string): Map<number, number> {
  const runs: { from: number; length: number }[] = [];
  for (let i = text.indexOf("`"); i >= 0; i = text.indexOf("`", i)) {
    const from = i;
    while (text[i] === "`") i++;
    runs.push({ from, length: i - from });
  }
  const ends = new Map<number, number>();
  const nextOfLength = new Map<number, number>();
  for (let r = runs.length - 1; r >= 0; r--) {
    const run = runs[r];
    if (!run) continue;
    const next = nextOfLength.get(run.length);
    if (next !== undefined) ends.set(run.from, next + run.length);
    nextOfLength.set(run.length, run.from);
  }
  return ends;
}

/** Destination and optional title of a Markdown link, up to its closing parenthesis. */
function readDestination(text: string, from: number): { destination: string; to: number } | null {
  let at = skipSpace(text, from);
  let destination: string;
  if (text[at] === "<") {
    const end = text.slice(at, at + 2048).search(/[>\n]/);
    if (end < 0 || text[at + end] !== ">") return null;
    destination = text.slice(at + 1, at + end);
    at += end + 1;
  } else {
    const start = at;
    let depth = 0;
    for (; at < text.length && at - start < 8192; at++) {
      const c = text.charAt(at);
      if (/\s/.test(c)) break;
      if (c === "\\") at++;
      else if (c === "(") {
        // CommonMark asks for three levels at least; more than these is no address, and would be looked through
        // again and again.
        if (++depth > 32) return null;
      } else if (c === ")" && --depth < 0) break;
    }
    destination = text.slice(start, at);
  }
  at = skipSpace(text, at);
  const quote = text[at];
  if (quote === '"' || quote === "'" || quote === "(") {
    const close = text.slice(at + 1, at + 1024).indexOf(quote === "(" ? ")" : quote);
    if (close < 0) return null;
    at = skipSpace(text, at + close + 2);
  }
  return text[at] === ")" ? { destination, to: at + 1 } : null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at - from < 64 && (text[at] === " " || text[at] === "\t" || text[at] === "\n")) at++;
  return at;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
