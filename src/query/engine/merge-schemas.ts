/** `schema_merge`: one schema of several that `getschema` gave; `preview`: the first rows. */
import { builder, indexOfColumn, printCell, sliceRows } from "../../table";
import { Failed } from "./source";
import type { TableFunction } from "./table-function";

/** What stands in the place of a type that cannot be. Kusto docs, "schema_merge plugin", Examples. */
const wrong = (why: string): readonly [string, string] => [`ERROR(unknown CSL type:ERROR(${why}))`, `ERROR(${why})`];

/** Number types, each wider than those before it. */
const WIDER = ["int", "long", "real"];
const SYSTEM: ReadonlyMap<string, string> = new Map([["int", "System.Int32"], ["long", "System.Int64"], ["real", "System.Double"]]);

interface Merged {
  readonly name: string;
  /** Where the schema that had it first has it. */
  readonly first: number;
  /** The last place that any schema has it at. */
  last: number;
  data: string;
  type: string;
  moved: boolean;
}

/** Kusto docs, "schema_merge plugin". Columns stand as far back as any of the schemas has them. */
export const schemaMerge: TableFunction = (applied) => {
  const { rows, schema, plan } = applied;
  const cells = ["ColumnName", "ColumnOrdinal", "DataType", "ColumnType"].map((name) => {
    const at = indexOfColumn(schema, name);
    if (at < 0) throw new Failed("schema-merge-input", "'schema_merge' needs rows that 'getschema' gave.", plan.span);
    return (row: number) => printCell(rows.columns[at]!, row);
  });
  const [name, ordinal, data, type] = cells as [(row: number) => string, (row: number) => string, (row: number) => string, (row: number) => string];
  const keepsOrder = applied.constant("PreserveOrder") !== false;
  const all = new Map<string, Merged>();
  for (let row = 0; row < rows.length; row++) {
    const known = all.get(name(row));
    const place = Number(ordinal(row));
    if (known === undefined) all.set(name(row), { name: name(row), first: place, last: place, data: data(row), type: type(row), moved: false });
    else {
      if (place !== known.first) known.moved = true;
      known.last = Math.max(known.last, place);
      if (known.type === type(row)) continue;
      const both = WIDER[Math.max(WIDER.indexOf(known.type), WIDER.indexOf(type(row)))];
      const fits = both !== undefined && WIDER.includes(known.type) && WIDER.includes(type(row));
      [known.data, known.type] = fits ? [SYSTEM.get(both) ?? "", both] : wrong(`${known.type} and ${type(row)} have no common type`);
    }
  }
  const out = plan.schema.columns.map((spec) => builder(spec.type));
  const ordered = [...all.values()].sort((a, b) => a.last - b.last);
  const merged = [...ordered.filter((m) => !(keepsOrder && m.moved)), ...ordered.filter((m) => keepsOrder && m.moved)];
  merged.forEach((m, i) => {
    const moved = keepsOrder && m.moved;
    const [d, t] = moved ? wrong("columns are out of order") : [m.data, m.type];
    [m.name, BigInt(moved ? -1 : i), d, t].forEach((cell, k) => out[k]!.push(cell));
  });
  return { schema: plan.schema, rows: { length: merged.length, columns: out.map((o) => o.finish()) } };
};

/** Kusto docs, "preview plugin": the first of its two tables; the other is a count. */
export const preview: TableFunction = (applied) => {
  const wanted = Math.max(0, Number(applied.constant("rows") ?? 0));
  return { schema: applied.schema, rows: sliceRows(applied.rows, 0, Math.min(wanted, applied.rows.length)) };
};
