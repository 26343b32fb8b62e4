/** The plugin in the app around: commands, completion, problems, addresses, fences in the editor, unloading. */
import { afterAll, describe, expect, it } from "vitest";
import { closeBrowser, withWorkbench, type Bench } from "./workbench";

const vault = "test/obsidian/vault";

afterAll(closeBrowser);

const press = async ({ page }: Bench, command: string): Promise<void> => {
  await page.keyboard.press("Control+p");
  await page.keyboard.type(command);
  await page.locator(".prompt .suggestion-item.is-selected", { hasText: command }).waitFor();
  await page.keyboard.press("Enter");
};
const title = ({ page }: Bench) =>
  page.locator(".mod-active .view-header-title, .view-header-title").first().textContent();
const textOf = (
  { page }: Bench, path: string,
) => page.evaluate(async (path) => await (await fetch(`/api/file?path=${encodeURIComponent(path)}`)).text(), path);

describe("loading", () => {
  it("takes less than 20 ms and reads nothing", () => withWorkbench(vault, async ({ page }) => {
    const ms = await page.evaluate(() => (window as unknown as {
      app: { plugins: { loadTimes: Record<string, number> } }
    }).app.plugins.loadTimes["purplebook"]);
    expect(ms).toBeLessThan(20);
  }));

  it("leaves nothing behind when it is unloaded", () => withWorkbench(vault, async ({ page }) => {
    await page.locator(".pb-strip").waitFor();
    await page.evaluate(() => (window as unknown as {
      app: { plugins: { disablePlugin(id: string): Promise<void> } }
    }).app.plugins.disablePlugin("purplebook"));
    await expect.poll(() => page.locator(".purplebook").count()).toBe(0);
    expect(await page.evaluate(() => Object.keys(
      (window as unknown as { app: { commands: { commands: object } } }).app.commands.commands,
    ).filter((id) => id.startsWith("purplebook")))).toEqual([]);
    expect(await page.locator(".markdown-reading-view code.language-dataview").count()).toBe(2);
  }, { query: "?note=T1578.002%20-%20Create%20Cloud%20Instance" }));
});

describe("commands", () => {
  it("open a technique by a part of its name", () => withWorkbench(vault, async (bench) => {
    await press(bench, "Open technique by ID or name");
    await bench.page.keyboard.type("powersh");
    await bench.page.locator(".prompt .suggestion-item.is-selected", { hasText: "T1059.001" }).waitFor();
    await bench.page.keyboard.press("Enter");
    await expect.poll(() => title(bench)).toBe("T1059.001 - PowerShell");
  }, { query: "?note=Dashboard" }));

  it("create a runbook for the technique of the note", () => withWorkbench(vault, async (bench) => {
    await bench.page.locator(".pb-strip").waitFor();
    await press(bench, "Create runbook");
    const active = () => bench.page.evaluate(() =>
      (window as unknown as { app: import("obsidian").App }).app.workspace.getActiveFile()?.path ?? "");
    await expect.poll(active).toMatch(/^Testing Runbooks\//);
    const path = await active();
    expect(await textOf(bench, path)).toContain("T1059_001");
  }, { query: "?note=T1059.001%20-%20PowerShell" }));

  it("turn a pasted page into a rule note that loses no line", () => withWorkbench(vault, async (bench) => {
    const before = await textOf(bench, "Inbox/Pasted.md");
    await bench.page.locator(".cm-content").click();
    await press(bench, "Convert pasted page to rule note");
    await expect.poll(() => textOf(bench, "Inbox/Pasted.md")).toContain("```kusto");
    const after = await textOf(bench, "Inbox/Pasted.md");
    for (const line of before.split("\n").map((each) => each.trim().replace(/^•\s*/, "")).filter((each) =>
      /^(Device|\| |Software|Finds|Process:)/.test(each))) expect(after).toContain(line);
  }, { query: "?note=Pasted&mode=source" }));

  it("list the vault's problems and open one at its line", () => withWorkbench(vault, async (bench) => {
    await bench.page.locator(".markdown-reading-view .pb-panel").first().waitFor();
    await press(bench, "List problems of the vault");
    await bench.page.keyboard.type("no such note");
    await bench.page.locator(".prompt .suggestion-item", { hasText: "Inbox/Broken.md" }).waitFor();
    await bench.page.keyboard.press("Enter");
    await expect.poll(() => title(bench)).toBe("Broken");
  }, { query: "?note=Dashboard" }));
});

describe("the editor", () => {
  it("completes an id to a link", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("See T1059");
    await page.locator(".suggestion-container .suggestion-item", { hasText: "PowerShell" }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => textOf(bench, "Dashboard.md")).toContain(
      "See [[T1059.001 - PowerShell|T1059.001 PowerShell]]",
    );
  }, { query: "?note=Dashboard&mode=source" }));

  it("paints queries in fences and underlines what they have wrong", () => withWorkbench(vault, async ({ page }) => {
    const editor = page.locator(".cm-content");
    await editor.locator(".pb-keyword", { hasText: "where" }).first().waitFor();
    await editor.locator(".cm-lintRange", { hasText: "AwsRegion" }).waitFor();
  }, { query: "?note=Cloud%20instance%20created&mode=source" }));
});

describe("addresses", () => {
  it("open a technique's note, and nothing for what is no id", () => withWorkbench(vault, async (bench) => {
    const call = (technique: string) => bench.page.evaluate((technique) => {
      const { app } = window as unknown as {
        app: { protocolHandlers: Map<string, (data: Record<string, string>) => void> }
      };
      app.protocolHandlers.get("purplebook")?.({ action: "purplebook", technique });
    }, technique);
    await call("../../etc");
    await bench.page.locator(".notice", { hasText: "names no technique" }).waitFor();
    await call("t1578.002");
    await expect.poll(() => title(bench)).toBe("T1578.002 - Create Cloud Instance");
  }, { query: "?note=Dashboard" }));
});
