/** Shapes as arguments of functions: lines and regions read from GeoJSON once, checked, and remembered. */
import type { Value } from "../../../table";
import { isArray } from "../../../table";
import type { Line, Polygon } from "./geojson";
import { readLines, readPolygons } from "./geojson";
import { unionOfLines, whole } from "./overlay";
import { Region, isSound } from "./region";

type Check = (() => void) | undefined;
type Known<T> = WeakMap<object, { readonly found: T | null }>;

const regions: Known<Region> = new WeakMap();
const merged: Known<Region> = new WeakMap();
const linked: Known<readonly Line[]> = new WeakMap();

function once<T>(known: Known<T>, value: Value, make: () => T | null): T | null {
  if (value === null || typeof value !== "object") return null;
  let entry = known.get(value);
  if (entry === undefined) known.set(value, entry = { found: make() });
  return entry.found;
}

/** The polygons as they are written; null when one of them is not valid. */
export function polygonsOf(value: Value, check?: Check): readonly Polygon[] | null {
  return regionOf(value, check) === null ? null : readPolygons(value);
}

/** The region of a Polygon or MultiPolygon; null when it is not valid. */
export const regionOf = (value: Value, check?: Check): Region | null => once(regions, value, () => {
  const polygons = readPolygons(value);
  return polygons?.every((polygon) => isSound(polygon, check)) === true ? new Region(polygons) : null;
});

/** Like {@link regionOf}, polygons that overlap made one. */
export const wholeOf = (value: Value, check?: Check): Region | null => once(merged, value, () => {
  const region = regionOf(value, check);
  return region && whole(region, check);
});

/** The lines of a LineString or MultiLineString, what they have twice only once; null when they are not valid. */
export const wholeLines = (value: Value, check?: Check): readonly Line[] | null => once(linked, value, () => {
  const lines = readLines(value);
  return lines && (lines.length > 1 ? unionOfLines(lines, check) : lines);
});

/** All shapes of an array; null when one is not valid or there is none. */
export function eachOf<T>(value: Value, read: (one: Value) => readonly T[] | null): T[] | null {
  if (!isArray(value) || value.length === 0) return null;
  const out: T[] = [];
  for (const one of value) {
    const found = read(one);
    if (found === null) return null;
    for (const part of found) out.push(part);
  }
  return out;
}
