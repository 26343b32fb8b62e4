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

const technique = encodeURIComponent("Techniques/T1578.002 - Create Cloud Instance.md");
const rule = encodeURIComponent("Detection Rules/Cloud/Cloud instance created.md");
const sigma = encodeURIComponent("Detection Rules/Windows/Scheduled task created by schtasks.md");
const hunt = encodeURIComponent("Hunt through one night.md");
const mistaken = encodeURIComponent("Detection Rules/Cloud/Instance created (as pasted from a web page).md");

/** Brings the panels of the open note to the top of the screen. */
async function toPanels(page) {
  // Live preview draws only what is near the screen: go down until the first block is there.
  for (let i = 0; i < 40 && await page.locator(".block-language-dataview").count() === 0; i++) {
    await page.locator(".cm-scroller").first().evaluate((el) => { el.scrollTop += 400; });
    await page.waitForTimeout(100);
  }
  await page.locator(".block-language-dataview").first().evaluate((el) => el.scrollIntoView({ block: "center" }));
  await page.locator(".block-language-dataview tbody tr").first().waitFor();
  await page.waitForTimeout(600);
}

/** Opens the lab from the open rule note, runs, and shows a tab of the result. */
function inLab(tab) {
  return async (page) => {
    await page.getByRole("button", { name: /run in lab/i }).first().click();
    await page.getByRole("tab", { name: /^Trace/ }).waitFor();
    await page.waitForTimeout(1500);
    await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
    await page.waitForTimeout(600);
  };
}

/** Asks why the query leaves out the first row of the first sample. */
async function askWhy(page) {
  await inLab("Rows")(page);
  await page.getByRole("button", { name: /^Show \d+ rows? of/ }).first().click();
  await page.locator(".pb-lab td[role=gridcell]").first().click();
  await page.keyboard.press("?");
  await page.waitForTimeout(800);
}

/** Waits for the hunt of the open note and opens its first finds. */
async function inHunt(page) {
  await page.locator(".pb-hunt-sum").waitFor();
  await page.locator(".pb-hunt").evaluate((el) => el.scrollIntoView({ block: "start" }));
  for (let depth = 0; depth < 3; depth++) {
    const closed = page.locator(".pb-hunt details:not([open]) > summary").first();
    if (await closed.count() > 0) await closed.click();
  }
  await page.waitForTimeout(600);
}

/** Converts the open note's rule. */
function converted(target) {
  return async (page) => {
    await page.getByRole("button", { name: "Convert" }).first().click();
    await page.getByLabel("Into").selectOption(target);
    await page.waitForTimeout(300);
  };
}

/** Draws made-up sign-ins over two days. */
async function drawChart(page) {
  const rows = Array.from({ length: 600 }, (_, i) => JSON.stringify({
    At: new Date(Date.UTC(2026, 2, 1, 0, i * 5)).toISOString(), Result: i % 7 === 0 || (i > 300 && i < 340) ? "Failure" : "Success",
    Country: ["DE", "FR", "US"][(i * i) % 3],
  }));
  await page.evaluate(() => window.app.commands.executeCommandById("purplebook:open-lab"));
  await page.locator(".pb-paste-box").fill(rows.join("\n"));
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: /^Show 600 rows of/ }).waitFor();
  const table = (await page.locator(".pb-sample select option:checked").first().textContent()).replace(/ \(.*/, "");
  await page.locator(".pb-lab .cm-content").click();
  await page.keyboard.insertText(`${table}\n| summarize SignIns = count() by bin(At, 1h), Result\n| render stackedareachart with (title="Sign-ins per hour")`);
  await page.keyboard.press("Control+Enter");
  await page.locator(".pb-chart-svg").waitFor();
  await page.locator(".pb-results").evaluate((el) => el.scrollIntoView({ block: "end" }));
  await page.waitForTimeout(400);
}

const tall = { width: 1280, height: 1300, scale: 1 };
const tallPhone = { width: 400, height: 1400, scale: 2 };
const shots = [
  { name: "technique-light", size: desktop, query: `?theme=light&mode=reading&note=${technique}` },
  { name: "technique-dark", size: desktop, query: `?theme=dark&mode=reading&note=${technique}`, act: toPanels },
  { name: "technique-live-preview", size: desktop, query: `?theme=light&mode=live&note=${technique}`, act: toPanels },
  { name: "technique-phone", size: phone, query: `?theme=light&mobile=1&mode=reading&note=${technique}` },
  { name: "rule-light", size: desktop, query: `?theme=light&mode=reading&note=${rule}` },
  { name: "lab-light", size: desktop, query: `?theme=light&mode=reading&note=${rule}`, act: inLab("Rows") },
  { name: "lab-explain-light", size: tall, query: `?theme=light&mode=reading&note=${mistaken}`, act: inLab("Trace") },
  { name: "lab-explain-dark", size: tall, query: `?theme=dark&mode=reading&note=${mistaken}`, act: inLab("Trace") },
  { name: "lab-why-light", size: tall, query: `?theme=light&mode=reading&note=${mistaken}`, act: askWhy },
  { name: "lab-why-phone", size: tallPhone, query: `?theme=dark&mobile=1&mode=reading&note=${mistaken}`, act: askWhy },
  {
    name: "lab-what-if-dark", size: tall, query: `?theme=dark&mode=reading&note=${mistaken}`,
    act: async (page) => {
      await inLab("Trace")(page);
      await page.getByRole("switch", { name: /ActivityStatusValue/ }).first().click();
      await page.waitForTimeout(600);
    },
  },
  { name: "sigma-trace-light", size: tall, query: `?theme=light&mode=reading&note=${sigma}`, act: inLab("Trace") },
  { name: "sigma-trace-dark", size: tall, query: `?theme=dark&mode=reading&note=${sigma}`, act: inLab("Trace") },
  { name: "sigma-why-dark", size: tall, query: `?theme=dark&mode=reading&note=${sigma}`, act: askWhy },
  { name: "sigma-why-phone", size: tallPhone, query: `?theme=light&mobile=1&mode=reading&note=${sigma}`, act: askWhy },
  { name: "sigma-convert-light", size: desktop, query: `?theme=light&mode=reading&note=${sigma}`, act: converted("sentinel") },
  { name: "sigma-convert-phone", size: phone, query: `?theme=dark&mobile=1&mode=reading&note=${sigma}`, act: converted("splunk") },
  { name: "hunt-light", size: tall, query: `?theme=light&mode=reading&note=${hunt}`, act: inHunt },
  { name: "hunt-dark", size: tall, query: `?theme=dark&mode=reading&note=${hunt}`, act: inHunt },
  { name: "hunt-phone", size: tallPhone, query: `?theme=light&mobile=1&mode=reading&note=${hunt}`, act: inHunt },
  { name: "lab-chart-light", size: desktop, query: "?theme=light", act: drawChart },
  { name: "lab-chart-phone", size: phone, query: "?theme=dark&mobile=1", act: drawChart },
  { name: "lab-phone", size: tallPhone, query: `?theme=dark&mobile=1&mode=reading&note=${mistaken}`, act: inLab("Trace") },
  { name: "dashboard-light", size: desktop, query: "?theme=light&mode=reading&note=Dashboard.md", act: toPanels },
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
