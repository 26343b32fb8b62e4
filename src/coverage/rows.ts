/** Coverage as a table: one row per technique. */
import { schemaOf, tableOf } from "../table";
import type { Schema, Table, Value } from "../table";
import type { Coverage } from "./facts";

/** The columns of {@link coverageTable}. */
export const COVERAGE_SCHEMA: Schema = schemaOf([
  { name: "technique", type: "string", doc: "ATT&CK id" },
  { name: "name", type: "string", doc: "As the technique's note calls it" },
  { name: "state", type: "string",
    doc: "none, planned, untested, failing or passing, by what names the technique itself" },
  { name: "rolled", type: "string", doc: "The same with its sub-techniques" },
  { name: "why", type: "string", doc: "The first reason for the state" },
  { name: "rules", type: "long", doc: "Rules that name the technique itself" },
  { name: "live", type: "long", doc: "Those of them that are in use" },
  { name: "rulesOfSubs", type: "long", doc: "Rules that name a sub-technique alone" },
  { name: "runbooks", type: "long", doc: "Runbooks that name the technique itself" },
  { name: "passed", type: "long", doc: "Samples that pass" },
  { name: "failed", type: "long", doc: "Samples that fail" },
  { name: "newestTest", type: "string", doc: "Day of the newest test" },
]);

/** One row per technique, in the order given. */
export function coverageTable(coverage: readonly Coverage[]): Table {
  return tableOf(COVERAGE_SCHEMA, coverage.map((c): Value[] => {
    const own = c.rules.filter((r) => r.via.length === 0);
    const verdicts = own.flatMap((r) => r.samples.flatMap((s) => (s.verdict ? [s.verdict] : [])));
    return [c.technique, c.name ?? "", c.state, c.rolled, c.reasons[0]?.text ?? "", BigInt(own.length),
      BigInt(own.filter((r) => r.stage === "live").length),
      BigInt(c.rules.length - own.length), BigInt(c.runbooks.filter((r) => r.via.length === 0).length),
        BigInt(verdicts.filter((v) => v.passed).length),
      BigInt(verdicts.filter((v) => !v.passed).length), c.newestTest ?? ""];
  }));
}
