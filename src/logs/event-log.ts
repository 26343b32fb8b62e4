/** Files of event logs (.evtx): chunk by chunk into rows, or all events as JSON. */
import type { Diagnostic, Json, Pace } from "../base";
import { unhurried } from "../base";
import { piecesOf } from "./bytes";
import type { Bytes, LoadProgress } from "./bytes";
import { EventLog } from "./evtx";
import type { TakeEvent } from "./evtx";
import { Report } from "./report";
import { RawRows } from "./rows";
import { Window } from "./window";
import { addEvent } from "./windows-event";

/** What reading may cost, and who is told. */
export interface EventLogOptions {
  readonly pace?: Pace;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * All events of a file, as JSON: the form in which event logs are commonly converted and handed around, which has texts
 * without the blanks at their end. What could not be read is told.
 */
export async function readEventLog(file: Bytes, options: EventLogOptions = {}): Promise<{ readonly records: readonly Json[]; readonly diagnostics: readonly Diagnostic[] }> {
  const records: Json[] = [];
  const report = new Report(new Window(""));
  await readEvents(file, report, (event) => records.push(event) > 0, options, true);
  return { records, diagnostics: report.diagnostics() };
}

/** Events of a file as rows; reading stops at `maxRows`, which is told. */
export async function readEventRows(file: Bytes, report: Report, maxRows: number, options: EventLogOptions): Promise<RawRows> {
  const rows = new RawRows();
  await readEvents(file, report, (event) => {
    if (rows.count >= maxRows) {
      report.whole("warning", "logs-row-limit", `Only the first ${maxRows} events were read: that is the limit.`);
      return false;
    }
    if (!addEvent(rows, event)) report.whole("warning", "logs-evtx-record", "An event without a System part was left out.");
    return true;
  }, options);
  return rows;
}

/**
 * Events of a file as JSON, some at a time, so that a large file never stands in memory. What could not be read is told
 * to `tell` at the end.
 */
export async function* eventBatches(
  file: Bytes, options: EventLogOptions, tell: (diagnostics: readonly Diagnostic[]) => void,
): AsyncGenerator<readonly Json[]> {
  let batch: Json[] = [];
  const report = new Report(new Window(""));
  const reading = readingEvents(file, report, (event) => batch.push(event) > 0, options, true);
  while ((await reading.next()).done !== true) {
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
  tell(report.diagnostics());
}

async function readEvents(file: Bytes, report: Report, take: TakeEvent, options: EventLogOptions, trimmed = false): Promise<void> {
  const reading = readingEvents(file, report, take, options, trimmed);
  while ((await reading.next()).done !== true);
}

/** Reads on at each step; gives the thread away between pieces of the file. */
async function* readingEvents(
  file: Bytes, report: Report, take: TakeEvent, { pace = unhurried(), onProgress }: EventLogOptions, trimmed: boolean,
): AsyncGenerator<void> {
  const log = new EventLog(report, take, { trimmed });
  let read = 0;
  for await (const piece of piecesOf(file.stream())) {
    const steps = log.push(piece);
    while (steps.next().done !== true) await pace.breathe();
    read += piece.length;
    onProgress?.({ read, size: file.size });
    yield;
    if (log.full) return;
    await pace.breathe();
  }
  const steps = log.end();
  while (steps.next().done !== true) await pace.breathe();
}
