/** A Sigma rule in other query languages: which one, the query, and what it does not say. */
import type { VNode } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import type { Diagnostic } from "../base";
import type { Token } from "../query";
import { QueryText } from "./BundledRules";
import { DiagnosticList } from "./Diagnostics";
import { Icon } from "./Icon";

/** A language that a rule can be converted to. */
export interface ConvertTarget {
  readonly id: string;
  readonly title: string;
  /** What its queries run over, in one sentence. */
  readonly over: string;
}

/** A rule in a language; no text where the language cannot say it. */
export interface ConvertedQuery {
  readonly text: string | undefined;
  /** For painting; empty where the language is none of ours. */
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the lab can run it. */
  readonly runs: boolean;
}

export interface ConvertViewProps {
  /** The text of the rule: places of diagnostics are in it. */
  readonly rule: string;
  readonly targets: readonly ConvertTarget[];
  readonly target: string;
  convert(target: string): ConvertedQuery;
  onTarget(target: string): void;
  onCopy(text: string): void;
  onRun(text: string): void;
}

export function ConvertView(props: ConvertViewProps): VNode {
  const id = useId();
  const [target, setTarget] = useState(props.target);
  const { rule } = props;
  const { text, tokens, diagnostics, runs } = useMemo(() => props.convert(target), [rule, target]);
  return (
    <section class="purplebook pb-convert" aria-label="Converted rule">
      <div class="pb-head">
        <label for={id}>Into</label>
        <select id={id} class="dropdown" value={target} onChange={(e) => {
          setTarget(e.currentTarget.value);
          props.onTarget(e.currentTarget.value);
        }}>
          {props.targets.map((each) => <option key={each.id} value={each.id}>{each.title}</option>)}
        </select>
        <span class="pb-spring" />
        {text !== undefined && runs ? (
          <button type="button" class="pb-button" onClick={() => props.onRun(text)}><Icon name="play" />Run in lab</button>
        ) : null}
        {text === undefined ? null : (
          <button type="button" class="pb-button mod-cta" onClick={() => props.onCopy(text)}><Icon name="copy" />Copy</button>
        )}
      </div>
      <p class="pb-quiet">{props.targets.find((each) => each.id === target)?.over}</p>
      {text === undefined
        ? <p class="pb-empty">There is no such query: this language cannot say what the rule says. The reasons are below.</p>
        : <QueryText text={text} tokens={() => tokens} />}
      {diagnostics.length === 0 ? null : <DiagnosticList text={rule} diagnostics={diagnostics} />}
    </section>
  );
}
