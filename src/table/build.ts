/** Builders: columns that grow row by row, one kind of builder per kind of storage. */
import { Dictionary, markDistinct, asDecimal, longOf, textOf } from "./column";
import type { Column } from "./column";
import { digitsAt } from "./decimal";
import type { Decimal } from "./decimal";
import type { ScalarType } from "./type";
import type { Value } from "./value";

/** A column in the making. */
export interface Builder {
  readonly type: ScalarType;
  readonly length: number;
  /**
   * Appends a value that fits the type (null is a null): numbers as bigint or number, times as `Ticks` or bare ticks,
   * guids as `Guid` or text. Throws on a value of another kind: readers coerce first.
   */
  push(value: Value): void;
  pushNull(): void;
  /** The column of all rows so far. The builder must not be used again. */
  finish(): Column;
}

/** A builder for strings and guids that skips the detour over values. */
export interface WordBuilder extends Builder {
  readonly type: "string" | "guid";
  pushWord(word: string): void;
}

/** A builder for longs, datetimes and timespans that takes bare integers. */
export interface LongBuilder extends Builder {
  readonly type: "long" | "datetime" | "timespan";
  pushLong(value: bigint): void;
}

/** An empty builder of a type. */
export function builder(type: "string" | "guid"): WordBuilder;
export function builder(type: "long" | "datetime" | "timespan"): LongBuilder;
export function builder(type: ScalarType): Builder;
export function builder(type: ScalarType): Builder {
  switch (type) {
    case "bool": return new NumberBuilder(type, (n) => new Uint8Array(n), (v) => (v === true ? 1 : 0));
    case "int": return new NumberBuilder(type, (n) => new Int32Array(n), numberOf);
    case "real": return new NumberBuilder(type, (n) => new Float64Array(n), numberOf);
    case "long": case "datetime": case "timespan": return new Longs(type);
    case "string": case "guid": return new Words(type);
    case "decimal": return new Decimals();
    case "dynamic": return new Values();
    default: return type satisfies never;
  }
}

/** Null marks that cost nothing until the first null. */
class Nulls {
  private marks: Uint8Array | null = null;

  mark(row: number): void {
    if (this.marks === null || row >= this.marks.length) {
      const grown = new Uint8Array(Math.max(64, (row + 1) * 2));
      if (this.marks !== null) grown.set(this.marks);
      this.marks = grown;
    }
    this.marks[row] = 1;
  }

  finish(length: number): Uint8Array | null {
    if (this.marks === null) return null;
    if (this.marks.length >= length) return this.marks.slice(0, length);
    const full = new Uint8Array(length);
    full.set(this.marks);
    return full;
  }
}

function numberOf(value: Value): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  throw new TypeError(`Cannot append a ${typeof value} to a column of numbers`);
}

type Numbers = Uint8Array | Int32Array | Float64Array;

class NumberBuilder implements Builder {
  length = 0;
  private data: Numbers;
  private readonly nulls = new Nulls();

  constructor(
    readonly type: "bool" | "int" | "real",
    private readonly make: (n: number) => Numbers,
    private readonly read: (value: Value) => number,
  ) {
    this.data = make(64);
  }

  push(value: Value): void {
    if (value === null) return this.pushNull();
    this.room();
    this.data[this.length++] = this.read(value);
  }

  pushNull(): void {
    this.room();
    this.nulls.mark(this.length++);
  }

  finish(): Column {
    const { type, length } = this;
    return { type, data: this.data.slice(0, length), length, nulls: this.nulls.finish(length) } as Column;
  }

  private room(): void {
    if (this.length < this.data.length) return;
    const grown = this.make(this.data.length * 2);
    grown.set(this.data);
    this.data = grown;
  }
}

class Longs implements LongBuilder {
  length = 0;
  private data = new BigInt64Array(64);
  private readonly nulls = new Nulls();

  constructor(readonly type: "long" | "datetime" | "timespan") {}

  push(value: Value): void {
    if (value === null) this.pushNull();
    else this.pushLong(longOf(value));
  }

  pushLong(value: bigint): void {
    this.room();
    this.data[this.length++] = value;
  }

  pushNull(): void {
    this.room();
    this.nulls.mark(this.length++);
  }

  finish(): Column {
    const { type, length } = this;
    return { type, data: this.data.slice(0, length), length, nulls: this.nulls.finish(length) };
  }

  private room(): void {
    if (this.length < this.data.length) return;
    const grown = new BigInt64Array(this.data.length * 2);
    grown.set(this.data);
    this.data = grown;
  }
}

class Words implements WordBuilder {
  length = 0;
  private codes = new Uint32Array(64);
  private readonly dictionary = new Dictionary();
  private readonly nulls = new Nulls();

  constructor(readonly type: "string" | "guid") {}

  push(value: Value): void {
    if (value === null) this.pushNull();
    else this.pushWord(textOf(value));
  }

  pushWord(word: string): void {
    this.room();
    this.codes[this.length++] = this.dictionary.code(word);
  }

  pushNull(): void {
    this.room();
    this.nulls.mark(this.length++);
  }

  finish(): Column {
    const { type, length } = this;
    const words = markDistinct(this.dictionary.words.length > 0 ? this.dictionary.words : [""]);
    return { type, codes: this.codes.slice(0, length), words, length, nulls: this.nulls.finish(length) };
  }

  private room(): void {
    if (this.length < this.codes.length) return;
    const grown = new Uint32Array(this.codes.length * 2);
    grown.set(this.codes);
    this.codes = grown;
  }
}

class Decimals implements Builder {
  readonly type = "decimal";
  private readonly values: (Decimal | null)[] = [];

  get length(): number {
    return this.values.length;
  }

  push(value: Value): void {
    this.values.push(value === null ? null : asDecimal(value));
  }

  pushNull(): void {
    this.values.push(null);
  }

  finish(): Column {
    const scale = this.values.reduce((most, d) => (d !== null && d.scale > most ? d.scale : most), 0);
    const nulls = new Nulls();
    const data = this.values.map((d, row) => {
      if (d !== null) return digitsAt(d, scale);
      nulls.mark(row);
      return 0n;
    });
    return { type: this.type, data, scale, length: data.length, nulls: nulls.finish(data.length) };
  }
}

class Values implements Builder {
  readonly type = "dynamic";
  private readonly data: Value[] = [];
  private readonly nulls = new Nulls();

  get length(): number {
    return this.data.length;
  }

  push(value: Value): void {
    if (value === null) this.nulls.mark(this.data.length);
    this.data.push(value);
  }

  pushNull(): void {
    this.push(null);
  }

  finish(): Column {
    return { type: this.type, data: this.data, length: this.data.length, nulls: this.nulls.finish(this.data.length) };
  }
}
