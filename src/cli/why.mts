/** `purplebook query --why`: which row is meant, and its story in words. */
import { LineMap } from "../base";
import { tellStory, type RowStory } from "../query";
import { UsageError } from "./files.mts";
import type { Output } from "./output.mts";

/** A loaded file of the command line. */
export interface WhySample {
  readonly id: string;
  readonly path: string;
  readonly table: string;
  readonly rows: number;
}

/** `3`, `AWSCloudTrail:3` or `trail.json:3`: rows count from 1 in the order of the file; of several files of one table, of the first. */
export function whyRow(word: string, samples: readonly WhySample[]): { readonly sample: WhySample; readonly row: number } {
  const colon = word.lastIndexOf(":");
  const name = colon < 0 ? undefined : word.slice(0, colon);
  const number = Number(word.slice(colon + 1));
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new UsageError(`--why takes the number of a row, from 1, not '${word}'.`, "For example: --why 3, or --why trail.json:3.");
  }
  const meant = samples.filter((s) => name === undefined || s.path === name || s.table === name);
  const [sample] = meant;
  if (sample === undefined) {
    throw new UsageError(samples.length === 0 ? "--why needs a file of logs by --table." : `No file or table is named '${name ?? ""}'.`,
      samples.length === 0 ? undefined : `There are ${samples.map((s) => `${s.table} (${s.path})`).join(", ")}.`);
  }
  if (name === undefined && meant.length > 1) {
    throw new UsageError("Several files are loaded: say of which one the row is.", `For example: --why ${sample.path}:${number}.`);
  }
  if (number > sample.rows) throw new UsageError(`'${sample.path}' has ${sample.rows} rows, so there is no row ${number}.`);
  return { sample, row: number - 1 };
}

/** The steps that the row came to, then how it ended; below it what was compared. */
export function printStory(text: string, sample: WhySample, story: RowStory, out: Output): void {
  const lines = new LineMap(text);
  out.line(`Row ${story.row + 1} of ${sample.path} (${sample.table})`);
  for (const step of story.steps) {
    const rows = step.group !== undefined ? `in a group of ${step.group}` : step.rows === 0 ? "dropped" : step.rows === 1 ? "goes on" : `goes on as ${step.rows} rows`;
    out.line(`  line ${String(lines.at(step.span.from).line).padEnd(3)} ${step.label.padEnd(14)} ${rows}`);
  }
  for (const end of tellStory(story, text)) {
    out.line(plain(end.says));
    for (const more of end.more) out.line(`  ${plain(more)}`);
    for (const c of end.compared) {
      out.line(`  ${plain(c.subject)} holds ${plain(c.holds)} (${c.holdsType})`);
      if (c.wants !== undefined) out.line(`    the query wants ${plain(c.wants)} (${c.wantsType ?? ""})`);
      out.line(`    ${plain(c.verdict)}`);
    }
  }
}

/** Control characters of a log must not reach the terminal; backticks are for screens that set code apart. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").replace(/`/g, "'");
}
