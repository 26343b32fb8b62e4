/**
 * Shapes laid over each other: unions and intersections of polygons and lines, on the sphere itself. All edges are cut
 * where they meet; a piece bounds the result when one of its sides belongs to it and the other does not; the pieces are
 * joined to rings.
 */
import type { Arrangement, Edge, Piece } from "./arrangement";
import { arrange } from "./arrangement";
import type { Line, Polygon, Ring } from "./geojson";
import { Region } from "./region";
import { cellAt, cellId } from "./s2";
import type { Point } from "./sphere";
import { dot, mix } from "./sphere";
import { Windings, ringArea } from "./winding";

/** What two shapes have in common: places where they touch, lines along which they do, and areas. */
export interface Common {
  readonly points: Point[];
  readonly lines: Line[];
  readonly polygons: Polygon[];
}

const edgesOf = (region: Region, group: number): Edge[] =>
  region.sides.map(({ a, b }): Edge => ({ a, b, group, weight: 1 }));
const edgesOfLines = (lines: readonly Line[], group: number): Edge[] =>
  lines.flatMap((line) => line.slice(1).map((b, n): Edge => ({ a: line[n] as Point, b, group, weight: 0 })));

/** The pieces with their windings. */
function windingsOf({ points, pieces }: Arrangement, pole: readonly number[]): Windings {
  return new Windings(pieces.map(({ from, to, net }) => ({ a: points[from] as Point, b: points[to] as Point, net })),
    pole);
}

/** A directed piece of the result's border, its inside to the left. */
interface Bound {
  readonly from: number;
  readonly to: number;
  /** The edge it was cut from: rings begin where the user's did. */
  readonly source: number;
}

/** The pieces that part what belongs to the result from what does not. */
function bounds(arrangement: Arrangement, pole: readonly number[], belongs: (w: readonly number[]) => boolean,
  check?: () => void): Bound[] {
  const windings = windingsOf(arrangement, pole);
  return arrangement.pieces.flatMap((piece, n): Bound[] => {
    if (n % 64 === 0) check?.();
    if (piece.net.every((w) => w === 0)) return [];
    const { left, right } = windings.sides(n);
    const [inLeft, inRight] = [belongs(left), belongs(right)];
    if (inLeft === inRight) return [];
    const { from, to, forward, backward } = piece;
    return [inLeft ? { from, to, source: forward } : { from: to, to: from, source: backward }];
  });
}

/**
 * The area where edges' rings go around as `belongs` says. `pole` is how often they go around the pole of `winding.ts`.
 */
export function areaOf(edges: readonly Edge[], pole: readonly number[], belongs: (w: readonly number[]) => boolean,
  check?: () => void): Polygon[] {
  const arrangement = arrange(edges, pole.length, check);
  return polygonsOf(rings(bounds(arrangement, pole, belongs, check), arrangement.points));
}

/** Joins pieces to rings that touch themselves nowhere. */
function rings(all: readonly Bound[], points: readonly Point[]): Ring[] {
  const outgoing = new Map<number, Bound[]>();
  for (const bound of all) {
    const list = outgoing.get(bound.from);
    if (list === undefined) outgoing.set(bound.from, [bound]);
    else list.push(bound);
  }
  const take = (list: Bound[], bound: Bound): Bound => list.splice(list.indexOf(bound), 1)[0] as Bound;
  const found: { ring: Ring; source: number }[] = [];
  for (const start of all) {
    const first = outgoing.get(start.from);
    if (first === undefined || !first.includes(start)) continue;
    const path = [take(first, start)];
    const seen = new Map([[start.from, 0]]);
    while (path.length > 0) {
      const last = path[path.length - 1] as Bound;
      const begin = seen.get(last.to);
      if (begin !== undefined) {
        // Back at a place of the path: what lies between is a ring of its own.
        const ring = path.splice(begin);
        for (const { from } of ring) seen.delete(from);
        if (path.length > 0) seen.set(last.to, path.length);
        if (ring.length > 2) found.push(begun(ring, points));
        if (path.length === 0) break;
      } else seen.set(last.to, path.length);
      const list = outgoing.get(last.to) ?? [];
      const next = sharpest(last, list, points);
      if (next === undefined) break;
      path.push(take(list, next));
    }
  }
  return found.sort((a, b) => a.source - b.source).map(({ ring }) => ring);
}

/** Of several ways on, the one furthest to the left: the inside lies between it and the way that led here. */
function sharpest(last: Bound, list: readonly Bound[], points: readonly Point[]): Bound | undefined {
  if (list.length < 2) return list[0];
  const here = points[last.to] as Point;
  const back = points[last.from] as Point;
  const ahead = mix(1, back, -dot(back, here), here);
  const side = { x: here.y * ahead.z - here.z * ahead.y, y: here.z * ahead.x - here.x * ahead.z,
    z: here.x * ahead.y - here.y * ahead.x };
  const clockwise = ({ to }: Bound): number => {
    const there = mix(1, points[to] as Point, -1, here);
    const turn = -Math.atan2(dot(there, side), dot(there, ahead));
    return turn <= 0 ? turn + 2 * Math.PI : turn;
  };
  return list.reduce((best, one) => (clockwise(one) < clockwise(best) ? one : best));
}

/**
 * A ring begun as S2 begins it: behind its piece of the last edge. Rings are in the order of their
 * first pieces' edges. Source: S2Builder::Graph, CanonicalizeLoopOrder; the docs' printed results follow it.
 */
function begun(path: readonly Bound[], points: readonly Point[]): { ring: Ring; source: number } {
  const id = ({ from }: Bound): bigint => cellId(cellAt(points[from] as Point, 30));
  const highest = Math.max(...path.slice(0, 10000).map((b) => b.source));
  let turned = path;
  if (path.filter((b) => b.source === highest).length > 1) {
    const start = path.reduce((best, bound, n) => (id(bound) < id(path[best] as Bound) ? n : best), 0);
    turned = [...path.slice(start), ...path.slice(0, start)];
  }
  let last = 0;
  let gap = false;
  turned.forEach((bound, n) => {
    const order = bound.source - (turned[last] as Bound).source;
    if (order < 0) gap = true;
    else if (order > 0 || !gap) {
      last = n;
      gap = false;
    }
  });
  const ring = turned.map((_, n) => points[(turned[(last + 1 + n) % turned.length] as Bound).from] as Point);
  return { ring, source: (turned[(last + 1) % turned.length] as Bound).source };
}

/** Shells with the holes that lie in them. */
function polygonsOf(all: readonly Ring[]): Polygon[] {
  const sized = all.map((ring) => ({ ring, area: ringArea(ring) }));
  const shells = sized.filter(({ area }) => area > 0).map(({ ring, area }) =>
    ({ area, rings: [ring], region: new Region([[ring]]) }));
  for (const { ring, area } of sized) {
    if (area > 0) continue;
    // The middle of a side of the hole: its corners may touch the shell.
    const p = mix(0.5, ring[0] as Point, 0.5, ring[1] as Point);
    const around = shells.filter((shell) => shell.area > -area && shell.region.holds(p))
      .sort((a, b) => a.area - b.area)[0];
    around?.rings.push(ring);
  }
  return shells.map((shell) => shell.rings);
}

/** A region whose polygons do not overlap. */
export function whole(region: Region, check?: () => void): Region {
  return region.polygons.length > 1 ? new Region(union(region.polygons, check)) : region;
}

/** Two regions as one. */
function unionOfTwo(a: readonly Polygon[], b: readonly Polygon[], check?: () => void): Polygon[] {
  const [one, other] = [new Region(a), new Region(b)];
  const edges = [...edgesOf(one, 0), ...edgesOf(other, 0)];
  return areaOf(edges, [one.pole + other.pole], ([w = 0]) => w > 0, check);
}

/**
 * Polygons as ones that do not overlap: always the two made of the fewest corners first, as S2 does (the docs' printed
 * results begin their rings accordingly).
 */
export function union(all: readonly Polygon[], check?: () => void): Polygon[] {
  const size = (polygons: readonly Polygon[]): number =>
    polygons.reduce((sum, polygon) => sum + polygon.reduce((one, ring) => one + ring.length, 0), 0);
  const queue = all.map((polygon, n) => ({ polygons: [polygon] as readonly Polygon[], size: size([polygon]), n }));
  let count = queue.length;
  queue.sort((a, b) => a.size - b.size || a.n - b.n);
  for (let at = 0; queue.length - at > 1; at += 2) {
    check?.();
    const [a, b] = [queue[at], queue[at + 1]];
    if (a === undefined || b === undefined) break;
    const polygons = unionOfTwo(a.polygons, b.polygons, check);
    const made = { polygons, size: a.size + b.size, n: count++ };
    let low = at + 2;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((queue[middle]?.size ?? 0) <= made.size) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, made);
  }
  return [...(queue[queue.length - 1]?.polygons ?? [])];
}

/** What two regions have in common. */
export function intersection(a: Region, b: Region, check?: () => void): Common {
  const arrangement = arrange([...edgesOf(a, 0), ...edgesOf(b, 1)], 2, check);
  const pole = [a.pole, b.pole];
  const inBoth = ([p = 0, q = 0]: readonly number[]): boolean => p > 0 && q > 0;
  const border = bounds(arrangement, pole, inBoth, check);
  const windings = windingsOf(arrangement, pole);
  // Borders that run along each other with nothing in common on either side.
  const shared = arrangement.pieces.filter((piece, n) => {
    if (!piece.has[0] || !piece.has[1]) return false;
    const { left, right } = windings.sides(n);
    return !inBoth(left) && !inBoth(right);
  });
  const used = new Set(border.flatMap(({ from, to }) => [from, to]));
  return { ...touching(arrangement, shared, used), polygons: polygonsOf(rings(border, arrangement.points)) };
}

/** The parts of lines within a region; its border belongs to it. */
export function clip(lines: readonly Line[], region: Region, check?: () => void): Common {
  const arrangement = arrange([...edgesOfLines(lines, 0), ...edgesOf(region, 1)], 2, check);
  const windings = windingsOf(arrangement, [0, region.pole]);
  const kept = arrangement.pieces.filter((piece, n) => {
    if (!piece.has[0]) return false;
    if (piece.has[1]) return true;
    return (windings.sides(n).left[1] as number) > 0;
  });
  return { ...touching(arrangement, kept, new Set()), polygons: [] };
}

/** What lines have in common. */
export function intersectionOfLines(a: readonly Line[], b: readonly Line[], check?: () => void): Common {
  const arrangement = arrange([...edgesOfLines(a, 0), ...edgesOfLines(b, 1)], 2, check);
  return { ...touching(arrangement, arrangement.pieces.filter((piece) => piece.has[0] && piece.has[1]), new Set()),
    polygons: [] };
}

/** Pieces as lines, and the places at which both groups meet besides them and besides `used`. */
function touching({ points, pieces, paths }: Arrangement, kept: readonly Piece[], used: Set<number>
): Omit<Common, "polygons"> {
  for (const { from, to } of kept) used.add(from).add(to);
  const first = new Set<number>();
  const second = new Set<number>();
  for (const { from, to, has } of pieces) {
    if (has[0]) first.add(from).add(to);
    if (has[1]) second.add(from).add(to);
  }
  const met = [...first].filter((n) => second.has(n) && !used.has(n));
  return { points: met.map((n) => points[n] as Point), lines: chains(kept, paths, points) };
}

/** Joins pieces to lines, along the edges they were cut from. */
function chains(kept: readonly Piece[], paths: Arrangement["paths"], points: readonly Point[]): Line[] {
  const left = new Set(kept.map(({ from, to }) => from * points.length + to));
  const out: number[][] = [];
  for (const path of paths) {
    for (let n = 1; n < path.length; n++) {
      const [p, q] = [path[n - 1] as number, path[n] as number];
      if (!left.delete(Math.min(p, q) * points.length + Math.max(p, q))) continue;
      const last = out[out.length - 1];
      if (last !== undefined && last[last.length - 1] === p) last.push(q);
      else out.push([p, q]);
    }
  }
  return out.map((chain) => chain.map((n) => points[n] as Point));
}

/** Lines without what they have twice; they are cut where one ends on another, not where they cross. */
export function unionOfLines(lines: readonly Line[], check?: () => void): Line[] {
  const { points, pieces, paths } = arrange(edgesOfLines(lines, 0), 1, check, false);
  const parts = chains(pieces, paths, points);
  // A line that begins where another ends goes on from it.
  const joined: Point[][] = [];
  const ends = new Map<Point, Point[]>();
  for (const part of parts) {
    const before = ends.get(part[0] as Point);
    const line = before ?? [];
    if (before === undefined) joined.push(line);
    else ends.delete(part[0] as Point);
    line.push(...part.slice(before === undefined ? 0 : 1));
    ends.set(line[line.length - 1] as Point, line);
  }
  return joined;
}
