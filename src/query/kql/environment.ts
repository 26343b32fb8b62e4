/** What names mean while a query is bound: columns of the rows at hand, and what `let` and parameters have named. */
import type { Span } from "../../base";
import type { ScalarType, Schema } from "../../table";
import type { TableFacts } from "../language";
import type { Call, Expr, Named, Plan } from "../plan";
import type { Expression, FunctionBody, Name, PatternEntry } from "./syntax";

/** A column with the column of a scanned table that it is, as long as it is plainly that. */
export interface BoundColumn {
  readonly name: string;
  readonly type: ScalarType;
  readonly origin?: { readonly table: TableFacts; readonly column: string };
  /** It came from a table whose columns are not known, so its type is a guess. */
  readonly guessed?: boolean;
}

/** Rows that a plan gives. `open`: other names may be there too, and are dynamic. */
export interface Rows {
  readonly plan: Plan;
  readonly columns: readonly BoundColumn[];
  readonly open: boolean;
  /** What a union calls these rows, where they are a table. */
  readonly name?: string;
  /** Tables all of whose columns are here still, those that our facts do not know among them. */
  readonly tables?: readonly TableFacts[] | undefined;
  /** Set where this is no rows but a graph; the plan is then that of its nodes. */
  readonly graph?: Graph;
}

/** A graph: its nodes and edges as rows, whose plans also have the hidden columns of `GRAPH_COLUMNS`. */
export interface Graph {
  readonly nodes: Rows;
  readonly edges: Rows;
  /** The type of ids. */
  readonly id: ScalarType;
}

/** The results of a plugin behind its first one, which has a name beside them. */
export interface Further {
  readonly first: string;
  readonly others: readonly Named<Plan>[];
}

/** Columns that an expression may name. */
export class RowScope {
  private readonly byName: ReadonlyMap<string, BoundColumn>;

  constructor(
    readonly columns: readonly BoundColumn[],
    readonly open: boolean,
    /** Behind `$left.` and `$right.` in a join. */
    readonly sides?: { readonly left: RowScope; readonly right: RowScope },
    /** What a plan calls a column, where that is not its name. */
    readonly called: (name: string) => string = (name) => name,
    /** Tables whose columns these are, all of them. */
    readonly tables?: readonly TableFacts[],
  ) {
    const byName = new Map<string, BoundColumn>();
    for (const c of columns) if (!byName.has(c.name)) byName.set(c.name, c);
    this.byName = byName;
  }

  /** What an expression may name of these rows. */
  static of(rows: Rows): RowScope {
    return new RowScope(rows.columns, rows.open, undefined, undefined, rows.tables);
  }

  named(name: string): BoundColumn | undefined {
    return this.byName.get(name);
  }

  /** The column that differs from `name` in case alone. */
  namedAlike(name: string): BoundColumn | undefined {
    const lower = name.toLowerCase();
    return this.columns.find((c) => c.name.toLowerCase() === lower);
  }
}

export type Entity =
  | { readonly kind: "scalar"; readonly value: Expr }
  | { readonly kind: "rows"; readonly rows: Rows }
  | { readonly kind: "function"; readonly name: string; readonly body: FunctionBody; readonly environment: Environment
      /** It is not of this query's text: what is in it is told at the call. */
      readonly saved?: true }
  | { readonly kind: "pattern"; readonly name: string; readonly entries: readonly PatternEntry[]
      readonly environment: Environment }
  /** `alias database x = …`: names behind it are looked up here all the same. */
  | { readonly kind: "database" };

/** A name with its place among those of its level. */
interface Defined {
  readonly entity: Entity;
  readonly place: number;
  /** What the name meant before, to functions that stand above. */
  readonly earlier: Defined | undefined;
}

/** Names of `let` statements and parameters, the inner ones first. */
export class Environment {
  private own = new Map<string, Defined>();
  private end = Infinity;
  private next = 0;

  constructor(private readonly outer?: Environment) {}

  find(name: string): Entity | undefined {
    // As deep as functions stand in one another, which is no deeper than the parser allows.
    let found = this.own.get(name);
    while (found !== undefined && found.place >= this.end) found = found.earlier;
    return found?.entity ?? this.outer?.find(name);
  }

  /** Whether this level has the name already. */
  declares(name: string): boolean {
    return this.own.has(name);
  }

  define(name: string, entity: Entity): void {
    this.own.set(name, { entity, place: this.next++, earlier: this.own.get(name) });
  }

  /**
   * The names as they are now, whatever is defined later: what a function's body may use. So none can call itself
   * (Kusto docs, "User-defined functions": recursive functions are not supported).
   */
  sofar(): Environment {
    const seen = new Environment(this.outer);
    seen.own = this.own;
    seen.end = Math.min(this.end, this.next);
    return seen;
  }

  names(): readonly { readonly name: string; readonly entity: Entity }[] {
    const all = new Map<string, Entity>(this.outer?.names().map((n) => [n.name, n.entity]) ?? []);
    for (const [name, { entity, place }] of this.own) if (place < this.end) all.set(name, entity);
    return [...all].map(([name, entity]) => ({ name, entity }));
  }
}

/** Names of a graph pattern; each answer is undefined where the pattern has no such name. */
export interface PatternNames {
  /** The names of nodes and edges, for suggestions. */
  names(): readonly string[];
  /** The properties of a node or edge. */
  properties(of: string): readonly BoundColumn[] | undefined;
  /** A node or edge as a whole. */
  name(name: string, span: Span): Expr | undefined;
  /** A property of a node or edge. */
  member(of: string, property: Name, span: Span): Expr | undefined;
  /** A function of the pattern's elements (`all`, `node_id`). */
  call(e: Extract<Expression, { kind: "call" }>, context: Context): Expr | undefined;
}

/** Where an expression stands: what it may name, and who takes its aggregates and window functions. */
export interface Context {
  readonly environment: Environment;
  readonly row: RowScope | undefined;
  /** Takes an aggregate call and gives the expression that reads it; absent where aggregates may not stand. */
  readonly aggregate?: (call: Call) => Expr;
  /** Whether a value's type is a guess. */
  readonly guessed?: (value: Expr) => boolean;
  /** What the nodes and edges of a graph pattern are called, and what may be asked of them. */
  readonly pattern?: PatternNames;
  /** Takes a window function's call and gives the column that reads it; absent where there are no rows. */
  readonly window?: (call: Call) => Expr;
  /** Steps of `scan` by name: what stands behind their dot is a value of their state. */
  readonly states?: ReadonlyMap<string, RowScope>;
}

/** Calls set aside to be computed by an operator of their own, each under a name that no query can write. */
export class Hoisted {
  readonly calls: Named<Call>[] = [];

  constructor(private readonly prefix: string) {}

  take(call: Call): Expr {
    const name = `${this.prefix}${this.calls.length}`;
    this.calls.push({ name, value: call });
    return { kind: "column", name, type: call.type, span: call.span };
  }
}

export function schemaOf(columns: readonly BoundColumn[], open: boolean): Schema {
  return { columns: columns.map((c) => ({ name: c.name, type: c.type })), open };
}
