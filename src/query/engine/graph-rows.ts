/**
 * Matches of a pattern as rows: the columns of the nodes and edges found, and what a query asks of the edges of a path.
 * Matches are gathered a chunk at a time, and only those that the rest of the predicate lets pass are kept.
 */
import { column, columnOf, gather, gatherRows, NO_ROW, oneBatch, spread, valueAt } from "../../table";
import type { Batch, Column, Schema, Value } from "../../table";
import type { GraphPattern, PatternOutput } from "../graph-pattern";
import { compile } from "./evaluate";
import type { Program } from "./evaluate";
import { columnNamed, textual } from "./graph";
import type { Sink, Walk } from "./graph-walk";
import { fits } from "./source";
import type { Applied, Result } from "./table-function";

/** Matches in a chunk. */
const CHUNK = 8192;

type PathOutput = Extract<PatternOutput, { of: "edges" | "inner" }>;

/** The elements of one pattern edge in all matches of a chunk: those of match i stand from `starts[i]` on. */
class Elements {
  starts: number[] = [0];
  rows: number[] = [];

  end(): void {
    this.starts.push(this.rows.length);
  }

  clear(): void {
    this.starts = [0];
    this.rows = [];
  }
}

/** Gathers matches and turns them into rows of the plan's outputs. */
export class MatchRows implements Sink {


  private readonly kept: Batch[] = [];
  private total = 0;
  private count = 0;
  private readonly bound: number[][];
  private readonly edges: readonly Elements[];
  private readonly inner: readonly Elements[];
  /** Which pattern edges an output reads; the paths of others are not kept. */
  private readonly read: readonly boolean[];
  private readonly programs: ReadonlyMap<string, Program>;
  private readonly where: Program | undefined;

  /** `accept`: decides over each match that the predicate lets pass, by its ends. */
  constructor(
    private readonly applied: Applied, private readonly pattern: GraphPattern,
    private readonly graph: { readonly nodes: Result; readonly edges: Result },
    private readonly accept?: (first: number, last: number) => boolean,
  ) {
    this.read = pattern.edges.map((_, at) => pattern.outputs.some((o) => o.of !== "node" && o.at === at));
    this.bound = pattern.nodes.map(() => []);
    this.edges = pattern.edges.map(() => new Elements());
    this.inner = pattern.edges.map(() => new Elements());
    const { run, plan } = applied;
    const programs = new Map<string, Program>();
    pattern.outputs.forEach((output, i) => {
      if (output.of !== "edges" && output.of !== "inner") return;
      const expr = output.each ? applied.argument(output.value) : undefined;
      if (expr !== undefined) programs.set(output.name, compile(expr, this.elementSchema(output, i), run));
    });
    this.programs = programs;
    const where = applied.argument("where");
    if (where !== undefined) this.where = compile(where, plan.schema, run);
  }

  take(walk: Walk): boolean {
    this.pattern.edges.forEach((_, at) => {
      if (this.read[at] !== true) return;
      walk.looked += walk.edges[at]!.length;
      const edges = walk.edges[at]!;
      const ends = walk.ends[at]!;
      if (walk.backwards[at] === true) this.path(at, [...edges].reverse(), ends.slice(0, -1).reverse());
      else this.path(at, edges, ends, ends.length - 1);
    });
    return this.add(walk.bound);
  }

  /** Writes the path of one pattern edge, from left to right; its match follows with `add`. */
  path(at: number, edges: readonly number[], inner: readonly number[], innerCount = inner.length): void {
    if (this.read[at] !== true) return;
    const along = this.edges[at]!;
    for (const edge of edges) along.rows.push(edge);
    along.end();
    const between = this.inner[at]!;
    for (let i = 0; i < innerCount; i++) between.rows.push(inner[i]!);
    between.end();
  }

  /** Adds a match whose paths are written; true when the chunk is full. */
  add(nodes: ArrayLike<number>): boolean {
    this.bound.forEach((list, at) => list.push(nodes[at]!));
    return ++this.count >= CHUNK;
  }

  /** Makes rows of what was gathered since the last time. */
  flush(): void {
    const { applied, count } = this;
    if (count === 0) return;
    const { plan, run } = applied;
    run.pace.check();
    const columns: Column[] = [];
    for (const output of this.pattern.outputs) columns.push(textual(this.output(output, columns), run));
    const batch: Batch = { length: count, columns };
    const keep = this.passing(batch);
    if (this.accept === undefined && keep === undefined) this.keep(batch);
    else {
      const rows: number[] = [];
      const firsts = this.bound[this.pattern.edges[0]?.from ?? 0]!;
      const lasts = this.bound[this.pattern.edges.at(-1)?.to ?? 0]!;
      for (let row = 0; row < count; row++) {
        if (keep !== undefined && keep[row] !== 1) continue;
        if (this.accept === undefined || this.accept(firsts[row]!, lasts[row]!)) rows.push(row);
      }
      if (rows.length > 0) this.keep(gatherRows(batch, Uint32Array.from(rows)));
    }
    fits(this.total, plan.schema.columns.length, run, plan.span);
    this.count = 0;
    for (const list of this.bound) list.length = 0;
    for (const elements of [...this.edges, ...this.inner]) elements.clear();
  }

  /** All rows kept. */
  finish(): Batch {
    this.flush();
    const { schema } = this.applied.plan;
    // A match without any column is still a row.
    return { length: this.total, columns: oneBatch(schema, this.kept).columns };
  }

  private keep(batch: Batch): void {
    this.kept.push(batch);
    this.total += batch.length;
  }

  /** A 1 for each match that the predicate lets pass; undefined where all do. */
  private passing(batch: Batch): Uint8Array | undefined {
    return this.where === undefined ? undefined : truths(spread(this.where.run(batch), batch.length));
  }

  private output(output: PatternOutput, before: readonly Column[]): Column {
    switch (output.of) {
      case "node": return gather(columnNamed(this.graph.nodes, output.column),
        Uint32Array.from(this.bound[output.at]!));
      case "edge": return gather(columnNamed(this.graph.edges, output.column),
        Uint32Array.from(this.edges[output.at]!.rows));
      case "edges": case "inner": return this.fold(output, before);
      default: return output satisfies never;
    }
  }

  private fold(output: PathOutput, before: readonly Column[]): Column {
    const { starts, rows } = (output.of === "edges" ? this.edges : this.inner)[output.at]!;
    const program = this.programs.get(output.name);
    const whole = program === undefined ? columnNamed(this.table(output), output.value) : undefined;
    // Of a column of the elements' own table the row is the element, of one computed here the place.
    const values = whole ?? this.each(output, program!, starts, rows, before);
    const at = (i: number) => (whole === undefined ? i : rows[i]!);
    const { count } = this;
    if (output.fold === "list") {
      const lists: Value[] = [];
      for (let match = 0; match < count; match++) {
        const list: Value[] = [];
        for (let i = starts[match]!; i < starts[match + 1]!; i++) list.push(valueAt(values, at(i)));
        lists.push(list);
      }
      return column({ type: "dynamic", data: lists }, count);
    }
    const truth = truths(values);
    const all = output.fold === "all";
    const data = new Uint8Array(count);
    for (let match = 0; match < count; match++) {
      let found = all;
      for (let i = starts[match]!; i < starts[match + 1]! && found === all; i++) found = truth[at(i)] === 1;
      data[match] = found ? 1 : 0;
    }
    return column({ type: "bool", data }, count);
  }

  private table(output: PathOutput): Result {
    return output.of === "edges" ? this.graph.edges : this.graph.nodes;
  }

  /** The elements' own columns, and the outputs before this one. */
  private elementSchema(output: PathOutput, place: number): Schema {
    const before = this.applied.plan.schema.columns.slice(0, place);
    return { columns: [...before, ...this.table(output).schema.columns], open: false };
  }

  /** The expression of an output over every element of every match. */
  private each(
    output: PathOutput, program: Program, starts: readonly number[], rows: readonly number[], before: readonly Column[],
  ): Column {
    const { run, plan } = this.applied;
    fits(rows.length, before.length, run, plan.span);
    if (rows.length === 0) return columnOf(program.type, null, 0);
    const matches = new Uint32Array(rows.length).fill(NO_ROW);
    for (let match = 0; match < this.count; match++) matches.fill(match, starts[match], starts[match + 1]);
    const own = gatherRows(this.table(output).rows, Uint32Array.from(rows));
    const columns = [...before.map((c) => gather(c, matches)), ...own.columns];
    return spread(program.run({ length: rows.length, columns }), rows.length);
  }
}

/** A 1 where a bool is true. */
export function truths(source: Column): Uint8Array {
  if (source.type !== "bool") throw new TypeError(`A ${source.type} is no condition`);
  const { data, nulls } = source;
  return nulls === null ? data.slice(0, source.length) : data.map((one, i) => (nulls[i] === 1 ? 0 : one));
}
