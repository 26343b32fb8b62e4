/** "Which rules fire?": rules that found something, by technique, level or rule, over a timeline, down to the event. */
import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Explanation, FoundEvent, FoundRule, HuntReport } from "../hunt";
import { printDatetime, type LinkTo } from "../table";
import { LevelBadge } from "./BundledRules";
import { counted, digits } from "./counting";
import { groupsOf, timeBars, within, type HuntGroup, type HuntGrouping, type TimeBar } from "./hunt-groups";
import { Icon } from "./Icon";
import type { RenderLink } from "./panel-model";
import { RuleTree } from "./RuleTree";

/** What a hunt shows. */
export interface HuntModel {
  readonly title: string;
  readonly state:
    | { readonly kind: "running"; readonly events: number; readonly reading?: string }
    | { readonly kind: "done"; readonly report: HuntReport; readonly ms: number }
    | { readonly kind: "failed"; readonly message: string }
    | { readonly kind: "stopped" };
}

export interface HuntActions {
  /** Links to notes of rules and techniques. */
  readonly renderLink: RenderLink;
  /** The note of a technique; undefined when there is none. */
  techniqueNote(id: string): LinkTo | undefined;
  ruleNote(path: string, title: string): LinkTo | undefined;
  /** What the rule makes of an event that it found. */
  explain(found: FoundRule, event: FoundEvent): Explanation | undefined;
  /** A filter that leaves these events out and keeps the rule's others; undefined when nothing sets them apart. */
  tune(found: FoundRule, wrong: readonly FoundEvent[]): { readonly text: string; readonly removed: number } | undefined;
  onCopyText(text: string): void;
  onCancel(): void;
  onAgain(): void;
}

export interface HuntViewProps {
  readonly model: HuntModel;
  readonly actions: HuntActions;
  readonly grouping?: HuntGrouping;
}

export function HuntView({ model, actions, grouping }: HuntViewProps): VNode {
  const { state } = model;
  return (
    <section class="purplebook pb-hunt" aria-label={model.title}>
      <header class="pb-head">
        <h4 class="pb-title">{model.title}</h4>
        <span class="pb-spring" />
        {state.kind === "running"
          ? <button type="button" class="pb-button mod-warning" onClick={() => actions.onCancel()}><Icon name="stop" />Cancel</button>
          : <button type="button" class="pb-button" onClick={() => actions.onAgain()}><Icon name="play" />Hunt again</button>}
      </header>
      {state.kind === "running" ? (
        <p class="pb-quiet" role="status">
          {state.reading === undefined ? "" : `${state.reading}: `}{counted(state.events, "event", "events")} looked at…
        </p>
      ) : null}
      {state.kind === "failed" ? <p class="pb-problems" role="alert"><Icon name="warning" /> {state.message}</p> : null}
      {state.kind === "stopped" ? <p class="pb-quiet" role="status">The hunt was cancelled.</p> : null}
      {state.kind === "done" ? <Report report={state.report} ms={state.ms} actions={actions} first={grouping ?? "technique"} /> : null}
    </section>
  );
}

const GROUPINGS: readonly (readonly [HuntGrouping, string])[] = [["technique", "Technique"], ["level", "Level"], ["rule", "Rule"]];

function Report({ report, ms, actions, first }: { report: HuntReport; ms: number; actions: HuntActions; first: HuntGrouping }): VNode {
  const [by, setBy] = useState<HuntGrouping>(first);
  const [bar, setBar] = useState<TimeBar | undefined>(undefined);
  const bars = useMemo(() => timeBars(report.found), [report]);
  const found = useMemo(() => within(report, bar), [report, bar]);
  const groups = useMemo(() => groupsOf(found, by), [found, by]);
  return (
    <>
      <p class="pb-hunt-sum" role="status">
        <strong>{digits(report.found.length)} of {counted(report.rules, "rule", "rules")} fired</strong> on {counted(report.events, "event", "events")}
        <span class="pb-quiet"> in {ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`}</span>
      </p>
      {bars.length > 1 ? <Timeline bars={bars} chosen={bar} onChoose={setBar} /> : null}
      {report.found.length === 0 ? <Nothing report={report} /> : (
        <>
          <div class="pb-hunt-by" role="group" aria-label="Put together by">
            {GROUPINGS.map(([key, name]) => (
              <button key={key} type="button" class="pb-button" aria-pressed={by === key} onClick={() => setBy(key)}>{name}</button>
            ))}
          </div>
          <ul class="pb-hunt-groups">
            {groups.map((group) => <Group key={group.key} group={group} by={by} actions={actions} />)}
          </ul>
        </>
      )}
      <Told report={report} />
    </>
  );
}

function Nothing({ report }: { report: HuntReport }): VNode {
  const why = report.rules === 0 ? "There is no Sigma rule here." : report.events === 0 ? "The logs hold no event."
    : "Every rule was asked, and none matches. If that is a surprise, look below at how the logs were read.";
  return <div class="pb-empty"><p>{why}</p></div>;
}

/** Bars over time; one can be chosen, and chosen off. Arrow keys go from bar to bar. */
function Timeline({ bars, chosen, onChoose }: {
  bars: readonly TimeBar[]; chosen: TimeBar | undefined; onChoose: (bar: TimeBar | undefined) => void;
}): VNode {
  const most = Math.max(...bars.map((b) => b.count), 1);
  const [at, setAt] = useState(0);
  const go = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.min(Math.max(at + step, 0), bars.length - 1);
    setAt(next);
    const box = event.currentTarget;
    if (box instanceof HTMLElement) box.querySelectorAll<HTMLElement>("button")[next]?.focus();
  };
  return (
    <div class="pb-timeline" role="group" aria-label="Events over time" onKeyDown={go}>
      <div class="pb-timeline-bars">
        {bars.map((bar, i) => {
          const label = `${shortTime(bar.from)}: ${bar.count === 0 ? "nothing" : bar.levels.map((l) => `${l.count} ${l.level}`).join(", ")}`;
          return (
            <button key={i} type="button" class="pb-timeline-bar" tabIndex={i === at ? 0 : -1} aria-label={label} title={label}
              aria-pressed={chosen?.from === bar.from} disabled={bar.count === 0}
              onClick={() => { setAt(i); onChoose(chosen?.from === bar.from ? undefined : bar); }}>
              {bar.levels.map((l) => (
                <span key={l.level} class={`pb-timebar pb-timebar-${l.level}`} style={{ blockSize: `${Math.max((l.count / most) * 100, 4)}%` }} />
              ))}
            </button>
          );
        })}
      </div>
      <div class="pb-timeline-ends pb-quiet">
        <span>{shortTime(bars[0]?.from ?? 0n)}</span>
        {chosen === undefined ? null : (
          <span>{shortTime(chosen.from)} to {shortTime(chosen.to)}{" "}
            <button type="button" class="pb-text-button" onClick={() => onChoose(undefined)}>Show all</button></span>
        )}
        <span>{shortTime(bars.at(-1)?.to ?? 0n)}</span>
      </div>
    </div>
  );
}

function shortTime(ticks: bigint): string {
  return printDatetime(ticks).replace("T", " ").replace(/(\.0+)?Z$/, "");
}

function Group({ group, by, actions }: { group: HuntGroup; by: HuntGrouping; actions: HuntActions }): VNode {
  const [only] = group.rules;
  if (by === "rule" && only !== undefined) return <li><Rule found={only} actions={actions} /></li>;
  const note = by === "technique" ? actions.techniqueNote(group.key) : undefined;
  return (
    <li class="pb-hunt-group">
      <details open>
        <summary class="pb-hunt-fold">
          {by === "level" ? <LevelBadge level={group.key} /> : <strong>{group.key}</strong>}
          {by === "technique" ? <LevelBadge level={group.level} /> : null}
          <span class="pb-quiet">{counted(group.rules.length, "rule", "rules")}, {counted(group.count, "event", "events")}</span>
        </summary>
        {note === undefined ? null : <p class="pb-quiet">{actions.renderLink(note)}</p>}
        <ul>{group.rules.map((found) => <li key={found.rule.id ?? found.rule.title}><Rule found={found} actions={actions} /></li>)}</ul>
      </details>
    </li>
  );
}

/** Events of a rule that are drawn at first; more come by a click. */
const SHOWN = 20;

function Rule({ found, actions }: { found: FoundRule; actions: HuntActions }): VNode {
  const [open, setOpen] = useState(false);
  const [most, setMost] = useState(SHOWN);
  const { rule, events, count } = found;
  const [wrong, setWrong] = useState<readonly FoundEvent[]>([]);
  const note = actions.ruleNote(rule.path, rule.title);
  const mark = (event: FoundEvent, on: boolean): void => { setWrong(on ? [...wrong, event] : wrong.filter((e) => e !== event)); };
  return (
    <details class="pb-hunt-rule" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary class="pb-hunt-fold">
        <LevelBadge level={rule.level} />
        <span class="pb-hunt-name">{rule.title}</span>
        <span class="pb-quiet">{counted(count, "event", "events")}</span>
      </summary>
      {open ? (
        <>
          <p class="pb-quiet">{note === undefined ? rule.path : actions.renderLink(note)} {rule.techniques.join(" ")}</p>
          <ol class="pb-hunt-events">
            {events.slice(0, most).map((event, i) => (
              <li key={i}>
                <Event found={found} event={event} actions={actions} />
                {found.of === "groups" ? null : (
                  <label class="pb-quiet">
                    <input type="checkbox" checked={wrong.includes(event)} onChange={(e) => mark(event, e.currentTarget.checked)} /> False positive
                  </label>
                )}
              </li>
            ))}
          </ol>
          {wrong.length === 0 ? null : <Tuned found={found} wrong={wrong} actions={actions} />}
          {events.length > most ? (
            <button type="button" class="pb-text-button" onClick={() => setMost(most + 200)}>
              Show more of {counted(events.length, "event", "events")}
            </button>
          ) : null}
          {count > events.length ? <p class="pb-quiet">The first {digits(events.length)} of {digits(count)} are listed.</p> : null}
        </>
      ) : null}
    </details>
  );
}

/** A filter for the events that are marked, and what it does. */
function Tuned({ found, wrong, actions }: { found: FoundRule; wrong: readonly FoundEvent[]; actions: HuntActions }): VNode {
  const [asked, setAsked] = useState(false);
  useEffect(() => setAsked(false), [wrong]);
  const tuned = useMemo(() => (asked ? actions.tune(found, wrong) : undefined), [asked, wrong]);
  if (!asked) {
    return (
      <button type="button" class="pb-button" onClick={() => setAsked(true)}>
        <Icon name="filter" />Propose a filter for {counted(wrong.length, "false positive", "false positives")}
      </button>
    );
  }
  if (!tuned) return <p class="pb-quiet" role="status">Nothing sets these events apart from the others that the rule found.</p>;
  return (
    <div role="status">
      <p>
        This text leaves out {digits(tuned.removed)} of {digits(wrong.length)} and keeps the others.{" "}
        <button type="button" class="pb-text-button" onClick={() => actions.onCopyText(tuned.text)}>Copy it</button>
      </p>
      <pre class="pb-query-text" tabIndex={0}>{tuned.text}</pre>
    </div>
  );
}

function Event({ found, event, actions }: { found: FoundRule; event: FoundEvent; actions: HuntActions }): VNode {
  const [open, setOpen] = useState(false);
  const told = open ? actions.explain(found, event) : undefined;
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary class="pb-hunt-fold">
        <code>{event.time === undefined ? "no time" : shortTime(event.time)}</code>{" "}
        <span class="pb-quiet">{found.of === "groups" ? event.source : `${event.source}, event ${digits(event.line + 1)}`}</span>
      </summary>
      {open ? (
        <>
          {told === undefined ? null : <RuleTree title={found.rule.title} told={told} />}
          {event.event === undefined ? null : <pre class="pb-query-text" tabIndex={0}>{eventText(event.event)}</pre>}
        </>
      ) : null}
    </details>
  );
}

/** An event as JSON to be read by people; a long one is cut. */
function eventText(event: FoundEvent["event"]): string {
  const text = JSON.stringify(event, (_, value: unknown) => (
    value instanceof Map ? Object.fromEntries(value) as unknown : typeof value === "bigint" ? String(value) : value), 2);
  return text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text;
}

/** How the logs were read, what was left out. */
function Told({ report }: { report: HuntReport }): VNode {
  const shapes = report.shapes.map((s) => `${s.title}: ${digits(s.events)}`);
  return (
    <details class="pb-hunt-told">
      <summary class="pb-hunt-fold">
        How the logs were read{report.refused.length + report.diagnostics.length === 0 ? ""
          : `, and ${counted(report.refused.length + report.diagnostics.length, "remark", "remarks")}`}
      </summary>
      <ul>
        {shapes.map((s) => <li key={s}>{s}</li>)}
        {report.refused.slice(0, 50).map((r, i) => <li key={i}><Icon name="warning" /> {r.path}: {r.message}</li>)}
        {report.diagnostics.slice(0, 50).map((d, i) => <li key={`d${i}`}>{d.message}</li>)}
      </ul>
    </details>
  );
}
