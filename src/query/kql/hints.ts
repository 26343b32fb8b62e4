/**
 * What is no mistake to the parser but hardly what the author means: texts that a comparison never finds, predicates
 * that say nothing, old words. Each is told where it stands, with a fix where there is one right answer.
 */
import type { Fix, Span } from "../../base";
import type { Value } from "../../table";
import { isNumeric } from "../../table";
import { parsePattern } from "../functions/pattern/syntax";
import type { Expr } from "../plan";
import type { Binding } from "./binding";
import type { Expression, Name, Operator } from "./syntax";
import { ALIASES } from "./vocabulary";

type Binary = Extract<Expression, { kind: "binary" }>;
type Among = Extract<Expression, { kind: "among" }>;
type Call = Extract<Expression, { kind: "call" }>;

/** Comparisons in which upper and lower case count. */
const CASED = new Set(["==", "!=", "<>", "in", "!in", "has_cs", "!has_cs", "contains_cs", "!contains_cs",
  "startswith_cs", "!startswith_cs", "endswith_cs", "!endswith_cs", "hasprefix_cs", "hassuffix_cs"]);
/** Comparisons with a whole text, where a star is a star. */
const WHOLE = new Set(["==", "!=", "<>", "=~", "!~", "in", "!in", "in~", "!in~"]);
const TERM = new Set(["has", "!has", "has_cs", "!has_cs"]);
const PART = /^!?(?:has|has_cs|hasprefix(?:_cs)?|hassuffix(?:_cs)?|contains(?:_cs)?|startswith(?:_cs)?|endswith(?:_cs)?)$/;

/** A comparison, its sides as they were bound before one was read as the other's type. */
export function hintComparison(b: Binding, e: Binary, left: Expr, right: Expr): void {
  if (e.left.kind === "wildcard") return;
  if (left.kind === "column" && right.kind === "column" && left.name === right.name && WHOLE.has(e.op)) {
    const always = e.op === "==" || e.op === "=~";
    b.warn(always ? "kql-always-true" : "kql-never-true",
      `'${left.name}' is compared with itself, which ${always ? "always" : "never"} holds. Of a column and a let or `
      + "parameter of one name, the column is meant.", e.span);
    return;
  }
  const [text, side, at] = right.kind === "literal" ? [right, left, e.right] : [left, right, e.left];
  if (text.kind !== "literal") return;
  hintConstant(b, e.op, side, text.value, text.type === "string", at.kind === "literal" ? at.span : undefined);
  if (side.kind !== "literal" && (e.op === "==" || e.op === "!=")) hintTextNumber(b, side, text, at);
  if (typeof text.value !== "string" || text.type !== "string" || side.kind === "literal") return;
  const value = text.value;
  if (e.op === "matches regex") {
    const read = parsePattern(value);
    if ("problem" in read) b.warn("kql-bad-pattern", `This pattern is refused: ${read.problem}.`, at.span);
  }
  if (value === "" && PART.test(e.op)) {
    const never = e.op.startsWith("!");
    b.warn(never ? "kql-never-true" : "kql-always-true",
      `Every text ${e.op.replace("!", "")} the empty text, so this ${never ? "never" : "always"} holds.`, e.span);
  } else if (TERM.has(e.op) && !/[\p{L}\p{N}]/u.test(value)) {
    const meant = e.op.replace("has", "contains");
    b.note("kql-no-term", `'${e.op}' looks for whole words, and ${JSON.stringify(value)} has no letter or digit; `
      + `'${meant}' says what is meant.`, at.span, { fix: replaced(e.opSpan, meant) });
  }
}

/** `in`, `has_any` and their kin. */
export function hintAmong(b: Binding, e: Among, left: Expr, items: readonly Expr[]): void {
  const [only] = e.items;
  if (only?.kind === "literal" && only.type === "string" && e.items.length === 1 && e.op.includes("has_")) {
    const op = e.op.replace(/has_a\w+/, "has");
    b.note("kql-one-value", `'${e.op}' with one text is '${op}'.`, e.opSpan,
      { fix: replaced({ from: e.opSpan.from, to: e.span.to }, `${op} ${only.text}`) });
  }
  const seen = new Set<string>();
  const twice: Extract<Expr, { kind: "literal" }>[] = [];
  for (const item of items) {
    if (item.kind !== "literal" || typeof item.value !== "string") continue;
    hintConstant(b, e.op, left, item.value, true, e.items.length === items.length ? item.span : undefined);
    const known = e.op.includes("~") ? item.value.toLowerCase() : item.value;
    if (seen.has(known)) twice.push(item);
    seen.add(known);
  }
  const [first] = twice;
  if (first) b.note("kql-duplicate", `${JSON.stringify(first.value)}${twice.length > 1 ? ` and ${twice.length - 1} more` : ""} `
    + "stand in this list twice.", first.span);
}

/** A constant that the value can never be: in the wrong case behind `tolower`, or with a star that stands for itself. */
function hintConstant(b: Binding, op: string, side: Expr, value: Value, isText: boolean, span: Span | undefined): void {
  if (!isText || typeof value !== "string" || !span) return;
  const fn = side.kind === "call" ? side.fn.replace(/:.*/, "") : "";
  const cased = fn === "tolower" ? value.toLowerCase() : fn === "toupper" ? value.toUpperCase() : value;
  if (cased !== value && CASED.has(op)) b.warn("kql-case-never",
    `${fn}() gives no such text: ${JSON.stringify(value)} has letters in the other case.`, span,
    { fix: replaced(span, JSON.stringify(cased)) });
  else if (value.length > 2 && WHOLE.has(op) && /^\*[^*]+$|^[^*]+\*$|^\*[^*]+\*$/.test(value)) b.note("kql-no-wildcard",
    `A star is no wildcard for '${op}': write ${wildcardFor(value)}.`, span);
}

function wildcardFor(value: string): string {
  const bare = JSON.stringify(value.replace(/^\*|\*$/g, ""));
  return value.startsWith("*") ? (value.endsWith("*") ? `contains ${bare}` : `endswith ${bare}`) : `startswith ${bare}`;
}

/** A column of texts and a number, or the other way round: it is read as the column's type, which is good to see. */
function hintTextNumber(b: Binding, side: Expr, constant: Extract<Expr, { kind: "literal" }>, at: Expression): void {
  if (side.kind !== "column" || at.kind !== "literal" || constant.value === null) return;
  if (side.type === "string" && isNumeric(constant.type)) b.note("kql-text-number",
    `'${side.name}' holds texts, so the number is compared as one.`, at.span, { fix: replaced(at.span, `"${at.text}"`) });
  else if (isNumeric(side.type) && constant.type === "string" && typeof constant.value === "string") {
    if (/^\s*-?\d+(?:\.\d+)?\s*$/.test(constant.value)) b.note("kql-text-number",
      `'${side.name}' holds numbers, so the text is read as one.`, at.span, { fix: replaced(at.span, constant.value.trim()) });
    else b.warn("kql-never-true", `'${side.name}' holds numbers, and ${JSON.stringify(constant.value)} is none.`, at.span);
  }
}

/** A call of a function whose arguments make its answer plain. */
export function hintCall(b: Binding, e: Call, name: string, args: readonly Expr[], guessed: boolean): void {
  const [first] = args;
  if ((name === "isnull" || name === "isnotnull") && first?.type === "string" && first.kind !== "literal" && !guessed) {
    const meant = name === "isnull" ? "isempty" : "isnotempty";
    b.warn(name === "isnull" ? "kql-never-true" : "kql-always-true",
      `A text is never null in Kusto, only empty: '${meant}' asks for that.`, e.span, { fix: replaced(e.name.span, meant) });
  }
  if (name === "ago" && first) {
    const span = b.constant(first)?.value;
    if (span !== null && typeof span === "object" && "kind" in span && span.kind === "timespan" && span.ticks < 0n) b.warn(
      "kql-future", "A negative time ago lies in the future.", e.span);
  }
}

/** Old words whose new word names result columns as they do. Kusto docs: "deprecated aliases" of each function. */
const SAME_NAMES = new Set(["makeset", "makelist", "extractjson", "extractall", "parsejson", "arraylength",
  "columnifexists", "weekofyear", "datepart", "pack", "pack_dictionary", "base64_encodestring", "base64_decodestring",
  "make_dictionary", "replace", "mvexpand", "mvapply"]);
/** Old words whose new word gives other names, so that a fix would break what follows. */
const OTHER_NAMES = new Set(["any", "anyif", "argmax", "argmin"]);

/** An old word for a function. */
export function hintOldWord(b: Binding, { text, span }: Name): void {
  const now = ALIASES.get(text);
  if (now === undefined || !(SAME_NAMES.has(text) || OTHER_NAMES.has(text))) return;
  b.note("kql-old-word", `'${text}' is an old word for '${now}'.`, span,
    SAME_NAMES.has(text) ? { fix: replaced(span, now) } : {});
}

/** Aggregates whose result depends on the order of the rows. */
const ORDERED = /^(?:make_?list|make_?set|make_?bag|make_dictionary|any|take_any)/;

/** An order that the next operator does not keep. */
export function hintLostOrder(b: Binding, op: Operator, next: Operator | undefined): void {
  if (op.kind !== "sort" || !next) return;
  const loses = next.kind === "count" || next.kind === "distinct" || next.kind === "sort"
    || (next.kind === "summarize" && !next.items.some((i) => mentions(i, ORDERED)));
  if (loses) b.note("kql-order-lost", `'${next.word}' does not keep this order.`, op.wordSpan,
    { fix: { title: `Remove '${op.word}'`, edits: [{ span: { from: op.span.from, to: next.span.from }, insert: "" }] } });
}

function mentions(e: Expression, name: RegExp): boolean {
  if (e.kind === "named") return mentions(e.value, name);
  if (e.kind === "call") return name.test(e.name.text) || e.args.some((a) => mentions(a, name));
  return e.kind === "member" || e.kind === "element" ? mentions(e.of, name) : false;
}

function replaced(span: Span, insert: string): Fix {
  return { title: `Replace by '${insert}'`, edits: [{ span, insert }] };
}
