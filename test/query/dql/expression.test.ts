import { describe, expect, it } from "vitest";
import { FUNCTIONS, KEYWORDS, evaluateExpression, toPlain } from "../../../src/query/dql";
import type { Plain } from "../../../src/query/dql";
import { OPTIONS, bag } from "./notes";

const FIELDS = {
  n: 5, s: "hello", nul: null, falsepositives: "many", "time-played": 7, l: [3, 1, 2], o: { a: { b: 1 } },
  d: { $date: "2024-02-29T13:45:30.250" }, lk: { $link: { path: "Note", type: "file" } }, rows: [{ v: 1 }, { v: 2 }, 3],
};

function value(text: string, fields: { readonly [key: string]: Plain } = FIELDS): Plain {
  const { value: got, diagnostics } = evaluateExpression(text, bag(fields), OPTIONS);
  if (got === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return toPlain(got);
}

/** The place and message of the first error. */
function fails(text: string): string {
  const { value: got, diagnostics } = evaluateExpression(text, bag(FIELDS), OPTIONS);
  const [first] = diagnostics;
  if (got !== undefined || first === undefined) throw new Error(`'${text}' gave ${JSON.stringify(got)}`);
  return `${first.span.from}-${first.span.to} ${first.message}`;
}

const gives = (cases: readonly (readonly [string, Plain])[]) => {
  for (const [text, expected] of cases) it(text, () => { expect(value(text)).toEqual(expected); });
};

describe("literals", () => {
  gives([
    ["-2.5", -2.5], ['"a\\"b\\\\c\\d"', 'a"b\\c\\d'], ["True", true], ["null", null], ["[1, [2]]", [1, [2]]],
    ['{ a: 1, "b c": 2 }', { a: 1, "b c": 2 }], ["[[a#b|c]]", { $link: { path: "a", type: "header", subpath: "b", display: "c" } }],
    ["![[a]]", { $link: { path: "a", type: "file", embed: true } }],
    ["date(2021-04)", { $date: "2021-04-01T00:00:00.000" }], ["date(eoy)", { $date: "2024-12-31T23:59:59.999" }],
    ["date(2021-04-18T04:19:35+5)", { $date: "2021-04-18T04:19:35.000", zone: "UTC+5" }],
    ["date(2021-02-30)", { $date: "2021-03-02T00:00:00.000" }],
    ["dur(1 day, 90m)", { $dur: { days: 1, minutes: 90 }, text: "1 day, 1 hour, 30 minutes" }],
  ]);
});

describe("names", () => {
  gives([
    ["time-played", 7], ["falsepositives", "many"], ["absent", null], ["row.n", 5], ['row["s"]', "hello"], ["o.a.b", 1], ["nul.x", null],
    ["rows.v", [1, 2, null]], ["l[0]", 3], ["l[9]", null], ["s[1]", "e"], ["lk.anything", null], ["d.week", 5], ["dur(90m).hours", 1.5],
  ]);
  it("keeps words of clauses for clauses", () => { expect(fails("where")).toMatch(/^0-5 Expected an expression/); });
});

describe("operators", () => {
  gives([
    ["1 + 2 * 3", 7], ["2-3", -1], ["10 % 4", 2], ["1 = 1 and 0", false], ["0 or \"x\"", true], ["!n", false],
    ['"a" + nul', "a\\-"], ['"ab" * 2', "abab"], ["nul < 0", true], ['"b" > 1', true], ["[1, 2] + [3]", [1, 2, 3]], ["1 / 0", { $num: "Infinity" }],
    ["{ a: 1 } + { a: 2 }", { a: 2 }], ["date(2021-01-31) + dur(1 month)", { $date: "2021-02-28T00:00:00.000" }],
    ["date(2024-06-15T00:00:00Z) = date(2024-06-15T00:00:00)", false], ["[[x]] = [[x|y]]", true], ["dur(60 m) = dur(1 h)", false],
  ]);
  it("says which types do not go together, and where", () => {
    expect(fails("n + [1]")).toBe("0-7 There is no '+' for number and array.");
  });
});

describe("functions", () => {
  gives([
    ['lower(["A", "B"])', ["a", "b"]], ['replace(["ab", "b"], "b", ["1", "2", "3"])', ["a1", "2"]], ["contains(l, [1, 9])", [true, false]],
    ["map(l, (x) => map([1], (y) => x * n + y))", [[16], [6], [11]]], ["((a, b) => a + b)(1, 2)", 3], ['"upper"("a")', "A"],
    ["sort(l, (x) => 0 - x)", [3, 2, 1]], ["min([2, [1]])", [1]], ["min([2, 1])", 1],
  ]);
  it("names what is near", () => { expect(fails("lenght(l)")).toBe("0-9 There is no function 'lenght'. Did you mean 'length'?"); });
  it("says what it takes", () => { expect(fails("round([])  + upper(1)")).toBe("13-21 upper takes upper(text), found number."); });

  for (const spec of FUNCTIONS.values()) {
    it(`${spec.name} does what its examples say`, () => {
      expect(spec.says).toMatch(/^[A-Z].*[.]$/);
      expect(spec.signatures.length).toBeGreaterThan(0);
      expect(spec.examples.length).toBeGreaterThan(0);
      for (const [call, result] of spec.examples) expect(value(call), call).toEqual(value(result));
    });
  }
  it("are as many as the language has", () => { expect(FUNCTIONS.size).toBe(66); });
  it("have no name that is a keyword", () => { expect(KEYWORDS.filter((k) => FUNCTIONS.has(k.word))).toEqual([]); });
});

describe("mistakes", () => {
  it.each([
    ["1 == 2", "2-4 Equality is a single '='"], ["'x'", "0-3 Texts stand in double quotes"], ["n && s", "2-4 Conditions are joined by 'and'"],
    ["f (1)", "2-3 Expected the end"], ["[1, 2,]", "6-7 Expected an expression"], ['"open', "5-5 Expected '\"'"], ["a..b", "2-3 Expected the name of a field"],
  ])("%s", (text, message) => { expect(fails(text).slice(0, message.length)).toBe(message); });
});

describe("what could run away", () => {
  const deep = (open: string, close: string, n = 50_000) => open.repeat(n) + "1" + close.repeat(n);
  it.each([
    ["parentheses", deep("(", ")")], ["lists", deep("[ ", "]")], ["objects", deep("{a: ", "}")], ["negations", deep("!", "")],
    ["calls", deep("f(", ")")], ["lambdas", deep("((x) => ", ")")], ["fields", `x${".a".repeat(50_000)}`], ["brackets", deep("x[", "]")],
    ["calls of lambdas", deep("map([1], (x) => ", ")", 5000)],
  ])("deep %s are refused", (_, text) => { expect(fails(text)).toMatch(/nests less deeply|shorter expression/); });
  it("long sums are fine", () => { expect(value(`1${" + 1".repeat(50_000)}`)).toBe(50_001); });
  it("functions that call themselves end", () => {
    expect(fails("reduce([(f) => 1, 1], (f, x) => \"a\" * 99999999)")).toMatch(/too long/);
    expect(fails('padleft("a", 1000000000)')).toMatch(/too long/);
  });
  it.each(["(a+)+", "(a|a)*", "([a-z]+)*x", "(x|(a+))+"])("pattern %s is refused", (pattern) => {
    expect(fails(`regextest("${pattern}", "${"a".repeat(40)}")`)).toMatch(/could run forever/);
  });
  it.each([["(foo|bar)+", true], ["a+b*", true], ["(ab)*", true], ["\\\\d+", false]])("pattern %s runs", (pattern, found) => {
    expect(value(`regextest("${pattern}", "foobaraabb")`)).toBe(found);
  });
  it("keys that objects of JavaScript have are just keys", () => {
    expect(value("{ a: 1 }.constructor")).toBe(null);
    expect(value('object("__proto__", 1)["__proto__"]')).toBe(1);
    expect(value("constructor")).toBe(null);
    expect(fails("constructor(1)")).toMatch(/There is no function/);
  });
});
