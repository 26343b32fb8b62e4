/** Encodings of values (`base64`, `base64offset`, `wide` …). Bytes travel as texts with one character per byte. */

/** The bytes of a text in UTF-8. */
export function utf8Bytes(text: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(text)) out += String.fromCharCode(byte);
  return out;
}

/** The bytes of a text in UTF-16. */
export function utf16Bytes(text: string, order: "little" | "big"): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const low = String.fromCharCode(unit & 0xff);
    const high = String.fromCharCode(unit >> 8);
    out += order === "little" ? low + high : high + low;
  }
  return out;
}

/** The byte order mark of UTF-16 in little-endian order (Sigma specification, modifiers: `utf16`). */
export const BYTE_ORDER_MARK = "\u00ff\u00fe";

/** Base64 of bytes. */
export function base64(bytes: string): string {
  return btoa(bytes);
}

/**
 * What is sure to stand in the Base64 of a longer text that holds these bytes, for each of the three ways they can be
 * shifted (Sigma specification, modifiers: `base64offset`).
 */
export function base64Offsets(bytes: string): readonly string[] {
  const front = [0, 2, 3];
  const back = [0, 3, 2];
  return [0, 1, 2].map((shift) => {
    const encoded = btoa(" ".repeat(shift) + bytes);
    return encoded.slice(front[shift], encoded.length - (back[(bytes.length + shift) % 3] as number));
  });
}
