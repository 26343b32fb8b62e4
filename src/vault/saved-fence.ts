/** Fences that define something for all queries of the vault: ` ```kusto function=Name `, ` ```csv watchlist=Alias key=Column `. */
import type { Block } from "./model";

const KQL = /^(kusto|kql)$/;
const LIST = /^(csv|tsv|json|jsonl|ndjson)$/;

/** `word=value` or `word:value` of an info string; undefined when it is not there. */
function mark(info: string, word: "function" | "watchlist" | "key"): string | undefined {
  const found = new RegExp(`(?:^|[\\s,{])${word}\\s{0,3}[=:]\\s{0,3}("[^"]{1,200}"|'[^']{1,200}'|[^\\s,}]{1,200})`, "i").exec(info.slice(0, 1000));
  return found?.[1]?.replace(/^["']|["']$/g, "");
}

/** The name of the function that a fence defines; undefined for every other fence. */
export function functionName(block: Block): string | undefined {
  return KQL.test(block.language) ? mark(block.info, "function") : undefined;
}

/** The watchlist that a fence is; undefined for every other fence. */
export function watchlistOf(block: Block): { readonly alias: string; readonly key?: string; readonly format: "csv" | "tsv" | "json" } | undefined {
  const alias = LIST.test(block.language) ? mark(block.info, "watchlist") : undefined;
  if (alias === undefined) return undefined;
  const key = mark(block.info, "key");
  const format = block.language === "csv" || block.language === "tsv" ? block.language : "json";
  return { alias, format, ...(key === undefined ? {} : { key }) };
}
