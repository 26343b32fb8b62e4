/** Texts with wildcards, in time that grows with text and pattern, never with their power. */

/** A piece of a pattern: a text, `*` ("any"), `?` ("one" character). */
export type PatternPart = { readonly text: string } | "any" | "one";

/** What stands between two `*`: texts and single characters. */
type Run = readonly (string | null)[];

/** Compiles a pattern over a whole text. Case is the caller's: fold both or none. */
export function wildcard(parts: readonly PatternPart[]): (text: string) => boolean {
  const runs: (string | null)[][] = [[]];
  for (const part of parts) {
    if (part === "any") runs.push([]);
    else (runs[runs.length - 1] as (string | null)[]).push(part === "one" ? null : part.text);
  }
  const first = runs[0] as Run;
  if (runs.length === 1) return (text) => endOf(first, text, 0) === text.length;
  const last = runs[runs.length - 1] as Run;
  const middle = runs.slice(1, -1).filter((r) => r.length > 0);
  return (text) => {
    let at = endOf(first, text, 0);
    if (at < 0) return false;
    const stop = startOf(last, text);
    if (stop < at) return false;
    for (const run of middle) {
      at = find(run, text, at, stop);
      if (at < 0) return false;
    }
    return true;
  };
}

/** Where a run that starts at `at` ends; -1 when it does not stand there. */
function endOf(run: Run, text: string, at: number): number {
  for (const piece of run) {
    if (piece === null) {
      if (at >= text.length) return -1;
      at += isPair(text, at) ? 2 : 1;
    } else {
      if (!text.startsWith(piece, at)) return -1;
      at += piece.length;
    }
  }
  return at;
}

/** Where a run that ends with the text starts; -1 when it does not stand there. */
function startOf(run: Run, text: string): number {
  let at = text.length;
  for (let i = run.length - 1; i >= 0; i--) {
    const piece = run[i];
    if (piece === null || piece === undefined) {
      if (at <= 0) return -1;
      at -= at > 1 && isPair(text, at - 2) ? 2 : 1;
    } else {
      at -= piece.length;
      if (at < 0 || !text.startsWith(piece, at)) return -1;
    }
  }
  return at;
}

/** Behind the first place from `from` where a run stands, ending at `stop` at most; -1 when there is none. */
function find(run: Run, text: string, from: number, stop: number): number {
  const head = run[0];
  for (let at = from; at <= stop; at++) {
    if (typeof head === "string") {
      at = text.indexOf(head, at);
      if (at < 0 || at > stop) return -1;
    }
    const end = endOf(run, text, at);
    if (end >= 0) return end <= stop ? end : -1;
  }
  return -1;
}

/** Whether one character takes two units here. */
function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}
