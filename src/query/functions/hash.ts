/**
 * Hashes: MD5, SHA-1, SHA-256 and xxHash64 over a value's text or bytes, written out since phones have no synchronous
 * ones. Sources: RFC 1321, FIPS 180-4, the xxHash specification; Kusto docs, "hash()" and its kin.
 */
import { printValue } from "../../table";
import type { Value } from "../../table";
import type { ScalarFunction } from "./define";
import type { Signature } from "./scalar";
import { define, each } from "./scalar";
import { utf8 } from "./text";

/** The message with a 1 bit, zeros, and its length in bits behind it, in blocks of 64 bytes. */
function padded(message: Uint8Array, littleEndian: boolean): DataView {
  const size = Math.ceil((message.length + 9) / 64) * 64;
  const bytes = new Uint8Array(size);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(size - 8, BigInt(message.length) * 8n, littleEndian);
  return view;
}

function rotate(x: number, n: number): number {
  return (x << n) | (x >>> (32 - n));
}

function hex(words: Int32Array | Uint32Array, littleEndian: boolean): string {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word, littleEndian));
  return Array.from(new Uint8Array(view.buffer), (b) => b.toString(16).padStart(2, "0")).join("");
}

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const MD5_SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

export function md5(message: Uint8Array): string {
  const view = padded(message, true);
  const state = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const g = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + f + (MD5_SINES[i] as number) + view.getInt32(block + g * 4, true)) | 0;
      a = d;
      d = c;
      c = b;
      b = (b + rotate(sum, MD5_SHIFTS[round * 4 + (i & 3)] as number)) | 0;
    }
    [a, b, c, d].forEach((x, i) => (state[i] = ((state[i] as number) + x) | 0));
  }
  return hex(state, true);
}

export function sha1(message: Uint8Array): string {
  const view = padded(message, false);
  const state = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0);
  const w = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 80; i++) {
      w[i] =
        i < 16
          ? view.getInt32(block + i * 4)
          : rotate((w[i - 3] as number) ^ (w[i - 8] as number) ^ (w[i - 14] as number) ^ (w[i - 16] as number), 1);
    }
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      const next = (rotate(a, 5) + f + e + k + (w[i] as number)) | 0;
      e = d;
      d = c;
      c = rotate(b, 30);
      b = a;
      a = next;
    }
    [a, b, c, d, e].forEach((x, i) => (state[i] = ((state[i] as number) + x) | 0));
  }
  return hex(state, false);
}

const PRIMES = primes(64);
/** Fractions of square and cube roots of the first primes, as the standard makes its constants. */
const SHA256_START = Int32Array.from(PRIMES.slice(0, 8), (p) => fractionBits(Math.sqrt(p)));
const SHA256_ROUNDS = Int32Array.from(PRIMES, (p) => fractionBits(Math.cbrt(p)));

function primes(count: number): number[] {
  const out: number[] = [];
  for (let n = 2; out.length < count; n++) if (out.every((p) => n % p !== 0)) out.push(n);
  return out;
}

function fractionBits(x: number): number {
  return Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
}

export function sha256(message: Uint8Array): string {
  const view = padded(message, false);
  const state = SHA256_START.slice();
  const w = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = view.getInt32(block + i * 4);
        continue;
      }
      const x = w[i - 15] as number;
      const y = w[i - 2] as number;
      const s0 = rotate(x, 25) ^ rotate(x, 14) ^ (x >>> 3);
      const s1 = rotate(y, 15) ^ rotate(y, 13) ^ (y >>> 10);
      w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
    }
    const v = state.slice();
    for (let i = 0; i < 64; i++) {
      const [a, b, c, d, e, f, g, h] = v as unknown as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const s1 = rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (SHA256_ROUNDS[i] as number) + (w[i] as number)) | 0;
      const s0 = rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      v.set([(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g]);
    }
    v.forEach((x, i) => (state[i] = ((state[i] as number) + x) | 0));
  }
  return hex(state, false);
}

const P1 = 0x9e3779b185ebca87n,
  P2 = 0xc2b2ae3d27d4eb4fn,
  P3 = 0x165667b19e3779f9n,
  P4 = 0x85ebca77c2b2ae63n,
  P5 = 0x27d4eb2f165667c5n;
const MASK = (1n << 64n) - 1n;

function rotate64(x: bigint, n: bigint): bigint {
  return ((x << n) | (x >> (64n - n))) & MASK;
}

function round64(acc: bigint, lane: bigint): bigint {
  return (rotate64((acc + lane * P2) & MASK, 31n) * P1) & MASK;
}

/** xxHash64 with seed 0, as a signed long. */
export function xxHash64(message: Uint8Array): bigint {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const length = message.length;
  let at = 0;
  let h: bigint;
  if (length >= 32) {
    const v = [(P1 + P2) & MASK, P2, 0n, (MASK + 1n - P1) & MASK];
    for (; at + 32 <= length; at += 32) {
      for (let k = 0; k < 4; k++) v[k] = round64(v[k] as bigint, view.getBigUint64(at + k * 8, true));
    }
    const [a, b, c, d] = v as [bigint, bigint, bigint, bigint];
    h = (rotate64(a, 1n) + rotate64(b, 7n) + rotate64(c, 12n) + rotate64(d, 18n)) & MASK;
    for (const lane of v) h = ((h ^ round64(0n, lane)) * P1 + P4) & MASK;
  } else h = P5;
  h = (h + BigInt(length)) & MASK;
  for (; at + 8 <= length; at += 8)
    h = (rotate64(h ^ round64(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  if (at + 4 <= length) {
    h = (rotate64(h ^ ((BigInt(view.getUint32(at, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < length; at++) h = (rotate64(h ^ ((BigInt(view.getUint8(at)) * P5) & MASK), 11n) * P1) & MASK;
  h = ((h ^ (h >> 33n)) * P2) & MASK;
  h = ((h ^ (h >> 29n)) * P3) & MASK;
  return BigInt.asIntN(64, h ^ (h >> 32n));
}

/** What is hashed of a value: a text's UTF-8, a number's or time's eight bytes, the printed form of all else. */
function bytesOf(value: Value): Uint8Array {
  if (typeof value === "string") return utf8(value);
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === "bigint") view.setBigInt64(0, value, true);
  else if (typeof value === "number") view.setFloat64(0, value, true);
  else if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  else if (value !== null && typeof value === "object" && "ticks" in value && value.kind !== "duration")
    view.setBigInt64(0, value.ticks, true);
  else return utf8(printValue(value));
  return new Uint8Array(view.buffer);
}

function modulo(hash: bigint, mod: bigint | undefined): bigint | null {
  if (mod === undefined) return hash;
  return mod <= 0n ? null : BigInt.asUintN(64, hash) % mod;
}

/**
 * Stirs several hashes into one. Kusto docs, "hash_combine()": how the service does it is not said, and may change; its
 * one example is made by none of the usual formulas (boost's, Java's, FNV's, Murmur's, CityHash's, xxHash's, tried with
 * their constants).
 */
function combined(hashes: readonly bigint[]): bigint {
  return BigInt.asIntN(
    64,
    hashes.reduce((all, h) => {
      const mixed = BigInt.asUintN(64, h) + 0x9e3779b97f4a7c15n + ((all << 6n) & MASK) + (all >> 2n);
      return (all ^ mixed) & MASK;
    }, 0n),
  );
}

/** Hexadecimal digits of a digest over a value's text. */
function digest(
  name: string,
  says: string,
  example: readonly [string, string],
  fn: (bytes: Uint8Array) => string,
): ScalarFunction {
  return define(
    name,
    { says, examples: [example] },
    each(["source: string"], "string", (text) => fn(utf8(text))),
    each(["source: any"], "string", (value) => fn(utf8(printValue(value)))),
  );
}

const xx: readonly Signature[] = [
  each(["source: string", "mod?: long"], "long", (text, mod) => modulo(xxHash64(utf8(text)), mod)),
  each(["source: any", "mod?: long"], "long", (value, mod) => modulo(xxHash64(bytesOf(value)), mod)),
];

export const hashes: readonly ScalarFunction[] = [
  define(
    "hash",
    {
      says: "A 64-bit hash of a value, or what is left of it after dividing.",
      examples: [
        ['hash("World")', "1846988464401551951"],
        ['hash("World", 100)', "51"],
        ["hash(datetime(2015-01-01))", "1380966698541616202"],
      ],
    },
    ...xx,
  ),
  define(
    "hash_xxhash64",
    {
      says: "The xxHash64 of a value.",
      examples: [['hash_xxhash64("World")', "1846988464401551951"]],
    },
    ...xx,
  ),
  digest(
    "hash_md5",
    "The MD5 of a value's text, in hexadecimal.",
    ['hash_md5("World")', "f5a7924e621e84c9280a9a27e1bcb7f6"],
    md5,
  ),
  digest(
    "hash_sha1",
    "The SHA-1 of a value's text, in hexadecimal.",
    ['hash_sha1("World")', "70c07ec18ef89c5309bbb0937f3a6342411e1fdd"],
    sha1,
  ),
  digest(
    "hash_sha256",
    "The SHA-256 of a value's text, in hexadecimal.",
    ['hash_sha256("World")', "78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524"],
    sha256,
  ),
  define(
    "hash_combine",
    {
      says: "One hash of several, the same for the same ones in the same order; not the number of Kusto's service.",
      examples: [['hash_combine(hash("a"), hash("b")) == hash_combine(hash("a"), hash("b"))', "true"]],
    },
    each(["hash: long", "...others: long"], "long", (...all) => combined(all)),
  ),
  define(
    "hash_many",
    {
      says: "One hash of several values, as hash_combine over their hashes; not the number of Kusto's service.",
      examples: [['hash_many("a", "b") == hash_combine(hash("a"), hash("b"))', "true"]],
    },
    each(["...values: any"], "long", (...all) => combined(all.map((v) => xxHash64(bytesOf(v))))),
  ),
];
