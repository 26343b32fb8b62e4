/** Aggregates that pick a row of the group: the largest or smallest, the one that has it, any one. */
import { builder, cellOrder, compare, valueAt } from "../../table";
import type { Column, RowOrder, ScalarType, Value } from "../../table";
import { defineAggregate, over, values, withCondition } from "./aggregate-define";
import type { AggregateSignature } from "./aggregate-define";
import type { Accumulator, AggregateFunction } from "./define";

const NOBODY = -1;

/**
 * Keeps one row per group: the first of those with the greatest (`sign` 1) or smallest (-1) key. A null key loses to
 * any other and NaN to any number, but a group of nothing else keeps its first row. Cells are looked at as values once
 * per batch and group; within a batch rows are compared where they lie.
 */
class Extreme implements Accumulator {
  private readonly keys: Value[] = [];
  private readonly picked: Value[] = [];
  private readonly seen: boolean[] = [];

  /** `value`: which argument is returned; 0 is the key itself. */
  constructor(private readonly type: ScalarType, private readonly sign: 1 | -1, private readonly value: 0 | 1) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const key = values(args, length);
    const value = values(args, length, this.value);
    // Nulls first puts nulls and NaN at the losing end in either direction.
    const order = cellOrder(key, this.sign < 0, true);
    const best = bestRows(length, groupOf, groups, order);
    for (let g = 0; g < groups; g++) {
      const row = best[g]!;
      if (row === NOBODY) continue;
      const candidate = valueAt(key, row);
      if (this.seen[g] === true && !this.beats(candidate, this.keys[g] ?? null)) continue;
      this.seen[g] = true;
      this.keys[g] = candidate;
      this.picked[g] = this.value === 0 ? candidate : valueAt(value, row);
    }
  }

  finish(groups: number): Column {
    const out = builder(this.type);
    for (let g = 0; g < groups; g++) out.push(this.picked[g] ?? null);
    return out.finish();
  }

  private beats(a: Value, b: Value): boolean {
    const standing = standingOf(a) - standingOf(b);
    return standing !== 0 ? standing > 0 : compare(a, b) * this.sign > 0;
  }
}

function standingOf(value: Value): number {
  return value === null ? 0 : typeof value === "number" && Number.isNaN(value) ? 1 : 2;
}

/** Per group the first row that no other row of the group comes behind; `NOBODY` for a group without rows. */
function bestRows(length: number, groupOf: Uint32Array, groups: number, order: RowOrder): Int32Array {
  const best = new Int32Array(groups).fill(NOBODY);
  for (let row = 0; row < length; row++) {
    const g = groupOf[row]!;
    const so = best[g]!;
    if (so === NOBODY || order(row, so) > 0) best[g] = row;
  }
  return best;
}

/** The first row of each group. */
class First implements Accumulator {
  private readonly picked: Value[] = [];
  private taken = 0;
  private readonly seen: boolean[] = [];

  constructor(private readonly type: ScalarType) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    if (this.taken === groups) return;
    const column = values(args, length);
    for (let row = 0; row < length && this.taken < groups; row++) {
      const g = groupOf[row]!;
      if (this.seen[g] === true) continue;
      this.seen[g] = true;
      this.taken++;
      this.picked[g] = valueAt(column, row);
    }
  }

  finish(groups: number): Column {
    const out = builder(this.type);
    for (let g = 0; g < groups; g++) out.push(this.picked[g] ?? null);
    return out.finish();
  }
}

const itself = (types: readonly ScalarType[]): ScalarType => types[0] ?? "dynamic";
const second = (types: readonly ScalarType[]): ScalarType => types[1] ?? "dynamic";

const extreme = (sign: 1 | -1): AggregateSignature =>
  over(["value: any"], itself, ([type = "dynamic"]) => new Extreme(type, sign, 0));
const beside = (sign: 1 | -1): AggregateSignature =>
  over(["key: any", "value: any"], second, ([, type = "dynamic"]) => new Extreme(type, sign, 1));
const first: AggregateSignature = over(["value: any"], itself, ([type = "dynamic"]) => new First(type));

const DATA = "datatable(k: long, v: string) [3, 'c', 9, 'x', 1, 'a'] | summarize";

export const pickers: readonly AggregateFunction[] = [
  defineAggregate("max", {
    says: "The largest value.",
    examples: [["range x from 1 to 5 step 1 | summarize max(x)", "5"]],
  }, extreme(1)),
  defineAggregate("maxif", {
    says: "The largest value of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 5 step 1 | summarize maxif(x, x < 4)", "3"]],
  }, ...withCondition(1, extreme(1))),
  defineAggregate("min", {
    says: "The smallest value.",
    examples: [["range x from 1 to 5 step 1 | summarize min(x)", "1"]],
  }, extreme(-1)),
  defineAggregate("minif", {
    says: "The smallest value of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 5 step 1 | summarize minif(x, x > 2)", "3"]],
  }, ...withCondition(1, extreme(-1))),
  defineAggregate("arg_max.key", {
    says: "The largest key: the first part of `arg_max()`.",
    examples: [[`${DATA} arg_max(k)`, "9"]],
  }, extreme(1)),
  defineAggregate("arg_max.value", {
    says: "The value in the row that has the largest key.",
    examples: [[`${DATA} arg_max(k, v)`, "x"]],
  }, beside(1)),
  defineAggregate("arg_min.key", {
    says: "The smallest key: the first part of `arg_min()`.",
    examples: [[`${DATA} arg_min(k)`, "1"]],
  }, extreme(-1)),
  defineAggregate("arg_min.value", {
    says: "The value in the row that has the smallest key.",
    examples: [[`${DATA} arg_min(k, v)`, "a"]],
  }, beside(-1)),
  defineAggregate("take_any", {
    says: "The value of one row of the group; here the first.",
    examples: [["range x from 1 to 5 step 1 | summarize take_any(x)", "1"]],
  }, first),
  defineAggregate("take_anyif", {
    says: "The value of one row in which `predicate` is true; here the first.",
    examples: [["range x from 1 to 5 step 1 | summarize take_anyif(x, x > 2)", "3"]],
  }, ...withCondition(1, first)),
];
