/**
 * The Earth as Kusto's geospatial functions see it: a sphere of 6,371,010 m whose lines are great circles. Points are
 * unit vectors that remember the degrees they came from, so that a coordinate which went in comes out unchanged.
 * Ellipsoid: `spheroid.ts`.
 */

/** Meters. Found from the distances that the Kusto docs print (geo_distance_2points(), Examples). */
export const EARTH_RADIUS = 6371010;

const DEGREES = 180 / Math.PI;

/** A direction from the centre; not always of length 1. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A place: a unit vector and its degrees. */
export interface Point extends Vector {
  readonly lng: number;
  readonly lat: number;
}

/** Whether degrees are a place: both are numbers within [-180, 180] and [-90, 90]. */
export function isPlace(lng: number, lat: number): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}

/** The place of two degrees, which are trusted. */
export function pointAt(lng: number, lat: number): Point {
  const u = lng / DEGREES;
  const v = lat / DEGREES;
  const c = Math.cos(v);
  return { x: c * Math.cos(u), y: c * Math.sin(u), z: Math.sin(v), lng, lat };
}

/** The place in a direction of any length. */
export function pointOf({ x, y, z }: Vector): Point {
  const length = Math.hypot(x, y, z);
  const lat = Math.atan2(z, Math.hypot(x, y)) * DEGREES;
  return { x: x / length, y: y / length, z: z / length, lng: Math.atan2(y, x) * DEGREES, lat };
}

export function dot(a: Vector, b: Vector): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

/** a × b, exact to the last digits for neighbours too, as (b - a) × (b + a) loses nothing. Reversing turns only signs. */
export function cross(a: Vector, b: Vector): Vector {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const dz = b.z - a.z;
  const sx = b.x + a.x;
  const sy = b.y + a.y;
  const sz = b.z + a.z;
  return { x: (sy * dz - sz * dy) / 2, y: (sz * dx - sx * dz) / 2, z: (sx * dy - sy * dx) / 2 };
}

export function norm(a: Vector): number {
  return Math.hypot(a.x, a.y, a.z);
}

/** p·a + q·b. */
export function mix(p: number, a: Vector, q: number, b: Vector): Vector {
  return { x: p * a.x + q * b.x, y: p * a.y + q * b.y, z: p * a.z + q * b.z };
}

/** The angle between two directions in radians, good for tiny and for nearly opposite ones. */
export function angle(a: Vector, b: Vector): number {
  return Math.atan2(norm(cross(a, b)), dot(a, b));
}

/** Whether two points are opposite to each other, so that no great circle is theirs alone. */
export function isAntipodal(a: Vector, b: Vector): boolean {
  return norm(mix(1, a, 1, b)) < 1e-15;
}

/** Whether two points are one, as far as numbers can tell (0.06 µm on the ground). */
export function isSame(a: Vector, b: Vector): boolean {
  return Math.abs(a.x - b.x) < SAME && Math.abs(a.y - b.y) < SAME && Math.abs(a.z - b.z) < SAME;
}
/** Points closer than this are one. */
export const SAME = 1e-14;

/** The direction from a to b, clockwise from north, in [0, 2π); null for one point and its opposite. */
export function azimuth(a: Point, b: Point): number | null {
  if (isSame(a, b) || isAntipodal(a, b)) return null;
  const u = (b.lng - a.lng) / DEGREES;
  const va = a.lat / DEGREES;
  const vb = b.lat / DEGREES;
  const east = Math.sin(u) * Math.cos(vb);
  const north = Math.cos(va) * Math.sin(vb) - Math.sin(va) * Math.cos(vb) * Math.cos(u);
  return turned(Math.atan2(east, north));
}

/** An angle within [0, 2π). */
export function turned(radians: number): number {
  const full = 2 * Math.PI;
  const rest = ((radians % full) + full) % full;
  return rest === full ? 0 : rest;
}

/** The point at a part of the way from a to b. */
export function along(a: Point, b: Point, part: number): Point {
  const whole = angle(a, b);
  if (part <= 0 || whole === 0) return a;
  if (part >= 1) return b;
  // The tangent at a, towards b: exact for short edges, where sines of parts would cancel.
  const tangent = cross(cross(a, b), a);
  const length = norm(tangent);
  return pointOf(mix(Math.cos(part * whole), a, Math.sin(part * whole) / length, tangent));
}

/** The point at a distance (radians) from a in a direction (azimuth). */
export function travel(a: Point, direction: number, distance: number): Point {
  const u = a.lng / DEGREES;
  const v = a.lat / DEGREES;
  const east = { x: -Math.sin(u), y: Math.cos(u), z: 0 };
  const north = { x: -Math.sin(v) * Math.cos(u), y: -Math.sin(v) * Math.sin(u), z: Math.cos(v) };
  const way = mix(Math.sin(direction), east, Math.cos(direction), north);
  return pointOf(mix(Math.cos(distance), a, Math.sin(distance), way));
}

/** Whether the foot of p on the great circle of a and b (with normal n) lies between them. */
function isBetween(p: Vector, a: Vector, b: Vector, n: Vector): boolean {
  return dot(cross(n, a), p) > 0 && dot(cross(n, b), p) < 0;
}

/** The point of the edge from a to b that is closest to p. */
export function closestOn(p: Point, a: Point, b: Point): Point {
  const n = cross(a, b);
  if (isBetween(p, a, b, n)) {
    const square = dot(n, n);
    const foot = mix(1, p, -dot(p, n) / square, n);
    if (norm(foot) > 1e-15) return isSame(foot, a) ? a : isSame(foot, b) ? b : isSame(foot, p) ? p : pointOf(foot);
  }
  return chord2(p, a) <= chord2(p, b) ? a : b;
}

/** The angle between p and the edge from a to b. */
export function distanceTo(p: Vector, a: Vector, b: Vector): number {
  const n = cross(a, b);
  if (isBetween(p, a, b, n)) {
    const length = norm(n);
    return Math.asin(Math.min(1, Math.abs(dot(p, n)) / length));
  }
  return chordAngle(Math.min(chord2(p, a), chord2(p, b)));
}

/** The square of the straight distance: orders distances without an arc function. */
export function chord2(a: Vector, b: Vector): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2;
}

/** The angle of a squared chord. */
export function chordAngle(square: number): number {
  return 2 * Math.asin(Math.min(1, Math.sqrt(square) / 2));
}

/** Where the inner parts of edges ab and cd cross; null when they do not or share an end. */
export function crossing(a: Point, b: Point, c: Point, d: Point): Point | null {
  const n = cross(a, b);
  const nc = dot(n, c);
  const nd = dot(n, d);
  if (nc >= 0 === nd >= 0) return null;
  const m = cross(c, d);
  const ma = dot(m, a);
  const mb = dot(m, b);
  if (ma >= 0 === mb >= 0) return null;
  // On each edge, the point that divides it as the distances of its ends from the other plane.
  const p = Math.abs(ma) + Math.abs(mb);
  const q = Math.abs(nc) + Math.abs(nd);
  if (p === 0 || q === 0) return null;
  const one = mix(Math.abs(mb) / p, a, Math.abs(ma) / p, b);
  const two = mix(Math.abs(nd) / q, c, Math.abs(nc) / q, d);
  // The two planes cut the sphere twice: the edges cross only if both mean the same of the two points.
  if (dot(one, two) <= 0) return null;
  return pointOf(norm(n) > norm(m) ? two : one);
}

/** The area of a triangle on the unit sphere, positive when a, b, c turn counterclockwise (Eriksson's formula). */
export function triangle(a: Vector, b: Vector, c: Vector): number {
  const volume = dot(cross(mix(1, b, -1, a), mix(1, c, -1, a)), a);
  return 2 * Math.atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a));
}
