/**
 * A matcher of our own whose time grows with pattern times text and no faster: it goes back like the platform's, but
 * never visits a place of the pattern twice at one place of the text (the "bit state" way of RE2, by Russ Cox).
 */
import type { CharSet } from "./charset";
import { has, WORDS } from "./charset";
import { firstCharacters } from "./danger";
import type { Assertion, Node } from "./syntax";

/** Instructions of a compiled pattern. A split tries `first`, then `second`. */
type Step =
  | { readonly op: "set"; readonly set: CharSet }
  | { op: "split"; first: number; second: number }
  | { op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "assert"; readonly what: Assertion }
  | { readonly op: "match" };

/** A program larger than this is refused: `(a{1000}){1000}`. */
const LARGEST_PROGRAM = 20_000;
/** Memory in bits that a single search may take: 32 MB. */
const MOST_BITS = 2 ** 28;

export interface Machine {
  /**
   * Places of the leftmost match from `from` on: start and end of the whole, then of each group, -1 where it took no
   * part. Null when there is none, undefined when the text is too long for this pattern.
   */
  search(text: string, from: number): Int32Array | null | undefined;
}

/** Compiles a pattern; null when it is too large. */
export function machine(root: Node, groups: number): Machine | null {
  const steps: Step[] = [];
  if (!compile({ kind: "group", item: root, index: 0 }, steps)) return null;
  steps.push({ op: "match" });
  const first = firstCharacters(root);
  const slots = (groups + 1) * 2;
  let visited = new Uint32Array(64);
  const touched: number[] = [];

  return {
    search(text, from) {
      const length = text.length;
      const width = length - from + 1;
      const bits = steps.length * width;
      if (bits > MOST_BITS) return undefined;
      const size = (bits >>> 5) + 1;
      if (visited.length < size) visited = new Uint32Array(size);
      const found = run(text, from, width);
      // Only what was visited is wiped, so that many short searches of a long text stay short.
      for (const word of touched) visited[word] = 0;
      touched.length = 0;
      return found;
    },
  };

  function run(text: string, from: number, width: number): Int32Array | null {
    const length = text.length;
    const captures = new Int32Array(slots).fill(-1);
    // Pairs: a place of the pattern and of the text to try; or the complement of a slot and what it held before.
    const stack: number[] = [];
    for (let start = from; start <= length; start++) {
      if (first !== null) {
        const c = text.charCodeAt(start);
        if (!(c >= 128) && first[c] !== 1) continue;
      }
      if (isLow(text, start) && start > 0 && isHigh(text, start - 1)) continue;
      captures.fill(-1);
      stack.push(0, start);
      while (stack.length > 0) {
        let at = stack.pop() as number;
        let pc = stack.pop() as number;
        if (pc < 0) {
          captures[~pc] = at;
          continue;
        }
        for (;;) {
          const bit = pc * width + (at - from);
          const mask = 1 << (bit & 31);
          const word = visited[bit >>> 5] as number;
          if ((word & mask) !== 0) break;
          if (word === 0) touched.push(bit >>> 5);
          visited[bit >>> 5] = word | mask;
          const step = steps[pc] as Step;
          if (step.op === "match") {
            return captures;
          } else if (step.op === "set") {
            if (at >= length) break;
            const code = text.codePointAt(at) as number;
            if (!has(step.set, code)) break;
            at += code > 0xffff ? 2 : 1;
            pc++;
          } else if (step.op === "split") {
            stack.push(step.second, at);
            pc = step.first;
          } else if (step.op === "jump") pc = step.to;
          else if (step.op === "save") {
            stack.push(~step.slot, captures[step.slot] as number);
            captures[step.slot] = at;
            pc++;
          } else {
            if (!holds(step.what, text, at)) break;
            pc++;
          }
        }
      }
    }
    return null;
  }
}

/** Appends the instructions of a node; false when there are too many. */
function compile(node: Node, steps: Step[]): boolean {
  if (steps.length > LARGEST_PROGRAM) return false;
  switch (node.kind) {
    case "empty":
      return true;
    case "set":
      steps.push({ op: "set", set: node.set });
      return true;
    case "assert":
      steps.push({ op: "assert", what: node.what });
      return true;
    case "sequence":
      return node.items.every((item) => compile(item, steps));
    case "group":
      steps.push({ op: "save", slot: node.index * 2 });
      if (!compile(node.item, steps)) return false;
      steps.push({ op: "save", slot: node.index * 2 + 1 });
      return true;
    case "choice": {
      const ends: { op: "jump"; to: number }[] = [];
      for (const [i, item] of node.items.entries()) {
        const last = i === node.items.length - 1;
        const split: Step = { op: "split", first: 0, second: 0 };
        if (!last) steps.push(split);
        split.first = steps.length;
        if (!compile(item, steps)) return false;
        if (!last) {
          const end: Step = { op: "jump", to: 0 };
          ends.push(end);
          steps.push(end);
          split.second = steps.length;
        }
      }
      for (const end of ends) end.to = steps.length;
      return true;
    }
    case "repeat": {
      for (let i = 0; i < node.min; i++) if (!compile(node.item, steps)) return false;
      const way = (into: number, past: number): { first: number; second: number } =>
        node.greedy ? { first: into, second: past } : { first: past, second: into };
      if (node.max === Infinity) {
        const split: Step = { op: "split", first: 0, second: 0 };
        const at = steps.push(split) - 1;
        if (!compile(node.item, steps)) return false;
        steps.push({ op: "jump", to: at });
        Object.assign(split, way(at + 1, steps.length));
        return true;
      }
      const splits: { step: Extract<Step, { op: "split" }>; into: number }[] = [];
      for (let i = node.min; i < node.max; i++) {
        const split: Extract<Step, { op: "split" }> = { op: "split", first: 0, second: 0 };
        steps.push(split);
        splits.push({ step: split, into: steps.length });
        if (!compile(node.item, steps)) return false;
      }
      for (const { step, into } of splits) Object.assign(step, way(into, steps.length));
      return true;
    }
    default:
      return node satisfies never;
  }
}

function isHigh(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800;
}

function isLow(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xdc00;
}

function isWordBefore(text: string, at: number): boolean {
  if (at <= 0) return false;
  const wide = at > 1 && isLow(text, at - 1) && isHigh(text, at - 2);
  return has(WORDS, text.codePointAt(wide ? at - 2 : at - 1) ?? 0);
}

function isWordAfter(text: string, at: number): boolean {
  return at < text.length && has(WORDS, text.codePointAt(at) ?? 0);
}

function holds(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case "start": return at === 0;
    case "end": return at === text.length;
    case "lineStart": return at === 0 || text.charCodeAt(at - 1) === 10;
    case "lineEnd": return at === text.length || text.charCodeAt(at) === 10;
    case "word": return isWordBefore(text, at) !== isWordAfter(text, at);
    case "notWord": return isWordBefore(text, at) === isWordAfter(text, at);
    case "wordStart": return !isWordBefore(text, at) && isWordAfter(text, at);
    case "wordEnd": return isWordBefore(text, at) && !isWordAfter(text, at);
    default: return what satisfies never;
  }
}
