/**
 * Graphs: `make-graph`, the patterns of `graph-match` and `graph-shortest-paths`, `graph-to-table`. An arrow is lexed
 * as its signs (`-`, `-`, `>`), which are put together here. Kusto docs: graph-match operator, "Graph pattern
 * notation".
 */
import type { Cursor } from "./cursor";
import { parseExpression, parseList, parseNamed, parsePath } from "./parse-expression";
import type { Expression, GraphNodes, GraphOutput, Name, OperatorBody, Parameter, PatternPart,
  Pipeline } from "./syntax";

type ReadPipeline = (c: Cursor, source: Expression | undefined) => Pipeline;
type ReadParameters = (c: Cursor, known: readonly string[]) => Parameter[];

/** More nodes and edges in one pattern than this are told. */
const LONGEST_PATTERN = 200;

/** `Source --> Target [with Nodes on Id, …] [with_node_id=Name] [partitioned-by Column (operators)]`. */
export function parseMakeGraph(c: Cursor, pipeline: ReadPipeline, parameters: ReadParameters): OperatorBody {
  const source = c.needName("the column of the edges' source");
  // Microsoft's parser takes `--` too.
  if (!takeSigns(c, "-->") && !takeSigns(c, "--")) c.expected("kql-expected-symbol", "'-->' between source and target");
  const target = c.needName("the column of the edges' target");
  let nodeId = withNodeId(c, parameters);
  const nodes = c.take("with") ? parseList(c, () => parseNodes(c)) : [];
  nodeId ??= withNodeId(c, parameters);
  return { kind: "make-graph", source, target, nodes, nodeId, partition: parsePartition(c, pipeline) };
}

function withNodeId(c: Cursor, parameters: ReadParameters): Name | undefined {
  const [given] = parameters(c, ["with_node_id"]);
  return given?.value.kind === "name" ? { text: given.value.name, span: given.value.span } : undefined;
}

function parseNodes(c: Cursor): GraphNodes {
  const table = parsePath(c);
  c.need("on", "and the column of the node's id");
  return { table, on: c.needName("the column of the node's id") };
}

function parsePartition(c: Cursor, pipeline: ReadPipeline): { by: Name; body: Pipeline } | undefined {
  if (!c.is("partitioned") || !c.is("-", 1) || !c.is("by", 2)) return undefined;
  c.next();
  c.next();
  c.next();
  const by = c.needName("the column to partition by");
  const from = c.token.span.from;
  if (!c.need("(", "before the operators of each graph")) {
    return { by, body: { kind: "pipeline", source: undefined, operators: [], span: c.since(from) } };
  }
  c.take("|");
  const body = pipeline(c, undefined);
  c.need(")", "that closes 'partitioned-by'");
  return { by, body };
}

/** `pattern, pattern [where predicate] [project columns]`. */
export function parseMatch(c: Cursor, kind: "graph-match" | "graph-shortest-paths"): OperatorBody {
  const patterns = parseList(c, () => parsePattern(c));
  const where = c.take("where") ? parseExpression(c) : undefined;
  // What is broken has been told; that the columns are missing too would be told in vain.
  const project = c.take("project") ? parseList(c, () => parseNamed(c)) : c.isBroken ? [] : undefined;
  return { kind, patterns, where, project };
}

/** Nodes and edges in turn. */
function parsePattern(c: Cursor): PatternPart[] {
  const parts: PatternPart[] = [parseNode(c)];
  while (!c.done && (c.is("-") || c.is("<"))) {
    if (parts.length > LONGEST_PATTERN) {
      c.fail("kql-too-deep", `This pattern has more than ${LONGEST_PATTERN} nodes and edges.`, c.token.span);
      break;
    }
    parts.push(parseEdge(c), parseNode(c));
  }
  return parts;
}

function parseNode(c: Cursor): PatternPart {
  const from = c.token.span.from;
  if (!c.take("(")) c.expected("kql-expected-node", "a node in brackets, like '(n)'");
  const name = c.takeName();
  if (!c.isBroken) c.need(")", "that closes the node");
  return { kind: "node", name, span: c.since(from) };
}

function parseEdge(c: Cursor): PatternPart {
  const from = c.token.span.from;
  const edge = (direction: "out" | "in" | "any",
    more: { name?: Name | undefined; range?: EdgeRange } = {}): PatternPart =>
    ({ kind: "edge", direction, name: more.name, range: more.range, span: c.since(from) });
  if (takeSigns(c, "-->")) return edge("out");
  if (takeSigns(c, "<--")) return edge("in");
  if (takeSigns(c, "--")) return edge("any");
  const back = c.take("<") !== undefined;
  if (!takeSigns(c, "-[")) {
    c.expected("kql-expected-edge", "an edge like '-->' or '-[e]->'");
    return edge("out");
  }
  const name = c.takeName();
  const range = c.take("*") ? parseRange(c) : undefined;
  if (!takeSigns(c, "]-")) c.expected("kql-expected-symbol", "']-' or ']->' behind the edge");
  const on = c.touches(0) && c.take(">") !== undefined;
  if (back && on) c.fail("kql-expected-edge", "An edge points one way: '<-[e]-' or '-[e]->'; '-[e]-' is both.",
    c.since(from));
  return edge(back ? "in" : on ? "out" : "any", { name, range });
}

type EdgeRange = Extract<PatternPart, { kind: "edge" }>["range"];

function parseRange(c: Cursor): EdgeRange {
  const least = parsePath(c);
  c.need("..", "between the least and the most edges, as in '*1..5'");
  return { least, most: parsePath(c) };
}

/** Takes signs that stand side by side. */
function takeSigns(c: Cursor, signs: string): boolean {
  for (let i = 0; i < signs.length; i++) {
    if (!c.is(signs.charAt(i), i) || (i > 0 && !c.touches(i))) return false;
  }
  for (let i = 0; i < signs.length; i++) c.next();
  return true;
}

/** `nodes as N with_node_id=Id, edges as E with_source_id=S with_target_id=T`. */
export function parseToTable(c: Cursor, parameters: ReadParameters): OperatorBody {
  return { kind: "graph-to-table", outputs: parseList(c, () => parseOutput(c, parameters)) };
}

function parseOutput(c: Cursor, parameters: ReadParameters): GraphOutput {
  const from = c.token.span.from;
  const of = c.take("nodes") ? "nodes" : c.take("edges") ? "edges" : undefined;
  if (of === undefined) c.expected("kql-expected-symbol", "'nodes' or 'edges'");
  const known = of === "edges" ? ["with_source_id", "with_target_id"] : ["with_node_id"];
  const before = parameters(c, known);
  const name = c.take("as") ? c.needName("a name for the table") : undefined;
  return { of: of ?? "nodes", name, parameters: [...before, ...parameters(c, known)], span: c.since(from) };
}
