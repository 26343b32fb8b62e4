/** Case folding as Sigma's comparisons need it: character by character, so that a text keeps its length. */

/** Folds case: ASCII and Unicode's simple folding (`Ä`, `ς` and `Σ`; not `ß` to `ss`, not `ı` to `i`). */
export function fold(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII is what is meant
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let out = "";
  for (const c of text) out += c < "\x80" ? c.toLowerCase() : foldOne(c);
  return out;
}

const folded = new Map<string, string>();

function foldOne(c: string): string {
  let known = folded.get(c);
  if (known === undefined) {
    const upper = c.toUpperCase();
    const lower = (upper.length === c.length && c !== "\u0131" ? upper : c).toLowerCase();
    known = lower.length === c.length ? lower : c;
    if (folded.size < 10_000) folded.set(c, known);
  }
  return known;
}
