/**
 * A finished table on the screen: sticky header, sort, filters, column chooser, keyboard over cells, detail pane,
 * copying. Draws only the rows in view once there are more than a couple of hundred. Everything a user does to it is
 * in `state`.
 */
import type { TargetedEvent, VNode } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Table } from "../table";
import { Cell } from "./Cell";
import { CellDetail, copiedText } from "./CellDetail";
import { cellAfterKey } from "./grid-keys";
import { Icon, IconButton } from "./Icon";
import type { CopyFormat } from "./lab-model";
import { Menu } from "./Menu";
import type { RenderLink } from "./panel-model";
import { emptyColumns, firstWidth, rowsShown, shownTable, TableRows } from "./rows-shown";
import { durationText } from "./trace-layout";
import { countText, PLAIN_ROWS, scrollToRow, windowAt } from "./windowing";
import { sortAfterClick, withColumn, withFilter, withFilterRow, withSearch, withWidth } from "./view-state";
import type { ViewState } from "./view-state";

export interface ResultTableProps {
  /** What the table is, for screen readers. */
  readonly label: string;
  readonly table: Table;
  readonly state: ViewState;
  readonly onState: (state: ViewState) => void;
  /** Time taken, in milliseconds. */
  readonly ms?: number;
  /** Why rows are missing at the end, told below the table. */
  readonly truncated?: string;
  /** Said when the table has no rows at all. */
  readonly empty?: string;
  /** Rows of an earlier run, drawn dimmed. */
  readonly stale?: boolean;
  readonly renderLink?: RenderLink;
  /** Gets the table as shown. */
  readonly onCopy?: (format: CopyFormat, table: Table) => void;
  readonly onCopyText?: (text: string) => void;
  readonly onSaveNote?: (table: Table) => void;
  /** Something to do with the row in hand (its number before sort and filter), by a button and by a key on the grid. */
  readonly rowAct?: { readonly label: string; readonly key: string; onRow(row: number): void };
}

/** Rows of a new result that are drawn at once: more than a screen shows of the pane. */
const FIRST_ROWS = 32;
/** Height of a row until the first one is measured. */
const ROW = 28;

export function ResultTable(props: ResultTableProps): VNode {
  const { table, state, onState, onCopy, onSaveNote } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => new TableRows(table), [table]);
  const shown = useMemo(
    () => rowsShown(rows, state),
    [rows, state.sort, state.filter, state.filters, state.hidden],
  );
  const first = useMemo(() => table.schema.columns.map((_, i) => firstWidth(rows, i)), [rows]);
  const [top, setTop] = useState(state.scroll.top);
  const [size, setSize] = useState({ row: ROW, view: 480 });
  const columns =
    table.schema.columns.map((spec, index) => ({ ...spec, index })).filter((c) => !state.hidden.has(c.name));
  const plain = shown.length <= PLAIN_ROWS;
  const [whole, setWhole] = useState<Table | null>(null);
  // A new result is on the screen sooner with the rows that fit there; the rest follows when it stands.
  const all = windowAt(shown.length, size.row, top, size.view);
  const late = plain && whole !== table && state.scroll.top === 0 && shown.length > FIRST_ROWS;
  const frame = late ? { ...all, end: FIRST_ROWS, below: (shown.length - FIRST_ROWS) * size.row } : all;
  useEffect(() => {
    const timer = window.setTimeout(() => setWhole(table), 60);
    return () => window.clearTimeout(timer);
  }, [table]);

  useScroll(box, state, onState, setTop);
  useLayoutEffect(() => {
    const home = box.current;
    if (home === null) return;
    const measure = (): void => {
      const row = home.querySelector<HTMLElement>("tr.pb-row")?.offsetHeight ?? 0;
      // The header lies over the rows: what it hides is not in view.
      const view = home.clientHeight - (home.querySelector<HTMLElement>("thead")?.offsetHeight ?? 0);
      setSize((before) => {
        const after = { row: row > 0 && !state.wrap ? row : before.row, view: view > 0 ? view : before.view };
        return after.row === before.row && after.view === before.view ? before : after;
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(home);
    return () => observer.disconnect();
  }, [table, plain, state.wrap, state.filtering]);

  const moveTo = (row: number, column: string): void => {
    const home = box.current;
    if (home !== null && row >= 0 && !plain) {
      const target = scrollToRow(row, shown.length, size.row, home.scrollTop, Math.max(size.row, size.view));
      if (target !== home.scrollTop) home.scrollTop = target;
    }
    onState({ ...state, cell: { row, column } });
  };
  useEffect(() => {
    const home = box.current;
    if (home === null || state.cell === null) return;
    if (home.ownerDocument.activeElement?.closest(".pb-grid-box") !== home) return;
    home.querySelector(".pb-active")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [state.cell]);

  const onKey = (event: KeyboardEvent): void => {
    const step = size.view > size.row ? Math.max(1, Math.floor(size.view / size.row) - 2) : 10;
    const at = columns.findIndex((c) => c.name === state.cell?.column);
    const next = cellAfterKey(event, state.cell?.row ?? -1, at, shown.length, columns.length, step);
    if (next !== null) {
      const column = columns[next.column];
      event.preventDefault();
      if (column !== undefined) moveTo(next.row, column.name);
      return;
    }
    const cell = state.cell;
    if (cell === null || at < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (cell.row < 0) onState({ ...state, sort: sortAfterClick(state.sort, cell.column, event.shiftKey) });
      else onState({ ...state, detail: !state.detail });
    } else if (event.key === props.rowAct?.key && activeRow !== undefined) {
      event.preventDefault();
      props.rowAct.onRow(activeRow);
    } else if (event.key === "c" && (event.ctrlKey || event.metaKey)) {
      if (props.onCopyText === undefined || cell.row < 0) return;
      // Selected text is copied by the browser itself.
      if (box.current?.ownerDocument.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      props.onCopyText(copiedText(rows.value(shown[cell.row] ?? 0, rows.columnIndex(cell.column))));
    } else if (event.key === "Escape" && state.detail) {
      event.preventDefault();
      event.stopPropagation();
      onState({ ...state, detail: false });
    }
  };

  const atCell = (row: number, column: string): ViewState => ({ ...state, cell: { row, column } });
  const cellId = (row: number, column: number): string => `${id}-${row + 1}-${column}`;
  const activeColumn = columns.find((c) => c.name === state.cell?.column);
  const shownRow = state.cell?.row ?? 0;
  const activeRow = state.cell === null ? undefined : shown[state.cell.row];

  if (rows.count === 0) {
    return (
      <section class={`pb-result ${props.stale ? "pb-stale" : ""}`} aria-label={props.label}>
        <div class="pb-empty" role="status">
          <p>{props.empty ?? "No rows."}</p>
          {props.ms === undefined ? null : <p class="pb-quiet">0 rows · {durationText(props.ms)}</p>}
        </div>
      </section>
    );
  }
  return (
    <section class={`pb-result ${props.stale ? "pb-stale" : ""}`} aria-label={props.label}>
      <div class="pb-toolbar">
        <label class="pb-search">
          <Icon name="search" />
          <input type="search" aria-label="Filter rows" placeholder="Filter rows" value={state.filter}
            onInput={(e) => onState(withSearch(state, e.currentTarget.value))} />
        </label>
        <span class="pb-count" role="status">
          {countText(frame.seenFrom, frame.seenTo, shown.length, rows.count)}
          {props.ms === undefined ? "" : ` · ${durationText(props.ms)}`}
        </span>
        <span class="pb-spring" />
        {props.rowAct === undefined ? null : (
          <button type="button" class="pb-button" disabled={activeRow === undefined}
            title={activeRow === undefined ? "Choose a row first" : `${props.rowAct.label} (${props.rowAct.key})`}
            onClick={() => { if (activeRow !== undefined) props.rowAct?.onRow(activeRow); }}>
            <Icon name="help" />{props.rowAct.label}
          </button>
        )}
        <IconButton icon="filter" label="Filter by column" pressed={state.filtering}
          onClick={() => onState(withFilterRow(state, !state.filtering))} />
        {plain
          ? (
            <IconButton icon="wrap" label="Wrap long values" pressed={state.wrap}
              onClick={() => onState({ ...state, wrap: !state.wrap })} />
          )
          : null}
        <ColumnChooser rows={rows} state={state} onState={onState} />
        {onCopy === undefined ? null : (
          <Menu icon="copy" label="Copy" items={COPY_FORMATS.map(({ format, label }) => ({
            label, onChoose: () => onCopy(format, shownTable(rows, shown, state.hidden)),
          }))} />
        )}
        {onSaveNote === undefined ? null : (
          <IconButton icon="note" label="Save as note"
            onClick={() => onSaveNote(shownTable(rows, shown, state.hidden))} />
        )}
      </div>
      <div class="pb-grid-box" ref={box}>
        <table class={`pb-grid ${state.wrap && plain ? "pb-wrap" : ""}`} role="grid" tabIndex={0}
          aria-label={props.label}
          aria-rowcount={shown.length + 1} aria-colcount={columns.length} onKeyDown={onKey}
          {...(state.cell !== null && activeColumn !== undefined
            ? { "aria-activedescendant": cellId(state.cell.row, activeColumn.index) } : {})}>
          <colgroup>
            {columns.map((c) => (
              <col key={c.name} style={{ "--pb-width": `${state.widths.get(c.name) ?? first[c.index] ?? 120}px` }} />
            ))}
            <col class="pb-rest" />
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((c, i) => (
                <Header key={c.name} id={cellId(-1, c.index)} name={c.name}
                  title={`${c.name}: ${c.type}${c.doc ? `. ${c.doc}` : ""}`}
                  colIndex={i + 1} state={state} onState={onState}
                  width={state.widths.get(c.name) ?? first[c.index] ?? 120} />
              ))}
              <th class="pb-rest" aria-hidden="true" />
            </tr>
            {state.filtering ? (
              <tr class="pb-filters">
                {columns.map((c) => (
                  <th key={c.name} scope="col">
                    <input type="text" aria-label={`Filter ${c.name}`} placeholder={c.type}
                      value={state.filters.get(c.name) ?? ""}
                      title="text · !text · =exact · = empty · > >= < <= for numbers and times"
                      onKeyDown={(e) => e.stopPropagation()}
                      onInput={(e) => onState(withFilter(state, c.name, e.currentTarget.value))} />
                  </th>
                ))}
                <th class="pb-rest" aria-hidden="true" />
              </tr>
            ) : null}
          </thead>
          <tbody>
            <Gap height={frame.above} columns={columns.length} />
            {range(frame.first, frame.end).map((at) => {
              const row = shown[at] ?? 0;
              return (
                <tr key={row}
                  class={`pb-row ${at % 2 === 1 ? "pb-odd" : ""} ${state.cell?.row === at ? "pb-active-row" : ""}`}
                  aria-rowindex={at + 2}>
                  {columns.map((c, i) => {
                    const active = state.cell?.row === at && state.cell.column === c.name;
                    return (
                      <td key={c.name} id={cellId(at, c.index)} role="gridcell" aria-colindex={i + 1}
                        aria-selected={active}
                        class={`${active ? "pb-active" : ""} pb-of-${c.type}`}
                        onClick={() => onState({ ...atCell(at, c.name), detail: active !== state.detail })}
                        onDblClick={() => onState({ ...atCell(at, c.name), detail: true })}>
                        <Cell value={rows.value(row, c.index)}
                          {...(props.renderLink ? { renderLink: props.renderLink } : {})} />
                      </td>
                    );
                  })}
                  <td class="pb-rest" aria-hidden="true" />
                </tr>
              );
            })}
            <Gap height={frame.below} columns={columns.length} />
          </tbody>
        </table>
        {shown.length === 0 ? (
          <div class="pb-empty pb-empty-filtered">
            <p>No row passes the filter.</p>
            <button type="button" class="pb-button"
              onClick={() => onState({ ...state, filter: "", filters: new Map() })}>
              Clear filters
            </button>
          </div>
        ) : null}
      </div>
      {props.truncated === undefined ? null : <p class="pb-note-line"><Icon name="info" /> {props.truncated}</p>}
      {state.detail && state.cell !== null && activeRow !== undefined && activeColumn !== undefined ? (
        <CellDetail rows={rows} row={activeRow} shownRow={state.cell.row} column={activeColumn.name}
          {...(props.renderLink ? { renderLink: props.renderLink } : {})}
          {...(props.onCopyText ? { onCopyText: props.onCopyText } : {})}
          onColumn={(column) => onState({ ...withColumn(state, column, true), cell: { row: shownRow, column } })}
          onClose={() => onState({ ...state, detail: false })} />
      ) : null}
    </section>
  );
}

const COPY_FORMATS: readonly { format: CopyFormat; label: string }[] = [
  { format: "markdown", label: "Copy as Markdown" },
  { format: "csv", label: "Copy as CSV" },
  { format: "json", label: "Copy as JSON" },
];

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Empty height in place of rows that are not drawn. */
function Gap({ height, columns }: { height: number; columns: number }): VNode | null {
  if (height <= 0) return null;
  return (
    <tr class="pb-gap" aria-hidden="true"><td colSpan={columns + 1} style={{ "--pb-height": `${height}px` }} /></tr>
  );
}

/** Starts where the state says and tells the state where scrolling came to rest. */
function useScroll(
  box: { readonly current: HTMLDivElement | null }, state: ViewState,
  onState: (state: ViewState) => void, setTop: (top: number) => void,
): void {
  const latest = useRef({ state, onState });
  latest.current = { state, onState };
  useLayoutEffect(() => {
    const home = box.current;
    if (home === null) return;
    const away = Math.abs(home.scrollTop - state.scroll.top) > 1 || Math.abs(home.scrollLeft - state.scroll.start) > 1;
    if (away) home.scrollTo({ top: state.scroll.top, left: state.scroll.start, behavior: "instant" });
    setTop(home.scrollTop);
  }, [state.scroll]);
  useEffect(() => {
    const home = box.current;
    if (home === null) return;
    let timer = 0;
    const onScroll = (): void => {
      setTop(home.scrollTop);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        const { state: now, onState: tell } = latest.current;
        if (now.scroll.top !== home.scrollTop || now.scroll.start !== home.scrollLeft) {
          tell({ ...now, scroll: { top: home.scrollTop, start: home.scrollLeft } });
        }
      }, 150);
    };
    home.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      window.clearTimeout(timer);
      home.removeEventListener("scroll", onScroll);
    };
  }, [box.current]);
}

interface HeaderProps {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly colIndex: number;
  readonly width: number;
  readonly state: ViewState;
  readonly onState: (state: ViewState) => void;
}

function Header({ id, name, title, colIndex, width, state, onState }: HeaderProps): VNode {
  const at = state.sort.findIndex((s) => s.column === name);
  const sort = state.sort[at];
  const active = state.cell?.row === -1 && state.cell.column === name;
  const onResize = (event: TargetedEvent<HTMLSpanElement, PointerEvent>): void => {
    const grip = event.currentTarget;
    const start = event.clientX;
    // Dragging towards the line's end widens, whichever way the text runs.
    const sign = grip.closest("[dir=rtl]") === null ? 1 : -1;
    event.preventDefault();
    event.stopPropagation();
    grip.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent): void => onState(withWidth(state, name, width + sign * (e.clientX - start)));
    const end = (): void => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  };
  return (
    <th id={id} scope="col" role="columnheader" aria-colindex={colIndex} class={active ? "pb-active" : ""}
      aria-sort={sort === undefined ? "none" : sort.descending ? "descending" : "ascending"}>
      <button type="button" class="pb-sort" tabIndex={-1} title={title}
        onClick={(e) => onState({ ...state, sort: sortAfterClick(state.sort, name, e.shiftKey) })}>
        <span class="pb-sort-name">{name}</span>
        {sort === undefined ? null : (
          <span class="pb-sort-sign">
            <Icon name={sort.descending ? "down" : "up"} />{state.sort.length > 1 ? <sub>{at + 1}</sub> : null}
          </span>
        )}
        {state.filters.has(name) ? <Icon name="filter" /> : null}
      </button>
      <span class="pb-grip" aria-hidden="true" onPointerDown={onResize} />
    </th>
  );
}

function ColumnChooser({ rows, state, onState }: {
  rows: TableRows; state: ViewState; onState: (state: ViewState) => void;
}): VNode {
  const { columns } = rows.table.schema;
  const hidden = columns.filter((c) => state.hidden.has(c.name)).length;
  return (
    <Menu icon="columns" label={hidden === 0 ? "Columns" : `Columns (${hidden} hidden)`}>
      <div class="pb-chooser-all">
        <button type="button" class="pb-button" onClick={() => onState({ ...state, hidden: new Set() })}>
          Show all
        </button>
        <button type="button" class="pb-button" onClick={() => onState({ ...state, hidden: emptyColumns(rows) })}>
          Hide empty
        </button>
      </div>
      <div class="pb-chooser" role="group" aria-label="Columns shown">
        {columns.map((c) => (
          <label key={c.name}>
            <input type="checkbox" checked={!state.hidden.has(c.name)}
              onChange={(e) => onState(withColumn(state, c.name, e.currentTarget.checked))} />
            <span>{c.name}</span> <span class="pb-quiet">{c.type}</span>
          </label>
        ))}
      </div>
    </Menu>
  );
}
