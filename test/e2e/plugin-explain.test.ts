/** What the lab explains: why a row is left out, what if a term were not there; charts; help while typing. By keyboard too. */
import { afterAll, describe, expect, it } from "vitest";
import { closeBrowser, withWorkbench, type Bench } from "./workbench";

const vault = "test/obsidian/vault";
const rule = "?note=Cloud%20instance%20created";

afterAll(closeBrowser);

interface Shown { readonly app: import("obsidian").App & { readonly commands: { executeCommandById(id: string): boolean } } }

const openLab = async ({ page }: Bench): Promise<void> => {
  await page.getByRole("button", { name: "Run in lab" }).click();
  await page.locator(".pb-lab", { hasText: "Passes" }).waitFor();
};
const command = ({ page }: Bench, id: string): Promise<boolean> =>
  page.evaluate((name) => (window as unknown as Shown).app.commands.executeCommandById(name), `purplebook:${id}`);

/** An empty lab with these rows, and a query that was run on them. */
const runOn = async (bench: Bench, query: string): Promise<void> => {
  const { page } = bench;
  await command(bench, "open-lab");
  const rows = Array.from({ length: 60 }, (_, i) => JSON.stringify({
    At: new Date(Date.UTC(2026, 2, 1, i)).toISOString(), User: ["ana", "bo", "cy"][i % 3], Bytes: 100 + (i * 37) % 91,
  }));
  await page.locator(".pb-paste-box").fill(rows.join("\n"));
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: /^Show 60 rows of/ }).waitFor();
  const table = (await page.locator(".pb-sample select option:checked").first().textContent() ?? "").replace(/ \(.*/, "");
  await page.locator(".pb-lab .cm-content").click();
  await page.keyboard.insertText(query.replace("TABLE", table));
  await page.keyboard.press("Control+Enter");
};

describe("why not this row", () => {
  it("is asked by keyboard and answered with the term and the values compared", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await openLab(bench);
    // The command shows the rows of the first sample that the query reads.
    await command(bench, "why-not-row");
    const grid = page.getByRole("grid", { name: "Rows of One launch" });
    await grid.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("?");
    const story = page.getByRole("region", { name: "What became of row 2" });
    await story.waitFor();
    await expect.poll(() => story.textContent()).toContain('Dropped by where, line 2: EventName == "RunInstances" is not true of it.');
    expect(await story.getByRole("row", { name: /EventName/ }).textContent()).toBe('EventName"DescribeInstances" string"RunInstances" stringthey differ');
    // The other row is in the result, and the way there is one click.
    await grid.focus();
    await page.keyboard.press("ArrowUp");
    await page.getByRole("button", { name: "Why not this row?" }).click();
    const other = page.getByRole("region", { name: "What became of row 1" });
    await expect.poll(() => other.textContent()).toContain("It is in the result: row 1.");
    await other.getByRole("button", { name: "Show it" }).click();
    await expect.poll(() => page.getByRole("tab", { name: /^Rows/ }).getAttribute("aria-selected")).toBe("true");
    expect(await page.locator(".pb-lab .pb-active-row").count()).toBe(1);
  }, { query: rule }));
});

describe("what if", () => {
  it("counts as if a term were not there, leaves the query alone, and makes a comment of it as one step of undo", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await openLab(bench);
    await page.getByRole("tab", { name: /^Trace/ }).click();
    await page.getByLabel("What if: show a switch beside every term of a filter").check();
    const editor = page.locator(".pb-lab .cm-content");
    const before = await editor.textContent();
    await page.getByRole("switch", { name: /isempty/ }).focus();
    await page.keyboard.press("Space");
    const bar = page.locator(".pb-what-if");
    await expect.poll(() => bar.textContent()).toContain("there are 2 rows instead of 1 row");
    expect(await editor.textContent()).toBe(before);
    await expect.poll(() => page.getByRole("tab", { name: /^Rows/ }).textContent()).toContain("2");
    await bar.getByRole("button", { name: "Back" }).click();
    await expect.poll(() => page.getByRole("tab", { name: /^Rows/ }).textContent()).toContain("1");
    await page.getByRole("switch", { name: /isempty/ }).click();
    await bar.getByRole("button", { name: "Apply to the query" }).click();
    await expect.poll(() => editor.textContent()).toContain("// | where isempty(ErrorCode)");
    await expect.poll(() => page.getByRole("tab", { name: /^Rows/ }).textContent()).toContain("2");
    await editor.click();
    await page.keyboard.press("Control+z");
    expect(await editor.textContent()).toBe(before);
  }, { query: rule }));
});

describe("charts", () => {
  it("draw what render asks for, switch series, say their points, and are saved as SVG and PNG", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await runOn(bench, "TABLE | summarize Bytes = sum(Bytes) by bin(At, 6h), User | render timechart with (title='Bytes per user')");
    const chart = page.getByRole("img", { name: /^Bytes per user: line chart over At: ana, 10 points/ });
    await chart.waitFor();
    expect(await chart.locator(".pb-mark-line").count()).toBe(3);
    await page.getByRole("button", { name: "bo", exact: true }).click();
    await expect.poll(() => chart.locator(".pb-mark-line").count()).toBe(2);
    await page.getByRole("button", { name: "bo", exact: true }).click();
    await page.getByRole("group", { name: /^Points of the chart/ }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".pb-chart [role=status]").textContent()).toMatch(/^2026-03-01 00:00:00, ana: \d+$/);
    for (const kind of ["SVG", "PNG"]) {
      await page.getByRole("button", { name: "Take the chart" }).click();
      await page.getByRole("menuitem", { name: `Save as ${kind}` }).click();
    }
    const saved = () => page.evaluate(async () => {
      const { vault: files } = (window as unknown as Shown).app;
      const [svg, png] = ["Bytes per user.svg", "Bytes per user.png"].map((path) => files.getFileByPath(path));
      if (!svg || !png) return undefined;
      const bytes = new Uint8Array(await files.readBinary(png));
      return { svg: await files.read(svg), png: [...bytes.slice(0, 4)], size: bytes.length };
    });
    await expect.poll(saved).toBeDefined();
    const files = await saved();
    expect(files?.png).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(files?.size).toBeGreaterThan(2000);
    // It stands by itself: colours instead of variables and classes, title and series in words.
    expect(files?.svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(files?.svg).not.toMatch(/var\(|class=/);
    for (const word of ["Bytes per user", ">ana<", ">bo<", ">cy<", "stroke=\"rgb("]) expect(files?.svg).toContain(word);
    await page.getByRole("radio", { name: "Table" }).click();
    await expect.poll(() => page.getByRole("grid", { name: "Result rows" }).getAttribute("aria-rowcount")).toBe("31");
  }, { query: "?note=Dashboard" }));

  it("say what they do not draw, and show the rows", () => withWorkbench(vault, async (bench) => {
    await runOn(bench, "TABLE | summarize count() by User | render treemap");
    await expect.poll(() => bench.page.locator(".pb-lab [role=tabpanel]").textContent()).toContain("A treemap is not drawn here");
    expect(await bench.page.getByRole("grid", { name: "Result rows" }).count()).toBe(1);
  }, { query: "?note=Dashboard" }));
});

describe("a query with several results", () => {
  it("shows each under its name", () => withWorkbench(vault, async (bench) => {
    await runOn(bench, "TABLE | fork most = (top 2 by Bytes) all = (count)");
    const { page } = bench;
    await expect.poll(() => page.getByRole("grid").count()).toBe(2);
    expect(await page.locator(".pb-lab .pb-subtitle").allTextContents()).toEqual(["most", "all"]);
  }, { query: "?note=Dashboard" }));
});

describe("the query editor", () => {
  it("tells what a call takes while its arguments are typed, folds lets, offers values of the sample", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await runOn(bench, "let Mine = TABLE\n| where User != 'x';\nMine | take 1");
    await page.locator(".pb-lab .cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" | extend y = substring(User, ");
    const help = page.locator(".pb-signature");
    await help.waitFor();
    expect(await help.locator("strong").textContent()).toBe("start: long");
    await page.keyboard.type("1, ");
    await expect.poll(() => help.locator("strong").textContent()).toBe("length?: long");
    // The list of completions, where one is open, takes the first Escape.
    await expect.poll(async () => {
      if (await help.count() > 0) await page.keyboard.press("Escape");
      return help.count();
    }).toBe(0);
    await page.keyboard.press("Control+Shift+Space");
    await help.waitFor();
    await page.keyboard.type("1) | where User == ");
    await expect.poll(() => help.count()).toBe(0);
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete", { hasText: "\"ana\"" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".cm-foldGutter span[title='Fold line']").first().click();
    await expect.poll(() => page.locator(".cm-foldPlaceholder").count()).toBe(1);
  }, { query: "?note=Dashboard" }));

  it("fixes all queries of a note by a command", () => withWorkbench(vault, async (bench) => {
    const { page } = bench;
    await page.evaluate(() => (window as unknown as Shown).app.workspace.activeEditor?.editor?.focus());
    await command(bench, "fix-queries");
    await expect.poll(() => page.evaluate(() => (window as unknown as Shown).app.workspace.activeEditor?.editor?.getValue() ?? "")).toContain("Scope = AWSRegion");
  }, { query: `${rule}&mode=live` }));

  it("explains names in rendered notes", () => withWorkbench(vault, async ({ page }) => {
    const name = page.locator("pre code .pb-function", { hasText: "isempty" }).first();
    await name.scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    await name.hover();
    await expect.poll(() => page.locator(".pb-reading-card").textContent()).toContain("isempty(");
    await page.mouse.move(2, 2);
    await expect.poll(() => page.locator(".pb-reading-card").count()).toBe(0);
  }, { query: `${rule}&mode=reading` }));
});
