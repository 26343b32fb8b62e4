/**
 * All places within a distance of a shape: of each edge a strip to its right, at each corner that turns left a fan, and the
 * shape itself, all made one. Spokes between strips and fans cancel out.
 */
import type { Edge } from "./arrangement";
import type { Line, Polygon, Ring } from "./geojson";
import { areaOf } from "./overlay";
import { Region } from "./region";
import type { Point, Vector } from "./sphere";
import { EARTH_RADIUS, along, angle, cross, dot, isSame, mix, norm, pointOf, travel } from "./sphere";
import { holdsPole } from "./winding";

/** How far, and how far a border may be off, in radians. */
export interface Reach {
  readonly radius: number;
  readonly tolerance: number;
}

/**
 * The reach of two arguments in meters; null when they are not valid. A tolerance above the radius is the radius; one below
 * a millionth of it is refused. Source: Kusto docs, geo_point_buffer(), Parameters.
 */
export function reachOf(meters: number, tolerance: number): Reach | null {
  const radius = meters / EARTH_RADIUS;
  if (!(meters > 0) || !(tolerance > 0) || tolerance < meters * 1e-6 || radius >= Math.PI / 2) return null;
  return { radius, tolerance: Math.min(meters, tolerance) / EARTH_RADIUS };
}

/** The angle between two corners of a border whose middle is at most the tolerance inside of a circle. */
function stepOf({ radius, tolerance }: Reach): number {
  return Math.min(Math.PI / 3, 2 * Math.acos(Math.max(0, 1 - tolerance / radius)));
}

/** A circle, counterclockwise. */
export function circle(center: Point, reach: Reach): Ring {
  const corners = Math.ceil((2 * Math.PI) / stepOf(reach));
  return Array.from({ length: corners }, (_, n) => travel(center, 2 * Math.PI * (1 - n / corners), reach.radius));
}

export function bufferLines(lines: readonly Line[], reach: Reach, check?: () => void): Polygon[] {
  // There and back again: a strip on either side, half a circle at each end.
  return buffered(lines.map((line) => [...line, ...line.slice(1, -1).reverse()]), new Region([]), reach, check);
}

export function bufferPolygons(region: Region, reach: Reach, check?: () => void): Polygon[] {
  return buffered(region.polygons.flat(), region, reach, check);
}

function buffered(rings: readonly Ring[], inner: Region, reach: Reach, check?: () => void): Polygon[] {
  const edges: Edge[] = [];
  let pole = inner.pole;
  const addRing = (ring: Ring): void => {
    ring.forEach((a, n) => {
      const b = ring[(n + 1) % ring.length] as Point;
      if (!isSame(a, b)) edges.push({ a, b, group: 0, weight: 1 });
    });
  };
  const add = (ring: Ring): void => {
    addRing(ring);
    if (holdsPole(ring)) pole++;
  };
  // A great circle between two places as far from an edge bulges away from it; long edges are cut to keep that small.
  const longest = Math.min(Math.PI / 8, Math.sqrt((8 * reach.tolerance) / reach.radius));
  const fan = stepOf(reach);
  for (const short of rings) {
    const ring = short.flatMap((a, n): Point[] => {
      const b = short[(n + 1) % short.length] as Point;
      const parts = Math.ceil(angle(a, b) / longest);
      return Array.from({ length: parts }, (_, part) => along(a, b, part / parts));
    });
    if (inner.sides.length > 0) addRing(ring);
    const right = ring.map((a, n): Vector => {
      const normal = cross(a, ring[(n + 1) % ring.length] as Point);
      return mix(-1 / norm(normal), normal, 0, normal);
    });
    const out = (p: Point, way: Vector): Point => pointOf(mix(Math.cos(reach.radius), p, Math.sin(reach.radius), way));
    ring.forEach((a, n) => {
      check?.();
      const b = ring[(n + 1) % ring.length] as Point;
      const way = right[n] as Vector;
      const next = right[(n + 1) % ring.length] as Vector;
      add([out(a, way), out(b, way), b, a]);
      const side = cross(b, way);
      const turn = Math.atan2(dot(next, side), dot(next, way));
      // Turning right leaves no gap. Turning back may come out as -π.
      const open = turn < -Math.PI + 1e-9 ? turn + 2 * Math.PI : turn;
      if (open <= 1e-12) return;
      const parts = Math.ceil(open / fan);
      const arc = Array.from({ length: parts + 1 }, (_, part): Point => {
        const part2 = (open * part) / parts;
        return part === parts ? out(b, next) : out(b, mix(Math.cos(part2), way, Math.sin(part2), side));
      });
      // Fans of more than a right angle are cut, so that each is the smaller side of its ring.
      for (let at = 0; at < parts; at += Math.max(1, Math.floor(Math.PI / 2 / (open / parts)))) {
        const end = Math.min(parts, at + Math.max(1, Math.floor(Math.PI / 2 / (open / parts))));
        add([b, ...arc.slice(at, end + 1)]);
      }
    });
  }
  return areaOf(edges, [pole], ([w = 0]) => w > 0, check);
}
