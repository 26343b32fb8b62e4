/**
 * One chunk of an event log (64 KB): its header, the names and templates that its records share, and its records. All places
 * inside of a chunk count from its beginning. Sources: libevtx, "Chunk" and "Event record"; [MS-EVEN6] 2.2.12.
 */
import { Broken, chunkBudget } from "./broken";
import type { Budget } from "./broken";
import { crc32 } from "./crc32";
import { ShapeReader } from "./shape";
import type { ElementShape, Inset, Source } from "./shape";
import type { Values } from "./value";

export const CHUNK = 0x1_0000;
/** Bytes of a chunk's header; records follow. */
export const CHUNK_HEADER = 512;
/** Bytes of a record before its event, and those behind it (its size once more). */
export const RECORD_HEADER = 24;
const RECORD_END = 4;
/** Templates that are kept for chunks that lost theirs. */
const KEPT = 4096;

/** A template, read. */
export interface Template {
  readonly roots: readonly (ElementShape | Inset)[];
  /** Values that it names. */
  readonly slots: number;
}

/** Templates of the whole file by their identifier: for a chunk whose own copy is damaged. */
export type KnownTemplates = Map<number, Template>;

/** What a chunk's header says. */
export interface ChunkHeader {
  readonly first: bigint;
  readonly last: bigint;
  /** Where free space begins. */
  readonly free: number;
  /** What does not fit: checksums, sizes. */
  readonly wrong: readonly string[];
}

/** A record's place in its chunk. */
export interface RecordPlace {
  readonly at: number;
  readonly size: number;
  readonly id: bigint;
}

export class Chunk implements Source {
  readonly view: DataView;
  readonly budget: Budget = chunkBudget();
  private readonly names = new Map<number, string>();
  private readonly templates = new Map<number, Template | Broken>();

  constructor(readonly bytes: Uint8Array, readonly values: Values, private readonly known: KnownTemplates) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  name(at: number): string {
    let name = this.names.get(at);
    if (name === undefined) {
      if (at < 0 || at + 10 > this.bytes.length) throw new Broken(`a name is said to be at ${at}, which is outside of its chunk`);
      const units = this.view.getUint16(at + 6, true);
      // Source: XML names of the Windows event schema; what is longer is no name but other bytes.
      if (units > 1024 || units === 0) throw new Broken(`there is no name at ${at} of its chunk`);
      name = this.text(at + 8, units);
      this.names.set(at, name);
    }
    return name;
  }

  text(at: number, units: number): string {
    if (at + 2 * units > this.bytes.length) throw new Broken("a text runs off the chunk");
    return this.values.texts.read(this.bytes, at, units);
  }

  /** The template at a place of the chunk, or the one of this identifier from another chunk. */
  template(at: number, id: number): { readonly template: Template; readonly borrowed: boolean } {
    let found = this.templates.get(at);
    if (found === undefined) {
      try {
        found = this.read(at);
        if (this.known.size < KEPT && !this.known.has(id)) this.known.set(id, found);
      } catch (problem) {
        found = brokenBy(problem);
      }
      this.templates.set(at, found);
    }
    if (!(found instanceof Broken)) return { template: found, borrowed: false };
    const other = this.known.get(id);
    if (other === undefined) throw new Broken(`its template cannot be read: ${found.message}`);
    return { template: other, borrowed: true };
  }

  private read(at: number): Template {
    // Next template (4), identifier (16), length (4), fragment.
    if (at < CHUNK_HEADER || at + 24 > this.bytes.length) throw new Broken(`it is said to be at ${at}, outside of its chunk`);
    const length = this.view.getUint32(at + 20, true);
    if (length > this.bytes.length - at - 24) throw new Broken(`its length of ${length} bytes runs off the chunk`);
    const reader = new ShapeReader(this, at + 24, at + 24 + length);
    const roots = reader.fragment();
    if (roots.length === 0) throw new Broken("it is empty");
    return { roots, slots: reader.slots };
  }

  /** Where the instance behind a definition at `at` goes on. */
  behindTemplate(at: number): number {
    return at + 24 + this.view.getUint32(at + 20, true);
  }

  header(): ChunkHeader {
    const { view, bytes } = this;
    const wrong: string[] = [];
    const free = view.getUint32(48, true);
    const [ofRecords, ofHeader] = [view.getUint32(52, true), view.getUint32(124, true)];
    const sane = free >= CHUNK_HEADER && free <= bytes.length;
    if (!sane) wrong.push(`its free space cannot begin at ${free}`);
    // Logs that were written without checksums have zeros for them.
    if (ofHeader !== 0 && crc32(bytes, 128, CHUNK_HEADER, crc32(bytes, 0, 120)) !== ofHeader) wrong.push("the checksum of its header does not fit");
    if (sane && ofRecords !== 0 && crc32(bytes, CHUNK_HEADER, free) !== ofRecords) wrong.push("the checksum of its records does not fit");
    return { first: view.getBigUint64(24, true), last: view.getBigUint64(32, true), free: sane ? free : bytes.length, wrong };
  }

  /** The record at a place; undefined when there is none, or when its sizes make no sense. */
  recordAt(at: number): RecordPlace | undefined {
    const { view } = this;
    if (at + RECORD_HEADER + RECORD_END > this.bytes.length || view.getUint32(at, true) !== 0x2a2a) return undefined;
    const size = view.getUint32(at + 4, true);
    if (size < RECORD_HEADER + RECORD_END || at + size > this.bytes.length) return undefined;
    return { at, size, id: view.getBigUint64(at + 8, true) };
  }

  /** Whether the size at a record's end is that at its beginning. */
  isClosed(record: RecordPlace): boolean {
    return this.view.getUint32(record.at + record.size - RECORD_END, true) === record.size;
  }

  /** The next place from `from` where a whole record begins; -1 when none does. */
  nextRecord(from: number, to: number): number {
    for (let at = this.bytes.indexOf(0x2a, from); at >= 0 && at < to; at = this.bytes.indexOf(0x2a, at + 1)) {
      const record = this.recordAt(at);
      if (record !== undefined && this.isClosed(record)) return at;
    }
    return -1;
  }
}

/** What went wrong, as {@link Broken}. Reading outside of the bytes is an error of the engine; others are ours and go on. */
export function brokenBy(problem: unknown): Broken {
  if (problem instanceof Broken) return problem;
  if (problem instanceof RangeError) return new Broken("it points outside of its chunk");
  throw problem;
}
