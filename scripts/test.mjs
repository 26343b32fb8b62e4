/**
 * `npm test`: every suite, the browser's included. Ends with one line, `tests: N passed, N failed, N skipped`.
 * `--unit` or `--browser` run one half; other arguments are handed to the runner.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const args = process.argv.slice(2);
const rest = args.filter((each) => each !== "--unit" && each !== "--browser");
const runner = join(root, "node_modules/vitest/vitest.mjs");
mkdirSync(join(root, "build"), { recursive: true });

/** Runs one suite and counts; a suite that did not come to its end counts as one failure. */
function suite(name, config) {
  const report = join(root, "build", `tests-${name}.json`);
  rmSync(report, { force: true });
  process.stdout.write(`\n== ${name}\n`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [runner, "run", ...config, ...reporters, ...rest], { cwd: root, stdio: "inherit" });
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    const broken = result.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((each) => each.status !== "failed"));
    const counted = { passed: result.numPassedTests, failed: result.numFailedTests + broken.length, skipped: result.numPendingTests + result.numTodoTests };
    return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const results = [];
if (!args.includes("--browser")) results.push(suite("unit", []));
if (!args.includes("--unit")) results.push(suite("browser", ["--config", "test/e2e/vitest.config.ts"]));
const sum = (key) => results.reduce((total, each) => total + each[key], 0);
process.stdout.write(`\ntests: ${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`);
process.exitCode = sum("failed") === 0 ? 0 : 1;
