import { describe, expect, it } from "vitest";
import { groupsOf, timeBars, within } from "../../src/ui/hunt-groups";
import type { FoundRule, HuntReport } from "../../src/hunt";
import { parseDatetime } from "../../src/table";

const at = (text: string) => parseDatetime(text) ?? 0n;
function found(title: string, level: string, techniques: readonly string[], ...times: readonly string[]): FoundRule {
  return {
    of: "events", rule: { path: `${title}.md`, title, level, techniques, fields: [] }, count: times.length,
    events: times.map((time, line) => ({ source: "s", line, time: at(time) })),
  };
}
const A = found("A", "low", ["T1059", "T1078"], "2026-01-01T10:00:00Z", "2026-01-01T10:00:30Z", "2026-01-01T10:09:59Z");
const B = found("B", "high", ["T1059"], "2026-01-01T10:05:00Z");
const C = found("C", "odd", [], "2026-01-01T10:05:01Z");

describe("groups of rules that fired", () => {
  it("put the heaviest first, a rule of two techniques into both", () => {
    expect(groupsOf([A, B, C], "technique").map((g) => [g.key, g.level, g.count, g.rules.length])).toEqual([
      ["T1059", "high", 4, 2], ["T1078", "low", 3, 1], ["No technique", "odd", 1, 1],
    ]);
    expect(groupsOf([A, B, C], "level").map((g) => g.key)).toEqual(["high", "low", "odd"]);
    expect(groupsOf([A, B, C], "rule").map((g) => g.key)).toEqual(["B", "A", "C"]);
  });
});

describe("a timeline", () => {
  it("has bars of a width that people think in, empty ones too", () => {
    const bars = timeBars([A, B, C]);
    expect(bars.length).toBe(40);
    expect((bars[0]?.to ?? 0n) - (bars[0]?.from ?? 0n)).toBe(150_000_000n);
    expect(bars.map((b) => b.count).reduce((a, b) => a + b)).toBe(5);
    expect(bars.find((b) => b.count === 2)?.levels).toEqual([{ level: "high", count: 1 }, { level: "odd", count: 1 }]);
  });
  it("never has more bars than asked for, however far events are apart", () => {
    const wide = [found("W", "low", [], "0001-01-02T00:00:00Z", "9999-01-01T00:00:00Z")];
    expect(timeBars(wide, 60).length).toBeLessThanOrEqual(60);
    expect(timeBars([found("O", "low", [], "2026-01-01T00:00:00Z")])).toHaveLength(1);
    expect(timeBars([])).toEqual([]);
  });
  it("narrows the report to one bar", () => {
    const report: HuntReport = { events: 5, rules: 3, refused: [], found: [A, B, C], shapes: [], diagnostics: [] };
    const bar = timeBars([A, B, C]).find((b) => b.count === 2);
    expect(within(report, bar).map((f) => [f.rule.title, f.count])).toEqual([["B", 1], ["C", 1]]);
    expect(within(report, undefined)).toBe(report.found);
  });
});
