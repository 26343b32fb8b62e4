/** Regular expressions that users write: compiled once, refused when broken or when they could hang the page. */
import { Failure } from "./failure";

const compiled = new Map<string, RegExp | Failure>();
const KEPT = 200;

/** The compiled pattern; throws a {@link Failure} that says what is wrong with it. */
export function pattern(source: string, flags = ""): RegExp {
  const key = `${flags}/${source}`;
  let known = compiled.get(key);
  if (known === undefined) {
    known = compile(source, flags);
    if (compiled.size >= KEPT) compiled.clear();
    compiled.set(key, known);
  }
  if (known instanceof Failure) throw new Failure(known.message);
  known.lastIndex = 0;
  return known;
}

function compile(source: string, flags: string): RegExp | Failure {
  if (repeatsRepetition(source)) return new Failure(`The pattern '${source}' repeats a repetition and could run forever.`);
  try {
    return new RegExp(source, flags);
  } catch (thrown) {
    return new Failure(thrown instanceof Error ? thrown.message : String(thrown));
  }
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
