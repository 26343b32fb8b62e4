/** Places in a text: half-open ranges of UTF-16 offsets, and the way from an offset to a line and column. */

/** A half-open range of UTF-16 offsets in one text: `from` is the first character, `to` is one past the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Makes a span. */
export function span(from: number, to: number): Span {
  return { from, to };
}

/** The smallest span that holds both. */
export function cover(a: Span, b: Span): Span {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** The same span in a text that has `by` more characters in front. */
export function shift(s: Span, by: number): Span {
  return { from: s.from + by, to: s.to + by };
}

/** A place as people say it: both numbers count from 1; `column` counts UTF-16 units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets of one text into lines and columns and back. Knows `\n`, `\r\n` and a lone `\r`. */
export class LineMap {
  /** Offset at which each line starts; the first entry is 0. */
  private readonly starts: readonly number[];
  private readonly length: number;

  constructor(text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 10) starts.push(i + 1);
      else if (c === 13) {
        if (text.charCodeAt(i + 1) === 10) i++;
        starts.push(i + 1);
      }
    }
    this.starts = starts;
    this.length = text.length;
  }

  /** How many lines the text has; an empty text has one. */
  get lines(): number {
    return this.starts.length;
  }

  /** The line and column of an offset; an offset outside of the text is clamped to it. */
  at(offset: number): LineColumn {
    const clamped = Math.max(0, Math.min(offset, this.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= clamped) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: clamped - (this.starts[low] ?? 0) + 1 };
  }

  /** The offset at which a line (counted from 1) starts; lines past the end give the text's length. */
  startOf(line: number): number {
    return this.starts[line - 1] ?? this.length;
  }
}
