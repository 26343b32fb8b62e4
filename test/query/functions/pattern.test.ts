import { describe, expect, test } from "vitest";
import { matches, pattern } from "../../../src/query/functions/pattern";
import type { Pattern } from "../../../src/query/functions/pattern";
import { dangerOf } from "../../../src/query/functions/pattern/danger";
import { machine } from "../../../src/query/functions/pattern/machine";
import { platformSource } from "../../../src/query/functions/pattern/platform";
import { parsePattern } from "../../../src/query/functions/pattern/syntax";

const compile = (source: string): Pattern => {
  const p = pattern(source);
  if ("problem" in p) throw new Error(`${source}: ${p.problem}`);
  return p;
};
const groups = (source: string, text: string): readonly (string | undefined)[] | undefined => {
  const m = compile(source).exec(text, 0);
  return m === null ? undefined : [...m.groups];
};

describe("meaning", () => {
  test.each([
    ["abc", "xabcx", true],
    ["^abc$", "abc", true],
    ["^abc$", "abc\n", false],
    ["a.c", "a\nc", false],
    ["(?s)a.c", "a\nc", true],
    ["(?i)PowerShell", "POWERSHELL.exe", true],
    ["(?i:p)owerShell", "PowerShell", true],
    ["(?i:p)owerShell", "POWERSHELL", false],
    ["a(?i)b", "aB", true],
    ["a(?i)b", "AB", false],
    ["(?i)[^a]", "A", false],
    ["(?i)straße", "STRAßE", true],
    ["(?m)^b$", "a\nb\nc", true],
    ["(?x) a b # comment", "ab", true],
    ["\\Aab\\z", "ab", true],
    ["[[:alpha:]]+[[:digit:]]", "ab1", true],
    ["[[:^alpha:]]", "ab", false],
    ["[0-9&&[^4]]", "4", false],
    ["[0-9--4]", "5", true],
    ["[a-g~~b-h]", "c", false],
    ["[]a]", "]", true],
    ["[a-]", "-", true],
    ["[\\w.-]+@[\\w-]+\\.com", "a.b@ex-a.com", true],
    ["\\d", "٣", true],
    ["\\w+", "é", true],
    ["\\bé\\b", "un é la", true],
    ["\\p{Greek}", "α", true],
    ["\\pL", "1", false],
    ["\\P{L}", "1", true],
    ["\\x41\\x{1F600}", "A😀", true],
    ["^.$", "😀", true],
    ["a{2,3}", "a", false],
    ["a{,3}", "a{,3}", true],
    ["{", "{", true],
    ["\\Qa.b\\E", "a.b", true],
    ["\\Qa.b\\E", "axb", false],
    ["", "", true],
    ["\\<ab\\>", "x ab y", true],
  ])("%s on %j is %s", (source, text, expected) => expect(compile(source).test(text)).toBe(expected));

  test("captures", () => {
    expect(groups("(a)(b)?", "a")).toEqual(["a", "a", undefined]);
    expect(groups("(?P<user>\\w+)@(?<host>\\w+)", "to me@here")).toEqual(["me@here", "me", "here"]);
    expect(compile("(?P<user>\\w+)@(?<host>\\w+)").names).toEqual(
      new Map([
        ["user", 1],
        ["host", 2],
      ]),
    );
    expect(groups("(?:(a)|b)*", "ab")).toEqual(["ab", "a"]);
    expect(groups("(é+)x", "ééx")).toEqual(["ééx", "éé"]);
    expect(groups("(?U)(a+)", "aaa")).toEqual(["a", "a"]);
    expect(groups("(a*?)b", "aab")).toEqual(["aab", "aa"]);
    expect(groups("(a|ab)(c|bcd)(d*)", "abcd")).toEqual(["abcd", "a", "bcd", ""]);
    expect(groups("(?m)^(\\w+)$", "a b\ncd")).toEqual(["cd", "cd"]);
  });

  test("goes through all matches", () => {
    expect([...matches(compile("a*"), "baac")].map((m) => [m.from, m.to])).toEqual([
      [0, 0],
      [1, 3],
      [4, 4],
    ]);
    expect([...matches(compile("a*"), "baac", undefined, true)].map((m) => m.from)).toEqual([0, 1, 3, 4]);
    expect([...matches(compile(".*b"), "aab ab\nb")].map((m) => m.groups[0])).toEqual(["aab ab", "b"]);
    expect([...matches(compile("x*"), "😀")].map((m) => m.from)).toEqual([0, 2]);
  });

  test.each([
    ["(", "missing"],
    [")", "too many"],
    ["[a", "missing"],
    ["*a", "nothing"],
    ["a(?=b)", "ahead or behind"],
    ["(?<!a)b", "ahead or behind"],
    ["(a)\\1", "referring back"],
    ["\\y", "means nothing"],
    ["a{3,2}", "counts down"],
    ["a{5000}", "repeats more"],
    ["\\p{Nope}", "no such class"],
    ["[z-a]", "backwards"],
    ["(?z)a", "no flag"],
    ["(a{1000}){1000}", "too large"],
    ["(".repeat(5000), "too deeply"],
    ["\\", "ends with"],
    ["[[:nope:]]", "no class"],
  ])("%s is refused: %s", (source, why) => {
    const p = pattern(source);
    expect("problem" in p ? p.problem : "accepted").toContain(why);
  });
});

describe("never hangs", () => {
  const as = "a".repeat(30_000);
  test.each([
    ["(a+)+$", as + "b"],
    ["(a|aa)+$", as + "b"],
    ["(a|a)*b", as],
    ["(.*)(.*)(.*)(.*)(.*)x", as],
    ["a.*b.*c.*d", "abc".repeat(20_000)],
    ["(\\w+\\s?)*x", "word ".repeat(10_000)],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", as],
    ["(x+x+)+y", "x".repeat(50_000)],
    ["(?i)(é|è)+$", "é".repeat(50_000) + "x"],
    [".*.*.*=.*", as],
  ])("%s", (source, text) => {
    const started = performance.now();
    compile(source).test(text);
    expect([...matches(compile(source), text.slice(0, 3000))].length).toBeGreaterThanOrEqual(0);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test("the estimate knows harmless from hopeless patterns", () => {
    const power = (source: string): number => {
      const s = parsePattern(source);
      return "problem" in s ? NaN : dangerOf(s.root, false).power;
    };
    expect(power("abc")).toBe(1);
    expect(power("\\d+\\.\\d+\\.\\d+\\.\\d+")).toBe(2);
    expect(power("([a-z0-9-]+\\.)+[a-z]{2,}")).toBe(3);
    expect(power("User: ([^,]+), Mail: (\\S+)")).toBe(2);
    expect(power("(a+)+$")).toBe(Infinity);
    expect(power("(a|ab)*c")).toBe(Infinity);
    expect(power("a.*b.*c")).toBe(4);
  });
});

test("law: both matchers agree with each other on random patterns and texts", () => {
  let compared = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    const random = generator(seed);
    const source = randomPattern(random, 3);
    const syntax = parsePattern(source);
    if ("problem" in syntax) throw new Error(`seed ${seed}: ${source}: ${syntax.problem}`);
    const platform = platformSource(syntax.root);
    const own = machine(syntax.root, syntax.groups);
    if (platform === null || own === null || dangerOf(syntax.root, false).power === Infinity) continue;
    const text = Array.from({ length: random(12) }, () => "abc \n"[random(5)]).join("");
    const expected = new RegExp(platform).exec(text);
    const places = own.search(text, 0);
    const found =
      places &&
      Array.from({ length: places.length / 2 }, (_, i) =>
        (places[i * 2] ?? -1) < 0 ? undefined : text.slice(places[i * 2], places[i * 2 + 1]),
      );
    expect(found, `seed ${seed}: ${source} on ${JSON.stringify(text)}`).toEqual(
      expected === null ? null : [...expected],
    );
    compared++;
  }
  expect(compared).toBeGreaterThan(1500);
});

function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

function randomPattern(random: (n: number) => number, depth: number): string {
  const atom = (): string => {
    switch (random(depth > 0 ? 9 : 6)) {
      case 0:
        return "a";
      case 1:
        return "b";
      case 2:
        return ".";
      case 3:
        return "[ab]";
      case 4:
        return "\\b";
      case 5:
        return random(3) === 0 ? "$" : "[^a]";
      case 6:
        return `(${randomPattern(random, depth - 1)})`;
      case 7:
        return `(?:${randomPattern(random, depth - 1)})`;
      default:
        return `(?:${randomPattern(random, depth - 1)}|${randomPattern(random, depth - 1)})`;
    }
  };
  let out = "";
  for (let i = 1 + random(3); i > 0; i--) {
    const a = atom();
    const suffix = a === "$" || a === "\\b" ? "" : (["", "", "", "*", "+", "?", "*?", "{1,2}"][random(8)] ?? "");
    out += a + suffix;
  }
  return out;
}
