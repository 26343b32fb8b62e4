import { describe, expect, it } from "vitest";
import { LocalLab } from "../../../src/core";

const lab = new LocalLab({ clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => 0n });

describe("a constant with something wrong in it", () => {
  it.each([
    ["print 'a' matches regex '(a+)+$('", ["bad-pattern"]],
    ["print extract('[', 1, 'a')", ["bad-pattern"]],
    ["print 'a' matches regex 'a+'", []],
  ])("%s is told when the query runs", async (text, codes) => {
    const { plan } = lab.compile("kql", text, lab.scope({ lenient: false }));
    if (!plan) throw new Error("no plan");
    const outcome = await lab.run(plan, { now: 0n });
    expect(outcome.kind === "done" && outcome.diagnostics.map((d) => d.code)).toEqual(codes);
  });
});
