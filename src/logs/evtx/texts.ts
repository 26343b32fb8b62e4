/** UTF-16 texts of an event log. The same few names, paths and SIDs come again and again: short ones are made once. */

/** Longest text that is looked for among those that were made. */
const SHORT = 96;
/** Places for texts that were made, by their hash; a newer text takes the place of an older one. */
const PLACES = 1 << 13;
/** Characters that are made in one call. */
const PIECE = 4096;

export class Texts {
  private readonly units = new Uint16Array(PIECE);
  private readonly made: (string | undefined)[] = new Array<string | undefined>(PLACES).fill(undefined);

  /** The text of `length` UTF-16 units at a place, up to the first NUL. */
  read(bytes: Uint8Array, at: number, length: number): string {
    if (length > SHORT) return this.long(bytes, at, length);
    const { units } = this;
    let hash = 0;
    let n = 0;
    for (let p = at; n < length; n++, p += 2) {
      const unit = (bytes[p] as number) | ((bytes[p + 1] as number) << 8);
      if (unit === 0) break;
      units[n] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    if (n === 0) return "";
    const place = (hash ^ (hash >>> 15) ^ n) & (PLACES - 1);
    const before = this.made[place];
    if (before?.length === n) {
      let i = 0;
      while (i < n && before.charCodeAt(i) === units[i]) i++;
      if (i === n) return before;
    }
    const text = this.make(n);
    this.made[place] = text;
    return text;
  }

  private long(bytes: Uint8Array, at: number, length: number): string {
    const { units } = this;
    let text = "";
    let n = 0;
    for (let p = at, end = at + 2 * length; p < end; p += 2) {
      const unit = (bytes[p] as number) | ((bytes[p + 1] as number) << 8);
      if (unit === 0) break;
      units[n++] = unit;
      if (n === PIECE) {
        text += this.make(n);
        n = 0;
      }
    }
    return n === 0 ? text : text + this.make(n);
  }

  private make(n: number): string {
    // As `String.fromCharCode(...units)`, without the walk through an iterator.
    return Reflect.apply(String.fromCharCode, null, this.units.subarray(0, n)) as string;
  }
}
