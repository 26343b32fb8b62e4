/**
 * Walks a graph for the places that a pattern fits. The pattern's edges are put in an order that starts where the
 * fewest nodes may stand and always goes on from a node that is known; then the walk goes depth first, on a stack of
 * its own.
 */
import { NO_ROW, UNKNOWN_KEY } from "../../table";
import type { GraphPattern, PatternEdge } from "../graph-pattern";
import { adjacency } from "./graph";
import type { Adjacency, Links } from "./graph";

/** What the walk knows of a graph: its links, and where the columns of filters are true. */
export interface Ground {
  readonly links: Links;
  /** A 1 for each node, or edge, that has the column true. */
  readonly nodesWhere: (column: string) => Uint8Array;
  readonly edgesWhere: (column: string) => Uint8Array;
}

/** One edge of the pattern as it is walked: from the node `near`, which is known, to `far`. */
interface Step {
  readonly edge: number;
  readonly near: number;
  readonly far: number;
  /** Walked from right to left: a path is then written backwards. */
  readonly backwards: boolean;
  readonly least: number;
  readonly most: number;
  readonly around: Adjacency;
  readonly inner: Uint8Array | undefined;
  /** How many edges at least lead from each node to one where `far` may stand; NO_ROW for none. */
  readonly distance: Uint32Array | undefined;
}

/** Takes a match: the walk's `bound` nodes, and the edges and nodes of each pattern edge. */
export interface Sink {
  /** True when it is full and must be emptied before the next. */
  take(walk: Walk): boolean;
}

/** Edges looked at between two looks at the clock. */
const STRIDE = 1 << 15;

/** The order in which the nodes and edges of a pattern are met, and what may stand where. */
export class Route {
  /** Where each node of the pattern may stand. */
  readonly candidates: readonly Uint8Array[];
  readonly counts: readonly number[];
  readonly start: number;
  readonly steps: readonly Step[];

  constructor(readonly pattern: GraphPattern, readonly ground: Ground, first?: number) {
    const { links } = ground;
    this.candidates = pattern.nodes.map((node) =>
      (node.filter === undefined ? new Uint8Array(links.nodes).fill(1) : ground.nodesWhere(node.filter).slice()));
    // Twice, so that what one edge rules out is known to those before it.
    for (let round = 0; round < 2; round++) for (const edge of pattern.edges) this.restrict(edge);
    this.counts = this.candidates.map((may) => may.reduce((n, one) => n + one, 0));
    this.start = first ?? this.counts.indexOf(Math.min(...this.counts));
    this.steps = this.order();
  }

  /** A node at the end of an edge that must be there has such an edge. */
  private restrict({ from, to, direction, range, filter }: PatternEdge): void {
    if (range !== undefined && range.least === 0) return;
    const { source, target, nodes } = this.ground.links;
    const keep = filter === undefined ? undefined : this.ground.edgesWhere(filter);
    const single = range === undefined || range.most === 1;
    const left = this.candidates[from]!;
    const right = this.candidates[to]!;
    const leaves = new Uint8Array(nodes);
    const arrives = new Uint8Array(nodes);
    const lead = (a: number, b: number) => {
      if (!single || (left[a] === 1 && right[b] === 1)) leaves[a] = arrives[b] = 1;
    };
    for (let edge = 0; edge < source.length; edge++) {
      const a = source[edge]!;
      const b = target[edge]!;
      if (a === UNKNOWN_KEY || b === UNKNOWN_KEY || (keep !== undefined && keep[edge] === 0)) continue;
      if (direction !== "in") lead(a, b);
      if (direction !== "out") lead(b, a);
    }
    for (let node = 0; node < nodes; node++) {
      left[node]! &= leaves[node]!;
      right[node]! &= arrives[node]!;
    }
  }

  private order(): Step[] {
    const { edges } = this.pattern;
    const known = new Set([this.start]);
    const left = new Set(edges.keys());
    const adjacencies = new Map<string, Adjacency>();
    const steps: Step[] = [];
    while (left.size > 0) {
      let best: { at: number; cost: number } | undefined;
      for (const at of left) {
        const edge = edges[at]!;
        if (!known.has(edge.from) && !known.has(edge.to)) continue;
        const far = known.has(edge.from) ? edge.to : edge.from;
        const cost = (edge.range === undefined ? 0 : 2 * this.ground.links.nodes)
          + (known.has(far) ? 0 : 1 + this.counts[far]!);
        if (best === undefined || cost < best.cost) best = { at, cost };
      }
      if (best === undefined) throw new RangeError("A pattern in several pieces");
      left.delete(best.at);
      steps.push(this.step(best.at, known, adjacencies));
    }
    return steps;
  }

  private step(at: number, known: Set<number>, adjacencies: Map<string, Adjacency>): Step {
    const edge = this.pattern.edges[at]!;
    const backwards = !known.has(edge.from);
    const [near, far] = backwards ? [edge.to, edge.from] : [edge.from, edge.to];
    known.add(far);
    const around = (way: "out" | "in" | "any"): Adjacency => {
      const key = `${way} ${edge.filter ?? ""}`;
      let found = adjacencies.get(key);
      if (found === undefined) {
        const keep = edge.filter === undefined ? undefined : this.ground.edgesWhere(edge.filter);
        adjacencies.set(key, (found = adjacency(this.ground.links, way, keep)));
      }
      return found;
    };
    const way = edge.direction === "any" ? "any" : (edge.direction === "out") === backwards ? "in" : "out";
    const least = edge.range?.least ?? 1;
    const most = edge.range?.most ?? 1;
    const worthwhile = most > 1 && this.counts[far]! < this.ground.links.nodes;
    return {
      edge: at, near, far, backwards, least, most, around: around(way),
      inner: edge.inner === undefined ? undefined : this.ground.nodesWhere(edge.inner),
      distance: worthwhile
        ? distances(around(way === "any" ? "any" : way === "out" ? "in" : "out"), this.candidates[far]!, most)
          : undefined,
    };
  }
}

/** Breadth first from all nodes marked, up to `most` edges away. */
function distances(around: Adjacency, from: Uint8Array, most: number): Uint32Array {
  const distance = new Uint32Array(from.length).fill(NO_ROW);
  const queue: number[] = [];
  from.forEach((is, node) => {
    if (is !== 1) return;
    distance[node] = 0;
    queue.push(node);
  });
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    const next = distance[node]! + 1;
    if (next > most) break;
    for (let i = around.starts[node]!; i < around.starts[node + 1]!; i++) {
      const end = around.ends[i]!;
      if (distance[end] !== NO_ROW) continue;
      distance[end] = next;
      queue.push(end);
    }
  }
  return distance;
}

/** What a place of the walk does next: close the step here, take that back, or go along the next edge. */
const ARRIVED = 0;
const CLOSED = 1;
const WALKING = 2;

/** The walk itself. `total`: only matches of exactly so many edges. */
export class Walk {
  /** Which node stands at each place of the pattern; NO_ROW where none does yet. */
  readonly bound: Uint32Array;
  /** Of each pattern edge the edges walked, and the nodes that they led to, in the order of walking. */
  readonly edges: readonly number[][];
  readonly ends: readonly number[][];
  readonly backwards: readonly boolean[];
  /** Edges looked at so far. */
  looked = 0;
  // The places of the walk, one above the other.
  private readonly stepAt: number[] = [];
  private readonly nodeAt: number[] = [];
  private readonly phase: number[] = [];
  private readonly cursor: number[] = [];
  private readonly binds: boolean[] = [];
  private readonly takes: boolean[] = [];
  private depth = 0;
  private length = 0;
  private readonly usedEdges: Uint8Array | undefined;
  private readonly usedNodes: Uint8Array | undefined;
  /** How many edges the steps from this one on need at least. */
  private readonly leastFrom: readonly number[];

  constructor(private readonly route: Route, private readonly total?: number) {
    const { pattern, ground: { links }, steps } = route;
    this.bound = new Uint32Array(pattern.nodes.length).fill(NO_ROW);
    this.edges = pattern.edges.map(() => []);
    this.ends = pattern.edges.map(() => []);
    const backwards = pattern.edges.map(() => false);
    for (const step of steps) backwards[step.edge] = step.backwards;
    this.backwards = backwards;
    this.usedEdges = pattern.cycles === "unique_edges" ? new Uint8Array(links.source.length) : undefined;
    this.usedNodes = pattern.cycles === "none" ? new Uint8Array(links.nodes) : undefined;
    this.leastFrom = steps.map((_, i) => steps.slice(i).reduce((n, step) => n + step.least, 0));
  }

  /**
   * Gives each match to the sink. Yields when the sink is full, and every now and then for whoever watches the clock.
   */
  * matches(sink: Sink): Generator<"full" | "pause"> {
    const { start, steps, candidates } = this.route;
    const may = candidates[start]!;
    for (let node = 0; node < may.length; node++) {
      if (may[node] !== 1) continue;
      if ((node & 0xfff) === 0xfff) yield "pause";
      this.bound[start] = node;
      if (steps.length === 0) {
        if (sink.take(this)) yield "full";
        continue;
      }
      if (this.usedNodes !== undefined) this.usedNodes[node] = 1;
      this.push(0, node);
      yield* this.from(sink);
      if (this.usedNodes !== undefined) this.usedNodes[node] = 0;
    }
    this.bound[start] = NO_ROW;
  }

  private * from(sink: Sink): Generator<"full" | "pause"> {
    const { steps } = this.route;
    let watched = this.looked;
    while (this.depth > 0) {
      if (this.looked - watched > STRIDE) {
        watched = this.looked;
        yield "pause";
      }
      const at = this.depth - 1;
      const index = this.stepAt[at]!;
      const step = steps[index]!;
      this.looked++;
      if (this.phase[at] === ARRIVED) {
        this.phase[at] = CLOSED;
        if (!this.close(at, step)) continue;
        const next = steps[index + 1];
        if (next !== undefined) this.push(index + 1, this.bound[next.near]!);
        else if ((this.total === undefined || this.length === this.total) && sink.take(this)) yield "full";
      } else if (this.phase[at] === CLOSED) {
        this.leave(at, index, step);
      } else this.walk(at, index, step);
    }
  }

  private push(step: number, node: number): void {
    const at = this.depth++;
    this.stepAt[at] = step;
    this.nodeAt[at] = node;
    this.phase[at] = ARRIVED;
    this.cursor[at] = 0;
    this.binds[at] = false;
    this.takes[at] = false;
  }

  /** Whether the step may end at this place; its far node then stands here. */
  private close(at: number, step: Step): boolean {
    const node = this.nodeAt[at]!;
    if (this.edges[step.edge]!.length < step.least) return false;
    const standing = this.bound[step.far]!;
    if (standing !== NO_ROW) return standing === node;
    if (this.route.candidates[step.far]![node] !== 1) return false;
    this.bound[step.far] = node;
    this.binds[at] = true;
    return true;
  }

  /** Takes the closing back, and looks whether the step may go on from here. */
  private leave(at: number, index: number, step: Step): void {
    if (this.binds[at]) {
      this.bound[step.far] = NO_ROW;
      this.binds[at] = false;
    }
    this.phase[at] = WALKING;
    const node = this.nodeAt[at]!;
    const hops = this.edges[step.edge]!.length;
    const { starts } = step.around;
    const rest = this.leastFrom[index + 1] ?? 0;
    // A node that was met before can only end a step.
    const metAgain = this.usedNodes !== undefined && hops > 0 && !this.takes[at];
    const goesOn = hops < step.most && !metAgain && (hops === 0 || step.inner === undefined || step.inner[node] === 1)
      && (step.distance === undefined || (step.distance[node]! !== NO_ROW && hops + step.distance[node]! <= step.most))
      && (this.total === undefined || this.length + 1 + rest <= this.total);
    this.cursor[at] = goesOn ? starts[node]! : starts[node + 1]!;
  }

  /** Goes along the next edge, or back where there is none. */
  private walk(at: number, index: number, step: Step): void {
    const { starts, edges, ends } = step.around;
    const { usedEdges, usedNodes, bound } = this;
    const end = starts[this.nodeAt[at]! + 1]!;
    const hops = this.edges[step.edge]!.length;
    for (let i = this.cursor[at]!; i < end; i++) {
      this.looked++;
      const edge = edges[i]!;
      const node = ends[i]!;
      if (usedEdges !== undefined && usedEdges[edge] === 1) continue;
      if (usedNodes !== undefined && usedNodes[node] === 1 && bound[step.far] !== node) continue;
      if (step.distance !== undefined
        && (step.distance[node]! === NO_ROW || hops + 1 + step.distance[node]! > step.most)) continue;
      this.cursor[at] = i + 1;
      if (usedEdges !== undefined) usedEdges[edge] = 1;
      this.edges[step.edge]!.push(edge);
      this.ends[step.edge]!.push(node);
      this.length++;
      this.push(index, node);
      if (usedNodes !== undefined && usedNodes[node] === 0) usedNodes[node] = 1;
      else return;
      this.takes[at + 1] = true;
      return;
    }
    this.depth--;
    if (hops === 0) return;
    const edge = this.edges[step.edge]!.pop()!;
    this.ends[step.edge]!.pop();
    this.length--;
    if (usedEdges !== undefined) usedEdges[edge] = 0;
    if (usedNodes !== undefined && this.takes[at]) usedNodes[this.nodeAt[at]!] = 0;
  }
}
