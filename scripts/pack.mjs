#!/usr/bin/env node
// Makes the bundled pack (src/pack/data/rules.json) from the demo vault's rule notes that carry `bundled: true`.
// `--check` only compares and fails when the file is stale. One source: the notes.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rules = join(root, "demo", "Detection Rules");
const out = join(root, "src", "pack", "data", "rules.json");

const notes = (dir) => readdirSync(dir).sort().flatMap((name) => {
  const path = join(dir, name);
  return statSync(path).isDirectory() ? notes(path) : name.endsWith(".md") ? [path] : [];
});

const pack = notes(rules)
  .map((path) => ({ path, text: readFileSync(path, "utf8").replace(/\r\n/g, "\n") }))
  .filter(({ text }) => /^---\n[\s\S]*?^bundled:\s*true\s*$[\s\S]*?^---$/m.test(text))
  .map(({ path, text }) => ({ name: relative(rules, path).replace(/^.*[\\/]/, "").replace(/\.md$/, ""), lines: text.split("\n") }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const json = `${JSON.stringify(pack, null, 1)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(out, "utf8") !== json) {
    console.error("src/pack/data/rules.json is stale: run `npm run pack`.");
    process.exit(1);
  }
} else {
  writeFileSync(out, json);
  console.log(`${pack.length} rules bundled.`);
}
