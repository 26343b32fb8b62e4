/** The tree of a Kusto text: tagged unions of plain data, every node with its place. */
import type { Span } from "../../base";
import type { ScalarType, Value } from "../../table";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** `isfuzzy=true`, `hint.strategy=broadcast`: the value as a word, or as an expression where it is more. */
export interface Parameter {
  readonly name: Name;
  readonly value: Expression;
}

export type Expression =
  /** A constant; `text` is how it was written. `value` undefined: it was not understood, and that has been told. */
  | { readonly kind: "literal"; readonly type: ScalarType; readonly value: Value; readonly text: string; readonly span: Span }
  | { readonly kind: "name"; readonly name: string; readonly span: Span }
  /** `*`, or a name with stars in it where tables or columns are chosen by pattern. */
  | { readonly kind: "wildcard"; readonly pattern: string; readonly span: Span }
  /** `of.name` */
  | { readonly kind: "member"; readonly of: Expression; readonly name: Name; readonly span: Span }
  /** `of[index]` */
  | { readonly kind: "element"; readonly of: Expression; readonly index: Expression; readonly span: Span }
  /** `name(args)`, or `of.name(args)`. */
  | { readonly kind: "call"; readonly of?: Expression; readonly name: Name; readonly args: readonly Expression[]; readonly span: Span }
  | { readonly kind: "unary"; readonly op: "-" | "+"; readonly operand: Expression; readonly span: Span }
  | { readonly kind: "binary"; readonly op: string; readonly opSpan: Span; readonly left: Expression; readonly right: Expression; readonly span: Span }
  /** `in`, `in~`, `has_any`, `has_all` and their negations. */
  | { readonly kind: "among"; readonly op: string; readonly opSpan: Span; readonly left: Expression; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: "between"; readonly negated: boolean; readonly value: Expression; readonly from: Expression; readonly to: Expression; readonly span: Span }
  /** `name = value`, `(a, b) = value`. */
  | { readonly kind: "named"; readonly names: readonly Name[]; readonly value: Expression; readonly span: Span }
  /** `source | operator | …`; a source alone is only wrapped so where an operator (`print`, `union`) stands first. */
  | { readonly kind: "pipeline"; readonly source: Expression | undefined; readonly operators: readonly Operator[]; readonly span: Span }
  | { readonly kind: "typeof"; readonly types: readonly TypedName[]; readonly span: Span }
  /** Where an expression should have been; it has been told. */
  | { readonly kind: "missing"; readonly span: Span };

export type Pipeline = Extract<Expression, { kind: "pipeline" }>;

/** `name: type`; a name of "" is a bare type, a type of undefined was not a type (told). `*` stands as a name alone. */
export interface TypedName {
  readonly name: Name;
  readonly type: ScalarType | undefined;
}

export interface OrderedKey {
  readonly value: Expression;
  /** As written; undefined when left out. */
  readonly order: "asc" | "desc" | undefined;
  readonly nulls: "first" | "last" | undefined;
  readonly span: Span;
}

export interface ExpandItem {
  readonly name: Name | undefined;
  readonly value: Expression;
  readonly type: ScalarType | undefined;
}

/** A piece of a `parse` pattern. */
export type ParsePart =
  | { readonly kind: "text"; readonly value: string; readonly text: string; readonly span: Span }
  | { readonly kind: "star"; readonly span: Span }
  | { readonly kind: "column"; readonly name: Name; readonly type: ScalarType | undefined; readonly span: Span };

/** `legend = hidden`, `ycolumns = a, b`: words where names stand, an expression where it is a constant. */
export interface RenderProperty {
  readonly name: Name;
  readonly words: readonly Name[];
  readonly value: Expression | undefined;
}

export interface SeriesItem {
  readonly value: Expression;
  readonly fallback: Expression | undefined;
}

/** A column that `scan` declares; without a default it starts as null. */
export interface ScanColumn {
  readonly name: Name;
  readonly type: ScalarType | undefined;
  readonly fallback: Expression | undefined;
}

/** `step name output=last: condition => column = value, …`. */
export interface ScanStep {
  readonly name: Name;
  readonly output: Name | undefined;
  readonly optional: boolean;
  readonly condition: Expression;
  readonly assignments: readonly Expression[];
  readonly span: Span;
}

export interface NestedTop {
  readonly count: Expression | undefined;
  readonly of: Expression;
  readonly others: Expression | undefined;
  readonly by: OrderedKey;
  readonly span: Span;
}

/** `Nodes on Id` behind `make-graph … with`. */
export interface GraphNodes {
  readonly table: Expression;
  readonly on: Name;
}

/** A node `(a)` or an edge `-[e*1..3]->` of a graph pattern. */
export type PatternPart =
  | { readonly kind: "node"; readonly name: Name | undefined; readonly span: Span }
  | { readonly kind: "edge"; readonly name: Name | undefined; readonly direction: "out" | "in" | "any"
      readonly range: { readonly least: Expression; readonly most: Expression } | undefined; readonly span: Span };

/** `nodes as N with_node_id=Id` of `graph-to-table`. */
export interface GraphOutput {
  readonly of: "nodes" | "edges";
  readonly name: Name | undefined;
  readonly parameters: readonly Parameter[];
  readonly span: Span;
}

/** What every operator has: its word as written, the place of the word, the place of the whole. */
export interface OperatorHead {
  readonly word: string;
  readonly wordSpan: Span;
  readonly span: Span;
  readonly parameters: readonly Parameter[];
}

export type Operator = OperatorHead & OperatorBody;

/** The operators of these kinds. */
export type OperatorOf<K extends Operator["kind"]> = Having<Operator, K>;
type Having<O, K> = O extends { readonly kind: infer T } ? ([K & T] extends [never] ? never : O) : never;

export type OperatorBody =
  | { readonly kind: "where"; readonly predicate: Expression }
  | { readonly kind: "extend" | "project" | "serialize" | "project-rename"; readonly items: readonly Expression[] }
  | { readonly kind: "print"; readonly items: readonly Expression[] }
  | { readonly kind: "project-away" | "project-keep"; readonly items: readonly Expression[] }
  | { readonly kind: "project-reorder"; readonly keys: readonly OrderedKey[] }
  | { readonly kind: "summarize"; readonly items: readonly Expression[]; readonly by: readonly Expression[] }
  | { readonly kind: "sort"; readonly keys: readonly OrderedKey[] }
  | { readonly kind: "top"; readonly count: Expression; readonly keys: readonly OrderedKey[] }
  | { readonly kind: "top-nested"; readonly levels: readonly NestedTop[] }
  | { readonly kind: "take" | "sample"; readonly count: Expression }
  | { readonly kind: "sample-distinct"; readonly count: Expression; readonly of: Expression }
  | { readonly kind: "count"; readonly name: Name | undefined }
  | { readonly kind: "getschema" | "consume" }
  | { readonly kind: "distinct"; readonly items: readonly Expression[] }
  | { readonly kind: "join" | "lookup"; readonly right: Expression; readonly on: readonly Expression[] }
  | { readonly kind: "union"; readonly tables: readonly Expression[] }
  | { readonly kind: "mv-expand"; readonly items: readonly ExpandItem[]; readonly limit: Expression | undefined }
  | { readonly kind: "mv-apply"; readonly items: readonly ExpandItem[]; readonly limit: Expression | undefined; readonly body: Pipeline }
  | { readonly kind: "parse" | "parse-where"; readonly value: Expression; readonly parts: readonly ParsePart[] }
  | { readonly kind: "parse-kv"; readonly value: Expression; readonly columns: readonly TypedName[]; readonly options: readonly Parameter[] }
  | { readonly kind: "as"; readonly name: Name }
  | { readonly kind: "invoke"; readonly call: Expression }
  | { readonly kind: "evaluate"; readonly call: Expression; readonly schema: readonly TypedName[] | undefined }
  | { readonly kind: "search"; readonly tables: readonly Expression[]; readonly predicate: Expression }
  | { readonly kind: "find"; readonly tables: readonly Expression[]; readonly predicate: Expression; readonly columns: readonly TypedName[] | undefined }
  | { readonly kind: "partition"; readonly by: Expression; readonly body: Pipeline }
  | { readonly kind: "make-series"; readonly items: readonly SeriesItem[]; readonly axis: Expression
      readonly from: Expression | undefined; readonly to: Expression | undefined; readonly step: Expression | undefined; readonly by: readonly Expression[]
      /** Written `in range(from, to, step)`, which takes the end in. */
      readonly inRange: boolean }
  | { readonly kind: "project-by-names"; readonly items: readonly Expression[] }
  | { readonly kind: "top-hitters"; readonly count: Expression; readonly of: Expression; readonly by: Expression | undefined }
  | { readonly kind: "reduce"; readonly by: Expression; readonly options: readonly Parameter[] }
  | { readonly kind: "assert-schema"; readonly columns: readonly TypedName[] }
  | { readonly kind: "fork"; readonly branches: readonly { readonly name: Name | undefined; readonly body: Pipeline }[] }
  | { readonly kind: "facet"; readonly by: readonly Expression[]; readonly body: Pipeline | undefined }
  | { readonly kind: "scan"; readonly order: readonly OrderedKey[]; readonly partition: readonly Expression[]
      readonly columns: readonly ScanColumn[]; readonly steps: readonly ScanStep[] }
  | { readonly kind: "range"; readonly name: Name; readonly from: Expression; readonly to: Expression; readonly step: Expression }
  | { readonly kind: "datatable"; readonly columns: readonly TypedName[]; readonly values: readonly Expression[] }
  | { readonly kind: "externaldata"; readonly columns: readonly TypedName[]; readonly addresses: readonly Expression[]
      readonly rest: string }
  | { readonly kind: "make-graph"; readonly source: Name; readonly target: Name; readonly nodes: readonly GraphNodes[]
      /** `with_node_id=`: the property that holds a node's id where no table has the nodes. */
      readonly nodeId: Name | undefined; readonly partition: { readonly by: Name; readonly body: Pipeline } | undefined }
  | { readonly kind: "graph-match" | "graph-shortest-paths"; readonly patterns: readonly (readonly PatternPart[])[]
      readonly where: Expression | undefined; readonly project: readonly Expression[] | undefined }
  | { readonly kind: "graph-mark-components" }
  | { readonly kind: "graph-where-nodes" | "graph-where-edges"; readonly predicate: Expression }
  | { readonly kind: "graph-to-table"; readonly outputs: readonly GraphOutput[] }
  /** `render`; `rest` is all behind the word, as written. */
  | { readonly kind: "render"; readonly chart: Name | undefined; readonly properties: readonly RenderProperty[]; readonly rest: string }
  /** Known to Kusto, not run here: parsed no further than its end. */
  | { readonly kind: "refused"; readonly rest: string }
  /** No operator at all, or one that could not be read: told. */
  | { readonly kind: "broken" };

/** A parameter of a function: of a scalar type, or a table (columns undefined: any, `(*)`). */
export interface FunctionParameter {
  readonly name: Name;
  readonly type: ScalarType | undefined;
  readonly table?: readonly TypedName[] | undefined;
  readonly tabular: boolean;
  readonly fallback: Expression | undefined;
}

export interface FunctionBody {
  readonly parameters: readonly FunctionParameter[];
  readonly statements: readonly Statement[];
  readonly view: boolean;
  readonly span: Span;
}

/** What a pattern stands for at one tuple of texts. */
export interface PatternEntry {
  readonly values: readonly string[];
  readonly path: string | undefined;
  readonly body: readonly Statement[];
}

export type Statement = { readonly span: Span } & (
  | { readonly kind: "let"; readonly name: Name; readonly value: Expression }
  | { readonly kind: "function"; readonly name: Name; readonly body: FunctionBody }
  | { readonly kind: "query"; readonly value: Expression }
  | { readonly kind: "set"; readonly name: Name; readonly value: Expression | undefined }
  | { readonly kind: "parameters"; readonly parameters: readonly FunctionParameter[] }
  | { readonly kind: "alias"; readonly name: Name; readonly value: Expression }
  | { readonly kind: "pattern"; readonly name: Name; readonly entries: readonly PatternEntry[]; readonly rest: string }
  /** `restrict`, a management command: `word` says which. */
  | { readonly kind: "refused"; readonly word: string; readonly rest: string }
);

export interface Program {
  readonly statements: readonly Statement[];
}
