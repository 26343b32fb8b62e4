/** What a log is whose events are lines, to the reader that walks the lines. */
import type { LogFormat } from "./format-names";
import type { Report } from "./report";
import type { RawRows } from "./rows";

/** What readers of lines write to. */
export interface LineContext {
  readonly rows: RawRows;
  readonly report: Report;
  /** Ticks of the clock on the wall: times without a year are not after it. */
  readonly now: bigint;
}

/** Takes lines one by one. */
export interface LineReader {
  /**
   * Takes the line that stands at `at` of the window, without its end. The answer is what is wrong with it, and then
   * nothing of it was kept; undefined when it was taken.
   */
  line(line: string, at: number): string | undefined;
  /** All lines were given. */
  end?(): void;
}

/** A format of lines. */
export interface LineFormat {
  readonly format: LogFormat;
  /** Whether a line is surely of this format: the format is told by the share of its lines that are. */
  test(line: string): boolean;
  /** Lines above the events that only this format has. */
  readonly heading?: RegExp;
  /** Whether cells are texts whose types are found out. */
  readonly untyped: boolean;
  reader(context: LineContext): LineReader;
}

/** Writes fields into the next row of the table. */
export function addRow(rows: RawRows, fields: Iterable<readonly [name: string, value: string]>): void {
  const row = rows.count++;
  for (const [name, value] of fields) rows.column(name)?.text(row, value);
}
