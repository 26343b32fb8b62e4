import { describe, expect, test } from "vitest";
import { JSON_DEPTH, readJson, readJsonLax, writeJson } from "../../src/base/json";
import type { Json } from "../../src/base/json";

const value = (text: string): Json | undefined => {
  const read = readJson(text);
  expect(read.diagnostics).toEqual([]);
  return read.value;
};
const fails = (text: string, code: string, from: number): void => {
  const read = readJson(text);
  expect(read.diagnostics.map((d) => [d.code, d.span.from])).toEqual([[code, from]]);
};

describe("readJson", () => {
  test("tells integers from other numbers", () => {
    expect(value("1")).toBe(1n);
    expect(value("1.0")).toBe(1);
    expect(value("1e2")).toBe(100);
    expect(value("-0")).toBe(0n);
    expect(value("-17")).toBe(-17n);
    expect(value("2048")).toBe(2048n);
    expect(value("9007199254740993")).toBe(9007199254740993n);
    expect(value("9223372036854775807")).toBe(9223372036854775807n);
    expect(value("-9223372036854775808")).toBe(-9223372036854775808n);
    expect(value("9223372036854775808")).toBe(9223372036854775808);
    expect(value("123456789012345678901234567890")).toBe(123456789012345678901234567890);
  });

  test("reads strings and escapes", () => {
    expect(value('"a b"')).toBe("a b");
    expect(value('"\\u0041\\n\\/\\\\\\""')).toBe('A\n/\\"');
    expect(value('"\\ud83d\\ude00 x"')).toBe("😀 x");
  });

  test("keeps key order, integer keys and __proto__", () => {
    const read = value('{"b":1,"1":2,"a":3,"0":4,"__proto__":{"x":1},"b":5}') as ReadonlyMap<string, Json>;
    expect([...read.keys()]).toEqual(["b", "1", "a", "0", "__proto__"]);
    expect(read.get("b")).toBe(5n);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("reads nested containers", () => {
    expect(value(' { "a" : [ ] , "b" : { } , "c" : [ 1 , [ null , true , false ] ] } ')).toEqual(
      new Map<string, Json>([
        ["a", []],
        ["b", new Map()],
        ["c", [1n, [null, true, false]]],
      ]),
    );
  });

  test("starts anywhere, and tells where the value ends", () => {
    const text = '{"a":1} {"b":2}';
    const first = readJson(text, 0, { more: true });
    expect([first.end, first.diagnostics.length]).toEqual([7, 0]);
    expect(readJson(text, first.end).value).toEqual(new Map([["b", 2n]]));
    fails(text, "json-trailing", 8);
  });

  test.each([
    ["", "json-empty", 0],
    ["   ", "json-empty", 0],
    ["{", "json-unclosed", 0],
    ["[1,", "json-unclosed", 0],
    ['{"a":', "json-unclosed", 0],
    ['{"a" 1}', "json-colon", 5],
    ["{a:1}", "json-key", 1],
    ['{"a":1,}', "json-key", 7],
    ["[1,]", "json-value", 3],
    ["[1 2]", "json-separator", 3],
    ['{"a":1]', "json-separator", 6],
    ['"abc', "json-open-string", 0],
    ['"a\\x"', "json-escape", 2],
    ['"\\u12g4"', "json-escape", 1],
    ["01", "json-number", 0],
    ["-", "json-number", 0],
    ["1.", "json-number", 0],
    ["1e", "json-number", 0],
    ["nul", "json-value", 0],
    ["NaN", "json-value", 0],
    ["truely", "json-value", 0],
    ["'a'", "json-value", 0],
  ])("%s is refused with %s at %d", (text, code, from) => fails(text, code, from));

  test("a raw control character is taken, with a warning", () => {
    const read = readJson('"a\tb"');
    expect(read.value).toBe("a\tb");
    expect(read.diagnostics.map((d) => [d.code, d.severity])).toEqual([["json-control-character", "warning"]]);
  });

  test("neither depth nor size brings it down", () => {
    const deep = 1_000_000;
    for (const text of ["[".repeat(deep), "[".repeat(deep) + "]".repeat(deep), '{"a":'.repeat(deep)]) {
      expect(readJson(text).diagnostics.map((d) => d.code)).toEqual(["json-too-deep"]);
    }
    expect(readJson("[".repeat(JSON_DEPTH) + "]".repeat(JSON_DEPTH)).diagnostics).toEqual([]);
    expect(readJson(`${"-".repeat(10)}`).diagnostics.length).toBe(1);
  });
});

describe("readJsonLax", () => {
  const word = (name: string, argument: string | undefined): string | undefined =>
    name === "datetime" || name === "none" ? `<${name}:${argument ?? ""}>` : undefined;

  test("takes single quotes, named literals and words", () => {
    const read = readJsonLax("{'a': datetime(2024-05-01 10:00), \"b\": [none, null, 'it\\'s']}", 0, word);
    expect(read.diagnostics).toEqual([]);
    expect(read.value).toEqual(
      new Map<string, Json>([
        ["a", "<datetime:2024-05-01 10:00>"],
        ["b", ["<none:>", null, "it's"]],
      ]),
    );
  });

  test("refuses what the host does not know", () => {
    expect(readJsonLax("[other(1)]", 0, word).diagnostics.map((d) => [d.code, d.span.from])).toEqual([
      ["json-value", 1],
    ]);
    expect(readJsonLax("datetime(1", 0, word).diagnostics.map((d) => d.code)).toEqual(["json-unclosed"]);
  });
});

describe("writeJson", () => {
  test("keeps the kinds of numbers apart", () => {
    expect(writeJson([1n, 1, 1.5, -0, 1e21, 1e-7])).toBe("[1,1.0,1.5,-0.0,1e+21,1e-7]");
    expect(writeJson([NaN, Infinity, -Infinity])).toBe('["NaN","Infinity","-Infinity"]');
  });

  test("indents", () => {
    const sample: Json = new Map<string, Json>([
      ["a", [1n, new Map()]],
      ["b", []],
    ]);
    expect(writeJson(sample)).toBe('{"a":[1,{}],"b":[]}');
    expect(writeJson(sample, { indent: 2 })).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}');
  });

  test("prints foreign leaves as told", () => {
    expect(writeJson<{ at: number }>([{ at: 3 }], { other: (v) => `@${v.at}` })).toBe("[@3]");
  });

  test("is not brought down by depth", () => {
    let deep: Json = [];
    for (let i = 0; i < 1_000_000; i++) deep = [deep];
    expect(writeJson(deep).length).toBe(2_000_002);
  });

  test("law: reading what was written gives the same value", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const sample = randomJson(seed);
      const text = writeJson(sample, seed % 2 === 0 ? {} : { indent: 2 });
      expect(readJson(text), `seed ${seed}: ${text}`).toEqual({ value: sample, end: text.length, diagnostics: [] });
    }
  });

  test("law: agrees with the platform on texts that it can hold", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const text = writeJson(randomJson(seed));
      expect(plain(readJson(text).value as Json), `seed ${seed}`).toEqual(JSON.parse(text));
    }
  });
});

/** A repeatable value: arrays and maps up to four levels deep. */
function randomJson(seed: number): Json {
  let state = seed * 2654435761;
  const next = (n: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % n;
  };
  const words = ["", "a", 'q"\\', "é😀", "\u0001\n", "key", "0", "10"];
  const make = (depth: number): Json => {
    switch (next(depth > 3 ? 6 : 8)) {
      case 0:
        return null;
      case 1:
        return next(2) === 0;
      case 2:
        return BigInt(next(2000)) - 1000n;
      case 3:
        return (BigInt(next(2 ** 31)) << 32n) - BigInt(next(2 ** 31));
      case 4:
        return (next(2 ** 31) - 2 ** 30) / (next(1000) + 1);
      case 5:
        return words[next(words.length)] ?? "";
      case 6:
        return Array.from({ length: next(5) }, () => make(depth + 1));
      default: {
        const bag = new Map<string, Json>();
        for (let i = next(5); i > 0; i--) bag.set(words[next(words.length)] ?? "", make(depth + 1));
        return bag;
      }
    }
  };
  return make(0);
}

function plain(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]));
  return value;
}
