/** The port to a vault: what a query asks of the notes, without knowing what a note is. */
import type { DqlBag, DqlValue } from "./value";

/** A note as rows see it. */
export interface DqlPage {
  readonly path: string;
  /** All fields by every name they can be read by; `file` holds the implicit ones. */
  readonly fields: DqlBag;
}

/** The notes, in the order of the index, and the ways to find some of them fast. Paths are vault paths. */
export interface DqlWorld {
  /** Every note. */
  paths(): readonly string[];
  page(path: string): DqlPage | undefined;
  /** Notes with this tag (with its `#`) or a tag below it; case does not matter. */
  withTag(tag: string): Iterable<string>;
  /** Notes in a folder and the folders below it, "" being the vault; undefined when there is no such folder. */
  inFolder(folder: string): Iterable<string> | undefined;
  /** Whether a file of exactly this path exists, note or not. */
  exists(path: string): boolean;
  /** The file a link leads to when it stands in `from`; "" leads to `from` itself. Undefined when it leads nowhere. */
  resolve(target: string, from: string): string | undefined;
  /** Notes that link to this path, or to this name when nothing has it. */
  linksTo(pathOrName: string): Iterable<string>;
  /** Files that a note links to; undefined for what is no note. */
  linksFrom(path: string): Iterable<string> | undefined;
  /** The text of a file for `csv()`; undefined when it cannot be read. */
  text(path: string): Promise<string | undefined>;
}

/** A bag whose values are computed when they are first asked for. */
export class LazyBag implements ReadonlyMap<string, DqlValue> {
  private readonly known = new Map<string, DqlValue>();

  constructor(private readonly makers: ReadonlyMap<string, () => DqlValue>) {}

  get size(): number {
    return this.makers.size;
  }

  has(key: string): boolean {
    return this.makers.has(key);
  }

  get(key: string): DqlValue | undefined {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const value = this.makers.get(key)?.();
    if (value !== undefined) this.known.set(key, value);
    return value;
  }

  keys(): MapIterator<string> {
    return this.makers.keys();
  }

  values(): MapIterator<DqlValue> {
    return this.all().values();
  }

  entries(): MapIterator<[string, DqlValue]> {
    return this.all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, DqlValue]> {
    return this.entries();
  }

  forEach(each: (value: DqlValue, key: string, map: ReadonlyMap<string, DqlValue>) => void): void {
    for (const [key, value] of this) each(value, key, this);
  }

  private all(): Map<string, DqlValue> {
    return new Map([...this.makers.keys()].map((key) => [key, this.get(key) ?? null]));
  }
}

/** Whether a bag is a list item or task of a note: what hosts draw with a check box and can tick. */
export function isItem(bag: DqlBag): boolean {
  return bag.has("symbol") && bag.has("lineCount") && bag.has("task") && bag.has("children");
}
