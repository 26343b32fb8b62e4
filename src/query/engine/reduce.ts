/**
 * `reduce`: texts put together by the words that they share. After R. Vaarandi, "A data clustering algorithm for mining
 * patterns from event logs" (which Kusto docs: reduce operator names as its source): words that are frequent at their
 * place stay, the others become `*`; texts with the same result are a group, and a group must be frequent itself. What
 * the service does besides is not documented; here words of digits alone are never frequent, being counters and ids.
 */
import { builder, oneBatch, valueAt } from "../../table";
import type { Batch, Column, ColumnSpec } from "../../table";
import type { TableFunction } from "./table-function";

/** A text cut up: words, and before each word and at the end what separates. */
interface Cut {
  readonly words: readonly string[];
  readonly gaps: readonly string[];
}

interface Group {
  count: number;
  readonly pattern: string;
  readonly first: number;
}

/** `reduce`: its arguments are `of`, `threshold`, `characters` and whether the rows stay (`source`). */
export const reduce: TableFunction = (applied) => {
  const { rows, schema, run } = applied;
  const texts = applied.column("of");
  const threshold = Number(applied.constant("threshold") ?? 0.1);
  const characters = applied.constant("characters");
  const extra = new Set(typeof characters === "string" ? characters : "");
  // Distinct texts are cut and judged once, however often they occur.
  const numbers = new Map<string, number>();
  const distinct: { readonly text: string; readonly first: number; count: number }[] = [];
  const textOf = new Uint32Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    if (row % 1024 === 0) run.kernels.check?.();
    const value = valueAt(texts, row);
    const text = typeof value === "string" ? value : "";
    let at = numbers.get(text);
    if (at === undefined) {
      numbers.set(text, (at = distinct.length));
      distinct.push({ text, first: row, count: 0 });
    }
    distinct[at]!.count++;
    textOf[row] = at;
  }
  const cuts = distinct.map(({ text }) => cut(text, extra));
  const least = threshold * rows.length;
  const frequency = new Map<string, number>();
  cuts.forEach(({ words }, i) => {
    if (i % 1024 === 0) run.kernels.check?.();
    words.forEach((word, place) => {
      const key = `${place} ${word}`;
      frequency.set(key, (frequency.get(key) ?? 0) + distinct[i]!.count);
    });
  });
  const stays = (word: string, place: number): boolean =>
    (frequency.get(`${place} ${word}`) ?? 0) > least && !/^\d+$/.test(word);

  const groups = new Map<string, Group>();
  const keys = cuts.map((c, i) => {
    const kept = c.words.map(stays);
    if (!kept.includes(true)) return undefined;
    const pattern = print(c, kept, extra);
    const group = groups.get(pattern);
    const { count, first } = distinct[i]!;
    if (group) group.count += count;
    else groups.set(pattern, { count, pattern, first });
    return pattern;
  });
  const others: Group = { count: 0, pattern: "others", first: -1 };
  const groupOf = keys.map((key, i): Group => {
    const group = key === undefined ? undefined : groups.get(key);
    if (group && group.count > least) return group;
    others.count += distinct[i]!.count;
    return others;
  });
  const representative = (g: Group): string => (g.first < 0 ? "" : distinct[textOf[g.first]!]!.text);

  if (applied.argument("source") === undefined) {
    const found = [...new Set(groupOf)].sort((a, b) => Number(a === others) - Number(b === others) || b.count - a.count);
    return { schema: { columns: MADE, open: false }, rows: table(found, representative) };
  }
  const whole = table(Array.from(textOf, (t) => groupOf[t]!), representative);
  return { schema: { ...schema, columns: [...schema.columns, ...MADE] },
    rows: { length: rows.length, columns: [...rows.columns, ...whole.columns] } };
};

/** Kusto docs: reduce operator, "Returns". */
const MADE: readonly ColumnSpec[] = [
  { name: "Pattern", type: "string" }, { name: "Count", type: "long" }, { name: "Representative", type: "string" },
];

function table(groups: readonly Group[], representative: (g: Group) => string): Batch {
  if (groups.length === 0) return oneBatch({ columns: MADE, open: false }, []);
  const [pattern, count, text] = [builder("string"), builder("long"), builder("string")];
  for (const g of groups) {
    pattern.push(g.pattern);
    count.push(BigInt(g.count));
    text.push(representative(g));
  }
  const columns: Column[] = [pattern.finish(), count.finish(), text.finish()];
  return { length: groups.length, columns };
}

/** Separators are all characters but ASCII letters and digits, and those that the query names besides. */
function cut(text: string, extra: ReadonlySet<string>): Cut {
  const words: string[] = [];
  const gaps: string[] = [];
  let gap = "";
  let word = "";
  for (const c of text) {
    if (/[A-Za-z0-9]/.test(c) && !extra.has(c)) word += c;
    else {
      if (word !== "") {
        gaps.push(gap);
        words.push(word);
        gap = "";
        word = "";
      }
      gap += c;
    }
  }
  if (word !== "") {
    gaps.push(gap);
    words.push(word);
    gap = "";
  }
  gaps.push(gap);
  return { words, gaps };
}

/** The words that stay with what stood between them; a run of others is one `*`, which takes named separators in. */
function print({ words, gaps }: Cut, kept: readonly boolean[], extra: ReadonlySet<string>): string {
  const bare = (gap: string): string => [...gap].filter((c) => !extra.has(c)).join("");
  let out = "";
  words.forEach((word, i) => {
    const gap = gaps[i] ?? "";
    if (kept[i] === true) out += (i > 0 && kept[i - 1] === false ? bare(gap) : gap) + word;
    else if (i === 0 || kept[i - 1] === true) out += `${bare(gap)}*`;
  });
  const end = gaps[words.length] ?? "";
  return out + (kept[words.length - 1] === true ? end : bare(end));
}
