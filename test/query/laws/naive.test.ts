/**
 * The engine agrees with a naive reading of the same plan, row by row, whatever the size of its batches.
 * `LAWS=20000 SEED=1 npx vitest run test/query/laws` asks for more queries, from another seed on.
 */
import { describe, expect, it } from "vitest";
import { unhurried } from "../../../src/base";
import { run } from "../../../src/query/engine";
import { seeded } from "../../../src/query/engine/run";
import { kql } from "../../../src/query/kql";
import { printTableCell, rowsOf } from "../../../src/table";
import type { ScalarType, Value } from "../../../src/table";
import { naively } from "./naive";
import { picks, randomQuery, randomTables, scope } from "./queries";

const COUNT = Number(process.env["LAWS"] ?? 600);
const FIRST = Number(process.env["SEED"] ?? 1);
const CHUNK = 100;
const SIZES = [1, 2, 3, 7, 8192];

/** Sums of reals may differ in their last digits, as rows may be added in another order. */
function shown(value: Value, type: ScalarType): string {
  return typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(12)).toString() : printTableCell(value, type);
}

async function disagreement(seed: number): Promise<string | undefined> {
  const query = randomQuery(seed);
  const tables = randomTables(seed);
  const { plan } = kql.compile(query, scope);
  if (plan === undefined) throw new Error(`seed ${seed}: the query no longer compiles`);
  const context = { now: scope.now, random: seeded(1), warn: () => undefined };
  const wanted = naively(plan, tables, context);
  const types = wanted.columns.map((c) => c.type);
  const batchRows = SIZES[picks(seed)(SIZES.length)]!;
  const outcome = await run(plan, { tables: (name) => tables.get(name), now: scope.now, pace: unhurried(), batchRows });
  if (outcome.kind !== "done") return `${query}\n${JSON.stringify(outcome)}`;
  const got = [...rowsOf(outcome.table)].map((row) => row.map((v, i) => shown(v, types[i] ?? "dynamic")).join(" ¦ "));
  const expected = wanted.rows.map((row) => row.map((v, i) => shown(v, types[i] ?? "dynamic")).join(" ¦ "));
  if (got.length === expected.length && got.every((line, i) => line === expected[i])) return undefined;
  const at = expected.findIndex((line, i) => line !== got[i]);
  return `${query}\n${wanted.columns.map((c) => `${c.name}:${c.type}`).join(" ")}\nrows ${got.length}, naively ${expected.length}; row ${at}:\nengine  ${got[at]}\nnaively ${expected[at]}`;
}

describe("the engine agrees with a naive reading", () => {
  const chunks = Array.from({ length: Math.ceil(COUNT / CHUNK) }, (_, i) => FIRST + i * CHUNK);
  it.each(chunks)(`seeds %i and the ${CHUNK - 1} behind it`, async (from) => {
    const found: string[] = [];
    for (let seed = from; seed < from + Math.min(CHUNK, COUNT); seed++) {
      const problem = await disagreement(seed).catch((e: unknown) => `threw ${String(e)}\n${e instanceof Error ? e.stack : ""}\n${randomQuery(seed)}`);
      if (problem !== undefined) found.push(`seed ${seed}:\n${problem}`);
      if (found.length >= 5) break;
    }
    expect(found.join("\n\n")).toBe("");
  }, 120_000);
});
