/** A column whose cells are set in any order, and again: what an aggregate keeps of a row per group. */
import { builder } from "./build";
import { Dictionary, halvesOf, valueAt } from "./column";
import type { Column, LongColumn, WordColumn } from "./column";
import type { ScalarType } from "./type";
import type { Value } from "./value";

/** Places count from 0; one that was never set is null. */
export interface CellStore {
  /** Makes room for so many places. */
  room(places: number): void;
  /** Copies the cells of the first `count` rows, which must be of the store's type, to as many places. */
  set(places: Uint32Array, from: Column, rows: Uint32Array, count: number): void;
  /** The first so many places. The store must not be used again. */
  finish(places: number): Column;
}

/** An empty store of a type. */
export function cellStore(type: ScalarType): CellStore {
  switch (type) {
    case "string": case "guid": return new Words(type);
    case "long": case "datetime": case "timespan": return new Longs(type);
    case "int": case "real": case "bool": case "decimal": case "dynamic": return new Values(type);
    default: return type satisfies never;
  }
}

/** Marks of places without a value; all are at first. */
class Absent {
  marks = new Uint8Array(16).fill(1);

  room(places: number): void {
    if (places <= this.marks.length) return;
    const larger = new Uint8Array(Math.max(places, this.marks.length * 2)).fill(1);
    larger.set(this.marks);
    this.marks = larger;
  }

  finish(places: number): Uint8Array | null {
    this.room(places);
    const marks = this.marks.slice(0, places);
    return marks.includes(1) ? marks : null;
  }
}

class Words implements CellStore {
  private codes = new Uint32Array(16);
  private readonly absent = new Absent();
  /** The one dictionary that all cells came with so far, or undefined once they came with several. */
  private shared: readonly string[] | undefined;
  private merged: Dictionary | undefined;

  constructor(private readonly type: "string" | "guid") {}

  room(places: number): void {
    this.absent.room(places);
    if (places <= this.codes.length) return;
    const larger = new Uint32Array(this.absent.marks.length);
    larger.set(this.codes);
    this.codes = larger;
  }

  set(places: Uint32Array, from: Column, rows: Uint32Array, count: number): void {
    const { words, codes, nulls } = from as WordColumn;
    const { marks } = this.absent;
    if (this.merged === undefined && words !== (this.shared ??= words)) this.merge();
    const { merged } = this;
    for (let i = 0; i < count; i++) {
      const place = places[i]!;
      const row = rows[i]!;
      if (nulls !== null && nulls[row] === 1) marks[place] = 1;
      else {
        this.codes[place] = merged === undefined ? codes[row]! : merged.code(words[codes[row]!] ?? "");
        marks[place] = 0;
      }
    }
  }

  finish(places: number): Column {
    const nulls = this.absent.finish(places);
    this.room(places);
    const words = this.merged?.words ?? this.shared ?? [];
    return { type: this.type, codes: this.codes.slice(0, places), words: words.length > 0 ? words : [""], length: places, nulls };
  }

  private merge(): void {
    const merged = (this.merged = new Dictionary());
    const { marks } = this.absent;
    for (let i = 0; i < this.codes.length; i++) {
      this.codes[i] = marks[i] === 1 ? 0 : merged.code(this.shared?.[this.codes[i]!] ?? "");
    }
  }
}

class Longs implements CellStore {
  /** Low and high words in turn: copying bigints is several times slower. */
  private halves = new Uint32Array(32);
  private readonly absent = new Absent();

  constructor(private readonly type: "long" | "datetime" | "timespan") {}

  room(places: number): void {
    this.absent.room(places);
    const size = this.absent.marks.length * 2;
    if (size <= this.halves.length) return;
    const larger = new Uint32Array(size);
    larger.set(this.halves);
    this.halves = larger;
  }

  set(places: Uint32Array, from: Column, rows: Uint32Array, count: number): void {
    const { nulls, data } = from as LongColumn;
    const words = halvesOf(data);
    const { halves } = this;
    const { marks } = this.absent;
    for (let i = 0; i < count; i++) {
      const place = places[i]!;
      const row = rows[i]!;
      const isNull = nulls !== null && nulls[row] === 1;
      marks[place] = isNull ? 1 : 0;
      halves[place * 2] = words[row * 2]!;
      halves[place * 2 + 1] = words[row * 2 + 1]!;
    }
  }

  finish(places: number): Column {
    const nulls = this.absent.finish(places);
    this.room(places);
    const data = new BigInt64Array(this.halves.slice(0, places * 2).buffer);
    return { type: this.type, data, length: places, nulls };
  }
}

class Values implements CellStore {
  private readonly cells: Value[] = [];

  constructor(private readonly type: ScalarType) {}

  room(): void {
    // Arrays grow by themselves.
  }

  set(places: Uint32Array, from: Column, rows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) this.cells[places[i]!] = valueAt(from, rows[i]!);
  }

  finish(places: number): Column {
    const out = builder(this.type);
    for (let i = 0; i < places; i++) out.push(this.cells[i] ?? null);
    return out.finish();
  }
}
