/** What became of one row: its way through the query, where it ended, and what was compared there. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { RowStep, ToldComparison, ToldEnd } from "../query";
import { counted, digits } from "./counting";
import { Prose } from "./editor-notes";
import { Icon, IconButton } from "./Icon";
import type { LabActions, LabSampleRows } from "./lab-model";
import type { RenderLink } from "./panel-model";
import { ResultTable } from "./ResultTable";
import { RuleTree } from "./RuleTree";

export interface SampleTabProps {
  readonly rows: LabSampleRows;
  readonly actions: LabActions;
  readonly renderLink: RenderLink | undefined;
  readonly onCopyText: ((text: string) => void) | undefined;
}

/** A sample's rows, and below them the story of the one that was asked about. */
export function SampleTab({ rows, actions, renderLink, onCopyText }: SampleTabProps): VNode {
  const { table, total, view, why } = rows;
  if (table === undefined) return <div class="pb-empty" role="status"><p>Fetching the rows of {rows.name}…</p></div>;
  const shown = table.batches.reduce((n, b) => n + b.length, 0);
  return (
    <>
      <p class="pb-note-line">
        <Icon name="info" />
        <span>
          Choose a row and ask why the query leaves it out: the button, or the key <kbd>?</kbd> on the row.
        </span>
      </p>
      <ResultTable label={`Rows of ${rows.name}`} table={table} state={view} onState={(v) => actions.onSampleView(v)}
        empty="This sample has no rows."
        {...(shown < total ? { truncated: `The first ${digits(shown)} of ${digits(total)} rows are shown.` } : {})}
        {...(renderLink ? { renderLink } : {})} {...(onCopyText ? { onCopyText } : {})}
        onCopy={(format, copied) => actions.onCopy(format, copied)}
        rowAct={{ label: "Why not this row?", key: "?", onRow: (row) => actions.onWhy(row) }} />
      {why === undefined ? null : <WhyRow rows={rows} actions={actions} />}
    </>
  );
}

function WhyRow({ rows, actions }: { rows: LabSampleRows; actions: LabActions }): VNode | null {
  const { why } = rows;
  const home = useRef<HTMLElement>(null);
  // It opens below the table, perhaps out of sight.
  useEffect(() => { home.current?.scrollIntoView({ block: "nearest" }); }, [why?.row, why?.told]);
  if (why === undefined) return null;
  const { told, row, stale } = why;
  return (
    <section class={`pb-story ${stale ? "pb-stale" : ""}`} ref={home} aria-label={`What became of row ${row + 1}`}>
      <header class="pb-head">
        <h3 class="pb-title">Row {digits(row + 1)} of {rows.name}</h3>
        <span class="pb-spring" />
        {stale ? (
          <button type="button" class="pb-button" onClick={() => actions.onWhy(row)}>
            <Icon name="clock" />Ask again: something changed
          </button>
        ) : null}
        <IconButton icon="close" label="Close" onClick={() => actions.onCloseWhy()} />
      </header>
      <div role="status">
        {told === undefined ? <p class="pb-quiet">Following the row through the query…</p> : (
          <>
            {told.steps.length === 0 ? null : <Way steps={told.steps} />}
            {told.ends.map((end, i) => <End key={i} end={end} resultRow={told.resultRow} actions={actions} />)}
            {why.explained?.map((rule, i) => <RuleTree key={i} title={rule.title} told={rule.told} />)}
          </>
        )}
      </div>
    </section>
  );
}

/** The steps that the row came to, as a line. */
function Way({ steps }: { steps: readonly RowStep[] }): VNode {
  return (
    <ol class="pb-way" aria-label="Steps that the row came to">
      {steps.map((s) => (
        <li key={s.plan} class={s.rows === 0 && s.group === undefined ? "pb-way-end" : ""}>
          {s.rows === 0 ? <Icon name="cross" /> : <Icon name="check" />}
          <code>{s.label}</code>
          {s.group !== undefined && s.rows > 0 ? <span class="pb-quiet">one of {digits(s.group)}</span>
            : s.rows > 1 ? <span class="pb-quiet">{counted(s.rows, "row", "rows")}</span> : null}
          {s.rows === 0 ? <span class="pb-visually-hidden">dropped here</span> : null}
        </li>
      ))}
    </ol>
  );
}

const SIGNS = { result: "passed", dropped: "cross", unread: "info", merged: "info", asked: "info", partner: "info", broken: "warning" } as const;

function End({ end, resultRow, actions }: { end: ToldEnd; resultRow: number | undefined; actions: LabActions }): VNode {
  return (
    <div class={`pb-story-end pb-story-${end.kind}`}>
      <p class="pb-story-says">
        <Icon name={SIGNS[end.kind]} />
        <span>
          <Prose text={end.says} />
          {end.kind === "result" && resultRow !== undefined ? (
            <>{" "}<button type="button" class="pb-text-button" onClick={() => actions.onResultRow(resultRow)}>Show it</button></>
          ) : null}
          {end.kind === "dropped" ? (
            <>{" "}<button type="button" class="pb-text-button" onClick={() => actions.onTab("trace")}>See the trace</button></>
          ) : null}
        </span>
      </p>
      {end.more.map((m) => <p key={m} class="pb-quiet"><Prose text={m} /></p>)}
      {end.compared.length === 0 ? null : <Compared list={end.compared} />}
    </div>
  );
}

function Compared({ list }: { list: readonly ToldComparison[] }): VNode {
  return (
    <table class="pb-compared">
      <thead><tr><th scope="col">In this row</th><th scope="col">holds</th><th scope="col">the query wants</th><th scope="col">so</th></tr></thead>
      <tbody>
        {list.map((c, i) => (
          <tr key={i}>
            <th scope="row"><code>{c.subject}</code></th>
            <td data-name="holds"><code class="pb-held">{c.holds}</code> <span class="pb-quiet">{c.holdsType}</span></td>
            <td data-name="the query wants">
              {c.wants === undefined ? <code>{c.written}</code>
                : <><code class="pb-held">{c.wants}</code> <span class="pb-quiet">{c.wantsType}</span></>}
            </td>
            <td data-name="so"><Prose text={c.verdict} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
