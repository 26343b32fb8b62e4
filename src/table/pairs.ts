/** Pairs of 32-bit words: a small number for each distinct one, in the order in which they are first met, and sets of them. */

/** The number of a key that is not known. */
export const UNKNOWN_KEY = 0xffffffff;

/** Places that a table addressed by the pair itself may have. */
const MOST_DIRECT_BITS = 21;
/** Words of an entry: its number and its pair, packed into one word or as two; a fourth keeps those in one line of the cache. */
const PACKED = 2;
const WIDE = 4;

/**
 * Numbers pairs of 32-bit words. Pairs of small words are the address of their number in a table; where that would be too
 * large the table is an open-addressed one, grown at half full. It holds pairs that fit into 32 bits as one word.
 */
export class PairNumbers {
  count = 0;
  /** By `a << shift | b`; undefined once some pair was too large for it. */
  private direct: Uint32Array | undefined = new Uint32Array(1 << 10).fill(UNKNOWN_KEY);
  /** How many bits `b` has in an address, or in a packed pair. */
  private shift = 5;
  /** All bits of the words of pairs that were met while they were addresses or packed. */
  private bitsA = 0;
  private bitsB = 0;
  private entries = new Uint32Array(0);
  private width: typeof PACKED | typeof WIDE = PACKED;

  /** Numbers of the pairs `(low[i], high[i])`; a pair with an unknown half is unknown. May write into an input. */
  number(low: Uint32Array, high: Uint32Array, grow: boolean, out: Uint32Array): void {
    const n = out.length;
    let i = 0;
    for (; i < n && this.direct !== undefined; i++) {
      const a = low[i]!;
      const b = high[i]!;
      out[i] = a === UNKNOWN_KEY || b === UNKNOWN_KEY ? UNKNOWN_KEY : this.one(a, b, grow);
    }
    while (i < n) {
      i = this.width === PACKED ? this.numberPacked(low, high, grow, out, i) : this.numberWide(low, high, grow, out, i);
    }
  }

  // What `one` does, for many: written out, so that nothing is read twice. Both give the row that they did not number.

  private numberPacked(low: Uint32Array, high: Uint32Array, grow: boolean, out: Uint32Array, from: number): number {
    const { shift } = this;
    const shiftA = 32 - shift;
    let { entries, count } = this;
    let mask = entries.length - 1;
    let i = from;
    for (; i < out.length; i++) {
      const a = low[i]!;
      const b = high[i]!;
      if (b >>> shift !== 0 || a >>> shiftA !== 0) {
        // `out` may be an input: what is read again is left as it is.
        if (grow && a !== UNKNOWN_KEY && b !== UNKNOWN_KEY) break;
        out[i] = UNKNOWN_KEY;
        continue;
      }
      const pair = ((a << shift) | b) >>> 0;
      let at = (scatter(pair, 0) * PACKED) & mask;
      let n = entries[at]!;
      while (n !== UNKNOWN_KEY && entries[at + 1] !== pair) {
        at = (at + PACKED) & mask;
        n = entries[at]!;
      }
      if (n === UNKNOWN_KEY && grow) {
        entries[at] = n = count++;
        entries[at + 1] = pair;
        if (count * 2 * PACKED > entries.length) {
          this.remake(nextSize(entries.length));
          entries = this.entries;
          mask = entries.length - 1;
        }
      }
      out[i] = n;
    }
    this.count = count;
    if (i < out.length) this.repack(low[i]!, high[i]!);
    return i;
  }

  private numberWide(low: Uint32Array, high: Uint32Array, grow: boolean, out: Uint32Array, from: number): number {
    let { entries, count } = this;
    let mask = entries.length - 1;
    for (let i = from; i < out.length; i++) {
      const a = low[i]!;
      const b = high[i]!;
      if (a === UNKNOWN_KEY || b === UNKNOWN_KEY) {
        out[i] = UNKNOWN_KEY;
        continue;
      }
      let at = (scatter(a, b) * WIDE) & mask;
      let n = entries[at]!;
      while (n !== UNKNOWN_KEY && (entries[at + 1] !== a || entries[at + 2] !== b)) {
        at = (at + WIDE) & mask;
        n = entries[at]!;
      }
      if (n === UNKNOWN_KEY && grow) {
        entries[at] = n = count++;
        entries[at + 1] = a;
        entries[at + 2] = b;
        if (count * 2 * WIDE > entries.length) {
          this.remake(nextSize(entries.length));
          entries = this.entries;
          mask = entries.length - 1;
        }
      }
      out[i] = n;
    }
    this.count = count;
    return out.length;
  }

  one(a: number, b: number, grow: boolean): number {
    const { direct, shift } = this;
    if (direct !== undefined) {
      if (b >>> shift === 0 && a < direct.length >>> shift) {
        const n = direct[(a << shift) | b]!;
        if (n !== UNKNOWN_KEY || !grow) return n;
        this.bitsA |= a;
        this.bitsB |= b;
        return (direct[(a << shift) | b] = this.count++);
      }
      if (!grow) return UNKNOWN_KEY;
      this.widen(a, b);
      return this.one(a, b, true);
    }
    const { entries, width } = this;
    if (width === PACKED && (b >>> shift !== 0 || a >>> (32 - shift) !== 0)) {
      if (!grow) return UNKNOWN_KEY;
      this.repack(a, b);
      return this.one(a, b, true);
    }
    const x = width === PACKED ? ((a << shift) | b) >>> 0 : a;
    const y = width === PACKED ? 0 : b;
    const mask = entries.length - 1;
    let at = (scatter(x, y) * width) & mask;
    for (let n = entries[at]!; n !== UNKNOWN_KEY; n = entries[at]!) {
      if (entries[at + 1] === x && (width === PACKED || entries[at + 2] === y)) return n;
      at = (at + width) & mask;
    }
    if (!grow) return UNKNOWN_KEY;
    const n = this.count++;
    entries[at] = n;
    entries[at + 1] = x;
    if (width === WIDE) entries[at + 2] = y;
    if (this.count * 2 * width > entries.length) this.remake(nextSize(entries.length));
    return n;
  }

  /** The next number, for whatever is not a pair. */
  reserve(): number {
    return this.count++;
  }

  /** Makes the direct table large enough for a pair, or gives it up for an open-addressed one. */
  private widen(a: number, b: number): void {
    const before = this.direct!;
    const shiftBefore = this.shift;
    const bitsB = 32 - Math.clz32(this.bitsB | b);
    const bitsA = Math.max(10 - bitsB, 32 - Math.clz32(this.bitsA | a));
    if (bitsA + bitsB > MOST_DIRECT_BITS) {
      this.direct = undefined;
      this.entries = new Uint32Array(sizeFor(this.count)).fill(UNKNOWN_KEY);
      this.split(a, b);
    } else {
      this.shift = bitsB;
      this.direct = new Uint32Array(1 << (bitsA + bitsB)).fill(UNKNOWN_KEY);
    }
    const { direct, shift } = this;
    for (let at = 0; at < before.length; at++) {
      const n = before[at]!;
      if (n === UNKNOWN_KEY) continue;
      const x = at >>> shiftBefore;
      const y = at & ((1 << shiftBefore) - 1);
      if (direct === undefined) this.put(n, x, y);
      else direct[(x << shift) | y] = n;
    }
  }

  /** Decides how pairs are held from now on, as one more of them is to be: the bits that are left are shared by both words. */
  private split(a: number, b: number): void {
    this.bitsA |= a;
    this.bitsB |= b;
    const bitsA = 32 - Math.clz32(this.bitsA);
    const bitsB = 32 - Math.clz32(this.bitsB);
    // Each word has some bits and neither has all, so that shifts by them mean what they say.
    this.shift = Math.min(31, Math.max(1, bitsB + ((32 - bitsA - bitsB) >> 1)));
    this.width = bitsB > this.shift || bitsA > 32 - this.shift ? WIDE : PACKED;
  }

  /** Makes room for a pair that the packed ones have no bits for. */
  private repack(a: number, b: number): void {
    const before = this.entries;
    const shiftBefore = this.shift;
    for (let at = 0; at < before.length; at += PACKED) {
      if (before[at] === UNKNOWN_KEY) continue;
      this.bitsA |= before[at + 1]! >>> shiftBefore;
      this.bitsB |= before[at + 1]! & ((1 << shiftBefore) - 1);
    }
    this.split(a, b);
    this.entries = new Uint32Array(this.width === WIDE ? before.length * 2 : before.length).fill(UNKNOWN_KEY);
    for (let at = 0; at < before.length; at += PACKED) {
      const n = before[at]!;
      if (n !== UNKNOWN_KEY) this.put(n, before[at + 1]! >>> shiftBefore, before[at + 1]! & ((1 << shiftBefore) - 1));
    }
  }

  /** Puts a pair that is not there, and that there is room for, into the open-addressed table. */
  private put(n: number, a: number, b: number): void {
    const { width, shift } = this;
    if (width === PACKED) this.putWords(n, ((a << shift) | b) >>> 0, 0);
    else this.putWords(n, a, b);
  }

  private putWords(n: number, x: number, y: number): void {
    const { entries, width } = this;
    const mask = entries.length - 1;
    let at = (scatter(x, y) * width) & mask;
    while (entries[at] !== UNKNOWN_KEY) at = (at + width) & mask;
    entries[at] = n;
    entries[at + 1] = x;
    if (width === WIDE) entries[at + 2] = y;
  }

  private remake(size: number): void {
    const before = this.entries;
    const { width } = this;
    this.entries = new Uint32Array(size).fill(UNKNOWN_KEY);
    for (let at = 0; at < before.length; at += width) {
      const n = before[at]!;
      if (n !== UNKNOWN_KEY) this.putWords(n, before[at + 1]!, width === WIDE ? before[at + 2]! : 0);
    }
  }
}

/** Words of a table that has room for so many pairs, and more to come. */
function sizeFor(count: number): number {
  let size = 1024;
  while (size < (count + 1) * 2 * WIDE) size *= 4;
  return size;
}

/** Small tables grow faster, as it is not known how far they will. */
function nextSize(size: number): number {
  return size * (size < 1 << 18 ? 8 : 4);
}

/** Bits that a table of pairs may have in any case, and for each pair that was met. */
const FREE_BITS = 1 << 22;
const BITS_PER_PAIR = 128;

/** Which pairs of small numbers were met: a bit for each while there are few, the pairs themselves beyond. */
export class PairSet {
  private bits: Uint32Array | undefined = new Uint32Array(1 << 9);
  /** How many bits the second number has. */
  private shift = 7;
  private met = 0;
  private readonly pairs = new PairNumbers();

  /** Whether the pair is new; from then on it is not. */
  add(a: number, b: number): boolean {
    const { bits, shift } = this;
    if (bits === undefined) {
      const met = this.pairs.count;
      return this.pairs.one(a, b, true) === met;
    }
    const at = a * (1 << shift) + b;
    if (b >>> shift !== 0 || at >= bits.length * 32) {
      this.widen(a, b);
      return this.add(a, b);
    }
    const bit = 1 << (at & 31);
    const word = bits[at >>> 5]!;
    if ((word & bit) !== 0) return false;
    bits[at >>> 5] = word | bit;
    this.met++;
    return true;
  }

  private widen(a: number, b: number): void {
    const before = this.bits!;
    const shiftBefore = this.shift;
    this.shift = Math.max(shiftBefore, 32 - Math.clz32(b));
    const rows = Math.max(before.length * 32 / (1 << shiftBefore), a + 1);
    let size = 1 << 14;
    while (size < rows * (1 << this.shift)) size *= 2;
    if (size > Math.max(FREE_BITS, this.met * BITS_PER_PAIR)) this.bits = undefined;
    else if (this.shift === shiftBefore) {
      this.bits = new Uint32Array(size / 32);
      this.bits.set(before);
      return;
    } else this.bits = new Uint32Array(size / 32);
    const mask = (1 << shiftBefore) - 1;
    this.met = 0;
    for (let at = 0; at < before.length; at++) {
      for (let word = before[at]!; word !== 0; word &= word - 1) {
        const place = at * 32 + 31 - Math.clz32(word & -word);
        this.add(Math.floor(place / (1 << shiftBefore)), place & mask);
      }
    }
  }
}

/** Spreads two words over 32 bits: consecutive numbers and times end in far apart places. */
function scatter(a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}
