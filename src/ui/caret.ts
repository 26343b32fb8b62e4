/** The line of a text that a span starts in, and a second line with carets below the span. */
import { LineMap } from "../base";
import type { Span } from "../base";
import { widen } from "./query-paint";

/** Characters of a line that are shown around the place. */
const AROUND = 100;

export interface CaretLine {
  readonly text: string;
  readonly caret: string;
}

/** Undefined for an empty text. Tabs keep their width in both lines; a long line is cut around the place. */
export function caretLine(text: string, span: Span): CaretLine | undefined {
  if (text === "") return undefined;
  const place = widen(span, text.length);
  const map = new LineMap(text);
  const line = map.at(place.from).line;
  const start = map.startOf(line);
  const whole = text.slice(start, map.startOf(line + 1)).replace(/[\r\n]+$/, "");
  const from = Math.min(place.from - start, whole.length);
  const to = Math.max(from + 1, Math.min(place.to - start, whole.length));
  const cutFront = from > AROUND ? from - AROUND / 2 : 0;
  const cutBack = Math.min(whole.length, Math.max(to, cutFront) + AROUND);
  const front = cutFront > 0 ? "…" : "";
  const shown = `${front}${whole.slice(cutFront, cutBack)}${cutBack < whole.length ? "…" : ""}`;
  const blank = front.replace(/./g, " ") + whole.slice(cutFront, from).replace(/[^\t]/g, " ");
  return { text: shown, caret: blank + "^".repeat(Math.max(1, Math.min(to, cutBack) - from)) };
}
