/**
 * Polygons as regions of the sphere: which places they hold, their area, middle and border. A ring bounds the smaller of
 * its two sides, whichever way it runs; the first ring of a polygon is its shell, the others are holes.
 */
import { eachPair } from "./arrangement";
import type { Polygon, Ring } from "./geojson";
import type { Point, Vector } from "./sphere";
import { angle, closestOn, cross, crossing, distanceTo, isSame, norm } from "./sphere";
import { Windings, holdsPole, ringArea } from "./winding";

/** An edge of a border. */
export interface Side {
  readonly a: Point;
  readonly b: Point;
}

export const sidesOf = (ring: Ring): Side[] => ring.map((a, n) => ({ a, b: ring[(n + 1) % ring.length] as Point }));

/** Polygons whose rings run with their inside to the left. */
export class Region {
  /** Rings with the inside to the left: shells counterclockwise, holes clockwise. */
  readonly polygons: readonly Polygon[];
  readonly sides: readonly Side[];
  /** How often the rings go around the pole of `winding.ts`. */
  readonly pole: number;
  private windings: Windings | undefined;

  constructor(polygons: readonly Polygon[]) {
    this.polygons = polygons.map((polygon) => polygon.map((ring, n) => (ringArea(ring) > 0 === (n === 0) ? ring : [...ring].reverse())));
    this.sides = this.polygons.flatMap((polygon) => polygon.flatMap(sidesOf));
    this.pole = this.polygons.reduce((sum, polygon) => sum + polygon.reduce((depth, ring, n) =>
      depth + (n === 0 ? Number(holdsPole(ring)) : -Number(holdsPole([...ring].reverse()))), 0), 0);
  }

  /** Whether a place is inside; of places on a border, those on one side of it only, so that neighbours share none. */
  holds(p: Vector): boolean {
    this.windings ??= new Windings(this.sides.map(({ a, b }) => ({ a, b, net: [1] })), [this.pole]);
    return (this.windings.around(p)[0] as number) > 0;
  }

  /** On the unit sphere; of polygons that do not overlap. */
  area(): number {
    return this.polygons.reduce((sum, polygon) => sum + polygon.reduce((one, ring) => one + ringArea(ring), 0), 0);
  }

  /** The length of all borders in radians. */
  perimeter(): number {
    return this.sides.reduce((sum, { a, b }) => sum + angle(a, b), 0);
  }

  /** The middle of the area, times the area; of polygons that do not overlap. */
  center(): Vector {
    // By Stokes' theorem: each side gives its plane's normal, times half its angle.
    let [x, y, z] = [0, 0, 0];
    for (const { a, b } of this.sides) {
      const n = cross(a, b);
      const half = angle(a, b) / norm(n) / 2;
      x += n.x * half;
      y += n.y * half;
      z += n.z * half;
    }
    return { x, y, z };
  }

  /** In radians; 0 inside. */
  distance(p: Point): number {
    return this.holds(p) ? 0 : this.sides.reduce((least, { a, b }) => Math.min(least, distanceTo(p, a, b)), Infinity);
  }

  closest(p: Point): Point {
    return this.holds(p) ? p : closestOf(this.sides, p);
  }
}

/** The place on edges that is closest to another. */
export function closestOf(sides: readonly Side[], p: Point): Point {
  let best: Side | undefined;
  let least = Infinity;
  for (const side of sides) {
    const distance = distanceTo(p, side.a, side.b);
    if (distance < least) {
      least = distance;
      best = side;
    }
  }
  return best === undefined ? p : closestOn(p, best.a, best.b);
}

/** Whether the rings of a polygon are as they must be: none crosses itself or another, none shares an edge. */
export function isSound(polygon: Polygon, check?: () => void): boolean {
  const sides = polygon.flatMap(sidesOf);
  let sound = true;
  eachPair(sides, (e, f) => {
    if (!sound) return;
    const { a, b } = sides[e] as Side;
    const { a: c, b: d } = sides[f] as Side;
    const [ac, ad, bc, bd] = [isSame(a, c), isSame(a, d), isSame(b, c), isSame(b, d)];
    if ((ac && bd) || (ad && bc)) sound = false;
    if (ac || ad || bc || bd) return;
    const at = crossing(a, b, c, d);
    if (at !== null && ![a, b, c, d].some((p) => isSame(p, at))) sound = false;
  }, check);
  return sound;
}

