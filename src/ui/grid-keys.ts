/** The keyboard in a grid, after the pattern that screen readers know ("Data grids" of the ARIA practices). */

/** Where a key leads in a grid of `rows` (and a header, -1) and `columns`; null for keys that do not move. */
export function cellAfterKey(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  row: number, column: number, rows: number, columns: number, page: number,
): { row: number; column: number } | null {
  if (event.altKey || columns === 0) return null;
  const far = event.ctrlKey || event.metaKey;
  const here = { row, column: Math.max(0, column) };
  const clampRow = (r: number): number => Math.max(-1, Math.min(rows - 1, r));
  switch (event.key) {
    case "ArrowDown": return column < 0 ? { row: 0, column: 0 } : { ...here, row: far ? rows - 1 : clampRow(row + 1) };
    case "ArrowUp": return { ...here, row: far ? -1 : clampRow(row - 1) };
    case "ArrowRight": return { row, column: far ? columns - 1 : Math.min(columns - 1, column + 1) };
    case "ArrowLeft": return { row, column: far ? 0 : Math.max(0, column - 1) };
    case "Home": return { row: far ? 0 : row, column: 0 };
    case "End": return { row: far ? rows - 1 : row, column: columns - 1 };
    case "PageDown": return { ...here, row: clampRow(row + page) };
    case "PageUp": return { ...here, row: Math.max(0, clampRow(row - page)) };
    default: return null;
  }
}
