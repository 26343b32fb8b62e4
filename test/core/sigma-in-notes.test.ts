/** A Sigma rule of a note: found by its fence, run on its samples, converted. */
import { describe, expect, it, test } from "vitest";
import { convertText, languageOfFence, LocalLab, runRule } from "../../src/core";
import { readNote } from "../../src/vault";
import { still } from "./worlds";

const RULE = `title: Log cleared
id: f38c29fd-600b-5f84-8e9c-ab4244adf68c
logsource:
    product: windows
    category: process_creation
detection:
    clear:
        Image|endswith: '\\wevtutil.exe'
        CommandLine|contains: ' cl '
    condition: clear
`;

describe("the language of a fence", () => {
  const cases: readonly [string, string, string | undefined][] = [
    ["sigma", "", "sigma"], ["Sigma", "title: x", "sigma"], ["yml", RULE, "sigma"], ["YAML", RULE, "sigma"],
    ["yaml", "title: x\nsteps: [a]", undefined], ["yml", "", undefined], ["json", RULE, undefined], ["kusto", "T", "kql"],
    ["yaml", "on:\n  detection: true\n  title: y", undefined],
  ];
  for (const [word, text, id] of cases) {
    test(`${word} with ${JSON.stringify(text.slice(0, 20))} is ${id ?? "none"}`, () => { expect(languageOfFence(word, text)?.id).toBe(id); });
  }
});

const sysmon = (line: string): string => JSON.stringify({ Event: {
  System: { Channel: "Microsoft-Windows-Sysmon/Operational", EventID: 1, TimeCreated: { "#attributes": { SystemTime: "2026-03-10T09:00:00Z" } } },
  EventData: { Image: "C:\\Windows\\System32\\wevtutil.exe", CommandLine: line },
} });
const device = (line: string): string => JSON.stringify({
  Timestamp: "2026-03-10T09:00:00Z", ActionType: "ProcessCreated", FolderPath: "C:\\Windows\\System32\\wevtutil.exe", ProcessCommandLine: line,
});
const NOTE = `# Log cleared

\`\`\`yml
${RULE}\`\`\`

## Samples

\`\`\`json expect=match name="nested"
${sysmon("wevtutil cl System")}
\`\`\`

\`\`\`json expect=none name="nested, listed"
${sysmon("wevtutil el")}
\`\`\`

\`\`\`json table=DeviceProcessEvents expect=match name="a table's columns"
${device("wevtutil cl System")}
\`\`\`

\`\`\`json table=DeviceProcessEvents expect=match name="a wrong expectation"
${device("wevtutil el")}
\`\`\`
`;

it("runs on samples as they were written, and in the columns of a table where they name it", async () => {
  const runs = await runRule(readNote({ path: "Rules/r.md" }, NOTE), new LocalLab(still), { read: () => Promise.reject(new Error("no file")), at: 0 });
  expect(runs.map(({ verdict }) => [verdict.sample, verdict.got, verdict.passed])).toEqual([
    ["nested", 1, true], ["nested, listed", 0, true], ["a table's columns", 1, true], ["a wrong expectation", 0, false],
  ]);
});

it("judges a correlation by its groups, and not by the events of the rules below it", async () => {
  const failed = (user: string, minute: number): string => JSON.stringify({ timestamp: `2026-03-10T09:${String(minute).padStart(2, "0")}:00Z`, User: user, Result: "failed" });
  const note = (rule: string): string => `\`\`\`yml
title: Failed
id: 910ffede-5f3d-4386-8acd-3f738c6f0c38
name: failed
logsource: { category: authentication }
detection:
    failed:
        Result: failed
    condition: failed
---
title: Many failed
id: 910ffede-5f3d-4386-8acd-3f738c6f0c39
correlation:
    type: event_count
    rules:
        - ${rule}
    group-by:
        - User
    timespan: 5m
    condition:
        gte: 3
\`\`\`

\`\`\`jsonl expect=match name="three of one"
${[1, 2, 3].map((minute) => failed("ana", minute)).join("\n")}
\`\`\`

\`\`\`jsonl expect=none name="two of one, one of another"
${[failed("ana", 1), failed("ana", 2), failed("bo", 3)].join("\n")}
\`\`\`
`;
  const run = async (text: string) => (await runRule(readNote({ path: "Rules/c.md" }, text), new LocalLab(still), { read: () => Promise.reject(new Error("no file")), at: 0 }))
    .map(({ verdict }) => [verdict.sample, verdict.got, verdict.passed]);
  expect(await run(note("failed"))).toEqual([["three of one", 1, true], ["two of one, one of another", 0, true]]);
  // What it refers to is nowhere: it says nothing, and passes nothing.
  expect(await run(note("missing"))).toEqual([["three of one", null, false], ["two of one, one of another", null, false]]);
});

describe("a text in another language", () => {
  it("gives a query for each rule, and none when one cannot be said", () => {
    const two = `${RULE}---\n${RULE.replace("Log cleared", "Second").replace("f38c", "f38d").replace(" cl ", " el ")}`;
    expect(convertText(two, "defender").text?.split("\n\n").map((query) => query.split("\n")[0])).toEqual(["DeviceProcessEvents", "DeviceProcessEvents"]);
    const odd = convertText(RULE.replace("product: windows", "product: toaster"), "sentinel");
    expect(odd.text).toBeUndefined();
    expect(odd.diagnostics.some((d) => d.severity === "error")).toBe(true);
  });

  it("says what is wrong in a rule that cannot be read", () => {
    const { text, diagnostics } = convertText("title: x\nlogsource:\n  product: windows\ndetection:\n  condition: nothing\n", "splunk");
    expect([text, diagnostics.some((d) => d.severity === "error")]).toEqual([undefined, true]);
  });
});
