/** Rules that ship with the plugin for a technique: read them, run them on samples, take one over as a note. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Token } from "../query";
import { Icon } from "./Icon";
import type { BundledRuleModel, BundledRulesActions } from "./panel-model";
import { paint } from "./query-paint";

export interface BundledRulesProps {
  readonly technique: string;
  readonly rules: readonly BundledRuleModel[];
  readonly actions: BundledRulesActions;
  /** Tokens of a query, for highlighting; asked for rules that are opened. */
  readonly tokens?: (rule: BundledRuleModel) => readonly Token[];
}

export function BundledRules({ technique, rules, actions, tokens }: BundledRulesProps): VNode {
  return (
    <section class="purplebook pb-bundled" aria-label={`Bundled rules for ${technique}`}>
      <header class="pb-head">
        <h4 class="pb-title">Bundled rules for {technique}</h4><span class="pb-quiet">{rules.length}</span>
      </header>
      {rules.length === 0 ? <p class="pb-quiet">None ships for this technique yet.</p> : null}
      <ul class="pb-bundled-list">
        {rules.map((r) => (
          <li key={r.id} class="pb-bundled-rule">
            <div class="pb-bundled-head">
              <span class="pb-bundled-name">{r.title}</span>
              <LevelBadge level={r.level} />
              <span class="pb-language">{r.language}</span>
            </div>
            <p class="pb-quiet">{r.says}</p>
            <div class="pb-bundled-facts">{r.tables.map((t) => <code class="pb-tag" key={t}>{t}</code>)}</div>
            <details class="pb-preview">
              <summary>Preview</summary>
              <QueryText text={r.query} tokens={() => tokens?.(r) ?? []} />
              <Notes title="False positives" items={r.falsePositives} />
              <Notes title="Tuning" items={r.tuning} />
            </details>
            <div class="pb-buttons">
              <button type="button" class="pb-button mod-cta" onClick={() => actions.onRun(r.id)}>
                <Icon name="play" />Run on samples
              </button>
              {r.inserted === undefined
                ? (
                  <button type="button" class="pb-button" onClick={() => actions.onInsert(r.id)}>
                    <Icon name="plus" />Insert as rule note
                  </button>
                )
                : <span class="pb-quiet">In this vault: {actions.renderLink(r.inserted)}</span>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A query as highlighted text. */
export function QueryText({ text, tokens }: { text: string; tokens: () => readonly Token[] }): VNode {
  const pieces = useMemo(() => paint(text, { from: 0, to: text.length }, tokens(), []), [text]);
  return (
    <pre class="pb-query-text" tabIndex={0}>
      <code>
        {pieces.map((p, i) => (p.kind === null ? p.text : <span key={i} class={`pb-${p.kind}`}>{p.text}</span>))}
      </code>
    </pre>
  );
}

function Notes({ title, items }: { title: string; items: readonly string[] }): VNode | null {
  if (items.length === 0) return null;
  return (
    <div class="pb-notes"><p class="pb-subtitle">{title}</p><ul>{items.map((x, i) => <li key={i}>{x}</li>)}</ul></div>
  );
}

const LEVELS: ReadonlySet<string> = new Set(["informational", "low", "medium", "high", "critical"]);

/** A rule's level: the word, and as many bars as it weighs. */
export function LevelBadge({ level }: { level: string }): VNode {
  const known = LEVELS.has(level.toLowerCase()) ? level.toLowerCase() : "unknown";
  const bars = ["informational", "low", "medium", "high", "critical"].indexOf(known);
  return (
    <span class={`pb-level pb-level-${known}`}>
      <span class="pb-level-bars" aria-hidden="true">
        {[1, 2, 3, 4].map((n) => <span key={n} class={n <= bars ? "pb-on" : ""} />)}
      </span>
      {level}
    </span>
  );
}
