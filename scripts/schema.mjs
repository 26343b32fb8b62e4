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

const groups = new Map();
for (const file of (await readdir(folder)).sort()) {
  if (!file.endsWith(".json")) continue;
  const read = JSON.parse(await readFile(join(folder, file), "utf8"));
  if (typeof read.table !== "string" || !Array.isArray(read.columns)) continue;
  const entry = { table: read.table, family: read.family, columns: line(read.columns, file) };
  if (read.sentinelColumns !== undefined) entry.workspace = line(read.sentinelColumns, file);
  const name = group(read.table, read.family);
  groups.set(name, [...(groups.get(name) ?? []), entry]);
}

await mkdir(target, { recursive: true });
for (const [name, tables] of groups) {
  const head = {
    about: "Columns of log tables. `Name` is a string column, `Name:type` any other; `workspace` are columns that a Defender table has besides when it is streamed to a workspace.",
    source: name.startsWith("defender") ? `${SOURCES.defender}. ${SOURCES.workspace}` : SOURCES.workspace,
    date,
    generatedBy: "scripts/schema.mjs",
  };
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("");
  const rows = tables.map((table) => `    ${JSON.stringify(table)}`).join(",\n");
  await writeFile(join(target, `tables-${name}.json`), `{\n${fields}  "tables": [\n${rows}\n  ]\n}\n`);
  process.stdout.write(`tables-${name}.json: ${tables.length} tables\n`);
}
