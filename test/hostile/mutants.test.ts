/**
 * Mutants of real queries are compiled, completed, hovered over, laid out and run over two rows: nothing throws, nothing
 * takes a second. `SEED=n` starts elsewhere; `FUZZ=n` tries n times as many.
 */
import { expect, it } from "vitest";
import { seeded } from "../../src/query/engine/run";
import { mutant, QUERIES, sameWhenPrinted, Trial } from "./kql-mutants";

const TIMES = Math.max(1, Number(process.env["FUZZ"] ?? 1));
const SEED = Number(process.env["SEED"] ?? 1);
const MOST_MS = 1000;

it("mutants of queries neither throw nor hang", async () => {
  const trial = await new Trial().ready();
  for (let i = 0; i < 1500 * TIMES; i++) {
    const next = seeded(SEED * 1_000_003 + i);
    const text = mutant(next);
    const what = `seed ${SEED}, input ${i}: ${JSON.stringify(text)}`;
    const started = performance.now();
    try {
      await trial.once(text, next);
    } catch (thrown) {
      throw new Error(what, { cause: thrown });
    }
    expect(performance.now() - started, what).toBeLessThan(MOST_MS);
  }
  expect(trial.ran).toBeGreaterThan(50 * TIMES);
}, 60_000 + TIMES * 30_000);

it("print∘parse is the identity on every query", () => {
  for (const query of QUERIES) sameWhenPrinted(query);
});
