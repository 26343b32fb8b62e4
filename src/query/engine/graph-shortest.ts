/** Shortest paths breadth first, from each node where the path may begin, or end if there are fewer of those. */
import { NO_ROW } from "../../table";
import { adjacency } from "./graph";
import type { MatchRows } from "./graph-rows";
import type { Route } from "./graph-walk";

/** An edge by which the search came to a node; `next` is another one by which it could have come as soon. */
interface Arrival {
  readonly edge: number;
  readonly from: number;
  readonly next: Arrival | undefined;
}

/** Edges looked at between two looks at the clock. */
const STRIDE = 1 << 15;

/**
 * Whether breadth first finds the shortest form of the pattern: it is one path, and nothing but conditions of single
 * elements decides over it. A path both ways back to its first node must not use an edge twice, which such a search
 * does not see.
 */
export function isPlainPath({ pattern, candidates }: Route): boolean {
  const [edge] = pattern.edges;
  if (pattern.edges.length !== 1 || edge?.range === undefined || edge.range.least > 1
    || edge.from === edge.to) return false;
  if (edge.direction !== "any" || edge.range.least === 0) return true;
  return !candidates[edge.from]!.some((may, node) => may === 1 && candidates[edge.to]![node] === 1);
}

/**
 * Writes the shortest paths of the route's only edge to the rows: for each pair of ends one, or `all` of that length.
 * Yields when the rows are full, and every now and then for whoever watches the clock.
 */
export function* nearest(
  route: Route, all: boolean, rows: MatchRows, spent: { looks: number },
): Generator<"full" | "pause"> {
  const { pattern, ground: { links, nodesWhere, edgesWhere }, candidates, counts } = route;
  const edge = pattern.edges[0]!;
  const { least, most } = edge.range!;
  const backwards = counts[edge.to]! < counts[edge.from]!;
  const [near, far] = backwards ? [edge.to, edge.from] : [edge.from, edge.to];
  const way = edge.direction === "any" ? "any" : (edge.direction === "out") === backwards ? "in" : "out";
  const { starts, edges, ends } =
    adjacency(links, way, edge.filter === undefined ? undefined : edgesWhere(edge.filter));
  const inner = edge.inner === undefined ? undefined : nodesWhere(edge.inner);
  const goals = candidates[far]!;
  const level = new Uint32Array(links.nodes).fill(NO_ROW);
  const arrivals = new Array<Arrival | undefined>(links.nodes);
  const bound = new Uint32Array(pattern.nodes.length);
  let watched = spent.looks;
  for (let root = 0; root < links.nodes; root++) {
    if (candidates[near]![root] !== 1) continue;
    const queue = [root];
    level[root] = 0;
    // The shortest ways back to the root are kept as if it were one more node.
    let back: { level: number; arrival: Arrival } | undefined;
    const comesBack = goals[root] === 1 && least > 0;
    let missing = counts[far]! - (goals[root] === 1 && !comesBack ? 1 : 0);
    for (let head = 0; head < queue.length; head++) {
      const node = queue[head]!;
      const next = level[node]! + 1;
      if (next > most || (node !== root && inner !== undefined && inner[node] !== 1)) continue;
      if (missing <= 0 && (!all || next > level[queue.at(-1)!]!)
        && (back === undefined || next > back.level || !all)) break;
      for (let i = starts[node]!; i < starts[node + 1]!; i++) {
        spent.looks++;
        const end = ends[i]!;
        if (end === root) {
          if (!comesBack || (back !== undefined && (!all || next > back.level))) continue;
          if (back === undefined) missing--;
          back = { level: next, arrival: { edge: edges[i]!, from: node, next: back?.arrival } };
        } else if (level[end] === NO_ROW) {
          level[end] = next;
          arrivals[end] = { edge: edges[i]!, from: node, next: undefined };
          queue.push(end);
          if (goals[end] === 1) missing--;
        } else if (all && level[end] === next) arrivals[end] = { edge: edges[i]!, from: node, next: arrivals[end] };
      }
      if (spent.looks - watched > STRIDE) {
        watched = spent.looks;
        yield "pause";
      }
    }
    bound[near] = root;
    for (const goal of queue) {
      if (goals[goal] !== 1) continue;
      bound[far] = goal;
      if (goal === root && least === 0) {
        rows.path(0, [], []);
        if (rows.add(bound)) yield "full";
        continue;
      }
      const arrival = goal === root ? back?.arrival : arrivals[goal];
      if (arrival === undefined) continue;
      for (const path of paths(arrival, root, arrivals)) {
        // Traced from the goal, so this is the order of the text where the search went backwards.
        if (!backwards) {
          path.edges.reverse();
          path.nodes.reverse();
        }
        rows.path(0, path.edges, path.nodes);
        if (rows.add(bound)) yield "full";
      }
    }
    for (const node of queue) {
      level[node] = NO_ROW;
      arrivals[node] = undefined;
    }
    if ((root & 0xff) === 0) yield "pause";
  }
}

/** Traces every way back to the root: the edges, and the nodes between. */
function* paths(
  last: Arrival, root: number, arrivals: readonly (Arrival | undefined)[],
): Generator<{ edges: number[]; nodes: number[] }> {
  const trail: Arrival[] = [last];
  for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
    if (top.from !== root) {
      trail.push(arrivals[top.from]!);
      continue;
    }
    yield { edges: trail.map((a) => a.edge), nodes: trail.slice(0, -1).map((a) => a.from) };
    // To the next way at the deepest place that has one.
    let next: Arrival | undefined;
    while (next === undefined && trail.length > 0) next = trail.pop()!.next;
    if (next !== undefined) trail.push(next);
  }
}
