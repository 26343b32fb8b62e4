#!/usr/bin/env node
// Makes src/attack/data/techniques.json: id, name and successor of every technique that ATT&CK has or had.
//   node scripts/attack-ids.mjs VERSION enterprise.json[.gz] mobile.json[.gz] ics.json[.gz]
// Only ids, names and the links from a retired id to its successor are kept.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const [version, ...files] = process.argv.slice(2);
if (!version || files.length === 0) {
  console.error("usage: node scripts/attack-ids.mjs VERSION BUNDLE…");
  process.exit(2);
}
const lines = new Map();
for (const file of files) {
  const bytes = readFileSync(file);
  const { objects } = JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  const idOf = (o) => o.external_references?.find((r) => /^mitre-(mobile-|ics-)?attack$/.test(r.source_name))?.external_id;
  const patterns = new Map(objects.filter((o) => o.type === "attack-pattern").map((o) => [o.id, o]));
  const revokedBy = new Map(objects.filter((o) => o.type === "relationship" && o.relationship_type === "revoked-by").map((r) => [r.source_ref, r.target_ref]));
  for (const pattern of patterns.values()) {
    const id = idOf(pattern);
    if (!/^T\d{4}(\.\d{3})?$/.test(id ?? "")) continue;
    let state = "";
    if (pattern.revoked) {
      const next = patterns.get(revokedBy.get(pattern.id));
      state = ` > ${(next && idOf(next)) ?? "?"}`;
    } else if (pattern.x_mitre_deprecated) state = " > -";
    // A live object wins over a retired one of the same id.
    if (state === "" || !lines.has(id)) lines.set(id, `${id} ${pattern.name}${state}`);
  }
}
/** One line a technique, its sub-techniques behind it. */
const families = new Map();
for (const line of [...lines.values()].sort()) {
  const parent = line.slice(0, 5);
  if (line[5] !== ".") families.set(parent, [line]);
  else if (families.has(parent)) families.get(parent).push(line.slice(5));
  else throw new Error(`${line} has no parent`);
}
const out = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "attack", "data", "techniques.json");
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify({
  source: "MITRE ATT&CK, enterprise, mobile and ICS; (c) The MITRE Corporation, see NOTICE",
  version,
  form: "id name, then '> id' of the successor where it was revoked, '> -' where it was deprecated without one; then the same of each sub-technique, its id without the parent's",
  techniques: [...families.values()].map((family) => family.join("; ")),
}, null, 1)}\n`);
console.log(`${lines.size} techniques`);
