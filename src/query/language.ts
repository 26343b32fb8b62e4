/** The face that every query language shows to the house. */
import type { Diagnostic, Span } from "../base";
import type { Schema } from "../table";
import type { Plan } from "./plan";

/** A piece of text for highlighting; tokens do not overlap and come in order. */
export interface Token {
  readonly span: Span;
  readonly kind: TokenKind;
}
export type TokenKind =
  | "keyword" | "operator" | "function" | "aggregate" | "table" | "column" | "variable" | "type"
  | "string" | "number" | "time" | "bool" | "comment" | "punctuation" | "name" | "error";

/** What a name in a query may mean: handed in by the host, so that languages know neither samples nor schemas. */
export interface Scope {
  /** A table by its exact name. */
  table(name: string): TableFacts | undefined;
  /** All table names, for suggestions and wildcards. */
  tables(): readonly string[];
  /**
   * True: a name that differs from a real one in case alone is taken for it, with a warning and a fix.
   * False: it is an error, as the cloud would have it.
   */
  readonly lenient: boolean;
  /** Ticks (100 ns since year 1) that `now()` means; shown to the user. */
  readonly now: bigint;
}

export interface TableFacts {
  readonly name: string;
  readonly schema: Schema;
  readonly doc?: string;
  /** Whether rows of it are loaded (a sample), or only its columns are known. */
  readonly loaded: boolean;
  /** Values that a column is known to hold, all of them (a closed list), lower-cased nothing; undefined when not known. */
  knownValues?(column: string): readonly string[] | undefined;
  /** Values seen in the loaded rows, most frequent first, at most a hundred. */
  seenValues?(column: string): readonly string[];
}

/** What may stand at a place: turned into completions by `assist.ts`. */
export interface Expected {
  readonly label: string;
  readonly kind: TokenKind;
  /** What replaces `span`; the label when absent. */
  readonly insert?: string;
  readonly span: Span;
  readonly detail?: string;
  readonly doc?: string;
}

/** What stands under the pointer. */
export interface Hover {
  readonly span: Span;
  readonly title: string;
  readonly doc: string;
}

export interface Compiled {
  /** Absent when an error keeps the query from running. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
  /** Statements and operators in text order; `plan` is the id of the node that came of it. */
  readonly outline: readonly { readonly label: string; readonly span: Span; readonly plan?: number }[];
  /** Tables that the query reads by name, known or not. */
  readonly tables: readonly { readonly name: string; readonly span: Span; readonly known: boolean }[];
}

export interface Language {
  readonly id: string;
  readonly title: string;
  /** For highlighting: total, never throws. */
  tokens(text: string): readonly Token[];
  /** Diagnostics, maybe a plan: total, never throws. */
  compile(text: string, scope: Scope): Compiled;
  /** What may stand at offset `at`. */
  expected(text: string, at: number, scope: Scope): readonly Expected[];
  hover(text: string, at: number, scope: Scope): Hover | undefined;
  /** The text laid out as the language's readers expect it; the text itself when it cannot be parsed. */
  format(text: string): string;
}
