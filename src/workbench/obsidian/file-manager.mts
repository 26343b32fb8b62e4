/** Changes to files that keep the vault in order: links after a rename, properties, the bin. */
import type * as Published from "obsidian";
import { ConfirmationModal } from "./confirmation.mts";
import { getFrontMatterInfo, parseYaml, stringifyYaml } from "./properties.mts";
import type { Public } from "./published.mts";

export class FileManager implements Public<Published.FileManager> {
  constructor(private readonly app: Published.App) {}

  getNewFileParent(_sourcePath: string): Published.TFolder { return this.app.vault.getRoot(); }

  /** Renames, and rewrites the wikilinks that led to the file by its old name. */
  async renameFile(file: Published.TAbstractFile, newPath: string): Promise<void> {
    const old = file.path;
    const strip = (path: string): string => path.replace(/\.md$/, "");
    const oldName = strip(old.slice(old.lastIndexOf("/") + 1));
    const linking = Object.entries(this.app.metadataCache.resolvedLinks).filter(([, targets]) => old in targets).map(([path]) => path);
    await this.app.vault.rename(file, newPath);
    const newName = strip(newPath.slice(newPath.lastIndexOf("/") + 1));
    for (const path of linking) {
      const source = this.app.vault.getFileByPath(path === old ? newPath : path);
      if (source === null) continue;
      await this.app.vault.process(source, (text) => text.replace(/\[\[([^\]|#]+)/g, (whole, target: string) => {
        const plain = strip(target.trim());
        return plain === oldName ? `[[${newName}` : plain === strip(old) ? `[[${strip(newPath)}` : whole;
      }));
    }
  }

  promptForDeletion(file: Published.TAbstractFile): Promise<boolean> {
    return new Promise((resolve) => {
      const modal = new ConfirmationModal(this.app);
      let agreed = false;
      modal.setTitle("Delete file").setContent(`Delete “${file.name}”?`);
      modal.addButton((button) => button.setButtonText("Delete").setDestructive().onClick(() => { agreed = true; }));
      modal.addCancelButton();
      modal.setCloseCallback(() => window.setTimeout(() => {
        resolve(agreed);
        if (agreed) void this.trashFile(file);
      }, 0));
      modal.open();
    });
  }

  async trashFile(file: Published.TAbstractFile): Promise<void> { await this.app.vault.trash(file, false); }

  generateMarkdownLink(file: Published.TFile, sourcePath: string, subpath = "", alias = ""): string {
    const link = this.app.metadataCache.fileToLinktext(file, sourcePath) + subpath;
    const embed = file.extension === "md" ? "" : "!";
    return `${embed}[[${link}${alias === "" ? "" : `|${alias}`}]]`;
  }

  async processFrontMatter(file: Published.TFile, change: (frontmatter: Record<string, unknown>) => void): Promise<void> {
    await this.app.vault.process(file, (text) => {
      const info = getFrontMatterInfo(text);
      const value = info.exists ? parseYaml(info.frontmatter) ?? {} : {};
      const properties = value as Record<string, unknown>;
      change(properties);
      const yaml = Object.keys(properties).length === 0 ? "" : stringifyYaml(properties);
      if (yaml === "") return text.slice(info.contentStart);
      return info.exists ? text.slice(0, info.from) + yaml + text.slice(info.to) : `---\n${yaml}---\n${text}`;
    });
  }

  async getAvailablePathForAttachment(filename: string): Promise<string> {
    const dot = filename.lastIndexOf(".");
    const [base, ending] = dot > 0 ? [filename.slice(0, dot), filename.slice(dot)] : [filename, ""];
    for (let count = 0; ; count++) {
      const path = count === 0 ? filename : `${base} ${count}${ending}`;
      if (this.app.vault.getAbstractFileByPath(path) === null) return path;
    }
  }
}
