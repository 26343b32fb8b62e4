import { describe, expect, it } from "vitest";
import { draftFrom, logSourceOf } from "../../src/hunt";
import { explain } from "../../src/hunt";
import { tune } from "../../src/hunt";
import { hasTrait, flatten, traitLines } from "../../src/hunt/traits";
import { applyEdits } from "../../src/base";
import { readSigma, type DetectionRule } from "../../src/query/sigma";
import { seeded } from "../../src/query/engine/run";

const event = (data: Record<string, unknown>, id = 1) => ({ Event: {
  System: { EventID: id, Channel: "Microsoft-Windows-Sysmon/Operational", Computer: "pc1" }, EventData: data } }) as never;
function read(text: string): DetectionRule {
  const { rules, diagnostics } = readSigma(text);
  const [rule] = rules;
  if (rule?.kind !== "detection" || diagnostics.some((d) => d.severity === "error")) {
    throw new Error(`${diagnostics.map((d) => d.message).join(" ")}\n${text}`);
  }
  return rule;
}
const OPTIONS = { today: "2026-05-01", id: "00000000-0000-4000-8000-000000000000" };

describe("a drafted rule", () => {
  it("finds the chosen events and none of the others", () => {
    const chosen = [1, 2, 3].map((n) => event({
      Image: `C:\\Users\\u${n}\\tool.exe`, CommandLine: `tool.exe -dump lsass out${n}.dmp`, ProcessId: n, UtcTime: `2026-01-0${n} 10:00:00`, User: "corp\\ana",
    }));
    const others = [event({ Image: "C:\\Windows\\tool.exe", CommandLine: "tool.exe -help", User: "corp\\ana" }), event({ Image: "C:\\a\\b.exe", CommandLine: "b lsass" }),
      event({ Image: "C:\\Users\\u1\\tool.exe", CommandLine: "-dump lsass" }, 3)];
    const draft = draftFrom(chosen, others, OPTIONS);
    expect(draft?.text).toContain("    category: process_creation\n    product: windows\n".split("\n")[0]);
    expect(draft).toMatchObject({ alsoFound: 0, others: 2 });
    const rule = read(draft?.text ?? "");
    expect(chosen.every((e) => explain(rule, e).matches)).toBe(true);
    expect(others.some((e) => explain(rule, e).matches)).toBe(false);
    expect(draft?.traits.some((t) => /User|ProcessId|UtcTime/.test(t.field))).toBe(false);
  });

  it("is none when events have nothing in common, or there are none", () => {
    expect(draftFrom([], [], OPTIONS)).toBeUndefined();
    expect(draftFrom([event({ Image: "C:\\a.exe" }), event({ CommandLine: "b" })], [], OPTIONS)).toBeUndefined();
  });

  it.each([
    [event({}, 3), "network_connection"], [event({}, 11), "file_event"], [event({}, 13), "registry_set"],
  ])("knows the log source of an event", (e, category) => {
    expect(logSourceOf(e)).toEqual({ product: "windows", category });
  });
});

describe("traits", () => {
  const seed = Number(process.env["SEED"] ?? 9);
  it(`say in Sigma what they mean, whatever stands in the text (seed ${seed})`, () => {
    const random = seeded(seed);
    const signs = ["a", "B", "\\", "*", "?", "'", "\"", " ", "%", "#", ":", "-", "é", "\t", "{", "}", "1"];
    for (let i = 0; i < 1500; i++) {
      const text = Array.from({ length: 1 + Math.floor(random() * 8) }, () => signs[Math.floor(random() * signs.length)] ?? "").join("");
      const how = (["equals", "contains", "startswith", "endswith"] as const)[Math.floor(random() * 4)] ?? "equals";
      const lines = traitLines({ field: "F", how, texts: [text] }, 8);
      const rule = read(`title: T\nlogsource: {category: test}\ndetection:\n    s:\n${lines}    condition: s\n`);
      for (const value of [text, `x${text}`, `${text}x`, `x${text}x`, "other", text.replace(/[*?]/g, "q"), text.replace(/\\/g, "\\\\")]) {
        const e = { F: value };
        expect([text, how, value, explain(rule, e as never).matches]).toEqual([text, how, value, hasTrait(flatten(e as never), { field: "F", how, texts: [text] })]);
      }
    }
  });
});

const RULE = `title: T
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        Image|endswith: '\\tool.exe'
    condition: selection # the one
level: high
`;

describe("a tuned rule", () => {
  const hit = (n: number) => event({ Image: "C:\\x\\tool.exe", ParentImage: `C:\\p${n}\\cmd.exe`, User: `corp\\u${n}`, CommandLine: "tool a" });
  const noise = (n: number) => event({ Image: "C:\\x\\tool.exe", ParentImage: "C:\\Program Files\\Agent\\agent.exe", User: "NT AUTHORITY\\SYSTEM", CommandLine: `tool scan ${n}` });

  it("leaves out the false positives, keeps every hit and the rest of the text", () => {
    const [wrong, right] = [[noise(1), noise(2)], [hit(1), hit(2)]];
    const tuning = tune(read(RULE), RULE, wrong, right);
    expect(tuning).toMatchObject({ removed: 2, of: 2 });
    const text = applyEdits(RULE, tuning?.edits ?? []);
    expect(text).toContain("    condition: selection and not filter_tuned_1 # the one\nlevel: high\n");
    const rule = read(text);
    expect([wrong.filter((e) => explain(rule, e).matches).length, right.filter((e) => explain(rule, e).matches).length]).toEqual([0, 2]);
  });

  it("makes several filters where false positives are of several kinds", () => {
    const same = { Image: "C:\\x\\tool.exe", CommandLine: "tool a" };
    const agent = (n: number) => event({ ...same, ParentImage: "C:\\Program Files\\Agent\\agent.exe", User: "corp\\u1", Session: `s${n}` });
    const build = (n: number) => event({ ...same, ParentImage: "C:\\p1\\cmd.exe", User: "corp\\build", Session: `s${n}` });
    const wrong = [agent(1), agent(2), build(3), build(4), build(5)];
    const rule = RULE.replace("condition: selection", "condition: selection or 1 of selection*");
    const tuning = tune(read(rule), rule, wrong, [hit(1)]);
    const text = applyEdits(rule, tuning?.edits ?? []);
    expect(text).toContain("condition: (selection or 1 of selection*) and not 1 of filter_tuned_*");
    expect([tuning?.removed, wrong.filter((e) => explain(read(text), e).matches).length, explain(read(text), hit(1)).matches]).toEqual([5, 0, true]);
  });

  it("keeps to the indentation of the rule", () => {
    const narrow = RULE.replace(/ {4}/g, "  ");
    const text = applyEdits(narrow, tune(read(narrow), narrow, [noise(1)], [hit(1)])?.edits ?? []);
    expect(text).toContain("\n  filter_tuned_1:\n    ");
    expect(explain(read(text), noise(1)).matches).toBe(false);
  });

  it("is none when a hit looks the same", () => {
    expect(tune(read(RULE), RULE, [noise(1)], [noise(1)])).toBeUndefined();
  });

  const seed = Number(process.env["SEED"] ?? 12);
  it(`never loses a hit, on random events (seed ${seed})`, () => {
    const random = seeded(seed);
    const pick = (...from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
    for (let i = 0; i < 150; i++) {
      const make = () => event({ Image: "C:\\x\\tool.exe", ParentImage: pick("C:\\a\\a.exe", "C:\\a\\b.exe", "D:\\c.exe"), User: pick("u", "v", "w"), CommandLine: pick("tool -a x", "tool -b x", "tool -a -b") });
      const [wrong, right] = [Array.from({ length: 4 }, make), Array.from({ length: 3 }, make)];
      const tuning = tune(read(RULE), RULE, wrong, right);
      if (!tuning) continue;
      const rule = read(applyEdits(RULE, tuning.edits));
      expect(right.filter((e) => explain(rule, e).matches).length).toBe(3);
      expect(wrong.filter((e) => !explain(rule, e).matches).length).toBe(tuning.removed);
    }
  });
});
