/** `parse-kv` by a regular expression: of the pairs that it found in a text, the first of each key. */
import { builder, isArray, valueAt } from "../../table";
import type { Column } from "../../table";
import type { TableFunction } from "./table-function";

/**
 * Arguments are `pairs` (per row an array of key and value) and `key:NAME` per column that comes out, as text. Kusto
 * docs: parse-kv operator, "Returns": the first appearance counts, white space around keys and values does not.
 */
export const firstOfKeys: TableFunction = (applied) => {
  const { plan, rows, schema, run } = applied;
  const pairs = applied.column("pairs");
  const keys = plan.args.filter((a) => a.name.startsWith("key:")).map((a) => a.name.slice(4));
  const builders = keys.map(() => builder("string"));
  for (let row = 0; row < rows.length; row++) {
    if (row % 1024 === 0) run.kernels.check?.();
    const found = new Map<string, string>();
    const value = valueAt(pairs, row);
    for (const pair of isArray(value) ? value : []) {
      const [key, text] = isArray(pair) ? pair : [];
      if (typeof key !== "string" || typeof text !== "string" || found.has(key.trim())) continue;
      found.set(key.trim(), text.trim());
    }
    keys.forEach((key, i) => builders[i]?.push(found.get(key) ?? ""));
  }
  const columns: Column[] = builders.map((b) => b.finish());
  const specs = keys.map((_, i) => ({ name: `$kv${i}`, type: "string" as const }));
  return { schema: { ...schema, columns: [...schema.columns, ...specs] },
    rows: { length: rows.length, columns: [...rows.columns, ...columns] } };
};
