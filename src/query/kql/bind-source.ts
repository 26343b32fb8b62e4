/** Operators that make rows of their own: `print`, `range`, `datatable`, and the schema of rows as rows. */
import { coerce, oneBatch, tableOf, type ScalarType, type Schema, type Table, type Value } from "../../table";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { functions } from "../functions";
import { bindExpression } from "./bind-expression";
import { givenNames } from "./bind-project";
import { RowBinder } from "./bind-row";
import { isNothing, type Binding } from "./binding";
import { schemaOf, type BoundColumn, type Environment, type Rows } from "./environment";
import { UniqueNames } from "./names";
import type { OperatorOf, TypedName } from "./syntax";

/** One row without columns, for `print` to compute on. */
const ONE_ROW: Table = { schema: { columns: [], open: false }, batches: [{ length: 1, columns: [] }] };

export function bindPrint(b: Binding, op: OperatorOf<"print">, environment: Environment): Rows {
  const start = b.rows({ op: "values", table: ONE_ROW }, [], op.wordSpan, "");
  const row = new RowBinder(b, start, environment);
  const names = new UniqueNames();
  const outputs = op.items.flatMap((item, i): Named<Expr>[] => {
    const several = row.several(item.kind === "named" ? item.value : item);
    if (several && (several.length > 1 || item.kind === "named")) {
      // Here, as Microsoft's parser has it, names that are given choose the columns.
      const given = givenNames(b, item, several);
      return (item.kind === "named" ? several.slice(0, given.length) : several)
        .map(({ name, value }, k) => ({ name: names.add(given[k] ?? name), value }));
    }
    const [only] = several ?? [];
    const value = only ? only.value : row.bind(item.kind === "named" ? item.value : item);
    return [{ name: names.add(item.kind === "named" ? item.names[0]?.text ?? "" : `print_${i}`), value }];
  });
  return b.rows({ op: "project", input: row.source(op.span).plan, outputs },
    outputs.map((o): BoundColumn => ({ name: o.name, type: o.value.type })), op.span, op.word);
}

/** Kusto docs: range operator. The type is that of the ends and the step brought together. */
export function bindRange(b: Binding, op: OperatorOf<"range">, environment: Environment): Rows {
  const context = { environment, row: undefined };
  const [from, to, step] = [op.from, op.to, op.step].map((e) => bindExpression(b, e, context)) as [Expr, Expr, Expr];
  const type = rangeType(from, to, step);
  if (!type) {
    // A null that the query itself writes looks like what stands for a mistake, and nothing was told of it.
    const told = b.diagnostics.some((d) => d.severity === "error");
    if (!told || ![from, to, step].some(isNothing)) b.fail("kql-type-mismatch",
      `A range from ${from.type} to ${to.type} by ${step.type} cannot be made.`, op.span);
    return b.rows({ op: "values", table: ONE_ROW }, [{ name: op.name.text, type: "long" }], op.span, op.word);
  }
  const stepType = type === "datetime" ? "timespan" : type;
  return b.rows({ op: "range", from: convert(from, type, functions), to: convert(to, type, functions),
    step: convert(step, stepType, functions) },
    [{ name: op.name.text, type }], op.span, op.word);
}

function rangeType(from: Expr, to: Expr, step: Expr): ScalarType | undefined {
  const types = [from.type, to.type, step.type].filter((t) => t !== "dynamic");
  if (types.includes("datetime")) return types.every((t) => t === "datetime" || t === "timespan") ? "datetime"
    : undefined;
  if (types.includes("timespan")) return types.every((t) => t === "timespan") ? "timespan" : undefined;
  if (types.includes("decimal")) return "decimal";
  if (types.includes("real")) return "real";
  if (types.every((t) => t === "int") && types.length > 0) return "int";
  return types.every((t) => t === "int" || t === "long") ? "long" : undefined;
}

export function bindDatatable(b: Binding, op: OperatorOf<"datatable">, environment: Environment): Rows {
  const columns = declared(b, op.columns);
  const rows: Value[][] = [];
  const width = columns.length;
  op.values.forEach((e, i) => {
    const column = columns[i % width];
    if (!column) return;
    if (i % width === 0) rows.push([]);
    rows[rows.length - 1]?.push(cell(b, bindExpression(b, e, { environment, row: undefined }), column.type));
  });
  const last = op.values[op.values.length - 1];
  if (width > 0 && op.values.length % width !== 0 && last) {
    b.fail("kql-datatable-values",
      `${width} columns need a multiple of ${width} values, and here are ${op.values.length}.`, last.span);
    while ((rows[rows.length - 1]?.length ?? width) < width) rows[rows.length - 1]?.push(null);
  }
  const schema = schemaOf(columns, false);
  return b.rows({ op: "values", table: tableOf(schema, rows) }, columns, op.span, op.word);
}

/** Columns that the query declares, each name once. */
export function declared(b: Binding, names: readonly TypedName[]): BoundColumn[] {
  const columns: BoundColumn[] = [];
  for (const n of names) {
    if (columns.some((c) => c.name === n.name.text)) b.fail("kql-duplicate-column",
      `There already is a column '${n.name.text}'.`, n.name.span);
    else columns.push({ name: n.name.text, type: n.type ?? "dynamic" });
  }
  return columns;
}

/** A constant as a cell of a column; what cannot be brought to the type is null, as in the service. */
function cell(b: Binding, e: Expr, type: ScalarType): Value {
  const constant = b.constant(e);
  if (!constant) {
    b.fail("kql-constant-needed", "A datatable holds constants only.", e.span);
    return null;
  }
  if (constant.value === null) return type === "string" ? "" : null;
  if (type === "dynamic" && constant.type !== "dynamic") return constant.value;
  return constant.type === type ? constant.value : coerce(constant.value, type);
}

const SYSTEM_TYPES: Readonly<Record<ScalarType, string>> = {
  bool: "System.SByte", int: "System.Int32", long: "System.Int64", real: "System.Double",
    decimal: "System.Data.SqlTypes.SqlDecimal",
  string: "System.String", datetime: "System.DateTime", timespan: "System.TimeSpan", guid: "System.Guid",
    dynamic: "System.Object",
};

/** `getschema`: known while binding, except where columns depend on the data. Kusto docs: getschema operator. */
export function bindGetschema(b: Binding, op: OperatorOf<"getschema" | "consume">, input: Rows): Rows {
  const schema: Schema = { open: false, columns: [
    { name: "ColumnName", type: "string" }, { name: "ColumnOrdinal", type: "long" },
      { name: "DataType", type: "string" }, { name: "ColumnType", type: "string" },
  ] };
  if (input.open) return b.rows({ op: "apply", input: input.plan, fn: "getschema", args: [] }, schema.columns, op.span,
    op.word);
  const rows = input.columns.map((c, i): Value[] => [c.name, BigInt(i), SYSTEM_TYPES[c.type], c.type]);
  return b.rows({ op: "values", table: rows.length > 0 ? tableOf(schema, rows)
    : { schema, batches: [oneBatch(schema, [])] } }, schema.columns, op.span, op.word);
}
