/**
 * Writes src/schema/data/tables-*.json from a folder of table descriptions, one JSON file a table:
 * `{"table", "family", "columns": [[name, type], …], "sentinelColumns"?: [[name, type], …]}`.
 *
 *   node scripts/schema.mjs FOLDER [YYYY-MM-DD]
 *
 * The date says when the descriptions were taken from the public references; it is today's when left out.
 */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, date = new Date().toISOString().slice(0, 10)] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: node scripts/schema.mjs FOLDER [YYYY-MM-DD]\n");
  process.exit(2);
}

const target = fileURLToPath(new URL("../src/schema/data/", import.meta.url));
const TYPES = new Set([
  "bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid", "dynamic",
]);
const SOURCES = {
  workspace: "Column names and types: Azure Monitor Logs table reference, learn.microsoft.com/azure/azure-monitor/reference/tables-index",
  defender: "Column names and types: Defender XDR advanced hunting schema reference, learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables",
};

/** The file a table goes to: tables that are read together stand together. */
function group(table, family) {
  if (family === "defender") return table.startsWith("Device") ? "defender-device" : "defender";
  if (/^(AWS|GCP|AZ|Azure|AKS|Storage|ApiManagement|Container|NTA)/.test(table)) return "cloud";
  if (/^(AAD|ADFS|Audit|Signin|Okta|MicrosoftGraph|Office|Intune)/.test(table)) return "identity";
  if (/^(Security(Event)|Event$|WindowsEvent|WindowsFirewall|Syslog|W3CIIS|Dns|VMConn|WireData|CommonSec)/.test(table)) {
    return "hosts";
  }
  return "workspace";
}

/** Columns as one line: `Name` is a string, `Name:type` anything else. */
function line(columns, file) {
  return columns.map(([name, type]) => {
    if (!TYPES.has(type)) throw new Error(`${file}: column ${name} has the unknown type ${type}`);
    if (!/^[A-Za-z_][\w.\-]*$/.test(name)) throw new Error(`${file}: '${name}' is no column name`);
    return type === "string" ? name : `${name}:${type}`;
  }).join(" ");
}

/** A run of columns that an earlier table has too is told by that table where this saves at least so many characters. */
const WORTH = 16;

/** Tables as lines, each shortened by the runs it shares with the lines before it. */
function shortened(tables) {
  const before = [];
  return tables.map(({ table, words }) => {
    const line = [];
    for (let at = 0; at < words.length;) {
      let best = { saved: WORTH - 1, count: 1, text: words[at] };
      for (const { table: other, words: theirs } of before) {
        for (let from = theirs.indexOf(words[at]); from >= 0; from = -1) {
          let count = 0;
          while (at + count < words.length && words[at + count] !== "+" && words[at + count] === theirs[from + count]) count++;
          if (count < 2 || theirs.indexOf(theirs[from + count - 1]) !== from + count - 1) continue;
          const [first, last] = [theirs[from], theirs[from + count - 1]].map((word) => word.split(":")[0]);
          const text = `@${other}(${first}..${last})`;
          const saved = words.slice(at, at + count).join(" ").length - text.length;
          if (saved > best.saved) best = { saved, count, text };
        }
      }
      line.push(best.text);
      at += best.count;
    }
    before.push({ table, words });
    return [table, line.join(" ")];
  });
}

const groups = new Map();
for (const file of (await readdir(folder)).sort()) {
  if (!file.endsWith(".json")) continue;
  const read = JSON.parse(await readFile(join(folder, file), "utf8"));
  if (typeof read.table !== "string" || !Array.isArray(read.columns)) continue;
  const more = read.sentinelColumns === undefined ? "" : ` + ${line(read.sentinelColumns, file)}`;
  const words = `${line(read.columns, file)}${more}`.split(" ");
  const name = group(read.table, read.family);
  groups.set(name, [...(groups.get(name) ?? []), { table: read.table, family: read.family, words }]);
}

await mkdir(target, { recursive: true });
for (const [name, tables] of groups) {
  const head = {
    about: "Columns of log tables, by the family of the table. `Name` is a string column, `Name:type` any other, `@Table(First..Last)` are those columns of a table further up; behind `+` stand columns that a Defender table has besides when it is streamed to a workspace.",
    source: name.startsWith("defender") ? `${SOURCES.defender}. ${SOURCES.workspace}` : SOURCES.workspace,
    date,
    generatedBy: "scripts/schema.mjs",
  };
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("");
  const families = [...new Set(tables.map(({ family }) => family))].sort();
  const sorted = families.flatMap((family) => tables.filter((table) => table.family === family));
  const lines = new Map(shortened(sorted));
  const rows = families.map((family) => `    ${JSON.stringify(family)}: {\n${tables.filter((table) => table.family === family)
    .map(({ table }) => `      ${JSON.stringify(table)}: ${JSON.stringify(lines.get(table))}`).join(",\n")}\n    }`).join(",\n");
  await writeFile(join(target, `tables-${name}.json`), `{\n${fields}  "tables": {\n${rows}\n  }\n}\n`);
  process.stdout.write(`tables-${name}.json: ${tables.length} tables\n`);
}
