/** Lines of no known format → rows with the one column RawData. */
import type { Report } from "./report";
import { RawRows } from "./rows";
import type { Steps, Window } from "./window";

/** Reads lines into rows; yields now and then so that the caller can pause. */
export function* readLines(window: Window, from: number, report: Report, maxRows: number): Steps<RawRows> {
  report.whole("warning", "logs-no-format", "These lines are neither JSON nor a table with a header; each became a row with the one column RawData.");
  const rows = new RawRows({ passing: window.passing });
  const column = rows.column("RawData");
  let { text } = window;
  // A line that is too long loses its rest.
  let skipping = false;
  for (let at = from; at < text.length || window.more;) {
    let end = text.indexOf("\n", at);
    if (end < 0) {
      const long = text.length - at > window.longest;
      if (window.more && !long) {
        at -= yield* window.fill(at);
        ({ text } = window);
        continue;
      }
      end = text.length;
      if (window.more && !skipping) {
        report.at("error", "logs-long-line", `a line longer than ${window.longest >> 20} MB is not read; it was left out.`, at);
        skipping = true;
        at = end;
        continue;
      }
    }
    const whole = !skipping;
    skipping = skipping && end >= text.length;
    const line = text.slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    const next = end + 1;
    if (!whole || line.trim() === "") {
      at = next;
      continue;
    }
    if (rows.count >= maxRows) {
      report.at("warning", "logs-row-limit", `only the first ${maxRows} lines were read: that is the limit.`, next);
      window.stop();
      break;
    }
    at = next;
    column?.text(rows.count++, line);
    if (rows.count % 4096 === 0) yield;
  }
  return rows;
}
