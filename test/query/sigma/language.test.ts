/** Sigma as a language of the house: the plan and its trace, completion, hover, layout, loosened terms, hostile texts. */
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/base";
import { LocalLab } from "../../../src/core";
import { holds, readSigma, sigma } from "../../../src/query/sigma";
import type { EventValue } from "../../../src/query/sigma";
import { valueAt } from "../../../src/table";

const time = { clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => 639_000_000_000_000_000n };

async function labOf(events: readonly unknown[]): Promise<LocalLab> {
  const lab = new LocalLab(time);
  await lab.load({ id: "s", table: "Events", map: false, text: events.map((e) => JSON.stringify(e)).join("\n"), format: "ndjson" });
  return lab;
}

/** Runs a rule over events: the numbers (`n`) of those that it finds, and the trace. */
async function run(text: string, events: readonly unknown[]) {
  const lab = await labOf(events);
  const compiled = sigma.compile(text, lab.scope({ lenient: false, now: time.wallTicks() }));
  expect(compiled.plan, JSON.stringify(compiled.diagnostics)).toBeDefined();
  const outcome = await lab.run(compiled.plan!, { now: time.wallTicks() });
  if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome.kind));
  const at = outcome.table.schema.columns.findIndex((c) => c.name === "n");
  const found = outcome.table.batches.flatMap((b) => Array.from({ length: b.length }, (_, row) => Number(valueAt(b.columns[at]!, row))));
  return { found, trace: outcome.trace, compiled };
}

const RULE = `title: T
logsource:
    category: test
detection:
    selection:
        Image|endswith: '\\cmd.exe'
        CommandLine|contains:
            - whoami
            - net
    filter_main_user:
        User: SYSTEM
    condition: selection and not 1 of filter_main_*
`;

const EVENTS = [
  { n: 1, Image: "C:\\x\\CMD.exe", CommandLine: "cmd /c whoami", User: "bob" },
  { n: 2, Image: "C:\\x\\cmd.exe", CommandLine: "cmd /c whoami", User: "system" },
  { n: 3, Image: "C:\\x\\cmd.exe", CommandLine: "dir", User: "bob" },
  { n: 4, Image: "C:\\x\\ps.exe", CommandLine: "net use" },
];

describe("the plan", () => {
  it("finds events and counts each item, each selection and each conjunct", async () => {
    const { found, trace } = await run(RULE, EVENTS);
    expect(found).toEqual([1]);
    const step = trace.find((s) => s.label === "condition");
    const told = (counts: readonly { span: { from: number; to: number }; passed: number }[] | undefined) =>
      counts?.map((c) => `${RULE.slice(c.span.from, c.span.to).split("\n")[0]} → ${c.passed}`);
    expect(told(step?.terms)).toEqual([
      "Image|endswith: '\\cmd.exe' → 3", "CommandLine|contains: → 3", "not 1 of filter_main_* → 3"]);
    expect(told(step?.counted)).toEqual(["selection: → 2", "filter_main_user: → 1", "Image|endswith: '\\cmd.exe' → 3",
      "CommandLine|contains: → 3", "User: SYSTEM → 1"]);
  });

  it("says what a column holds where an item finds nothing", async () => {
    const { trace } = await run(RULE.replace("\\cmd.exe", "\\calc.exe"), EVENTS);
    expect(trace.find((s) => s.label === "condition")?.terms?.[0]?.instead?.column).toBe("Image");
  });

  it("takes fields from where the log source has them", async () => {
    const event = (id: number, image: string, n: number) => ({ n, Event: { System: { Provider: { "#attributes": { Name:
      "Microsoft-Windows-Sysmon" } }, EventID: id, Channel: "Microsoft-Windows-Sysmon/Operational" }, EventData: { Image: image } } });
    const text = "title: T\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s:\n    Image|endswith: cmd.exe\n  condition: s\n";
    const { found, trace } = await run(text, [event(1, "C:\\cmd.exe", 1), event(3, "C:\\cmd.exe", 2), event(1, "C:\\ps.exe", 3)]);
    expect(found).toEqual([1]);
    expect(trace.map((s) => s.label)).toEqual(["Events", "logsource", "condition"]);
    expect(trace.find((s) => s.label === "logsource")?.rowsOut).toBe(2);
  });

  it("tells a field that no column holds", async () => {
    const lab = await labOf(EVENTS);
    const found = sigma.compile(RULE.replace("User:", "Usr:"), lab.scope({ lenient: false, now: time.wallTicks() })).diagnostics;
    expect(found.map((d) => d.code)).toEqual(["sigma-no-field"]);
  });

  it("shows several rules as several results", async () => {
    const { compiled } = await run(`${RULE}---\n${RULE.replace("title: T", "title: U").replace("and not 1 of filter_main_*", "")}`, EVENTS);
    expect(compiled.plan?.earlier?.map((e) => e.name)).toEqual(["T"]);
    expect(compiled.plan?.name).toBe("U");
  });

  it("counts selections where a number of them is asked for", async () => {
    const text = "title: T\nlogsource: {category: t}\ndetection:\n  a1: {a: 1}\n  a2: {b: 1}\n  a3: {c: 1}\n  condition: 2 of a*\n";
    expect((await run(text, [{ n: 1, a: 1, b: 0, c: 1 }, { n: 2, a: 1, b: 0, c: 0 }])).found).toEqual([1]);
  });
});

/** A small generator of numbers, so that a seed gives the same run everywhere. */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe("laws", () => {
  const words = ["a", "B", "ab", "aB*", "?b", "b\\*", "12", "7", "ä", "Ä*", "x y", "", "*", "-a /b", "10.1.2.3", "2026-03-01T04:05:06Z"];
  const modifiers = ["", "", "", "|contains", "|startswith", "|endswith", "|cased", "|contains|all", "|neq", "|windash", "|contains|windash|all",
    "|base64", "|wide|base64offset|contains", "|re", "|re|i"];

  function ruleOf(roll: (n: number) => number): string {
    const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
    const field = () => pick(["f", "g", "h.i", "k"]);
    const line = (): string => {
      switch (roll(12)) {
        case 0:
          return `${field()}: null`;
        case 1:
          return `${field()}|exists: ${pick(["true", "false"])}`;
        case 2:
          return `${field()}|${pick(["lt", "lte", "gt", "gte"])}: ${roll(15)}`;
        case 3:
          return `${field()}|cidr: ${pick(["10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0"])}`;
        case 4:
          return `${field()}|fieldref${pick(["", "|contains", "|startswith"])}: ${field()}`;
        case 5:
          return `${field()}|${pick(["hour", "month", "week"])}: ${roll(12) + 1}`;
        case 6:
          return `${field()}: ${roll(13)}`;
        default: {
          const mods = pick(modifiers);
          const values = Array.from({ length: 1 + roll(3) }, () => pick(words)
            .replace(mods.includes("base64") ? /[*?]/g : mods.includes("|re") ? /[*?\\]/g : /$^/, "")).map((w) => `'${w}'`);
          return `${field()}${mods}: [${values.join(", ")}]`;
        }
      }
    };
    const selection = (name: string): string => {
      if (roll(8) === 0) return `  ${name}: ['${pick(words.slice(0, 3))}', 12]\n`;
      const lines = new Map(Array.from({ length: 1 + roll(3) }, () => {
        const said = line();
        return [said.slice(0, said.indexOf(":")), said] as const;
      }));
      return `  ${name}:\n${[...lines.values()].map((l) => `    ${l}\n`).join("")}`;
    };
    const condition = (depth: number): string => (depth === 0 ? pick(["a1", "a2", "b1", "1 of a*", "all of a*", "all of them", "1 of them"])
      : pick([`(${condition(depth - 1)} and ${condition(depth - 1)})`, `(${condition(depth - 1)} or ${condition(depth - 1)})`,
        `not ${condition(depth - 1)}`]));
    return `title: T\nlogsource: {category: test}\ndetection:\n${selection("a1")}${selection("a2")}${selection("b1")}  condition: ${condition(roll(3))}\n`;
  }

  it("the plan finds what a plain look at each event finds", async () => {
    const values = [...words, 7, 12, true, null, ["a", "B"], { i: "ab" }, "YQ==", "YQBi", "007", "10", 2.5];
    for (let seed = 1; seed <= 60; seed++) {
      const roll = dice(seed * 104729);
      const events = Array.from({ length: 25 }, (_, n) => {
        const event: Record<string, unknown> = { n };
        for (const key of ["f", "g", "k"]) if (roll(4) > 0) event[key] = values[roll(values.length)];
        if (roll(3) > 0) event["h"] = { i: values[roll(values.length)] };
        return event;
      });
      const text = ruleOf(roll);
      const rule = readSigma(text).rules[0];
      if (rule?.kind !== "detection") throw new Error(`${text}${JSON.stringify(readSigma(text).diagnostics)}`);
      const wanted = events.filter((event) => holds(rule, withoutNulls(event) as EventValue)).map((e) => e["n"]);
      expect((await run(text, events)).found, `seed ${seed}\n${text}`).toEqual(wanted);
    }
  }, 60_000);

  /** In a table a null cell and none are the same. */
  function withoutNulls(event: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
  }

  it("takes any text without a throw, and layout keeps what it says", async () => {
    const scope = (await labOf(EVENTS)).scope({ lenient: false, now: time.wallTicks() });
    const pieces = ["|", ":", " ", "\n", "'", '"', "*", "[", "]", "{", "}", "- ", "#", "---\n", "not ", "of ", "condition: ", "|all", "&a ", "*a ", "%x%", "\\", "(", "null"];
    for (let seed = 1; seed <= 300; seed++) {
      const roll = dice(seed * 15485863);
      let text = RULE;
      for (let i = 0; i < 1 + roll(6); i++) {
        const at = roll(text.length + 1);
        text = text.slice(0, at) + (pieces[roll(pieces.length)] ?? "") + text.slice(at + roll(4));
      }
      const told = `seed ${seed}`;
      expect(() => {
        for (const d of sigma.compile(text, scope).diagnostics) expect(d.span.to, told).toBeLessThanOrEqual(text.length);
        let before = 0;
        for (const token of sigma.tokens(text)) {
          expect(token.span.from, told).toBeGreaterThanOrEqual(before);
          before = token.span.to;
        }
        sigma.expected(text, roll(text.length), scope);
        sigma.hover(text, roll(text.length), scope);
        const formatted = sigma.format(text);
        expect(sigma.format(formatted), told).toBe(formatted);
      }, told).not.toThrow();
    }
  });
});

describe("the editor", () => {
  /** What is offered at the mark. */
  async function offered(marked: string): Promise<string[]> {
    const at = marked.indexOf("▮");
    const scope = (await labOf(EVENTS)).scope({ lenient: false, now: time.wallTicks() });
    return sigma.expected(marked.replace("▮", ""), at, scope).map((e) => e.label);
  }

  it.each([
    ["ti▮", "title"],
    ["title: T\nlevel: ▮", "critical"],
    ["status: ▮", "experimental"],
    ["logsource:\n    ▮", "category"],
    ["logsource:\n    category: test\ndetection:\n    selection:\n        ▮", "CommandLine"],
    ["logsource:\n    category: test\ndetection:\n    selection:\n        Image|e▮: x", "endswith"],
    ["logsource:\n    category: test\ndetection:\n    selection:\n        User: ▮", "bob"],
    ["detection:\n    sel_a:\n        a: 1\n    condition: s▮", "sel_a"],
    ["detection:\n    sel_a:\n        a: 1\n    condition: ▮", "1 of sel_*"],
    ["correlation:\n    type: ▮", "temporal_ordered"],
    ["correlation:\n    ▮", "timespan"],
    ["tags:\n    - att▮", "attack.execution"],
  ])("%j offers %s", async (text, wanted) => expect(await offered(text)).toContain(wanted));

  it("explains modifiers and where a field is looked for", async () => {
    const scope = (await labOf(EVENTS)).scope({ lenient: false, now: time.wallTicks() });
    expect(sigma.hover(RULE, RULE.indexOf("endswith") + 2, scope)?.doc).toContain("ends with");
    expect(sigma.hover(RULE, RULE.indexOf("Image") + 2, scope)?.title).toBe("Image in Events");
  });

  it("colours fields, modifiers and the condition", () => {
    const shown = sigma.tokens(RULE).map((t) => `${t.kind} ${RULE.slice(t.span.from, t.span.to)}`);
    for (const token of ["keyword title", "column Image", "function endswith", "variable selection", "keyword and", "variable filter_main_*"]) {
      expect(shown).toContain(token);
    }
  });

  it("lays out with four blanks", () => {
    const text = "title: T  \ndetection:\n  s:\n    - a: 1\n      b:\n      - 2\n      - 3\n    - c: |\n        x\n          y\n  condition: s";
    expect(sigma.format(text)).toBe(
      "title: T\ndetection:\n    s:\n        - a: 1\n          b:\n              - 2\n              - 3\n        - c: |\n            x\n              y\n    condition: s\n");
  });

  it("makes a comment of an item and takes a conjunct away", () => {
    const item = readSigma(RULE).rules[0];
    if (item?.kind !== "detection") throw new Error("no rule");
    const span = (said: string) => ({ from: RULE.indexOf(said), to: RULE.indexOf(said) + said.length });
    const loosened = applyEdits(RULE, sigma.commentOut?.(RULE, [span("Image|endswith: '\\cmd.exe'"), span("not 1 of filter_main_*")]) ?? []);
    expect(loosened).toContain("        # Image|endswith: '\\cmd.exe'\n");
    expect(loosened).toContain("condition: selection\n");
    expect(readSigma(loosened).refused).toEqual([]);
    expect(sigma.commentOut?.(RULE, [span("User: SYSTEM")])).toEqual([]);
  });
});
