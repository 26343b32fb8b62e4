/** Sigma's texts: wildcards, the escapes before them, placeholders, and the writings of a dash. */

/** A piece of a text: itself, `*`, `?`, a dash in any of its writings (`windash`), a placeholder (`expand`). */
export type Piece = { readonly text: string } | "any" | "one" | "dash" | { readonly placeholder: string };

/** The characters that `windash` takes for one another: - / en dash, em dash, horizontal bar. */
export const DASHES: readonly string[] = ["-", "/", "\u2013", "\u2014", "\u2015"];

/** Texts beside each other joined, repeated `*` made one, empty texts dropped. */
export function tidyPieces(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const before = out[out.length - 1];
    if (piece === "any" && before === "any") continue;
    if (typeof piece === "object" && "text" in piece) {
      if (piece.text === "") continue;
      if (typeof before === "object" && "text" in before) {
        out[out.length - 1] = { text: before.text + piece.text };
        continue;
      }
    }
    out.push(piece);
  }
  return out;
}

/**
 * Wildcards and escapes. Sigma specification: Escape Character: a backslash escapes `*`, `?` and itself, before all
 * else it is plain.
 */
export function readPieces(text: string): readonly Piece[] {
  if (!/[*?\\]/.test(text)) return text === "" ? [] : [{ text }];
  const out: Piece[] = [];
  let plain = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    const next = text[i + 1];
    if (c === "\\" && (next === "*" || next === "?" || next === "\\")) {
      plain += next;
      i++;
    } else if (c === "*" || c === "?") {
      out.push({ text: plain }, c === "*" ? "any" : "one");
      plain = "";
    } else plain += c;
  }
  out.push({ text: plain });
  return tidyPieces(out);
}

/**
 * Placeholders in plain texts. Sigma specification: Placeholders: `%name%` is one, `\%` is a percent sign.
 */
export function findPlaceholders(pieces: readonly Piece[]): readonly Piece[] {
  return tidyPieces(pieces.flatMap((piece): readonly Piece[] => {
    if (typeof piece === "string" || !("text" in piece)) return [piece];
    const out: Piece[] = [];
    let plain = "";
    const { text } = piece;
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "\\" && text[i + 1] === "%") {
        plain += "%";
        i++;
        continue;
      }
      const name = text[i] === "%" ? /^%([\w-]+)%/.exec(text.slice(i, i + 200))?.[1] : undefined;
      if (name === undefined) plain += text[i];
      else {
        out.push({ text: plain }, { placeholder: name });
        plain = "";
        i += name.length + 1;
      }
    }
    out.push({ text: plain });
    return out;
  }));
}

/**
 * Dashes that stand where a flag begins: behind something that is no part of a word, before a part of a word. With
 * `every`, each dash wherever it stands.
 */
export function findDashes(pieces: readonly Piece[], every: boolean): readonly Piece[] {
  const pattern = every ? /[-/\u2013\u2014\u2015]/g : /(^|[^\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;
  return tidyPieces(pieces.flatMap((piece): readonly Piece[] => {
    if (typeof piece === "string" || !("text" in piece)) return [piece];
    const out: Piece[] = [];
    let from = 0;
    for (const m of piece.text.matchAll(pattern)) {
      const at = m.index + m[0].length - 1;
      out.push({ text: piece.text.slice(from, at) }, "dash");
      from = at + 1;
    }
    out.push({ text: piece.text.slice(from) });
    return out;
  }));
}

/** Every way to write the dashes; undefined when there are more than `limit`. */
export function writeDashes(pieces: readonly Piece[], limit: number): readonly (readonly Piece[])[] | undefined {
  const count = pieces.filter((p) => p === "dash").length;
  if (count === 0) return [pieces];
  if (DASHES.length ** count > limit) return undefined;
  let all: Piece[][] = [[]];
  for (const piece of pieces) {
    all = piece === "dash"
      ? all.flatMap((before) => DASHES.map((text) => [...before, { text }]))
      : all.map((before) => [...before, piece]);
  }
  return all.map(tidyPieces);
}

/** The text of pieces that are all plain; undefined when one is not. */
export function plainText(pieces: readonly Piece[]): string | undefined {
  let out = "";
  for (const piece of pieces) {
    if (typeof piece === "string" || !("text" in piece)) return undefined;
    out += piece.text;
  }
  return out;
}

/** A text as it stands in a regular expression. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (c) => (c === "/" || c === "-" ? `\\x${c.charCodeAt(0).toString(16)}`
    : `\\${c}`));
}
