/** Files of logs as bytes that come in pieces → text in pieces. A `Blob` fits as it is, and so does a file of the disk. */

/** Something of a known size that can be read from its beginning. */
export interface Bytes {
  /** In bytes. */
  readonly size: number;
  stream(): ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** The bytes from one place to before another; absent where they only come one after the other. */
  slice?(from: number, to: number): Bytes;
  /** How many of `size` were read, where others come out than are read: unpacked ones. */
  readonly taken?: () => number;
}

/** How far a reading is, in bytes. */
export interface LoadProgress {
  readonly read: number;
  readonly size: number;
}

/** Bytes that are decoded at a time: a file comes in smaller pieces, and each costs a look at all its readers. */
const CHUNK = 4 << 20;

/** The text of bytes, piece by piece. UTF-8, or UTF-16 where a byte order mark says so; what is neither shows as U+FFFD. */
export class ByteText {
  /** Whether all of the text was given. */
  ended = false;
  private read = 0;
  private decoder: TextDecoder | undefined;
  private readonly pieces: AsyncIterator<Uint8Array>;
  /** Bytes that came and were not decoded: the beginning of a character. */
  private rest: Uint8Array = new Uint8Array(0);
  /** Where pieces are joined; the same place for all of them. */
  private joined: Uint8Array = new Uint8Array(0);

  /** `chunk`: bytes that are decoded at a time, or a few more. */
  constructor(
    private readonly bytes: Bytes, private readonly onProgress?: (progress: LoadProgress) => void, private readonly chunk = CHUNK,
  ) {
    this.pieces = piecesOf(bytes.stream());
  }

  /** The next characters, some millions of them; fewer, perhaps none, at the end. */
  async next(): Promise<string> {
    const piece = await this.piece();
    return typeof piece === "string" ? piece : new TextDecoder().decode(piece);
  }

  /** The same; as bytes when all of them are ASCII. They hold until the next piece is asked for. */
  async piece(): Promise<string | Uint8Array> {
    const parts = [this.rest];
    let length = this.rest.length;
    do {
      const piece = await this.pieces.next();
      if (piece.done === true) {
        this.ended = true;
        break;
      }
      parts.push(piece.value);
      length += piece.value.length;
      this.read += piece.value.length;
    } while (length < this.chunk);
    this.onProgress?.({ read: this.bytes.taken?.() ?? this.read, size: this.bytes.size });
    if (this.joined.length < length) this.joined = new Uint8Array(length + (this.ended ? 0 : length >> 2));
    const all = join(parts, this.joined.subarray(0, length));
    this.decoder ??= new TextDecoder(encodingOf(all), { ignoreBOM: true });
    const end = this.ended ? length : lastStart(all, this.decoder.encoding);
    this.rest = all.slice(end);
    if (this.decoder.encoding === "utf-8" && isAscii(all, end)) return all.subarray(0, end);
    // Engines decode a whole piece much faster than one of which they remember the last character.
    return this.decoder.decode(all.subarray(0, end));
  }

  /** Nothing more is wanted. */
  async close(): Promise<void> {
    if (!this.ended) await this.pieces.return?.();
  }
}

/** The first bytes of a file, and the file from its beginning: its stream was opened, and may be no second time. */
export async function beginning(bytes: Bytes, length: number): Promise<{ readonly head: Uint8Array; readonly whole: Bytes }> {
  const pieces = piecesOf(bytes.stream());
  const read: Uint8Array[] = [];
  let got = 0;
  while (got < length) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    read.push(piece.value);
    got += piece.value.length;
  }
  async function* again(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* read;
      yield* pieces;
    } finally {
      await pieces.return();
    }
  }
  return { head: join(read, new Uint8Array(got)).subarray(0, length), whole: { ...withParts(bytes), size: bytes.size, stream: again, ...(bytes.taken === undefined ? {} : { taken: bytes.taken }) } };
}

function withParts(bytes: Bytes): Pick<Bytes, "slice"> {
  return bytes.slice === undefined ? {} : { slice: (from, to) => bytes.slice?.(from, to) ?? bytes };
}

/** Reads a stream to its end or until it is left; not all browsers let streams be iterated. */
export async function* piecesOf(stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  if (!("getReader" in stream)) {
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

function join(parts: readonly Uint8Array[], all: Uint8Array): Uint8Array {
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether the first bytes are ASCII; looked at four at a time. */
function isAscii(bytes: Uint8Array, length: number): boolean {
  const whole = length >> 2;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, whole);
  let some = 0;
  for (let i = 0; i < whole; i++) {
    some |= words[i]!;
    if ((i & 1023) === 0 && (some & 0x80808080) !== 0) return false;
  }
  for (let i = whole * 4; i < length; i++) some |= bytes[i]!;
  return (some & 0x80808080) === 0;
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  // `<` and a zero: XML as Windows writes it without a mark.
  if (bytes[0] === 0x3c && bytes[1] === 0) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

/** Where a character begins that goes on behind the bytes; their end when none does. */
function lastStart(bytes: Uint8Array, encoding: string): number {
  const end = bytes.length;
  if (encoding !== "utf-8") {
    const whole = end - (end % 2);
    const high = bytes[encoding === "utf-16le" ? whole - 1 : whole - 2] ?? 0;
    // The first half of a character of four bytes.
    return high >= 0xd8 && high < 0xdc ? whole - 2 : whole;
  }
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? end - back : end;
  }
  return end;
}
