/**
 * A hunt of one panel or pane: started, cancelled, started again; gives a new model for each change. Knows nothing of the
 * app: the lab and the files are ports, so that it is tested without one.
 */
import { applyEdits } from "../base";
import type { HuntRequest, Lab } from "../core";
import { explain, tune, type Explanation, type FoundEvent, type FoundRule } from "../hunt";
import { readSigma, type DetectionRule } from "../query/sigma";
import type { HuntModel } from "../ui";

/** What is hunted with and in; asked anew for each run. */
export interface HuntPlan {
  readonly title: string;
  /** Reads rules and logs. What it rejects with is shown. */
  gather(): Promise<HuntRequest>;
}

export interface HuntPorts {
  /** The lab that hunts; made when it is first needed. */
  lab(): Lab;
  clock(): number;
  onModel(model: HuntModel): void;
}

export class HuntRun {
  private cancelling: AbortController | undefined;
  private request: HuntRequest | undefined;
  private turn = 0;
  private current: HuntModel;

  constructor(private readonly plan: HuntPlan, private readonly ports: HuntPorts) {
    this.current = { title: plan.title, state: { kind: "running", events: 0 } };
  }

  model(): HuntModel {
    return this.current;
  }

  async start(): Promise<void> {
    this.cancelling?.abort();
    const cancel = new AbortController();
    this.cancelling = cancel;
    const turn = ++this.turn;
    const started = this.ports.clock();
    const tell = (state: HuntModel["state"]): void => {
      if (turn === this.turn) this.publish(state);
    };
    tell({ kind: "running", events: 0 });
    try {
      const request = await this.plan.gather();
      if (turn !== this.turn) return;
      this.request = request;
      const report = await this.ports.lab().hunt(request, cancel.signal, (events) => { tell({ kind: "running", events }); });
      tell({ kind: "done", report, ms: this.ports.clock() - started });
    } catch (problem) {
      if (cancel.signal.aborted) tell({ kind: "stopped" });
      else tell({ kind: "failed", message: problem instanceof Error ? problem.message : String(problem) });
    }
  }

  cancel(): void {
    this.cancelling?.abort();
    if (this.current.state.kind === "running") this.publish({ kind: "stopped" });
  }

  /** Ends the hunt; nothing is told any more. */
  close(): void {
    this.turn++;
    this.cancelling?.abort();
  }

  /** What a rule makes of an event that it found; undefined when the rule's text is not at hand. */
  explain(found: FoundRule, { event }: FoundEvent): Explanation | undefined {
    const rule = event === undefined ? undefined : this.ruleOf(found)?.rule;
    return rule && explain(rule, event);
  }

  /** The rule's text with a filter that leaves out some of its events and keeps its others. */
  tune(found: FoundRule, wrong: readonly FoundEvent[]): { readonly text: string; readonly removed: number } | undefined {
    const read = this.ruleOf(found);
    const eventsOf = (all: readonly FoundEvent[]) => all.flatMap(({ event }) => (event === undefined ? [] : [event]));
    const tuned = read && tune(read.rule, read.text, eventsOf(wrong), eventsOf(found.events.filter((e) => !wrong.includes(e))));
    return tuned && { text: applyEdits(read.text, tuned.edits), removed: tuned.removed };
  }

  private ruleOf({ rule }: FoundRule): { readonly rule: DetectionRule; readonly text: string } | undefined {
    for (const { path, text } of this.request?.rules ?? []) {
      if (path !== rule.path) continue;
      const found = readSigma(text).rules.find((each) => each.kind === "detection"
        && (each.id?.value ?? each.title?.value) === (rule.id ?? rule.title));
      if (found?.kind === "detection") return { rule: found, text };
    }
    return undefined;
  }

  private publish(state: HuntModel["state"]): void {
    this.current = { title: this.plan.title, state };
    this.ports.onModel(this.current);
  }
}
