/** `purplebook batch`, the operation `evtx`: all records of a binary event log. */
import { createReadStream, promises as fs } from "node:fs";
import { readEventLog } from "../logs";
import type { Json } from "../base";
import { textOf, type Answer, type Request } from "./batch-request.mts";

/** Answers `{file}` with the records as JSON; what could not be read is told. */
export async function evtxRecords(request: Request): Promise<Answer> {
  const path = textOf(request, "file");
  const { size } = await fs.stat(path);
  const { records, diagnostics } = await readEventLog({ size, stream: () => createReadStream(path, { highWaterMark: 1 << 20 }) });
  return { records: records.map(plain), diagnostics: diagnostics.map(({ severity, code, message }) => ({ severity, code, message })) };
}

/** Our JSON as the engine's. Whole numbers beyond 2^53 come out as the nearest number that JSON readers keep. */
function plain(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  if (value instanceof Map) return Object.fromEntries([...value as ReadonlyMap<string, Json>].map(([key, inner]) => [key, plain(inner)]));
  return value;
}
