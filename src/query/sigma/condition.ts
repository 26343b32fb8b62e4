/**
 * The condition of a rule. Sigma specification: Condition: `or` binds least, then `and`, `not`, `x of`, brackets. The
 * word of a quantifier or an operator counts in any case, unless a selection has that very name.
 */
import { error, info, nearest, warning } from "../../base";
import type { Diagnostic, Span } from "../../base";
import type { Condition } from "./syntax";

/** A piece of a condition. */
export interface ConditionToken {
  readonly kind: "word" | "open" | "close" | "bar";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Takes a condition apart; total. */
export function conditionTokens(text: string): readonly ConditionToken[] {
  const out: ConditionToken[] = [];
  for (const m of text.matchAll(/[()|]|[^\s()|]+/g)) {
    const kind = m[0] === "(" ? "open" : m[0] === ")" ? "close" : m[0] === "|" ? "bar" : "word";
    out.push({ kind, text: m[0], from: m.index, to: m.index + m[0].length });
  }
  return out;
}

/** What a condition is read with. */
export interface ConditionReading {
  /** Names that it may use: selections, or the rules of a correlation. */
  readonly names: readonly string[];
  /** What a name is called in messages. */
  readonly noun: "selection" | "rule";
  place(from: number, to: number): Span;
  readonly problems: Diagnostic[];
}

/** Brackets and negations may nest as deep as this. */
const DEEPEST = 100;
const MOST_TOKENS = 5_000;

class Unreadable extends Error {}

/** Reads a condition; undefined when it cannot be read (told). */
export function readCondition(text: string, reading: ConditionReading): Condition | undefined {
  return new ConditionParser(text, reading).read();
}

/** Names that a pattern stands for. A name with an underscore in front is only found by a pattern that has one too. */
export function namesOf(pattern: string, names: readonly string[]): readonly string[] {
  const parts = pattern === "them" ? ["", ""] : pattern.split("*");
  return names.filter((name) => (pattern.startsWith("_") || !name.startsWith("_")) && fits(name, parts));
}

function fits(name: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? "";
  if (parts.length === 1) return name === first;
  const last = parts[parts.length - 1] ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

class ConditionParser {
  private readonly tokens: readonly ConditionToken[];
  private readonly names: ReadonlySet<string>;
  private at = 0;
  private toldCase = false;

  constructor(private readonly text: string, private readonly reading: ConditionReading) {
    this.tokens = conditionTokens(text);
    this.names = new Set(reading.names);
  }

  read(): Condition | undefined {
    try {
      if (this.tokens.length > MOST_TOKENS) this.fail("The condition is too long.");
      const condition = this.either(0);
      const rest = this.tokens[this.at];
      if (rest) this.fail(rest.kind === "close" ? "There is a ')' too many."
        : `Expected 'and', 'or' or the end, found '${rest.text}'.`);
      return condition;
    } catch (thrown) {
      if (thrown instanceof Unreadable) return undefined;
      throw thrown;
    }
  }

  private either(depth: number): Condition {
    return this.joined("or", () => this.joined("and", () => this.negation(depth)));
  }

  private joined(word: "or" | "and", part: () => Condition): Condition {
    const first = part();
    const parts = [first];
    while (this.takes(word)) parts.push(part());
    const last = parts[parts.length - 1] as Condition;
    return parts.length === 1 ? first
      : { kind: word, parts, span: { from: first.span.from, to: last.span.to } };
  }

  private negation(depth: number): Condition {
    const token = this.tokens[this.at];
    if (depth > DEEPEST) this.fail("The condition nests too deep.");
    if (!this.takes("not")) return this.term(depth);
    const part = this.negation(depth + 1);
    const { from } = this.reading.place(token?.from ?? 0, token?.to ?? 0);
    return { kind: "not", part, span: { from, to: part.span.to } };
  }

  private term(depth: number): Condition {
    const token = this.tokens[this.at];
    if (!token) this.fail(`Expected a ${this.reading.noun}, found the end.`);
    if (token.kind === "open") {
      this.at++;
      const inner = this.either(depth + 1);
      if (this.tokens[this.at]?.kind !== "close") this.fail("A ')' is missing.");
      this.at++;
      return inner;
    }
    if (token.kind !== "word") this.fail(`Expected a ${this.reading.noun}, found '${token.text}'.`);
    if (this.reading.noun === "selection" && this.isWord(this.tokens[this.at + 1], "of")) return this.quantified(token);
    this.at++;
    const span = this.reading.place(token.from, token.to);
    if (this.names.has(token.text)) return { kind: "selection", name: token.text, span };
    if (/^(and|or|not|of)$/i.test(token.text)) {
      this.fail(`Expected a ${this.reading.noun}, found '${token.text}'.`, token);
    }
    this.unknown(token, span);
  }

  private unknown(token: ConditionToken, span: Span): never {
    const { noun, problems, names } = this.reading;
    const near = nearest(token.text, names);
    const kept = names.slice(0, 8).map((n) => `'${n}'`).join(", ");
    problems.push(error(`sigma-unknown-${noun}`, token.text.includes("*")
      ? `'${token.text}' is a pattern: write '1 of ${token.text}' or 'all of ${token.text}'.`
      : `There is no ${noun} '${token.text}'.${near !== undefined ? ` Did you mean '${near}'?`
        : kept === "" ? "" : ` There are: ${kept}.`}`, span,
    near === undefined || token.text.includes("*") ? {} : { fix: { title: `Write '${near}'`,
      edits: [{ span, insert: near }] } }));
    throw new Unreadable();
  }

  /** `1 of them`, `all of selection_*`; `any of` is an old writing of `1 of`, numbers above 1 are of some engines. */
  private quantified(token: ConditionToken): Condition {
    const pattern = this.tokens[this.at + 2];
    const word = token.text.toLowerCase();
    const count = /^\d{1,6}$/.test(word) ? Number(word) : 0;
    if (word !== "all" && word !== "any" && count < 1) {
      this.fail(`Expected '1 of' or 'all of', found '${token.text} of'.`);
    }
    if (pattern?.kind !== "word") {
      this.at += 2;
      this.fail("Expected 'them' or a pattern of selections behind 'of'.");
    }
    this.at += 3;
    const span = this.reading.place(token.from, pattern.to);
    const them = pattern.text.toLowerCase() === "them" ? "them" : pattern.text;
    const names = namesOf(them, this.reading.names);
    if (count > 1 || word === "any") this.reading.problems.push(warning("sigma-quantifier",
      `The specification knows '1 of' and 'all of'; '${token.text} of' is not understood by every tool.`, span));
    if (names.length === 0) this.tellNothing(word === "all", pattern, span);
    return { kind: "of", need: word === "all" ? "all" : Math.max(count, 1), pattern: them, names, span };
  }

  private tellNothing(all: boolean, pattern: ConditionToken, span: Span): void {
    const message = `No selection fits '${pattern.text}'`;
    if (!all) {
      this.reading.problems.push(warning("sigma-no-selection", `${message}: this is never true.`, span));
      return;
    }
    this.reading.problems.push(error("sigma-no-selection", `${message}: 'all of' nothing means nothing.`, span));
    throw new Unreadable();
  }

  private takes(word: string): boolean {
    if (!this.isWord(this.tokens[this.at], word)) return false;
    this.at++;
    return true;
  }

  private isWord(token: ConditionToken | undefined, word: string): boolean {
    if (token?.kind !== "word") return false;
    if (token.text === word) return true;
    if (token.text.toLowerCase() !== word || this.names.has(token.text)) return false;
    if (!this.toldCase) {
      this.toldCase = true;
      const span = this.reading.place(token.from, token.to);
      this.reading.problems.push(info("sigma-operator-case",
        `'${token.text}' is read as '${word}', which other tools may not do.`, span,
        { fix: { title: `Write '${word}'`, edits: [{ span, insert: word }] } }));
    }
    return true;
  }

  private fail(message: string, at?: ConditionToken): never {
    const token = at ?? this.tokens[this.at];
    const end = this.text.length;
    this.reading.problems.push(error("sigma-condition", message,
      token ? this.reading.place(token.from, token.to) : this.reading.place(end, end)));
    throw new Unreadable();
  }
}
