/** Grids and distances against values that the reference libraries (s2geometry, h3, geographiclib) gave once. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { geohashAt, geohashNeighbors, readGeohash } from "../../../../src/query/functions/geo/geohash";
import { hexBoundary, hexCenter, hexChildren, hexOf, hexParent, hexToken, readHex } from "../../../../src/query/functions/geo/h3";
import type { Hex } from "../../../../src/query/functions/geo/h3";
import { hexNeighbors, hexRings } from "../../../../src/query/functions/geo/h3grid";
import type { Cell } from "../../../../src/query/functions/geo/s2";
import { cellAt, cellCenter, cellChildren, cellHolds, cellNeighbors, cellToken, readCell } from "../../../../src/query/functions/geo/s2";
import { angle, pointAt } from "../../../../src/query/functions/geo/sphere";
import { spheroidDistance } from "../../../../src/query/functions/geo/spheroid";
import { random } from "./random";

const lines = readFileSync(fileURLToPath(new URL("reference.txt", import.meta.url)), "utf8").trim().split("\n");
const of = (kind: string): string[][] => lines.map((l) => l.split(" ")).filter(([k]) => k === kind).map((l) => l.slice(1));
const hex = (token: string): Hex => readHex(token) as Hex;
const cell = (token: string): Cell => readCell(token) as Cell;
const at = (lng?: string, lat?: string) => pointAt(Number(lng), Number(lat));

describe("reference values", () => {
  it("finds the S2 cell of a place", () => {
    for (const [lng, lat, level, token] of of("s2")) expect(cellToken(cellAt(at(lng, lat), Number(level)))).toBe(token);
  });
  it("finds the H3 cell of a place", () => {
    for (const [lng, lat, res, token] of of("h3")) expect(hexToken(hexOf(at(lng, lat), Number(res)))).toBe(token);
  });
  it("finds the S2 cells around a cell, also around the cube's edges", () => {
    for (const [token = "", ...around] of of("s2around")) expect(cellNeighbors(cell(token)).sort()).toEqual(around);
  });
  it("walks H3's rings in H3's order", () => {
    for (const [token = "", ...around] of of("h3around")) {
      expect(hexRings(hex(token), 2).slice(1).flat().map(hexToken)).toEqual(around);
      expect(hexNeighbors(hex(token)).map(hexToken)).toEqual(around.slice(0, 6));
    }
  });
  it("finds the five cells around a pentagon", () => {
    for (const [token = "", ...around] of of("h3beside")) expect(hexNeighbors(hex(token)).map(hexToken).sort()).toEqual(around);
  });
  it("draws H3 cells, with bends at the icosahedron's edges", () => {
    for (const [token = "", ...border] of of("h3border")) {
      const drawn = hexBoundary(hex(token));
      expect(drawn.length).toBe(border.length);
      for (const [n, corner] of border.entries()) {
        const [lng, lat] = corner.split(",");
        expect(angle(drawn[n] ?? at(lng, lat), at(lng, lat))).toBeLessThan(1e-10);
      }
    }
  });
  it("measures on the ellipsoid, almost opposite places too", () => {
    for (const [lng1, lat1, lng2, lat2, meters] of of("way")) {
      expect(Math.abs(spheroidDistance(at(lng1, lat1), at(lng2, lat2)) - Number(meters))).toBeLessThan(0.002);
    }
  });
});

describe("laws", () => {
  it.each([1, 2, 3])("cells hold their places, their middles and their children (seed %i)", (seed) => {
    const next = random(seed);
    for (let n = 0; n < 200; n++) {
      const p = next.place();
      const level = next.below(30);
      const s2 = cellAt(p, level);
      expect(cellHolds(s2, p)).toBe(true);
      expect(cellHolds(s2, cellCenter(s2))).toBe(true);
      expect(cellToken(cell(cellToken(s2)))).toBe(cellToken(s2));
      expect(cellChildren(s2).filter((c) => cellHolds(c, p)).length).toBe(1);
      const h3 = hexOf(p, level % 16);
      expect(hexToken(hexOf(hexCenter(h3), level % 16))).toBe(hexToken(h3));
      expect(hexToken(hex(hexToken(h3)))).toBe(hexToken(h3));
      if (level % 16 < 15) {
        const children = hexChildren(h3, (level % 16) + 1);
        expect([6, 7]).toContain(children.length);
        for (const child of children) expect(hexToken(hexParent(child, level % 16))).toBe(hexToken(h3));
      }
      for (const beside of hexNeighbors(h3)) expect(hexNeighbors(beside).map(hexToken)).toContain(hexToken(h3));
      const hash = geohashAt(p.lng, p.lat, 1 + (level % 18));
      const box = readGeohash(hash);
      expect(box && box.west <= p.lng && p.lng <= box.east && box.south <= p.lat && p.lat <= box.north).toBe(true);
      for (const beside of geohashNeighbors(hash) ?? []) expect(geohashNeighbors(beside)).toContain(hash);
    }
  });
  it.each(["", "x", "8", "862a1072fffffffff", "862a1072ffffff7", "8f", "ffffffffffffffff", "8009fffffffff0f", "0"])(
    "refuses %j as a cell", (text) => expect(readHex(text)).toBeNull());
  it.each(["", "a", "0", "g", "c1", "89c25a000000000010"])("refuses %j as an S2 cell", (text) => expect(readCell(text)).toBeNull());
});
