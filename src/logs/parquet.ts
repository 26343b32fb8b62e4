/** Parquet files → rows, a group of rows at a time. Times keep their micro- and nanoseconds; columns of structures are bags. */
import { gunzipSync } from "fflate";
import { decompress } from "fzstd";
import { parquetMetadataAsync, parquetRead, parquetSchema, snappyUncompress } from "hyparquet";
import { Stopped } from "../base";
import type { Pace } from "../base";
import type { Value } from "../table";
import { printDatetime, UNIX_EPOCH } from "../table";
import type { Bytes, LoadProgress } from "./bytes";
import { gathered } from "./packed";
import { Budget, checkColumn, checkDescription, MOST_PAGE, placeOf } from "./parquet-guard";
import type { Unpack } from "./parquet-guard";
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawRows } from "./rows";

/** The greatest and the least moment there is, in ticks. */
const LAST = 3_155_378_975_999_999_999n;

const moment = (ticks: bigint): string | null => (ticks < 0n || ticks > LAST ? null : printDatetime(ticks));

const parsers = {
  timestampFromMilliseconds: (n: bigint) => moment(UNIX_EPOCH + BigInt(n) * 10_000n),
  timestampFromMicroseconds: (n: bigint) => moment(UNIX_EPOCH + BigInt(n) * 10n),
  timestampFromNanoseconds: (n: bigint) => moment(UNIX_EPOCH + BigInt(n) / 100n),
  dateFromDays: (n: number) => moment(UNIX_EPOCH + BigInt(n) * 864_000_000_000n),
};

function page(unpack: (input: Uint8Array, made: Uint8Array) => Uint8Array): Unpack {
  return (input, length) => {
    if (length > MOST_PAGE) throw new RangeError(`a page of ${length} bytes is not read`);
    return unpack(input, new Uint8Array(length));
  };
}

const compressors = {
  GZIP: page((input, out) => gunzipSync(input, { out })),
  ZSTD: page((input, out) => decompress(input, out)),
  SNAPPY: page((input, out) => {
    snappyUncompress(input, out);
    return out;
  }),
};

/** Bytes of the end of a file: how long its description is, and its mark. */
const END = 8;

/** Whether bytes begin as Parquet. */
export function isParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

/** Reads a file whose parts can be asked for. What cannot be read is told; groups of rows before that stay. */
export async function readParquet(
  bytes: Bytes, report: Report, maxRows: number, pace: Pace, onProgress?: (progress: LoadProgress) => void,
): Promise<RawRows> {
  const rows = new RawRows();
  const file = {
    byteLength: bytes.size,
    slice: async (from: number, to = bytes.size): Promise<ArrayBuffer> => {
      const start = Math.max(0, from < 0 ? bytes.size + from : from);
      const part = await gathered(bytes.slice?.(start, Math.min(to, bytes.size)) ?? bytes, bytes.size);
      const all = part ?? new Uint8Array(0);
      return all.slice().buffer;
    },
  };
  try {
    const end = new DataView(await file.slice(-END));
    const length = end.byteLength === END ? end.getUint32(0, true) : 0;
    if (length <= bytes.size - END) checkDescription(new Uint8Array(await file.slice(bytes.size - END - length, bytes.size - END)));
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const reals = new Set(metadata.schema.filter((each) => each.type === "DOUBLE" || each.type === "FLOAT").map((each) => each.name));
    const schema = parquetSchema(metadata);
    const budget = new Budget(bytes.size);
    let read = 0;
    for (const group of metadata.row_groups) {
      const from = rows.count;
      const count = Number(group.num_rows);
      if (!Number.isSafeInteger(count) || count < 0) throw new RangeError("a group of rows has no number of rows");
      if (from + count > maxRows) {
        report.whole("warning", "logs-row-limit", `Only the first ${from} rows were read: the next group of them would go over the limit of ${maxRows}.`);
        break;
      }
      const columns = new Set<string>();
      for (const chunk of group.columns) {
        const place = placeOf(chunk);
        if (place === undefined) continue;
        // What the reader does not expect there, it leaves behind as a promise that nobody waits for.
        const name = chunk.meta_data?.path_in_schema.join(".") ?? "";
        if (columns.has(name)) throw new RangeError(`the column ${name} is there twice`);
        columns.add(name);
        if (!(place.from >= 0 && place.to >= place.from && place.to <= bytes.size)) throw new RangeError("a column is said to be where the file is not");
        checkColumn(chunk, new Uint8Array(await file.slice(place.from, place.to)), count, schema, compressors, budget);
        await pace.breathe();
      }
      if (count > 0) await parquetRead({
        file, metadata: { ...metadata, row_groups: [group] }, parsers, compressors, geoparquet: false, rowStart: 0, rowEnd: count,
        onChunk: ({ columnName, columnData, rowStart }) => {
          const column = rows.column(columnName);
          const real = reals.has(columnName);
          for (let i = 0; i < columnData.length && rowStart + i < count; i++) column?.put(from + rowStart + i, valueOf(columnData[i], 0, real));
        },
      });
      rows.count += count;
      read += Number(group.total_byte_size);
      onProgress?.({ read: Math.min(read, bytes.size), size: bytes.size });
      await pace.breathe();
    }
    onProgress?.({ read: bytes.size, size: bytes.size });
  } catch (e) {
    // The reader throws on what is damaged, with words of its own; a pace that ends the reading is not about the file.
    if (!(e instanceof Error) || e instanceof Stopped) throw e;
    const most = rows.count === 0 ? "nothing of it was read" : `the first ${rows.count} rows were read`;
    report.whole("error", "logs-parquet", `This Parquet file cannot be read on (${excerpt(e.message, 120)}); ${most}.`);
  }
  return rows;
}

/** A cell as the reader gives it → a value. */
function valueOf(cell: unknown, depth: number, real = false): Value {
  switch (typeof cell) {
    case "string": case "boolean": case "bigint": return typeof cell === "bigint" ? BigInt.asIntN(64, cell) : cell;
    case "number": return !real && Number.isInteger(cell) && !Object.is(cell, -0) && Math.abs(cell) <= Number.MAX_SAFE_INTEGER ? BigInt(cell) : cell;
    case "object": break;
    default: return null;
  }
  if (cell === null || depth > 32) return null;
  if (cell instanceof Uint8Array) return Array.from(cell, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : moment(UNIX_EPOCH + BigInt(cell.getTime()) * 10_000n);
  if (Array.isArray(cell)) return cell.map((each: unknown) => valueOf(each, depth + 1));
  return new Map(Object.entries(cell).map(([name, each]) => [name, valueOf(each, depth + 1)] as const));
}
