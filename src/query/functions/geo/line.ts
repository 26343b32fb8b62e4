/** Measures of lines: length, middle, places along them. */
import type { Line } from "./geojson";
import { closestOf } from "./region";
import type { Side } from "./region";
import type { Point } from "./sphere";
import { along, angle, mix, norm, pointOf } from "./sphere";
import { spheroidDistance } from "./spheroid";

export const sidesOfLines = (lines: readonly Line[]): Side[] =>
  lines.flatMap((line) => line.slice(1).map((b, n): Side => ({ a: line[n] as Point, b })));

/** In radians. */
export const lengthOf = (lines: readonly Line[]): number =>
  sidesOfLines(lines).reduce((sum, { a, b }) => sum + angle(a, b), 0);

/** The middle of the length; null where the parts cancel out. */
export function middleOf(lines: readonly Line[]): Point | null {
  let sum = { x: 0, y: 0, z: 0 };
  for (const { a, b } of sidesOfLines(lines)) {
    const both = mix(0.5, a, 0.5, b);
    sum = mix(1, sum, (2 * Math.sin(angle(a, b) / 2)) / norm(both), both);
  }
  return norm(sum) < 1e-15 ? null : pointOf(sum);
}

/** The place at a part of a line's length. */
export function pointOn(line: Line, part: number): Point {
  let left = part * lengthOf([line]);
  for (const { a, b } of sidesOfLines([line])) {
    const length = angle(a, b);
    if (left <= length) return along(a, b, left / length);
    left -= length;
  }
  return line[line.length - 1] as Point;
}

/** The part of a line's length at which the place closest to another lies. The ellipsoid measures, but does not search. */
export function partOf(line: Line, p: Point, spheroid: boolean): number {
  const measure = spheroid ? spheroidDistance : angle;
  const at = closestOf(sidesOfLines([line]), p);
  let [before, total, least] = [0, 0, Infinity];
  for (const { a, b } of sidesOfLines([line])) {
    const off = angle(closestOf([{ a, b }], p), at);
    if (off < least) {
      least = off;
      before = total + measure(a, at);
    }
    total += measure(a, b);
  }
  return Math.min(1, before / total);
}
