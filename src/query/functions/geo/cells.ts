/** Functions of the three grids: geohash, S2 and H3. Source: Kusto docs, "Geospatial clustering". */
import type { Value } from "../../../table";
import type { ScalarFunction } from "../define";
import { define, each, eachIn } from "../scalar";
import { geohashAt, geohashNeighbors, readGeohash } from "./geohash";
import { writePoint, writePolygons } from "./geojson";
import { FINEST, hexBoundary, hexCenter, hexChildren, hexOf, hexParent, hexToken, readHex } from "./h3";
import { hexNeighbors, hexRings } from "./h3grid";
import { DEEPEST, cellAt, cellCenter, cellCorners, cellNeighbors, cellToken, readCell } from "./s2";
import type { Point } from "./sphere";
import { isPlace, pointAt } from "./sphere";

/** A number of an argument within limits; null where it is not, the default where it is left out. */
function within(given: bigint | number | undefined, usual: number, least: number, most: number): number | null {
  const n = given === undefined ? usual : Number(given);
  return Number.isInteger(n) && n >= least && n <= most ? n : null;
}

/** `geo_point_to_…(longitude, latitude [, level])`: empty for what is no place or no level. */
function naming(usual: number, least: number, most: number, name: (p: Point, level: number) => string) {
  return each(["longitude: real", "latitude: real", "level?: long"], "string", (lng, lat, given) => {
    const level = within(given, usual, least, most);
    return level === null || !isPlace(lng, lat) ? null : name(pointAt(lng, lat), level);
  });
}

/** A function of a cell's text that is null when the text is no cell. */
function ofCell<C>(parameter: "geohash" | "s2cell" | "h3cell", read: (text: string) => C | null, make: (cell: C) => Value) {
  return each([`${parameter}: string`], "dynamic", (text) => {
    const cell = read(text);
    return cell === null ? null : make(cell);
  });
}

const NEW_YORK = "-73.9857, 40.7484";

export const gridFunctions: readonly ScalarFunction[] = [
  define("geo_point_to_geohash", {
    says: "The geohash of a place, 1 to 18 letters long (5 unless told).",
    examples: [[`geo_point_to_geohash(${NEW_YORK}, 7)`, "dr5ru6j"], ["geo_point_to_geohash(200, 1)", ""]],
  }, naming(5, 1, 18, ({ lng, lat }, level) => geohashAt(lng, lat, level))),
  define("geo_geohash_to_central_point", {
    says: "The middle of a geohash's rectangle as a GeoJSON point.",
    examples: [['geo_geohash_to_central_point("u")', '{"type":"Point","coordinates":[22.5,67.5]}']],
  }, ofCell("geohash", readGeohash, (r) => writePoint({ lng: (r.west + r.east) / 2, lat: (r.south + r.north) / 2 }))),
  define("geo_geohash_to_polygon", {
    says: "A geohash's rectangle as a GeoJSON polygon.",
    examples: [['geo_geohash_to_polygon("u")',
      '{"type":"Polygon","coordinates":[[[0,45],[45,45],[45,90],[0,90],[0,45]]]}']],
  }, ofCell("geohash", readGeohash, ({ west, south, east, north }) => writePolygons(
    [[[[west, south], [east, south], [east, north], [west, north]].map(([lng, lat]) => pointAt(lng as number, lat as number))]]))),
  define("geo_geohash_neighbors", {
    says: "The geohashes around a geohash.",
    examples: [['geo_geohash_neighbors("ezs42")', '["ezefp","ezefx","ezs41","ezs48","ezefr","ezs49","ezs43","ezs40"]']],
  }, each(["geohash: string"], "dynamic", geohashNeighbors)),

  define("geo_point_to_s2cell", {
    says: "The token of the S2 cell that holds a place, at a level from 0 to 30 (11 unless told).",
    examples: [[`geo_point_to_s2cell(${NEW_YORK})`, "89c259c"], ["geo_point_to_s2cell(1, 1, 31)", ""]],
  }, naming(11, 0, DEEPEST, (p, level) => cellToken(cellAt(p, level)))),
  define("geo_s2cell_to_central_point", {
    says: "The middle of an S2 cell as a GeoJSON point.",
    examples: [['geo_s2cell_to_central_point("1")', '{"type":"Point","coordinates":[0,0]}']],
  }, ofCell("s2cell", readCell, (cell) => writePoint(cellCenter(cell)))),
  define("geo_s2cell_to_polygon", {
    says: "An S2 cell as a GeoJSON polygon, whose edges are great circles.",
    examples: [['array_length(geo_s2cell_to_polygon("89c259").coordinates[0])', "5"]],
  }, ofCell("s2cell", readCell, (cell) => writePolygons([[cellCorners(cell)]]))),
  define("geo_s2cell_neighbors", {
    says: "The S2 cells around a cell, of its own level.",
    examples: [['geo_s2cell_neighbors("89c25")', '["89c21","89c31","89c3d","89c3b","89c27","89c23","89c2f","89c29"]']],
  }, ofCell("s2cell", readCell, cellNeighbors)),

  define("geo_point_to_h3cell", {
    says: "The H3 cell that holds a place, at a resolution from 0 to 15 (6 unless told).",
    examples: [[`geo_point_to_h3cell(${NEW_YORK}, 9)`, "892a100d2d7ffff"], ["geo_point_to_h3cell(1, 1, 16)", ""]],
  }, naming(6, 0, FINEST, (p, level) => hexToken(hexOf(p, level)))),
  define("geo_h3cell_to_central_point", {
    says: "The middle of an H3 cell as a GeoJSON point.",
    examples: [['round(todouble(geo_h3cell_to_central_point("862a1072fffffff").coordinates[0]), 6)', "-74.016008"]],
  }, ofCell("h3cell", readHex, (hex) => writePoint(hexCenter(hex)))),
  define("geo_h3cell_to_polygon", {
    says: "An H3 cell as a GeoJSON polygon.",
    examples: [['array_length(geo_h3cell_to_polygon("862a1072fffffff").coordinates[0])', "7"]],
  }, ofCell("h3cell", readHex, (hex) => writePolygons([[hexBoundary(hex)]]))),
  define("geo_h3cell_level", {
    says: "The resolution of an H3 cell.",
    examples: [['geo_h3cell_level("862a1072fffffff")', "6"], ['geo_h3cell_level("abc")', ""]],
  }, each(["h3cell: string"], "int", (token) => readHex(token)?.digits.length ?? null)),
  define("geo_h3cell_parent", {
    says: "The H3 cell of a coarser resolution (the next one unless told) that holds a cell.",
    examples: [['geo_h3cell_parent("862a1072fffffff", 1)', "812a3ffffffffff"]],
  }, each(["h3cell: string", "resolution?: long"], "string", (token, given) => {
    const hex = readHex(token);
    if (hex === null) return null;
    const own = hex.digits.length;
    const res = within(given, own - 1, 0, own);
    return res === null ? null : hexToken(hexParent(hex, res));
  })),
  define("geo_h3cell_children", {
    says: "The H3 cells of a finer resolution (the next one unless told, up to 5 further) within a cell.",
    examples: [['array_length(geo_h3cell_children("862a1072fffffff", 8))', "49"]],
  }, each(["h3cell: string", "resolution?: long"], "dynamic", (token, given) => {
    const hex = readHex(token);
    if (hex === null) return null;
    const own = hex.digits.length;
    const res = within(given, own + 1, own, Math.min(FINEST, own + 5));
    return res === null ? null : hexChildren(hex, res).map(hexToken);
  })),
  define("geo_h3cell_neighbors", {
    says: "The H3 cells around a cell: six, or five around a pentagon.",
    examples: [['array_length(geo_h3cell_neighbors("862a1072fffffff"))', "6"],
      ['array_length(geo_h3cell_neighbors("8009fffffffffff"))', "5"]],
  }, ofCell("h3cell", readHex, (hex) => hexNeighbors(hex).map(hexToken))),
  define("geo_h3cell_rings", {
    says: "The H3 cells around a cell, ring by ring up to a distance of at most 142; the first ring is the cell itself.",
    examples: [['array_length(geo_h3cell_rings("862a1072fffffff", 2)[2])', "12"]],
  }, eachIn(["h3cell: string", "distance: long"], "dynamic", ({ check }) => (token, given) => {
    const hex = readHex(token);
    const distance = within(given, 0, 0, 142);
    if (hex === null || distance === null) return null;
    return hexRings(hex, distance, check).map((ring) => ring.map(hexToken));
  })),
];
