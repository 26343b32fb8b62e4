/** Hostile KQL: refused with a place, failed with a word, or stopped in time. It never throws and never hangs. */
import { describe, expect, it } from "vitest";
import { LocalLab } from "../../src/core";
import { printCell } from "../../src/table";
import { BOMBS, NAMES, PATTERNS, SHAPES } from "./kql-cases";
import type { Case } from "./kql-cases";

/** Real time, which the limits are about. */
const clock = {
  clock: () => performance.now(), pause: () => new Promise<void>((resolve) => { setImmediate(resolve); }),
  wallTicks: () => 639_000_000_000_000_000n,
};
const LIMIT_MS = 700;
/** A machine under load may take some seconds for what takes one; what hangs takes for ever. */
const PATIENCE_MS = 10_000;

async function fateOf(query: string, limitMs: number) {
  const lab = new LocalLab(clock);
  const scope = lab.scope({ lenient: false });
  const { plan, diagnostics } = lab.compile("kql", query, scope);
  for (const d of diagnostics) {
    expect(d.span.from).toBeLessThanOrEqual(d.span.to);
    expect(d.span.to).toBeLessThanOrEqual(query.length);
  }
  if (plan === undefined) return { refused: diagnostics.find((d) => d.severity === "error")?.code ?? "" };
  const outcome = await lab.run(plan, { now: scope.now, limitMs, maxHeldRows: 500_000, maxRows: 10_000 });
  if (outcome.kind === "stopped") return { stopped: outcome.why };
  if (outcome.kind === "failed") {
    for (const d of outcome.diagnostics) expect(d.span.to).toBeLessThanOrEqual(query.length);
    return { failed: outcome.diagnostics.at(-1)?.code };
  }
  const [batch] = outcome.table.batches;
  return { done: batch?.columns[0] === undefined ? "" : printCell(batch.columns[0], 0) };
}

describe.each([["shapes", SHAPES], ["bombs", BOMBS], ["patterns", PATTERNS], ["names and values", NAMES]] as const)("%s", (_, cases) => {
  it.each(cases.map((each): [string, Case] => [each.name, each]))("%s", async (_name, { query, fate }) => {
    const started = performance.now();
    const found = await fateOf(query, "stopped" in fate ? LIMIT_MS : PATIENCE_MS);
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
    if ("done" in fate && fate.done === null) expect(found).toHaveProperty("done");
    else expect(found).toEqual(fate);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
