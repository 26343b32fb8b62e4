/** The S2 cells of one level that a shape, or what is within a distance of it, touches. */
import type { Region, Side } from "./region";
import type { Cell } from "./s2";
import { cellCenter, cellChildren, cellCorners, cellHolds, cellId, cellToken } from "./s2";
import type { Point } from "./sphere";
import { angle, crossing, distanceTo } from "./sphere";

/** Source: Kusto docs, geo_polygon_to_s2cells(), Returns. */
const MOST_CELLS = 65536;

/** Tokens in the order of the curve; null when there are too many. `region` is undefined for lines. */
export function covering(sides: readonly Side[], region: Region | undefined, level: number, radius: number, check?: () => void): string[] | null {
  let cells: Cell[] = [];
  const visit = (cell: Cell, near: readonly Side[]): void => {
    if (cells.length > MOST_CELLS) return;
    check?.();
    const center = cellCenter(cell);
    const corners = cellCorners(cell);
    const extent = Math.max(...corners.map((c) => angle(center, c)));
    // Cells of the first levels are too large for this to say anything.
    const left = cell.level < 2 ? near : near.filter(({ a, b }) => distanceTo(center, a, b) <= extent + radius + 1e-15);
    if (left.length === 0) {
      if (region?.holds(center) === true) cells = cells.concat(below(cell, level, MOST_CELLS + 1 - cells.length));
      return;
    }
    if (cell.level < level) for (const child of cellChildren(cell)) visit(child, left);
    else if (region?.holds(center) === true || left.some((side) => reaches(cell, corners, side, radius))) cells.push(cell);
  };
  for (let face = 0; face < 6; face++) visit({ face, level: 0, i: 0, j: 0 }, sides);
  if (cells.length > MOST_CELLS) return null;
  return cells.map((cell) => [cellId(cell), cellToken(cell)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)).map(([, token]) => token);
}

/** All cells of a level in a cell, but not many more than `most`. */
function below(cell: Cell, level: number, most: number): Cell[] {
  let found = [cell];
  for (let at = cell.level; at < level && found.length <= most; at++) found = found.flatMap(cellChildren);
  return found;
}

/** Whether an edge comes within a distance of a cell. */
function reaches(cell: Cell, corners: readonly Point[], { a, b }: Side, radius: number): boolean {
  if (cellHolds(cell, a) || cellHolds(cell, b)) return true;
  return corners.some((c, n) => {
    const d = corners[(n + 1) % 4] as Point;
    return crossing(a, b, c, d) !== null
      || Math.min(distanceTo(c, a, b), distanceTo(a, c, d), distanceTo(b, c, d)) <= radius + 1e-15;
  });
}
