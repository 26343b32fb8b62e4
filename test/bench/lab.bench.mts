/** The lab in the workbench's browser: from the click on Run to the rows on the page, over 1,000 pasted events. Needs `npm run build:all` before. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContext } from "playwright-core";
import { ms, printMarkdown } from "./measure.mts";

// The built server, as users start it; bundling it here would make it think that it is the program.
const { serve } = await import(pathToFileURL(resolve("dist/workbench-server.mjs")).href) as {
  serve: (options: { vault: string; port: number; write: boolean; page: string; plugins: string[] }) => Promise<{ address: string; close(): Promise<void> }>;
};
const { launch } = await import(pathToFileURL(resolve("scripts/browser.mjs")).href) as { launch: () => Promise<BrowserContext> };

const EVENTS = Array.from({ length: 1000 }, (_, i) => JSON.stringify({
  eventVersion: "1.09", eventTime: new Date(Date.UTC(2026, 2, 1) + i * 1000).toISOString(), eventSource: "ec2.amazonaws.com",
  eventName: i % 10 > 0 ? "DescribeInstances" : "RunInstances", awsRegion: "eu-west-1", eventID: `event-${i}`,
  userIdentity: { type: "IAMUser", arn: `arn:aws:iam::111122223333:user/u${i % 17}` },
  responseElements: { instancesSet: { items: [{ instanceId: `i-${i}` }] } },
})).join("\n");
const QUERY = [
  "AWSCloudTrail", "| where EventName =~ \"RunInstances\" and isempty(ErrorCode)",
  "| project TimeGenerated, Cloud = \"AWS\", Who = UserIdentityArn, Machine = tostring(parse_json(ResponseElements).instancesSet.items[0].instanceId), Where = AWSRegion",
].join("\n");
const PAGES = Number(process.env["PAGES"] ?? 7);

const running = await serve({ vault: resolve("demo"), port: 0, write: false, page: resolve("dist/workbench"), plugins: [resolve(".")] });
const browser = await launch();
const first: number[] = [];
const again: number[] = [];
for (let n = 0; n < PAGES; n++) {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 1200, height: 1000 });
  await page.goto(running.address);
  await page.waitForSelector("body[data-ready]");
  await page.evaluate(() => (window as unknown as { app: { commands: { executeCommandById(id: string): void } } }).app.commands.executeCommandById("purplebook:open-lab"));
  await page.locator(".pb-lab .cm-content").click();
  await page.keyboard.insertText(QUERY);
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.querySelector(".pb-paste-box")?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, EVENTS);
  await page.locator(".pb-sample-facts").first().waitFor();
  await page.waitForTimeout(400);
  for (let k = 0; k < 5; k++) {
    const took = await page.evaluate(() => new Promise<number>((resolve) => {
      const start = performance.now();
      const look = (): void => {
        const there = document.querySelector(".pb-lab .pb-row") !== null && document.querySelector(".pb-lab progress, .pb-result.pb-stale") === null;
        // Behind the next frame the rows are painted.
        if (there) requestAnimationFrame(() => resolve(performance.now() - start));
        else setTimeout(look, 0);
      };
      document.querySelector<HTMLElement>(".pb-run-button")?.click();
      setTimeout(look, 0);
    }));
    (k === 0 ? first : again).push(took);
    await page.waitForTimeout(150);
  }
  await page.close();
}
await browser.close();
await running.close();
const told = (list: readonly number[]): string[] => {
  const sorted = [...list].sort((a, b) => a - b);
  return [`${ms(sorted[0] ?? NaN)} ms`, `${ms(sorted[sorted.length >> 1] ?? NaN)} ms`];
};
printMarkdown(["click on Run → rows painted, 1,000 events, 100 rows", "least", "median"], [
  [`the first click on a new page (${first.length})`, ...told(first)],
  [`any later one (${again.length})`, ...told(again)],
]);
