/** Where everything of a chart stands: marks, axes and the points that the keyboard walks over. No DOM. */
import { logAxis, numberAxis, timeAxis, type Axis } from "./chart-axis";
import type { ChartModel, Point } from "./chart-model";
import { timeText } from "./value-text";

type Xy = Extract<ChartModel, { kind: "xy" }>;

export interface ChartBox {
  readonly width: number;
  readonly height: number;
}

/** A shape of one series; `d` draws a path, bars have a rectangle each. */
export interface Mark {
  /** Number of the series, which chooses its colour. */
  readonly series: number;
  readonly kind: "line" | "area" | "bar" | "dot" | "anomaly";
  readonly d: string;
}

/** A point to be shown in words, with its place on the screen. */
export interface Spot {
  readonly series: number;
  readonly px: number;
  readonly py: number;
  readonly says: string;
}

export interface XyLayout {
  readonly frame: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** Lines across with their labels: along the measured axis. */
  readonly measure: readonly { readonly at: number; readonly label: string }[];
  /** Labels along the other axis. */
  readonly along: readonly { readonly at: number; readonly label: string }[];
  /** Bars lie: the measured axis runs along the bottom. */
  readonly lying: boolean;
  readonly marks: readonly Mark[];
  readonly spots: readonly (readonly Spot[])[];
}

/** What `render` says of the measured axis. */
export interface MeasureWish {
  readonly log: boolean;
  readonly logX: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** Lays out the series that are not hidden. */
export function layoutXy(model: Xy, box: ChartBox, hidden: ReadonlySet<number>, wish: MeasureWish): XyLayout {
  const lying = model.shape === "bar";
  const stacks = stacked(model, hidden);
  const [low, high] = range(model, stacks, hidden);
  // Bars and areas stand on zero; lines too, where it is not far from what they show.
  const zero = (model.shape !== "line" && model.shape !== "scatter") || (low > 0 && low <= high / 2);
  const fixed = { ...(wish.min === undefined ? {} : { min: wish.min }), ...(wish.max === undefined ? {} : { max: wish.max }) };
  const measure = wish.log ? logAxis(low, high)
    : numberAxis(zero ? Math.min(0, low) : low, zero ? Math.max(0, high) : high, lying ? box.width / 110 : 5, fixed);
  const labels = lying ? model.categories : measure.ticks.map((t) => t.label);
  const left = Math.min(box.width * 0.35, 14 + Math.max(...labels.map((l) => Math.min(28, l.length)), 1) * 6.6) + (model.yname === "" || lying ? 0 : 16);
  const frame = { left, top: 10, right: box.width - 14, bottom: box.height - 26 - (model.xname === "" ? 0 : 16) };
  const [wide, high_] = [frame.right - frame.left, frame.bottom - frame.top];
  const inMeasure = (v: number): number => {
    const p = Math.max(-0.02, Math.min(1.02, measure.place(v)));
    return lying ? frame.left + p * wide : frame.bottom - p * high_;
  };
  const x = alongAxis(model, hidden, wish, wide);
  const alongPlace = (v: number): number => {
    if (x !== undefined) return frame.left + x.place(v) * wide;
    const n = Math.max(1, model.categories.length);
    return lying ? frame.top + ((v + 0.5) / n) * high_ : frame.left + ((v + 0.5) / n) * wide;
  };
  const base = inMeasure(wish.log ? measure.from : Math.max(measure.from, Math.min(measure.to, 0)));
  const shown = model.series.flatMap((_, i) => (hidden.has(i) ? [] : [i]));
  const band = (lying ? high_ : wide) / Math.max(1, model.categories.length);
  const marks: Mark[] = [];
  const spots: Spot[][] = model.series.map(() => []);
  for (const [order, index] of shown.entries()) {
    const s = model.series[index];
    if (s === undefined) continue;
    const at = s.points.map((p, i): { px: number; py: number; from: number; point: Point } => {
      const stack = stacks[index]?.[i];
      const top = inMeasure(stack?.to ?? p.y);
      const along = alongPlace(p.x);
      return { px: lying ? top : along, py: lying ? along : top, from: stack === undefined ? base : inMeasure(stack.from), point: p };
    });
    spots[index] = at.filter((a) => !Number.isNaN(a.px) && !Number.isNaN(a.py)).map(({ px, py, point }) => ({
      series: index, px, py, says: `${point.at}, ${s.name}: ${point.y.toLocaleString("en-US", { maximumFractionDigits: 6 })}${point.anomaly ? ", an anomaly" : ""}`,
    }));
    switch (model.shape) {
      case "line": marks.push({ series: index, kind: "line", d: linePath(at) }); break;
      case "area": {
        marks.push({ series: index, kind: "area", d: areaPath(at) }, { series: index, kind: "line", d: linePath(at) });
        break;
      }
      case "scatter": marks.push({ series: index, kind: "dot", d: at.map(dot).join("") }); break;
      case "column": case "bar": {
        const many = model.stacked === "no" ? shown.length : 1;
        const thick = Math.max(1, (band * 0.76) / many);
        const shift = model.stacked === "no" ? (order - (many - 1) / 2) * thick : 0;
        marks.push({ series: index, kind: "bar", d: at.map((a) => bar(a, thick, shift, lying)).join("") });
        spots[index] = (spots[index] ?? []).map((spot) => ({ ...spot, [lying ? "py" : "px"]: (lying ? spot.py : spot.px) + shift }));
        break;
      }
      default: model.shape satisfies never;
    }
    const odd = at.filter((a) => a.point.anomaly);
    if (odd.length > 0) marks.push({ series: index, kind: "anomaly", d: odd.map(dot).join("") });
  }
  return {
    frame, lying, marks, spots,
    measure: measure.ticks.map((t) => ({ at: inMeasure(t.at), label: t.label })),
    along: x?.ticks.map((t) => ({ at: alongPlace(t.at), label: t.label })) ?? categoryLabels(model, lying, band, alongPlace),
  };
}

function alongAxis(model: Xy, hidden: ReadonlySet<number>, wish: MeasureWish, wide: number): Axis | undefined {
  if (model.x === "category") return undefined;
  let [low, high] = [Infinity, -Infinity];
  model.series.forEach((s, i) => {
    if (hidden.has(i)) return;
    for (const p of s.points) {
      low = Math.min(low, p.x);
      high = Math.max(high, p.x);
    }
  });
  if (low > high) [low, high] = [0, 1];
  if (model.x === "time") return timeAxis(low, high, wide / 110);
  return wish.logX ? logAxis(low, high) : numberAxis(low, high, wide / 90);
}

/** As many labels as fit; texts are cut to the room of a band. */
function categoryLabels(model: Xy, lying: boolean, band: number, place: (v: number) => number): { at: number; label: string }[] {
  const most = lying ? 28 : Math.max(4, Math.floor(Math.max(band, 64) / 6.6));
  const every = lying ? Math.ceil(15 / Math.max(1, band)) : Math.ceil(64 / Math.max(1, band));
  return model.categories.flatMap((name, i) => {
    if (i % Math.max(1, every) !== 0) return [];
    const label = name === "" ? "(empty)" : name;
    return [{ at: place(i), label: label.length > most ? `${label.slice(0, most - 1)}…` : label }];
  });
}

/** From where to where each point of each series reaches, where series stand on one another. */
function stacked(model: Xy, hidden: ReadonlySet<number>): readonly ({ from: number; to: number }[] | undefined)[] {
  if (model.stacked === "no") return [];
  const totals = new Map<number, number>();
  model.series.forEach((s, i) => {
    if (!hidden.has(i)) for (const p of s.points) totals.set(p.x, (totals.get(p.x) ?? 0) + (Number.isNaN(p.y) ? 0 : Math.abs(p.y)));
  });
  const above = new Map<number, number>();
  const below = new Map<number, number>();
  return model.series.map((s, i) => (hidden.has(i) ? undefined : s.points.map((p) => {
    const y = Number.isNaN(p.y) ? 0 : model.stacked === "100" ? (p.y * 100) / (totals.get(p.x) || 1) : p.y;
    const side = y < 0 ? below : above;
    const from = side.get(p.x) ?? 0;
    side.set(p.x, from + y);
    return { from, to: from + y };
  })));
}

function range(model: Xy, stacks: ReturnType<typeof stacked>, hidden: ReadonlySet<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const see = (v: number): void => {
    if (Number.isNaN(v)) return;
    low = Math.min(low, v);
    high = Math.max(high, v);
  };
  model.series.forEach((s, i) => {
    if (hidden.has(i)) return;
    const stack = stacks[i];
    if (stack === undefined) for (const p of s.points) see(p.y);
    else for (const p of stack) see(p.to);
  });
  return low > high ? [0, 1] : [low, high];
}

const n = (x: number): string => String(Math.round(x * 10) / 10);

interface Placed {
  readonly px: number;
  readonly py: number;
  readonly from: number;
}

/** Pieces without gaps; a point alone is drawn as a dot. */
function pieces(at: readonly Placed[]): Placed[][] {
  const out: Placed[][] = [];
  let open: Placed[] | undefined;
  for (const a of at) {
    if (Number.isNaN(a.px) || Number.isNaN(a.py)) open = undefined;
    else if (open === undefined) out.push((open = [a]));
    else open.push(a);
  }
  return out;
}

function linePath(at: readonly Placed[]): string {
  return pieces(at).map((piece) => {
    const [only] = piece;
    if (piece.length === 1 && only !== undefined) return `M${n(only.px - 1.5)} ${n(only.py)}h3`;
    return piece.map((a, i) => `${i === 0 ? "M" : "L"}${n(a.px)} ${n(a.py)}`).join("");
  }).join("");
}

function areaPath(at: readonly Placed[]): string {
  return pieces(at).map((piece) => {
    const there = piece.map((a, i) => `${i === 0 ? "M" : "L"}${n(a.px)} ${n(a.py)}`).join("");
    return `${there}${[...piece].reverse().map((a) => `L${n(a.px)} ${n(a.from)}`).join("")}Z`;
  }).join("");
}

function dot({ px, py }: Placed): string {
  return Number.isNaN(px) || Number.isNaN(py) ? "" : `M${n(px - 3)} ${n(py)}a3 3 0 1 0 6 0a3 3 0 1 0-6 0`;
}

function bar({ px, py, from }: Placed, thick: number, shift: number, lying: boolean): string {
  if (Number.isNaN(px) || Number.isNaN(py)) return "";
  return lying ? `M${n(from)} ${n(py + shift - thick / 2)}H${n(px)}v${n(thick)}H${n(from)}Z`
    : `M${n(px + shift - thick / 2)} ${n(from)}V${n(py)}h${n(thick)}V${n(from)}Z`;
}

export interface Slice {
  readonly d: string;
  readonly spot: Spot;
  readonly share: number;
}

/** Slices from the top on, clockwise. */
export function layoutPie(
  slices: readonly { readonly name: string; readonly value: number }[], box: ChartBox, hidden: ReadonlySet<number>,
): readonly (Slice | undefined)[] {
  const sum = slices.reduce((total, s, i) => total + (hidden.has(i) ? 0 : s.value), 0);
  const [cx, cy, r] = [box.width / 2, box.height / 2, Math.min(box.width, box.height) / 2 - 12];
  let turned = 0;
  return slices.map((s, i): Slice | undefined => {
    if (hidden.has(i) || sum === 0) return undefined;
    const share = s.value / sum;
    const [a, b] = [turned * 2 * Math.PI, (turned + share) * 2 * Math.PI];
    turned += share;
    const at = (angle: number, radius: number) => `${n(cx + Math.sin(angle) * radius)} ${n(cy - Math.cos(angle) * radius)}`;
    // A whole circle has no start: two halves.
    const d = share > 0.9999 ? `M${n(cx - r)} ${n(cy)}a${n(r)} ${n(r)} 0 1 1 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 1 ${n(-2 * r)} 0Z`
      : `M${n(cx)} ${n(cy)}L${at(a, r)}A${n(r)} ${n(r)} 0 ${share > 0.5 ? 1 : 0} 1 ${at(b, r)}Z`;
    const middle = (a + b) / 2;
    const says = `${s.name === "" ? "(empty)" : s.name}: ${s.value.toLocaleString("en-US", { maximumFractionDigits: 6 })}, ${(share * 100).toFixed(1)} %`;
    return { d, share, spot: { series: i, px: cx + Math.sin(middle) * r * 0.65, py: cy - Math.cos(middle) * r * 0.65, says } };
  });
}

/** The range of times of a chart, for its caption: `2026-05-01 10:00 to 2026-05-02 10:00, UTC`. */
export function timeCaption(model: Xy): string {
  if (model.x !== "time") return "";
  let [low, high] = [Infinity, -Infinity];
  for (const s of model.series) for (const p of s.points) [low, high] = [Math.min(low, p.x), Math.max(high, p.x)];
  if (low > high) return "";
  const text = (ms: number): string => timeText(BigInt(Math.round(ms)) * 10_000n + 621_355_968_000_000_000n);
  return `${text(low)} to ${text(high)}, UTC`;
}
