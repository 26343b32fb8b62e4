/** Distances on the WGS-84 ellipsoid. Where `use_spheroid` is not asked for, `sphere.ts` is meant. */
import type { Point } from "./sphere";

const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);

/**
 * The length of the geodesic between two places in meters (Vincenty 1975, inverse formula). For almost opposite places,
 * where the formula finds no end, the way is cut at a middle point which is then moved until the sum is least.
 */
export function spheroidDistance(from: Point, to: Point): number {
  return vincenty(from.lng, from.lat, to.lng, to.lat) ?? overTheBack(from, to);
}

function vincenty(lng1: number, lat1: number, lng2: number, lat2: number): number | null {
  if (lng1 === lng2 && lat1 === lat2) return 0;
  const rad = Math.PI / 180;
  const u1 = Math.atan((1 - F) * Math.tan(lat1 * rad));
  const u2 = Math.atan((1 - F) * Math.tan(lat2 * rad));
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let difference = (((lng2 - lng1) % 360) + 540) % 360 - 180;
  if (difference === -180) difference = 180;
  const l = difference * rad;
  let lambda = l;
  for (let round = 0; round < 100; round++) {
    const sl = Math.sin(lambda);
    const cl = Math.cos(lambda);
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    const cosSigma = s1 * s2 + c1 * c2 * cl;
    if (sinSigma === 0) return cosSigma > 0 ? 0 : null;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * sl) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cos2m = cos2Alpha > 1e-15 ? cosSigma - (2 * s1 * s2) / cos2Alpha : 0;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = l + (1 - c) * F * sinAlpha
      * (sigma + c * sinSigma * (cos2m + c * cosSigma * (2 * cos2m * cos2m - 1)));
    if (Math.abs(lambda) > Math.PI) return null;
    if (Math.abs(lambda - before) > 1e-13) continue;
    const square = (cos2Alpha * (A * A - B * B)) / (B * B);
    const ka = 1 + (square / 16384) * (4096 + square * (-768 + square * (320 - 175 * square)));
    const kb = (square / 1024) * (256 + square * (-128 + square * (74 - 47 * square)));
    const cubic = (kb / 6) * cos2m * (4 * sinSigma * sinSigma - 3) * (4 * cos2m * cos2m - 3);
    const correction = kb * sinSigma * (cos2m + (kb / 4) * (cosSigma * (2 * cos2m * cos2m - 1) - cubic));
    return B * ka * (sigma - correction);
  }
  return null;
}

/** The shortest of the ways over points of the meridian a quarter of the Earth away from `from`. */
function overTheBack(from: Point, to: Point): number {
  const over = (lat: number, side: number): number => {
    // The points of the plane through the poles that is square to the first place's meridian.
    const lng = Math.abs(lat) > 90 ? from.lng - side * 90 : from.lng + side * 90;
    const mid = Math.abs(lat) > 90 ? Math.sign(lat) * (180 - Math.abs(lat)) : lat;
    return (vincenty(from.lng, from.lat, lng, mid) ?? Infinity) + (vincenty(lng, mid, to.lng, to.lat) ?? Infinity);
  };
  let best = Infinity;
  for (const side of [1, -1]) {
    let at = -90;
    for (let lat = -90; lat <= 90; lat++) if (over(lat, side) < over(at, side)) at = lat;
    let step = 1;
    while (step > 1e-9) {
      const near = [at - step, at + step].find((lat) => over(lat, side) < over(at, side));
      if (near === undefined) step /= 2;
      else at = near;
    }
    best = Math.min(best, over(at, side));
  }
  return best;
}
