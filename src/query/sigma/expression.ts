/** Selections and conditions as expressions of the plan, over a table whose columns hold the fields of a log source. */
import type { Span } from "../../base";
import type { EventShape, FieldSource, LogSource, LogView, Place } from "../../schema";
import type { ScalarType, Schema, Value } from "../../table";
import type { Expr } from "../plan";
import { writeNetwork } from "../functions/sigma/network";
import type { Condition, Item, Match, Selection, Test } from "./syntax";

/** Calls a kernel by its name and the types of its parameters. */
function call(name: string, types: string, args: readonly Expr[], span: Span, type: ScalarType = "bool"): Expr {
  return { kind: "call", fn: `${name}:${types}`, args, type, span };
}

function literal(value: Value, type: ScalarType, span: Span): Expr {
  return { kind: "literal", value, type, span };
}

/** A truth. */
export function constant(value: boolean, span: Span): Expr {
  return literal(value, "bool", span);
}

/** All of them, or one of them: a balanced tree, so that long lists nest little. */
export function joined(word: "and" | "or", parts: readonly Expr[], span: Span): Expr {
  const first = parts[0];
  if (first === undefined) return constant(word === "and", span);
  if (parts.length === 1) return { ...first, span };
  const half = parts.length >> 1;
  return call(word, "bool,bool", [part(parts.slice(0, half)), part(parts.slice(half))], span);

  function part(some: readonly Expr[]): Expr {
    return some.length === 1 ? some[0] as Expr : joined(word, some, span);
  }
}

/** The contrary. */
export function not(part: Expr, span: Span): Expr {
  return call("not", "bool", [part], span);
}

/** A log source's events in a table: one view of them. */
export class TableView {
  private readonly fields = new Map<string, Expr>();

  constructor(readonly view: LogView, private readonly index: number, private readonly source: LogSource,
    private readonly shape: EventShape, private readonly schema: Schema) {}

  /** Where a field of a rule stands, without a place in the text. */
  field(name: string, span: Span): Expr {
    let known = this.fields.get(name);
    if (known === undefined) {
      known = fieldExpression(this.view.field(name), this.schema, span);
      this.fields.set(name, known);
    }
    return { ...known, span };
  }

  /** Whether the table has a column that may hold the field. */
  has(name: string): boolean {
    return this.field(name, { from: 0, to: 0 }).kind !== "literal";
  }

  /** Columns of the table that a field is read from. */
  columnsOf(name: string): readonly string[] {
    const found = this.field(name, { from: 0, to: 0 });
    return found.kind === "column" ? [found.name]
      : found.kind === "call" ? found.args.flatMap((a) => (a.kind === "column" ? [a.name] : [])) : [];
  }

  /** Whether a row is of this view; undefined when each one is. */
  condition(span: Span): Expr | undefined {
    const { channels, eventIds, when, open } = this.view;
    if (open || (channels === undefined && eventIds === undefined && when.length === 0)) return undefined;
    const places = [...when.flatMap((term) => term.places),
      ...["EventID", "Channel", "Provider_Name"].flatMap((name) => this.view.field(name).places)];
    const columns = columnsFor(places, this.schema);
    const spec = new Map<string, Value>([["shape", this.shape.id], ["view", BigInt(this.index)],
      ["columns", columns.map((c) => c.name)]]);
    for (const part of ["product", "category", "service"] as const) {
      const said = this.source[part];
      if (said !== undefined) spec.set(part, said);
    }
    return call("sigma.source", "dynamic,any...", [literal(spec, "dynamic", span), ...columns.map((c) => column(c, span))], span);
  }

  /** Every column, each as a value or as the values inside of it: where keywords are looked for. */
  everything(span: Span): readonly Expr[] {
    return this.schema.columns.map((c) => (c.type === "dynamic"
      ? call("sigma.leaves", "any", [column(c, span)], span, "dynamic") : column(c, span)));
  }
}

type SchemaColumn = Schema["columns"][number];

function column(of: SchemaColumn, span: Span): Expr {
  return { kind: "column", name: of.name, type: of.type, span };
}

function fieldExpression(source: FieldSource, schema: Schema, span: Span): Expr {
  const columns = columnsFor(source.places, schema);
  const [only] = columns;
  if (only === undefined) return literal(null, "dynamic", span);
  const plainly = source.join === undefined && source.unless === undefined && source.values === undefined
    && source.heads === undefined;
  const direct = source.places.filter((place) => columnsFor([place], schema).length > 0);
  if (plainly && columns.length === 1 && direct.length === 1 && isWhole(direct[0] as Place, only)) return column(only, span);
  const spec = new Map<string, Value>([["places", source.places.map((place) => place.text)],
    ["columns", columns.map((c) => c.name)]]);
  if (source.join !== undefined) spec.set("join", source.join);
  if (source.unless !== undefined) spec.set("unless", [...source.unless]);
  if (source.values !== undefined) spec.set("values", new Map(source.values));
  if (source.heads !== undefined) spec.set("heads", source.heads.map((head) => [...head]));
  // A name in another case is better than no column at all.
  spec.set("anyCase", source.anyCase === true || !columns.some((c) => source.places.some((p) => startsPlace(p, c.name))));
  return call("sigma.field", "dynamic,any...", [literal(spec, "dynamic", span), ...columns.map((c) => column(c, span))],
    span, "dynamic");
}

/** Whether a place is a column and nothing inside of it, in whatever case and with whatever blanks. */
function isWhole(place: Place, of: SchemaColumn): boolean {
  return place.take === undefined && bare(place.text) === bare(of.name);
}

function bare(name: string): string {
  return name.replace(/ /g, "").toLowerCase();
}

/** Columns that may hold one of the places; those in another case only where none is exact. */
function columnsFor(places: readonly Place[], schema: Schema): readonly SchemaColumn[] {
  const exact = schema.columns.filter((c) => places.some((place) => startsPlace(place, c.name)));
  if (exact.length > 0) return exact;
  return schema.columns.filter((c) => places.some((place) => startsPlace({ ...place, keys: place.keys.map((k) => k.toLowerCase()) },
    c.name.toLowerCase())));
}

/** Whether a column's name is the beginning of a place: `Event` of `Event.System.EventID`, `a.b` of itself. */
function startsPlace(place: Place, name: string): boolean {
  if (place.keys[0] === "*") return true;
  const path = place.keys.join(".");
  return path === name || path.startsWith(`${name}.`) || (name.includes(" ") && name.replace(/ /g, "") === path);
}

/** Whether a row is what a selection asks for. */
export function matchExpression(match: Match, view: TableView): Expr {
  if (match.kind === "item") return itemExpression(match, view);
  return joined(match.kind === "all" ? "and" : "or", match.parts.map((part) => matchExpression(part, view)), match.span);
}

/** Whether a row is what an item asks for. */
export function itemExpression(item: Item, view: TableView): Expr {
  const tests = item.tests.map((test) => testExpression(item.field, test, view));
  const all = joined(item.need === "all" ? "and" : "or", tests, item.span);
  return item.negated ? not(all, item.span) : all;
}

function testExpression(field: string | null, test: Test, view: TableView): Expr {
  const { span } = test;
  if (field === null) return joined("or", view.everything(span).map((value) => tested(value, test, view)), span);
  const value = view.field(field, span);
  // A field that the table does not have is null in every row, which folds to one truth.
  if (value.kind === "literal" && test.kind !== "null" && test.kind !== "exists") return constant(false, span);
  return tested(value, test, view);
}

function tested(value: Expr, test: Test, view: TableView): Expr {
  const { span } = test;
  const text = (said: string) => literal(said, "string", span);
  const truth = (said: boolean) => literal(said, "bool", span);
  const number = (n: number | bigint) => (typeof n === "bigint" || Number.isSafeInteger(n)
    ? literal(BigInt(n), "long", span) : literal(n, "real", span));
  switch (test.kind) {
    case "text":
      return call(`sigma.${test.how}`, "any,string,bool", [value, text(test.text), truth(test.cased)], span);
    case "pattern":
      return call("sigma.like", "any,string,bool", [value, text(test.parts.map((p) => (p === "any" ? "*" : p === "one" ? "?"
        : p.text.replace(/[*?\\]/g, "\\$&"))).join("")), truth(test.cased)], span);
    case "regex":
      return call("sigma.matches", "any,string,string", [value, text(test.source), text(test.flags)], span);
    case "cidr":
      return call("sigma.cidr", "any,string", [value, text(writeNetwork(test))], span);
    case "compare":
      return call("sigma.compare", "any,string,any", [value, text(test.op), number(test.than)], span);
    case "time":
      return call("sigma.time", "any,string,string,any", [value, text(test.part), text(test.op), number(test.than)], span);
    case "null":
      return call("sigma.null", "any", [value], span);
    case "exists": {
      const there = call("sigma.exists", "any", [value], span);
      return test.wanted ? there : not(there, span);
    }
    case "field":
      return call("sigma.alike", "any,any,string,bool", [value, view.field(test.other, span), text(test.how),
        truth(test.cased)], span);
  }
}

/** Whether a row is what a condition asks for. */
export function conditionExpression(condition: Condition, selections: ReadonlyMap<string, Selection>, view: TableView): Expr {
  const named = (name: string): Expr => {
    const selection = selections.get(name);
    return selection === undefined ? constant(false, condition.span) : matchExpression(selection.match, view);
  };
  switch (condition.kind) {
    case "selection":
      return { ...named(condition.name), span: condition.span };
    case "not":
      return not(conditionExpression(condition.part, selections, view), condition.span);
    case "and":
    case "or":
      return joined(condition.kind, condition.parts.map((part) => conditionExpression(part, selections, view)), condition.span);
    case "of":
      if (condition.need === "all" || condition.need === 1) {
        return joined(condition.need === "all" ? "and" : "or", condition.names.map(named), condition.span);
      }
      return atLeast(condition.need, condition.names.map(named), condition.span);
  }
}

/** At least so many of them: their number as a sum. */
function atLeast(count: number, parts: readonly Expr[], span: Span): Expr {
  const one = parts.map((part) => call("tolong", "any", [part], span, "long"));
  const sum = one.slice(1).reduce<Expr>((a, b) => call("add", "long,long", [a, b], span, "long"), one[0]
    ?? literal(0n, "long", span));
  return call("ge", "long,long", [sum, literal(BigInt(count), "long", span)], span);
}
