/**
 * A panel in place of a query block: a table, a list or tasks out of the vault's notes, or why there is nothing to
 * see.
 */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Value } from "../table";
import { digits } from "./counting";
import { Cell } from "./Cell";
import { CoverageBadge } from "./CoveragePanel";
import { DiagnosticList } from "./Diagnostics";
import { Icon } from "./Icon";
import { panelShown, rowKeys } from "./panel-rows";
import type { PanelActions, PanelModel, PanelState, PanelTask } from "./panel-model";
import type { ShownPanel } from "./panel-rows";

export interface PanelProps {
  readonly model: PanelModel;
  readonly state: PanelState;
  readonly actions: PanelActions;
}

/** Rows from which on a filter box is worth its place. */
const FILTER_FROM = 8;

export function Panel({ model, state, actions }: PanelProps): VNode {
  const shown = useMemo(() => panelShown(model.groups, state), [model.groups, state]);
  const failed = model.diagnostics.some((d) => d.severity === "error");
  return (
    <div class="purplebook pb-panel">
      <PanelHead model={model} state={state} actions={actions} shown={shown} failed={failed} />
      {model.diagnostics.length === 0 ? null : (
        <DiagnosticList text={model.source} diagnostics={model.diagnostics} carets />
      )}
      {failed ? null
        : model.indexing !== undefined && model.count === 0 ? <IndexingNote {...model.indexing} />
        : model.count === 0 ? <EmptyPanel model={model} actions={actions} />
        : <PanelBody model={model} state={state} actions={actions} shown={shown} />}
      {failed || shown.drawn >= shown.passing ? null : (
        <button type="button" class="pb-button pb-more"
          onClick={() => actions.onState({ ...state, shown: state.shown + 200 })}>
          Show {digits(Math.min(200, shown.passing - shown.drawn))} more of {digits(shown.passing)}
        </button>
      )}
      {model.truncated ? (
        <p class="pb-note-line">
          <Icon name="info" /> Only the first rows are held here: {digits(model.count)} match in all.
          Narrow the query or give it a limit.
        </p>
      ) : null}
      {model.indexing !== undefined && model.count > 0 ? (
        <IndexingNote done={model.indexing.done} total={model.indexing.total} />
      ) : null}
    </div>
  );
}

function PanelHead(props: PanelProps & { shown: ShownPanel; failed: boolean }): VNode | null {
  const { model, state, actions, shown, failed } = props;
  const filterable = !failed && (model.count >= FILTER_FROM || state.filter !== "");
  const counted = !failed && model.count > 0;
  const more = model.coverage !== undefined || model.actions.length > 0;
  if (model.title === undefined && !filterable && !counted && !more) return null;
  return (
    <div class="pb-toolbar">
      {model.title === undefined ? null : <span class="pb-title">{model.title}</span>}
      {counted ? <span class="pb-count" role="status">{countOf(model, shown, state)}</span> : null}
      {filterable ? (
        <label class="pb-search">
          <Icon name="search" />
          <input type="search" aria-label="Filter this panel" placeholder="Filter" value={state.filter}
            onInput={(e) => actions.onState({ ...state, filter: e.currentTarget.value })} />
        </label>
      ) : null}
      <span class="pb-spring" />
      {model.actions.map((a) => (
        <button type="button" class="pb-button" key={a.id} onClick={() => actions.onAction(a.id)}>{a.label}</button>
      ))}
      {model.coverage === undefined ? null : <CoverageBadge state={model.coverage.state} />}
    </div>
  );
}

function countOf(model: PanelModel, shown: ShownPanel, state: PanelState): string {
  const noun = model.kind === "task" ? ["task", "tasks"] : model.kind === "list" ? ["item", "items"] : ["row", "rows"];
  const whole = `${digits(model.count)} ${model.count === 1 ? (noun[0] ?? "") : (noun[1] ?? "")}`;
  return state.filter.trim() === "" ? whole : `${digits(shown.passing)} of ${whole}`;
}

/** "Indexing notes… 120 of 4,000": never "nothing found" while notes are still being read. */
export function IndexingNote({ done, total }: { done: number; total: number }): VNode {
  return (
    <p class="pb-indexing" role="status">
      <progress aria-label="Indexing notes" {...(total > 0 ? { max: total, value: done } : {})} />
      Indexing notes… {digits(done)} of {digits(total)}
    </p>
  );
}

function EmptyPanel({ model, actions }: { model: PanelModel; actions: PanelActions }): VNode {
  const action = model.empty?.action;
  return (
    <div class="pb-empty" role="status">
      <p>{model.empty?.text ?? "No note matches this query."}</p>
      {action === undefined ? null : (
        <button type="button" class="pb-button mod-cta" onClick={() => actions.onAction(action.id)}>
          <Icon name="plus" />{action.label}
        </button>
      )}
    </div>
  );
}

function PanelBody(props: PanelProps & { shown: ShownPanel }): VNode {
  const { model, shown } = props;
  if (shown.passing === 0) {
    return <div class="pb-empty" role="status"><p>No row holds “{props.state.filter.trim()}”.</p></div>;
  }
  switch (model.kind) {
    case "table": return <PanelTable {...props} />;
    case "list": return <PanelList {...props} />;
    case "task": return <PanelTasks {...props} />;
  }
}

function PanelTable({ model, state, actions, shown }: PanelProps & { shown: ShownPanel }): VNode {
  const onSort = (column: number): void => {
    const at = state.sort;
    const next = at === null || at.column !== column ? { column, descending: false }
      : at.descending ? null : { column, descending: true };
    actions.onState({ ...state, sort: next });
  };
  return (
    <div class="pb-scroll">
      <table class="pb-panel-table">
        <thead>
          <tr>
            {model.headers.map((h, i) => {
              const sort = state.sort?.column === i ? state.sort : null;
              return (
                <th key={i} scope="col"
                  aria-sort={sort === null ? "none" : sort.descending ? "descending" : "ascending"}>
                  <button type="button" class="pb-sort" onClick={() => onSort(i)}>
                    <span class="pb-sort-name">{h}</span>
                    {sort === null ? null : (
                      <span class="pb-sort-sign"><Icon name={sort.descending ? "down" : "up"} /></span>
                    )}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        {shown.groups.map((g, at) => {
          const keys = rowKeys(g.rows);
          return (
            <tbody key={at}>
              {g.key === undefined ? null : (
                <tr class="pb-group">
                  <th scope="rowgroup" colSpan={Math.max(1, model.headers.length)}>
                    <Cell value={g.key} renderLink={actions.renderLink} /> <span class="pb-quiet">{g.rows.length}</span>
                  </th>
                </tr>
              )}
              {g.rows.map((row, r) => (
                <tr key={keys[r]}>
                  {model.headers.map((h, i) => (
                    <td key={i} data-label={h}><PanelValue value={row[i] ?? null} actions={actions} /></td>
                  ))}
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

/** In a panel a missing value is a dash, and a list reads as one: these are notes, not logs. */
function PanelValue({ value, actions }: { value: Value; actions: PanelActions }): VNode {
  if (value === null || value === "") return <span class="pb-value pb-value-null" aria-label="no value">–</span>;
  if (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "string")) {
    return <span class="pb-value">{value.join(", ")}</span>;
  }
  return <Cell value={value} renderLink={actions.renderLink} />;
}

function PanelList({ actions, shown }: PanelProps & { shown: ShownPanel }): VNode {
  return (
    <div class="pb-panel-list">
      {shown.groups.map((g, at) => {
        const keys = rowKeys(g.rows);
        return (
          <div key={at}>
            {g.key === undefined ? null : (
              <p class="pb-group-key">
                <Cell value={g.key} renderLink={actions.renderLink} /> <span class="pb-quiet">{g.rows.length}</span>
              </p>
            )}
            <ul>
              {g.rows.map((row, r) => (
                <li key={keys[r]}>
                  <PanelValue value={row[0] ?? null} actions={actions} />
                  {row.length > 1 ? <>: <PanelValue value={row[1] ?? null} actions={actions} /></> : null}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}

function PanelTasks({ actions, shown }: PanelProps & { shown: ShownPanel }): VNode {
  return (
    <div class="pb-panel-tasks">
      {shown.groups.map((g, at) => (
        <div key={at}>
          {g.key === undefined ? null : (
            <p class="pb-group-key">
              <Cell value={g.key} renderLink={actions.renderLink} /> <span class="pb-quiet">{g.tasks.length}</span>
            </p>
          )}
          <TaskList tasks={g.tasks} actions={actions} depth={0} />
        </div>
      ))}
    </div>
  );
}

/** Levels of tasks drawn; lists nested deeper are cut there. */
const DEEPEST = 20;

function TaskList({ tasks, actions, depth }: {
  tasks: readonly PanelTask[]; actions: PanelActions; depth: number;
}): VNode {
  return (
    <ul class="contains-task-list">
      {tasks.map((t) => (
        <li key={t.id} class={`task-list-item ${t.state === " " ? "" : "is-checked"}`} data-task={t.state}>
          <label>
            <input type="checkbox" class="task-list-item-checkbox" checked={t.state !== " "} data-task={t.state}
              onChange={() => actions.onToggle(t)} />
            <span class="pb-task-text">{t.text}</span>
          </label>
          <span class="pb-task-place">{actions.renderLink(t.place)}</span>
          {t.children.length > 0 && depth < DEEPEST ? (
            <TaskList tasks={t.children} actions={actions} depth={depth + 1} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}
