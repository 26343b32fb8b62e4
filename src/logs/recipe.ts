/**
 * Recipes of mappings.json: how a column comes out of an event.
 * `path ?? path | step | step`: the first path that gives something, changed step by step.
 */
import { writeJson } from "../base";
import type { Json } from "../base";
import type { Value } from "../table";
import { isArray, isBag } from "../table";
import { readMoment } from "./moments";
import { facilityName, severityName } from "./syslog";

/** A field or place inside a nested value. */
export type Part = string | number;

/** A recipe, read. */
export interface Recipe {
  /** Alternatives, the first that is not null or empty wins: a path whose first part is a column, or a fixed text. */
  readonly from: readonly ({ readonly column: string; readonly path: readonly Part[] } | { readonly fixed: string })[];
  readonly steps: readonly ((value: Value) => Value)[];
}

const STEPS: Readonly<Record<string, (argument: string) => (value: Value) => Value>> = {
  upper: () => (value) => (typeof value === "string" ? value.toUpperCase() : value),
  lower: () => (value) => (typeof value === "string" ? value.toLowerCase() : value),
  /** JSON on one line for nested values. */
  text: () => (value) => (isArray(value) || isBag(value) ? writeJson(value as Json) : value),
  /** The same with `&`, `<` and `>` as escapes: CloudTrail's connector writes its JSON columns so, and rules match on it. */
  escapedText: () => (value) => {
    if (!isArray(value) && !isBag(value)) return value;
    return writeJson(value as Json).replace(/[&<>\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  },
  /** What stands behind the first occurrence of the argument; nothing when it does not occur. */
  after: (mark) => (value) => {
    if (typeof value !== "string") return value;
    const at = value.indexOf(mark);
    return at < 0 ? "" : value.slice(at + mark.length);
  },
  /** The part of a resource id behind a part with the argument's name, in any case. */
  segment: (name) => (value) => {
    if (typeof value !== "string") return null;
    const parts = value.split("/");
    const at = parts.findIndex((part) => part.toLowerCase() === name.toLowerCase());
    return at < 0 ? null : (parts[at + 1] ?? null);
  },
  /** The last part of a resource id. */
  last: () => (value) => (typeof value === "string" ? value.slice(value.lastIndexOf("/") + 1) : value),
  /** A bag with the value as its only field. */
  field: (name) => (value) => (value === null || value === "" ? null : new Map<string, Value>([[name, value]])),
  /** A time in any of the forms of logs; nothing when it is none. */
  moment: () => (value) => (typeof value === "string" ? readMoment(value) : value),
  /** Names of syslog's numbers. */
  facility: () => (value) => facilityName(numberOf(value)) ?? value,
  severity: () => (value) => severityName(numberOf(value)) ?? value,
  /** Azure's words for how an operation went, in the form that rows have. */
  status: () => (value) => (typeof value === "string" ? (STATUS.get(value.toLowerCase()) ?? value) : value),
};

/** A number that may be written as text. */
function numberOf(value: Value): number {
  return typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : typeof value === "bigint" ? Number(value) : -1;
}

const STATUS: ReadonlyMap<string, string> = new Map([
  ["started", "Start"], ["accepted", "Accept"], ["succeeded", "Success"], ["failed", "Failure"],
]);

/** Reads a recipe. The data is ours, so a mistake in it throws. */
export function readRecipe(text: string): Recipe {
  const [alternatives = "", ...steps] = text.split(" | ");
  return {
    from: alternatives.split(" ?? ").map((word) => {
      const written = word.trim();
      if (written.startsWith("'")) return { fixed: written.slice(1, -1) };
      const [column, ...path] = readPath(written);
      if (typeof column !== "string") throw new Error(`The recipe '${text}' does not start with a field`);
      return { column, path };
    }),
    steps: steps.map((step) => {
      const [name = "", ...argument] = step.trim().split(" ");
      const make = STEPS[name];
      if (make === undefined) throw new Error(`The recipe '${text}' has the unknown step '${name}'`);
      return make(argument.join(" "));
    }),
  };
}

/** `a.b[0]["c.d"]` → its parts. */
function readPath(text: string): Part[] {
  const parts: Part[] = [];
  const piece = /\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g;
  for (let m = piece.exec(text); m !== null; m = piece.exec(text)) {
    parts.push(m[1] ?? (m[2] === undefined ? (m[3] ?? "") : Number(m[2])));
  }
  return parts;
}

/** What a path leads to; null where it leads nowhere. */
export function follow(value: Value, path: readonly Part[]): Value {
  let at = value;
  for (const part of path) {
    if (typeof part === "number") at = isArray(at) ? (at[part] ?? null) : null;
    else at = isBag(at) ? (at.get(part) ?? null) : null;
    if (at === null) return null;
  }
  return at;
}
