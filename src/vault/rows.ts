/** The vault's notes as a table, so that panels and exports show them like any other rows. */
import { schemaOf, tableOf, ticksFromUnixMs } from "../table";
import type { Schema, Table, Value } from "../table";
import type { Note } from "./model";

/** The columns of {@link noteTable}. Facts of another kind of note are empty. */
export const NOTE_SCHEMA: Schema = schemaOf([
  { name: "path", type: "string", doc: "Vault path" },
  { name: "name", type: "string", doc: "File name without ending" },
  { name: "folder", type: "string" },
  { name: "kind", type: "string", doc: "technique, rule, runbook or other" },
  { name: "title", type: "string" },
  { name: "techniques", type: "dynamic", doc: "ATT&CK ids that the note carries" },
  { name: "tags", type: "dynamic", doc: "Tags without #, each once" },
  { name: "status", type: "string", doc: "Of a rule" },
  { name: "level", type: "string", doc: "Of a rule" },
  { name: "product", type: "string", doc: "Log source of a rule" },
  { name: "queries", type: "long", doc: "Queries of a rule" },
  { name: "samples", type: "long", doc: "Samples of a rule" },
  { name: "lastRun", type: "string", doc: "Of a runbook" },
  { name: "result", type: "string", doc: "Of a runbook" },
  { name: "problems", type: "long", doc: "Things in the note that could not be read" },
  { name: "created", type: "datetime" },
  { name: "modified", type: "datetime" },
  { name: "size", type: "long", doc: "Bytes" },
  { name: "properties", type: "dynamic", doc: "All properties" },
]);

/** One row per note, in the order given. */
export function noteTable(notes: Iterable<Note>): Table {
  return tableOf(NOTE_SCHEMA, [...notes].map((note): Value[] => [
    note.path, note.name, note.folder, note.kind, note.title, note.techniques,
      [...new Set(note.tags.map((t) => t.name))],
    note.rule?.status ?? "", note.rule?.level ?? "", note.rule?.logsource.product ?? "",
      BigInt(note.rule?.queries.length ?? 0),
    BigInt(note.rule?.samples.length ?? 0), note.runbook?.lastRun ?? "", note.runbook?.result ?? "",
      BigInt(note.diagnostics.length),
    time(note.created), time(note.modified), BigInt(Math.trunc(note.size)), note.properties,
  ]));
}

/** A time of the host; 0 is not known. */
function time(ms: number): Value {
  return ms === 0 ? null : { kind: "datetime", ticks: ticksFromUnixMs(ms) };
}
