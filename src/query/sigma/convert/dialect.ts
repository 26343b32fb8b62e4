/**
 * What a target language must know to say a formula, and the one walk that says it. A test that the target has no words
 * for becomes a diagnostic, and then there is no text: nothing is ever left out silently.
 */
import { error, warning } from "../../../base";
import type { Diagnostic, Span } from "../../../base";
import type { Test } from "../syntax";
import type { Formula, Tests } from "./formula";

/** What holds the parts of a text together. */
export type Bond = "or" | "and" | "not" | "atom";

/** A piece of a query. */
export interface Said {
  readonly text: string;
  readonly bond: Bond;
  /** It may give neither true nor false (an address that is none, a number that is none). */
  readonly maybe?: boolean;
  /** The parts that its word joins. */
  readonly pieces?: readonly string[];
}

/** One target language: how it says tests and joins them. */
export interface Dialect {
  /** For messages: "Splunk". */
  readonly title: string;
  readonly words: { readonly and: string; readonly or: string; readonly always: string; readonly never: string };
  /** Says that a piece does not hold, where an event without the field counts as one where the piece does not hold. */
  not(part: Said): Said;
  /** Says one test; undefined after `voice.cannot`. */
  test(field: string | null, test: Test, voice: Voice): Said | undefined;
  /** Says some of an item's tests together (`in`); the others are said one by one. */
  together?(tests: Tests, voice: Voice): { readonly said: readonly Said[]; readonly rest: readonly Test[] };
  /** Brackets around a piece; round ones by default. */
  group?(text: string): string;
}

/** Takes down what cannot be said, or not exactly. One for each conversion. */
export class Voice {
  readonly diagnostics: Diagnostic[] = [];
  private readonly told = new Set<string>();

  constructor(readonly title: string) {}

  /** There are no words for it: the conversion gives no text. */
  cannot(what: string, span: Span, instead = ""): undefined {
    this.tell(error("sigma-convert-cannot", `${this.title} cannot say ${what}.${instead === "" ? "" : ` ${instead}`}`,
      span));
    return undefined;
  }

  /** It is said, but not exactly. */
  roughly(message: string, span: Span): void {
    this.tell(warning("sigma-convert-roughly", message, span));
  }

  private tell(diagnostic: Diagnostic): void {
    const key = `${diagnostic.message} ${diagnostic.span.from}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.diagnostics.push(diagnostic);
  }
}

/** A piece that holds together by itself. */
export function atom(text: string): Said {
  return { text, bond: "atom" };
}

/** The same for one that may be neither true nor false. */
export function unsure(text: string): Said {
  return { text, bond: "atom", maybe: true };
}

/** Says a formula; undefined when a part of it cannot be said (all such parts are told). */
export function say(formula: Formula, dialect: Dialect, voice: Voice): Said | undefined {
  switch (formula.kind) {
    case "always": return atom(dialect.words.always);
    case "never": return atom(dialect.words.never);
    case "unsaid": return voice.cannot(formula.why, formula.span);
    case "not": {
      const part = say(formula.part, dialect, voice);
      return part && dialect.not(part);
    }
    case "and": case "or":
      return joinSaid(formula.kind, formula.parts.map((part) => say(part, dialect, voice)), dialect);
    case "tests": return sayTests(formula, dialect, voice);
  }
}

function sayTests(tests: Tests, dialect: Dialect, voice: Voice): Said | undefined {
  const grouped = tests.tests.length > 1 ? dialect.together?.(tests, voice) : undefined;
  const single = (grouped?.rest ?? tests.tests).map((test) => dialect.test(tests.field, test, voice));
  return joinSaid(tests.need === "all" ? "and" : "or", [...(grouped?.said ?? []), ...single], dialect);
}

/**
 * Joins pieces. One that is joined by the other word stands in brackets, as readers differ on what binds more (in
 * Splunk's search `OR` does). Undefined when a piece is missing, or when there is none.
 */
export function joinSaid(kind: "and" | "or", parts: readonly (Said | undefined)[], dialect: Dialect): Said | undefined {
  const whole = parts.flatMap((part) => part ?? []);
  if (whole.length < parts.length || whole.length <= 1) return whole.length < parts.length ? undefined : whole[0];
  const other = kind === "and" ? "or" : "and";
  const pieces = whole.flatMap((part) => (part.bond === other ? inBrackets(part, dialect)
    : part.bond === kind && part.pieces ? part.pieces : part.text));
  return { text: pieces.join(` ${dialect.words[kind]} `), bond: kind, pieces, maybe: whole.some((part) => part.maybe === true) };
}

/** Longer than this a text is broken into lines. */
const LINE = 110;

/** A piece as it stands in a query: a long one with a line for each of its parts, the others indented. */
export function laidOut(said: Said, dialect: Pick<Dialect, "words">, indent: string): string {
  if (said.text.length <= LINE || !said.pieces) return said.text;
  return said.pieces.join(`\n${indent}${dialect.words[said.bond === "or" ? "or" : "and"]} `);
}

/** The piece in brackets, unless it holds together by itself. */
export function inBrackets(part: Said, dialect: Pick<Dialect, "group">): string {
  if (part.bond === "atom") return part.text;
  return dialect.group ? dialect.group(part.text) : `(${part.text})`;
}
