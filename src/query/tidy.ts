/**
 * Makes a plan cheaper without changing what its trace tells: folds constants, leaves out columns that nothing reads,
 * and lets a sort know how many of its rows are taken. Operators keep their ids, their order and their number.
 */
import type { Schema } from "../table";
import { fold } from "./fold";
import type { KernelContext, Registry } from "./functions/define";
import type { Expr, JoinKind, Named, Plan, SortKey } from "./plan";

/** Names of columns that are read; undefined is all of them. */
type Wanted = ReadonlySet<string> | undefined;

/** The tidied plan; its result has the same columns and rows. */
export function tidy(plan: Plan, context: KernelContext, registry: Registry): Plan {
  const tidying = new Tidying(context, registry);
  const root = tidying.narrow(plan, undefined);
  if (plan.earlier === undefined) return root;
  return { ...root, earlier: plan.earlier.map(({ name, value }) => ({ name, value: tidying.narrow(value, undefined) })) };
}

class Tidying {
  constructor(private readonly context: KernelContext, private readonly registry: Registry) {}

  /** The node with at least the wanted columns; its schema says exactly which it has. */
  narrow(plan: Plan, asked: Wanted): Plan {
    const wanted = plan.schema.open ? undefined : asked;
    switch (plan.op) {
      case "scan": return { ...plan, schema: only(plan.schema, wanted) };
      case "values": {
        if (wanted === undefined || plan.table.schema.columns.length !== plan.schema.columns.length) return plan;
        const places = plan.schema.columns.flatMap((c, i) => (wanted.has(c.name) ? [i] : []));
        const batches = plan.table.batches.map(({ length, columns }) =>
          ({ length, columns: places.flatMap((i) => columns[i] ?? []) }));
        const schema = only(plan.schema, wanted);
        return { ...plan, schema, table: { schema, batches } };
      }
      case "range": return { ...plan, from: this.fold(plan.from), to: this.fold(plan.to), step: this.fold(plan.step) };
      case "filter": {
        const terms = plan.terms.map((term) => this.fold(term));
        const counted = plan.counted?.map((term) => this.fold(term)) ?? [];
        const input = this.narrow(plan.input, union(wanted, [...terms, ...counted]));
        return { ...plan, terms, ...(plan.counted ? { counted } : {}), input, schema: input.schema };
      }
      case "extend": {
        const outputs = this.outputs(plan.outputs, wanted);
        const made = new Set(outputs.map((o) => o.name));
        const passed = wanted === undefined ? undefined : new Set([...wanted].filter((name) => !made.has(name)));
        const input = this.narrow(plan.input, union(passed, outputs.map((o) => o.value)));
        return { ...plan, outputs, input, schema: extended(input.schema, outputs) };
      }
      case "project": {
        const outputs = this.outputs(plan.outputs, wanted);
        const read = plan.arrangement === undefined ? union(new Set(), outputs.map((o) => o.value)) : undefined;
        return { ...plan, outputs, input: this.narrow(plan.input, read), schema: only(plan.schema, wanted) };
      }
      case "sort": {
        const keys = this.keys(plan.keys);
        const input = this.narrow(plan.input, union(wanted, keys.map((k) => k.value)));
        return { ...plan, keys, input, schema: input.schema };
      }
      case "limit": {
        const input = this.narrow(plan.input, wanted);
        const taken = plan.count + plan.skip;
        // A sort that is read to a limit need not order the rest.
        const source = input.op === "sort" && (input.limit ?? Infinity) > taken ? { ...input, limit: taken } : input;
        return { ...plan, input: source, schema: source.schema };
      }
      case "group": {
        const keys = this.outputs(plan.keys, undefined);
        const aggregates = plan.aggregates.filter((a) => wanted === undefined || wanted.has(a.name))
          .map((a) => ({ ...a, value: { ...a.value, args: a.value.args.map((arg) => this.fold(arg)) } }));
        const input = this.narrow(plan.input, union(new Set(), [...keys, ...aggregates].map((o) => o.value)));
        const kept = wanted === undefined ? undefined : new Set([...wanted, ...keys.map((k) => k.name)]);
        return { ...plan, keys, aggregates, input, schema: only(plan.schema, kept) };
      }
      case "window": {
        const outputs = plan.outputs.filter((o) => wanted === undefined || wanted.has(o.name))
          .map((o) => ({ ...o, value: { ...o.value, args: o.value.args.map((arg) => this.fold(arg)) } }));
        const by = plan.by.map((e) => this.fold(e));
        const order = this.keys(plan.order);
        const read = [...by, ...order.map((k) => k.value), ...outputs.map((o) => o.value)];
        const input = this.narrow(plan.input, union(wanted, read));
        return { ...plan, outputs, by, order, input, schema: extended(input.schema, outputs) };
      }
      case "join": return this.join(plan, wanted);
      case "union": {
        const inputs = plan.inputs.map((input) => this.narrow(input, wanted));
        return { ...plan, inputs, schema: only(plan.schema, wanted) };
      }
      case "expand": {
        const columns = plan.columns.map((c) => ({ ...c, value: this.fold(c.value) }));
        if (wanted === undefined || plan.body !== undefined) return { ...plan, columns, input: this.narrow(plan.input, undefined) };
        const made = new Set([...plan.columns.map((c) => c.name), ...plan.indexColumn === undefined ? [] : [plan.indexColumn]]);
        const passed = new Set([...wanted].filter((name) => !made.has(name)));
        const input = this.narrow(plan.input, union(passed, columns.map((c) => c.value)));
        const has = new Set(input.schema.columns.map((c) => c.name));
        const schema = { ...plan.schema, columns: plan.schema.columns.filter((c) => made.has(c.name) || has.has(c.name)) };
        return { ...plan, columns, input, schema };
      }
      case "partition": return { ...plan, input: this.narrow(plan.input, undefined) };
      case "apply": {
        const others = plan.others?.map((other) => this.narrow(other, undefined));
        return { ...plan, input: this.narrow(plan.input, undefined), ...(others === undefined ? {} : { others }) };
      }
      // Who else meets a cached node is not known here.
      case "cached": return { ...plan, input: this.narrow(plan.input, undefined) };
      case "hole": return plan;
      default: return plan satisfies never;
    }
  }

  private join(plan: Extract<Plan, { op: "join" }>, wanted: Wanted): Plan {
    const on = plan.on.map(([l, r]) => [this.fold(l), this.fold(r)] as const);
    const leftKeys = on.map(([l]) => l);
    const rightKeys = on.map(([, r]) => r);
    const side = oneSide(plan.kind);
    if (side !== undefined) {
      const left = this.narrow(plan.left, union(side === "left" ? wanted : new Set(), leftKeys));
      const right = this.narrow(plan.right, union(side === "right" ? wanted : new Set(), rightKeys));
      return { ...plan, on, left, right, schema: side === "left" ? left.schema : right.schema };
    }
    const lefts = plan.left.schema.columns;
    const rights = plan.right.schema.columns;
    const { columns } = plan.schema;
    if (wanted === undefined || columns.length !== lefts.length + rights.length) {
      return { ...plan, on, left: this.narrow(plan.left, undefined), right: this.narrow(plan.right, undefined) };
    }
    // Output columns stand in the order of the sides' columns, under names of their own.
    const leftWanted = lefts.filter((_, i) => wanted.has(columns[i]!.name)).map((c) => c.name);
    const rightWanted = rights.filter((_, i) => wanted.has(columns[lefts.length + i]!.name)).map((c) => c.name);
    const left = this.narrow(plan.left, union(new Set(leftWanted), leftKeys));
    const right = this.narrow(plan.right, union(new Set(rightWanted), rightKeys));
    const kept = [
      ...left.schema.columns.map((c) => columns[lefts.findIndex((l) => l.name === c.name)]!),
      ...right.schema.columns.map((c) => columns[lefts.length + rights.findIndex((r) => r.name === c.name)]!),
    ];
    return { ...plan, on, left, right, schema: { ...plan.schema, columns: kept } };
  }

  private outputs(outputs: readonly Named<Expr>[], wanted: Wanted): Named<Expr>[] {
    const kept = outputs.filter((o) => wanted === undefined || wanted.has(o.name));
    return kept.map((o) => ({ ...o, value: this.fold(o.value) }));
  }

  private keys(keys: readonly SortKey[]): SortKey[] {
    return keys.map((k) => ({ ...k, value: this.fold(k.value) }));
  }

  private fold(expr: Expr): Expr {
    return fold(expr, this.context, this.registry);
  }
}

function oneSide(kind: JoinKind): "left" | "right" | undefined {
  switch (kind) {
    case "leftsemi": case "leftanti": return "left";
    case "rightsemi": case "rightanti": return "right";
    case "inner": case "innerunique": case "leftouter": case "rightouter": case "fullouter": return undefined;
    default: return kind satisfies never;
  }
}

function only(schema: Schema, wanted: Wanted): Schema {
  return wanted === undefined ? schema : { ...schema, columns: schema.columns.filter((c) => wanted.has(c.name)) };
}

function extended(schema: Schema, outputs: readonly Named<Expr>[]): Schema {
  const columns = [...schema.columns];
  for (const { name, value } of outputs) {
    const at = columns.findIndex((c) => c.name === name);
    columns[at < 0 ? columns.length : at] = { name, type: value.type };
  }
  return { ...schema, columns };
}

/** The wanted columns and those that expressions read. */
function union(wanted: Wanted, exprs: readonly Expr[]): Wanted {
  if (wanted === undefined) return undefined;
  const all = new Set(wanted);
  const todo: Expr[] = [...exprs];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "column") all.add(e.name);
    else if (e.kind === "call") todo.push(...e.args);
  }
  return all;
}
