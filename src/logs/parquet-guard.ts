/**
 * What a Parquet file says of itself, looked at before a reader believes it: sizes of pages, numbers of values, lengths of
 * runs. A page that says more than there is would be filled in for hours, so it is refused here. Sources: parquet-format,
 * `parquet.thrift` and Encodings.md; Thrift's compact protocol.
 */
import type { ColumnChunk, SchemaTree } from "hyparquet";

/** Bytes that one page may become: its header says how many it wants. */
export const MOST_PAGE = 256 << 20;
/** Values of lists in one chunk of a column; a column without lists has one for each row. */
const MOST_VALUES = 1 << 25;
/** Structures in structures: of a schema, and of what describes the file. */
const DEEPEST = 48;

const DATA = 0, DICTIONARY = 2, DATA_2 = 3;
const PLAIN_DICTIONARY = 2, RLE = 3, DELTA_BINARY = 5, DELTA_TEXT = 7, SPLIT = 9, RLE_DICTIONARY = 8;

/** Makes the bytes of a page out of those of the file. */
export type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

function refuse(what: string): never {
  throw new RangeError(what);
}

/** A cursor that ends where its bytes do. */
class Cursor {
  constructor(readonly bytes: Uint8Array, public at = 0, readonly end = bytes.length) {}

  byte(): number {
    if (this.at >= this.end) refuse("it ends in the middle of a page");
    return this.bytes[this.at++]!;
  }

  /** A number of variable length, of ten bytes at most; its low 32 bits, signed, as the reader behind makes them. */
  varint(): number {
    let value = 0;
    for (let n = 0; n < 10; n++) {
      const byte = this.byte();
      value |= (byte & 0x7f) << (7 * n);
      if (byte < 0x80) return value;
    }
    return refuse("a number in it has no end");
  }

  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Four bytes, the least first. */
  word(): number {
    return (this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  skip(count: number): void {
    if (!(count >= 0) || count > this.end - this.at) refuse("a length in it goes over its end");
    this.at += count;
  }
}

type Struct = ReadonlyMap<number, number | Struct>;

/** A structure of the compact protocol; of its fields, numbers of 32 bits, truths and structures are kept. */
function struct(cursor: Cursor, depth = 0): Struct {
  if (depth > DEEPEST) refuse("its description is too deep");
  const fields = new Map<number, number | Struct>();
  for (let id = 0; ;) {
    const head = cursor.byte();
    const type = head & 15;
    if (type === 0) return fields;
    id = head >> 4 === 0 ? cursor.zigzag() : id + (head >> 4);
    const value = element(cursor, type, depth);
    if (value === undefined) fields.delete(id);
    else fields.set(id, value);
  }
}

function element(cursor: Cursor, type: number, depth: number): number | Struct | undefined {
  switch (type) {
    case 1: return 1;
    case 2: return 0;
    case 3: return void cursor.skip(1);
    case 4: case 5: return cursor.zigzag();
    case 6: return void cursor.varint();
    case 7: return void cursor.skip(8);
    case 8: return void cursor.skip(cursor.varint());
    case 9: {
      const head = cursor.byte();
      const count = head >> 4 === 15 ? cursor.varint() : head >> 4;
      // Each element has a byte at least.
      if (count < 0 || count > cursor.end - cursor.at) refuse("a list in it is longer than the file");
      const of = head & 15;
      for (let i = 0; i < count; i++) element(cursor, of === 1 || of === 2 ? 3 : of, depth + 1);
      return undefined;
    }
    case 12: return struct(cursor, depth + 1);
    default: return refuse("its description holds what no such file has");
  }
}

/** Looks at the description of a file, the last bytes of which are given; refuses one that cannot be read in its time. */
export function checkDescription(footer: Uint8Array): void {
  struct(new Cursor(footer));
}

/** How a column is nested. */
interface Nesting {
  readonly definition: number;
  readonly repetition: number;
  readonly width: number;
  readonly type: string | undefined;
}

/** The leaf that a path names, with what stands above it. */
function nestingOf(schema: SchemaTree, path: readonly string[]): Nesting {
  if (path.length > DEEPEST) refuse("its columns are too deep");
  let node = schema;
  let [definition, repetition] = [0, schema.element.repetition_type === "REPEATED" ? 1 : 0];
  for (const name of path) {
    const child = node.children.find((each) => each.element.name === name);
    if (child === undefined) return refuse("a column is not in its schema");
    node = child;
    if (node.element.repetition_type !== "REQUIRED") definition++;
    if (node.element.repetition_type === "REPEATED") repetition++;
  }
  if (path.length === 0 || node.children.length > 0) refuse("a column is a structure in its schema");
  return { definition, repetition, width: node.element.type_length ?? 0, type: node.element.type };
}

/** The bytes of a file where a chunk of a column is. */
export function placeOf(chunk: ColumnChunk): { readonly from: number; readonly to: number } | undefined {
  const { meta_data: meta } = chunk;
  if (meta === undefined) return undefined;
  const from = Number(meta.dictionary_page_offset ?? 0n) || Number(meta.data_page_offset);
  return { from, to: from + Number(meta.total_compressed_size) };
}

/** What the pages of a whole file may become together: much more than any that was not made to harm. */
export class Budget {
  private left: number;

  constructor(size: number) {
    this.left = (1 << 30) + 256 * size;
  }

  spend(bytes: number): void {
    if ((this.left -= bytes) < 0) refuse("its pages become too many bytes");
  }
}

/** Looks at all pages of a chunk of a column; refuses what would be read without an end or a bound. */
export function checkColumn(
  chunk: ColumnChunk, bytes: Uint8Array, rows: number, schema: SchemaTree, unpackers: Readonly<Record<string, Unpack>>, budget: Budget,
): void {
  const { meta_data: meta } = chunk;
  if (meta === undefined) return;
  const nesting = nestingOf(schema, meta.path_in_schema);
  const most = nesting.repetition === 0 ? rows : Math.min(Number(meta.num_values), MOST_VALUES);
  const unpack = (packed: Uint8Array, length: number): Uint8Array => {
    const unpacked = meta.codec === "UNCOMPRESSED" ? packed : unpackers[meta.codec]?.(packed, length);
    return unpacked ?? refuse(`pages packed by ${meta.codec} are not read`);
  };
  const cursor = new Cursor(bytes);
  const flat = meta.path_in_schema.length === 1 && nesting.repetition === 0;
  let read = 0;
  while (cursor.at < bytes.length - 1 && !(flat && read >= rows)) {
    const header = struct(cursor);
    const number = (of: Struct | undefined, id: number): number => {
      const value = of?.get(id);
      return typeof value === "number" && value >= 0 ? value : refuse("a page has a length or a number below nothing, or none");
    };
    const inner = (id: number): Struct | undefined => {
      const value = header.get(id);
      return typeof value === "object" ? value : undefined;
    };
    const [type, length, packed] = [number(header, 1), number(header, 2), number(header, 3)];
    if (length > MOST_PAGE) refuse(`a page of ${length} bytes is not read`);
    budget.spend(length);
    const body = bytes.subarray(cursor.at, cursor.at + packed);
    cursor.skip(packed);
    if (type === DICTIONARY) {
      if (number(inner(7), 1) > length * 8) refuse("a dictionary has more words than letters");
      continue;
    }
    if (type !== DATA && type !== DATA_2) refuse("a page is of no kind that there is");
    const second = type === DATA_2;
    const head = inner(second ? 8 : 5);
    const values = number(head, 1);
    read += values;
    if (read > most) refuse(`a column has more values than its ${rows} rows`);
    if (second) {
      const [definitions, repetitions] = [number(head, 5), number(head, 6)];
      if (number(head, 2) > values || number(head, 3) > most) refuse("a page counts more than it has");
      if (definitions + repetitions > packed || definitions + repetitions > length) refuse("a page is shorter than its parts");
      if (nesting.repetition > 0) runs(new Cursor(body), bits(nesting.repetition), values);
      if (nesting.definition > 0) runs(new Cursor(body, repetitions), bits(nesting.definition), values);
      const rest = body.subarray(definitions + repetitions);
      const plain = head?.get(7) === 0 ? rest : unpack(rest, length - definitions - repetitions);
      content(new Cursor(plain), number(head, 4), values, () => values - number(head, 2), nesting, true);
    } else {
      const page = new Cursor(unpack(body, length));
      const levels = (deepest: number): Cursor => {
        const size = page.word();
        const from = page.at;
        // The reader goes by the number of values, not by the size; where the values stand is told by the size alone.
        runs(new Cursor(page.bytes, from), bits(deepest), values);
        page.skip(size);
        return new Cursor(page.bytes, from);
      };
      if (nesting.repetition > 0) levels(nesting.repetition);
      const definitions = nesting.definition > 0 ? levels(nesting.definition) : undefined;
      const there = (): number => (definitions === undefined ? values : runs(definitions, bits(nesting.definition), values, nesting.definition));
      content(page, number(head, 2), values, there, nesting, false);
    }
  }
}

const bits = (greatest: number): number => 32 - Math.clz32(greatest);

/**
 * Goes over runs (Encodings.md, RLE/bit-packing hybrid) until there are as many values as wanted or no bytes. Counts the
 * values that are `wanted`, where it is asked to.
 */
function runs(cursor: Cursor, width: number, values: number, wanted?: number): number {
  if (width > 32) refuse("a value of a page has more than 32 bits");
  let count = 0;
  for (let seen = 0; seen < values && cursor.at < cursor.end;) {
    const head = cursor.varint();
    if (head < 0) refuse("a run in a page is too long");
    if ((head & 1) === 0) {
      const many = head >>> 1;
      // A run over the end of its page is filled in by readers.
      if (many > values - seen) refuse("a run in a page has more values than the page");
      let value = 0;
      for (let i = 0; i < (width + 7) >> 3 && cursor.at < cursor.end; i++) value |= cursor.byte() << (8 * i);
      if (value === wanted) count += Math.min(many, values - seen);
      seen += many;
      continue;
    }
    const many = (head >>> 1) * 8;
    if (many > values - seen + 8192) refuse("a run in a page has more values than the page");
    const from = cursor.at;
    if (wanted !== undefined) for (let i = 0; i < many && seen + i < values; i++) if (bitsAt(cursor.bytes, from * 8 + i * width, width) === wanted) count++;
    cursor.at = Math.min(cursor.end, from + (many * width) / 8);
    seen += many;
  }
  return count;
}

/** Some bits of bytes, the lowest first; 32 at most. */
function bitsAt(bytes: Uint8Array, from: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value |= (((bytes[(from + i) >> 3] ?? 0) >> ((from + i) & 7)) & 1) << i;
  return value;
}

/** Looks at the values of a page where what they say of themselves makes work. `there` counts those that are not null. */
function content(page: Cursor, encoding: number, values: number, there: () => number, nesting: Nesting, second: boolean): void {
  switch (encoding) {
    case PLAIN_DICTIONARY: case RLE_DICTIONARY: case RLE: {
      if (second ? encoding === RLE : nesting.type === "BOOLEAN") {
        page.skip(4);
        runs(page, 1, values);
      } else if (page.at < page.end) runs(page, page.byte(), values);
      break;
    }
    case DELTA_BINARY:
      if (there() > 0) deltas(page, values, false);
      break;
    case DELTA_TEXT: {
      const count = there();
      if (count === 0) break;
      const prefixes = deltas(page, count, true);
      const suffixes = deltas(page, count, true);
      let before = 0;
      for (let i = 0; i < count; i++) {
        const [prefix, suffix] = [prefixes[i]!, suffixes[i]!];
        if (prefix < 0 || prefix > before || suffix < 0) refuse("a text begins with more of another than that has");
        page.skip(suffix);
        before = prefix + suffix;
        if (before > MOST_PAGE) refuse("a text is longer than a page");
      }
      break;
    }
    case SPLIT: {
      const width = nesting.type === "FIXED_LEN_BYTE_ARRAY" ? nesting.width : 1;
      if (there() * width > page.end - page.at) refuse("a page is shorter than its values");
      break;
    }
  }
}

/** Goes over differences of whole numbers (Encodings.md, delta binary packed); gives the values where they are lengths. */
function deltas(cursor: Cursor, values: number, lengths: boolean): Int32Array {
  const block = cursor.varint();
  const parts = cursor.varint();
  cursor.varint();
  if (block <= 0 || parts <= 0 || block > 1 << 20 || parts > block || block % parts !== 0 || (block / parts) % 8 !== 0) refuse("a page has blocks of no size");
  const each = block / parts;
  const out = new Int32Array(lengths ? values : 0);
  let value = cursor.zigzag();
  let seen = 1;
  if (lengths) out[0] = value;
  while (seen < values && (lengths || cursor.at < cursor.end)) {
    const least = cursor.zigzag();
    const widths = cursor.at;
    cursor.skip(parts);
    for (let part = 0; part < parts && seen < values; part++) {
      const width = cursor.bytes[widths + part]!;
      if (width > 64) refuse("a value of a page has more than 64 bits");
      const from = cursor.at * 8;
      if (lengths) {
        if (width > 32) refuse("a length has more than 32 bits");
        for (let i = 0; i < each && seen + i < values; i++) out[seen + i] = value = (value + least + bitsAt(cursor.bytes, from + i * width, width)) | 0;
      }
      seen += each;
      if (lengths || (each * width) / 8 <= cursor.end - cursor.at) cursor.skip((each * width) / 8);
      else cursor.at = cursor.end;
    }
  }
  return out;
}
