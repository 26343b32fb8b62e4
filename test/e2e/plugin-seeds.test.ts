/**
 * The documents that this project began with, as they are: a technique note and a page pasted from the web. They are
 * not
 * part of the project; where they are not at hand, the fixtures of the other suites stand for them.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeBrowser, repository, withWorkbench, type Bench } from "./workbench";

const shared = "../shared";
const vault = "dist/seed-vault";

/** Runs a command of the palette. */
const press = async ({ page }: Bench, command: string): Promise<void> => {
  await page.keyboard.press("Control+p");
  await page.keyboard.type(command);
  await page.locator(".prompt .suggestion-item.is-selected", { hasText: command }).waitFor();
  await page.keyboard.press("Enter");
};

/** Takes a file of the vault as a sample. */
const addSample = async ({ page }: Bench, name: string): Promise<void> => {
  await page.getByRole("button", { name: "From vault" }).click();
  await page.keyboard.type(name);
  await page.locator(".prompt .suggestion-item.is-selected", { hasText: name }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".pb-lab", { hasText: name }).waitFor();
};

afterAll(closeBrowser);

describe.skipIf(!existsSync(repository(`${shared}/seeds`)))("the seeds", () => {
  beforeAll(() => {
    rmSync(repository(vault), { recursive: true, force: true });
    mkdirSync(repository(`${vault}/Techniques`), { recursive: true });
    cpSync(repository(`${shared}/seeds/technique-note.md`), repository(`${vault}/Techniques/T1578.002.md`));
    cpSync(repository(`${shared}/seeds/detection-page.txt`), repository(`${vault}/Page.md`));
    for (const name of ["azure-activity.raw.jsonl", "cloudtrail.raw.json"]) {
      cpSync(repository(`${shared}/samples/t1578.002/${name}`), repository(`${vault}/Logs/${name}`));
    }
  });

  it("draw both blocks of the technique note as panels that offer what is missing", () => withWorkbench(
    vault, async ({ page }) => {
      const panels = page.locator(".markdown-reading-view .block-language-dataview");
      // A panel is worked out when it comes near the screen.
      await panels.first().waitFor({ state: "attached" });
      await panels.first().evaluate((el) => { el.scrollIntoView(); });
      await panels.first().getByRole("button", { name: "New rule for T1578.002" }).waitFor();
      await panels.nth(1).getByRole("button", { name: "New runbook for T1578.002" }).waitFor();
      expect(await page.locator(".pb-strip").textContent()).toContain("Defense Evasion");
    }, { query: "?note=T1578.002" },
  ));

  it("turn the page into a rule, explain what it misses, and mend it by two clicks", () => withWorkbench(
    vault, async (bench) => {
      const { page } = bench;
      await page.locator(".cm-content").click();
      await press(bench, "Convert pasted page to rule note");
      const text = () => page.evaluate(async () => await (await fetch("/api/file?path=Page.md")).text());
      await expect.poll(text).toContain("```kusto");
      const written = (await text()).replace(/\s+/g, " ");
      const lines = readFileSync(repository(`${vault}/Page.md`), "utf8").split("\n").map((line) => line.trim());
      for (const line of lines.filter((each) =>
        each.startsWith("|"))) expect(written).toContain(line.replace(/\s+/g, " "));
      await expect.poll(async () => {
        await press(bench, "Run query of this note");
        return page.locator(".pb-lab").count();
      }).toBe(1);
      await addSample(bench, "azure-activity.raw.jsonl");
      await addSample(bench, "cloudtrail.raw.json");
      const run = async (): Promise<number> => {
        await page.getByRole("button", { name: "Run", exact: true }).click();
        await page.waitForTimeout(800);
        return Number(/\d+/.exec(await page.getByRole("tab", { name: /^Rows/ }).textContent() ?? "")?.[0] ?? "0");
      };
      const before = await run();
      await page.getByRole("tab", { name: /^Trace/ }).click();
      const trace = page.locator(".pb-trace");
      await expect.poll(() => trace.textContent()).toContain("0 of 11 pass alone");
      expect(await trace.textContent()).toContain("ActivityStatusValue holds instead");
      await page.locator(".pb-lab .pb-fix", { hasText: "Success" }).first().click();
      await page.locator(".pb-lab .cm-content").getByText("\"Success\"").waitFor();
      await page.getByRole("tab", { name: /^Diagnostics/ }).click();
      await page.locator(".pb-lab .pb-fix", { hasText: "AWSRegion" }).first().click();
      const after = await run();
      expect(after - before).toBe(3);
      await page.getByRole("tab", { name: /^Diagnostics/ }).click();
      await expect.poll(() => page.locator(".pb-lab .pb-fix").count()).toBe(0);
    }, { query: "?note=Page&mode=source" },
  ));
});
