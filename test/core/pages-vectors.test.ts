/** The shared vectors of whole queries over whole vaults, where they are at hand. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Pages } from "../../src/core/pages";
import { resultToPlain, runDql } from "../../src/query/dql";
import { Index, readNote } from "../../src/vault";

const folder = resolve(__dirname, "../../../shared/conformance/dql");
const NOW = Date.UTC(2024, 5, 15, 10, 20, 30);

interface Vector {
  readonly vault: string;
  readonly origin: string;
  readonly query: string;
  readonly ordered: boolean;
  readonly quirk?: string;
  readonly result: "error" | { readonly rows?: unknown[]; readonly items?: unknown[]; readonly groups?: unknown[]; readonly headers?: string[] };
}

const worlds = new Map<string, Pages>();

function vault(name: string): Pages {
  const known = worlds.get(name);
  if (known !== undefined) return known;
  const { files } = JSON.parse(readFileSync(resolve(folder, "vaults", `${name}.json`), "utf8")) as {
    files: { path: string; stat: { ctime: number; mtime: number; size: number } }[];
  };
  const text = (path: string) => readFileSync(resolve(folder, "vaults", name, path), "utf8");
  const notes = files.filter((f) => f.path.endsWith(".md"))
    .map(({ path, stat }) => readNote({ path, created: stat.ctime, modified: stat.mtime, size: stat.size }, text(path)));
  const others = files.map((f) => f.path).filter((path) => !path.endsWith(".md"));
  const index = Index.build(notes, others);
  const world = new Pages({
    notes: () => notes, note: (path) => index.note(path), resolve: (target, from) => index.resolve(target, from) ?? undefined,
    attachments: () => others, read: (path) => Promise.resolve(others.includes(path) ? text(path) : undefined),
  }, "UTC");
  worlds.set(name, world);
  return world;
}

const list = (result: object): readonly unknown[] => {
  const { rows, items, groups } = result as { rows?: unknown[]; items?: unknown[]; groups?: unknown[] };
  return rows ?? items ?? groups ?? [];
};
const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row, keysInOrder)).sort();
const keysInOrder = (_: string, value: unknown): unknown => (typeof value === "object" && value !== null && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);

describe.skipIf(!existsSync(folder))("shared queries", () => {
  it("give what Dataview gives", async () => {
    const lines = readFileSync(resolve(folder, "queries.jsonl"), "utf8").split("\n").filter((line) => line !== "");
    const wrong: string[] = [];
    for (const v of lines.map((line) => JSON.parse(line) as Vector).filter((line) => line.quirk === undefined)) {
      const outcome = await runDql(v.query, vault(v.vault), { origin: v.origin, now: NOW, zone: "UTC" });
      if (v.result === "error" || outcome.kind !== "done") {
        if ((v.result === "error") !== (outcome.kind === "failed")) wrong.push(v.query);
        continue;
      }
      const got = JSON.parse(JSON.stringify(resultToPlain(outcome.result))) as object;
      const [a, b] = [sorted(list(got)), sorted(list(v.result))];
      const same = v.ordered ? JSON.stringify(list(got), keysInOrder) === JSON.stringify(list(v.result), keysInOrder) : JSON.stringify(a) === JSON.stringify(b);
      if (!same || JSON.stringify((got as { headers?: string[] }).headers) !== JSON.stringify(v.result.headers)) wrong.push(v.query);
    }
    expect(wrong).toEqual([]);
  });
});
