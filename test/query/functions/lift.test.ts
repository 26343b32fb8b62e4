/** How functions of values become functions of columns: constants, nulls, dictionaries, batches. */
import { describe, expect, test } from "vitest";
import { functions } from "../../../src/query/functions";
import type { KernelContext } from "../../../src/query/functions";
import { define, each, eachIn, seeing } from "../../../src/query/functions/scalar";
import { registry } from "../../../src/query/functions/registry";
import { builder, columnOf, slice, valueAt } from "../../../src/table";
import type { Column, ScalarType, Value } from "../../../src/table";

const warnings: string[] = [];
const context = (): KernelContext => ({ now: 0n, random: () => 0.5, warn: (code) => warnings.push(code) });

const column = (type: ScalarType, values: readonly Value[]): Column => {
  const b = builder(type);
  for (const value of values) b.push(value);
  return b.finish();
};
const rows = (c: Column): readonly Value[] => Array.from({ length: c.length }, (_, i) => valueAt(c, i));
const apply = (id: string, length: number, ...args: readonly Column[]): readonly Value[] =>
  rows(functions.scalar(id).kernel(args, length, context()));

describe("each", () => {
  test("gives null for null, and a text for a null text", () => {
    expect(apply("divide:long,long", 3, column("long", [6n, null, 5n]), column("long", [4n, 2n, null]))).toEqual([
      1n,
      null,
      null,
    ]);
    expect(apply("tohex:long,long", 2, column("long", [255n, null]))).toEqual(["ff", ""]);
  });

  test("takes constants of one row for any length, also for none", () => {
    expect(apply("bin:long,long", 3, column("long", [5n, 10n, 15n]), columnOf("long", 10n))).toEqual([0n, 10n, 10n]);
    expect(apply("bin:long,long", 0, column("long", []), columnOf("long", 10n))).toEqual([]);
    expect(apply("bin:long,long", 3, columnOf("long", 25n), columnOf("long", 10n))).toEqual([20n, 20n, 20n]);
    expect(apply("bin:long,long", 2, column("long", [5n, 10n]), columnOf("long", null))).toEqual([null, null]);
  });

  test("operators take constants on either side", () => {
    const many = column("long", [1n, 2n, 3n]);
    expect(apply("subtract:long,long", 3, columnOf("long", 10n), many)).toEqual([9n, 8n, 7n]);
    expect(apply("lt:long,long", 3, columnOf("long", 2n), many)).toEqual([false, false, true]);
    expect(apply("lt:long,long", 3, many, columnOf("long", 2n))).toEqual([true, false, false]);
    expect(apply("eq.kusto:string,string", 3, column("string", ["a", "b", "a"]), columnOf("string", "a"))).toEqual([
      true,
      false,
      true,
    ]);
    expect(apply("and:bool,bool", 3, column("bool", [true, false, null]), columnOf("bool", true))).toEqual([
      true,
      false,
      null,
    ]);
    expect(apply("or:bool,bool", 3, columnOf("bool", null), column("bool", [true, false, null]))).toEqual([
      true,
      null,
      null,
    ]);
  });

  test("reals that are no numbers are equal to nothing", () => {
    const nan = column("real", [NaN, 1]);
    expect(apply("eq.kusto:real,real", 2, nan, nan)).toEqual([false, true]);
    expect(apply("ne.kusto:real,real", 2, nan, nan)).toEqual([true, false]);
    expect(apply("le:real,real", 2, nan, nan)).toEqual([false, true]);
  });

  test("law: any batch size gives the same rows", () => {
    const texts = column(
      "string",
      Array.from({ length: 500 }, (_, i) => ["cmd.exe /c", "PowerShell -enc", "", "a_b", "é"][(i * 7) % 5] ?? ""),
    );
    for (const [id, constant] of [
      ["has:string,string", columnOf("string", "cmd")],
      ["contains:string,string", columnOf("string", "SHELL")],
      ["split:string,string,long", columnOf("string", "_")],
      ["tolower:string", undefined],
      ["strlen:string", undefined],
      ["matches_regex:string,string", columnOf("string", "^[a-z]+")],
    ] as const) {
      const args = (c: Column): Column[] => (constant === undefined ? [c] : [c, constant]);
      const whole = apply(id, 500, ...args(texts));
      for (const size of [1, 3, 64, 499]) {
        const parts: Value[] = [];
        for (let at = 0; at < 500; at += size) {
          const to = Math.min(500, at + size);
          parts.push(...apply(id, to - at, ...args(slice(texts, at, to))));
        }
        expect(parts, `${id} in batches of ${size}`).toEqual(whole);
      }
    }
  });

  test("some functions see nulls, some know the run", () => {
    const table = registry([
      define(
        "see",
        { says: "Sees.", examples: [] },
        seeing(["x: long"], "string", (x) => (x === null ? "null" : String(x))),
      ),
      define(
        "time",
        { says: "Tells.", examples: [] },
        eachIn(["x: long"], "long", (c) => (x) => x + c.now),
      ),
    ]);
    expect(rows(table.scalar("see:long").kernel([column("long", [1n, null])], 2, context()))).toEqual(["1", "null"]);
    expect(
      rows(table.scalar("time:long").kernel([column("long", [1n, null])], 2, { ...context(), now: 5n })),
    ).toEqual([6n, null]);
  });

  test("times outside of the calendar are null, longs wrap", () => {
    const day = columnOf("timespan", { kind: "timespan", ticks: 864_000_000_000n });
    expect(
      apply("subtract:datetime,timespan", 1, columnOf("datetime", { kind: "datetime", ticks: 5n }), day),
    ).toEqual([null]);
    expect(apply("add:long,long", 1, columnOf("long", (1n << 63n) - 1n), columnOf("long", 1n))).toEqual([
      -(1n << 63n),
    ]);
  });
});

describe("the table", () => {
  test("refuses names and overloads that are there twice, and ids that are not", () => {
    const one = define(
      "one",
      { says: "One.", examples: [] },
      each(["x: long"], "long", (x) => x),
    );
    expect(() => registry([one, one])).toThrow("Two functions");
    expect(() =>
      registry([define("two", { says: "Two.", examples: [] }, ...one.overloads, ...one.overloads)]),
    ).toThrow("Two overloads");
    expect(() => functions.scalar("nope:long")).toThrow("no function nope:long");
  });

  test("a bad pattern matches nothing, and is told", () => {
    warnings.length = 0;
    expect(apply("matches_regex:string,string", 2, column("string", ["a", "b"]), columnOf("string", "("))).toEqual([
      false,
      false,
    ]);
    expect(warnings).toContain("bad-pattern");
  });

  test("a wrong column type is our mistake and throws", () => {
    expect(() => apply("bin:real,real", 1, columnOf("string", "a"), columnOf("real", 1n))).toThrow("Argument 1");
  });
});
