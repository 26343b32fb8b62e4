/**
 * Cuts a query text into painted pieces: each piece has one token kind and the marks (diagnostics, terms) that lie
 * over it. Serves the trace and the places of errors; the editor paints by itself.
 */
import type { Span } from "../base";
import type { Token, TokenKind } from "../query";

/** A piece of one line. */
export interface Piece {
  readonly text: string;
  readonly kind: TokenKind | null;
  /** Indices of the marks over it, in order. */
  readonly marks: readonly number[];
  /** True where a mark ends with this piece: its note can be hung here. */
  readonly ends: readonly number[];
}

/**
 * The pieces of `range` (usually a line). Spans that lie outside or overlap are clipped; an empty mark takes one
 * character.
 */
export function paint(text: string, range: Span, tokens: readonly Token[], marks: readonly Span[]): readonly Piece[] {
  const from = Math.max(0, range.from);
  const to = Math.min(text.length, range.to);
  const clipped: { index: number; from: number; to: number }[] = [];
  marks.forEach((m, index) => {
    const wide = widen(m, text.length);
    if (wide.from < to && wide.to > from) {
      clipped.push({ index, from: Math.max(from, wide.from), to: Math.min(to, wide.to) });
    }
  });
  const cuts = new Set<number>([from, to]);
  const kinds: { from: number; to: number; kind: TokenKind }[] = [];
  for (let i = firstTokenAt(tokens, from); i < tokens.length; i++) {
    const t = tokens[i];
    if (t === undefined || t.span.from >= to) break;
    const piece = { from: Math.max(from, t.span.from), to: Math.min(to, t.span.to), kind: t.kind };
    if (piece.from >= piece.to) continue;
    kinds.push(piece);
    cuts.add(piece.from).add(piece.to);
  }
  for (const m of clipped) cuts.add(m.from).add(m.to);
  const places = [...cuts].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  let k = 0;
  for (let i = 0; i + 1 < places.length; i++) {
    const a = places[i] ?? from;
    const b = places[i + 1] ?? to;
    while (k < kinds.length && (kinds[k]?.to ?? 0) <= a) k++;
    const kind = kinds[k];
    pieces.push({
      text: text.slice(a, b),
      kind: kind !== undefined && kind.from <= a && kind.to >= b ? kind.kind : null,
      marks: clipped.filter((m) => m.from <= a && m.to >= b).map((m) => m.index),
      ends: clipped.filter((m) => m.to === b && m.from <= a).map((m) => m.index),
    });
  }
  return pieces;
}

/** A span as it can be underlined: inside the text and at least one character where there is one. */
export function widen(s: Span, length: number): Span {
  const from = Math.max(0, Math.min(s.from, length));
  const to = Math.max(from, Math.min(s.to, length));
  if (to > from) return { from, to };
  return from < length ? { from, to: from + 1 } : { from: Math.max(0, length - 1), to: length };
}

/** Index of the first token that reaches past `at`; tokens come in order. */
export function firstTokenAt(tokens: readonly Token[], at: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.span.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
