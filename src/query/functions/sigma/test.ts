/** What Sigma asks of one value, as a predicate over the value's text. */
import { pattern } from "../pattern";
import { fold } from "./fold";
import { addressBytes, mask } from "./network";
import { timeParts } from "./timeparts";
import type { TimePart } from "./timeparts";
import { wildcard } from "./wildcard";
import type { PatternPart } from "./wildcard";

export type Comparison = "lt" | "lte" | "gt" | "gte" | "eq" | "neq";

/** A test of one value's text; all that Sigma knows but null, existence and other fields. */
export type TextTest =
  | { readonly kind: "text"; readonly how: "equals" | "contains" | "startswith" | "endswith"; readonly text: string;
      readonly cased: boolean }
  | { readonly kind: "pattern"; readonly parts: readonly PatternPart[]; readonly cased: boolean }
  | { readonly kind: "regex"; readonly source: string; readonly flags: string }
  | { readonly kind: "cidr"; readonly bytes: readonly number[]; readonly bits: number }
  | { readonly kind: "compare"; readonly op: Comparison; readonly than: number | bigint }
  | { readonly kind: "time"; readonly part: TimePart; readonly op: Comparison; readonly than: number };

/** A compiled test. With `folded`, `holds` wants the text in folded case (`fold`), so that it is folded once for many. */
export interface TextPredicate {
  readonly folded: boolean;
  readonly holds: (text: string) => boolean;
}

/** Compiles a test. Throws when a regular expression cannot be read: readers check that before. */
export function textPredicate(test: TextTest): TextPredicate {
  switch (test.kind) {
    case "text":
      return { folded: !test.cased, holds: textHolds(test.how, test.cased ? test.text : fold(test.text)) };
    case "pattern": {
      const parts = test.cased ? test.parts
        : test.parts.map((p) => (typeof p === "string" ? p : { text: fold(p.text) }));
      return { folded: !test.cased, holds: wildcard(parts) };
    }
    case "regex": {
      const found = pattern(test.flags === "" ? test.source : `(?${test.flags})${test.source}`);
      if ("problem" in found) throw new Error(`the expression ${test.source} cannot be read: ${found.problem}`);
      return { folded: false, holds: (text) => found.test(text) };
    }
    case "cidr":
      return { folded: false, holds: within(test.bytes, test.bits) };
    case "compare":
      return { folded: false, holds: (text) => {
        const value = numberOf(text);
        return value !== undefined && compares(value, test.op, test.than);
      } };
    case "time":
      return { folded: false, holds: (text) => {
        const value = timeParts(text)?.[test.part];
        return value !== undefined && compares(value, test.op, test.than);
      } };
  }
}

/** A predicate that folds by itself where it has to. */
export function predicateOver(test: TextTest): (text: string) => boolean {
  const { folded, holds } = textPredicate(test);
  return folded ? (text) => holds(fold(text)) : holds;
}

/** How a text compares with another; case is the caller's. */
export function textHolds(how: "equals" | "contains" | "startswith" | "endswith", wanted: string): (text: string) => boolean {
  switch (how) {
    case "equals":
      return (text) => text === wanted;
    case "contains":
      return (text) => text.includes(wanted);
    case "startswith":
      return (text) => text.startsWith(wanted);
    case "endswith":
      return (text) => text.endsWith(wanted);
  }
}

function within(bytes: readonly number[], bits: number): (text: string) => boolean {
  return (text) => {
    if (text.length > 64) return false;
    const address = addressBytes(text.trim());
    if (address === undefined || address.length !== bytes.length) return false;
    return bytes.every((b, i) => ((address[i] as number) & mask(bits - i * 8)) === b);
  };
}

/** The number that a decimal text means; undefined for hexadecimal and all else. Whole numbers are exact. */
export function numberOf(text: string): number | bigint | undefined {
  if (text.length > 400) return undefined;
  const m = /^\s*([-+]?)(\d+)?(\.\d*)?([eE][-+]?\d+)?\s*$/.exec(text);
  if (m === null || (m[2] === undefined && (m[3] ?? ".") === ".")) return undefined;
  if (m[3] === undefined && m[4] === undefined && (m[2] as string).length > 15) return BigInt(text.trim().replace("+", ""));
  return Number(text);
}

/** Compares numbers, of whatever size. */
export function compares(a: number | bigint, op: Comparison, b: number | bigint): boolean {
  switch (op) {
    case "lt":
      return a < b;
    case "lte":
      return a <= b;
    case "gt":
      return a > b;
    case "gte":
      return a >= b;
    case "eq":
      return a == b;
    case "neq":
      return a != b;
  }
}
