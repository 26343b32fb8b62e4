/** Finding by parts of words, as the palette and the suggestions do. */
import type * as Published from "obsidian";

/** All words of the query must stand in the text, in any order; the earlier, the better. */
export function prepareSimpleSearch(query: string): (text: string) => Published.SearchResult | null {
  const wanted = query.toLowerCase().split(/\s+/).filter((each) => each !== "");
  return (text) => {
    const lower = text.toLowerCase();
    const matches: Published.SearchMatches = [];
    let score = 0;
    for (const word of wanted) {
      const at = lower.indexOf(word);
      if (at < 0) return null;
      matches.push([at, at + word.length]);
      score -= at / 100;
    }
    return { score, matches: joined(matches) };
  };
}

/** The characters of the query must stand in the text in that order; whole words and word starts score best. */
export function prepareFuzzySearch(query: string): (text: string) => Published.SearchResult | null {
  const simple = prepareSimpleSearch(query);
  const letters = [...query.toLowerCase().replace(/\s+/g, "")];
  return (text) => {
    const whole = simple(text);
    if (whole !== null) return whole;
    const lower = text.toLowerCase();
    const matches: Published.SearchMatches = [];
    let at = 0;
    let score = -1;
    for (const letter of letters) {
      const found = lower.indexOf(letter, at);
      if (found < 0) return null;
      if (found > at || matches.length === 0) score -= 0.1 + (/\w/.test(lower[found - 1] ?? " ") ? 0.1 : 0);
      matches.push([found, found + letter.length]);
      at = found + letter.length;
    }
    return { score, matches: joined(matches) };
  };
}

function joined(matches: Published.SearchMatches): Published.SearchMatches {
  const sorted = matches.sort((a, b) => a[0] - b[0]);
  const result: Published.SearchMatches = [];
  for (const part of sorted) {
    const last = result[result.length - 1];
    if (last !== undefined && part[0] <= last[1]) last[1] = Math.max(last[1], part[1]);
    else result.push([...part]);
  }
  return result;
}

/** Best first; equal scores keep their order. */
export function sortSearchResults(results: Published.SearchResultContainer[]): void {
  results.sort((a, b) => b.match.score - a.match.score);
}

/** Writes the text with the matching parts marked. */
export function renderMatches(el: HTMLElement | DocumentFragment, text: string, matches: Published.SearchMatches | null, offset = 0): void {
  let at = 0;
  for (const [from, to] of matches ?? []) {
    const start = from + offset;
    const end = to + offset;
    if (end <= 0 || start >= text.length) continue;
    el.append(text.slice(at, Math.max(at, start)));
    el.createSpan({ cls: "suggestion-highlight", text: text.slice(Math.max(at, start), end) });
    at = end;
  }
  el.append(text.slice(at));
}

export function renderResults(el: HTMLElement, text: string, result: Published.SearchResult, offset = 0): void {
  renderMatches(el, text, result.matches, offset);
}
