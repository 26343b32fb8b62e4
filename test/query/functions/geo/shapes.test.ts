/** Lines and polygons: values that s2geometry gave once, laws on random shapes, and shapes in awkward places. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Value } from "../../../../src/table";
import { bufferLines, bufferPolygons, circle, reachOf } from "../../../../src/query/functions/geo/buffer";
import { densified } from "../../../../src/query/functions/geo/densify";
import { readLines, readPolygons, writePolygons } from "../../../../src/query/functions/geo/geojson";
import { hexCenter, readHex } from "../../../../src/query/functions/geo/h3";
import { fill } from "../../../../src/query/functions/geo/h3fill";
import { lengthOf, partOf, pointOn, sidesOfLines } from "../../../../src/query/functions/geo/line";
import { clip, intersection, intersectionOfLines, union, unionOfLines } from "../../../../src/query/functions/geo/overlay";
import { Region, isSound } from "../../../../src/query/functions/geo/region";
import { cellAt, cellToken } from "../../../../src/query/functions/geo/s2";
import { covering } from "../../../../src/query/functions/geo/s2cover";
import { simplified } from "../../../../src/query/functions/geo/simplify";
import type { Point } from "../../../../src/query/functions/geo/sphere";
import { EARTH_RADIUS, along, angle, distanceTo, isSame, pointAt, pointOf, travel } from "../../../../src/query/functions/geo/sphere";
import { random } from "./random";

const lines = readFileSync(fileURLToPath(new URL("shapes.txt", import.meta.url)), "utf8").trim().split("\n");
const of = (kind: string): string[] => lines.filter((l) => l.startsWith(`${kind} `)).map((l) => l.slice(kind.length + 1));
const ring = (text: string): Point[] => text.split(" ").map((p) => p.split(",").map(Number)).map(([lng = 0, lat = 0]) => pointAt(lng, lat));
const near = (found: number, wanted: number): void => expect(Math.abs(found - wanted)).toBeLessThan(1e-9 * Math.abs(wanted) + 1e-15);

describe("reference values", () => {
  const bs = of("b");
  const facts = of("is");
  const places = of("at");
  const covers = of("cover");
  it.each(of("a").map((a, n) => [n, a] as const))("measures, joins and covers shape %i", (n, a) => {
    const polygon = a.split(" / ").map(ring);
    const other = [ring(bs[n] ?? "")];
    const [area = 0, areaOther = 0, areaBoth = 0, rings, corners, lng = 0, lat = 0] = (facts[n] ?? "").split(" ").map(Number);
    const region = new Region([polygon]);
    const both = new Region(union([polygon, other]));
    near(region.area(), area);
    near(new Region([other]).area(), areaOther);
    near(both.area(), areaBoth);
    near(new Region(intersection(region, new Region([other])).polygons).area(), area + areaOther - areaBoth);
    expect(both.polygons.flat().length).toBe(rings);
    expect(both.sides.length).toBe(corners);
    expect(angle(pointOf(region.center()), pointAt(lng, lat))).toBeLessThan(1e-8);
    for (const place of (places[n] ?? "").split(" ")) {
      const [x = 0, y = 0, inside, distance = 0] = place.split(",").map(Number);
      expect(region.holds(pointAt(x, y))).toBe(inside === 1);
      expect(Math.abs(region.distance(pointAt(x, y)) - distance)).toBeLessThan(1e-12);
    }
    const [level, ...tokens] = (covers[n] ?? "").split(" ");
    expect(covering(region.sides, region, Number(level), 0)?.sort()).toEqual(tokens.sort());
  });
});

const seeds = [1, 2, 3, 4, 5, 6].map((seed) => [seed]);

describe("laws on random shapes", () => {
  it.each(seeds)("a place is in a union where it is in a part, in an intersection where it is in both (seed %i)", (seed) => {
    const next = random(seed);
    for (let n = 0; n < 12; n++) {
      const center = next.place();
      const size = 10 ** (-4 * next.unit() - 0.4);
      const parts = Array.from({ length: 2 + next.below(4) }, () =>
        [next.star(travel(center, 7 * next.unit(), size * next.unit()), 3 + next.below(30), size)]);
      const regions = parts.map((part) => new Region([part]));
      const whole = new Region(union(parts));
      const [a, b] = regions as [Region, Region];
      const common = new Region(intersection(a, b).polygons);
      near(a.area() + b.area(), new Region(union(parts.slice(0, 2))).area() + common.area());
      near(new Region(union([...parts].reverse())).area(), whole.area());
      near(new Region(union([...parts, ...parts])).area(), whole.area());
      for (let k = 0; k < 40; k++) {
        const p = travel(center, 7 * next.unit(), 2 * size * next.unit());
        expect(whole.holds(p)).toBe(regions.some((r) => r.holds(p)));
        expect(common.holds(p)).toBe(a.holds(p) && b.holds(p));
      }
      for (const polygon of whole.polygons) expect(isSound(polygon)).toBe(true);
      const cells = new Set(covering(whole.sides, whole, Math.max(0, Math.round(-Math.log2(size))), 0));
      for (let k = 0; k < 20; k++) {
        const p = travel(center, 7 * next.unit(), 2 * size * next.unit());
        if (whole.holds(p)) expect(cells.has(cellToken(cellAt(p, Math.max(0, Math.round(-Math.log2(size))))))).toBe(true);
      }
    }
  });

  it.each(seeds)("a line's parts inside and outside make up the line (seed %i)", (seed) => {
    const next = random(seed);
    for (let n = 0; n < 20; n++) {
      const center = next.place();
      const size = 10 ** (-4 * next.unit() - 0.5);
      const region = new Region([[next.star(center, 3 + next.below(20), size)]]);
      const line = Array.from({ length: 2 + next.below(8) }, () => travel(center, 7 * next.unit(), 1.5 * size * next.unit()));
      const { lines: inside } = clip([line], region);
      for (const part of inside) for (const { a, b } of sidesOfLines([part])) expect(region.distance(along(a, b, 0.5))).toBeLessThan(1e-12);
      expect(lengthOf(inside)).toBeLessThanOrEqual(lengthOf([line]) * (1 + 1e-12));
      const again = clip(inside, region);
      near(lengthOf(again.lines), lengthOf(inside));
      near(lengthOf(intersectionOfLines([line], inside).lines), lengthOf(inside));
      near(lengthOf(unionOfLines([line, ...inside])), lengthOf([line]));
      const part = next.unit();
      const at = pointOn(line, part);
      expect(Math.min(...sidesOfLines([line]).map(({ a, b }) => distanceTo(at, a, b)))).toBeLessThan(1e-12);
      const [straight] = [line.slice(0, 2)];
      near(partOf(straight, pointOn(straight, part), false) + 1, part + 1);
    }
  });

  it.each(seeds)("a buffer holds what is nearer than its radius, and nothing further (seed %i)", (seed) => {
    const next = random(seed);
    for (let n = 0; n < 8; n++) {
      const center = next.place();
      const size = 10 ** (-4 * next.unit() - 1);
      const radius = size * (0.05 + next.unit());
      const reach = reachOf(radius * EARTH_RADIUS, radius * EARTH_RADIUS * 0.01);
      if (reach === null) throw new Error("no reach");
      const star = new Region([[next.star(center, 3 + next.below(12), size)]]);
      const line = Array.from({ length: 2 + next.below(6) }, () => travel(center, 7 * next.unit(), size * next.unit()));
      const wide = new Region(bufferPolygons(star, reach));
      const tube = new Region(bufferLines([line], reach));
      const disc = new Region([[circle(center, reach)]]);
      for (let k = 0; k < 60; k++) {
        const p = travel(center, 7 * next.unit(), (size + radius) * 1.2 * next.unit());
        const agree = (region: Region, distance: number): void => {
          if (distance < radius * 0.985) expect(region.holds(p)).toBe(true);
          if (distance > radius * 1.015) expect(region.holds(p)).toBe(false);
        };
        agree(wide, star.distance(p));
        agree(tube, Math.min(...sidesOfLines([line]).map(({ a, b }) => distanceTo(p, a, b))));
        agree(disc, angle(p, center));
      }
    }
  });

  it.each(seeds)("a simplified line stays near, and has no points close together (seed %i)", (seed) => {
    const next = random(seed);
    let at = next.place();
    let way = 7 * next.unit();
    const line = Array.from({ length: 300 }, () => (at = travel(at, (way += next.unit() - 0.5), 2e-6)));
    for (const tolerance of [0, 1e-6, 1e-5, 1e-4]) {
      const [left = []] = simplified([{ points: line, closed: false }], tolerance);
      left.slice(1).forEach((p, n) => expect(angle(p, left[n] as Point)).toBeGreaterThan(tolerance * 0.999));
      for (const p of line) expect(Math.min(...sidesOfLines([left]).map(({ a, b }) => distanceTo(p, a, b)))).toBeLessThan(2.01 * tolerance + 1e-12);
    }
  });

  it("borders that polygons share stay shared", () => {
    const next = random(9);
    const border = Array.from({ length: 101 }, (_, n) => pointAt(10 + 0.002 * next.unit(), 50 + n * 0.01));
    const west = [pointAt(9, 50), ...border, pointAt(9, 51)];
    const east = [pointAt(11, 51), ...[...border].reverse(), pointAt(11, 50)];
    const [a = [], b = []] = simplified([west, east].map((points) => ({ points, closed: true })), 200 / EARTH_RADIUS);
    expect(a.length).toBeLessThan(60);
    near(new Region(union([[a], [b]])).area(), new Region([[a]]).area() + new Region([[b]]).area());
    expect(union([[a], [b]]).length).toBe(1);
    expect(union([[a], [b]])[0]?.length).toBe(1);
  });

  it.each(seeds)("H3 cells of a polygon are those whose middles are in it (seed %i)", (seed) => {
    const next = random(seed);
    const center = pointAt(next.unit() * 340 - 170, next.unit() * 100 - 50);
    const star = next.star(center, 5, 0.02);
    const tokens = fill([[star]], 5) as string[];
    const region = new Region([[densified([...star, star[0] as Point], 1, false).slice(0, -1)]]);
    expect(tokens.length).toBeGreaterThan(5);
    for (const token of tokens) expect(region.distance(hexCenter(readHex(token) ?? { base: 0, digits: [] }))).toBeLessThan(1e-6);
  });
});

const polygon = (...rings: readonly (readonly (readonly [number, number])[])[]): Value =>
  new Map<string, Value>([["type", "Polygon"], ["coordinates", rings.map((r) => r.map((p): Value => [...p]))]]);
const region = (value: Value): Region => new Region(readPolygons(value) ?? []);

describe("awkward places", () => {
  it("a polygon over the antimeridian", () => {
    const over = region(polygon([[179, -1], [-179, -1], [-179, 1], [179, 1], [179, -1]]));
    expect([over.holds(pointAt(180, 0)), over.holds(pointAt(-179.5, 0)), over.holds(pointAt(0, 0))]).toEqual([true, true, false]);
  });
  it("a polygon around a pole", () => {
    const cap = region(polygon([[0, 80], [90, 80], [180, 80], [-90, 80], [0, 80]]));
    expect([cap.holds(pointAt(0, 90)), cap.holds(pointAt(45, 85)), cap.holds(pointAt(0, -90))]).toEqual([true, true, false]);
  });
  it("a ring bounds its smaller side, whichever way it runs", () => {
    const one = polygon([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]);
    const other = polygon([[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]);
    near(region(one).area(), region(other).area());
  });
  it("a hole that touches its shell in a corner", () => {
    const shape = region(polygon([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[0, 0], [1, 3], [3, 1], [0, 0]]));
    const again = new Region(union([...shape.polygons, ...shape.polygons]));
    near(again.area(), shape.area());
    expect(again.polygons.map((p) => p.length)).toEqual([2]);
  });
  it("squares side by side are one, corners on the other's side or not", () => {
    const squares = [polygon([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]), polygon([[2, 0], [4, 0], [4, 2], [2, 2], [2, 0]]),
      polygon([[0, -2], [4, -2], [4, 0], [2, 0], [0, 0], [0, -2]])];
    const whole = union(squares.flatMap((s) => [...readPolygons(s) ?? []]));
    expect(whole.length).toBe(1);
    near(new Region(whole).area(), squares.map((s) => region(s).area()).reduce((a, b) => a + b));
  });
  it("polygons that touch in a place have that place in common", () => {
    const { points, lines: along2, polygons } = intersection(region(polygon([[0, 0], [1, 0], [1, 1], [0, 0]])), region(polygon([[1, 1], [2, 1], [2, 2], [1, 1]])));
    expect([points.length, along2.length, polygons.length]).toEqual([1, 0, 0]);
    expect(points[0] && isSame(points[0], pointAt(1, 1))).toBe(true);
  });
  it("coordinates that went in come out", () => {
    const shape = polygon([[-73.9495, 40.7969], [-73.95807, 40.80068], [-73.98201, 40.76825], [-73.97317, 40.76455], [-73.9495, 40.7969]]);
    expect(writePolygons(readPolygons(shape) ?? [])).toEqual(shape);
  });
});

describe("what is no shape", () => {
  it.each<readonly [string, Value]>([
    ["a ring of two places", polygon([[0, 0], [1, 1], [0, 0]])],
    ["a ring with a place twice", polygon([[0, 0], [10, 10], [10, 10], [0, 0]])],
    ["a ring that is open", polygon([[0, 0], [1, 0], [1, 1], [0, 1]])],
    ["a latitude beyond the pole", polygon([[0, 0], [1, 0], [1, 91], [0, 0]])],
    ["no ring", polygon()],
    ["a text", "POLYGON"],
    ["null", null],
  ])("%s", (_, value) => expect(readPolygons(value)).toBeNull());
  it("a ring that crosses itself", () => expect(isSound(readPolygons(polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]))?.[0] ?? [])).toBe(false));
  it("a hole that crosses its shell", () => expect(isSound(readPolygons(
    polygon([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [1, 5], [2, 5], [1, 1]]))?.[0] ?? [])).toBe(false));
  it("a line between opposite places", () => expect(readLines(new Map<string, Value>([["type", "LineString"],
    ["coordinates", [[0, 0], [180, 0]]]]))).toBeNull());
});
