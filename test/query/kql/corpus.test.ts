/**
 * Real rules, where they lie beside the project: what compiles, what Microsoft's parser says of the rest, and whether
 * the same columns come out. `CORPUS=all` asks Microsoft's parser about every rule instead of every third; `UPDATE=1`
 * with it writes docs/kql-corpus.md anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import { lex } from "../../../src/query/kql/lexer";
import { parse } from "../../../src/query/kql/parser";
import { columnsOf, facts, scopeOf } from "./cases";
import { oracleOf } from "./oracle";
import { corpusQueries, corpusTables, docsQueries } from "./shared";

const DOC = fileURLToPath(new URL("../../../docs/kql-corpus.md", import.meta.url));
const ALL = process.env["CORPUS"] === "all";
const tables = corpusTables().map((t) => (t.schema.columns.length < 3 ? { ...t, schema: { ...t.schema, open: true } } : t));
const byName = new Map(tables.map((t) => [t.name, t]));
const lenient = { ...scopeOf(tables), table: (n: string) => byName.get(n) };
const strict = { ...lenient, lenient: false };
const checked = corpusQueries.filter((q) => (q.externals?.length ?? 0) === 0);
const errorsOf = (query: string, scope = lenient) => kql.compile(query, scope).diagnostics.filter((d) => d.severity === "error");

/** The example table of the documentation. Kusto docs: StormEvents, of the samples cluster. */
const STORMS = facts("StormEvents", "StartTime: datetime, EndTime: datetime, EpisodeId: int, EventId: int, State: string, EventType: string, InjuriesDirect: int, InjuriesIndirect: int, DeathsDirect: int, "
  + "DeathsIndirect: int, DamageProperty: int, DamageCrops: int, Source: string, BeginLocation: string, EndLocation: string, BeginLat: real, BeginLon: real, EndLat: real, EndLon: real, EpisodeNarrative: string, "
  + "EventNarrative: string, StormSummary: dynamic");

describe.skipIf(checked.length === 0)("rules of the corpus", () => {
  it("97 of 100 compile, and those that do not are listed with the reason", () => {
    const failing = checked.flatMap(({ id, query }) => {
      const [first] = errorsOf(query);
      return first ? [{ id, query, first }] : [];
    });
    expect(failing.length).toBeLessThan(checked.length * 0.03);
    if (process.env["UPDATE"] === "1") {
      const oracle = oracleOf(tables);
      const lines = failing.map(({ id, query, first }) => {
        const { all } = oracle.errors(query);
        return `| ${id} | ${first.message} | ${all[0] ? `${all[0].Code} ${all[0].Message}` : "accepted"} |`.replace(/\n/g, " ");
      });
      writeFileSync(DOC, [
        "# Rules of the corpus that do not compile", "",
        `Of ${checked.length} real rules that need no function of a workspace, ${checked.length - failing.length} compile in a lenient scope over the table`,
        "references that lie beside the project. These do not; beside our first error stands the first of Microsoft's parser over the same tables.",
        "Written by `UPDATE=1 npx vitest run test/query/kql/corpus.test.ts`; a rule that is not listed must compile.", "",
        "| rule | first error | Microsoft's parser |", "| --- | --- | --- |", ...lines, "",
      ].join("\n"));
    }
    const listed = readFileSync(DOC, "utf8");
    expect(failing.filter(({ id }) => !listed.includes(`| ${id} |`)).map(({ id, first }) => `${id} ${first.message}`)).toEqual([]);
  }, 300_000);

  it("parses, compiles and names columns as Microsoft's parser does", () => {
    const oracle = oracleOf(tables);
    const parsed: string[] = [];
    const refused: string[] = [];
    const different: string[] = [];
    let accepted = 0;
    for (const [i, { id, query, externals }] of corpusQueries.entries()) {
      if (!ALL && i % 3 !== 0) continue;
      const theirs = oracle.errors(query);
      if ((theirs.syntax.length > 0) !== parse(query).diagnostics.some((d) => d.severity === "error")) parsed.push(id);
      // Files of the network are refused here, and told.
      if (theirs.all.length > 0 || (externals?.length ?? 0) > 0) continue;
      accepted++;
      const ours = columnsOf(query, strict);
      if (ours.startsWith("errors")) refused.push(`${id}: ${ours}`);
      else if (ours !== oracle.columns(query)) different.push(`${id}: ${ours} ≠ ${oracle.columns(query)}`);
    }
    expect(parsed).toEqual([]);
    expect(refused.length, refused.join("\n")).toBeLessThanOrEqual(accepted * 0.01);
    // Columns whose type is not known to Microsoft's parser, and names of one type that meet another in a union.
    expect(different.length, different.join("\n")).toBeLessThanOrEqual(accepted * 0.015);
  }, 600_000);

  it("tells one missing token as one mistake, and what is wrong far away all the same", () => {
    let seed = 5;
    const next = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const counts: number[] = [];
    let far = 0;
    let told = 0;
    for (const { query } of checked.filter((_, i) => i % 8 === 0)) {
      if (errorsOf(query).length > 0) continue;
      const tokens = lex(query).filter((t) => t.kind !== "comment" && t.kind !== "end");
      const token = tokens[next(tokens.length)];
      if (!token || "()[]{}".includes(token.text)) continue;
      const without = query.slice(0, token.span.from) + query.slice(token.span.to);
      counts.push(errorsOf(without).length);
      // A second mistake, as a statement of its own ahead of all: it is found whatever is wrong behind it.
      const lead = "let zz9 = print strlen();\n";
      told++;
      if (errorsOf(lead + without).some((d) => d.code === "kql-argument-count" && d.span.from < lead.length)) far++;
    }
    const sorted = [...counts].sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.5)]).toBeLessThanOrEqual(1);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThanOrEqual(4);
    expect(far).toBe(told);
  }, 120_000);
});

it.skipIf(docsQueries.length === 0)("the queries of the documentation give the columns that Microsoft's parser gives", () => {
  const scope = scopeOf([STORMS]);
  let same = 0;
  const different: string[] = [];
  for (const { id, query, columns, needs } of docsQueries) {
    const { plan } = kql.compile(query, scope);
    if (!plan || !columns || needs?.some((n) => n !== "StormEvents")) continue;
    const ours = plan.schema.columns;
    // Columns that come out of the data are not known while a query is bound.
    const known = columns.filter((c) => c.type !== null);
    if (plan.schema.open && known.length < columns.length) continue;
    const agrees = columns.length === ours.length && columns.every((c, i) => (c.name === ours[i]?.name || c.alt === ours[i]?.name) && (c.type === null || c.type === ours[i]?.type));
    if (agrees) same++;
    else different.push(`${id}: ${ours.map((c) => `${c.name}:${c.type}`).join(", ")} ≠ ${columns.map((c) => `${c.name}:${c.type}`).join(", ")}`);
  }
  expect(same).toBeGreaterThan(350);
  expect(different.length, different.join("\n")).toBeLessThanOrEqual((same + different.length) * 0.03);
}, 120_000);
