/** Texts by hash: a number for each, and the hash that all tables of texts share. */
import { UNKNOWN_KEY } from "./pairs";

/** Texts and a number for each: open addressing by a hash of some of their characters. */
export class WordTable {
  private count = 0;
  /** Index into `words` and the hash, in turn. */
  private slots = new Int32Array(256).fill(EMPTY);
  private readonly words: string[] = [];
  private readonly numbers: number[] = [];
  /** How many characters a hash looks at; all of them once texts that agree in some were met too often. */
  private looks = 12;
  private misses = 0;

  find(word: string): number {
    const { slots, words } = this;
    const mask = slots.length - 1;
    const h = hashSome(word, this.looks);
    for (let at = (h << 1) & mask; ; at = (at + 2) & mask) {
      const index = slots[at]!;
      if (index === EMPTY) return UNKNOWN_KEY;
      if (slots[at + 1] !== h) continue;
      if (words[index] === word) return this.numbers[index]!;
      this.misses++;
    }
  }

  /** The word must be new. */
  add(word: string, number: number): void {
    // More than a miss per word: these texts differ where the hash does not look.
    if (this.misses > this.count + 1000 && this.looks < ALL) {
      this.looks = ALL;
      this.place(this.slots.length);
    }
    if ((this.count + 1) * 4 > this.slots.length) this.place(this.slots.length * 4);
    this.words.push(word);
    this.numbers.push(number);
    this.put(this.count++, hashSome(word, this.looks));
  }

  private put(index: number, h: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (h << 1) & mask;
    while (slots[at] !== EMPTY) at = (at + 2) & mask;
    slots[at] = index;
    slots[at + 1] = h;
  }

  private place(size: number): void {
    const before = this.slots;
    const again = size === before.length;
    this.slots = new Int32Array(size).fill(EMPTY);
    for (let at = 0; at < before.length; at += 2) {
      const index = before[at]!;
      if (index !== EMPTY) this.put(index, again ? hashSome(this.words[index]!, this.looks) : before[at + 1]!);
    }
  }
}

const EMPTY = -1;
/** So many that no text has more. */
export const ALL = 1 << 29;

/** A hash of a text's length and of at most so many characters: half of them from its end, half spread over it. */
export function hashSome(word: string, looks: number): number {
  const { length } = word;
  let h = length;
  if (length <= looks) for (let i = 0; i < length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
  else {
    const half = looks >> 1;
    for (let i = length - half; i < length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
    const step = Math.max(1, Math.floor((length - half) / half));
    for (let i = 0, n = 0; n < half; i += step, n++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
  }
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b);
  return h ^ (h >>> 13);
}
