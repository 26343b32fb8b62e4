/** Functions of places: distances, directions, circles, well-known text. Source: Kusto docs, "Geospatial functions". */
import type { ScalarFunction } from "../define";
import { define, each } from "../scalar";
import type { Point } from "./sphere";
import { EARTH_RADIUS, angle, azimuth, isPlace, pointAt, turned } from "./sphere";
import { spheroidDistance } from "./spheroid";
import { readWkt } from "./wkt";

/** The place of two numbers; null when they are none. */
export const place = (lng: number, lat: number): Point | null => (isPlace(lng, lat) ? pointAt(lng, lat) : null);

export const placeFunctions: readonly ScalarFunction[] = [
  define("geo_distance_2points", {
    says: "The shortest way between two places in meters, on a sphere or, if told, on the WGS-84 ellipsoid.",
    examples: [["round(geo_distance_2points(-73.9857, 40.7484, 2.2945, 48.8584))", "5829535.0"],
      ["round(geo_distance_2points(0, 0, 0, 1, true), 3)", "110574.389"]],
  }, each(["longitude1: real", "latitude1: real", "longitude2: real", "latitude2: real", "use_spheroid?: bool"], "real",
    (lng1, lat1, lng2, lat2, spheroid) => {
      const from = place(lng1, lat1);
      const to = place(lng2, lat2);
      if (from === null || to === null) return null;
      return spheroid === true ? spheroidDistance(from, to) : angle(from, to) * EARTH_RADIUS;
    })),
  define("geo_azimuth", {
    says: "The direction from one place to another in radians, clockwise from north.",
    examples: [["round(degrees(geo_azimuth(0, 0, 1, 0)), 6)", "90.0"], ["geo_azimuth(5, 10, 5, 10)", ""]],
  }, each(["longitude1: real", "latitude1: real", "longitude2: real", "latitude2: real"], "real",
    (lng1, lat1, lng2, lat2) => {
      const from = place(lng1, lat1);
      const to = place(lng2, lat2);
      return from === null || to === null ? null : azimuth(from, to);
    })),
  define("geo_angle", {
    says: "The clockwise angle in radians at the second of three places, from the line to the first to that to the third.",
    examples: [["round(degrees(geo_angle(0, 10, 0, 0, 10, 0)), 6)", "90.0"]],
  }, each(["longitude1: real", "latitude1: real", "longitude2: real", "latitude2: real", "longitude3: real",
    "latitude3: real"], "real", (lng1, lat1, lng2, lat2, lng3, lat3) => {
    const a = place(lng1, lat1);
    const b = place(lng2, lat2);
    const c = place(lng3, lat3);
    if (a === null || b === null || c === null) return null;
    const from = azimuth(b, a);
    const to = azimuth(b, c);
    return from === null || to === null ? null : turned(to - from);
  })),
  define("geo_point_in_circle", {
    says: "Whether a place is at most a radius, in meters along the ground, away from a circle's middle.",
    examples: [["geo_point_in_circle(-73.9857, 40.7484, -74, 40.75, 1300)", "true"]],
  }, each(["longitude: real", "latitude: real", "center_longitude: real", "center_latitude: real", "radius: real"], "bool",
    (lng, lat, centerLng, centerLat, radius) => {
      const p = place(lng, lat);
      const center = place(centerLng, centerLat);
      return p === null || center === null || !(radius > 0) ? null : angle(p, center) * EARTH_RADIUS <= radius;
    })),
  define("geo_from_wkt", {
    says: "The GeoJSON of a geometry in well-known text.",
    examples: [['geo_from_wkt("MULTIPOINT (1 2, 3 4)")', '{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}'],
      ['geo_from_wkt("LINESTRING")', ""]],
  }, each(["wkt: string"], "dynamic", readWkt)),
];
