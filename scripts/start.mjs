/** `npm start`: builds what is missing or older than its sources, then serves the workbench. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const args = process.argv.slice(2);

function newest(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function stale(outputs) {
  const built = outputs.map((name) => join(root, name));
  if (!built.every((path) => existsSync(path))) return true;
  const sources = Math.max(...["src", "esbuild.config.mjs", "package-lock.json"].map((name) => newest(join(root, name))));
  return Math.min(...built.map((path) => statSync(path).mtimeMs)) < sources;
}

function run(command, ...rest) {
  const { status } = spawnSync(command, rest, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, "node_modules/esbuild"))) run("npm", "ci");
if (!args.includes("--help") && stale(["main.js", "dist/workbench-server.mjs", "dist/workbench/page.js"])) {
  process.stdout.write("Building…\n");
  const { buildPlugin, buildWorkbench } = await import("../esbuild.config.mjs");
  await Promise.all([buildPlugin(), buildWorkbench()]);
} else if (!existsSync(join(root, "dist/workbench-server.mjs"))) {
  const { buildWorkbench } = await import("../esbuild.config.mjs");
  await buildWorkbench();
}
process.argv[1] = join(root, "dist/workbench-server.mjs");
await import("../dist/workbench-server.mjs");
