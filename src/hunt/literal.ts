/**
 * The literal that must stand in a text for a test to hold, so that most tests are never asked. Case is folded: the
 * literal is looked for in folded texts, and the test itself decides.
 */
import { fold } from "../query/sigma";
import type { Test } from "../query/sigma";

/** `sure`: standing there is all that the test asks. */
export interface Literal {
  readonly where: "whole" | "start" | "end" | "inside";
  readonly text: string;
  readonly sure: boolean;
}

/** The literal of a test; undefined when it has none and must be asked always. */
export function literalOf(test: Test): Literal | undefined {
  switch (test.kind) {
    case "text": {
      const where = test.how === "equals" ? "whole" : test.how === "startswith" ? "start" : test.how === "endswith" ? "end" : "inside";
      if (test.text === "" && where !== "whole") return undefined;
      return { where, text: fold(test.text), sure: !test.cased };
    }
    case "pattern": {
      let best: Literal | undefined;
      test.parts.forEach((part, i) => {
        if (typeof part === "string" || part.text.length <= (best?.text.length ?? 0)) return;
        const where = i === 0 ? "start" : i === test.parts.length - 1 ? "end" : "inside";
        best = { where, text: fold(part.text), sure: false };
      });
      return best;
    }
    case "regex": {
      const text = literalOfExpression(test.source, test.flags.includes("x"));
      return text === undefined ? undefined : { where: "inside", text: fold(text), sure: false };
    }
    default:
      return undefined;
  }
}

/** Escapes that stand for a class, a place or something else than the character itself. */
const NOT_ITSELF = /[a-zA-Z0-9<>]/;

/**
 * The longest run of plain characters that every match of an expression holds; undefined when none is sure. Only what
 * stands outside of brackets, groups and alternatives counts, ASCII only as folding of other characters differs.
 */
export function literalOfExpression(source: string, spacious = false): string | undefined {
  if (spacious || /\(\?[a-wyz-]*x|\\Q/.test(source)) return undefined;
  let best = "";
  let run = "";
  let depth = 0;
  const end = () => {
    if (run.length > best.length) best = run;
    run = "";
  };
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i);
    let literal: string | undefined;
    if (c === "\\") {
      const next = source.charAt(++i);
      if (next === "x" || next === "u" || next === "p" || next === "P" || next === "k" || next === "c") {
        const m = /^(?:\{[^}]*\}|[0-9a-fA-F]{1,4}|<[^>]*>|[A-Za-z])/.exec(source.slice(i + 1));
        i += m?.[0].length ?? 0;
      } else if (next !== "" && !NOT_ITSELF.test(next)) literal = next;
    } else if (c === "[") {
      i = classEnd(source, i);
    } else if (c === "(") {
      depth++;
    } else if (c === ")") {
      depth--;
    } else if (c === "|") {
      if (depth === 0) return undefined;
    } else if (c === "{") {
      // A count of what stands before. A brace that counts nothing ends the run all the same.
      i += (/^\{\d*,?\d*\}/.exec(source.slice(i, i + 24))?.[0].length ?? 1) - 1;
    } else if (!".^$*+?".includes(c)) literal = c;
    if (literal === undefined || depth > 0 || literal > "\x7f") {
      end();
      continue;
    }
    // What may be left out ends the run before it; what repeats is in it once.
    const after = source.charAt(i + 1);
    if (after === "?" || after === "*" || after === "{") end();
    else {
      run += literal;
      if (after === "+") end();
    }
  }
  end();
  return best === "" ? undefined : best;
}

/** The place of the bracket that closes a class. */
function classEnd(source: string, from: number): number {
  let i = from + 1;
  if (source.charAt(i) === "^") i++;
  if (source.charAt(i) === "]") i++;
  for (; i < source.length && source.charAt(i) !== "]"; i++) {
    if (source.charAt(i) === "\\") i++;
    else if (source.startsWith("[:", i)) {
      const close = source.indexOf(":]", i);
      if (close > 0) i = close + 1;
    }
  }
  return i;
}
