/**
 * What `now()` and `ago()` mean in this run: just after the newest event, a time that was entered, or the wall clock.
 */
import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "./Icon";
import type { LabNow, NowMode } from "./lab-model";

const MODES: readonly { mode: NowMode; label: string }[] = [
  { mode: "newest", label: "just after the newest event" },
  { mode: "set", label: "a time of my own" },
  { mode: "clock", label: "wall clock" },
];

export function NowControl({ now, onNow }: { now: LabNow; onNow: (mode: NowMode, text?: string) => void }): VNode {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  // With no event to stand behind, `now.text` is the wall clock: it must not pass for the time of an event.
  const unpinned = now.mode === "newest" && now.newest === undefined;
  const shown = unpinned ? "" : now.text.replace(/\.0+Z$/, "Z");
  const commit = (): void => {
    if (draft !== null && draft.trim() !== "" && draft !== now.text) onNow("set", draft.trim());
    setDraft(null);
  };
  return (
    <div class="pb-now">
      <label for={`${id}-mode`}><Icon name="clock" /> Now is</label>
      <select id={`${id}-mode`} class="dropdown" value={now.mode}
        onChange={(e) => {
          const mode = e.currentTarget.value as NowMode;
          onNow(mode, mode === "set" ? now.text : undefined);
        }}>
        {MODES.map((m) => (
          <option key={m.mode} value={m.mode} disabled={m.mode === "newest" && now.newest === undefined}>
            {unpinned && m.mode === "newest" ? "wall clock, until there are events" : m.label}
          </option>
        ))}
      </select>
      <input type="text" class="pb-now-time" aria-label="Time that now() means" spellcheck={false} autocomplete="off"
        disabled={now.mode === "clock"} value={draft ?? shown} {...(unpinned ? { placeholder: "no event has a time yet" } : {})}
        aria-invalid={now.problem !== undefined}
        {...(now.problem === undefined ? {} : { "aria-describedby": `${id}-problem` })}
        onInput={(e) => setDraft(e.currentTarget.value)} onBlur={commit}
        onKeyDown={(e) => {
          if (e.key === "Enter") commit();
          else if (e.key === "Escape") setDraft(null);
        }} />
      {now.problem === undefined ? null : (
        <span id={`${id}-problem`} class="pb-problem"><Icon name="warning" /> {now.problem}</span>
      )}
    </div>
  );
}
