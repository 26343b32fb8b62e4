/**
 * Who refreshes when: panels that are on the screen and older than the vault, after a moment of quiet, each once at a
 * time.
 * A panel whose answer is as before is not drawn again.
 */

/** An answer, ready to be drawn. Two answers of one key look the same. */
export interface Drawing {
  readonly key: string;
  draw(): void;
}

/** What a panel must know to do. */
export interface PanelSource {
  /** Works the panel out as of now; never draws. */
  compute(): Promise<Drawing>;
  /** True while the panel must be left as it is (the user selects text in it). */
  busy?(): boolean;
  /** Computing went wrong in a way that nobody foresaw. */
  failed(problem: unknown): void;
}

/** Timers from outside. `later` calls back once and returns a cancel. */
export interface PanelTime {
  later(ms: number, call: () => void): () => void;
}

/** Milliseconds of quiet before panels are worked out again. */
const QUIET_MS = 300;

/** One panel's place in the round. */
export interface PanelPlace {
  /** The panel came into view or went out of it. */
  shown(visible: boolean): void;
  /** Something of the panel's own changed (its note, its settings): works it out now if it is in view. */
  again(): void;
  /** The panel is gone. */
  leave(): void;
}

interface Seat {
  readonly source: PanelSource;
  visible: boolean;
  /** Revision that is drawn, or -1. */
  drawn: number;
  key: string | undefined;
  /** Number of the newest attempt: answers of older ones are dropped. */
  attempt: number;
  running: boolean;
  gone: boolean;
}

/** All panels of a host. */
export class Panels {
  private readonly seats = new Set<Seat>();
  private current = 0;
  private cancel: (() => void) | undefined;

  constructor(private readonly time: PanelTime) {}

  /** Goes up with every change that is told. */
  get revision(): number {
    return this.current;
  }

  /**
   * The vault, or what is known of it, is another now. With `now` panels do not wait for quiet (the vault was just
   * read).
   */
  changed(now = false): void {
    this.current++;
    this.cancel?.();
    this.cancel = undefined;
    if (now) this.round();
    else this.cancel = this.time.later(QUIET_MS, () => { this.cancel = undefined; this.round(); });
  }

  /** Takes a panel in. Nothing is worked out before it is in view. */
  enter(source: PanelSource): PanelPlace {
    const seat: Seat = { source, visible: false, drawn: -1, key: undefined, attempt: 0, running: false, gone: false };
    this.seats.add(seat);
    return {
      shown: (visible) => {
        seat.visible = visible;
        if (visible && seat.drawn < this.current) this.refresh(seat);
      },
      again: () => {
        seat.drawn = -1;
        if (seat.visible) this.refresh(seat);
      },
      leave: () => {
        seat.gone = true;
        this.seats.delete(seat);
      },
    };
  }

  /** Ends waiting; panels stay as they are. */
  close(): void {
    this.cancel?.();
    this.seats.clear();
  }

  private round(): void {
    for (const seat of [...this.seats]) if (seat.visible && seat.drawn < this.current) this.refresh(seat);
  }

  private refresh(seat: Seat): void {
    const attempt = ++seat.attempt;
    // One at a time: the one that runs sees at its end that it is not the newest, and starts over.
    if (seat.running) return;
    seat.running = true;
    const revision = this.current;
    const over = (): boolean => {
      seat.running = false;
      if (seat.gone) return true;
      if (seat.attempt === attempt) return false;
      this.refresh(seat);
      return true;
    };
    seat.source.compute().then((drawing) => {
      if (over()) return;
      if (seat.source.busy?.() === true) {
        this.time.later(QUIET_MS, () => { if (!seat.gone && seat.attempt === attempt) this.refresh(seat); });
        return;
      }
      seat.drawn = revision;
      if (drawing.key === seat.key) return;
      seat.key = drawing.key;
      drawing.draw();
    }).catch((problem: unknown) => {
      if (over()) return;
      seat.drawn = revision;
      seat.key = undefined;
      seat.source.failed(problem);
    });
  }
}
