/**
 * Graphs as plans hold them. A graph is two tables: nodes with an id each, and edges that say from which id to which
 * they lead; so filters, joins and projections work on them as on any rows. Only what follows paths is said here.
 */

/** Columns that the tables of a graph have besides their own: a node's id, and the ids at an edge's ends. */
export const GRAPH_COLUMNS = { id: "$id", source: "$source", target: "$target", degreeIn: "$in",
  degreeOut: "$out" } as const;

/**
 * What the table functions `graph-match` and `graph-shortest-paths` look for in nodes (`input`) and edges (`others`).
 */
export interface GraphPattern {
  /** Whether a match may come back to where it was: always, never, or without using an edge twice. */
  readonly cycles: "all" | "none" | "unique_edges";
  /** Of shortest paths: one for each pair of ends, or all of that length. The pattern is then one chain. */
  readonly shortest?: "any" | "all";
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
  /** The columns of a match, each of which may read those before it. */
  readonly outputs: readonly PatternOutput[];
}

export interface PatternNode {
  readonly name: string;
  /** A column of the nodes' table: only where it is true a node may stand here. */
  readonly filter?: string;
}

export interface PatternEdge {
  readonly name: string;
  /** Positions in `nodes`: where it stands to the left and to the right in the text. */
  readonly from: number;
  readonly to: number;
  /** `out` leads from left to right. */
  readonly direction: "out" | "in" | "any";
  /** A path of so many edges; without it, one edge. */
  readonly range?: { readonly least: number; readonly most: number };
  /** A column of the edges' table: each edge must have it true. */
  readonly filter?: string;
  /** A column of the nodes' table: each node between the ends must have it true. */
  readonly inner?: string;
}

export type PatternOutput =
  /** A column of the node, or the single edge, that stands at a place of the pattern. */
  | { readonly of: "node" | "edge"; readonly name: string; readonly at: number; readonly column: string }
  /**
   * Over the edges of a path, or the nodes between its ends: an array of values, or whether all or some are true.
   * `value` is a column of their table or, where `each`, the argument of this name, computed for each element of each
   * match: it reads the element's columns and the outputs before this one.
   */
  | { readonly of: "edges" | "inner"; readonly name: string; readonly at: number; readonly fold: "list" | "any" | "all"
      readonly value: string; readonly each: boolean };
