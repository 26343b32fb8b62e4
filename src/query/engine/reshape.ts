/** Table functions that turn values into columns and columns into rows: `bag_unpack`, `pivot`, `narrow`. */
import {
  Keys, builder, coerce, gather, isArray, isBag, kindOf, printCell, printValue, valueAt, withoutNullText,
} from "../../table";
import type { Column, ColumnSpec, ScalarType, Value } from "../../table";
import { Failed, fits } from "./source";
import type { Applied, Result, TableFunction } from "./table-function";

/** Rows where each key is first met, in the order of the keys. */
export function firstOf(keys: Uint32Array): Uint32Array {
  const rows: number[] = [];
  keys.forEach((key, row) => {
    if (key === rows.length) rows.push(row);
  });
  return Uint32Array.from(rows);
}

// ---- bag_unpack ----------------------------------------------------------------------------------------------------

/** The type that holds all values of a property: the one they share, real for longs and reals, else dynamic. */
function commonType(values: Iterable<Value>): ScalarType {
  let type: ScalarType | undefined;
  for (const value of values) {
    const kind = kindOf(value);
    if (kind === "null") continue;
    const structured = kind === "array" || kind === "bag" || kind === "link" || kind === "duration";
    const own: ScalarType = structured ? "dynamic" : kind;
    if (type === undefined || type === own) type = own;
    else if ((type === "long" && own === "real") || (type === "real" && own === "long")) type = "real";
    else return "dynamic";
  }
  return type ?? "dynamic";
}

/**
 * One column per property of a bag, in the order in which they are first met; the bag's own column goes. Where a
 * property is called like a column the query says which one stays. Kusto docs, "bag_unpack plugin".
 */
export const bagUnpack: TableFunction = (applied) => {
  const { rows, schema, plan, run } = applied;
  const bagArgument = applied.argument(0);
  const prefix = printValue(applied.constant("OutputColumnPrefix") ?? positional(applied, 1));
  const conflict = applied.constant("columnsConflict") ?? positional(applied, 2) ?? "error";
  const ignored = applied.constant("ignoredProperties") ?? positional(applied, 3);
  const skipped = new Set(isArray(ignored) ? ignored.map(printValue) : []);
  const bags = applied.column(0);
  const properties = new Map<string, Value[]>();
  for (let row = 0; row < rows.length; row++) {
    const bag = valueAt(bags, row);
    if (!isBag(bag)) continue;
    for (const [key, value] of bag) {
      if (skipped.has(key)) continue;
      let cells = properties.get(key);
      if (cells === undefined) {
        fits(rows.length, schema.columns.length + properties.size + 1, run, plan.span);
        properties.set(key, (cells = new Array<Value>(rows.length).fill(null)));
      }
      cells[row] = value;
    }
  }
  const columns: ColumnSpec[] = [];
  const data: Column[] = [];
  schema.columns.forEach((spec, i) => {
    if (bagArgument?.kind === "column" && spec.name === bagArgument.name) return;
    columns.push(spec);
    data.push(rows.columns[i]!);
  });
  for (const [key, cells] of properties) {
    const name = prefix + key;
    const at = columns.findIndex((c) => c.name === name);
    if (at >= 0 && conflict === "keep_source") continue;
    if (at >= 0 && conflict !== "replace_source") {
      const message = `The bag has a property '${key}', and there is a column '${name}' already. `
        + "Give a prefix, or say columnsConflict='keep_source' or 'replace_source'.";
      throw new Failed("bag-unpack-conflict", message, plan.span);
    }
    const type = commonType(cells);
    const out = builder(type);
    for (const cell of cells) out.push(cell === null ? null : coerce(cell, type));
    const place = at >= 0 ? at : columns.length;
    columns[place] = { name, type };
    data[place] = run.nullText ? out.finish() : withoutNullText(out.finish());
  }
  return { schema: { columns, open: false }, rows: { length: rows.length, columns: data } };
};

/** An argument given by its position, not by a name. */
function positional(applied: Applied, at: number): Value {
  return applied.plan.args[at]?.name === String(at) ? applied.constant(at) : null;
}

// ---- pivot ---------------------------------------------------------------------------------------------------------

/** One column per value of `on`, one row per combination of the others. Kusto docs, "pivot plugin". */
export const pivot: TableFunction = (applied): Result => {
  const { rows, schema, plan, run } = applied;
  const on = applied.column("on");
  const of = plan.args.filter((a) => a.name.startsWith("of:"));
  const chosen = plan.args.filter((a) => a.name.startsWith("by:"));
  const used = [applied.argument("on"), ...of.map((a) => a.value)].flatMap((e) => (e?.kind === "column" ? [e.name] : []));
  const keyColumns = chosen.length > 0
    ? chosen.map((a) => ({ spec: { name: a.name.slice(3), type: a.value.type }, column: applied.column(a.name) }))
    : schema.columns.flatMap((spec, i) => (used.includes(spec.name) ? [] : [{ spec, column: rows.columns[i]! }]));
  const overload = run.registry.aggregate(printValue(applied.constant("aggregate") ?? "count:"));
  const types = of.map((a) => a.value.type);

  const outKeys = new Keys(keyColumns.map((k) => k.spec.type), "match");
  const keys = rows.length === 0 || keyColumns.length === 0 ? new Uint32Array(rows.length)
    : outKeys.add(keyColumns.map((k) => k.column), rows.length);
  const heads = new Keys([on.type], "match");
  const headOf = rows.length === 0 ? new Uint32Array(0) : heads.add([on], rows.length);
  const keyRows = firstOf(keys);
  const headRows = firstOf(headOf);
  const width = headRows.length;
  fits(keyRows.length, keyColumns.length + width, run, plan.span);
  // Each cell of the result is a group of its own.
  const cells = keys.map((key, row) => key * width + headOf[row]!);
  const state = overload.make(types, run.kernels);
  const groups = keyRows.length * width;
  run.at(plan.span);
  if (rows.length > 0) state.add(of.map((a) => applied.column(plan.args.indexOf(a))), rows.length, cells, groups);
  const values = state.finish(groups);
  const order = Array.from(headRows, (row, head) => ({ head, text: printValue(valueAt(on, row)) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const taken = new Set(keyColumns.map((k) => k.spec.name));
  const free = (text: string): string => {
    let name = text;
    for (let i = 1; taken.has(name); i++) name = `${text}${i}`;
    taken.add(name);
    return name;
  };
  const columns = [...keyColumns.map((k) => k.spec), ...order.map(({ text }) => ({ name: free(text), type: values.type }))];
  const data = [
    ...keyColumns.map((k) => gather(k.column, keyRows)),
    ...order.map(({ head }) => gather(values, keyRows.map((_, key) => key * width + head))),
  ];
  return { schema: { columns, open: false }, rows: { length: keyRows.length, columns: data } };
};

// ---- narrow, getschema ---------------------------------------------------------------------------------------------

/** A row per cell: its row's number, its column's name, its text. Kusto docs, "narrow plugin". */
export const narrow: TableFunction = ({ rows, schema, plan, run }) => {
  fits(rows.length * schema.columns.length, plan.schema.columns.length, run, plan.span);
  const [number, name, value] = [builder("long"), builder("string"), builder("string")];
  for (let row = 0; row < rows.length; row++) {
    schema.columns.forEach((spec, i) => {
      number.pushLong(BigInt(row));
      name.pushWord(spec.name);
      value.pushWord(printCell(rows.columns[i]!, row));
    });
  }
  const columns = [number.finish(), name.finish(), value.finish()];
  return { schema: plan.schema, rows: { length: number.length, columns } };
};

const CLR: Readonly<Record<ScalarType, string>> = {
  bool: "System.SByte", int: "System.Int32", long: "System.Int64", real: "System.Double",
  decimal: "System.Data.SqlTypes.SqlDecimal", string: "System.String", datetime: "System.DateTime",
  timespan: "System.TimeSpan", guid: "System.Guid", dynamic: "System.Object",
};

/** A row per column. Kusto docs, "getschema operator". */
export const getSchema: TableFunction = ({ schema, plan }) => {
  const [name, ordinal, data, type] = [builder("string"), builder("long"), builder("string"), builder("string")];
  schema.columns.forEach((spec, i) => {
    name.pushWord(spec.name);
    ordinal.pushLong(BigInt(i));
    data.pushWord(CLR[spec.type]);
    type.pushWord(spec.type);
  });
  const columns = [name.finish(), ordinal.finish(), data.finish(), type.finish()];
  return { schema: plan.schema, rows: { length: schema.columns.length, columns } };
};
