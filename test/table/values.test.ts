import { describe, expect, it } from "vitest";
import {
  builder, coerce, column, columnOf, compare, concat, convert, countNulls, equal, gather, gatherTable, hash, Keys, NO_ROW, nullColumn, printCell, printJson, printReal,
  printTable, readTable, rowCount, slice, tableOf, UNKNOWN_KEY, valueAt, withoutNullText,
} from "../../src/table";
import type { Column, ScalarType, Value } from "../../src/table";

const bag = (entries: Record<string, Value>): Value => new Map(Object.entries(entries));
const cells = (c: Column) => Array.from({ length: c.length }, (_, row) => printCell(c, row));
const made = (type: ScalarType, ...list: Value[]): Column => {
  const b = builder(type);
  for (const v of list) b.push(v);
  return b.finish();
};

describe("order and equality", () => {
  const sorted: Value[] = [
    null, false, true, NaN, -Infinity, -1n, 0, 1n, 1.5, { kind: "decimal", digits: 16n, scale: 1 }, 2n ** 63n - 1n, { kind: "datetime", ticks: 0n },
    { kind: "timespan", ticks: -1n }, "", "B", "a", [], [1n], [1n, 2n], [2n], bag({}), bag({ a: 1n }), bag({ a: 2n }),
  ];
  it("is total over unlike values", () => {
    sorted.forEach((a, i) => sorted.forEach((b, j) => expect(Math.sign(compare(a, b)), `${i} ${j}`).toBe(Math.sign(i - j))));
  });
  it.each<[Value, Value, boolean]>([
    [5n, 5, true], [5n, { kind: "decimal", digits: 50n, scale: 1 }, true], [2n ** 53n + 1n, 2 ** 53, false], [0, -0, true], [NaN, NaN, true],
    [bag({ a: 1n, b: [2n] }), bag({ b: [2], a: 1 }), true], [bag({ a: null }), bag({}), false], ["1", 1n, false], [[1n], [1n, null], false],
  ])("case %#: %o, %o", (a, b, same) => {
    expect(equal(a, b)).toBe(same);
    if (same) expect(hash(a)).toBe(hash(b));
  });
  it("goes as deep as values go", () => {
    const deep = () => {
      let v: Value = 1n;
      for (let i = 0; i < 200_000; i++) v = i % 2 === 0 ? [v] : bag({ k: v });
      return v;
    };
    expect(equal(deep(), deep())).toBe(true);
    expect(hash(deep())).toBe(hash(deep()));
    expect(printJson(deep()).length).toBeGreaterThan(600_000);
  });
});

describe("values as text", () => {
  it.each<[number, string]>([[1, "1.0"], [-0, "-0.0"], [0.1, "0.1"], [1e21, "1E+21"], [1e-7, "1E-07"], [NaN, "NaN"], [-Infinity, "-Infinity"], [1e15, "1000000000000000.0"]])(
    "%d is %s", (n, text) => expect(printReal(n)).toBe(text));
  it("keeps all digits and the order of keys in JSON", () => {
    const value = new Map<string, Value>([["b", 9223372036854775807n], ["__proto__", [1.5, null, true, "\u2028"]], ["t", { kind: "timespan", ticks: 10_000_000n }]]);
    expect(printJson(value)).toBe('{"b":9223372036854775807,"__proto__":[1.5,null,true,"\u2028"],"t":"00:00:01"}');
    expect(printJson([1n, bag({ a: [] })], 2)).toBe('[\n  1,\n  {\n    "a": []\n  }\n]');
  });
});

describe("conversions", () => {
  it.each<[Value, ScalarType, Value]>([
    ["12", "long", 12n], ["0x1F", "long", 31n], ["1.9", "long", 1n], ["x", "long", null], ["99999999999999999999", "long", null], [3000000000n, "int", null],
    [1.9, "long", 1n], [NaN, "long", null], [true, "long", 1n], ["1e3", "real", 1000], ["nan", "real", NaN], ["True", "bool", true], ["0", "bool", false], ["", "bool", null],
    [5n, "string", "5"], [1.5, "string", "1.5"], [null, "string", ""], [[1n, "a"], "string", '[1,"a"]'], [true, "string", "true"],
    ["2021-01-01", "datetime", { kind: "datetime", ticks: 637450560000000000n }], ["1h", "timespan", { kind: "timespan", ticks: 36_000_000_000n }],
    ["{E5E3F2A0-1234-4CDE-9ABC-0123456789AB}", "guid", { kind: "guid", text: "e5e3f2a0-1234-4cde-9abc-0123456789ab" }], ["e5", "guid", null], ["x", "dynamic", "x"],
  ])("case %#: %o to %s", (value, type, expected) => expect(coerce(value, type)).toEqual(expected));
  it("converts columns as it converts values", () => {
    const source = made("string", "1", "x", "2", "1");
    expect(cells(convert(source, "long"))).toEqual(["1", "", "2", "1"]);
    expect(convert(made("long", 1n, 2n), "real").nulls).toBeNull();
    expect(cells(convert(made("int", 1n, null), "string"))).toEqual(["1", ""]);
  });
});

describe("columns", () => {
  const samples: Column[] = [
    made("bool", true, null, false), made("int", 1n, null, -5n), made("long", 1n, null, 2n ** 62n), made("real", 0.5, null, NaN), made("decimal", { kind: "decimal", digits: 15n, scale: 1 }, null, 2n),
    made("string", "a", null, "b"), made("guid", { kind: "guid", text: "x" }, null, "y"), made("datetime", 5n, null, 6n), made("timespan", 5n, null, -6n), made("dynamic", [1n], null, "z"),
  ];
  it.each(samples.map((c) => [c.type, c] as const))("%s: gather, slice, concat keep cells and nulls", (type, c) => {
    const before = cells(c);
    expect(cells(gather(c, Uint32Array.of(2, NO_ROW, 0, 1)))).toEqual([before[2], "", before[0], ""]);
    expect(countNulls(gather(c, Uint32Array.of(2, NO_ROW, 0, 1)))).toBe(2);
    expect(gather(c, Uint32Array.of(0, 2)).nulls).toBeNull();
    expect(slice(c, 2, 3).nulls).toBeNull();
    expect(cells(concat(type, [slice(c, 0, 2), slice(c, 2, 3), c]))).toEqual([...before, ...before]);
    expect(cells(concat(type, [slice(c, 0, 1), slice(c, 1, 3)]))).toEqual(before);
    expect(cells(concat(type, [slice(c, 1, 3), slice(c, 0, 1)]))).toEqual([...before.slice(1), ...before.slice(0, 1)]);
    expect(concat(type, []).length).toBe(0);
    expect(cells(nullColumn(type, 2))).toEqual(["", ""]);
    expect(cells(columnOf(type, valueAt(c, 0), 3))).toEqual([before[0], before[0], before[0]]);
  });
  it("merges dictionaries and scales", () => {
    expect(cells(concat("string", [made("string", "a", "b"), made("string", "b", "c")]))).toEqual(["a", "b", "b", "c"]);
    expect(cells(concat("decimal", [made("decimal", 1n), made("decimal", { kind: "decimal", digits: 5n, scale: 3 })]))).toEqual(["1", "0.005"]);
  });
  it("shares a dictionary through gather", () => {
    const c = made("string", "a", "b");
    const g = gather(c, Uint32Array.of(1));
    expect(c.type === "string" && g.type === "string" && g.words === c.words).toBe(true);
  });
  it("reads null texts as empty ones where a language has none", () => {
    expect(withoutNullText(made("string", "a", null)).nulls).toBeNull();
    expect(cells(withoutNullText(column({ type: "string", codes: Uint32Array.of(0, 0), words: ["a"] }, 2, Uint8Array.of(0, 1))))).toEqual(["a", ""]);
  });
  it("refuses values of another kind", () => {
    expect(() => made("long", "x")).toThrow(TypeError);
    expect(() => made("string", 1n)).toThrow(TypeError);
  });
});

describe("keys", () => {
  it("number tuples in the order of their first meeting, over batches", () => {
    const keys = new Keys(["string", "long"], "match");
    expect([...keys.add([made("string", "a", "b", "a", "a"), made("long", 1n, 1n, 1n, null)], 4)]).toEqual([0, 1, 0, 2]);
    expect([...keys.add([made("string", "b", "z"), columnOf("long", 1n)], 2)]).toEqual([1, 3]);
    expect([...keys.find([made("string", "a", "q"), columnOf("long", 1n)], 2)]).toEqual([0, UNKNOWN_KEY]);
  });
  it("let nulls match nothing where that is wanted", () => {
    const keys = new Keys(["long"], "never");
    expect([...keys.add([made("long", null, 4n)], 2)][0]).toBe(UNKNOWN_KEY);
  });
  it("tell a hundred thousand numbers apart", () => {
    const data = BigInt64Array.from({ length: 100_000 }, (_, i) => BigInt(i) * 4294967296n - 7n);
    const keys = new Keys(["long"], "match");
    const numbers = keys.add([{ type: "long", data, length: data.length, nulls: null }], data.length);
    expect(numbers.every((n, i) => n === i)).toBe(true);
  });
});

describe("tables as text", () => {
  it("reads with diagnostics for what it cannot", () => {
    const { value, diagnostics } = readTable("a:long, b:strin\n---\nx, 1\n2");
    expect(diagnostics.map((d) => d.message)).toEqual([
      "'strin' is not a column type. Did you mean 'string'?", "'x' is not a long.", "This row has 1 cells, the table has 2 columns.",
    ]);
    expect(value === undefined ? "" : printTable(value)).toBe("a:long, b:string\nnull, 1\n2, null");
  });
  it("gathers rows of whole tables", () => {
    const t = tableOf({ columns: [{ name: "a", type: "long" }, { name: "b", type: "string" }], open: false }, [[1n, "x"], [2n, "y"], [3n, "z"]]);
    expect(printTable(gatherTable(t, Uint32Array.of(2, 0), [1]))).toBe("b:string\nz\nx");
    expect(rowCount(gatherTable(t, new Uint32Array(0)))).toBe(0);
  });
});
