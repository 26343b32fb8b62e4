/** The lab pane's controller over a lab in this thread, without any app. */
import { describe, expect, it } from "vitest";
import { LocalLab, type HuntLogs } from "../../src/core";
import { LabSession, type LabPorts, type LabSource, type SampleVerdict } from "../../src/obsidian/lab-session";
import { writeCsv } from "../../src/logs";
import type { Bytes } from "../../src/logs";
import { rowCount } from "../../src/table";
import type { LabModel } from "../../src/ui";
import { still } from "../core/worlds";

const EVENT = (name: string, user: string, more = "") =>
  `{"eventVersion":"1.08","eventTime":"2026-03-04T08:51:00Z","eventSource":"ec2.amazonaws.com","eventName":"${name}","awsRegion":"eu-west-1","userIdentity":{"type":"IAMUser","arn":"${user}"}${more}}`;
const RULE: LabSource = {
  id: "note:r.md#0", title: "Launch", group: "This note", language: "kql",
  text: "AWSCloudTrail | where EventName == 'RunInstances' | project UserIdentityArn, AwsRegion",
  samples: [
    { name: "Good", from: "note", text: `[${EVENT("RunInstances", "ana")},${EVENT("StopInstances", "bo")}]`, expect: {
      kind: "match",
    } },
    { name: "Bad", from: "note", text: `[${EVENT("StopInstances", "bo")}]`, expect: { kind: "none" } },
  ],
};

const SYSMON = (tool: string, line: string) => JSON.stringify({
  UtcTime: "2026-03-10T09:00:00.000Z", Channel: "Microsoft-Windows-Sysmon/Operational", EventID: 1, Computer: "pc-17",
  Image: `C:\\Windows\\System32\\${tool}`, CommandLine: line, ParentImage: "C:\\Windows\\explorer.exe",
});
const SIGMA: LabSource = {
  id: "note:s.md#0", title: "Log cleared", group: "This note", language: "sigma",
  text: `title: Log cleared
id: f38c29fd-600b-5f84-8e9c-ab4244adf68c
logsource:
    product: windows
    category: process_creation
detection:
    tool:
        Image|endswith: '\\wevtutil.exe'
    clear:
        CommandLine|contains: ' cl '
    condition: tool and clear
`,
  samples: [
    { name: "Cleared", from: "note", text: `${SYSMON("wevtutil.exe", "wevtutil cl System")}\n${SYSMON("wevtutil.exe", "wevtutil el")}`,
      expect: { kind: "rows", count: 1 } },
    { name: "Other", from: "note", text: SYSMON("cmd.exe", "cmd /c cl "), expect: { kind: "none" } },
  ],
};

class Host {
  readonly models: LabModel[] = [];
  readonly verdicts: SampleVerdict[] = [];
  readonly notices: string[] = [];
  readonly saved: string[] = [];
  readonly hunted: HuntLogs[] = [];
  copied = "";
  readonly session: LabSession;

  constructor(more: Partial<LabPorts> = {}) {
    this.session = new LabSession({
      lab: new LocalLab(still), tables: ["AWSCloudTrail"], limits: { rows: 1000, ms: 5000 },
      can: { clipboard: true, vaultFile: true, saveRows: true, saveQuery: true, hunt: true },
      clock: () => 0, wallTicks: still.wallTicks,
      readClipboard: () => Promise.resolve(`[${EVENT("RunInstances", "cy")}]`),
      writeClipboard: (text) => { this.copied = text; return Promise.resolve(); },
      chooseFile: () => Promise.resolve(null),
      copyText: (_, table) => writeCsv(table),
      saveRows: () => Promise.resolve(),
      saveQuery: (_, text) => { this.saved.push(text); return Promise.resolve(); },
      takeChart: () => Promise.resolve(),
      hunt: (logs) => { this.hunted.push(logs); return Promise.resolve(); },
      notice: (text) => { this.notices.push(text); },
      verdicts: (found) => { this.verdicts.push(...found); },
      onModel: (model) => { this.models.push(model); },
      ...more,
    });
  }

  get model(): LabModel {
    return this.session.model();
  }
}

/** Waits for something that comes soon. */
async function until(there: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !there(); n++) await new Promise((resolve) => { setTimeout(resolve, 10); });
  expect(there()).toBe(true);
}

/** Acts return at once; their answers come a few turns later. */
const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });

describe("the lab's session", () => {
  it("loads a rule's samples, runs it, judges each sample alone", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    expect(host.model.samples.map((s) => [s.name, s.table, s.rows, s.used])).toEqual([
      ["Good", "AWSCloudTrail", 2, true], ["Bad", "AWSCloudTrail", 1, true],
    ]);
    await host.session.run();
    const { run } = host.model;
    expect(run.kind === "finished" && run.outcome.kind === "done" && rowCount(run.outcome.table)).toBe(1);
    expect(host.verdicts.map((v) => [v.sample, v.rows, v.pass])).toEqual([["Good", 1, true], ["Bad", 0, true]]);
    expect(host.model.tab).toBe("rows");
  });

  it("runs a Sigma rule on samples as they were written, counts selections and items, and tells why not", async () => {
    const host = new Host();
    await host.session.open([SIGMA]);
    expect(host.model.samples.map((s) => [s.name, s.mapping, s.used])).toEqual([["Cleared", "none", true], ["Other", "none", true]]);
    await host.session.run();
    const { run } = host.model;
    if (run.kind !== "finished" || run.outcome.kind !== "done") throw new Error("the run did not end");
    expect(run.outcome.table.schema.columns.map((c) => c.name)).toEqual(
      ["UtcTime", "Channel", "EventID", "Computer", "Image", "CommandLine", "ParentImage"],
    );
    const condition = run.outcome.trace.find((step) => step.counted !== undefined);
    const said = (span: { readonly from: number; readonly to: number }): string => SIGMA.text.slice(span.from, span.to).trim();
    expect(condition?.terms?.map((t) => [said(t.span), t.passed])).toEqual(
      [["Image|endswith: '\\wevtutil.exe'", 2], ["CommandLine|contains: ' cl '", 2]],
    );
    expect(condition?.counted?.length).toBe(4);
    expect(host.verdicts.map((v) => [v.sample, v.rows, v.pass])).toEqual([["Cleared", 1, true], ["Other", 0, true]]);
    host.session.onShowSample(host.model.samples[0]?.id ?? "");
    await until(() => host.model.sampleRows?.table !== undefined);
    host.session.onWhy(1);
    await until(() => host.model.sampleRows?.why?.told !== undefined);
    expect(host.model.sampleRows?.why?.explained?.map((e) => [e.title, e.told.matches])).toEqual([["Log cleared", false]]);
  });

  it("takes an item of a Sigma rule for not there, and then out of its text", async () => {
    const host = new Host();
    await host.session.open([SIGMA]);
    await host.session.run();
    const { text } = SIGMA;
    const { run: before } = host.model;
    if (before.kind !== "finished") throw new Error("the run did not end");
    const term = before.outcome.trace.flatMap((step) => step.terms ?? []).find((t) => text.slice(t.span.from).startsWith("CommandLine"));
    if (!term) throw new Error("the trace has no such term");
    host.session.onTerm(term.span, false);
    await until(() => host.model.whatIf?.rows !== undefined);
    expect([host.model.whatIf?.rowsBefore, host.model.whatIf?.rows]).toEqual([1, 2]);
    expect(host.model.query.text).toBe(text);
    host.session.onWhatIfApply();
    await until(() => host.model.run.kind === "finished" && host.model.query.changed);
    expect(host.notices).toEqual([]);
    // It was all of its selection: the condition does without that.
    expect(host.model.query.text).toBe(text.replace("tool and clear", "tool"));
    await until(() => { const { run } = host.model; return run.kind === "finished" && run.outcome.kind === "done" && rowCount(run.outcome.table) === 2; });
  });

  it("reads pasted logs again when the next query wants them otherwise, and not when their table was said", async () => {
    const host = new Host();
    await host.session.open([{ ...RULE, samples: [] }, { ...SIGMA, samples: [] }]);
    host.session.onPaste(`[${EVENT("RunInstances", "ana")}]`);
    await until(() => host.model.samples.length === 1);
    expect(host.model.samples[0]?.mapping).not.toBe("none");
    host.session.onChoose(SIGMA.id);
    await until(() => host.model.samples[0]?.mapping === "none");
    host.session.onSampleTable(host.model.samples[0]?.id ?? "", "AWSCloudTrail");
    await until(() => host.model.samples[0]?.tableSaid === true && host.model.samples[0].mapping !== "none");
    host.session.onChoose(RULE.id);
    await settled();
    expect(host.model.samples[0]?.table).toBe("AWSCloudTrail");
  });

  it("asks which rules fire on a sample, in the text that was loaded", async () => {
    const host = new Host();
    await host.session.open([SIGMA]);
    host.session.onHunt(host.model.samples[1]?.id ?? "");
    await until(() => host.hunted.length === 1);
    expect(host.hunted).toEqual([{ name: "Other", from: { text: SIGMA.samples[1]?.text } }]);
  });

  it("takes a fix, says that the query is changed and what ran before is stale, and keeps no verdict of it", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    await host.session.run();
    const fix = host.model.query.diagnostics.find((d) => d.fix)?.fix;
    expect(fix?.title).toContain("AWSRegion");
    if (fix) host.session.onFix(fix);
    expect(host.model.query).toMatchObject(
      { text: RULE.text.replace("AwsRegion", "AWSRegion"), changed: true, diagnostics: [] },
    );
    expect(host.model.run).toMatchObject({ kind: "finished", stale: true });
    expect(host.model.samples.every((s) => s.verdict?.stale === true)).toBe(true);
    host.verdicts.length = 0;
    await host.session.run();
    expect(host.verdicts).toEqual([]);
    host.session.onSaveQuery();
    await settled();
    expect(host.saved).toEqual([RULE.text.replace("AwsRegion", "AWSRegion")]);
    expect(host.model.query.changed).toBe(false);
  });

  it("opens the diagnostics of a query that cannot run, and the trace of one that finds nothing", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    host.session.onQuery("AWSCloudTrail | where Nobody == 1");
    await host.session.run();
    expect(host.model.tab).toBe("diagnostics");
    host.session.onQuery("AWSCloudTrail | where EventName == 'Nothing'");
    await host.session.run();
    expect(host.model.tab).toBe("trace");
  });

  it("in strict mode refuses what the cloud would", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    host.session.onLenient(false);
    expect(host.model.query.diagnostics.some((d) => d.severity === "error")).toBe(true);
    await host.session.run();
    expect(host.model.run).toMatchObject({ kind: "finished", outcome: { kind: "failed" } });
  });

  it("pins now after the newest event, takes a time, and says when a text is none", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    expect(host.model.now).toMatchObject({ mode: "newest", text: "2026-03-04T08:51:01.0000000Z" });
    host.session.onNow("set", "2026-05-01T10:00:00Z");
    expect(host.model.now.problem).toBeUndefined();
    host.session.onNow("set", "soon");
    expect(host.model.now.problem).toContain("'soon' is not a time");
  });

  it("keeps pasted samples over a change of query, and lets the note's go", async () => {
    const host = new Host();
    await host.session.open([RULE, { ...RULE, id: "note:s.md#0", title: "Other", samples: [] }]);
    host.session.onClipboard();
    await settled();
    expect(host.model.samples.map((s) => s.name)).toEqual(["Good", "Bad", "Pasted"]);
    host.session.onChoose("note:s.md#0");
    await settled();
    expect(host.model.samples.map((s) => s.name)).toEqual(["Pasted"]);
    expect(host.model.query.title).toBe("Other");
  });

  it("tells a file that cannot be read and goes on with the others", async () => {
    const host = new Host();
    await host.session.open([{ ...RULE, samples: [
      { name: "gone.json", from: "note", text: () => Promise.reject(new Error("There is no file 'gone.json'.")) },
      ...RULE.samples,
    ] }]);
    expect(host.model.problems).toEqual(["There is no file 'gone.json'."]);
    expect(host.model.samples).toHaveLength(2);
    expect(host.model.loading).toEqual([]);
  });

  it("reads a file piece by piece, never as one text, and says in which line something is wrong", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    const file = new File([`${EVENT("RunInstances", "dee")}\n{"eventName": oops}\n${EVENT("StopInstances", "eve")}\n`], "own.ndjson");
    file.text = () => Promise.reject(new Error("read as one text"));
    host.session.onFiles([file]);
    await until(() => host.model.samples.length === 3);
    expect(host.model.problems).toEqual([]);
    expect(host.model.samples[2]).toMatchObject({ name: "own.ndjson", from: "file", table: "AWSCloudTrail", rows: 2, problems: [{ line: 2 }] });
    host.session.onSampleTable(host.model.samples[2]!.id, "AuditLogs");
    await until(() => host.model.samples[2]!.table === "AuditLogs");
    expect(host.model.samples[2]).toMatchObject({ rows: 2, tableSaid: true });
    host.session.onSampleFormat(host.model.samples[2]!.id, "text");
    await until(() => host.model.samples[2]!.format === "text");
    expect(host.model.samples[2]).toMatchObject({ rows: 3, formatSaid: true, tableSaid: true, table: "AuditLogs" });
    host.session.onSampleFormat(host.model.samples[2]!.id, null);
    await until(() => host.model.samples[2]!.format === "ndjson");
    expect(host.model.samples[2]).toMatchObject({ rows: 2, formatSaid: false, tableSaid: true });
  });

  it("tells how far the reading of a file is, and ends it when the user cancels", async () => {
    const piece = new TextEncoder().encode(`${EVENT("RunInstances", "fay")}\n`.repeat(25_000));
    let goOn = (): void => undefined;
    let closed = false;
    const text: Bytes = {
      size: 3 * piece.length,
      async *stream() {
        try {
          yield piece;
          await new Promise<void>((resolve) => { goOn = resolve; });
          yield piece;
          yield piece;
        } finally {
          closed = true;
        }
      },
    };
    const host = new Host({ chooseFile: () => Promise.resolve({ name: "big.ndjson", text }) });
    await host.session.open([RULE]);
    host.session.onVaultFile();
    await until(() => host.model.loading[0]?.read !== undefined);
    const [loading] = host.model.loading;
    expect(loading).toMatchObject({ name: "big.ndjson", read: piece.length, size: 3 * piece.length, cancelling: false });
    host.session.onCancelLoading(loading!.id);
    expect(host.model.loading).toMatchObject([{ name: "big.ndjson", cancelling: true }]);
    goOn();
    await until(() => host.model.loading.length === 0);
    expect(closed).toBe(true);
    expect(host.model.samples.map((s) => s.name)).toEqual(["Good", "Bad"]);
    expect(host.model.problems).toEqual([]);
  });

  it("reads no further in a file of a query that the user has left", async () => {
    let reads = 0;
    const host = new Host();
    const text = (): Promise<string> => {
      reads++;
      return new Promise((resolve) => { setTimeout(() => { resolve(EVENT("RunInstances", "gil")); }, 10); });
    };
    const slow = { ...RULE, samples: [{ name: "a.json", from: "note" as const, text }, { name: "b.json", from: "note" as const, text }] };
    const opened = host.session.open([slow]);
    await until(() => host.model.loading.length === 1);
    await host.session.open([{ ...RULE, id: "other" }]);
    await opened;
    expect(reads).toBe(1);
    expect(host.model.samples.map((s) => s.name)).toEqual(["Good", "Bad"]);
    expect(host.model.problems).toEqual([]);
  });

  it("shows the rows after a step", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    await host.session.run();
    const { run } = host.model;
    const step = run.kind === "finished" ? run.outcome.trace.find((s) => s.label === "where") : undefined;
    host.session.onPeek(step?.plan ?? -1);
    await settled();
    expect(host.model.peek?.table && rowCount(host.model.peek.table)).toBe(1);
    host.session.onPeek(null);
    expect(host.model.peek).toBeUndefined();
  });

  it("makes a table of another name of a sample when told, and reads it anew when not", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    const id = host.model.samples[0]?.id ?? "";
    host.session.onSampleTable(id, "AzureActivity");
    await settled();
    expect(host.model.samples[0]).toMatchObject({ table: "AzureActivity", tableSaid: true, used: false });
    host.session.onSampleTable(id, null);
    await settled();
    expect(host.model.samples[0]).toMatchObject({ table: "AWSCloudTrail", tableSaid: false, used: true });
  });

  it("copies what is shown", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    await host.session.run();
    const { run } = host.model;
    if (run.kind !== "finished" || run.outcome.kind !== "done") throw new Error("not done");
    host.session.onCopy("csv", run.outcome.table);
    await settled();
    expect(host.copied).toContain("ana,eu-west-1");
    expect(host.notices).toEqual(["Copied 1 row."]);
  });

  it("shows a sample's rows and tells why the query leaves one out", async () => {
    const host = new Host();
    await host.session.open([RULE]);
    await host.session.run();
    host.session.onShowSample(host.model.samples[0]?.id ?? "");
    await settled();
    expect(host.model.tab).toBe("sample");
    expect(host.model.sampleRows).toMatchObject({ name: "Good", total: 2 });
    host.session.onWhy(1);
    await settled();
    const end = host.model.sampleRows?.why?.told?.ends[0];
    expect(end?.says).toBe("Dropped by `where`, line 1: `EventName == 'RunInstances'` is not true of it.");
    expect(end?.compared[0]).toMatchObject({ subject: "EventName", holds: '"StopInstances"', wants: '"RunInstances"', verdict: "they differ" });
    host.session.onWhy(0);
    await settled();
    expect(host.model.sampleRows?.why?.told?.resultRow).toBe(0);
    host.session.onResultRow(0);
    expect(host.model).toMatchObject({ tab: "rows", view: { cell: { row: 0, column: "UserIdentityArn" } } });
    host.session.onQuery("AWSCloudTrail | take 1");
    expect(host.model.sampleRows?.why?.stale).toBe(true);
    host.session.onRemoveSample(host.model.samples[0]?.id ?? "");
    expect(host.model.sampleRows).toBeUndefined();
  });

  it("asks about a row only when the query has no errors", async () => {
    const host = new Host();
    await host.session.open([{ ...RULE, text: "AWSCloudTrail | where Nothing" }]);
    host.session.showRowsToAsk();
    host.session.onWhy(0);
    await settled();
    expect(host.model.sampleRows?.why).toBeUndefined();
    expect(host.notices).toEqual(["The query has errors: it says nothing about a row until they are gone."]);
  });

  it("runs without a term, leaves the query as it is, and makes a comment of the term when asked to", async () => {
    const host = new Host();
    const text = "AWSCloudTrail\n| where EventName == 'RunInstances' and UserIdentityArn == 'nobody'\n| project UserIdentityArn";
    await host.session.open([{ ...RULE, text }]);
    await host.session.run();
    const { run } = host.model;
    const terms = run.kind === "finished" ? run.outcome.trace.flatMap((s) => s.terms ?? []) : [];
    const nobody = terms.find((t) => text.slice(t.span.from, t.span.to).includes("nobody"));
    if (!nobody) throw new Error("no term");
    host.session.onTerm(nobody.span, false);
    expect(host.model.whatIf).toMatchObject({ running: true, rowsBefore: 0 });
    await settled();
    expect(host.model.whatIf).toMatchObject({ running: false, rowsBefore: 0, rows: 1, off: [nobody.span] });
    const shown = host.model.run;
    expect(shown.kind === "finished" && shown.outcome.kind === "done" && rowCount(shown.outcome.table)).toBe(1);
    expect(host.model.query.text).toBe(text);
    host.session.onWhatIfEnd();
    expect(host.model.whatIf).toBeUndefined();
    expect(host.model.run).toEqual(run);
    host.session.onTerm(nobody.span, false);
    await settled();
    host.session.onWhatIfApply();
    await settled();
    expect(host.model.query.text).toBe("AWSCloudTrail\n| where EventName == 'RunInstances'\n// and UserIdentityArn == 'nobody'\n| project UserIdentityArn");
    expect(host.model.whatIf).toBeUndefined();
  });
});
