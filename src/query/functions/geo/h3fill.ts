/** The H3 cells that stand for polygons. Edges are straight in degrees here. Source: Kusto docs, geo_polygon_to_h3cells(). */
import type { Value } from "../../../table";
import type { Polygon, Ring } from "./geojson";
import { hexToken } from "./h3";
import { hexFill } from "./h3grid";
import type { Point } from "./sphere";
import { pointAt } from "./sphere";

const MOST_CELLS = 61680;
/** Places looked at along borders before the shape counts as too large for its cells. */
const MOST_PLACES = 2_000_000;

/** Longitudes of a ring without a jump at the antimeridian: an edge goes the short way round. */
function unrolled(ring: Ring): { readonly lng: number; readonly lat: number }[] {
  let last = ring[0]?.lng ?? 0;
  return ring.map(({ lng, lat }) => {
    last = lng + 360 * Math.round((last - lng) / 360);
    return { lng: last, lat };
  });
}

/** Tokens of the cells whose middles are inside; null when there are too many. */
export function fill(polygons: readonly Polygon[], res: number, check?: () => void): Value {
  const flat = polygons.map((polygon) => polygon.map(unrolled));
  // Half the length of a cell's side, in degrees.
  const step = 5 / Math.sqrt(7) ** res;
  let places = 0;
  const border = function* (): Generator<Point> {
    for (const ring of flat.flat()) {
      for (let n = 0; n < ring.length; n++) {
        const a = ring[n] as (typeof ring)[number];
        const b = ring[(n + 1) % ring.length] as (typeof ring)[number];
        const parts = Math.max(1, Math.ceil(Math.hypot(b.lng - a.lng, b.lat - a.lat) / step));
        if ((places += parts) > MOST_PLACES) return;
        for (let part = 0; part < parts; part++) {
          yield pointAt(a.lng + (b.lng - a.lng) * (part / parts), a.lat + (b.lat - a.lat) * (part / parts));
        }
      }
    }
  };
  const isInside = (p: Point): boolean => flat.some((polygon) => {
    let inside = false;
    for (const ring of polygon) {
      const first = ring[0];
      if (first === undefined) continue;
      for (const turn of [-360, 0, 360]) if (crossings(ring, p.lng + turn, p.lat) % 2 === 1) inside = !inside;
    }
    return inside;
  });
  const found = hexFill(border(), isInside, res, MOST_CELLS, check);
  return places > MOST_PLACES ? null : found && found.map(hexToken);
}

/** How many edges a ray to the east meets. */
function crossings(ring: readonly { readonly lng: number; readonly lat: number }[], lng: number, lat: number): number {
  let count = 0;
  ring.forEach((a, n) => {
    const b = ring[(n + 1) % ring.length] as typeof a;
    if (a.lat > lat === b.lat > lat) return;
    if (lng < a.lng + ((lat - a.lat) / (b.lat - a.lat)) * (b.lng - a.lng)) count++;
  });
  return count;
}
