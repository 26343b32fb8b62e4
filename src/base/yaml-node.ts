/** What a YAML text becomes: values, and nodes that know where they stand. */
import type { Span } from "./span";

/** A YAML value: dates stay the strings that were written, numbers are `number`, a mapping is a `Map` in its order. */
export type YamlValue = null | boolean | number | string | readonly YamlValue[] | ReadonlyMap<string, YamlValue>;

/** One value and where it stands; quotes and brackets included. A missing value has an empty span behind its key. */
export type YamlNode = { readonly span: Span; readonly value: YamlValue } & (
  | { readonly kind: "scalar"; readonly style: "plain" | "single" | "double" | "literal" | "folded";
      /** The text of the scalar before it became a number or a boolean; "" for a missing value. */
      readonly text: string }
  | { readonly kind: "list"; readonly flow: boolean; readonly items: readonly YamlNode[] }
  | { readonly kind: "map"; readonly flow: boolean; readonly entries: readonly YamlEntry[] }
);

/** One pair of a mapping. A key that is no string is given as its text. */
export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly node: YamlNode;
}
