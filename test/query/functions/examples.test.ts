/** Every entry of the table explains itself, and its examples are run through the language and engine. */
import { describe, expect, test } from "vitest";
import { unhurried } from "../../../src/base";
import { LocalLab } from "../../../src/core";
import { functions } from "../../../src/query/functions";
import { kql } from "../../../src/query/kql";
import { sigma } from "../../../src/query/sigma";
import { run } from "../../../src/query/engine";
import { printCell, UNIX_EPOCH } from "../../../src/table";
import type { Scope } from "../../../src/query/language";

const NOW = UNIX_EPOCH + 17_145_216_000_000_000n;
const scope: Scope = { table: () => undefined, tables: () => [], lenient: false, now: NOW };

/** The printed cell of `print <expression>`, or what went wrong. */
async function evaluate(expression: string): Promise<string> {
  const sigmas = /^(.*) for (\{.*\})$/.exec(expression);
  if (sigmas) return `${await findsEvent(sigmas[1] ?? "", sigmas[2] ?? "")}`;
  const compiled = kql.compile(`print result = ${expression}`, scope);
  if (compiled.plan === undefined) return `not compiled: ${compiled.diagnostics.map((d) => d.message).join(" ")}`;
  const outcome = await run(compiled.plan, { tables: () => undefined, now: NOW, pace: unhurried() });
  if (outcome.kind !== "done") return `${outcome.kind}: ${JSON.stringify(outcome)}`;
  const column = outcome.table.batches[0]?.columns[0];
  return column === undefined ? "no row" : printCell(column, 0);
}

/** Functions of Sigma are shown by a line of a selection and an event. */
async function findsEvent(line: string, event: string): Promise<boolean> {
  const lab = new LocalLab({ clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => NOW });
  await lab.load({ id: "Events", table: "Events", text: event });
  const compiled = sigma.compile(`title: T\nlogsource: {category: test}\ndetection:\n  s:\n    ${line}\n  condition: s\n`, lab.scope({ lenient: false, now: NOW }));
  if (compiled.plan === undefined) throw new Error(compiled.diagnostics.map((d) => d.message).join(" "));
  const outcome = await lab.run(compiled.plan, { now: NOW });
  return outcome.kind === "done" && outcome.table.batches.some((b) => b.length > 0);
}

describe("every entry", () => {
  test.each(functions.all().map((entry) => [entry.name, entry] as const))(
    "%s says what it does and shows it",
    (_, entry) => {
      expect(entry.says).toMatch(/^[A-Z0-9-].*[^.]\.$/s);
      expect(entry.examples.length).toBeGreaterThan(0);
      expect(entry.overloads.length).toBeGreaterThan(0);
    },
  );
});

const scalars = functions.all().filter((entry) => entry.kind === "scalar");

describe("examples of scalar functions", () => {
  test.each(
    scalars.flatMap((entry) => entry.examples.map(([expression, printed]) => [expression, printed] as const)),
  )("%s is %s", async (expression, printed) => expect(await evaluate(expression)).toBe(printed));
});
