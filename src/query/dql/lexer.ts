/**
 * Reading a query's text. The language has no words of its own apart from place (`1-2` is a sum, `a-2` a name,
 * `date(…)` holds a date or an expression), so the parser asks for what may stand at a place, and what it took is noted
 * as a token: highlighting and parsing cannot disagree.
 */
import type { Span } from "../../base";
import type { Token, TokenKind } from "../language";
import { identifierAt } from "./names";

const SPACE = /\s*/y;
const NUMBER = /-?[0-9]+(?:\.[0-9]+)?/y;
const LINK = /\[\[([^[\]]*?)\]\]/uy;
const TAG = /#[^\u2000-\u206F\u2E00-\u2E7F'!"#$%&()*+,.:;<=>?@^`{|}~[\]\\\s]*/y;

/** A place in a query's text with what was read so far and how far reading ever got. */
export class Cursor {
  at = 0;
  /** How many brackets are open around `at`. */
  depth = 0;
  /** Places of brackets that cannot be read to their end: not tried again, or each depth would double the time. */
  readonly hopeless = new Set<number>();
  private readonly taken: Token[] = [];
  private furthest = 0;
  private wanted = new Set<string>();

  constructor(readonly text: string) {}

  /** Whether all was read. */
  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** From `from` to here. */
  since(from: number): Span {
    return { from, to: this.at };
  }

  /** Goes back to an earlier place, forgetting the tokens behind it. */
  back(to: number): void {
    this.at = to;
    while ((this.taken.at(-1)?.span.to ?? 0) > to) this.taken.pop();
  }

  /** Notes that something could have stood here, for the message if nothing else fits. Always undefined. */
  want(what: string): undefined {
    if (this.at > this.furthest) {
      this.furthest = this.at;
      this.wanted = new Set();
    }
    if (this.at === this.furthest) this.wanted.add(what);
    return undefined;
  }

  /** The furthest place where something else was wanted, and what. */
  get expectation(): { readonly at: number; readonly wanted: readonly string[] } {
    return { at: Math.max(this.furthest, this.at), wanted: this.furthest >= this.at ? [...this.wanted] : [] };
  }

  /** Forgets what was wanted, so that the next clause makes its own message. */
  forget(): void {
    this.furthest = this.at;
    this.wanted = new Set();
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  private took(from: number, kind: TokenKind): void {
    if (this.at > from) this.taken.push({ span: { from, to: this.at }, kind });
  }

  /** Marks the text up to `to` as one token and goes there. */
  take(to: number, kind: TokenKind): void {
    const from = this.at;
    this.at = to;
    this.took(from, kind);
  }

  /** Skips white space; whether there was any. */
  space(): boolean {
    return (this.match(SPACE)?.[0].length ?? 0) > 0;
  }

  /** Skips white space and `// comments`, which may stand between clauses only. */
  spaceOrComments(): void {
    for (;;) {
      this.space();
      if (!this.text.startsWith("//", this.at)) return;
      const end = this.text.indexOf("\n", this.at);
      this.take(end < 0 ? this.text.length : end, "comment");
    }
  }

  /** Takes exactly this text. */
  mark(text: string, kind: TokenKind = "punctuation"): boolean {
    if (!this.text.startsWith(text, this.at)) {
      this.want(`'${text}'`);
      return false;
    }
    this.take(this.at + text.length, kind);
    return true;
  }

  /** Takes a keyword in any case, given as a sticky pattern; undefined when it does not stand here. */
  keyword(pattern: RegExp, what: string): string | undefined {
    const from = this.at;
    const found = this.match(pattern);
    if (found === null) return this.want(what);
    this.took(from, "keyword");
    return found[0];
  }

  /** Takes an operator, given as a sticky pattern. */
  operator(pattern: RegExp): string | undefined {
    const from = this.at;
    const found = this.match(pattern);
    if (found === null) return undefined;
    this.took(from, "operator");
    return found[0];
  }

  /** Takes a variable name; "" when none stands here. */
  identifier(kind: TokenKind = "column"): string {
    const name = identifierAt(this.text, this.at);
    if (name !== "") this.take(this.at + name.length, kind);
    return name;
  }

  number(): number | undefined {
    const from = this.at;
    const found = this.match(NUMBER);
    if (found === null) return undefined;
    this.took(from, "number");
    return Number(found[0]);
  }

  /** Takes `"…"`. A backslash escapes a quote and itself; before anything else it is a backslash. */
  string(): string | undefined {
    if (this.text[this.at] !== '"') return undefined;
    let value = "";
    for (let i = this.at + 1; i < this.text.length; i++) {
      const c = this.text[i];
      if (c === '"') {
        this.take(i + 1, "string");
        return value;
      }
      if (c !== "\\") {
        value += c;
        continue;
      }
      const next = this.text[++i];
      if (next === undefined) break;
      value += next === '"' || next === "\\" ? next : `\\${next}`;
    }
    const from = this.at;
    this.at = this.text.length;
    this.want("'\"'");
    this.at = from;
    return undefined;
  }

  /** Takes `[[…]]` and gives what stands inside. */
  link(): string | undefined {
    const from = this.at;
    const found = this.match(LINK);
    if (found === null) return undefined;
    this.took(from, "string");
    return found[1] ?? "";
  }

  /** Takes `#tag` and gives it with its `#`. */
  tag(): string | undefined {
    const from = this.at;
    const found = this.match(TAG);
    if (found === null) return undefined;
    this.took(from, "table");
    return found[0];
  }

  /** What was taken, in order, without overlaps. */
  get tokens(): readonly Token[] {
    return this.taken;
  }

  /** Calls the token that ends at `to` by another kind: a name turns out to be a function. */
  recolour(to: number, kind: TokenKind): void {
    for (let i = this.taken.length - 1; i >= 0; i--) {
      const token = this.taken[i];
      if (token === undefined || token.span.to < to) return;
      if (token.span.to === to) this.taken[i] = { span: token.span, kind };
    }
  }
}
