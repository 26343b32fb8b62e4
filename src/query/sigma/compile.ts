/**
 * A Sigma file as a plan: the table of the rule's log source, a filter for the log source, a filter whose terms are the
 * condition. A conjunct that is one selection becomes a term per item, so that each is counted alone; every selection
 * and every item of the others is counted beside them.
 */
import { error, info, warning } from "../../base";
import type { Diagnostic, Span } from "../../base";
import { meets, PLAIN, shapeOf, shapes, tablesOf, viewsOf } from "../../schema";
import type { EventShape, EventValue, LogSource, Place } from "../../schema";
import type { Schema } from "../../table";
import type { Compiled, Scope, TableFacts } from "../language";
import type { Expr, Named, Plan } from "../plan";
import { conditionExpression, constant, itemExpression, joined, matchExpression, TableView } from "./expression";
import { applyFilters } from "./filter";
import type { SigmaOptions } from "./options";
import { readSigma } from "./read";
import { referencesOf } from "./references";
import type { Condition, DetectionRule, Item, Match } from "./syntax";

/** A table with the ways in which a log source's events appear in it. */
export interface Chosen {
  readonly table: TableFacts;
  readonly shape: EventShape;
  readonly views: readonly TableView[];
}

/** Compiles every rule of a text; of several rules the last is the main result and the others come before it. */
export function compileSigma(text: string, scope: Scope, options: SigmaOptions = {}): Compiled {
  const file = readSigma(text, options);
  const filtered = applyFilters(file.rules);
  const references = referencesOf(filtered.rules);
  const diagnostics: Diagnostic[] = [...file.diagnostics, ...[...filtered.diagnostics.values()].flat(),
    ...[...references.diagnostics.values()].flat()];
  const tables: { name: string; span: Span; known: boolean }[] = [];
  const outline: { label: string; span: Span; plan?: number }[] = [];
  const results: Named<Plan>[] = [];
  const numbers = { next: 1 };
  for (const rule of filtered.rules) {
    const label = rule.title?.value ?? "rule";
    if (rule.kind !== "detection") {
      diagnostics.push(info("sigma-correlation-here", "A correlation runs where rules run together, over all events; "
        + "here the rules that it stands on are shown.", rule.title?.span ?? { from: rule.span.from, to: rule.span.from }));
      outline.push({ label, span: rule.span });
      continue;
    }
    const chosen = choose(rule.logsource, scope);
    if (chosen === undefined) {
      diagnostics.push(noTable(rule.logsource, scope));
      outline.push({ label, span: rule.span });
      continue;
    }
    tables.push({ name: chosen.table.name, span: rule.logsource.span, known: true });
    diagnostics.push(...missingFields(rule, chosen));
    const plan = new RulePlan(rule, chosen, numbers).build();
    outline.push({ label, span: rule.span, plan: plan.id });
    results.push({ name: label, value: plan });
  }
  const main = results[results.length - 1];
  const whole = main !== undefined && !diagnostics.some((d) => d.severity === "error");
  if (!whole) return { diagnostics, outline, tables };
  const earlier = results.slice(0, -1);
  return { plan: earlier.length === 0 ? main.value : { ...main.value, earlier, name: main.name }, diagnostics, outline, tables };
}

/** The table for a log source: loaded ones first, those that are known to hold it before those that may. */
export function choose(source: LogSource, scope: Scope): Chosen | undefined {
  const named = tablesOf(source).flatMap((name) => scope.table(name) ?? []);
  const loaded = scope.tables().flatMap((name) => scope.table(name) ?? []).filter((t) => t.loaded);
  const candidates = [...named.filter((t) => t.loaded), ...loaded];
  const fitting = candidates.map((table) => viewed(table, source)).filter((chosen) => chosen.views.length > 0);
  return fitting.find((c) => c.shape !== PLAIN) ?? fitting[0]
    ?? named.map((table) => viewed(table, source)).find((chosen) => chosen.views.length > 0);
}

function viewed(table: TableFacts, source: LogSource): Chosen {
  const example = new Map<string, EventValue>(table.schema.columns.map((c) => [c.name, table.seenValues?.(c.name)[0] ?? true]));
  const said = shapeOf(example);
  const shape = said === PLAIN ? nestedShape(table, example) ?? PLAIN : said;
  const views = viewsOf(source, shape).map((view, i) => new TableView(view, i, source, shape, table.schema));
  return { table, shape, views };
}

/** The shape that asks for what may be inside of a table's dynamic columns, whose values are not looked at here. */
function nestedShape(table: TableFacts, example: EventValue): EventShape | undefined {
  const inside = new Set(table.schema.columns.flatMap((c) => (c.type === "dynamic" ? [c.name] : [])));
  const isInside = (place: Place) => place.keys.length > 1 && inside.has(place.keys[0] ?? "");
  return shapes().find((shape) => shape.has.some((term) => term.places.some(isInside))
    && shape.has.every((term) => meets(example, term) || term.places.some(isInside)));
}

function noTable(source: DetectionRule["logsource"], scope: Scope): Diagnostic {
  const said = (["product", "category", "service"] as const).flatMap((part) => source[part] ?? []).join(" / ");
  const loaded = scope.tables().filter((name) => scope.table(name)?.loaded);
  return error("sigma-no-table", `No table here holds events of ${said}.${loaded.length === 0 ? " Load a sample."
    : ` Loaded: ${loaded.slice(0, 5).join(", ")}.`}`, source.span);
}

/** Fields of the rule that the table has no column for: the item can never hold, or always does. */
function missingFields(rule: DetectionRule, { table, views }: Chosen): readonly Diagnostic[] {
  if (table.schema.open) return [];
  const out: Diagnostic[] = [];
  const told = new Set<string>();
  for (const item of itemsOf(rule)) {
    const field = item.field;
    if (field === null || told.has(field) || views.some((view) => view.has(field))) continue;
    told.add(field);
    out.push(warning("sigma-no-field", `'${field}' is in no column of ${table.name}.`,
      { from: item.span.from, to: Math.min(item.span.to, item.span.from + field.length) }));
  }
  return out;
}

/** Every item of a rule. */
export function itemsOf(rule: Pick<DetectionRule, "selections">): readonly Item[] {
  const out: Item[] = [];
  const todo: Match[] = [...rule.selections.values()].map((s) => s.match);
  for (let match = todo.pop(); match !== undefined; match = todo.pop()) {
    if (match.kind === "item") out.push(match);
    else todo.push(...match.parts);
  }
  return out.sort((a, b) => a.span.from - b.span.from);
}

class RulePlan {
  private readonly views: readonly TableView[];
  private readonly span: Span;

  constructor(private readonly rule: DetectionRule, private readonly chosen: Chosen, private readonly numbers: { next: number }) {
    this.views = chosen.views;
    this.span = rule.logsource.span;
  }

  build(): Plan {
    const schema: Schema = this.chosen.table.schema;
    const conditions = this.rule.conditions;
    const whole = { from: Math.min(...conditions.map((c) => c.span.from)), to: Math.max(...conditions.map((c) => c.span.to)) };
    const scan: Plan = { id: this.numbers.next++, span: this.span, label: this.chosen.table.name, schema, op: "scan",
      table: this.chosen.table.name, nullText: "keep" };
    const ofSource = this.views.map((view) => view.condition(this.span));
    const routed: Plan = ofSource.some((c) => c === undefined) ? scan : { id: this.numbers.next++, span: this.span,
      label: "logsource", schema, op: "filter", input: scan, terms: [joined("or", ofSource as Expr[], this.span)] };
    const only = conditions[0];
    const terms = conditions.length === 1 && only !== undefined ? this.conjuncts(only) : [this.each(whole, (view) =>
      joined("or", conditions.map((c) => conditionExpression(c, this.rule.selections, view)), whole))];
    return { id: this.numbers.next++, span: whole, label: "condition", schema, op: "filter", input: routed, terms,
      counted: this.counted() };
  }

  /** The terms of a conjunction; a selection that is one gives its items. */
  private conjuncts(condition: Condition): readonly Expr[] {
    if (condition.kind === "and") return condition.parts.flatMap((part) => this.conjuncts(part));
    const names = condition.kind === "selection" ? [condition.name]
      : condition.kind === "of" && condition.need === "all" ? condition.names : undefined;
    if (names === undefined) {
      return [this.each(condition.span, (view) => conditionExpression(condition, this.rule.selections, view))];
    }
    return names.flatMap((name) => {
      const selection = this.rule.selections.get(name);
      return selection === undefined ? [constant(false, condition.span)] : this.items(selection.match);
    });
  }

  private items(match: Match): readonly Expr[] {
    if (match.kind === "all") return match.parts.flatMap((part) => this.items(part));
    return [this.each(match.span, (view) => matchExpression(match, view))];
  }

  private counted(): readonly Expr[] {
    const selections = [...this.rule.selections.values()].map((selection) =>
      this.each(selection.span, (view) => matchExpression(selection.match, view)));
    const items = itemsOf(this.rule).map((item) => this.each(item.span, (view) => itemExpression(item, view)));
    return [...selections, ...items];
  }

  /** An expression over each view of the log source; a row is of one of them. */
  private each(span: Span, make: (view: TableView) => Expr): Expr {
    const [first] = this.views;
    if (first === undefined) return constant(false, span);
    if (this.views.length === 1) return { ...make(first), span };
    const made = this.views.map((view) => ({ view, made: make(view) }));
    const alike = made.every((m) => printed(m.made) === printed(made[0]?.made));
    if (alike) return { ...make(first), span };
    return joined("or", made.map(({ view, made: expr }) => {
      const condition = view.condition(span);
      return condition === undefined ? expr : joined("and", [condition, expr], span);
    }), span);
  }
}

/** An expression without its places, to tell whether two are the same. */
function printed(expr: Expr | undefined): string {
  return JSON.stringify(expr, (key, value: unknown) => (key === "span" ? undefined : typeof value === "bigint" ? `${value}n`
    : value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : value)) ?? "";
}
