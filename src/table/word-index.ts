/**
 * Where each word of a dictionary stands, so that texts of another dictionary are found in it. Indexes and hashes are worked out
 * when first asked for and go with their dictionary: who joins the same tables again hashes no text twice.
 */
import { UNKNOWN_KEY } from "./pairs";
import { ALL, hashSome } from "./word-table";

/** How many characters a hash looks at, while words differ in those. */
const SOME = 12;

/** Finds words of one dictionary, none of which repeats: open addressing, a code and bits of its hash in one word. */
export class WordIndex {
  readonly looks: number;
  private slots: Uint32Array;
  /** How many bits a code takes, counted from 1. */
  private readonly codeBits: number;

  constructor(readonly words: readonly string[]) {
    this.codeBits = Math.max(1, 32 - Math.clz32(words.length));
    this.slots = new Uint32Array(1 << Math.min(30, this.codeBits + 1));
    this.looks = SOME;
    if (!this.fill(SOME)) {
      this.looks = ALL;
      this.slots = new Uint32Array(this.slots.length);
      this.fill(ALL);
    }
  }

  /** The word's code, `UNKNOWN_KEY` if it has none; the hash is of `looks` characters. */
  find(word: string, hash: number): number {
    const { slots, words, codeBits } = this;
    const mask = slots.length - 1;
    const codes = (1 << codeBits) - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return UNKNOWN_KEY;
      if ((slot ^ hash) >>> codeBits !== 0) continue;
      const code = (slot & codes) - 1;
      if (words[code] === word) return code;
    }
  }

  /** False where words agree too often in what the hash looks at. */
  private fill(looks: number): boolean {
    const { slots, words, codeBits } = this;
    const mask = slots.length - 1;
    // Neighbours in a table at most half full are passed once per word or so; far more are words that agree.
    let left = looks === ALL ? Infinity : words.length * 4 + 1000;
    for (let code = 0; code < words.length; code++) {
      const hash = hashSome(words[code]!, looks);
      let at = hash & mask;
      while (slots[at] !== 0) {
        at = (at + 1) & mask;
        left--;
      }
      if (left < 0) return false;
      slots[at] = ((hash >>> codeBits) << codeBits) | (code + 1);
    }
    return true;
  }
}

const indexes = new WeakMap<readonly string[], WordIndex>();
const hashes: Readonly<Record<"some" | "all", WeakMap<readonly string[], Uint32Array>>> = {
  some: new WeakMap(), all: new WeakMap(),
};

/** The index of a dictionary that has no word twice and does not change any more. */
export function indexOfWords(words: readonly string[]): WordIndex {
  let index = indexes.get(words);
  if (index === undefined) indexes.set(words, (index = new WordIndex(words)));
  return index;
}

/** Hashes of a dictionary's words, 0 for those that `hashAt` was not asked for yet. */
export function hashesOf(words: readonly string[], looks: number): Uint32Array {
  const known = looks === ALL ? hashes.all : hashes.some;
  let found = known.get(words);
  if (found === undefined || found.length < words.length) known.set(words, (found = new Uint32Array(words.length)));
  return found;
}

/** The hash of the word at `code`, remembered in `known`. */
export function hashAt(known: Uint32Array, words: readonly string[], code: number, looks: number): number {
  const hash = known[code]!;
  return hash !== 0 ? hash : (known[code] = hashSome(words[code] ?? "", looks) >>> 0);
}
