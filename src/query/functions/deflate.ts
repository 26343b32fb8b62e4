/**
 * Packs bytes: the way back of inflate.ts, bare, and wrapped as zlib and gzip do. Sources: RFC 1950, 1951, 1952. Blocks are
 * stored or have a Huffman code of their own, whichever is shorter, and never the fixed code: so a short text gives the
 * very bytes that Kusto's docs print (gzip_compress_to_base64_string(), zlib_compress_to_base64_string()).
 */

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const WINDOW = 1 << 15;
const SHORTEST = 3;
const LONGEST = 258;
/** Bytes of one block, which a stored one can hold at most. */
const BLOCK = 65_535;
/** Earlier places that are looked at for a repeat. */
const LOOKS = 32;

class Bits {
  private out = new Uint8Array(1024);
  private length = 0;
  private held = 0;
  private count = 0;

  /** Bits from the lowest on. */
  put(value: number, bits: number): void {
    this.held |= value << this.count;
    this.count += bits;
    while (this.count >= 8) {
      this.byte(this.held & 255);
      this.held >>>= 8;
      this.count -= 8;
    }
  }

  align(): void {
    if (this.count > 0) this.put(0, 8 - this.count);
  }

  byte(value: number): void {
    if (this.length === this.out.length) {
      const larger = new Uint8Array(this.out.length * 2);
      larger.set(this.out);
      this.out = larger;
    }
    this.out[this.length++] = value;
  }

  finish(): Uint8Array {
    this.align();
    return this.out.subarray(0, this.length);
  }
}

/** Lengths of a Huffman code of at most `most` bits (package-merge: Larmore, Hirschberg 1990). */
function lengthsOf(counts: ArrayLike<number>, most: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const leaves = Array.from(counts, (count, symbol) => ({ count, symbols: [symbol] })).filter((l) => l.count > 0)
    .sort((a, b) => a.count - b.count);
  if (leaves.length === 1) lengths[leaves[0]?.symbols[0] ?? 0] = 1;
  if (leaves.length < 2) return lengths;
  let packages = leaves;
  for (let bit = 1; bit < most; bit++) {
    const paired: typeof leaves = [];
    for (let i = 0; i + 1 < packages.length; i += 2) {
      const [a, b] = [packages[i], packages[i + 1]] as [typeof leaves[0], typeof leaves[0]];
      paired.push({ count: a.count + b.count, symbols: [...a.symbols, ...b.symbols] });
    }
    packages = [...leaves, ...paired].sort((a, b) => a.count - b.count);
  }
  for (const { symbols } of packages.slice(0, 2 * leaves.length - 2)) {
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
  }
  return lengths;
}

/** The codes of these lengths, their bits turned round, as they are written from the lowest on. */
function codesOf(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(17);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const next = new Uint16Array(17);
  for (let bits = 1; bits < 17; bits++) next[bits] = ((next[bits - 1] ?? 0) + (counts[bits - 1] ?? 0)) << 1;
  return Uint16Array.from(lengths, (length) => {
    if (length === 0) return 0;
    let code = next[length] ?? 0;
    next[length] = code + 1;
    let turned = 0;
    for (let i = 0; i < length; i++, code >>= 1) turned = (turned << 1) | (code & 1);
    return turned;
  });
}

function lengthSymbol(length: number): number {
  let at = LENGTH_BASE.length - 1;
  while ((LENGTH_BASE[at] ?? 0) > length) at--;
  return at;
}

/** The symbol of a distance, its first distance, and how many bits follow. */
function distanceSymbol(distance: number): [symbol: number, base: number, bits: number] {
  if (distance <= 4) return [distance - 1, distance, 0];
  const bits = 30 - Math.clz32(distance - 1);
  const half = ((distance - 1) >> bits) & 1;
  return [2 * bits + 2 + half, 1 + ((2 + half) << bits), bits];
}

/** Bytes and repeats of one block: a byte as it is, a repeat as length · 2^16 + distance. */
class Matcher {
  private readonly heads = new Int32Array(1 << 15).fill(-1);
  private readonly before = new Int32Array(WINDOW).fill(-1);

  constructor(private readonly bytes: Uint8Array) {}

  tokens(from: number, to: number): number[] {
    const found: number[] = [];
    for (let at = from; at < to;) {
      const [length, distance] = at + SHORTEST <= to ? this.repeat(at, to) : [0, 0];
      if (length >= SHORTEST) found.push(length * 65_536 + distance);
      else found.push(this.bytes[at] ?? 0);
      const end = at + Math.max(1, length >= SHORTEST ? length : 1);
      for (; at < end; at++) this.remember(at);
    }
    return found;
  }

  private hash(at: number): number {
    const [a = 0, b = 0, c = 0] = [this.bytes[at], this.bytes[at + 1], this.bytes[at + 2]];
    return (Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> 17) & 0x7fff;
  }

  private remember(at: number): void {
    if (at + SHORTEST > this.bytes.length) return;
    const key = this.hash(at);
    this.before[at & (WINDOW - 1)] = this.heads[key] ?? -1;
    this.heads[key] = at;
  }

  private repeat(at: number, to: number): [number, number] {
    const { bytes } = this;
    const most = Math.min(LONGEST, to - at);
    let [length, distance] = [0, 0];
    let place = this.heads[this.hash(at)] ?? -1;
    for (let looks = 0; looks < LOOKS && place >= 0 && at - place <= WINDOW - 1; looks++) {
      let same = 0;
      while (same < most && bytes[place + same] === bytes[at + same]) same++;
      if (same > length) [length, distance] = [same, at - place];
      if (length === most) break;
      const next = this.before[place & (WINDOW - 1)] ?? -1;
      if (next >= place) break;
      place = next;
    }
    return [length, distance];
  }
}

/** Lengths of codes in the words of the code for lengths: 16 repeats, 17 and 18 are zeros. */
function shortened(lengths: Uint8Array): (readonly [symbol: number, extra: number, bits: number])[] {
  const out: (readonly [number, number, number])[] = [];
  for (let i = 0; i < lengths.length;) {
    const length = lengths[i] ?? 0;
    let run = 1;
    while (i + run < lengths.length && lengths[i + run] === length) run++;
    i += run;
    if (length === 0) {
      for (; run >= 11; run -= Math.min(run, 138)) out.push([18, Math.min(run, 138) - 11, 7]);
      if (run >= 3) {
        out.push([17, run - 3, 3]);
        run = 0;
      }
    } else {
      out.push([length, 0, 0]);
      for (run--; run >= 3; run -= Math.min(run, 6)) out.push([16, Math.min(run, 6) - 3, 2]);
    }
    for (; run > 0; run--) out.push([length, 0, 0]);
  }
  return out;
}

function cut(lengths: Uint8Array, least: number): Uint8Array {
  let end = lengths.length;
  while (end > least && lengths[end - 1] === 0) end--;
  return lengths.subarray(0, end);
}

function writeBlock(bits: Bits, bytes: Uint8Array, tokens: readonly number[], from: number, to: number, last: boolean): void {
  const counts = new Uint32Array(286);
  const far = new Uint32Array(30);
  counts[256] = 1;
  let extra = 0;
  for (const token of tokens) {
    if (token < 256) counts[token] = (counts[token] ?? 0) + 1;
    else {
      const length = lengthSymbol(token >>> 16);
      const [symbol, , more] = distanceSymbol(token & 65_535);
      counts[257 + length] = (counts[257 + length] ?? 0) + 1;
      far[symbol] = (far[symbol] ?? 0) + 1;
      extra += more + (LENGTH_BITS[length] ?? 0);
    }
  }
  const lengths = cut(lengthsOf(counts, 15), 257);
  const distances = cut(lengthsOf(far, 15), 1);
  const both = new Uint8Array(lengths.length + distances.length);
  both.set(lengths);
  both.set(distances, lengths.length);
  const words = shortened(both);
  const wordCounts = new Uint32Array(19);
  for (const [word] of words) wordCounts[word] = (wordCounts[word] ?? 0) + 1;
  const wordLengths = lengthsOf(wordCounts, 7);
  let shown = 19;
  while (shown > 4 && wordLengths[ORDER[shown - 1] ?? 0] === 0) shown--;

  let size = 17 + 3 * shown + extra;
  for (const [word, , more] of words) size += (wordLengths[word] ?? 0) + more;
  lengths.forEach((length, i) => (size += length * (counts[i] ?? 0)));
  distances.forEach((length, i) => (size += length * (far[i] ?? 0)));
  bits.put(last ? 1 : 0, 1);
  if (size >= 8 * (to - from) + 32) {
    bits.put(0, 2);
    bits.align();
    bits.put(to - from, 16);
    bits.put(~(to - from) & 65_535, 16);
    for (let i = from; i < to; i++) bits.byte(bytes[i] ?? 0);
    return;
  }
  bits.put(2, 2);
  bits.put(lengths.length - 257, 5);
  bits.put(distances.length - 1, 5);
  bits.put(shown - 4, 4);
  for (let i = 0; i < shown; i++) bits.put(wordLengths[ORDER[i] ?? 0] ?? 0, 3);
  const wordCodes = codesOf(wordLengths);
  for (const [word, value, more] of words) {
    bits.put(wordCodes[word] ?? 0, wordLengths[word] ?? 0);
    bits.put(value, more);
  }
  const [codes, farCodes] = [codesOf(lengths), codesOf(distances)];
  for (const token of tokens) {
    if (token < 256) {
      bits.put(codes[token] ?? 0, lengths[token] ?? 0);
      continue;
    }
    const at = lengthSymbol(token >>> 16);
    bits.put(codes[257 + at] ?? 0, lengths[257 + at] ?? 0);
    bits.put((token >>> 16) - (LENGTH_BASE[at] ?? 0), LENGTH_BITS[at] ?? 0);
    const [symbol, base, more] = distanceSymbol(token & 65_535);
    bits.put(farCodes[symbol] ?? 0, distances[symbol] ?? 0);
    bits.put((token & 65_535) - base, more);
  }
  bits.put(codes[256] ?? 0, lengths[256] ?? 0);
}

/** Packs bytes, bare. `check` is called once per block. */
export function deflate(bytes: Uint8Array, check?: () => void): Uint8Array {
  const bits = new Bits();
  const matcher = new Matcher(bytes);
  let from = 0;
  do {
    check?.();
    const to = Math.min(bytes.length, from + BLOCK);
    writeBlock(bits, bytes, matcher.tokens(from, to), from, to, to === bytes.length);
    from = to;
  } while (from < bytes.length);
  return bits.finish();
}

/** Packs as zlib does, for the fastest level, whose mark Kusto's texts bear. */
export function zlib(bytes: Uint8Array, check?: () => void): Uint8Array {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return joined([0x78, 0x01], deflate(bytes, check), [b >> 8, b & 255, a >> 8, a & 255]);
}

/** Packs as gzip does, without a time, a name and a system. */
export function gzip(bytes: Uint8Array, check?: () => void): Uint8Array {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return joined([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], deflate(bytes, check), [...little(~crc), ...little(bytes.length)]);
}

function little(n: number): number[] {
  return [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255];
}

function joined(head: readonly number[], body: Uint8Array, tail: readonly number[]): Uint8Array {
  const out = new Uint8Array(head.length + body.length + tail.length);
  out.set(head);
  out.set(body, head.length);
  out.set(tail, head.length + body.length);
  return out;
}
