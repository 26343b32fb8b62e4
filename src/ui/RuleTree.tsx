/** A Sigma rule on one event: the condition as a tree, what each item met, and what would have to be otherwise. */
import type { VNode } from "preact";
import type { Change, Explanation, Finding } from "../hunt";
import { counted } from "./counting";
import { Icon } from "./Icon";

/** Tests of one item that are shown one by one; a list of hundreds is told by its number. */
const MOST_TESTS = 12;

export function RuleTree({ title, told }: { title: string; told: Explanation }): VNode {
  const { source, matches, changes, conditions } = told;
  return (
    <section class="pb-rule-tree" aria-label={`What ${title} makes of the event`}>
      <p class="pb-story-says">
        <Icon name={matches ? "passed" : "cross"} />
        <span><strong>{title}</strong> {matches ? "matches this event." : "does not match this event."}</span>
      </p>
      <p class="pb-quiet">
        {source.fits ? <>Its log source fits ({source.shape}).</> : <>Its log source does not fit. {source.why}</>}
      </p>
      {changes.length === 0 ? null : <Changes changes={changes} />}
      {conditions.map((found, i) => (
        <ul key={i} class="pb-tree" aria-label={conditions.length > 1 ? `Condition ${i + 1}` : "Condition"}>
          <Branch found={found} top />
        </ul>
      ))}
    </section>
  );
}

/** The fewest items that keep the rule from matching. */
export function Changes({ changes }: { changes: readonly Change[] }): VNode {
  return (
    <div class="pb-changes">
      <p>{changes.length === 1 ? "One item keeps it from matching:" : `${counted(changes.length, "item", "items")} keep it from matching:`}</p>
      <ul>
        {changes.map((change) => (
          <li key={change.span.from}>
            <code>{change.field}</code> {change.wanted}
            {change.seen === undefined ? <span class="pb-quiet">; the event has no such field</span>
              : <span class="pb-quiet">; it is <code class="pb-held">{change.seen}</code></span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Branch({ found, top }: { found: Finding; top?: boolean }): VNode {
  const { kind, holds, label, seen, parts } = found;
  const line = (
    <>
      <Icon name={holds ? "check" : "close"} />
      <span class="pb-visually-hidden">{holds ? "holds:" : "does not hold:"}</span>{" "}
      {kind === "and" || kind === "or" || kind === "not" || kind === "of"
        ? <span class="pb-tree-word">{WORDS[kind] ?? label}{kind === "of" ? label : ""}</span>
        : <code>{label}</code>}
      {kind !== "item" ? null : seen === undefined
        ? <span class="pb-quiet"> {label.startsWith("keywords") ? "" : "not in the event"}</span>
        : <> <span class="pb-quiet">is</span> <code class="pb-held">{seen}</code></>}
    </>
  );
  const sign = `pb-tree-part ${holds ? "pb-tree-holds" : "pb-tree-fails"}`;
  if (parts.length === 0) return <li class={sign}>{line}</li>;
  const shown = kind === "item" ? parts.filter((p) => p.holds).concat(parts.filter((p) => !p.holds)).slice(0, MOST_TESTS) : parts;
  const open = top === true || kind !== "item" || parts.length <= 4;
  return (
    <li class={sign}>
      <details open={open}>
        <summary>{line}</summary>
        <ul>
          {shown.map((part, i) => <Branch key={i} found={part} />)}
          {shown.length < parts.length
            ? <li class="pb-quiet">and {counted(parts.length - shown.length, "more value", "more values")}</li> : null}
        </ul>
      </details>
    </li>
  );
}

const WORDS: Readonly<Partial<Record<Finding["kind"], string>>> = { and: "all of these", or: "one of these", not: "none of this", of: "" };
