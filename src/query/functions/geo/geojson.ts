/**
 * GeoJSON in and out: what a dynamic value says of points, lines and polygons, checked as Kusto's docs demand
 * ("LineString definition and constraints", "Polygon definition and constraints"). Crossing edges: `shape.ts`.
 */
import type { Value } from "../../../table";
import { isArray, isBag } from "../../../table";
import type { Point } from "./sphere";
import { isAntipodal, isPlace, isSame, pointAt } from "./sphere";

/** The vertices of a line, at least two, none the same as the one before. */
export type Line = readonly Point[];
/** The vertices of a closed ring without the repeated last one. */
export type Ring = readonly Point[];
/** A shell and its holes. */
export type Polygon = readonly Ring[];

export const number = (value: Value | undefined): number =>
  typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : Number.NaN;

const property = (value: Value, name: string): Value => (isBag(value) ? value.get(name) ?? null : null);

/** Reads [longitude, latitude]; further numbers (a height) are passed over. */
function readPoint(value: Value): Point | null {
  if (!isArray(value) || value.length < 2) return null;
  const lng = number(value[0]);
  const lat = number(value[1]);
  return isPlace(lng, lat) ? pointAt(lng, lat) : null;
}

/** All of a list, or null when one of them is null, or when there are fewer than `least`. */
function readAll<T>(value: Value, least: number, read: (one: Value) => T | null): T[] | null {
  if (!isArray(value) || value.length < least) return null;
  const out: T[] = [];
  for (const one of value) {
    const found = read(one);
    if (found === null) return null;
    out.push(found);
  }
  return out;
}

function readLine(value: Value): Line | null {
  const points = readAll(value, 2, readPoint)?.filter((p, n, all) => n === 0 || !isSame(p, all[n - 1] as Point));
  if (points === undefined || points.length < 2) return null;
  return points.some((p, n) => n > 0 && isAntipodal(p, points[n - 1] as Point)) ? null : points;
}

function readRing(value: Value): Ring | null {
  const points = readAll(value, 4, readPoint);
  if (points === null || !isSame(points[0] as Point, points.pop() as Point)) return null;
  // No place twice in a ring.
  const order = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const doubled = order.some((p, n) => n > 0 && isSame(p, order[n - 1] as Point));
  const opposed = points.some((p, n) => isAntipodal(p, points[(n + 1) % points.length] as Point));
  return doubled || opposed ? null : points;
}

const readPolygon = (value: Value): Polygon | null => readAll(value, 1, readRing);

/** What was read of values that stay (constants, words of a dictionary): read once, however many rows ask. */
function remembered<T>(read: (value: Value) => T | null): (value: Value) => T | null {
  const known = new WeakMap<object, { readonly found: T | null }>();
  return (value) => {
    if (value === null || typeof value !== "object") return null;
    let entry = known.get(value);
    if (entry === undefined) known.set(value, entry = { found: read(value) });
    return entry.found;
  };
}

/** The lines of a LineString or MultiLineString; null for anything else. */
export const readLines = remembered((value): readonly Line[] | null => {
  const coordinates = property(value, "coordinates");
  switch (property(value, "type")) {
    case "LineString": {
      const line = readLine(coordinates);
      return line && [line];
    }
    case "MultiLineString": return readAll(coordinates, 1, readLine);
    default: return null;
  }
});

/** The polygons of a Polygon or MultiPolygon, whose rings may yet cross; null for anything else. */
export const readPolygons = remembered((value): readonly Polygon[] | null => {
  const coordinates = property(value, "coordinates");
  switch (property(value, "type")) {
    case "Polygon": {
      const polygon = readPolygon(coordinates);
      return polygon && [polygon];
    }
    case "MultiPolygon": return readAll(coordinates, 1, readPolygon);
    default: return null;
  }
});

// ---- writing -------------------------------------------------------------------------------------------------------

const geometry = (type: string, coordinates: Value): Value =>
  new Map<string, Value>([["type", type], ["coordinates", coordinates]]);

/** Whole degrees are whole numbers, as in the outputs that the Kusto docs print. */
const degree = (n: number): Value => (Number.isInteger(n) ? BigInt(n) : n);

export const coordinatesOf = ({ lng, lat }: { readonly lng: number; readonly lat: number }): Value => [degree(lng), degree(lat)];

export const writePoint = (point: { readonly lng: number; readonly lat: number }): Value =>
  geometry("Point", coordinatesOf(point));

const writeRing = (ring: Ring): Value => [...ring, ring[0] as Point].map(coordinatesOf);

/** A LineString, or a MultiLineString of several. */
export function writeLines(lines: readonly Line[]): Value {
  const [only] = lines;
  return lines.length === 1 && only !== undefined ? geometry("LineString", only.map(coordinatesOf))
    : geometry("MultiLineString", lines.map((line) => line.map(coordinatesOf)));
}

/** A Polygon, or a MultiPolygon of several. */
export function writePolygons(polygons: readonly Polygon[]): Value {
  const [only] = polygons;
  return polygons.length === 1 && only !== undefined ? geometry("Polygon", only.map(writeRing))
    : geometry("MultiPolygon", polygons.map((polygon) => polygon.map(writeRing)));
}

/** What two shapes have in common: one geometry, or a collection of several kinds or of none. */
export function writeMixed(points: readonly Point[], lines: readonly Line[], polygons: readonly Polygon[]): Value {
  const parts: Value[] = [];
  const [point] = points;
  if (points.length === 1 && point !== undefined) parts.push(writePoint(point));
  else if (points.length > 1) parts.push(geometry("MultiPoint", points.map(coordinatesOf)));
  if (lines.length > 0) parts.push(writeLines(lines));
  if (polygons.length > 0) parts.push(writePolygons(polygons));
  if (parts.length === 1) return parts[0] as Value;
  return new Map<string, Value>([["type", "GeometryCollection"], ["geometries", parts]]);
}
