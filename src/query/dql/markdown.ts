/** Takes the Markdown out of a text, for `display`: what a reader sees, roughly, without rendering it. */

/** From first to last; each is linear in the text. Order matters: fences before single backticks, images before links. */
const REMOVALS: readonly (readonly [RegExp, string])[] = [
  [/^ {0,3}(?:(?:-[\t ]*){3,}|(?:_[\t ]*){3,}|(?:\*[\t ]*){3,})(?:\n|$)/gm, ""],
  [/^([ \t]*)(?:[*+-]|\d+\.)[ \t]+/gm, "$1"],
  [/\n={2,}/g, "\n"],
  [/~{3}.*\n/g, ""],
  [/~~/g, ""],
  [/```[^\n]*\n([^`]*)```/g, "$1"],
  [/<[^<>]*>/g, ""],
  [/^[=-]{2,}[ \t]*$/g, ""],
  [/\[\^[^[\]]+\](?:: [^\n]*)?/g, ""],
  [/ {0,2}\[[^[\]\n]*\]: [^\n]*$/g, ""],
  [/!\[([^[\]]*)\][[(][^\])]*[\])]/g, "$1"],
  [/\[([^[\]]*)\]\s?[([]([^\])]*)[\])]/g, "$1"],
  [/^ {0,3}>[ \t]?/gm, ""],
  [/^[ \t]*#{1,6}[ \t]+([^\n]*?)(?:[ \t]+#+)?[ \t]*$/gm, "$1"],
  [/(\*+)([^*\s](?:[^*]*[^*\s])?)\1/g, "$2"],
  [/(^|\W)(_+)([^_\s](?:[^_]*[^_\s])?)\2(?=$|\W)/g, "$1$3"],
  [/(`{3,})([^`]*)\1/g, "$2"],
  [/`([^`]+)`/g, "$1"],
  [/~([^~]*)~/g, "$1"],
];

/** Longer texts are shown as they are: nobody reads them in a cell. */
const LONGEST = 100_000;

/** The text without marks: links by their display, emphasis, headings, lists and HTML tags gone. */
export function withoutMarkdown(text: string): string {
  if (text.length > LONGEST) return text;
  const plain = text.replace(/\[\[([^[\]|]*)\]\]/g, "$1").replace(/\[\[[^[\]]*\|([^[\]]*)\]\]/, "$1");
  return REMOVALS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), plain);
}
