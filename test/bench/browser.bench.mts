/** The plugin in the workbench's browser over 10,000 notes: onload, index, panel, size of main.js. Needs `npm run build:all` before. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import type { BrowserContext } from "playwright-core";
import { ms, printMarkdown } from "./measure.mts";
import { makeVault } from "./vault-maker.mts";

interface Marks { readonly ready: number; readonly panel: number; readonly onload: number; readonly script: number; readonly heap: number }

// The built server, as users start it; bundling it here would make it think that it is the program.
const { serve } = await import(pathToFileURL(resolve("dist/workbench-server.mjs")).href) as {
  serve: (options: { vault: string; port: number; write: boolean; page: string; plugins: string[] }) => Promise<{ address: string; close(): Promise<void> }>;
};
const browserScript = pathToFileURL(resolve("scripts/browser.mjs")).href;
const { launch } = await import(browserScript) as { launch: () => Promise<BrowserContext> };
const size = Number(process.env["SIZE"] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "vault-"));
const notes = makeVault(size);
for (const [path, text] of notes) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
// A technique with rules, so that the panel has rows to draw.
const tags = new Map([...notes].filter(([p]) => p.startsWith("Techniques/")).map(([p, text]) => [/tags: \[(\w+)/.exec(text)?.[1] ?? "", p]));
const technique = [...notes].flatMap(([p, text]) => (p.startsWith("Detection Rules/") ? tags.get(/tags: \[detection_rule, (\w+)/.exec(text)?.[1] ?? "") ?? [] : []))[0] ?? "";
const running = await serve({ vault: folder, port: 0, write: false, page: resolve("dist/workbench"), plugins: [resolve(".")] });
const browser = await launch();
const runs: Marks[] = [];
for (let i = 0; i < 4; i++) {
  const page = await browser.newPage();
  // Tall enough that both blocks are on the screen: what is not is drawn when it gets there.
  await page.setViewportSize({ width: 1280, height: 3200 });
  await page.goto(`${running.address}?note=${encodeURIComponent(technique)}&mode=reading`);
  await page.waitForSelector("body[data-ready]", { timeout: 120_000 });
  await page.waitForSelector(".block-language-dataview tbody tr", { timeout: 120_000, state: "attached" });
  runs.push(await page.evaluate(() => {
    const { loadTimes, scriptTimes } = (window as unknown as { app: { plugins: Record<"loadTimes" | "scriptTimes", Record<string, number>> } }).app.plugins;
    const memory = (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory;
    return { ready: 0, panel: performance.now(), onload: loadTimes["purplebook"] ?? NaN, script: scriptTimes["purplebook"] ?? NaN, heap: (memory?.usedJSHeapSize ?? 0) / 1_048_576 };
  }));
  await page.close();
}
await browser.close();
await running.close();
rmSync(folder, { recursive: true, force: true });
const warm = runs.slice(1);
const middle = (pick: (m: Marks) => number) => warm.map(pick).sort((a, b) => a - b)[Math.floor(warm.length / 2)] ?? NaN;
const main = readFileSync("main.js");
printMarkdown(["what", "measured"], [
  [`plugin onload (first page, then median of ${warm.length})`, `${ms(runs[0]?.onload ?? NaN)} ms, ${ms(middle((m) => m.onload))} ms`],
  ["plugin script run, before onload (likewise)", `${ms(runs[0]?.script ?? NaN)} ms, ${ms(middle((m) => m.script))} ms`],
  [`page opened → both seed blocks drawn, ${size} notes, the app's own reading of the vault included`, `${ms(middle((m) => m.panel))} ms`],
  ["heap of the page, app and notes included", `${middle((m) => m.heap).toFixed(0)} MB`],
  ["main.js", `${(main.length / 1024).toFixed(0)} KB, ${(gzipSync(main).length / 1024).toFixed(0)} KB gzipped`],
  ["styles.css", `${(statSync("styles.css").size / 1024).toFixed(0)} KB`],
]);
