/** One rule as a plan over a table, a set of rules, and the rule asked plainly of each event say the same; random rules and events of printed seeds. */
import { expect, it } from "vitest";
import { LocalLab } from "../../src/core";
import { compileRules, Hunt, OneEvent } from "../../src/hunt";
import { holdsFor, readSigma, sigma, subjectIn } from "../../src/query/sigma";
import type { DetectionRule } from "../../src/query/sigma";
import { mayMatch, shapeOf, viewsOf } from "../../src/schema";
import type { EventValue } from "../../src/schema";
import { valueAt } from "../../src/table";
import { finds } from "./naive";
import { dice, randomEvent, randomRule } from "./random";

const time = { clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => 639_000_000_000_000_000n };
const SEEDS = process.env["SEED"] === undefined ? [1, 2, 3, Math.floor(Date.now() / 1000)] : [Number(process.env["SEED"])];

it.each(SEEDS)("a rule set, the plain question and the one on an event agree, seed %i", async (seed) => {
  const roll = dice(seed);
  const rules = Array.from({ length: 40 }, (_, n) => randomRule(roll, n)).flatMap((text) => readSigma(text).rules) as DetectionRule[];
  const events = Array.from({ length: 100 }, () => randomEvent(roll)) as unknown as EventValue[];
  const hunt = new Hunt(compileRules(rules));
  await hunt.given("events", events);
  const found = new Map(hunt.result().found.map((each) => [each.rule, each.hits.map((hit) => hit.line)]));
  const one = new OneEvent(compileRules(rules));
  const single = events.map((event) => one.rules(event));
  for (const rule of rules) {
    const told = `seed ${seed}, ${rule.title?.value} ${JSON.stringify([...rule.selections.values()].map((each) => each.match))}`;
    const naive = events.flatMap((event, line) => (finds(rule, event) ? [line] : []));
    const evaluated = events.flatMap((event, line) =>
      (viewsOf(rule.logsource, shapeOf(event)).some((view) => mayMatch(view, event) && holdsFor(rule, subjectIn(view, event))) ? [line] : []));
    expect(found.get(rule) ?? [], told).toEqual(naive);
    expect(evaluated, told).toEqual(naive);
    expect(single.flatMap((of, line) => (of.includes(rule) ? [line] : [])), told).toEqual(naive);
  }
});

/** Events of one table: what the plan of one rule is made for. Their values are texts, as a column has one type. */
function flatEvent(roll: (n: number) => number): Record<string, unknown> {
  const event = Object.entries(randomEvent(roll)).filter(([, value]) => typeof value === "string" && value !== "");
  return { ...Object.fromEntries(event), EventID: 1 + roll(2) * 12, Channel: "Microsoft-Windows-Sysmon/Operational" };
}

it.each(SEEDS)("the plan of one rule over a table finds what the rule set finds in that table, seed %i", async (seed) => {
  const roll = dice(seed + 1);
  const lab = new LocalLab(time);
  const events = Array.from({ length: 60 }, (_, n) => ({ n, ...flatEvent(roll) }));
  await lab.load({ id: "s", table: "Events", map: false, text: events.map((event) => JSON.stringify(event)).join("\n"), format: "ndjson" });
  const scope = lab.scope({ lenient: false, now: time.wallTicks() });
  let some = 0;
  for (let n = 0; n < 60; n++) {
    const text = randomRule(roll, n);
    const [rule] = readSigma(text).rules as DetectionRule[];
    if (rule === undefined) continue;
    const compiled = sigma.compile(text, scope);
    if (compiled.plan === undefined) continue;
    const outcome = await lab.run(compiled.plan, { now: time.wallTicks() });
    if (outcome.kind !== "done") throw new Error(`seed ${seed}: ${outcome.kind} of\n${text}`);
    const at = outcome.table.schema.columns.findIndex((column) => column.name === "n");
    const planned = outcome.table.batches.flatMap((batch) => Array.from({ length: batch.length }, (_, row) => Number(valueAt(batch.columns[at]!, row))));
    const hunt = new Hunt(compileRules([rule]));
    await hunt.given("events", events);
    some += planned.length;
    const hunted = hunt.result().found[0]?.hits.map((hit) => hit.line) ?? [];
    const wrong = [...planned.filter((line) => !hunted.includes(line)), ...hunted.filter((line) => !planned.includes(line))];
    expect(wrong, `seed ${seed}\n${text}\n${wrong.map((line) => `${planned.includes(line) ? "plan" : "hunt"} ${JSON.stringify(events[line])}`).slice(0, 3).join("\n")}`).toEqual([]);
  }
  expect(some, `seed ${seed}`).toBeGreaterThan(20);
});
