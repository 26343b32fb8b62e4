/** Before the browser's tests: the workbench, the plugin and the test's own plugin are built, and a browser is there. */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { buildPlugin, buildWorkbench } from "../../esbuild.config.mjs";
import { findBrowser } from "../../scripts/browser.mjs";

export default async function setup() {
  findBrowser();
  mkdirSync("dist/fixture-plugin", { recursive: true });
  copyFileSync("test/e2e/fixture-manifest.json", "dist/fixture-plugin/manifest.json");
  await Promise.all([
    buildWorkbench(),
    buildPlugin({ entry: "test/workbench/fixture-plugin.ts", outfile: "dist/fixture-plugin/main.js" }),
    ...(existsSync("src/obsidian/main.ts") ? [buildPlugin()] : []),
  ]);
}
