/** Functions of polygons. Source: Kusto docs, "Geospatial functions". */
import type { Value } from "../../../table";
import type { ScalarFunction } from "../define";
import { define, each, eachIn } from "../scalar";
import { bufferPolygons, circle, reachOf } from "./buffer";
import { densified } from "./densify";
import type { Polygon } from "./geojson";
import { writePoint, writePolygons } from "./geojson";
import { fill } from "./h3fill";
import { MOST_TOLERANCE, meet, mixed, optional } from "./lines";
import { intersection, union } from "./overlay";
import { place } from "./places";
import { Region, isSound } from "./region";
import { covering } from "./s2cover";
import { eachOf, polygonsOf, regionOf, wholeOf } from "./shape";
import { simplified } from "./simplify";
import { EARTH_RADIUS, norm, pointOf } from "./sphere";
import type { Point } from "./sphere";

const SQUARE = 'dynamic({"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]})';
const BESIDE = 'dynamic({"type":"Polygon","coordinates":[[[2,0],[4,0],[4,2],[2,2],[2,0]]]})';

/** Polygons of fewer points; null when none is left. */
function simplify(polygons: readonly Polygon[], tolerance: number, check?: () => void): Value {
  if (!(tolerance >= 0 && tolerance <= MOST_TOLERANCE)) return null;
  const rings = simplified(polygons.flat().map((points) => ({ points, closed: true })), tolerance / EARTH_RADIUS,
    check);
  let at = 0;
  const left = polygons.flatMap((polygon): Polygon[] => {
    const [shell, ...holes] = polygon.map(() => rings[at++] as Point[]);
    return shell === undefined || shell.length < 3 ? [] : [[shell, ...holes.filter((hole) => hole.length > 2)]];
  });
  const sound = left.every((polygon) => isSound(polygon, check));
  const whole = sound && left.length === 1 ? left : union(left, check);
  return whole.length === 0 ? null : writePolygons(whole);
}

export const polygonFunctions: readonly ScalarFunction[] = [
  define("geo_point_in_polygon", {
    says: "Whether a place is in a polygon; of the places on a border, some are.",
    examples: [[`geo_point_in_polygon(1, 1, ${SQUARE})`, "true"], [`geo_point_in_polygon(3, 1, ${SQUARE})`, "false"]],
  }, eachIn(["longitude: real", "latitude: real", "polygon: dynamic"], "bool", ({ check }) => (lng, lat, polygon) => {
    const p = place(lng, lat);
    const region = regionOf(polygon, check);
    return p === null || region === null ? null : region.holds(p);
  })),
  define("geo_distance_point_to_polygon", {
    says: "The shortest way from a place to a polygon, in meters; 0 inside.",
    examples: [[`round(geo_distance_point_to_polygon(1, -1, ${SQUARE}))`, "111195.0"]],
  }, eachIn(["longitude: real", "latitude: real", "polygon: dynamic"], "real", ({ check }) => (lng, lat, polygon) => {
    const p = place(lng, lat);
    const region = regionOf(polygon, check);
    return p === null || region === null ? null : region.distance(p) * EARTH_RADIUS;
  })),
  define("geo_closest_point_on_polygon", {
    says: "The place of a polygon that is closest to another; the same place inside.",
    examples: [[`geo_closest_point_on_polygon(5, -1, ${SQUARE})`, '{"type":"Point","coordinates":[2,0]}']],
  }, eachIn(["longitude: real", "latitude: real", "polygon: dynamic"], "dynamic", ({ check }) =>
    (lng, lat, polygon) => {
    const p = place(lng, lat);
    const region = regionOf(polygon, check);
    return p === null || region === null ? null : writePoint(region.closest(p));
  })),
  define("geo_polygon_area", {
    says: "The area of a polygon in square meters; where several overlap it counts once.",
    examples: [[`round(geo_polygon_area(${SQUARE}) / 1000000)`, "49452.0"]],
  }, eachIn(["polygon: dynamic"], "real", ({ check }) => (polygon) => {
    const region = wholeOf(polygon, check);
    return region && region.area() * EARTH_RADIUS ** 2;
  })),
  define("geo_polygon_perimeter", {
    says: "The length of a polygon's border in meters, holes included.",
    examples: [[`round(geo_polygon_perimeter(${SQUARE}) / 1000)`, "889.0"]],
  }, eachIn(["polygon: dynamic"], "real", ({ check }) => (polygon) => {
    const region = wholeOf(polygon, check);
    return region && region.perimeter() * EARTH_RADIUS;
  })),
  define("geo_polygon_centroid", {
    says: "The middle of a polygon's area.",
    examples: [[`round(todouble(geo_polygon_centroid(${SQUARE}).coordinates[0]), 6)`, "1.0"]],
  }, eachIn(["polygon: dynamic"], "dynamic", ({ check }) => (polygon) => {
    const center = wholeOf(polygon, check)?.center();
    return center === undefined || norm(center) === 0 ? null : writePoint(pointOf(center));
  })),
  define("geo_polygon_densify", {
    says: "A polygon whose straight edges on the map are chains of great circles no further from them than a tolerance.",
    examples: [['array_length(geo_polygon_densify(dynamic({"type":"Polygon","coordinates":[[[10,10],[11,10],[11,11],[10,11],[10,10]]]}))'
      + ".coordinates[0])", "11"]],
  }, eachIn(["polygon: dynamic", "tolerance?: real", "preserve_crossing?: bool"], "dynamic", ({ check }) =>
    (value, given, crossing) => {
    const polygons = polygonsOf(value, check);
    const tolerance = optional(given, 10);
    if (polygons === null || !(tolerance >= 0.1 && tolerance <= 10000)) return null;
    return writePolygons(polygons.map((polygon) => polygon.map((ring) =>
      densified([...ring, ring[0] as Point], tolerance, crossing === true).slice(0, -1))));
  })),
  define("geo_polygon_simplify", {
    says: "A polygon of fewer points, no two of them closer than a tolerance in meters (10 unless told).",
    examples: [['array_length(geo_polygon_simplify(dynamic({"type":"Polygon","coordinates":[[[0,0],[1,0],[2,0],[1,1],[0,0]]]}))'
      + ".coordinates[0])", "4"]],
  }, eachIn(["polygon: dynamic", "tolerance?: real"], "dynamic", ({ check }) => (value, given) => {
    const polygons = wholeOf(value, check)?.polygons;
    return polygons === undefined ? null : simplify(polygons, optional(given, 10), check);
  })),
  define("geo_simplify_polygons_array", {
    says: "All polygons of an array with fewer points; borders they share stay shared.",
    examples: [[`geo_simplify_polygons_array(pack_array(${SQUARE})).type`, '"Polygon"']],
  }, eachIn(["polygons: dynamic", "tolerance?: real"], "dynamic", ({ check }) => (value, given) => {
    const polygons = eachOf(value, (one) => regionOf(one, check)?.polygons ?? null);
    return polygons && simplify(polygons, optional(given, 10), check);
  })),
  define("geo_union_polygons_array", {
    says: "All polygons of an array as one.",
    examples: [[`geo_union_polygons_array(pack_array(${SQUARE}, ${BESIDE})).type`, '"Polygon"']],
  }, eachIn(["polygons: dynamic"], "dynamic", ({ check }) => (value) => {
    const polygons = eachOf(value, (one) => regionOf(one, check)?.polygons ?? null);
    return polygons && writePolygons(union(polygons, check));
  })),
  define("geo_intersects_2polygons", {
    says: "Whether two polygons meet; a common place on their borders is enough.",
    examples: [[`geo_intersects_2polygons(${SQUARE}, ${BESIDE})`, "true"]],
  }, eachIn(["polygon1: dynamic", "polygon2: dynamic"], "bool", ({ check }) => (one, other) => {
    const [a, b] = [regionOf(one, check), regionOf(other, check)];
    return a === null || b === null ? null : meet(intersection(a, b, check));
  })),
  define("geo_intersection_2polygons", {
    says: "What two polygons have in common: an area, or where they only touch, lines and places.",
    examples: [[`geo_intersection_2polygons(${SQUARE}, ${BESIDE}).type`, '"LineString"']],
  }, eachIn(["polygon1: dynamic", "polygon2: dynamic"], "dynamic", ({ check }) => (one, other) => {
    const [a, b] = [regionOf(one, check), regionOf(other, check)];
    return a === null || b === null ? null : mixed(intersection(a, b, check));
  })),
  define("geo_point_buffer", {
    says: "The polygon of all places within a radius of a place, in meters.",
    examples: [["round(geo_polygon_area(geo_point_buffer(0, 0, 1000, 0.1)) / 1000000, 2)", "3.14"]],
  }, each(["longitude: real", "latitude: real", "radius: real", "tolerance?: real"], "dynamic",
    (lng, lat, radius, tolerance) => {
    const p = place(lng, lat);
    const reach = reachOf(radius, tolerance ?? Math.min(10, radius));
    return p === null || reach === null ? null : writePolygons([[circle(p, reach)]]);
  })),
  define("geo_polygon_buffer", {
    says: "The polygon of all places within a radius of a polygon, in meters.",
    examples: [[`geo_point_in_polygon(2.5, 1, geo_polygon_buffer(${SQUARE}, 60000))`, "true"]],
  }, eachIn(["polygon: dynamic", "radius: real", "tolerance?: real"], "dynamic", ({ check }) =>
    (value, radius, tolerance) => {
    const region = wholeOf(value, check);
    const reach = reachOf(radius, tolerance ?? Math.min(10, radius));
    return region === null || reach === null ? null : writePolygons(bufferPolygons(region, reach, check));
  })),
  define("geo_polygon_to_s2cells", {
    says: "The S2 cells of one level (11 unless told) that a polygon, or what is within a radius of it, touches.",
    examples: [[`array_length(geo_polygon_to_s2cells(${SQUARE}, 0))`, "1"]],
  }, eachIn(["polygon: dynamic", "level?: long", "radius?: real"], "dynamic", ({ check }) => (value, given, radius) => {
    const region = wholeOf(value, check);
    const level = optional(given, 11);
    const within = radius ?? 0;
    if (region === null || !(level >= 0 && level <= 30) || !(within >= 0)) return null;
    return covering(region.sides, region, level, within / EARTH_RADIUS, check);
  })),
  define("geo_polygon_to_h3cells", {
    says: "The H3 cells of one resolution (6 unless told) whose middles are in a polygon, made larger by a radius if told.",
    examples: [[`array_length(geo_polygon_to_h3cells(${SQUARE}, 3))`, "4"]],
  }, eachIn(["polygon: dynamic", "resolution?: long", "radius?: real"], "dynamic", ({ check }) =>
    (value, given, radius) => {
    const res = optional(given, 6);
    const within = radius ?? 0;
    const region = regionOf(value, check);
    if (region === null || !(res >= 0 && res <= 15) || !(within >= 0)) return null;
    if (within === 0) return fill(polygonsOf(value, check) ?? [], res, check);
    const reach = reachOf(within, Math.min(10, within));
    return reach && fill(bufferPolygons(new Region(union(region.polygons, check)), reach, check), res, check);
  })),
];
