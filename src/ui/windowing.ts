/** Which rows of a long table are drawn: arithmetic on heights, no DOM. Rows all have one height. */

import { counted, digits } from "./counting";

/** What is drawn, in rows and in pixels. */
export interface RowWindow {
  /** First row drawn, and one past the last. */
  readonly first: number;
  readonly end: number;
  /** Pixels of emptiness above `first` and below `end`; with the rows between they fill `height`. */
  readonly above: number;
  readonly below: number;
  /** Pixels of all rows together, as the scroll bar sees them. */
  readonly height: number;
  /** First row that is seen, and one past the last, at least in part. */
  readonly seenFrom: number;
  readonly seenTo: number;
}

/** Up to so many rows are all drawn. */
export const PLAIN_ROWS = 200;

/**
 * The tallest content we ask for. Engines stop laying out somewhat above 16 million pixels (Gecko at 17.9, WebKit and
 * Blink at 33.5), so longer tables move more than one row per row's height of scrolling.
 */
export const TALLEST = 12_000_000;

/** Rows drawn beyond the visible ones, above and below, so that a wheel tick shows no gap. */
const SPARE = 8;

/** The window at a scroll offset. `view` is the visible height of the rows' box in pixels. */
export function windowAt(rows: number, rowHeight: number, scrollTop: number, view: number): RowWindow {
  if (rows <= PLAIN_ROWS) {
    return { first: 0, end: rows, above: 0, below: 0, height: rows * rowHeight, seenFrom: 0, seenTo: rows };
  }
  const height = Math.min(rows * rowHeight, TALLEST);
  const top = Math.max(0, Math.min(scrollTop, height - view));
  const fits = Math.ceil(view / rowHeight);
  const scrolled = height - view;
  const hidden = rows - view / rowHeight;
  // Unscaled: top / rowHeight. Scaled: the share of the way down, in rows.
  const firstVisible = scrolled <= 0 ? 0 : Math.floor((top / scrolled) * hidden);
  const first = Math.max(0, firstVisible - SPARE);
  const end = Math.min(rows, firstVisible + fits + 1 + SPARE);
  const drawn = (end - first) * rowHeight;
  const scaled = rows * rowHeight > TALLEST;
  // Scaled, the drawn block is hung so that `firstVisible` stands at the top edge; unscaled it stands there anyway.
  const above = Math.min(scaled
    ? Math.max(0, top - (firstVisible - first) * rowHeight) : first * rowHeight, height - drawn);
  return {
    first, end, above: Math.max(0, above), below: Math.max(0, height - drawn - above), height,
    seenFrom: firstVisible,
    seenTo: Math.min(rows, firstVisible + Math.max(1, Math.floor((view + top % rowHeight) / rowHeight))),
  };
}

/** The scroll offset that brings a row into view, moving as little as possible; the same offset if it is in view. */
export function scrollToRow(row: number, rows: number, rowHeight: number, scrollTop: number, view: number): number {
  const height = Math.min(rows * rowHeight, TALLEST);
  if (rows * rowHeight <= TALLEST) {
    const top = row * rowHeight;
    if (top < scrollTop) return top;
    if (top + rowHeight > scrollTop + view) return Math.max(0, top + rowHeight - view);
    return scrollTop;
  }
  const shown = windowAt(rows, rowHeight, scrollTop, view);
  const from = shown.first === 0 ? 0 : shown.first + SPARE;
  const fits = Math.floor(view / rowHeight);
  if (row >= from && row < from + fits) return scrollTop;
  const hidden = rows - view / rowHeight;
  const target = row < from ? row : row - fits + 1;
  // A hair further, so that rounding down lands on the row and not above it.
  return Math.max(0, Math.min(height - view, (target / hidden) * (height - view) + 0.001));
}

/**
 * "1–200 of 12,345": the rows in view, in the reader's digits. `whole` is the count before filters when they differ.
 */
export function countText(first: number, end: number, rows: number, whole: number): string {
  if (whole === 0) return "0 rows";
  if (first === 0 && end >= rows) {
    return rows === whole ? `${counted(rows, "row", "rows")}` : `${digits(rows)} of ${digits(whole)} rows`;
  }
  const of = rows === whole ? digits(rows) : `${digits(rows)} (filtered from ${digits(whole)})`;
  return `${digits(first + 1)}–${digits(end)} of ${of}`;
}
