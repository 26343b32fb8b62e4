/**
 * Packed files: gzip (members one behind the other too) and ZIP archives → the bytes inside, as they come. What is damaged or cut off
 * is read as far as it goes, and told; how much may come out is limited, and told too. Sources: RFC 1951, RFC 1952; PKWARE
 * APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16 and 4.5.3.
 */
import { Gunzip, Inflate } from "fflate";
import { piecesOf } from "./bytes";
import type { Bytes } from "./bytes";

/** Bytes that unpacking may still make, for a file and all that is packed in it. */
export interface Budget {
  left: number;
  readonly most: number;
}

/** Bytes that one file may become when nobody says how many: a small one can claim to be petabytes. */
export const MOST_UNPACKED = 2 ** 32;

/** Packed bytes that are unpacked at a time: a thousand times as many may come out. */
const STEP = 1 << 14;

/** Whether bytes begin as gzip. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** Whether bytes begin as a ZIP archive. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

/**
 * The file itself, or what is in it when it is gzip; at most 4 GB come out. Findings go to `tell`, in words. The file is
 * read from its beginning each time that `stream` is called.
 */
export async function openGzip(file: Bytes, tell: (problem: string) => void): Promise<Bytes> {
  const pieces = piecesOf(file.stream());
  const first = await pieces.next();
  await pieces.return();
  const packed = first.done !== true && isGzip(first.value);
  return packed ? unpacked(file, "gzip", { left: MOST_UNPACKED, most: MOST_UNPACKED }, tell) : file;
}

/** What the bytes of a packed file become. Findings go to `tell`, in words. */
export function unpacked(packed: Bytes, kind: "gzip" | "deflate", budget: Budget, tell: (problem: string) => void): Bytes {
  let taken = 0;
  async function* stream(): AsyncGenerator<Uint8Array, void> {
    let out: Uint8Array[] = [];
    let made = 0;
    const keep = (piece: Uint8Array): void => {
      if (piece.length > 0) out.push(piece);
      made += piece.length;
    };
    const machine = kind === "gzip" ? new Gunzip(keep) : new Inflate(keep);
    /** Unpacks some bytes; false when that ends the reading. */
    const push = (piece: Uint8Array, last: boolean): boolean => {
      const before = made;
      let problem: string | undefined;
      try {
        machine.push(piece, last);
      } catch {
        problem = last && piece.length === 0 ? "is cut off" : "is damaged";
      }
      budget.left -= made - before;
      if (problem !== undefined) tell(`The packed data ${problem} after ${taken} bytes; what came before that was read.`);
      else if (budget.left < 0) {
        problem = "limit";
        tell(`More than ${sizeOf(budget.most)} would come out of this file: the rest of it was not read.`);
      }
      return problem === undefined;
    };
    for await (const piece of piecesOf(packed.stream())) {
      for (let at = 0; at < piece.length; at += STEP) {
        const part = piece.subarray(at, at + STEP);
        const more = push(part, false);
        taken += part.length;
        yield* out;
        out = [];
        if (!more) return;
      }
    }
    push(new Uint8Array(0), true);
    yield* out;
  }
  return { size: packed.size, stream, taken: () => taken };
}

/** `4 GB`. */
export function sizeOf(bytes: number): string {
  return bytes >= 2 ** 30 ? `${Math.round(bytes / 2 ** 30)} GB` : bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MB` : `${bytes} bytes`;
}

/** All of some bytes; undefined when there are more than that. */
export async function gathered(bytes: Bytes, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(bytes.stream())) {
    parts.push(piece);
    length += piece.length;
    if (length > most) return undefined;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes that are in memory. */
export function bytesOf(all: Uint8Array): Bytes {
  return {
    size: all.length,
    async *stream() {
      yield await Promise.resolve(all);
    },
    slice: (from, to) => bytesOf(all.subarray(from, to)),
  };
}
