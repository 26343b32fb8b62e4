/** Lays out a rule: four blanks per level, no blanks at ends of lines. What the text says stays, or it is left alone. */
import { readYamlDocuments } from "../../base";
import type { YamlValue } from "../../base";
import { linesOf } from "./lines";

/** The text with the indentation of the specification; itself when it cannot be read or would say something else. */
export function format(text: string): string {
  const before = readYamlDocuments(text);
  if (before.diagnostics.some((d) => d.severity === "error")) return text;
  const out = indented(text);
  const after = readYamlDocuments(out);
  return printed(before.value?.map((d) => d.value)) === printed(after.value?.map((d) => d.value)) ? out : text;
}

function printed(values: readonly YamlValue[] | undefined): string {
  return JSON.stringify(values, (_, value: unknown) => (value instanceof Map ? { map: [...(value as ReadonlyMap<unknown, unknown>)] }
    : value));
}

function indented(text: string): string {
  /** Columns of the text with the columns that they become, outermost first. */
  let levels: { old: number; now: number; item: boolean }[] = [];
  let shift = 0;
  const out: string[] = [];
  for (const line of linesOf(text)) {
    const raw = text.slice(line.from, line.to).trimEnd();
    const own = raw.length - raw.trimStart().length;
    if (raw.trim() === "" || raw.startsWith("---")) {
      if (raw.startsWith("---")) levels = [];
      out.push(line.block ? raw : raw.trim());
      continue;
    }
    if (line.block) {
      out.push(" ".repeat(Math.max(0, own + shift)) + raw.trimStart());
      continue;
    }
    const dash = line.item;
    while (levels.length > 0) {
      const last = levels[levels.length - 1] as { old: number; item: boolean };
      if (last.old < own || (dash && last.old === own && !last.item)) break;
      levels.pop();
    }
    const parent = levels[levels.length - 1];
    const now = parent === undefined ? 0 : parent.item ? parent.now + (own - parent.old) : parent.now + 4;
    shift = now - own;
    out.push(" ".repeat(now) + raw.trimStart());
    levels.push({ old: own, now, item: dash });
    // Behind a dash stands a map of its own: its further keys are under its first.
    const content = line.start - line.from;
    if (dash && line.key) levels.push({ old: content, now: now + content - own, item: false });
  }
  return `${out.join("\n").replace(/\n+$/, "")}\n`;
}
