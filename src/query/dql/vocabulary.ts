/** All functions by name. One table serves evaluation, completion, help, docs and the test that runs the examples. */
import type { Context } from "./context";
import { Failure } from "./failure";
import type { DqlFunctionSpec } from "./define";
import { applyFunction } from "./define";
import { CONSTRUCTORS } from "./functions-make";
import { LISTS } from "./functions-list";
import { NUMBERS } from "./functions-number";
import { SEARCH } from "./functions-search";
import { TEXTS } from "./functions-text";
import { TIMES } from "./functions-time";
import { nearest } from "../../base";
import type { DqlValue } from "./value";

/** Every function of the language. */
export const FUNCTIONS: ReadonlyMap<string, DqlFunctionSpec> =
  new Map([CONSTRUCTORS, NUMBERS, LISTS, SEARCH, TEXTS, TIMES].flat().map((spec) => [spec.name, spec]));

/** Calls a function by name. Names are lower case. */
export function callFunction(name: string, args: readonly DqlValue[], context: Context): DqlValue {
  const spec = FUNCTIONS.get(name);
  if (spec !== undefined) return applyFunction(spec, args, context);
  const close = nearest(name, FUNCTIONS.keys());
  throw new Failure(`There is no function '${name}'.${close === undefined ? "" : ` Did you mean '${close}'?`}`);
}

/** A word of the language that is no function, with its help. */
export interface Keyword {
  readonly word: string;
  readonly says: string;
}

/** Words that start queries and clauses, in the order a query has them. */
export const KEYWORDS: readonly Keyword[] = [
  { word: "TABLE", says: "A table with one row for each page and a column for each expression." },
  { word: "LIST", says: "A list of pages, each perhaps with one value." },
  { word: "TASK", says: "The tasks of the pages, ready to be ticked." },
  { word: "CALENDAR", says: "A dot on the day that the expression gives for each page." },
  { word: "WITHOUT ID", says: "Leaves out the first column, or the link before a list's value." },
  { word: "AS", says: "Names a column, a group or a flattened field." },
  { word: "FROM", says: "Where pages come from: folders, tags, links, joined by and, or, -." },
  { word: "WHERE", says: "Keeps the rows for which the expression is true." },
  { word: "SORT", says: "Orders the rows by one or more expressions." },
  { word: "GROUP BY", says: "Makes one row for each value of the expression; its pages are in `rows`." },
  { word: "FLATTEN", says: "Makes one row for each element of a list." },
  { word: "LIMIT", says: "Keeps the first rows." },
  { word: "ASC", says: "From small to large." },
  { word: "DESC", says: "From large to small." },
  { word: "and", says: "True when both sides are true; in FROM, pages that are in both." },
  { word: "or", says: "True when one side is true; in FROM, pages that are in either." },
];
