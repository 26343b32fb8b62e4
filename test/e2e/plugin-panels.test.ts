/** The plugin's panels in notes: drawn in every mode, quiet in refreshing, true to the vault, honest about mistakes. */
import { afterAll, describe, expect, it } from "vitest";
import { closeBrowser, withWorkbench, type Bench } from "./workbench";

const vault = "test/obsidian/vault";
const technique = "?note=T1578.002%20-%20Create%20Cloud%20Instance";

afterAll(closeBrowser);

/** The panel of the nth block of a language. */
const block = (
  { page }: Bench, nth = 0, language = "dataview",
) => page.locator(`.markdown-reading-view .block-language-${language}`).nth(nth);

/** Changes a file as another program would. */
const edit = ({ page }: Bench, path: string, from: string, to: string) => page.evaluate(async ([path, from, to]) => {
  const { app } = window as unknown as { app: import("obsidian").App };
  const file = app.vault.getFileByPath(path);
  if (file === null) throw new Error(`no ${path}`);
  await app.vault.process(file, (text) => text.replace(from, to));
}, [path, from, to] as const);

describe("dataview blocks", () => {
  it("draw with the authored columns, links and the technique's standing in reading view", () => withWorkbench(vault, async (
    bench,
  ) => {
    const rules = block(bench);
    await expect.poll(() => rules.locator("tbody tr").count()).toBe(10);
    expect(await rules.locator("th").allTextContents()).toEqual(["Name", "Status", "Level", "Log Source Product"]);
    expect(await rules.locator(".pb-count").textContent()).toBe("10 rows");
    expect(await rules.locator("tbody tr").first().locator("td").allTextContents()).toEqual([
      "Cloud instance created", "stable", "medium", "aws",
    ]);
    expect(await rules.locator(".pb-badge").first().textContent()).toContain("Passing");
    const runbooks = block(bench, 1);
    expect(await runbooks.locator("th").allTextContents()).toEqual(["Name"]);
    await runbooks.locator("a.internal-link", { hasText: "Launch a machine" }).click();
    await expect.poll(() => bench.page.locator(".view-header-title").textContent()).toBe("Launch a machine");
  }, { query: technique }));

  it("draw in live preview, and clicks on them do not show their text", () => withWorkbench(vault, async ({ page }) => {
    const panel = page.locator(".is-live-preview .block-language-dataview").first();
    await expect.poll(() => panel.locator("tbody tr").count()).toBe(10);
    await panel.getByRole("button", { name: "Level" }).click();
    expect(await panel.locator("th").nth(2).getAttribute("aria-sort")).toBe("ascending");
    expect(await page.locator(".is-live-preview .cm-content").textContent()).not.toContain("table without id");
  }, { query: `${technique}&mode=live` }));

  it("say what would fill them, and make it", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await block(bench).getByRole("button", { name: "New rule for T1059.001" }).click();
    await expect.poll(() => page.locator(".view-header-title").textContent()).toContain("PowerShell detection");
    const text = await page.evaluate(() =>
      (window as unknown as { app: import("obsidian").App }).app.workspace.getActiveFile()?.path ?? "");
    expect(text).toBe("Detection Rules/PowerShell detection.md");
    await bench.page.keyboard.press("Control+o");
    await page.keyboard.type("T1059.001");
    await page.keyboard.press("Enter");
    await expect.poll(() => block(bench).locator("tbody tr td").first().textContent()).toBe("PowerShell detection");
  }, { query: "?note=T1059.001%20-%20PowerShell" }));

  it("show what was not understood, at its place", () => withWorkbench(vault, async (bench) => {
    const wrong = block(bench, 1);
    await wrong.locator(".pb-diagnostic-error").first().waitFor();
    expect(await wrong.locator(".pb-place").first().textContent()).toMatch(/^Line 2/);
    expect(await wrong.locator("table").count()).toBe(0);
    const misspelt = block(bench, 1, "purplebook");
    expect(await misspelt.locator(".pb-diagnostic-error").textContent()).toContain("There is no panel 'covrage'");
  }, { query: "?note=T1059.001%20-%20PowerShell" }));

  it("keep rows, sort, filter and scroll while other notes change", () => withWorkbench(vault, async (bench) => {
    const rules = block(bench);
    await expect.poll(() => rules.locator("tbody tr").count()).toBe(10);
    await rules.getByRole("button", { name: "Name" }).click();
    await rules.getByRole("button", { name: "Name" }).click();
    await rules.getByRole("searchbox").fill("variant");
    await expect.poll(() => rules.locator("tbody tr").count()).toBe(9);
    await bench.page.locator(".markdown-reading-view .markdown-preview-view").evaluate((el) => { el.scrollTop = 150; });
    await rules.locator("tbody tr").evaluateAll(
      (rows) => { rows.forEach((row) => { row.setAttribute("data-mark", "kept"); }); },
    );
    await edit(bench, "Detection Rules/Launch variant 4.md", "status: test", "status: stable");
    await expect.poll(() =>
      rules.locator("tbody tr", { hasText: "variant 4" }).locator("td").nth(1).textContent()).toBe("stable");
    expect(await rules.locator("tbody tr[data-mark=kept]").count()).toBe(9);
    expect(await rules.locator("tbody tr").first().textContent()).toContain("variant 9");
    expect(await rules.getByRole("searchbox").inputValue()).toBe("variant");
    expect(await bench.page.locator(".markdown-reading-view .markdown-preview-view").evaluate((el) =>
      el.scrollTop)).toBe(150);
    // A note that no row of the panel shows: not one mutation in the panel.
    await rules.evaluate((el) => {
      const seen = window as unknown as { mutations: number };
      seen.mutations = 0;
      new MutationObserver((list) => { seen.mutations += list.length; }).observe(
        el, { subtree: true, childList: true, attributes: true, characterData: true },
      );
    });
    await edit(bench, "Testing Runbooks/Launch a machine.md", "Ask for leave", "Ask for leave first");
    await bench.page.waitForTimeout(800);
    expect(await bench.page.evaluate(() => (window as unknown as { mutations: number }).mutations)).toBe(0);
    // Away and back: sort and filter are as they were.
    await bench.page.evaluate(() => {
      const { app } = window as unknown as { app: import("obsidian").App };
      return app.workspace.openLinkText("Dashboard", "");
    });
    await bench.page.locator(".markdown-reading-view .block-language-purplebook").first().waitFor();
    await bench.page.evaluate(() => {
      const { app } = window as unknown as { app: import("obsidian").App };
      return app.workspace.openLinkText("T1578.002 - Create Cloud Instance", "");
    });
    await expect.poll(() => block(bench).locator("tbody tr").first().textContent()).toContain("variant 9");
    expect(await block(bench).getByRole("searchbox").inputValue()).toBe("variant");
  }, { query: technique }));

  it("leave the language to whoever took it, and give it up in the settings", () => withWorkbench(vault, async (
    bench,
  ) => {
    await expect.poll(() => block(bench).locator("tbody tr").count()).toBe(10);
    await bench.page.keyboard.press("Control+,");
    await bench.page.getByRole("tab", { name: "Purplebook" }).click();
    await bench.page.locator(".setting-item", { hasText: "Dataview blocks" }).locator("select").selectOption("never");
    await bench.page.keyboard.press("Escape");
    await expect.poll(() => bench.page.locator(".markdown-reading-view table.pb-panel-table").count()).toBe(0);
    expect(await bench.page.locator(".markdown-reading-view code.language-dataview").first().textContent()).toContain(
      "table without id",
    );
  }, { query: technique }));
});

describe("live preview", () => {
  it("keeps panels and the strip while somebody types above them", () => withWorkbench(vault, async ({ page }) => {
    const note = page.locator(".is-live-preview");
    const panel = note.locator(".block-language-dataview").first();
    await expect.poll(() => panel.locator("tbody tr").count()).toBe(10);
    for (const kept of [panel.locator("table"), note.locator(".pb-strip")]) {
      await kept.evaluate((el) => { el.setAttribute("data-mark", "kept"); });
    }
    await note.getByText("A new machine").click();
    await page.keyboard.type("Typed. ");
    await page.waitForTimeout(1500);
    expect(await note.locator(".cm-content").textContent()).toContain("Typed. ");
    expect(await note.locator("table[data-mark=kept]").count()).toBe(1);
    expect(await note.locator(".pb-strip[data-mark=kept]").count()).toBe(1);
  }, { query: `${technique}&mode=live` }));
});

describe("own blocks", () => {
  it("draw coverage with its reasons, rules, and every technique", () => withWorkbench(vault, async (bench) => {
    const coverage = block(bench, 0, "purplebook");
    await coverage.locator(".pb-coverage").waitFor();
    expect(await coverage.textContent()).toContain("The runbook 'Launch a machine' passed on 2026-03-05.");
    await expect.poll(() => block(bench, 1, "purplebook").locator("tbody tr").count()).toBe(10);
    const every = block(bench, 2, "purplebook");
    await expect.poll(() => every.locator("tbody tr").count()).toBe(2);
    expect(await every.locator("tbody tr").nth(1).textContent()).toContain("passing");
  }, { query: "?note=Dashboard" }));

  it("tick a task in its own note", () => withWorkbench(vault, async (bench) => {
    const tasks = block(bench);
    await tasks.locator("input[type=checkbox]").first().click();
    await expect.poll(() => bench.page.evaluate(async () =>
      await (await fetch("/api/file?path=Testing%20Runbooks/Launch%20a%20machine.md")).text()))
      .toContain("- [x] Ask for leave");
    await expect.poll(() => tasks.locator("li.is-checked").count()).toBe(2);
  }, { query: "?note=Dashboard" }));
});

describe("a technique's note", () => {
  it("has a strip below its properties in both modes, with the ways to its neighbours", () => withWorkbench(vault, async (
    { page, open },
  ) => {
    const strip = page.locator(".markdown-reading-view .pb-strip");
    await strip.waitFor();
    expect(await strip.count()).toBe(1);
    const text = await strip.textContent();
    for (const part of [
      "T1578.002", "10 rules", "1 runbook", "2026-03-05, passed", "Defense Evasion", "IaaS", "1.1",
      "last modified 2021-03-08",
    ]) expect(text).toContain(part);
    await open(`${technique}&mode=live`);
    const live = page.locator(".is-live-preview .pb-strip");
    await live.waitFor();
    await live.locator("a", { hasText: "T1059.001" }).click();
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("T1059.001 - PowerShell");
  }, { query: technique }));

  it("links ids and ATT&CK's pages to the vault's notes, but not ids in code", () => withWorkbench(vault, async (
    { page },
  ) => {
    const note = page.locator(".markdown-reading-view");
    const id = note.locator("a.purplebook-id", { hasText: "T1059.001" });
    await id.waitFor();
    expect(await note.locator("p code").first().locator("a").count()).toBe(0);
    await id.hover();
    await page.locator(".hover-popover .pb-card", { hasText: "Untested" }).waitFor();
    await page.keyboard.press("Escape");
    await note.locator("a[href='https://attack.mitre.org/techniques/T1059/001']", { hasText: "PowerShell" }).click();
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("T1059.001 - PowerShell");
  }, { query: technique }));
});

describe("on a phone", () => {
  it("nothing is wider than the screen", () => withWorkbench(vault, async (bench) => {
    await expect.poll(() => block(bench).locator("tbody tr").count()).toBe(10);
    expect(await bench.page.evaluate(() => document.querySelector(".markdown-preview-view")?.scrollWidth
      ?? 0)).toBeLessThanOrEqual(390);
  }, { query: `${technique}&mobile=1`, size: { width: 390, height: 844 } }));
});
