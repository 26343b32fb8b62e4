#!/usr/bin/env node
// Runs the conformance vectors beside the project (../shared/conformance) through our command line and holds the figures
// against the ratchet in test/conformance.json: a suite may rise, never fall. `--record` raises the ratchet to what passes now.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const ruler = join(root, "..", "shared", "conformance", "run.mjs");
const ratchetFile = join(root, "test", "conformance.json");
if (!existsSync(ruler)) {
  console.log("No conformance vectors beside the project: skipped.");
  process.exit(0);
}
const ratchet = JSON.parse(readFileSync(ratchetFile, "utf8"));
const args = process.argv.slice(2);
const only = args.find((a) => a.startsWith("--only="))?.slice(7) ?? Object.keys(ratchet).join(",");
const fails = args.find((a) => a.startsWith("--fails="))?.slice(8);
const ran = spawnSync(process.execPath, [
  ruler, "--json", "--cli", `${process.execPath} ${join(root, "dist", "cli.mjs")}`, "--only", only, ...(fails ? ["--fails", fails] : []),
], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
if (ran.status !== 0) {
  console.error("The ruler did not run to its end.");
  process.exit(1);
}
const report = JSON.parse(ran.stdout);
let fallen = 0;
for (const { suite, passed, total, percent, seconds } of report) {
  const floor = ratchet[suite] ?? 0;
  const low = passed < floor;
  if (low) fallen++;
  console.log(`${suite}: ${passed}/${total} (${percent} %) in ${seconds} s${low ? `  BELOW the ratchet of ${floor}` : ""}`);
}
if (args.includes("--record")) {
  for (const { suite, passed } of report) ratchet[suite] = Math.max(ratchet[suite] ?? 0, passed);
  writeFileSync(ratchetFile, `${JSON.stringify(ratchet, null, 2)}\n`);
}
for (const suite of only.split(",")) {
  if (!report.some((r) => r.suite === suite)) {
    console.error(`${suite}: no vectors were run.`);
    fallen++;
  }
}
process.exit(fallen > 0 ? 1 : 0);
