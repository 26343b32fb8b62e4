/** Which pairs of small numbers there are: for each number of one kind the list of the others it was met with. */
import { PairNumbers, UNKNOWN_KEY } from "./pairs";

/** Entries that are looked through one by one; a longer list is slower than a table of pairs. */
const LONGEST = 32;
/** Lists that there may be for each pair. */
const LISTS_PER_PAIR = 4;

/**
 * Tells known pairs from others, as `PairNumbers` does, without numbers of their own: a known pair has 0. Filled at once, lists
 * lie in the order of their number, so that rows that count up find what they ask for near each other.
 */
export class PairPresence {
  private starts: Uint32Array | undefined;
  private others = new Uint32Array(0);
  /** Whether lists are those of the second number. */
  private bySecond = true;
  /** In place of lists where one would be long, or where pairs came in parts. */
  private pairs: PairNumbers | undefined;
  private filled = 0;

  /** How many keys can be told apart. */
  get count(): number {
    return this.filled === 0 ? 0 : 1;
  }

  /** 0 for each pair that is known, or becomes so as `grow` says; a pair with an unknown half is unknown. */
  number(first: Uint32Array, second: Uint32Array, grow: boolean, out: Uint32Array): void {
    if (grow && this.filled === 0 && this.pairs === undefined && this.fill(first, second)) {
      markKnown(first, second, out);
      return;
    }
    if (grow) this.giveUpLists();
    if (this.pairs === undefined) {
      if (this.bySecond) this.look(second, first, out);
      else this.look(first, second, out);
      return;
    }
    this.pairs.number(first, second, grow, out);
    for (let i = 0; i < out.length; i++) if (out[i] !== UNKNOWN_KEY) out[i] = 0;
    this.filled = this.pairs.count;
  }

  /** Makes the lists, by whichever numbers go further; false where they do not pay. */
  private fill(first: Uint32Array, second: Uint32Array): boolean {
    const mostFirst = largest(first);
    const mostSecond = largest(second);
    const bySecond = mostSecond >= mostFirst;
    const keys = bySecond ? second : first;
    const others = bySecond ? first : second;
    const lists = Math.max(mostFirst, mostSecond) + 1;
    const n = keys.length;
    if (lists > n * LISTS_PER_PAIR) return false;
    // One place more than lists, and one before them that becomes the start of the first.
    const starts = new Uint32Array(lists + 1);
    let pairs = 0;
    for (let i = 0; i < n; i++) {
      const key = keys[i]!;
      if (key === UNKNOWN_KEY || others[i] === UNKNOWN_KEY) continue;
      if (++starts[key]! > LONGEST) return false;
      pairs++;
    }
    for (let list = 0, end = 0; list <= lists; list++) starts[list] = end += starts[list]!;
    const held = new Uint32Array(pairs);
    // From the ends down, which leaves each place at the start of its list.
    for (let i = n - 1; i >= 0; i--) {
      const key = keys[i]!;
      const other = others[i]!;
      if (key !== UNKNOWN_KEY && other !== UNKNOWN_KEY) held[--starts[key]!] = other;
    }
    this.starts = starts;
    this.others = held;
    this.bySecond = bySecond;
    this.filled = pairs;
    return true;
  }

  private look(keys: Uint32Array, wanted: Uint32Array, out: Uint32Array): void {
    const { starts, others } = this;
    const lists = (starts?.length ?? 1) - 1;
    for (let i = 0; i < out.length; i++) {
      const key = keys[i]!;
      const other = wanted[i]!;
      let found = UNKNOWN_KEY;
      if (starts !== undefined && key < lists && other !== UNKNOWN_KEY) {
        const end = starts[key + 1]!;
        for (let at = starts[key]!; at < end; at++) {
          if (others[at] !== other) continue;
          found = 0;
          break;
        }
      }
      out[i] = found;
    }
  }

  private giveUpLists(): void {
    const { starts, others, bySecond } = this;
    const pairs = (this.pairs ??= new PairNumbers());
    if (starts === undefined) return;
    for (let list = 0; list + 1 < starts.length; list++) {
      for (let at = starts[list]!; at < starts[list + 1]!; at++) {
        const other = others[at]!;
        if (bySecond) pairs.one(other, list, true);
        else pairs.one(list, other, true);
      }
    }
    this.starts = undefined;
    this.others = new Uint32Array(0);
  }
}

function largest(numbers: Uint32Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) {
    const n = numbers[i]!;
    if (n > most && n !== UNKNOWN_KEY) most = n;
  }
  return most;
}

function markKnown(first: Uint32Array, second: Uint32Array, out: Uint32Array): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = first[i] === UNKNOWN_KEY || second[i] === UNKNOWN_KEY ? UNKNOWN_KEY : 0;
  }
}
