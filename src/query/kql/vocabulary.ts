/**
 * The words of Kusto: operators, operators between values, other spellings of functions, and how results are named.
 * What a function means is said once, by the function registry; here stand only Kusto's surface names for it.
 */
import type { OperatorBody } from "./syntax";

/** A tabular operator. */
export interface OperatorWord {
  readonly word: string;
  readonly kind: OperatorBody["kind"];
  /** Parameters of the form `name=value` behind the word. */
  readonly parameters: readonly string[];
  /** One line for completion and hover. */
  readonly says: string;
  readonly syntax: string;
  /** Stands at the start of a query or of brackets, and makes rows of its own. */
  readonly source?: boolean;
  /** Why it is not run here. */
  readonly refused?: string;
}

/** Kusto docs: Tabular operators, one page each. */
export const OPERATORS: readonly OperatorWord[] = [
  op("where", "where", "Keeps the rows for which the predicate is true.", "where Predicate"),
  op("filter", "where", "Another word for `where`.", "filter Predicate"),
  op("extend", "extend", "Adds computed columns, or replaces columns of the same name.", "extend Name = Expression, …"),
  op("project", "project", "Keeps, renames and computes columns, in this order.",
    "project Column, Name = Expression, …"),
  op("project-away", "project-away", "Drops columns.", "project-away Column*, …"),
  op("project-keep", "project-keep", "Keeps columns, in their present order.", "project-keep Column*, …"),
  op("project-rename", "project-rename", "Renames columns.", "project-rename NewName = Column, …"),
  op("project-reorder", "project-reorder", "Moves columns to the front.", "project-reorder Column* [asc | desc], …"),
  op("summarize", "summarize", "Makes one row per group.", "summarize Name = Aggregate, … by Column, …"),
  op("join", "join", "Matches the rows of two tables.", "join kind=inner (Table) on Column, …", ["kind"]),
  op("lookup", "lookup", "Adds the columns of a small table.", "lookup kind=leftouter (Table) on Column, …", ["kind"]),
  op("union", "union", "Puts the rows of several tables together.", "union isfuzzy=true Table, (Query), …",
    ["kind", "withsource", "with_source", "isfuzzy", ","], true),
  op("distinct", "distinct", "Makes one row per different combination of columns.", "distinct Column, …"),
  op("sort", "sort", "Orders the rows; descending unless told otherwise.",
    "sort by Column [asc | desc] [nulls first | nulls last], …"),
  op("order", "sort", "Another word for `sort`.", "order by Column [asc | desc], …"),
  op("top", "top", "Keeps the first rows of an order.", "top Count by Column [asc | desc]"),
  op("top-nested", "top-nested", "Keeps the best of each level, level by level.",
    "top-nested Count of Column by Aggregate, …"),
  op("take", "take", "Keeps some rows, the first that come.", "take Count"),
  op("limit", "take", "Another word for `take`.", "limit Count"),
  op("count", "count", "Counts the rows.", "count"),
  op("mv-expand", "mv-expand", "Makes one row per element of an array or property of a bag.",
    "mv-expand Column [to typeof(Type)], …",
    ["bagexpansion", "kind", "with_itemindex"]),
  op("mvexpand", "mv-expand", "Old word for `mv-expand`.", "mvexpand Column",
    ["bagexpansion", "kind", "with_itemindex"]),
  op("mv-apply", "mv-apply", "Runs operators on the expanded rows of each row.",
    "mv-apply Name = Column on (Operators)", ["bagexpansion", "kind", "with_itemindex"]),
  op("mvapply", "mv-apply", "Old word for `mv-apply`.", "mvapply Name = Column on (Operators)",
    ["bagexpansion", "kind", "with_itemindex"]),
  op("parse", "parse", "Cuts columns out of a text by a pattern.", 'parse Text with * "literal" Column:type *',
    ["kind", "flags"]),
  op("parse-where", "parse-where", "As `parse`, and drops the rows that do not match.",
    'parse-where Text with * "literal" Column:type *', ["kind", "flags"]),
  op("parse-kv", "parse-kv", "Reads keys and values out of a text.",
    'parse-kv Text as (Key:type, …) with (pair_delimiter=";", kv_delimiter="=")'),
  op("as", "as", "Gives the rows so far a name.", "as Name"),
  op("serialize", "serialize", "Fixes the order of the rows, for functions that look at neighbours.",
    "serialize Name = Expression"),
  op("invoke", "invoke", "Calls a function with the rows so far as its first argument.", "invoke Function(Arguments)"),
  op("evaluate", "evaluate", "Calls a plugin.", "evaluate Plugin(Arguments)", [], true),
  op("search", "search", "Finds rows that hold a term in any column.", 'search in (Table, …) "term"', ["kind"], true),
  op("find", "find", "Finds rows by a predicate in several tables.",
    "find in (Table, …) where Predicate project Column, …",
    ["withsource", "with_source", "datascope"], true),
  op("fork", "fork", "Gives one result per subquery.", "fork Name=(Operators) (Operators) …"),
  op("facet", "facet", "Gives one result per column: how often each value occurs.", "facet by Column, … with (Operators)"),
  op("reduce", "reduce", "Groups texts by the words that they share.",
    'reduce by Text with threshold=0.1, characters="-"', ["kind"]),
  op("top-hitters", "top-hitters", "Counts the most frequent values; exact here.", "top-hitters Count of Column by Value"),
  op("project-by-names", "project-by-names", "Keeps columns whose names are computed.",
    'project-by-names "Name", dynamic(["Name"]), "Pattern*"'),
  op("assert-schema", "assert-schema", "Fails unless the columns are these.", "assert-schema (Name:type, …)"),
  op("scan", "scan", "Runs the rows through the steps of a sequence.",
    "scan with_match_id=Name declare (Name:type = default, …) with (step Name: Condition => Column = Value; …)",
    ["with_match_id"]),
  op("sample", "sample", "Keeps rows by chance.", "sample Count"),
  op("sample-distinct", "sample-distinct", "Keeps some of the different values of a column.",
    "sample-distinct Count of Column"),
  op("partition", "partition", "Runs operators on each group of rows.", "partition by Column (Operators)"),
  op("make-series", "make-series", "Makes one array per group along an axis.",
    "make-series Name = Aggregate on Axis from Start to End step Step by Column", ["kind"]),
  op("getschema", "getschema", "Tells the columns and their types.", "getschema"),
  op("render", "render", "Draws the rows as a chart.", "render Chart"),
  op("consume", "consume", "Reads the rows and shows none.", "consume", ["decodeblocks"]),
  op("print", "print", "Makes one row of expressions.", "print Name = Expression, …", [], true),
  op("range", "range", "Makes a column of numbers or times.", "range Name from Start to End step Step", [], true),
  op("datatable", "datatable", "Makes a table of constants.", "datatable (Name:type, …) [Value, …]", [], true),
  op("externaldata", "externaldata", "Reads files that are loaded here under their names; never the network.",
    'externaldata (Name:type, …) [@"address"]', [], true),
  op("external_data", "externaldata", "Another word for `externaldata`.", 'external_data (Name:type, …) [@"address"]', [],
    true),
  no("inline_external_table", "It reads from storage on the network, which is never done here; load the file as a sample."),
  no("macro-expand", "It repeats a query over the clusters and databases of a group, and here is one place only; "
    + "write the query once."),
  no("execute_and_cache", "It keeps results in the service's cache; 'materialize()' computes rows once in a query."),
  no("partition-by", "Use 'partition by'."),
  op("make-graph", "make-graph", "Makes a graph: each row an edge between two nodes.",
    "make-graph Source --> Target with Nodes on Id", ["hint.strategy"]),
  op("graph-match", "graph-match", "Finds every place of a graph that a pattern fits.",
    "graph-match (a)-[e]->(b) where Predicate project Column, …", ["cycles"]),
  op("graph-shortest-paths", "graph-shortest-paths", "Finds the shortest paths between nodes.",
    "graph-shortest-paths (a)-[e*1..5]->(b) where Predicate project Column, …", ["output", "cycles"]),
  op("graph-mark-components", "graph-mark-components", "Numbers the connected parts of a graph.",
    "graph-mark-components kind=weak with_component_id=Name", ["kind", "with_component_id"]),
  op("graph-to-table", "graph-to-table", "Gives the nodes or the edges of a graph as rows.", "graph-to-table nodes"),
  op("graph-where-nodes", "graph-where-nodes", "Keeps the nodes for which the predicate is true, and their edges.",
    "graph-where-nodes Predicate"),
  op("graph-where-edges", "graph-where-edges", "Keeps the edges for which the predicate is true.",
    "graph-where-edges Predicate"),
  no("graph-merge", "Put the edges together with 'union' before 'make-graph'."),
];

function op(word: string, kind: OperatorBody["kind"], says: string, syntax: string, parameters: readonly string[] = [],
  source = false): OperatorWord {
  return { word, kind, says, syntax, parameters, ...(source ? { source } : {}) };
}

function no(word: string, why: string): OperatorWord {
  return { word, kind: "refused", says: why, syntax: word, parameters: [], refused: why };
}

const BY_WORD: ReadonlyMap<string, OperatorWord> = new Map(OPERATORS.map((o) => [o.word, o]));

/** Every operator's word, for suggestions. */
export const OPERATOR_WORDS: readonly string[] = OPERATORS.map((o) => o.word);

export function operatorNamed(word: string): OperatorWord | undefined {
  return BY_WORD.get(word);
}

/** An operator between two values: the meaning it has, whether the result is turned round. */
export interface ValueOperator {
  readonly word: string;
  readonly meaning: string;
  readonly negated: boolean;
  readonly says: string;
}

/** Kusto docs: Logical, numerical and string operators. */
export const VALUE_OPERATORS: readonly ValueOperator[] = [
  between("==", "eq.kusto", "Equal."), between("!=", "ne.kusto", "Not equal."), between("<>", "ne.kusto", "Not equal."),
  between("=~", "eq.nocase", "Equal, upper and lower case taken as one."),
    { ...between("!~", "eq.nocase", "Not equal, upper and lower case taken as one."), negated: true },
  between("<", "lt", "Less."), between("<=", "le", "Less or equal."), between(">", "gt", "Greater."),
    between(">=", "ge", "Greater or equal."),
  between("+", "add", "Sum."), between("-", "subtract", "Difference."), between("*", "multiply", "Product."),
  between("/", "divide", "Quotient; of two longs a long."), between("%", "modulo", "Remainder."),
  between("and", "and", "Both are true."), between("or", "or", "At least one is true."),
  between("containscs", "contains_cs", "Old word for `contains_cs`."),
    between("like", "contains", "Old word; use `contains`."),
  between("likecs", "contains_cs", "Old word; use `contains_cs`."),
  { ...between("notcontains", "contains", "Old word for `!contains`."), negated: true },
  { ...between("notcontainscs", "contains_cs", "Old word for `!contains_cs`."), negated: true },
  { ...between("notlike", "contains", "Old word; use `!contains`."), negated: true },
  { ...between("notlikecs", "contains_cs", "Old word; use `!contains_cs`."), negated: true },
  between("matches regex", "matches_regex", "The text holds a match of the pattern."),
  between(":", "has", "The column holds the term (in `search`)."),
  ...both("has", "has", "The text holds the term as a whole word, any case."),
    ...both("has_cs", "has_cs", "The text holds the term as a whole word, same case."),
  ...both("hasprefix", "hasprefix", "A word of the text starts with this, any case."),
    ...both("hasprefix_cs", "hasprefix_cs", "A word of the text starts with this, same case."),
  ...both("hassuffix", "hassuffix", "A word of the text ends with this, any case."),
    ...both("hassuffix_cs", "hassuffix_cs", "A word of the text ends with this, same case."),
  ...both("contains", "contains", "The text holds this anywhere, any case."),
    ...both("contains_cs", "contains_cs", "The text holds this anywhere, same case."),
  ...both("startswith", "startswith", "The text starts with this, any case."),
    ...both("startswith_cs", "startswith_cs", "The text starts with this, same case."),
  ...both("endswith", "endswith", "The text ends with this, any case."),
    ...both("endswith_cs", "endswith_cs", "The text ends with this, same case."),
  ...both("in", "in", "Is one of these."), ...both("in~", "in_nocase", "Is one of these, any case."),
  ...both("has_any", "has_any", "The text holds at least one of these words."),
    ...both("has_all", "has_all", "The text holds all of these words."),
  ...both("between", "between", "Lies between the two, both included."),
];

function between(word: string, meaning: string, says: string): ValueOperator {
  return { word, meaning, negated: false, says };
}

function both(word: string, meaning: string, says: string): ValueOperator[] {
  return [between(word, meaning, says),
    { word: `!${word}`, meaning, negated: true, says: `Not: ${says.charAt(0).toLowerCase()}${says.slice(1)}` }];
}

const VALUE_BY_WORD: ReadonlyMap<string, ValueOperator> = new Map(VALUE_OPERATORS.map((o) => [o.word, o]));

export function valueOperator(word: string): ValueOperator | undefined {
  return VALUE_BY_WORD.get(word);
}

/** Other spellings that Kusto takes, with the documented name. */
export const ALIASES: ReadonlyMap<string, string> = new Map(Object.entries({
  iif: "iff", notnull: "isnotnull", notempty: "isnotempty", arraylength: "array_length", array_iif: "array_iff",
    array_strcat: "strcat_array",
  parsejson: "parse_json", todynamic: "parse_json", toobject: "parse_json", todouble: "toreal", totime: "totimespan",
    toboolean: "tobool",
  extractall: "extract_all", extractjson: "extract_json", replace: "replace_regex",
    make_string: "unicode_codepoints_to_string",
  to_utf8: "unicode_codepoints_from_string", base64_encodestring: "base64_encode_tostring",
    base64_decodestring: "base64_decode_tostring",
  parseurl: "parse_url", parseurlquery: "parse_urlquery", weekofyear: "week_of_year", datepart: "datetime_part",
    pack: "bag_pack",
  pack_dictionary: "bag_pack", series_sum: "array_sum", floor: "bin", makelist: "make_list", makeset: "make_set",
    make_dictionary: "make_bag",
  any: "take_any", anyif: "take_anyif", cnt: "count", argmax: "arg_max", argmin: "arg_min", row_rank: "row_rank_dense",
  columnifexists: "column_ifexists", extentid: "extent_id", merge_tdigest: "tdigest_merge", percentile_array_tdigest: "percentiles_array_tdigest", stdevpif: "stdevpif",
    getmonth: "monthofyear",
}));

/** Functions whose result is named as the first argument. Facts of Microsoft's parser. */
const NAMED_AS_FIRST = new Set((
  "split tostring tohex todynamic toobject tolong toint toreal todouble todatetime totimespan totime tobool toboolean todecimal toguid parse_csv "
  + "parsejson parse_json parse_xml format_datetime format_timespan startofday bin floor bin_at bin_auto binary_and binary_or binary_xor binary_not "
  + "binary_shift_right binary_shift_left bitset_count_ones series_fir series_outliers series_iir series_fill_backward series_fill_forward "
  + "series_fill_const series_fill_linear round ceiling pow sqrt log log2 log10 exp exp2 exp10 cos sin tan acos asin atan atan2 abs rand gamma "
  + "loggamma erf erfc format_bytes passthrough take_anyif binary_all_or binary_all_and binary_all_xor").split(" "));

/** Functions whose result is named as their argument if they have only one. */
const NAMED_AS_ONLY = new Set(["make_datetime", "make_timespan"]);

/** Functions whose result is named by this word, `_`, and the name of the first argument. */
const PREFIXES: ReadonlyMap<string, string> = new Map(Object.entries({
  strlen: "strlen", string_size: "string_size", percentile_tdigest: "percentile_tdigest", dcount_hll: "dcount_hll",
    gettype: "type", treepath: "tree",
  repeat: "repeat", percentiles_array_tdigest: "percentile_tdigest", percentiles_array: "percentiles", percentilesw_array: "percentiles", sum: "sum", sumif: "sumif", cnt: "cnt",
    count: "count", countif: "countif", dcount: "dcount",
  dcountif: "dcountif", tdigest: "tdigest", tdigest_merge: "merge_tdigests", merge_tdigest: "merge_tdigests",
    hll: "hll", hll_if: "hll_if",
  hll_merge: "hll_merge", min: "min", minif: "minif", max: "max", maxif: "maxif", avg: "avg", avgif: "avgif",
    makelist: "list", make_list: "list",
  make_list_if: "list", make_list_with_nulls: "list", makeset: "set", make_set: "set", make_set_if: "set",
    make_dictionary: "dictionary",
  make_bag: "bag", make_bag_if: "bag", buildschema: "schema", stdev: "stdev", stdevif: "stdevif", stdevp: "stdevp",
    variance: "variance",
  varianceif: "varianceif", variancep: "variancep", variancepif: "variancepif", covariance: "covariance",
    covarianceif: "covarianceif",
  covariancep: "covariancep", covariancepif: "covariancepif", anyif: "anyif", count_distinct: "count_distinct",
    count_distinctif: "count_distinctif",
}));

/** How a call without a name of its own is named; `word` as written. */
export type ResultNaming =
  { readonly by: "none" | "first" | "only" } | { readonly by: "prefix"; readonly prefix: string } | { readonly by: "fixed"; readonly name: string };

export function resultNaming(word: string): ResultNaming {
  const prefix = PREFIXES.get(word);
  if (prefix !== undefined) return { by: "prefix", prefix };
  if (NAMED_AS_FIRST.has(word)) return { by: "first" };
  if (NAMED_AS_ONLY.has(word)) return { by: "only" };
  if (word === "ingestion_time") return { by: "fixed", name: "$IngestionTime" };
  return { by: "none" };
}

/** What the binder itself knows how to call: no values in, values out, but names, tables or types. */
export const SPECIAL_FORMS: ReadonlyMap<string, string> = new Map(Object.entries({
  toscalar: "toscalar(Query): the first cell of the query's first row, computed once, before the query runs.",
  materialize: "materialize(Query): the rows are computed once, however often the name is used.",
  column_ifexists: "column_ifexists(\"name\", default): the column if the table has it, the default otherwise.",
  iscolumnexists: "iscolumnexists(\"name\"): whether the table has the column.",
  pack_all: "pack_all([ignore_null_empty]): a bag of all columns.",
  bag_pack_columns: "bag_pack_columns(column, …): a bag of columns by their names.",
  bin_auto: "bin_auto(value): rounds down to a bin, as 'set query_bin_auto_size' and 'set query_bin_auto_at' say.",
  column_names_of: "column_names_of(table): the names of a table's columns.",
  ingestion_time: "ingestion_time(): when the row came in; here the row's TimeGenerated or Timestamp, where it has one.",
  table: "table(\"name\"): the table of that name.",
  database: "database(\"name\").Table: the table of that name here; where it would live is not looked at.",
  cluster: "cluster(\"name\").database(\"name\").Table: the table of that name here.",
  workspace: "workspace(\"name\").Table: the table of that name here.",
  app: "app(\"name\").Table: the table of that name here.",
  assert: "assert(condition, \"message\"): true; the query fails with the message where the constant condition is false.",
  typeof: "typeof(type): a type, where one is asked for.",
}));

/** What may stand before the dot of a table: databases and workspaces, which are all this one here. */
export const PLACES: ReadonlySet<string> = new Set(["database", "cluster", "workspace", "app", "resource", "adx", "arg"]);

/** What may be called in a pattern's `where` and `project`. Kusto docs: one page each, "… (graph function)". */
export const GRAPH_FORMS: ReadonlyMap<string, string> = new Map(Object.entries({
  all: "all(edge, condition): whether each edge of the path meets the condition; of inner_nodes(edge) each inner node.",
  any: "any(edge, condition): whether some edge of the path meets the condition; of inner_nodes(edge) some inner node.",
  map: "map(edge, expression): an array of the expression's values over the edges of the path, or its inner_nodes(edge).",
  inner_nodes: "inner_nodes(edge): the nodes between the ends of a path, as the first argument of all, any and map.",
  node_degree_in: "node_degree_in(node): how many edges end at the node.",
  node_degree_out: "node_degree_out(node): how many edges start at the node.",
  node_id: "node_id(node): the node's id as a text.",
  labels: "labels(element): the labels that a stored graph model gives; a graph made by 'make-graph' has none.",
}));

/** Aggregates that give several columns; the binder makes one call of each. */
export const AGGREGATE_FORMS: ReadonlyMap<string, string> = new Map(Object.entries({
  arg_max: "arg_max(expression, column, …): of each group the row where the expression is largest; `*` gives all columns.",
  arg_min: "arg_min(expression, column, …): of each group the row where the expression is smallest; `*` gives all columns.",
  percentiles: "percentiles(value, percentage, …): a column per percentage.",
}));

/** Join kinds as written, with the plan's. Kusto docs: join operator, "join flavors". */
export const JOIN_KINDS: ReadonlyMap<string,
  "inner" | "innerunique" | "leftouter" | "rightouter" | "fullouter" | "leftsemi" | "rightsemi" | "leftanti" | "rightanti"> = new Map([
  ["inner", "inner"], ["innerunique", "innerunique"], ["leftouter", "leftouter"], ["rightouter", "rightouter"],
    ["fullouter", "fullouter"],
  ["leftsemi", "leftsemi"], ["rightsemi", "rightsemi"], ["leftanti", "leftanti"], ["leftantisemi", "leftanti"],
    ["anti", "leftanti"],
  ["rightanti", "rightanti"], ["rightantisemi", "rightanti"],
] as const);
