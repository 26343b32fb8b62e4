/** Every rule of the public sets is read or refused with a reason, and soon enough. Skipped where the sets are not. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readSigma } from "../../../src/query/sigma";

const folder = new URL("../../../../shared/corpus/", import.meta.url);
const has = existsSync(new URL("sigma-rules.jsonl.gz", folder));

function corpus(name: string): { path: string; yaml: string }[] {
  const text = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, folder))).toString("utf8");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as { path: string; yaml: string });
}

interface Told {
  readonly counts: Record<string, number>;
  /** Texts of rules that have no value for a placeholder. */
  readonly waiting: readonly string[];
}

/** How many files of a set have each error, and how many have none. */
function tell(name: string): Told {
  const counts: Record<string, number> = {};
  const waiting: string[] = [];
  for (const { path, yaml } of corpus(name)) {
    const file = readSigma(yaml);
    expect(file.rules.length + file.refused.length, path).toBeGreaterThan(0);
    const errors = new Set(file.diagnostics.filter((d) => d.severity === "error").map((d) => d.code));
    expect(errors.size > 0, path).toBe(file.refused.length > 0);
    for (const code of errors.size === 0 ? ["read"] : errors) counts[code] = (counts[code] ?? 0) + 1;
    if (errors.has("sigma-unknown-placeholder")) waiting.push(yaml);
  }
  return { counts, waiting };
}

describe.skipIf(!has)("the public rules", () => {
  it("are all read; those with placeholders once they have values", () => {
    const { counts, waiting } = tell("sigma-rules");
    expect(counts).toEqual({ read: 3755, "sigma-unknown-placeholder": 25 });
    expect(waiting.flatMap((yaml) => readSigma(yaml, { unknownPlaceholders: "anything" }).refused)).toEqual([]);
  });

  it("of old syntax are refused with the reason, or read", () => {
    expect(tell("sigma-rules-old").counts).toEqual({ read: 197, "sigma-aggregation": 55, "sigma-unknown-placeholder": 3,
      "sigma-unknown-selection": 4 });
  });
});
