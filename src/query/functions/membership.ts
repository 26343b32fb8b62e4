/**
 * `in`: whether a value is among others. Sets are remembered per array; texts, ints and longs are looked up as they are stored.
 * Sources: Kusto docs, "in operator", "Null values".
 */
import type { Column, LongColumn, Value, WordColumn } from "../../table";
import { coerce, equal, halvesOf, hash, isArray } from "../../table";
import { eitherNull } from "./arithmetic";
import { values } from "./lift";
import type { Signature } from "./scalar";
import { kernel } from "./scalar";

/** How texts are made alike before they are compared; undefined where each is itself alone. */
type Fold = ((text: string) => string) | undefined;

/** Overloads of `in`, or of `in~`. */
export function among(fold: Fold): readonly Signature[] {
  const sets = new Sets(fold);
  return [
    kernel(["value: string", "set: dynamic"], "bool", (args, length) => {
      const [value, set] = args as readonly [WordColumn, Extract<Column, { type: "dynamic" }>];
      const data = new Uint8Array(length);
      const nulls = eitherNull(value, set, length);
      const stepV = value.length === 1 ? 0 : 1;
      const stepS = set.length === 1 ? 0 : 1;
      const { codes, words } = value;
      if (stepS === 0 && isArray(set.data[0] ?? null)) {
        const { texts } = sets.of(set.data[0] as readonly Value[]);
        for (let i = 0; i < length; i++) data[i] = Number(texts.has(words[codes[i * stepV]!] ?? ""));
      } else {
        for (let i = 0; i < length; i++) {
          data[i] = Number(sets.has(set.data[i * stepS] ?? null, words[codes[i * stepV]!] ?? ""));
        }
      }
      return { type: "bool", length, nulls, data };
    }),
    kernel(["value: any", "set: dynamic"], "bool", (args, length) => {
      const [value, set] = args as readonly [Column, Extract<Column, { type: "dynamic" }>];
      const stored = set.length === 1 && value.length === length ? sets.storedAmong(value, set.data[0] ?? null) : undefined;
      if (stored !== undefined) return { type: "bool", length, nulls: null, data: stored };
      const left = values(value, length);
      const right = values(set, length);
      const data = new Uint8Array(length);
      const nulls = new Uint8Array(length);
      // As an "or" of equalities, of which that of two nulls is null. Kusto docs: Null values, "the in operator".
      for (let i = 0; i < length; i++) {
        const [item, items] = [left(i), right(i)];
        if (sets.has(items, item)) data[i] = 1;
        else if (item === null && (items === null || (isArray(items) && flat(items).includes(null)))) nulls[i] = 1;
      }
      return { type: "bool", length, nulls: nulls.includes(1) ? nulls : null, data };
    }),
  ];
}

/** The items of one array, by what they are. */
interface Members {
  readonly texts: Texts;
  /** All that are no texts, by hash. */
  readonly others: ReadonlyMap<number, readonly Value[]>;
  /** Those, where there are no texts and nothing but whole numbers and nulls. */
  readonly wholes: Wholes | undefined;
}

/** Arrays as sets: one for each array that was met. */
class Sets {
  private readonly known = new WeakMap<readonly Value[], Members>();
  private last: { readonly items: readonly Value[]; readonly members: Members } | undefined;

  constructor(private readonly fold: Fold) {}

  of(items: readonly Value[]): Members {
    if (this.last?.items === items) return this.last.members;
    let members = this.known.get(items);
    if (members === undefined) this.known.set(items, (members = membersOf(items, this.fold)));
    this.last = { items, members };
    return members;
  }

  /** Whether a value is among the items; of what is no array, whether it is the same. */
  has(items: Value, value: Value): boolean {
    if (!isArray(items)) return items !== null && this.same(value, items);
    const { texts, others } = this.of(items);
    const text = wordOf(value);
    if (text !== undefined) return texts.has(text);
    if (value === null) return false;
    if (others.get(hash(value))?.some((item) => equal(item, value)) === true) return true;
    return texts.size > 0 && others.size === 0 && texts.has(textOf(value) as string);
  }

  /** The answers for whole numbers by their storage; undefined where the values or the items are something else. */
  storedAmong(value: Column, items: Value): Uint8Array | undefined {
    if (!isArray(items) || value.nulls !== null) return undefined;
    const { wholes } = this.of(items);
    if (value.type === "int") return wholes?.ints(value.data);
    return value.type === "long" ? wholes?.longs(value.data) : undefined;
  }

  private same(a: Value, b: Value): boolean {
    const left = wordOf(a);
    const right = wordOf(b);
    if (left === undefined || right === undefined) return equal(a, b);
    return this.fold === undefined ? left === right : this.fold(left) === this.fold(right);
  }
}

function membersOf(items: readonly Value[], fold: Fold): Members {
  const texts = new Texts(fold);
  const others = new Map<number, Value[]>();
  const wholes: bigint[] = [];
  let rest = 0;
  for (const item of flat(items)) {
    const text = wordOf(item);
    if (text !== undefined) texts.add(text);
    else if (item !== null) {
      const key = hash(item);
      const bucket = others.get(key);
      if (bucket === undefined) others.set(key, [item]);
      else bucket.push(item);
      if (typeof item === "bigint") wholes.push(item);
      else rest++;
    }
  }
  return { texts, others, wholes: texts.size === 0 && rest === 0 ? new Wholes(wholes) : undefined };
}

/** The items, those of arrays inside taken out: `in (dynamic(["a"]), "b")`. */
function flat(items: readonly Value[]): readonly Value[] {
  return items.some(isArray) ? items.flatMap((item) => (isArray(item) ? item : [item])) : items;
}

/** Texts and guids as text: a set of guids may be written as strings. */
function wordOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (value !== null && typeof value === "object" && "kind" in value && value.kind === "guid") return value.text;
  return undefined;
}

/** What a value is as a text; null stays null. */
export function textOf(value: Value): Value {
  return value === null || typeof value === "string" ? value : coerce(value, "string");
}

// ---- texts ---------------------------------------------------------------------------------------------------------

const PLACES = 1024;

/** A set of texts with a sieve before it: of a text that is not in it the length and three characters mostly say so. */
class Texts {
  private readonly texts = new Set<string>();
  private readonly sieve = new Uint8Array(PLACES);

  constructor(private readonly fold: Fold) {}

  get size(): number {
    return this.texts.size;
  }

  add(text: string): void {
    this.texts.add(this.fold === undefined ? text : this.fold(text));
    this.sieve[place(text)] = 1;
  }

  has(text: string): boolean {
    if (this.fold !== undefined) return this.texts.has(this.fold(text));
    return this.sieve[place(text)] === 1 && this.texts.has(text);
  }
}

/** The last character tells most, as ids and paths begin alike. */
function place(text: string): number {
  const last = text.length - 1;
  if (last < 0) return 0;
  const h = text.charCodeAt(last) + Math.imul(text.charCodeAt(last >> 1), 37) + Math.imul(text.charCodeAt(last >> 2), 331);
  return (h + Math.imul(last, 179)) & (PLACES - 1);
}

// ---- whole numbers -------------------------------------------------------------------------------------------------

/** A set of 64-bit integers by their words: open addressing, at most a quarter full. */
class Wholes {
  private readonly used: Uint8Array;
  private readonly low: Int32Array;
  private readonly high: Int32Array;

  constructor(items: readonly bigint[]) {
    let size = 16;
    while (size < items.length * 4) size *= 2;
    this.used = new Uint8Array(size);
    this.low = new Int32Array(size);
    this.high = new Int32Array(size);
    for (const item of items) {
      if (item !== BigInt.asIntN(64, item)) continue;
      const low = Number(BigInt.asIntN(32, item));
      let at = this.start(low);
      while (this.used[at] === 1) at = (at + 1) & (size - 1);
      this.used[at] = 1;
      this.low[at] = low;
      this.high[at] = Number(item >> 32n);
    }
  }

  ints(data: Int32Array): Uint8Array {
    const out = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) out[i] = this.has(data[i]!, data[i]! >> 31);
    return out;
  }

  longs(data: LongColumn["data"]): Uint8Array {
    const words = halvesOf(data);
    const out = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) out[i] = this.has(words[i * 2]! | 0, words[i * 2 + 1]! | 0);
    return out;
  }

  private start(low: number): number {
    return (low ^ (low >>> 11)) & (this.used.length - 1);
  }

  private has(low: number, high: number): 0 | 1 {
    const { used } = this;
    for (let at = this.start(low); used[at] === 1; at = (at + 1) & (used.length - 1)) {
      if (this.low[at] === low && this.high[at] === high) return 1;
    }
    return 0;
  }
}
