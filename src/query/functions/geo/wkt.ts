/** Well-known text of geometries to GeoJSON. Source: Kusto docs, geo_from_wkt(). */
import type { Value } from "../../../table";
import { coordinatesOf } from "./geojson";

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy;
/** GeoJSON's name and how many lists stand around a place. */
const KINDS: ReadonlyMap<string, readonly [string, number]> = new Map([
  ["POINT", ["Point", 0]], ["LINESTRING", ["LineString", 1]], ["POLYGON", ["Polygon", 2]],
  ["MULTIPOINT", ["MultiPoint", 1]], ["MULTILINESTRING", ["MultiLineString", 2]], ["MULTIPOLYGON", ["MultiPolygon", 3]],
]);
const DEEPEST = 16;

/** Reads one text from left to right; every reader gives undefined where the text is not what it must be. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found.trim();
  }

  private sign(mark: string): boolean {
    this.skip(/\s*/y);
    if (this.text.charAt(this.at) !== mark) return false;
    this.at++;
    return true;
  }

  atEnd(): boolean {
    this.skip(/\s*;?\s*/y);
    return this.at === this.text.length;
  }

  geometry(depth = 0): Value | undefined {
    this.skip(/\s*(?:SRID=\d+;\s*)?/iy);
    const word = this.skip(/[a-z]+/iy).toUpperCase();
    if (word === "GEOMETRYCOLLECTION" && depth < DEEPEST) {
      const geometries = this.list(() => this.geometry(depth + 1));
      return geometries && new Map<string, Value>([["type", "GeometryCollection"], ["geometries", geometries]]);
    }
    const kind = KINDS.get(word);
    if (kind === undefined) return undefined;
    const coordinates = word === "POINT" ? this.list(() => this.place())?.[0]
      : word === "MULTIPOINT" ? this.list(() => this.bracketed())
      : this.nested(kind[1]);
    return coordinates === undefined ? undefined
      : new Map<string, Value>([["type", kind[0]], ["coordinates", coordinates]]);
  }

  private nested(depth: number): Value | undefined {
    return depth === 0 ? this.place() : this.list(() => this.nested(depth - 1));
  }

  /** `(a, b, c)` */
  private list(read: () => Value | undefined): Value[] | undefined {
    if (!this.sign("(")) return undefined;
    const out: Value[] = [];
    do {
      const one = read();
      if (one === undefined) return undefined;
      out.push(one);
    } while (this.sign(","));
    return this.sign(")") ? out : undefined;
  }

  /** Points of a MULTIPOINT stand in brackets of their own or not. */
  private bracketed(): Value | undefined {
    if (!this.sign("(")) return this.place();
    const place = this.place();
    return this.sign(")") ? place : undefined;
  }

  private place(): Value | undefined {
    const numbers: number[] = [];
    for (;;) {
      this.skip(/\s*/y);
      const text = this.skip(NUMBER);
      if (text === "") break;
      numbers.push(Number(text));
    }
    return numbers.length === 2 ? coordinatesOf({ lng: numbers[0] as number, lat: numbers[1] as number }) : undefined;
  }
}

/** The GeoJSON of a well-known text; null for what is none. */
export function readWkt(text: string): Value {
  const reader = new Reader(text);
  const geometry = reader.geometry();
  return geometry === undefined || !reader.atEnd() ? null : geometry;
}
