/** Requests and answers of the batch protocol. */
import type { Json } from "../base";

/** A request: any JSON object; each operation reads its own fields. */
export type Request = Readonly<Record<string, unknown>>;
/** What an operation answers, without the id. */
export type Answer = Readonly<Record<string, unknown>>;

/** A field that must be a text. */
export function textOf(request: Request, name: string): string {
  const value = request[name];
  if (typeof value !== "string") throw new Error(`The request needs '${name}', a text.`);
  return value;
}

/** Plain JSON of a request as our own JSON, whose bags are maps. */
export function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "object" && value !== null) return new Map(Object.entries(value).map(([k, v]) => [k, jsonOf(v)]));
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return value as Json;
}

/** Our own JSON as plain JSON; integers that a `number` cannot hold become texts. */
export function plainOf(json: Json): unknown {
  if (Array.isArray(json)) return (json as readonly Json[]).map(plainOf);
  if (json instanceof Map) return Object.fromEntries([...(json as ReadonlyMap<string, Json>)].map(([k, v]) => [k, plainOf(v)]));
  if (typeof json === "bigint") return Number.isSafeInteger(Number(json)) ? Number(json) : String(json);
  return json;
}
