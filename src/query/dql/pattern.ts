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

/** Whether a group that holds an unbounded repetition, or alternatives, is itself repeated without bound: `(a+)+`, `(a|a)*`. */
export function repeatsRepetition(source: string): boolean {
  const open: { risky: boolean }[] = [];
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (c === "[") {
      for (i++; i < source.length && source[i] !== "]"; i++) if (source[i] === "\\") i++;
    } else if (c === "(") open.push({ risky: false });
    else if (c === ")") {
      const group = open.pop();
      const repeated = isUnbounded(source, i + 1);
      if (group?.risky && repeated) return true;
      const outer = open.at(-1);
      if (outer !== undefined && (repeated || group?.risky)) outer.risky = true;
    } else if (c === "|" || isUnbounded(source, i)) {
      const group = open.at(-1);
      if (group !== undefined) group.risky = true;
    }
  }
  return false;
}

function isUnbounded(source: string, at: number): boolean {
  return source[at] === "*" || source[at] === "+" || /^\{\d+,\}/.test(source.slice(at, at + 12));
}
