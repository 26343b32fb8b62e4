/** A Sigma rule of a note in the app: painted, run, traced, converted; which rules fire, on a sample and in a note. */
import { afterAll, describe, expect, it } from "vitest";
import { closeBrowser, withWorkbench } from "./workbench";

afterAll(closeBrowser);

const rule = `?mode=reading&note=${encodeURIComponent("Detection Rules/Windows/Scheduled task created by schtasks.md")}`;

describe("a Sigma rule in a note", () => {
  it("is painted, runs in the lab on the note's samples, and tells what each selection and item holds for", () => withWorkbench("demo", async ({ page }) => {
    const code = page.locator("pre > code.language-sigma");
    await code.waitFor();
    expect(await code.locator(".pb-column", { hasText: "CommandLine" }).count()).toBe(2);
    await page.getByRole("button", { name: "Run in lab" }).click();
    await expect.poll(() => page.locator(".pb-sample", { hasText: "Passes" }).count()).toBe(2);
    await page.getByRole("tab", { name: /^Trace/ }).click();
    const line = (text: string) => page.locator(".pb-line", { has: page.locator(".pb-line-text", { hasText: text }) });
    await expect.poll(() => line("Image|endswith").locator(".pb-counted").textContent()).toBe("holds for 3 of 3");
    expect(await line("tool:").locator(".pb-counted").textContent()).toBe("holds for 2 of 3");
    expect(await line("filter_vendor:").locator(".pb-counted").textContent()).toBe("holds for 0 of 3");
    // The head of the rule has no part in the run.
    expect(await line("author:").count()).toBe(0);
    // Without the place, the two tasks that were made are found.
    await page.getByLabel("What if: show a switch beside every term of a filter").check();
    await page.getByRole("switch", { name: /CommandLine\|contains: - / }).click();
    await expect.poll(() => page.locator(".pb-what-if").textContent()).toContain("there are 2 rows instead of 1 row");
  }, { query: rule }));

  it("becomes a query for another product, and that query runs", () => withWorkbench("demo", async ({ page }) => {
    await page.getByRole("button", { name: "Convert" }).click();
    const view = page.getByRole("region", { name: "Converted rule" });
    await view.getByLabel("Into").selectOption("splunk");
    await expect.poll(() => view.locator("pre").textContent()).toContain("EventCode=1");
    expect(await view.getByRole("button", { name: "Run in lab" }).count()).toBe(0);
    await view.getByLabel("Into").selectOption("defender");
    await expect.poll(() => view.locator("pre").textContent()).toMatch(/^DeviceProcessEvents\n\| where /);
    expect(await view.locator("pre .pb-table").textContent()).toBe("DeviceProcessEvents");
    await view.getByRole("button", { name: "Run in lab" }).click();
    await expect.poll(() => page.locator(".pb-sample", { hasText: "Passes" }).count()).toBe(2);
    expect(await page.locator(".pb-lab .cm-content").textContent()).toContain("DeviceProcessEvents");
  }, { query: rule }));

  it("fires on a sample that is asked", () => withWorkbench("demo", async ({ page }) => {
    await page.getByRole("button", { name: "Which rules fire?" }).first().click();
    const hunt = page.locator(".pb-hunt");
    await expect.poll(() => hunt.textContent()).toContain("1 of 6 rules fired on 1 event");
    expect(await hunt.locator(".pb-hunt-name").allTextContents()).toEqual(["Scheduled task created by schtasks"]);
  }, { query: rule }));
});

describe("a note with a hunt", () => {
  it("shows which rules fire, and why", () => withWorkbench("demo", async ({ page }) => {
    const hunt = page.locator(".pb-hunt");
    await expect.poll(() => hunt.textContent()).toContain("3 of 6 rules fired on 155 events");
    expect((await hunt.locator(".pb-hunt-name").allTextContents()).sort()).toEqual(
      ["Event log cleared with wevtutil", "Run key added with reg.exe", "Scheduled task created by schtasks"],
    );
    await hunt.locator(".pb-hunt-fold", { hasText: "Event log cleared" }).click();
    await hunt.locator(".pb-hunt-events .pb-hunt-fold").first().click();
    await expect.poll(() => hunt.locator(".pb-rule-tree").first().textContent()).toContain("Event log cleared with wevtutil matches this event.");
    // An hour alone.
    await hunt.locator("button.pb-timeline-bar:not([disabled])").last().click();
    await expect.poll(() => hunt.locator(".pb-hunt-name").allTextContents()).toEqual(["Run key added with reg.exe"]);
  }, { query: `?mode=reading&note=${encodeURIComponent("Hunt through one night.md")}` }));
});

describe("a Sigma rule in the editor", () => {
  it("is painted, checked and completed in a fence of YAML that holds one, and in no other", () => withWorkbench("demo", async ({ page }) => {
    const editor = page.locator(".purplebook-fences .cm-content").first();
    const line = (text: string) => editor.locator(".cm-line", { hasText: text });
    await line("CommandLine|contains").first().scrollIntoViewIfNeeded();
    await expect.poll(() => line("CommandLine|contains").first().locator(".pb-column").textContent()).toBe("CommandLine");
    await line("CommandLine|contains").first().click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.insertText("ParentImage|endswit: 'x'");
    await editor.locator(".cm-lintRange-error", { hasText: "endswit" }).waitFor();
    // What a rule would be run on is not known here: nothing is said of tables.
    expect(await page.evaluate(() => document.body.textContent)).not.toContain("is in no column of");
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+End");
    await page.keyboard.type("User|sta");
    await page.locator(".cm-tooltip-autocomplete", { hasText: "startswith" }).waitFor();
    await page.keyboard.press("Escape");
    // Not a rule any more once it has no detection.
    await line("detection:").first().click();
    await page.keyboard.press("Home");
    await page.keyboard.type("x");
    await expect.poll(() => editor.locator(".pb-column").count()).toBe(0);
  }, { query: rule.replace("mode=reading", "mode=live") }));
});
