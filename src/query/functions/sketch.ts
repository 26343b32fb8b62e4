/**
 * Sketches that stand in dynamic values: sets for `hll()` and weighted values for `tdigest()`. Their layout is opaque
 * in Kusto (docs: "the precise binary representation may change"). Ours: a set is its smallest hashes, exact as long as
 * all fit, from which counts of unions and of intersections follow (bottom-k sketch); a digest is its values in order
 * with their weights, exact as long as they are few, merged to neighbours above that, the least and the greatest kept.
 */
import { compare, isArray, kindOf, printValue } from "../../table";
import type { Value } from "../../table";
import { xxHash64 } from "./hash";

// ---- sets ----------------------------------------------------------------------------------------------------------

/** Hashes kept, by accuracy: the error is one by the root of it (Kusto docs, "hll()", "Estimation accuracy"). */
const KEPT: readonly number[] = [4096, 16_384, 65_536, 131_072, 262_144];
const HASHES = 1n << 64n;
const UTF8 = new TextEncoder();

/** A set of which at most `most` hashes are kept. */
export interface HashSet {
  readonly most: number;
  readonly hashes: Set<bigint>;
}

/** An empty set of an accuracy from 0 to 4; what is no accuracy is 1. */
export function emptySet(accuracy: Value): HashSet {
  const n = typeof accuracy === "bigint" || typeof accuracy === "number" ? Number(accuracy) : 1;
  return { most: KEPT[n] ?? KEPT[1]!, hashes: new Set() };
}

/** The hash of a value in a set. */
export function hashOf(value: Value): bigint {
  return BigInt.asUintN(64, xxHash64(UTF8.encode(printValue(value))));
}

/** Adds a hash; what does not fit is thrown out now and then. */
export function addHash(set: HashSet, hash: bigint): void {
  set.hashes.add(hash);
  if (set.hashes.size > set.most * 2) prune(set);
}

function prune({ most, hashes }: HashSet): void {
  if (hashes.size <= most) return;
  const all = BigUint64Array.from(hashes).sort();
  for (let i = most; i < all.length; i++) hashes.delete(all[i]!);
}

/** The set as a dynamic value. */
export function setValue(set: HashSet): Value {
  prune(set);
  return [[BigInt(set.most), 64n], [...BigUint64Array.from(set.hashes).sort()].map((h) => BigInt.asIntN(64, h)), []];
}

/** The set that a dynamic value is; null for anything else. */
export function readSet(value: Value): HashSet | null {
  if (!isArray(value) || value.length !== 3) return null;
  const [head, hashes, rest] = value as readonly [Value, Value, Value];
  if (!isArray(head) || head.length !== 2 || head[1] !== 64n || !isArray(hashes) || !isArray(rest)) return null;
  const most = Number(head[0]);
  if (!KEPT.includes(most) || hashes.length > most || !hashes.every((h) => typeof h === "bigint")) return null;
  return { most, hashes: new Set(hashes.map((h) => BigInt.asUintN(64, h))) };
}

/** One set of several, as exact as the least exact of them; null when one is none. */
export function mergeSets(sets: readonly (HashSet | null)[]): HashSet | null {
  if (sets.length === 0 || sets.includes(null)) return null;
  const all = sets as readonly HashSet[];
  const merged: HashSet = { most: Math.min(...all.map((s) => s.most)), hashes: new Set() };
  for (const { hashes } of all) for (const hash of hashes) addHash(merged, hash);
  prune(merged);
  return merged;
}

/** How many values were added: exact below the size of the sketch. */
export function countOf(set: HashSet): number {
  prune(set);
  const { most, hashes } = set;
  if (hashes.size < most) return hashes.size;
  let largest = 0n;
  for (const hash of hashes) if (hash > largest) largest = hash;
  return Math.round(((hashes.size - 1) / Number(largest)) * Number(HASHES));
}

/** How many values all sets have: the share of the union's hashes that each of them has, of the union. */
export function countShared(sets: readonly HashSet[]): number {
  const union = mergeSets(sets);
  if (union === null) return 0;
  let shared = 0;
  for (const hash of union.hashes) if (sets.every((s) => s.hashes.has(hash))) shared++;
  return union.hashes.size < union.most ? shared : Math.round((countOf(union) * shared) / union.hashes.size);
}

// ---- digests -------------------------------------------------------------------------------------------------------

/** Values that a digest keeps at most; twice as many while it grows. */
const MOST_VALUES = 2048;

/** Values in order with their weights. */
export interface Digest {
  readonly values: readonly Value[];
  readonly weights: readonly number[];
}

/** A digest that grows. */
export class DigestBuilder {
  private values: Value[] = [];
  private weights: number[] = [];

  /** A value that counts `weight` times; null and what weighs nothing are left out. */
  add(value: Value, weight: number): void {
    if (value === null || !(weight > 0)) return;
    this.values.push(value);
    this.weights.push(weight);
    if (this.values.length >= MOST_VALUES * 8) this.settle();
  }

  finish(): Digest {
    this.settle();
    return { values: this.values, weights: this.weights };
  }

  private settle(): void {
    ({ values: this.values, weights: this.weights } = squeezed(inOrder(this.values, this.weights)));
  }
}

/** Equal values made one. */
function inOrder(values: readonly Value[], weights: readonly number[]): { values: Value[]; weights: number[] } {
  const order = Uint32Array.from(values.keys()).sort((a, b) => compare(values[a]!, values[b]!) || a - b);
  const out: { values: Value[]; weights: number[] } = { values: [], weights: [] };
  for (const i of order) {
    const last = out.values.length - 1;
    if (last >= 0 && compare(out.values[last]!, values[i]!) === 0) out.weights[last]! += weights[i]!;
    else {
      out.values.push(values[i]!);
      out.weights.push(weights[i]!);
    }
  }
  return out;
}

/**
 * Neighbours merged where there are too many: as in a t-digest finer towards both ends (scale function k1 of Dunning and
 * Ertl, "Computing extremely accurate quantiles using t-digests", 2019). A merged value is the one in the middle of the
 * weight, so that each value of a digest is one that was added.
 */
function squeezed(digest: { values: Value[]; weights: number[] }): { values: Value[]; weights: number[] } {
  const { values, weights } = digest;
  if (values.length <= MOST_VALUES) return digest;
  const total = weights.reduce((a, b) => a + b, 0);
  const scale = (q: number): number => (MOST_VALUES / Math.PI) * Math.asin(2 * Math.min(1, q) - 1);
  const out: { values: Value[]; weights: number[] } = { values: [], weights: [] };
  let before = 0;
  for (let from = 0; from < values.length;) {
    const low = scale(before / total);
    let to = from + 1;
    let weight = weights[from]!;
    while (to < values.length - 1 && from > 0 && scale((before + weight + weights[to]!) / total) - low <= 1) weight += weights[to++]!;
    let middle = from;
    for (let half = weights[from]!; half < weight / 2; half += weights[++middle]!);
    out.values.push(values[middle]!);
    out.weights.push(weight);
    before += weight;
    from = to;
  }
  return out;
}

/** The digest as a dynamic value. */
export function digestValue({ values, weights }: Digest): Value {
  return [[7n], [...values], weights.map((w) => (Number.isInteger(w) ? BigInt(w) : w))];
}

/** The digest that a dynamic value is; null for anything else. */
export function readDigest(value: Value): Digest | null {
  if (!isArray(value) || value.length !== 3) return null;
  const [head, values, weights] = value as readonly [Value, Value, Value];
  if (!isArray(head) || head.length !== 1 || head[0] !== 7n || !isArray(values) || !isArray(weights)) return null;
  if (values.length !== weights.length) return null;
  const numbers = weights.map((w) => (typeof w === "bigint" || typeof w === "number" ? Number(w) : NaN));
  return numbers.every((w) => w > 0) ? { values, weights: numbers } : null;
}

/** One digest of several; null when one is none. */
export function mergeDigests(digests: readonly (Digest | null)[]): Digest | null {
  if (digests.length === 0 || digests.includes(null)) return null;
  const merged = new DigestBuilder();
  for (const d of digests as readonly Digest[]) d.values.forEach((value, i) => merged.add(value, d.weights[i]!));
  return merged.finish();
}

/** The smallest value at or below which `percent` of the weight lies; null for an empty digest. */
export function percentileOf({ values, weights }: Digest, percent: number): Value {
  if (values.length === 0 || Number.isNaN(percent)) return null;
  const rank = (percent / 100) * weights.reduce((a, b) => a + b, 0);
  let reached = 0;
  for (let i = 0; i < values.length; i++) {
    reached += weights[i]!;
    if (reached >= rank - 1e-9) return values[i]!;
  }
  return values.at(-1) ?? null;
}

/** The weight of the values at or below one; null where they cannot be compared. */
export function rankOf({ values, weights }: Digest, value: Value): number | null {
  if (values.length > 0 && family(values[0]!) !== family(value)) return null;
  let rank = 0;
  for (let i = 0; i < values.length && compare(values[i]!, value) <= 0; i++) rank += weights[i]!;
  return rank;
}

/** All that a digest counts. */
export function weightOf({ weights }: Digest): number {
  return weights.reduce((a, b) => a + b, 0);
}

function family(value: Value): string {
  const kind = kindOf(value);
  return kind === "long" || kind === "real" || kind === "decimal" ? "number" : kind;
}
