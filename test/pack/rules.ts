/** What the pack's tests read: the bundled notes, the demo vault's rule notes, and rows as plain texts. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalLab, mainQuery, type LabTime } from "../../src/core";
import { printDatetime, textOf, valueAt, type Table, type Value } from "../../src/table";
import { readNote, type Note } from "../../src/vault";

export const root = resolve(import.meta.dirname, "../..");
export const demo = join(root, "demo");

/** A clock that stands still: no verdict depends on the day of the test. */
export const still: LabTime = { clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => 0n };

/** Every note below a folder of the demo vault, as the vault's parser reads it. */
export function notesBelow(folder: string): readonly Note[] {
  const walk = (path: string): string[] => readdirSync(join(demo, path)).flatMap((name) => {
    const inner = `${path}/${name}`;
    return statSync(join(demo, inner)).isDirectory() ? walk(inner) : name.endsWith(".md") ? [inner] : [];
  });
  return walk(folder).map((path) => readNote({ path }, readFileSync(join(demo, path), "utf8")));
}

/** The text of a file that a note names by its name alone, as vaults do. */
export function fileOfDemo(name: string): Promise<string> {
  return Promise.resolve(readFileSync(join(demo, "Samples", name), "utf8"));
}

/** A file of the shared story, or undefined where the story is not at hand. */
export function story(name: string): string | undefined {
  const path = join(root, "../shared/samples/t1578.002", name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** What a rule finds in texts of logs, strictly by the tables' own spelling: each row by its columns' names. */
export async function find(
  note: Note, logs: readonly { readonly table?: string; readonly text: string }[],
): Promise<readonly Readonly<Record<string, string>>[]> {
  const lab = new LocalLab(still);
  for (const [i, sample] of logs.entries()) await lab.load({ id: String(i), ...sample });
  const scope = lab.scope({ lenient: false });
  const { plan, diagnostics } = lab.compile("kql", mainQuery(note)?.text ?? "", scope);
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("; "));
  const outcome = await lab.run(plan, { now: scope.now });
  if (outcome.kind !== "done") throw new Error(outcome.kind);
  return rowsOf(outcome.table);
}

function rowsOf(table: Table): Readonly<Record<string, string>>[] {
  return table.batches.flatMap((batch) => Array.from({ length: batch.length }, (_, row) =>
    Object.fromEntries(table.schema.columns.map((column, i) => {
      const cells = batch.columns[i];
      return [column.name, cells ? printed(valueAt(cells, row)) : ""];
    }))));
}

/** The rule's columns are texts and times. */
function printed(value: Value): string {
  return value !== null && typeof value === "object" && "ticks" in value ? printDatetime(value.ticks) : textOf(value);
}
