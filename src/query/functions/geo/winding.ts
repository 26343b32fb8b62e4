/**
 * How often rings go around a place. A ray from the place runs down a meridian to a pole; what it meets on its way tells
 * how the place differs from the pole. The meridians are those of a tilted globe, on whose poles nobody's places lie.
 */
import type { Point, Vector } from "./sphere";
import { cross, dot, mix, pointOf, triangle } from "./sphere";

const POLE = pointOf({ x: 0.5143339987, y: 0.3746343246, z: 0.7715009981 });
const ZERO = pointOf(cross({ x: 0, y: 0, z: 1 }, POLE));
const QUARTER = cross(POLE, ZERO);

const meridian = (p: Vector): number => Math.atan2(dot(p, QUARTER), dot(p, ZERO));

/** An edge seen by rays: from its western to its eastern end. */
interface Span {
  readonly west: number;
  /** May go beyond π. */
  readonly east: number;
  readonly normal: Vector;
  /** Whether it runs eastwards, its left side up. */
  readonly eastward: boolean;
}

function spanOf(a: Vector, b: Vector): Span {
  const [from, to] = [meridian(a), meridian(b)];
  let turn = to - from;
  if (turn > Math.PI) turn -= 2 * Math.PI;
  if (turn < -Math.PI) turn += 2 * Math.PI;
  return turn >= 0 ? { west: from, east: from + turn, normal: cross(a, b), eastward: true }
    : { west: to, east: to - turn, normal: cross(b, a), eastward: false };
}

/** Whether the ray down from a place at a meridian meets an edge. */
function meets(span: Span, at: number, p: Vector): boolean {
  const around = at < span.west ? at + 2 * Math.PI : at;
  return around >= span.west && around < span.east && dot(span.normal, p) > 0;
}

/** The area left of a ring on the unit sphere, in (-2π, 2π]: negative when the smaller side is to the right. */
export function ringArea(ring: readonly Vector[]): number {
  const [first] = ring;
  if (first === undefined) return 0;
  let area = 0;
  for (let n = 2; n < ring.length; n++) area += triangle(first, ring[n - 1] as Vector, ring[n] as Vector);
  area %= 4 * Math.PI;
  return area > 2 * Math.PI ? area - 4 * Math.PI : area <= -2 * Math.PI ? area + 4 * Math.PI : area;
}

/** Whether the pole to which rays run lies left of a ring. */
export function holdsPole(ring: readonly Vector[]): boolean {
  const spans = ring.map((p, n) => spanOf(p, ring[(n + 1) % ring.length] as Vector));
  const widest = spans.reduce((best, s, n) => (s.east - s.west > width(spans[best]) ? n : best), 0);
  const own = spans[widest] as Span;
  const middle = mix(0.5, ring[widest] as Vector, 0.5, ring[(widest + 1) % ring.length] as Vector);
  const at = meridian(middle);
  // Below an edge that runs eastwards is its right, outer side.
  let inside = !own.eastward;
  spans.forEach((span, n) => {
    if (n !== widest && meets(span, at, middle)) inside = !inside;
  });
  return inside;
}
const width = (span: Span | undefined): number => (span === undefined ? 0 : span.east - span.west);

/** Room for rounding beside an edge's meridians. */
const EDGE = 1e-12;
const NONE: readonly number[] = [];
const wrapped = (turn: number): number => (turn >= Math.PI ? turn - 2 * Math.PI : turn < -Math.PI ? turn + 2 * Math.PI : turn);

/** A ring's or piece's edge with weights per group. */
export interface Weighted {
  readonly a: Point;
  readonly b: Point;
  readonly net: readonly number[];
}

/** Many edges, sorted into sectors of the meridians between which they lie. */
export class Windings {
  private readonly spans: readonly Span[];
  private readonly sectors: number[][];
  /** Meridians are counted from here, the sectors from `low` to `low` + `width` of it. */
  private readonly base: number;
  private readonly low: number;
  private readonly width: number;

  /** `pole` is how often the edges' rings go around the pole to which rays run, per group. */
  constructor(private readonly edges: readonly Weighted[], private readonly pole: readonly number[]) {
    this.spans = edges.map(({ a, b }) => spanOf(a, b));
    this.base = this.spans[0]?.west ?? 0;
    let [low, high] = [0, 0];
    for (const span of this.spans) {
      const west = wrapped(span.west - this.base);
      low = Math.min(low, west);
      high = Math.max(high, west + width(span));
    }
    this.low = low - EDGE;
    this.width = high - low + 2 * EDGE;
    const count = Math.max(1, Math.min(1 << 15, edges.length >> 1));
    this.sectors = Array.from({ length: count }, () => []);
    this.spans.forEach((span, n) => {
      const west = wrapped(span.west - this.base);
      const last = Math.min(count - 1, this.sector(west + width(span) + EDGE));
      for (let at = Math.max(0, this.sector(west - EDGE)); at <= last; at++) this.sectors[at]?.push(n);
    });
  }

  private sector(from: number): number {
    return Math.floor(((from - this.low) / this.width) * this.sectors.length);
  }

  /** Per group, how often the rings go around a place; that of the edges' own lower side when it lies on `without`. */
  around(p: Vector, without = -1): number[] {
    const at = meridian(p);
    const found = [...this.pole];
    const from = wrapped(at - this.base);
    // Edges may lie more than half around from the base.
    for (const place of [from, from + 2 * Math.PI]) {
      for (const n of this.sectors[this.sector(place)] ?? NONE) {
        const span = this.spans[n] as Span;
        const past = place - wrapped(span.west - this.base);
        if (n === without || past < -EDGE || past > width(span) + EDGE || !meets(span, at, p)) continue;
        const net = (this.edges[n] as Weighted).net;
        for (let g = 0; g < found.length; g++) found[g] = (found[g] as number) + (span.eastward ? 1 : -1) * (net[g] as number);
      }
    }
    return found;
  }

  /** The windings left and right of one of the edges. */
  sides(n: number): { readonly left: readonly number[]; readonly right: readonly number[] } {
    const { a, b, net } = this.edges[n] as Weighted;
    const below = this.around(mix(0.5, a, 0.5, b), n);
    return (this.spans[n] as Span).eastward
      ? { right: below, left: below.map((w, g) => w + (net[g] as number)) }
      : { left: below, right: below.map((w, g) => w - (net[g] as number)) };
  }
}
