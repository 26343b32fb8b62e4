/** Names: how field names and headings are brought to one spelling, and what a name may be made of. */

/** One emoji: a flag, a keycap, or pictographs joined to one sign. */
const EMOJI =
  "(?:\\p{RI}\\p{RI}|[0-9#*]\\uFE0F?\\u20E3|" +
  "\\p{ExtPict}(?:\\uFE0F|\\p{EMod})?(?:[\\u{E0020}-\\u{E007E}]+\\u{E007F})?" +
  "(?:\\u200D\\p{ExtPict}(?:\\uFE0F|\\p{EMod})?)*)";

const IDENTIFIER = new RegExp(`(?:\\p{L}|${EMOJI})(?:[0-9\\p{L}_-]|${EMOJI})*`, "uy");
const NAME_PART = new RegExp(`(${EMOJI})|([0-9\\p{L}_-]+)|(\\s+)|[^]`, "gu");
/** The variable name that starts at `at`, or "" when none does: a letter or emoji, then letters, digits, `_`, `-`, emoji. */
export function identifierAt(text: string, at: number): string {
  IDENTIFIER.lastIndex = at;
  return IDENTIFIER.exec(text)?.[0] ?? "";
}

/**
 * A field's name as queries can write it: lower case, each run of white space a `-`, emoji kept, all else dropped
 * (Dataview docs, "Adding metadata to your pages": field names).
 */
export function canonicalName(name: string): string {
  return name.replace(NAME_PART, (_, emoji?: string, word?: string, space?: string) =>
    emoji ?? (word !== undefined ? word.toLowerCase() : space !== undefined ? "-" : ""));
}

/** A heading as links spell it: everything but letters, digits, `_`, `-` and emoji is white space, and that is single. */
export function headingAnchor(heading: string): string {
  return heading.replace(NAME_PART, (_, emoji?: string, word?: string) => emoji ?? word ?? " ")
    .split(/\s+/).join(" ").trim();
}
