/** Geohash: rectangles of degrees named by letters, each letter cutting the one before into 32. */

const LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz";
const LONGEST = 18;

/** A geohash's rectangle in degrees. */
export interface Rectangle {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** The geohash of a place with this many letters. */
export function geohashAt(lng: number, lat: number, letters: number): string {
  let [west, east, south, north] = [-180, 180, -90, 90];
  let text = "";
  let bits = 0;
  for (let bit = 0; bit < letters * 5; bit++) {
    bits *= 2;
    if (bit % 2 === 0) {
      const middle = (west + east) / 2;
      if (lng >= middle) { bits++; west = middle; } else east = middle;
    } else {
      const middle = (south + north) / 2;
      if (lat >= middle) { bits++; south = middle; } else north = middle;
    }
    if (bit % 5 === 4) {
      text += LETTERS.charAt(bits);
      bits = 0;
    }
  }
  return text;
}

/** The rectangle of a geohash of 1 to 18 letters; null for what is none. */
export function readGeohash(text: string): Rectangle | null {
  if (text.length === 0 || text.length > LONGEST) return null;
  let [west, east, south, north] = [-180, 180, -90, 90];
  let along = true;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    for (let bit = 16; bit > 0; bit >>= 1) {
      const middle = along ? (west + east) / 2 : (south + north) / 2;
      const upper = (value & bit) !== 0;
      if (along) { if (upper) west = middle; else east = middle; } else if (upper) south = middle;
      else north = middle;
      along = !along;
    }
  }
  return { west, south, east, north };
}

/** East and north steps, in the order in which Kusto lists neighbours (docs: geo_geohash_neighbors(), Examples). */
const AROUND = [[-1, -1], [-1, 1], [1, -1], [0, 1], [-1, 0], [1, 1], [1, 0], [0, -1]] as const;

/** The up to eight neighbours: around the antimeridian too, but none beyond a pole. */
export function geohashNeighbors(text: string): string[] | null {
  const cell = readGeohash(text);
  if (cell === null) return null;
  const width = cell.east - cell.west;
  const height = cell.north - cell.south;
  return AROUND.flatMap(([east, north]) => {
    const lng = (cell.west + cell.east) / 2 + east * width;
    const lat = (cell.south + cell.north) / 2 + north * height;
    if (Math.abs(lat) > 90) return [];
    return [geohashAt(lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng, lat, text.length)];
  });
}
