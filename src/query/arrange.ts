/** Chooses and orders columns by their names and by patterns: before a run where all are known, else when it begins. */
import type { Arrangement } from "./plan";

/** A column that goes on, with what it was called. */
export interface Arranged {
  readonly name: string;
  readonly from: string;
}

/** The columns that go on, in their order. */
export function arrange(names: readonly string[], arrangement: Arrangement): readonly Arranged[] {
  if (arrangement.how === "rename") {
    const renamed = new Map(arrangement.names);
    return names.map((from) => ({ name: renamed.get(from) ?? from, from }));
  }
  return chosen(names, arrangement).map((name) => ({ name, from: name }));
}

function chosen(names: readonly string[], { how, items }: Exclude<Arrangement, { how: "rename" }>): readonly string[] {
  const isMeant = (name: string) => items.some((item) => matchesPattern(name, item.name));
  if (how === "keep") return names.filter(isMeant);
  if (how === "away") return names.filter((name) => !isMeant(name));
  const front = new Set<string>();
  for (const { name: pattern, order } of items) {
    const found = names.filter((name) => matchesPattern(name, pattern) && !front.has(name));
    if (order !== undefined) found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (order === "asc" ? 1 : -1));
    for (const name of found) front.add(name);
  }
  return how === "pick" ? [...front] : [...front, ...names.filter((name) => !front.has(name))];
}

/** Whether a name matches a pattern with `*` in it; case counts, as in Kusto's service. */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
