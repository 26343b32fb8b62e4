/** A small writer of binary event logs, so that tests can say what is in one. Sources as in `src/logs/evtx`. */
import { crc32 } from "../../src/logs/evtx/crc32";

export interface Value {
  readonly type: number;
  readonly bytes: readonly number[] | ((chunk: ChunkWriter) => void);
}
export type Content = string | { readonly slot: number } | { readonly cdata: string } | { readonly entity: string } | { readonly character: number } | Element;
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | { readonly slot: number }>>;
  readonly content: readonly Content[];
}
export interface Template {
  readonly root: Element;
}
export interface LogRecord {
  readonly template: Template;
  readonly values: readonly Value[];
}

export const slot = (n: number) => ({ slot: n });
export const element = (name: string, attributes: Element["attributes"] = {}, ...content: Content[]): Element => ({ name, attributes, content });

const little = (n: bigint, bytes: number) => Array.from({ length: bytes }, (_, i) => Number((n >> BigInt(8 * i)) & 0xffn));
const utf16 = (text: string) => Array.from(text, (_, i) => little(BigInt(text.charCodeAt(i)), 2)).flat();
const view = (set: (view: DataView) => void, size: number) => {
  const bytes = new Uint8Array(size);
  set(new DataView(bytes.buffer));
  return [...bytes];
};

/** Values, by their types' numbers. */
export const value = {
  none: { type: 0, bytes: [] } as Value,
  text: (text: string): Value => ({ type: 1, bytes: utf16(text) }),
  ansi: (bytes: readonly number[]): Value => ({ type: 2, bytes }),
  whole: (type: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10, n: bigint): Value => ({ type, bytes: little(n, [1, 1, 2, 2, 4, 4, 8, 8][type - 3] ?? 8) }),
  real32: (n: number): Value => ({ type: 0x0b, bytes: view((v) => { v.setFloat32(0, n, true); }, 4) }),
  real64: (n: number): Value => ({ type: 0x0c, bytes: view((v) => { v.setFloat64(0, n, true); }, 8) }),
  bool: (n: number): Value => ({ type: 0x0d, bytes: little(BigInt(n), 4) }),
  binary: (bytes: readonly number[]): Value => ({ type: 0x0e, bytes }),
  guid: (bytes: readonly number[]): Value => ({ type: 0x0f, bytes }),
  sizeT: (n: bigint, bytes: 4 | 8): Value => ({ type: 0x10, bytes: little(n, bytes) }),
  fileTime: (ticks: bigint): Value => ({ type: 0x11, bytes: little(ticks, 8) }),
  systemTime: (...parts: number[]): Value => ({ type: 0x12, bytes: parts.flatMap((n) => little(BigInt(n), 2)) }),
  sid: (authority: number, ...parts: number[]): Value => ({
    type: 0x13, bytes: [1, parts.length, 0, 0, 0, 0, 0, authority, ...parts.flatMap((n) => little(BigInt(n), 4))],
  }),
  hex32: (n: bigint): Value => ({ type: 0x14, bytes: little(n, 4) }),
  hex64: (n: bigint): Value => ({ type: 0x15, bytes: little(n, 8) }),
  texts: (...texts: string[]): Value => ({ type: 0x81, bytes: texts.flatMap((text) => [...utf16(text), 0, 0]) }),
  array: (type: number, items: readonly Value[]): Value => ({ type: type | 0x80, bytes: items.flatMap((item) => item.bytes as number[]) }),
  of: (type: number, bytes: readonly number[]): Value => ({ type, bytes }),
  nested: (record: LogRecord): Value => ({ type: 0x21, bytes: (chunk) => { chunk.fragment(record); } }),
  /** An element without a template, and without dependency identifiers. */
  bare: (root: Element): Value => ({ type: 0x21, bytes: (chunk) => { chunk.bare(root); } }),
};

/** Writes one chunk: names and templates stand where they are used first. */
export class ChunkWriter {
  readonly bytes = new Uint8Array(0x1_0000);
  readonly view = new DataView(this.bytes.buffer);
  at = 512;
  private readonly names = new Map<string, number>();
  private readonly templates = new Map<Template, number>();
  private first = -1n;
  private last = -1n;
  /** Where each record begins. */
  readonly records: number[] = [];

  put(...bytes: number[]): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  put16(n: number): void {
    this.view.setUint16(this.at, n, true);
    this.at += 2;
  }

  put32(n: number): void {
    this.view.setUint32(this.at, n, true);
    this.at += 4;
  }

  name(name: string): void {
    const known = this.names.get(name);
    if (known !== undefined) {
      this.put32(known);
      return;
    }
    this.put32(this.at + 4);
    this.names.set(name, this.at);
    this.put(0, 0, 0, 0, 0, 0);
    this.put16(name.length);
    this.put(...utf16(name), 0, 0);
  }

  /** A number of bytes that is known when they are written. */
  private sized(write: () => void): void {
    const at = this.at;
    this.at += 4;
    write();
    this.view.setUint32(at, this.at - at - 4, true);
  }

  element(root: Element, dependency: boolean): void {
    const attributes = Object.entries(root.attributes);
    this.put(attributes.length > 0 ? 0x41 : 0x01);
    if (dependency) this.put16(0xffff);
    this.sized(() => {
      this.name(root.name);
      if (attributes.length > 0) {
        this.sized(() => {
          attributes.forEach(([name, piece], i) => {
            this.put(i + 1 < attributes.length ? 0x46 : 0x06);
            this.name(name);
            this.content(piece, dependency);
          });
        });
      }
      if (root.content.length === 0) {
        this.put(0x03);
        return;
      }
      this.put(0x02);
      for (const piece of root.content) this.content(piece, dependency);
      this.put(0x04);
    });
  }

  private content(piece: Content, dependency: boolean): void {
    if (typeof piece === "string") {
      this.put(0x05, 0x01);
      this.put16(piece.length);
      this.put(...utf16(piece));
    } else if ("slot" in piece) {
      this.put(0x0e);
      this.put16(piece.slot);
      this.put(0);
    } else if ("cdata" in piece) {
      this.put(0x07);
      this.put16(piece.cdata.length);
      this.put(...utf16(piece.cdata));
    } else if ("entity" in piece) {
      this.put(0x09);
      this.name(piece.entity);
    } else if ("character" in piece) {
      this.put(0x08);
      this.put16(piece.character);
    } else this.element(piece, dependency);
  }

  bare(root: Element): void {
    this.put(0x0f, 1, 1, 0);
    this.element(root, false);
    this.put(0);
  }

  fragment({ template, values }: LogRecord): void {
    this.put(0x0f, 1, 1, 0, 0x0c, 1);
    this.put32(0xabcd_0000 + template.root.name.length * 256 + template.root.content.length);
    const known = this.templates.get(template);
    this.put32(known ?? this.at + 4);
    if (known === undefined) {
      this.templates.set(template, this.at);
      this.put(...new Array<number>(20).fill(0));
      this.sized(() => {
        this.put(0x0f, 1, 1, 0);
        this.element(template.root, true);
        this.put(0);
      });
    }
    this.put32(values.length);
    const descriptors = this.at;
    this.at += 4 * values.length;
    values.forEach((each, i) => {
      const from = this.at;
      if (typeof each.bytes === "function") each.bytes(this);
      else this.put(...each.bytes);
      this.view.setUint16(descriptors + 4 * i, this.at - from, true);
      this.view.setUint8(descriptors + 4 * i + 2, each.type);
    });
  }

  record(id: bigint, record: LogRecord): void {
    const from = this.at;
    this.records.push(from);
    this.put32(0x2a2a);
    this.at += 4;
    this.view.setBigUint64(this.at, id, true);
    this.at += 16;
    this.fragment(record);
    this.put(0);
    this.put32(0);
    const size = this.at - from;
    this.view.setUint32(from + 4, size, true);
    this.view.setUint32(this.at - 4, size, true);
    if (this.first < 0n) this.first = id;
    this.last = id;
  }

  /** The chunk with its header. */
  done(): Uint8Array {
    const { bytes, view: header } = this;
    bytes.set(marks("ElfChnk\0"));
    header.setBigUint64(8, this.first, true);
    header.setBigUint64(16, this.last, true);
    header.setBigUint64(24, this.first, true);
    header.setBigUint64(32, this.last, true);
    header.setUint32(40, 128, true);
    header.setUint32(44, this.records.at(-1) ?? 512, true);
    header.setUint32(48, this.at, true);
    header.setUint32(52, crc32(bytes, 512, this.at), true);
    header.setUint32(124, crc32(bytes, 128, 512, crc32(bytes, 0, 120)), true);
    return bytes;
  }
}

const marks = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** A file of these chunks. */
export function fileOf(...chunks: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(4096 + chunks.length * 0x1_0000);
  const header = new DataView(file.buffer);
  file.set(marks("ElfFile\0"));
  header.setUint32(32, 128, true);
  header.setUint16(36, 1, true);
  header.setUint16(38, 3, true);
  header.setUint16(40, 4096, true);
  header.setUint16(42, chunks.length, true);
  header.setUint32(124, crc32(file, 0, 120), true);
  chunks.forEach((chunk, i) => { file.set(chunk, 4096 + i * 0x1_0000); });
  return file;
}

/** A file of these records, from the number 1, all in one chunk. */
export function logOf(...records: readonly LogRecord[]): Uint8Array {
  return fileOf(chunkOf(1n, ...records));
}

export function chunkOf(first: bigint, ...records: readonly LogRecord[]): Uint8Array {
  const chunk = new ChunkWriter();
  records.forEach((record, i) => { chunk.record(first + BigInt(i), record); });
  return chunk.done();
}

/** The template that nearly all events have: the system part, and a place (18) for what is the provider's own. */
export const EVENT: Template = {
  root: element(
    "Event", { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
    element(
      "System", {},
      element("Provider", { Name: slot(0), Guid: slot(1) }), element("EventID", { Qualifiers: slot(4) }, slot(3)),
      element("Version", {}, slot(11)), element("Level", {}, slot(2)), element("Task", {}, slot(5)), element("Opcode", {}, slot(6)),
      element("Keywords", {}, slot(7)), element("TimeCreated", { SystemTime: slot(8) }), element("EventRecordID", {}, slot(10)),
      element("Correlation", { ActivityID: slot(12) }), element("Execution", { ProcessID: slot(13), ThreadID: slot(14) }),
      element("Channel", {}, slot(15)), element("Computer", {}, slot(16)), element("Security", { UserID: slot(17) }),
    ),
    slot(18),
  ),
};

/** An event with the usual system part. */
export function event(id: bigint, channel: string, data: Value, over: Readonly<{ [place: number]: Value }> = {}): LogRecord {
  const values: Value[] = [
    value.text("Provider"), value.none, value.whole(4, 4n), value.whole(6, id), value.none, value.whole(6, 1n), value.whole(4, 0n),
    value.hex64(0x8020_0000_0000_0000n), value.fileTime(133_500_000_012_345_678n), value.none, value.whole(10, 7n), value.whole(4, 2n),
    value.none, value.whole(8, 4n), value.whole(8, 8n), value.text(channel), value.text("pc"), value.sid(5, 18), data,
  ];
  for (const [place, other] of Object.entries(over)) values[Number(place)] = other;
  return { template: EVENT, values };
}

/** EventData with these names, each with its value. */
export function data(fields: Readonly<{ [name: string]: Value }>): Value {
  const names = Object.keys(fields);
  const key = names.join("\0");
  let template = made.get(key);
  if (template === undefined) {
    template = { root: element("EventData", {}, ...names.map((name, i) => element("Data", { Name: name }, slot(i)))) };
    made.set(key, template);
  }
  return value.nested({ template, values: Object.values(fields) });
}

const made = new Map<string, Template>();
