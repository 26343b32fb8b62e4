/** Aggregates that pick a row of the group: the largest or smallest, the one that has it, any one. */
import { cellStore, compare, valueAt } from "../../table";
import type { CellStore, Column, ScalarType, Value } from "../../table";
import { defineAggregate, grown, over, values, withCondition } from "./aggregate-define";
import type { AggregateSignature } from "./aggregate-define";
import type { Accumulator, AggregateFunction } from "./define";

/** How a row's key stands against others: a null loses to NaN, NaN to proper values, and no row at all to any. */
const IS_NULL = 1;
const IS_NAN = 2;
const PROPER = 3;

/**
 * Keeps one row per group: the first of those with the greatest (`sign` 1) or smallest (-1) key. A null key loses to
 * any other and NaN to any number, but a group of nothing else keeps its first row. The best keys are kept by storage,
 * so that a row is compared without making a value of it.
 */
class Extreme implements Accumulator {
  private standing = new Uint8Array(16);
  /** The best keys: bools, ints and reals; low and high words of 64 bits; texts; anything else. */
  private numbers = new Float64Array(16);
  private low = new Float64Array(16);
  private high = new Int32Array(16);
  private readonly texts: string[] = [];
  private readonly keys: Value[] = [];
  /** The row of this batch that a group took last, or -1, and the groups that have one. */
  private taken = new Int32Array(16).fill(-1);
  private readonly picked: CellStore;

  /** `value`: which argument is returned; 0 is the key itself. */
  constructor(type: ScalarType, private readonly sign: 1 | -1, private readonly value: 0 | 1) {
    this.picked = cellStore(type);
  }

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const key = values(args, length);
    this.room(groups);
    const changed = new Uint32Array(length);
    const count = this.compete(key, length, groupOf, changed);
    const value = values(args, length, this.value);
    const { picked, taken } = this;
    picked.room(groups);
    for (let i = 0; i < count; i++) {
      const g = changed[i]!;
      picked.set(g, value, taken[g]!);
      taken[g] = -1;
    }
  }

  finish(groups: number): Column {
    return this.picked.finish(groups);
  }

  private room(groups: number): void {
    if (groups <= this.standing.length) return;
    const before = this.taken.length;
    this.standing = grown(this.standing, groups);
    this.numbers = grown(this.numbers, groups);
    this.low = grown(this.low, groups);
    this.high = grown(this.high, groups);
    this.taken = grown(this.taken, groups).fill(-1, before);
  }

  /** Lets the rows of a batch compete; fills in the groups whose best row changed and says how many. */
  private compete(key: Column, length: number, groupOf: Uint32Array, changed: Uint32Array): number {
    const { standing, taken, sign } = this;
    const beats = this.contest(key);
    const { nulls } = key;
    const real = key.type === "real" ? key.data : undefined;
    let count = 0;
    for (let row = 0; row < length; row++) {
      const g = groupOf[row]!;
      const own = nulls !== null && nulls[row] === 1 ? IS_NULL
        : real !== undefined && Number.isNaN(real[row]) ? IS_NAN : PROPER;
      const before = standing[g]!;
      if (own < before || (own === before && own !== PROPER)) continue;
      if (!beats(g, row, own === PROPER, before === PROPER, sign)) continue;
      standing[g] = own;
      if (taken[g] === -1) changed[count++] = g;
      taken[g] = row;
    }
    return count;
  }

  /** Whether a row's key beats the best of its group, which it then is. */
  private contest(key: Column): (g: number, row: number, proper: boolean, against: boolean, sign: number) => boolean {
    const { numbers, low, high, texts, keys } = this;
    switch (key.type) {
      case "bool": case "int": case "real": {
        const { data } = key;
        return (g, row, proper, against, sign) => {
          const x = data[row]!;
          if (against && !(sign > 0 ? x > numbers[g]! : x < numbers[g]!)) return false;
          if (proper) numbers[g] = x;
          return true;
        };
      }
      case "long": case "datetime": case "timespan": {
        const { buffer, byteOffset, length } = key.data;
        const lows = new Uint32Array(buffer, byteOffset, length * 2);
        const highs = new Int32Array(buffer, byteOffset, length * 2);
        return (g, row, _proper, against, sign) => {
          const a = highs[row * 2 + 1]!;
          const b = lows[row * 2]!;
          if (against) {
            const x = high[g]!;
            const y = low[g]!;
            if (!(sign > 0 ? a > x || (a === x && b > y) : a < x || (a === x && b < y))) return false;
          }
          high[g] = a;
          low[g] = b;
          return true;
        };
      }
      case "string": case "guid": {
        const { codes, words } = key;
        return (g, row, _proper, against, sign) => {
          const word = words[codes[row]!] ?? "";
          if (against && !(sign > 0 ? word > texts[g]! : word < texts[g]!)) return false;
          texts[g] = word;
          return true;
        };
      }
      case "decimal": case "dynamic":
        return (g, row, _proper, against, sign) => {
          const value = valueAt(key, row);
          if (against && !(compare(value, keys[g] ?? null) * sign > 0)) return false;
          keys[g] = value;
          return true;
        };
      default: return key satisfies never;
    }
  }
}

/** The first row of each group. */
class First implements Accumulator {
  private readonly picked: CellStore;
  private taken = 0;
  private seen = new Uint8Array(16);

  constructor(type: ScalarType) {
    this.picked = cellStore(type);
  }

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    if (this.taken === groups) return;
    const column = values(args, length);
    const seen = (this.seen = grown(this.seen, groups));
    this.picked.room(groups);
    for (let row = 0; row < length && this.taken < groups; row++) {
      const g = groupOf[row]!;
      if (seen[g] === 1) continue;
      seen[g] = 1;
      this.taken++;
      this.picked.set(g, column, row);
    }
  }

  finish(groups: number): Column {
    return this.picked.finish(groups);
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
