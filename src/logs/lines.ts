/** Logs whose events are lines → rows. What is wrong with a line is told with its number, and the other lines load. */
import type { LineContext, LineFormat } from "./line-format";
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawRows } from "./rows";
import type { Steps, Window } from "./window";

/** Lines between two chances to pause. */
const PAUSE = 2048;

/** Reads the lines of a format into rows; yields now and then so that the caller can pause. */
export function* readLines(
  window: Window, from: number, report: Report, maxRows: number, format: LineFormat, now: bigint,
): Steps<RawRows> {
  const rows = new RawRows({ passing: window.passing });
  const context: LineContext = { rows, report, now };
  const reader = format.reader(context);
  let { text } = window;
  let lines = 0;
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
    if (whole && line.trim() !== "") {
      if (rows.count >= maxRows) {
        report.at("warning", "logs-row-limit", `only the first ${maxRows} rows were read: that is the limit.`, next);
        window.stop();
        break;
      }
      const problem = reader.line(line, at);
      if (problem !== undefined) {
        report.at("error", "logs-broken-line", `${problem}, found '${excerpt(line)}'; this line was left out.`, at, end);
      }
    }
    at = next;
    if (++lines % PAUSE === 0) yield;
  }
  reader.end?.();
  return rows;
}

/** Lines of no known format: each is a row with the one column RawData. */
export const PLAIN_LINES: LineFormat = {
  format: "text",
  untyped: false,
  test: () => true,
  reader: ({ rows, report }) => {
    report.whole("warning", "logs-no-format", "These lines are of no format that is known here; each became a row with the one column RawData.");
    const column = rows.column("RawData");
    return {
      line: (line) => {
        column?.text(rows.count++, line);
        return undefined;
      },
    };
  },
};
