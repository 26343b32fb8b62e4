/** What may stand at a place, and what stands there: completion and hover, from the same tables that bind the query. */
import type { Span } from "../../base";
import { functions, type FunctionEntry } from "../functions";
import type { Expected, Hover, Scope } from "../language";
import { signature } from "../scope";
import { isCallable } from "./bind-call";
import { surroundings, type Surroundings } from "./binder";
import { quoteName } from "./binding";
import type { BoundColumn } from "./environment";
import { lex, type Lexeme } from "./lexer";
import { PLUGINS, pluginSignature } from "./plugins";
import { AGGREGATE_FORMS, ALIASES, GRAPH_FORMS, OPERATORS, operatorNamed, SPECIAL_FORMS, VALUE_OPERATORS, valueOperator,
  type OperatorWord } from "./vocabulary";

/** Offered at most this many values of a column. */
const MOST_VALUES = 50;

/** What may stand at `at`. */
export function expected(text: string, at: number, scope: Scope): Expected[] {
  const lexemes = lex(text);
  const here = lexemes.find((l) => l.span.from < at && at <= l.span.to
    && (l.kind === "name" || l.kind === "string" || l.kind === "comment" || l.kind === "error"));
  if (here?.kind === "comment") return [];
  const span: Span = here?.kind === "name" ? wordSpan(lexemes, here, at) : here ? here.span : { from: at, to: at };
  const before = lexemes.filter((l) => l.span.to <= span.from && l.kind !== "comment" && l.kind !== "end");
  const last = before[before.length - 1];
  if (!last || last.text === ";") return atStart(scope, text, span);
  if (last.text === "evaluate" && before[before.length - 2]?.text === "|") return plugins(span);
  if (last.text === "|" && last.kind === "punctuation") return OPERATORS.filter((o) => o.word !== "print"
    && !o.refused).map((o) => operatorItem(o, span));
  const around = surroundings(text.slice(0, span.from), scope, span.from);
  const values = valuesFor(before, around, span, here?.kind === "string" || here?.kind === "error" ? here : undefined);
  if (values) return values;
  if (here && here.kind !== "name") return [];
  if (last.text === "." && last.kind === "punctuation") return properties(around, before[before.length - 2], span);
  const operator = operatorBefore(before);
  if (isOperand(last) && !endsWord(before) && operator && operator.kind !== "join") {
    return [...VALUE_OPERATORS.map((o): Expected => ({ label: o.word, kind: "operator", span, detail: o.says })),
      ...followers(operator, span)];
  }
  if (operator?.kind === "make-graph" && last.text === "with") return [...tables(scope, span), ...locals(around, span, "rows")];
  if (operator && takesTables(operator, before)) return [...tables(scope, span), ...locals(around, span, "rows"),
    ...sources(span)];
  if (!operator) return atStart(scope, text, span);
  return [...elements(around, span), ...columns(around, span), ...locals(around, span, "scalar"), ...calls(operator, span)];
}

/** Behind the dot of a node or edge of a graph's pattern. */
function properties(around: Surroundings, of: Lexeme | undefined, span: Span): Expected[] {
  return (around.pattern?.properties(of?.text ?? "") ?? []).map((c): Expected =>
    ({ label: c.name, kind: "column", insert: quoteName(c.name), span, detail: columnDetail(c), ...columnDoc(c) }));
}

/** The nodes and edges of a graph's pattern, and what can be asked of them. */
function elements(around: Surroundings, span: Span): Expected[] {
  if (!around.pattern) return [];
  return [...around.pattern.names().map((name): Expected =>
    ({ label: name, kind: "variable", insert: quoteName(name), span, detail: "of the pattern" })),
    ...[...GRAPH_FORMS].map(([name, says]): Expected => ({ label: name, kind: "function", insert: `${name}(`, span, doc: says }))];
}

/** The word under the cursor, hyphens of an operator's word included. */
function wordSpan(lexemes: readonly Lexeme[], here: Lexeme, at: number): Span {
  let from = here.span.from;
  for (let i = lexemes.indexOf(here) - 1; i > 0; i -= 2) {
    const hyphen = lexemes[i];
    const word = lexemes[i - 1];
    if (hyphen?.text !== "-" || hyphen.span.to !== from || word?.kind !== "name"
      || word.span.to !== hyphen.span.from) break;
    if (!OPERATORS.some((o) => o.word.startsWith(`${word.text}-`)) || lexemes[i - 2]?.text !== "|") break;
    from = word.span.from;
  }
  return { from, to: Math.max(at, here.span.to) };
}

function atStart(scope: Scope, text: string, span: Span): Expected[] {
  const around = surroundings(text.slice(0, span.from), scope, span.from);
  return [...locals(around, span, "rows"), ...tables(scope, span), ...sources(span),
    { label: "let", kind: "keyword", insert: "let ", span, detail: "Names a value, a table or a function." }];
}

function sources(span: Span): Expected[] {
  return OPERATORS.filter((o) => o.source && !o.refused && o.word !== "evaluate").map((o) => operatorItem(o, span));
}

function operatorItem(o: OperatorWord, span: Span): Expected {
  return { label: o.word, kind: "keyword", insert: `${o.word} `, span, detail: o.says, doc: o.syntax };
}

/** Behind `evaluate`. */
function plugins(span: Span): Expected[] {
  return [...PLUGINS.values()].filter((p) => p.refused === undefined).map((p): Expected =>
    ({ label: p.name, kind: "function", insert: `${p.name}(`, span, detail: pluginSignature(p), doc: p.says }));
}

function tables(scope: Scope, span: Span): Expected[] {
  return [...savedCalls(scope, span), ...scope.tables().map((name): Expected => {
    const facts = scope.table(name);
    return { label: name, kind: "table", insert: quoteName(name), span, detail: facts?.loaded ? "has rows"
      : "columns known",
      ...(facts?.doc !== undefined ? { doc: facts.doc } : {}) };
  })];
}

/** Functions that the workspace has saved, and its watchlists as the calls that read them. */
function savedCalls(scope: Scope, span: Span): Expected[] {
  const saved = (scope.functions?.() ?? []).map((name): Expected => {
    const doc = scope.function?.(name)?.doc;
    return { label: name, kind: "function", insert: `${quoteName(name)}(`, span, detail: "saved in a note",
      ...(doc !== undefined ? { doc } : {}) };
  });
  const lists = (scope.watchlists?.() ?? []).map((alias): Expected =>
    ({ label: `_GetWatchlist(${JSON.stringify(alias)})`, kind: "function", span, detail: "a watchlist" }));
  return [...saved, ...lists];
}

function columns(around: Surroundings, span: Span): Expected[] {
  return (around.row?.columns
    ?? []).map((c): Expected =>
    ({ label: c.name, kind: "column", insert: quoteName(c.name), span, detail: columnDetail(c), ...columnDoc(c) }));
}

function columnDetail(c: BoundColumn): string {
  return c.origin ? `${c.type} · ${c.origin.table.name}` : c.type;
}

function columnDoc(c: BoundColumn): { doc?: string } {
  const doc = c.origin?.table.schema.columns.find((x) => x.name === c.origin?.column)?.doc;
  return doc !== undefined ? { doc } : {};
}

function locals(around: Surroundings, span: Span, kind: "rows" | "scalar"): Expected[] {
  return around.environment.names().flatMap((n): Expected[] => {
    if (n.entity.kind === kind) return [{ label: n.name, kind: kind === "rows" ? "table" : "variable",
      insert: quoteName(n.name), span, detail: "let" }];
    if (n.entity.kind === "function") return [{ label: n.name, kind: "function", insert: `${quoteName(n.name)}(`, span,
      detail: "let, a function" }];
    return [];
  });
}

/** Meanings that are written by operators alone: `lt` is `<`. */
const BY_OPERATORS: ReadonlySet<string> =
  new Set([...VALUE_OPERATORS.flatMap((o) => [o.word, o.meaning]), "negate", "matches_regex", "in_nocase"]);

function calls(operator: OperatorWord, span: Span): Expected[] {
  const aggregates = operator.kind === "summarize" || operator.kind === "make-series" || operator.kind === "top-nested";
  const entries = functions.all().filter((f) => isCallable(f.name) && !BY_OPERATORS.has(f.name)
    && (f.kind !== "aggregate" || aggregates));
  return [
    ...entries.map((f): Expected =>
      ({ label: f.name, kind: f.kind === "aggregate" ? "aggregate" : "function", insert: `${f.name}(`, span,
      detail: shape(f.name, f), doc: f.says })),
    ...(aggregates ? [...AGGREGATE_FORMS].map(
      ([name, says]): Expected => ({ label: name, kind: "aggregate", insert: `${name}(`, span, doc: says })) : []),
    ...[...SPECIAL_FORMS].filter(
      ([name]) => !["table", "database", "cluster", "workspace", "app", "typeof"].includes(name))
      .map(([name, says]): Expected => ({ label: name, kind: "function", insert: `${name}(`, span, doc: says })),
  ];
}

function shape(name: string, f: FunctionEntry): string {
  const first = f.overloads[0];
  return first ? `${signature(name, first)}${f.overloads.length > 1 ? `, and ${f.overloads.length - 1} more` : ""}`
    : name;
}

/** The operator whose operands stand here: the last word behind a bar or at a start, outside of closed brackets. */
function operatorBefore(before: readonly Lexeme[]): OperatorWord | undefined {
  let depth = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const l = before[i];
    if (!l) continue;
    if (l.kind === "punctuation") {
      if (l.text === ")" || l.text === "]" || l.text === "}") depth++;
      else if (l.text === "(" || l.text === "[" || l.text === "{") depth = Math.max(0, depth - 1);
      else if (l.text === ";" && depth === 0) return undefined;
      continue;
    }
    if (depth > 0 || l.kind !== "name") continue;
    const ahead = before[i - 1]?.text;
    if (ahead !== undefined && ![";", "|", "(", "{", "="].includes(ahead)) continue;
    let word = l.text;
    let best = operatorNamed(word);
    for (let j = i + 1; before[j]?.text === "-" && before[j + 1]?.kind === "name"
      && before[j]?.span.from === before[j - 1]?.span.to; j += 2) {
      word += `-${before[j + 1]?.text ?? ""}`;
      best = operatorNamed(word) ?? best;
    }
    if (best && (ahead === "|" || best.source || ahead === "(")) return best;
  }
  return undefined;
}

function takesTables(operator: OperatorWord, before: readonly Lexeme[]): boolean {
  if (operator.kind === "union") return true;
  if (operator.kind !== "join" && operator.kind !== "lookup") return false;
  const from = before.map((l) => l.text).lastIndexOf(operator.word);
  return !before.slice(from).some((l) => l.text === "on");
}

/** Whether an operator's word of several parts has just ended (`graph-where-nodes`). */
function endsWord(before: readonly Lexeme[]): boolean {
  const [hyphen, last] = before.slice(-2);
  return (last?.text === "nodes" || last?.text === "edges") && hyphen?.text === "-" && hyphen.span.to === last.span.from;
}

/** Whether an operand has just ended, so that an operator between values may follow. */
function isOperand(last: Lexeme): boolean {
  if (last.kind === "string" || last.kind === "long" || last.kind === "real" || last.kind === "timespan"
    || last.kind === "typed") return true;
  if (last.kind === "punctuation") return last.text === ")" || last.text === "]";
  return last.kind === "name" && !operatorNamed(last.text) && valueOperator(last.text) === undefined
    && !["by", "on", "and", "or", "with", "of", "from", "to", "step", "kind", "away", "keep", "rename", "reorder",
      "expand", "apply", "distinct", "nested"].includes(last.text);
}

const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  summarize: ["by"], sort: ["asc", "desc", "nulls first", "nulls last"], top: ["by", "asc", "desc"], join: ["on"],
    lookup: ["on"], "make-series": ["default =", "on", "from", "to", "step", "by"],
  "make-graph": ["with", "on", "with_node_id=", "partitioned-by"], "graph-match": ["where", "project"],
    "graph-shortest-paths": ["where", "project"], "graph-to-table": ["nodes", "edges", "as"],
  parse: ["with"], "parse-where": ["with"], "mv-expand": ["to typeof(", "limit"],
    "mv-apply": ["to typeof(", "limit", "on ("], range: ["from", "to", "step"],
};

function followers(operator: OperatorWord, span: Span): Expected[] {
  return (FOLLOWERS[operator.kind] ?? []).map((label): Expected => ({ label, kind: "keyword", span }));
}

const COMPARISONS = new Set(
  ["==", "=~", "!=", "!~", "has", "contains", "startswith", "endswith", "has_cs", "contains_cs"]);

/** Behind `column ==` or in `column in (`: values that the column is known to hold, or that were seen in it. */
function valuesFor(before: readonly Lexeme[], around: Surroundings, span: Span,
  written: Lexeme | undefined): Expected[] | undefined {
  let i = before.length - 1;
  const last = before[i];
  if (!last) return undefined;
  if (COMPARISONS.has(last.text)) i--;
  else {
    while (i >= 0 && (before[i]?.kind === "string" || before[i]?.text === ",")) i--;
    if (before[i]?.text !== "("
      || !["in", "in~", "!in", "!in~", "has_any"].includes(before[i - 1]?.text ?? "")) return undefined;
    i -= 2;
  }
  const name = before[i];
  const column = name?.kind === "name" ? around.row?.named(name.text) ?? around.row?.namedAlike(name.text) : undefined;
  if (!column?.origin) return undefined;
  const { table, column: real } = column.origin;
  const seen = table.seenValues?.(real) ?? [];
  const known = table.knownValues?.(real) ?? table.someValues?.(real)?.values ?? [];
  const values = [...new Set([...seen, ...known])].slice(0, MOST_VALUES);
  if (values.length === 0) return undefined;
  const quoted = column.type === "string" || column.type === "dynamic";
  return values.map((v): Expected =>
    ({ label: quoted ? JSON.stringify(v) : v, kind: quoted ? "string" : "number", span: written?.span ?? span,
    detail: seen.includes(v) ? "seen in the sample" : "known value" }));
}

/** What stands at `at`. */
export function hover(text: string, at: number, scope: Scope): Hover | undefined {
  const lexemes = lex(text);
  const index = lexemes.findIndex((l) => l.span.from <= at && at < l.span.to);
  const here = lexemes[index];
  if (!here || (here.kind !== "name" && here.kind !== "punctuation")) return undefined;
  const word = wholeWord(lexemes, index);
  const operator = operatorNamed(word.text);
  if (operator && word.operator) return { span: word.span, title: operator.syntax, doc: operator.refused
    ?? operator.says };
  const element = elementHover(text, lexemes, index, scope);
  if (element) return element;
  const between = valueOperator(here.text);
  if (between && here.kind === "punctuation") return { span: here.span, title: here.text, doc: between.says };
  if (here.kind !== "name") return undefined;
  if (lexemes[index + 1]?.text === "(") {
    const entry = functions.named(ALIASES.get(here.text) ?? here.text);
    if (entry && isCallable(entry.name)) return { span: here.span, title: shape(here.text, entry), doc: entry.says };
    const special = SPECIAL_FORMS.get(here.text) ?? AGGREGATE_FORMS.get(here.text);
    if (special !== undefined) return { span: here.span, title: here.text, doc: special };
  }
  const around = surroundings(text, scope, here.span.from);
  const column = around.row?.named(here.text);
  if (column) return { span: here.span, title: `${column.name}: ${columnDetail(column)}`, doc: columnDoc(column).doc
    ?? knownText(column) };
  const table = scope.table(here.text);
  if (table) return { span: here.span, title: table.name, doc: table.doc
    ?? `${table.schema.columns.length} columns${table.loaded ? ", rows loaded" : ""}` };
  const entity = around.environment.find(here.text);
  if (entity) return { span: here.span, title: `let ${here.text}`, doc: entity.kind === "scalar"
    ? `a ${entity.value.type}` : entity.kind === "rows"
    ? entity.rows.columns.map((c) => `${c.name}: ${c.type}`).join(", ") : entity.kind };
  return between ? { span: here.span, title: here.text, doc: between.says } : undefined;
}

/** A function of a graph's pattern, or a property of its nodes and edges. */
function elementHover(text: string, lexemes: readonly Lexeme[], index: number, scope: Scope): Hover | undefined {
  const here = lexemes[index];
  const form = here && lexemes[index + 1]?.text === "(" ? GRAPH_FORMS.get(here.text) : undefined;
  const of = lexemes[index - 1]?.text === "." ? lexemes[index - 2] : undefined;
  if (here?.kind !== "name" || (form === undefined && of?.kind !== "name")) return undefined;
  const { pattern } = surroundings(text, scope, here.span.from);
  if (pattern && form !== undefined) return { span: here.span, title: here.text, doc: form };
  const property = pattern?.properties(of?.text ?? "")?.find((c) => c.name === here.text);
  return property && { span: here.span, title: `${property.name}: ${columnDetail(property)}`, doc: columnDoc(property).doc
    ?? knownText(property) };
}

function knownText(c: BoundColumn): string {
  const known = c.origin?.table.knownValues?.(c.origin.column);
  return known ? `Holds ${known.slice(0, 12).map((k) => `"${k}"`).join(", ")}.` : "";
}

/** The word at a place, with the hyphens of an operator's word; whether it stands where operators do. */
function wholeWord(lexemes: readonly Lexeme[], index: number): { text: string; span: Span; operator: boolean } {
  for (let start = index; start >= Math.max(0, index - 4); start--) {
    if (start > 0 && !["|", ";", "(", "{", "="].includes(lexemes[start - 1]?.text ?? "|")) continue;
    let text = "";
    for (let i = start; i < lexemes.length && (i === start || lexemes[i]?.span.from === lexemes[i - 1]?.span.to); i++) {
      const l = lexemes[i];
      if (!l || (l.kind !== "name" && l.text !== "-")) break;
      text += l.text;
      if (i >= index && operatorNamed(text)) return { text,
        span: { from: lexemes[start]?.span.from ?? 0, to: l.span.to }, operator: true };
    }
  }
  const here = lexemes[index];
  return { text: here?.text ?? "", span: here?.span ?? { from: 0, to: 0 }, operator: false };
}
