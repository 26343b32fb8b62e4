/** Expressions: names to columns and constants, operators to meanings, types checked and brought together. */
import { cover, type Span } from "../../base";
import { coerce, isNumeric, type ScalarType, type Value } from "../../table";
import { functions } from "../functions";
import type { Expr } from "../plan";
import { convert } from "../scope";
import { absentColumn, guessedType } from "./absent";
import { apply } from "./apply";
import { bindCall } from "./bind-call";
import { oneOfSeveral } from "./bind-several";
import { isTabular } from "./tabular";
import { isNothing, nothing, type Binding } from "./binding";
import { Environment, type Context } from "./environment";
import { checkAny } from "./contradiction";
import { hintAmong, hintComparison } from "./hints";
import { checkKnownValues } from "./known-values";
import { entityNamed } from "./saved";
import type { Expression } from "./syntax";
import { valueOperator, type ValueOperator } from "./vocabulary";

/** Binds an expression to one value per row. Never fails: what is wrong is told and becomes a null. */
export function bindExpression(b: Binding, e: Expression, context: Context): Expr {
  if (!b.spend(e.span)) return nothing(e.span);
  switch (e.kind) {
    case "literal":
      return { kind: "literal", value: e.value, type: e.type, span: e.span };
    case "missing":
      return nothing(e.span);
    case "name":
      return bindName(b, e.name, e.span, context);
    case "wildcard":
      b.fail("kql-star-here", "'*' cannot stand here.", e.span);
      return nothing(e.span);
    case "member":
      return bindMember(b, e, context);
    case "element":
      return bindElement(b, e, context);
    case "call":
      return bindCall(b, e, context, bindExpression);
    case "unary": {
      const operand = bindExpression(b, e.operand, context);
      if (e.op === "+") return operand;
      return negate(b, operand, e.span);
    }
    case "binary":
      return e.op === "and" || e.op === "or" ? bindLogic(b, e, context) : bindBinary(b, e, context);
    case "among":
      return bindAmong(b, e, context);
    case "between":
      return bindBetween(b, e, context);
    case "named":
      b.fail("kql-name-here", "A name cannot be given here.", e.span);
      return bindExpression(b, e.value, context);
    case "pipeline":
      b.fail("kql-table-here", "A value is needed here, and this gives rows. Put toscalar(…) around it.", e.span,
        { fix: { title: "Wrap in toscalar",
          edits: [{ span: { from: e.span.from, to: e.span.from }, insert: "toscalar(" },
          { span: { from: e.span.to, to: e.span.to }, insert: ")" }] } });
      return nothing(e.span);
    case "typeof":
      // What is no type has been told.
      if (e.types.some((t) => t.type)) b.fail("kql-type-here", "A type cannot stand here.", e.span);
      return nothing(e.span);
    default: {
      const never: never = e;
      return never;
    }
  }
}

/** Binds and brings to a type; what cannot come there is told. */
export function bindAs(b: Binding, e: Expression, type: ScalarType, context: Context): Expr {
  const bound = bindExpression(b, e, context);
  if (bound.type === type) return bound;
  if (bound.type === "dynamic" || (isNumeric(bound.type) && isNumeric(type))) return convert(bound, type, functions);
  b.fail("kql-type-mismatch", `A ${type} is needed here, and this is a ${bound.type}.`, e.span);
  return nothing(e.span);
}

/** A predicate; numbers and texts are no answers. */
export function bindPredicate(b: Binding, e: Expression, context: Context): Expr {
  return bindAs(b, e, "bool", context);
}

/** The terms of a conjunction as the author wrote them, without the stack of a thousand `and`s. */
export function conjuncts(e: Expression): Expression[] {
  return spine(e, "and");
}

function spine(e: Expression, op: string): Expression[] {
  const terms: Expression[] = [];
  const todo = [e];
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (next.kind === "binary" && next.op === op) todo.push(next.right, next.left);
    else terms.push(next);
  }
  return terms;
}

function bindName(b: Binding, name: string, span: Span, context: Context): Expr {
  const column = context.row?.named(name);
  if (column) return { kind: "column", name, type: column.type, span };
  const element = context.pattern?.name(name, span);
  if (element) return element;
  const entity = entityNamed(b, name, context.environment);
  if (entity?.kind === "scalar") return { ...entity.value, span: entity.value.kind === "literal" ? entity.value.span
    : span };
  if (entity?.kind === "function" && entity.body.parameters.every((p) => p.fallback !== undefined)) {
    // A function that needs nothing may be called by its bare name.
    return bindCall(b, { kind: "call", name: { text: name, span }, args: [], span }, context, bindExpression);
  }
  if (entity) {
    b.fail("kql-value-needed", `'${name}' is a ${entity.kind === "rows" ? "table"
      : entity.kind}, and a value is needed here.`, span);
    return nothing(span);
  }
  if (context.row?.open) return { kind: "column", name, type: guessedType(name, context.row.tables), span };
  const known = [...(context.row?.columns.map((c) => c.name) ?? [])];
  const scalars = context.environment.names().filter((n) => n.entity.kind === "scalar").map((n) => n.name);
  if (b.scope.table(name)) {
    b.fail("kql-value-needed", `'${name}' is a table, and a value is needed here.`, span);
    return nothing(span);
  }
  if (context.pattern && !context.row) {
    const meant = b.unknown("element", name, span, [...context.pattern.names(), ...scalars], " in this pattern");
    return (meant === undefined ? undefined : context.pattern.name(meant, span)) ?? nothing(span);
  }
  const absent = context.row ? absentColumn(b, name, span, context.row) : undefined;
  if (absent) return absent;
  const from = context.row?.columns.find((c) => c.origin)?.origin?.table.name;
  const real = b.unknown("column", name, span, [...known, ...scalars], from !== undefined ? ` in ${from}` : "");
  if (real === undefined) return nothing(span);
  const alike = context.row?.named(real);
  if (alike) return { kind: "column", name: real, type: alike.type, span };
  const scalar = context.environment.find(real);
  return scalar?.kind === "scalar" ? scalar.value : nothing(span);
}

function bindMember(b: Binding, e: Extract<Expression, { kind: "member" }>, context: Context): Expr {
  if (e.of.kind === "name" && (e.of.name === "$left" || e.of.name === "$right") && context.row?.sides) {
    const side = e.of.name === "$left" ? context.row.sides.left : context.row.sides.right;
    // Only columns count here; a `let` of that name does not.
    return bindName(b, e.name.text, e.name.span, { environment: new Environment(), row: side });
  }
  const property = e.of.kind === "name" ? context.pattern?.member(e.of.name, e.name, e.span) : undefined;
  if (property) return property;
  const state = e.of.kind === "name" ? context.states?.get(e.of.name) : undefined;
  if (state) {
    const column = bindName(b, e.name.text, e.name.span, { environment: new Environment(), row: state });
    return column.kind === "column" ? { ...column, name: state.called(column.name), span: e.span } : column;
  }
  if (isTabular(b, e, context)) {
    b.fail("kql-value-needed", "This is a table, and a value is needed here.", e.span);
    return nothing(e.span);
  }
  const of = bindExpression(b, e.of, context);
  if (isNothing(of)) return b.isAbsent(of) ? b.absent("dynamic", e.span) : nothing(e.span);
  return access(b, reachable(b, of, context), { kind: "literal", value: e.name.text, type: "string", span: e.name.span }, e.span);
}

function bindElement(b: Binding, e: Extract<Expression, { kind: "element" }>, context: Context): Expr {
  const one = oneOfSeveral(b, e, context, bindExpression);
  if (one) return one;
  const of = bindExpression(b, e.of, context);
  const index = bindExpression(b, e.index, context);
  if (isNothing(of) || isNothing(index)) return b.isAbsent(of) ? b.absent("dynamic", e.span) : nothing(e.span);
  return access(b, reachable(b, of, context), index, e.span);
}

/**
 * `AdditionalFields` is a text in Defender's reference and a dynamic value in a workspace; a lenient scope takes it for
 * what the query needs.
 */
function reachable(b: Binding, of: Expr, context: Context): Expr {
  const isOpenText = b.scope.lenient && of.kind === "column" && of.type === "string"
    && context.row?.named(of.name)?.origin?.column === "AdditionalFields";
  return isOpenText ? convert(of, "dynamic", functions) : of;
}

/**
 * `a.b`, `a["b"]`, `a[0]`: only dynamic values have parts. Kusto docs: The dynamic data type, "dynamic object
 * accessors".
 */
function access(b: Binding, of: Expr, part: Expr, span: Span): Expr {
  if (of.type !== "dynamic") {
    b.fail("kql-not-dynamic", `A ${of.type} has no parts to reach into; only dynamic values have.${of.type === "string"
      ? " parse_json() makes a dynamic value of a text." : ""}`, span,
      of.type === "string"
        ? { fix: { title: "Wrap in parse_json",
        edits: [{ span: { from: of.span.from, to: of.span.from }, insert: "parse_json(" },
        { span: { from: of.span.to, to: of.span.to }, insert: ")" }] } } : {});
    return nothing(span);
  }
  const meaning = part.type === "string" ? "path.key" : part.type === "long" || part.type === "int" ? "path.index"
    : "path.any";
  return apply(b, meaning,
    [of, meaning === "path.any" && part.type !== "dynamic" ? convert(part, "dynamic", functions) : part], span, "[…]");
}

function negate(b: Binding, operand: Expr, span: Span): Expr {
  if (operand.kind === "literal") {
    const v: Value = operand.value;
    if (typeof v === "bigint") return { ...operand, value: BigInt.asIntN(64, -v), span };
    if (typeof v === "number") return { ...operand, value: -v, span };
    if (v !== null && typeof v === "object" && "kind" in v && v.kind === "timespan") return { ...operand,
      value: { kind: "timespan", ticks: -v.ticks }, span };
  }
  // As Microsoft's parser has it, the negative of an int is a long.
  return apply(b, "negate", [operand.type === "int" ? convert(operand, "long", functions) : operand], span, "-");
}

/** `and` and `or` as a balanced tree, so that a list of a thousand alternatives is ten calls deep. */
function bindLogic(b: Binding, e: Extract<Expression, { kind: "binary" }>, context: Context): Expr {
  const terms = spine(e, e.op).map((t) => bindPredicate(b, t, context));
  if (e.op === "or") checkAny(b, terms);
  const build = (from: number, to: number): Expr => {
    const first = terms[from];
    if (to - from === 1 && first) return first;
    const middle = (from + to) >> 1;
    const left = build(from, middle);
    const right = build(middle, to);
    return apply(b, e.op, [left, right], cover(left.span, right.span), e.op);
  };
  return build(0, terms.length);
}

function bindBinary(b: Binding, e: Extract<Expression, { kind: "binary" }>, context: Context): Expr {
  // Long sums lean to the left; the loop keeps them off the stack.
  const chain: Extract<Expression, { kind: "binary" }>[] = [];
  let base: Expression = e;
  while (base.kind === "binary" && base.op !== "and" && base.op !== "or") {
    chain.push(base);
    base = base.left;
  }
  const innermost = chain[chain.length - 1];
  if (base.kind === "wildcard" && innermost && context.row) return anyColumn(b, innermost, context);
  let left = bindExpression(b, base, context);
  for (const link of chain.reverse()) {
    const right = bindExpression(b, link.right, context);
    left = combine(b, link, left, right, context);
  }
  return left;
}

/** `* contains "x"`: some column, as a text. */
function anyColumn(b: Binding, e: Extract<Expression, { kind: "binary" }>, context: Context): Expr {
  const right = bindExpression(b, e.right, context);
  let terms = (context.row?.columns ?? []).map((c): Expr => {
    const column: Expr = { kind: "column", name: c.name, type: c.type, span: e.left.span };
    return combine(b, e, right.type === "string" ? convert(column, "string", functions) : column, right, context);
  });
  // Pairs upon pairs: a wide table must not make a deep tree.
  while (terms.length > 1) {
    terms = terms.flatMap((t, i): Expr[] => {
      const next = terms[i + 1];
      return i % 2 === 1 ? [] : next ? [apply(b, "or", [t, next], e.span, "or")] : [t];
    });
  }
  return terms[0] ?? { kind: "literal", value: false, type: "bool", span: e.span };
}

function combine(b: Binding, e: Extract<Expression, { kind: "binary" }>, left: Expr, right: Expr,
  context: Context): Expr {
  const word = valueOperator(e.op);
  if (!word) {
    b.fail("kql-unknown-operator", `There is no operator '${e.op}'.`, e.opSpan);
    return nothing(e.span);
  }
  if (isNothing(left) || isNothing(right)) return { kind: "literal", value: null, type: isComparison(word) ? "bool"
    : "dynamic", span: e.span };
  hintComparison(b, e, left, right);
  if (word.meaning === "eq.kusto" || word.meaning === "ne.kusto") {
    [left, right] = alike(left, right);
  } else if (COMPARED.has(word.meaning) && !comparable(left.type, right.type)) {
    const fix = left.type === "string" || right.type === "string"
      ? ` Put tostring() or a conversion around one of them.` : "";
    b.fail("kql-type-mismatch", `A ${left.type} cannot be compared with a ${right.type}.${fix}`, e.span);
    return { kind: "literal", value: null, type: "bool", span: e.span };
  }
  if (word.meaning === "eq.kusto" || word.meaning === "eq.nocase") {
    if (!word.negated) checkKnownValues(b, left, [right], e, word.meaning === "eq.nocase", context);
    if (!word.negated) checkKnownValues(b, right, [left], e, word.meaning === "eq.nocase", context);
  }
  const value = apply(b, word.meaning, [left, right], e.span, e.op);
  return word.negated && !isNothing(value) ? apply(b, "not", [value], e.span, "not") : value;
}

const COMPARED = new Set(["lt", "le", "gt", "ge"]);

/**
 * Equality takes any two types: a constant is read as the other's type (`EventID == "4688"`), and two columns of
 * types that do not meet are compared as texts.
 */
function alike(left: Expr, right: Expr): [Expr, Expr] {
  if (left.type === right.type || left.type === "dynamic" || right.type === "dynamic") return [left, right];
  if (isNumeric(left.type) && isNumeric(right.type)) return [left, right];
  if (right.kind === "literal") return [left, readAs(right, left.type)];
  if (left.kind === "literal") return [readAs(left, right.type), right];
  if (left.type === "bool" && isNumeric(right.type)) return [convert(left, "long", functions), right];
  if (right.type === "bool" && isNumeric(left.type)) return [left, convert(right, "long", functions)];
  return [convert(left, "string", functions), convert(right, "string", functions)];
}

/** A constant as a value of another type; null where it is none. */
function readAs(e: Extract<Expr, { kind: "literal" }>, type: ScalarType): Expr {
  return { ...e, type, value: e.value === null ? (type === "string" ? "" : null) : coerce(e.value, type) };
}

function isComparison(word: ValueOperator): boolean {
  return !["add", "subtract", "multiply", "divide", "modulo"].includes(word.meaning);
}

function comparable(a: ScalarType, c: ScalarType): boolean {
  if (a === c || a === "dynamic" || c === "dynamic") return true;
  return isNumeric(a) && isNumeric(c);
}

function bindAmong(b: Binding, e: Extract<Expression, { kind: "among" }>, context: Context): Expr {
  const word = valueOperator(e.op);
  const meaning = word?.meaning ?? "in";
  const left = e.left.kind === "wildcard" ? packAll(b, e.left.span, context) : bindExpression(b, e.left, context);
  const isList = meaning === "in" || meaning === "in_nocase";
  const wanted = isList ? left : convertible(left, "string") ? convert(left, "string", functions) : left;
  const list = bindList(b, e.items, context, e.span, isList ? left.type : "string");
  if (!list || isNothing(left)) return { kind: "literal", value: null, type: "bool", span: e.span };
  hintAmong(b, e, left, list.items);
  if (isList) {
    if (!word?.negated) checkKnownValues(b, left, list.items, e, meaning === "in_nocase", context);
  }
  const call = apply(b, meaning, [wanted, list.value], e.span, e.op.replace("!", ""));
  return word?.negated && !isNothing(call) ? apply(b, "not", [call], e.span, "not") : call;
}

function convertible(e: Expr, to: ScalarType): boolean {
  return e.type === to || e.type === "dynamic";
}

/** `* has "x"` looks at every column at once, as text. */
function packAll(b: Binding, span: Span, context: Context): Expr {
  return bindCall(b, { kind: "call", name: { text: "pack_all", span }, args: [], span }, context, bindExpression);
}

/** The right side of `in`: rows, one array, or a list of values. */
function bindList(b: Binding, items: readonly Expression[], context: Context, span: Span,
  type: ScalarType): { value: Expr; items: readonly Expr[] } | undefined {
  const only = items.length === 1 ? items[0] : undefined;
  if (only && isTabular(b, only, context)) {
    const rows = b.grammar.rowsOf(b, only, context.environment);
    if (!rows) return undefined;
    return { value: { kind: "scalar", plan: rows.plan, take: "column", type: "dynamic", span: only.span }, items: [] };
  }
  const bound = items.map((i) => {
    const item = bindExpression(b, i, context);
    const mixed = item.type !== type && item.type !== "dynamic" && type !== "dynamic"
      && !(isNumeric(item.type) && isNumeric(type));
    return mixed && item.kind === "literal" ? readAs(item, type) : item;
  });
  const first = bound[0];
  if (bound.length === 1 && first?.type === "dynamic") {
    const value = b.fold(first);
    return { value, items: value.kind === "literal" && Array.isArray(value.value)
      ? value.value.flatMap((v: Value) => literalOf(v, first.span)) : [] };
  }
  const folded = bound.map((x) => b.fold(x));
  const list = cover(bound[0]?.span ?? span, bound[bound.length - 1]?.span ?? span);
  if (folded.every((x) => x.kind === "literal")) {
    const values = folded.flatMap(
      (x): Value[] => (x.kind !== "literal" ? [] : x.type === "dynamic" && Array.isArray(x.value)
      ? [...(x.value as readonly Value[])] : [x.value]));
    return { value: { kind: "literal", value: values, type: "dynamic", span: list }, items: bound };
  }
  return { value: apply(b, "pack_array", bound, list, "pack_array"), items: bound };
}

function literalOf(v: Value, span: Span): Expr[] {
  return typeof v === "string" ? [{ kind: "literal", value: v, type: "string", span }] : [];
}

function bindBetween(b: Binding, e: Extract<Expression, { kind: "between" }>, context: Context): Expr {
  const value = bindExpression(b, e.value, context);
  const low = bindExpression(b, e.from, context);
  let high = bindExpression(b, e.to, context);
  if ([value, low, high].some(isNothing)) return { kind: "literal", value: null, type: "bool", span: e.span };
  for (const end of [low, high]) {
    if (comparable(value.type, end.type)
      || (value.type === "datetime" && end === high && end.type === "timespan")) continue;
    b.fail("kql-type-mismatch", `A ${value.type} cannot lie between ${end.type} values.`, end.span);
    return { kind: "literal", value: null, type: "bool", span: e.span };
  }
  // `Timestamp between (start .. 1d)`: a timespan as the end counts from the start.
  if (value.type === "datetime" && high.type === "timespan") high = apply(b, "add", [low, high], high.span, "..");
  const inside = apply(b, "and",
    [apply(b, "ge", [value, low], e.span, "between"), apply(b, "le", [value, high], e.span, "between")], e.span,
    "between");
  return e.negated ? apply(b, "not", [inside], e.span, "not") : inside;
}
