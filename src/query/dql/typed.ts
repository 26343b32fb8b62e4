/**
 * Values, results and trees as plain JSON and back: what the command line's batch answers carry. A value that JSON does
 * not know is an object with one key that starts with `$`.
 */
import { localZone, luxonDate, momentOf, parseDateParts, writtenZone } from "./dates";
import type { DqlZone } from "./dates";
import { duration, durationText, durationUnits } from "./durations";
import type { DqlLink } from "./links";
import { isItem } from "./page";
import type { DqlResult, TaskTree } from "./run";
import type { DqlQuery, Expr, NamedExpr, Source, Step } from "./syntax";
import type { DqlBag, DqlValue } from "./value";
import { MAX_DEPTH, isBag, isList } from "./value";

/** A plain JSON value. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** A value as plain JSON. */
export function toPlain(value: DqlValue, depth = 0): Plain {
  if (typeof value === "number" && !Number.isFinite(value)) return { $num: String(value) };
  if (value === null || typeof value !== "object") return value;
  if (depth > MAX_DEPTH) return null;
  if (isList(value)) return value.map((v) => toPlain(v, depth + 1));
  if (isBag(value)) {
    if (isItem(value)) return { $item: itemToPlain(value, depth + 1) };
    return plainObject([...value].map(([key, v]) => [key, toPlain(v, depth + 1)]));
  }
  switch (value.kind) {
    case "date": {
      const d = luxonDate(value);
      const text = d.toISO({ includeOffset: false });
      return value.zone.local ? { $date: text } : { $date: text, zone: d.zoneName };
    }
    case "duration": return { $dur: plainObject(durationUnits(value)), text: durationText(value) };
    case "link": return { $link: linkToPlain(value) };
    case "weblink": return { $elink: { url: value.url, display: value.display } };
    case "pair": return { $pair: [toPlain(value.key, depth + 1), toPlain(value.value, depth + 1)] };
    case "function": return { $fn: true };
  }
}

/** An object that may hold any key, `__proto__` included. */
function plainObject(entries: readonly (readonly [string, Plain])[]): { readonly [key: string]: Plain } {
  return Object.fromEntries(entries);
}

function linkToPlain(link: DqlLink): Plain {
  return {
    path: link.path, type: link.type, ...(link.subpath === undefined ? {} : { subpath: link.subpath }),
    ...(link.display === undefined ? {} : { display: link.display }), ...(link.embed ? { embed: true } : {}),
  };
}

const ITEM_FIELDS: readonly string[] = [
  "symbol", "path", "line", "lineCount", "list", "text", "task", "status", "checked", "completed", "fullyCompleted",
  "annotated", "parent", "blockId", "tags", "link", "section", "outlinks", "created", "due", "completion", "start", "scheduled",
];

/** A list item or task: its own fields, its children by their lines. */
function itemToPlain(item: DqlBag, depth: number): Plain {
  const fields = ITEM_FIELDS.flatMap((name): [string, Plain][] => {
    const value = item.get(name);
    return value === undefined ? [] : [[name, toPlain(value, depth)]];
  });
  const children = item.get("children") ?? null;
  const lines = isList(children) ? children.map((child) => (isBagValue(child) ? toPlain(child.get("line") ?? null) : null)) : [];
  return plainObject([...fields, ["children", lines]]);
}

function isBagValue(value: DqlValue): value is DqlBag {
  return typeof value === "object" && value !== null && isBag(value);
}

/** A value from plain JSON; objects that start with `$` as {@link toPlain} writes them. Dates without a zone are local. */
export function fromPlain(plain: Plain, local: DqlZone = localZone()): DqlValue {
  if (plain === null || typeof plain !== "object") return plain;
  if (Array.isArray(plain)) return plain.map((p: Plain) => fromPlain(p, local));
  const object = plain as { readonly [key: string]: Plain };
  const { $date, $dur, $link, $elink, $num, zone } = object;
  if (typeof $num === "string") return Number($num);
  if (typeof $date === "string") {
    const parts = parseDateParts($date);
    const written = typeof zone === "string" ? writtenZone(zone) : undefined;
    return parts === undefined ? null : momentOf(written === undefined ? parts : { ...parts, zone: written }, local);
  }
  if (isObject($dur)) return duration(Object.fromEntries(Object.entries($dur).map(([unit, n]) => [unit, Number(n)])));
  if (isObject($link)) return linkFromPlain($link);
  if (isObject($elink)) return { kind: "weblink", url: textIn($elink, "url"), display: textIn($elink, "display") };
  return new Map(Object.entries(object).map(([key, value]) => [key, fromPlain(value, local)]));
}

function isObject(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textIn(plain: { readonly [key: string]: Plain }, key: string): string {
  const text = plain[key];
  return typeof text === "string" ? text : "";
}

function linkFromPlain(plain: { readonly [key: string]: Plain }): DqlLink {
  const { path, type, subpath, display, embed } = plain;
  return {
    kind: "link", path: typeof path === "string" ? path : "", embed: embed === true,
    type: type === "header" || type === "block" ? type : "file",
    ...(typeof subpath === "string" ? { subpath } : {}), ...(typeof display === "string" ? { display } : {}),
  };
}

/** A result as plain JSON: `{type, idMeaning, headers?, rows? | items? | groups?}`. */
export function resultToPlain(result: DqlResult): Plain {
  const idMeaning = result.idMeaning as Plain;
  switch (result.type) {
    case "table": return { type: "table", idMeaning, headers: result.headers, rows: result.rows.map((row) => row.map((v) => toPlain(v))) };
    case "list": return { type: "list", idMeaning, items: result.items.map((v) => toPlain(v)) };
    case "task": return result.tree.kind === "tasks" ? { type: "task", idMeaning, items: tasksToPlain(result.tree) }
      : { type: "task", idMeaning, groups: tasksToPlain(result.tree) };
    case "calendar": return { type: "calendar", items: result.days.map(({ date, link }) => ({ date: toPlain(date), link: toPlain(link) })) };
  }
}

function tasksToPlain(tree: TaskTree): readonly Plain[] {
  if (tree.kind === "tasks") return tree.tasks.map((task) => itemToPlain(task, 1));
  return tree.groups.map(({ key, rows }) => ({ key: toPlain(key), rows: tasksToPlain(rows) }));
}

/** A query as plain JSON, expressions as s-expressions; dates as they are at the moment given. */
export function queryToPlain(query: DqlQuery, dateOf: (expr: Expr & { readonly kind: "date" }) => DqlValue): Plain {
  const show = (expr: Expr) => printExpression(expr, dateOf);
  const named = (field: NamedExpr): Plain => ({ name: field.name, expr: show(field.expr) });
  const step = (s: Step): Plain => {
    switch (s.kind) {
      case "where": return { where: show(s.expr) };
      case "sort": return { sort: s.fields.map((f) => [show(f.expr), f.descending ? "desc" : "asc"]) };
      case "limit": return { limit: show(s.expr) };
      case "group": return { group: named(s.by) };
      case "flatten": return { flatten: named(s.by) };
      case "from": return { from: sourceToPlain(s.source) };
    }
  };
  return {
    type: query.type, ...(query.type === "task" ? {} : { showId: query.showId }),
    fields: query.fields.map((f) => (query.type === "list" ? { expr: show(f.expr) } : named(f))),
    from: sourceToPlain(query.source), ops: query.steps.map(step),
  };
}

function sourceToPlain(source: Source): Plain {
  switch (source.kind) {
    case "tag": return { tag: source.tag };
    case "folder": return { folder: source.folder };
    case "csv": return { csv: source.path };
    case "link": return { link: source.path, dir: source.direction };
    case "not": return { not: sourceToPlain(source.of) };
    case "chain": return source.rest.reduce<Plain>((left, { op, right }) =>
      ({ [op === "&" ? "and" : "or"]: [left, sourceToPlain(right)] }), sourceToPlain(source.first));
  }
}

/** An expression as an s-expression. */
export function printExpression(expr: Expr, dateOf: (expr: Expr & { readonly kind: "date" }) => DqlValue): string {
  const show = (e: Expr) => printExpression(e, dateOf);
  switch (expr.kind) {
    case "literal": return JSON.stringify(toPlain(expr.value));
    case "date": return JSON.stringify(toPlain(dateOf(expr)));
    case "name": return `(var ${expr.name})`;
    case "not": return `(! ${show(expr.of)})`;
    case "chain": return expr.rest.reduce((left, { op, right }) => `(${op} ${left} ${show(right)})`, show(expr.first));
    case "list": return `(${["list", ...expr.items.map(show)].join(" ")})`;
    case "object": return `(${["object", ...expr.entries.flatMap(([k, v]) => [JSON.stringify(k), show(v)])].join(" ")})`;
    case "lambda": return `(lambda [${expr.params.join(" ")}] ${show(expr.body)})`;
    case "call": return `(${["call", show(expr.callee), ...expr.args.map(show)].join(" ")})`;
    case "get": return `(get ${show(expr.of)} ${show(expr.key)})`;
  }
}
