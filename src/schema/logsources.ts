/** Sigma log sources → the tables that hold their events: says which table a rule needs. */
import data from "./data/logsources.json";

/** The `logsource` of a Sigma rule; a part that the rule leaves out is absent. */
export interface LogSource {
  readonly product?: string | undefined;
  readonly service?: string | undefined;
  readonly category?: string | undefined;
}

interface Entry extends LogSource {
  readonly tables: readonly string[];
}

/**
 * Tables for a log source, the likeliest first; none when we know of none.
 * An entry fits when each part it names is the rule's; the entry that names most parts wins.
 */
export function tablesOf(source: LogSource): readonly string[] {
  let best: Entry | undefined;
  let bestParts = 0;
  for (const entry of data.sources as readonly Entry[]) {
    const parts = fit(entry, source);
    if (parts > bestParts) {
      best = entry;
      bestParts = parts;
    }
  }
  return best?.tables ?? [];
}

/** How many parts an entry and a source have in common; 0 when the entry asks for something else. */
function fit(entry: LogSource, source: LogSource): number {
  let parts = 0;
  for (const part of ["product", "service", "category"] as const) {
    const wanted = entry[part];
    if (wanted === undefined) continue;
    if (source[part]?.trim().toLowerCase() !== wanted) return 0;
    parts++;
  }
  return parts;
}
