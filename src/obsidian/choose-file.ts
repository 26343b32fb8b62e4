/** Lets the user choose a file of the vault, by typing parts of its path. */
import { type App, FuzzySuggestModal, type TFile } from "obsidian";

/** Resolves with the file, or null when the user chose none. `offered` says which files there are to choose from. */
export function chooseFile(app: App, placeholder: string, offered: (file: TFile) => boolean): Promise<TFile | null> {
  return new Promise((resolve) => { new FileChooser(app, placeholder, offered, resolve).open(); });
}

class FileChooser extends FuzzySuggestModal<TFile> {
  private chosen: TFile | null = null;

  constructor(
    app: App, placeholder: string, private readonly offered: (file: TFile) => boolean,
    private readonly resolve: (file: TFile | null) => void,
  ) {
    super(app);
    this.setPlaceholder(placeholder);
  }

  override getItems(): TFile[] {
    return this.app.vault.getFiles().filter(this.offered);
  }

  override getItemText(file: TFile): string {
    return file.path;
  }

  override onChooseItem(file: TFile): void {
    this.chosen = file;
  }

  override onClose(): void {
    super.onClose();
    // The app closes the modal before it tells the choice.
    window.setTimeout(() => { this.resolve(this.chosen); }, 0);
  }
}
