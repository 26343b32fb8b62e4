/** Rules of files and folders: YAML as it is, and the fences of notes. */
import { promises as fs } from "node:fs";
import path from "node:path";
import type { RuleText } from "../core";
import { DEFAULT_NAMES, readNote } from "../vault";
import { UsageError } from "./files.mts";

/** A file that holds rules. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
  readonly rules: readonly RuleText[];
}

/** Reads files as they are, and of folders every `.yml`, `.yaml` and `.md` below them that holds a rule. */
export async function ruleFiles(paths: readonly string[], help: string): Promise<readonly RuleFile[]> {
  if (paths.length === 0) throw new UsageError("Say files or folders.", help);
  const found: RuleFile[] = [];
  for (const each of paths) {
    const stat = await fs.stat(each).catch(() => undefined);
    if (!stat) throw new UsageError(`There is no file or folder '${each}'.`);
    if (stat.isDirectory()) for (const file of await below(each)) found.push(...await read(file, true));
    else found.push(...await read(each, false));
  }
  return found;
}

async function below(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) files.push(...await below(full));
    else if (entry.isFile() && /\.(?:ya?ml|md)$/i.test(entry.name)) files.push(full);
  }
  return files;
}

async function read(file: string, searched: boolean): Promise<readonly RuleFile[]> {
  const text = await fs.readFile(file, "utf8");
  if (/\.md$/i.test(file)) {
    const note = readNote({ path: file, created: 0, modified: 0, size: text.length }, text, { ...DEFAULT_NAMES });
    const rules = (note.rule?.queries ?? []).filter((query) => query.language === "sigma")
      .map((query) => ({ path: file, text: query.text, from: query.span.from }));
    return rules.length === 0 && searched ? [] : [{ path: file, text, rules }];
  }
  // A folder of rules has other YAML beside them: descriptions of tests, settings.
  if (searched && !/^(?:detection|correlation|filter):/m.test(text)) return [];
  return [{ path: file, text, rules: [{ path: file, text, from: 0 }] }];
}
