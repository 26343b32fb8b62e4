/**
 * Joins by hash: the right side is collected and numbered by its keys, the left side streams past it. Rows come in the
 * order of the left, then of the right; unmatched right rows come last. Kinds: Kusto docs, "join operator" ("Flavors").
 */
import { NO_ROW, UNKNOWN_KEY, gather, gatherRows, Keys, nullColumn, withoutNullText } from "../../table";
import type { Batch, Column, Schema } from "../../table";
import type { JoinKind, Plan } from "../plan";
import { compileAll } from "./evaluate";
import type { Program } from "./evaluate";
import { collect, pieces } from "./source";
import type { Run, Source } from "./source";

type Join = Extract<Plan, { op: "join" }>;

/** Opens a join node. */
export async function openJoin(plan: Join, left: Source, right: Source, run: Run): Promise<Source> {
  const leftKeys = await compileAll(plan.on.map(([l]) => l), left.schema, run);
  const rightKeys = await compileAll(plan.on.map(([, r]) => r), right.schema, run);
  const { kind } = plan;
  const schema = joinedSchema(plan, left.schema, right.schema);

  async function* rows(): AsyncIterable<Batch> {
    const onlyKeys = kind === "leftsemi" || kind === "leftanti";
    const side = indexSide(await collect(right, run, plan.span), rightKeys, onlyKeys, run);
    const output = new Pairs(side.batch, run);
    const met = kind === "innerunique" ? new Uint8Array(side.keys) : undefined;
    const matched = keepsRight(kind) ? new Uint8Array(side.keys) : undefined;
    for await (const batch of left.rows()) {
      const keys = side.find(batch, leftKeys);
      if (onlyKeys) {
        const kept = rowsKnown(keys, kind === "leftsemi");
        if (kept.length > 0) yield kept.length === batch.length ? batch : gatherRows(batch, kept);
        continue;
      }
      if (matched !== undefined) for (const key of keys) if (key !== UNKNOWN_KEY) matched[key] = 1;
      if (kind === "rightsemi" || kind === "rightanti") continue;
      const keepLeft = kind === "leftouter" || kind === "fullouter";
      for (let row = 0; row < keys.length; row++) {
        const key = keys[row]!;
        if (key === UNKNOWN_KEY) {
          if (keepLeft && output.push(row, NO_ROW)) yield output.flush(batch);
          continue;
        }
        if (met !== undefined) {
          if (met[key] === 1) continue;
          met[key] = 1;
        }
        for (let i = side.starts[key]!; i < side.starts[key + 1]!; i++) {
          if (output.push(row, side.rows[i]!)) yield output.flush(batch);
        }
      }
      if (output.length > 0) yield output.flush(batch);
    }
    if (matched === undefined) return;
    const wanted = kind === "rightsemi" ? 1 : 0;
    const rest = rowsWhere(side.keyOf, (key) => (key === UNKNOWN_KEY ? 0 : matched[key]) === wanted);
    const semi = kind === "rightsemi" || kind === "rightanti";
    const shown = semi ? gatherRows(side.batch, rest) : behindNulls(left.schema, gatherRows(side.batch, rest), run);
    yield* pieces(shown, run.batchRows);
  }
  return { schema, rows };
}

function keepsRight(kind: JoinKind): boolean {
  return kind === "rightouter" || kind === "fullouter" || kind === "rightsemi" || kind === "rightanti";
}

function joinedSchema(plan: Join, left: Schema, right: Schema): Schema {
  switch (plan.kind) {
    case "leftsemi": case "leftanti": return left;
    case "rightsemi": case "rightanti": return right;
    default: {
      const columns = [...left.columns, ...right.columns];
      // The binder renames what both sides have; with open sides it cannot know all names.
      if (columns.length === plan.schema.columns.length) {
        return { ...plan.schema, columns: plan.schema.columns.map((c, i) => ({ ...c, type: columns[i]!.type })) };
      }
      const seen = new Set<string>();
      return {
        open: plan.schema.open,
        columns: columns.map((c) => {
          let { name } = c;
          for (let n = 1; seen.has(name); n++) name = c.name + n;
          seen.add(name);
          return { ...c, name };
        }),
      };
    }
  }
}

/** The collected side: which rows have each key, in order. */
interface IndexedSide {
  readonly batch: Batch;
  /** How many keys there are. */
  readonly keys: number;
  /** Each row's key, `UNKNOWN_KEY` for one that matches nothing. */
  readonly keyOf: Uint32Array;
  /** Rows of key k are `rows[starts[k]]` up to `rows[starts[k + 1]]`, not included. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  /** The keys of the other side's rows. */
  find(batch: Batch, programs: readonly Program[]): Uint32Array;
}

/** `onlyKeys`: which rows have them is not asked. */
function indexSide(batch: Batch, programs: readonly Program[], onlyKeys: boolean, run: Run): IndexedSide {
  const numbers = new Keys(programs.map((p) => p.type), "never", onlyKeys ? "presence" : "number");
  const keyOf = batch.length === 0 ? new Uint32Array(0) : numbers.add(programs.map((p) => p.run(batch)), batch.length);
  const keys = numbers.count;
  const { starts, rows } = onlyKeys ? { starts: NONE, rows: NONE } : rowsByKey(keyOf, keys);
  const find = (other: Batch, theirs: readonly Program[]) => {
    run.pace.check();
    return numbers.find(theirs.map((p) => p.run(other)), other.length);
  };
  return { batch, keys, keyOf, starts, rows, find };
}

const NONE = new Uint32Array(0);

function rowsByKey(keyOf: Uint32Array, keys: number): Pick<IndexedSide, "starts" | "rows"> {
  const starts = new Uint32Array(keys + 1);
  for (let row = 0; row < keyOf.length; row++) {
    const key = keyOf[row]!;
    if (key !== UNKNOWN_KEY) starts[key + 1]!++;
  }
  for (let key = 0; key < keys; key++) starts[key + 1]! += starts[key]!;
  const next = starts.slice();
  const rows = new Uint32Array(starts[keys] ?? 0);
  for (let row = 0; row < keyOf.length; row++) {
    const key = keyOf[row]!;
    if (key !== UNKNOWN_KEY) rows[next[key]!++] = row;
  }
  return { starts, rows };
}

/** Row numbers whose key is known, or not. */
function rowsKnown(keys: Uint32Array, known: boolean): Uint32Array {
  const rows = new Uint32Array(keys.length);
  let n = 0;
  for (let row = 0; row < keys.length; row++) {
    rows[n] = row;
    n += Number((keys[row] !== UNKNOWN_KEY) === known);
  }
  return rows.subarray(0, n);
}

/** Row numbers that pass. */
function rowsWhere(keys: Uint32Array, passes: (key: number) => boolean): Uint32Array {
  const rows = new Uint32Array(keys.length);
  let n = 0;
  for (let row = 0; row < keys.length; row++) if (passes(keys[row]!)) rows[n++] = row;
  return rows.subarray(0, n);
}

/** Pairs of a left and a right row on their way out, a batch at a time. */
class Pairs {
  length = 0;
  private readonly left: Uint32Array;
  private readonly right: Uint32Array;

  constructor(private readonly side: Batch, private readonly run: Run) {
    this.left = new Uint32Array(run.batchRows);
    this.right = new Uint32Array(run.batchRows);
  }

  /** Adds a pair; true when a batch is full and must be flushed. */
  push(left: number, right: number): boolean {
    this.left[this.length] = left;
    this.right[this.length++] = right;
    return this.length === this.left.length;
  }

  /** The pairs as rows; `batch` is what the left rows were counted in. */
  flush(batch: Batch): Batch {
    const left = this.left.subarray(0, this.length);
    const right = this.right.subarray(0, this.length);
    this.length = 0;
    const columns = [
      ...batch.columns.map((column) => gather(column, left)),
      ...this.side.columns.map((column) => textual(gather(column, right), this.run)),
    ];
    return { length: left.length, columns };
  }
}

/** Right rows behind a left side of nulls. */
function behindNulls(left: Schema, right: Batch, run: Run): Batch {
  const missing = left.columns.map(({ type }) => textual(nullColumn(type, right.length), run));
  return { length: right.length, columns: [...missing, ...right.columns] };
}

function textual(column: Column, run: Run): Column {
  return run.nullText ? column : withoutNullText(column);
}
