/** `render` as a hint: what a host gets to know, and what is told where nothing could be drawn. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import { diagnosticsOf, fails, fixed, scopeOf } from "./cases";

function rendering(query: string): Record<string, unknown> | undefined {
  const { span: _, ...rest } = kql.compile(query, scopeOf()).rendering ?? { span: undefined, chart: undefined };
  return rest.chart === undefined ? undefined : rest;
}

function draws(query: string, wanted: Record<string, unknown> | undefined): void {
  it(query, () => expect(rendering(query)).toEqual(wanted));
}

describe("what is kept", () => {
  draws("T | render timechart", { chart: "timechart" });
  draws('T | summarize n = count() by a | render barchart with (kind=stacked, title="By a", legend=hidden)',
    { chart: "barchart", kind: "stacked", title: "By a", legend: "hidden" });
  draws("T | render linechart with (xcolumn=t, ycolumns=b, c, series=a, g, ysplit=panels, accumulate=true)",
    { chart: "linechart", xcolumn: "t", ycolumns: ["b", "c"], series: ["a", "g"], ysplit: "panels", accumulate: true });
  draws("T | render columnchart with (ymin=0, ymax=10.5, yaxis=log, xtitle='when', ytitle='how much')",
    { chart: "columnchart", ymin: 0, ymax: 10.5, yaxis: "log", xtitle: "when", ytitle: "how much" });
  draws('T | render timechart title="old form" kind=default', { chart: "timechart", title: "old form", kind: "default" });
  draws('T | render anomalychart with (anomalycolumns="b, c", ycolumns=["b"])', { chart: "anomalychart", anomalycolumns: ["b", "c"], ycolumns: ["b"] });
  draws("let name = 'From a let'; T | render card with (title=name)", { chart: "card", title: "From a let" });
  draws("T | take 1", undefined);
  draws("let f = () { T | render piechart }; f() | take 1", undefined);
});

describe("what is told", () => {
  fails("T | render timechat", "kql-render", 11);
  fails("T | render", "kql-expected-chart");
  fails("T | render timechart with (colour=red)", "kql-render", 27);
  fails("T | render timechart with (legend=shown)", "kql-render", 34);
  it("the nearest chart is offered", () => {
    expect(fixed("T | render timechat", "kql-render")).toBe("T | render timechart");
  });
  for (const [query, code] of [
    ["T | render timechart with (xcolumn=tt)", "kql-render-column"],
    ["T | render timechart with (kind=stacked)", "kql-render-kind"],
    ["T | render timechart with (ymin='x')", "kql-render-property"],
    ["T | render timechart | take 1", "kql-render-last"],
  ] as const) {
    it(`${query} runs, with ${code}`, () => {
      expect(diagnosticsOf(query).map((d) => `${d.severity} ${d.code}`)).toEqual([`warning ${code}`]);
      expect(kql.compile(query, scopeOf()).plan).toBeDefined();
    });
  }
});
