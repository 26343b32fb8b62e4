/**
 * Reads a regular expression as Kusto's engine takes it: no lookaround, no backreferences, flags inside, sets with
 * arithmetic. Source: Kusto docs, "Regex syntax". Nothing here matches anything.
 */
import type { CharSet } from "./charset";
import {
  anyCase,
  difference,
  DIGITS,
  emptySet,
  intersection,
  listSet,
  negation,
  POSIX,
  propertySet,
  rangeSet,
  SPACES,
  symmetricDifference,
  union,
  WORDS,
} from "./charset";

export type Assertion = "start" | "end" | "lineStart" | "lineEnd" | "word" | "notWord" | "wordStart" | "wordEnd";

export type Node =
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly items: readonly Node[] }
  /** `max` is Infinity where there is no limit. */
  | {
      readonly kind: "repeat";
      readonly item: Node;
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
    }
  /** Captured as group `index`, from 1. */
  | { readonly kind: "group"; readonly item: Node; readonly index: number };

export interface Syntax {
  readonly root: Node;
  /** Number of capturing groups. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** A pattern that cannot be understood: what is wrong, and where. */
export interface Problem {
  readonly problem: string;
  readonly at: number;
}

/** Nesting and counts that a pattern may have; more is taken for an attack. */
const DEEPEST = 100;
const LARGEST_COUNT = 1000;

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
  readonly x: boolean;
}

class Refused extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** Reads a pattern; never throws. */
export function parsePattern(text: string): Syntax | Problem {
  try {
    return new PatternParser(text).parse();
  } catch (e) {
    if (e instanceof Refused) return { problem: e.message, at: e.at };
    throw e;
  }
}

class PatternParser {
  private at = 0;
  private groups = 0;
  private readonly names = new Map<string, number>();

  constructor(private readonly text: string) {}

  parse(): Syntax {
    const root = this.choice({ i: false, m: false, s: false, U: false, x: false }, 0);
    if (this.at < this.text.length) this.refuse("there is a ')' too many");
    return { root, groups: this.groups, names: this.names };
  }

  private choice(flags: Flags, depth: number): Node {
    if (depth > DEEPEST) this.refuse("it is nested too deeply");
    const branches: Node[] = [];
    let items: Node[] = [];
    for (;;) {
      if (flags.x) this.skipComments();
      const c = this.text[this.at];
      if (c === undefined || c === ")") break;
      if (c === "|") {
        this.at++;
        branches.push(sequence(items));
        items = [];
        continue;
      }
      if (c === "(" && this.text.startsWith("(?", this.at)) {
        const set = this.flagGroup(flags);
        if (set !== undefined) {
          if (set.scoped) items.push(this.closed(set.flags, depth));
          else flags = set.flags;
          continue;
        }
      }
      items.push(this.repeated(this.atom(flags, depth), flags));
    }
    branches.push(sequence(items));
    return branches.length === 1 ? (branches[0] as Node) : { kind: "choice", items: branches };
  }

  /** What stands in parentheses, the closing one too, with what repeats it. */
  private closed(flags: Flags, depth: number): Node {
    const inner = this.choice(flags, depth + 1);
    if (this.text[this.at] !== ")") this.refuse("a ')' is missing");
    this.at++;
    return this.repeated(inner, flags);
  }

  /** `(?i)`, `(?i:…)`, `(?:…)`: the flags from here; undefined for other groups. */
  private flagGroup(flags: Flags): { flags: Flags; scoped: boolean } | undefined {
    const m = /^\(\?([a-zA-Z]*)(-[a-zA-Z]+)?([:)])/.exec(this.text.slice(this.at, this.at + 24));
    if (m === null) return undefined;
    const next: Record<string, boolean> = { ...flags };
    for (const letter of m[1] ?? "") this.setFlag(next, letter, true);
    for (const letter of (m[2] ?? "").slice(1)) this.setFlag(next, letter, false);
    this.at += m[0].length;
    return { flags: next as unknown as Flags, scoped: m[3] === ":" };
  }

  private setFlag(flags: Record<string, boolean>, letter: string, on: boolean): void {
    if (!"imsUxuR".includes(letter)) this.refuse(`there is no flag '${letter}'`);
    flags[letter] = on;
  }

  private atom(flags: Flags, depth: number): Node {
    const c = this.text[this.at] as string;
    switch (c) {
      case "(":
        return this.group(flags, depth);
      case "[":
        return this.setNode(this.bracket(flags, 0), flags);
      case ".":
        this.at++;
        return { kind: "set", set: flags.s ? negation(emptySet()) : negation(listSet("\n")) };
      case "^":
        this.at++;
        return { kind: "assert", what: flags.m ? "lineStart" : "start" };
      case "$":
        this.at++;
        return { kind: "assert", what: flags.m ? "lineEnd" : "end" };
      case "*":
      case "+":
      case "?":
        return this.refuse(`there is nothing for '${c}' to repeat`);
      case "\\":
        return this.escape(flags);
      default: {
        const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
        this.at += char.length;
        return this.setNode(listSet(char), flags);
      }
    }
  }

  private setNode(set: CharSet, flags: Flags): Node {
    return { kind: "set", set: flags.i ? anyCase(set) : set };
  }

  private group(flags: Flags, depth: number): Node {
    const rest = this.text.slice(this.at, this.at + 80);
    if (/^\(\?(?:[=!]|<[=!])/.test(rest)) this.refuse("looking ahead or behind is not supported");
    let name: string | undefined;
    const named = /^\(\?P?<([\p{L}_][\p{L}\p{N}_.[\]]*)>/u.exec(rest);
    if (named) {
      name = named[1];
      this.at += named[0].length;
    } else if (rest.startsWith("(?")) this.refuse(`'${rest.slice(0, 4)}' starts no group that is known`);
    else this.at++;
    const index = ++this.groups;
    if (name !== undefined) this.names.set(name, index);
    const item = this.choice(flags, depth + 1);
    if (this.text[this.at] !== ")") this.refuse("a ')' is missing");
    this.at++;
    return { kind: "group", item, index };
  }

  /** What follows an atom: `*`, `+?`, `{2,5}`. */
  private repeated(item: Node, flags: Flags): Node {
    let node = item;
    for (;;) {
      if (flags.x) this.skipComments();
      const rest = this.text.slice(this.at, this.at + 16);
      const m = /^(?:[*+?]|\{\s*(\d{1,6})\s*(?:(,)\s*(\d{1,6})?\s*)?\})/.exec(rest);
      if (m === null) return node;
      if (node.kind === "assert") node = { kind: "sequence", items: [node] };
      let min = m[0] === "+" ? 1 : 0;
      let max = m[0] === "?" ? 1 : Infinity;
      if (m[1] !== undefined) {
        min = Number(m[1]);
        max = m[2] === undefined ? min : m[3] === undefined ? Infinity : Number(m[3]);
        if (max < min) this.refuse(`'${m[0]}' counts down`);
        if (min > LARGEST_COUNT || (max !== Infinity && max > LARGEST_COUNT))
          this.refuse(`'${m[0]}' repeats more than ${LARGEST_COUNT} times`);
      }
      this.at += m[0].length;
      let greedy = !flags.U;
      if (this.text[this.at] === "?") {
        this.at++;
        greedy = !greedy;
      }
      node = { kind: "repeat", item: node, min, max, greedy };
    }
  }

  private escape(flags: Flags): Node {
    const letter = this.text[this.at + 1];
    if (letter === undefined) this.refuse("it ends with a '\\'");
    const assertion = this.assertion();
    if (assertion !== undefined) return { kind: "assert", what: assertion };
    if (letter === "Q") {
      const end = this.text.indexOf("\\E", this.at + 2);
      const literal = this.text.slice(this.at + 2, end < 0 ? undefined : end);
      this.at = end < 0 ? this.text.length : end + 2;
      return sequence([...literal].map((c) => this.setNode(listSet(c), flags)));
    }
    if (/[1-9]/.test(letter) || letter === "k") this.refuse("referring back to a group is not supported");
    return this.setNode(this.escapedSet(), flags);
  }

  private assertion(): Assertion | undefined {
    const known: readonly (readonly [string, Assertion])[] = [
      ["\\b{start}", "wordStart"],
      ["\\b{end}", "wordEnd"],
      ["\\<", "wordStart"],
      ["\\>", "wordEnd"],
      ["\\b", "word"],
      ["\\B", "notWord"],
      ["\\A", "start"],
      ["\\z", "end"],
    ];
    const found = known.find(([written]) => this.text.startsWith(written, this.at));
    if (found !== undefined) this.at += found[0].length;
    return found?.[1];
  }

  /** The set that an escape stands for, inside of brackets or out of them. */
  private escapedSet(): CharSet {
    const from = this.at;
    const letter = this.text[this.at + 1] ?? "";
    this.at += 2;
    switch (letter) {
      case "d":
        return DIGITS;
      case "D":
        return negation(DIGITS);
      case "s":
        return SPACES;
      case "S":
        return negation(SPACES);
      case "w":
        return WORDS;
      case "W":
        return negation(WORDS);
      case "p":
      case "P":
        return this.property(letter === "P", from);
      case "a":
        return listSet("\x07");
      case "f":
        return listSet("\f");
      case "t":
        return listSet("\t");
      case "n":
        return listSet("\n");
      case "r":
        return listSet("\r");
      case "v":
        return listSet("\v");
      case "0": {
        const digits = /^[0-7]{0,2}/.exec(this.text.slice(this.at, this.at + 2))?.[0] ?? "";
        this.at += digits.length;
        const code = parseInt(`0${digits}`, 8);
        return rangeSet(code, code);
      }
      case "x":
      case "u":
      case "U": {
        const width = letter === "x" ? 2 : letter === "u" ? 4 : 8;
        const m = /^(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]+))/.exec(
          this.text.slice(this.at, this.at + (this.text[this.at] === "{" ? 10 : width)),
        );
        const digits = m?.[1] ?? m?.[2];
        if (m === null || digits === undefined || (m[1] === undefined && digits.length !== width))
          return this.refuse(`'\\${letter}' needs hexadecimal digits`);
        this.at += m[0].length;
        const code = parseInt(digits, 16);
        if (code > 0x10ffff) this.refuse("there is no such character");
        return rangeSet(code, code);
      }
      default: {
        if (letter === "" || /[0-9A-Za-z]/.test(letter)) return this.refuse(`'\\${letter}' means nothing`, from);
        const char = String.fromCodePoint(this.text.codePointAt(from + 1) ?? 0);
        this.at = from + 1 + char.length;
        return listSet(char);
      }
    }
  }

  private property(negated: boolean, from: number): CharSet {
    const m = /^(?:\{(\^?)([^{}]{1,60})\}|([A-Z]))/.exec(this.text.slice(this.at, this.at + 64));
    const set = m === null ? null : propertySet(m[2] ?? m[3] ?? "");
    if (m === null || set === null) return this.refuse("there is no such class of characters", from);
    this.at += m[0].length;
    return negated !== (m[1] === "^") ? negation(set) : set;
  }

  /** `[…]`, with ranges, classes, sets inside, and `&&`, `--`, `~~` between sets. */
  private bracket(flags: Flags, depth: number): CharSet {
    if (depth > 20) this.refuse("its sets are nested too deeply");
    const from = this.at++;
    const negated = this.text[this.at] === "^";
    if (negated) this.at++;
    let left: CharSet | undefined;
    let join: ((a: CharSet, b: CharSet) => CharSet) | undefined;
    let set = emptySet();
    let first = true;
    const settle = (): CharSet => (left !== undefined && join !== undefined ? join(left, set) : set);
    for (; ; first = false) {
      const c = this.text[this.at];
      if (c === undefined) return this.refuse("a ']' is missing", from);
      if (c === "]" && !first) break;
      const operator = this.text.slice(this.at, this.at + 2);
      if (!first && (operator === "&&" || operator === "--" || operator === "~~") && this.text[this.at + 2] !== "]") {
        left = settle();
        join = operator === "&&" ? intersection : operator === "--" ? difference : symmetricDifference;
        set = emptySet();
        this.at += 2;
        continue;
      }
      if (flags.x && /\s/.test(c)) {
        this.at++;
        continue;
      }
      set = union(set, this.member(flags, depth));
    }
    this.at++;
    const all = settle();
    // Case is folded before the set is turned around: (?i)[^a] holds neither a nor A.
    return negated ? negation(flags.i ? anyCase(all) : all) : all;
  }

  private member(flags: Flags, depth: number): CharSet {
    if (this.text[this.at] === "[") {
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.text.slice(this.at, this.at + 16));
      const set = posix === null ? undefined : POSIX.get(posix[2] ?? "");
      if (posix !== null && set === undefined) this.refuse(`there is no class '${posix[0]}'`);
      if (posix !== null && set !== undefined) {
        this.at += posix[0].length;
        return posix[1] === "^" ? negation(set) : set;
      }
      return this.bracket(flags, depth + 1);
    }
    const low = this.endpoint();
    if (typeof low !== "number") return low;
    const next = this.text[this.at + 1];
    if (this.text[this.at] !== "-" || next === undefined || next === "]" || next === "-") return rangeSet(low, low);
    this.at++;
    const high = this.endpoint();
    if (typeof high !== "number") return union(union(rangeSet(low, low), listSet("-")), high);
    if (high < low) this.refuse("a range of characters runs backwards");
    return rangeSet(low, high);
  }

  /** A single character as its code, or a class. */
  private endpoint(): number | CharSet {
    if (this.text[this.at] !== "\\") {
      const code = this.text.codePointAt(this.at) ?? 0;
      this.at += code > 0xffff ? 2 : 1;
      return code;
    }
    const from = this.at;
    if (this.text.startsWith("\\b", from)) {
      this.at += 2;
      return 8;
    }
    const set = this.escapedSet();
    if (/^\\[dDsSwWpP]/.test(this.text.slice(from, from + 2))) return set;
    const ascii = set.ascii.indexOf(1);
    if (ascii >= 0) return ascii;
    const hex = /[0-9a-fA-F]+/.exec(this.text.slice(from + 2, this.at));
    return hex === null || !/^\\[xuU]/.test(this.text.slice(from, from + 2))
      ? (this.text.codePointAt(from + 1) ?? 0)
      : parseInt(hex[0], 16);
  }

  private skipComments(): void {
    for (;;) {
      const c = this.text[this.at];
      if (c !== undefined && /\s/.test(c)) this.at++;
      else if (c === "#") {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end + 1;
      } else return;
    }
  }

  private refuse(message: string, at = this.at): never {
    throw new Refused(message, at);
  }
}

function sequence(items: readonly Node[]): Node {
  if (items.length === 0) return { kind: "empty" };
  return items.length === 1 ? (items[0] as Node) : { kind: "sequence", items };
}
