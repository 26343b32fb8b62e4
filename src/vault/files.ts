/** The port through which the house reads and changes files; each host implements it. */

export interface FileInfo {
  /** Vault path with forward slashes. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly modified: number;
  readonly size: number;
}

/** What happened to a file. */
export type FileEvent =
  | { readonly kind: "changed"; readonly path: string }
  | { readonly kind: "removed"; readonly path: string }
  | { readonly kind: "renamed"; readonly path: string; readonly from: string };

export interface Files {
  /** Every file of the vault, notes and others. */
  list(): Promise<readonly FileInfo[]>;
  /** One file's facts; undefined when there is no such file. */
  info(path: string): Promise<FileInfo | undefined>;
  read(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Changes a note atomically: `edit` gets the text as it is now. Rejects when the host is read-only. */
  change(path: string, edit: (text: string) => string): Promise<void>;
  /** Makes a new file; rejects when there is one of that path. Folders are made as needed. */
  create(path: string, text: string): Promise<void>;
  watch(on: (event: FileEvent) => void): () => void;
}
