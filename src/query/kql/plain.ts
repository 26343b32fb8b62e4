/**
 * Places that take no dynamic value, since dynamic values have neither order nor equality: keys of groups and of
 * orders, extremes, sums. Kusto docs: summarize operator ("by"), sort operator; errors KS116, KS138, KS206 of
 * Microsoft's parser.
 */
import type { Fix, Span } from "../../base";
import type { Expr } from "../plan";
import { isNothing, type Binding } from "./binding";

/** Aggregates whose first argument is ordered or added up. */
const ORDERING: ReadonlyMap<string, string> = new Map([
  ["min", "ordered"], ["max", "ordered"], ["minif", "ordered"], ["maxif", "ordered"], ["arg_min", "ordered"],
  ["arg_max", "ordered"], ["sum", "added up"], ["sumif", "added up"], ["avg", "added up"], ["avgif", "added up"],
]);

/** Refuses a dynamic value as `what` (`grouped by`); of a column that is not known nobody can tell. */
export function checkPlain(b: Binding, value: Expr, guessed: boolean, span: Span, what: string): void {
  if (value.type !== "dynamic" || guessed || isNothing(value)) return;
  b.fail(what === "ordered by" ? "kql-sort-dynamic" : "kql-plain-needed",
    `A dynamic value cannot be ${what}: it has no order. Put tostring(), tolong() or the like around.`, span,
    { fix: wrapped(span) });
}

/** The same for the argument of an aggregate that orders or adds; it is computed here, so a lenient scope only warns. */
export function checkAggregated(b: Binding, name: string, value: Expr | undefined, guessed: boolean): void {
  const what = ORDERING.get(name);
  if (what === undefined || !value || value.type !== "dynamic" || guessed || isNothing(value)) return;
  const message = `The cloud refuses a dynamic value in ${name}(), where it is ${what}. `
    + "Put tolong(), todatetime() or the like around.";
  if (b.scope.lenient) b.warn("kql-plain-needed", message, value.span);
  else b.fail("kql-plain-needed", message, value.span, { fix: wrapped(value.span) });
}

function wrapped({ from, to }: Span): Fix {
  return { title: "Wrap in tostring",
    edits: [{ span: { from, to: from }, insert: "tostring(" }, { span: { from: to, to }, insert: ")" }] };
}
