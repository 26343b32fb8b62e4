/** The `purplebook` block: which panel it asks for, and of which technique. */
import { readTechniqueId, type TechniqueId } from "../attack";
import { error, nearest, type Diagnostic } from "../base";

export type OwnPanel = "coverage" | "rules" | "runbooks" | "bundled";

/** What a block asks for. Without a technique it means the note's own. */
export interface OwnBlock {
  readonly panel: OwnPanel;
  readonly technique?: TechniqueId;
}

const PANELS: readonly OwnPanel[] = ["coverage", "rules", "runbooks", "bundled"];

/** Reads `coverage`, `rules T1059.001` and the like; empty lines and lines that begin with `//` are passed over. */
export function readOwnBlock(source: string): {
  readonly value: OwnBlock | undefined; readonly diagnostics: readonly Diagnostic[]
} {
  const words = [...source.replace(/^\s*\/\/.*$/gm, (line) => " ".repeat(line.length)).matchAll(/\S+/g)]
    .map((m) => ({ text: m[0], span: { from: m.index, to: m.index + m[0].length } }));
  const [first, second, third] = words;
  if (!first) {
    const message = "The block is empty. Expected 'coverage', 'rules', 'runbooks' or 'bundled', "
      + "perhaps with a technique's id.";
    return { value: undefined, diagnostics: [error("block-empty", message, { from: 0, to: 0 })] };
  }
  const panel = PANELS.find((name) => name === first.text.toLowerCase());
  if (!panel) {
    const near = nearest(first.text, PANELS);
    const message = `There is no panel '${first.text}'. Expected 'coverage', 'rules', 'runbooks' or 'bundled'.`;
    const fix = near === undefined
      ? {}
      : { fix: { title: `Change to '${near}'`, edits: [{ span: first.span, insert: near }] } };
    return { value: undefined, diagnostics: [error("block-panel", message, first.span, fix)] };
  }
  if (third) {
    const message = `'${third.text}' is one word too many: a panel takes one technique's id.`;
    return { value: undefined, diagnostics: [error("block-more", message, third.span)] };
  }
  if (!second) return { value: { panel }, diagnostics: [] };
  const technique = readTechniqueId(second.text);
  if (!technique) {
    const message = `'${second.text}' is no technique's id. Expected one such as 'T1578.002'.`;
    return { value: undefined, diagnostics: [error("block-technique", message, second.span)] };
  }
  return { value: { panel, technique }, diagnostics: [] };
}
