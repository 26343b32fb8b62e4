/** `partition`: a query once per group of rows with equal keys; results follow each other in the groups' order. */
import { gatherRows, Keys, oneBatch } from "../../table";
import type { Batch } from "../../table";
import type { Plan } from "../plan";
import { compileAll } from "./evaluate";
import { collect } from "./source";
import type { Hole, Run, Source } from "./source";
import { alignBatch } from "./union";
import { looksBack } from "./watch";
import { splitRows } from "./window";

type Partition = Extract<Plan, { op: "partition" }>;

/** Opens a partition node. */
export async function openPartition(plan: Partition, input: Source, run: Run): Promise<Source> {
  const by = await compileAll(plan.by, input.schema, run);
  const hole: Hole = { schema: input.schema, batch: oneBatch(input.schema, []), cache: new Map() };
  const back = looksBack(plan.body);
  const fixed = plan.body.schema.open || back ? undefined : await run.open(plan.body, hole);
  const schema = fixed?.schema ?? plan.schema;

  async function* rows(): AsyncIterable<Batch> {
    const all = await collect(input, run, plan.span);
    if (all.length === 0) return;
    const keys = new Keys(by.map((p) => p.type), "match").add(by.map((p) => p.run(all)), all.length);
    for (const part of splitRows(keys, Uint32Array.from({ length: all.length }, (_, i) => i))) {
      hole.batch = gatherRows(all, part);
      const source = fixed ?? await (back ? run.inside(hole) : run).open(plan.body, hole);
      for await (const batch of source.rows()) {
        yield fixed !== undefined ? batch : alignBatch(batch, source.schema, schema, run);
      }
      await run.pace.breathe();
    }
  }
  return { schema, rows };
}
