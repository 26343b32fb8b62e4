/** What ends the reading of one damaged part of an event log, and the limits that keep a hostile file from growing. */

/** A part that cannot be read. Thrown inside of a record and caught there; the message is for the user. */
export class Broken extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Broken";
  }
}

/** Open elements, nested templates: real events have fewer than ten. */
export const DEEPEST = 64;

/** Elements and texts that may come out of one part: templates that name a value a thousand times multiply it. */
export class Budget {
  private nodes = 0;
  private characters = 0;

  constructor(private readonly maxNodes: number, private readonly maxCharacters: number, private readonly within?: Budget) {}

  /** Counts elements that are made. */
  element(count = 1): void {
    this.nodes += count;
    if (this.nodes > this.maxNodes) throw new Broken("it unfolds to more elements than an event can have");
    this.within?.element(count);
  }

  /** Counts characters that are put together. */
  text(length: number): void {
    this.characters += length;
    if (this.characters > this.maxCharacters) throw new Broken("it unfolds to more text than an event can have");
    this.within?.text(length);
  }
}

/** What one record may become. */
export const recordBudget = (chunk: Budget): Budget => new Budget(20_000, 4 << 20, chunk);

/** What all records of one chunk (64 KB) may become. */
export const chunkBudget = (): Budget => new Budget(400_000, 16 << 20);
