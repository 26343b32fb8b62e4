/** Laws of graphs on random small ones: matches, shortest paths and components against searches that cannot be wrong. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import type { Scope } from "../../../src/query/language";
import { run, type RunOptions } from "../../../src/query/engine";
import type { Outcome } from "../../../src/query/plan";
import { unhurried } from "../../../src/base";
import { printTableCell, rowsOf, tableOf } from "../../../src/table";
import type { Schema, Table } from "../../../src/table";

/** Seeds stand in each test's name; add one to reproduce a failure. */
const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

function random(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2654435761);
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const EDGES: Schema = { columns: [{ name: "n", type: "long" }, { name: "s", type: "long" }, { name: "t", type: "long" }, { name: "k", type: "long" }], open: false };
const NODES: Schema = { columns: [{ name: "id", type: "long" }, { name: "c", type: "long" }], open: false };

interface Edge { readonly n: number; readonly s: number; readonly t: number; readonly k: number }
interface Small { readonly nodes: number; readonly color: readonly number[]; readonly edges: readonly Edge[]; readonly tables: ReadonlyMap<string, Table> }

/** Up to 6 nodes and 9 edges; loops and parallel edges among them. */
function small(seed: number): Small {
  const pick = random(seed);
  const nodes = 1 + pick(6);
  const color = Array.from({ length: nodes }, () => pick(3));
  const edges = Array.from({ length: pick(10) }, (_, n) => ({ n, s: pick(nodes), t: pick(nodes), k: pick(2) }));
  const long = (x: number) => BigInt(x);
  return { nodes, color, edges, tables: new Map([
    ["E", tableOf(EDGES, edges.map((e) => [long(e.n), long(e.s), long(e.t), long(e.k)]))],
    ["N", tableOf(NODES, color.map((c, id) => [long(id), long(c)]))],
  ]) };
}

async function outcome(graph: Small, query: string, batchRows = 8192, room: RunOptions["room"] = {}): Promise<Outcome> {
  const names = [...graph.tables.keys()];
  const scope: Scope = { lenient: false, now: 0n, tables: () => names,
    table: (name) => { const t = graph.tables.get(name); return t && { name, loaded: true, schema: t.schema }; } };
  const { plan, diagnostics } = kql.compile(query, scope);
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return run(plan, { tables: (name) => graph.tables.get(name), now: 0n, pace: unhurried(), batchRows, room });
}

async function rows(graph: Small, query: string): Promise<string[]> {
  const results: string[][] = [];
  for (const batchRows of [8192, 2]) {
    const done = await outcome(graph, query, batchRows);
    if (done.kind !== "done") throw new Error(JSON.stringify(done, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v)));
    results.push([...rowsOf(done.table)].map((row) => row.map((v, i) => printTableCell(v, done.table.schema.columns[i]!.type)).join(" ")));
  }
  expect(results[1], "batches of 2").toEqual(results[0]);
  return results[0]!.sort();
}

const MAKE = "E | make-graph s --> t with N on id | ";
type Direction = "out" | "in" | "any";
/** Where an edge leads from a node when it is walked in a direction. */
function leads(edge: Edge, from: number, direction: Direction): number[] {
  const ends = [...(direction !== "in" && edge.s === from ? [edge.t] : []), ...(direction !== "out" && edge.t === from ? [edge.s] : [])];
  return [...new Set(ends)];
}

interface Path { readonly nodes: readonly number[]; readonly edges: readonly number[] }
/** All walks of at most `most` edges from a node, by nothing but trying. */
function walks(graph: Small, from: number, direction: Direction, most: number): Path[] {
  const all: Path[] = [{ nodes: [from], edges: [] }];
  for (let i = 0; i < all.length; i++) {
    const path = all[i]!;
    if (path.edges.length === most) continue;
    for (const edge of graph.edges) {
      for (const end of leads(edge, path.nodes.at(-1)!, direction)) all.push({ nodes: [...path.nodes, end], edges: [...path.edges, edge.n] });
    }
  }
  return all;
}
const distinct = (list: readonly number[]) => new Set(list).size === list.length;
const fits = (path: Path, cycles: string) => (cycles === "all" ? true : cycles === "none" ? distinct(path.nodes) : distinct(path.edges));
const list = (xs: readonly number[]) => `[${xs.join(",")}]`;
const ARROWS: readonly (readonly [Direction, string, string])[] = [["out", "-", "->"], ["in", "<-", "-"], ["any", "-", "-"]];

describe.each(SEEDS)("seed %i", (seed) => {
  const graph = small(seed);
  const all = Array.from({ length: graph.nodes }, (_, v) => v);

  it.each(["all", "none", "unique_edges"])("paths with cycles=%s are those that trying all finds", async (cycles) => {
    for (const [direction, before, after] of ARROWS) {
      for (const least of [0, 1, 2]) {
        const found = await rows(graph, `${MAKE}graph-match cycles=${cycles} (a)${before}[e*${least}..3]${after}(b) `
          + "project a.id, b.id, map(e, n), map(inner_nodes(e), id)");
        const wanted = all.flatMap((v) => walks(graph, v, direction, 3)).filter((p) => p.edges.length >= least && fits(p, cycles))
          .map((p) => `${p.nodes[0]} ${p.nodes.at(-1)} ${list(p.edges)} ${list(p.nodes.slice(1, -1))}`);
        expect(found, `${direction} ${least}..3`).toEqual(wanted.sort());
      }
    }
  });

  it("conditions on nodes, edges and paths are those of nested loops", async () => {
    const found = await rows(graph, `${MAKE}graph-match cycles=all (a)-[e*1..3]->(b)-[f]-(c) where a.c < 2 and e.k == 0 and f.k <= b.c `
      + "and all(inner_nodes(e), c > 0) and any(e, n > a.c) and a.id != c.id project a.id, b.id, c.id, map(e, n + a.c), f.n");
    const wanted: string[] = [];
    for (const a of all) for (const p of walks(graph, a, "out", 3)) {
      const b = p.nodes.at(-1)!;
      for (const f of graph.edges) for (const c of leads(f, b, "any")) {
        const color = (v: number) => graph.color[v]!;
        if (p.edges.length === 0 || color(a) >= 2 || !p.edges.every((n) => graph.edges[n]!.k === 0) || f.k > color(b)) continue;
        if (!p.nodes.slice(1, -1).every((v) => color(v) > 0) || !p.edges.some((n) => n > color(a)) || a === c) continue;
        wanted.push(`${a} ${b} ${c} ${list(p.edges.map((n) => n + color(a)))} ${f.n}`);
      }
    }
    expect(found).toEqual(wanted.sort());
  });

  it.each(["all", "unique_edges"])("a triangle with a tail in two chains, cycles=%s", async (cycles) => {
    const found = await rows(graph, `${MAKE}graph-match cycles=${cycles} (a)-[e]->(b)-[f]->(c), (c)-[g]->(a), (d)-[h]->(b) where d.c == 0 `
      + "project e.n, f.n, g.n, h.n");
    const wanted: string[] = [];
    for (const e of graph.edges) for (const f of graph.edges) for (const g of graph.edges) for (const h of graph.edges) {
      if (e.t !== f.s || f.t !== g.s || g.t !== e.s || h.t !== e.t || graph.color[h.s] !== 0) continue;
      if (cycles === "all" || distinct([e.n, f.n, g.n, h.n])) wanted.push([e.n, f.n, g.n, h.n].join(" "));
    }
    expect(found).toEqual(wanted.sort());
  });

  it("the shortest paths are the shortest of all trails", async () => {
    for (const [direction, before, after] of ARROWS) {
      for (const [least, extra] of [[0, ""], [1, ""], [2, ""], [1, " and any(e, k == 1)"], [1, " and all(inner_nodes(e), c != 1)"]] as const) {
        const query = (output: string) => `${MAKE}graph-shortest-paths output=${output} (a)${before}[e*${least}..4]${after}(b) `
          + `where a.c != 2${extra} project a.id, b.id, map(e, n)`;
        const trails = all.filter((v) => graph.color[v] !== 2).flatMap((v) => walks(graph, v, direction, 4))
          .filter((p) => p.edges.length >= least && distinct(p.edges))
          .filter((p) => !extra.includes("any") || p.edges.some((n) => graph.edges[n]!.k === 1))
          .filter((p) => !extra.includes("inner") || p.nodes.slice(1, -1).every((v) => graph.color[v] !== 1));
        const pair = (p: Path) => `${p.nodes[0]} ${p.nodes.at(-1)}`;
        const shortest = new Map<string, number>();
        for (const p of trails) shortest.set(pair(p), Math.min(shortest.get(pair(p)) ?? Infinity, p.edges.length));
        const wanted = trails.filter((p) => p.edges.length === shortest.get(pair(p))).map((p) => `${pair(p)} ${list(p.edges)}`).sort();
        expect(await rows(graph, query("all")), `${direction} ${least}${extra}`).toEqual(wanted);
        const any = await rows(graph, query("any"));
        expect(any.map((r) => r.split(" ").slice(0, 2).join(" "))).toEqual([...shortest.keys()].sort());
        for (const row of any) expect(wanted).toContain(row);
      }
    }
  });

  it("a chain of several edges is as short as its trails", async () => {
    const found = await rows(graph, `${MAKE}graph-shortest-paths output=all (a)-[x]->(b)-[e*1..2]->(c) project a.id, c.id, x.n, map(e, n)`);
    const trails = all.flatMap((v) => walks(graph, v, "out", 3)).filter((p) => p.edges.length >= 2 && distinct(p.edges));
    const least = new Map<string, number>();
    const pair = (p: Path) => `${p.nodes[0]} ${p.nodes.at(-1)}`;
    for (const p of trails) least.set(pair(p), Math.min(least.get(pair(p)) ?? Infinity, p.edges.length));
    expect(found).toEqual(trails.filter((p) => p.edges.length === least.get(pair(p)))
      .map((p) => `${pair(p)} ${p.edges[0]} ${list(p.edges.slice(1))}`).sort());
  });

  it("components are what reaches each other", async () => {
    const reach = (direction: Direction) => all.map((v) => new Set(walks(graph, v, direction, Math.min(graph.nodes - 1, 5)).map((p) => p.nodes.at(-1)!)));
    const [weak, strong] = [reach("any"), reach("out")];
    for (const [kind, together] of [["weak", (a: number, b: number) => weak[a]!.has(b)], ["strong", (a: number, b: number) => strong[a]!.has(b) && strong[b]!.has(a)]] as const) {
      const found = await rows(graph, `${MAKE}graph-mark-components kind=${kind} with_component_id=part | graph-to-table nodes | project id, part`);
      const part = new Map(found.map((r) => r.split(" ").map(Number) as [number, number]));
      for (const a of all) for (const b of all) expect(part.get(a) === part.get(b), `${kind} ${a} ${b}`).toBe(together(a, b));
      expect([...new Set(part.values())].sort((a, b) => a - b)).toEqual(Array.from({ length: new Set(part.values()).size }, (_, i) => i));
    }
  });

  it("nodes without rows come of edges, and degrees count edges", async () => {
    const found = await rows(graph, "E | make-graph s --> t with (N | where c != 1) on id | graph-match (v) project node_id(v), v.c, node_degree_in(v), node_degree_out(v)");
    const met = all.filter((v) => graph.color[v] !== 1 || graph.edges.some((e) => e.s === v || e.t === v));
    expect(found).toEqual(met.map((v) => `${v} ${graph.color[v] === 1 ? "null" : graph.color[v]} `
      + `${graph.edges.filter((e) => e.t === v).length} ${graph.edges.filter((e) => e.s === v).length}`).sort());
  });

  it("a partitioned graph is one graph per value", async () => {
    const found = await rows(graph, "E | make-graph s --> t with (N | extend k = c) on id partitioned-by k (graph-match (a)-[e]->(b)-[f]->(c) project e.k, e.n, f.n, b.c)");
    const wanted: string[] = [];
    for (const e of graph.edges) for (const f of graph.edges) {
      if (e.k !== f.k || e.t !== f.s || e.n === f.n) continue;
      wanted.push(`${e.k} ${e.n} ${f.n} ${graph.color[e.t] === e.k ? e.k : "null"}`);
    }
    expect(found).toEqual(wanted.sort());
  });

  it("what is filtered away takes its edges along", async () => {
    const found = await rows(graph, `${MAKE}graph-where-nodes c > 0 | graph-where-edges k == 1 | graph-to-table edges | project n`);
    expect(found).toEqual(graph.edges.filter((e) => e.k === 1 && graph.color[e.s]! > 0 && graph.color[e.t]! > 0).map((e) => `${e.n}`).sort());
  });
});

it("a pattern with too many paths is told, and never hangs", async () => {
  const nodes = 60;
  const edges = Array.from({ length: nodes * nodes }, (_, n) => ({ n, s: n % nodes, t: Math.floor(n / nodes), k: 0 }));
  const graph: Small = { nodes, color: [], edges, tables: new Map([["E", tableOf(EDGES, edges.map((e) => [e.n, e.s, e.t, e.k].map(BigInt)))]]) };
  const room = { rows: 50_000, looks: 500_000 };
  const done = await outcome(graph, "E | make-graph s --> t | graph-match (a)-[e*1..50]->(b) project node_id(a)", 8192, room);
  expect(done.kind === "failed" && done.diagnostics[0]?.code).toBe("query-too-large");
  const none = await outcome(graph, "E | make-graph s --> t | graph-match (a)-[e*1..50]->(b) where any(e, n < 0) project node_id(a)", 8192, room);
  expect(none.kind === "failed" && none.diagnostics[0]?.code).toBe("graph-too-many-paths");
});
