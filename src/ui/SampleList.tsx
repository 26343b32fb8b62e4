/** The samples of the lab: what each became, what is expected of it, and the ways to add one. */
import type { TargetedEvent, VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { FORMAT_TITLES, isLogFormat, LOG_FORMATS } from "../logs";
import type { LogFormat } from "../logs";
import type { Expectation } from "../vault";
import { counted, digits } from "./counting";
import { Icon, IconButton } from "./Icon";
import type { LabActions, LabLoading, LabModel, LabSample } from "./lab-model";

export function SampleList({ model, actions }: { model: LabModel; actions: LabActions }): VNode {
  const [over, setOver] = useState(false);
  const onDrop = (event: TargetedEvent<HTMLElement, DragEvent>): void => {
    setOver(false);
    const data = event.dataTransfer;
    if (data === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (data.files.length > 0) actions.onFiles([...data.files]);
    else {
      const text = data.getData("text/plain");
      if (text !== "") actions.onPaste(text);
    }
  };
  return (
    <section class={`pb-samples ${over ? "pb-drop" : ""}`} aria-label="Samples"
      onDragOver={(e) => { e.preventDefault(); setOver(true); }}
      onDragLeave={(e) => {
        // Windows have classes of their own, so `instanceof` would lie in a pop-out.
        if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={onDrop}>
      <header class="pb-head">
        <h3 class="pb-title">Samples</h3>
        <span class="pb-quiet">{sampleCount(model.samples)}</span>
      </header>
      {model.samples.length === 0 && model.loading.length === 0
        ? <p class="pb-quiet">No logs yet. Paste events below, or drop a file here: JSON, NDJSON, CSV or TSV.</p>
        : null}
      <ul class="pb-sample-list">
        {model.loading.map((l) => <Loading key={l.id} loading={l} actions={actions} />)}
        {model.samples.map((s) => <Sample key={s.id} sample={s} tables={model.tables} hunt={model.can.hunt} actions={actions} />)}
      </ul>
      <PasteBox model={model} actions={actions} />
    </section>
  );
}

/** A text or file that is being read: how far it is, and a way to end it. */
function Loading({ loading: { id, name, read, size, cancelling }, actions }: {
  loading: LabLoading; actions: LabActions;
}): VNode {
  return (
    <li class="pb-sample pb-sample-loading">
      <span class="pb-spinner" aria-hidden="true" />
      <span class="pb-sample-name" role="status">{cancelling ? "Stopping" : "Reading"} {name}…</span>
      {read === undefined || size === undefined || size === 0 ? null : (
        <>
          <progress aria-label={`Read of ${name}`} max={size} value={Math.min(read, size)} />
          <span class="pb-quiet">{megabytes(read)} of {megabytes(size)} MB</span>
        </>
      )}
      <button type="button" class="pb-button" aria-label={`Cancel reading ${name}`} disabled={cancelling}
        onClick={() => actions.onCancelLoading(id)}>Cancel</button>
    </li>
  );
}

const megabytes = (bytes: number): string => digits(Math.round(bytes / 1e6));

function sampleCount(samples: readonly LabSample[]): string {
  if (samples.length === 0) return "none";
  const rows = samples.reduce((sum, s) => sum + s.rows, 0);
  return `${counted(rows, "row", "rows")}`;
}

function Sample({ sample: s, tables, hunt, actions }: {
  sample: LabSample; tables: readonly string[]; hunt: boolean; actions: LabActions;
}): VNode {
  const id = useId();
  const known = new Set([s.table, ...s.candidates]);
  const others = tables.filter((t) => !known.has(t));
  return (
    <li class={`pb-sample ${s.used ? "" : "pb-sample-unused"}`}>
      <div class="pb-sample-head">
        <span class="pb-sample-name" title={s.name}>{s.name}</span>
        <Verdict sample={s} />
        <IconButton icon="close" label={`Remove ${s.name}`} onClick={() => actions.onRemoveSample(s.id)} />
      </div>
      <div class="pb-sample-facts">
        <label class="pb-sample-table" for={`${id}-table`}>
          <span class="pb-visually-hidden">Table of {s.name}</span>
          <select id={`${id}-table`} class="dropdown" value={s.tableSaid ? s.table : ""}
            onChange={(e) => actions.onSampleTable(s.id, e.currentTarget.value === "" ? null : e.currentTarget.value)}>
            <option value="">{s.tableSaid ? "Find out by itself" : `${s.table} (found out)`}</option>
            <optgroup label="Likely">{[...known].map((t) => <option key={t} value={t}>{t}</option>)}</optgroup>
            {others.length === 0 ? null : (
              <optgroup label="All tables">{others.map((t) => <option key={t} value={t}>{t}</option>)}</optgroup>
            )}
          </select>
        </label>
        <span class="pb-quiet">
          {s.rows === 0 ? "0 rows" : (
            <button type="button" class="pb-text-button" title={`Show the rows of ${s.name}, and ask why the query leaves one out`}
              aria-label={`Show ${counted(s.rows, "row", "rows")} of ${s.name}`} onClick={() => actions.onShowSample(s.id)}>
              {counted(s.rows, "row", "rows")}
            </button>
          )} · {mappingText(s.mapping)}
        </span>
        <FormatChoice sample={s} actions={actions} />
      </div>
      {s.used ? null : <p class="pb-note-line"><Icon name="info" /> The query reads no table named {s.table}.</p>}
      <div class="pb-buttons">
        <Expect sample={s} actions={actions} />
        {hunt && s.rows > 0 ? (
          <button type="button" class="pb-text-button" title={`Run the vault's Sigma rules over ${s.name}`} onClick={() => actions.onHunt(s.id)}>
            Which rules fire?
          </button>
        ) : null}
      </div>
      {s.rows > 0 || s.problems.length > 0 ? null : (
        <p class="pb-note-line"><Icon name="info" /> There are no events in it.</p>
      )}
      <ReadingNotes problems={s.problems} />
    </li>
  );
}

/** What a file says of itself is not to be changed. */
const BINARY: readonly LogFormat[] = ["evtx", "parquet"];

/** The format a sample was read as, to be changed where it is text. */
function FormatChoice({ sample: s, actions }: { sample: LabSample; actions: LabActions }): VNode {
  const id = useId();
  if (BINARY.includes(s.format)) return <span class="pb-quiet">{FORMAT_TITLES[s.format]}</span>;
  return (
    <label class="pb-sample-table" for={`${id}-format`}>
      <span class="pb-visually-hidden">Format of {s.name}</span>
      <select id={`${id}-format`} class="dropdown" value={s.formatSaid === true ? s.format : ""}
        onChange={(e) => {
          const { value } = e.currentTarget;
          actions.onSampleFormat(s.id, isLogFormat(value) ? value : null);
        }}>
        <option value="">{s.formatSaid === true ? "Find out by itself" : `${FORMAT_TITLES[s.format]} (found out)`}</option>
        {LOG_FORMATS.filter((f) => !BINARY.includes(f)).map((f) => <option key={f} value={f}>{FORMAT_TITLES[f]}</option>)}
      </select>
    </label>
  );
}

/** What was found while reading: lines that were left out, and, less loudly, what is only good to know. */
function ReadingNotes({ problems }: { problems: LabSample["problems"] }): VNode | null {
  if (problems.length === 0) return null;
  const bad = problems.filter((p) => p.diagnostic.severity !== "info").length;
  return (
    <details class="pb-sample-problems">
      <summary>
        <Icon name={bad > 0 ? "warning" : "info"} /> {bad > 0
          ? `${counted(bad, "problem", "problems")} while reading`
          : counted(problems.length, "remark on reading it", "remarks on reading it")}
      </summary>
      <ul>
        {problems.slice(0, 50).map((p, i) => <li key={i}><Remark problem={p} /></li>)}
      </ul>
      {problems.length > 50 ? <p class="pb-quiet">and {digits(problems.length - 50)} more</p> : null}
    </details>
  );
}

/** With its line, unless the message says it or is about the whole. */
function Remark({ problem: { line, diagnostic } }: { problem: LabSample["problems"][number] }): VNode {
  if (diagnostic.severity === "info" || diagnostic.message.startsWith("Line ")) return <>{diagnostic.message}</>;
  return <><span class="pb-place">Line {line}</span>: {diagnostic.message}</>;
}

function mappingText(mapping: string): string {
  if (mapping === "ingested") return "rows as ingested";
  if (mapping === "none") return "unknown shape";
  return `mapped from ${mapping}`;
}

function Verdict({ sample: s }: { sample: LabSample }): VNode | null {
  const v = s.verdict;
  if (v === undefined || s.expect === undefined) return null;
  const got = `${counted(v.rows, "row", "rows")}`;
  return (
    <span class={`pb-verdict pb-verdict-${v.pass ? "pass" : "fail"} ${v.stale ? "pb-stale" : ""}`}
      title={v.stale
        ? "Of an earlier run: something changed since" : `Expected ${expectationText(s.expect)}, got ${got}`}>
      <Icon name={v.pass ? "passed" : "cross"} />
      {v.pass ? "Passes" : `Fails: ${got}`}
    </span>
  );
}

/** `match`, `no match`, `3 rows`. */
export function expectationText(expect: Expectation): string {
  switch (expect.kind) {
    case "match": return "a match";
    case "none": return "no match";
    case "rows": return `${counted(expect.count, "row", "rows")}`;
  }
}

function Expect({ sample: s, actions }: { sample: LabSample; actions: LabActions }): VNode {
  const id = useId();
  return (
    <div class="pb-expect">
      <label for={`${id}-expect`}>Expect</label>
      <select id={`${id}-expect`} class="dropdown" value={s.expect?.kind ?? ""}
        onChange={(e) => {
          const kind = e.currentTarget.value;
          actions.onSampleExpect(s.id, kind === "match" || kind === "none" ? { kind }
            : kind === "rows" ? { kind, count: s.verdict?.rows ?? 1 } : null);
        }}>
        <option value="">not stated</option>
        <option value="match">a match</option>
        <option value="none">no match</option>
        <option value="rows">exactly</option>
      </select>
      {s.expect?.kind === "rows" ? (
        <label class="pb-expect-rows">
          <input type="number" min={0} step={1} aria-label="Rows expected" value={s.expect.count}
            onChange={(e) => {
              const count = Number.parseInt(e.currentTarget.value, 10);
              if (Number.isSafeInteger(count) && count >= 0) actions.onSampleExpect(s.id, { kind: "rows", count });
            }} /> rows
        </label>
      ) : null}
    </div>
  );
}

/** Pasting into the box takes the text at once: megabytes of logs must not be laid out as text first. */
function PasteBox({ model, actions }: { model: LabModel; actions: LabActions }): VNode {
  const [typed, setTyped] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const add = (): void => {
    if (typed.trim() === "") return;
    actions.onPaste(typed);
    setTyped("");
  };
  return (
    <div class="pb-paste">
      <textarea class="pb-paste-box" rows={3} spellcheck={false} aria-label="Paste logs"
        placeholder="Paste logs here" value={typed}
        onInput={(e) => setTyped(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            add();
          }
        }}
        onPaste={(e) => {
          const text = e.clipboardData?.getData("text/plain") ?? "";
          if (text.trim() === "" || typed !== "") return;
          e.preventDefault();
          actions.onPaste(text);
        }} />
      <div class="pb-buttons">
        {typed.trim() === "" ? null : (
          <button type="button" class="pb-button mod-cta" onClick={add}><Icon name="plus" />Add</button>
        )}
        <button type="button" class="pb-button" onClick={() => file.current?.click()}>
          <Icon name="upload" />File
        </button>
        {model.can.clipboard ? (
          <button type="button" class="pb-button" onClick={() => actions.onClipboard()}>
            <Icon name="clipboard" />Clipboard
          </button>
        ) : null}
        {model.can.vaultFile ? (
          <button type="button" class="pb-button" onClick={() => actions.onVaultFile()}>
            <Icon name="folder" />From vault
          </button>
        ) : null}
        <input type="file" ref={file} class="pb-visually-hidden" multiple tabIndex={-1} aria-hidden="true"
          onChange={(e) => {
            const input = e.currentTarget;
            if (input.files !== null && input.files.length > 0) actions.onFiles([...input.files]);
            input.value = "";
          }} />
      </div>
    </div>
  );
}
