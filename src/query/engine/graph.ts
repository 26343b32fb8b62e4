/**
 * Graphs as rows: the nodes that edges lead to, degrees, connected components. Nodes are numbered as they stand in
 * their table; what follows edges works on these numbers in typed arrays.
 */
import {
  column, columnAt, concat, convert, gather, indexOfColumn, isNullAt, Keys, NO_ROW, nullColumn, slice, UNKNOWN_KEY,
  withoutNullText, wordAt,
} from "../../table";
import type { Batch, Column, Schema } from "../../table";
import { GRAPH_COLUMNS } from "../graph-pattern";
import { firstOf } from "./reshape";
import { fits } from "./source";
import type { Run } from "./source";
import type { Result, TableFunction } from "./table-function";

const { id: ID, source: SOURCE, target: TARGET } = GRAPH_COLUMNS;

/** Edges by the numbers of their ends; an edge to a node that is not there (any more) has NO_ROW. */
export interface Links {
  readonly nodes: number;
  readonly source: Uint32Array;
  readonly target: Uint32Array;
}

/** The column of a table by its name. */
export function columnNamed(table: Result, name: string): Column {
  return columnAt(table.rows, indexOfColumn(table.schema, name));
}

/** Finds the ends of edges among the nodes, whose ids differ. */
export function linked(nodes: Result, edges: Result): Links {
  const ids = columnNamed(nodes, ID);
  const keys = new Keys([ids.type], "match");
  keys.add([ids], nodes.rows.length);
  const ends = (name: string) => (edges.rows.length === 0 ? new Uint32Array(0)
    : keys.find([columnNamed(edges, name)], edges.rows.length));
  return { nodes: nodes.rows.length, source: ends(SOURCE), target: ends(TARGET) };
}

/** The edges at each node and where they lead: those of node v stand from `starts[v]` to `starts[v + 1]`. */
export interface Adjacency {
  readonly starts: Uint32Array;
  readonly edges: Uint32Array;
  readonly ends: Uint32Array;
}

/** Sorts edges by the node where they start (`out`), end (`in`), or both; `keep` leaves out those where it is 0. */
export function adjacency({ nodes, source, target }: Links, way: "out" | "in" | "any", keep?: Uint8Array): Adjacency {
  const starts = new Uint32Array(nodes + 1);
  const visit = (take: (at: number, edge: number, end: number) => void) => {
    for (let edge = 0; edge < source.length; edge++) {
      const from = source[edge]!;
      const to = target[edge]!;
      if (from === UNKNOWN_KEY || to === UNKNOWN_KEY || (keep !== undefined && keep[edge] === 0)) continue;
      if (way !== "in") take(from, edge, to);
      // A loop is one edge, whichever way it is walked.
      if (way === "in" || (way === "any" && from !== to)) take(to, edge, from);
    }
  };
  visit((at) => starts[at + 1]!++);
  for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const edges = new Uint32Array(starts[nodes]!);
  const ends = new Uint32Array(edges.length);
  visit((at, edge, end) => {
    const place = next[at]!++;
    edges[place] = edge;
    ends[place] = end;
  });
  return { starts, edges, ends };
}

/**
 * `graph-nodes`: a row per node, first those of the nodes' table (`others`), then the ends of the edges (input) that
 * have no row there. Of several rows with one id each column takes the first value that is not empty. The argument
 * `ids` names the columns that hold a node's id, so that nodes of edges alone have it too. Kusto docs: make-graph,
 * "Returns".
 */
export const graphNodes: TableFunction = (applied) => {
  const { plan, run, others } = applied;
  const edges: Result = { schema: applied.schema, rows: applied.rows };
  const given = others[0] !== undefined && others[0].rows.length > 0 ? others[0] : undefined;
  const written = given?.rows.length ?? 0;
  const { type } = plan.schema.columns.find((c) => c.name === ID) ?? { type: "string" as const };
  const all = concat(type, [
    ...(given === undefined ? [] : [columnNamed(given, ID)]),
    ...(edges.rows.length === 0 ? [] : [columnNamed(edges, SOURCE), columnNamed(edges, TARGET)]),
  ]);
  const nodeOf = all.length === 0 ? new Uint32Array(0) : new Keys([type], "match").add([all], all.length);
  run.pace.check();
  const first = firstOf(nodeOf);
  const { length } = first;
  fits(length, plan.schema.columns.length, run, plan.span);
  const id = gather(all, first);
  // Rows of edges have no row in the table of nodes; those nodes come last.
  const rowOf = first.map((row) => (row < written ? row : NO_ROW));
  const tabled = first.findIndex((row) => row >= written);
  const twice = written > (tabled < 0 ? length : tabled) ? nodeOf.subarray(0, written) : undefined;
  const names = applied.constant("ids");
  const columns = plan.schema.columns.map((spec) => {
    if (spec.name === ID) return id;
    const at = given === undefined ? -1 : indexOfColumn(given.schema, spec.name);
    const held = given !== undefined && at >= 0 ? columnAt(given.rows, at) : undefined;
    const isId = Array.isArray(names) && names.includes(spec.name);
    if (held === undefined) return isId ? convert(id, spec.type) : textual(nullColumn(spec.type, length), run);
    const values = gather(held, twice === undefined ? rowOf : firstFilled(held, twice, rowOf));
    return textual(isId && tabled >= 0 ? behind(values, convert(id, spec.type), tabled) : values, run);
  });
  return { schema: plan.schema, rows: { length, columns } };
};

/** Of the rows of each node the first that is not empty in this column. */
function firstFilled(column: Column, nodeOf: Uint32Array, rowOf: Uint32Array): Uint32Array {
  const chosen = rowOf.slice();
  nodeOf.forEach((node, row) => {
    const held = chosen[node]!;
    if (held !== row && isEmpty(column, held) && !isEmpty(column, row)) chosen[node] = row;
  });
  return chosen;
}

function isEmpty(column: Column, row: number): boolean {
  return isNullAt(column, row) || (column.type === "string" && wordAt(column, row) === "");
}

/** The first `from` cells of one column, then those of the other. */
function behind(first: Column, rest: Column, from: number): Column {
  return concat(first.type, [slice(first, 0, from), slice(rest, from, rest.length)]);
}

/** Kusto has no null texts. */
export function textual(column: Column, run: Run): Column {
  return run.nullText ? column : withoutNullText(column);
}

/** `graph-degrees`: the nodes (input) with how many edges (`others`) end and start at each. */
export const graphDegrees: TableFunction = ({ plan, schema, rows, others }) => {
  const links = linked({ schema, rows }, edgesOf(others));
  const degrees = { [GRAPH_COLUMNS.degreeIn]: counts(links, links.target),
    [GRAPH_COLUMNS.degreeOut]: counts(links, links.source) };
  return { schema: plan.schema, rows: besides({ schema, rows }, plan.schema, degrees) };
};

function counts({ nodes, source, target }: Links, ends: Uint32Array): Column {
  const data = new BigInt64Array(nodes);
  for (let edge = 0; edge < ends.length; edge++) {
    if (source[edge] !== UNKNOWN_KEY && target[edge] !== UNKNOWN_KEY) data[ends[edge]!]!++;
  }
  return column({ type: "long", data }, nodes);
}

function edgesOf(others: readonly Result[]): Result {
  const [edges] = others;
  if (edges === undefined) throw new RangeError("A graph without edges");
  return edges;
}

/** The rows with further columns, as a schema orders them. */
function besides(table: Result, schema: Schema, made: Readonly<Record<string, Column>>): Batch {
  return { length: table.rows.length,
    columns: schema.columns.map(({ name }) => made[name] ?? columnNamed(table, name)) };
}

/**
 * `graph-components`: the nodes (input) with the number of the connected part that each is in, as edges (`others`)
 * connect them, counted from 0 in the order of the nodes. Kusto docs: graph-mark-components operator.
 */
export const graphComponents: TableFunction = (applied) => {
  const { plan, schema, rows, others, run } = applied;
  const links = linked({ schema, rows }, edgesOf(others));
  const part = applied.constant("kind") === "strong" ? strongParts(links, run) : weakParts(links);
  run.pace.check();
  const numbers = new Map<number, bigint>();
  const data = new BigInt64Array(links.nodes);
  part.forEach((root, node) => {
    let number = numbers.get(root);
    if (number === undefined) numbers.set(root, (number = BigInt(numbers.size)));
    data[node] = number;
  });
  const given = applied.constant("name");
  const name = typeof given === "string" ? given : "";
  const made = { [name]: column({ type: "long", data }, links.nodes) };
  return { schema: plan.schema, rows: besides({ schema, rows }, plan.schema, made) };
};

/** Union-find: the smallest tree of each part is hung below the other, and paths are halved on the way up. */
function weakParts({ nodes, source, target }: Links): Uint32Array {
  const parent = Uint32Array.from({ length: nodes }, (_, node) => node);
  const size = new Uint32Array(nodes).fill(1);
  const rootOf = (node: number) => {
    let at = node;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (let edge = 0; edge < source.length; edge++) {
    if (source[edge] === UNKNOWN_KEY || target[edge] === UNKNOWN_KEY) continue;
    let a = rootOf(source[edge]!);
    let b = rootOf(target[edge]!);
    if (a === b) continue;
    if (size[a]! < size[b]!) [a, b] = [b, a];
    parent[b] = a;
    size[a]! += size[b]!;
  }
  return parent.map((_, node) => rootOf(node));
}

/** Tarjan's algorithm on a stack of our own: a part is known when the search leaves its first node. */
function strongParts(links: Links, run: Run): Uint32Array {
  const { starts, ends } = adjacency(links, "out");
  const { nodes } = links;
  const part = new Uint32Array(nodes).fill(NO_ROW);
  const met = new Uint32Array(nodes).fill(NO_ROW);
  const low = new Uint32Array(nodes);
  const next = starts.slice(0, nodes);
  const waiting: number[] = [];
  const path: number[] = [];
  let time = 0;
  const enter = (node: number) => {
    met[node] = low[node] = time++;
    waiting.push(node);
    path.push(node);
    if ((time & 0xffff) === 0) run.pace.check();
  };
  for (let root = 0; root < nodes; root++) {
    if (met[root] !== NO_ROW) continue;
    enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if (next[node]! < starts[node + 1]!) {
        const end = ends[next[node]!++]!;
        if (met[end] === NO_ROW) enter(end);
        else if (part[end] === NO_ROW) low[node] = Math.min(low[node]!, met[end]!);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low[above] = Math.min(low[above]!, low[node]!);
      if (low[node] !== met[node]) continue;
      for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
        part[member] = node;
        if (member === node) break;
      }
    }
  }
  return part;
}
