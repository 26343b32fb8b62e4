/** Sets of characters of a pattern: quick for ASCII, by the platform's Unicode tables beyond. */

/** A set of code points. `ascii` holds a 1 for each member below 128; `beyond` decides the others. */
export interface CharSet {
  readonly ascii: Uint8Array;
  readonly beyond: (code: number) => boolean;
}

const nothing = (): boolean => false;

export function emptySet(): CharSet {
  return { ascii: new Uint8Array(128), beyond: nothing };
}

/** Characters from one code point to another, both included. */
export function rangeSet(from: number, to: number): CharSet {
  const ascii = new Uint8Array(128);
  for (let c = from; c <= to && c < 128; c++) ascii[c] = 1;
  return { ascii, beyond: to < 128 ? nothing : (code) => code >= from && code <= to };
}

/** Characters of a text, listed. */
export function listSet(text: string): CharSet {
  return [...text].map((c) => rangeSet(c.codePointAt(0) ?? 0, c.codePointAt(0) ?? 0)).reduce(union, emptySet());
}

/** A set that a Unicode property expression names (`\p{L}`); null when the platform does not know it. */
export function propertySet(name: string): CharSet | null {
  const wanted = name.replace(/\s/g, "");
  for (const expression of [
    wanted,
    `General_Category=${wanted}`,
    `Script=${wanted}`,
    `Script=${capitalised(wanted)}`,
  ]) {
    if (!/^[A-Za-z0-9_=]+$/.test(expression)) return null;
    try {
      return testedSet(new RegExp(`^\\p{${expression}}$`, "u"));
    } catch {
      // The platform has no such property under this spelling.
    }
  }
  return null;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}

function testedSet(test: RegExp): CharSet {
  const known = new Map<number, boolean>();
  const beyond = (code: number): boolean => {
    let answer = known.get(code);
    if (answer === undefined) {
      answer = test.test(String.fromCodePoint(code));
      if (known.size < 10_000) known.set(code, answer);
    }
    return answer;
  };
  const ascii = Uint8Array.from({ length: 128 }, (_, c) => (test.test(String.fromCharCode(c)) ? 1 : 0));
  return { ascii, beyond };
}

/**
 * `\d`, `\s`, `\w` as Kusto's engine has them: by Unicode. Source: Kusto docs, "Regex syntax", Perl character
 * classes.
 */
export const DIGITS = testedSet(/^\p{Nd}$/u);
export const SPACES = testedSet(/^\p{White_Space}$/u);
export const WORDS = testedSet(/^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]$/u);

/** Sets by their POSIX names, which are ASCII only. */
export const POSIX: ReadonlyMap<string, CharSet> = new Map([
  ...[
    ["alnum", /^[0-9A-Za-z]$/],
    ["alpha", /^[A-Za-z]$/],
    ["ascii", /^\p{ASCII}$/u],
    ["blank", /^[\t ]$/],
    ["digit", /^[0-9]$/],
    ["graph", /^[!-~]$/],
    ["lower", /^[a-z]$/],
    ["print", /^[ -~]$/],
    ["punct", /^[!-/:-@[-`{-~]$/],
    ["space", /^[\t\n\v\f\r ]$/],
    ["upper", /^[A-Z]$/],
    ["word", /^[0-9A-Za-z_]$/],
    ["xdigit", /^[0-9A-Fa-f]$/],
  ].map(([name, test]): [string, CharSet] => [name as string, testedSet(test as RegExp)]),
  ["cntrl", union(rangeSet(0, 31), rangeSet(127, 127))],
]);

export function has(set: CharSet, code: number): boolean {
  return code < 128 ? set.ascii[code] === 1 : set.beyond(code);
}

function combined(a: CharSet, b: CharSet, join: (x: boolean, y: boolean) => boolean): CharSet {
  return {
    ascii: a.ascii.map((x, c) => (join(x === 1, b.ascii[c] === 1) ? 1 : 0)),
    beyond: a.beyond === nothing && b.beyond === nothing ? nothing : (code) => join(a.beyond(code), b.beyond(code)),
  };
}

export function union(a: CharSet, b: CharSet): CharSet {
  return combined(a, b, (x, y) => x || y);
}

export function intersection(a: CharSet, b: CharSet): CharSet {
  return combined(a, b, (x, y) => x && y);
}

export function difference(a: CharSet, b: CharSet): CharSet {
  return combined(a, b, (x, y) => x && !y);
}

export function symmetricDifference(a: CharSet, b: CharSet): CharSet {
  return combined(a, b, (x, y) => x !== y);
}

export function negation(a: CharSet): CharSet {
  return { ascii: a.ascii.map((x) => 1 - x), beyond: (code) => !a.beyond(code) };
}

/** With the other case of every letter. */
export function anyCase(a: CharSet): CharSet {
  const member = (code: number): boolean => {
    const c = String.fromCodePoint(code);
    return [c, c.toLowerCase(), c.toUpperCase()].some((v) => {
      const other = v.codePointAt(0) ?? code;
      return String.fromCodePoint(other) === v && has(a, other);
    });
  };
  return { ascii: a.ascii.map((_, c) => (member(c) ? 1 : 0)), beyond: member };
}

/** Whether two sets share an ASCII character. */
export function overlaps(a: CharSet, b: CharSet): boolean {
  for (let c = 0; c < 128; c++) if (a.ascii[c] === 1 && b.ascii[c] === 1) return true;
  return false;
}
