/** Graphs in KQL: what binds, what comes out, what is told, and what the editor knows of them. */
import { describe, expect, it } from "vitest";
import { complete } from "../../../src/query/assist";
import { kql } from "../../../src/query/kql";
import { parse } from "../../../src/query/kql/parser";
import { printProgram } from "../../../src/query/kql/print";
import { columns, facts, fails, scopeOf } from "./cases";
import { outcome } from "./graph-data";

/** Nodes `id, name, age`, edges `s, t, k, w`. */
const N = 'let N = datatable(id:string, name:string, age:long)["a","Ann",30, "b","Bob",40, "c","Cy",50]; ';
const E = 'let E = datatable(s:string, t:string, k:string, w:long)["a","b","x",1, "b","c","y",2, "c","a","x",3, "c","d","z",4]; ';
const G = `${N}${E}E | make-graph s --> t with N on id `;

/** The query's rows as text, in any order. */
function gives(query: string, ...rows: string[]): void {
  it(query.replace(G, "G ").replace(N, "").replace(E, ""), async () => expect((await outcome(query)).sort()).toEqual([...rows].sort()));
}

describe("columns", () => {
  columns(`${G}| graph-match (a)-[e]->(b) project a.name, e.k, tostring(a.age), n = b.age + 1, node_id(a), node_degree_in(b)`,
    "a_name:string, e_k:string, age:string, n:long, Column1:string, Column2:long");
  columns(`${G}| graph-match (a)-[e*1..3]->(b) project e.k, x = e.w + 1, map(e, k), any(e, w > 1), array_length(e), a.name`,
    "e_k:dynamic, x:dynamic, Column1:dynamic, Column2:dynamic, Column3:dynamic, a_name:string");
  columns(`${G}| graph-to-table edges with_source_id=sid with_target_id=tid`, "sid:long, tid:long, s:string, t:string, k:string, w:long");
  columns(`${G}| graph-mark-components | graph-to-table nodes with_node_id=h`, "h:long, id:string, name:string, age:long, ComponentId:long");
  columns("T | make-graph a --> g with U on a, V on a | graph-to-table nodes", "a:dynamic, b:long, e:string, k:dynamic, q:string");
  columns("T | make-graph b --> i with_node_id=x | graph-to-table nodes", "x:long");
});

describe("rows", () => {
  gives(`${G}| graph-match (a)-[e]->(b) where a.name == 'Ann' project a.name, b.name`, "Ann Bob");
  gives(`${G}| graph-match (b)<-[e]-(a) where e.w >= 3 project a.name, b.name, e.w`, "Cy Ann 3", "Cy  4");
  gives(`${G}| graph-match (a)--(b) where a.name == 'Ann' project b.name`, "Bob", "Cy");
  gives(`${G}| graph-match (n) where n.age > 35 project n`, '{"id":"b","name":"Bob","age":40}', '{"id":"c","name":"Cy","age":50}');
  gives(`${G}| graph-match (a)-[e*2..2]->(b) where e.w < 4 project e.k, strcat(e.k, a.name), array_length(e)`,
    '["x","y"] ["xAnn","yAnn"] 2', '["y","x"] ["yBob","xBob"] 2', '["x","x"] ["xCy","xCy"] 2');
  gives(`${G}| graph-match (a)-[e*1..3]->(b) where node_id(a) == 'a' and node_id(b) == 'd' project map(inner_nodes(e), strcat(name, node_degree_out()))`,
    '["Bob1","Cy2"]');
  gives(`${G}| graph-match (a)-[e*0..1]->(b) where b.name == 'Bob' project a.name, e.k, all(e, false), any(e, true)`, 'Bob [] true false', 'Ann ["x"] false true');
  gives(`${G}| graph-match (a)-->(b)-->(a) project a.name`);
  gives(`${G}| graph-match (a)-[x]->(b), (b)-[y]->(c) where x.k == y.k project a.name, c.name`, "Cy Bob");
  gives(`${G}| graph-match cycles=none (a)-[e*3..3]->(b) project a.name`, "Ann");
  gives(`${G}| graph-match (a)-[e*1..9]->(b) where a.age > e.w * 10 and b.id == 'd' project a.id, e.w`, "c [4]", "c [3,1,2,4]");
  gives(`${G}| graph-match (a)-[e]->(b) where labels(a) has 'x' project a.id`);
  gives(`${G}| graph-shortest-paths (a)-[p*1..9]->(b) where a.id == 'a' and b.id == 'd' project p.k, hops = array_length(p)`, '["x","y","z"] 3');
  gives(`${G}| graph-where-nodes age > 30 | graph-to-table edges | project s, t`, "b c");
  gives(`${G}| graph-where-edges k == 'x' | graph-mark-components with_component_id=c | graph-to-table nodes | project id, c`, "a 0", "b 0", "c 0", "d 1");
  gives(`${G}| graph-to-table nodes as NN, edges as EE; EE | join kind=inner NN on $left.s == $right.id | project s, name`,
    "a Ann", "b Bob", "c Cy", "c Cy");
  gives(`${N}${E}let H = E | make-graph s --> t with N on id; union (H | graph-to-table edges | project x = s), (graph('H') | graph-to-table nodes | project x = id) | count`, "8");
  gives(`${N}${E}E | make-graph s --> t with (N | project id, name) on id, (N | project id, rank = -age) on id `
    + "| graph-match (n) project n.name, n.rank", "Ann -30", "Bob -40", "Cy -50", " null");
  gives(`${E}E | make-graph s --> t with_node_id=i partitioned-by k (graph-match (a)-->(b) project a.i, b.i | take 1)`, "a b", "b c", "c d");
  gives(`${E}let f = (least: long, most: long) { E | make-graph s --> t | graph-match (a)-[e*least..most]->(b) project node_id(a), node_id(b) }; f(3, 3)`,
    "a a", "a d", "b b", "c c");
});

describe("what is told", () => {
  const at = (query: string, word: string): number => query.indexOf(word);
  const told = (query: string, code: string, word: string): void => fails(query, code, at(query, word));
  told("T | make-graph a --> g | count", "kql-rows-needed", "count");
  fails("T | make-graph a --> g", "kql-rows-needed");
  told("T | graph-match (x)-->(y) project x.a", "kql-graph-needed", "graph-match");
  told("T | make-graph a --> g with U on a | graph-match (x)-[e]->(y) where x.a == 'q'", "kql-graph-project", "graph-match");
  told("T | make-graph a --> g with U on a | graph-match (node)-->(y) project nod.a", "kql-unknown-element", "nod.a");
  told("T | make-graph a --> g with U on a | graph-match (x)-->(y) project x.eee", "kql-unknown-property", "eee");
  told("T | make-graph a --> g | graph-match (x)-->(y) project x.name", "kql-unknown-property", "name");
  told("T | make-graph a --> d | graph-to-table nodes", "kql-graph-id", "d |");
  told("T | make-graph a --> g | graph-match (x)-->(y), (p)-->(q) project node_id(x)", "kql-graph-pattern", "graph-match");
  told("T | make-graph a --> g | graph-match (x)-[e]->(y)-[e]->(z) project e.b", "kql-duplicate-name", "e]->(z)");
  told("T | make-graph a --> g | graph-shortest-paths (x)-[e]->(y) project e.b", "kql-graph-pattern", "graph-shortest-paths");
  told("T | make-graph a --> g | graph-match cycles=nune (x)-->(y) project node_id(x)", "kql-graph-option", "nune");
  told("T | make-graph a --> g | graph-match (x)-[e*3..1]->(y) project node_id(x)", "kql-graph-range", "3..1");
  told("T | make-graph a --> g | graph-to-table nodes, edges", "kql-graph-outputs", "nodes, edges");
  told("T | make-graph a --> g | graph-mark-components kind=wek | graph-to-table nodes", "kql-graph-kind", "wek");
  told("T | extend y = inner_nodes(a)", "kql-graph-function", "inner_nodes");
  fails("graph('Model') | graph-match (x)-->(y) project x.a", "kql-refused", 0);
  fails("T | make-graph a --> g | graph-match (x)-[e->(y) project e.b", "kql-expected-symbol");
  fails("T | make-graph a --> g | graph-match x-->(y) project y", "kql-expected-node");
  fails("T | graph-merge U", "kql-refused", 4);

  it("a graph where rows are needed, with what to add", () => {
    const found = kql.compile("T | make-graph a --> g | where a == 'x'", scopeOf()).diagnostics[0];
    expect(found?.fix?.edits[0]?.insert).toBe("graph-to-table nodes | ");
  });
});

describe("text", () => {
  it.each([
    "T\n| make-graph hint.strategy=broadcast a --> g with (U\n| take 1) on a, V on a", "T\n| make-graph a --> g with_node_id=['my id']",
    "T\n| make-graph a --> g with U on a partitioned-by b (\ngraph-match (x)-->(y) project x.a\n| take 1\n)",
    "G\n| graph-match cycles=none (a)-[e]->(b)<--(c)--()<-[f*1..3]-(d)-[*0..n]-(a), (a)-->(z) where a.x == 1 and all(e, k > 1) project a.name, q = b.c",
    "G\n| graph-shortest-paths output=all (a)-[e*1..5]->(b) project map(e, k)", "G\n| graph-mark-components kind=strong with_component_id=c",
    "G\n| graph-where-nodes x > 1\n| graph-where-edges y has 'a'", "G\n| graph-to-table nodes as N with_node_id=i, edges as E with_source_id=s with_target_id=t",
  ])("%s", (text) => {
    const { program, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(printProgram(program)).toBe(text);
  });
});

describe("the editor", () => {
  const scope = scopeOf([facts("T", "s: string, t: string, kind: string"), facts("U", "id: string, role: string")]);
  const offered = (text: string): string[] => complete(kql, text.replace("▮", ""), text.indexOf("▮"), scope).map((c) => c.label);
  const head = "T | make-graph s --> t with U on id | ";

  it.each([
    [`${head}▮`, ["graph-match", "graph-to-table"]], [`${head}graph-match (a)-[e]->(b) where ▮`, ["a", "e", "inner_nodes", "node_degree_in", "strlen"]],
    [`${head}graph-match (a)-[e]->(b) where a.▮`, ["id", "role"]], [`${head}graph-match (a)-[e]->(b) where a.id == 'x' project e.k▮`, ["kind"]],
    [`${head}graph-match (a)-[e]->(b) ▮`, ["where", "project"]], [`${head}graph-where-nodes ▮`, ["role"]], ["T | make-graph s --> t with ▮", ["U"]],
  ] as const)("%s offers %s", (text, wanted) => {
    for (const w of wanted) expect(offered(text)).toContain(w);
  });

  it("tells functions and properties of the pattern", () => {
    const text = `${head}graph-match (a)-[e*1..2]->(b) where any(e, kind == 'x') project a.role`;
    expect(kql.hover(text, text.indexOf("any("), scope)?.doc).toContain("some edge");
    expect(kql.hover(text, text.indexOf("role"), scope)?.title).toContain("role: string");
    expect(kql.hover(text, text.indexOf("graph-match"), scope)?.doc).toContain("pattern");
  });

  it("colours the words of graphs", () => {
    const text = "edges | make-graph s --> t partitioned-by k (graph-match (a)-->(b) where x.y project a) | graph-to-table nodes";
    const words = kql.tokens(text).filter((t) => t.kind === "keyword").map((t) => text.slice(t.span.from, t.span.to));
    expect(words).toEqual(["make-graph", "partitioned", "by", "graph-match", "where", "project", "graph-to-table", "nodes"]);
  });
});

it("each operator is a step of the trace", async () => {
  const steps = await outcome.trace(`${G}| graph-where-edges w < 4 | graph-match (a)-[e]->(b) where e.k == 'x' project a.name`);
  expect(steps.filter((s) => !s.startsWith("datatable"))).toEqual(["make-graph 7 → 4", "graph-where-edges 4 → 3", "graph-match 7 → 2"]);
});
