import { describe, expect, it } from "vitest";
import { functions } from "../../src/query/functions";
import { seeded } from "../../src/query/engine/run";
import { announce, boundsOf, columnOf, slice, spread, valueAt } from "../../src/table";
import type { Column } from "../../src/table";

const ROWS = 20_000;
const longs = (of: (i: number) => bigint): Column =>
  ({ type: "long", data: BigInt64Array.from({ length: ROWS }, (_, i) => of(i)), length: ROWS, nulls: null });
/** A letter per row: true, false, null. */
function cells(column: Column): string {
  let text = "";
  for (let i = 0; i < column.length; i++) text += { true: "t", false: "f", null: "n" }[String(valueAt(column, i))] ?? "?";
  return text;
}
const reals = (of: (i: number) => number): Column =>
  ({ type: "real", data: Float64Array.from({ length: ROWS }, (_, i) => of(i)), length: ROWS, nulls: null });

describe("zones of stored columns", () => {
  it("bound a piece by its blocks", () => {
    const column = longs((i) => BigInt(i) - 10_000n);
    announce(column);
    expect(boundsOf(slice(column, 0, 4096))).toEqual({ least: -10_000n, most: -5905n });
    const { least, most } = boundsOf(slice(column, 5000, 9000))!;
    expect(least <= -5000n && most >= -1001n).toBe(true);
    expect(boundsOf(slice(column, 19_999, 20_000))!.most).toBe(9999n);
    const wide = longs((i) => (i === 7 ? -(2n ** 63n) : i === 9 ? 2n ** 63n - 1n : 2n ** 32n));
    announce(wide);
    expect(boundsOf(wide)).toEqual({ least: -(2n ** 63n), most: 2n ** 63n - 1n });
  });

  it("are not there for columns that nobody announced, for few rows, for pieces of others, and beside NaN", () => {
    expect(boundsOf(longs(() => 1n))).toBeUndefined();
    const few: Column = { type: "int", data: new Int32Array(100), length: 100, nulls: null };
    announce(few);
    expect(boundsOf(few)).toBeUndefined();
    const piece = slice(longs(() => 1n), 1, ROWS);
    announce(piece);
    expect(boundsOf(piece)).toBeUndefined();
    const odd = reals((i) => (i === 5000 ? NaN : i));
    announce(odd);
    expect(boundsOf(slice(odd, 0, 4000))).toEqual({ least: 0, most: 4095 });
    expect(boundsOf(slice(odd, 4096, 8192))).toBeUndefined();
  });

  it("law: comparisons say the same with and without them", () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    const context = { now: 0n, random, warn: () => undefined };
    const makes: readonly (() => Column)[] = [
      () => longs((i) => BigInt(i >> 9)), () => longs(() => BigInt(Math.floor(random() * 8)) - 4n),
      () => longs((i) => BigInt(i >> 12) * 2n ** 32n - (random() < 0.5 ? 1n : 0n)), () => longs(() => 3n),
      () => reals((i) => (i > 9000 && random() < 0.001 ? NaN : (i >> 11) / 2)), () => reals(() => -0),
      () => ({ type: "int", data: Int32Array.from({ length: ROWS }, (_, i) => (i >> 10) - 7), length: ROWS, nulls: null }),
    ];
    for (let n = 0; n < 42; n++) {
      const plain = makes[n % makes.length]!();
      const bare = n % 3 === 0 ? { ...plain, nulls: Uint8Array.from({ length: ROWS }, (_, i) => (i > 12_000 && random() < 0.1 ? 1 : 0)) } : plain;
      const stored = { ...bare, data: (bare as { data: Int32Array }).data.slice() } as unknown as Column;
      announce(stored);
      const chosen = valueAt(plain, Math.floor(random() * ROWS));
      const constant = columnOf(plain.type, n % 7 === 0 ? null : chosen);
      for (const name of ["eq.kusto", "ne.kusto", "lt", "le", "gt", "ge"]) {
        const { kernel } = functions.scalar(`${name}:${plain.type},${plain.type}`);
        for (let from = 0; from < ROWS; from += 3500) {
          const to = Math.min(ROWS, from + 3500);
          const said = (column: Column, turned: boolean) => {
            const args = [slice(column, from, to), constant];
            const out = spread(kernel(turned ? args.reverse() : args, to - from, context), to - from);
            return cells(out);
          };
          for (const turned of [false, true]) {
            // The slow way: both sides as long as the batch, so that nothing is known of either.
            const full = spread(constant, to - from);
            const sides = [slice(bare, from, to), full];
            const slow = kernel(turned ? sides.reverse() : sides, to - from, context);
            const expected = cells(slow);
            expect(said(stored, turned), `seed ${seed}: ${name} ${n} ${from} ${turned}`).toBe(expected);
            expect(said(bare, turned), `seed ${seed}: ${name} ${n} ${from} ${turned}`).toBe(expected);
          }
        }
      }
    }
  });
});
