/** The lab as a pane: a rule's query on its samples in a worker, the trace, fixes, verdicts that reach the notes. */
import { afterAll, describe, expect, it } from "vitest";
import { closeBrowser, withWorkbench, type Bench } from "./workbench";

const vault = "test/obsidian/vault";
const rule = "?note=Cloud%20instance%20created";

afterAll(closeBrowser);

const openLab = async ({ page }: Bench): Promise<void> => {
  await page.getByRole("button", { name: "Run in lab" }).click();
  // The run has come to its end when it has judged the samples.
  await page.locator(".pb-lab", { hasText: "Passes" }).waitFor();
};

describe("the lab", () => {
  it("runs a rule's query on the rule's samples in a worker and judges them", () => withWorkbench(vault, async (
    bench,
  ) => {
    const { page } = bench;
    const workers: string[] = [];
    page.on("worker", (worker) => { workers.push(worker.url()); });
    await openLab(bench);
    await expect.poll(() => page.locator(".pb-lab [role=tab]", { hasText: "Rows" }).textContent()).toContain("1");
    expect(workers).toHaveLength(1);
    expect(await page.locator(".pb-lab").textContent()).toContain("arn:aws:iam::111122223333:user/ana");
    await expect.poll(() => page.locator(".pb-lab", { hasText: "Passes" }).count()).toBe(1);
    expect(await page.locator(".pb-lab").getByText("Passes").count()).toBe(2);
    // The verdicts are facts of the technique now.
    await page.evaluate(() => {
      const { app } = window as unknown as { app: import("obsidian").App };
      return app.workspace.openLinkText("Dashboard", "");
    });
    await expect.poll(
      () => page.locator(".markdown-reading-view .block-language-purplebook").first().textContent(),
    ).toContain("2 of 2 samples as expected");
  }, { query: rule }));

  it("reads a large dropped file in pieces, with progress, and can be told to stop", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await openLab(bench);
    await page.evaluate(() => {
      const seen = { progress: 0 };
      Object.assign(window, { seen });
      const asOneText = (): never => { throw new Error("read as one text"); };
      Blob.prototype.text = asOneText;
      Blob.prototype.arrayBuffer = asOneText;
      const samples = document.querySelector(".pb-samples")!;
      let cancelled = false;
      new MutationObserver(() => {
        if (samples.querySelector(".pb-sample-loading progress")) seen.progress++;
        const cancel = samples.querySelector<HTMLButtonElement>("button[aria-label='Cancel reading never.ndjson']");
        if (cancel && !cancelled) {
          cancelled = true;
          cancel.click();
        }
      }).observe(samples, { childList: true, subtree: true, attributes: true, characterData: true });
      const line = (n: number) => `{"eventTime":"2026-03-04T08:51:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1","requestID":"${n}","requestParameters":{"n":${n}}}\n`;
      const lines = Array.from({ length: 200_000 }, (_, n) => line(n));
      const data = new DataTransfer();
      data.items.add(new File(lines, "large.ndjson"));
      data.items.add(new File(lines, "never.ndjson"));
      samples.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    const samples = page.locator(".pb-samples");
    await samples.locator(".pb-sample:not(.pb-sample-loading)", { hasText: "large.ndjson" }).waitFor({ timeout: 60_000 });
    await expect.poll(() => samples.locator(".pb-sample-loading").count(), { timeout: 30_000 }).toBe(0);
    expect(await samples.textContent()).toContain("200,000 rows");
    expect(await samples.getByText("never.ndjson").count()).toBe(0);
    expect(await page.locator(".pb-lab").textContent()).not.toContain("as one text");
    expect(await page.evaluate(() => (window as unknown as { seen: { progress: number } }).seen.progress)).toBeGreaterThan(0);
  }, { query: rule }));

  it("runs in the page where no worker can start", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await page.addInitScript(() => {
      // A host that forbids workers says so after the fact.
      (window as { Worker: unknown }).Worker = class {
        onerror: ((event: { message: string }) => void) | null = null;
        postMessage(): void { setTimeout(() => this.onerror?.({ message: "forbidden" }), 0); }
        terminate(): void { /* nothing runs */ }
      };
    });
    await bench.open(rule);
    await openLab(bench);
    expect(await page.locator(".pb-lab").textContent()).toContain("arn:aws:iam::111122223333:user/ana");
    expect(page.workers()).toHaveLength(0);
  }, { query: rule }));

  it("shows rows in and out beside each line, and the rows after a step", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await openLab(bench);
    await page.getByRole("tab", { name: /Trace/ }).click();
    const trace = page.locator(".pb-trace");
    await trace.waitFor();
    const text = (await trace.textContent() ?? "").replace(/\s+/g, "");
    expect(text).toContain('where EventName == "RunInstances"3→2'.replace(/\s+/g, ""));
    expect(text).toContain("whereisempty(ErrorCode)2→1");
  }, { query: rule }));

  it("fixes a name on a click, in the query and then in the note", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await openLab(bench);
    await page.getByRole("tab", { name: /Diagnostics/ }).click();
    await page.locator(".pb-lab .pb-fix", { hasText: "AWSRegion" }).first().click();
    await expect.poll(() => page.locator(".pb-lab .cm-content").textContent()).toContain("Scope = AWSRegion");
    await page.getByRole("button", { name: /[Ww]rite|Save query|Save the query/ }).first().click();
    await expect.poll(() => page.evaluate(async () =>
      await (await fetch("/api/file?path=Detection%20Rules/Cloud%20instance%20created.md")).text()))
      .toContain("Scope = AWSRegion");
  }, { query: rule }));

  it("takes pasted logs and tells which table they became", () => withWorkbench(vault, async ({ page }) => {
    await page.keyboard.press("Control+p");
    await page.keyboard.type("Open detection lab");
    await page.keyboard.press("Enter");
    await page.locator(".pb-lab .cm-content").click();
    await page.keyboard.type("SigninLogs | count");
    await page.locator(".pb-lab textarea").first().fill('{"Name": "x", "Count": 1}\n{"Name": "y", "Count": 2}\n');
    await page.locator(".pb-lab textarea").first().press("Control+Enter").catch(() => undefined);
    await expect.poll(() => page.locator(".pb-lab").textContent()).toContain("2 rows");
  }, { query: "?note=Dashboard" }));

  it("runs a bundled rule without a note of it, and takes it over as one", () => withWorkbench(vault, async (
    { page },
  ) => {
    const fold = page.locator(".markdown-reading-view .purplebook-strip details.pb-why");
    await fold.locator("summary").first().click();
    const first = fold.locator(".pb-bundled-rule").first();
    const title = await first.locator(".pb-bundled-name").textContent() ?? "";
    await first.getByRole("button", { name: "Insert as rule note" }).click();
    await expect.poll(() => page.evaluate(
      () => (window as unknown as { app: import("obsidian").App }).app.workspace.getActiveFile()?.path ?? "",
    )).toMatch(/^Detection Rules\//);
    expect(title).not.toBe("");
    await page.getByRole("button", { name: "Run in lab" }).first().click();
    await expect.poll(() => page.locator(".pb-lab [role=tab]", { hasText: "Rows" }).textContent()).toMatch(/[1-9]/);
  }, { query: "?note=T1578.002%20-%20Create%20Cloud%20Instance" }));
});
