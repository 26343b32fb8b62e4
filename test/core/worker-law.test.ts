/** Law: a lab in a worker gives what a lab in this thread gives, rows, trace and all, on random queries over random logs. */
import { describe, expect, it } from "vitest";
import { LocalLab, WorkerLab, type Lab } from "../../src/core";
import type { Outcome } from "../../src/query";
import { printTable } from "../../src/table";
import { picks, randomQuery, randomTables, scope } from "../query/laws/queries";
import { still, threadWorker } from "./worlds";

const SEEDS = 150;

/** A random table as the CSV that a sample would hold; both labs read the same. */
function csvOf(seed: number, name: string): string {
  const table = randomTables(seed).get(name)!;
  return printTable(table).split("\n").map((line) => line.replace(/"/g, '""')).map((line) => line.split(", ").map((cell) => `"${cell}"`).join(",")).join("\n");
}

async function outcomeIn(lab: Lab, seed: number): Promise<string> {
  for (const name of ["T", "U"]) await lab.load({ id: name, text: csvOf(seed, name), table: name, map: false });
  const compiled = lab.compile("kql", randomQuery(seed), scope);
  if (compiled.plan === undefined) return "no plan";
  const sizes = [1, 3, 8192];
  const outcome: Outcome = await lab.run(compiled.plan, { now: scope.now, batchRows: sizes[picks(seed)(3)]! });
  lab.close();
  const steps = outcome.trace.map((s) => `${s.label} ${s.rowsIn} ${s.rowsOut} ${s.terms?.map((t) => t.passed).join("/") ?? ""}`).join("\n");
  if (outcome.kind === "done") return `${printTable(outcome.table)}\n${steps}\n${outcome.diagnostics.map((d) => d.message).join("\n")}`;
  return `${outcome.kind}\n${outcome.kind === "failed" ? outcome.diagnostics.map((d) => d.message).join("\n") : outcome.why}`;
}

describe("worker and thread agree", () => {
  it(`on seeds 1 to ${SEEDS}`, async () => {
    let done = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const here = await outcomeIn(new LocalLab(still), seed);
      const there = await outcomeIn(new WorkerLab(threadWorker, { ...still, later: () => () => undefined }), seed);
      expect(there, `seed ${seed}: ${randomQuery(seed)}`).toBe(here);
      if (!/^(failed|stopped|no plan)/.test(here)) done++;
    }
    // Reads of these samples and queries over them mostly come to an end: the law says something.
    expect(done).toBeGreaterThan(SEEDS / 2);
  }, 60_000);
});
