/** Correlations over streams of events: one-line cases, chains, bounds, and a law against a naive evaluator. */
import { describe, expect, it } from "vitest";
import { Correlator, holdsFor, readSigma, referencesOf, subjectOf } from "../../../src/query/sigma";
import type { CorrelateOptions, DetectionRule } from "../../../src/query/sigma";
import { percentile } from "../../../src/query/sigma/window";

const RULES = ["a", "b", "c"].map((name) =>
  `title: ${name}\nname: ${name}\nlogsource: {category: test}\ndetection: {s: {ev: ${name}}, condition: s}\n`).join("---\n");

interface Seen {
  readonly [field: string]: string | number;
  readonly t: number;
}

/** Which correlations hold at which event: `name@index by`. */
function run(correlation: string, events: readonly Seen[], options: CorrelateOptions = {}): string[] {
  const file = readSigma(`${RULES}${correlation.split("===").map((c) => `---\ntitle: T\n${c.trim()}\n`).join("")}`);
  expect(file.diagnostics).toEqual([]);
  const references = referencesOf(file.rules);
  expect([...references.diagnostics.values()].flat()).toEqual([]);
  const correlator = new Correlator(references, options);
  const rules = file.rules.filter((r): r is DetectionRule => r.kind === "detection");
  return events.flatMap((event, i) => {
    const subject = subjectOf(event);
    return correlator.push({ time: event.t * 1e6, rules: rules.filter((r) => holdsFor(r, subject)),
      values: (field) => subject.values(field) })
      .map(({ rule, by }) => `${rule.name?.value ?? rule.type}@${i}${[...by.values()].map((v) => ` ${String(v)}`).join("")}`);
  });
}

/** Events from `a1 b2u`: the rule, the second, and the user. */
function events(text: string): Seen[] {
  return text.split(" ").map((word) => {
    const m = /^([a-z])(\d+)([a-z]*)(?:=(.*))?$/.exec(word);
    return { ev: m?.[1] ?? "", t: Number(m?.[2]), User: m?.[3] ?? "", ...(m?.[4] === undefined ? {} : { n: m[4] }) };
  });
}

function correlation(type: string, condition: string, rules = "[a]", more = ""): string {
  return `correlation: {type: ${type}, rules: ${rules}, group-by: [User], timespan: 10s${condition === "" ? ""
    : `, condition: ${condition}`}${more}}`;
}

describe("types", () => {
  it.each([
    ["event_count", "{gte: 2}", "[a]", "a1x a2y a3x a14x", "event_count@2 x"],
    ["event_count", "{gte: 2}", "[a]", "a1x a11x", "event_count@1 x"],
    ["event_count", "{gte: 2}", "[a]", "a1x a12x", ""],
    ["event_count", "{gt: 1, lte: 2}", "[a]", "a1x a2x a3x", "event_count@1 x"],
    ["event_count", "{gte: 2}", "[a, b]", "a1x b2x c3x", "event_count@1 x"],
    ["value_count", "{field: n, gte: 2}", "[a]", "a1x=1 a2x=1 a3x=2 a13x=2", "value_count@2 x"],
    ["value_count", "{field: n, gte: 2}", "[a]", "a1x=1 a2x a3x", ""],
    ["value_sum", "{field: n, gte: 3}", "[a]", "a1x=1 a2x=zz a3x=2", "value_sum@2 x"],
    ["value_avg", "{field: n, gt: 5}", "[a]", "a1x=4 a2x=8", "value_avg@1 x"],
    ["value_median", "{field: n, gte: 150}", "[a]", "a1x=100 a2x=200", "value_median@1 x"],
    ["value_percentile", "{field: n, percentile: 90, gt: 8}", "[a]", "a1x=1 a2x=10", "value_percentile@1 x"],
    ["temporal", "", "[a, b]", "b1x a2x", "temporal@1 x"],
    ["temporal", "", "[a, b]", "b1x a2y", ""],
    ["temporal", "{gte: 2}", "[a, b, c]", "a1x c2x", "temporal@1 x"],
    ["temporal", "a and not b", "[a, b]", "b1x a2x a13x", "temporal@2 x"],
    ["temporal_ordered", "", "[a, b]", "b1x a2x", ""],
    ["temporal_ordered", "", "[a, b]", "a1x c2x b3x", "temporal_ordered@2 x"],
    ["temporal_ordered", "", "[a, b]", "a1x b12x", ""],
    ["temporal_ordered", "", "[a, a]", "a1x a2x", "temporal_ordered@1 x"],
    ["temporal_ordered", "{gte: 2}", "[a, b, c]", "a1x c2x", "temporal_ordered@1 x"],
  ])("%s %s over %s: %s", (type, condition, rules, stream, wanted) => {
    expect(run(correlation(type, condition, rules), events(stream)).join(" ")).toBe(wanted);
  });
});

describe("chains and names", () => {
  it("feeds a correlation into another", () => {
    const chain = `name: many\n${correlation("event_count", "{gte: 2}")}===name: top\n${
      correlation("temporal_ordered", "", "[many, b]")}`;
    expect(run(chain, events("a1x a2x b3x b4y"))).toEqual(["many@1 x", "top@2 x"]);
  });

  it("takes a field of each rule for an alias", () => {
    const alias = "correlation: {type: temporal, rules: [a, b], group-by: [who], timespan: 10s, "
      + "aliases: {who: {a: User, b: Account}}}";
    expect(run(alias, [{ t: 1, ev: "a", User: "x" }, { t: 2, ev: "b", Account: "x" }])).toEqual(["temporal@1 x"]);
  });

  it.each([
    ["rules: [nobody]", "sigma-unknown-rule"],
    ["rules: [self]", "sigma-circle"],
    ["rules: [a], aliases: {who: {b: User}}", "sigma-aliases"],
  ])("tells %s", (more, code) => {
    const file = readSigma(`${RULES}---\ntitle: T\nname: self\ncorrelation: {type: event_count, timespan: 1m, condition: {gte: 1}, ${more}}\n`);
    expect(file.diagnostics).toEqual([]);
    const { correlations, diagnostics } = referencesOf(file.rules);
    expect(correlations).toEqual([]);
    expect([...diagnostics.values()].flat().map((d) => d.code)).toEqual([code]);
  });

  it("says which rules report by themselves", () => {
    const of = (generate: boolean) => referencesOf(readSigma(`${RULES}---\ntitle: T\n${
      correlation("event_count", "{gte: 1}", "[a]", `, generate: ${generate}`)}`).rules).silent.size;
    expect([of(false), of(true)]).toEqual([1, 0]);
  });
});

describe("bounds", () => {
  it("forgets the groups met longest ago and says how many", () => {
    const file = readSigma(`${RULES}---\ntitle: T\n${correlation("event_count", "{eq: 1000}")}`);
    const correlator = new Correlator(referencesOf(file.rules), { mostKept: 100 });
    for (let i = 0; i < 500; i++) {
      correlator.push({ time: i, rules: file.rules.slice(0, 1), values: () => [i] });
    }
    expect(correlator.forgotten).toBe(450);
  });

  it("leaves out or keeps events without a group, as asked", () => {
    const rule = "correlation: {type: event_count, rules: [a], group-by: [Nothing], timespan: 10s, condition: {gte: 1}}";
    expect(run(rule, events("a1x"))).toEqual(["event_count@0 null"]);
    expect(run(rule, events("a1x"), { withoutGroup: "ignore" })).toEqual([]);
  });

  it("counts events without a time", () => {
    const file = readSigma(`${RULES}---\ntitle: T\n${correlation("event_count", "{gte: 1}")}`);
    const correlator = new Correlator(referencesOf(file.rules));
    expect(correlator.push({ time: undefined, rules: file.rules.slice(0, 1), values: () => undefined })).toEqual([]);
    expect(correlator.untimed).toBe(1);
  });
});

/** A small generator of numbers, so that a seed gives the same run everywhere. */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe("laws", () => {
  /** Looks at all events of the last ten seconds anew at each event. */
  function naive(type: string, rules: readonly string[], at: number, all: readonly Seen[], holdsFor: (n: number) => boolean): boolean {
    const now = all[at] as Seen;
    const window = all.slice(0, at + 1).filter((e) => e.t >= now.t - 10 && e["User"] === now["User"] && rules.includes(String(e["ev"])));
    if (!rules.includes(String(now["ev"]))) return false;
    const numbers = window.map((e) => Number(e["n"])).sort((a, b) => a - b);
    switch (type) {
      case "event_count":
        return holdsFor(window.length);
      case "value_count":
        return holdsFor(new Set(window.map((e) => e["n"])).size);
      case "value_sum":
        return holdsFor(numbers.reduce((a, b) => a + b, 0));
      case "value_avg":
        return holdsFor(numbers.reduce((a, b) => a + b, 0) / numbers.length);
      case "value_median":
        return holdsFor(percentile(numbers, 50));
      case "temporal":
        return rules.every((r) => window.some((e) => e["ev"] === r));
      default: {
        // Longest chain in order that ends anywhere in the window.
        let next = 0;
        for (let start = 0; start < window.length; start++) {
          next = 0;
          for (const e of window.slice(start)) if (e["ev"] === rules[next]) next++;
          if (next >= rules.length) return true;
        }
        return false;
      }
    }
  }

  it.each(["event_count", "value_count", "value_sum", "value_avg", "value_median", "temporal", "temporal_ordered"])(
    "%s is what a look at the whole window says", (type) => {
      for (let seed = 1; seed <= 30; seed++) {
        const roll = dice(seed * 7919);
        let t = 0;
        const stream: Seen[] = Array.from({ length: 60 }, () => {
          t += roll(4);
          return { t, ev: "abc"[roll(3)] ?? "", User: "xy"[roll(2)] ?? "", n: roll(5) };
        });
        const rules = type.startsWith("temporal") ? ["a", "b", "c"].slice(0, 2 + roll(2)) : ["a", "b"];
        const bound = 1 + roll(5);
        const condition = type.startsWith("temporal") ? "" : `{${type.startsWith("value") ? "field: n, " : ""}gte: ${bound}}`;
        const wanted = stream.flatMap((e, i) => (naive(type, rules, i, stream, (n) => n >= bound) ? [`${type}@${i} ${e["User"]}`] : []));
        expect(run(correlation(type, condition, `[${rules.join(", ")}]`), stream), `seed ${seed}`).toEqual(wanted);
      }
    });
});
