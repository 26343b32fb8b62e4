/** Many rules at once find what each of them finds alone. */
import { describe, expect, it } from "vitest";
import { Pace } from "../../src/base";
import { compileRules, Hunt } from "../../src/hunt";
import type { HuntOptions, HuntResult, RuleSetOptions } from "../../src/hunt";
import { readSigma } from "../../src/query/sigma";
import type { DetectionRule } from "../../src/query/sigma";
import type { EventValue } from "../../src/schema";
import { schemaOf, tableOf } from "../../src/table";
import { finds } from "./naive";
import { dice, randomEvent, randomRule } from "./random";

async function hunt(rules: readonly string[], lines: readonly string[], options: RuleSetOptions = {}, more: HuntOptions = {}): Promise<HuntResult> {
  const run = new Hunt(compileRules(rules.flatMap((rule) => readSigma(rule).rules), options), more);
  await run.lines("events.jsonl", lines.map((line) => `${line}\n`));
  return run.result();
}

const rule = (title: string, body: string, source = "product: windows, category: process_creation") =>
  `title: ${title}\nlogsource: {${source}}\ndetection:\n${body}\n`;
const lines = (result: HuntResult) => Object.fromEntries(result.found.map((each) => [each.rule.title?.value, each.hits.map((hit) => hit.line)]));
const process = (data: object) => JSON.stringify({ Channel: "Microsoft-Windows-Sysmon/Operational", EventID: 1, ...data });

describe("a hunt", () => {
  it("agrees with asking each rule of each event, on random rules and events", async () => {
    for (const seed of [1, 2, 3, Math.floor(Date.now() / 1000)]) {
      const roll = dice(seed);
      const rules = Array.from({ length: 60 }, (_, n) => randomRule(roll, n)).flatMap((text) => readSigma(text).rules) as DetectionRule[];
      const events = Array.from({ length: 150 }, () => randomEvent(roll));
      const logsource = roll(2) === 0;
      const run = new Hunt(compileRules(rules, { logsource }));
      await run.lines("events", [events.map((event) => JSON.stringify(event)).join("\n")]);
      const found = new Map(run.result().found.map((each) => [each.rule, each.hits.map((hit) => hit.line)]));
      let some = 0;
      for (const each of rules) {
        const expected = events.flatMap((event, line) => (finds(each, event as EventValue, logsource) ? [line] : []));
        some += expected.length;
        const got = found.get(each) ?? [];
        const wrong = [...expected.filter((n) => !got.includes(n)), ...got.filter((n) => !expected.includes(n))];
        const { from, to } = each.span;
        expect(wrong, `seed ${seed}, logsource ${logsource}, rule ${each.title?.value} ${from}-${to} ${JSON.stringify([...each.selections.values()].map((s) => s.match))} ${JSON.stringify(each.conditions)}, event ${JSON.stringify(events[wrong[0] ?? 0])}`).toEqual([]);
      }
      expect(some, `seed ${seed}`).toBeGreaterThan(100);
    }
  });

  it("reads what stands beyond 2^53 exactly", async () => {
    const line = process({ LogonId: "x" }).replace("\"x\"", "9007199254740993");
    const found = await hunt([rule("exact", "  s:\n    LogonId: '9007199254740993'\n  condition: s"), rule("near", "  s:\n    LogonId: '9007199254740992'\n  condition: s"),
      rule("keyword", "  s:\n    - '9007199254740993'\n  condition: s")], [line]);
    expect(lines(found)).toEqual({ exact: [0], keyword: [0] });
  });

  it("takes a key that objects have from birth for a key like others", async () => {
    const found = await hunt([rule("proto", "  s:\n    __proto__: x\n  condition: s"), rule("string", "  s:\n    toString|exists: true\n  condition: s")],
      [process({}), process({}).replace("{", "{\"__proto__\":\"x\","), process({ toString: 1 })]);
    expect(lines(found)).toEqual({ proto: [1], string: [2] });
  });

  it("finds keywords in values that JSON writes with escapes", async () => {
    const found = await hunt([rule("keyword", "  s:\n    - 'mimi katz'\n    - 'C:\\Temp\\evil'\n  condition: s", "product: windows")],
      [process({ a: "C:\\temp\\EVIL.exe" }), process({}).replace("}", ",\"m\":\"mi\\u006di katz\"}"), process({ a: "other" })]);
    expect(lines(found)).toEqual({ keyword: [0, 1] });
  });

  it("tells lines that are not JSON, and lists that are cut", async () => {
    const found = await hunt([rule("all", "  s:\n    Image|exists: true\n  condition: s")], [process({ Image: "a" }), "{broken", "", process({ Image: "b" })], {}, { keep: 1 });
    expect(found.found.map((each) => [each.count, each.hits.length])).toEqual([[2, 1]]);
    expect(found.diagnostics.map((each) => each.code)).toEqual(["hunt-bad-line", "hunt-capped"]);
    expect(found.diagnostics[0]?.message).toContain("Line 2 of events.jsonl");
  });

  it("reads a file of records that is one line", async () => {
    const record = { eventSource: "s3.amazonaws.com", eventName: "DeleteBucket", eventVersion: "1.08" };
    const found = await hunt([rule("bucket", "  s:\n    eventName: DeleteBucket\n  condition: s", "product: aws, service: cloudtrail")], [JSON.stringify({ Records: [record, { ...record, eventName: "x" }] })]);
    expect([found.events, found.found[0]?.count]).toEqual([2, 1]);
  });

  it("says when, and of what shape the events are", async () => {
    const found = await hunt([rule("all", "  s:\n    Image|exists: true\n  condition: s")], [process({ Image: "a", "@timestamp": "2024-01-02T03:04:05Z" }), process({ Image: "a", "@timestamp": "2023-01-02T03:04:05Z" })]);
    const [all] = found.found;
    expect(all!.first! < all!.last!).toBe(true);
    expect(found.shapes.map(({ shape, events }) => [shape.id, events])).toEqual([["windows-flat", 2]]);
  });

  it("hunts in a table, where an empty text is no value", async () => {
    const sysmon = "Microsoft-Windows-Sysmon/Operational";
    const value = tableOf(schemaOf({ EventID: "long", Channel: "string", Image: "string", CommandLine: "string" }),
      [[1n, sysmon, "C:\\a.exe", ""], [1n, sysmon, "C:\\b.exe", "x"]]);
    const run = new Hunt(compileRules(readSigma(rule("empty", "  s:\n    Image|endswith: '.exe'\n    CommandLine: null\n  condition: s")).rules));
    await run.table("t", value);
    expect(lines(run.result())).toEqual({ empty: [0] });
  });

  it("gives the same for any cut of the text", async () => {
    const set = compileRules(readSigma(rule("a", "  s:\n    Image|endswith: 'a.exe'\n  condition: s")).rules);
    const text = Array.from({ length: 20 }, (_, n) => process({ Image: n % 3 === 0 ? "C:\\a.exe" : "b" })).join("\n");
    for (const size of [1, 7, 64, 1000]) {
      const run = new Hunt(set);
      await run.lines("t", Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size)));
      expect(lines(run.result())).toEqual({ a: [0, 3, 6, 9, 12, 15, 18] });
    }
  });

  it("leaves out a line that is longer than memory should be, without keeping it", async () => {
    const run = new Hunt(compileRules(readSigma(rule("a", "  s:\n    Image|endswith: 'a.exe'\n  condition: s")).rules));
    const much = "x".repeat(1 << 20);
    await run.lines("t", (function* () {
      for (let i = 0; i < 200; i++) yield much;
      yield `\n${process({ Image: "a.exe" })}\n`;
    })());
    expect(lines(run.result())).toEqual({ a: [1] });
    expect(run.result().diagnostics[0]?.message).toContain("Line 1 of t is left out: it is longer than");
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const pace = new Pace({ clock: () => 0, pause: () => Promise.resolve(), signal: stop.signal });
    const run = new Hunt(compileRules(readSigma(rule("a", "  s:\n    Image: a\n  condition: s")).rules), { pace, progress: () => stop.abort() });
    await expect(run.lines("t", [`${process({})}\n`, `${process({})}\n`])).rejects.toThrow("cancelled");
  });

  const logon = (title: string, more = "") => `title: ${title}\nname: failed\nlogsource: {product: windows, service: security}\ndetection:\n  s:\n    EventID: 4625\n  condition: s\n${more}`;
  const many = `title: Many\nstatus: test\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [User]\n  timespan: 1m\n  condition: {gte: 3}\n`;
  const failed = (user: string, second: number, more: object = {}) =>
    JSON.stringify({ Channel: "Security", EventID: 4625, Hostname: "pc", User: user, "@timestamp": `2024-01-01T00:00:${String(second).padStart(2, "0")}Z`, ...more });

  it("correlates in the order of time, whatever the order of the file", async () => {
    const found = await hunt([logon("Failed"), many], [failed("ann", 50), failed("bob", 1), failed("ann", 1), failed("bob", 2), failed("ann", 30)]);
    expect(found.found).toEqual([]);
    expect(found.correlated.map((each) => [each.rule.title?.value, each.groups.map((group) => [group.by.get("User"), group.count])])).toEqual([["Many", [["ann", 1]]]]);
  });

  it("tells matches without a time, which no correlation can count", async () => {
    const found = await hunt([logon("Failed"), many], [failed("ann", 1, { "@timestamp": "never" })]);
    expect([found.correlated.length, found.diagnostics.map((each) => each.code)]).toEqual([0, ["hunt-untimed"]]);
  });
});
