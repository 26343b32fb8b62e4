/** A workbench over a vault, in a browser, for one test. */
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { serve } from "../../src/workbench/server.mts";
// @ts-expect-error: a script without types; `launch` gives a playwright context.
import { launch as launchAny } from "../../scripts/browser.mjs";

const launch = launchAny as () => Promise<BrowserContext>;
const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What a test gets. */
export interface Bench {
  readonly page: Page;
  /** Address of the workbench, ending with a slash. */
  readonly url: string;
  /** What the page complained of: errors thrown and errors in its console. */
  readonly complaints: string[];
  /** Opens the page anew, with the note and looks asked for in the query, and waits until it is ready. */
  open(query?: string): Promise<void>;
}

export interface BenchOptions {
  /** Folders of plugins under the repository's root; by default the plugin itself. */
  readonly plugins?: readonly string[];
  readonly write?: boolean;
  /** Query of the first page, such as `?note=Welcome&mode=live`. */
  readonly query?: string;
  readonly size?: { readonly width: number; readonly height: number };
  /** Complaints that the test expects; any other fails it. */
  readonly expects?: RegExp;
}

/** A folder under the repository's root, as a path. */
export const repository = here;

let browser: Promise<BrowserContext> | undefined;

/** Closes the browser; for `afterAll`. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** Serves `vaultDir`, opens it and runs the test; fails it when the page complained of anything unexpected. */
export async function withWorkbench(vaultDir: string, run: (bench: Bench) => Promise<void>, options: BenchOptions = {}): Promise<void> {
  const running = await serve({
    vault: here(vaultDir), port: 0, write: options.write ?? false, page: here("dist/workbench"),
    plugins: (options.plugins ?? ["."]).map(here),
  });
  const context = await (browser ??= launch());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  const open = async (query = ""): Promise<void> => {
    await page.goto(running.address + query);
    await page.waitForSelector("body[data-ready]", { timeout: 20_000 });
  };
  try {
    if (options.size !== undefined) await page.setViewportSize(options.size);
    await open(options.query);
    await run({ page, url: running.address, complaints, open });
    // What a note's own HTML tried is refused by the page's policy, and told on the console.
    const unexpected = complaints.filter((each) => !/inline event handler/.test(each) && options.expects?.test(each) !== true);
    if (unexpected.length > 0) throw new Error(`The page complained:\n${unexpected.join("\n")}`);
  } finally {
    await page.close();
    await running.close();
  }
}
