/** What may stand at a place of a Sigma text, and what stands there: completion and hover. */
import { printField } from "../../schema";
import type { Span } from "../../base";
import type { Expected, Hover, Scope, TokenKind } from "../language";
import { choose } from "./compile";
import type { Chosen } from "./compile";
import { CORRELATION_TYPES } from "./correlation";
import { lineAt, linesOf, partOf } from "./lines";
import type { Line } from "./lines";
import { MODIFIERS } from "./modifiers";
import { CONDITION_WORDS, CORRELATION_KEYS, LEVELS, SOURCE_KEYS, STATUSES, TAGS, TOP_KEYS } from "./words";

type Words = ReadonlyMap<string, string>;

/** Suggestions at an offset. */
export function expected(text: string, at: number, scope: Scope): readonly Expected[] {
  const lines = linesOf(text);
  const line = lineAt(lines, at);
  if (line === undefined || line.block || (line.comment && at > line.comment.from)) return [];
  if (line.key && at > line.key.span.to) return valuesAt(text, at, line, line.key.text, line.path, lines, scope);
  const owner = line.path[line.path.length - 1];
  const part = partOf(line.path);
  if (line.item && !line.key && part !== "fields" && owner !== undefined) {
    return valuesAt(text, at, line, owner, line.path.slice(0, -1), lines, scope);
  }
  return keysAt(text, at, line, lines, scope);
}

function keysAt(text: string, at: number, line: Line, lines: readonly Line[], scope: Scope): readonly Expected[] {
  const span = line.key?.span ?? { from: Math.min(line.start, at), to: Math.max(at, line.value?.to ?? at) };
  const path = line.value || line.key ? line.path : pathFor(lines, at, line);
  switch (partOf(path)) {
    case "top":
      return words(TOP_KEYS, "keyword", span, ": ");
    case "logsource":
      return words(SOURCE_KEYS, "keyword", span, ": ");
    case "correlation":
      return words(CORRELATION_KEYS, "keyword", span, ": ");
    case "condition":
      return ["lt", "lte", "gt", "gte", "eq", "neq", "field", "percentile"].map((label) =>
        ({ label, kind: "keyword" as const, insert: `${label}: `, span }));
    case "selections":
      return ["condition", "selection", "filter_main_", "filter_optional_"].map((label) =>
        ({ label, kind: label === "condition" ? "keyword" as const : "variable" as const, insert: `${label}${
          label.endsWith("_") ? "" : ": "}`, span }));
    case "fields": {
      const bar = text.lastIndexOf("|", at - 1);
      if (bar >= span.from) {
        const after = text.slice(at, span.to).search(/[|:]|$/);
        return words(new Map([...MODIFIERS].map(([name, m]) => [name, m.doc])), "function", { from: bar + 1, to: at + after });
      }
      const end = span.from + text.slice(span.from, span.to).search(/[|:]|$/);
      return fieldsOf(lines, text, scope).map(([label, detail]) => ({ label, kind: "column", span: { from: span.from, to: end },
        ...(detail === "" ? {} : { detail }) }));
    }
    default:
      return [];
  }
}

/** Keys above an empty place: those of the nearest lines with less indentation. */
function pathFor(lines: readonly Line[], at: number, line: Line): readonly string[] {
  const column = at - line.from;
  const above = lines.filter((l) => l.from < line.from && l.key && !l.block).reverse();
  const out: string[] = [];
  let limit = column;
  for (const l of above) {
    if (l.key && l.indent < limit) {
      out.unshift(l.key.text);
      limit = l.indent;
    }
  }
  return out;
}

function valuesAt(text: string, at: number, line: Line, owner: string, path: readonly string[], lines: readonly Line[],
  scope: Scope): readonly Expected[] {
  const from = line.value && line.value.from <= at ? line.value.from : at;
  const span = { from, to: Math.max(at, line.value?.to ?? at) };
  const part = partOf(path);
  if (part === "top") {
    if (owner === "status") return words(STATUSES, "string", span);
    if (owner === "level") return words(LEVELS, "string", span);
    if (owner === "tags") return TAGS.map((label) => ({ label, kind: "string", span }));
  }
  if (part === "correlation") {
    if (owner === "type") return words(CORRELATION_TYPES, "keyword", span);
    if (owner === "rules") return namesIn(lines, text).map((label) => ({ label, kind: "variable", span }));
    if (owner === "group-by") return fieldsOf(lines, text, scope).map(([label]) => ({ label, kind: "column", span }));
  }
  if (part === "selections" && owner === "condition") return conditionAt(text, at, span, lines);
  if (part === "fields" || part === "selections") return seenAt(owner, span, lines, text, scope);
  return [];
}

function conditionAt(text: string, at: number, span: Span, lines: readonly Line[]): readonly Expected[] {
  let from = at;
  while (from > span.from && /[^\s()|'"]/.test(text[from - 1] ?? " ")) from--;
  const to = at + text.slice(at, span.to).search(/[\s()|'"]|$/);
  const word = { from, to };
  const names = lines.flatMap((l) => (l.key && l.key.text !== "condition" && partOf(l.path) === "selections" ? [l.key.text] : []));
  const groups = new Set(names.flatMap((name) => /^(.+_)[^_]+$/.exec(name)?.[1] ?? []).map((start) => `${start}*`));
  return [
    ...names.map((label): Expected => ({ label, kind: "variable", span: word })),
    ...[...groups].flatMap((g): Expected[] => ["1 of", "all of"].map((q) => ({ label: `${q} ${g}`, kind: "variable", span: word }))),
    ...words(CONDITION_WORDS, "keyword", word),
  ];
}

/** Values of the loaded rows that the field was seen with. */
function seenAt(key: string, span: Span, lines: readonly Line[], text: string, scope: Scope): readonly Expected[] {
  const chosen = chosenFor(lines, text, scope);
  const field = key.split("|")[0] ?? "";
  const columns = chosen?.views.flatMap((view) => view.columnsOf(field)) ?? [];
  const column = columns[0];
  if (chosen === undefined || column === undefined || new Set(columns).size > 1) return [];
  return (chosen.table.seenValues?.(column) ?? []).slice(0, 50).map((label): Expected => ({ label, kind: "string", span,
    insert: /^[\w.][\w. -]*$/.test(label) ? label : `'${label.replace(/'/g, "''")}'` }));
}

function namesIn(lines: readonly Line[], text: string): readonly string[] {
  return lines.flatMap((l) => ((l.key?.text === "name" || l.key?.text === "id") && l.path.length === 0 && l.value
    ? [text.slice(l.value.from, l.value.to)] : []));
}

/** The table of the log source that the text names, as far as it is written. */
function chosenFor(lines: readonly Line[], text: string, scope: Scope): Chosen | undefined {
  const source: Record<string, string> = {};
  for (const line of lines) {
    if (line.key && line.value && line.path[0] === "logsource" && SOURCE_KEYS.has(line.key.text)) {
      source[line.key.text] = text.slice(line.value.from, line.value.to).replace(/^['"]|['"]$/g, "");
    }
  }
  return choose(source, scope);
}

function fieldsOf(lines: readonly Line[], text: string, scope: Scope): readonly (readonly [string, string])[] {
  const out = new Map<string, string>();
  const chosen = chosenFor(lines, text, scope);
  for (const column of chosen?.table.schema.columns ?? []) out.set(column.name, column.type);
  for (const line of lines) {
    const name = line.key && partOf(line.path) === "fields" ? line.key.text.split("|")[0] ?? "" : "";
    if (name !== "" && !out.has(name)) out.set(name, "used in this rule");
  }
  return [...out];
}

function words(from: Words, kind: TokenKind, span: Span, behind = ""): readonly Expected[] {
  return [...from].map(([label, doc]) => ({ label, kind, span, doc, ...(behind === "" ? {} : { insert: label + behind }) }));
}

/** What stands at an offset. */
export function hover(text: string, at: number, scope: Scope): Hover | undefined {
  const lines = linesOf(text);
  const line = lineAt(lines, at);
  const key = line?.key;
  if (line === undefined) return undefined;
  if (key && at >= key.span.from && at <= key.span.to) return hoverKey(text, at, line, key, lines, scope);
  const value = line.value;
  if (value === undefined || at < value.from || at > value.to) return undefined;
  const said = text.slice(value.from, value.to);
  const owner = key?.text ?? line.path[line.path.length - 1];
  const known = owner === "status" ? STATUSES : owner === "level" ? LEVELS : owner === "type" ? CORRELATION_TYPES as Words : undefined;
  const doc = known?.get(said);
  return doc === undefined ? undefined : { span: value, title: said, doc };
}

function hoverKey(text: string, at: number, line: Line, key: NonNullable<Line["key"]>, lines: readonly Line[], scope: Scope,
): Hover | undefined {
  const part = partOf(line.path);
  if (part === "fields") {
    let from = key.span.from;
    for (const [i, piece] of key.text.split("|").entries()) {
      const span = { from, to: from + piece.length };
      from = span.to + 1;
      if (at > span.to) continue;
      if (i > 0) {
        const doc = MODIFIERS.get(piece)?.doc;
        return doc === undefined ? undefined : { span, title: piece, doc };
      }
      const chosen = chosenFor(lines, text, scope);
      if (chosen === undefined || piece === "") return undefined;
      const doc = [...new Set(chosen.views.map((view) => printField(piece, view.view.field(piece))))].join("\n");
      return { span, title: `${piece} in ${chosen.table.name}`, doc: `${doc}\n${chosen.shape.title}` };
    }
  }
  const known: Words = part === "top" ? TOP_KEYS : part === "logsource" ? SOURCE_KEYS : part === "correlation" ? CORRELATION_KEYS
    : new Map<string, string>();
  const doc = known.get(key.text);
  return doc === undefined ? undefined : { span: key.span, title: key.text, doc };
}
