/** Regular expressions that users write: compiled once, refused when broken or when they could hang the page. */
import { dangerOf } from "../functions/pattern/danger";
import { matches, pattern as steadyPattern } from "../functions/pattern";
import type { Pattern } from "../functions/pattern";
import { parsePattern } from "../functions/pattern/syntax";
import { Failure } from "./failure";

/** A pattern made ready. Each method throws a {@link Failure} where it could take very long on the text. */
export interface Search {
  test(text: string): boolean;
  /** Every match replaced; `$1` stands for a group, `$&` for the whole match. */
  replace(text: string, by: string): string;
  /** The pieces between matches, with what the groups caught between them, as `String.split` gives them. */
  split(text: string, limit?: number): string[];
}

/** Steps that a search that goes back may take: some tenths of a second. */
const MOST_STEPS = 1e8;

const compiled = new Map<string, Search | Failure>();
const KEPT = 200;

/** The compiled pattern; throws a {@link Failure} that says what is wrong with it. */
export function pattern(source: string): Search {
  let known = compiled.get(source);
  if (known === undefined) {
    known = compile(source);
    if (compiled.size >= KEPT) compiled.clear();
    compiled.set(source, known);
  }
  if (known instanceof Failure) throw new Failure(known.message);
  return known;
}

/** Characters of a pattern; the platform finds out late that one is too large for it. */
const LONGEST_PATTERN = 5000;

function compile(source: string): Search | Failure {
  if (source.length > LONGEST_PATTERN) return new Failure(`A pattern of ${source.length} characters is too long.`);
  if (repeatsRepetition(source)) return new Failure(`The pattern '${source}' repeats a repetition and could run forever.`);
  let expression: RegExp;
  try {
    expression = new RegExp(source, "g");
  } catch (thrown) {
    return new Failure(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const most = longest(source);
  const steady = isPlain(source) ? steadyPattern(source) : undefined;
  /** The matcher that cannot run away, where the platform's could; undefined where the platform's surely does not. */
  const slow = (text: string): Pattern | undefined => {
    if (text.length <= most) return undefined;
    if (steady !== undefined && !("problem" in steady) && PLAIN_TEXT.test(text)) return steady;
    throw new Failure(`The pattern '${source}' could take very long on a text of ${text.length} characters.`);
  };
  return {
    test: (text) => {
      const other = slow(text);
      expression.lastIndex = 0;
      return other?.test(text) ?? expression.test(text);
    },
    replace: (text, by) => {
      const other = slow(text);
      if (other === undefined) return text.replace(expression, by);
      const out: string[] = [];
      let done = 0;
      for (const match of matches(other, text, patience(), true)) {
        out.push(text.slice(done, match.from), filled(by, match.groups));
        done = match.to;
      }
      return out.join("") + text.slice(done);
    },
    split: (text, limit) => {
      const other = slow(text);
      // What a group of the separator did not match is an empty text, not missing.
      if (other === undefined) return text.split(expression, limit).map((piece: string | undefined) => piece ?? "");
      const out: string[] = [];
      let done = 0;
      for (const match of matches(other, text, patience(), true)) {
        // An empty match separates letters, but nothing from the ends.
        if (match.to === match.from && (match.to === done || match.to >= text.length)) continue;
        out.push(text.slice(done, match.from), ...match.groups.slice(1).map((group) => group ?? ""));
        done = match.to;
      }
      return [...out, text.slice(done)].slice(0, limit);
    },
  };
}

/** Looks between matches, each of which may have gone over the whole text, after which it is enough. */
function patience(): () => void {
  let looks = 0;
  return () => {
    if (++looks > 20_000) throw new Failure("This pattern matches too often in a text so long.");
  };
}

/** A replacement with its groups put in, as `String.replace` does. */
function filled(by: string, groups: readonly (string | undefined)[]): string {
  return by.replace(/\$(?:\$|&|(\d\d?))/g, (all, digits: string | undefined) => {
    if (digits === undefined) return all === "$$" ? "$" : groups[0] ?? "";
    const number = Number(digits);
    if (number >= 1 && number < groups.length) return groups[number] ?? "";
    const short = Number(digits[0]);
    return digits.length === 2 && short >= 1 && short < groups.length ? (groups[short] ?? "") + (digits[1] ?? "") : all;
  });
}

/** Texts on which both matchers read classes, dots and boundaries alike. */
const PLAIN_TEXT = /^[\n\t\x20-\x7e]*$/;

/** Whether a pattern means the same to both matchers: no look-around, no back-references, no sets of sets. */
function isPlain(source: string): boolean {
  const bare = source.replace(/\\[dDwWsSbBnrt.^$*+?()[\]{}|/\\-]/g, "");
  return !/\\|\(\?(?!:)|\[\^?\]|\[[^\]]*\[|&&|--|~~/.test(bare);
}

/** The longest text that the platform's matcher may search, by the worst way in which its repetitions can go back. */
function longest(source: string): number {
  const parts = withoutLooks(source);
  let power = 1;
  let factor = 1;
  for (const part of parts) {
    const syntax = parsePattern(part);
    if ("problem" in syntax) {
      power = Math.max(power, 2 + (part.match(/[*+]|\{\d+,/g)?.length ?? 0));
      continue;
    }
    const danger = dangerOf(syntax.root, part.startsWith("^"));
    power = Math.max(power, danger.power);
    factor = Math.max(factor, danger.factor);
  }
  return power === Infinity ? 0 : (MOST_STEPS / factor) ** (1 / power);
}

/** The pattern with its look-arounds cut out, and each of these alone: they are searched on their own. */
function withoutLooks(source: string): string[] {
  const parts: string[] = [];
  let rest = source;
  for (let i = 0; i < 20; i++) {
    // The innermost first.
    const look = /\(\?<?[=!]((?:\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?:)?[^()]*\)|[^()\\[])*)\)/.exec(rest);
    if (look === null) break;
    parts.push(look[1] ?? "");
    rest = rest.slice(0, look.index) + "(?:)" + rest.slice(look.index + look[0].length);
  }
  return [rest, ...parts];
}

/**
 * Whether a group is repeated without bound that can match one text in many ways: because it holds an unbounded
 * repetition itself, as in `(a+)+`, or alternatives that may begin alike, as in `(a|ab)*`.
 */
export function repeatsRepetition(source: string): boolean {
  const open: { risky: boolean; readonly starts: string[] }[] = [];
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (c === "[") {
      for (i++; i < source.length && source[i] !== "]"; i++) if (source[i] === "\\") i++;
    } else if (c === "(") open.push({ risky: false, starts: [startAt(source, i + 1)] });
    else if (c === ")") {
      const group = open.pop();
      const repeated = isUnbounded(source, i + 1);
      const risky = group !== undefined && (group.risky || mayBeginAlike(group.starts));
      if (risky && repeated) return true;
      const outer = open.at(-1);
      if (outer !== undefined && (repeated || group?.risky === true)) outer.risky = true;
    } else if (c === "|") open.at(-1)?.starts.push(startAt(source, i + 1));
    else if (isUnbounded(source, i)) {
      const group = open.at(-1);
      if (group !== undefined) group.risky = true;
    }
  }
  return false;
}

/** The plain character an alternative begins with; "" when it begins with anything else. */
function startAt(source: string, at: number): string {
  const from = /^\?(?::|<[^>]*>)/.exec(source.slice(at, at + 40))?.[0].length ?? 0;
  return /^[\w\s"'#@/-](?![*?{])/.exec(source.slice(at + from, at + from + 2))?.[0] ?? "";
}

function mayBeginAlike(starts: readonly string[]): boolean {
  return starts.length > 1 && (starts.includes("") || new Set(starts).size < starts.length);
}

function isUnbounded(source: string, at: number): boolean {
  return source[at] === "*" || source[at] === "+" || /^\{\d+,\}/.test(source.slice(at, at + 12));
}
