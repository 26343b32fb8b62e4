/** H3 cells beside each other: neighbours, rings, and the cells that fill a polygon. */
import type { Hex } from "./h3";
import { hexBoundary, hexCenter, hexOf, hexToken, isPentagon, opposite } from "./h3";
import type { Point } from "./sphere";
import { dot, mix } from "./sphere";

/** The digits of the six directions, counterclockwise, from the one with which H3 begins its rings. */
const ROUND = [6, 2, 3, 1, 5, 4] as const;

/** A cell and the cells over its sides; `null` stands where a pentagon has none. */
interface Around {
  readonly hex: Hex;
  readonly next: readonly (Hex | null)[];
}

/** The neighbours of cells, each found once. */
class Grid {
  private readonly known = new Map<string, Around>();

  around(hex: Hex): Around {
    const token = hexToken(hex);
    let found = this.known.get(token);
    if (found === undefined) this.known.set(token, found = { hex, next: neighbors(hex) });
    return found;
  }
}

/** The cells beyond the sides, counterclockwise from direction 6 of the cell's own axes. */
function neighbors(hex: Hex): (Hex | null)[] {
  const center = hexCenter(hex);
  const res = hex.digits.length;
  const seen = new Set<string>();
  // A place mirrored in the middle of a side lies well inside of the cell beyond, as does one mirrored in the middle of
  // a half of a side that bends.
  const boundary = hexBoundary(hex);
  const found = boundary.flatMap((corner, n): Hex[] => {
    const side = mix(0.5, corner, 0.5, boundary[(n + 1) % boundary.length] as Point);
    const beyond = hexOf(mix(2 * dot(side, center) / dot(side, side), side, -1, center), res);
    const token = hexToken(beyond);
    if (seen.has(token)) return [];
    seen.add(token);
    return [beyond];
  });
  const last = hex.digits[res - 1];
  if (res === 0 || last === undefined) return found;
  // Which of them is which: the parent's middle child lies against this cell's own digit, its child 6 ahead of the middle.
  const from = { base: hex.base, digits: [...hex.digits.slice(0, -1), last === 0 ? 6 : 0] };
  const at = found.findIndex((f) => hexToken(f) === hexToken(from));
  if (found.length === 5) {
    const start = Math.max(0, at);
    const turned = found.map((_, n) => found[(start + n) % 5] as Hex);
    return [...turned.slice(0, 3), null, ...turned.slice(3)];
  }
  const direction = last === 0 ? 6 : opposite(last);
  const shift = at - ROUND.findIndex((d) => d === direction) + 12;
  return ROUND.map((_, n) => found[(shift + n) % found.length] as Hex);
}

/** The neighbours of a cell: six, or five of a pentagon. */
export function hexNeighbors(hex: Hex): Hex[] {
  return neighbors(hex).filter((h) => h !== null);
}

/**
 * The rings around a cell, the cell itself as the first. Each ring begins and turns as H3's own; near pentagons, where
 * rings have gaps, a ring is what was not in one before, in the order in which it is found.
 */
export function hexRings(hex: Hex, distance: number, check?: () => void): Hex[][] {
  const grid = new Grid();
  return spiral(grid, hex, distance, check) ?? waves(grid, hex, distance, check);
}

/** Walks ring by ring; null when a pentagon is met, whose missing direction would lead astray. */
function spiral(grid: Grid, hex: Hex, distance: number, check?: () => void): Hex[][] | null {
  const rings = [[hex]];
  let here = grid.around(hex);
  if (isPentagon(hex)) return distance === 0 ? rings : null;
  // Directions are counted from the start's axes; `turn` is how far those of the cell at hand are turned against them.
  let turn = 0;
  const step = (direction: number): boolean => {
    const at = (direction + turn) % 6;
    const next = here.next[at];
    if (next === null || next === undefined || isPentagon(next)) return false;
    const from = hexToken(here.hex);
    here = grid.around(next);
    const back = here.next.findIndex((h) => h !== null && hexToken(h) === from);
    turn = (turn + back - at - 3 + 12) % 6;
    return true;
  };
  for (let ring = 1; ring <= distance; ring++) {
    const cells: Hex[] = [];
    // Direction 4 (the last of ROUND) leads outwards, then along 2, 3, 1, 5, 4, 6.
    if (!step(5)) return null;
    for (const direction of [1, 2, 3, 4, 5, 0]) {
      for (let n = 0; n < ring; n++) {
        if (!step(direction)) return null;
        check?.();
        cells.push(here.hex);
      }
    }
    rings.push(cells);
  }
  return rings;
}

function waves(grid: Grid, hex: Hex, distance: number, check?: () => void): Hex[][] {
  const seen = new Set([hexToken(hex)]);
  const rings = [[hex]];
  for (let ring = 1; ring <= distance; ring++) {
    const cells: Hex[] = [];
    for (const one of rings[ring - 1] as Hex[]) {
      check?.();
      for (const next of grid.around(one).next) {
        if (next === null || seen.has(hexToken(next))) continue;
        seen.add(hexToken(next));
        cells.push(next);
      }
    }
    rings.push(cells);
  }
  return rings;
}

/**
 * The cells whose middles are inside of a shape: from places along its border inwards. Null when there are more than
 * `most`. In the order of their tokens.
 */
export function hexFill(
  border: Iterable<Point>, isInside: (p: Point) => boolean, res: number, most: number, check?: () => void,
): Hex[] | null {
  const seen = new Set<string>();
  const inside = new Map<string, Hex>();
  let open: Hex[] = [];
  const look = (hex: Hex): void => {
    const token = hexToken(hex);
    if (seen.has(token)) return;
    seen.add(token);
    if (!isInside(hexCenter(hex))) return;
    inside.set(token, hex);
    open.push(hex);
  };
  const traced = new Set<string>();
  for (const place of border) {
    check?.();
    const hex = hexOf(place, res);
    const token = hexToken(hex);
    if (traced.has(token)) continue;
    traced.add(token);
    look(hex);
    for (const next of hexNeighbors(hex)) look(next);
    if (inside.size > most || traced.size > 8 * most) return null;
  }
  while (open.length > 0) {
    const now = open;
    open = [];
    for (const hex of now) {
      check?.();
      for (const next of hexNeighbors(hex)) look(next);
      if (inside.size > most) return null;
    }
  }
  return [...inside].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, hex]) => hex);
}
