/**
 * What rules gave on their samples, remembered between sessions. A verdict counts as long as query, sample and
 * expectation are
 * the ones it was made with: their fingerprint is kept beside it.
 */
import type { RunVerdict } from "../coverage";
import type { Expectation, Index, Note, SampleRef } from "../vault";
import { mainQuery } from "./rule-run";

/** A verdict as it is stored. */
interface Kept {
  readonly verdict: RunVerdict;
  readonly fingerprint: string;
}

export class Verdicts {
  /** Rule path → sample name → newest verdict. */
  private readonly kept = new Map<string, Map<string, Kept>>();

  /** Out of stored data; what is not a verdict is passed over. */
  static read(stored: unknown): Verdicts {
    const found = new Verdicts();
    if (!Array.isArray(stored)) return found;
    for (const entry of stored as readonly unknown[]) {
      const kept = readKept(entry);
      if (kept) found.put(kept);
    }
    return found;
  }

  /** As it is stored: oldest rule first. */
  toData(): unknown {
    return [...this.kept.values()].flatMap((bySample) => [...bySample.values()]);
  }

  /** Remembers what a rule gave on one of its samples. False when the note has no such sample or query. */
  record(note: Note, run: {
    readonly sample: string; readonly expected: Expectation; readonly got: number | null; readonly passed: boolean;
    readonly at: number
  }): boolean {
    const sample = note.rule?.samples.find((s) => s.name === run.sample);
    const fingerprint = sample && fingerprintOf(note, sample);
    if (fingerprint === undefined) return false;
    this.put({ verdict: { rulePath: note.path, ...run }, fingerprint });
    return true;
  }

  /** A note moved: its verdicts go with it. */
  moved(from: string, to: string): boolean {
    const bySample = this.kept.get(from);
    if (!bySample) return false;
    this.kept.delete(from);
    for (const { verdict, fingerprint } of bySample.values()) this.put(
      { verdict: { ...verdict, rulePath: to }, fingerprint },
    );
    return true;
  }

  /** A note is gone. */
  removed(path: string): boolean {
    return this.kept.delete(path);
  }

  /**
   * The verdicts that still say something of their rules. A rule's other prose may have changed since: such a verdict
   * is
   * as new as the note, as it would be the same if it were made again.
   */
  current(index: Index): readonly RunVerdict[] {
    const found: RunVerdict[] = [];
    for (const [path, bySample] of this.kept) {
      const note = index.note(path);
      if (!note?.rule) continue;
      for (const sample of note.rule.samples) {
        const kept = bySample.get(sample.name);
        if (kept === undefined || kept.fingerprint !== fingerprintOf(note, sample)) continue;
        found.push({ ...kept.verdict, at: Math.max(kept.verdict.at, note.modified) });
      }
    }
    return found;
  }

  private put(kept: Kept): void {
    const bySample = this.kept.get(kept.verdict.rulePath) ?? new Map<string, Kept>();
    bySample.set(kept.verdict.sample, kept);
    this.kept.set(kept.verdict.rulePath, bySample);
  }
}

/**
 * What a verdict depends on: the query, the sample's text or file, its table. Undefined when the rule has no query that
 * we run.
 */
function fingerprintOf(note: Note, sample: SampleRef): string | undefined {
  const query = mainQuery(note);
  if (!query) return undefined;
  const { source } = sample;
  return hash([query.language, query.text, sample.table
    ?? "", source.kind, source.kind === "block" ? source.text : source.path].join("\u0000"));
}

/**
 * 53 bits of a text, in base 36 (cyrb53): enough to tell versions of one sample apart, no protection against anybody.
 */
function hash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

function readKept(entry: unknown): Kept | undefined {
  const { verdict, fingerprint } = fields(entry);
  const v = fields(verdict);
  const expected = readExpected(v["expected"]);
  const { rulePath, sample, got, passed, at } = v;
  if (typeof fingerprint !== "string" || expected === undefined || typeof rulePath !== "string") return undefined;
  if (typeof sample !== "string" || typeof passed !== "boolean" || typeof at !== "number") return undefined;
  if (typeof got !== "number" && got !== null) return undefined;
  return { fingerprint, verdict: { rulePath, sample, expected, got, passed, at } };
}

function readExpected(value: unknown): Expectation | undefined {
  const { kind, count } = fields(value);
  if (kind === "match" || kind === "none") return { kind };
  return kind === "rows" && typeof count === "number" ? { kind, count } : undefined;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
