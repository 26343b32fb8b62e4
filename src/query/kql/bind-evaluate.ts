/**
 * `evaluate plugin(arguments) : (schema)`: arguments are matched with the parameters that the plugin's entry lists, the
 * entry says what comes out, and an `apply` node carries them to the engine by their names.
 */
import { nearest } from "../../base";
import type { ScalarType, Value } from "../../table";
import { functions } from "../functions";
import type { Call, Expr, Named, Plan } from "../plan";
import { conversionCost, convert } from "../scope";
import { apply } from "./apply";
import { callEntry, entryOf } from "./bind-call";
import { bindExpression } from "./bind-expression";
import { givesSeveral, severalTables } from "./bind-further";
import { keep } from "./bind-project";
import { RowBinder } from "./bind-row";
import { declared } from "./bind-source";
import { isNothing, type Binding } from "./binding";
import { RowScope, type BoundColumn, type Environment, type Rows } from "./environment";
import { PLUGINS, lengthType, pluginSignature } from "./plugins";
import type { Given, Plugin, PluginParameter } from "./plugins";
import type { Expression, OperatorOf } from "./syntax";
import { isTabular } from "./tabular";

/** An argument with the parameter that it is for. */
interface Matched {
  readonly parameter: PluginParameter;
  /** Undefined where `~` asks for the default. */
  readonly written: Expression | undefined;
  readonly label: string;
}

interface Bound extends Matched {
  readonly value: Expr;
  readonly column?: BoundColumn;
}

type Evaluate = OperatorOf<"evaluate">;

export function bindEvaluate(b: Binding, op: Evaluate, input: Rows, environment: Environment): Rows {
  const { call } = op;
  if (call.kind !== "call") {
    b.fail("kql-expected-plugin", "Write 'evaluate plugin(arguments)'.", call.span);
    return { ...input, open: true };
  }
  const plugin = PLUGINS.get(call.name.text);
  if (!plugin) {
    const meant = nearest(call.name.text, [...PLUGINS.values()].filter((p) => p.refused === undefined).map((p) => p.name));
    b.fail("kql-unknown-plugin", `The plugin '${call.name.text}' is not known.${meant ? ` Did you mean '${meant}'?` : ""}`,
      call.name.span, meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span: call.name.span, insert: meant }] } } : {});
    return { plan: input.plan, columns: [], open: true };
  }
  if (plugin.refused !== undefined) {
    b.fail("kql-refused", `The plugin '${plugin.name}' is not run here. ${plugin.refused}`, call.name.span);
    return { plan: input.plan, columns: [], open: true };
  }
  return new PluginBinder(b, op, call, plugin, input, environment).bind();
}

class PluginBinder {
  private readonly row: RowBinder;
  private other: Rows | undefined;
  private bound: Bound[] = [];
  private failed = false;

  constructor(
    private readonly b: Binding, private readonly op: Evaluate, private readonly call: Extract<Expression, { kind: "call" }>,
    private readonly plugin: Plugin, private readonly input: Rows, private readonly environment: Environment,
  ) {
    this.row = new RowBinder(b, input, environment);
  }

  /** What stands for a plugin whose argument no row has: its columns without values. */
  private empty(columns: readonly BoundColumn[]): Rows {
    const { b, op, input } = this;
    const outputs = columns.map((c): Named<Expr> => ({ name: c.name, value: input.columns.some((i) => i.name === c.name && i.type === c.type)
      ? { kind: "column", name: c.name, type: c.type, span: op.span } : b.absent(c.type, op.span) }));
    return b.rows({ op: "project", input: input.plan, outputs }, columns, op.span, op.word, true);
  }

  bind(): Rows {
    const { b, op, plugin } = this;
    const matched = this.match();
    if (!matched) {
      const { columns } = plugin.columns(this.given());
      return { plan: this.input.plan, columns, open: true };
    }
    for (const argument of matched) {
      if (argument.written) this.bound.push(...this.argument(argument, argument.written));
    }
    const { columns, open = false } = plugin.columns(this.given());
    if (this.failed) return this.empty(columns);
    const source = this.row.source(op.span).plan;
    if (plugin.name === "dcount_intersect") return this.intersect(source, columns);
    const others: Plan[] = this.other ? [this.other.plan] : [];
    const args = this.bound.flatMap((a): Named<Expr>[] => (a.parameter.kind === "table" ? []
      : [{ name: a.parameter.repeated ? `${a.parameter.name}:${a.label || (a.column?.name ?? "")}` : a.parameter.name,
        value: a.value }]));
    if (givesSeveral(plugin.name) && !this.row.setsAside) {
      return severalTables(b, op, { fn: plugin.name, input: source, args, columns, open: open || this.input.open });
    }
    const made = b.rows({ op: "apply", input: source, fn: plugin.name, args, ...(others.length > 0 ? { others } : {}) },
      columns, op.span, op.word, open || this.input.open);
    const told = this.row.setsAside && !open ? keep(b, { ...made, open }, columns, op) : { ...made, open };
    return op.schema ? this.declare(told, columns) : told;
  }

  /** Arguments beside parameters, by the first list that they fit; undefined, and told, where they fit none. */
  private match(): Matched[] | undefined {
    const { forms } = this.plugin;
    for (const form of forms) {
      const found = this.fit(form, true);
      if (found) return found;
    }
    for (const form of forms) {
      const found = this.fit(form, false);
      if (found) return found;
    }
    this.b.fail("kql-argument-count", `'${this.plugin.name}' does not take these arguments: ${pluginSignature(this.plugin)}.`,
      this.call.span);
    return undefined;
  }

  /** `strict`: an argument that a parameter must have has to look like one too. */
  private fit(form: readonly PluginParameter[], strict: boolean): Matched[] | undefined {
    const named = new Map<PluginParameter, Expression>();
    const inOrder: { written: Expression; label: string }[] = [];
    for (const arg of this.call.args) {
      const label = arg.kind === "named" ? arg.names[0]?.text ?? "" : "";
      const written = arg.kind === "named" ? arg.value : arg;
      const parameter = label === "" ? undefined : form.find((p) => p.name === label && !p.repeated);
      if (parameter) named.set(parameter, written);
      else inOrder.push({ written, label });
    }
    const found: Matched[] = [];
    let at = 0;
    for (const parameter of form) {
      const given = named.get(parameter);
      if (given) {
        found.push({ parameter, written: given, label: "" });
        continue;
      }
      for (let n = 0; n === 0 || parameter.repeated; n++, at++) {
        const next = inOrder[at];
        const must = parameter.least === 1 && n === 0;
        if (next && parameter.least === 0 && isDefault(next.written)) {
          found.push({ parameter, written: undefined, label: "" });
          continue;
        }
        if (!next || !(must && !strict ? true : this.looksLike(parameter, next.written, next.label))) {
          if (must) return undefined;
          break;
        }
        found.push({ parameter, ...next });
      }
    }
    return at === inOrder.length ? found : undefined;
  }

  private looksLike({ kind, repeated }: PluginParameter, e: Expression, label: string): boolean {
    const context = { environment: this.environment, row: undefined };
    const column = e.kind === "name" && (this.row.scope.named(e.name) !== undefined
      || (this.environment.find(e.name) === undefined && !isTabular(this.b, e, context)));
    switch (kind) {
      case "column": case "axis": case "weight": return column;
      case "key": case "both": return e.kind === "name" && this.environment.find(e.name)?.kind !== "scalar";
      case "moment": case "length": case "period": case "const": return !column && !isTabular(this.b, e, context);
      case "bool": return !repeated || label !== "" || !column;
      case "table": return isTabular(this.b, e, context);
      case "aggregate": return e.kind === "call";
      case "expr": return true;
      default: return kind satisfies never;
    }
  }

  private argument(argument: Matched, written: Expression): Bound[] {
    const { parameter } = argument;
    const plain = { ...argument, written };
    switch (parameter.kind) {
      case "column": case "axis": case "weight": {
        const value = this.row.bind(written);
        return this.asColumn(plain, value, this.input.columns, "the rows");
      }
      case "both": {
        const value = this.row.bind(written);
        this.otherColumn(written);
        return this.asColumn(plain, value, this.input.columns, "the rows");
      }
      case "key":
        return this.asColumn(plain, this.otherColumn(written), this.other?.columns ?? [], "the table");
      case "table": {
        const rows = this.b.grammar.rowsOf(this.b, written, this.environment);
        if (!rows) this.failed = true;
        else this.other = rows;
        return [{ ...plain, value: { kind: "literal", value: null, type: "dynamic", span: written.span } }];
      }
      case "expr": case "bool": {
        const value = this.row.bind(written);
        if (parameter.kind === "bool" && value.type !== "bool" && value.type !== "dynamic") this.fail("kql-argument-type",
          `'${parameter.name}' of '${this.plugin.name}' must be true or false, and this is a ${value.type}.`, written);
        return [{ ...plain, value: parameter.kind === "bool" ? convert(value, "bool", functions) : value }];
      }
      case "aggregate":
        return this.aggregate(plain, written);
      default:
        return this.constant(plain, written);
    }
  }

  private otherColumn(written: Expression): Expr {
    const row = new RowScope(this.other?.columns ?? [], this.other?.open ?? true);
    return bindExpression(this.b, written, { environment: this.environment, row });
  }

  private asColumn(argument: Matched, value: Expr, columns: readonly BoundColumn[], where: string): Bound[] {
    const { parameter, written } = argument;
    if (isNothing(value)) {
      this.failed = true;
      return [];
    }
    if (value.kind !== "column") {
      this.fail("kql-column-needed",
        `'${parameter.name}' of '${this.plugin.name}' must be a column of ${where}; make one with 'extend'.`, written);
      return [];
    }
    if (parameter.kind === "axis" && !AXES.has(value.type)) {
      this.fail("kql-argument-type",
        `'${parameter.name}' of '${this.plugin.name}' must be a column of numbers or times, and '${value.name}' is a ${value.type}.`,
        written);
    }
    return [{ ...argument, value, column: columns.find((c) => c.name === value.name) ?? { name: value.name, type: value.type } }];
  }

  /** A constant; one that lies on the axis gets the axis's type. */
  private constant(argument: Matched, written: Expression): Bound[] {
    const { parameter } = argument;
    const asked = written.kind === "name" && this.row.scope.named(written.name) !== undefined;
    const given = bindExpression(this.b, written, { environment: this.environment, row: asked ? this.row.scope : undefined });
    const value = given.kind === "scalar" ? given : this.b.fold(given);
    if (isNothing(value)) {
      if (!(written.kind === "literal")) this.failed = true;
      return [];
    }
    if (asked || (value.kind === "call" && this.b.constant(value) === undefined && readsRows(value))) {
      this.fail("kql-constant-needed", `'${parameter.name}' of '${this.plugin.name}' must be a constant.`, written);
      return [];
    }
    const axis = this.bound.find((a) => a.parameter.kind === "axis")?.column?.type;
    if (parameter.kind === "const" || axis === undefined || axis === "dynamic") return [{ ...argument, value }];
    if (parameter.kind === "period" && value.type === "string") {
      const word = this.b.constant(value)?.value;
      if (axis === "datetime" && (word === "week" || word === "month" || word === "year")) return [{ ...argument, value }];
    }
    const wanted = parameter.kind === "moment" ? axis : lengthType(axis);
    if (conversionCost(value.type, wanted) === undefined && value.type !== "dynamic") {
      this.fail("kql-argument-type", `'${parameter.name}' of '${this.plugin.name}' must be a ${wanted}, as the timeline is a ${
        axis}, and this is a ${value.type}.`, written);
      return [];
    }
    return [{ ...argument, value: convert(value, wanted, functions) }];
  }

  /** The aggregate of a pivot: its overload, and its arguments. */
  private aggregate(argument: Matched, written: Expression): Bound[] {
    if (written.kind !== "call") {
      this.fail("kql-expected-aggregate", "Expected an aggregate, such as count() or max(…).", written);
      return [];
    }
    const entry = entryOf(this.b, written, this.row.context);
    const made: Call | undefined = entry?.kind === "aggregate"
      ? callEntry(this.b, entry, written.args.map((a) => this.row.bind(a)), written) : undefined;
    if (entry && entry.kind !== "aggregate") this.fail("kql-expected-aggregate",
      `'${written.name.text}' is no aggregate; 'pivot' takes one, such as count() or max(…).`, written);
    if (!made) {
      this.failed = true;
      return [];
    }
    const of: PluginParameter = { name: "of", kind: "expr", least: 0, repeated: true };
    return [
      { ...argument, value: { kind: "literal", value: made.fn, type: "string", span: written.span } },
      ...made.args.map((value): Bound => ({ parameter: of, written, label: "", value,
        ...(value.kind === "column" ? { column: { name: value.name, type: value.type } } : {}) })),
    ];
  }

  /** `dcount_intersect` counts per row: columns beside those that there are. */
  private intersect(source: Plan, columns: readonly BoundColumn[]): Rows {
    const { b, op } = this;
    const sets = this.bound.filter((a) => a.parameter.name === "hll").map((a) => a.value);
    const names = columns.slice(-sets.length);
    const outputs = names.map((c, i) => ({ name: c.name,
      value: apply(b, "hll.intersect", sets.slice(0, i + 1), op.span, this.plugin.name) }));
    return b.rows({ op: "extend", input: source, outputs }, columns, op.span, op.word, this.input.open);
  }

  /** The columns that the query declares: projected out and converted. */
  private declare(made: Rows, known: readonly BoundColumn[]): Rows {
    const { b, op } = this;
    const schema = op.schema ?? [];
    const wanted = declared(b, schema.filter((c) => c.name.text !== "*"));
    const star = schema.some((c) => c.name.text === "*");
    const columns = [...(star ? known.filter((c) => !wanted.some((w) => w.name === c.name)) : []), ...wanted];
    const outputs = columns.map((c): Named<Expr> => {
      const there = known.find((l) => l.name === c.name);
      const value: Expr = { kind: "column", name: c.name, type: there?.type ?? "dynamic", span: op.wordSpan };
      return { name: c.name, value: there?.type === c.type ? value : convert(value, c.type, functions) };
    });
    return b.rows({ op: "project", input: made.plan, outputs }, columns, op.span, "");
  }

  private given(): Given {
    const of = (name: string): Bound[] => this.bound.filter((a) => a.parameter.name === name
      || (name === "key" && a.parameter.kind === "both"));
    return {
      input: this.input.columns, inputOpen: this.input.open, other: this.other?.columns ?? [],
      columns: (name) => of(name).flatMap((a) => (a.column ? [a.column] : [])),
      labels: (name) => of(name).map((a) => a.label),
      constant: (name): Value => of(name).map((a) => this.b.constant(a.value)?.value)[0] ?? null,
      text: (name) => {
        const [first] = of(name);
        const value = first && this.b.constant(first.value)?.value;
        return typeof value === "bigint" || typeof value === "number" ? String(value) : "";
      },
    };
  }

  private fail(code: string, message: string, at: Expression | undefined): void {
    this.failed = true;
    this.b.fail(code, message, at?.span ?? this.call.span);
  }
}

const AXES: ReadonlySet<ScalarType> = new Set(["int", "long", "real", "datetime", "timespan", "dynamic"]);

/** `~`: the default of a parameter that may be left out. */
function isDefault(e: Expression): boolean {
  return e.kind === "literal" && e.value === "~";
}

function readsRows(e: Expr): boolean {
  const todo = [e];
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (next.kind === "column") return true;
    if (next.kind === "call") todo.push(...next.args);
  }
  return false;
}

