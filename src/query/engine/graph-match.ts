/**
 * `graph-match`: every place of a graph that a pattern fits, one row each; and `graph-shortest-paths`, of whose matches
 * only the shortest of each pair of ends are kept. Kusto docs: graph-match operator, graph-shortest-paths operator.
 */
import type { Batch } from "../../table";
import type { GraphPattern } from "../graph-pattern";
import { columnNamed, linked } from "./graph";
import { MatchRows, truths } from "./graph-rows";
import { isPlainPath, nearest } from "./graph-shortest";
import { Route, Walk } from "./graph-walk";
import type { Ground } from "./graph-walk";
import { Failed } from "./source";
import type { Applied, Result, TableFunction } from "./table-function";

/** All matches. */
export const graphMatch: TableFunction = async (applied) => {
  const { pattern, graph, ground } = opened(applied);
  const rows = new MatchRows(applied, pattern, graph);
  if (ground.links.nodes > 0) await walkAll(new Walk(new Route(pattern, ground)), rows, applied, { looks: 0 });
  return { schema: applied.plan.schema, rows: rows.finish() };
};

/** The shortest matches of each pair of ends. */
export const graphShortestPaths: TableFunction = async (applied) => {
  const { pattern, graph, ground } = opened(applied);
  const spent = { looks: 0 };
  const route = ground.links.nodes === 0 ? undefined : new Route(pattern, ground);
  const rows = route === undefined ? new MatchRows(applied, pattern, graph).finish()
    : isPlainPath(route) && applied.argument("where") === undefined ? await plainPaths(applied, route, graph, spent)
      : await deepened(applied, route, graph, spent);
  return { schema: applied.plan.schema, rows };
};

function opened(applied: Applied): { pattern: GraphPattern; graph: { nodes: Result; edges: Result }; ground: Ground } {
  const { plan, schema, rows, others } = applied;
  const { pattern } = plan;
  const [edges] = others;
  if (pattern === undefined || edges === undefined) throw new RangeError(`'${plan.fn}' without a pattern or edges`);
  const nodes: Result = { schema, rows };
  const ground: Ground = {
    links: linked(nodes, edges),
    nodesWhere: (name) => truths(columnNamed(nodes, name)),
    edgesWhere: (name) => truths(columnNamed(edges, name)),
  };
  return { pattern, graph: { nodes, edges }, ground };
}

interface Spent {
  looks: number;
}

/** Walks to the end, looking at the clock on the way. */
async function walkAll(walk: Walk, rows: MatchRows, applied: Applied, spent: Spent): Promise<void> {
  const before = spent.looks;
  for (const why of walk.matches(rows)) {
    if (why === "full") rows.flush();
    spent.looks = before + walk.looked;
    limited(applied, spent);
    await applied.run.pace.breathe();
  }
  rows.flush();
  spent.looks = before + walk.looked;
}

/** Ends the run where a pattern has more ways through the graph than anybody will wait for. */
function limited({ plan, run: { room } }: Applied, { looks }: Spent): void {
  if (looks <= room.looks) return;
  throw new Failed("graph-too-many-paths", `'${plan.fn}' has looked at ${room.looks} edges and is not done: `
    + "too many paths fit this pattern. Say more of its nodes and edges in 'where', or allow fewer edges in its ranges.",
  plan.span);
}

async function plainPaths(
  applied: Applied, route: Route, graph: { nodes: Result; edges: Result }, spent: Spent,
): Promise<Batch> {
  const { pattern } = route;
  const rows = new MatchRows(applied, pattern, graph);
  for (const why of nearest(route, pattern.shortest === "all", rows, spent)) {
    if (why === "full") rows.flush();
    limited(applied, spent);
    await applied.run.pace.breathe();
  }
  return rows.finish();
}

/** All matches of the least length, then of one edge more, and so on; a pair of ends that was met is done. */
async function deepened(
  applied: Applied, route: Route, graph: { nodes: Result; edges: Result }, spent: Spent,
): Promise<Batch> {
  const { pattern, ground } = route;
  const met = new Set<number>();
  const now = new Set<number>();
  const { nodes } = ground.links;
  const rows = new MatchRows(applied, pattern, graph, (first, last) => {
    const pair = first * nodes + last;
    if (met.has(pair) || (pattern.shortest === "any" && now.has(pair))) return false;
    now.add(pair);
    return true;
  });
  const pairs = route.counts[pattern.edges[0]!.from]! * route.counts[pattern.edges.at(-1)!.to]!;
  const sum = (of: "least" | "most") => pattern.edges.reduce((n, { range }) => n + (range?.[of] ?? 1), 0);
  const most = Math.min(sum("most"), ground.links.source.length);
  for (let total = sum("least"); total <= most && met.size < pairs; total++) {
    await walkAll(new Walk(route, total), rows, applied, spent);
    for (const pair of now) met.add(pair);
    now.clear();
  }
  return rows.finish();
}
