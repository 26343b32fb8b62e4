/**
 * What a user has done to a table on the screen: sort, filters, hidden columns, widths, scroll, the cell in hand.
 * Kept outside of the component, as plain data, so that it survives a refresh and a re-render of the note.
 */

/** One key of the sort a user chose. */
export interface SortBy {
  readonly column: string;
  readonly descending: boolean;
}

/** The cell that has the keyboard: `row` counts rows as shown (sorted and filtered), from 0; -1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: string;
}

/** All of it. Column names are a log's field names, hence Maps and Sets: never keys of plain objects. */
export interface ViewState {
  /** First key first; empty means the order of the result. */
  readonly sort: readonly SortBy[];
  /** Text that any cell of a row must hold; case does not matter. */
  readonly filter: string;
  /** Text per column; see `rows-shown.ts` for what may be written. */
  readonly filters: ReadonlyMap<string, string>;
  /** Whether the row of filter boxes is open. */
  readonly filtering: boolean;
  readonly hidden: ReadonlySet<string>;
  /** Widths in pixels that the user set. */
  readonly widths: ReadonlyMap<string, number>;
  /** Pixels scrolled down and along. */
  readonly scroll: { readonly top: number; readonly start: number };
  readonly cell: CellPlace | null;
  /** Whether the detail pane is open for `cell`. */
  readonly detail: boolean;
  /** Long values break into lines instead of ending in an ellipsis. Only for tables that are drawn plainly. */
  readonly wrap: boolean;
}

/** A table that nobody touched yet. */
export const FRESH_VIEW: ViewState = {
  sort: [],
  filter: "",
  filters: new Map(),
  filtering: false,
  hidden: new Set(),
  widths: new Map(),
  scroll: { top: 0, start: 0 },
  cell: null,
  detail: false,
  wrap: false,
};

/**
 * The sort after a click on a header: ascending, descending, as the result was. With `add` (Shift) the column joins the
 * keys that are there; without, it is the only one.
 */
export function sortAfterClick(sort: readonly SortBy[], column: string, add: boolean): readonly SortBy[] {
  const at = sort.findIndex((s) => s.column === column);
  const here = sort[at];
  const next = here === undefined
    ? { column, descending: false } : here.descending ? null : { column, descending: true };
  if (!add) return next === null ? [] : [next];
  if (here === undefined) return next === null ? sort : [...sort, next];
  return next === null ? sort.filter((_, i) => i !== at) : sort.map((s, i) => (i === at ? next : s));
}

/**
 * The state with one column's filter set; an empty text takes it away. Scrolls to the top, as the rows are others
 * now.
 */
export function withFilter(state: ViewState, column: string, text: string): ViewState {
  const filters = new Map(state.filters);
  if (text === "") filters.delete(column);
  else filters.set(column, text);
  return { ...state, filters, scroll: { ...state.scroll, top: 0 } };
}

/** The state with the text that any cell must hold; scrolls to the top. */
export function withSearch(state: ViewState, filter: string): ViewState {
  return { ...state, filter, scroll: { ...state.scroll, top: 0 } };
}

/** The state with the row of filter boxes open or closed; closing takes its filters away, as nobody sees them then. */
export function withFilterRow(state: ViewState, open: boolean): ViewState {
  return open ? { ...state, filtering: true } : { ...state, filtering: false, filters: new Map() };
}

/** The state with a column shown or hidden. */
export function withColumn(state: ViewState, column: string, shown: boolean): ViewState {
  const hidden = new Set(state.hidden);
  if (shown) hidden.delete(column);
  else hidden.add(column);
  return { ...state, hidden };
}

/** The state with a column's width set, between 40 and 2000 pixels. */
export function withWidth(state: ViewState, column: string, pixels: number): ViewState {
  const widths = new Map(state.widths);
  widths.set(column, Math.round(Math.min(2000, Math.max(40, pixels))));
  return { ...state, widths };
}

/** Whether any filter hides rows. */
export function isFiltered(state: ViewState): boolean {
  return state.filter.trim() !== "" || state.filters.size > 0;
}
