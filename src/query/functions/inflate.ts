/** Unpacks deflated bytes, alone or wrapped by zlib or gzip. Sources: RFC 1950, 1951, 1952. Bad bytes give null. */

/** Bytes that unpacking may make at most: a small text can claim to be terabytes. */
const LONGEST = 1 << 24;

/** Lengths and distances of a repeat: their bases and how many bits follow. */
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
/** The order in which the lengths of the code for lengths are written. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A Huffman code: how many codes there are of each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function codeOf(lengths: ArrayLike<number>): Code {
  const counts = new Uint16Array(16);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i] ?? 0] = (counts[lengths[i] ?? 0] ?? 0) + 1;
  counts[0] = 0;
  const next = new Uint16Array(16);
  for (let i = 1; i < 16; i++) next[i] = (next[i - 1] ?? 0) + (counts[i - 1] ?? 0);
  const symbols = new Uint16Array(lengths.length);
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] ?? 0;
    if (length === 0) continue;
    const at = next[length] ?? 0;
    symbols[at] = i;
    next[length] = at + 1;
  }
  return { counts, symbols };
}

const FIXED = codeOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const FIXED_DISTANCES = codeOf(new Uint8Array(30).fill(5));

/** Thrown inside of this file alone where the bytes are bad. */
class Bad extends Error {}

class Inflater {
  private at = 0;
  private bit = 0;
  private out = new Uint8Array(1024);
  private length = 0;

  constructor(private readonly bytes: Uint8Array) {}

  run(): Uint8Array {
    for (let last = false; !last;) {
      last = this.bits(1) === 1;
      const kind = this.bits(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.block(FIXED, FIXED_DISTANCES);
      else if (kind === 2) this.dynamic();
      else throw new Bad();
    }
    return this.out.subarray(0, this.length);
  }

  private bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      if (this.at >= this.bytes.length) throw new Bad();
      value |= (((this.bytes[this.at] ?? 0) >> this.bit) & 1) << i;
      if (++this.bit === 8) {
        this.bit = 0;
        this.at++;
      }
    }
    return value;
  }

  private symbol(code: Code): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      value |= this.bits(1);
      const count = code.counts[length] ?? 0;
      if (value - count < first) return code.symbols[index + value - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    throw new Bad();
  }

  private put(byte: number): void {
    if (this.length >= LONGEST) throw new Bad();
    if (this.length === this.out.length) {
      const larger = new Uint8Array(this.out.length * 2);
      larger.set(this.out);
      this.out = larger;
    }
    this.out[this.length++] = byte;
  }

  private stored(): void {
    if (this.bit > 0) {
      this.bit = 0;
      this.at++;
    }
    const length = this.bits(16);
    if (this.bits(16) !== (~length & 0xffff) || this.at + length > this.bytes.length) throw new Bad();
    for (let i = 0; i < length; i++) this.put(this.bytes[this.at++] ?? 0);
  }

  private dynamic(): void {
    const literals = this.bits(5) + 257;
    const distances = this.bits(5) + 1;
    const count = this.bits(4) + 4;
    const first = new Uint8Array(19);
    for (let i = 0; i < count; i++) first[ORDER[i] ?? 0] = this.bits(3);
    const code = codeOf(first);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length;) {
      const symbol = this.symbol(code);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      const previous = symbol === 16 ? lengths[i - 1] : 0;
      if (previous === undefined) throw new Bad();
      const repeat = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      if (i + repeat > lengths.length) throw new Bad();
      lengths.fill(previous, i, i + repeat);
      i += repeat;
    }
    this.block(codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals)));
  }

  private block(code: Code, distances: Code): void {
    for (;;) {
      const symbol = this.symbol(code);
      if (symbol < 256) {
        this.put(symbol);
        continue;
      }
      if (symbol === 256) return;
      const base = LENGTH_BASE[symbol - 257];
      if (base === undefined) throw new Bad();
      const length = base + this.bits(LENGTH_BITS[symbol - 257] ?? 0);
      const far = this.symbol(distances);
      const start = DISTANCE_BASE[far];
      if (start === undefined) throw new Bad();
      const distance = start + this.bits(far < 4 ? 0 : (far >> 1) - 1);
      if (distance > this.length) throw new Bad();
      for (let i = 0; i < length; i++) this.put(this.out[this.length - distance] ?? 0);
    }
  }
}

/** Unpacks bare deflated bytes; null when they are bad or would be too many. */
export function inflate(bytes: Uint8Array): Uint8Array | null {
  try {
    return new Inflater(bytes).run();
  } catch (e) {
    if (e instanceof Bad) return null;
    throw e;
  }
}

/** Unpacks what zlib packed. */
export function unzlib(bytes: Uint8Array): Uint8Array | null {
  const [method = 0, flags = 0] = bytes;
  if ((method & 15) !== 8 || ((method << 8) | flags) % 31 !== 0 || (flags & 32) !== 0) return null;
  return inflate(bytes.subarray(2));
}

/** Unpacks what gzip packed. */
export function gunzip(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return null;
  const flags = bytes[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    while (at < bytes.length && bytes[at] !== 0) at++;
    at++;
  }
  if ((flags & 2) !== 0) at += 2;
  return inflate(bytes.subarray(at));
}
