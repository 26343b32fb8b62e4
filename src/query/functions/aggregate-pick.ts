/** Aggregates that pick a row of the group: the largest or smallest, the one that has it, any one. */
import { cellStore, compare, halvesOf, valueAt } from "../../table";
import type { CellStore, Column, LongColumn, ScalarType, Value } from "../../table";
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
  /** Per group: how its best key stands, the row of this batch that it took last (from 1, or 0), two words of the key. */
  private state = new Int32Array(64);
  private numbers = new Float64Array(0);
  private readonly texts: string[] = [];
  private readonly keys: Value[] = [];
  private readonly picked: CellStore;
  private leader: Extreme | undefined;
  /** The groups whose best row changed in the last batch, and that row. */
  private changed = new Uint32Array(0);
  private rows = new Uint32Array(0);
  private count = 0;

  /** `value`: which argument is returned; 0 is the key itself. */
  constructor(type: ScalarType, private readonly sign: 1 | -1, private readonly value: 0 | 1) {
    this.picked = cellStore(type);
  }

  follow(leader: Accumulator): boolean {
    if (!(leader instanceof Extreme) || leader.sign !== this.sign || leader.leader !== undefined) return false;
    this.leader = leader;
    return true;
  }

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const contest = this.leader ?? this;
    if (contest === this) {
      this.room(groups, length);
      this.compete(values(args, length), length, groupOf);
    }
    const { changed, rows, count } = contest;
    const value = values(args, length, this.value);
    const { picked } = this;
    picked.room(groups);
    picked.set(changed, value, rows, count);
  }

  finish(groups: number): Column {
    return this.picked.finish(groups);
  }

  private room(groups: number, length: number): void {
    this.state = grown(this.state, groups * 4);
    if (this.changed.length >= length) return;
    this.changed = new Uint32Array(length);
    this.rows = new Uint32Array(length);
  }

  /** Lets the rows of a batch compete. */
  private compete(key: Column, length: number, groupOf: Uint32Array): void {
    if (key.type === "real") this.numbers = grown(this.numbers, this.state.length / 4);
    const { state, changed, rows } = this;
    const beats = this.contest(key);
    const { nulls } = key;
    const real = key.type === "real" ? key.data : undefined;
    let count = 0;
    for (let row = 0; row < length; row++) {
      const g = groupOf[row]!;
      const own = nulls !== null && nulls[row] === 1 ? IS_NULL
        : real !== undefined && Number.isNaN(real[row]) ? IS_NAN : PROPER;
      const before = state[g * 4]!;
      if (own < before || (own === before && own !== PROPER)) continue;
      if (own === PROPER && !beats(g, row, before === PROPER)) continue;
      state[g * 4] = own;
      if (state[g * 4 + 1] === 0) changed[count++] = g;
      state[g * 4 + 1] = row + 1;
    }
    for (let i = 0; i < count; i++) {
      const at = changed[i]! * 4 + 1;
      rows[i] = state[at]! - 1;
      state[at] = 0;
    }
    this.count = count;
  }

  /** Whether a row's proper key beats the proper one of its group, if it has one (`against`), and takes its place. */
  private contest(key: Column): (g: number, row: number, against: boolean) => boolean {
    const { state, numbers, texts, keys, sign } = this;
    switch (key.type) {
      case "bool": case "int": {
        const { data } = key;
        return (g, row, against) => {
          const x = data[row]!;
          const best = state[g * 4 + 2]!;
          if (against && !(sign > 0 ? x > best : x < best)) return false;
          state[g * 4 + 2] = x;
          return true;
        };
      }
      case "real": {
        const { data } = key;
        return (g, row, against) => {
          const x = data[row]!;
          if (against && !(sign > 0 ? x > numbers[g]! : x < numbers[g]!)) return false;
          numbers[g] = x;
          return true;
        };
      }
      case "long": case "datetime": case "timespan": {
        const { buffer, byteOffset, length } = key.data;
        const words = new Int32Array(buffer, byteOffset, length * 2);
        return (g, row, against) => {
          const high = words[row * 2 + 1]!;
          const low = words[row * 2]!;
          const at = g * 4 + 2;
          if (against) {
            const bestHigh = state[at + 1]!;
            const order = high !== bestHigh ? high - bestHigh : (low >>> 0) - (state[at]! >>> 0);
            if (!(sign > 0 ? order > 0 : order < 0)) return false;
          }
          state[at] = low;
          state[at + 1] = high;
          return true;
        };
      }
      case "string": case "guid": {
        const { codes, words } = key;
        return (g, row, against) => {
          const word = words[codes[row]!] ?? "";
          if (against && !(sign > 0 ? word > texts[g]! : word < texts[g]!)) return false;
          texts[g] = word;
          return true;
        };
      }
      case "decimal": case "dynamic":
        return (g, row, against) => {
          const value = valueAt(key, row);
          if (against && !(compare(value, keys[g] ?? null) * sign > 0)) return false;
          keys[g] = value;
          return true;
        };
      default: return key satisfies never;
    }
  }
}

/** The smallest or largest of longs and times: nothing but the best one of each group is kept. */
class ExtremeLong implements Accumulator {
  private best = new BigInt64Array(16);
  private seen = new Uint8Array(16);

  constructor(private readonly type: LongColumn["type"], private readonly sign: 1 | -1) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const { nulls, data } = values(args, length) as LongColumn;
    const seen = (this.seen = grown(this.seen, groups));
    this.best = grown(this.best, groups);
    const best = halvesOf(this.best);
    const words = halvesOf(data);
    const { sign } = this;
    for (let row = 0; row < length; row++) {
      if (nulls !== null && nulls[row] === 1) continue;
      const g = groupOf[row]!;
      const low = words[row * 2]!;
      const high = words[row * 2 + 1]!;
      if (seen[g] === 1) {
        const order = (high | 0) - (best[g * 2 + 1]! | 0) || low - best[g * 2]!;
        if (order * sign <= 0) continue;
      } else seen[g] = 1;
      best[g * 2] = low;
      best[g * 2 + 1] = high;
    }
  }

  finish(groups: number): Column {
    const seen = grown(this.seen, groups);
    let nulls: Uint8Array | null = null;
    for (let g = 0; g < groups; g++) if (seen[g] === 0) (nulls ??= new Uint8Array(groups))[g] = 1;
    return { type: this.type, data: grown(this.best, groups).slice(0, groups), length: groups, nulls };
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
    const places = new Uint32Array(groups - this.taken);
    const rows = new Uint32Array(groups - this.taken);
    let count = 0;
    for (let row = 0; row < length && count < places.length; row++) {
      const g = groupOf[row]!;
      if (seen[g] === 1) continue;
      seen[g] = 1;
      places[count] = g;
      rows[count++] = row;
    }
    this.taken += count;
    this.picked.set(places, column, rows, count);
  }

  finish(groups: number): Column {
    return this.picked.finish(groups);
  }
}

const itself = (types: readonly ScalarType[]): ScalarType => types[0] ?? "dynamic";
const second = (types: readonly ScalarType[]): ScalarType => types[1] ?? "dynamic";

const extreme = (sign: 1 | -1): AggregateSignature =>
  over(["value: any"], itself, ([type = "dynamic"]) =>
    (type === "long" || type === "datetime" || type === "timespan" ? new ExtremeLong(type, sign) : new Extreme(type, sign, 0)));
/** The key of a picked row: others may follow to it. */
const leading = (sign: 1 | -1): AggregateSignature =>
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
  }, leading(1)),
  defineAggregate("arg_max.value", {
    says: "The value in the row that has the largest key.",
    examples: [[`${DATA} arg_max(k, v)`, "x"]],
  }, beside(1)),
  defineAggregate("arg_min.key", {
    says: "The smallest key: the first part of `arg_min()`.",
    examples: [[`${DATA} arg_min(k)`, "1"]],
  }, leading(-1)),
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
