/** The list of the vault's files at the left: folders fold, the open file is marked, the keyboard walks it. */
import type * as Published from "obsidian";
import { Keymap } from "./obsidian/keymap.mts";
import { setIcon } from "./obsidian/icons.mts";
import { Menu } from "./obsidian/menu.mts";
import { debounce } from "./obsidian/platform.mts";
import { published } from "./obsidian/published.mts";
import { TFolder } from "./obsidian/vault.mts";

const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;

/** Draws the files into `el` and keeps them so; `opened` is called when one was picked. */
export function fileExplorer(app: Published.App, el: HTMLElement, opened: () => void): void {
  const unfolded = new Set<string>(app.loadLocalStorage("unfolded") as string[] | null ?? []);
  const list = el.createDiv({ cls: "nav-files-container", attr: { role: "tree", "aria-label": "Files" } });

  const open = (file: Published.TFile, event: MouseEvent | KeyboardEvent): void => {
    void app.workspace.getLeaf(Keymap.isModEvent(event)).openFile(file, { active: true });
    opened();
  };

  const fold = (folder: Published.TFolder): void => {
    if (!unfolded.delete(folder.path)) unfolded.add(folder.path);
    app.saveLocalStorage("unfolded", [...unfolded]);
    draw();
    list.querySelector<HTMLElement>(`[data-path="${CSS.escape(folder.path)}"]`)?.focus();
  };

  const drawFolder = (folder: Published.TFolder, into: HTMLElement, level: number): void => {
    const children = [...folder.children].sort((a, b) =>
      Number(b instanceof TFolder) - Number(a instanceof TFolder) || compare(a.name, b.name));
    for (const child of children) {
      const isFolder = child instanceof TFolder;
      const isOpen = isFolder && unfolded.has(child.path);
      const item = into.createDiv({ cls: `tree-item nav-${isFolder ? "folder" : "file"}` });
      const row = item.createDiv({
        cls: `tree-item-self nav-${isFolder ? "folder" : "file"}-title is-clickable`,
        attr: { "data-path": child.path, role: "treeitem", tabindex: -1, "aria-level": level, ...(isFolder ? { "aria-expanded": isOpen } : {}) },
      });
      row.setCssProps({ "--level": String(level - 1) });
      if (isFolder) {
        const arrow = row.createDiv({ cls: `tree-item-icon collapse-icon${isOpen ? "" : " is-collapsed"}` });
        setIcon(arrow, "chevron-down");
      }
      const file = child as Published.TFile;
      row.createDiv({ cls: "tree-item-inner", text: isFolder || file.extension !== "md" ? stem(child) : file.basename });
      if (!isFolder && file.extension !== "md") row.createDiv({ cls: "nav-file-tag", text: file.extension });
      row.addEventListener("click", (event) => { if (isFolder) fold(child); else open(file, event); });
      row.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          if (isFolder) fold(child); else open(file, event);
        } else if (isFolder && event.key === (isOpen ? "ArrowLeft" : "ArrowRight")) fold(child);
      });
      row.addEventListener("contextmenu", (event) => {
        event.preventDefault();
        const menu = new Menu();
        if (!isFolder) {
          menu.addItem((entry) => entry.setTitle("Open in new tab").setIcon("file-plus")
            .onClick(() => { void app.workspace.getLeaf("tab").openFile(file, { active: true }); }));
          menu.addItem((entry) => entry.setTitle("Delete").setIcon("trash-2").setWarning(true)
            .onClick(() => { void app.fileManager.promptForDeletion(file); }));
        }
        app.workspace.trigger("file-menu", published<Published.Menu>(menu), child, "file-explorer-context-menu");
        menu.showAtMouseEvent(event);
      });
      if (isOpen) drawFolder(child, item.createDiv({ cls: "tree-item-children", attr: { role: "group" } }), level + 1);
    }
  };

  const draw = (): void => {
    const scroll = list.scrollTop;
    list.empty();
    drawFolder(app.vault.getRoot(), list, 1);
    list.querySelector(".tree-item-self")?.setAttribute("tabindex", "0");
    list.scrollTop = scroll;
    mark();
  };

  const mark = (): void => {
    const path = app.workspace.getActiveFile()?.path;
    for (const row of list.querySelectorAll(".tree-item-self")) row.classList.toggle("is-active", row.getAttribute("data-path") === path);
  };

  /** Opens the folders above the file in front. */
  const reveal = (file: Published.TFile | null): void => {
    let changed = false;
    for (let folder = file?.parent ?? null; folder !== null && !folder.isRoot(); folder = folder.parent) {
      if (!unfolded.has(folder.path)) changed = true;
      unfolded.add(folder.path);
    }
    if (changed) draw();
    mark();
    list.querySelector(".tree-item-self.is-active")?.scrollIntoView({ block: "nearest" });
  };

  list.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    const rows = [...list.querySelectorAll<HTMLElement>(".tree-item-self")];
    rows[rows.indexOf(document.activeElement as HTMLElement) + by]?.focus();
    event.preventDefault();
  });

  const soon = debounce(draw, 50);
  for (const name of ["create", "delete", "rename"] as const) app.vault.on(name as "create", () => { soon(); });
  app.workspace.on("file-open", reveal);
  draw();
}

function stem(file: Published.TAbstractFile): string {
  const extension = (file as Partial<Published.TFile>).extension;
  return extension === undefined || extension === "" ? file.name : file.name.slice(0, -extension.length - 1);
}
