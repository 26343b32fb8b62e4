/**
 * Converted rules select the events that the rules do, run by our own KQL engine: every rule that has a recorded event,
 * in each table that can hold it. `CORPUS=all` runs all rules of the corpus instead.
 */
import { describe, expect, it } from "vitest";
import { LocalLab } from "../../../../src/core";
import { convert, readSigma } from "../../../../src/query/sigma";
import type { DetectionRule } from "../../../../src/query/sigma";
import { valueAt } from "../../../../src/table";
import { still } from "../../../core/worlds";
import { cases, corpus, expectations, recorded, ROWS } from "./events";

const ALL = process.env["CORPUS"] === "all";
const rules = (ALL ? corpus.map((each) => each.yaml) : cases.map((each) => each.rule)).flatMap((yaml) => readSigma(yaml).rules)
  .filter((rule): rule is DetectionRule => rule.kind === "detection" && rule.logsource.product === "windows");
const expected = expectations();
const events = recorded();

describe.skipIf(cases.length === 0)("rules converted to KQL", () => {
  it.each(Object.keys(ROWS))("select in %s what the rules select", { timeout: 300_000 }, async (table) => {
    const rows = events.flatMap((event) => ROWS[table]?.(event) ?? []) as Record<string, unknown>[];
    const key = table === "Event" ? "SourceSystem" : "TenantId";
    const present = new Set(rows.map((row) => row[key]));
    const lab = new LocalLab(still);
    await lab.load({ id: "rows", text: rows.map((row) => JSON.stringify(row)).join("\n"), table });
    const wrong: string[] = [];
    let positive = 0;
    let said = 0;
    for (const rule of rules) {
      const id = rule.id?.value ?? "";
      const { text } = convert(rule, table.startsWith("Device") ? "defender" : "sentinel", { table });
      // A table that was asked for by name may not be the log source's own: then its columns are taken as they are.
      if (text === undefined || (table.startsWith("Device") && !text.includes("ActionType") && table !== "DeviceNetworkEvents")) continue;
      said++;
      const scope = lab.scope({ lenient: false });
      const compiled = lab.compile("kql", text, scope);
      if (!compiled.plan) {
        wrong.push(`${id}: ${compiled.diagnostics.map((d) => d.message).join(" ")}`);
        continue;
      }
      const outcome = await lab.run(compiled.plan, { now: scope.now });
      if (outcome.kind !== "done") throw new Error(`${id}: ${outcome.kind}`);
      const at = outcome.table.schema.columns.findIndex((column) => column.name === key);
      const got = new Set(outcome.table.batches.flatMap((b) => Array.from({ length: b.length }, (_, i) => String(b.columns[at] && valueAt(b.columns[at], i)))));
      const want = [...expected.get(id) ?? []].filter((each) => present.has(each));
      if (want.some((each) => each.startsWith(id))) positive++;
      const lost = want.filter((each) => !got.has(each));
      const more = [...got].filter((each) => !want.includes(each));
      if (lost.length + more.length > 0) wrong.push(`${id}: lost ${lost.join(" ")}, more ${more.join(" ")}`);
    }
    expect(wrong).toEqual([]);
    expect(said).toBeGreaterThan(0);
    if (!ALL) expect({ table, positive }).toEqual({ table, positive: HELD[table] });
  });
});

/** Rules whose own event the table holds, of the hundred that have one. */
const HELD: Readonly<Record<string, number>> = {
  WindowsEvent: 100, Event: 99, SecurityEvent: 1, DeviceProcessEvents: 62, DeviceFileEvents: 10, DeviceRegistryEvents: 15, DeviceImageLoadEvents: 4, DeviceNetworkEvents: 0,
};
