/**
 * `mv-expand` and `mv-apply`: a row per element of arrays and bags, perhaps with a query over each row's elements.
 * A null gives one row of null, an empty collection none (Kusto docs, "mv-expand operator", "Returns").
 */
import { builder, coerce, gather, isArray, isBag, isNumeric, kindOf, oneBatch, spread, valueAt, withoutNullText }
  from "../../table";
import type { Batch, Builder, Column, ColumnSpec, LongBuilder, ScalarType, Schema, Value } from "../../table";
import type { Plan } from "../plan";
import { compileAll } from "./evaluate";
import { looksBack } from "./watch";
import { pieces } from "./source";
import type { Hole, Run, Source } from "./source";

type Expand = Extract<Plan, { op: "expand" }>;

/** Opens an expand node. */
export async function openExpand(plan: Expand, input: Source, run: Run): Promise<Source> {
  const programs = await compileAll(plan.columns.map((c) => c.value), input.schema, run);
  const expanded = expandedSchema(plan, input.schema);
  const limit = plan.limit ?? Infinity;

  /** The rows that rows `from` to `to` of a batch turn into, about `size` at a time: one row may hold a long array. */
  function* expandRows(
    batch: Batch, columns: readonly Column[], from: number, to: number, size: number,
  ): Iterable<Batch> {
    let out = new Expanded(plan, batch);
    for (let row = from; row < to; row++) {
      const items = columns.map((column) => elements(valueAt(column, row), plan.bagAs));
      let count = items.reduce((most, list) => Math.max(most, list.length), 0);
      if (count === 0 && plan.keepEmpty) count = 1;
      count = Math.min(count, limit);
      for (let i = 0; i < count; i++) {
        out.push(row, i, items);
        if (out.length < size) continue;
        yield out.finish(expanded, input.schema, run);
        out = new Expanded(plan, batch);
      }
    }
    if (out.length > 0) yield out.finish(expanded, input.schema, run);
  }

  async function* plain(): AsyncIterable<Batch> {
    for await (const batch of input.rows()) {
      const columns = programs.map((p) => spread(p.run(batch), batch.length));
      yield* expandRows(batch, columns, 0, batch.length, run.batchRows);
    }
  }
  const { body } = plan;
  if (body === undefined) return { schema: expanded, rows: plain };

  const empty = oneBatch(expanded, []);
  const hole: Hole = { schema: expanded, batch: empty, cache: new Map() };
  // Which columns an open body has depends on the rows it gets, so it is opened for each row anew.
  const back = looksBack(body);
  const fixed = body.schema.open || back ? undefined : await run.open(body, hole);
  const bodySchema = fixed?.schema ?? body.schema;
  const schema = appliedSchema(plan, bodySchema, input.schema);

  async function* applied(): AsyncIterable<Batch> {
    let waiting: Batch[] = [];
    let count = 0;
    for await (const batch of input.rows()) {
      const columns = programs.map((p) => spread(p.run(batch), batch.length));
      for (let row = 0; row < batch.length; row++) {
        hole.batch = oneBatch(expanded, [...expandRows(batch, columns, row, row + 1, Infinity)]);
        const source = fixed ?? await (back ? run.inside(hole) : run).open(body!, hole);
        for await (const found of source.rows()) {
          waiting.push(besideRow(schema, source.schema, found, input.schema, batch, row, run));
          count += found.length;
        }
        if (count >= run.batchRows) {
          yield* pieces(oneBatch(schema, waiting), run.batchRows);
          waiting = [];
          count = 0;
        }
        await run.pace.breathe();
      }
    }
    if (count > 0) yield* pieces(oneBatch(schema, waiting), run.batchRows);
  }
  return { schema, rows: applied };
}

/** Rows of elements on their way out. */
class Expanded {
  private readonly builders: readonly Builder[];
  private readonly index: LongBuilder | undefined;
  private readonly origin: number[] = [];

  constructor(private readonly plan: Expand, private readonly batch: Batch) {
    this.builders = plan.columns.map((c) => builder(c.type));
    this.index = plan.indexColumn === undefined ? undefined : builder("long");
  }

  get length(): number {
    return this.origin.length;
  }

  /** The i-th elements of a row's collections. */
  push(row: number, i: number, items: readonly (readonly Value[])[]): void {
    this.origin.push(row);
    this.index?.pushLong(BigInt(i));
    this.builders.forEach((b, c) => b.push(castElement(items[c]?.[i] ?? null, b.type)));
  }

  finish(schema: Schema, input: Schema, run: Run): Batch {
    const { plan } = this;
    const rows = Uint32Array.from(this.origin);
    const made = new Map(this.builders.map((b, i) => [plan.columns[i]!.name, b.finish()]));
    if (this.index !== undefined && plan.indexColumn !== undefined) made.set(plan.indexColumn, this.index.finish());
    const columns = schema.columns.map(({ name }) => {
      const own = made.get(name);
      if (own !== undefined) return run.nullText ? own : withoutNullText(own);
      const at = input.columns.findIndex((c) => c.name === name);
      return gather(this.batch.columns[at]!, rows);
    });
    return { length: rows.length, columns };
  }
}

/** Elements of an array, properties of a bag; anything else is its own only element, null too. */
function elements(value: Value, bagAs: "bag" | "array"): readonly Value[] {
  if (isArray(value)) return value;
  if (!isBag(value)) return [value];
  return [...value].map(([key, item]) => (bagAs === "array" ? [key, item] : new Map([[key, item]])));
}

/** An element as the type that `to typeof()` says: numbers among themselves, texts to times and guids; else null. */
export function castElement(value: Value, type: ScalarType): Value {
  if (value === null || type === "dynamic") return value;
  if (type === "string") return coerce(value, type);
  const kind = kindOf(value);
  if (isNumeric(type)) return kind === "long" || kind === "real" || kind === "decimal" ? coerce(value, type) : null;
  if (type === "bool") return kind === "bool" ? value : null;
  return kind === "string" || kind === type ? coerce(value, type) : null;
}

/** The input's columns with the expanded ones in their places or behind. */
function expandedSchema(plan: Expand, input: Schema): Schema {
  const made = new Map<string, ColumnSpec>(plan.columns.map(({ name, type }) => [name, { name, type }]));
  if (plan.indexColumn !== undefined) made.set(plan.indexColumn, { name: plan.indexColumn, type: "long" });
  const columns = input.columns.map((c) => made.get(c.name) ?? c);
  for (const [name, column] of made) if (!input.columns.some((c) => c.name === name)) columns.push(column);
  // Where the binder knows all columns it also says in which order they come.
  const known = plan.body === undefined && !plan.schema.open ? plan.schema.columns : undefined;
  const ordered = known?.map((c) => columns.find((own) => own.name === c.name) ?? c);
  return { columns: ordered?.length === columns.length ? ordered : columns, open: input.open };
}

/** What the plan says; of an open body the row's own columns, then the body's others. */
function appliedSchema(plan: Expand, body: Schema, input: Schema): Schema {
  const typeOf = (name: string) => [...body.columns, ...input.columns].find((c) => c.name === name);
  const columns = plan.schema.columns.map((c) => typeOf(c.name) ?? c);
  return { columns, open: plan.schema.open };
}

/** A body's rows with the columns of the row that they came of. */
function besideRow(
  schema: Schema, own: Schema, found: Batch, input: Schema, batch: Batch, row: number, run: Run,
): Batch {
  const same = new Uint32Array(found.length).fill(row);
  const columns = schema.columns.map(({ name, type }) => {
    const inBody = own.columns.findIndex((c) => c.name === name);
    if (inBody >= 0) return found.columns[inBody]!;
    const inRow = input.columns.findIndex((c) => c.name === name);
    if (inRow >= 0) return gather(batch.columns[inRow]!, same);
    const missing = builder(type);
    for (let i = 0; i < found.length; i++) missing.pushNull();
    return run.nullText ? missing.finish() : withoutNullText(missing.finish());
  });
  return { length: found.length, columns };
}
