/**
 * Whether any of several keywords can stand in an event at all, asked of the event's line of JSON before its values are
 * looked at. Steps over the text as far as the shortest keyword allows (after Wu and Manber, "A fast algorithm for
 * multi-pattern searching", 1994).
 */
const BITS = 13;
const SIZE = 1 << BITS;
const GRAM = 4;

/** What may be written otherwise inside a line of JSON ends a run; so do characters beyond ASCII. */
const RUNS = /[ !#-.0-[\]-~]+/g;

/** The longest part of a literal that stands in JSON as it is; "" when there is none. */
export function safeRun(literal: string): string {
  let best = "";
  for (const [run] of literal.matchAll(RUNS)) if (run.length > best.length) best = run;
  return best;
}

export class Sieve {
  private readonly shift = new Uint8Array(SIZE);
  private readonly byEnd = new Map<number, string[]>();
  private readonly reach: number;

  private constructor(runs: readonly string[]) {
    this.reach = Math.min(200, runs.reduce((least, run) => Math.min(least, run.length), Infinity));
    this.shift.fill(this.reach - GRAM + 1);
    for (const run of runs) {
      for (let end = GRAM - 1; end < this.reach; end++) {
        const hash = hashAt(run, end);
        this.shift[hash] = Math.min(this.shift[hash]!, this.reach - 1 - end);
        if (end !== this.reach - 1) continue;
        const known = this.byEnd.get(hash);
        if (known === undefined) this.byEnd.set(hash, [run]);
        else known.push(run);
      }
    }
  }

  /** A sieve for literals in folded case; undefined when one of them is too short for it. */
  static of(literals: readonly string[]): Sieve | undefined {
    const runs = literals.map(safeRun);
    return runs.every((run) => run.length >= GRAM) && runs.length > 0 ? new Sieve(runs) : undefined;
  }

  /** False when surely none of the literals is in the event of this line. */
  mayHold(line: string): boolean {
    const text = line.toLowerCase();
    const { shift, reach } = this;
    const { length } = text;
    for (let end = reach - 1; end < length;) {
      const hash = hashAt(text, end);
      const step = shift[hash]!;
      if (step > 0) {
        end += step;
        continue;
      }
      for (const run of this.byEnd.get(hash) ?? []) if (text.startsWith(run, end - reach + 1)) return true;
      end++;
    }
    // Escaped letters and the one letter that folds to ASCII but has no small form there.
    return text.includes("\\u00") || text.includes("\u017f");
  }
}

function hashAt(text: string, end: number): number {
  const window = ((text.charCodeAt(end - 3) & 0xff) << 24) | ((text.charCodeAt(end - 2) & 0xff) << 16)
    | ((text.charCodeAt(end - 1) & 0xff) << 8) | (text.charCodeAt(end) & 0xff);
  return Math.imul(window, 0x9e3779b1) >>> (32 - BITS);
}
