/**
 * Plans read row by row, as slowly and as plainly as can be: what the engine's batches, dictionaries and hash tables have
 * to agree with. Scalar functions are the registry's own, called on one value at a time; operators and aggregates are written
 * anew, from the plan's contract alone.
 */
import { functions } from "../../../src/query/functions";
import type { KernelContext } from "../../../src/query/functions/define";
import type { Call, Expr, JoinKind, Plan, SortKey } from "../../../src/query/plan";
import { coerce, columnOf, compare, equal, isArray, isBag, rowsOf, valueAt } from "../../../src/table";
import type { ColumnSpec, ScalarType, Table, Value } from "../../../src/table";

export interface Rows {
  readonly columns: readonly ColumnSpec[];
  readonly rows: readonly Row[];
}
type Row = readonly Value[];

/** The plan's rows; `tables` are those that it may read. Throws on what this reading does not know. */
export function naively(plan: Plan, tables: ReadonlyMap<string, Table>, context: KernelContext): Rows {
  return new Naive(tables, context).read(plan, undefined);
}

const textOr = (value: Value, type: ScalarType): Value => (value === null && type === "string" ? "" : value);
const name = (fn: string) => fn.slice(0, fn.indexOf(":"));

/** Kusto docs: make_set(), make_list(): arrays are taken apart. */
const itemsOf = (value: Value): readonly Value[] => (isArray(value) ? value : [value]);

/** Kusto docs: mv-expand operator, `to typeof()`: numbers among themselves, all to texts; what is of another kind is null. */
function cast(value: Value, type: ScalarType): Value {
  const number = typeof value === "bigint" || typeof value === "number";
  const fits = type === "dynamic" || type === "string" || (["long", "int", "real"].includes(type) ? number
    : type === "bool" ? typeof value === "boolean" : typeof value === "string");
  return !fits ? null : type === "dynamic" ? value : coerce(value, type);
}

class Naive {
  private readonly kept = new Map<number, Rows>();

  constructor(private readonly tables: ReadonlyMap<string, Table>, private readonly context: KernelContext) {}

  read(plan: Plan, hole: Rows | undefined): Rows {
    switch (plan.op) {
      case "scan": {
        const table = this.tables.get(plan.table);
        if (table === undefined) throw new Error(`no table ${plan.table}`);
        return this.shaped(plan, { columns: table.schema.columns, rows: [...rowsOf(table)] });
      }
      case "values": return this.shaped(plan, { columns: plan.table.schema.columns, rows: [...rowsOf(plan.table)] });
      case "hole":
        if (hole === undefined) throw new Error("a hole outside of a body");
        return hole;
      case "range": {
        const [from, to, step] = [plan.from, plan.to, plan.step].map((e) => this.value(e, [], [])) as [bigint, bigint, bigint];
        const rows: Row[] = [];
        for (let at = from; step > 0n ? at <= to : at >= to; at += step) rows.push([at]);
        return { columns: plan.schema.columns, rows };
      }
      case "filter": {
        const input = this.read(plan.input, hole);
        return { ...input, rows: input.rows.filter((row) => plan.terms.every((term) => this.value(term, input.columns, row) === true)) };
      }
      case "extend": {
        const input = this.read(plan.input, hole);
        const columns = [...input.columns];
        const places = plan.outputs.map((o) => {
          const at = columns.findIndex((c) => c.name === o.name);
          columns[at < 0 ? columns.length : at] = { name: o.name, type: o.value.type };
          return at < 0 ? columns.length - 1 : at;
        });
        return { columns, rows: input.rows.map((row) => {
          const out = [...row];
          plan.outputs.forEach((o, i) => (out[places[i]!] = this.value(o.value, input.columns, row)));
          return out;
        }) };
      }
      case "project": {
        if (plan.arrangement !== undefined) throw new Error("columns that only the data bring");
        const input = this.read(plan.input, hole);
        return { columns: plan.outputs.map((o) => ({ name: o.name, type: o.value.type })),
          rows: input.rows.map((row) => plan.outputs.map((o) => this.value(o.value, input.columns, row))) };
      }
      case "limit": {
        const input = this.read(plan.input, hole);
        return { ...input, rows: input.rows.slice(plan.skip, plan.skip + plan.count) };
      }
      case "sort": {
        const input = this.read(plan.input, hole);
        const rows = [...input.rows].sort((a, b) => this.order(plan.keys, input.columns, a, b));
        return { ...input, rows: rows.slice(0, plan.limit ?? rows.length) };
      }
      case "group": return this.group(plan, this.read(plan.input, hole));
      case "window": return this.window(plan, this.read(plan.input, hole));
      case "join": return this.join(plan, this.read(plan.left, hole), this.read(plan.right, hole));
      case "union": {
        const inputs = plan.inputs.map((input) => this.read(input, hole));
        return { columns: plan.schema.columns, rows: inputs.flatMap((input, i) => input.rows.map((row) => plan.schema.columns.map((c) => {
          if (c.name === plan.sourceColumn?.name) return plan.sourceColumn.names[i] ?? "";
          const at = input.columns.findIndex((own) => own.name === c.name);
          return textOr(at < 0 ? null : coerce(row[at] ?? null, c.type), c.type);
        }))) };
      }
      case "expand": return this.expand(plan, this.read(plan.input, hole));
      case "partition": {
        const input = this.read(plan.input, hole);
        const parts = this.groups(input, plan.by).map(({ rows }) => this.read(plan.body, { ...input, rows }));
        return { columns: parts[0]?.columns ?? plan.schema.columns, rows: parts.flatMap((part) => part.rows) };
      }
      case "cached": {
        const found = this.kept.get(plan.id) ?? this.read(plan.input, hole);
        this.kept.set(plan.id, found);
        return found;
      }
      default: throw new Error(`no naive reading of ${plan.op}`);
    }
  }

  /** A table as the plan wants to see it: its columns, texts never null. */
  private shaped(plan: Plan, from: Rows): Rows {
    const places = plan.schema.columns.map((c) => from.columns.findIndex((own) => own.name === c.name));
    return { columns: plan.schema.columns,
      rows: from.rows.map((row) => plan.schema.columns.map((c, i) => textOr(row[places[i]!] ?? null, c.type))) };
  }

  value(expr: Expr, columns: readonly ColumnSpec[], row: Row): Value {
    switch (expr.kind) {
      case "literal": return textOr(expr.value, expr.type);
      case "column": {
        const at = columns.findIndex((c) => c.name === expr.name);
        return textOr(at < 0 ? null : row[at] ?? null, expr.type);
      }
      case "scalar": {
        const found = this.read(expr.plan, undefined);
        const type = found.columns[0]?.type ?? "dynamic";
        const values = found.rows.map((each) => textOr(each[0] ?? null, type));
        return expr.take === "cell" ? values[0] ?? null : values;
      }
      case "call": {
        const args = expr.args.map((arg) => columnOf(arg.type, this.value(arg, columns, row), 1));
        return textOr(valueAt(functions.scalar(expr.fn).kernel(args, 1, this.context), 0), expr.type);
      }
      default: return expr satisfies never;
    }
  }

  private order(keys: readonly SortKey[], columns: readonly ColumnSpec[], a: Row, b: Row): number {
    for (const key of keys) {
      const [x, y] = [this.value(key.value, columns, a), this.value(key.value, columns, b)];
      // Null stands outermost, NaN beside it.
      const standing = (v: Value) => (v === null ? (key.nullsFirst ? 0 : 4) : typeof v === "number" && Number.isNaN(v) ? (key.nullsFirst ? 1 : 3) : 2);
      const sign = standing(x) - standing(y) || (standing(x) === 2 ? compare(x, y) * (key.descending ? -1 : 1) : 0);
      if (sign !== 0) return sign;
    }
    return 0;
  }

  private groups(input: Rows, by: readonly Expr[]): { key: Row; rows: Row[] }[] {
    const groups: { key: Row; rows: Row[] }[] = [];
    for (const row of input.rows) {
      const key = by.map((e) => this.value(e, input.columns, row));
      let group = groups.find((g) => g.key.every((v, i) => equal(v, key[i] ?? null)));
      if (group === undefined) groups.push((group = { key, rows: [] }));
      group.rows.push(row);
    }
    return groups;
  }

  private group(plan: Extract<Plan, { op: "group" }>, input: Rows): Rows {
    const groups = this.groups(input, plan.keys.map((k) => k.value));
    if (plan.keys.length === 0 && groups.length === 0) groups.push({ key: [], rows: [] });
    return { columns: plan.schema.columns, rows: groups.map(({ key, rows }) =>
      [...key, ...plan.aggregates.map((a) => textOr(this.aggregate(a.value, input.columns, rows), a.value.type))]) };
  }

  private aggregate(call: Call, columns: readonly ColumnSpec[], rows: readonly Row[]): Value {
    const values = (at: number, of = rows) => of.map((row) => this.value(call.args[at]!, columns, row));
    const where = (at: number) => rows.filter((row) => this.value(call.args[at]!, columns, row) === true);
    const fn = name(call.fn);
    const present = (list: readonly Value[]) => list.filter((v) => v !== null);
    const total = (list: readonly Value[]): Value => {
      const found = present(list);
      if (call.type === "real") return found.reduce<number>((sum, v) => sum + Number(v), 0);
      if (call.type === "timespan") return { kind: "timespan", ticks: found.reduce<bigint>((sum, v) => sum + (v as { ticks: bigint }).ticks, 0n) };
      return BigInt.asIntN(64, found.reduce<bigint>((sum, v) => sum + (v as bigint), 0n));
    };
    const mean = (list: readonly Value[]): Value => {
      const found = present(list).map(Number);
      return found.length === 0 ? NaN : found.reduce((a, b) => a + b, 0) / found.length;
    };
    // A number stands before NaN, and NaN before null, for the largest as for the smallest.
    const standing = (v: Value) => (v === null ? 0 : typeof v === "number" && Number.isNaN(v) ? 1 : 2);
    const extreme = (list: readonly Value[], sign: number): number => list.reduce<number>((best, v, i) => {
      const rise = standing(v) - (best < 0 ? 0 : standing(list[best]!));
      return rise > 0 || (rise === 0 && standing(v) === 2 && compare(v, list[best]!) * sign > 0) ? i : best;
    }, -1);
    const distinct = (list: readonly Value[]) => list.filter((v, i) => list.findIndex((w) => equal(v, w)) === i);
    const list = (all: readonly Value[]) => present(all).map((v) => v);
    const cut = (all: readonly Value[], at: number) => {
      const most = call.args[at];
      return most === undefined ? all : all.slice(0, Number(this.value(most, [], [])));
    };
    switch (fn) {
      case "count": return BigInt(rows.length);
      case "countif": return BigInt(where(0).length);
      case "sum": return total(values(0));
      case "sumif": return total(values(0, where(1)));
      case "avg": return mean(values(0));
      case "avgif": return mean(values(0, where(1)));
      case "max": case "min": { const all = values(0); return all[extreme(all, fn === "max" ? 1 : -1)] ?? null; }
      case "maxif": case "minif": { const all = values(0, where(1)); return all[extreme(all, fn === "maxif" ? 1 : -1)] ?? null; }
      case "dcount": case "count_distinct": return BigInt(distinct(present(values(0))).length);
      case "dcountif": return BigInt(distinct(present(values(0, where(1)))).length);
      case "make_list": return cut(list(values(0)).flatMap(itemsOf), 1);
      case "make_list_if": return cut(list(values(0, where(1))).flatMap(itemsOf), 2);
      case "make_set": return cut(distinct(list(values(0).flatMap(itemsOf))), 1);
      case "make_set_if": return cut(distinct(list(values(0, where(1)).flatMap(itemsOf))), 2);
      case "take_any": return values(0)[0] ?? null;
      case "arg_max.key": case "arg_min.key": { const all = values(0); return all[extreme(all, fn === "arg_max.key" ? 1 : -1)] ?? null; }
      case "arg_max.value": case "arg_min.value": {
        const at = extreme(values(0), fn === "arg_max.value" ? 1 : -1);
        // Kusto docs: arg_max(), Parameters: where all keys are null, some row is taken; ours is the first.
        return values(1)[Math.max(at, 0)] ?? null;
      }
      default: throw new Error(`no naive reading of ${fn}`);
    }
  }

  private window(plan: Extract<Plan, { op: "window" }>, input: Rows): Rows {
    if (plan.by.length > 0 || plan.order.length > 0) throw new Error("no naive reading of partitioned windows");
    const made = plan.outputs.map(({ value: call }) => {
      const arg = (at: number, row: number) => this.value(call.args[at]!, input.columns, input.rows[row]!);
      const given = (at: number) => call.args[at] !== undefined;
      let [number, sum] = [0n, 0n];
      return input.rows.map((_, row): Value => {
        const fn = name(call.fn);
        switch (fn) {
          case "row_number":
            number = given(1) && arg(1, row) === true ? 0n : number;
            if (number === 0n) number = given(0) ? (arg(0, row) as bigint) : 1n;
            return number++;
          case "row_cumsum":
            if (given(1) && arg(1, row) === true) sum = 0n;
            sum = BigInt.asIntN(64, sum + ((arg(0, row) as bigint | null) ?? 0n));
            return sum;
          case "prev": case "next": {
            const by = given(1) ? Number(arg(1, row)) : 1;
            const from = fn === "prev" ? row - by : row + by;
            if (from >= 0 && from < input.rows.length) return textOr(arg(0, from), call.type);
            return textOr(given(2) ? arg(2, row) : null, call.type);
          }
          default: throw new Error(`no naive reading of ${fn}`);
        }
      });
    });
    return { columns: [...input.columns, ...plan.outputs.map((o) => ({ name: o.name, type: o.value.type }))],
      rows: input.rows.map((row, i) => [...row, ...made.map((column) => column[i]!)]) };
  }

  private join(plan: Extract<Plan, { op: "join" }>, left: Rows, right: Rows): Rows {
    const keysOf = (side: Rows, which: 0 | 1) => side.rows.map((row) => plan.on.map((pair) => this.value(pair[which], side.columns, row)));
    const [leftKeys, rightKeys] = [keysOf(left, 0), keysOf(right, 1)];
    const agree = (l: number, r: number) => leftKeys[l]!.every((v, i) => v !== null && rightKeys[r]![i] !== null && equal(v, rightKeys[r]![i]!));
    const blank = (side: Rows): Row => side.columns.map((c) => textOr(null, c.type));
    let lefts = left.rows.map((_, i) => i);
    if (plan.kind === "innerunique") {
      lefts = lefts.filter((l) => leftKeys.findIndex((key) => key.every((v, i) => equal(v, leftKeys[l]![i]!))) === l);
    }
    const rights = right.rows.map((_, i) => i);
    const pairs = () => lefts.flatMap((l) => rights.filter((r) => agree(l, r)).map((r) => [...left.rows[l]!, ...right.rows[r]!]));
    const padded = () => lefts.flatMap((l) => {
      const found = rights.filter((r) => agree(l, r));
      return found.length > 0 ? found.map((r) => [...left.rows[l]!, ...right.rows[r]!]) : [[...left.rows[l]!, ...blank(right)]];
    });
    const rest = () => rights.filter((r) => !lefts.some((l) => agree(l, r))).map((r) => [...blank(left), ...right.rows[r]!]);
    const kinds: Record<JoinKind, () => Row[]> = {
      inner: pairs, innerunique: pairs, leftouter: padded,
      rightouter: () => [...pairs(), ...rest()], fullouter: () => [...padded(), ...rest()],
      leftsemi: () => lefts.filter((l) => rights.some((r) => agree(l, r))).map((l) => left.rows[l]!),
      leftanti: () => lefts.filter((l) => !rights.some((r) => agree(l, r))).map((l) => left.rows[l]!),
      rightsemi: () => rights.filter((r) => lefts.some((l) => agree(l, r))).map((r) => right.rows[r]!),
      rightanti: () => rights.filter((r) => !lefts.some((l) => agree(l, r))).map((r) => right.rows[r]!),
    };
    return { columns: plan.schema.columns, rows: kinds[plan.kind]() };
  }

  private expand(plan: Extract<Plan, { op: "expand" }>, input: Rows): Rows {
    if (plan.bagAs === "array") throw new Error("no naive reading of bags as pairs");
    const columns: ColumnSpec[] = [...input.columns];
    const place = (column: string, type: ScalarType) => {
      const at = columns.findIndex((c) => c.name === column);
      columns[at < 0 ? columns.length : at] = { name: column, type };
      return at < 0 ? columns.length - 1 : at;
    };
    const places = plan.columns.map((c) => place(c.name, c.type));
    const index = plan.indexColumn === undefined ? undefined : place(plan.indexColumn, "long");
    const items = (value: Value): readonly Value[] => (isArray(value) ? value
      : isBag(value) ? [...value].map(([key, inner]) => new Map([[key, inner]])) : [value]);
    const bodies: Rows[] = [];
    const expanded = input.rows.map((row) => {
      const lists = plan.columns.map((c) => items(this.value(c.value, input.columns, row)));
      const most = Math.max(...lists.map((l) => l.length), plan.keepEmpty ? 1 : 0);
      return Array.from({ length: Math.min(most, plan.limit ?? Infinity) }, (_, i): Row => {
        const out = [...row];
        lists.forEach((l, k) => (out[places[k]!] = textOr(cast(l[i] ?? null, plan.columns[k]!.type), plan.columns[k]!.type)));
        if (index !== undefined) out[index] = BigInt(i);
        return out;
      });
    });
    const { body } = plan;
    if (body === undefined) return { columns, rows: expanded.flat() };
    const rows = expanded.flatMap((own, i) => {
      const made = this.read(body, { columns, rows: own });
      bodies.push(made);
      return made.rows.map((found) => plan.schema.columns.map((c) => {
        const inner = made.columns.findIndex((m) => m.name === c.name);
        return inner >= 0 ? found[inner]! : input.rows[i]![input.columns.findIndex((m) => m.name === c.name)] ?? null;
      }));
    });
    return { columns: plan.schema.columns, rows };
  }
}
