/**
 * The parser's place in the tokens: a window that ends at the next top-level separator, so that one bad operator
 * spoils only itself, and a mark that keeps a second message out of a window that is already broken.
 */
import { error, type Diagnostic, type Fix, type Span } from "../../base";
import type { Lexeme } from "./lexer";
import type { Expression, Name } from "./syntax";

/** Brackets, lists and pipelines may stand in one another this deep. */
export const DEEPEST = 400;

export class Cursor {
  at = 0;
  /** Index of the first token outside of the window. */
  end: number;
  depth = 0;
  readonly diagnostics: Diagnostic[] = [];
  private broken = false;
  /** Index of the closing bracket of each opening one; -1 where it is missing. */
  private readonly closing: Int32Array;

  /** `tokens` hold no comments and end with the `end` token. */
  constructor(
    readonly text: string,
    readonly tokens: readonly Lexeme[],
    /** Reads operators behind `source`; an expression may hold a pipeline, and a pipeline expressions. */
    readonly pipeline: (c: Cursor, source: Expression | undefined) => Expression,
  ) {
    this.end = tokens.length - 1;
    this.closing = matchBrackets(tokens);
  }

  get token(): Lexeme {
    return this.peek(0);
  }

  /** The token `by` places ahead; the end token when that is outside of the window. */
  peek(by: number): Lexeme {
    const index = this.at + by;
    const last = this.tokens[this.tokens.length - 1];
    const token = index < this.end ? this.tokens[index] : last;
    if (!token) throw new RangeError(`No token ${index} of ${this.tokens.length}`);
    return index < this.end ? token : { kind: "end", span: this.endSpan(), text: "" };
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  next(): Lexeme {
    const token = this.token;
    if (this.at < this.end) this.at++;
    return token;
  }

  /** Whether the token is this symbol or word. */
  is(text: string, by = 0): boolean {
    const token = this.peek(by);
    return token.text === text && (token.kind === "punctuation" || token.kind === "name");
  }

  /** Takes the token if it is this symbol or word. */
  take(text: string): Lexeme | undefined {
    return this.is(text) ? this.next() : undefined;
  }

  /** Takes it, or tells that it is missing. */
  need(text: string, where: string): Lexeme | undefined {
    const found = this.take(text);
    if (!found) this.expected("kql-expected-symbol", `'${text}' ${where}`);
    return found;
  }

  /** The end of the token before this one: where a node that ends here ends. */
  get back(): number {
    return this.tokens[this.at - 1]?.span.to ?? 0;
  }

  /** From an offset to the end of the last token taken. */
  since(from: number): Span {
    return { from, to: Math.max(from, this.back) };
  }

  /** Whether `b` starts where `a` ends. */
  touches(by: number): boolean {
    const token = this.peek(by);
    return token.kind !== "end" && this.tokens[this.at + by - 1]?.span.to === token.span.from;
  }

  /** Tells what was expected here and gives the rest of the window up. */
  expected(code: string, what: string): void {
    const token = this.token;
    if (token.kind === "error") this.fail(token.value === undefined ? "kql-bad-character" : "kql-bad-string",
      `${token.word ?? ""}.`, token.span);
    else if (token.kind === "end") this.fail(code,
      `Expected ${what}, found the end of the ${this.end < this.tokens.length - 1 ? "operator" : "query"}.`,
      token.span);
    else this.fail(code, `Expected ${what}, found '${brief(token.text)}'.`, token.span);
  }

  /** Tells once per window and gives the rest of it up. */
  fail(code: string, message: string, span: Span, fix?: Fix): void {
    if (!this.broken) this.diagnostics.push(error(code, message, span, fix ? { fix } : {}));
    this.broken = true;
    this.at = this.end;
  }

  /** Tells without giving up. */
  tell(code: string, message: string, span: Span, fix?: Fix, severity: "error" | "warning" = "error"): void {
    this.diagnostics.push({ ...error(code, message, span, fix ? { fix } : {}), severity });
  }

  /** Whether something has been told in this window. */
  get isBroken(): boolean {
    return this.broken;
  }

  /** Index of the next of `separators` outside of brackets, or the end of the window. */
  cut(separators: string): number {
    for (let i = this.at; i < this.end; i++) {
      const token = this.tokens[i];
      if (token?.kind !== "punctuation") continue;
      if ("([{".includes(token.text)) {
        const close = this.closing[i] ?? -1;
        if (close > i && close < this.end) i = close;
        continue;
      }
      if (token.text.length === 1 && separators.includes(token.text)) return i;
    }
    return this.end;
  }

  /** Index of the bracket that closes the one at the current token, if it is in the window. */
  closeOf(index = this.at): number | undefined {
    const close = this.closing[index] ?? -1;
    return close > index && close < this.end ? close : undefined;
  }

  /** Parses up to `end` in a window of its own; what is left over there is told. */
  within<T>(end: number, parse: () => T, leftover: string): T {
    const outer = this.end;
    const wasBroken = this.broken;
    this.end = Math.min(end, outer);
    this.broken = false;
    const value = parse();
    if (!this.done) {
      if (this.token.kind === "error") this.expected("", "");
      else this.fail("kql-unexpected", `'${brief(this.token.text)}' is not expected ${leftover}.`, this.token.span);
    }
    this.at = this.end;
    this.end = outer;
    this.broken = wasBroken;
    return value;
  }

  /** Parses one level deeper; past the deepest it tells and gives `otherwise`. */
  deeper<T>(parse: () => T, otherwise: () => T): T {
    if (this.depth >= DEEPEST) {
      this.fail("kql-too-deep", `This is nested more than ${DEEPEST} levels deep.`, this.token.span);
      return otherwise();
    }
    this.depth++;
    const value = parse();
    this.depth--;
    return value;
  }

  /** A name, `['a name']` included; undefined when there is none (nothing told). */
  takeName(): Name | undefined {
    const token = this.token;
    if (token.kind === "name") {
      this.next();
      return { text: token.text, span: token.span };
    }
    const quoted = this.peek(1);
    if (this.is("[") && quoted.kind === "string" && this.is("]", 2)) {
      const from = this.next().span.from;
      this.next();
      this.next();
      return { text: quoted.value ?? "", span: this.since(from) };
    }
    return undefined;
  }

  needName(what: string): Name {
    const name = this.takeName();
    if (name) return name;
    this.expected("kql-expected-name", what);
    return { text: "", span: this.token.span };
  }

  private endSpan(): Span {
    const before = this.tokens[Math.min(this.end, this.tokens.length) - 1];
    // The last thing written is what a reader can see underlined.
    return before ? before.span : { from: 0, to: 0 };
  }
}

function matchBrackets(tokens: readonly Lexeme[]): Int32Array {
  const closing = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== "punctuation") return;
    if ("([{".includes(token.text)) open.push(i);
    else if (")]}".includes(token.text)) {
      const wanted = token.text === ")" ? "(" : token.text === "]" ? "[" : "{";
      let match = open.length - 1;
      while (match >= 0 && tokens[open[match] ?? 0]?.text !== wanted) match--;
      if (match < 0) return;
      closing[open[match] ?? 0] = i;
      open.length = match;
    }
  });
  return closing;
}

function brief(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
