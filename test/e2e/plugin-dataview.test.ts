/**
 * Beside a plugin that draws `dataview` blocks: each block is drawn once, by whom the settings say, whatever loads
 * first.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: a script without types.
import { buildPlugin } from "../../esbuild.config.mjs";
import { closeBrowser, repository, withWorkbench, type Bench } from "./workbench";

const vault = "test/obsidian/vault";
const technique = "?note=T1578.002%20-%20Create%20Cloud%20Instance";

beforeAll(async () => {
  mkdirSync(repository("dist/fixture-dataview"), { recursive: true });
  copyFileSync(
    repository("test/e2e/fixture-dataview/manifest.json"), repository("dist/fixture-dataview/manifest.json"),
  );
  await (buildPlugin as (options: object) => Promise<number>)(
    { entry: "test/e2e/fixture-dataview/plugin.ts", outfile: "dist/fixture-dataview/main.js" },
  );
});
afterAll(closeBrowser);

const choose = async ({ page }: Bench, policy: string): Promise<void> => {
  await page.keyboard.press("Control+,");
  await page.getByRole("tab", { name: "Purplebook" }).click();
  await page.locator(".setting-item", { hasText: "Dataview blocks" }).locator("select").selectOption(policy);
  await page.keyboard.press("Escape");
};
const theirs = ({ page }: Bench) => page.locator(".workspace-leaf .drawn-by-dataview:visible").count();
const ours = ({ page }: Bench) => page.locator(".workspace-leaf .purplebook-block .pb-panel:visible").count();

for (const [order, plugins] of [
  ["before us", ["dist/fixture-dataview", "."]], ["after us", [".", "dist/fixture-dataview"]],
] as const) {
  describe(`loaded ${order}`, () => {
    it("draws its blocks, and we none of them", () => withWorkbench(vault, async (bench) => {
      await expect.poll(() => theirs(bench)).toBe(2);
      await bench.page.locator(".pb-strip").waitFor();
      expect(await ours(bench)).toBe(0);
      expect(await bench.page.locator(".notice", { hasText: "Failed" }).count()).toBe(0);
    }, { plugins, query: technique }));

    it("leaves blocks on rules and runbooks to us when we are asked to take them", () => withWorkbench(vault, async (
      bench,
    ) => {
      await bench.page.locator(".pb-strip").waitFor();
      await choose(bench, "coverage");
      await expect.poll(() => ours(bench)).toBe(2);
      expect(await theirs(bench)).toBe(0);
      await bench.open(`${technique}&mode=live`);
      await expect.poll(() => ours(bench)).toBe(2);
      expect(await theirs(bench)).toBe(0);
      // A query that we cannot run stays theirs.
      await bench.open("?note=T1059.001%20-%20PowerShell");
      await expect.poll(() => theirs(bench)).toBe(1);
      expect(await bench.page.locator(".purplebook-taken").count()).toBe(1);
    }, { plugins, query: technique }));
  });
}

it("cannot take the language back while we have it: the blocks stay drawn, once", () => withWorkbench(vault, async (
  bench,
) => {
  const { page } = bench;
  await expect.poll(() => theirs(bench)).toBe(2);
  const toggle = (on: boolean) => page.evaluate(async (on) => {
    const { app } = window as unknown as { app: {
      plugins: { disablePlugin(id: string): Promise<void>; enablePlugin(id: string): Promise<boolean> };
      workspace: { trigger(name: string): void }
    } };
    if (on) await app.plugins.enablePlugin("dataview");
    else await app.plugins.disablePlugin("dataview");
    app.workspace.trigger("layout-change");
  }, on);
  await toggle(false);
  await expect.poll(() => ours(bench)).toBe(2);
  await toggle(true);
  expect(await theirs(bench)).toBe(0);
  expect(await ours(bench)).toBe(2);
}, { plugins: ["dist/fixture-dataview", "."], query: technique, expects: /already registered/ }));
