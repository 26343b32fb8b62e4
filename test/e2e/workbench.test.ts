/** The workbench in a real browser: modes of a note, panels of a plugin, palette, settings, looks, phones. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { closeBrowser, repository, withWorkbench, type Bench } from "./workbench";

const vault = "test/fixtures/vault";
const fixture = { plugins: ["dist/fixture-plugin"] };

afterAll(closeBrowser);

const press = async ({ page }: Bench, command: string): Promise<void> => {
  await page.keyboard.press("Control+p");
  await page.keyboard.type(command);
  await page.locator(".prompt .suggestion-item.is-selected", { hasText: command }).waitFor();
  await page.keyboard.press("Enter");
};

describe("reading view", () => {
  it("draws a note's blocks and keeps its HTML from running", () => withWorkbench(vault, async ({ page }) => {
    const note = page.locator(".markdown-reading-view");
    await expect.poll(() => note.locator(".metadata-property").count()).toBe(5);
    expect(await note.locator("h1").first().textContent()).toBe("Welcome");
    expect(await note.locator("a.internal-link[data-href='Second note']").first().textContent()).toBe("Second note");
    expect(await note.locator("a.is-unresolved").textContent()).toBe("Missing");
    expect(await note.locator(".callout[data-callout=warning] .callout-title strong").textContent()).toBe("here");
    expect(await note.locator(".callout.is-collapsed .callout-content").isVisible()).toBe(false);
    expect(await note.locator("table td").allTextContents()).toEqual(["Second", "1", "", "22"]);
    expect(await note.locator(".task-list-item.is-checked").textContent()).toBe("done");
    expect(await note.locator(".footnotes li").textContent()).toContain("The note at the foot.");
    expect(await note.locator(".markdown-embed").textContent()).toContain("The part that is embedded.");
    expect(await note.locator(".markdown-embed").textContent()).not.toContain("Not embedded");
    expect(await note.locator("script, [onclick], [onerror]").count()).toBe(0);
    expect(await page.evaluate(() => "broken" in window)).toBe(false);
  }, fixture));

  it("calls a plugin's block processor with its lines, and post processors on the rest", () => withWorkbench(vault, async ({ page }) => {
    const panel = page.locator(".markdown-reading-view .block-language-fixture");
    await panel.waitFor();
    expect(await panel.locator(".fixture-panel").textContent()).toBe("Hi hello panel");
    await panel.getByRole("button", { name: "Where" }).click();
    const lines = readFileSync(repository(`${vault}/Welcome.md`), "utf8").split("\n");
    const from = lines.indexOf("```fixture");
    expect(await panel.getByRole("button").textContent()).toBe(`lines ${from} to ${from + 2}`);
    expect(await page.locator(".markdown-reading-view code.fixture-seen").count()).toBeGreaterThan(0);
  }, fixture));

  it("ticks a task in the note and keeps panels whose text is as it was", () => withWorkbench(vault, async ({ page }) => {
    await page.locator(".fixture-panel").evaluate((el) => { el.setAttribute("data-mark", "kept"); });
    await page.locator(".task-list-item-checkbox").first().click();
    await expect.poll(() => page.locator(".task-list-item.is-checked").count()).toBe(2);
    expect(await page.locator(".fixture-panel[data-mark=kept]").count()).toBe(1);
    const text = await page.evaluate(async () => await (await fetch("/api/file?path=Welcome.md")).text());
    expect(text).toContain("- [x] to do");
    expect(readFileSync(repository(`${vault}/Welcome.md`), "utf8")).toContain("- [ ] to do");
  }, fixture));

  it("follows links and previews them", () => withWorkbench(vault, async ({ page }) => {
    await page.locator("p a.internal-link", { hasText: "link" }).first().hover();
    await page.locator(".hover-popover", { hasText: "The part that is embedded." }).waitFor();
    await page.locator("p a.internal-link", { hasText: "link" }).first().click();
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("Second note");
    expect(await page.locator(".nav-file-title.is-active").textContent()).toBe("Second note");
    await page.keyboard.press("Control+Alt+ArrowLeft");
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("Welcome");
  }, fixture));
});

describe("editing", () => {
  it("draws blocks in live preview and shows the text where the cursor is", () => withWorkbench(vault, async ({ page }) => {
    const editor = page.locator(".markdown-source-view.is-live-preview .cm-content");
    const panel = editor.locator(".cm-preview-code-block .block-language-fixture");
    await editor.locator(".callout").first().waitFor();
    await expect.poll(async () => {
      await page.locator(".cm-scroller").evaluate((el) => { el.scrollTop += 120; });
      return await panel.count();
    }).toBe(1);
    expect(await panel.locator(".fixture-panel").textContent()).toBe("Hi hello panel");
    await panel.getByRole("button").click();
    const lines = readFileSync(repository(`${vault}/Welcome.md`), "utf8").split("\n");
    const from = lines.indexOf("```fixture");
    expect(await panel.getByRole("button").textContent()).toBe(`lines ${from} to ${from + 2}`);
    await page.locator(".cm-preview-code-block").hover();
    await page.locator(".cm-preview-code-block .edit-block-button").click();
    await expect.poll(() => panel.count()).toBe(0);
    expect(await editor.textContent()).toContain("```fixture");
  }, { ...fixture, query: "?mode=live" }));

  it("shows all marks in source mode", () => withWorkbench(vault, async ({ page }) => {
    const editor = page.locator(".markdown-source-view .cm-content");
    await editor.getByText("**bold**").waitFor();
    expect(await editor.locator(".cm-embed-block").count()).toBe(0);
  }, { ...fixture, query: "?mode=source" }));

  it("saves what is typed, in memory, and completes by a plugin's suggestions", () => withWorkbench(vault, async ({ page }) => {
    await page.locator(".cm-content").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("Typed @be");
    await page.locator(".suggestion-container .suggestion-item", { hasText: "beta" }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(async () => (await (await fetch("/api/file?path=Notes/Third.md")).text()).split("\n")[0]))
      .toBe("Typed beta# Third");
    expect(readFileSync(repository(`${vault}/Notes/Third.md`), "utf8").startsWith("# Third")).toBe(true);
  }, { ...fixture, query: "?note=Third&mode=source" }));

  it("goes through the modes with the key and keeps the text", () => withWorkbench(vault, async ({ page }) => {
    await page.locator(".markdown-reading-view").waitFor({ state: "visible" });
    await page.keyboard.press("Control+e");
    await page.locator(".markdown-source-view.is-live-preview").waitFor({ state: "visible" });
    await page.keyboard.press("Control+Home");
    await page.locator(".cm-content").click({ position: { x: 5, y: 5 } });
    await page.keyboard.type("Fresh ");
    await page.keyboard.press("Control+e");
    await page.locator(".markdown-reading-view", { hasText: "Fresh" }).waitFor({ state: "visible" });
  }, { ...fixture, query: "?note=Third" }));
});

describe("the app around", () => {
  it("finds commands and notes", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await press(bench, "Fixture: Say hello");
    await page.locator(".notice", { hasText: "Hello from a command" }).waitFor();
    await page.keyboard.press("Control+o");
    await page.keyboard.type("thi");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("Third");
    await press(bench, "Fixture: Show a modal");
    await page.getByRole("dialog", { name: "" }).getByText("With text in it.").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".modal").count()).toBe(0);
    await press(bench, "Fixture: Open the side");
    await page.locator(".mod-right-split h4", { hasText: "In the side" }).waitFor();
    await press(bench, "Fixture: Make a note");
    await page.locator(".nav-file-title", { hasText: "Made" }).waitFor();
  }, fixture));

  it("draws declared settings, checks and keeps them", () => withWorkbench(vault, async ({ page, open }) => {
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Fixture" }).click();
    const row = (name: string) => page.locator(".setting-item", { has: page.locator(".setting-item-name", { hasText: new RegExp(`^${name}$`) }) });
    expect(await row("Only when loud").isVisible()).toBe(false);
    await row("Loud").locator(".checkbox-container").click();
    await expect.poll(() => row("Only when loud").isVisible()).toBe(true);
    await row("Greeting").locator("input").fill("");
    await row("Greeting").locator(".setting-item-error", { hasText: "A greeting is needed." }).waitFor();
    await row("Greeting").locator("input").fill("Hey");
    await expect.poll(() => row("Greeting").locator(".setting-item-error").count()).toBe(0);
    await page.keyboard.press("Escape");
    await open();
    await expect.poll(() => page.locator(".fixture-panel").textContent()).toBe("Hey hello panel");
  }, fixture));

  it("turns dark and light", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await colour();
    await page.getByRole("button", { name: "Light and dark" }).click();
    expect(await page.locator("body.theme-dark").count()).toBe(1);
    expect(await colour()).not.toBe(light);
    await press(bench, "Toggle light and dark");
    expect(await colour()).toBe(light);
  }, { ...fixture, query: "?theme=light" }));

  it("fits a phone: nothing wider than the screen, files behind a button", () => withWorkbench(vault, async ({ page }) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await page.evaluate(() => document.querySelector(".markdown-preview-view")?.scrollWidth ?? 0)).toBeLessThanOrEqual(390);
    expect(await page.locator(".nav-files-container").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Files" }).click();
    await page.locator(".nav-folder-title", { hasText: "Notes" }).click();
    await page.locator(".nav-file-title", { hasText: "Third" }).click();
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("Third");
    expect(await page.locator(".nav-files-container").isVisible()).toBe(false);
  }, { ...fixture, query: "?mobile=1", size: { width: 390, height: 844 } }));

  it("walks the file list by keyboard", () => withWorkbench(vault, async ({ page }) => {
    await page.locator(".nav-folder-title").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".view-header-title").textContent()).toBe("Second note");
  }, fixture));

  it("tells when a second plugin takes the same language, and goes on", () => withWorkbench(vault, async ({ page }) => {
    await page.locator(".fixture-panel").waitFor();
    const message = await page.evaluate(() => {
      const { app } = window as unknown as { app: { plugins: { plugins: Record<string, { registerMarkdownCodeBlockProcessor(language: string, handler: () => void): void }> } } };
      try {
        app.plugins.plugins["fixture"]?.registerMarkdownCodeBlockProcessor("fixture", () => undefined);
        return "taken";
      } catch (error) {
        return String(error);
      }
    });
    expect(message).toContain("Code block postprocessor for language fixture is already registered");
  }, fixture));

  it("writes to the folder when it may", async () => {
    const folder = mkdtempSync(join(tmpdir(), "purplebook-vault-"));
    writeFileSync(join(folder, "Note.md"), "- [ ] one\n");
    const { serve } = await import("../../src/workbench/server.mts");
    const running = await serve({ vault: folder, port: 0, write: true, plugins: [], page: repository("dist/workbench") });
    try {
      const put = (path: string, headers: Record<string, string>) => fetch(`${running.address}api/file?path=${path}`, { method: "PUT", body: "new", headers });
      expect((await put("Sub/New.md", { "x-workbench": "1" })).status).toBe(200);
      expect(readFileSync(join(folder, "Sub/New.md"), "utf8")).toBe("new");
      expect((await put("Sub/Other.md", {})).status).toBe(403);
    } finally {
      await running.close();
    }
  });
});
