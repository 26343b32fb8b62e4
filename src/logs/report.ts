/** Collects what is wrong with a log text: a few findings in full, the rest as a number. */
import type { Diagnostic, Severity } from "../base";
import type { Place, Window } from "./window";

/** Findings of one code that are shown; the others are counted. */
const SHOWN = 20;
/** A span is for underlining: a runaway string would underline everything. */
export const SPAN = 400;

/** What was found in a log text. */
export interface LogFinding extends Diagnostic {
  /** The line that it is about, from 1; absent when it is about the whole. */
  readonly line?: number;
}

/** Diagnostics of one reading. */
export class Report {
  private readonly all: LogFinding[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly window: Window) {}

  /** A finding at a place of the window; its message starts with the line. */
  at(severity: Severity, code: string, message: string, from: number, to: number = from): void {
    if (!this.room(code)) return;
    const { base, length: here } = this.window;
    const start = Math.max(0, Math.min(from, here));
    const end = Math.max(start, Math.min(to, start + SPAN, here));
    this.push(severity, code, message, this.window.line(start), base + start, base + end);
  }

  /** A finding about a character that may be in the window no more. */
  since(severity: Severity, code: string, message: string, { offset, line }: Place, length = 0): void {
    if (this.room(code)) this.push(severity, code, message, line, offset, offset + length);
  }

  /** A finding about the whole text. */
  whole(severity: Severity, code: string, message: string): void {
    if (this.room(code)) this.all.push({ code, severity, message, span: { from: 0, to: 0 } });
  }

  private push(severity: Severity, code: string, message: string, line: number, from: number, to: number): void {
    this.all.push({ code, severity, message: `Line ${line}: ${message}`, span: { from, to }, line });
  }

  private room(code: string): boolean {
    const n = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, n);
    return n <= SHOWN;
  }

  /** All findings, with a line for those that were counted only. */
  diagnostics(): readonly LogFinding[] {
    const more: LogFinding[] = [];
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
