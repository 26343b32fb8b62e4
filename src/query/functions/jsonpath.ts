/** The small part of JSONPath that Kusto knows: `$.a.b[0]['c d']`. Source: Kusto docs, "JSONPath expressions". */
import type { Value } from "../../table";
import { isArray, isBag } from "../../table";

export type PathStep = string | number;

const STEP =
  /\.([^.[\]'"\s]+)|\.?\[\s*(-?\d{1,9})\s*\]|\.?\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\.?\[\s*"((?:[^"\\]|\\.)*)"\s*\]/y;

/** The steps of a path that starts with `$`; null when it is none. */
export function parsePath(text: string): readonly PathStep[] | null {
  const path = text.trim();
  if (!path.startsWith("$")) return null;
  const steps: PathStep[] = [];
  for (let at = 1; at < path.length;) {
    STEP.lastIndex = at;
    const m = STEP.exec(path);
    if (m === null) return null;
    const index = m[2];
    steps.push(index === undefined ? (m[1] ?? m[3] ?? m[4] ?? "").replace(/\\(.)/g, "$1") : Number(index));
    at += m[0].length;
  }
  return steps;
}

/**
 * One step into a value: a property of a bag, an item of an array (negative counts from the end); null where there
 * is none.
 */
export function step(value: Value, at: PathStep): Value {
  if (typeof at === "string") return isBag(value) ? (value.get(at) ?? null) : null;
  return isArray(value) ? (value[at < 0 ? value.length + at : at] ?? null) : null;
}

/** The value at the end of a path, undefined when a step leads nowhere. */
export function follow(value: Value, path: readonly PathStep[]): Value | undefined {
  let at: Value = value;
  for (const next of path) {
    if (typeof next === "string") {
      if (!isBag(at) || !at.has(next)) return undefined;
    } else if (!isArray(at) || next < 0 || next >= at.length) return undefined;
    at = step(at, next);
  }
  return at;
}

/** A value changed at the end of a path; bags and arrays on the way are copied. Null where the path does not fit. */
export function changed(value: Value, path: readonly PathStep[], to: Value | undefined): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return to;
  if (typeof first === "string") {
    if (!isBag(value)) return value;
    const out = new Map(value);
    const inner =
      rest.length === 0 ? to : changed(value.get(first) ?? (to === undefined ? null : new Map()), rest, to);
    if (inner === undefined) out.delete(first);
    else if (to !== undefined || value.has(first)) out.set(first, inner);
    return out;
  }
  if (!isArray(value) || first < 0 || first > value.length) return value;
  const out = [...value];
  const inner = rest.length === 0 ? to : changed(value[first] ?? null, rest, to);
  if (inner === undefined) out.splice(first, 1);
  else out[first] = inner;
  return out;
}

/** Keys and indexes that lead to the leaves, as `treepath` writes them: of an array only the first item. */
export function paths(value: Value): readonly string[] {
  const out: string[] = [];
  const todo: { readonly value: Value; readonly at: string }[] = [{ value, at: "" }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.at !== "") out.push(next.at);
    const children: { value: Value; at: string }[] = [];
    if (isBag(next.value))
      for (const [key, item] of next.value) children.push({ value: item, at: `${next.at}['${key}']` });
    else if (isArray(next.value)) {
      const seen = new Set<string>();
      for (const item of next.value) {
        for (const inner of isBag(item) ? item : []) {
          if (!seen.has(inner[0])) children.push({ value: inner[1], at: `${next.at}[0]['${inner[0]}']` });
          seen.add(inner[0]);
        }
      }
      if (next.value.length > 0) out.push(`${next.at}[0]`);
    }
    todo.push(...children.reverse());
  }
  return out;
}
