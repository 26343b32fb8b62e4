/**
 * Edges laid over each other: cut wherever they meet, their places made one where they are one, so that afterwards
 * pieces share at most their ends. What lies on which side of a piece is told by `winding.ts`.
 */
import { TooLarge } from "../../../base";
import type { Point } from "./sphere";
import { SAME, chord2, crossing, distanceTo, isSame } from "./sphere";

/** An edge as it is given. `group` says whose it is, `weight` how much further in its left side is than its right. */
export interface Edge {
  readonly a: Point;
  readonly b: Point;
  readonly group: number;
  readonly weight: number;
}

/** A piece between two places, lower index first. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Per group: the weights of the edges along it, less those against it. */
  readonly net: number[];
  /** Per group: whether any of its edges is here. */
  readonly has: boolean[];
  /** The first edge along it and the first against it; Infinity when there is none. */
  forward: number;
  backward: number;
}

export interface Arrangement {
  readonly points: readonly Point[];
  /** Of all edges, in the order of the first that lies there. */
  readonly pieces: readonly Piece[];
  /** Per edge: the places along it, its ends included. */
  readonly paths: readonly (readonly number[])[];
}

const MOST_PAIRS = 50_000_000;

/** Calls `visit` with each two edges whose boxes touch. */
export function eachPair(edges: readonly Pick<Edge, "a" | "b">[], visit: (e: number, f: number) => void, check?: () => void): void {
  const boxes = edges.map(({ a, b }) => {
    // An arc bulges beyond its chord by at most this.
    const out = 1 - Math.sqrt(Math.max(0, 1 - chord2(a, b) / 4)) + SAME;
    const low = (p: number, q: number): number => Math.min(p, q) - out;
    const high = (p: number, q: number): number => Math.max(p, q) + out;
    return [low(a.x, b.x), high(a.x, b.x), low(a.y, b.y), high(a.y, b.y), low(a.z, b.z), high(a.z, b.z)] as const;
  });
  // Sweep along the axis on which the boxes spread most.
  const axis = ([0, 2, 4] as const).map((n) => [n, spread(boxes.map((box) => box[n]))] as const)
    .reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  const order = boxes.map((_, n) => n).sort((e, f) => (boxes[e] as Box)[axis] - (boxes[f] as Box)[axis]);
  let pairs = 0;
  for (let n = 0; n < order.length; n++) {
    const e = order[n] as number;
    const one = boxes[e] as Box;
    if (n % 64 === 0) check?.();
    for (let m = n + 1; m < order.length; m++) {
      const f = order[m] as number;
      const other = boxes[f] as Box;
      if (other[axis] > one[axis + 1 as 1 | 3 | 5]) break;
      if (++pairs > MOST_PAIRS) throw new TooLarge("These shapes have too many edges close to each other.");
      if (one[0] <= other[1] && other[0] <= one[1] && one[2] <= other[3] && other[2] <= one[3]
        && one[4] <= other[5] && other[4] <= one[5]) visit(e, f);
    }
  }
}
type Box = readonly [number, number, number, number, number, number];

function spread(values: readonly number[]): number {
  let [least, most] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < least) least = v;
    if (v > most) most = v;
  }
  return most - least;
}

/** Whether a place lies on the inner part of an edge. */
const isOn = (p: Point, { a, b }: Edge): boolean => distanceTo(p, a, b) < SAME && !isSame(p, a) && !isSame(p, b);

/** Cuts edges where they touch and, unless `cross` is false, where they cross. */
export function arrange(edges: readonly Edge[], groups: number, check?: () => void, cross = true): Arrangement {
  const places: Point[] = edges.flatMap(({ a, b }) => [a, b]);
  const cuts = edges.map((_, e): number[] => [2 * e, 2 * e + 1]);
  eachPair(edges, (e, f) => {
    const [one, other] = [edges[e] as Edge, edges[f] as Edge];
    let touch = isSame(one.a, other.a) || isSame(one.a, other.b) || isSame(one.b, other.a) || isSame(one.b, other.b);
    const look = (p: Point, index: number, on: number): void => {
      if (!isOn(p, edges[on] as Edge)) return;
      touch = true;
      cuts[on]?.push(index);
    };
    look(one.a, 2 * e, f);
    look(one.b, 2 * e + 1, f);
    look(other.a, 2 * f, e);
    look(other.b, 2 * f + 1, e);
    if (touch || !cross) return;
    const at = crossing(one.a, one.b, other.a, other.b);
    if (at === null) return;
    const index = places.push(at) - 1;
    cuts[e]?.push(index);
    cuts[f]?.push(index);
  }, check);

  const { points, names } = merged(places);
  const pieces = new Map<number, Piece>();
  const paths = edges.map((edge, e): number[] => {
    const distance = (n: number): number => chord2(edge.a, places[n] as Point);
    const inner = (cuts[e] as number[]).slice(2).sort((p, q) => distance(p) - distance(q));
    const path = [2 * e, ...inner, 2 * e + 1].map((n) => names[n] as number)
      .filter((n, at, all) => at === 0 || n !== all[at - 1]);
    for (let at = 1; at < path.length; at++) {
      const [p, q] = [path[at - 1] as number, path[at] as number];
      const [from, to] = p < q ? [p, q] : [q, p];
      const key = from * points.length + to;
      let piece = pieces.get(key);
      if (piece === undefined) {
        piece = { from, to, net: new Array<number>(groups).fill(0), has: new Array<boolean>(groups).fill(false),
          forward: Infinity, backward: Infinity };
        pieces.set(key, piece);
      }
      piece.has[edge.group] = true;
      piece.net[edge.group] = (piece.net[edge.group] as number) + (p < q ? edge.weight : -edge.weight);
      if (p < q) piece.forward = Math.min(piece.forward, e);
      else piece.backward = Math.min(piece.backward, e);
    }
    return path;
  });
  return { points, pieces: [...pieces.values()], paths };
}

/** Makes places that are one one; the first of them, which is nearest to what the user wrote, stays. */
function merged(places: readonly Point[]): { points: Point[]; names: number[] } {
  const order = places.map((_, n) => n).sort((p, q) => (places[p] as Point).x - (places[q] as Point).x || p - q);
  const first = places.map((_, n) => n);
  const find = (n: number): number => {
    let at = n;
    while (first[at] !== at) at = first[at] = first[first[at] as number] as number;
    return at;
  };
  order.forEach((p, n) => {
    const one = places[p] as Point;
    for (let m = n + 1; m < order.length; m++) {
      const q = order[m] as number;
      const other = places[q] as Point;
      if (other.x - one.x >= SAME) break;
      if (!isSame(one, other)) continue;
      const [a, b] = [find(p), find(q)];
      first[Math.max(a, b)] = Math.min(a, b);
    }
  });
  const names = new Array<number>(places.length);
  const points: Point[] = [];
  places.forEach((place, n) => {
    const at = find(n);
    names[n] = at === n ? points.push(place) - 1 : names[at] as number;
  });
  return { points, names };
}
