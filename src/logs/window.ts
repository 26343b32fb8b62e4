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

export class Window {
  /** Characters of the whole text before this window. */
  base = 0;
  /** Lines that are whole before `counted`, and the place up to which they were counted, in this window. */
  private lines = 0;
  private counted = 0;
  /** Lines before this window. */
  private baseLines = 0;
  /** The text that `spelled` holds the characters of. */
  private spelledText: string | undefined;
  private spelled = new Uint16Array(0);
  private bytes = new Uint8Array(0);

  /**
   * `more`: text follows that is not here yet. `size`: characters of the whole text, as far as it is known.
   * `longest`: of how many characters an event is given up.
   */
  constructor(public text: string, public more = false, readonly size = text.length, readonly longest = LONGEST_EVENT) {}

  /** Whether cells that are kept must be copied, for a piece of a text keeps all of it. */
  get passing(): boolean {
    return this.more || this.base > 0;
  }

  /**
   * Asks for text behind the window, for an event that starts at `from`; what is far before that is forgotten. The answer
   * is by how much all places moved to the front. Asks for as much as there is of the event, so that a long event is
   * read a few times only.
   */
  *fill(from: number): Steps<number> {
    const moved = Math.max(0, from - LOOK_BACK);
    this.forget(moved);
    const wanted = 2 * this.text.length - LOOK_BACK;
    do yield "more"; while (this.more && this.text.length < wanted);
    return moved;
  }

  /** What comes next of the text; `more` says whether that is not all. */
  append(text: string, more: boolean): void {
    this.text += text;
    this.more = more;
  }

  /** The characters of the text, and maybe more behind them; the next text is written into the same place. */
  units(): Uint16Array {
    const { text } = this;
    if (text === this.spelledText) return this.spelled;
    const n = text.length;
    if (this.spelled.length < n) {
      this.spelled = new Uint16Array(this.more ? Math.ceil(n * 1.2) : n);
      this.bytes = new Uint8Array(this.spelled.length);
    }
    // Nearly all logs are ASCII: then bytes are characters.
    const { read, written } = encoder.encodeInto(text, this.bytes);
    if (read === n && written === n) this.spelled.set(this.bytes.subarray(0, n));
    else for (let i = 0; i < n; i++) this.spelled[i] = text.charCodeAt(i);
    this.spelledText = text;
    return this.spelled;
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
      const next = this.text.indexOf("\n", this.counted);
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
    this.text = this.text.slice(characters);
  }
}

/** The text in storage of its own: a piece of a longer text keeps all of that in memory. */
export function ownText(text: string): string {
  // Shorter pieces are stored on their own by every engine we run on. Joined texts are laid out anew before a piece is cut.
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
