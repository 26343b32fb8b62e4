/**
 * Where in a document a query language applies: all of it, or the insides of fences of given names in a Markdown note.
 * Works line by line on anything that gives lines; knows nothing of the editor.
 */

/** A piece of the document in one language. Offsets in the document; what a language says is relative to `from`. */
export interface Region<L> {
  readonly from: number;
  readonly to: number;
  readonly language: L;
}

/** A document as lines without their breaks. */
export interface Lines {
  readonly length: number;
  iterLines(): Iterable<string>;
}

/**
 * The insides of fences whose first info word names a language. A fence opens with three or more backticks or tildes
 * after at most three spaces and closes with at least as many of the same; an open one goes to the end (CommonMark,
 * "Fenced code blocks"). Where a word is not enough, the text inside may be asked for. Fences in quotes and list items are left alone: their lines carry marks that are not part of
 * the query. Line breaks count as one, as in the editor's own document.
 */
export function fencedRegions<L>(document: Lines, languageOf: (name: string, text: () => string) => L | undefined): readonly Region<L>[] {
  const regions: Region<L>[] = [];
  let open: { mark: string; size: number; name: string; lines: string[]; from: number } | null = null;
  const close = ({ name, lines, from }: NonNullable<typeof open>, to: number): void => {
    if (to < from) return;
    const language = languageOf(name, () => lines.join("\n"));
    if (language !== undefined) regions.push({ from, to, language });
  };
  let at = 0;
  let first = true;
  let properties = false;
  for (const line of document.iterLines()) {
    const next = at + line.length + 1;
    if (first && line.trimEnd() === "---") properties = true;
    else if (properties) {
      if (line.trimEnd() === "---") properties = false;
    } else if (open === null) {
      const fence = OPENING.exec(line);
      const marks = fence?.[1] ?? "";
      const info = fence?.[2] ?? "";
      if (fence !== null && !(marks.startsWith("`") && info.includes("`"))) {
        const name = (info.trim().split(/[\s{,:]/, 1)[0] ?? "").toLowerCase();
        open = { mark: marks.charAt(0), size: marks.length, name, lines: [], from: next };
      }
    } else {
      const marks = CLOSING.exec(line)?.[1] ?? "";
      if (marks.length >= open.size && marks.startsWith(open.mark)) {
        // The break before the closing fence is not part of the query.
        close(open, at - 1);
        open = null;
      } else open.lines.push(line);
    }
    first = false;
    at = next;
  }
  if (open !== null && document.length > open.from) close(open, document.length);
  return regions;
}

const OPENING = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** The region that holds an offset, its end included (the cursor stands there while typing). */
export function regionAt<L>(regions: readonly Region<L>[], at: number): Region<L> | undefined {
  return regions.find((r) => r.from <= at && at <= r.to);
}

/**
 * The least change that turns one text into another: what is equal in front and behind stays, and the cursor with it.
 */
export function leastChange(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let front = 0;
  while (front < most && before.charCodeAt(front) === after.charCodeAt(front)) front++;
  let back = 0;
  while (back < most - front
    && before.charCodeAt(before.length - 1 - back) === after.charCodeAt(after.length - 1 - back)) back++;
  return { from: front, to: before.length - back, insert: after.slice(front, after.length - back) };
}
