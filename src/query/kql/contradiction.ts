/** Terms of a predicate that rule one another out, or that together say nothing. */
import type { Expr } from "../plan";
import type { Binding } from "./binding";
import type { RowScope } from "./environment";

type Literal = Extract<Expr, { kind: "literal" }>;

/** A column held against a constant. */
interface Test {
  readonly column: string;
  readonly how: string;
  readonly constant: Literal;
  readonly at: Expr;
}

const TURNED: Readonly<Record<string, string>> = { lt: "gt", le: "ge", gt: "lt", ge: "le" };

/** More terms than this are a list, and lists are not looked at in pairs. */
const MOST = 200;

/** What a value may still be: between the two ends. */
interface Range {
  low?: { readonly value: bigint | number; readonly open: boolean };
  high?: { readonly value: bigint | number; readonly open: boolean };
}

/** Tells where no row can satisfy all of the terms. */
export function checkAll(b: Binding, terms: readonly Expr[], row: RowScope | undefined): void {
  const equal = new Map<string, Test>();
  const ranges = new Map<string, Range>();
  for (const term of terms.slice(0, MOST).flatMap(flatten)) {
    if (term.kind === "literal" && term.type === "bool" && term.value === false) {
      b.warn("kql-never-true", "This is never true, so no row passes.", term.span);
      continue;
    }
    const test = testOf(b, term);
    if (!test) continue;
    const { column, how, constant } = test;
    if (how === "eq.kusto" || how === "eq.nocase") {
      const before = equal.get(column);
      if (before && differs(before, test)) b.warn("kql-never-true",
        `'${column}' cannot be two values at once; 'or' or 'in' asks for either.`, term.span);
      equal.set(column, before ?? test);
      continue;
    }
    const value = numberOf(constant);
    if (value === undefined || !(how in TURNED)) continue;
    const range = ranges.get(column) ?? {};
    ranges.set(column, range);
    const open = how === "lt" || how === "gt";
    if (how === "gt" || how === "ge") {
      if (!range.low || value > range.low.value) range.low = { value, open };
    } else if (!range.high || value < range.high.value) range.high = { value, open };
    const { low, high } = range;
    if (low && high && (low.value > high.value || (low.value === high.value && (low.open || high.open)))) {
      b.warn("kql-never-true", `No '${column}' lies between these two ends.`, term.span);
    } else checkTimes(b, test, range, row);
  }
}

/** Tells of a time filter that leaves out every row that is loaded. */
function checkTimes(b: Binding, { column, at }: Test, { low, high }: Range, row: RowScope | undefined): void {
  const origin = row?.named(column)?.origin;
  const times = origin?.table.times?.(origin.column);
  if (!origin || !times) return;
  const late = low && low.value > times.newest;
  const early = high && high.value < times.oldest;
  if (late || early) b.warn("kql-time-excludes",
    `Every row of ${origin.table.name} that is loaded is ${late ? "older" : "newer"} than this, so none passes.`, at.span);
}

/** Tells where any row satisfies one of the alternatives: `x != 1 or x != 2`. */
export function checkAny(b: Binding, terms: readonly Expr[]): void {
  const unequal = new Map<string, Test>();
  for (const term of terms.slice(0, MOST)) {
    const inner = nameOf(term) === "not" && term.kind === "call" ? term.args[0] : undefined;
    const test = testOf(b, inner ?? term);
    if (!test || test.how !== (inner ? "eq.nocase" : "ne.kusto")) continue;
    const before = unequal.get(test.column);
    if (before && differs(before, test)) b.warn("kql-always-true",
      `Whatever '${test.column}' is, it differs from one of these; 'and' or '!in' rules out both.`, term.span);
    unequal.set(test.column, before ?? test);
  }
}

function flatten(term: Expr): readonly Expr[] {
  return term.kind === "call" && nameOf(term) === "and" ? term.args.flatMap(flatten) : [term];
}

function nameOf(e: Expr): string {
  return e.kind === "call" ? e.fn.replace(/:.*/, "") : "";
}

function testOf(b: Binding, term: Expr): Test | undefined {
  if (term.kind !== "call" || term.args.length !== 2) return undefined;
  const how = nameOf(term);
  const [left, right] = term.args;
  if (!left || !right) return undefined;
  if (left.kind === "column") {
    const constant = constantOf(b, right);
    return constant && { column: left.name, how, constant, at: term };
  }
  if (right.kind !== "column") return undefined;
  const constant = constantOf(b, left);
  return constant && { column: right.name, how: TURNED[how] ?? how, constant, at: term };
}

/** A constant that is no null: a null may stand for a parameter that has no value yet. */
function constantOf(b: Binding, e: Expr): Literal | undefined {
  const [span] = e.kind === "call" && nameOf(e) === "ago" ? e.args : [];
  if (span?.kind === "literal" && span.value !== null && typeof span.value === "object" && "kind" in span.value
    && span.value.kind === "timespan") {
    return { kind: "literal", value: { kind: "datetime", ticks: b.scope.now - span.value.ticks }, type: "datetime", span: e.span };
  }
  if (e.kind !== "literal" && e.kind !== "call") return undefined;
  const found = b.constant(e);
  return found && found.value !== null ? { kind: "literal", value: found.value, type: found.type, span: e.span } : undefined;
}

function differs(one: Test, other: Test): boolean {
  const anyCase = one.how === "eq.nocase" || other.how === "eq.nocase";
  const [a, c] = [textOf(one.constant), textOf(other.constant)];
  if (a === undefined || c === undefined) return false;
  return anyCase ? a.toLowerCase() !== c.toLowerCase() : a !== c;
}

function textOf({ value }: Literal): string | undefined {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number" || typeof value === "bigint") {
    return String(value);
  }
  return value !== null && typeof value === "object" && "ticks" in value ? `${value.ticks}` : undefined;
}

function numberOf({ value }: Literal): bigint | number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value !== null && typeof value === "object" && "ticks" in value ? value.ticks : undefined;
}
