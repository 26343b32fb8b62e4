/**
 * Follows one row of a table through a query: the marked plan is run once with every node watched, and where marked rows
 * go in and none come out the row was dropped; what dropped it is then asked of that row alone.
 */
import { gatherRows, indexOfColumn, rowsOf, sliceRows, valueAt } from "../../table";
import type { Batch, Column, Schema, Table, Value } from "../../table";
import { isMark, markPlan, ROW_MARK } from "../marked";
import type { Passage, Tap } from "../marked";
import type { Expr, Named, Outcome, Plan } from "../plan";
import type { DropReason, Held, RowEnd, RowStep, RowStory } from "../story";
import { held, partsOf, termStories, valuesIn } from "./comparison";
import type { RunOnce } from "./comparison";
import type { RunOptions } from "./run";

/** Rows of the result that are told by number, and shown. */
const MOST_ROWS = 20;
const NO_LIMIT = { maxRows: Infinity };

type RunPlan = (plan: Plan, options: RunOptions) => Promise<Outcome>;

/** What became of row `row` (from 0) of `table`. Rejects only on our own mistakes. */
export async function followRow(
  run: RunPlan, plan: Plan, table: string, row: number, given: RunOptions,
): Promise<RowStory> {
  const marked = markPlan(plan, table);
  const story = (steps: readonly RowStep[], ends: readonly RowEnd[]): RowStory => ({ table, row, steps, ends });
  if (marked.passages.length === 0) return story([], [{ kind: "unread" }]);

  const sights = new Sights(marked.passages, marked.results.map((r) => r.tap));
  // A query may say itself what now() is.
  const options = plan.now === undefined ? given : { ...given, now: plan.now };
  const following: RunOptions = {
    ...options, ...NO_LIMIT, tap: (node, schema, batch) => { sights.see(node, schema, batch); },
    tables: (name) => {
      const found = options.tables(name);
      return found === undefined || name !== table ? found : withMark(found, row);
    },
  };
  for (const root of marked.roots) {
    const outcome = await run(root, following);
    if (outcome.kind === "done") continue;
    const diagnostics = outcome.kind === "failed" ? outcome.diagnostics : [];
    return story([], [{ kind: "broken", why: outcome.kind === "failed" ? "failed" : outcome.why, diagnostics }]);
  }
  const judge = new Judge(run, options, sights);
  const ends: RowEnd[] = [];
  for (const end of endsOf(marked.passages, sights)) ends.push(await judge.end(end));
  const found = marked.results.flatMap(({ tap, name, earlier }): RowEnd[] => {
    const sight = sights.of(tap);
    if (sight.count === 0) return [];
    return [{ ...inResult(sight, marked.passages, sights), earlier, ...(name === undefined ? {} : { name }) }];
  });
  const all = [...found, ...ends];
  return story(stepsOf(marked.passages, sights), all.length > 0 ? all : [{ kind: "unread" }]);
}

// ---- what is seen ---------------------------------------------------------------------------------------------------

/** Marked rows that were seen at a tap. */
interface Sight {
  count: number;
  /** All rows that came by, marked or not. */
  total: number;
  /** Numbers of marked rows among all, from 0; the first twenty. */
  readonly numbers: number[];
  /** What the mark held in the first marked row: of a group how many rows are in it. */
  size: number;
  schema: Schema;
  readonly rows: Batch[];
  /** Of numbered rows: the last one that a limit takes. */
  lastTaken?: Batch;
}

class Sights {
  private readonly taps = new Map<number, { readonly tap: Tap; readonly last: bigint; readonly sight: Sight }[]>();

  constructor(passages: readonly Passage[], results: readonly Tap[]) {
    for (const passage of passages) {
      this.watch(passage.from);
      if (passage.to !== undefined) this.watch(passage.to);
      if (passage.ranked !== undefined) this.watch(passage.ranked, takenOf(passage.plan));
    }
    for (const result of results) this.watch(result);
  }

  of(tap: Tap): Sight {
    const found = this.taps.get(tap.node)?.find((t) => t.tap.column === tap.column && t.tap.rank === tap.rank);
    if (found === undefined) throw new RangeError(`Node ${tap.node} is not watched for ${tap.column}`);
    return found.sight;
  }

  see(node: number, schema: Schema, batch: Batch): void {
    for (const { tap, last, sight } of this.taps.get(node) ?? []) {
      sight.schema = schema;
      const marks = batch.columns[indexOfColumn(schema, tap.column)];
      if (marks !== undefined) noteMarks(sight, marks, batch);
      const ranks = tap.rank === undefined ? undefined : batch.columns[indexOfColumn(schema, tap.rank)];
      if (ranks?.type === "long") {
        const at = ranks.data.subarray(0, batch.length).indexOf(last);
        if (at >= 0) sight.lastTaken = sliceRows(batch, at, at + 1);
      }
      sight.total += batch.length;
    }
  }

  private watch(tap: Tap, last = 0n): void {
    const here = this.taps.get(tap.node) ?? [];
    this.taps.set(tap.node, here);
    if (here.some((t) => t.tap.column === tap.column && t.tap.rank === tap.rank)) return;
    const sight: Sight = { count: 0, total: 0, numbers: [], size: 0, schema: { columns: [], open: false }, rows: [] };
    here.push({ tap, last, sight });
  }
}

function noteMarks(sight: Sight, marks: Column, batch: Batch): void {
  if (marks.type !== "long") return;
  const { data, nulls } = marks;
  const found: number[] = [];
  for (let row = 0; row < batch.length; row++) {
    if ((data[row] ?? 0n) <= 0n || nulls?.[row] === 1) continue;
    if (sight.count === 0) sight.size = Number(data[row] ?? 0n);
    sight.count++;
    if (sight.numbers.length >= MOST_ROWS) continue;
    sight.numbers.push(sight.total + row);
    found.push(row);
  }
  if (found.length > 0) sight.rows.push(gatherRows(batch, Uint32Array.from(found)));
}

function takenOf(plan: Plan): bigint {
  return BigInt(plan.op === "limit" ? plan.skip + plan.count : plan.op === "sort" ? plan.limit ?? 0 : 0);
}

/** The table with a column that is 1 in one row. */
function withMark(table: Table, row: number): Table {
  let from = 0;
  const batches = table.batches.map((batch): Batch => {
    const data = new BigInt64Array(batch.length);
    if (row >= from && row < from + batch.length) data[row - from] = 1n;
    from += batch.length;
    return { length: batch.length, columns: [...batch.columns, { type: "long", data, length: batch.length, nulls: null }] };
  });
  return { schema: { ...table.schema, columns: [...table.schema.columns, { name: ROW_MARK, type: "long" }] }, batches };
}

// ---- the way --------------------------------------------------------------------------------------------------------

function stepsOf(passages: readonly Passage[], sights: Sights): RowStep[] {
  const steps = new Map<number, RowStep>();
  for (const { plan, from, to, becomes } of passages) {
    if (plan.label === "" || sights.of(from).count === 0) continue;
    const out = to === undefined ? undefined : sights.of(to);
    const before = steps.get(plan.id);
    steps.set(plan.id, {
      plan: plan.id, label: plan.label, span: plan.span,
      rows: becomes === "rows" ? Math.max(before?.rows ?? 0, out?.count ?? 0) : out?.count ?? 1,
      ...(becomes === "group" && out !== undefined && out.count > 0 ? { group: out.size } : {}),
    });
  }
  return [...steps.values()];
}

/** Passages at which a branch ended: rows went in, and none came out, or none can be followed. */
function endsOf(passages: readonly Passage[], sights: Sights): readonly Passage[] {
  const ends = passages.filter(({ from, to }) =>
    sights.of(from).count > 0 && (to === undefined || sights.of(to).count === 0));
  // A body that drops all rows is where they were dropped, not the operator that holds it.
  const inside = new Set(ends.flatMap(({ plan }) => bodyIds(plan, ends)));
  return ends.filter(({ plan }) => !inside.has(plan.id));
}

function bodyIds(plan: Plan, ends: readonly Passage[]): number[] {
  if ((plan.op !== "expand" && plan.op !== "partition") || plan.body === undefined) return [];
  const ids = new Set<number>();
  const waiting: Plan[] = [plan.body];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ids.add(next.id);
    if ("input" in next) waiting.push(next.input);
    if ("body" in next && next.body !== undefined) waiting.push(next.body);
    if (next.op === "join") waiting.push(next.left, next.right);
    if (next.op === "union") waiting.push(...next.inputs);
  }
  return ends.some((end) => ids.has(end.plan.id)) ? [plan.id] : [];
}

function inResult(sight: Sight, passages: readonly Passage[], sights: Sights): Omit<Extract<RowEnd, { kind: "result" }>, "earlier"> {
  const kept = sight.schema.columns.map((_, i) => i).filter((i) => !isMark(sight.schema.columns[i]?.name ?? ""));
  const schema: Schema = { columns: kept.flatMap((i) => sight.schema.columns[i] ?? []), open: false };
  const batches = sight.rows.map(({ length, columns }) => ({ length, columns: kept.flatMap((i) => columns[i] ?? []) }));
  const groups = passages.filter(({ becomes, inside, to }) => becomes === "group" && !inside && to !== undefined && sights.of(to).count > 0);
  const last = groups.at(-1)?.to;
  return {
    kind: "result", rows: sight.numbers, count: sight.count, table: { schema, batches },
    ...(last === undefined ? {} : { group: sights.of(last).size }),
  };
}

// ---- why ------------------------------------------------------------------------------------------------------------

class Judge {
  constructor(private readonly run: RunPlan, private readonly options: RunOptions, private readonly sights: Sights) {}

  async end(passage: Passage): Promise<RowEnd> {
    const { id, label, span } = passage.plan;
    const place = { plan: id, label, span };
    if (passage.becomes === "new") return { kind: "merged", ...place, ...await this.into(passage) };
    if (passage.becomes === "cell" || passage.becomes === "list" || passage.becomes === "other") {
      return { kind: "asked", ...place, as: passage.becomes, first: this.sights.of(passage.from).numbers[0] === 0 };
    }
    if (passage.becomes === "partner") return { kind: "partner", ...place };
    return { kind: "dropped", ...place, reason: await this.reason(passage) };
  }

  /** What tells the rows apart that a table function makes: of this row. */
  private async into({ plan, from }: Passage): Promise<Pick<Extract<RowEnd, { kind: "merged" }>, "fn" | "into">> {
    const sight = this.sights.of(from);
    const [row] = sight.rows;
    if (plan.op !== "apply" || row === undefined) return { fn: plan.op, into: [] };
    const told = plan.args.filter(({ name }) => name.startsWith("by:") || (plan.fn === "pivot" && name === "on"));
    const valueOf = await valuesIn(told.map((arg) => arg.value), sight.schema, row, this.once);
    const nameOf = ({ name, value }: Named<Expr>) => (value.kind === "column" ? value.name : name.replace("by:", ""));
    return { fn: plan.fn, into: told.map((arg) => ({ name: nameOf(arg), own: held(arg.value, valueOf) })) };
  }

  private async reason(passage: Passage): Promise<DropReason> {
    const { plan } = passage;
    const sight = this.sights.of(passage.from);
    const row = sight.rows[0];
    if (row === undefined) return { kind: "other" };
    switch (plan.op) {
      case "filter": {
        const valueOf = await valuesIn(partsOf(plan.terms), sight.schema, row, this.once);
        const terms = termStories(plan.terms, valueOf);
        return terms.length > 0 ? { kind: "terms", terms } : { kind: "other" };
      }
      case "limit": return this.place(passage, plan.skip, plan.count, plan.input);
      case "sort": return this.place(passage, 0, plan.limit ?? 0, plan);
      case "join": return this.partner(plan, passage.side ?? "left", sight.schema, row);
      case "expand": {
        const values = plan.columns.map((c) => c.value);
        const valueOf = await valuesIn(values, sight.schema, row, this.once);
        return { kind: "empty", columns: values.map((e) => ({ span: e.span, own: held(e, valueOf) })) };
      }
      case "apply": return { kind: plan.fn === "scan-steps" ? "no-step" : "other" };
      default: return { kind: "other" };
    }
  }

  private async place({ ranked }: Passage, skipped: number, taken: number, order: Plan): Promise<DropReason> {
    const sight = ranked && this.sights.of(ranked);
    const row = sight?.rows[0];
    if (ranked?.rank === undefined || sight === undefined || row === undefined) return { kind: "other" };
    const ranks = row.columns[indexOfColumn(sight.schema, ranked.rank)];
    const place = ranks === undefined ? 0 : Number(valueAt(ranks, 0) ?? 0);
    const sort = sorted(order);
    const last = sight.lastTaken;
    const keys: Extract<DropReason, { kind: "place" }>["keys"][number][] = [];
    if (sort !== undefined && last !== undefined) {
      const exprs = sort.keys.map((k) => k.value);
      const own = await valuesIn(exprs, sight.schema, row, this.once);
      const theirs = await valuesIn(exprs, sight.schema, last, this.once);
      for (const { value, descending } of sort.keys) {
        keys.push({ span: value.span, descending, own: held(value, own), last: held(value, theirs) });
      }
    }
    return { kind: "place", place, skipped, taken, keys };
  }

  private async partner(
    plan: Extract<Plan, { op: "join" }>, side: "left" | "right", schema: Schema, row: Batch,
  ): Promise<DropReason> {
    const mine = plan.on.map(([l, r]) => (side === "left" ? l : r));
    const theirs = plan.on.map(([l, r]) => (side === "left" ? r : l));
    const other = side === "left" ? plan.right : plan.left;
    const valueOf = await valuesIn(mine, schema, row, this.once);
    const keys = mine.map((e) => ({ span: e.span, own: held(e, valueOf) }));
    // Inside of a body the other side may be rows of the body's own, which are gone by now.
    if (readsHole(other)) return { kind: "other" };
    const others = await this.count(other);
    const base = { kind: "join", side, keys, others } as const;
    if (keys.some(({ own }) => own.value === null)) return { ...base, why: "null" };
    const exact = await this.alike(theirs, keys.map((k) => k.own), other, false);
    if (exact.length > 0) return { ...base, why: plan.kind.endsWith("anti") ? "found" : "stood-for" };
    const alike = await this.alike(theirs, keys.map((k) => k.own), other, true);
    return { ...base, why: "none", ...(alike.length === 0 ? {} : { alike }) };
  }

  /** Keys of the other side that are the same, or the same but for upper and lower case: those of the first such row. */
  private async alike(exprs: readonly Expr[], own: readonly Held[], other: Plan, anyCase: boolean): Promise<Held[]> {
    if (anyCase && !own.some((h) => h.type === "string")) return [];
    const { span } = other;
    const place = { span, label: "" };
    const lower = (e: Expr): Expr =>
      (anyCase && e.type === "string" ? { kind: "call", fn: "tolower:string", args: [e], type: "string", span } : e);
    const columns = exprs.map((e, i) => ({ name: `k${i}`, type: e.type }));
    const outputs = exprs.map((value, i) => ({ name: `k${i}`, value }));
    const keyed: Plan = { ...place, id: 1e9, op: "project", input: other, outputs, schema: { columns, open: false } };
    const one: Schema = { columns: [], open: false };
    const asked: Plan = {
      ...place, id: 1e9 + 1, op: "project", schema: { columns, open: false },
      input: { ...place, id: 1e9 + 2, op: "values", schema: one, table: { schema: one, batches: [{ length: 1, columns: [] }] } },
      outputs: own.map((h, i) => ({ name: `k${i}`, value: { kind: "literal", ...h, span } })),
    };
    const on = columns.map((c): readonly [Expr, Expr] => {
      const key = lower({ kind: "column", name: c.name, type: c.type, span });
      return [key, key];
    });
    const joined: Plan = { ...place, id: 1e9 + 3, op: "join", kind: "leftsemi", left: keyed, right: asked, on, schema: keyed.schema };
    const first = await this.once({ ...place, id: 1e9 + 4, op: "limit", input: joined, count: 1, skip: 0, schema: keyed.schema });
    return first === null ? [] : columns.map((c, i) => ({ type: c.type, value: first[i] ?? null }));
  }

  private async count(plan: Plan): Promise<number> {
    const { span } = plan;
    const first = await this.once({
      span, label: "", id: 1e9, op: "group", input: plan, keys: [], schema: { columns: [{ name: "n", type: "long" }], open: false },
      aggregates: [{ name: "n", value: { kind: "call", fn: "count:", args: [], type: "long", span } }],
    });
    return Number(first?.[0] ?? 0n);
  }

  private readonly once: RunOnce = async (plan) => {
    const { tap: _, onRows: __, maxRows: ___, ...options } = this.options;
    const outcome = await this.run(plan, options);
    if (outcome.kind === "failed") return null;
    for (const row of rowsOf(outcome.table)) return row satisfies readonly Value[];
    return null;
  };
}

/** The sort whose order a limit cuts, with nothing between but what keeps the order. */
function sorted(plan: Plan): Extract<Plan, { op: "sort" }> | undefined {
  for (let next = plan; ; ) {
    if (next.op === "sort") return next;
    if (next.op !== "project" && next.op !== "extend" && next.op !== "filter") return undefined;
    // A projection may have given the sort's columns other names: then their values are not told.
    if (next.op === "project") return undefined;
    next = next.input;
  }
}

/** Whether a plan reads rows that a body was given, and so cannot be run by itself. */
function readsHole(plan: Plan): boolean {
  const waiting = [plan];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.op === "hole") return true;
    if ("input" in next) waiting.push(next.input);
    if (next.op === "join") waiting.push(next.left, next.right);
    if (next.op === "union") waiting.push(...next.inputs);
  }
  return false;
}
