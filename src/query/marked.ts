/**
 * A plan that carries a mark: one row of a table is marked where it is read, and every operator hands the mark on to
 * what it makes of that row. Where marked rows go in and none come out, the row was dropped. Only the plan is rewritten:
 * marks are a column among columns to the engine. A limit becomes a numbering with a filter over it, so that what comes
 * behind the limit is numbered too.
 */
import type { Span } from "../base";
import type { ColumnSpec, Schema } from "../table";
import { queriesIn, readsBody } from "./inner-plans";
import type { Call, Expr, Named, Plan } from "./plan";

/** The column that the marked table must have: a long, 1 in the one row, 0 in all others. */
export const ROW_MARK = "$row";

/** Where marked rows can be seen: those that leave this node with something above zero in this column. */
export interface Tap {
  readonly node: number;
  readonly column: string;
  /** Of rows that are numbered for a limit: the column of the numbers. */
  readonly rank?: string;
}

/** What one operator of the query does to marked rows: they come in at `from` and, unless dropped, leave at `to`. */
export interface Passage {
  /** The operator as the query has it. */
  readonly plan: Plan;
  /** Of a join: the side on which the marked rows come in. */
  readonly side?: "left" | "right";
  readonly from: Tap;
  /**
   * `rows`: they go on as rows. `group`: they are counted into a row for many; the tap's column holds how many.
   * `new`: what comes out are other rows, made of all that went in (`evaluate pivot`). `partner`: rows of this side
   * only decide which ones of the other side stay (semi and anti joins). `cell`, `list`: of them come the first cell, or
   * the list, that the operator compares with (`toscalar`, `in` of a query). `other`: they are a further table that the
   * operator reads (the table of a lookup, the edges of a graph).
   */
  readonly becomes: "rows" | "group" | "new" | "partner" | "cell" | "list" | "other";
  /** Inside of a body (`mv-apply`, `partition`), or of a query in an expression: its rows are not the query's own. */
  readonly inside: boolean;
  /** Absent where nothing goes on. */
  readonly to?: Tap;
  /** Of a limit: the rows before it is cut, with their numbers. */
  readonly ranked?: Tap;
}

export interface MarkedPlan {
  /** To be run one after the other, all with the same taps: the query, and inputs of what cannot be followed further. */
  readonly roots: readonly Plan[];
  /** In the order of the rows' way: inputs before what reads them. */
  readonly passages: readonly Passage[];
  /** Marked rows of each result that they can get to, in order; `earlier` ones come before the query's own. */
  readonly results: readonly { readonly tap: Tap; readonly name?: string; readonly earlier: boolean }[];
}

/** Rewrites a plan so that the marked row of `table` can be followed. No passages: the plan does not read the table. */
export function markPlan(plan: Plan, table: string): MarkedPlan {
  const marking = new Marking(table, highestId(plan));
  const { earlier = [], name, ...last } = plan;
  const roots: Plan[] = [];
  const results: MarkedPlan["results"][number][] = [];
  for (const each of [...earlier, { name, value: last as Plan }]) {
    const { plan: root, tap } = marking.mark(each.value, undefined);
    if (tap === undefined) continue;
    roots.push(root);
    results.push({ tap, ...(each.name === undefined ? {} : { name: each.name }), earlier: each.value !== last });
  }
  return { roots: [...marking.aside, ...roots], passages: marking.passages, results };
}

/** The rows that a body is given, marks included, and which column is the mark. */
interface Hole {
  readonly column: string;
  readonly schema: Schema;
}

interface Marked {
  readonly plan: Plan;
  /** Absent where no row of the plan can be marked: then the plan is as it was. */
  readonly tap?: Tap;
}

/** Table functions that hand rows on as they are, with all their columns first. */
const FAITHFUL = new Set(["sample", "bag_unpack", "parse-kv", "rows_near", "scan-steps"]);

class Marking {
  readonly passages: Passage[] = [];
  readonly aside: Plan[] = [];
  private readonly cached = new Map<number, Marked>();
  /** Queries inside of expressions that have been marked. */
  private readonly inner = new Set<number>();
  private columns = 0;
  /** How many bodies are around what is being marked. */
  private bodies = 0;

  constructor(private readonly table: string, private id: number) {}

  mark(plan: Plan, hole: Hole | undefined): Marked {
    const marked = this.markNode(plan, hole);
    this.inside(plan);
    return marked;
  }

  /** Queries that stand in the operator's expressions, and further tables that it reads: each is followed by itself. */
  private inside(plan: Plan): void {
    for (const { plan: query, take } of queriesIn(plan)) {
      this.besides(plan, query, take === "cell" ? "cell" : "list");
    }
    if (plan.op !== "apply") return;
    // The edges of a graph make its paths as much as the nodes do.
    const becomes = plan.fn.startsWith("graph-") ? "new" : "other";
    for (const other of plan.others ?? []) this.besides(plan, other, becomes);
  }

  private besides(plan: Plan, query: Plan, becomes: "cell" | "list" | "other" | "new"): void {
    // What reads the rows of a body cannot be run by itself.
    if (this.inner.has(query.id) || readsBody(query)) return;
    this.inner.add(query.id);
    const { plan: marked, tap } = this.body(query, undefined);
    if (tap === undefined) return;
    this.aside.push(marked);
    this.pass({ plan, from: tap, becomes });
  }

  private markNode(plan: Plan, hole: Hole | undefined): Marked {
    switch (plan.op) {
      case "scan": {
        if (plan.table !== this.table) return { plan };
        const scan = this.node({ ...plan, schema: withMark(plan.schema, ROW_MARK) });
        // Of two scans each has a mark of its own, so that a join of both has both.
        const own = this.column();
        const marked = this.extend(scan, own, column(ROW_MARK, plan.span), plan.span);
        this.pass({ plan, from: marked.tap, becomes: "rows", to: marked.tap });
        return marked;
      }
      case "values": case "range": return { plan };
      case "hole": {
        if (hole === undefined) return { plan };
        const node = this.node({ ...plan, schema: { ...hole.schema, open: plan.schema.open } });
        return { plan: node, tap: { node: node.id, column: hole.column } };
      }
      case "join": return this.join(plan, hole);
      case "union": return this.union(plan, hole);
      default: break;
    }
    if (plan.op === "cached") {
      const known = this.cached.get(plan.id);
      if (known !== undefined) return known;
    }
    const input = this.mark(plan.input, hole);
    if (input.tap === undefined) return this.unmarked(plan);
    const { tap: from } = input;
    const name = from.column;
    // The columns of the marked rows in the order in which the engine has them: joins name theirs by place.
    const same: Schema = { columns: input.plan.schema.columns, open: plan.schema.open };
    switch (plan.op) {
      case "filter": return this.through(plan, this.node({ ...plan, input: input.plan, schema: same }), from);
      case "extend": case "window": {
        const schema = withOutputs(same, plan.outputs);
        return this.through(plan, this.node({ ...plan, input: input.plan, schema }), from);
      }
      case "project": {
        const outputs = [...plan.outputs, { name, value: column(name, plan.span) }];
        const node = this.node({ ...plan, input: input.plan, outputs, schema: withMark(plan.schema, name) });
        return this.through(plan, node, from);
      }
      case "sort": {
        const { limit, ...whole } = plan;
        const sorted = this.node({ ...whole, input: input.plan, schema: same });
        return limit === undefined ? this.through(plan, sorted, from) : this.cut(plan, sorted, from, 0, limit);
      }
      case "limit": return this.cut(plan, input.plan, from, plan.skip, plan.count);
      case "group": return this.group(plan, input.plan, from);
      case "expand": {
        const given = { column: name, schema: expandedSchema(plan, same) };
        const body = plan.body === undefined ? {} : { body: this.body(plan.body, given).plan };
        const node = this.node({ ...plan, ...body, input: input.plan, schema: withMarksOf(plan.schema, same) });
        return this.through(plan, node, from);
      }
      case "partition": {
        const body = this.body(plan.body, { column: name, schema: same });
        const own = body.tap?.column;
        const node = this.node({
          ...plan, input: input.plan, body: body.plan, schema: { ...body.plan.schema, open: plan.schema.open },
        });
        if (own !== undefined) return this.through(plan, node, from, own);
        this.pass({ plan, from, becomes: "new" });
        return { plan: node };
      }
      case "cached": {
        const node = this.node({ ...plan, input: input.plan, schema: same });
        const marked: Marked = { plan: node, tap: from };
        this.cached.set(plan.id, marked);
        return marked;
      }
      case "apply": {
        // What a bag is unpacked to is put in an order of its own where the query says which columns there are.
        if (FAITHFUL.has(plan.fn) && (plan.fn !== "bag_unpack" || plan.schema.open)) {
          const added = plan.schema.columns.filter((c) => !same.columns.some((own) => own.name === c.name));
          const schema = plan.schema.open ? withMarksOf(plan.schema, same) : { ...same, columns: [...same.columns, ...added] };
          const node = this.node({ ...plan, input: input.plan, schema });
          return this.through(plan, node, from);
        }
        this.pass({ plan, from, becomes: "new" });
        if (hole !== undefined) return { plan: this.withoutMarks(plan, input.plan) };
        this.aside.push(input.plan);
        return { plan };
      }
      default: return plan satisfies never;
    }
  }

  /** A node of which no input row is marked; a marked one may still stand in its body's joins or its other tables. */
  private unmarked(plan: Plan): Marked {
    const marked: Marked = { plan };
    if (plan.op === "cached") this.cached.set(plan.id, marked);
    return marked;
  }

  /** In a body the rows come with their marks, which are no columns of theirs. */
  private withoutMarks(plan: Extract<Plan, { op: "apply" }>, input: Plan): Plan {
    const { schema, span } = plan.input;
    const outputs = schema.columns.map((c) => ({ name: c.name, value: { ...column(c.name, span), type: c.type } }));
    return this.node({ ...plan, input: this.node({ id: 0, span, label: "", schema, op: "project", input, outputs }) });
  }

  private through(plan: Plan, node: Plan, from: Tap, name = from.column): Marked & { readonly tap: Tap } {
    const tap = { node: node.id, column: name };
    this.pass({ plan, from, becomes: "rows", to: tap });
    return { plan: node, tap };
  }

  private cut(plan: Plan, input: Plan, from: Tap, skip: number, count: number): Marked {
    const { span } = plan;
    const rank = `$rank.${++this.columns}`;
    const number: Call = {
      kind: "call", fn: "row_number:long,bool", args: [long(1n, span), { kind: "literal", value: false, type: "bool", span }],
      type: "long", span,
    };
    const numbered = this.helper({
      op: "window", input, by: [], order: [], outputs: [{ name: rank, value: number }],
    }, withMark({ ...input.schema, open: plan.schema.open }, rank), span);
    const terms = [
      call("gt:long,long", [column(rank, span), long(BigInt(skip), span)], "bool", span),
      call("le:long,long", [column(rank, span), long(BigInt(skip + count), span)], "bool", span),
    ];
    const kept = this.helper({ op: "filter", input: numbered, terms }, numbered.schema, span);
    const to = { node: kept.id, column: from.column };
    this.pass({ plan, from, becomes: "rows", to, ranked: { node: numbered.id, column: from.column, rank } });
    return { plan: kept, tap: to };
  }

  /** The group that holds the row gets how many rows it holds as its mark. */
  private group(plan: Extract<Plan, { op: "group" }>, input: Plan, from: Tap): Marked {
    const { span } = plan;
    const [most, rows] = [this.column(), this.column()];
    const aggregates: Named<Call>[] = [
      ...plan.aggregates,
      { name: most, value: call("max:any", [column(from.column, span)], "long", span) },
      { name: rows, value: call("count:", [], "long", span) },
    ];
    const node = this.node({
      ...plan, input, aggregates, schema: withMark(withMark(plan.schema, most), rows),
    });
    const held = call("gt:long,long", [column(most, span), long(0n, span)], "bool", span);
    const size = call("iff:bool,any,any", [held, column(rows, span), long(0n, span)], "long", span);
    const marked = this.extend(node, this.column(), size, span);
    this.pass({ plan, from, becomes: "group", to: marked.tap });
    return marked;
  }

  private join(plan: Extract<Plan, { op: "join" }>, hole: Hole | undefined): Marked {
    const left = this.mark(plan.left, hole);
    const right = this.mark(plan.right, hole);
    if (left.tap === undefined && right.tap === undefined) return { plan };
    const { span, kind } = plan;
    const oneSide = kind === "leftsemi" || kind === "leftanti" ? left : kind === "rightsemi" || kind === "rightanti" ? right : undefined;
    if (oneSide !== undefined) {
      const other = oneSide === left ? right : left;
      const side = oneSide === left ? "left" : "right";
      const node = this.node({ ...plan, left: left.plan, right: right.plan, schema: oneSide.plan.schema });
      if (other.tap !== undefined) {
        // Its mark is read by nobody in the join: run by itself it is seen.
        this.aside.push(other.plan);
        this.pass({ plan, side: side === "left" ? "right" : "left", from: other.tap, becomes: "partner" });
      }
      if (oneSide.tap === undefined) return { plan };
      const to = { node: node.id, column: oneSide.tap.column };
      this.pass({ plan, side, from: oneSide.tap, becomes: "rows", to });
      return { plan: node, tap: to };
    }
    const node = this.node({ ...plan, left: left.plan, right: right.plan, schema: this.sideBySide(plan, left.plan, right.plan) });
    const sides = [["left", left.tap], ["right", right.tap]] as const;
    let sum: Expr | undefined;
    for (const [side, from] of sides) {
      if (from === undefined) continue;
      this.pass({ plan, side, from, becomes: "rows", to: { node: node.id, column: from.column } });
      // Rows without a partner have no mark on the other side.
      const own = call("coalesce:any...", [column(from.column, span), long(0n, span)], "long", span);
      sum = sum === undefined ? own : call("add:long,long", [sum, own], "long", span);
    }
    return sum === undefined ? { plan: node } : this.extend(node, this.column(), sum, span);
  }

  /** Names of both sides' columns: those of the plan, and the marks under names that no other column has. */
  private sideBySide(plan: Plan, left: Plan, right: Plan): Schema {
    const { columns } = plan.schema;
    const marks = (side: Plan) => side.schema.columns.filter((c) => isMark(c.name));
    const lefts = left.schema.columns.length - marks(left).length;
    // With open sides the engine names what comes out; the marks keep their names, as each has one of its own.
    if (columns.length !== lefts + right.schema.columns.length - marks(right).length) return plan.schema;
    let next = 0;
    const taken = new Set(columns.map((c) => c.name));
    const named = [...left.schema.columns, ...right.schema.columns].map((c): ColumnSpec => {
      if (!isMark(c.name)) return columns[next++] ?? c;
      const name = taken.has(c.name) ? this.column() : c.name;
      taken.add(name);
      return { ...c, name };
    });
    return { ...plan.schema, columns: named };
  }

  private union(plan: Extract<Plan, { op: "union" }>, hole: Hole | undefined): Marked {
    const inputs = plan.inputs.map((input) => this.mark(input, hole));
    if (inputs.every((input) => input.tap === undefined)) return { plan };
    const own = this.column();
    const node = this.node({
      ...plan, schema: withMark(plan.schema, own),
      inputs: inputs.map(({ plan: input, tap }) =>
        (tap === undefined ? input : this.extend(input, own, column(tap.column, plan.span), plan.span).plan)),
    });
    const to = { node: node.id, column: own };
    for (const { tap } of inputs) if (tap !== undefined) this.pass({ plan, from: tap, becomes: "rows", to });
    return { plan: node, tap: to };
  }

  private extend(input: Plan, name: string, value: Expr, span: Span): Marked & { readonly tap: Tap } {
    const node = this.helper({ op: "extend", input, outputs: [{ name, value }] }, withMark(input.schema, name), span);
    return { plan: node, tap: { node: node.id, column: name } };
  }

  private pass(passage: Omit<Passage, "inside">): void {
    this.passages.push({ ...passage, inside: this.bodies > 0 });
  }

  private body(plan: Plan, hole: Hole | undefined): Marked {
    this.bodies++;
    const marked = this.mark(plan, hole);
    this.bodies--;
    return marked;
  }

  private node<P extends Plan>(plan: P): P {
    return { ...plan, id: ++this.id };
  }

  private helper(op: Extract<Plan, { op: "extend" | "window" | "filter" }> extends infer P
    ? P extends Plan ? Omit<P, "id" | "span" | "label" | "schema"> : never : never, schema: Schema, span: Span): Plan {
    return { ...op, id: ++this.id, span, label: "", schema };
  }

  private column(): string {
    return `${ROW_MARK}.${++this.columns}`;
  }
}

/** Whether a column is one of ours. */
export function isMark(name: string): boolean {
  return name === ROW_MARK || name.startsWith(`${ROW_MARK}.`) || name.startsWith("$rank.");
}

function withMark(schema: Schema, name: string): Schema {
  if (schema.columns.some((c) => c.name === name)) return schema;
  return { ...schema, columns: [...schema.columns, { name, type: "long" }] };
}

/** The plan's own columns, and the marks that the rows carry beside them. */
function withMarksOf(schema: Schema, rows: Schema): Schema {
  return rows.columns.filter((c) => isMark(c.name)).reduce((all, c) => withMark(all, c.name), schema);
}

function withOutputs(schema: Schema, outputs: readonly Named<Expr>[]): Schema {
  const columns = [...schema.columns];
  for (const { name, value } of outputs) {
    const at = columns.findIndex((c) => c.name === name);
    columns[at < 0 ? columns.length : at] = { name, type: value.type };
  }
  return { ...schema, columns };
}

/** What a body is given: the row's columns, the expanded ones in their places or behind. */
function expandedSchema(plan: Extract<Plan, { op: "expand" }>, row: Schema): Schema {
  const made: ColumnSpec[] = plan.columns.map(({ name, type }) => ({ name, type }));
  if (plan.indexColumn !== undefined) made.push({ name: plan.indexColumn, type: "long" });
  const columns = row.columns.map((c) => made.find((m) => m.name === c.name) ?? c);
  return { ...row, columns: [...columns, ...made.filter((m) => !row.columns.some((c) => c.name === m.name))] };
}

function column(name: string, span: Span): Expr {
  return { kind: "column", name, type: "long", span };
}

function long(value: bigint, span: Span): Expr {
  return { kind: "literal", value, type: "long", span };
}

function call(fn: string, args: readonly Expr[], type: "long" | "bool", span: Span): Call {
  return { kind: "call", fn, args, type, span };
}

/** The highest id of a plan, plans inside of expressions included. */
function highestId(root: Plan): number {
  let highest = 0;
  const waiting: unknown[] = [root];
  const seen = new Set<unknown>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null || seen.has(next) || ArrayBuffer.isView(next)) continue;
    seen.add(next);
    const { id, op, table } = next as { id?: unknown; op?: unknown; table?: unknown };
    if (typeof id === "number" && typeof op === "string" && id > highest) highest = id;
    for (const part of Array.isArray(next) ? next : Object.values(next)) if (part !== table || op !== "values") waiting.push(part);
  }
  return highest;
}
