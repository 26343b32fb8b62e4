/**
 * How long the platform's own matcher may search: it goes back and tries again, which some patterns turn into hours.
 * The estimate is an upper bound for ASCII texts; where it cannot say, the pattern counts as dangerous.
 */
import type { Node } from "./syntax";

/** Steps grow like `factor * n ^ power`; `power` is Infinity where a search may take exponentially long. */
export interface Danger {
  readonly power: number;
  readonly factor: number;
}

/** Characters that a node can begin with, and whether it can match nothing. */
interface First {
  readonly set: Uint8Array;
  readonly nullable: boolean;
}

const HARMLESS: Danger = { power: 0, factor: 1 };
const HOPELESS: Danger = { power: Infinity, factor: 1 };

/** A range of counts up to this is taken as so many ways, above it like one without an end. */
const FEW = 16;

/** The bound for a whole pattern. `anchored`: it can only begin at one place. */
export function dangerOf(root: Node, anchored: boolean): Danger {
  const inner = weigh(root, new Uint8Array(128));
  const restart = anchored || !hasLongRepeat(root) ? 0 : 1;
  return { power: 1 + restart + inner.power, factor: inner.factor };
}

/** ASCII characters that a match can begin with; null when it can begin with anything. */
export function firstCharacters(root: Node): Uint8Array | null {
  const first = firstOf(root);
  return first.nullable ? null : first.set;
}

/** Whether a node can match nothing at all. */
export function isNullable(node: Node): boolean {
  return firstOf(node).nullable;
}

function firstOf(node: Node): First {
  switch (node.kind) {
    case "empty":
    case "assert":
      return { set: new Uint8Array(128), nullable: true };
    case "set":
      return { set: node.set.ascii, nullable: false };
    case "group":
      return firstOf(node.item);
    case "repeat": {
      const first = firstOf(node.item);
      return { set: first.set, nullable: first.nullable || node.min === 0 };
    }
    case "choice": {
      const all = node.items.map(firstOf);
      return {
        set: all.reduce((set, f) => join(set, f.set), new Uint8Array(128)),
        nullable: all.some((f) => f.nullable),
      };
    }
    case "sequence":
      return firstOfAll(node.items, 0);
    default:
      return node satisfies never;
  }
}

function firstOfAll(items: readonly Node[], from: number): First {
  let set = new Uint8Array(128);
  for (let i = from; i < items.length; i++) {
    const first = firstOf(items[i] as Node);
    set = join(set, first.set);
    if (!first.nullable) return { set, nullable: false };
  }
  return { set, nullable: true };
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = a.slice();
  for (let i = 0; i < out.length; i++) if (b[i] === 1) out[i] = 1;
  return out;
}

function meet(a: Uint8Array, b: Uint8Array): boolean {
  return a.some((x, i) => x === 1 && b[i] === 1);
}

/** `follow`: what can come behind the node. A repeat that shares no character with it always ends at one place. */
function weigh(node: Node, follow: Uint8Array): Danger {
  switch (node.kind) {
    case "empty":
    case "assert":
    case "set":
      return HARMLESS;
    case "group":
      return weigh(node.item, follow);
    case "sequence": {
      let power = 0;
      let factor = 1;
      for (let i = node.items.length - 1; i >= 0; i--) {
        const rest = firstOfAll(node.items, i + 1);
        const one = weigh(node.items[i] as Node, rest.nullable ? join(rest.set, follow) : rest.set);
        power += one.power;
        factor *= one.factor;
      }
      return { power, factor };
    }
    case "choice": {
      const all = node.items.map((item) => weigh(item, follow));
      const firsts = node.items.map(firstOf);
      const clash = firsts.some((a, i) => a.nullable || firsts.some((b, k) => k > i && meet(a.set, b.set)));
      return {
        power: Math.max(...all.map((d) => d.power)),
        factor: Math.max(...all.map((d) => d.factor)) * (clash ? node.items.length : 1),
      };
    }
    case "repeat":
      return weighRepeat(node, follow);
    default:
      return node satisfies never;
  }
}

function weighRepeat(node: Extract<Node, { kind: "repeat" }>, follow: Uint8Array): Danger {
  const first = firstOf(node.item);
  const open = meet(first.set, follow);
  if (node.max <= 1) {
    const inner = weigh(node.item, follow);
    return { power: inner.power, factor: inner.factor * (open && node.min < node.max ? 2 : 1) };
  }
  if (first.nullable) return HOPELESS;
  if (!isSingle(node.item)) {
    const inner = weigh(node.item, join(first.set, follow));
    if (inner.power > 0 || inner.factor > 1) return HOPELESS;
  }
  if (!open || node.min === node.max) return HARMLESS;
  const ways = node.max - node.min + 1;
  return ways > FEW ? { power: 1, factor: 1 } : { power: 0, factor: ways };
}

function isSingle(node: Node): boolean {
  return node.kind === "set" || (node.kind === "group" && isSingle(node.item));
}

function hasLongRepeat(node: Node): boolean {
  switch (node.kind) {
    case "sequence":
    case "choice":
      return node.items.some(hasLongRepeat);
    case "group":
      return hasLongRepeat(node.item);
    case "repeat":
      return node.max > FEW || hasLongRepeat(node.item);
    default:
      return false;
  }
}
