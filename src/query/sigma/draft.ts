/** A value of a rule on its way through the modifiers, and what comes out at the end: plain tests. */
import type { CompareOp, TestKind } from "./syntax";
import { escapeRegex, tidyPieces, writeDashes } from "./text";
import type { Piece } from "./text";

export type TimePart = "minute" | "hour" | "day" | "week" | "month" | "year";
export type How = "equals" | "contains" | "startswith" | "endswith";

/** Before and between modifiers. */
export type Draft =
  /** `raw` is what the file says; `bytes` when the text stands for bytes, one character each. */
  | { readonly kind: "string"; readonly pieces: readonly Piece[]; readonly raw: string; readonly bytes: boolean;
      readonly cased: boolean }
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "nothing" }
  /** `front` and `back`: the match must begin or end with the value. */
  | { readonly kind: "regex"; readonly pieces: readonly Piece[]; readonly flags: string; readonly front: boolean;
      readonly back: boolean }
  | { readonly kind: "cidr"; readonly bytes: readonly number[]; readonly bits: number }
  | { readonly kind: "compare"; readonly op: CompareOp; readonly than: number | bigint }
  | { readonly kind: "exists"; readonly wanted: boolean }
  | { readonly kind: "field"; readonly other: string; readonly how: How; readonly cased: boolean }
  | { readonly kind: "time"; readonly part: TimePart; readonly op: CompareOp | "eq"; readonly than: number };

/** What the kinds are called in messages. */
export const KIND_NAMES: Readonly<Record<Draft["kind"], string>> = {
  string: "a text", number: "a number", bool: "true or false", nothing: "null", regex: "a regular expression",
  cidr: "a network", compare: "a comparison", exists: "a check for existence", field: "another field",
  time: "a part of a time",
};

/** A draft from a value of YAML, whose text is `text`. */
export function draftOf(value: null | boolean | number | string, text: string): Draft {
  if (value === null) return { kind: "nothing" };
  if (typeof value === "boolean") return { kind: "bool", value };
  if (typeof value === "number") {
    const whole = /^[-+]?\d+$/.test(text) && text.length < 100 ? BigInt(text) : undefined;
    return { kind: "number", value: whole !== undefined && !Number.isSafeInteger(value) ? whole : value };
  }
  return { kind: "string", pieces: [], raw: value, bytes: false, cased: false };
}

/** A number or a boolean as the text that an event would have. */
export function asText(draft: Draft): Draft {
  if (draft.kind !== "number" && draft.kind !== "bool") return draft;
  const raw = String(draft.value);
  return { kind: "string", pieces: [{ text: raw }], raw, bytes: false, cased: false };
}

/** Writings of dashes that become tests of their own; more become one regular expression. */
const MOST_WRITINGS = 125;

/** The tests of a finished value: several where dashes can be written in several ways. */
export function finish(draft: Draft, keyword: boolean): readonly TestKind[] {
  switch (draft.kind) {
    case "nothing":
      return [{ kind: "null" }];
    case "number":
    case "bool":
      return [{ kind: "text", how: keyword ? "contains" : "equals", text: String(draft.value), cased: false }];
    case "string": {
      const pieces = keyword ? tidyPieces(["any", ...draft.pieces, "any"]) : draft.pieces;
      const written = writeDashes(pieces, MOST_WRITINGS);
      if (written) return written.map((w) => textTest(w, draft.cased));
      return [{ kind: "regex", source: `^${pieces.map(regexPiece).join("")}$`, flags: draft.cased ? "s" : "is" }];
    }
    case "regex": {
      const source = draft.pieces.map((p) => (typeof p === "object" && "text" in p ? p.text : "")).join("");
      const wrapped = draft.front || draft.back ? `${draft.front ? "^" : ""}(?:${source})${draft.back ? "$" : ""}`
        : source;
      return [{ kind: "regex", source: wrapped, flags: draft.flags }];
    }
    default:
      return [draft];
  }
}

function regexPiece(piece: Piece): string {
  if (piece === "any") return ".*";
  if (piece === "one") return ".";
  if (piece === "dash") return "[\\-\\x2f\u2013\u2014\u2015]";
  return "text" in piece ? escapeRegex(piece.text) : "";
}

type PatternPart = { readonly text: string } | "any" | "one";

/** The plainest test for a text with wildcards: `*x*` is `contains`. */
function textTest(pieces: readonly Piece[], cased: boolean): TestKind {
  const front = pieces[0] === "any";
  const back = pieces.length > 1 && pieces[pieces.length - 1] === "any";
  const middle = pieces.slice(front ? 1 : 0, back ? -1 : undefined);
  const only = middle[0];
  if (middle.length === 0 && !front) return { kind: "text", how: "equals", text: "", cased };
  if (middle.length === 1 && typeof only === "object" && "text" in only) {
    const how = front && back ? "contains" : front ? "endswith" : back ? "startswith" : "equals";
    return { kind: "text", how, text: only.text, cased };
  }
  return { kind: "pattern", cased,
    parts: pieces.filter((p): p is PatternPart => p === "any" || p === "one" || (typeof p === "object" && "text" in p)) };
}
