/** Where rows start: tables by name, tables in the plan, ranges. */
import { announce, columnOf, convert, nullColumn, valueAt, withoutNullText } from "../../table";
import type { Batch, Column, ColumnSpec, ScalarType, Schema, Table } from "../../table";
import type { Plan } from "../plan";
import { compileAll } from "./evaluate";
import { Failed, pieces } from "./source";
import type { Run, Source } from "./source";

/** Opens a scan: the table's columns as the plan expects them, whatever the loaded table has. */
export function openScan(plan: Extract<Plan, { op: "scan" }>, run: Run): Source {
  const table = run.table(plan.table);
  if (table === undefined) throw new Failed("table-not-loaded", `No rows of '${plan.table}' are loaded.`, plan.span);
  const schema = scannedSchema(plan.schema, table.schema);
  const places = schema.columns.map((c) => table.schema.columns.findIndex((own) => own.name === c.name));
  const keepNulls = plan.nullText === "keep";

  async function* rows(): AsyncIterable<Batch> {
    for (const whole of (table as Table).batches) {
      const columns = schema.columns.map(({ type }, i): Column => {
        const found = whole.columns[places[i]!];
        if (found !== undefined) announce(found);
        const column = found === undefined ? nullColumn(type, whole.length) : convert(found, type);
        return keepNulls ? column : withoutNullText(column);
      });
      for (const batch of pieces({ length: whole.length, columns }, run.batchRows)) {
        run.read(batch.length);
        yield batch;
      }
    }
  }
  return { schema, rows };
}

/** The plan's columns; of an open plan also all others of the table. */
function scannedSchema(planned: Schema, found: Schema): Schema {
  if (!planned.open) return planned;
  const others = found.columns.filter((c) => !planned.columns.some((own) => own.name === c.name));
  return { columns: [...planned.columns, ...others], open: true };
}

/** Opens a table that the plan holds. */
export function openValues(plan: Extract<Plan, { op: "values" }>, run: Run): Source {
  async function* rows(): AsyncIterable<Batch> {
    for (const batch of plan.table.batches) {
      const columns = run.nullText ? batch.columns : batch.columns.map(withoutNullText);
      yield* pieces({ length: batch.length, columns }, run.batchRows);
    }
  }
  const known = plan.schema.columns.length === plan.table.schema.columns.length;
  return { schema: known ? plan.schema : plan.table.schema, rows };
}

/** Opens a range; its column's type is the plan's. A null, or a step that leads away, gives no rows; zero fails. */
export async function openRange(plan: Extract<Plan, { op: "range" }>, run: Run): Promise<Source> {
  const column: ColumnSpec = plan.schema.columns[0] ?? { name: "range", type: "long" };
  const nowhere: Schema = { columns: [], open: false };
  const [from, to, step] = await compileAll([plan.from, plan.to, plan.step], nowhere, run);
  const once: Batch = { length: 1, columns: [] };

  async function* rows(): AsyncIterable<Batch> {
    const [first, last, by] = [from!, to!, step!].map((program) => program.run(once));
    const type = column.type;
    if (type === "real") {
      const [a, b, s] = [first!, last!, by!].map((c) => Number(valueAt(convert(c, "real"), 0) ?? NaN));
      yield* realRange(a!, b!, s!, run.batchRows);
    } else if (type === "decimal") {
      const [a, b, s] = [first!, last!, by!].map((c) => Number(valueAt(convert(c, "real"), 0) ?? NaN));
      for await (const batch of realRange(a!, b!, s!, run.batchRows)) yield converted(batch, type);
    } else {
      const [a, b, s] = [first!, last!, by!].map((c) => valueAt(convert(c, "long"), 0) as bigint | null);
      if (a === null || b === null || s === null || a === undefined || b === undefined || s === undefined) return;
      if (s === 0n) {
        const message = "The step of a range must not be zero: it would never end.";
        throw new Failed("range-step-zero", message, plan.step.span);
      }
      for (const batch of longRange(a, b, s, run.batchRows)) yield converted(batch, type);
    }
  }
  return { schema: { columns: [column], open: false }, rows };
}

function converted(batch: Batch, type: ScalarType): Batch {
  return { length: batch.length, columns: batch.columns.map((c) => convert(c, type)) };
}

function* longRange(from: bigint, to: bigint, step: bigint, size: number): Iterable<Batch> {
  if (step > 0n ? from > to : from < to) return;
  const total = (to - from) / step + 1n;
  for (let done = 0n; done < total; done += BigInt(size)) {
    const length = Number(total - done < BigInt(size) ? total - done : BigInt(size));
    const data = new BigInt64Array(length);
    let value = from + done * step;
    for (let i = 0; i < length; i++, value += step) data[i] = value;
    yield { length, columns: [{ type: "long", data, length, nulls: null }] };
  }
}

async function* realRange(from: number, to: number, step: number, size: number): AsyncIterable<Batch> {
  if (!(step > 0 ? from <= to : step < 0 && from >= to)) return;
  const at = (i: number) => from + i * step;
  const inside = (i: number) => (step > 0 ? at(i) <= to : at(i) >= to);
  for (let done = 0; inside(done); done += size) {
    let length = 0;
    const data = new Float64Array(size);
    // Multiplied, not added up: rounding errors must not collect.
    while (length < size && inside(done + length)) data[length] = at(done + length++);
    yield { length, columns: [{ type: "real", data: data.slice(0, length), length, nulls: null }] };
  }
}

/** A column of one text in every row. */
export function nameColumn(name: string, length: number): Column {
  return columnOf("string", name, length);
}
