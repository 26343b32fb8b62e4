/** How an aggregate is written down, and the conditional forms that most of them have. */
import { gather, spread } from "../../table";
import type { Column, ScalarType } from "../../table";
import type {
  Accumulator, AggregateFunction, Documented, KernelContext, Overload, Param, ParamType, WindowFunction,
} from "./define";
import { overloadId } from "./scalar";

/** Makes the state of one call from the types of its arguments. */
export type MakeState = (types: readonly ScalarType[], context: KernelContext) => Accumulator;

/** An overload without its id. */
export interface AggregateSignature extends Omit<Overload, "id"> {
  readonly make: MakeState;
}

/** What an entry says of itself; examples are queries and the printed cells of their last column, joined by `, `. */
export interface Described {
  readonly says: string;
  /** None in the plugin's bundle. */
  readonly examples?: Documented["examples"];
}

/** `name: type`, `const name: type`, `const name?: type`, `...name: type`. */
export function params(...texts: readonly string[]): { params: readonly Param[]; variadic?: number } {
  const list = texts.map((text): Param => {
    const [left = "", type = "any"] = text.split(": ");
    return {
      name: left.replace(/^\.\.\.|^const /, "").replace(/\?$/, ""),
      type: type as ParamType,
      ...(left.endsWith("?") ? { optional: true } : {}),
      ...(left.startsWith("const ") || left.startsWith("...") ? { constant: true } : {}),
    };
  });
  return texts.at(-1)?.startsWith("...") === true ? { params: list, variadic: 1 } : { params: list };
}

/** One overload: its parameters, its result, its state. */
export function over(texts: readonly string[], result: Overload["result"], make: MakeState): AggregateSignature {
  return { ...params(...texts), result, make };
}

/** Makes an entry of the table. */
export function defineAggregate(
  name: string, { says, examples = [] }: Described, ...overloads: readonly AggregateSignature[]
): AggregateFunction {
  return { kind: "aggregate", name, says, examples, overloads: overloads.map((o) => ({ id: overloadId(name, o), ...o })) };
}

/** Makes an entry for a window function. */
export function defineWindow(
  name: string, { says, examples = [] }: Described,
  ...overloads: readonly (Omit<Overload, "id"> & Pick<WindowFunction["overloads"][number], "run">)[]
): WindowFunction {
  return { kind: "window", name, says, examples, overloads: overloads.map((o) => ({ id: overloadId(name, o), ...o })) };
}

/** The same overloads with a condition behind the first `at` parameters: rows for which it is not true do not count. */
export function withCondition(at: number, ...overloads: readonly AggregateSignature[]): AggregateSignature[] {
  return overloads.map((o) => ({
    ...o,
    params: [...o.params.slice(0, at), { name: "predicate", type: "bool" as const }, ...o.params.slice(at)],
    make: (types: readonly ScalarType[], context: KernelContext) =>
      new Conditional(o.make(without(types, at), context), at),
  }));
}

function without<T>(list: readonly T[], at: number): T[] {
  return [...list.slice(0, at), ...list.slice(at + 1)];
}

class Conditional implements Accumulator {
  constructor(private readonly inner: Accumulator, private readonly at: number) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const rest = without(args, this.at);
    const rows = trueRows(args[this.at], length);
    if (rows.length === length) return this.inner.add(rest, length, groupOf, groups);
    if (rows.length === 0) return;
    const kept = rest.map((column) => (column.length === length ? gather(column, rows) : column));
    this.inner.add(kept, rows.length, rows.map((row) => groupOf[row]!), groups);
  }

  finish(groups: number): Column {
    return this.inner.finish(groups);
  }
}

/** The rows in which a condition is true; null is not. */
export function trueRows(condition: Column | undefined, length: number): Uint32Array {
  if (condition?.type !== "bool") throw new TypeError("A condition must be a bool");
  const { data, nulls } = spread(condition, length) as typeof condition;
  const rows = new Uint32Array(length);
  let n = 0;
  for (let i = 0; i < length; i++) if (data[i] === 1 && nulls?.[i] !== 1) rows[n++] = i;
  return rows.subarray(0, n);
}

/** The first argument with a cell per row. */
export function values(args: readonly Column[], length: number, at = 0): Column {
  const column = args[at];
  if (column === undefined) throw new RangeError(`Argument ${at} is missing`);
  return spread(column, length);
}

/** Counts of groups as a column of longs. */
export function countsColumn(counts: Float64Array, groups: number): Column {
  const all = grown(counts, groups);
  const data = new BigInt64Array(groups);
  // Counts are far below 2^53, so their words are written without a bigint each.
  const words = new Uint32Array(data.buffer);
  for (let g = 0; g < groups; g++) {
    const count = all[g]!;
    words[g * 2] = count;
    words[g * 2 + 1] = Math.floor(count / 4294967296);
  }
  return { type: "long", data, length: groups, nulls: null };
}

/** A typed array of at least `size` places, grown by doubling; new places are zero. */
export function grown<T extends Float64Array | BigInt64Array | Uint8Array | Int32Array | Uint32Array>(array: T, size: number): T {
  if (size <= array.length) return array;
  const Kind = array.constructor as new (n: number) => T;
  const larger = new Kind(Math.max(size, array.length * 2));
  (larger as { set(from: ArrayLike<unknown>): void }).set(array);
  return larger;
}
