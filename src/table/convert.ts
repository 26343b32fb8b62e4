/** Conversion of whole columns between types, by the rules of `coerce`. */
import { builder } from "./build";
import { coerce } from "./coerce";
import { column, someNull, valueAt, wordAt } from "./column";
import type { Column } from "./column";
import type { ScalarType } from "./type";
import type { Value } from "./value";

/** The column as one of another type; cells without a meaning there are null. Texts are read once per distinct word. */
export function convert(source: Column, to: ScalarType): Column {
  if (source.type === to) return source;
  const { length, nulls } = source;
  if (source.type === "long" && (to === "datetime" || to === "timespan")) {
    return column({ type: to, data: source.data }, length, nulls);
  }
  if ((source.type === "datetime" || source.type === "timespan") && to === "long") {
    return column({ type: to, data: source.data }, length, nulls);
  }
  if (source.type === "int" && to === "long") {
    const data = new BigInt64Array(length);
    const words = new Int32Array(data.buffer);
    for (let row = 0; row < length; row++) {
      const value = source.data[row]!;
      words[row * 2] = value;
      words[row * 2 + 1] = value >> 31;
    }
    return column({ type: to, data }, length, nulls);
  }
  if (source.type === "int" && to === "real") {
    return column({ type: to, data: Float64Array.from(source.data) }, length, nulls);
  }
  if (source.type === "guid" && to === "string") {
    return column({ type: to, codes: source.codes, words: source.words }, length, nulls);
  }
  const out = builder(to);
  if (source.type === "string" || source.type === "guid") {
    const read = new Map<number, Value>();
    for (let row = 0; row < length; row++) {
      if (nulls !== null && nulls[row] === 1) out.pushNull();
      else {
        const code = source.codes[row] ?? 0;
        let value = read.get(code);
        if (value === undefined) {
          const text = wordAt(source, row);
          value = coerce(source.type === "guid" ? { kind: "guid", text } : text, to);
          read.set(code, value);
        }
        out.push(value);
      }
    }
  } else for (let row = 0; row < length; row++) out.push(nulls?.[row] === 1 ? null : coerce(valueAt(source, row), to));
  const made = out.finish();
  return made.nulls === null ? made : { ...made, nulls: someNull(made.nulls) };
}
