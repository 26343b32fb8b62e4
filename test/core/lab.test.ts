import { describe, expect, it } from "vitest";
import { LocalLab, needsHole, pinnedNow, planAt, WorkerLab, type Lab, type WorkerPort } from "../../src/core";
import { printDatetime, rowCount, valueAt, type Table } from "../../src/table";
import { still, threadWorker } from "./worlds";

const EVENTS = [
  { time: "2026-03-01T10:00:00.1234567Z", user: "ana", n: "9007199254740993" },
  { time: "2026-03-01T11:00:00Z", user: "bo", n: "2" },
  { time: "2026-03-01T12:30:30.5Z", user: "ana", n: "3" },
].map((e) => `{"TimeGenerated":"${e.time}","User":"${e.user}","N":${e.n}}`).join("\n");

const rows = (table: Table) => table.batches.flatMap((b) => Array.from({ length: b.length }, (_, i) => b.columns.map((c) => valueAt(c, i))));

async function ask(lab: Lab, query: string, options: { lenient?: boolean; only?: string[]; maxRows?: number } = {}) {
  const scope = lab.scope({ lenient: options.lenient ?? false });
  const compiled = lab.compile("kql", query, scope);
  if (!compiled.plan) throw new Error(compiled.diagnostics.map((d) => d.message).join("; "));
  return lab.run(compiled.plan, {
    now: scope.now, ...(options.only ? { only: options.only } : {}), ...(options.maxRows ? { maxRows: options.maxRows } : {}),
  });
}

const labs: [string, () => Lab][] = [
  ["in this thread", () => new LocalLab(still)],
  ["in a worker", () => new WorkerLab(threadWorker, { ...still, later: () => () => undefined })],
];

describe.each(labs)("the lab %s", (_, make) => {
  it("reads samples into tables and runs queries over them, 64 bits exact", async () => {
    const lab = make();
    const loaded = await lab.load({ id: "a", text: EVENTS, table: "Sample" });
    expect(loaded).toMatchObject({ table: "Sample", rows: 3, format: "ndjson" });
    const outcome = await ask(lab, "Sample | where User == 'ana' | project N | sort by N asc");
    if (outcome.kind !== "done") throw new Error(outcome.kind);
    expect(rows(outcome.table)).toEqual([[3n], [9007199254740993n]]);
    expect(outcome.trace.map((s) => [s.label, s.rowsIn, s.rowsOut]).filter(([label]) => label === "where")).toEqual([["where", 3, 2]]);
  });

  it("reads a file as it comes, and can be told to stop", async () => {
    const line = (i: number) => `{"TimeGenerated":"2026-03-01T10:00:00Z","User":"user ${i % 97} of a long name","N":${i},"More":"${"é".repeat(60)}"}\n`;
    const file = new Blob(Array.from({ length: 50_000 }, (_, i) => line(i)));
    expect(file.size).toBeGreaterThan(8 << 20);
    const lab = make();
    const read: number[] = [];
    const loaded = await lab.load({ id: "f", text: file, table: "Sample" }, undefined, (progress) => {
      expect(progress.size).toBe(file.size);
      read.push(progress.read);
    });
    expect([loaded.rows, loaded.diagnostics.filter((d) => d.severity !== "info")]).toEqual([50_000, []]);
    expect(read).toEqual([...read].sort((a, b) => a - b));
    const outcome = await ask(lab, "Sample | where User == 'user 3 of a long name' | summarize count(), max(N)");
    expect(outcome.kind === "done" && rows(outcome.table)).toEqual([[516n, 49958n]]);
    await expect(lab.load({ id: "g", text: file }, AbortSignal.abort())).rejects.toThrow();
    expect(lab.loaded().map((l) => l.id)).toEqual(["f"]);
  });

  it("tells a time filter, and a value, that no loaded row has", async () => {
    const lab = make();
    await lab.load({ id: "a", text: EVENTS, table: "Sample" });
    const told = (query: string) => lab.compile("kql", query, lab.scope({ lenient: true })).diagnostics.map((d) => d.code);
    expect(told("Sample | where TimeGenerated < datetime(2026-03-01 09:00)")).toEqual(["kql-time-excludes"]);
    expect(told("Sample | where TimeGenerated > datetime(2026-03-01 12:30:30.6)")).toEqual(["kql-time-excludes"]);
    expect(told("Sample | where TimeGenerated between (datetime(2026-03-01 12:00) .. 1d) and User == 'ana'")).toEqual([]);
    expect(told("Sample | where User == 'cy'")).toEqual(["kql-value-unseen"]);
    await lab.load({ id: "b", text: EVENTS.replaceAll("2026-03-01", "2026-02-01").replace("bo", "cy"), table: "Sample" });
    expect(told("Sample | where TimeGenerated < datetime(2026-03-01 09:00) and User == 'cy'")).toEqual([]);
    lab.drop("b");
    expect(told("Sample | where TimeGenerated < datetime(2026-03-01 09:00)")).toEqual(["kql-time-excludes"]);
  });

  it("joins samples of one table, drops them, and can run on one alone", async () => {
    const lab = make();
    await lab.load({ id: "a", text: EVENTS, table: "Sample" });
    await lab.load({ id: "b", text: EVENTS.split("\n")[1] ?? "", table: "Sample" });
    const count = async (only?: string[]) => {
      const outcome = await ask(lab, "Sample | count", only ? { only } : {});
      return outcome.kind === "done" ? rows(outcome.table)[0]?.[0] : outcome.kind;
    };
    expect(await count()).toBe(4n);
    expect(await count(["b"])).toBe(1n);
    lab.drop("a");
    expect(await count()).toBe(1n);
  });

  it("pins now just after the newest event", async () => {
    const lab = make();
    await lab.load({ id: "a", text: EVENTS, table: "Sample" });
    expect(printDatetime(pinnedNow(lab.loaded()) ?? 0n)).toBe("2026-03-01T12:30:31.0000000Z");
    expect(lab.scope({ lenient: false }).now).toBe(pinnedNow(lab.loaded()));
    const outcome = await ask(lab, "Sample | where TimeGenerated > ago(1h)");
    expect(outcome.kind === "done" && rowCount(outcome.table)).toBe(1);
  });

  it("knows tables that have no sample, as empty ones", async () => {
    const outcome = await ask(make(), "AWSCloudTrail | where EventName == 'RunInstances' | project AWSRegion");
    if (outcome.kind !== "done") throw new Error(outcome.kind);
    expect(rowCount(outcome.table)).toBe(0);
    expect(outcome.table.schema.columns).toMatchObject([{ name: "AWSRegion", type: "string" }]);
  });

  it("takes a name in another case leniently and refuses it strictly", async () => {
    const lab = make();
    const text = "AWSCloudTrail | project AwsRegion";
    const lenient = lab.compile("kql", text, lab.scope({ lenient: true }));
    expect(lenient.plan).toBeDefined();
    expect(lenient.diagnostics).toMatchObject([{ code: "kql-name-case", severity: "warning", fix: { edits: [{ insert: "AWSRegion" }] } }]);
    const strict = lab.compile("kql", text, lab.scope({ lenient: false }));
    expect(strict.plan).toBeUndefined();
    expect(strict.diagnostics).toMatchObject([{ code: "kql-name-case", severity: "error" }]);
  });

  it("stops at the row limit and says so", async () => {
    const outcome = await ask(make(), "range x from 1 to 100000 step 1", { maxRows: 10 });
    expect(outcome).toMatchObject({ kind: "stopped", why: "rows" });
    expect(outcome.kind === "stopped" && rowCount(outcome.table)).toBe(10);
  });

  it("stops when it is told to before it starts", async () => {
    const lab = make();
    const scope = lab.scope({ lenient: false });
    const plan = lab.compile("kql", "range x from 1 to 100000 step 1", scope).plan;
    const cancel = new AbortController();
    cancel.abort();
    if (!plan) throw new Error("no plan");
    expect(await lab.run(plan, { now: scope.now, signal: cancel.signal })).toMatchObject({ kind: "stopped", why: "cancelled" });
  });
});

describe("the worker", () => {
  it("gives the same answers as this thread", async () => {
    const both = labs.map(([, make]) => make());
    const answers = await Promise.all(both.map(async (lab) => {
      await lab.load({ id: "a", text: EVENTS });
      const outcome = await ask(lab, "Sample | extend h = hourofday(TimeGenerated) | summarize count(), make_set(User), max(TimeGenerated) by h | sort by h asc");
      return outcome.kind === "done" ? rows(outcome.table) : outcome;
    }));
    expect(answers[1]).toEqual(answers[0]);
  });

  it("is replaced when it does not heed a cancel, and knows its samples again", async () => {
    const started: (WorkerPort & { terminated: () => boolean })[] = [];
    let late: (() => void) | undefined;
    const lab = new WorkerLab(() => {
      const worker = threadWorker();
      // The first worker hangs in its run: it never hears of it.
      if (started.length === 0) {
        const post = worker.postMessage.bind(worker);
        worker.postMessage = (message) => { if (message.kind === "load") post(message); };
      }
      started.push(worker);
      return worker;
    }, { ...still, later: (_, call) => { late = call; return () => { late = undefined; }; } });
    await lab.load({ id: "a", text: EVENTS, table: "Sample" });
    const scope = lab.scope({ lenient: false });
    const plan = lab.compile("kql", "Sample | count", scope).plan;
    if (!plan) throw new Error("no plan");
    const cancel = new AbortController();
    const hanging = lab.run(plan, { now: scope.now, signal: cancel.signal });
    cancel.abort();
    late?.();
    expect(await hanging).toMatchObject({ kind: "stopped", why: "cancelled" });
    expect(started.map((w) => w.terminated())).toEqual([true, false]);
    const outcome = await lab.run(plan, { now: scope.now });
    expect(outcome.kind === "done" && rows(outcome.table)).toEqual([[3n]]);
  });
});

describe("a plan's nodes", () => {
  it("are found by id, also inside of toscalar, and those in a body are told", async () => {
    const lab = new LocalLab(still);
    const { plan } = lab.compile("kql", "let n = toscalar(range y from 1 to 3 step 1 | count); range x from 1 to n step 1 | where x > 1", lab.scope({ lenient: false }));
    if (!plan) throw new Error("no plan");
    const outcome = await lab.run(plan, { now: 0n });
    for (const step of outcome.trace) expect(planAt(plan, step.plan)?.id).toBe(step.plan);
    expect(planAt(plan, -1)).toBeUndefined();
    expect(needsHole(plan)).toBe(false);
  });
});

describe("a worker that never looks at the clock", () => {
  it("is replaced when the time limit is over, and the run is told as stopped by time", async () => {
    let late: (() => void) | undefined;
    const waits: number[] = [];
    const lab = new WorkerLab(() => ({ ...threadWorker(), postMessage: () => undefined }), {
      ...still, later: (ms, call) => { waits.push(ms); late = call; return () => { late = undefined; }; },
    });
    const scope = lab.scope({ lenient: false });
    const plan = lab.compile("kql", "print 1", scope).plan;
    if (!plan) throw new Error("no plan");
    const hanging = lab.run(plan, { now: scope.now, limitMs: 5_000 });
    late?.();
    expect(await hanging).toMatchObject({ kind: "stopped", why: "time" });
    expect(waits).toEqual([7_000]);
  });
});
