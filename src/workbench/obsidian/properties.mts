/** A note's properties: where they stand in the text, and YAML both ways. */
import type * as Published from "obsidian";
import { dump, load } from "js-yaml";

/** Where the properties stand; `from`/`to` bound the YAML between the dashes, `contentStart` is where the text begins. */
export function getFrontMatterInfo(content: string): Published.FrontMatterInfo {
  const none = { exists: false, frontmatter: "", from: 0, to: 0, contentStart: 0 };
  const open = /^---[ \t]*\r?\n/.exec(content);
  if (open === null) return none;
  const from = open[0].length;
  for (let at = from; at <= content.length;) {
    const newline = content.indexOf("\n", at);
    const end = newline < 0 ? content.length : newline;
    if (/^---[ \t]*\r?$/.test(content.slice(at, end))) {
      return { exists: true, frontmatter: content.slice(from, at), from, to: at, contentStart: Math.min(end + 1, content.length) };
    }
    if (newline < 0) break;
    at = newline + 1;
  }
  return none;
}

/** Reads YAML; throws what the reader throws. */
export function parseYaml(yaml: string): unknown {
  return load(yaml);
}

/** Writes YAML as the app does: two spaces, no folding. */
export function stringifyYaml(value: unknown): string {
  return dump(value, { lineWidth: -1 });
}

/** The properties as an object, or undefined when there are none or they cannot be read. */
export function readProperties(content: string): Published.FrontMatterCache | undefined {
  const info = getFrontMatterInfo(content);
  if (!info.exists) return undefined;
  try {
    const value = parseYaml(info.frontmatter);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? dated(value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The app keeps dates as the text that was written; the reader makes `Date`s of them. */
function dated(value: Record<string, unknown>): Published.FrontMatterCache {
  const plain = (each: unknown): unknown => each instanceof Date
    ? each.toISOString().replace("T00:00:00.000Z", "")
    : Array.isArray(each) ? each.map(plain) : each;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** The value of the first property whose name equals (in any case) or matches `key`. */
export function parseFrontMatterEntry(frontmatter: unknown, key: string | RegExp): unknown {
  if (typeof frontmatter !== "object" || frontmatter === null) return null;
  for (const [name, value] of Object.entries(frontmatter)) {
    if (typeof key === "string" ? name.toLowerCase() === key.toLowerCase() : key.test(name)) return value;
  }
  return null;
}

/** A property as a list of texts: a YAML list, or a text with commas. */
export function parseFrontMatterStringArray(frontmatter: unknown, key: string | RegExp): string[] | null {
  const value = parseFrontMatterEntry(frontmatter, key);
  if (Array.isArray(value)) return value.filter((each) => each !== null && each !== undefined).map(String);
  if (typeof value === "string") return value.split(",").map((each) => each.trim()).filter((each) => each !== "");
  return null;
}

export function parseFrontMatterAliases(frontmatter: unknown): string[] | null {
  return parseFrontMatterStringArray(frontmatter, /^alias(es)?$/i);
}

/** Tags of the properties, each with its `#`. */
export function parseFrontMatterTags(frontmatter: unknown): string[] | null {
  const list = parseFrontMatterStringArray(frontmatter, /^tags?$/i);
  return list?.flatMap((each) => each.split(/[\s,]+/)).filter((each) => each !== "")
    .map((each) => each.startsWith("#") ? each : `#${each}`) ?? null;
}
