/**
 * Straight lines on the map of degrees as chains of great circles that keep close to them. An edge is halved until a
 * great circle is near enough. Source: S2 geometry, the notes at the head of s2edge_tessellator.h (where to measure).
 */
import type { Point } from "./sphere";
import { EARTH_RADIUS, along, angle, dot, pointAt } from "./sphere";
import { TooLarge } from "../../../base";

/** The deviation is largest near this part of an edge and the same part from its end; this is how it is underrated. */
const AT = 0.3121569108224831;
const SCALE = 0.8382999256988851;
/** Source: Kusto docs, geo_line_densify(), Constraints. */
const MOST_POINTS = 10_485_760;

/** The points of an edge after its first. `crossing` keeps an edge over the antimeridian short. */
export function densified(points: readonly Point[], meters: number, crossing: boolean): Point[] {
  const tolerance = (meters / EARTH_RADIUS) * SCALE;
  const out: Point[] = points.slice(0, 1);
  for (let n = 1; n < points.length; n++) {
    const from = points[n - 1] as Point;
    const to = points[n] as Point;
    let turn = to.lng - from.lng;
    if (crossing && Math.abs(turn) > 180) turn -= Math.sign(turn) * 360;
    const on = (part: number): Point => {
      const lng = from.lng + part * turn;
      return pointAt(lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng, from.lat + part * (to.lat - from.lat));
    };
    const halve = (low: number, a: Point, high: number, b: Point, depth: number): void => {
      const off = (part: number): number => angle(along(a, b, part), on(low + part * (high - low)));
      const far = dot(a, b) < -1e-14 || Math.abs(turn) * (high - low) >= 180 || Math.max(off(AT), off(1 - AT)) > tolerance;
      if (depth < 40 && far) {
        const half = (low + high) / 2;
        const middle = on(half);
        halve(low, a, half, middle, depth + 1);
        halve(half, middle, high, b, depth + 1);
        return;
      }
      if (out.push(b) > MOST_POINTS) throw new TooLarge(`A densified shape has more than ${MOST_POINTS} points.`);
    };
    halve(0, from, 1, to, 0);
  }
  return out;
}
