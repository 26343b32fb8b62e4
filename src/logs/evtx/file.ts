/**
 * Event logs (.evtx), as they come: a file header, then chunks of 64 KB each. Of a damaged file everything is read that can
 * be: chunks are looked for where they should be and beside it, records where the one before ends and behind it. What is
 * lost is told. Source: libevtx, "File header", "Chunk".
 */
import type { Json } from "../../base";
import { excerpt } from "../report";
import type { Report } from "../report";
import { brokenBy, Chunk, CHUNK, CHUNK_HEADER, RECORD_HEADER } from "./chunk";
import type { KnownTemplates, RecordPlace } from "./chunk";
import { Events } from "./event";
import { Values } from "./value";

const FILE_MAGIC = [0x45, 0x6c, 0x66, 0x46, 0x69, 0x6c, 0x65, 0x00];
const CHUNK_MAGIC = [0x45, 0x6c, 0x66, 0x43, 0x68, 0x6e, 0x6b, 0x00];
/** Bytes of the file header with what belongs to it. */
const FILE_HEADER = 4096;

/** Whether a file's first bytes are those of an event log, or of one that lost its header. */
export function isEventLog(head: Uint8Array): boolean {
  if (hasAt(head, 0, FILE_MAGIC) || hasAt(head, 0, CHUNK_MAGIC)) return true;
  return hasAt(head, FILE_HEADER, CHUNK_MAGIC) && !head.subarray(0, 8).some((byte) => byte >= 32 && byte < 127);
}

/** Takes events as they are read; false ends the reading. */
export type TakeEvent = (event: Map<string, Json>) => boolean;

/** Reads a file that comes in pieces. */
export class EventLog {
  /** Records that were read, and those that were there and could not be. */
  records = 0;
  lost = 0;
  /** Bytes of the file before those that are kept. */
  private base = 0;
  private readonly kept = new Uint8Array(2 * CHUNK);
  private length = 0;
  private begun = false;
  /** Chunks that the file header tells of, and those that were there. */
  private declared = 0;
  private found = 0;
  private number = 0;
  /** Whether nothing more is wanted. */
  full = false;
  private readonly repeated = new Set<string>();
  /** Records of this chunk that were read with another one's templates. */
  private borrowed = 0;
  /** Bytes up to here that are no chunk, and where they begin. */
  private stray: { readonly number: number; readonly from: number; to: number } | undefined;
  private readonly values: Values;
  private readonly known: KnownTemplates = new Map();

  /** `trimmed`: texts without the blanks at their end. */
  constructor(private readonly report: Report, private readonly take: TakeEvent, { trimmed = false } = {}) {
    this.values = new Values(trimmed);
  }

  /** What comes next of the file; yields behind each chunk, so that the caller can pause. */
  *push(piece: Uint8Array): Generator<undefined, void> {
    for (let from = 0; from < piece.length && !this.full;) {
      const part = piece.subarray(from, from + this.kept.length - this.length);
      this.kept.set(part, this.length);
      this.length += part.length;
      from += part.length;
      // Some bytes more than a chunk: where a chunk is missing, the next one's mark may begin in its last bytes.
      while (this.length >= CHUNK + 8 && !this.full) {
        this.drop(this.step());
        yield;
      }
    }
  }

  /** The file is at its end. */
  *end(): Generator<undefined, void> {
    while (this.length > 0 && !this.full) {
      this.drop(Math.min(this.length, this.step()));
      yield;
    }
    this.tellStray();
    if (this.found < this.declared && !this.full) {
      this.report.whole("warning", "logs-evtx-chunk", `The file header tells of ${this.declared} chunks; ${this.found} are there.`);
    }
    if (this.repeated.size > 0) {
      const names = [...this.repeated].slice(0, 8).map((name) => `'${excerpt(name)}'`).join(", ");
      this.report.whole("info", "logs-evtx-twice", `Some events hold ${names} more than once; the last of each is read.`);
    }
    if (this.lost > 0) {
      const read = `${this.records} events were read`;
      this.report.whole("warning", "logs-evtx-lost", `${read}; ${this.lost} more are damaged and left out.`);
    }
  }

  private drop(bytes: number): void {
    this.kept.copyWithin(0, bytes, this.length);
    this.length -= bytes;
    this.base += bytes;
  }

  /** Looks at what is at the front; the answer is how many bytes were done with. */
  private step(): number {
    const { kept, length } = this;
    if (!this.begun) {
      this.begun = true;
      return this.fileHeader();
    }
    if (hasAt(kept, 0, CHUNK_MAGIC)) return this.chunk(false);
    if (this.looksLikeChunk()) return this.chunk(true);
    const next = this.nextChunk(1);
    const upTo = next < 0 ? Math.min(CHUNK, length) : next;
    if (!isEmpty(kept, upTo)) {
      if (this.stray?.to !== this.base) this.tellStray();
      this.stray ??= { number: this.number, from: this.base, to: 0 };
      this.stray.to = this.base + upTo;
    }
    // Chunks without anything are room that the log has not used yet.
    this.number++;
    return upTo;
  }

  private tellStray(): void {
    if (this.stray === undefined) return;
    const { number, from, to } = this.stray;
    this.stray = undefined;
    this.report.whole("warning", "logs-evtx-chunk", `Chunk ${number} (byte ${from}): ${to - from} bytes are no chunk of an event log; they are left out.`);
  }

  private fileHeader(): number {
    const { kept, length } = this;
    if (hasAt(kept, 0, CHUNK_MAGIC)) {
      this.report.whole("warning", "logs-evtx-header", "The file begins with a chunk; the file header before it is missing.");
      return 0;
    }
    const view = new DataView(kept.buffer, 0, Math.max(length, 128));
    const size = view.getUint16(40, true);
    this.declared = hasAt(kept, 0, FILE_MAGIC) && length >= FILE_HEADER ? view.getUint16(42, true) : 0;
    if (!hasAt(kept, 0, FILE_MAGIC)) {
      this.report.whole("warning", "logs-evtx-header", "The file header is damaged; chunks are read all the same.");
    } else if (length < FILE_HEADER) {
      this.report.whole("error", "logs-evtx-header", `The file ends after ${length} bytes, inside of its header.`);
    } else if (view.getUint32(120, true) & 1) {
      this.report.whole("info", "logs-evtx-dirty", "The log was in use when it was copied: its newest events may be missing.");
    }
    return size >= 128 && hasAt(kept, size, CHUNK_MAGIC) ? size : FILE_HEADER;
  }

  /** Where a chunk begins, at or behind a place of what is kept; -1 when none does. */
  private nextChunk(from: number): number {
    const { kept } = this;
    const to = Math.min(CHUNK, this.length - 8);
    for (let at = kept.indexOf(0x45, from); at >= 0 && at <= to; at = kept.indexOf(0x45, at + 1)) {
      if (hasAt(kept, at, CHUNK_MAGIC)) return at;
    }
    return -1;
  }

  /** Whether a record is where a chunk has its first. */
  private looksLikeChunk(): boolean {
    if (this.length < CHUNK_HEADER + RECORD_HEADER) return false;
    const chunk = this.chunkHere();
    const record = chunk.recordAt(CHUNK_HEADER);
    return record !== undefined && chunk.isClosed(record);
  }

  private chunkHere(): Chunk {
    return new Chunk(this.kept.subarray(0, Math.min(CHUNK, this.length)), this.values, this.known);
  }

  /** `nameless`: its mark is damaged, and so its header may be. */
  private chunk(nameless: boolean): number {
    this.tellStray();
    const short = this.length < CHUNK;
    if (short) {
      const left = this.length < CHUNK_HEADER ? ", which is less than its header; it is left out" : "";
      this.report.whole("warning", "logs-evtx-chunk", `${this.place()}: the file ends ${this.length} bytes into the chunk${left}.`);
      if (left !== "") return this.length;
    }
    this.found++;
    const chunk = this.chunkHere();
    const header = chunk.header();
    const wrong = nameless ? ["its mark is damaged", ...header.wrong] : short ? [] : header.wrong;
    if (wrong.length > 0) {
      this.report.whole("warning", "logs-evtx-chunk", `${this.place()}: ${wrong.join(", ")}; its records are read all the same.`);
    }
    const lostBefore = this.lost;
    const read = this.readRecords(chunk, nameless || short ? chunk.bytes.length : header.free);
    // The numbers of a sound header tell how many there were.
    const there = Number(header.last - header.first) + 1;
    if (read.lastId !== header.last && wrong.length === 0 && there > read.count && there <= CHUNK / (RECORD_HEADER + 4)) {
      const told = this.lost - lostBefore;
      const missing = there - read.count;
      if (missing > told) this.lost += missing - told;
      this.report.whole("warning", "logs-evtx-chunk", `${this.place()}: ${missing} of its ${there} records are not there or not readable.`);
    }
    const troubled = wrong.length > 0 || short || this.lost > lostBefore;
    const next = troubled ? this.nextChunk(CHUNK_HEADER) : -1;
    this.number++;
    return next > 0 ? next : CHUNK;
  }

  private readRecords(chunk: Chunk, free: number): { count: number; lastId: bigint } {
    const events = new Events(chunk);
    this.borrowed = 0;
    let count = 0;
    let lastId = -1n;
    let at = CHUNK_HEADER;
    while (!this.full) {
      const record = chunk.recordAt(at);
      // Behind the end that the header tells, records go on only where it was not brought up to date.
      if (at >= free && (record === undefined || record.id !== lastId + 1n || !chunk.isClosed(record))) break;
      if (record !== undefined && chunk.isClosed(record)) {
        count += this.readRecord(events, record, true);
        lastId = record.id;
        at += record.size;
        continue;
      }
      if (free - at < RECORD_HEADER || isEmpty(chunk.bytes, free, at)) break;
      // Its end is not what it says. It may be whole up to there; what comes next must be looked for.
      const whole = record !== undefined && this.readRecord(events, record, false) === 1;
      if (whole) count++;
      const next = chunk.nextRecord(at + (whole ? RECORD_HEADER : 1), free);
      const upTo = next < 0 ? free : next;
      if (!whole) {
        this.lost++;
        const what = record === undefined ? "no record begins here" : `the record ${record.id} does not end where it says`;
        this.report.whole("warning", "logs-evtx-record", `${this.place(at)}: ${what}; ${upTo - at} bytes are left out.`);
      }
      if (next < 0) break;
      at = next;
    }
    for (const name of events.repeated) this.repeated.add(name);
    if (this.borrowed > 0) {
      const some = this.borrowed === 1 ? "1 record was" : `${this.borrowed} records were`;
      this.report.whole("info", "logs-evtx-template", `${this.place()}: ${some} read with templates of other chunks, as its own are damaged.`);
    }
    return { count, lastId };
  }

  /** 1 when it was read. `sure`: when not, that is told. */
  private readRecord(events: Events, record: RecordPlace, sure: boolean): number {
    const place = () => `${this.place(record.at)}: record ${record.id}`;
    try {
      const event = events.read(record.at + RECORD_HEADER, record.at + record.size - 4);
      for (const lost of events.lost) this.report.whole("warning", "logs-evtx-part", `${place()}: ${lost}.`);
      if (!sure) this.report.whole("warning", "logs-evtx-part", `${place()}: its end is damaged.`);
      if (events.borrowed) this.borrowed++;
      this.records++;
      if (!this.take(event)) this.full = true;
      return 1;
    } catch (problem) {
      const broken = brokenBy(problem);
      if (!sure) return 0;
      this.lost++;
      this.report.whole("warning", "logs-evtx-record", `${place()} cannot be read: ${broken.message}.`);
      return 0;
    }
  }

  /** Where in the file something is. */
  private place(at = 0): string {
    return `Chunk ${this.number} (byte ${this.base + at})`;
  }
}

function hasAt(bytes: Uint8Array, at: number, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[at + i] === byte);
}

function isEmpty(bytes: Uint8Array, to: number, from = 0): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}
