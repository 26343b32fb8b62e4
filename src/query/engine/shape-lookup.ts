/** `geo_polygon_lookup` and `geo_line_lookup`: joins places with the shapes of a table that they lie in or near. */
import { NO_ROW, valueAt } from "../../table";
import type { Value } from "../../table";
import { readLines } from "../functions/geo/geojson";
import { sidesOfLines } from "../functions/geo/line";
import { distanceToLines } from "../functions/geo/lines";
import { place } from "../functions/geo/places";
import { regionOf } from "../functions/geo/shape";
import type { Point } from "../functions/geo/sphere";
import { EARTH_RADIUS, angle, pointOf } from "../functions/geo/sphere";
import { columnNamed, joined } from "./address-lookup";
import { Failed, fits } from "./source";
import type { Applied, Result, TableFunction } from "./table-function";

/** A shape of the table: a circle around it, to pass over it soon, and whether a place belongs to it. */
interface Found {
  readonly row: number;
  readonly center: Point;
  readonly reach: number;
  readonly has: (p: Point) => boolean;
}

/**
 * Kusto docs, "geo_polygon_lookup plugin" and "geo_line_lookup plugin", Returns. `lookup_area_radius` only says how to search
 * there, and changes no result.
 */
export const shapeLookup: TableFunction = (applied): Result => {
  const { plan, rows, run } = applied;
  const [table] = applied.others;
  const key = applied.argument("shape");
  if (table === undefined || key?.kind !== "column") throw new Error("A lookup needs a table and its column");
  const radius = applied.argument("radius") === undefined ? undefined : numeric(applied.constant("radius"));
  if (radius !== undefined && !(radius >= 0)) {
    throw new Failed("lookup-radius", "The radius of the lookup must be a length in meters, not below 0.", plan.span);
  }
  const unmatched = applied.constant("return_unmatched") === true;
  const shapes = shapesOf(applied, table, key.name, plan.fn === "geo_line_lookup", radius);
  const [lng, lat] = [applied.column("longitude"), applied.column("latitude")];
  const left: number[] = [];
  const right: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    const p = place(numeric(valueAt(lng, row)), numeric(valueAt(lat, row)));
    let any = false;
    if (p !== null) {
      for (const shape of shapes) {
        if (angle(p, shape.center) > shape.reach || !shape.has(p)) continue;
        any = true;
        left.push(row);
        right.push(shape.row);
      }
      run.kernels.check?.();
    }
    if (!any && unmatched) {
      left.push(row);
      right.push(NO_ROW);
    }
    if ((row & 4095) === 0) fits(left.length, plan.schema.columns.length, run, plan.span);
  }
  fits(left.length, plan.schema.columns.length, run, plan.span);
  const dropped = new Set(applied.constant("return_lookup_key") === true ? [] : [key.name]);
  return joined(applied, table, dropped, Uint32Array.from(left), Uint32Array.from(right));
};

function numeric(value: Value): number {
  return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : Number.NaN;
}

/** The shapes of a column that are valid. */
function shapesOf(applied: Applied, table: Result, name: string, lines: boolean, radius: number | undefined): Found[] {
  const column = columnNamed(table, name, applied);
  const { check } = applied.run.kernels;
  const found: Found[] = [];
  const add = (row: number, corners: readonly Point[], has: (p: Point) => boolean): void => {
    const sum = corners.reduce((s, { x, y, z }) => ({ x: s.x + x, y: s.y + y, z: s.z + z }), { x: 0, y: 0, z: 1e-300 });
    const center = pointOf(sum);
    const extent = corners.reduce((most, p) => Math.max(most, angle(center, p)), 0);
    // What lies between the corners may reach further than they do only when they are on more than half of the sphere.
    found.push({ row, center, has, reach: extent < Math.PI / 2 ? extent + (radius ?? 0) / EARTH_RADIUS + 1e-9 : Infinity });
  };
  for (let row = 0; row < table.rows.length; row++) {
    check?.();
    const value = valueAt(column, row);
    if (lines) {
      const shape = readLines(value);
      if (shape !== null) add(row, sidesOfLines(shape).flatMap(({ a, b }) => [a, b]), (p) => distanceToLines(p, shape) <= (radius ?? 0));
      continue;
    }
    const region = regionOf(value, check);
    if (region === null) continue;
    const has = radius === undefined ? (p: Point) => region.holds(p) : (p: Point) => region.distance(p) * EARTH_RADIUS <= radius;
    add(row, region.sides.map(({ a }) => a), has);
  }
  return found;
}
