/**
 * Draws `docs/screenshots/*.png` from the workbench over the demo vault, so that pictures never show what is no more.
 * `node scripts/screenshots.mjs [name…]` draws those named alone; `--vault DIR` and `--out DIR` look elsewhere.
 */
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPlugin, buildWorkbench } from "../esbuild.config.mjs";
import { launch } from "./browser.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const desktop = { width: 1200, height: 800, scale: 1 };
// The directory of plugins asks for 900 × 1600.
const phone = { width: 450, height: 800, scale: 2 };

const technique = "T1578.002";

/** Runs the rule that the technique note lists first, and waits for its trace. */
async function runFirstRule(page) {
  const rule = page.locator(".block-language-dataview a.internal-link, .block-language-purplebook a.internal-link").first();
  await rule.click();
  const button = page.getByRole("button", { name: /run in lab/i }).first();
  await button.click();
  await page.locator("[class*='pb-trace']").first().waitFor();
  await page.waitForTimeout(800);
}

const shots = [
  { name: "technique-light", size: desktop, query: `?theme=light&note=${technique}` },
  { name: "technique-dark", size: desktop, query: `?theme=dark&note=${technique}` },
  { name: "technique-live-preview", size: desktop, query: `?theme=light&mode=live&note=${technique}` },
  { name: "technique-phone", size: phone, query: `?theme=light&mobile=1&note=${technique}` },
  { name: "lab-light", size: desktop, query: `?theme=light&note=${technique}`, act: runFirstRule },
  { name: "lab-dark", size: desktop, query: `?theme=dark&note=${technique}`, act: runFirstRule },
  { name: "lab-phone", size: phone, query: `?theme=dark&mobile=1&note=${technique}`, act: runFirstRule },
  {
    name: "settings-light", size: desktop, query: "?theme=light",
    act: async (page) => {
      await page.keyboard.press("Control+,");
      await page.getByRole("tab", { name: "Purplebook" }).click();
      await page.waitForTimeout(300);
    },
  },
];

async function main(args) {
  const option = (name, otherwise) => args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : otherwise;
  const vault = resolve(root, option("--vault", "demo"));
  const out = resolve(root, option("--out", "docs/screenshots"));
  await Promise.all([buildPlugin(), buildWorkbench()]);
  const { serve } = await import("../dist/workbench-server.mjs");
  const running = await serve({ vault, port: 0, write: false, plugins: [root] });
  const browser = await launch();
  mkdirSync(out, { recursive: true });
  let failed = 0;
  try {
    for (const shot of shots.filter((each) => args.length === 0 || args.includes(each.name))) {
      const page = await browser.newPage();
      await page.setViewportSize({ width: shot.size.width, height: shot.size.height });
      if (shot.size.scale !== 1) {
        const session = await browser.newCDPSession(page);
        await session.send("Emulation.setDeviceMetricsOverride",
          { width: shot.size.width, height: shot.size.height, deviceScaleFactor: shot.size.scale, mobile: false });
      }
      try {
        await page.goto(running.address + shot.query);
        await page.waitForSelector("body[data-ready]");
        await page.waitForTimeout(800);
        await shot.act?.(page);
        await page.screenshot({ path: join(out, `${shot.name}.png`), scale: shot.size.scale === 1 ? "css" : "device" });
        process.stdout.write(`${shot.name}.png\n`);
      } catch (error) {
        failed++;
        process.stderr.write(`${shot.name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}\n`);
      } finally {
        await page.close();
      }
    }
  } finally {
    await browser.close();
    await running.close();
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
