/** Rules and table schemas that lie beside the project where it is built; without them the tests that read them are skipped. */
import fs from "node:fs";
import path from "node:path";
import type { TableFacts } from "../../../src/query/language";
import type { ScalarType } from "../../../src/table";

const root = path.resolve(import.meta.dirname, "../../../../shared");

export interface CorpusQuery {
  readonly id: string;
  readonly query: string;
  readonly externals?: readonly string[];
}

/** Real rules; none where they are not at hand. */
export const corpusQueries: readonly CorpusQuery[] = readLines(path.join(root, "conformance/kql/corpus.jsonl")) as CorpusQuery[];

export interface DocsQuery {
  readonly id: string;
  readonly query: string;
  readonly needs?: readonly string[];
  readonly columns?: readonly { readonly name: string; readonly type: string | null; readonly alt?: string }[];
}

/** Examples of the documentation with the columns that Microsoft's parser gives; none where they are not at hand. */
export const docsQueries: readonly DocsQuery[] = ["docs", "docs-needs-tables"]
  .flatMap((name) => readLines(path.join(root, `conformance/kql/${name}.jsonl`)) as DocsQuery[]);

function readLines(file: string): unknown[] {
  if (!fs.existsSync(file)) return [];
  return fs.readFileSync(file, "utf8").split("\n").filter((l) => l !== "").map((l) => JSON.parse(l) as unknown);
}

/** Schemas of the tables that the rules read. */
export function corpusTables(): TableFacts[] {
  const folder = path.join(root, "tables");
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).filter((f) => f.endsWith(".json") && f !== "mappings.json").map((f) => {
    const read = JSON.parse(fs.readFileSync(path.join(folder, f), "utf8")) as { table: string; columns: [string, ScalarType][]; sentinelColumns?: [string, ScalarType][] };
    const columns = new Map<string, ScalarType>([...(read.sentinelColumns ?? []), ...read.columns]);
    const ordered = [...read.columns, ...(read.sentinelColumns ?? []).filter(([n]) => !read.columns.some(([m]) => m === n))];
    return { name: read.table, loaded: false, schema: { open: false, columns: ordered.map(([name]) => ({ name, type: columns.get(name) ?? "dynamic" })) } };
  });
}

/** The seed page, where it is at hand. */
export function seedPage(): string | undefined {
  const file = path.join(root, "seeds/detection-page.txt");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}
