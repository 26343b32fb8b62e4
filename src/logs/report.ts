/** Collects what is wrong with a log text: a few findings in full, the rest as a number. */
import type { Diagnostic, Severity } from "../base";

/** Findings of one code that are shown; the others are counted. */
const SHOWN = 20;

/** Finds the line of an offset; offsets come in rising order, so that the text is walked once. */
export class Lines {
  private line = 1;
  private start = 0;

  constructor(private readonly text: string) {}

  /** The line (from 1) that an offset is in. */
  at(offset: number): number {
    if (offset < this.start) {
      this.line = 1;
      this.start = 0;
    }
    for (;;) {
      const next = this.text.indexOf("\n", this.start);
      if (next < 0 || next >= offset) return this.line;
      this.line++;
      this.start = next + 1;
    }
  }
}

/** Diagnostics of one reading. */
export class Report {
  private readonly all: Diagnostic[] = [];
  private readonly counts = new Map<string, number>();
  private readonly lines: Lines;

  constructor(private readonly text: string) {
    this.lines = new Lines(text);
  }

  /** A finding at a place of the text; its message starts with the line. */
  at(severity: Severity, code: string, message: string, from: number, to: number = from): void {
    if (!this.room(code)) return;
    const start = Math.max(0, Math.min(from, this.text.length));
    // A span is for underlining: a runaway string would underline everything.
    const end = Math.max(start, Math.min(to, start + 400, this.text.length));
    this.all.push({ code, severity, message: `Line ${this.lines.at(start)}: ${message}`, span: { from: start, to: end } });
  }

  /** A finding about the whole text. */
  whole(severity: Severity, code: string, message: string): void {
    if (this.room(code)) this.all.push({ code, severity, message, span: { from: 0, to: 0 } });
  }

  line(offset: number): number {
    return this.lines.at(offset);
  }

  private room(code: string): boolean {
    const n = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, n);
    return n <= SHOWN;
  }

  /** All findings, with a line for those that were counted only. */
  diagnostics(): readonly Diagnostic[] {
    const more: Diagnostic[] = [];
    for (const [code, n] of this.counts) {
      if (n <= SHOWN) continue;
      const like = this.all.find((d) => d.code === code);
      more.push({
        code: "logs-more",
        severity: like?.severity ?? "warning",
        message: `${n - SHOWN} more findings of the kind ${code} are not listed (${n} in all).`,
        span: { from: 0, to: 0 },
      });
    }
    return [...this.all, ...more];
  }
}

/** A piece of user text for a message: short, on one line. */
export function excerpt(text: string, length = 60): string {
  // Control characters would break the line of the message, or worse in a terminal.
  const flat = text.slice(0, length + 1).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ");
  return flat.length > length ? `${flat.slice(0, length)}…` : flat;
}
