/** Takes the Markdown out of a text, for `display`: what a reader sees, roughly, without rendering it. */

/**
 * From first to last, and the order matters: fences before single backticks, images before links. They take away what the
 * package of Dataview takes away, its oddities included (three dashes that begin a line are a ruler whatever follows);
 * the stretches inside are bounded, so that no text makes them slow.
 */
const REMOVALS: readonly (readonly [RegExp, string])[] = [
  [/^[-*_](?:\s{0,99}[-*_]){2,}\s*/gm, ""],
  [/^([ \t]*)(?:[*+-]|\d+\.)\s+/gm, "$1"],
  [/\n={2,}/g, "\n"],
  [/~~~[^\n]*\n/g, ""],
  [/~~/g, ""],
  [/```[^\n]*\n/g, ""],
  [/<[^<>]*>/g, ""],
  [/^[=-]{2,}\s*$/g, ""],
  [/\[\^[^\]\n][^\]\n]{0,999}\](?:: [^\n]*$)?/g, ""],
  [/\s{0,2}\[[^\]\n]{0,999}\]: [^\n]*$/g, ""],
  [/!\[([^\]\n]{0,999})\][[(][^\])\n]{0,2000}[\])]/g, "$1"],
  [/\[([^\]]{0,999})\][[(][^\])\n]{0,2000}[\])]/g, "$1"],
  [/^(\n)?\s{0,3}>\s?/gm, "$1"],
  [/^(\n)?\s{0,99}#{1,6}\s*(?: ([^\n]+?))?(?: +#+)?$/gm, "$1$2"],
  [/([*]+)(\S)([^\n]{0,2000}?\S)??\1/g, "$2$3"],
  [/(^|\W)(_+)(\S)([^\n]{0,2000}?\S)??\2($|\W)/g, "$1$3$4$5"],
  [/(`{3,})([^\n]*?)\1/gm, "$2"],
  [/`([^\n]+?)`/g, "$1"],
  [/~([^\n]*?)~/g, "$1"],
];

/** Longer texts are shown as they are: nobody reads them in a cell. */
const LONGEST = 10_000;

/** The text without marks: links by their display, emphasis, headings, lists and HTML tags gone. */
export function withoutMarkdown(text: string): string {
  if (text.length > LONGEST) return text;
  const plain = text.replace(/\[\[([^[\]|]*)\]\]/g, "$1").replace(/\[\[[^[\]]*\|([^[\]]*)\]\]/, "$1");
  return REMOVALS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), plain);
}
