/**
 * What a chart shows, out of a result and what `render` asked for: which columns are x, y and series, points per series,
 * and what was left out, told. Kusto docs, "render operator" and the pages of its visualizations. No DOM.
 */
import type { Rendering } from "../query";
import { isArray, printValue, rowsOf, type ColumnSpec, type Table, type Value } from "../table";
import { counted, digits } from "./counting";
import { timeText, valueText } from "./value-text";

/** Series beyond these are not drawn; points of a series beyond these are thinned out; so are bars and slices. */
export const MOST_SERIES = 10;
export const MOST_POINTS = 2000;
const MOST_BARS = 60;
const MOST_SLICES = 10;

export interface Point {
  /** Number, milliseconds since 1970 (UTC), or the category's number. */
  readonly x: number;
  /** NaN: no value here, the line has a gap. */
  readonly y: number;
  /** The exact value of x, as text. */
  readonly at: string;
  readonly anomaly?: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export type ChartModel =
  | { readonly kind: "xy"; readonly shape: "line" | "area" | "column" | "bar" | "scatter"
      readonly stacked: "no" | "yes" | "100"
      readonly x: "time" | "number" | "category"; readonly categories: readonly string[]
      readonly xname: string; readonly yname: string; readonly series: readonly Series[] } & Common
  | { readonly kind: "pie"; readonly slices: readonly { readonly name: string; readonly value: number }[]
      readonly yname: string } & Common
  | { readonly kind: "card"; readonly cells: readonly { readonly name: string; readonly value: string }[] } & Common
  /** Cannot be drawn, or is asked for as a table: `told` says which. */
  | { readonly kind: "table" } & Common;

interface Common {
  readonly title: string;
  /** What was left out or drawn otherwise, a sentence each. */
  readonly told: readonly string[];
}

type Xy = Extract<ChartModel, { kind: "xy" }>;

/** The charts of a result: one, or one per measure where `ysplit` asks for panels. */
export function chartsOf(table: Table, rendering: Rendering): readonly ChartModel[] {
  const split = rendering.ysplit === "panels" || rendering.ysplit === "axes";
  const measures = split ? chosen(table, rendering).ys : [];
  if (measures.length < 2) return [chartOf(table, rendering)];
  return measures.map((y) => chartOf(table, { ...rendering, ycolumns: [y.name], title: [rendering.title, y.name].filter(Boolean).join(": ") }));
}

const SHAPES: Readonly<Partial<Record<Rendering["chart"], Xy["shape"]>>> = {
  timechart: "line", linechart: "line", anomalychart: "line", areachart: "area", stackedareachart: "area",
  columnchart: "column", barchart: "bar", scatterchart: "scatter",
};

function chartOf(table: Table, rendering: Rendering): ChartModel {
  const title = rendering.title ?? "";
  const plain = (...told: string[]): ChartModel => ({ kind: "table", title, told });
  const { chart } = rendering;
  if (chart === "table") return plain();
  if (rendering.kind === "map") return plain("Maps are not drawn here; the rows are shown as a table.");
  if (chart === "card") return { kind: "card", title, told: [], cells: cards(table) };
  const shape = SHAPES[chart];
  if (shape === undefined && chart !== "piechart") return plain(`A ${chart} is not drawn here; the rows are shown as a table.`);
  const columns = chosen(table, rendering);
  if (columns.x === undefined) return plain("There is no column to draw along; the rows are shown as a table.");
  if (columns.ys.length === 0) return plain(`No column has numbers to draw as a ${chart}; the rows are shown as a table.`);
  return shape === undefined ? pie(table, columns.x, columns.ys[0] ?? columns.x, title)
    : xy(table, rendering, shape, { ...columns, x: columns.x }, title);
}

// ---- columns --------------------------------------------------------------------------------------------------------

interface Place extends ColumnSpec {
  readonly index: number;
  /** Holds arrays, a point per element (`make-series`). */
  readonly list: boolean;
  readonly kind: "number" | "time" | "other";
}

interface Chosen {
  readonly x: Place | undefined;
  readonly ys: readonly Place[];
  readonly series: readonly Place[];
  readonly anomalies: readonly Place[];
}

function chosen(table: Table, rendering: Rendering): Chosen {
  const places = table.schema.columns.map((c, index) => placeOf(table, c, index));
  const named = (names: readonly string[] | undefined) => names?.flatMap((n) => places.find((p) => p.name === n) ?? []);
  const { chart } = rendering;
  const byPlace = chart === "columnchart" || chart === "barchart" || chart === "piechart";
  const x = named(rendering.xcolumn === undefined ? undefined : [rendering.xcolumn])?.[0]
    ?? (byPlace ? places[0] : places.find((p) => p.kind === "time") ?? places.find((p) => p.kind === "number") ?? places[0]);
  const anomalies = named(rendering.anomalycolumns) ?? [];
  const free = places.filter((p) => p !== x && !anomalies.includes(p));
  const split = named(rendering.series);
  const ys = (named(rendering.ycolumns) ?? free.filter((p) => split?.includes(p) !== true))
    .filter((p) => p !== x && p.kind === "number" && (x?.list !== true || p.list));
  const series = split ?? free.filter((p) => p.kind === "other" && p.type !== "dynamic" && !ys.includes(p));
  return { x, ys, series: chart === "piechart" ? [] : series, anomalies };
}

function placeOf(table: Table, column: ColumnSpec, index: number): Place {
  if (column.type !== "dynamic") return { ...column, index, list: false, kind: kindOfType(column.type) };
  // Arrays of times or numbers, as make-series gives them: told by the first that has an element.
  for (const batch of table.batches) {
    const data = batch.columns[index];
    if (data?.type !== "dynamic") break;
    for (const value of data.data) {
      if (!isArray(value)) continue;
      const element = value.find((v) => v !== null);
      if (element === undefined) continue;
      const at = toTime(element);
      return { ...column, index, list: true, kind: !Number.isNaN(at) ? "time" : Number.isNaN(toNumber(element)) ? "other" : "number" };
    }
  }
  return { ...column, index, list: false, kind: "other" };
}

function kindOfType(type: ColumnSpec["type"]): Place["kind"] {
  switch (type) {
    case "int": case "long": case "real": case "decimal": case "timespan": return "number";
    case "datetime": return "time";
    default: return "other";
  }
}

// ---- lines, areas, bars, points -------------------------------------------------------------------------------------

function xy(
  table: Table, rendering: Rendering, shape: Xy["shape"], { x, ys, series: split, anomalies }: Chosen & { readonly x: Place }, title: string,
): ChartModel {
  const told: string[] = [];
  const bars = shape === "column" || shape === "bar";
  const axis: Xy["x"] = bars ? "category" : x.kind === "other" ? "category" : x.kind;
  const categories = new Map<string, number>();
  const found = new Map<string, Point[]>();
  let dropped = 0;
  let cut = 0;
  for (const row of rowsOf(table)) {
    const name = split.map((c) => shortText(row[c.index] ?? null)).join(", ");
    const xs = elements(row[x.index] ?? null, x.list);
    for (const y of ys) {
      const values = elements(row[y.index] ?? null, y.list);
      const marks = anomalies.flatMap((a) => [elements(row[a.index] ?? null, a.list)]);
      const key = split.length === 0 ? y.name : ys.length > 1 ? `${name}: ${y.name}` : name === "" ? "(empty)" : name;
      let points = found.get(key);
      if (points === undefined) found.set(key, (points = []));
      for (let i = 0; i < xs.length; i++) {
        const own = xs[i] ?? null;
        const at = shortText(own);
        let place: number;
        if (axis === "category") {
          place = categories.get(at) ?? categories.size;
          if (place >= MOST_BARS && bars) {
            cut++;
            continue;
          }
          categories.set(at, place);
        } else place = axis === "time" ? toTime(own) : toNumber(own);
        if (Number.isNaN(place)) {
          dropped++;
          continue;
        }
        const anomaly = marks.some((m) => toNumber(m[i] ?? null) !== 0 && !Number.isNaN(toNumber(m[i] ?? null)));
        points.push({ x: place, y: toNumber(values[i] ?? null), at, ...(anomaly ? { anomaly } : {}) });
      }
    }
  }
  if (dropped > 0) told.push(`${counted(dropped, "point has", "points have")} no ${axis === "time" ? "time" : "number"} in '${x.name}' and ${dropped === 1 ? "is" : "are"} left out.`);
  if (cut > 0) told.push(`The first ${MOST_BARS} values of '${x.name}' are drawn.`);
  let all = [...found].map(([name, points]): Series => ({ name, points }));
  if (all.length > MOST_SERIES) {
    const total = (s: Series) => s.points.reduce((sum, p) => sum + (Number.isNaN(p.y) ? 0 : Math.abs(p.y)), 0);
    const kept = new Set([...all].sort((a, b) => total(b) - total(a)).slice(0, MOST_SERIES));
    told.push(`The ${MOST_SERIES} largest of ${digits(all.length)} series are drawn.`);
    all = all.filter((s) => kept.has(s));
  }
  const stacked = shape === "scatter" || shape === "line" ? "no" : rendering.kind === "stacked100" ? "100"
    : rendering.kind === "stacked" || (rendering.chart === "stackedareachart" && rendering.kind !== "unstacked") ? "yes" : "no";
  // What is stacked needs every series at every place: where one has no row, it adds nothing.
  const places = stacked === "no" || bars ? undefined : new Map(all.flatMap((s) => s.points.map((p) => [p.x, p.at] as const)));
  let added = 0;
  const series = all.map((s): Series => {
    let points = shape === "scatter" ? s.points : [...s.points].sort((a, b) => a.x - b.x);
    if (shape !== "scatter" && (bars || stacked !== "no")) {
      const before = points.length;
      points = sumAlike(points);
      added += before - points.length;
      if (places !== undefined) points = filled(points, places);
    }
    if (rendering.accumulate === true) points = runningSum(points);
    const thin = stacked === "no" && !bars ? thinned(points, shape === "scatter") : points;
    if (thin.length < points.length) told.push(`'${s.name}' has ${digits(points.length)} points; ${digits(thin.length)} of them are drawn, extremes among them.`);
    return { name: s.name, points: thin };
  });
  if (added > 0) told.push(`${counted(added, "row shares", "rows share")} a place with another; their values are added.`);
  return {
    kind: "xy", shape, stacked, x: axis, categories: [...categories.keys()], title, told, series,
    xname: rendering.xtitle ?? x.name, yname: rendering.ytitle ?? (ys.length === 1 ? ys[0]?.name ?? "" : ""),
  };
}

function elements(value: Value, list: boolean): readonly Value[] {
  return list ? (isArray(value) ? value : []) : [value];
}

/** Points at one place as one, for what is stacked or stands side by side. */
function sumAlike(points: readonly Point[]): Point[] {
  const out: Point[] = [];
  for (const p of points) {
    const last = out.at(-1);
    if (last?.x !== p.x) out.push(p);
    else out[out.length - 1] = { ...last, y: (Number.isNaN(last.y) ? 0 : last.y) + (Number.isNaN(p.y) ? 0 : p.y) };
  }
  return out;
}

function filled(points: readonly Point[], places: ReadonlyMap<number, string>): Point[] {
  const own = new Set(points.map((p) => p.x));
  const rest = [...places].flatMap(([x, at]) => (own.has(x) ? [] : [{ x, y: 0, at }]));
  return [...points, ...rest].sort((a, b) => a.x - b.x);
}

function runningSum(points: readonly Point[]): Point[] {
  let sum = 0;
  return points.map((p) => ({ ...p, y: (sum += Number.isNaN(p.y) ? 0 : p.y) }));
}

/** Of long series the first, lowest, highest and last point of each of many equal stretches; anomalies always. */
export function thinned(points: readonly Point[], scattered = false): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const stretch = points.length / (MOST_POINTS / 4);
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const piece = points.slice(Math.floor(from), Math.floor(from + stretch));
    const low = piece.reduce((a, b) => (b.y < a.y ? b : a), piece[0] as Point);
    const high = piece.reduce((a, b) => (b.y > a.y ? b : a), piece[0] as Point);
    const wanted = new Set<Point | undefined>([piece[0], low, high, piece.at(-1), ...(scattered ? [] : piece.filter((p) => p.anomaly))]);
    kept.push(...piece.filter((p) => wanted.has(p)));
  }
  return kept;
}

// ---- pies and cards -------------------------------------------------------------------------------------------------

function pie(table: Table, x: Place, y: Place, title: string): ChartModel {
  const told: string[] = [];
  const sums = new Map<string, number>();
  let bad = 0;
  for (const row of rowsOf(table)) {
    const value = toNumber(row[y.index] ?? null);
    if (!(value > 0)) bad++;
    else {
      const name = shortText(row[x.index] ?? null);
      sums.set(name, (sums.get(name) ?? 0) + value);
    }
  }
  if (bad > 0) told.push(`${counted(bad, "row", "rows")} without a value above zero ${bad === 1 ? "has" : "have"} no slice.`);
  const sorted = [...sums].map(([name, value]) => ({ name, value })).sort((a, b) => b.value - a.value);
  const slices = sorted.slice(0, sorted.length > MOST_SLICES ? MOST_SLICES - 1 : MOST_SLICES);
  if (slices.length < sorted.length) {
    const rest = sorted.slice(slices.length);
    told.push(`${digits(rest.length)} small values are one slice.`);
    slices.push({ name: "(others)", value: rest.reduce((sum, s) => sum + s.value, 0) });
  }
  return { kind: "pie", slices, yname: y.name, title, told };
}

function cards(table: Table): { name: string; value: string }[] {
  for (const row of rowsOf(table)) {
    return table.schema.columns.map(({ name }, i) => ({ name, value: valueText(row[i] ?? null, 60).text }));
  }
  return [];
}

// ---- values ---------------------------------------------------------------------------------------------------------

/** A number to be drawn; spans in seconds; NaN for what is none. */
function toNumber(value: Value): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : NaN;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || !("kind" in value)) return NaN;
  if (value.kind === "timespan") return Number(value.ticks) / 1e7;
  if (value.kind === "decimal") return Number(printValue(value));
  return NaN;
}

const TICKS_AT_1970 = 621_355_968_000_000_000n;

/** Milliseconds since 1970; texts that make-series printed (ISO) count. */
function toTime(value: Value): number {
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value.replace(/(\.\d{3})\d*/, "$1")) : NaN;
  if (typeof value !== "object" || value === null || !("kind" in value) || value.kind !== "datetime") return NaN;
  return Number(value.ticks - TICKS_AT_1970) / 1e4;
}

function shortText(value: Value): string {
  if (typeof value === "object" && value !== null && "kind" in value && value.kind === "datetime") return timeText(value.ticks);
  return valueText(value, 60).text;
}

/** One sentence for who cannot see the chart. */
export function chartSummary(model: ChartModel): string {
  const title = model.title === "" ? "" : `${model.title}: `;
  switch (model.kind) {
    case "pie": {
      const sum = model.slices.reduce((n, s) => n + s.value, 0);
      return `${title}pie chart of ${model.yname}: ${model.slices.map((s) => `${s.name} ${percent(s.value / sum)}`).join(", ")}`;
    }
    case "xy": {
      const what = { line: "line", area: "area", column: "column", bar: "bar", scatter: "scatter" }[model.shape];
      const parts = model.series.map((s) => {
        const ys = s.points.map((p) => p.y).filter((y) => !Number.isNaN(y));
        const [low, high] = [ys.reduce((a, b) => Math.min(a, b), Infinity), ys.reduce((a, b) => Math.max(a, b), -Infinity)];
        return `${s.name}, ${counted(s.points.length, "point", "points")}${ys.length === 0 ? "" : ` from ${String(low)} to ${String(high)}`}`;
      });
      return `${title}${what} chart over ${model.xname}: ${parts.join("; ")}`;
    }
    case "card": return `${title}${model.cells.map((c) => `${c.name} ${c.value}`).join(", ")}`;
    case "table": return title;
    default: return model satisfies never;
  }
}

/** `12 %`, `0.4 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
