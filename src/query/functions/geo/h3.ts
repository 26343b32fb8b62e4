/**
 * H3 cells: hexagons (and twelve pentagons per resolution) on the faces of an icosahedron, each with seven children.
 * Rings and fills: `h3grid.ts`. Source: H3's documentation (h3geo.org, "Core library overview" and "Indexing").
 */
import { BASE_CELLS, FACES, HOMES, NEIGHBORS, PENTAGONS } from "./h3-tables";
import type { Point, Vector } from "./sphere";
import { cross, dot, mix, norm, pointOf } from "./sphere";

export const FINEST = 15;

/** A cell: its base cell, and a digit from 0 to 6 per resolution. */
export interface Hex {
  readonly base: number;
  readonly digits: readonly number[];
}

/** Cube coordinates of hexagons on a face; normalized: none is negative and one is 0. */
type Triple = readonly [number, number, number];
interface OnFace {
  readonly face: number;
  readonly at: Triple;
}

// ---- tables --------------------------------------------------------------------------------------------------------

const packed = (text: string, index: number): number => Number.parseInt(text.slice(index * 2, index * 2 + 2), 36);

/** A face's middle and its two axes: along i, and a right angle counterclockwise from it. */
const AXES = FACES.map(([x, y, z, azimuth]) => {
  const middle = { x, y, z };
  const up = mix(1, { x: 0, y: 0, z: 1 }, -z, middle);
  const north = mix(1 / norm(up), up, 0, up);
  const along = mix(Math.cos(azimuth), north, Math.sin(azimuth), cross(north, middle));
  return { middle, along, aside: cross(middle, along) };
});

/** How far a hexagon of resolution 0 reaches on the plane that touches a face's middle. */
const UNIT = (3 - Math.sqrt(5)) / 2;
/** Between resolutions the grid turns by this, this way and that. */
const TURN = Math.asin(Math.sqrt(3 / 28));
const HEIGHT = Math.sqrt(3) / 2;
const SHIFTS: readonly Triple[] = [[2, 0, 2], [2, 2, 0], [0, 2, 2]];
/** The sides of a face: 0 between i and j, 1 between k and i, 2 between j and k. */
const sideOf = (face: number, side: number): { face: number; turns: number; shift: Triple } => {
  const code = packed(NEIGHBORS, face * 3 + side);
  return { face: Math.floor(code / 18), turns: Math.floor(code / 3) % 6, shift: SHIFTS[code % 3] as Triple };
};

export const isPentagonBase = (base: number): boolean => PENTAGONS.has(base);

// ---- cube coordinates ----------------------------------------------------------------------------------------------

function normal(i: number, j: number, k: number): Triple {
  const least = Math.min(i, j, k);
  return [i - least, j - least, k - least];
}
const sum = (a: Triple, b: Triple): Triple => normal(a[0] + b[0], a[1] + b[1], a[2] + b[2]);
/** Sixty degrees counterclockwise. */
const turnLeft = ([i, j, k]: Triple): Triple => normal(i + k, i + j, j + k);
const turnRight = ([i, j, k]: Triple): Triple => normal(i + j, j + k, k + i);

/** Digits are i, j, k as bits 4, 2, 1. */
const unit = (digit: number): Triple => [digit >> 2, (digit >> 1) & 1, digit & 1];

/** The coordinates of a cell's middle one resolution finer; odd resolutions lean to the left. */
function finer([i, j, k]: Triple, odd: boolean): Triple {
  return odd ? normal(3 * i + j, 3 * j + k, 3 * k + i) : normal(3 * i + k, 3 * j + i, 3 * k + j);
}

/** The cell one resolution coarser whose children these coordinates are among. */
function coarser([i, j, k]: Triple, odd: boolean): Triple {
  const a = i - k;
  const b = j - k;
  const round = (n: number): number => Math.sign(n) * Math.round(Math.abs(n));
  return odd ? normal(round((3 * a - b) / 7), round((a + 2 * b) / 7), 0)
    : normal(round((2 * a + b) / 7), round((3 * b - a) / 7), 0);
}

/** Three times finer, twice over: the grid on which the corners of hexagons are. */
function corners([i, j, k]: Triple): Triple {
  const [a, b, c] = normal(2 * i + j, 2 * j + k, 2 * k + i);
  return normal(2 * a + c, 2 * b + a, 2 * c + b);
}

const planeOf = ([i, j, k]: Triple): readonly [number, number] => [i - k - (j - k) / 2, (j - k) * HEIGHT];

/** The hexagon that holds a place of the plane. */
function hexAt(x: number, y: number): Triple {
  const b = y / HEIGHT;
  const a = x + b / 2;
  // Round the three cube coordinates, which add up to 0, and mend the one that was rounded most.
  const [q, r, s] = [a, -a + b, -b];
  let [rq, rr, rs] = [Math.round(q), Math.round(r), Math.round(s)];
  const [dq, dr, ds] = [Math.abs(rq - q), Math.abs(rr - r), Math.abs(rs - s)];
  if (dq > dr && dq > ds) rq = -rr - rs;
  else if (dr <= ds) rs = -rq - rr;
  else rr = -rq - rs;
  return normal(rq, -rs, 0);
}

// ---- digits --------------------------------------------------------------------------------------------------------

const LEFT = [0, 5, 3, 1, 6, 4, 2] as const;
const RIGHT = [0, 3, 6, 2, 5, 1, 4] as const;
const leading = (digits: readonly number[]): number => digits.find((d) => d !== 0) ?? 0;
const turnedBy = (digits: readonly number[], turn: readonly number[]): number[] => digits.map((d) => turn[d] as number);

export const opposite = (digit: number): number => 7 - digit;

// ---- places --------------------------------------------------------------------------------------------------------

/** The cell of a resolution that holds a place. */
export function hexOf(p: Vector, res: number): Hex {
  let face = 0;
  for (let f = 1; f < 20; f++) {
    if (dot(AXES[f]?.middle as Vector, p) > dot(AXES[face]?.middle as Vector, p)) face = f;
  }
  const { middle, along, aside } = AXES[face] as (typeof AXES)[number];
  const scale = Math.sqrt(7) ** res / (UNIT * dot(middle, p));
  const [x, y] = [dot(along, p) * scale, dot(aside, p) * scale];
  const turn = res % 2 === 1 ? TURN : 0;
  return hexOn({ face, at: hexAt(x * Math.cos(turn) + y * Math.sin(turn), y * Math.cos(turn) - x * Math.sin(turn)) }, res);
}

/** The cell at coordinates on a face. */
function hexOn({ face, at }: OnFace, res: number): Hex {
  let digits: number[] = [];
  let here = at;
  for (let r = res; r > 0; r--) {
    const parent = coarser(here, r % 2 === 1);
    const [i, j, k] = finer(parent, r % 2 === 1);
    const [di, dj, dk] = normal(here[0] - i, here[1] - j, here[2] - k);
    digits.unshift(di * 4 + dj * 2 + dk);
    here = parent;
  }
  const code = packed(BASE_CELLS, face * 27 + here[0] * 9 + here[1] * 3 + here[2]);
  const base = Math.floor(code / 6);
  const other = PENTAGONS.get(base);
  if (other !== undefined && leading(digits) === 1) digits = turnedBy(digits, other.includes(face) ? RIGHT : LEFT);
  for (let turn = 0; turn < code % 6; turn++) {
    digits = turnedBy(digits, LEFT);
    if (other !== undefined && leading(digits) === 1) digits = turnedBy(digits, LEFT);
  }
  return { base, digits };
}

/** Where a hexagon lies: the face and its coordinates there, at its own resolution. */
function placeOf({ base, digits }: Hex): OnFace {
  const pentagon = isPentagonBase(base);
  const first = leading(digits);
  const way = pentagon && first === 5 ? turnedBy(digits, RIGHT) : digits;
  const code = packed(HOMES, base);
  const home = Math.floor(code / 27);
  let at: Triple = [Math.floor(code / 9) % 3, Math.floor(code / 3) % 3, code % 3];
  const possible = pentagon || (digits.length > 0 && at.some((n) => n !== 0));
  way.forEach((digit, r) => (at = sum(finer(at, r % 2 === 0), unit(digit))));
  if (!possible) return { face: home, at };
  const odd = digits.length % 2 === 1;
  const res = digits.length + (odd ? 1 : 0);
  const start: OnFace = { face: home, at: odd ? finer(at, false) : at };
  let moved = overEdge(start, res, 1, pentagon && leading(way) === 4);
  if (moved === null) return { face: home, at };
  for (let next = pentagon ? overEdge(moved, res, 1) : null; next !== null; next = overEdge(next, res, 1)) moved = next;
  return odd ? { face: moved.face, at: coarser(moved.at, false) } : moved;
}

/** Coordinates beyond a face's side as those of the face next to it; null for those on the face. */
function overEdge({ face, at }: OnFace, res: number, scale: number, lame = false): OnFace | null {
  const size = 7 ** (res / 2) * scale;
  if (at[0] + at[1] + at[2] <= 2 * size) return null;
  const side = at[2] === 0 ? 0 : at[1] > 0 ? 2 : 1;
  let here = at;
  if (side === 1 && lame) {
    const [i, j, k] = turnRight(normal(at[0] - 2 * size, at[1], at[2]));
    here = normal(i + 2 * size, j, k);
  }
  const next = sideOf(face, side);
  for (let turn = 0; turn < next.turns; turn++) here = turnLeft(here);
  const [i, j, k] = next.shift;
  return { face: next.face, at: normal(here[0] + i * size, here[1] + j * size, here[2] + k * size) };
}

/** A place of a face's plane on the sphere. `scale` is the length of a step there. */
function onSphere(face: number, [x, y]: readonly [number, number], scale: number, turn: number): Point {
  const { middle, along, aside } = AXES[face] as (typeof AXES)[number];
  const u = (x * Math.cos(turn) - y * Math.sin(turn)) * scale;
  const v = (x * Math.sin(turn) + y * Math.cos(turn)) * scale;
  return pointOf({
    x: middle.x + u * along.x + v * aside.x,
    y: middle.y + u * along.y + v * aside.y,
    z: middle.z + u * along.z + v * aside.z,
  });
}

/** The middle of a cell. */
export function hexCenter(hex: Hex): Point {
  const { face, at } = placeOf(hex);
  const res = hex.digits.length;
  return onSphere(face, planeOf(at), UNIT * Math.sqrt(7) ** -res, res % 2 === 1 ? TURN : 0);
}

export const isPentagon = (hex: Hex): boolean => isPentagonBase(hex.base) && hex.digits.every((d) => d === 0);

const EVEN: readonly Triple[] = [[2, 1, 0], [1, 2, 0], [0, 2, 1], [0, 1, 2], [1, 0, 2], [2, 0, 1]];
const ODD: readonly Triple[] = [[5, 4, 0], [1, 5, 0], [0, 5, 4], [0, 1, 5], [4, 0, 5], [5, 0, 1]];

interface Corner extends OnFace {
  readonly onEdge: boolean;
}

/**
 * The corners of a cell, counterclockwise: six or five, and where a side goes over an edge of the icosahedron, the place
 * at which it bends.
 */
export function hexBoundary(hex: Hex): Point[] {
  const { face, at } = placeOf(hex);
  const odd = hex.digits.length % 2 === 1;
  const res = hex.digits.length + (odd ? 1 : 0);
  const five = isPentagon(hex);
  const limit = 6 * 7 ** (res / 2);
  const middle = odd ? finer(corners(at), false) : corners(at);
  const raw = (odd ? ODD : EVEN).slice(0, five ? 5 : 6).map((step) => sum(middle, step));
  const placed = raw.map((corner): Corner => {
    let here: OnFace = { face, at: corner };
    for (let n = 0; n < (five ? 6 : 1); n++) here = overEdge(here, res, 3) ?? here;
    return { ...here, onEdge: here.at[0] + here.at[1] + here.at[2] === limit };
  });
  const show = (on: number, place: readonly [number, number]): Point =>
    onSphere(on, place, (UNIT * Math.sqrt(7) ** -res) / 3, 0);
  const out: Point[] = [];
  placed.forEach((corner, n) => {
    out.push(show(corner.face, planeOf(corner.at)));
    const after = placed[(n + 1) % placed.length] as Corner;
    if (!odd || after.face === corner.face) return;
    if (five) {
      // All sides of an odd pentagon bend; they are seen from the face of the later corner.
      const side = [0, 1, 2].find((s) => sideOf(after.face, s).face === corner.face) ?? 0;
      const back = [0, 1, 2].find((s) => sideOf(corner.face, s).face === after.face) ?? 0;
      const { turns, shift } = sideOf(corner.face, back);
      let from = corner.at;
      for (let turn = 0; turn < turns; turn++) from = turnLeft(from);
      const size = limit / 2;
      const there = normal(from[0] + shift[0] * size, from[1] + shift[1] * size, from[2] + shift[2] * size);
      out.push(show(after.face, bend(planeOf(there), planeOf(after.at), side, limit)));
    } else if (!corner.onEdge) {
      const from = planeOf(raw[n] as Triple);
      const to = planeOf(raw[(n + 1) % raw.length] as Triple);
      const other = corner.face === face ? after.face : corner.face;
      const side = [0, 1, 2].find((s) => sideOf(face, s).face === other) ?? 0;
      const at2 = bend(from, to, side, limit);
      const near = (p: readonly [number, number]): boolean => Math.hypot(p[0] - at2[0], p[1] - at2[1]) < 1e-7;
      if (!near(from) && !near(to)) out.push(show(face, at2));
    }
  });
  return out;
}

/** Where the line between two places of a face's plane meets one of the face's sides. */
function bend(
  [ax, ay]: readonly [number, number], [bx, by]: readonly [number, number], side: number, limit: number,
): readonly [number, number] {
  const tips = [[limit, 0], [-limit / 2, HEIGHT * limit], [-limit / 2, -HEIGHT * limit]] as const;
  const [p, q] = side === 0 ? [tips[0], tips[1]] : side === 2 ? [tips[1], tips[2]] : [tips[2], tips[0]];
  const [ux, uy] = [bx - ax, by - ay];
  const [vx, vy] = [q[0] - p[0], q[1] - p[1]];
  const t = (vx * (ay - p[1]) - vy * (ax - p[0])) / (vy * ux - vx * uy);
  return [ax + t * ux, ay + t * uy];
}

// ---- texts ---------------------------------------------------------------------------------------------------------

/** The usual text of a cell: 15 hex digits. */
export function hexToken({ base, digits }: Hex): string {
  let bits = base;
  for (let r = 0; r < FINEST; r++) bits = bits * 8 + (digits[r] ?? 7);
  return `8${digits.length.toString(16)}${bits.toString(16).padStart(13, "0")}`;
}

/** The cell of a text; null for what is none. */
export function readHex(token: string): Hex | null {
  if (!/^8[0-9a-f]{14}$/i.test(token)) return null;
  const res = Number.parseInt(token.charAt(1), 16);
  let bits = Number.parseInt(token.slice(2), 16);
  const digits: number[] = [];
  for (let r = FINEST - 1; r >= 0; r--) {
    const digit = bits % 8;
    bits = Math.floor(bits / 8);
    if ((digit === 7) !== (r >= res)) return null;
    if (r < res) digits.unshift(digit);
  }
  if (bits > 121 || (isPentagonBase(bits) && leading(digits) === 1)) return null;
  return { base: bits, digits };
}

/** The cell of a coarser resolution that holds another. */
export const hexParent = ({ base, digits }: Hex, res: number): Hex => ({ base, digits: digits.slice(0, res) });

/** The cells of a finer resolution; a pentagon has one child less. */
export function hexChildren(hex: Hex, res: number): Hex[] {
  let found: Hex[] = [hex];
  for (let r = hex.digits.length; r < res; r++) {
    found = found.flatMap((one) => [0, 1, 2, 3, 4, 5, 6].filter((d) => d !== 1 || !isPentagon(one))
      .map((d): Hex => ({ base: one.base, digits: [...one.digits, d] })));
  }
  return found;
}
