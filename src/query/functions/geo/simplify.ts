/**
 * Shapes of fewer points: points closer than a tolerance become one, and chains that are nearly straight one edge. Borders
 * that shapes share stay shared, since what stays is decided once for all of them.
 */
import type { Point } from "./sphere";
import { chord2, distanceTo, isSame } from "./sphere";
import { cellAt, cellId } from "./s2";

/** A chain of points; a closed one does not repeat its first. */
export interface Chain {
  readonly points: readonly Point[];
  readonly closed: boolean;
}

/** The chains with what is left of their points; `tolerance` in radians. */
export function simplified(chains: readonly Chain[], tolerance: number, check?: () => void): Point[][] {
  const sites = siteOf(chains.flatMap((chain) => chain.points), tolerance, check);
  const routes = chains.map(({ points, closed }) => {
    const route = points.map((p) => sites.get(p) as Point).filter((p, n, all) => n === 0 || p !== all[n - 1]);
    while (closed && route.length > 1 && route[0] === route[route.length - 1]) route.pop();
    return { route, closed };
  });
  const kept = junctions(routes);
  for (const { route, closed } of routes) {
    check?.();
    if (closed && !route.some((p) => kept.has(p)) && route[0] !== undefined) kept.add(route[0]);
    const start = closed ? Math.max(0, route.findIndex((p) => kept.has(p))) : 0;
    const turned = closed ? [...route.slice(start), ...route.slice(0, start + 1)] : route;
    let from = 0;
    turned.forEach((p, n) => {
      if (n === 0 || !kept.has(p)) return;
      thin(turned.slice(from, n + 1), tolerance, kept, check);
      from = n;
    });
  }
  return routes.map(({ route }) => route.filter((p) => kept.has(p)));
}

/** For each point the one that stands for it: the first of its neighbourhood along the Hilbert curve, as in S2Builder. */
function siteOf(points: readonly Point[], tolerance: number, check?: () => void): Map<Point, Point> {
  const ordered = points.map((p) => [cellId(cellAt(p, 30)), p] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const reach = Math.max(2 * Math.sin(Math.min(tolerance, Math.PI) / 2), 1e-14);
  // Sites by cubes of space whose side is the tolerance: neighbours are in the cubes around.
  const cubes = new Map<string, Point[]>();
  const near = (p: Point, visit: (site: Point) => void): void => {
    const [x, y, z] = [p.x, p.y, p.z].map((v) => Math.floor(v / reach)) as [number, number, number];
    for (let n = 0; n < 27; n++) {
      for (const site of cubes.get(`${x + (n % 3) - 1},${y + (Math.floor(n / 3) % 3) - 1},${z + Math.floor(n / 9) - 1}`) ?? []) visit(site);
    }
  };
  for (const [, p] of ordered) {
    let free = true;
    near(p, (site) => { if (chord2(p, site) < reach * reach || isSame(p, site)) free = false; });
    if (!free) continue;
    const key = [p.x, p.y, p.z].map((v) => Math.floor(v / reach)).join(",");
    const list = cubes.get(key);
    if (list === undefined) cubes.set(key, [p]);
    else list.push(p);
  }
  const sites = new Map<Point, Point>();
  points.forEach((p, n) => {
    if (n % 256 === 0) check?.();
    let best: Point = p;
    let least = Infinity;
    near(p, (site) => {
      const distance = chord2(p, site);
      if (distance < least) [best, least] = [site, distance];
    });
    sites.set(p, best);
  });
  return sites;
}

/** The points at which chains end, meet or part. */
function junctions(routes: readonly { readonly route: readonly Point[]; readonly closed: boolean }[]): Set<Point> {
  const beside = new Map<Point, Set<Point>>();
  const kept = new Set<Point>();
  const join = (p: Point, q: Point): void => void (beside.get(p)?.add(q) ?? beside.set(p, new Set([q])));
  for (const { route, closed } of routes) {
    route.forEach((p, n) => {
      const next = route[n + 1] ?? (closed ? route[0] : undefined);
      if (next === undefined || next === p) return;
      join(p, next);
      join(next, p);
    });
    const [first, last] = [route[0], route[route.length - 1]];
    if (!closed && first !== undefined && last !== undefined) kept.add(first).add(last);
  }
  for (const [p, around] of beside) if (around.size !== 2) kept.add(p);
  return kept;
}

/** Keeps of a chain what it needs so that no point that falls is further from the new edge than the tolerance. */
function thin(chain: readonly Point[], tolerance: number, kept: Set<Point>, check?: () => void): void {
  // The same chain from either end gives the same points.
  const [a, b] = [chain[0] as Point, chain[chain.length - 1] as Point];
  const way = a.x < b.x || (a.x === b.x && a.y <= b.y) ? chain : [...chain].reverse();
  let from = 0;
  while (from < way.length - 1) {
    check?.();
    let to = from + 1;
    // Grows by one, so long as all points passed over stay near: at most a few hundred are looked at again.
    while (to + 1 < way.length && to - from < 512 && fits(way, from, to + 1, tolerance)) to++;
    kept.add(way[to] as Point);
    from = to;
  }
}

function fits(way: readonly Point[], from: number, to: number, tolerance: number): boolean {
  const [a, b] = [way[from] as Point, way[to] as Point];
  if (a === b) return false;
  for (let n = from + 1; n < to; n++) if (distanceTo(way[n] as Point, a, b) > tolerance) return false;
  return true;
}
