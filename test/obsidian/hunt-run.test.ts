import { describe, expect, it } from "vitest";
import { LocalLab } from "../../src/core";
import { HuntRun, type HuntPlan } from "../../src/obsidian/hunt-run";
import type { HuntModel } from "../../src/ui";

const RULE = (title: string, value: string, level = "high") => `title: ${title}
logsource: {category: test}
level: ${level}
tags: [attack.t1059.001]
detection:
    s:
        a: ${value}
    condition: s
`;
const time = { clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => 0n };
const done = (models: readonly HuntModel[]) => models.at(-1)?.state;

function run(plan: Partial<HuntPlan> & Pick<HuntPlan, "gather">): { hunt: HuntRun; models: HuntModel[] } {
  const models: HuntModel[] = [];
  const hunt = new HuntRun({ title: "t", ...plan }, { lab: () => new LocalLab(time), clock: () => 0, onModel: (m) => models.push(m) });
  return { hunt, models };
}

describe("a hunt", () => {
  it("tells which rules fired, heaviest first, and explains an event", async () => {
    const { hunt, models } = run({ gather: () => Promise.resolve({
      rules: [{ path: "n.md", text: RULE("Low one", "x", "low") }, { path: "m.md", text: RULE("High one", "y") }, { path: "bad.md", text: "title: [" }],
      logs: [{ name: "one", from: { text: '{"a":"x","timestamp":"2026-01-01T00:00:00Z"}\n{"a":"y"}\n{"a":"z"}\n' } }, { name: "two", from: { text: "a,b\nY,1\n" } }],
    }) });
    await hunt.start();
    const state = done(models);
    if (state?.kind !== "done") throw new Error(JSON.stringify(state));
    expect(state.report).toMatchObject({ events: 4, rules: 2, refused: [{ path: "bad.md" }] });
    expect(state.report.found.map((f) => [f.rule.title, f.rule.techniques, f.count, f.events.map((e) => [e.source, e.line])])).toEqual([
      ["High one", ["T1059.001"], 2, [["one", 1], ["two", 0]]], ["Low one", ["T1059.001"], 1, [["one", 0]]],
    ]);
    const [high] = state.report.found;
    const [event] = high?.events ?? [];
    expect(high && event && hunt.explain(high, event)?.matches).toBe(true);
  });

  it("proposes a filter for events that are marked as wrong", async () => {
    const { hunt, models } = run({ gather: () => Promise.resolve({
      rules: [{ path: "n.md", text: RULE("R", "x") }],
      logs: [{ name: "l", from: { text: [["x", "agent"], ["x", "agent"], ["x", "ana"]].map(([a, user]) => JSON.stringify({ a, user })).join("\n") } }],
    }) });
    await hunt.start();
    const state = done(models);
    const [found] = state?.kind === "done" ? state.report.found : [];
    if (!found) throw new Error("found");
    expect(hunt.tune(found, found.events.slice(0, 2))).toMatchObject({ removed: 2, text: expect.stringContaining("user: 'agent'") as string });
    expect(hunt.tune(found, found.events)).toMatchObject({ removed: 3 });
  });

  it("leaves out rules that are lighter than asked for", async () => {
    const { hunt, models } = run({ gather: () => Promise.resolve({
      rules: [{ path: "n", text: RULE("L", "x", "low") }, { path: "m", text: RULE("H", "x") }], level: "medium", logs: [{ name: "l", from: { text: '{"a":"x"}' } }],
    }) });
    await hunt.start();
    const state = done(models);
    expect(state?.kind === "done" && state.report.found.map((f) => f.rule.title)).toEqual(["H"]);
  });

  it("says why it failed, and can be cancelled", async () => {
    const failing = run({ gather: () => Promise.reject(new Error("There is no file 'x'.")) });
    await failing.hunt.start();
    expect(done(failing.models)).toEqual({ kind: "failed", message: "There is no file 'x'." });
    const { hunt, models } = run({ gather: () => Promise.resolve({ rules: [{ path: "n", text: RULE("L", "x") }], logs: [{ name: "l", from: { text: '{"a":"x"}\n'.repeat(50_000) } }] }) });
    const running = hunt.start();
    hunt.cancel();
    await running;
    expect(done(models)).toEqual({ kind: "stopped" });
  });
});
