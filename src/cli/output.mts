/** What the command line prints: results to standard output, everything said about them to standard error. */
import { LineMap, type Diagnostic } from "../base";
import { writeCsv, writeMarkdown } from "../logs";
import type { Step } from "../query";
import { printCell, type Table } from "../table";
import { plainRows } from "./cells.mts";
import { UsageError } from "./files.mts";

export interface Output {
  /** A line of the result. */
  line(text: string): void;
  /** A line about it. */
  note(text: string): void;
  /** Columns of the terminal; undefined when the output is no terminal. */
  readonly width?: number;
}

/** Where a diagnostic stands, its line of the text, and a caret under the place. */
export function printDiagnostics(text: string, diagnostics: readonly Diagnostic[], out: Output): void {
  const lines = new LineMap(text);
  for (const d of diagnostics) {
    const { line, column } = lines.at(d.span.from);
    out.note(`${line}:${column} ${d.severity}: ${d.message} [${d.code}]`);
    const start = lines.startOf(line);
    const source = (text.slice(start).split(/\r\n|\r|\n/, 1)[0] ?? "").replace(/\t/g, " ");
    const length = Math.max(1, Math.min(d.span.to - d.span.from, source.length - (column - 1)));
    if (source.length <= 400) {
      out.note(`    ${source}`);
      out.note(`    ${" ".repeat(column - 1)}${"^".repeat(length)}`);
    }
    for (const n of d.notes ?? []) out.note(`    note: ${n.message}`);
    if (d.fix) out.note(`    fix: ${d.fix.title}`);
  }
}

/**
 * Rows per step beside the query's own lines; a filter's terms below it; the steps where rows died marked. `resultRows`
 * is undefined for a run that was stopped: what went into a step may not have come out yet, so that none is marked.
 */
export function printTrace(text: string, trace: readonly Step[], resultRows: number | undefined, out: Output): void {
  const lines = new LineMap(text);
  const shown = trace.filter((s) => s.label !== "");
  const width = Math.max(10, ...shown.map((s) => String(s.rowsIn).length + String(s.rowsOut).length + 4));
  // The trace comes in the order of the plan, leaves first.
  const last = resultRows === 0 ? shown.filter((s) => s.rowsIn > 0 && s.rowsOut === 0).at(-1) : undefined;
  const clip = (span: { from: number; to: number }) => {
    const piece = text.slice(span.from, span.to).replace(/\s+/g, " ").trim();
    return piece.length > 90 ? `${piece.slice(0, 89)}…` : piece;
  };
  for (const s of [...shown].sort((a, b) => a.span.from - b.span.from || a.plan - b.plan)) {
    const dead = resultRows !== undefined && s.rowsIn > 0 && s.rowsOut === 0;
    const died = !dead ? "" : s === last ? "  ← the last rows died here" : "  ← the rows of this branch died here";
    out.note(`${String(lines.at(s.span.from).line).padStart(4)}  ${`${s.rowsIn} → ${s.rowsOut}`.padEnd(width)}  ${s.ms.toFixed(1).padStart(7)} ms  ${clip(s.span)}${died}`);
    const terms = s.terms ?? [];
    if (terms.length > 1 || terms.some((t) => t.instead)) {
      for (const t of terms) {
        out.note(`      ${" ".repeat(width)}  alone lets ${t.passed} of ${s.rowsIn} pass: ${clip(t.span)}`);
        if (t.instead) {
          const values = t.instead.values.map((v) => `${v.text === "" ? "(empty)" : v.text} ×${v.rows}`).join(", ");
          out.note(`      ${" ".repeat(width)}  ${t.instead.column} holds instead: ${values}`);
        }
      }
    }
  }
}

/** A result in the format asked for. */
export function printTable(table: Table, format: string, out: Output): void {
  switch (format) {
    case "json": out.line(JSON.stringify(plainRows(table), null, 2)); return;
    case "csv": out.line(writeCsv(table).replace(/\r?\n$/, "")); return;
    case "markdown": out.line(writeMarkdown(table).replace(/\n$/, "")); return;
    case "table": printGrid(table, out); return;
    default: throw new UsageError(`There is no format '${format}'.`, "Formats are table, json, csv, markdown.");
  }
}

function printGrid(table: Table, out: Output): void {
  const names = table.schema.columns.map((c) => c.name);
  const rows = table.batches.flatMap((b) => Array.from({ length: b.length }, (_, i) => b.columns.map((c) => oneLine(printCell(c, i)))));
  const widths = names.map((n, i) => Math.min(60, Math.max(n.length, ...rows.slice(0, 2_000).map((r) => r[i]?.length ?? 0))));
  const print = (cells: readonly string[]) => cells
    .map((c, i) => (c.length > (widths[i] ?? 0) ? `${c.slice(0, (widths[i] ?? 1) - 1)}…` : c.padEnd(widths[i] ?? 0))).join("  ").trimEnd();
  out.line(print(names));
  out.line(widths.map((w) => "─".repeat(w)).join("  "));
  for (const row of rows) out.line(print(row));
  out.note(`${rows.length} ${rows.length === 1 ? "row" : "rows"}`);
}

/** Control characters of a log must not reach the terminal. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
