/** Seeded random places and shapes. */
import type { Point } from "../../../../src/query/functions/geo/sphere";
import { pointAt, travel } from "../../../../src/query/functions/geo/sphere";

export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** An integer from 0 to `most` - 1. */
  below(most: number): number;
  /** Anywhere, evenly over the sphere. */
  place(): Point;
  /** A star around a middle: a ring that does not cross itself, its corners up to `size` radians away. */
  star(center: Point, corners: number, size: number): Point[];
}

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    unit,
    below: (most) => Math.floor(unit() * most),
    place: () => pointAt(unit() * 360 - 180, (Math.asin(unit() * 2 - 1) * 180) / Math.PI),
    star: (center, corners, size) => Array.from({ length: corners }, (_, n) =>
      travel(center, 2 * Math.PI - (2 * Math.PI * (n + unit() * 0.8)) / corners, size * (0.3 + 0.7 * unit()))),
  };
}
