/** A vault that means harm: nothing of its notes runs, and the page still answers. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeBrowser, repository, withWorkbench } from "./workbench";

const SCRIPT = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>';
const NOTES: Readonly<Record<string, string>> = {
  "Techniques/T1578.002 - Create Cloud Instance.md": `---
tags: [T1578_002, techniques]
tactics: '${SCRIPT}'
url: javascript:window.harmed=1
---

# ${SCRIPT}

[click](javascript:window.harmed=1) [[${"x".repeat(50)}|${SCRIPT}]] ${SCRIPT}

\`\`\`dataview
TABLE WITHOUT ID file.link AS "Name", level AS "${SCRIPT.replace(/"/g, "'")}", "${SCRIPT.replace(/"/g, "'")}" AS Cell FROM "Detection Rules"
\`\`\`

\`\`\`purplebook
rules ${SCRIPT}
\`\`\`
`,
  "Detection Rules/rule.md": `---
title: '${SCRIPT}'
level: '${SCRIPT}'
__proto__: {polluted: true}
tags: [detection_rule, T1578_002]
---

\`\`\`kusto
Sample | where Text matches regex "(a+)+$" or isnotempty(Text)
\`\`\`

\`\`\`json table=Sample expect=match name="<b onmouseover=window.harmed=1>s</b>"
{"Text": ${JSON.stringify(SCRIPT + "a".repeat(5_000) + "!")}, "__proto__": {"polluted": true}}
\`\`\`
`,
};

beforeAll(() => {
  for (const [path, text] of Object.entries(NOTES)) {
    const file = repository(join("build/hostile-vault", path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
});
afterAll(async () => {
  await closeBrowser();
  rmSync(repository("build/hostile-vault"), { recursive: true, force: true });
});

describe("a hostile vault", () => {
  for (const mode of ["reading", "live"]) {
    it(`runs nothing in ${mode} view, and the page answers`, async () => {
      await withWorkbench("build/hostile-vault", async ({ page, open }) => {
        await open(`?mode=${mode}&note=${encodeURIComponent("Techniques/T1578.002 - Create Cloud Instance.md")}`);
        await page.locator(".block-language-dataview tbody tr").first().waitFor();
        await page.keyboard.press("Control+p");
        await page.locator(".prompt input").waitFor({ timeout: 1_000 });
        expect(await page.evaluate(() => ["harmed" in window, "polluted" in {}])).toEqual([false, false]);
      }, { expects: /Failed to load resource|net::ERR/ });
    }, 60_000);
  }

  it("shows hostile logs in the lab as text", async () => {
    await withWorkbench("build/hostile-vault", async ({ page, open }) => {
      await open(`?mode=reading&note=${encodeURIComponent("Detection Rules/rule.md")}`);
      await page.getByRole("button", { name: /run in lab/i }).first().click();
      await page.getByRole("tab", { name: /^Rows\s*1/ }).waitFor();
      expect(await page.locator(".purplebook [role=grid], .purplebook table").first().textContent()).toContain("onerror");
      expect(await page.evaluate(() => ["harmed" in window, "polluted" in {}])).toEqual([false, false]);
    }, { expects: /Failed to load resource|net::ERR/ });
  }, 60_000);
});
