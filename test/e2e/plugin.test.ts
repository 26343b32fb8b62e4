/** The very `main.js` that users install, loaded by the workbench. */
import { afterAll, expect, it } from "vitest";
import { closeBrowser, withWorkbench } from "./workbench";

afterAll(closeBrowser);

interface Loaded { app: { plugins: { enabledPlugins: Set<string>; loadTimes: Record<string, number> } } }

it("loads, and beside another plugin", () => withWorkbench("test/fixtures/vault", async ({ page }) => {
  const enabled = await page.evaluate(() => [...(window as unknown as Loaded).app.plugins.enabledPlugins]);
  expect(enabled).toEqual(["fixture", "purplebook"]);
  await page.locator(".fixture-panel").waitFor();
}, { plugins: ["dist/fixture-plugin", "."] }));

it("is unloaded and loaded again without a trace of the first time", () => withWorkbench("test/fixtures/vault", async ({ page }) => {
  const again = await page.evaluate(async () => {
    const { plugins } = (window as unknown as { app: { plugins: { disablePlugin(id: string): Promise<void>; enablePlugin(id: string): Promise<boolean> } } }).app;
    await plugins.disablePlugin("purplebook");
    return await plugins.enablePlugin("purplebook");
  });
  expect(again).toBe(true);
  expect(await page.locator(".notice", { hasText: "Failed" }).count()).toBe(0);
}));
