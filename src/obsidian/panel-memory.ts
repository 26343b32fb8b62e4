/** What users did to panels, and how high panels were: kept outside of the page, as notes are drawn again and again. */
import { FRESH_PANEL, type PanelState } from "../ui";

/** What is remembered of one panel. */
export interface PanelRecord {
  state: PanelState;
  /** Pixels that the panel last took. */
  height: number;
  /** Pixels scrolled down and along inside of it. */
  scroll: { readonly top: number; readonly left: number };
}

/** Panels remembered; the ones not seen for longest are forgotten first. */
const MOST = 500;

export class PanelMemory {
  private readonly records = new Map<string, PanelRecord>();

  /** The record of a block of a note, by note path and the block's text. */
  of(path: string, source: string): PanelRecord {
    const key = `${path}\u0000${source}`;
    const record = this.records.get(key) ?? { state: FRESH_PANEL, height: 0, scroll: { top: 0, left: 0 } };
    this.records.delete(key);
    this.records.set(key, record);
    for (const oldest of this.records.keys()) {
      if (this.records.size <= MOST) break;
      this.records.delete(oldest);
    }
    return record;
  }
}
