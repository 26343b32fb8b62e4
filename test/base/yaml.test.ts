/** YAML with places: values, spans, recovery, limits, and writing back. */
import { describe, expect, it } from "vitest";
import { applyEdits, readYaml, readYamlDocuments, writeYamlEntry, writeYamlScalar } from "../../src/base";
import type { YamlNode, YamlValue } from "../../src/base";

/** Plain data for comparing: mappings as lists of pairs. */
function plain(value: YamlValue | undefined): unknown {
  if (value instanceof Map) return { map: [...(value as ReadonlyMap<string, YamlValue>)].map(([k, v]) => [k, plain(v)]) };
  return Array.isArray(value) ? (value as readonly YamlValue[]).map(plain) : value;
}

function pairs(text: string): unknown {
  return (plain(readYaml(text).value?.value) as { map: unknown } | null)?.map;
}

function codes(text: string): string[] {
  return readYaml(text).diagnostics.map((d) => d.code);
}

describe("values", () => {
  const cases: [string, unknown][] = [
    ["a: 1", [["a", 1]]], ["a: 1.10", [["a", 1.1]]], ["a: yes", [["a", "yes"]]], ["a: true", [["a", true]]], ["a: ~", [["a", null]]], ["a:", [["a", null]]],
    ["a: 2020-05-14", [["a", "2020-05-14"]]], ["a: 0x1F", [["a", 31]]], ["a: '1'", [["a", "1"]]], ["a: \"x\\ny\"", [["a", "x\ny"]]],
    ["a: [x, 2, null]", [["a", ["x", 2, null]]]], ["a:\n  - x\n  - y: z", [["a", ["x", { map: [["y", "z"]] }]]]],
    ["a: |\n  one\n  two\n", [["a", "one\ntwo\n"]]], ["a: >-\n  one\n  two\n", [["a", "one two"]]], ["? [k]\n: v", [["[k]", "v"]]], ["1: x", [["1", "x"]]],
    ["a: b\r\nc: d\r\n", [["a", "b"], ["c", "d"]]], ["\ufeffa: b", [["a", "b"]]], ["a: &x [1]\nb: *x", [["a", [1]], ["b", [1]]]],
    ["__proto__: {polluted: 1}\nconstructor: x", [["__proto__", { map: [["polluted", 1]] }], ["constructor", "x"]]],
  ];
  it.each(cases)("%j", (text, expected) => {
    expect(pairs(text)).toEqual(expected);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("keeps a number's text beside the number", () => {
    const root = readYaml("version: 1.10").value?.root;
    expect(root?.kind === "map" ? root.entries[0]?.node : null).toMatchObject({ value: 1.1, text: "1.10" });
  });

  it("reads an empty text as nothing", () => {
    for (const text of ["", "\n\n", "# only a comment"]) expect(readYaml(text)).toMatchObject({ value: { root: null, value: null, whole: true }, diagnostics: [] });
  });
});

describe("places", () => {
  it("gives every key and value its span, shifted by the offset", () => {
    const text = "k1: plain # note\nk2: \"quo\\\"ted\"\nk3: [a, {b: c}, 'd']\nk4:\n  - one\n  - two\nk5: |\n  lit\n  eral\nk6:\n";
    const found: string[] = [];
    const visit = (node: YamlNode): void => {
      found.push(text.slice(node.span.from - 7, node.span.to - 7));
      if (node.kind === "list") node.items.forEach(visit);
      if (node.kind === "map") node.entries.forEach((e) => {
        expect(text.slice(e.keySpan.from - 7, e.keySpan.to - 7)).toBe(e.key);
        visit(e.node);
      });
    };
    const root = readYaml(text, { offset: 7 }).value?.root;
    if (root) visit(root);
    expect(found.slice(1)).toEqual(["plain", "\"quo\\\"ted\"", "[a, {b: c}, 'd']", "a", "{b: c}", "c", "'d'", "- one\n  - two", "one", "two", "  lit\n  eral", ""]);
  });
});

describe("what is broken", () => {
  it("keeps every property that can be read, and the text of the one that cannot", () => {
    const text = "title: Rule: part two\nlevel: high\ntags: [a, b\nstatus: test\n";
    expect(pairs(text)).toEqual([["title", "Rule: part two"], ["level", "high"], ["tags", "[a, b"], ["status", "test"]]);
    const read = readYaml(text);
    expect(read.value?.whole).toBe(false);
    expect(read.diagnostics.map((d) => [d.code, d.message.split(" could")[0]])).toEqual([["yaml-unreadable", "Property 'title'"], ["yaml-unreadable", "Property 'tags'"]]);
  });

  it("offers quotes, and the fix works", () => {
    const text = "title: Rule: part two\nlevel: high\n";
    const fix = readYaml(text).diagnostics[0]?.fix;
    const fixed = applyEdits(text, fix?.edits ?? []);
    expect(fixed).toBe("title: \"Rule: part two\"\nlevel: high\n");
    expect(codes(fixed)).toEqual([]);
  });

  const cases: [string, string[]][] = [
    ["a: 1\na: 2", ["yaml-duplicate-key"]], ["a: *none", ["yaml-unknown-alias"]], ["a: !!js/function 'x'", ["yaml-unknown-tag"]], ["a: 1\n---\nb: 2", ["yaml-second-document"]],
    ["a: @x", ["yaml-unreadable"]], ["\tx: 1", ["yaml-unreadable"]], ["a: {b: c", ["yaml-unreadable"]], [`a: ${"[".repeat(200)}`, ["yaml-unreadable"]], ["- a\n- b: c: d", ["yaml-unreadable"]],
    ["a: \"\\q\"", ["yaml-unreadable"]], ["\u0000", ["yaml-unreadable"]], ["%YAML 9.9\n---\na: 1", ["yaml-unreadable"]],
  ];
  it.each(cases)("%j", (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it("counts aliases out and stops at its limit", () => {
    let text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (let i = 1; i < 12; i++) text += `a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]\n`;
    const read = readYaml(text);
    expect(read.diagnostics.some((d) => d.code === "yaml-alias-limit")).toBe(true);
    expect((read.value?.value as ReadonlyMap<string, YamlValue>).get("a1")).toHaveLength(10);
  });

  it("lets an alias not hold itself", () => {
    expect(codes("a: &x [1, *x]")).toEqual(["yaml-unknown-alias"]);
  });

  it("reads every document of a text", () => {
    const read = readYamlDocuments("title: a\n---\ntitle: b\n");
    expect(read.value?.map((d) => plain(d.value))).toEqual([{ map: [["title", "a"]] }, { map: [["title", "b"]] }]);
  });

  it("never throws and keeps its spans inside of the text (law)", () => {
    const random = seeded(20260522);
    const pieces = ["a", ":", " ", "\n", "- ", "[", "]", "{", "}", "\"", "'", "#", "&x", "*x", "|", ">", "!", "%", "\t", "? ", "---", "é", "\ud83c\udf89", ","];
    for (let run = 0; run < 3000; run++) {
      let text = "";
      for (let i = random(20); i >= 0; i--) text += pieces[random(pieces.length)] ?? "";
      const read = readYaml(text);
      const visit = (node: YamlNode): void => {
        expect(node.span.from >= 0 && node.span.from <= node.span.to && node.span.to <= text.length, JSON.stringify({ seed: 20260522, run, text, node })).toBe(true);
        if (node.kind === "list") node.items.forEach(visit);
        if (node.kind === "map") node.entries.forEach((e) => visit(e.node));
      };
      if (read.value?.root) visit(read.value.root);
      for (const d of read.diagnostics) expect(d.span.to <= text.length, JSON.stringify({ run, text, d })).toBe(true);
    }
  });
});

describe("writing", () => {
  it.each(["x", "yes", "1:30", "a: b", "#x", "2020-05-14", "T1578.002", "1.1", "", " x", "x ", "a,b", "https://x/y?z=1#f", "[[a]]", "-x", "- x", "a\nb", "null", "~", "0x1F", "é", "\u2028",
    "\u0085", "'", "\"", "a #b", "!x", "%x", "@x", "`x", "|", ">", "{}", "\\", "---", "=", "<<", "1e3", "+1", ".5", "on", "{{x}}", "\ufeff"])("%j comes back as it was", (text) => {
    expect(plain(readYaml(`k: ${writeYamlScalar(text)}`).value?.value)).toEqual({ map: [["k", text]] });
    expect(plain(readYaml(`k: [${writeYamlScalar(text)}]`).value?.value)).toEqual({ map: [["k", [text]]] });
    expect(plain(readYaml(writeYamlEntry(text === "" ? "k" : text, "v")).value?.value)).toEqual({ map: [[text === "" ? "k" : text, "v"]] });
  });

  it("writes what it reads (law)", () => {
    const random = seeded(7);
    const value = (depth: number): YamlValue => {
      const kind = random(depth > 3 ? 5 : 7);
      if (kind === 0) return null;
      if (kind === 1) return random(2) === 1;
      if (kind === 2) return random(2) === 1 ? random(1000) - 500 : random(1000) / 8;
      if (kind < 5) return Array.from({ length: random(6) }, () => "ab:#-[]{}'\"\n, \té1"[random(17)] ?? "").join("");
      if (kind === 5) return Array.from({ length: random(4) }, () => value(depth + 1));
      return new Map(Array.from({ length: random(4) }, (_, i): [string, YamlValue] => [`k${i}`, value(depth + 1)]));
    };
    for (let run = 0; run < 500; run++) {
      const written = value(0);
      const text = `${writeYamlEntry("key", written)}\n`;
      expect(plain(readYaml(text).value?.value), JSON.stringify({ seed: 7, run, text })).toEqual({ map: [["key", plain(written)]] });
    }
  });

  it("writes very deep values without overflowing", () => {
    let deep: YamlValue = "x";
    for (let i = 0; i < 60; i++) deep = new Map([["k", deep]]);
    expect(plain(readYaml(writeYamlEntry("key", deep)).value?.value)).toEqual({ map: [["key", plain(deep)]] });
  });
});

/** Small repeatable random numbers: `random(n)` is in 0 … n-1. */
function seeded(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
