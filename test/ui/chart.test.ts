/** Charts without a screen: which columns are drawn how, what is left out and told, where marks and ticks stand. */
import { describe, expect, it } from "vitest";
import type { Rendering } from "../../src/query";
import { datetime, parseDatetime, readTable, schemaOf, tableOf, type Table, type Value } from "../../src/table";
import { logAxis, numberAxis, numberText, timeAxis } from "../../src/ui/chart-axis";
import { layoutPie, layoutXy, timeCaption } from "../../src/ui/chart-layout";
import { chartsOf, chartSummary, MOST_POINTS, thinned, type ChartModel, type Point } from "../../src/ui/chart-model";

const span = { from: 0, to: 1 };
const as = (chart: Rendering["chart"], more: Partial<Rendering> = {}): Rendering => ({ span, chart, ...more });
const at = (text: string) => datetime(parseDatetime(text) ?? 0n);
const one = (table: Table, rendering: Rendering): ChartModel => chartsOf(table, rendering)[0] as ChartModel;
const rows = (text: string): Table => {
  const { value, diagnostics } = readTable(text);
  if (value === undefined) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return value;
};
const EVENTS = tableOf(schemaOf({ At: "datetime", User: "string", N: "long" }), [
  [at("2026-03-01T02:00:00Z"), "bo", 5n], [at("2026-03-01T00:00:00Z"), "ana", 1n], [at("2026-03-01T01:00:00Z"), "ana", 3n],
]);
const xy = (model: ChartModel) => {
  if (model.kind !== "xy") throw new Error(model.kind);
  return model;
};
const drawn = (model: ChartModel): Record<string, unknown> =>
  Object.fromEntries(xy(model).series.map((s) => [s.name, s.points.map((p) => [p.at, p.y])]));

describe("columns", () => {
  it("of a time chart: the time along, numbers up, texts apart; points in the order of time", () => {
    const model = one(EVENTS, as("timechart"));
    expect(xy(model)).toMatchObject({ shape: "line", x: "time", xname: "At", yname: "N" });
    expect(drawn(model)).toEqual({ bo: [["2026-03-01 02:00:00", 5]], ana: [["2026-03-01 00:00:00", 1], ["2026-03-01 01:00:00", 3]] });
    expect(timeCaption(xy(model))).toBe("2026-03-01 00:00:00 to 2026-03-01 02:00:00, UTC");
  });
  it("of columns and bars: the first along; what shares a place is added, and told", () => {
    const model = one(rows("User:string, N:long\nana, 1\nbo, 2\nana, 3"), as("columnchart"));
    expect(drawn(model)).toEqual({ N: [["ana", 4], ["bo", 2]] });
    expect(model.told).toEqual(["1 row shares a place with another; their values are added."]);
  });
  it("as the query names them", () => {
    const table = rows("A:long, B:long, C:long, D:string\n1, 10, 100, x\n2, 20, 200, y");
    expect(drawn(one(table, as("linechart", { xcolumn: "B", ycolumns: ["C"], series: ["D"] })))).toEqual({ x: [["10", 100]], y: [["20", 200]] });
    expect(Object.keys(drawn(one(table, as("linechart", { xcolumn: "A", ycolumns: ["B", "C"], series: ["D"] }))))).toEqual(["x: B", "x: C", "y: B", "y: C"]);
    expect(xy(one(table, as("linechart", { xtitle: "left to right", ytitle: "up" })))).toMatchObject({ xname: "left to right", yname: "up" });
  });
  it("of arrays, as make-series gives them, a series per row", () => {
    const table = tableOf(schemaOf({ User: "string", At: "dynamic", N: "dynamic", Odd: "dynamic" }), [
      ["ana", [at("2026-03-01T00:00:00Z"), at("2026-03-01T01:00:00Z")], [1n, 2n], [0n, 1n]],
      ["bo", ["2026-03-01T00:00:00.0000000Z", "2026-03-01T01:00:00.0000000Z"], [3n, null], [0n, 0n]],
    ]);
    const model = one(table, as("anomalychart", { anomalycolumns: ["Odd"] }));
    expect(drawn(model)).toMatchObject({ ana: [[expect.anything(), 1], [expect.anything(), 2]], bo: [[expect.anything(), 3], [expect.anything(), NaN]] });
    expect(xy(model).series[0]?.points.map((p) => p.anomaly === true)).toEqual([false, true]);
  });
  it("of a pie: small slices are one, what has no size is told", () => {
    const made: Value[][] = [...Array.from({ length: 14 }, (_, i): Value[] => [`u${i}`, BigInt(100 - i)]), ["none", 0n], ["less", -3n]];
    const model = one(tableOf(schemaOf({ User: "string", N: "long" }), made), as("piechart"));
    if (model.kind !== "pie") throw new Error(model.kind);
    expect(model.slices.map((s) => s.name)).toEqual(["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "(others)"]);
    expect(model.slices.at(-1)?.value).toBe(91 + 90 + 89 + 88 + 87);
    expect(model.told).toEqual(["2 rows without a value above zero have no slice.", "5 small values are one slice."]);
  });
  it("of a card: the first row", () => {
    const model = one(rows("Events:long, Users:long\n12345, 3"), as("card"));
    expect(model.kind === "card" && model.cells).toEqual([{ name: "Events", value: "12345" }, { name: "Users", value: "3" }]);
  });
  it("adds up where asked to, and gives a panel per measure", () => {
    const table = rows("A:long, B:long, C:long\n1, 10, 5\n2, 20, 5");
    expect(drawn(one(table, as("linechart", { ycolumns: ["B"], accumulate: true })))).toEqual({ B: [["1", 10], ["2", 30]] });
    expect(chartsOf(table, as("linechart", { ysplit: "panels" })).map((m) => m.title)).toEqual(["B", "C"]);
  });
});

describe("what is not drawn is told", () => {
  const told = (table: Table, rendering: Rendering) => {
    const model = one(table, rendering);
    return [model.kind, ...model.told];
  };
  it("kinds that are none of ours, and rows without numbers", () => {
    expect(told(EVENTS, as("treemap"))).toEqual(["table", "A treemap is not drawn here; the rows are shown as a table."]);
    expect(told(EVENTS, as("scatterchart", { kind: "map" }))[0]).toBe("table");
    expect(told(rows("A:string, B:string\nx, y"), as("columnchart"))).toEqual(["table", "No column has numbers to draw as a columnchart; the rows are shown as a table."]);
    expect(told(EVENTS, as("table"))).toEqual(["table"]);
  });
  it("the smaller of many series", () => {
    const made: Value[][] = Array.from({ length: 13 }, (_, i): Value[] => [BigInt(i), `s${i}`, BigInt(i)]);
    const model = xy(one(tableOf(schemaOf({ A: "long", S: "string", N: "long" }), made), as("linechart", { xcolumn: "A", ycolumns: ["N"] })));
    expect(model.series.map((s) => s.name)).toEqual(["s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12"]);
    expect(model.told).toEqual(["The 10 largest of 13 series are drawn."]);
  });
  it("points of long series, but never their extremes, ends and anomalies", () => {
    const points: Point[] = Array.from({ length: 100_000 }, (_, i) => ({ x: i, y: Math.sin(i / 500), at: "", ...(i === 777 ? { anomaly: true } : {}) }));
    points[54_321] = { x: 54_321, y: 99, at: "" };
    const thin = thinned(points);
    expect(thin.length).toBeLessThanOrEqual(MOST_POINTS + 1);
    expect(thin.map((p) => p.x)).toEqual(expect.arrayContaining([0, 777, 54_321, 99_999]));
    expect([...thin].every((p, i) => i === 0 || p.x > (thin[i - 1]?.x ?? 0))).toBe(true);
  });
});

describe("axes", () => {
  it("have round ticks", () => {
    expect(numberAxis(3, 97, 5).ticks.map((t) => t.label)).toEqual(["0", "20", "40", "60", "80", "100"]);
    expect(numberAxis(0, 0, 5).ticks.length).toBeGreaterThan(1);
    expect(numberAxis(0, 2_500_000, 5).ticks.map((t) => t.label)).toEqual(["0", "500k", "1.0M", "1.5M", "2.0M", "2.5M"]);
    expect(numberAxis(-1, 1, 4, { min: -2, max: 2 })).toMatchObject({ from: -2, to: 2 });
    expect(logAxis(3, 4000).ticks.map((t) => t.at)).toEqual([1, 10, 100, 1000, 10_000]);
    expect(logAxis(1, 100).place(0)).toBeNaN();
    expect([numberText(0.25, 0.05), numberText(1e20, 1e19), numberText(12_000, 2000)]).toEqual(["0.25", "1e20", "12k"]);
  });
  it("of time are in UTC, with the date where it changes", () => {
    const ms = (text: string) => Date.parse(text);
    expect(timeAxis(ms("2026-03-01T22:10:00Z"), ms("2026-03-02T02:00:00Z"), 4).ticks.map((t) => t.label)).toEqual(["03-01 23:00", "03-02 00:00", "01:00", "02:00"]);
    expect(timeAxis(ms("2025-11-15T00:00:00Z"), ms("2026-02-20T00:00:00Z"), 4).ticks.map((t) => t.label)).toEqual(["2025-12", "2026-01", "2026-02"]);
    expect(timeAxis(ms("2026-03-01T00:00:00.100Z"), ms("2026-03-01T00:00:00.900Z"), 4).ticks[0]?.label).toBe("03-01 00:00:00.200");
    expect(timeAxis(ms("2026-03-01"), ms("2026-03-01"), 4).ticks.length).toBeGreaterThan(0);
  });
});

describe("places", () => {
  const box = { width: 600, height: 300 };
  const plain = { log: false, logX: false };
  it("stand bars on zero, side by side or on one another", () => {
    const table = rows("User:string, A:long, B:long\nana, 10, 30\nbo, 20, -20");
    const beside = layoutXy(xy(one(table, as("columnchart"))), box, new Set(), plain);
    expect(beside.spots.map((s) => s.length)).toEqual([2, 2]);
    expect(beside.measure.map((m) => m.label)).toEqual(["-20", "-10", "0", "10", "20", "30"]);
    const stacked = xy(one(rows("User:string, A:long, B:long\nana, 10, 30"), as("columnchart", { kind: "stacked" })));
    const on = layoutXy(stacked, box, new Set(), plain);
    expect(on.measure.at(-1)?.label).toBe("40");
    expect(on.spots[1]?.[0]?.py).toBeLessThan(on.spots[0]?.[0]?.py ?? 0);
    // Without the first, the second stands on zero alone.
    expect(layoutXy(stacked, box, new Set([0]), plain).measure.at(-1)?.label).toBe("30");
    const whole = layoutXy(xy(one(table, as("columnchart", { kind: "stacked100", ycolumns: ["A"] }))), box, new Set(), plain);
    expect(whole.measure.at(-1)?.label).toBe("100");
  });
  it("stand areas on one another where one of them has no row", () => {
    const table = rows("A:long, S:string, N:long\n1, x, 5\n1, y, 1\n2, x, 5\n3, x, 5\n3, y, 1");
    const model = xy(one(table, as("stackedareachart", { xcolumn: "A", ycolumns: ["N"], series: ["S"] })));
    expect(drawn(model)).toMatchObject({ y: [["1", 1], ["2", 0], ["3", 1]] });
    const [x, y] = layoutXy(model, box, new Set(), plain).spots;
    expect(y?.[1]?.py).toBe(x?.[1]?.py);
    expect(y?.[0]?.py).toBeLessThan(x?.[0]?.py ?? 0);
  });
  it("leave gaps where there is no value, and keep within the frame", () => {
    const table = rows("A:long, N:real\n1, 1\n2, null\n3, 3\n4, 9");
    const layout = layoutXy(xy(one(table, as("linechart"))), box, new Set(), plain);
    expect(layout.marks[0]?.d.match(/M/g)?.length).toBe(2);
    const { left, right, top, bottom } = layout.frame;
    for (const s of layout.spots.flat()) expect(s.px >= left && s.px <= right && s.py >= top && s.py <= bottom).toBe(true);
  });
  it("share a circle", () => {
    const slices = layoutPie([{ name: "a", value: 3 }, { name: "b", value: 1 }], box, new Set());
    expect(slices.map((s) => s?.share)).toEqual([0.75, 0.25]);
    expect(layoutPie([{ name: "a", value: 3 }], box, new Set())[0]?.d).toContain("a");
    expect(slices[1]?.spot.says).toBe("b: 1, 25.0 %");
  });
});

it("says a chart in a sentence", () => {
  expect(chartSummary(one(EVENTS, as("timechart", { title: "Events" })))).toBe("Events: line chart over At: bo, 1 point from 5 to 5; ana, 2 points from 1 to 3");
});
