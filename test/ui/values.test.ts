import { describe, expect, test } from "vitest";
import { parseDatetime } from "../../src/table";
import type { Value } from "../../src/table";
import { asJsonText, lookOf, valueText } from "../../src/ui/value-text";

const at = (text: string): Value => ({ kind: "datetime", ticks: parseDatetime(text) ?? 0n });
const bag = (entries: Record<string, Value>): Value => new Map(Object.entries(entries));
const text = (value: Value, limit = 1000): string => valueText(value, limit).text;

describe("values as text", () => {
  const cases: readonly [Value, string, string][] = [
    [null, "null", "null"], [true, "true", "bool"], [9223372036854775807n, "9223372036854775807", "number"], [0.1, "0.1", "number"],
    [NaN, "NaN", "number"], [-Infinity, "-Infinity", "number"], ["", "", "text"], ["null", "null", "text"],
    [at("2026-05-01T10:00:00Z"), "2026-05-01 10:00:00", "time"], [at("2026-05-01T10:00:00.1234567Z"), "2026-05-01 10:00:00.1234567", "time"],
    [at("2026-05-01T10:00:00.5Z"), "2026-05-01 10:00:00.5", "time"],
    [{ kind: "timespan", ticks: 36_000_000_000n }, "01:00:00", "span"],
    [{ kind: "duration", months: 2, ticks: 0n }, "2 mo 00:00:00", "span"],
    [{ kind: "decimal", digits: -150n, scale: 2 }, "-1.5", "number"],
    [{ kind: "guid", text: "74be27de-1e4e-49d9-b579-fe0b331d3642" }, "74be27de-1e4e-49d9-b579-fe0b331d3642", "guid"],
    [{ kind: "link", path: "Rules/Create an instance.md", embed: false }, "Create an instance", "link"],
    [{ kind: "link", path: "a.md", label: "shown", embed: false }, "shown", "link"],
    [[], "[]", "list"], [bag({}), "{}", "bag"],
    [bag({ a: 1n, b: ["x", null, 2.5], c: bag({ d: true }) }), '{"a":1,"b":["x",null,2.5],"c":{"d":true}}', "bag"],
    [[at("2026-05-01T10:00:00Z"), NaN], '["2026-05-01T10:00:00.0000000Z","NaN"]', "list"],
  ];
  for (const [value, expected, look] of cases) {
    test(`${look}: ${expected}`, () => {
      expect(text(value)).toBe(expected);
      expect(lookOf(value)).toBe(look);
    });
  }
  test("laid out", () => {
    expect(valueText(bag({ a: [1n, bag({})], b: "x\ny" }), 1000, true).text).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x\\ny"\n}');
  });
  test("keys that are parts of objects are keys", () => {
    expect(text(new Map<string, Value>([["__proto__", 1n], ["constructor", null]]))).toBe('{"__proto__":1,"constructor":null}');
  });
});

describe("hostile values", () => {
  test("a list a million levels deep is cut, not a crash", () => {
    let deep: Value = [];
    for (let i = 0; i < 1_000_000; i++) deep = [deep];
    expect(valueText(deep, 400)).toMatchObject({ cut: true });
    expect(valueText(deep, 200_000, true).cut).toBe(true);
  });
  test("a long list costs no more than its limit", () => {
    expect(text(Array.from({ length: 1_000_000 }, (_, i) => BigInt(i)), 100).length).toBeLessThanOrEqual(100);
  });
  test("a cut keeps whole characters", () => {
    expect(valueText("ab😀", 3)).toEqual({ text: "ab", cut: true });
    expect(valueText("ab😀", 4)).toEqual({ text: "ab😀", cut: false });
  });
});

describe("texts that hold JSON", () => {
  test("are laid out with numbers and escapes as written", () => {
    expect(asJsonText('{"id":12345678901234567890,"x":[1.0,"a\\"b"],"e":{}}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "x": [\n    1.0,\n    "a\\"b"\n  ],\n  "e": {}\n}');
  });
  test("law: laying out again changes nothing, and only blanks were added", () => {
    const laid = asJsonText('[{"a":[[],{"b":null}]},-1e9,"x , : y"]') ?? "";
    expect(asJsonText(laid)).toBe(laid);
    expect(JSON.parse(laid)).toEqual([{ a: [[], { b: null }] }, -1e9, "x , : y"]);
  });
  for (const not of ["plain", "", "{", '{"a":"', "[}", "{a;b}", "[1] trailing }", "(x)"]) {
    test(`not JSON: ${not}`, () => expect(asJsonText(not)).toBeUndefined());
  }
  test("a million brackets neither hang nor crash", () => {
    expect(asJsonText("[".repeat(400_000))).toBeUndefined();
    expect(asJsonText("[".repeat(1_000_000))).toBeUndefined();
  });
});
