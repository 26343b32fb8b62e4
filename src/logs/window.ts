/**
 * The part of a text that readers have before them. A short text is all there; of a long one some megabytes are, readers
 * ask for more when an event runs off the end, and what they have read is forgotten.
 */

/** What a reader that pauses wishes: to go on later, or to go on with more text. */
export type Wish = undefined | "more";

/** Work in steps of a few milliseconds. */
export type Steps<T> = Generator<Wish, T>;

/** Characters that stay before the place of reading: an event may be told by what its line begins with. */
const LOOK_BACK = 256;

/** Characters that an event (or a line) of a text that comes in pieces may have. */
export const LONGEST_EVENT = 1 << 24;

/** A place of the text that may be forgotten when it is told. */
export interface Place {
  /** Characters of the whole text before it. */
  readonly offset: number;
  /** Its line, from 1. */
  readonly line: number;
}

const encoder = new TextEncoder();
const ascii = new TextDecoder();
/** As characters are in memory. */
const pairs = new TextDecoder("utf-16le", { ignoreBOM: true });

/**
 * What is before a reader, as a text and as the codes of its characters; whichever is not asked for is not made. A 0
 * stands behind the last character.
 */
export class Window {
  /** Characters of the whole text before this window. */
  base = 0;
  /** Characters in this window. */
  length: number;
  /** Lines that are whole before `counted`, and the place up to which they were counted, in this window. */
  private lines = 0;
  private counted = 0;
  /** Lines before this window. */
  private baseLines = 0;
  /** The text, where it was made of the characters or they are to be made of it. */
  private written: string | undefined;
  /** The characters, with room for more; the same place for all that comes. */
  private spelled = new Uint16Array(1);
  private isSpelled = false;
  /** Whether all characters are surely ASCII. */
  private isAscii = true;
  /** What is decoded and encoded, where it has to be. */
  private bytes = new Uint8Array(0);

  /**
   * `more`: text follows that is not here yet. `size`: characters of the whole text, as far as it is known.
   * `longest`: of how many characters an event is given up.
   */
  constructor(text: string, public more = false, readonly size = text.length, readonly longest = LONGEST_EVENT) {
    this.written = text;
    this.length = text.length;
    this.isAscii = text === "";
  }

  /** Whether cells that are kept must be copied, for a piece of a text keeps all of it. */
  get passing(): boolean {
    return this.more || this.base > 0;
  }

  /** All that is here. */
  get text(): string {
    return (this.written ??= this.isAscii ? ascii.decode(this.asBytes()) : pairs.decode(this.spelled.subarray(0, this.length)));
  }

  /** The codes of its characters, a 0, and what is of no meaning behind it. */
  units(): Uint16Array {
    if (this.isSpelled) return this.spelled;
    const { text, length } = this;
    this.room(length);
    if (this.bytes.length < length) this.bytes = new Uint8Array(length);
    // Nearly all logs are ASCII: then bytes are characters.
    const { read, written } = encoder.encodeInto(text, this.bytes);
    if (read === length && written === length) this.spelled.set(this.bytes.subarray(0, length));
    else for (let i = 0; i < length; i++) this.spelled[i] = text.charCodeAt(i);
    this.spelled[length] = 0;
    this.isSpelled = true;
    return this.spelled;
  }

  /**
   * Asks for text behind the window, for an event that starts at `from`; what is far before that is forgotten. The answer
   * is by how much all places moved to the front. Asks for as much as there is of the event, so that a long event is
   * read a few times only.
   */
  *fill(from: number): Steps<number> {
    let moved = Math.max(0, from - LOOK_BACK);
    const first = moved === 0 ? 0 : this.isSpelled ? this.spelled[moved]! : this.text.charCodeAt(moved);
    // The second half of a character of two codes cannot be decoded without the first.
    if (first >= 0xdc00 && first < 0xe000) moved--;
    this.forget(moved);
    const wanted = 2 * this.length - LOOK_BACK;
    do yield "more"; while (this.more && this.length < wanted);
    return moved;
  }

  /** What comes next of the text, as such or as bytes that are all ASCII; `more` says whether that is not all. */
  append(piece: string | Uint8Array, more: boolean): void {
    this.more = more;
    if (typeof piece === "string") {
      this.written = this.text + piece;
      this.length += piece.length;
      this.isSpelled = false;
      this.isAscii = this.isAscii && piece === "";
      return;
    }
    this.units();
    const length = this.length + piece.length;
    this.room(length);
    this.spelled.set(piece, this.length);
    this.spelled[length] = 0;
    this.length = length;
    this.written = undefined;
  }

  /** Nothing more of the text is wanted. */
  stop(): void {
    this.more = false;
  }

  /** The line (from 1) that a place of the window is in. Places mostly rise: the text is walked once. */
  line(at: number): number {
    if (at < this.counted) {
      this.lines = this.baseLines;
      this.counted = 0;
    }
    for (;;) {
      const next = this.isSpelled ? this.spelled.indexOf(10, this.counted) : this.text.indexOf("\n", this.counted);
      if (next < 0 || next >= at) return this.lines + 1;
      this.lines++;
      this.counted = next + 1;
    }
  }

  place(at: number): Place {
    return { offset: this.base + at, line: this.line(at) };
  }

  private forget(characters: number): void {
    if (characters === 0) return;
    this.baseLines = this.line(characters) - 1;
    this.lines = this.baseLines;
    this.counted = 0;
    this.base += characters;
    this.length -= characters;
    if (this.written !== undefined) this.written = this.written.slice(characters);
    if (this.isSpelled) this.spelled.copyWithin(0, characters, characters + this.length + 1);
  }

  /** Makes room for characters and the 0. */
  private room(characters: number): void {
    if (this.spelled.length > characters) return;
    const more = new Uint16Array(this.more ? Math.ceil(characters * 1.2) + 1 : characters + 1);
    if (this.isSpelled) more.set(this.spelled.subarray(0, this.length));
    this.spelled = more;
  }

  /** The characters as bytes, where all are ASCII. */
  private asBytes(): Uint8Array {
    if (this.bytes.length < this.length) this.bytes = new Uint8Array(this.spelled.length);
    const bytes = this.bytes.subarray(0, this.length);
    bytes.set(this.spelled.subarray(0, this.length));
    return bytes;
  }
}

/** The text in storage of its own: a piece of a longer text keeps all of that in memory. */
export function ownText(text: string): string {
  // Shorter pieces are stored on their own by every engine we run on. Joined texts are laid out anew before a piece is cut.
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
