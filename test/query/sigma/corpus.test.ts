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

/** How many files of a set have each error, and how many have none. */
function count(name: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { yaml } of corpus(name)) {
    const file = readSigma(yaml);
    expect(file.rules.length + file.refused.length).toBeGreaterThan(0);
    const errors = new Set(file.diagnostics.filter((d) => d.severity === "error").map((d) => d.code));
    if (file.refused.length > 0) expect(errors.size).toBeGreaterThan(0);
    for (const code of errors.size === 0 ? ["read"] : errors) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(!has)("the public rules", () => {
  it("are all read; those with placeholders once they have values", () => {
    expect(count("sigma-rules")).toEqual({ read: 3755, "sigma-unknown-placeholder": 25 });
    const refused = corpus("sigma-rules").flatMap(({ yaml }) => readSigma(yaml, { unknownPlaceholders: "anything" }).refused);
    expect(refused).toEqual([]);
  });

  it("of old syntax are refused with the reason, or read", () => {
    expect(count("sigma-rules-old")).toEqual({});
  });
});
