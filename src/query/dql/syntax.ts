/** The tree of a dataview query. Every node has the span it came from; operators of one rank stand in one node, left to right. */
import type { Span } from "../../base";
import type { DateParts } from "./dates";
import type { DqlDuration } from "./durations";
import type { DqlLink } from "./links";

export type DqlOperator = "+" | "-" | "*" | "/" | "%" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "&" | "|";

/** Expressions. `height` bounds how deep a walk over the tree can get; the parser refuses trees above its limit. */
export type Expr = { readonly span: Span; readonly height: number } & (
  | { readonly kind: "literal"; readonly value: null | boolean | number | string | DqlLink | DqlDuration }
  /** `date(today)`, `date(2021-04-18)`: which moment it is depends on the clock of the run. */
  | { readonly kind: "date"; readonly date: { readonly word: string } | DateParts }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "not"; readonly of: Expr }
  /** `first op rest[0] op rest[1] …`, all of the same rank, evaluated from the left. */
  | { readonly kind: "chain"; readonly first: Expr; readonly rest: readonly Link[] }
  | { readonly kind: "list"; readonly items: readonly Expr[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Expr])[] }
  | { readonly kind: "lambda"; readonly params: readonly string[]; readonly body: Expr }
  | { readonly kind: "call"; readonly callee: Expr; readonly args: readonly Expr[] }
  | { readonly kind: "get"; readonly of: Expr; readonly key: Expr });

/** One operator of a chain and what stands right of it. */
export interface Link {
  readonly op: DqlOperator;
  readonly right: Expr;
}

/** An expression with the name it is shown and read by: its alias, or its own text without line breaks. */
export interface NamedExpr {
  readonly name: string;
  readonly expr: Expr;
  readonly span: Span;
}

/** Where rows come from. */
export type Source = { readonly span: Span } & (
  | { readonly kind: "tag"; readonly tag: string }
  /** A folder, or the one note of that path; "" is the whole vault. */
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "link"; readonly path: string; readonly direction: "in" | "out" }
  | { readonly kind: "csv"; readonly path: string }
  | { readonly kind: "not"; readonly of: Source }
  | { readonly kind: "chain"; readonly first: Source; readonly rest: readonly SourceLink[] });

export interface SourceLink {
  readonly op: "&" | "|";
  readonly right: Source;
}

export interface SortField {
  readonly expr: Expr;
  readonly descending: boolean;
}

/** What happens to the rows, in the order written. */
export type Step = { readonly span: Span } & (
  | { readonly kind: "where"; readonly expr: Expr }
  | { readonly kind: "sort"; readonly fields: readonly SortField[] }
  | { readonly kind: "limit"; readonly expr: Expr }
  | { readonly kind: "group"; readonly by: NamedExpr }
  | { readonly kind: "flatten"; readonly by: NamedExpr }
  /** A FROM in a place where none may stand: parsed, so that the message can point at it. */
  | { readonly kind: "from"; readonly source: Source });

export type QueryType = "table" | "list" | "task" | "calendar";

/** A whole query. `fields` are the columns of a TABLE, the one expression of LIST (if any) and CALENDAR; TASK has none. */
export interface DqlQuery {
  readonly type: QueryType;
  readonly showId: boolean;
  readonly fields: readonly NamedExpr[];
  readonly source: Source;
  readonly steps: readonly Step[];
  readonly span: Span;
}
