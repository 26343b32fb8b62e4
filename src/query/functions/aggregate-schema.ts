/** `buildschema`: the least schema that admits all values. Source: Kusto docs, "buildschema() (aggregation function)". */
import { builder, isArray, isBag, kindOf, valueAt } from "../../table";
import type { Column, Value } from "../../table";
import { TooLarge } from "../../base";
import { defineAggregate, over, values } from "./aggregate-define";
import type { Accumulator, AggregateFunction } from "./define";

/** Values deeper than this are not looked into, and a schema has at most so many places. */
const DEEPEST = 200;
const MOST_PLACES = 100_000;

/** What has been seen at one place, in the order of its first appearance. */
interface Place {
  readonly kinds: Set<string>;
  readonly properties: Map<string, Place>;
  item: Place | undefined;
}

class BuildSchema implements Accumulator {
  private readonly roots: Place[] = [];
  private places = 0;

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    const column = values(args, length);
    for (let row = 0; row < length; row++) {
      const value = valueAt(column, row);
      if (value !== null) this.admit(this.roots[groupOf[row]!] ??= this.place(), value, 0);
    }
  }

  finish(groups: number): Column {
    const out = builder("dynamic");
    for (let g = 0; g < groups; g++) {
      const root = this.roots[g];
      out.push(root === undefined ? null : written(root));
    }
    return out.finish();
  }

  private place(): Place {
    if (++this.places > MOST_PLACES) throw new TooLarge(`This schema has more than ${MOST_PLACES} places.`);
    return { kinds: new Set(), properties: new Map(), item: undefined };
  }

  // As deep as DEEPEST says.
  private admit(place: Place, value: Value, depth: number): void {
    if (value === null) return;
    if (isArray(value)) {
      place.kinds.add("array");
      place.item ??= this.place();
      if (depth < DEEPEST) for (const item of value) this.admit(place.item, item, depth + 1);
    } else if (isBag(value)) {
      place.kinds.add("bag");
      if (depth >= DEEPEST) return;
      for (const [key, item] of value) {
        let inner = place.properties.get(key);
        if (inner === undefined) place.properties.set(key, inner = this.place());
        this.admit(inner, item, depth + 1);
      }
    } else {
      const kind = kindOf(value);
      place.kinds.add(kind === "real" ? "double" : kind);
    }
  }
}

/** One kind is told bare, several as an array. */
function written(place: Place): Value {
  const kinds = [...place.kinds].map((kind): Value => {
    if (kind === "array") return new Map([["`indexer`", place.item ? written(place.item) : null]]);
    return kind === "bag" ? new Map([...place.properties].map(([key, inner]) => [key, written(inner)])) : kind;
  });
  return kinds.length === 0 ? null : kinds.length === 1 ? kinds[0] ?? null : kinds;
}

/** Schemas of dynamic values. */
export const schemas: readonly AggregateFunction[] = [
  defineAggregate("buildschema", {
    says: "The least schema that admits all of the dynamic values: the kinds seen at each property and in each array.",
    examples: [[
      `datatable(v: dynamic) [dynamic({"x": 1, "z": [1]}), dynamic({"x": "a", "z": ["b"]})] | summarize buildschema(v)`,
      '{"x":["long","string"],"z":{"`indexer`":["long","string"]}}',
    ]],
  }, over(["value: dynamic"], "dynamic", () => new BuildSchema())),
];
