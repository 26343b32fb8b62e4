/**
 * Draws open notes anew after something changed that notes are drawn by: a language was taken or given back, ids became
 * links.
 */
import { type App, MarkdownView, type WorkspaceLeaf } from "obsidian";

/** A leaf as the app knows it; not among the published types, hence asked for before use. */
interface RebuildingLeaf {
  rebuildView?(): void;
}

/**
 * Reading views are drawn again; editors that hold a fence of `language` are made anew, as nothing public draws their
 * blocks again.
 */
export function redrawNotes(app: App, language?: string): void {
  const leaves: WorkspaceLeaf[] = [];
  app.workspace.iterateAllLeaves((leaf) => { leaves.push(leaf); });
  for (const leaf of leaves) {
    const { view } = leaf;
    if (!(view instanceof MarkdownView)) continue;
    view.previewMode.rerender(true);
    if (language !== undefined && view.getMode() === "source" && hasFence(view.editor.getValue(), language)) {
      (leaf as unknown as RebuildingLeaf).rebuildView?.();
    }
  }
  app.workspace.updateOptions();
}

function hasFence(text: string, language: string): boolean {
  return text.includes(`\`\`\`${language}`) || text.includes(`~~~${language}`);
}
