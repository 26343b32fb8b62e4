/**
 * Calls: functions of the registry, the forms that take names or tables instead of values, and functions of the
 * query.
 */
import type { Span } from "../../base";
import { printValue } from "../../table";
import { functions, type FunctionEntry } from "../functions";
import type { Call, Expr } from "../plan";
import { chooseOverload, convert, explainMisfit, makeCall, paramAt, signature } from "../scope";
import { apply } from "./apply";
import { bindBinAuto, bindColumnNames } from "./bind-forms";
import { misshapen } from "./argument-shape";
import { bindFunction } from "./bind-function";
import { isNothing, nothing, type Binding } from "./binding";
import type { Context } from "./environment";
import { hintCall, hintOldWord } from "./hints";
import { checkAggregated } from "./plain";
import { entityNamed, tellWorkspaceFunction } from "./saved";
import type { Expression } from "./syntax";
import { isTabular } from "./tabular";
import { ALIASES, GRAPH_FORMS, SPECIAL_FORMS } from "./vocabulary";

export type CallExpression = Extract<Expression, { kind: "call" }>;
/** Passed in, since expressions hold calls and calls expressions. */
export type BindExpression = (b: Binding, e: Expression, context: Context) => Expr;

/** Binds a call that gives a value. */
export function bindCall(b: Binding, e: CallExpression, context: Context, bind: BindExpression): Expr {
  if (e.of) {
    if (!isTabular(b, e, context)) bind(b, e.of, context);
    b.fail("kql-value-needed", `'${e.name.text}(…)' behind a dot gives no value.`, e.span);
    return nothing(e.span);
  }
  const element = context.pattern?.call(e, context);
  if (element) return element;
  const entity = entityNamed(b, e.name.text, context.environment);
  if (entity?.kind === "function") {
    const result = bindFunction(b, entity, e.args, e.span, context, bind, undefined);
    if (result.kind === "value") return result.value;
    if (result.kind === "columns") return nothing(e.span);
    b.fail("kql-value-needed", `'${e.name.text}' gives rows, and a value is needed here. Put toscalar(…) around it.`,
      e.span);
    return nothing(e.span);
  }
  const special = bindSpecial(b, e, context, bind);
  if (special) return special;
  const entry = entryOf(b, e, context);
  return entry ? bindEntry(b, e, entry, context, bind) : nothing(e.span);
}

/** The registry's entry for a call, by its documented name. */
export function entryOf(b: Binding, e: CallExpression, context: Context): FunctionEntry | undefined {
  const written = e.name.text;
  const found = functions.named(written) ?? functions.named(ALIASES.get(written) ?? "");
  hintOldWord(b, e.name);
  const ofColumns = found && OF_COLUMNS.get(found.name);
  if (ofColumns !== undefined && (!context.aggregate || e.args.length > 1)) return functions.named(ofColumns);
  if (found && isCallable(found.name)) return found;
  const known = [...functions.all().map((f) => f.name).filter(isCallable),
    ...[...ALIASES].filter(([, to]) => functions.named(to)).map(([from]) => from), ...SPECIAL_FORMS.keys(),
    ...context.environment.names().filter((n) => n.entity.kind === "function").map((n) => n.name),
    ...b.scope.functions?.() ?? []];
  if (ALIASES.has(written) || SPECIAL_FORMS.has(written)) {
    b.fail("kql-no-function", `'${written}' cannot be computed here yet.`, e.name.span);
    return undefined;
  }
  if (GRAPH_FORMS.has(written)) {
    b.fail("kql-graph-function", `'${written}' asks something of a graph's pattern: it stands in the 'where' and 'project' of 'graph-match'.`,
      e.name.span);
    return undefined;
  }
  if (tellWorkspaceFunction(b, written, e.name.span)) return undefined;
  const real = b.unknown("function", written, e.name.span, known, "");
  return real === undefined ? undefined : functions.named(ALIASES.get(real) ?? real);
}

/** Aggregates that merge rows, with the functions of the same name that merge columns. */
const OF_COLUMNS: ReadonlyMap<string, string> = new Map([["hll_merge", "hll.merge"], ["tdigest_merge", "tdigest.merge"]]);

/** Meanings with a dot in their name (`eq.kusto`, `path.key`) are signs, and no user can call them. */
export function isCallable(name: string): boolean {
  return !name.includes(".");
}

function bindEntry(b: Binding, e: CallExpression, entry: FunctionEntry, context: Context, bind: BindExpression): Expr {
  if (entry.kind === "aggregate" && !context.aggregate) {
    b.fail("kql-aggregate-here",
      `'${e.name.text}' is an aggregate: it needs the rows of a group, so it stands in 'summarize'.`, e.name.span);
    return nothing(e.span);
  }
  if (entry.kind === "window" && !context.window) {
    b.fail("kql-window-here", `'${e.name.text}' looks at neighbouring rows, and there are none here.`, e.name.span);
    return nothing(e.span);
  }
  const inner: Context =
    { environment: context.environment, row: context.row, ...(context.pattern ? { pattern: context.pattern } : {}),
    ...(entry.kind === "scalar" && context.aggregate ? { aggregate: context.aggregate } : {}),
    ...(context.guessed ? { guessed: context.guessed } : {}),
    ...(entry.kind !== "aggregate" && context.window ? { window: context.window } : {}),
    ...(context.states ? { states: context.states } : {}) };
  const { args, type } = bindArguments(b, OF_ALL.has(entry.name) ? spread(e.args, context) : e.args, inner, bind);
  if (refuseSeveral(b, e, entry)) return nothing(e.span);
  if (entry.kind === "aggregate" && args[0]) checkAggregated(b, entry.name, args[0],
    context.guessed?.(args[0]) ?? false);
  hintCall(b, e, entry.name, args, args[0] !== undefined && args[0].kind === "column"
    && context.row?.named(args[0].name) === undefined);
  const call = callEntry(b, entry, args, e);
  if (!call) return nothing(e.span);
  let value: Expr = call;
  if (entry.kind === "aggregate" && context.aggregate) value = context.aggregate(call);
  else if (entry.kind === "window" && context.window) value = context.window(call);
  return type ? convert(value, type, functions) : value;
}

/** Tells of a call of several columns where one value is needed. */
function refuseSeveral(b: Binding, e: CallExpression, entry: FunctionEntry): boolean {
  if (entry.kind !== "scalar" || !entry.columns || ("suffix" in entry.columns && isSingle(e))) return false;
  b.fail("kql-several-columns", `'${e.name.text}' gives several columns, and one value is needed here. Write 'extend (a, b) = ${
    e.name.text}(…)', or take one of them by its place: '${e.name.text}(…)[0]'.`, e.span);
  return true;
}

/** One array, with or without what says where nulls stand: an ordinary value. */
export function isSingle(e: Expression): boolean {
  if (e.kind !== "call") return false;
  const entry = functions.named(e.name.text);
  const per = entry?.kind === "scalar" && entry.columns && "suffix" in entry.columns;
  const [, second] = e.args;
  return per === true && (!second || (e.args.length === 2 && second.kind === "literal" && second.type === "bool"));
}

/** Kusto docs: pack_array(), estimate_data_size(): `*` stands for every column. */
const OF_ALL: ReadonlySet<string> = new Set(["pack_array", "estimate_data_size"]);

function spread(args: readonly Expression[], context: Context): readonly Expression[] {
  return args.flatMap((a): readonly Expression[] => a.kind !== "wildcard" || a.pattern !== "*" ? [a]
    : (context.row?.columns ?? []).map((c) => ({ kind: "name", name: c.name, span: a.span })));
}

/** Arguments as values. `typeof(…)` at the end says what the result shall be. */
function bindArguments(b: Binding, args: readonly Expression[], context: Context,
  bind: BindExpression): { args: Expr[]; type: Expr["type"] | undefined } {
  const last = args[args.length - 1];
  const type = last?.kind === "typeof" ? last.types[0]?.type : undefined;
  const values = type ? args.slice(0, -1) : args;
  return { args: values.map(
    (a) => (a.kind === "wildcard" ? nothing(a.span) : bind(b, a.kind === "named" ? a.value : a, context))), type };
}

/** Chooses the overload; tells what does not fit, with the signatures. */
export function callEntry(b: Binding, entry: FunctionEntry, given: readonly Expr[],
  e: CallExpression): Call | undefined {
  const choice = chooseOverload(entry, given.map((a) => a.type));
  if (choice && misshapen(b, entry.name, given, e)) return undefined;
  if (!choice) {
    explain(b, entry, given, e);
    return undefined;
  }
  const args = given.map((arg, i) => {
    if (!paramAt(choice.overload, i)?.constant || arg.kind === "scalar") return arg;
    const folded = b.fold(arg);
    if (folded.kind === "literal" || b.constant(arg) !== undefined) return folded;
    b.fail("kql-constant-needed", `'${paramAt(choice.overload, i)?.name
      ?? ""}' of '${e.name.text}' must be a constant.`, arg.span);
    return arg;
  });
  return makeCall(choice, args, e.span, functions);
}

function explain(b: Binding, entry: FunctionEntry, args: readonly Expr[], e: CallExpression): void {
  if (args.some(isNothing)) return;
  const misfit = explainMisfit(entry, args.map((a) => a.type));
  const forms = entry.overloads.slice(0, 4).map((o) => signature(e.name.text, o)).join("; ");
  if (misfit.kind === "count") {
    const count = misfit.least === misfit.most ? `${misfit.least}` : misfit.most === Infinity
      ? `${misfit.least} or more` : `${misfit.least} to ${misfit.most}`;
    b.fail("kql-argument-count", `'${e.name.text}' takes ${count} ${count === "1" ? "argument"
      : "arguments"}, and here ${args.length === 1 ? "is" : "are"} ${args.length}: ${forms}.`, e.span);
    return;
  }
  const arg = args[misfit.index];
  b.fail("kql-argument-type", `Argument ${misfit.index + 1} of '${e.name.text}' is a ${arg?.type
    ?? "value"}, and ${misfit.wanted.join(" or ")} is taken: ${forms}.`,
    e.args[misfit.index]?.span ?? e.span);
}

/** Forms that the binder knows, since they take names, types or rows. */
function bindSpecial(b: Binding, e: CallExpression, context: Context, bind: BindExpression): Expr | undefined {
  switch (e.name.text) {
    case "toscalar":
      return bindToScalar(b, e, context, bind);
    case "column_ifexists": case "columnifexists": {
      const [name, otherwise] = e.args;
      if (!name || !otherwise || e.args.length > 2) return needs(b, e, 2);
      const text = constantText(b, name, context, bind);
      if (text === undefined) return bind(b, otherwise, context);
      const column = context.row?.named(text);
      if (column) return { kind: "column", name: text, type: column.type, span: e.span };
      if (context.row?.open) return { kind: "column", name: text, type: "dynamic", span: e.span };
      return { ...bind(b, otherwise, context), span: e.span };
    }
    case "iscolumnexists": {
      const [name] = e.args;
      if (!name) return needs(b, e, 1);
      const text = constantText(b, name, context, bind);
      return { kind: "literal", value: text !== undefined && context.row?.named(text) !== undefined, type: "bool",
        span: e.span };
    }
    case "pack_all":
      return packAll(b, e, context, bind);
    case "bag_pack_columns": {
      const pairs = e.args.flatMap((a): Expr[] => {
        const value = bind(b, a, context);
        return [{ kind: "literal", value: a.kind === "name" ? a.name : value.kind === "column" ? value.name : "",
          type: "string", span: a.span }, value];
      });
      return apply(b, "bag_pack", pairs, e.span, "bag_pack_columns");
    }
    case "bin_auto":
      return bindBinAuto(b, e, context, bind);
    case "column_names_of":
      return bindColumnNames(b, e, context);
    case "assert":
      return bindAssert(b, e, context, bind);
    case "ingestion_time": {
      const column = ["TimeGenerated",
        "Timestamp"].map((n) => context.row?.named(n)).find((c) => c?.type === "datetime");
      return column ? { kind: "column", name: column.name, type: "datetime", span: e.span }
        : { kind: "literal", value: null, type: "datetime", span: e.span };
    }
    case "materialize": case "table": case "database": case "cluster": case "workspace": case "app":
      b.fail("kql-value-needed", `'${e.name.text}' gives a table, and a value is needed here.`, e.span);
      return nothing(e.span);
    default:
      return undefined;
  }
}

/** Kusto docs: assert(): judged while the query is bound, whether rows come to it or not. */
function bindAssert(b: Binding, e: CallExpression, context: Context, bind: BindExpression): Expr {
  const [condition, message] = e.args;
  if (!condition || !message) return needs(b, e, 2);
  const before = b.diagnostics.length;
  const [holds, says] = [condition, message].map((a) => b.constant(bind(b, a, context)));
  const told = b.diagnostics.length > before;
  if (!told && !(holds && says)) b.fail("kql-constant-needed",
    "'assert' is judged before the query runs, so its condition and message must be constants.", e.span);
  // A parameter of a function that is only being checked is null, and neither true nor false.
  if (holds?.value === false) b.fail("kql-assert", `assert() has failed with the message: '${printValue(says?.value ?? "")}'`,
    e.span);
  return { kind: "literal", value: true, type: "bool", span: e.span };
}

function needs(b: Binding, e: CallExpression, count: number): Expr {
  b.fail("kql-argument-count", `'${e.name.text}' takes ${count} ${count === 1 ? "argument"
    : "arguments"}: ${SPECIAL_FORMS.get(e.name.text) ?? ""}`, e.span);
  return nothing(e.span);
}

function constantText(b: Binding, e: Expression, context: Context, bind: BindExpression): string | undefined {
  const found = b.constant(bind(b, e, { environment: context.environment, row: undefined }));
  if (typeof found?.value === "string") return found.value;
  // A parameter of a function that is only being checked: no name yet, and no mistake.
  if (found?.value === null) return undefined;
  b.fail("kql-constant-needed", "A constant text is needed here.", e.span);
  return undefined;
}

/** `toscalar(query)`: the first cell; of a value the value itself. */
function bindToScalar(b: Binding, e: CallExpression, context: Context, bind: BindExpression): Expr {
  const [query] = e.args;
  if (!query || e.args.length !== 1) return needs(b, e, 1);
  if (!isTabular(b, query, { environment: context.environment, row: undefined })) return bind(b, query,
    { environment: context.environment, row: undefined });
  const rows = b.grammar.rowsOf(b, query, context.environment);
  if (!rows) return nothing(e.span);
  const first = rows.columns[0];
  return { kind: "scalar", plan: rows.plan, take: "cell", type: first?.type ?? "dynamic", span: e.span };
}

function packAll(b: Binding, e: CallExpression, context: Context, bind: BindExpression): Expr {
  const [ignore] = e.args;
  const skip = ignore ? b.constant(bind(b, ignore, context))?.value === true : false;
  const pairs = (context.row?.columns
    ?? []).flatMap((c): Expr[] => [text(c.name, e.span), { kind: "column", name: c.name, type: c.type, span: e.span }]);
  const bag = pairs.length === 0 ? ({ kind: "literal", value: new Map(), type: "dynamic", span: e.span } as const)
    : apply(b, "bag_pack", pairs, e.span, "pack_all");
  return skip && functions.named("bag_without_empty") ? apply(b, "bag_without_empty", [bag], e.span, "pack_all") : bag;
}

function text(value: string, span: Span): Expr {
  return { kind: "literal", value, type: "string", span };
}
