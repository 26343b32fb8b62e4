/**
 * Regular expressions that cannot hang: an ASCII text is searched by the platform's matcher where that is surely quick,
 * all else by one of our own. Patterns and their meaning: Kusto docs, "Regex syntax".
 */
import { dangerOf } from "./danger";
import { machine } from "./machine";
import type { Machine } from "./machine";
import { platformSource } from "./platform";
import { parsePattern } from "./syntax";
import type { Node, Problem, Syntax } from "./syntax";

export type { Problem } from "./syntax";

/** A match: `groups[0]` is the whole, the others undefined where they took no part. */
export interface Match {
  readonly from: number;
  readonly to: number;
  readonly groups: readonly (string | undefined)[];
}

export interface Pattern {
  /** Number of capturing groups. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  test(text: string): boolean;
  /** The leftmost match that starts at `from` or behind it. */
  exec(text: string, from: number): Match | null;
}

/** Steps that the platform's matcher may need at most for a text: some tenths of a second. */
const MOST_STEPS = 5e7;

const KEPT = 400;
const compiled = new Map<string, Pattern | Problem>();

/** Compiles a pattern, or says what is wrong with it. The last few hundred are remembered. */
export function pattern(source: string): Pattern | Problem {
  let known = compiled.get(source);
  if (known === undefined) {
    known = build(source);
    if (compiled.size >= KEPT) compiled.delete(compiled.keys().next().value as string);
    compiled.set(source, known);
  }
  return known;
}

function build(source: string): Pattern | Problem {
  const syntax = parsePattern(source);
  if ("problem" in syntax) return syntax;
  const probe = machine(syntax.root, syntax.groups);
  if (probe === null) return { problem: "it is too large", at: 0 };
  return new Compiled(syntax, probe, matcher(syntax.root), matcher(withoutEdges(syntax.root)));
}

/** The platform's expression with the longest text that it may be given, for texts with and without line breaks. */
interface Matcher {
  readonly expression: RegExp;
  readonly longest: number;
  /** For texts of one line: a pattern that begins with `.*` can only begin at their start. */
  readonly oneLine: { readonly expression: RegExp; readonly longest: number } | undefined;
}

function matcher(root: Node): Matcher | undefined {
  const source = platformSource(root);
  if (source === null) return undefined;
  const anchored = startsAtStart(root);
  const oneLine =
    !anchored && startsWithAnything(root)
      ? { expression: new RegExp(`^(?:${source})`, "g"), longest: longest(root, true) }
      : undefined;
  return { expression: new RegExp(source, "g"), longest: longest(root, anchored), oneLine };
}

function longest(root: Node, anchored: boolean): number {
  const { power, factor } = dangerOf(root, anchored);
  return power === Infinity ? 0 : (MOST_STEPS / factor) ** (1 / power);
}

function firstItem(root: Node): Node {
  return root.kind === "sequence"
    ? firstItem(root.items[0] as Node)
    : root.kind === "group"
      ? firstItem(root.item)
      : root;
}

function startsAtStart(root: Node): boolean {
  const first = firstItem(root);
  return first.kind === "assert" && first.what === "start";
}

function startsWithAnything(root: Node): boolean {
  const first = firstItem(root);
  return (
    first.kind === "repeat" &&
    first.min === 0 &&
    first.max === Infinity &&
    first.greedy &&
    first.item.kind === "set" &&
    first.item.set.ascii.every((x, c) => x === 1 || c === 10)
  );
}

/** Where only the existence of a match counts, parts at the edges that can match nothing may go: `.*x.*` is `x`. */
function withoutEdges(root: Node): Node {
  if (root.kind !== "sequence") return root;
  const optional = (node: Node | undefined): boolean =>
    node !== undefined && node.kind === "repeat" && node.min === 0;
  let from = 0;
  let to = root.items.length;
  while (optional(root.items[from])) from++;
  while (to > from && optional(root.items[to - 1])) to--;
  const items = root.items.slice(from, to);
  return items.length === 0 ? { kind: "empty" } : { kind: "sequence", items };
}

const ASCII = /^[\0-\x7f]*$/;

class Compiled implements Pattern {
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;

  constructor(
    syntax: Syntax,
    private readonly own: Machine,
    private readonly whole: Matcher | undefined,
    private readonly existence: Matcher | undefined,
  ) {
    this.groups = syntax.groups;
    this.names = syntax.names;
  }

  test(text: string): boolean {
    const quick = expressionFor(this.existence, text);
    if (quick !== undefined) {
      quick.lastIndex = 0;
      return quick.test(text);
    }
    const places = this.own.search(text, 0);
    return places !== null && places !== undefined;
  }

  exec(text: string, from: number): Match | null {
    const quick = expressionFor(this.whole, text);
    if (quick !== undefined && !(from > 0 && quick === this.whole?.oneLine?.expression)) {
      quick.lastIndex = from;
      const m = quick.exec(text);
      return m === null ? null : { from: m.index, to: m.index + m[0].length, groups: m };
    }
    const places = this.own.search(text, from);
    if (places === null || places === undefined) return null;
    const groups = Array.from({ length: places.length / 2 }, (_, i) => {
      const start = places[i * 2] as number;
      const end = places[i * 2 + 1] as number;
      return start < 0 || end < 0 ? undefined : text.slice(start, end);
    });
    return { from: places[0] as number, to: places[1] as number, groups };
  }
}

/** The platform's expression where it may be used for this text. */
function expressionFor(matcher: Matcher | undefined, text: string): RegExp | undefined {
  if (matcher === undefined) return undefined;
  if (text.length <= matcher.longest) return ASCII.test(text) ? matcher.expression : undefined;
  const { oneLine } = matcher;
  if (oneLine === undefined || text.length > oneLine.longest || text.includes("\n")) return undefined;
  return ASCII.test(text) ? oneLine.expression : undefined;
}

/** Matches between two looks at the clock. */
const CHECK_EVERY = 16;

/**
 * All matches from the start, none overlapping; an empty match moves on by one character, and counts behind another match
 * only where `touching` (JavaScript's rule; RE2 and the service have none there). `check` is called now and then: each
 * match may look at the whole text, so that all of them together may take long.
 */
export function* matches(p: Pattern, text: string, check?: () => void, touching = false): Generator<Match> {
  let count = 0;
  let last = -1;
  for (let at = 0; at <= text.length;) {
    if (++count % CHECK_EVERY === 0) check?.();
    const m = p.exec(text, at);
    if (m === null) return;
    if (touching || m.to > m.from || m.from !== last) yield m;
    last = m.to;
    at = m.to > m.from ? m.to : m.to + ((text.codePointAt(m.to) ?? 0) > 0xffff ? 2 : 1);
  }
}
