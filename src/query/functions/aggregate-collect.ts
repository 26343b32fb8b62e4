/** Aggregates that collect: lists, sets, bags, and counts of distinct values (exact, since all rows are at hand). */
import { Keys, PairSet, builder, isArray, isBag, valueAt } from "../../table";
import type { Bag, Column, ScalarType, Value } from "../../table";
import { countsColumn, defineAggregate, grown, over, values, withCondition } from "./aggregate-define";
import type { AggregateSignature } from "./aggregate-define";
import type { Accumulator, AggregateFunction, KernelContext } from "./define";

/** Most elements of a list or set (Kusto docs, "make_list()", Parameters). */
const MOST = 1_048_576;

/** The size that a call asks for, at most the largest there is; a missing or odd one is the largest. */
function sizeOf(args: readonly Column[], at: number): number {
  const column = args[at];
  const value = column === undefined || column.length === 0 ? null : valueAt(column, 0);
  const size = typeof value === "bigint" || typeof value === "number" ? Number(value) : MOST;
  return size >= 0 && size <= MOST ? size : MOST;
}

/** Arrays that are filled row by row, empty where nothing came. */
class Lists {
  private readonly lists: Value[][] = [];

  push(group: number, value: Value, most: number): void {
    const list = (this.lists[group] ??= []);
    if (list.length < most) list.push(value);
  }

  /** As many of the items as there is room for. */
  pushAll(group: number, items: readonly Value[], most: number): void {
    const list = (this.lists[group] ??= []);
    const room = Math.min(items.length, most - list.length);
    for (let i = 0; i < room; i++) list.push(items[i]!);
  }

  finish(groups: number): Column {
    const out = builder("dynamic");
    for (let g = 0; g < groups; g++) out.push(this.lists[g] ?? []);
    return out.finish();
  }
}

class MakeList implements Accumulator {
  private readonly lists = new Lists();

  constructor(private readonly keepNulls: boolean) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    const column = values(args, length);
    const most = this.keepNulls ? MOST : sizeOf(args, 1);
    for (let i = 0; i < length; i++) {
      const value = valueAt(column, i);
      // An array gives its elements (Kusto docs, geo_h3cell_rings(), Examples: the list of cells from all rings).
      if (isArray(value) && !this.keepNulls) this.lists.pushAll(groupOf[i]!, value, most);
      else if (value !== null || this.keepNulls) this.lists.push(groupOf[i]!, value, most);
    }
  }

  finish(groups: number): Column {
    return this.lists.finish(groups);
  }
}

/** Tells which rows bring a value that their group did not have. */
class FirstMeetings {
  private readonly keys: Keys;
  /** A group's number with a value's. */
  private readonly pairs = new PairSet();

  constructor(type: ScalarType) {
    this.keys = new Keys([type], "match");
  }

  /** Calls `visit` with each row whose non-null value is new to its group. */
  visit(column: Column, groupOf: Uint32Array, visit: (row: number) => void): void {
    const { length, nulls } = column;
    if (length === 0) return;
    const numbers = this.keys.add([column], length);
    const { pairs } = this;
    for (let row = 0; row < length; row++) {
      if (pairs.add(groupOf[row]!, numbers[row]!) && (nulls === null || nulls[row] === 0)) visit(row);
    }
  }
}

/** Elements that are looked at between two looks at the clock. */
const AT_ONCE = 65_536;

class MakeSet implements Accumulator {
  private readonly lists = new Lists();
  private readonly meetings: FirstMeetings;

  constructor(type: ScalarType, private readonly context: KernelContext) {
    this.meetings = new FirstMeetings(type);
  }

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    const most = sizeOf(args, 1);
    for (const { column, groups } of elementsOf(values(args, length), groupOf)) {
      this.meetings.visit(column, groups, (row) => this.lists.push(groups[row]!, valueAt(column, row), most));
      this.context.check?.();
    }
  }

  finish(groups: number): Column {
    return this.lists.finish(groups);
  }
}

/**
 * Arrays among dynamic values count by their elements (Kusto docs, "make_set()", "Set from array column"): some at a time, as a
 * few rows may hold very many.
 */
function* elementsOf(column: Column, groupOf: Uint32Array): Iterable<{ column: Column; groups: Uint32Array }> {
  if (column.type !== "dynamic" || !column.data.some(isArray)) {
    yield { column, groups: groupOf };
    return;
  }
  let out = builder("dynamic");
  let groups: number[] = [];
  for (let row = 0; row < column.length; row++) {
    const value = column.data[row] ?? null;
    for (const item of isArray(value) ? value : [value]) {
      out.push(item);
      groups.push(groupOf[row]!);
      if (groups.length < AT_ONCE) continue;
      yield { column: out.finish(), groups: Uint32Array.from(groups) };
      out = builder("dynamic");
      groups = [];
    }
  }
  yield { column: out.finish(), groups: Uint32Array.from(groups) };
}

class DistinctCount implements Accumulator {
  private counts = new Float64Array(16);
  private readonly meetings: FirstMeetings;

  constructor(type: ScalarType) {
    this.meetings = new FirstMeetings(type);
  }

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const counts = (this.counts = grown(this.counts, groups));
    this.meetings.visit(values(args, length), groupOf, (row) => {
      counts[groupOf[row]!]! += 1;
    });
  }

  finish(groups: number): Column {
    return countsColumn(this.counts, groups);
  }
}

/** Merges bags; of a key that several rows have the first stays. */
class MakeBag implements Accumulator {
  private readonly bags: Map<string, Value>[] = [];

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    const column = values(args, length);
    const most = sizeOf(args, 1);
    for (let i = 0; i < length; i++) {
      const value = valueAt(column, i);
      if (!isBag(value)) continue;
      const bag = (this.bags[groupOf[i]!] ??= new Map<string, Value>());
      for (const [key, item] of value) if (!bag.has(key) && bag.size < most) bag.set(key, item);
    }
  }

  finish(groups: number): Column {
    const out = builder("dynamic");
    const empty: Bag = new Map<string, Value>();
    for (let g = 0; g < groups; g++) out.push(this.bags[g] ?? empty);
    return out.finish();
  }
}

const sized = ["value: any", "const maxSize?: long"];
const list: AggregateSignature = over(sized, "dynamic", () => new MakeList(false));
const set: AggregateSignature = over(sized, "dynamic", ([type = "dynamic"], context) => new MakeSet(type, context));
const bag: AggregateSignature = over(["bag: dynamic", "const maxSize?: long"], "dynamic", () => new MakeBag());
const distinct: AggregateSignature = over(["value: any"], "long", ([type = "dynamic"]) => new DistinctCount(type));
const dcount: AggregateSignature =
  over(["value: any", "const accuracy?: long"], "long", ([type = "dynamic"]) => new DistinctCount(type));

const BAGS = "range x from 1 to 3 step 1 | summarize";

export const collectors: readonly AggregateFunction[] = [
  defineAggregate("make_list", {
    says: "An array of the values in their order, at most `maxSize` of them; an array among them gives its elements.",
    examples: [["range x from 1 to 4 step 1 | summarize make_list(x, 3)", "[1,2,3]"],
      ["range x from 1 to 2 step 1 | summarize make_list(pack_array(x, -x))", "[1,-1,2,-2]"]],
  }, list),
  defineAggregate("make_list_if", {
    says: "An array of the values of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 4 step 1 | summarize make_list_if(x, x > 2)", "[3,4]"]],
  }, ...withCondition(1, list)),
  defineAggregate("make_list_with_nulls", {
    says: "An array of the values in their order, nulls among them.",
    examples: [["datatable(x: long) [1, long(null), 2] | summarize make_list_with_nulls(x)", "[1,null,2]"]],
  }, over(["value: any"], "dynamic", () => new MakeList(true))),
  defineAggregate("make_set", {
    says: "An array of the distinct values in the order of their first appearance; arrays count by their elements.",
    examples: [["range x from 1 to 4 step 1 | summarize make_set(x % 2)", "[1,0]"]],
  }, set),
  defineAggregate("make_set_if", {
    says: "An array of the distinct values of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 4 step 1 | summarize make_set_if(x % 2, x > 3)", "[0]"]],
  }, ...withCondition(1, set)),
  defineAggregate("make_bag", {
    says: "One bag of the properties of all bags.",
    examples: [[`${BAGS} make_bag(bag_pack(strcat('k', x), x))`, '{"k1":1,"k2":2,"k3":3}']],
  }, bag),
  defineAggregate("make_bag_if", {
    says: "One bag of the properties of the bags in the rows in which `predicate` is true.",
    examples: [[`${BAGS} make_bag_if(bag_pack(strcat('k', x), x), x > 2)`, '{"k3":3}']],
  }, ...withCondition(1, bag)),
  defineAggregate("dcount", {
    says: "Counts distinct values. Exact here, whatever the accuracy asked for.",
    examples: [["range x from 1 to 9 step 1 | summarize dcount(x % 4)", "4"]],
  }, dcount),
  defineAggregate("dcountif", {
    says: "Counts distinct values of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 9 step 1 | summarize dcountif(x % 4, x < 3)", "2"]],
  }, ...withCondition(1, dcount)),
  defineAggregate("count_distinct", {
    says: "Counts distinct values exactly.",
    examples: [["range x from 1 to 9 step 1 | summarize count_distinct(x % 4)", "4"]],
  }, distinct),
  defineAggregate("count_distinctif", {
    says: "Counts distinct values of the rows in which `predicate` is true exactly.",
    examples: [["range x from 1 to 9 step 1 | summarize count_distinctif(x % 4, x < 3)", "2"]],
  }, ...withCondition(1, distinct)),
];
