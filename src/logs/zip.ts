/** ZIP archives → the files in them, by the directory at their end. Source: PKWARE APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.16, 4.5.3. */
import type { Bytes } from "./bytes";
import { gathered, unpacked } from "./packed";
import type { Budget } from "./packed";
import { excerpt } from "./report";

/** A file in an archive. */
export interface Entry {
  readonly name: string;
  readonly bytes: Bytes;
  /** Packed bytes. */
  readonly size: number;
}

const END = 0x06054b50, END64 = 0x06064b50, LOCATOR64 = 0x07064b50, DIRECTORY = 0x02014b50, LOCAL = 0x04034b50;
/** A comment of 65,535 bytes may stand behind the end record. */
const TAIL = 66_000;
/** Files of one archive that are looked at, and bytes of its directory. */
const MOST_ENTRIES = 10_000;
const MOST_DIRECTORY = 64 << 20;

/** Some bytes of an archive, to read numbers of. */
async function view(archive: Bytes, from: number, to: number): Promise<DataView> {
  const part = archive.slice === undefined ? undefined : await gathered(archive.slice(from, to), to - from);
  const bytes = part ?? new Uint8Array(0);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The files of an archive that can be read; others, and what is wrong with the archive, are told. */
export async function entriesOf(archive: Bytes, budget: Budget, tell: (problem: string) => void): Promise<Entry[]> {
  const place = await directoryOf(archive);
  if (place === undefined || place.size > MOST_DIRECTORY || place.offset + place.size > archive.size) {
    tell("The archive has no directory at its end: it is cut off or damaged.");
    return [];
  }
  const directory = await view(archive, place.offset, place.offset + place.size);
  const entries: Entry[] = [];
  for (let at = 0, n = 0; at + 46 <= directory.byteLength && directory.getUint32(at, true) === DIRECTORY; n++) {
    if (n >= MOST_ENTRIES) {
      tell(`Only the first ${MOST_ENTRIES} files of the archive were looked at.`);
      break;
    }
    const flags = directory.getUint16(at + 8, true);
    const method = directory.getUint16(at + 10, true);
    const nameLength = directory.getUint16(at + 28, true);
    const extraLength = directory.getUint16(at + 30, true);
    const end = at + 46 + nameLength + extraLength + directory.getUint16(at + 32, true);
    if (end > directory.byteLength) break;
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameLength));
    const [size, offset] = large(directory, at, at + 46 + nameLength, extraLength);
    at = end;
    // Folders, and what systems put beside the files.
    if (name.endsWith("/") || /(?:^|\/)(?:__MACOSX\/|\.)/.test(name)) continue;
    if ((flags & 1) !== 0) tell(`'${excerpt(name)}' is encrypted; it was left out.`);
    else if (method !== 0 && method !== 8) tell(`'${excerpt(name)}' is packed in a way (${method}) that is not read here; it was left out.`);
    else {
      const packed = await content(archive, offset, size);
      if (packed === undefined) tell(`'${excerpt(name)}' does not stand where the directory says; it was left out.`);
      else entries.push({ name, size, bytes: method === 0 ? packed : unpacked(packed, "deflate", budget, (problem) => tell(`${excerpt(name)}: ${problem}`)) });
    }
  }
  return entries;
}

/** Where the directory stands. */
async function directoryOf(archive: Bytes): Promise<{ readonly offset: number; readonly size: number } | undefined> {
  const from = Math.max(0, archive.size - TAIL);
  const tail = await view(archive, from, archive.size);
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    const size = tail.getUint32(at + 12, true);
    const offset = tail.getUint32(at + 16, true);
    if (offset !== 0xffffffff && size !== 0xffffffff) return { offset, size };
    if (at < 20 || tail.getUint32(at - 20, true) !== LOCATOR64) return undefined;
    const record = Number(tail.getBigUint64(at - 12, true));
    if (record + 56 > archive.size) return undefined;
    const end64 = await view(archive, record, record + 56);
    if (end64.byteLength < 56 || end64.getUint32(0, true) !== END64) return undefined;
    return { size: Number(end64.getBigUint64(40, true)), offset: Number(end64.getBigUint64(48, true)) };
  }
  return undefined;
}

/** Packed size and place of an entry; of large archives they stand in an extra field. */
function large(directory: DataView, at: number, extra: number, length: number): [size: number, offset: number] {
  let size = directory.getUint32(at + 20, true);
  const plain = directory.getUint32(at + 24, true);
  let offset = directory.getUint32(at + 42, true);
  if (size !== 0xffffffff && offset !== 0xffffffff) return [size, offset];
  for (let i = extra; i + 4 <= extra + length;) {
    const end = i + 4 + directory.getUint16(i + 2, true);
    if (directory.getUint16(i, true) === 1) {
      let place = i + 4 + (plain === 0xffffffff ? 8 : 0);
      const next = (): number => {
        const value = place + 8 <= end ? Number(directory.getBigUint64(place, true)) : Number.MAX_SAFE_INTEGER;
        place += 8;
        return value;
      };
      if (size === 0xffffffff) size = next();
      if (offset === 0xffffffff) offset = next();
      break;
    }
    i = end;
  }
  return [size, offset];
}

/** The packed bytes of an entry, behind its own header; undefined when there is none. */
async function content(archive: Bytes, offset: number, size: number): Promise<Bytes | undefined> {
  if (offset + 30 > archive.size) return undefined;
  const head = await view(archive, offset, offset + 30);
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) return undefined;
  const from = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  return from + size > archive.size ? undefined : archive.slice?.(from, from + size);
}
