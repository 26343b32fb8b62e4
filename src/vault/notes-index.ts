/**
 * The vault's notes, findable: built once, then changed one note at a time. Whatever the history, the answers are the
 * same.
 */
import { compareIds, isSubtechnique, parentOf, readTechniqueId } from "../attack";
import type { TechniqueId } from "../attack";
import type { Link, Note, NoteKind } from "./model";
import { findProblems } from "./problems";
import type { Problem } from "./problems";
import { Paths } from "./resolve";

/** What one change did: `before` is missing for a new note, `after` for one that went. */
export interface Change {
  readonly revision: number;
  readonly path: string;
  readonly before?: Note;
  readonly after?: Note;
  /** Ids whose rules, runbooks or technique note may be other ones now. */
  readonly techniques: readonly TechniqueId[];
}

/** Notes that bear on a technique: those that name it, and those that name one of its sub-techniques alone. */
export interface Related {
  readonly own: readonly Note[];
  readonly viaSub: readonly { readonly note: Note; readonly subs: readonly TechniqueId[] }[];
}

/** A link to a note, with the note it stands in. */
export interface Backlink {
  readonly note: Note;
  /** The note's path. */
  readonly from: string;
  readonly link: Link;
}

/** The index of a vault. */
export class Index {
  private readonly notes = new Map<string, Note>();
  private readonly byTag = new Groups();
  private readonly byFolder = new Groups();
  private readonly byTechnique = new Groups();
  private readonly byKind = new Groups();
  /** Lower-case last part of a link's target → notes with such a link. */
  private readonly byTargetName = new Groups();
  private readonly paths = new Paths();
  private readonly files = new Set<string>();
  private changes = 0;
  private sorted: readonly Note[] | null = null;
  private sortedIds: readonly TechniqueId[] | null = null;

  /** An index of these notes; `files` are the vault's other files, which links may mean. */
  static build(notes: Iterable<Note>, files: Iterable<string> = []): Index {
    const index = new Index();
    for (const file of files) index.addFile(file);
    for (const note of notes) index.put(note);
    return index;
  }

  /** Goes up by one with every change. */
  get revision(): number {
    return this.changes;
  }

  get size(): number {
    return this.notes.size;
  }

  /** Takes a new or changed note in. */
  replace(note: Note): Change {
    const before = this.notes.get(note.path);
    if (before) this.drop(before);
    this.put(note);
    return this.changed(note.path, before, note);
  }

  /** Lets a note go. A path that is not there changes nothing but the revision. */
  remove(path: string): Change {
    const before = this.notes.get(path);
    if (before) this.drop(before);
    return this.changed(path, before, undefined);
  }

  /** A note that moved: `note` is it as it is read at its new path. */
  rename(from: string, note: Note): Change {
    const before = this.notes.get(from);
    if (before) this.drop(before);
    const over = this.notes.get(note.path);
    if (over) this.drop(over);
    this.put(note);
    return this.changed(note.path, before ?? over, note);
  }

  /** A file that is no note, so that links to it are not told as broken. */
  addFile(path: string): void {
    if (this.notes.has(path) || this.files.has(path)) return;
    this.files.add(path);
    this.changes++;
    this.paths.add(path);
  }

  /** Such a file is new or holds something else now: what is read from it counts no more. */
  touchFile(path: string): void {
    if (this.files.has(path)) this.changes++;
    else this.addFile(path);
  }

  removeFile(path: string): void {
    if (!this.files.delete(path)) return;
    this.changes++;
    this.paths.remove(path);
  }

  /** Files that are no notes, by path. */
  otherFiles(): readonly string[] {
    return [...this.files].sort();
  }

  /** Whether there is a note or file of that path. */
  has(path: string): boolean {
    return this.notes.has(path) || this.files.has(path);
  }

  /** The note of a path, `.md` included. */
  note(path: string): Note | undefined {
    return this.notes.get(path);
  }

  /** Every note, by path. */
  all(): readonly Note[] {
    this.sorted ??= [...this.notes.values()].sort(byPath);
    return this.sorted;
  }

  /** Notes of one kind, by path. */
  ofKind(kind: NoteKind): readonly Note[] {
    return this.of(this.byKind, kind);
  }

  /**
   * Notes with a tag or one nested in it, `#` or not, upper and lower case one. A tag that is an ATT&CK id is found
   * in all its spellings.
   */
  withTag(tag: string): readonly Note[] {
    const name = tag.replace(/^#/, "");
    const id = readTechniqueId(name);
    const exact = this.of(this.byTag, name.toLowerCase());
    if (!id) return exact;
    const paths = new Set(exact.map((n) => n.path));
    for (const note of this.withTechnique(id)) {
      if (note.tags.some((t) => readTechniqueId(t.name) === id)) paths.add(note.path);
    }
    return this.notesOf(paths);
  }

  /**
   * Notes in a folder and the folders in it; "" and "/" are the whole vault. Upper and lower case count, as in
   * Dataview.
   */
  inFolder(folder: string): readonly Note[] {
    const path = folder.replace(/^\/+|\/+$/g, "");
    return path === "" ? this.all() : this.of(this.byFolder, path);
  }

  /** Notes that carry an id (not those of its sub-techniques). */
  withTechnique(id: TechniqueId): readonly Note[] {
    return this.of(this.byTechnique, id);
  }

  /** Ids that any note carries, in order. */
  techniques(): readonly TechniqueId[] {
    this.sortedIds ??= ([...this.byTechnique.keys()] as TechniqueId[]).sort(compareIds);
    return this.sortedIds;
  }

  /** The path that a link's target means in the note `from`, or null when there is none. */
  resolve(target: string, from: string): string | null {
    return this.paths.resolve(target, from);
  }

  /** The note that a link's target means in the note `from`. */
  resolveNote(target: string, from: string): Note | undefined {
    const path = this.resolve(target, from);
    return path === null ? undefined : this.notes.get(path);
  }

  /** Links of other notes, and of the note itself, that mean a path. */
  backlinks(path: string): readonly Backlink[] {
    const name = targetName(path);
    const found: Backlink[] = [];
    const own = this.notes.get(path);
    const candidates = new Set(this.of(this.byTargetName, name));
    if (own) candidates.add(own);
    for (const note of [...candidates].sort(byPath)) {
      for (const link of note.links) {
        if (link.external || (link.target.trim() !== "" && targetName(link.target) !== name)) continue;
        if (this.resolve(link.target, note.path) === path) found.push({ note, from: note.path, link });
      }
    }
    return found;
  }

  /** The note about a technique. Where several claim it, the first by path; `problems` tells the others. */
  techniqueNote(id: TechniqueId): Note | undefined {
    return this.techniqueNotes(id)[0];
  }

  /** Every note that claims to be about a technique. */
  techniqueNotes(id: TechniqueId): readonly Note[] {
    return this.withTechnique(id).filter((n) => n.technique?.id === id);
  }

  /** Rules of a technique: its own, and those of its sub-techniques told apart. */
  rulesFor(id: TechniqueId): Related {
    return this.related(id, "rule");
  }

  /** Runbooks of a technique: its own, and those of its sub-techniques told apart. */
  runbooksFor(id: TechniqueId): Related {
    return this.related(id, "runbook");
  }

  private related(id: TechniqueId, kind: NoteKind): Related {
    const own = this.withTechnique(id).filter((n) => n.kind === kind);
    const mine = new Set(own);
    const viaSub = new Map<Note, TechniqueId[]>();
    if (!isSubtechnique(id)) {
      for (const sub of this.subsOf(id)) {
        for (const note of this.withTechnique(sub)) {
          if (note.kind !== kind || mine.has(note)) continue;
          viaSub.set(note, [...(viaSub.get(note) ?? []), sub]);
        }
      }
    }
    return { own, viaSub: [...viaSub].map(([note, subs]) => ({ note, subs })).sort((a, b) => byPath(a.note, b.note)) };
  }

  /** Sub-techniques of a technique that any note carries, in order. */
  subsOf(id: TechniqueId): readonly TechniqueId[] {
    return isSubtechnique(id) ? [] : this.techniques().filter((t) => parentOf(t) === id);
  }

  /** Notes about the sub-techniques of a technique, by id. */
  subtechniqueNotes(id: TechniqueId): readonly Note[] {
    return this.subsOf(id).flatMap((sub) => this.techniqueNotes(sub));
  }

  /** The note about the technique that a sub-technique belongs to. */
  parentNote(id: TechniqueId): Note | undefined {
    const parent = parentOf(id);
    return parent ? this.techniqueNote(parent) : undefined;
  }

  /** The technique notes before and behind one, by id. */
  neighbours(id: TechniqueId): { readonly previous?: Note; readonly next?: Note } {
    const ids = this.techniques().filter((t) => this.techniqueNote(t) !== undefined);
    const before = ids.filter((t) => compareIds(t, id) < 0);
    const previous = this.noteOfId(before[before.length - 1]);
    const next = this.noteOfId(ids.find((t) => compareIds(t, id) > 0));
    return { ...(previous ? { previous } : {}), ...(next ? { next } : {}) };
  }

  private noteOfId(id: TechniqueId | undefined): Note | undefined {
    return id === undefined ? undefined : this.techniqueNote(id);
  }

  /** What is wrong in the vault, by path and place. `known`: the ids that ATT&CK has, when they are at hand. */
  problems(known?: ReadonlySet<TechniqueId>): readonly Problem[] {
    return findProblems(this, known);
  }

  private changed(path: string, before: Note | undefined, after: Note | undefined): Change {
    this.changes++;
    const ids = new Set<TechniqueId>();
    for (const note of [before, after]) {
      for (const id of note?.techniques ?? []) {
        ids.add(id);
        const parent = parentOf(id);
        if (parent) ids.add(parent);
      }
    }
    return { revision: this.changes, path, ...(before ? { before } : {}), ...(after ? { after } : {}),
      techniques: [...ids].sort(compareIds) };
  }

  private put(note: Note): void {
    const before = this.notes.get(note.path);
    if (before) this.drop(before);
    this.removeFile(note.path);
    this.notes.set(note.path, note);
    this.paths.add(note.path);
    for (const [group, keys] of this.keysOf(note)) for (const key of keys) group.add(key, note.path);
    this.sorted = null;
    this.sortedIds = null;
  }

  private drop(note: Note): void {
    this.notes.delete(note.path);
    this.paths.remove(note.path);
    for (const [group, keys] of this.keysOf(note)) for (const key of keys) group.remove(key, note.path);
    this.sorted = null;
    this.sortedIds = null;
  }

  /** Under which keys a note is found. */
  private keysOf(note: Note): (readonly [Groups, ReadonlySet<string>])[] {
    const tags = new Set<string>();
    for (const tag of note.tags) for (const prefix of prefixes(tag.name.toLowerCase())) tags.add(prefix);
    const targets = new Set(note.links.filter((l) => !l.external).map((l) => targetName(l.target)));
    return [[this.byTag, tags], [this.byFolder, new Set(prefixes(note.folder))],
      [this.byTechnique, new Set(note.techniques)],
      [this.byKind, new Set([note.kind])], [this.byTargetName, targets]];
  }

  private of(groups: Groups, key: string): readonly Note[] {
    return this.notesOf(groups.get(key));
  }

  private notesOf(paths: ReadonlySet<string>): readonly Note[] {
    const found: Note[] = [];
    for (const path of paths) {
      const note = this.notes.get(path);
      if (note) found.push(note);
    }
    return found.sort(byPath);
  }
}

/** Paths under keys. A key without paths is none, so that an index that lost a note is like one that never had it. */
class Groups {
  private readonly groups = new Map<string, Set<string>>();

  add(key: string, path: string): void {
    const group = this.groups.get(key);
    if (group) group.add(path);
    else this.groups.set(key, new Set([path]));
  }

  remove(key: string, path: string): void {
    const group = this.groups.get(key);
    if (group?.delete(path) && group.size === 0) this.groups.delete(key);
  }

  get(key: string): ReadonlySet<string> {
    return this.groups.get(key) ?? NONE;
  }

  keys(): Iterable<string> {
    return this.groups.keys();
  }
}

const NONE: ReadonlySet<string> = new Set();

/** `a/b/c` → `a`, `a/b`, `a/b/c`. More than a hundred levels are one. */
function prefixes(path: string): string[] {
  const found: string[] = [];
  for (let at = path.indexOf("/"); at >= 0 && found.length < 100; at = path.indexOf("/",
    at + 1)) if (at > 0) found.push(path.slice(0, at));
  if (path !== "") found.push(path);
  return found;
}

/** The last part of a path or link target, as links are compared. */
function targetName(target: string): string {
  const path = target.trim().replace(/\\/g, "/");
  return path.slice(path.lastIndexOf("/") + 1).normalize("NFC").toLowerCase().replace(/\.md$/, "");
}

function byPath(a: Note, b: Note): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
