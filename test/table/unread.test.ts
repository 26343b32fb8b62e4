/** A column of values that are still text is one like others to all who use it. */
import { describe, expect, it } from "vitest";
import { concat, gather, NO_ROW, slice, unreadColumn, unreadOf, UnreadValues, valueAt } from "../../src/table";
import type { Column, Value } from "../../src/table";

function made(count = 10): { column: Column; reads: number[] } {
  const reads: number[] = [];
  const values = new UnreadValues(count, (code) => {
    reads.push(code);
    return new Map<string, Value>([["n", BigInt(code)]]);
  });
  return { column: unreadColumn(Uint32Array.of(1, 2, 0, 1, 3), values, Uint8Array.of(0, 0, 1, 0, 0)), reads };
}

const bag = (n: number): Value => new Map<string, Value>([["n", BigInt(n)]]);
const cells = (column: Column): Value[] => Array.from({ length: column.length }, (_, row) => valueAt(column, row));
const all = [bag(1), bag(2), null, bag(1), bag(3)];

describe("unread columns", () => {
  it("have the values of all rows, each read once", () => {
    const { column, reads } = made();
    expect(column.type === "dynamic" && column.data).toEqual(all);
    expect(cells(column)).toEqual(all);
    expect(reads).toEqual([1, 2, 3]);
    expect(unreadOf(column)).toBeUndefined();
  });

  it("are read cell by cell, and not remembered when there are very many", () => {
    for (const [count, expected] of [[10, [1, 2, 3]], [1_000_000, [1, 2, 1, 3]]] as const) {
      const { column, reads } = made(count);
      expect(cells(column)).toEqual(all);
      expect(reads).toEqual(expected);
    }
  });

  it("are not read when rows are taken", () => {
    const { column, reads } = made();
    const few = slice(gather(column, Uint32Array.of(4, NO_ROW, 2, 0)), 0, 3);
    expect(reads).toEqual([]);
    expect(cells(few)).toEqual([bag(3), null, null]);
    expect(reads).toEqual([3]);
  });

  it("are copied, cloned and joined as what they hold", () => {
    expect({ ...made().column }).toEqual({ type: "dynamic", length: 5, nulls: Uint8Array.of(0, 0, 1, 0, 0), data: all });
    expect(structuredClone(made().column)).toEqual({ type: "dynamic", length: 5, nulls: Uint8Array.of(0, 0, 1, 0, 0), data: all });
    expect(cells(concat("dynamic", [made().column, made().column]))).toEqual([...all, ...all]);
  });
});
