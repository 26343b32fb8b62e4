/** The lab pane: a query on top, samples beside it, and what came of running the one on the other. */
import type { ComponentChildren, TargetedEvent, VNode } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { Diagnostic } from "../base";
import { rowCount } from "../table";
import type { Table } from "../table";
import { Charts, drawable } from "./Chart";
import { counted, digits } from "./counting";
import { DiagnosticList } from "./Diagnostics";
import { Icon, IconButton } from "./Icon";
import type { FinishedRun, LabActions, LabModel, LabTab, QueryChoice } from "./lab-model";
import { NowControl } from "./NowControl";
import type { RenderLink } from "./panel-model";
import { QueryEditor } from "./QueryEditor";
import type { EditorCommands } from "./QueryEditor";
import { QueryTrace } from "./QueryTrace";
import { ResultTable } from "./ResultTable";
import { SampleList } from "./SampleList";
import { takenNames } from "./taken-names";
import { FRESH_VIEW } from "./view-state";
import { WhatIfBar } from "./WhatIfBar";
import { SampleTab } from "./WhyRow";
import { durationText, layoutTrace } from "./trace-layout";

export interface LabViewProps {
  readonly model: LabModel;
  readonly actions: LabActions;
  readonly renderLink?: RenderLink;
  onCopyText?: (text: string) => void;
}

export function LabView({ model, actions, renderLink, onCopyText }: LabViewProps): VNode {
  return (
    <div class="purplebook pb-lab">
      <div class="pb-lab-top">
        <QueryPane model={model} actions={actions} {...(renderLink ? { renderLink } : {})} />
        <SampleList model={model} actions={actions} />
      </div>
      {model.problems.length === 0 ? null : (
        <ul class="pb-problems" role="alert">
          {model.problems.slice(0, 5).map((p) => <li key={p}><Icon name="warning" /> {p}</li>)}
        </ul>
      )}
      <RunBar model={model} actions={actions} />
      <Results model={model} actions={actions} {...(renderLink ? { renderLink } : {})}
        {...(onCopyText ? { onCopyText } : {})} />
    </div>
  );
}

function QueryPane({ model, actions, renderLink }: {
  model: LabModel; actions: LabActions; renderLink?: RenderLink;
}): VNode {
  const { query } = model;
  const commands = useRef<EditorCommands | null>(null);
  // What the meaning of names hangs on, as one text: models are made anew for every scroll, which needs no new check.
  const revision =
    [model.lenient, model.now.text, ...model.samples.map((s) => `${s.id} ${s.table} ${s.rows}`)].join("\n");
  return (
    <section class="pb-query" aria-label="Query">
      <header class="pb-head">
        {model.choices.length === 0 ? <h3 class="pb-title">{query.title}</h3> : (
          <select class="dropdown pb-query-choice" aria-label="Query" value={query.id}
            onChange={(e) => actions.onChoose(e.currentTarget.value)}>
            {model.choices.some((c) => c.id === query.id) ? null : <option value={query.id}>{query.title}</option>}
            {grouped(model.choices).map(([group, choices]) => (
              <optgroup key={group} label={group}>
                {choices.map((c) => <option key={c.id} value={c.id}>{c.title}</option>)}
              </optgroup>
            ))}
          </select>
        )}
        <span class="pb-language">{query.language.title}</span>
        {query.source !== undefined && renderLink !== undefined ? (
          <span class="pb-query-source">{renderLink(query.source)}</span>
        ) : null}
        {query.changed ? <span class="pb-quiet">changed</span> : null}
        <span class="pb-spring" />
        {query.diagnostics.some((d) => d.fix !== undefined)
          ? <IconButton icon="fix" label="Fix all" onClick={() => commands.current?.fixAll()} /> : null}
        <IconButton icon="format" label="Format query" onClick={() => commands.current?.format()} />
        {model.can.saveQuery ? (
          <IconButton icon="note" label="Save query" disabled={!query.changed && query.source !== undefined}
            onClick={() => actions.onSaveQuery()} />
        ) : null}
      </header>
      <QueryEditor id={query.id} label={`${query.language.title} query`}
        placeholder={`Write ${query.language.title} here`} text={query.text}
        language={query.language} scope={() => query.scope()} revision={revision}
        onChange={(text) => actions.onQuery(text)} onRun={() => actions.onRun()}
        onReady={(c) => { commands.current = c; }} />
    </section>
  );
}

function grouped(choices: readonly QueryChoice[]): [string, QueryChoice[]][] {
  const groups = new Map<string, QueryChoice[]>();
  for (const c of choices) groups.set(c.group, [...(groups.get(c.group) ?? []), c]);
  return [...groups];
}

function RunBar({ model, actions }: { model: LabModel; actions: LabActions }): VNode {
  const { run } = model;
  const errors = model.query.diagnostics.filter((d) => d.severity === "error").length;
  return (
    <div class="pb-run" role="group" aria-label="Run">
      {run.kind === "running" ? (
        <button type="button" class="pb-button mod-warning" disabled={run.cancelling}
          onClick={() => actions.onCancel()}>
          <Icon name="stop" />{run.cancelling ? "Stopping…" : "Cancel"}
        </button>
      ) : (
        <button type="button" class="pb-button mod-cta pb-run-button" disabled={model.query.text.trim() === ""}
          title="Run (Ctrl or Cmd + Enter)" onClick={() => actions.onRun()}>
          <Icon name="play" />Run
        </button>
      )}
      {run.kind === "running" ? (
        <span class="pb-progress" role="status">
          <progress aria-label="Rows read"
            {...(run.rowsTotal > 0 ? { max: run.rowsTotal, value: Math.min(run.rowsRead, run.rowsTotal) } : {})} />
          {digits(run.rowsRead)}{run.rowsTotal > 0 ? ` of ${digits(run.rowsTotal)}` : ""} rows read
        </span>
      ) : errors > 0 ? (
        <button type="button" class="pb-text-button pb-sign-error" onClick={() => actions.onTab("diagnostics")}>
          <Icon name="error" /> {counted(errors, "error", "errors")} in the query
        </button>
      ) : null}
      <span class="pb-spring" />
      <NowControl now={model.now} onNow={(mode, text) => actions.onNow(mode, text)} />
      <div class="pb-segments" role="radiogroup" aria-label="How names are taken">
        <Segment on={model.lenient} label="Lenient"
          title="A name that differs in case alone is taken for the real one, and told"
          onPick={() => actions.onLenient(true)} />
        <Segment on={!model.lenient} label="Strict" title="Refused, as the cloud would"
          onPick={() => actions.onLenient(false)} />
      </div>
    </div>
  );
}

function Segment({ on, label, title, onPick }: {
  on: boolean; label: string; title: string; onPick: () => void;
}): VNode {
  return (
    <button type="button" role="radio" aria-checked={on} class={`pb-segment ${on ? "pb-on" : ""}`} title={title}
      onClick={onPick}>
      {label}
    </button>
  );
}

function Results({ model, actions, renderLink, onCopyText }: LabViewProps): VNode {
  const id = useId();
  const { run } = model;
  const finished = run.kind === "finished" ? run : run.kind === "running" ? run.last : undefined;
  const stale = run.kind === "running" || (finished?.stale ?? false);
  const diagnostics = shownDiagnostics(model, finished);
  const rows = finished !== undefined && finished.outcome.kind !== "failed"
    ? rowCount(finished.outcome.table) : undefined;
  const tabs: readonly { tab: LabTab; label: ComponentChildren }[] = [
    { tab: "rows", label: <>Rows{rows === undefined ? null : <TabCount n={rows} />}</> },
    { tab: "trace", label: "Trace" },
    {
      tab: "diagnostics",
      label: <>Diagnostics{diagnostics.length === 0 ? null : <TabCount n={diagnostics.length} />}</>,
    },
    ...(model.sampleRows === undefined ? [] : [{ tab: "sample" as const, label: <>Sample: {model.sampleRows.name}</> }]),
  ];
  const onKey = (event: TargetedEvent<HTMLElement, KeyboardEvent>): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((t) => t.tab === model.tab);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    actions.onTab(next.tab);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.tab}"]`)?.focus();
  };
  return (
    <section class="pb-results" aria-label="Result">
      <div class="pb-tabs" role="tablist" onKeyDown={onKey}>
        {tabs.map((t) => (
          <button type="button" key={t.tab} role="tab" id={`${id}-${t.tab}`} data-tab={t.tab}
            aria-selected={model.tab === t.tab} aria-controls={`${id}-panel`}
            tabIndex={model.tab === t.tab ? 0 : -1} class={`pb-tab ${model.tab === t.tab ? "pb-on" : ""}`}
            onClick={() => actions.onTab(t.tab)}>
            {t.label}
          </button>
        ))}
        <span class="pb-spring" />
        {finished === undefined ? null : (
          <span class="pb-quiet pb-run-facts">
            {stale && run.kind !== "running"
              ? <span class="pb-stale-note"><Icon name="clock" /> changed since · </span> : null}
            {durationText(finished.ms)} · now = {shortTime(finished.now)}
          </span>
        )}
      </div>
      {model.whatIf === undefined ? null : <WhatIfBar whatIf={model.whatIf} actions={actions} text={finished?.text ?? ""} />}
      <div class="pb-tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${model.tab}`}>
        {finished !== undefined && finished.outcome.kind === "stopped" ? (
          <p class="pb-note-line pb-stopped"><Icon name="warning" /> {stoppedText(finished, model)}</p>
        ) : null}
        {model.tab === "rows" ? (
          <RowsTab model={model} actions={actions} finished={finished} stale={stale} renderLink={renderLink}
            onCopyText={onCopyText} />
        ) : null}
        {model.tab === "trace" ? (
          <TraceTab model={model} actions={actions} finished={finished} renderLink={renderLink}
            onCopyText={onCopyText} />
        ) : null}
        {model.tab === "sample" && model.sampleRows !== undefined ? (
          <SampleTab rows={model.sampleRows} actions={actions} renderLink={renderLink} onCopyText={onCopyText} />
        ) : null}
        {model.tab === "diagnostics" ? (
          <DiagnosticList text={model.query.text} diagnostics={diagnostics} onFix={(f) => actions.onFix(f)} carets
            none="Nothing to report: every name is known and every type fits." />
        ) : null}
      </div>
    </section>
  );
}

function TabCount({ n }: { n: number }): VNode {
  return <span class="pb-tab-count">{digits(n)}</span>;
}

/** ISO text without the fraction's zeros. */
function shortTime(iso: string): string {
  return iso.replace(/\.0+Z$/, "Z");
}

/** Of the text as it is, and what the last run found beyond the compile while the text is still the same. */
function shownDiagnostics(model: LabModel, finished: FinishedRun | undefined): readonly Diagnostic[] {
  if (finished === undefined || finished.text !== model.query.text) return model.query.diagnostics;
  const found = finished.outcome.kind === "stopped" ? [] : finished.outcome.diagnostics;
  const known = new Set(model.query.diagnostics.map((d) => `${d.code}:${d.span.from}:${d.message}`));
  return [...model.query.diagnostics, ...found.filter((d) => !known.has(`${d.code}:${d.span.from}:${d.message}`))];
}

function stoppedText(finished: FinishedRun, model: LabModel): string {
  if (finished.outcome.kind !== "stopped") return "";
  switch (finished.outcome.why) {
    case "cancelled": return "Cancelled. What had come out by then is shown.";
    case "time":
      return `Stopped after ${durationText(model.limits.ms)}, the time limit. What had come out by then is shown.`;
    case "rows": return `Stopped at ${digits(model.limits.rows)} rows, the row limit.`;
  }
}

/** In a lenient run: that names were taken for those they differ from in case, which the cloud would not do. */
function TakenNames({ finished, actions }: { finished: FinishedRun; actions: LabActions }): VNode | null {
  const names = takenNames(finished);
  if (names.length === 0) return null;
  return (
    <p class="pb-note-line">
      <Icon name="warning" />
      <span>
        Ran with {names.map(({ written, taken }, i) => (
          <span key={written}>{i > 0 ? ", " : ""}<code>{taken}</code> for <code>{written}</code></span>
        ))}: the cloud would refuse {names.length === 1 ? "this name" : "these names"}.{" "}
        <button type="button" class="pb-text-button" onClick={() => actions.onTab("diagnostics")}>See where</button>
      </span>
    </p>
  );
}

interface TabProps {
  readonly model: LabModel;
  readonly actions: LabActions;
  readonly finished: FinishedRun | undefined;
  readonly renderLink: RenderLink | undefined;
  readonly onCopyText: ((text: string) => void) | undefined;
}

function RowsTab({ model, actions, finished, stale, renderLink, onCopyText }: TabProps & { stale: boolean }): VNode {
  const [asTable, setAsTable] = useState(false);
  const rendering = finished?.rendering;
  const rowsOfRun = finished?.outcome.kind === "done" || finished?.outcome.kind === "stopped" ? finished.outcome.table : undefined;
  const chart = useMemo(
    () => (rendering === undefined || rowsOfRun === undefined ? { drawn: false, told: [] } : drawable(rowsOfRun, rendering)),
    [rendering, rowsOfRun],
  );
  if (finished === undefined) {
    return (
      <div class="pb-empty" role="status">
        <p>
          {model.run.kind === "running" ? "Running…"
            : model.samples.length === 0 ? "Add logs, then run the query on them."
            : "Run the query to see which rows it finds."}
        </p>
      </div>
    );
  }
  if (finished.outcome.kind === "failed") {
    return (
      <div>
        <p class="pb-note-line pb-sign-error"><Icon name="error" /> The query could not be run.</p>
        <DiagnosticList text={finished.text}
          diagnostics={[...finished.diagnostics, ...finished.outcome.diagnostics]} carets
          {...(finished.text === model.query.text ? { onFix: (f) => actions.onFix(f) } : {})} />
      </div>
    );
  }
  if (rowCount(finished.outcome.table) === 0 && finished.outcome.earlier === undefined) {
    return (
      <div class="pb-empty" role="status">
        <p>{finished.outcome.kind === "done" ? "The query found no rows." : "No rows had come out yet."}</p>
        <button type="button" class="pb-button" onClick={() => actions.onTab("trace")}>
          <Icon name="eye" />See where they died
        </button>
      </div>
    );
  }
  const ended = finished.outcome.kind === "done";
  const rows = ended ? rowCount(finished.outcome.table) : undefined;
  const dead = layoutTrace(finished.text, finished.outcome.trace, rows).deaths.length;
  return (
    <>
      <TakenNames finished={finished} actions={actions} />
      {dead === 0 ? null : (
        <p class="pb-note-line">
          <Icon name="warning" />
          <span>
            {dead === 1 ? "One branch" : `${dead} branches`} of the query let nothing through.{" "}
            <button type="button" class="pb-text-button" onClick={() => actions.onTab("trace")}>See where</button>
          </span>
        </p>
      )}
      {(finished.outcome.earlier ?? []).map((r, i) => (
        <OtherResult key={`${i} ${r.name}`} name={r.name} table={r.table} stale={stale} actions={actions} renderLink={renderLink}
          onCopyText={onCopyText} />
      ))}
      {finished.outcome.earlier === undefined ? null : <h4 class="pb-subtitle">{finished.outcome.name ?? "Result"}</h4>}
      {rendering === undefined || !chart.drawn ? null : (
        <div class="pb-segments pb-view-as" role="radiogroup" aria-label="The result as">
          <Segment on={!asTable} label="Chart" title={`As 'render ${rendering.chart}' asks`} onPick={() => setAsTable(false)} />
          <Segment on={asTable} label="Table" title="The rows behind the chart" onPick={() => setAsTable(true)} />
        </div>
      )}
      {rendering === undefined || chart.drawn ? null
        : chart.told.map((t) => <p key={t} class="pb-note-line"><Icon name="info" /><span>{t}</span></p>)}
      {rendering !== undefined && chart.drawn && !asTable ? (
        <Charts table={finished.outcome.table} rendering={rendering} name={model.query.title} stale={stale}
          onFile={(file, how) => actions.onChart(file, how)} />
      ) : <ResultTable label="Result rows" table={finished.outcome.table} state={model.view} ms={finished.ms} stale={stale}
        onState={(v) => actions.onView(v)} onCopy={(format, table) => actions.onCopy(format, table)}
        {...(renderLink ? { renderLink } : {})} {...(onCopyText ? { onCopyText } : {})}
        {...(model.can.saveRows ? { onSaveNote: (table) => actions.onSaveRows(table) } : {})} />}
    </>
  );
}

/** One of the results before a query's own (`fork`, several queries); what is done to its table is kept here. */
function OtherResult({ name, table, stale, actions, renderLink, onCopyText }: {
  name: string; table: Table; stale: boolean; actions: LabActions; renderLink: RenderLink | undefined;
  onCopyText: ((text: string) => void) | undefined;
}): VNode {
  const [view, setView] = useState(FRESH_VIEW);
  return (
    <section class="pb-other-result" aria-label={`Result ${name}`}>
      <h4 class="pb-subtitle">{name}</h4>
      <ResultTable label={`Rows of ${name}`} table={table} state={view} stale={stale} onState={setView}
        onCopy={(format, copied) => actions.onCopy(format, copied)}
        {...(renderLink ? { renderLink } : {})} {...(onCopyText ? { onCopyText } : {})} />
    </section>
  );
}

function TraceTab({ model, actions, finished, renderLink, onCopyText }: TabProps): VNode {
  const text = finished?.text ?? model.query.text;
  const tokens = useMemo(() => model.query.language.tokens(text), [model.query.language, text]);
  const { peek } = model;
  const peeked = useRef<HTMLElement>(null);
  // The rows open below the trace, perhaps out of sight.
  useEffect(() => {
    if (peek?.plan !== undefined) peeked.current?.scrollIntoView({ block: "nearest" });
  }, [peek?.plan, peek?.table === undefined]);
  if (finished === undefined) {
    return <div class="pb-empty" role="status"><p>Run the query to see what each step does to the rows.</p></div>;
  }
  const { outcome } = finished;
  const same = finished.text === model.query.text;
  return (
    <>
      <QueryTrace text={text} tokens={tokens} trace={outcome.trace}
        diagnostics={merge(finished.diagnostics, outcome.kind === "stopped" ? [] : outcome.diagnostics)}
        {...(outcome.kind === "done" ? { resultRows: rowCount(outcome.table) } : {})}
        {...(peek === undefined ? {} : { peeked: peek.plan })}
        onPeek={(plan) => actions.onPeek(plan === peek?.plan ? null : plan)}
        {...(model.whatIf === undefined ? {} : { off: model.whatIf.off })}
        {...(same && !finished.stale && outcome.kind === "done" ? { onTerm: (term, on) => actions.onTerm(term, on) } : {})}
        {...(same ? { onFix: (f) => actions.onFix(f) } : {})} />
      {peek === undefined ? null : (
        <section class="pb-peek" ref={peeked} aria-label={`Rows after ${peek.label}`}>
          <header class="pb-head">
            <h3 class="pb-title">Rows after <code>{peek.label}</code></h3>
            <span class="pb-spring" />
            <IconButton icon="close" label="Close" onClick={() => actions.onPeek(null)} />
          </header>
          {peek.table === undefined ? <div class="pb-empty" role="status"><p>Running to this step…</p></div> : (
            <ResultTable label={`Rows after ${peek.label}`} table={peek.table} state={peek.view}
              onState={(v) => actions.onPeekView(v)} empty="No rows after this step."
              {...(peek.truncated ? { truncated: `The first ${digits(rowCount(peek.table))} rows are shown.` } : {})}
              {...(renderLink ? { renderLink } : {})} {...(onCopyText ? { onCopyText } : {})}
              onCopy={(format, table) => actions.onCopy(format, table)} />
          )}
        </section>
      )}
    </>
  );
}

function merge(a: readonly Diagnostic[], b: readonly Diagnostic[]): readonly Diagnostic[] {
  const known = new Set(a.map((d) => `${d.code}:${d.span.from}:${d.message}`));
  return [...a, ...b.filter((d) => !known.has(`${d.code}:${d.span.from}:${d.message}`))];
}
