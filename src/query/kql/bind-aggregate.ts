/** `summarize` and its kin: keys, aggregates, the names they get, and expressions over aggregates. */
import { functions } from "../functions";
import type { Call, Expr, Named } from "../plan";
import { callEntry, entryOf, type CallExpression } from "./bind-call";
import { bindExpression } from "./bind-expression";
import { RowBinder, passOn } from "./bind-row";
import { severalOf } from "./bind-several";
import { isNothing, nothing, type Binding } from "./binding";
import { Environment, Hoisted, type BoundColumn, type Rows } from "./environment";
import { DefaultNames, UniqueNames } from "./names";
import { hintOldWord } from "./hints";
import { checkAggregated, checkPlain } from "./plain";
import { entityNamed } from "./saved";
import type { Expression, Operator, OperatorOf } from "./syntax";
import { ALIASES } from "./vocabulary";

type Summarize = OperatorOf<"summarize">;

/** A column that comes out: a key or aggregate as it is (`direct`), or an expression over aggregates. */
interface Output {
  readonly name: string;
  readonly value: Expr;
}

export function bindSummarize(b: Binding, op: Summarize, input: Rows, environment: Environment): Rows {
  return aggregate(b, op, op.items, op.by, input, environment);
}

/** One row per group of equal keys; `op` gives label and place. */
export function aggregate(
  b: Binding, op: Operator, items: readonly Expression[], by: readonly Expression[], input: Rows,
    environment: Environment,
): Rows {
  const row = new RowBinder(b, input, environment);
  const names = new UniqueNames();
  const defaults = new DefaultNames();
  const keys: { column: BoundColumn; value: Expr }[] = [];
  for (const item of by) {
    if (item.kind === "wildcard") {
      b.fail("kql-star-here", "'*' cannot stand behind 'by'.", item.span);
      continue;
    }
    const value = row.bind(item.kind === "named" ? item.value : item);
    // `make-series` and `top-nested` take keys that no group takes.
    if (op.kind === "summarize" || op.kind === "distinct") checkPlain(b, value, row.isGuessed(value),
      item.kind === "named" ? item.value.span : item.span, op.kind === "distinct" ? "made distinct" : "grouped by");
    const written = item.kind === "named" ? item.names[0]?.text : value.kind === "column" && item.kind === "name"
      ? value.name : row.nameOf(item);
    const name = written ?? defaults.name((n) => names.has(n) || row.scope.named(n) !== undefined);
    if (keys.some((k) => k.column.name === name)) {
      if (value.kind === "column" && value.name === name) continue;
    }
    keys.push({ column: row.column(names.add(name), value), value });
  }

  const hoisted = new Hoisted("$a");
  const outputs: Output[] = [];
  const keyNames = new Set(keys.flatMap((k) => (k.value.kind === "column" ? [k.value.name] : [])));
  for (const item of items) {
    const call = item.kind === "named" ? item.value : item;
    const given = item.kind === "named" ? item.names.map((n) => n.text) : [];
    const many = call.kind === "call" && !call.of ? severalColumns(b, call, row, keyNames) : undefined;
    if (many) {
      many.forEach((m, i) => outputs.push({ name: names.add(given[i] ?? m.name), value: hoisted.take(m.call) }));
      continue;
    }
    const context = { ...row.context, aggregate: (c: Call) => hoisted.take(c), guessed: (e: Expr) => row.isGuessed(e) };
    const several = severalOf(b, call, context, bindExpression, (e) => row.nameOf(e), (c) => c);
    if (several) {
      several.forEach((s, i) => outputs.push({ name: names.add(given[i] ?? s.name), value: s.value }));
      continue;
    }
    const value = bindExpression(b, call, context);
    const inner = value.kind === "column" ? hoisted.calls.some((c) => c.name === value.name) : true;
    if (!inner || !mentionsAggregate(value, hoisted)) {
      if (value.kind !== "literal") b.fail("kql-expected-aggregate",
        "Expected an aggregate, such as count() or max(…); columns to group by stand behind 'by'.", item.span);
    } else checkColumns(b, value, hoisted);
    const name = given[0] ?? row.nameOf(call) ?? defaults.name((n) => names.has(n) || row.scope.named(n) !== undefined);
    outputs.push({ name: names.add(name), value });
  }
  const rows = group(b, op, row, keys, hoisted.calls, outputs);
  // Of a table that is not known, `arg_max(x, *)` gives columns that are not known.
  const all = input.open && input.tables && items.some((i) => hasStar(i.kind === "named" ? i.value : i));
  return all ? { ...rows, open: true, tables: input.tables } : rows;
}

function hasStar(e: Expression): boolean {
  return e.kind === "call" && e.args.some((a) => a.kind === "wildcard");
}

function mentionsAggregate(value: Expr, hoisted: Hoisted): boolean {
  const todo = [value];
  for (let e = todo.pop(); e; e = todo.pop()) {
    if (e.kind === "column" && hoisted.calls.some((c) => c.name === (e as { name: string }).name)) return true;
    if (e.kind === "call") todo.push(...e.args);
  }
  return false;
}

/** Beside an aggregate a column has no one value: the group has many rows. */
function checkColumns(b: Binding, value: Expr, hoisted: Hoisted): void {
  const todo = [value];
  for (let e = todo.pop(); e; e = todo.pop()) {
    const { kind } = e;
    if (kind === "call") todo.push(...e.args);
    if (kind !== "column") continue;
    const { name, span } = e;
    if (!hoisted.calls.some((c) => c.name === name)) b.fail("kql-expected-aggregate",
      `'${name}' has many values in a group: put an aggregate around it, such as take_any(${name}) or max(${name}).`, span);
  }
}

/** Aggregates that give one of the values that they get. */
const SELECTING = new Set(["min", "max", "minif", "maxif", "take_any", "take_anyif", "arg_max.key", "arg_max.value",
  "arg_min.key", "arg_min.value", "sum", "sumif", "percentile"]);

/** Whether the type of an output is a guess: it is a value of a column that is not known, or stands for a mistake. */
function isGuess(value: Expr, calls: readonly Named<Call>[], row: RowBinder): boolean {
  if (value.type !== "dynamic" || isNothing(value)) return value.type === "dynamic";
  const call = value.kind === "column" ? calls.find((c) => c.name === value.name)?.value : undefined;
  const last = call?.args[call.fn.startsWith("arg_") ? call.args.length - 1 : 0];
  return call !== undefined && last !== undefined && SELECTING.has(call.fn.replace(/:.*/, "")) && row.isGuessed(last);
}

function group(
  b: Binding, op: Operator, row: RowBinder, keys: readonly { column: BoundColumn; value: Expr }[],
    calls: readonly Named<Call>[], outputs: readonly Output[],
): Rows {
  const source = row.source(op.span);
  const direct = outputs.length === calls.length
    && outputs.every((o, i) => o.value.kind === "column" && o.value.name === calls[i]?.name);
  const keyColumns = keys.map((k) => k.column);
  const columns = [...keyColumns, ...outputs.map((o): BoundColumn => ({ name: o.name, type: o.value.type,
    ...(isGuess(o.value, calls, row) ? { guessed: true } : {}) }))];
  const namedKeys = keys.map((k): Named<Expr> => ({ name: k.column.name, value: k.value }));
  if (direct) {
    const aggregates = outputs.map((o, i): Named<Call> => ({ name: o.name, value: (calls[i] as Named<Call>).value }));
    return b.rows({ op: "group", input: source.plan, keys: namedKeys, aggregates }, columns, op.span, op.word);
  }
  const grouped = b.rows({ op: "group", input: source.plan, keys: namedKeys, aggregates: calls },
    [...keyColumns, ...calls.map((c): BoundColumn => ({ name: c.name, type: c.value.type }))], op.span, op.word);
  return b.rows({ op: "project", input: grouped.plan, outputs: [...passOn(keyColumns, op.wordSpan), ...outputs] },
    columns, op.span, "");
}

interface ColumnCall {
  readonly name: string;
  readonly call: Call;
}

/**
 * `arg_max`, `take_any`, `percentiles`: one call per column that comes out; undefined when the call gives one column.
 */
function severalColumns(b: Binding, e: CallExpression, row: RowBinder,
  keys: ReadonlySet<string>): ColumnCall[] | undefined {
  const word = ALIASES.get(e.name.text) ?? e.name.text;
  if (entityNamed(b, e.name.text, row.environment)?.kind === "function") return undefined;
  if (["arg_max", "arg_min", "take_any"].includes(word)) hintOldWord(b, e.name);
  switch (word) {
    case "arg_max": case "arg_min":
      return extremeRow(b, e, word, row, keys);
    case "take_any":
      return anyRow(b, e, row, keys);
    case "percentiles": case "percentilesw":
      return percentiles(b, e, word, row);
    case "percentile": case "percentilew": {
      const last = e.args[e.args.length - 1];
      const first = e.args[0];
      if (!last || !first) return undefined;
      const call = bindOne(b, e, word, e.args.map((a) => row.bind(a)));
      return [{ name: `percentile_${row.nameOf(first) ?? ""}_${fragment(b, row, last)}`, call }];
    }
    default:
      return undefined;
  }
}

/** `arg_max(key, a, b, *)`. Kusto docs: arg_max (aggregation function). */
function extremeRow(b: Binding, e: CallExpression, word: "arg_max" | "arg_min", row: RowBinder,
  keys: ReadonlySet<string>): ColumnCall[] {
  const [first, ...rest] = e.args;
  if (!first) {
    b.fail("kql-argument-count",
      `'${e.name.text}' takes the expression whose extreme is looked for, and what to give back.`, e.span);
    return [];
  }
  const old = e.name.text === "argmax" || e.name.text === "argmin";
  const key = row.bind(first.kind === "named" ? first.value : first);
  checkAggregated(b, word, key, row.isGuessed(key));
  const prefix = word === "arg_max" ? "max" : "min";
  const keyName = first.kind === "named" ? first.names[0]?.text : row.nameOf(first);
  const outer = old ? `${prefix}_` : "";
  const found: ColumnCall[] =
    [{ name: `${outer}${keyName ?? (old ? "" : `${prefix}_`)}`, call: bindOne(b, e, `${word}.key`, [key]) }];
  const anyStar = rest.some((a) => a.kind === "wildcard");
  const given = new Set(key.kind === "column" ? [key.name] : []);
  const inner = old ? `${prefix}_${keyName ?? ""}_` : "";
  rest.forEach((arg, i) => {
    if (arg.kind === "wildcard") {
      for (const c of row.input.columns) {
        if (given.has(c.name) || keys.has(c.name)) continue;
        given.add(c.name);
        found.push({ name: inner + c.name,
          call: bindOne(b, e, `${word}.value`,
          [key, { kind: "column", name: c.name, type: c.type, span: arg.span }]) });
      }
      return;
    }
    const value = row.bind(arg.kind === "named" ? arg.value : arg);
    if (value.kind === "column") {
      if (anyStar && (given.has(value.name) || keys.has(value.name))) return;
      given.add(value.name);
    }
    const name = arg.kind === "named" ? arg.names[0]?.text : row.nameOf(arg);
    found.push({ name: name !== undefined ? inner + name : old ? `${inner}arg${i + 1}` : `${prefix}_${keyName
      ?? ""}_arg${i + 1}`, call: bindOne(b, e, `${word}.value`, [key, value]) });
  });
  return found;
}

function anyRow(b: Binding, e: CallExpression, row: RowBinder, keys: ReadonlySet<string>): ColumnCall[] {
  const found: ColumnCall[] = [];
  const anyStar = e.args.some((a) => a.kind === "wildcard");
  const given = new Set<string>(anyStar ? keys : []);
  // The old `any(x)` calls its column `any_x`.
  const prefix = e.name.text === "any" ? "any_" : "";
  e.args.forEach((arg, i) => {
    if (arg.kind === "wildcard") {
      for (const c of row.input.columns) {
        if (given.has(c.name)) continue;
        given.add(c.name);
        found.push({ name: prefix + c.name,
          call: bindOne(b, e, "take_any", [{ kind: "column", name: c.name, type: c.type, span: arg.span }]) });
      }
      return;
    }
    const value = row.bind(arg.kind === "named" ? arg.value : arg);
    if (value.kind === "column" && anyStar && given.has(value.name)) return;
    if (value.kind === "column") given.add(value.name);
    const name = arg.kind === "named" ? arg.names[0]?.text : row.nameOf(arg);
    found.push({ name: prefix + (name ?? `arg${i}`), call: bindOne(b, e, "take_any", [value]) });
  });
  if (e.args.length === 0) b.fail("kql-argument-count", `'${e.name.text}' takes the columns to give back, or '*'.`,
    e.span);
  return found;
}

function percentiles(b: Binding, e: CallExpression, word: string, row: RowBinder): ColumnCall[] {
  const lead = word === "percentiles" ? 1 : 2;
  const [first] = e.args;
  if (!first || e.args.length <= lead) {
    b.fail("kql-argument-count", `'${e.name.text}' takes a value and the percentiles.`, e.span);
    return [];
  }
  const fixed = e.args.slice(0, lead).map((a) => row.bind(a));
  return e.args.slice(lead).map((p) => ({
    name: `percentile_${row.nameOf(first) ?? ""}_${fragment(b, row, p)}`,
    call: bindOne(b, e, lead === 1 ? "percentile" : "percentilew", [...fixed, row.bind(p)]),
  }));
}

/** `percentile_x_95`: the constant as it may stand in a name. */
function fragment(b: Binding, row: RowBinder, e: Expression): string {
  const value = b.constant(row.bind(e))?.value;
  return typeof value === "bigint" || typeof value === "number" ? String(value).replace(/[^A-Za-z0-9_]/g, "_") : "";
}

/** One call of an aggregate; where it does not exist or fit, that is told and a harmless one stands in. */
function bindOne(b: Binding, e: CallExpression, name: string, args: readonly Expr[]): Call {
  const entry = functions.named(name) ?? entryOf(b, e, { environment: NOWHERE, row: undefined });
  const call = entry ? callEntry(b, entry, args, e) : undefined;
  return call ?? { kind: "call", fn: `${name}:`, args: [...args], type: (args[args.length - 1] ?? nothing(e.span)).type,
    span: e.span };
}

const NOWHERE = new Environment();

/** Distinct rows: keys without aggregates. */
export function bindDistinct(b: Binding, op: OperatorOf<"distinct">, input: Rows, environment: Environment): Rows {
  const star = op.items.some((i) => i.kind === "wildcard");
  if (!star) return aggregate(b, op, [], op.items, input, environment);
  const columns = input.columns;
  const dynamic = columns.find((c) => c.type === "dynamic" && c.guessed !== true);
  if (dynamic) b.fail("kql-plain-needed", `'distinct *' cannot take '${dynamic.name}', which is dynamic and so has no `
    + "equality. Name the columns, with tostring() around it.", op.items[0]?.span ?? op.span);
  return b.rows({ op: "group", input: input.plan, keys: passOn(columns, op.wordSpan), aggregates: [] }, columns,
    op.span, op.word, input.open);
}

/** `count`: one row. */
export function bindCount(b: Binding, op: OperatorOf<"count">, input: Rows): Rows {
  const name = op.name?.text ?? "Count";
  const call: Call = { kind: "call", fn: functions.named("count")?.overloads[0]?.id ?? "count:", args: [], type: "long",
    span: op.span };
  return b.rows({ op: "group", input: input.plan, keys: [], aggregates: [{ name, value: call }] },
    [{ name, type: "long" }], op.span, op.word);
}
