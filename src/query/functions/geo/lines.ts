/** Functions of lines. Source: Kusto docs, "Geospatial functions". */
import type { ScalarFunction } from "../define";
import { define, each, eachIn } from "../scalar";
import { bufferLines, reachOf } from "./buffer";
import { densified } from "./densify";
import type { Line } from "./geojson";
import { readLines, writeLines, writeMixed, writePoint, writePolygons } from "./geojson";
import { lengthOf, middleOf, partOf, pointOn, sidesOfLines } from "./line";
import { clip, intersectionOfLines, unionOfLines } from "./overlay";
import type { Common } from "./overlay";
import { place } from "./places";
import { closestOf } from "./region";
import { covering } from "./s2cover";
import { eachOf, regionOf, wholeLines } from "./shape";
import { simplified } from "./simplify";
import type { Point } from "./sphere";
import { EARTH_RADIUS, distanceTo } from "./sphere";

const LINE = 'dynamic({"type":"LineString","coordinates":[[0,0],[2,0]]})';
const ACROSS = 'dynamic({"type":"LineString","coordinates":[[1,-1],[1,1]]})';
const SQUARE = 'dynamic({"type":"Polygon","coordinates":[[[1,-1],[3,-1],[3,1],[1,1],[1,-1]]]})';

/** The nearest distance between a place and lines, in meters. */
export const distanceToLines = (p: Point, lines: readonly Line[]): number =>
  sidesOfLines(lines).reduce((least, { a, b }) => Math.min(least, distanceTo(p, a, b)), Infinity) * EARTH_RADIUS;

/** The line of a LineString alone; null for several. */
const single = (lines: readonly Line[] | null): Line | null => (lines?.length === 1 ? lines[0] ?? null : null);

export const meet = ({ points, lines, polygons }: Common): boolean =>
  points.length + lines.length + polygons.length > 0;
export const mixed = ({ points, lines, polygons }: Common) => writeMixed(points, lines, polygons);

/** A level or tolerance that may be left out. */
export const optional = (given: bigint | number | undefined, usual: number): number =>
  (given === undefined ? usual : Number(given));

/** Source: Kusto docs, geo_line_simplify(), Parameters. */
export const MOST_TOLERANCE = 7_800_000;

export const lineFunctions: readonly ScalarFunction[] = [
  define("geo_line_length", {
    says: "The length of a line or of several together, in meters; what several share counts once.",
    examples: [[`round(geo_line_length(${LINE}))`, "222390.0"]],
  }, eachIn(["line: dynamic"], "real", ({ check }) => (line) => {
    const lines = wholeLines(line, check);
    return lines && lengthOf(lines) * EARTH_RADIUS;
  })),
  define("geo_line_centroid", {
    says: "The middle of a line, each part weighing as much as it is long.",
    examples: [[`round(todouble(geo_line_centroid(${LINE}).coordinates[0]), 9)`, "1.0"]],
  }, eachIn(["line: dynamic"], "dynamic", ({ check }) => (line) => {
    const lines = wholeLines(line, check);
    const middle = lines && middleOf(lines);
    return middle && writePoint(middle);
  })),
  define("geo_line_interpolate_point", {
    says: "The place at a part (0 to 1) of a line's length.",
    examples: [[`round(todouble(geo_line_interpolate_point(${LINE}, 0.25).coordinates[0]), 9)`, "0.5"]],
  }, each(["line: dynamic", "fraction: real"], "dynamic", (value, part) => {
    const line = single(readLines(value));
    return line === null || !(part >= 0 && part <= 1) ? null : writePoint(pointOn(line, part));
  })),
  define("geo_line_locate_point", {
    says: "The part of a line's length at which it is closest to a place.",
    examples: [[`round(geo_line_locate_point(${LINE}, 1.5, 1), 6)`, "0.75"]],
  }, each(["line: dynamic", "longitude: real", "latitude: real", "use_spheroid?: bool"], "real",
    (value, lng, lat, spheroid) => {
    const line = single(readLines(value));
    const p = place(lng, lat);
    return line === null || p === null ? null : partOf(line, p, spheroid === true);
  })),
  define("geo_distance_point_to_line", {
    says: "The shortest way from a place to a line, in meters.",
    examples: [[`round(geo_distance_point_to_line(1, 1, ${LINE}))`, "111195.0"]],
  }, each(["longitude: real", "latitude: real", "line: dynamic"], "real", (lng, lat, line) => {
    const p = place(lng, lat);
    const lines = readLines(line);
    return p === null || lines === null ? null : distanceToLines(p, lines);
  })),
  define("geo_closest_point_on_line", {
    says: "The place on a line that is closest to another.",
    examples: [[`geo_closest_point_on_line(5, 1, ${LINE})`, '{"type":"Point","coordinates":[2,0]}']],
  }, each(["longitude: real", "latitude: real", "line: dynamic"], "dynamic", (lng, lat, line) => {
    const p = place(lng, lat);
    const lines = readLines(line);
    return p === null || lines === null ? null : writePoint(closestOf(sidesOfLines(lines), p));
  })),
  define("geo_line_densify", {
    says: "A line whose straight edges on the map are chains of great circles no further from them than a tolerance.",
    examples: [['array_length(geo_line_densify(dynamic({"type":"LineString","coordinates":[[50,50],[51,51]]})).coordinates)', "9"]],
  }, each(["line: dynamic", "tolerance?: real", "preserve_crossing?: bool"], "dynamic", (value, given, crossing) => {
    const lines = readLines(value);
    const tolerance = optional(given, 10);
    if (lines === null || !(tolerance >= 0.1 && tolerance <= 10000)) return null;
    return writeLines(lines.map((line) => densified(line, tolerance, crossing === true)));
  })),
  define("geo_line_simplify", {
    says: "A line of fewer points, no two of them closer than a tolerance in meters (10 unless told).",
    examples: [['array_length(geo_line_simplify(dynamic({"type":"LineString","coordinates":[[0,0],[1,0],[2,0]]})).coordinates)', "2"]],
  }, eachIn(["line: dynamic", "tolerance?: real"], "dynamic", ({ check }) => (value, given) => {
    const lines = wholeLines(value, check);
    const tolerance = optional(given, 10);
    if (lines === null || !(tolerance >= 0 && tolerance <= MOST_TOLERANCE)) return null;
    const left = simplified(lines.map((points) => ({ points, closed: false })), tolerance / EARTH_RADIUS, check)
      .filter((line) => line.length > 1);
    return left.length === 0 ? null : writeLines(left);
  })),
  define("geo_line_buffer", {
    says: "The polygon of all places within a radius of a line, in meters.",
    examples: [[`geo_point_in_polygon(1, 0.5, geo_line_buffer(${LINE}, 60000))`, "true"]],
  }, eachIn(["line: dynamic", "radius: real", "tolerance?: real"], "dynamic", ({ check }) =>
    (value, radius, tolerance) => {
    const lines = readLines(value);
    const reach = reachOf(radius, tolerance ?? Math.min(10, radius));
    return lines === null || reach === null ? null : writePolygons(bufferLines(lines, reach, check));
  })),
  define("geo_line_to_s2cells", {
    says: "The S2 cells of one level (11 unless told) that a line, or what is within a radius of it, touches.",
    examples: [['array_length(geo_line_to_s2cells(dynamic({"type":"LineString","coordinates":[[0.1,0.1],[0.2,0.2]]}), 0))', "1"]],
  }, eachIn(["line: dynamic", "level?: long", "radius?: real"], "dynamic", ({ check }) => (value, given, radius) => {
    const lines = readLines(value);
    const level = optional(given, 11);
    const within = radius ?? 0;
    if (lines === null || !(level >= 0 && level <= 30) || !(within >= 0)) return null;
    return covering(sidesOfLines(lines), undefined, level, within / EARTH_RADIUS, check);
  })),
  define("geo_union_lines_array", {
    says: "All lines of an array as one, without what they have twice.",
    examples: [[`geo_union_lines_array(pack_array(${LINE}, ${LINE}))`,
      '{"type":"LineString","coordinates":[[0,0],[2,0]]}']],
  }, eachIn(["lines: dynamic"], "dynamic", ({ check }) => (value) => {
    const lines = eachOf(value, readLines);
    return lines && writeLines(unionOfLines(lines, check));
  })),
  define("geo_intersects_2lines", {
    says: "Whether two lines meet.",
    examples: [[`geo_intersects_2lines(${LINE}, ${ACROSS})`, "true"]],
  }, eachIn(["line1: dynamic", "line2: dynamic"], "bool", ({ check }) => (one, other) => {
    const [a, b] = [readLines(one), readLines(other)];
    return a === null || b === null ? null : meet(intersectionOfLines(a, b, check));
  })),
  define("geo_intersection_2lines", {
    says: "What two lines have in common: places, lines, or both as a collection.",
    examples: [[`geo_intersection_2lines(${LINE}, ${LINE})`, '{"type":"LineString","coordinates":[[0,0],[2,0]]}']],
  }, eachIn(["line1: dynamic", "line2: dynamic"], "dynamic", ({ check }) => (one, other) => {
    const [a, b] = [readLines(one), readLines(other)];
    return a === null || b === null ? null : mixed(intersectionOfLines(a, b, check));
  })),
  define("geo_intersects_line_with_polygon", {
    says: "Whether a line meets a polygon.",
    examples: [[`geo_intersects_line_with_polygon(${LINE}, ${SQUARE})`, "true"]],
  }, eachIn(["line: dynamic", "polygon: dynamic"], "bool", ({ check }) => (line, polygon) => {
    const lines = readLines(line);
    const region = regionOf(polygon, check);
    return lines === null || region === null ? null : meet(clip(lines, region, check));
  })),
  define("geo_intersection_line_with_polygon", {
    says: "The parts of a line within a polygon, and the places at which it only touches it.",
    examples: [[`round(geo_line_length(geo_intersection_line_with_polygon(${LINE}, ${SQUARE})))`, "111195.0"]],
  }, eachIn(["line: dynamic", "polygon: dynamic"], "dynamic", ({ check }) => (line, polygon) => {
    const lines = readLines(line);
    const region = regionOf(polygon, check);
    return lines === null || region === null ? null : mixed(clip(lines, region, check));
  })),
];
