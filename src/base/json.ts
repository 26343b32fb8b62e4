/** Exact JSON: 64-bit integers survive, key order is kept, positions are known. */
import type { Diagnostic } from "./diagnostic";

/**
 * A JSON value as we keep it: an integer that fits 64 bits is a `bigint`, every other number a `number`
 * (a fraction or exponent makes it one even when whole), an object a `Map` in the order of the text.
 */
export type Json = null | boolean | bigint | number | string | readonly Json[] | ReadonlyMap<string, Json>;

export interface ReadJson {
  readonly value: Json | undefined;
  /** Offset just behind the value. */
  readonly end: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Placeholder until the reader lands. */
export declare function readJson(text: string, from?: number): ReadJson;
