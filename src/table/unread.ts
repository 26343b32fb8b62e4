/**
 * Dynamic columns whose values stay the text they were loaded as until somebody looks at them. To all who use a column
 * it is one like others: its `data` is read when it is asked for, once. Taking rows out of it reads nothing.
 */
import type { Value } from "./value";

/** Distinct values up to which each is remembered when it was read. */
const FEW = 50_000;

/** Values that can be read, each by its code; code 0 is null. */
export class UnreadValues {
  private readonly known: Value[] = [];

  /** `count`: how many there are. */
  constructor(private readonly count: number, private readonly read: (code: number) => Value) {}

  /** A value. Of very many none is remembered: one who looks at a few rows looks at each once. */
  one(code: number): Value {
    if (code === 0) return null;
    return this.known[code] ?? (this.count <= FEW ? (this.known[code] = this.read(code)) : this.read(code));
  }

  /** The values of some rows; equal codes share one. */
  all(codes: Uint32Array): Value[] {
    const { known } = this;
    const values = new Array<Value>(codes.length).fill(null);
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row]!;
      if (code !== 0) values[row] = known[code] ??= this.read(code);
    }
    return values;
  }
}

/** As other dynamic columns are. */
interface DynamicColumn {
  readonly type: "dynamic";
  readonly length: number;
  readonly nulls: Uint8Array | null;
  readonly data: readonly Value[];
}

/** What an unread column is made of. */
export interface Unread {
  readonly codes: Uint32Array;
  readonly values: UnreadValues;
}

/** Columns that nobody has looked at. */
const waiting = new WeakMap<object, Unread>();

/** The column of these rows. */
export function unreadColumn(codes: Uint32Array, values: UnreadValues, nulls: Uint8Array | null): DynamicColumn {
  const made: DynamicColumn = {
    type: "dynamic", length: codes.length, nulls,
    get data(): readonly Value[] {
      const data = values.all(codes);
      Object.defineProperty(made, "data", { value: data, enumerable: true });
      waiting.delete(made);
      return data;
    },
  };
  waiting.set(made, { codes, values });
  return made;
}

/** What a column is made of that nobody has looked at yet; undefined for all others. */
export function unreadOf(column: object): Unread | undefined {
  return waiting.get(column);
}
