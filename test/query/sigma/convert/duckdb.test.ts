/** Converted SQL runs in DuckDB and selects what the rules select; skipped where DuckDB or the recorded events are not at hand. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { convert, readSigma } from "../../../../src/query/sigma";
import { cases, expectations, recorded } from "./events";

interface Duck {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<{
    run(sql: string): Promise<unknown>; runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown[][] }>;
  }> }> };
}

const MODULE = join(import.meta.dirname, "../../../bench/peers/node_modules/@duckdb/node-api/lib/index.js");

describe.skipIf(cases.length === 0 || !existsSync(MODULE))("rules converted to DuckDB's SQL", () => {
  it("select what the rules select", { timeout: 120_000 }, async () => {
    const { DuckDBInstance } = await import(/* @vite-ignore */ MODULE) as Duck;
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const folder = mkdtempSync(join(tmpdir(), "duck-"));
    const rules = cases.flatMap((each) => readSigma(each.rule).rules);
    const fields = new Set(rules.flatMap((rule) => (rule.kind === "detection" ? JSON.stringify([...rule.selections], (key, value: unknown) => (key === "span" ? undefined : value))
      .match(/"field":"[^"]+"/g) ?? [] : [])).map((text) => text.slice(9, -1)));
    const rows = recorded().map((e) => ({ ...Object.fromEntries([...fields, "EventType"].map((field) => [field, null])), ...e.data,
      Key: e.key, EventID: e.id, Channel: e.channel, Provider_Name: e.provider, Computer: e.computer }));
    writeFileSync(join(folder, "events.json"), rows.map((row) => JSON.stringify(row)).join("\n"));
    await connection.run(`CREATE TABLE events AS SELECT * FROM read_json('${join(folder, "events.json")}', format = 'newline_delimited', sample_size = -1)`);
    const expected = expectations();
    const wrong: string[] = [];
    let ran = 0;
    for (const rule of rules) {
      const id = rule.id?.value ?? "";
      const { text, diagnostics } = convert(rule, "duckdb");
      if (text === undefined) {
        wrong.push(`${id}: ${diagnostics.map((d) => d.message).join(" ")}`);
        continue;
      }
      const got = (await connection.runAndReadAll(text.replace("SELECT *", "SELECT Key"))).getRowsJson().map((row) => String(row[0])).sort();
      // The Security channel says a process's name in fields of its own: this table has only Sysmon's.
      const want = [...expected.get(id) ?? []].filter((key) => rule.kind !== "detection" || rule.logsource.category !== "process_creation"
        || rows.some((row) => row.Key === key && row.EventID === 1)).sort();
      if (got.join() !== want.join()) wrong.push(`${id}: got ${got.join(" ")}, want ${want.join(" ")}`);
      ran++;
    }
    rmSync(folder, { recursive: true, force: true });
    expect(wrong).toEqual([]);
    expect(ran).toBe(cases.length);
  });
});
