/** `union`: the rows of one input after the other, columns matched by name, absent ones null. */
import { convert, indexOfColumn, nullColumn, withoutNullText } from "../../table";
import type { Batch, Column, ColumnSpec, Schema } from "../../table";
import type { Plan } from "../plan";
import { nameColumn } from "./leaf";
import type { Run, Source } from "./source";

/** Opens a union node. */
export function openUnion(plan: Extract<Plan, { op: "union" }>, inputs: readonly Source[], run: Run): Source {
  const schema = unitedSchema(plan.schema, inputs);
  const named = plan.sourceColumn;

  async function* rows(): AsyncIterable<Batch> {
    for (const [i, input] of inputs.entries()) {
      for await (const batch of input.rows()) {
        const aligned = alignBatch(batch, input.schema, schema, run);
        if (named === undefined) yield aligned;
        else {
          const at = indexOfColumn(schema, named.name);
          const source = nameColumn(named.names[i] ?? "", batch.length);
          yield { length: batch.length, columns: aligned.columns.map((column, c) => (c === at ? source : column)) };
        }
      }
    }
  }
  return { schema, rows };
}

/** The plan's columns; of an open plan also all others that an input turned out to have. */
function unitedSchema(planned: Schema, inputs: readonly Source[]): Schema {
  if (!planned.open) return planned;
  const columns: ColumnSpec[] = [...planned.columns];
  for (const { schema } of inputs) {
    for (const c of schema.columns) if (!columns.some((own) => own.name === c.name)) columns.push(c);
  }
  return { columns, open: true };
}

/** A batch of one schema as one of another: by name, converted where types differ, null where absent. */
export function alignBatch(batch: Batch, from: Schema, to: Schema, run: Run): Batch {
  const columns = to.columns.map(({ name, type }, i): Column => {
    // The same place first: columns of joins may repeat a name for a moment.
    const at = from.columns[i]?.name === name ? i : indexOfColumn(from, name);
    const found = batch.columns[at];
    const column = found === undefined ? nullColumn(type, batch.length) : convert(found, type);
    return run.nullText ? column : withoutNullText(column);
  });
  return { length: batch.length, columns };
}
