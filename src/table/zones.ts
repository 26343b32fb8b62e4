/**
 * Zones: the smallest and largest value of each block of a stored column, so that a comparison with a constant is often decided
 * for a block without a look at its rows. Only storage that was announced has them, since they pay when it is read again; they
 * are worked out when first asked for, and go with the storage.
 */
import { halvesOf } from "./column";
import type { Column } from "./column";

/** Bounds of the values in some rows. A null row's hidden value counts too. */
export interface Bounds {
  readonly least: bigint | number;
  readonly most: bigint | number;
}

/** Rows of a block. */
const BLOCK = 4096;
/** A column of fewer rows is looked at as quickly as its zones. */
const FEWEST_ROWS = 2 * BLOCK;

type Stored = Int32Array | Float64Array | BigInt64Array;
type Zones = (Bounds | undefined)[];

/** By the buffer of the whole storage. */
const zones = new WeakMap<ArrayBufferLike, Zones>();

function storageOf(column: Column): Stored | undefined {
  switch (column.type) {
    case "int": case "real": case "long": case "datetime": case "timespan": return column.data;
    case "bool": case "string": case "guid": case "decimal": case "dynamic": return undefined;
    default: return column satisfies never;
  }
}

/** Says that a column is a table's own: its rows will be read by more than one query and never change. */
export function announce(column: Column): void {
  const data = storageOf(column);
  if (data === undefined || data.length < FEWEST_ROWS || data.byteLength !== data.buffer.byteLength) return;
  if (!zones.has(data.buffer)) zones.set(data.buffer, []);
}

/**
 * The bounds of a column's values if it is a piece of announced storage; they may be wider than need be. Where NaN is among the
 * values there are none.
 */
export function boundsOf(column: Column): Bounds | undefined {
  const data = storageOf(column);
  const known = data === undefined ? undefined : zones.get(data.buffer);
  if (data === undefined || known === undefined || data.length === 0) return undefined;
  const from = data.byteOffset / data.BYTES_PER_ELEMENT;
  const last = Math.floor((from + data.length - 1) / BLOCK);
  let bounds: Bounds | undefined;
  for (let block = Math.floor(from / BLOCK); block <= last; block++) {
    const own = (known[block] ??= bounded(data, block));
    if (bounds === undefined) bounds = own;
    else {
      const least = own.least < bounds.least ? own.least : bounds.least;
      bounds = { least, most: own.most > bounds.most ? own.most : bounds.most };
    }
    if (Number.isNaN(own.least)) return undefined;
  }
  return bounds;
}

/** The bounds of one block of the storage that `part` is a piece of. */
function bounded(part: Stored, block: number): Bounds {
  const { buffer, BYTES_PER_ELEMENT: width } = part;
  const length = Math.min(BLOCK, Math.floor(buffer.byteLength / width) - block * BLOCK);
  const at = block * BLOCK * width;
  if (part instanceof BigInt64Array) return boundedLongs(new BigInt64Array(buffer, at, length));
  const data = part instanceof Int32Array ? new Int32Array(buffer, at, length) : new Float64Array(buffer, at, length);
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < length; i++) {
    const x = data[i]!;
    if (x < least) least = x;
    if (x > most) most = x;
    if (Number.isNaN(x)) return { least: NaN, most: NaN };
  }
  return { least, most };
}

/** By their words, as a bigint for each row would cost more than all else. */
function boundedLongs(data: BigInt64Array): Bounds {
  const words = halvesOf(data);
  let least = 0;
  let most = 0;
  for (let i = 1; i < data.length; i++) {
    const high = words[i * 2 + 1]! | 0;
    const low = words[i * 2]!;
    const leastHigh = words[least * 2 + 1]! | 0;
    const mostHigh = words[most * 2 + 1]! | 0;
    if (high < leastHigh || (high === leastHigh && low < words[least * 2]!)) least = i;
    if (high > mostHigh || (high === mostHigh && low > words[most * 2]!)) most = i;
  }
  return { least: data[least]!, most: data[most]! };
}
