/** The whole of one cell, laid out for reading, and the rest of its row below. */
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Value } from "../table";
import { digits } from "./counting";
import { Cell } from "./Cell";
import { IconButton } from "./Icon";
import type { RenderLink } from "./panel-model";
import { saysNothing } from "./rows-shown";
import type { TableRows } from "./rows-shown";
import { asJsonText, lookOf, valueText } from "./value-text";

/** Characters drawn at most; a longer value is cut and says so. */
const WHOLE = 200_000;
/** Characters of a list or bag that are copied at most. */
const COPIED = 50_000_000;

export interface CellDetailProps {
  readonly rows: TableRows;
  /** Number in the table, before sort and filter. */
  readonly row: number;
  /** Number on the screen, from 0. */
  readonly shownRow: number;
  readonly column: string;
  readonly renderLink?: RenderLink;
  readonly onColumn: (column: string) => void;
  readonly onCopyText?: (text: string) => void;
  readonly onClose: () => void;
}

export function CellDetail(props: CellDetailProps): VNode {
  const links = props.renderLink ? { renderLink: props.renderLink } : {};
  const { rows, row, column, onCopyText } = props;
  const at = rows.columnIndex(column);
  const value = rows.value(row, at);
  const type = rows.table.schema.columns[at]?.type;
  const shown = useMemo(() => wholeText(value), [value]);
  const home = useRef<HTMLElement>(null);
  // It opens below the rows, perhaps out of sight.
  useEffect(() => { home.current?.scrollIntoView({ block: "nearest" }); }, []);
  const others = rows.table.schema.columns.map(({ name }, i) => ({ name, value: rows.value(row, i) }))
    .filter((f) => !saysNothing(f.value));
  return (
    <aside class="pb-detail" ref={home} aria-label={`Row ${props.shownRow + 1}, ${column}`}>
      <header class="pb-detail-head">
        <span class="pb-detail-name">{column}</span>
        <span class="pb-quiet">{type} · row {digits(props.shownRow + 1)}</span>
        <span class="pb-spring" />
        {onCopyText === undefined ? null : (
          <IconButton icon="copy" label="Copy value" onClick={() => onCopyText(copiedText(value))} />
        )}
        <IconButton icon="close" label="Close detail" onClick={props.onClose} />
      </header>
      {value === null || value === "" || lookOf(value) === "link"
        ? <div class="pb-detail-value"><Cell value={value} {...links} /></div>
        : <pre class="pb-detail-value" tabIndex={0}>{shown.text}</pre>}
      {shown.cut ? <p class="pb-quiet">Cut after {digits(WHOLE)} characters.</p> : null}
      <details class="pb-detail-row">
        <summary>All {others.length} filled fields of this row</summary>
        <dl>
          {others.map((f) => (
            <div class="pb-detail-field" key={f.name}>
              <dt>
                <button type="button" class="pb-text-button" onClick={() => props.onColumn(f.name)}>{f.name}</button>
              </dt>
              <dd><Cell value={f.value} {...links} /></dd>
            </div>
          ))}
        </dl>
      </details>
    </aside>
  );
}

/** One value for the clipboard: a text exactly as it is, lists and bags as laid out JSON. */
export function copiedText(value: Value): string {
  return typeof value === "string" ? value : valueText(value, COPIED, true).text;
}

function wholeText(value: Value): { text: string; cut: boolean } {
  if (typeof value === "string") {
    const json = asJsonText(value);
    if (json !== undefined) return { text: json.slice(0, WHOLE), cut: json.length > WHOLE };
  }
  return valueText(value, WHOLE, true);
}
