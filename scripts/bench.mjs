#!/usr/bin/env node
// Runs a benchmark of test/bench: `node scripts/bench.mjs vault`. Each prints a table in Markdown; docs/performance.md keeps the last ones.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "test", "bench");
const names = readdirSync(folder).filter((f) => f.endsWith(".bench.mts")).map((f) => f.slice(0, -".bench.mts".length));
const wanted = process.argv.slice(2).filter((a) => !a.startsWith("-"));
for (const name of wanted.length > 0 ? wanted : names) {
  const entry = join(folder, `${name}.bench.mts`);
  if (!existsSync(entry)) {
    console.error(`There is no benchmark '${name}'; there are ${names.join(", ")}.`);
    process.exit(2);
  }
  if (readFileSync(entry, "utf8").includes("./peers.mts")) installPeers();
  mkdirSync(join(root, "build", "bench"), { recursive: true });
  const outfile = join(root, "build", "bench", `${name}.mjs`);
  await build({
    entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "warning", jsx: "automatic", jsxImportSource: "preact",
    external: ["playwright-core", "../../scripts/browser.mjs", "../../dist/workbench-server.mjs"],
    banner: { js: "import { createRequire as __makeRequire } from 'node:module'; const require = __makeRequire(import.meta.url);" },
  });
  console.log(`## ${name}\n`);
  const ran = spawnSync(process.execPath, ["--expose-gc", "--max-old-space-size=8192", outfile], { stdio: "inherit" });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}

/** The engines to measure against are a package of their own: a build or a test never needs them. */
function installPeers() {
  const peers = join(folder, "peers");
  if (existsSync(join(peers, "node_modules"))) return;
  console.log(`Installing the engines to measure against in ${relative(root, peers)} (npm ci) …\n`);
  const ran = spawnSync("npm", ["ci"], { cwd: peers, stdio: "inherit", shell: process.platform === "win32" });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}
