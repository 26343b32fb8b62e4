/** `search` and `find`: a predicate over several tables, lowered to a union of filters. */
import { cover, type Span } from "../../base";
import { printValue } from "../../table";
import { matchesPattern } from "../arrange";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { functions } from "../functions";
import { guessedType } from "./absent";
import { apply } from "./apply";
import { bindPredicate } from "./bind-expression";
import { passOn, RowBinder } from "./bind-row";
import { unite, viewsNamed, word } from "./bind-union";
import type { Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { scanTable } from "./scan";
import type { Expression, OperatorOf } from "./syntax";

type Search = OperatorOf<"search">;
type Find = OperatorOf<"find">;

interface Input {
  readonly rows: Rows;
  readonly name: string | undefined;
  /** The table's own columns, where columns of others have been added as nulls. */
  readonly own?: readonly BoundColumn[];
}

/** Kusto docs: search operator. A text alone is looked for as a term in every column; `column: "text"` in one. */
export function bindSearch(b: Binding, op: Search, input: Rows | undefined, environment: Environment): Rows {
  const exact = word(op.parameters, "kind") === "case_sensitive";
  const inputs = input ? [{ rows: input, name: input.name }]
    : padded(b, op, tablesOf(b, op.tables, environment), environment);
  const filtered = inputs.flatMap((i): Input[] => {
    const row = new RowBinder(b, i.rows, environment);
    const term = bindTerm(b, op.predicate, row, exact);
    const rows = b.rows({ op: "filter", input: i.rows.plan, terms: [term] }, i.rows.columns, op.span, input ? op.word
      : "", i.rows.open);
    return [{ rows: i.own
      ? b.rows({ op: "project", input: rows.plan, outputs: passOn(i.own, op.wordSpan) }, i.own, op.span, "") : rows,
      name: i.name }];
  });
  const only = filtered[0];
  if (input && only) return only.rows;
  if (filtered.length === 0) return nowhere(b, op);
  return unite(b, filtered, { op, source: "$table", inner: false });
}

function tablesOf(b: Binding, tables: readonly Expression[], environment: Environment): Input[] {
  const someLoaded = b.scope.tables().some((n) => b.scope.table(n)?.loaded === true);
  const all: readonly Expression[] = tables.length > 0 ? tables
    : [{ kind: "wildcard", pattern: "*", span: { from: 0, to: 0 } }];
  return all.flatMap((t): Input[] => {
    if (t.kind === "wildcard") {
      const views: readonly Input[] = viewsNamed(b, t.pattern, environment);
      const someRows = someLoaded || views.length > 0;
      return [...views, ...b.scope.tables().filter((n) => matchesPattern(n, t.pattern)).flatMap((n): Input[] => {
        // Over everything only what holds rows is read: a catalogue of hundreds of empty tables finds nothing.
        if (tables.length === 0 && someRows && b.scope.table(n)?.loaded !== true) return [];
        const rows = scanTable(b, n, t.span);
        return rows ? [{ rows, name: n }] : [];
      })];
    }
    const rows = b.grammar.rowsOf(b, t, environment);
    return rows ? [{ rows, name: rows.name ?? (t.kind === "name" ? t.name : undefined) }] : [];
  });
}

/** Columns that a predicate names: names of the query itself are none. */
function columnsOf(e: Expression, environment: Environment): string[] {
  return [...mentioned(e)].filter((n) => environment.find(n) === undefined);
}

/**
 * The tables that have at least one of the columns that the predicate names; those that others have and they lack are
 * added to them as nulls, as the service does.
 */
function padded(b: Binding, op: Search | Find, inputs: readonly Input[], environment: Environment): Input[] {
  const names = columnsOf(op.predicate, environment);
  const types = new Map(inputs.flatMap((i) => i.rows.columns.map((c) => [c.name, c.type] as const)));
  // A table whose columns are not known may have any of them.
  const unknown = inputs.find((i) => i.rows.open);
  if (unknown) for (const n of names) if (!types.has(n)) types.set(n, guessedType(n, unknown.rows.tables));
  return inputs.flatMap((i): Input[] => {
    const lacks = names.filter((n) => !i.rows.columns.some((c) => c.name === n));
    if (lacks.length === 0 || i.rows.open) return [i];
    if (lacks.length === names.length || lacks.some((n) => !types.has(n))) return [];
    const outputs = lacks.map(
      (name): Named<Expr> =>
      ({ name, value: convert({ kind: "literal", value: null, type: "dynamic", span: op.wordSpan }, types.get(name)
      ?? "dynamic", functions) }));
    const columns = [...i.rows.columns, ...outputs.map((o): BoundColumn => ({ name: o.name, type: o.value.type }))];
    return [{ rows: b.rows({ op: "extend", input: i.rows.plan, outputs }, columns, op.span, ""), name: i.name,
      own: i.rows.columns }];
  });
}

/** Names of columns in a predicate, outermost parts of paths. */
function mentioned(e: Expression, into = new Set<string>()): Set<string> {
  switch (e.kind) {
    case "name": into.add(e.name); break;
    case "member": mentioned(e.of, into); break;
    case "element": mentioned(e.of, into); mentioned(e.index, into); break;
    case "call": for (const a of e.args) mentioned(a, into); break;
    case "unary": mentioned(e.operand, into); break;
    case "binary": mentioned(e.left, into); mentioned(e.right, into); break;
    case "among": mentioned(e.left, into); for (const i of e.items) mentioned(i, into); break;
    case "between": mentioned(e.value, into); mentioned(e.from, into); mentioned(e.to, into); break;
    default: break;
  }
  return into;
}

/** A predicate in which a bare text means "any column holds this term". */
function bindTerm(b: Binding, e: Expression, row: RowBinder, exact: boolean): Expr {
  if (e.kind === "literal" && e.type === "string") return anyColumn(b, printValue(e.value), e.span, row, exact);
  if (e.kind === "wildcard") return { kind: "literal", value: true, type: "bool", span: e.span };
  if (e.kind === "binary" && (e.op === "and" || e.op === "or")) {
    return apply(b, e.op, [bindTerm(b, e.left, row, exact), bindTerm(b, e.right, row, exact)], e.span, e.op);
  }
  if (e.kind === "call" && e.name.text === "not" && e.args[0]) return apply(b, "not",
    [bindTerm(b, e.args[0], row, exact)], e.span, "not");
  if (e.kind === "binary" && e.left.kind === "wildcard" && e.right.kind === "literal") {
    if (e.op === "has" || e.op === ":") return anyColumn(b, printValue(e.right.value), e.span, row, exact);
    const terms = row.input.columns.map(
      (c) => bindPredicate(b,
      { ...e, left: { kind: "call", name: { text: "tostring", span: e.span },
      args: [{ kind: "name", name: c.name, span: e.left.span }], span: e.left.span } }, row.context));
    return disjunction(b, terms, e.span);
  }
  if (e.kind === "binary" && e.op === ":" && e.right.kind === "literal") {
    const value = row.bind(e.left);
    return holds(b, value, printValue(e.right.value), cover(e.left.span, e.right.span), exact);
  }
  return bindPredicate(b, exact ? caseSensitive(e) : e, row.context);
}

/** `kind=case_sensitive` makes all comparisons of texts mind the case. Kusto docs: search operator, "Parameters". */
function caseSensitive(e: Expression): Expression {
  const word = (op: string): string => SENSITIVE.get(op) ?? op;
  if (e.kind === "among") return { ...e, op: word(e.op) };
  return e.kind === "binary" ? { ...e, op: word(e.op) } : e;
}

const SENSITIVE: ReadonlyMap<string, string> = new Map([
  ...["has", "hasprefix", "hassuffix", "contains", "startswith", "endswith"].flatMap((w) =>
    [[w, `${w}_cs`], [`!${w}`, `!${w}_cs`]] as const),
  ["=~", "=="], ["!~", "!="], ["in~", "in"], ["!in~", "!in"],
]);

function anyColumn(b: Binding, term: string, span: Span, row: RowBinder, exact: boolean): Expr {
  const terms = row.input.columns.map(
    (c): Expr => holds(b, { kind: "column", name: c.name, type: c.type, span }, term, span, exact));
  return disjunction(b, terms, span);
}

/** `term`, `term*`, `*term`, `*term*`: a whole term, its beginning, its end, or any part. */
function holds(b: Binding, value: Expr, term: string, span: Span, exact: boolean): Expr {
  if (term === "*") return { kind: "literal", value: true, type: "bool", span };
  const inner = term.slice(1, -1).includes("*");
  if (inner) {
    // Kusto docs: search operator, "Search predicate syntax": a star inside stands for any text, between whole terms.
    const body = term.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join(".*");
    const edge = (at: number): string => (/[A-Za-z0-9_]/.test(term.charAt(at)) ? "\\b" : "");
    const pattern = `${exact ? "" : "(?i)"}${edge(0)}${body}${edge(term.length - 1)}`;
    const whole = value.type === "string" ? value : convert(value, "string", functions);
    return apply(b, "matches_regex", [whole, { kind: "literal", value: pattern, type: "string", span }], span,
      "matches regex");
  }
  const start = term.startsWith("*");
  const end = term.endsWith("*");
  const bare = term.slice(start ? 1 : 0, end ? -1 : undefined);
  const meaning = start && end ? "contains" : start ? "hassuffix" : end ? "hasprefix" : "has";
  const text = value.type === "string" ? value : convert(value, "string", functions);
  return apply(b, exact ? `${meaning}_cs` : meaning, [text, { kind: "literal", value: bare, type: "string", span }],
    span, meaning);
}

/** A balanced tree of `or`. */
function disjunction(b: Binding, terms: readonly Expr[], span: Span): Expr {
  const [first] = terms;
  if (!first) return { kind: "literal", value: false, type: "bool", span };
  if (terms.length === 1) return first;
  const middle = terms.length >> 1;
  return apply(b, "or", [disjunction(b, terms.slice(0, middle), span), disjunction(b, terms.slice(middle), span)], span,
    "or");
}

/**
 * Kusto docs: find operator: a column for the table's name, then the columns asked for, or those in the predicate and
 * a bag of the rest.
 */
export function bindFind(b: Binding, op: Find, environment: Environment): Rows {
  const source = word(op.parameters, "withsource") ?? word(op.parameters, "with_source") ?? "source_";
  const packs = op.columns?.some((c) => c.name.text === PACK_ALL) === true;
  const wanted = op.columns?.map((c) => c.name.text).filter((n) => n !== PACK_ALL);
  const inputs = padded(b, op, tablesOf(b, op.tables, environment), environment);
  const shared = (inputs[0]?.own ?? inputs[0]?.rows.columns
    ?? []).filter((c) =>
    inputs.every((i) => (i.own ?? i.rows.columns).some((x) => x.name === c.name && x.type === c.type))).map(
    (c) => c.name);
  const found = inputs.map((i): Input => {
    const row = new RowBinder(b, i.rows, environment);
    const filtered = b.rows({ op: "filter", input: i.rows.plan, terms: [bindTerm(b, op.predicate, row, false)] },
      i.rows.columns, op.span, "", i.rows.open);
    const names = wanted
      ?? [...new Set([...shared,
      ...columnsOf(op.predicate, environment).filter((n) => (i.own ?? i.rows.columns).some((c) => c.name === n))])];
    const outputs = names.flatMap((name): Named<Expr>[] => {
      const column = i.rows.columns.find((c) => c.name === name);
      return column ? [{ name, value: { kind: "column", name, type: column.type, span: op.wordSpan } }] : [];
    });
    if (packs) outputs.push({ name: "pack_", value: packRest(b, i.own ?? i.rows.columns, op.wordSpan) });
    if (!wanted) outputs.push(
      { name: "pack_", value: packRest(b, (i.own ?? i.rows.columns).filter((c) => !names.includes(c.name)),
      op.wordSpan) });
    const columns = outputs.map((o): BoundColumn => ({ name: o.name, type: o.value.type }));
    return { rows: b.rows({ op: "project", input: filtered.plan, outputs }, columns, op.span, ""), name: i.name };
  });
  if (found.length === 0) return nowhere(b, op);
  return unite(b, found, { op, source, inner: false });
}

/** How the parser writes down `pack_all()` among the columns of `find`. */
const PACK_ALL = "pack_all()";

function packRest(b: Binding, columns: readonly BoundColumn[], span: Span): Expr {
  const pairs = columns.flatMap(
    (c): Expr[] => [{ kind: "literal", value: c.name, type: "string", span },
    { kind: "column", name: c.name, type: c.type, span }]);
  return pairs.length === 0 ? { kind: "literal", value: new Map(), type: "dynamic", span }
    : apply(b, "bag_pack", pairs, span, "pack");
}

/** No table has the columns that a predicate names; which one is missing cannot be said, since all are. */
function nowhere(b: Binding, op: Search | Find): Rows {
  const names = [...mentioned(op.predicate)].map((n) => `'${n}'`).join(", ");
  b.fail("kql-unknown-column", names === "" ? "There are no tables to look at."
    : `No table has all of the columns ${names}.`, op.span);
  return b.rows({ op: "hole" }, [], op.span, "", true);
}
