/**
 * S2 cells: the sphere as six faces of a cube, each cut into four again and again, numbered along a Hilbert curve.
 * Coverings of shapes: `s2cover.ts`. Source: S2 geometry's description of its cell hierarchy (s2geometry.io).
 */
import type { Point, Vector } from "./sphere";
import { pointOf } from "./sphere";

export const DEEPEST = 30;
const LEAVES = 2 ** DEEPEST;

/** A cell: the square of a face, `i` and `j` counted in cells of its own level. */
export interface Cell {
  readonly face: number;
  readonly level: number;
  readonly i: number;
  readonly j: number;
}

/** Place on the curve → corner (i in the high bit, j in the low), per orientation. */
const CORNERS = [[0, 1, 3, 2], [0, 2, 3, 1], [3, 2, 0, 1], [3, 1, 0, 2]] as const;
/** How the orientation turns at each place on the curve: 1 swaps the axes, 2 inverts them. */
const TURNS = [1, 0, 0, 3] as const;

/** From a face's coordinate in [-1, 1] to one in [0, 1] of more equal cells (the quadratic transform), and back. */
function toSquare(u: number): number {
  return u >= 0 ? Math.sqrt(1 + 3 * u) / 2 : 1 - Math.sqrt(1 - 3 * u) / 2;
}
function fromSquare(s: number): number {
  return s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) ** 2) / 3;
}

/** Face, u, v of a direction. */
function project({ x, y, z }: Vector): readonly [number, number, number] {
  const [ax, ay, az] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  if (ax > ay && ax > az) return x > 0 ? [0, y / x, z / x] : [3, z / x, y / x];
  if (ay > az) return y > 0 ? [1, -x / y, z / y] : [4, z / y, -x / y];
  return z > 0 ? [2, -x / z, -y / z] : [5, -y / z, -x / z];
}

/** The direction of a place on a face; u and v may lie a little outside of it. */
function unproject(face: number, u: number, v: number): Vector {
  switch (face) {
    case 0: return { x: 1, y: u, z: v };
    case 1: return { x: -u, y: 1, z: v };
    case 2: return { x: -u, y: -v, z: 1 };
    case 3: return { x: -1, y: -v, z: -u };
    case 4: return { x: v, y: -1, z: -u };
    default: return { x: v, y: u, z: -1 };
  }
}

/** The cell of a level that holds a place. */
export function cellAt(p: Vector, level: number): Cell {
  const [face, u, v] = project(p);
  const scale = 2 ** (DEEPEST - level);
  const leaf = (w: number): number => Math.max(0, Math.min(LEAVES - 1, Math.floor(toSquare(w) * LEAVES)));
  return { face, level, i: Math.floor(leaf(u) / scale), j: Math.floor(leaf(v) / scale) };
}

/** The 64 bits of a cell: three of the face, two for each step down the curve, a one. */
export function cellId({ face, level, i, j }: Cell): bigint {
  let orientation = face & 1;
  let [high, low] = [face, 0];
  for (let step = 0; step < level; step++) {
    const bit = 2 ** (level - 1 - step);
    const corner = (Math.floor(i / bit) & 1) * 2 + (Math.floor(j / bit) & 1);
    const at = (CORNERS[orientation] as readonly number[]).indexOf(corner);
    orientation ^= TURNS[at] as number;
    if (step < 20) high = high * 4 + at;
    else low = low * 4 + at;
  }
  const deep = Math.max(0, level - 20);
  return ((BigInt(high) << BigInt(2 * deep)) + BigInt(low)) * 2n + 1n << BigInt(2 * (DEEPEST - level));
}

/** The usual text of a cell: 16 hex digits without the zeros at the end. */
export function cellToken(cell: Cell): string {
  return cellId(cell).toString(16).padStart(16, "0").replace(/0+$/, "");
}

/** The cell of a token; null for what is none. */
export function readCell(token: string): Cell | null {
  if (!/^[0-9a-f]{1,16}$/i.test(token)) return null;
  const id = BigInt(`0x${token.padEnd(16, "0")}`);
  const face = Number(id >> 61n);
  if (id === 0n || face > 5) return null;
  let level = DEEPEST;
  while ((id & (1n << BigInt(2 * (DEEPEST - level)))) === 0n && level >= 0) level--;
  if (level < 0 || (id & ((1n << BigInt(2 * (DEEPEST - level))) - 1n)) !== 0n) return null;
  let orientation = face & 1;
  let [i, j] = [0, 0];
  for (let step = 0; step < level; step++) {
    const at = Number((id >> BigInt(61 - 2 * (step + 1))) & 3n);
    const corner = (CORNERS[orientation] as readonly number[])[at] as number;
    orientation ^= TURNS[at] as number;
    i = i * 2 + (corner >> 1);
    j = j * 2 + (corner & 1);
  }
  return { face, level, i, j };
}

/** The place in a cell at parts of its sides. */
function within({ face, level, i, j }: Cell, di: number, dj: number): Point {
  const size = 2 ** -level;
  return pointOf(unproject(face, fromSquare((i + di) * size), fromSquare((j + dj) * size)));
}

/** The middle of a cell (in its own coordinates; not its centre of mass). */
export function cellCenter(cell: Cell): Point {
  return within(cell, 0.5, 0.5);
}

/** The four corners, counterclockwise. */
export function cellCorners(cell: Cell): readonly [Point, Point, Point, Point] {
  return [within(cell, 0, 0), within(cell, 1, 0), within(cell, 1, 1), within(cell, 0, 1)];
}

/** The four cells of the next level. */
export function cellChildren({ face, level, i, j }: Cell): readonly Cell[] {
  return [0, 1, 2, 3].map((n) => ({ face, level: level + 1, i: 2 * i + (n >> 1), j: 2 * j + (n & 1) }));
}

/** Whether a cell holds a place; places on a border belong to one cell only. */
export function cellHolds(cell: Cell, p: Vector): boolean {
  const at = cellAt(p, cell.level);
  return at.face === cell.face && at.i === cell.i && at.j === cell.j;
}

/** A cell beside another, also around the edge of the cube; null at a corner, where there is none. */
function beside(cell: Cell, di: number, dj: number): Cell | null {
  const most = 2 ** cell.level - 1;
  const i = cell.i + di;
  const j = cell.j + dj;
  const out = (n: number): boolean => n < 0 || n > most;
  if (out(i) && out(j)) return null;
  if (!out(i) && !out(j)) return { ...cell, i, j };
  // Beyond the edge of the face: the linear transform goes on a little, which is enough to find the neighbour.
  const edge = 1 + 2 ** -50;
  const flat = (n: number): number => Math.max(-edge, Math.min(edge, ((n + 0.5) / (most + 1)) * 2 - 1));
  const [face, u, v] = project(unproject(cell.face, flat(i), flat(j)));
  const back = (w: number): number => Math.max(0, Math.min(most, Math.floor(((w + 1) / 2) * (most + 1))));
  return { face, level: cell.level, i: back(u), j: back(v) };
}

/** Steps in the order in which Kusto lists neighbours (docs: geo_s2cell_neighbors(), Examples). */
const AROUND = [[1, 1], [-1, -1], [1, -1], [0, -1], [0, 1], [1, 0], [-1, 0], [-1, 1]] as const;

/** The neighbours over sides and corners: eight, or seven at a corner of the cube. */
export function cellNeighbors(cell: Cell): string[] {
  const found = new Set<string>();
  for (const [di, dj] of AROUND) {
    const next = beside(cell, di, dj);
    if (next !== null) found.add(cellToken(next));
  }
  return [...found];
}
