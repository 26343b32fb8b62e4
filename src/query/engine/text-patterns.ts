/** `diffpatterns_text`: runs of words, some of them left open, that set the texts of two sets of rows apart. */
import { builder, printValue, valueAt } from "../../table";
import type { Applied, Result, TableFunction } from "./table-function";

/** Words of a pattern, those left open included, where the query sets no limit (Kusto docs: 0 to 20). */
const MOST_WORDS = 20;
/** Patterns that one call shows. */
const MOST_PATTERNS = 100;
/** An open word. */
const ANY = -1;

/** A pattern with the places where it ends: pairs of text and word, in the order of texts. */
interface Grown {
  readonly words: readonly number[];
  readonly texts: Uint32Array;
  readonly ends: Uint32Array;
  readonly yes: number;
  readonly no: number;
}

/** Texts as numbers of words. */
class Corpus {
  readonly texts: Uint32Array[] = [];
  readonly yes: boolean[] = [];
  readonly words: string[] = [];
  total = { yes: 0, no: 0 };
  private readonly numbers = new Map<string, number>();

  constructor(applied: Applied) {
    const texts = applied.column("text");
    const condition = applied.column("condition");
    for (let row = 0; row < texts.length; row++) {
      const holds = valueAt(condition, row) === true;
      this.yes.push(holds);
      this.total[holds ? "yes" : "no"]++;
      const words = printValue(valueAt(texts, row)).split(/\s+/).filter((w) => w !== "");
      this.texts.push(Uint32Array.from(words, (w) => this.number(w)));
      if ((row & 1023) === 0) applied.run.kernels.check?.();
    }
  }

  private number(word: string): number {
    let n = this.numbers.get(word);
    if (n === undefined) this.numbers.set(word, (n = this.words.push(word) - 1));
    return n;
  }

  grown(words: readonly number[], texts: readonly number[], ends: readonly number[]): Grown {
    let [yes, no, last] = [0, 0, -1];
    for (const text of texts) {
      if (text === last) continue;
      last = text;
      if (this.yes[text] === true) yes++;
      else no++;
    }
    return { words, texts: Uint32Array.from(texts), ends: Uint32Array.from(ends), yes, no };
  }
}

/**
 * Patterns grow to the right by a word or an open one, as long as their share of one of the sets stays above the
 * threshold; of those that set the sets apart the longest of each kind are shown. Kusto docs, "diffpatterns_text plugin".
 */
export const diffPatternsText: TableFunction = (applied): Result => {
  const corpus = new Corpus(applied);
  const number = (name: string, usual: number): number =>
    (applied.argument(name) === undefined ? usual : Number(applied.constant(name) ?? usual));
  const least = Math.min(1, Math.max(0.015, number("threshold", 0.05)));
  const fewest = Math.max(1, number("tokens", 1));
  const longest = Math.max(1, Math.min(MOST_WORDS, number("most", MOST_WORDS) || MOST_WORDS));
  const share = (n: number, of: number): number => (of === 0 ? 0 : n / of);
  const yes = (g: Pick<Grown, "yes">): number => share(g.yes, corpus.total.yes);
  const no = (g: Pick<Grown, "no">): number => share(g.no, corpus.total.no);
  const frequent = (g: Grown): boolean => Math.max(yes(g), no(g)) >= least;

  const found: Grown[] = [];
  let front = startWords(corpus).filter(frequent);
  for (let length = 1; front.length > 0; length++) {
    for (const g of front) {
      const solid = g.words.filter((w) => w !== ANY).length;
      if (g.words.at(-1) !== ANY && solid >= fewest && Math.abs(yes(g) - no(g)) >= least) found.push(g);
    }
    if (length >= longest) break;
    // The most frequent ones are followed; there are few texts in which many more matter.
    front = front.flatMap((g) => {
      applied.run.kernels.check?.();
      return longer(corpus, g).filter(frequent);
    }).sort((p, q) => q.yes + q.no - p.yes - p.no).slice(0, 2000);
  }
  const difference = (g: Grown): number => Math.abs(yes(g) - no(g));
  const solidity = (g: Grown): number => g.words.reduce((n, w) => (w === ANY ? n : n + 1), 0);
  found.sort((p, q) => difference(q) - difference(p) || solidity(q) - solidity(p) || p.words.length - q.words.length);
  // What says something of no other texts than one that is shown already does is left out.
  const chosen: Grown[] = [];
  const covered: Uint8Array[] = [];
  for (const g of found) {
    if (chosen.length >= MOST_PATTERNS) break;
    if (covered.some((texts) => g.texts.every((text) => texts[text] === 1))) continue;
    const texts = new Uint8Array(corpus.texts.length);
    for (const text of g.texts) texts[text] = 1;
    covered.push(texts);
    chosen.push(g);
  }
  const out = applied.plan.schema.columns.map((spec) => builder(spec.type));
  const percent = (n: number): number => Math.round(n * 10_000) / 100;
  for (const g of chosen) {
    const text = g.words.map((w) => (w === ANY ? "*" : corpus.words[w]!)).join(" ");
    [BigInt(g.yes), BigInt(g.no), percent(yes(g)), percent(no(g)), text].forEach((cell, i) => out[i]!.push(cell));
  }
  return { schema: { columns: applied.plan.schema.columns, open: false },
    rows: { length: chosen.length, columns: out.map((o) => o.finish()) } };
};

function startWords(corpus: Corpus): Grown[] {
  const by = new Map<number, { texts: number[]; ends: number[] }>();
  corpus.texts.forEach((words, text) => words.forEach((word, at) => note(by, word, text, at)));
  return [...by].map(([word, { texts, ends }]) => corpus.grown([word], texts, ends));
}

/** A pattern with one more word: each that follows it somewhere, and an open one. */
function longer(corpus: Corpus, { words, texts, ends }: Grown): Grown[] {
  const by = new Map<number, { texts: number[]; ends: number[] }>();
  texts.forEach((text, i) => {
    const next = ends[i]! + 1;
    const word = corpus.texts[text]![next];
    if (word === undefined) return;
    note(by, word, text, next);
    note(by, ANY, text, next);
  });
  return [...by].map(([word, places]) => corpus.grown([...words, word], places.texts, places.ends));
}

function note(by: Map<number, { texts: number[]; ends: number[] }>, word: number, text: number, end: number): void {
  const known = by.get(word);
  if (known === undefined) by.set(word, { texts: [text], ends: [end] });
  else {
    known.texts.push(text);
    known.ends.push(end);
  }
}
