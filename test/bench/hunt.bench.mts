/**
 * A hunt in the workbench's browser, through the plugin's worker: all rules of the corpus as notes of a vault, over the
 * recordings beside the project. Needs `npm run build:all` before; says so when the corpus is not there.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import type { BrowserContext } from "playwright-core";
import { printMarkdown } from "./measure.mts";

const shared = resolve("..", "shared");
const corpus = join(shared, "corpus", "sigma-rules.jsonl.gz");
const LOGS = (process.env["LOGS"] ?? "ad-playbook,registry-run-keys,lsass-campaigns-05-07").split(",");
if (!existsSync(corpus)) {
  console.log("No corpus of rules beside the project: nothing was measured.");
  process.exit(0);
}
const { serve } = await import(pathToFileURL(resolve("dist/workbench-server.mjs")).href) as {
  serve: (options: { vault: string; port: number; write: boolean; page: string; plugins: string[] }) => Promise<{ address: string; close(): Promise<void> }>;
};
const { launch } = await import(pathToFileURL(resolve("scripts/browser.mjs")).href) as { launch: () => Promise<BrowserContext> };

const vault = mkdtempSync(join(tmpdir(), "hunt-"));
mkdirSync(join(vault, "Detection Rules"));
const rules = gunzipSync(readFileSync(corpus)).toString("utf8").trim().split("\n").map((line) => JSON.parse(line) as { yaml: string });
rules.forEach(({ yaml }, i) => {
  writeFileSync(join(vault, "Detection Rules", `Rule ${i}.md`), `---\ntags: [detection_rule]\n---\n\n\`\`\`sigma\n${yaml}\n\`\`\`\n`);
});
for (const log of LOGS) {
  writeFileSync(join(vault, `${log}.jsonl`), gunzipSync(readFileSync(join(shared, "samples", "windows", `${log}.jsonl.gz`))));
  writeFileSync(join(vault, `Hunt ${log}.md`), `\`\`\`purplebook-hunt\nlogs: ${log}.jsonl\n\`\`\`\n`);
}
const running = await serve({ vault, port: 0, write: false, page: resolve("dist/workbench"), plugins: [resolve(".")] });
const browser = await launch();
const rows: string[][] = [];
for (const log of LOGS) {
  const page = await browser.newPage();
  await page.goto(`${running.address}?note=${encodeURIComponent(`Hunt ${log}.md`)}&mode=reading`);
  await page.waitForSelector("body[data-ready]", { timeout: 300_000 });
  await page.waitForSelector(".pb-hunt-sum", { timeout: 600_000 });
  // The second hunt finds the notes read and the worker warm: that is what somebody waits for who presses the button.
  const took: number[] = [];
  for (let i = 0; i < 3; i++) {
    const ms = await page.evaluate(() => new Promise<{ ms: number; stall: number }>((done) => {
      const start = performance.now();
      let [last, stall] = [start, 0];
      document.querySelector<HTMLElement>(".pb-hunt .pb-head button")?.click();
      const look = (): void => {
        const now = performance.now();
        stall = Math.max(stall, now - last);
        last = now;
        if (document.querySelector(".pb-hunt-sum") !== null && now - start > 50) done({ ms: now - start, stall });
        else setTimeout(look, 5);
      };
      setTimeout(look, 20);
    }));
    took.push(ms.ms);
    if (i === 2) {
      const said = await page.locator(".pb-hunt-sum").innerText();
      const events = Number(/on ([\d,.\s]+) events/.exec(said)?.[1]?.replace(/\D/g, "") ?? NaN);
      const median = took.sort((a, b) => a - b)[1] ?? NaN;
      rows.push([log, String(events), `${(median / 1000).toFixed(1)} s`, `${Math.round(events / median * 1000)}`, `${Math.round(ms.stall)} ms`]);
    }
  }
  await page.close();
}
await browser.close();
await running.close();
rmSync(vault, { recursive: true, force: true });
printMarkdown(["recording", "events", `hunt again, ${rules.length} rules read and compiled, file read (median of 3)`, "events/s", "longest stall of the page"], rows);
