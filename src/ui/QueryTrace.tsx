/**
 * A query's own lines with what each step did beside them: rows in and out, a bar of what survived, time; the place
 * where the last rows died; each term of a filter with the rows that it alone lets pass, and what the column holds
 * instead.
 */
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { LineMap } from "../base";
import type { Diagnostic, Fix, Span } from "../base";
import type { Step, Token } from "../query";
import { counted, digits } from "./counting";
import { DiagnosticItem } from "./Diagnostics";
import { Icon } from "./Icon";
import { literalFix } from "./literal-fix";
import { paint } from "./query-paint";
import { durationText, layoutTrace, operatorLine, stepSentence } from "./trace-layout";
import type { TraceLayout, TraceLine, TraceStep, TraceTerm } from "./trace-layout";

export interface QueryTraceProps {
  /** The text that was run. */
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly trace: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  /** Rows of the result; absent when the run did not end. */
  readonly resultRows?: number;
  /** The step whose rows are looked at. */
  readonly peeked?: number;
  onPeek?: (plan: number) => void;
  /** Terms that the run took for not there. */
  readonly off?: readonly Span[];
  /** Takes a term for not there, or for there again; absent: not offered (the run is not of the text as it is). */
  onTerm?: (term: Span, on: boolean) => void;
  /** Absent: fixes are not offered (the text has changed since). */
  onFix?: (fix: Fix) => void;
}

export function QueryTrace(props: QueryTraceProps): VNode {
  const { text, trace, resultRows, diagnostics } = props;
  const [allTerms, setAllTerms] = useState(false);
  const { off } = props;
  const layout = useMemo(
    () => layoutTrace(text, trace, resultRows, { off: off ?? [], allTerms }), [text, trace, resultRows, off, allTerms],
  );
  const switches = props.onTerm !== undefined && trace.some((s) => s.terms !== undefined);
  const dead = useMemo(() => layout.lines.flatMap((l) => l.terms.filter((t) => t.dead).map((t) => t.span)), [layout]);
  const lines = useMemo(() => told(layout), [layout]);
  const places = useMemo(() => {
    const map = new LineMap(text);
    // What is only good to know stands among the diagnostics: here it would part the lines of the query.
    return diagnostics.filter((d) => d.severity !== "info").map((d) => ({ diagnostic: d, line: map.at(d.span.from).line }));
  }, [text, diagnostics]);
  return (
    <section class="pb-trace" aria-label="Trace of the query">
      <Summary {...props} layout={layout} />
      {switches ? (
        <label class="pb-what-if-all">
          <input type="checkbox" checked={allTerms} onChange={(e) => setAllTerms(e.currentTarget.checked)} />
          What if: show a switch beside every term of a filter
        </label>
      ) : null}
      <ol class="pb-trace-lines" style={{ "--pb-rows": `${layout.widest}ch` }}>
        <li class="pb-line pb-trace-legend" aria-hidden="true">
          <span class="pb-line-number" /><span />
          <div class="pb-line-steps">
            <div class="pb-step">
              <span>rows in → out</span><span class="pb-legend-bar">what is left, log scale</span><span>own time</span>
            </div>
          </div>
        </li>
        {lines.map((line) => (
          <Line key={line.line} {...props} line={line} layout={layout} dead={dead}
            diagnosed={places.filter((p) => p.line === line.line).map((p) => p.diagnostic)} />
        ))}
      </ol>
      {layout.elsewhere.length === 0 ? null : (
        <div class="pb-trace-elsewhere">
          <p class="pb-quiet">Steps from outside of this text</p>
          {layout.elsewhere.map((s) => <StepRow key={s.plan} {...props} step={s} layout={layout} named />)}
        </div>
      )}
    </section>
  );
}

/** The lines of a text that counts for itself what holds, without what stands around: a rule's head, and what is behind it. */
function told({ lines }: TraceLayout): readonly TraceLine[] {
  if (!lines.some((line) => line.counted.length > 0)) return lines;
  const says = (line: TraceLine): boolean => line.steps.length + line.terms.length + line.counted.length > 0;
  return lines.slice(lines.findIndex(says), lines.length - [...lines].reverse().findIndex(says));
}

interface Inner extends QueryTraceProps {
  readonly layout: TraceLayout;
}

/** One sentence on how the run went, with a way to the place. */
function Summary({ text, layout, resultRows, onPeek }: Inner): VNode | null {
  const last = layout.last;
  if (last === undefined) {
    const others = layout.deaths;
    if (others.length === 0) {
      if (resultRows !== 0) return null;
      return (
        <p class="pb-trace-summary pb-trace-summary-note" role="status">
          <Icon name="info" /><span>No rows came in: no table that the query reads has rows.</span>
        </p>
      );
    }
    return (
      <p class="pb-trace-summary pb-trace-summary-warn" role="status">
        <Icon name="warning" />
        <span>
          {others.length === 1 ? "One branch" : `${others.length} branches`} of this query let nothing through:{" "}
          {others.map((s, i) => (
            <span key={s.plan}>
              {i > 0 ? "; " : ""}<StepLink text={text} step={s} onPeek={onPeek} /><Culprit text={text} step={s} />
            </span>
          ))}.
        </span>
      </p>
    );
  }
  return (
    <p class="pb-trace-summary pb-trace-summary-died" role="status">
      <Icon name="cross" />
      <span>
        <strong>No rows at the end.</strong> The last {last.rowsIn === 1 ? "row" : `${digits(last.rowsIn)} rows`}
        {" "}died at <StepLink text={text} step={last} onPeek={onPeek} />
<Culprit text={text} step={last} />
        {layout.deaths.length === 0 ? "." : <>; other branches died at {layout.deaths.map((s, i) => (
          <span key={s.plan}>{i > 0 ? ", " : ""}<StepLink text={text} step={s} onPeek={onPeek} /></span>
        ))}.</>}
      </span>
    </p>
  );
}

/** The one term that alone lets nothing pass, in words. */
function Culprit({ text, step }: { text: string; step: TraceStep }): VNode | null {
  const dead = step.terms.filter((t) => t.dead);
  const only = dead[0];
  if (only === undefined || dead.length !== 1) return null;
  return (
    <>
      : <code>{text.slice(only.span.from, only.span.to).replace(/\s+/g, " ")}</code> lets none of
      {" "}{digits(only.rowsIn)} pass
    </>
  );
}

function StepLink({ text, step, onPeek }: {
  text: string; step: TraceStep; onPeek: ((plan: number) => void) | undefined;
}): VNode {
  const line = operatorLine(text, step.span);
  const label = <>line {line}, <code>{step.label}</code></>;
  if (onPeek === undefined) return label;
  return <button type="button" class="pb-text-button" onClick={() => onPeek(step.plan)}>{label}</button>;
}

function Line(props: Inner & { line: TraceLine; diagnosed: readonly Diagnostic[]; dead: readonly Span[] }): VNode {
  const { text, tokens, line, diagnostics } = props;
  // Marks over the text: diagnostics first, then terms that let nothing pass.
  const spans = [...diagnostics.map((d) => d.span), ...props.dead];
  const pieces = paint(text, line.span, tokens, spans);
  const dry = line.steps.length > 0 && line.steps.every((s) => s.fate === "starved" || s.fate === "empty");
  const worst = line.steps.some((s) => s.last) || line.within?.last === true ? "pb-line-last"
    : line.steps.some((s) => s.fate === "died") || line.within !== undefined ? "pb-line-died"
    : dry ? "pb-line-starved" : "";
  const dying = line.steps.filter((s) => s.fate === "died");
  return (
    <li class={`pb-line ${worst}`} value={line.line}>
      <span class="pb-line-number" aria-hidden="true">{line.line}</span>
      <code class="pb-line-text">
        {pieces.map((p, i) => {
          const mark = p.marks[0];
          const severity = mark === undefined ? "" : (diagnostics[mark]?.severity ?? "dead");
          return (
            <span key={i}
              class={`pb-${p.kind ?? "plain"} ${severity === "" ? "" : `pb-under pb-under-${severity}`}`}>
              {p.text}
            </span>
          );
        })}
        {line.span.to === line.span.from ? "\u200b" : null}
      </code>
      <div class="pb-line-steps">
        {line.steps.map((s) => <StepRow key={s.plan} {...props} step={s} named={line.steps.length > 1} />)}
        {line.counted.length === 0 ? null : <Held counted={line.counted} />}
      </div>
      {dying.length + line.terms.length + props.diagnosed.length === 0 ? null : (
        <div class="pb-line-notes">
          {dying.map((s) => (
            <p key={s.plan} class={`pb-death ${s.last ? "pb-death-last" : ""}`}>
              <Icon name="cross" />
              {s.last ? "The last rows died here" : "All rows of this branch died here"}:
              {" "}{digits(s.rowsIn)} in, none out.
            </p>
          ))}
          {line.terms.map((term) => (
            <Term key={`${term.span.from}-${term.span.to}-${term.passed}`} {...props} term={term} />
          ))}
          {props.diagnosed.map((d, i) => (
            <DiagnosticItem key={`${d.code}-${i}`} diagnostic={d} {...(props.onFix ? { onFix: props.onFix } : {})} />
          ))}
        </div>
      )}
    </li>
  );
}

/** On how many of the rows a selection or an item holds. */
function Held({ counted: all }: { counted: readonly TraceTerm[] }): VNode {
  const none = all.every((t) => t.passed === 0);
  return (
    <span class={`pb-counted ${none ? "pb-counted-none" : ""}`}>
      {all.map((t, i) => <span key={i}>{i > 0 ? "; " : "holds for "}{digits(t.passed)} of {digits(t.rowsIn)}</span>)}
    </span>
  );
}

/** Rows in → out, bar, time of one step; a button that shows the rows behind it. */
function StepRow(props: Inner & { step: TraceStep; named?: boolean }): VNode {
  const { step: s, onPeek, peeked } = props;
  const inside = (
    <>
      <span class="pb-step-rows">
        {props.named ? (
          <span class="pb-step-label">{s.label}{s.nth === undefined ? "" : ` ${s.nth.index}/${s.nth.of}`}</span>
        ) : null}
        <span class="pb-step-counts">
          {s.source ? null : <><span class="pb-step-in">{digits(s.rowsIn)}</span><span class="pb-step-arrow">→</span></>}
          <span class="pb-step-out">{digits(s.rowsOut)}</span>
        </span>
      </span>
      <span class="pb-bar" style={{ "--pb-in": s.barIn.toFixed(4), "--pb-out": s.barOut.toFixed(4) }}>
        <span class="pb-bar-in" /><span class="pb-bar-out" />
        {s.fate === "died" ? <span class="pb-bar-cross"><Icon name="cross" /></span> : null}
      </span>
      <span class="pb-step-ms">{durationText(s.ms)}</span>
    </>
  );
  const sentence = `${stepSentence(s)}, ${durationText(s.ms)}`;
  const looks = `pb-step pb-step-${s.fate} ${s.last ? "pb-step-last" : ""}`;
  if (onPeek === undefined) return <div class={looks} title={sentence}>{inside}</div>;
  return (
    <button type="button" class={looks} aria-pressed={peeked === s.plan}
      aria-label={`${sentence}. Show the rows after this step`}
      title={`${sentence}. Click to see the rows`} onClick={() => onPeek(s.plan)}>{inside}</button>
  );
}

/** A filter's term: what it lets pass alone, and where that is nothing, what there is instead. */
function Term(props: Inner & { term: TraceTerm }): VNode {
  const { text, tokens, term: t, onFix } = props;
  const written = text.slice(t.span.from, t.span.to).replace(/\s+/g, " ");
  return (
    <div class={`pb-term ${t.dead ? "pb-term-dead" : ""} ${t.off ? "pb-term-off" : ""}`}>
      <p>
        {props.onTerm === undefined ? <code class="pb-term-text" title={written}>{written}</code> : (
          <label class="pb-term-switch" title={t.off ? "Count this term again" : "What if this term were not there?"}>
            <input type="checkbox" role="switch" checked={!t.off} aria-label={`Term ${written}`}
              onChange={(e) => props.onTerm?.(t.span, e.currentTarget.checked)} />
            <code class="pb-term-text">{written}</code>
          </label>
        )}
        <span class="pb-term-count">
          {t.off ? "taken for not there"
            : <>{t.dead ? <Icon name="cross" /> : null}{digits(t.passed)} of {digits(t.rowsIn)} pass alone</>}
        </span>
      </p>
      {t.instead === undefined || t.instead.values.length === 0 ? null : (
        <p class="pb-instead">
          <span class="pb-quiet"><code>{t.instead.column}</code> holds instead:</span>
          {t.instead.values.map((v) => {
            const fix = onFix === undefined ? undefined : literalFix(text, tokens, t.span, v.text);
            const chip = (
              <>
                <span class="pb-chip-text">{v.text === "" ? '""' : v.text}</span>
                <span class="pb-chip-count">×{digits(v.rows)}</span>
              </>
            );
            return fix === undefined || onFix === undefined
              ? <span class="pb-chip" key={v.text}>{chip}</span>
              : (
                <button type="button" class="pb-chip pb-chip-fix" key={v.text} title={fix.title}
                  aria-label={`${v.text}, ${counted(v.rows, "row", "rows")}. ${fix.title}`} onClick={() => onFix(fix)}>
                  {chip}
                  <Icon name="fix" />
                </button>
              );
          })}
        </p>
      )}
    </div>
  );
}
