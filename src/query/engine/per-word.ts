/**
 * Expressions that read one text column: computed once for each word that the rows hold, over all batches with the same
 * dictionary, and handed out by code. A million rows with five thousand distinct texts cost five thousand computations.
 */
import { gather, nullColumn } from "../../table";
import type { Column, ScalarType, Value, WordColumn } from "../../table";

/** Words of a dictionary for each row that was met, above which a memory of its words is not worth its room. */
const WORDS_PER_ROW = 32;
/** Dynamic values may be large, and are remembered of small dictionaries alone. */
const MOST_DYNAMIC = 1 << 15;

/** An expression's values by word. `compute` gives them for a column of words, as long as it or of length 1. */
export class PerWord {
  private readonly memories = new WeakMap<readonly string[], Memory>();
  private readonly rowsMet = new WeakMap<readonly string[], number>();

  constructor(private readonly type: ScalarType, private readonly compute: (column: WordColumn) => Column) {}

  /** The expression's value in every row of a column. */
  of(column: WordColumn): Column {
    const { words, length } = column;
    if (column.nulls !== null || length === 0) return this.compute(column);
    let memory = this.memories.get(words);
    if (memory === undefined) {
      const met = (this.rowsMet.get(words) ?? 0) + length;
      this.rowsMet.set(words, met);
      const large = words.length > WORDS_PER_ROW * met || (this.type === "dynamic" && words.length > MOST_DYNAMIC);
      if (large || this.type === "decimal") return this.compute(column);
      this.memories.set(words, (memory = memoryOf(this.type, words.length)));
    }
    this.learn(column, memory);
    return memory.take(column);
  }

  /** Computes the words of a column that were not met before. */
  private learn(column: WordColumn, memory: Memory): void {
    if (memory.left === 0) return;
    const { codes, length, words, type } = column;
    const { known } = memory;
    const fresh = new Uint32Array(Math.min(length, memory.left));
    let count = 0;
    for (let row = 0; row < length; row++) {
      const code = codes[row]!;
      if (known[code] === 1) continue;
      known[code] = 1;
      fresh[count++] = code;
    }
    if (count === 0) return;
    memory.left -= count;
    const learned = fresh.subarray(0, count);
    const values = this.compute({ type, codes: learned, words, length: count, nulls: null });
    memory.store(learned, values.length === count ? values : gather(values, new Uint32Array(count)));
  }
}

/** What is known by now of a dictionary's words. */
abstract class Memory {
  readonly known: Uint8Array;
  /** How many words are not known yet. */
  left: number;
  protected nulls: Uint8Array | null = null;

  constructor(protected readonly size: number) {
    this.known = new Uint8Array(size);
    this.left = size;
  }

  /** Remembers the values of words by their codes. */
  store(codes: Uint32Array, values: Column): void {
    if (values.nulls !== null) {
      const nulls = (this.nulls ??= new Uint8Array(this.size));
      for (let i = 0; i < codes.length; i++) nulls[codes[i]!] = values.nulls[i]!;
    }
    this.put(codes, values);
  }

  protected nullsOf({ codes, length }: WordColumn): Uint8Array | null {
    const { nulls } = this;
    if (nulls === null) return null;
    const out = new Uint8Array(length);
    let some = 0;
    for (let i = 0; i < length; i++) some |= out[i] = nulls[codes[i]!]!;
    return some === 0 ? null : out;
  }

  protected abstract put(codes: Uint32Array, values: Column): void;
  abstract take(column: WordColumn): Column;
}

function memoryOf(type: ScalarType, size: number): Memory {
  switch (type) {
    case "bool": return new Bools(size);
    case "string": case "guid": return new Texts(type, size);
    case "int": case "real": case "long": case "datetime": case "timespan": return new Cells(type, size);
    case "dynamic": return new Values(size);
    case "decimal": throw new TypeError("Decimals of words are not remembered");
    default: return type satisfies never;
  }
}

class Bools extends Memory {
  private readonly data = new Uint8Array(this.size);

  protected put(codes: Uint32Array, values: Column): void {
    const { data } = values as Extract<Column, { type: "bool" }>;
    for (let i = 0; i < codes.length; i++) this.data[codes[i]!] = data[i]!;
  }

  take(column: WordColumn): Column {
    const { codes, length } = column;
    const from = this.data;
    const data = new Uint8Array(length);
    for (let i = 0; i < length; i++) data[i] = from[codes[i]!]!;
    return { type: "bool", data, length, nulls: this.nullsOf(column) };
  }
}

/** Texts share the codes of the words that they come from; a place of a word that was not met has no text yet. */
class Texts extends Memory {
  private readonly words: string[] = new Array<string>(this.size);

  constructor(private readonly type: "string" | "guid", size: number) {
    super(size);
  }

  protected put(codes: Uint32Array, values: Column): void {
    const { codes: own, words } = values as WordColumn;
    for (let i = 0; i < codes.length; i++) this.words[codes[i]!] = words[own[i]!] ?? "";
  }

  take(column: WordColumn): Column {
    const { codes, length } = column;
    return { type: this.type, codes, words: this.words, length, nulls: this.nullsOf(column) };
  }
}

/** Numbers and times. */
class Cells extends Memory {
  private readonly cells: Column;

  constructor(private readonly type: "int" | "real" | "long" | "datetime" | "timespan", size: number) {
    super(size);
    this.cells = nullColumn(type, size);
  }

  protected put(codes: Uint32Array, values: Column): void {
    const into = this.cells.type === this.type ? this.cells : values;
    if (into.type === "int" && values.type === "int") for (let i = 0; i < codes.length; i++) into.data[codes[i]!] = values.data[i]!;
    else if (into.type === "real" && values.type === "real") {
      for (let i = 0; i < codes.length; i++) into.data[codes[i]!] = values.data[i]!;
    } else if ("data" in into && into.data instanceof BigInt64Array && "data" in values && values.data instanceof BigInt64Array) {
      for (let i = 0; i < codes.length; i++) into.data[codes[i]!] = values.data[i]!;
    }
  }

  take(column: WordColumn): Column {
    return gather({ ...this.cells, nulls: this.nulls }, column.codes);
  }
}

class Values extends Memory {
  private readonly data = new Array<Value>(this.size).fill(null);

  protected put(codes: Uint32Array, values: Column): void {
    const { data } = values as Extract<Column, { type: "dynamic" }>;
    for (let i = 0; i < codes.length; i++) this.data[codes[i]!] = data[i] ?? null;
  }

  take(column: WordColumn): Column {
    const { codes, length } = column;
    const data = new Array<Value>(length);
    for (let i = 0; i < length; i++) data[i] = this.data[codes[i]!]!;
    return { type: "dynamic", data, length, nulls: this.nullsOf(column) };
  }
}
