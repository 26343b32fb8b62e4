/** Who refreshes when. */
import { describe, expect, it } from "vitest";
import { Panels, type Drawing } from "../../src/core";

/** A clock that is turned by hand. */
class Timers {
  private at = 0;
  private waiting: { readonly at: number; readonly call: () => void }[] = [];

  readonly later = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.at + ms, call };
    this.waiting.push(timer);
    return () => { this.waiting = this.waiting.filter((each) => each !== timer); };
  };

  async pass(ms: number): Promise<void> {
    this.at += ms;
    const due = this.waiting.filter((each) => each.at <= this.at);
    this.waiting = this.waiting.filter((each) => each.at > this.at);
    for (const { call } of due) call();
    await settled();
  }
}

const settled = async (): Promise<void> => { for (let i = 0; i < 10; i++) await Promise.resolve(); };

/** A panel whose answers come when they are released. */
class Panel {
  computed = 0;
  drawn: string[] = [];
  failures: unknown[] = [];
  selecting = false;
  answer: () => Promise<string> = () => Promise.resolve("same");

  compute = async (): Promise<Drawing> => {
    this.computed++;
    const key = await this.answer();
    return { key, draw: () => { this.drawn.push(key); } };
  };
  busy = (): boolean => this.selecting;
  failed = (problem: unknown): void => { this.failures.push(problem); };
}

describe("panels", () => {
  it("are worked out when they come into view, not before", async () => {
    const panels = new Panels(new Timers());
    const panel = new Panel();
    const place = panels.enter(panel);
    await settled();
    expect(panel.computed).toBe(0);
    place.shown(true);
    await settled();
    expect(panel.drawn).toEqual(["same"]);
    place.shown(false);
    place.shown(true);
    await settled();
    expect(panel.computed).toBe(1);
  });

  it("wait for quiet, then are worked out once; an answer as before draws nothing", async () => {
    const timers = new Timers();
    const panels = new Panels(timers);
    const panel = new Panel();
    panels.enter(panel).shown(true);
    await settled();
    panels.changed();
    await timers.pass(200);
    panels.changed();
    await timers.pass(200);
    expect(panel.computed).toBe(1);
    await timers.pass(100);
    expect(panel.computed).toBe(2);
    expect(panel.drawn).toEqual(["same"]);
    panel.answer = () => Promise.resolve("other");
    panels.changed();
    await timers.pass(300);
    expect(panel.drawn).toEqual(["same", "other"]);
  });

  it("out of view wait until they are seen", async () => {
    const timers = new Timers();
    const panels = new Panels(timers);
    const panel = new Panel();
    const place = panels.enter(panel);
    place.shown(true);
    await settled();
    place.shown(false);
    panels.changed();
    await timers.pass(1000);
    expect(panel.computed).toBe(1);
    place.shown(true);
    await settled();
    expect(panel.computed).toBe(2);
  });

  it("never draw an answer that is older than the newest question", async () => {
    const timers = new Timers();
    const panels = new Panels(timers);
    const panel = new Panel();
    const answers: ((key: string) => void)[] = [];
    panel.answer = () => new Promise((resolve) => { answers.push(resolve); });
    panels.enter(panel).shown(true);
    panels.changed(true);
    panels.changed(true);
    await settled();
    expect(answers).toHaveLength(1);
    answers[0]?.("old");
    await settled();
    expect(panel.drawn).toEqual([]);
    expect(answers).toHaveLength(2);
    answers[1]?.("new");
    await settled();
    expect(panel.drawn).toEqual(["new"]);
  });

  it("are left alone while somebody selects in them, and caught up on afterwards", async () => {
    const timers = new Timers();
    const panels = new Panels(timers);
    const panel = new Panel();
    panels.enter(panel).shown(true);
    await settled();
    panel.selecting = true;
    panel.answer = () => Promise.resolve("new");
    panels.changed();
    await timers.pass(300);
    await timers.pass(300);
    expect(panel.drawn).toEqual(["same"]);
    panel.selecting = false;
    await timers.pass(300);
    expect(panel.drawn).toEqual(["same", "new"]);
  });

  it("tell a failure, and draw the same answer again after it", async () => {
    const timers = new Timers();
    const panels = new Panels(timers);
    const panel = new Panel();
    panels.enter(panel).shown(true);
    await settled();
    panel.answer = () => Promise.reject(new Error("no"));
    panels.changed(true);
    await settled();
    expect(panel.failures).toEqual([new Error("no")]);
    panel.answer = () => Promise.resolve("same");
    panels.changed(true);
    await settled();
    expect(panel.drawn).toEqual(["same", "same"]);
  });

  it("that left are neither worked out nor drawn", async () => {
    const panels = new Panels(new Timers());
    const panel = new Panel();
    let release: (key: string) => void = () => undefined;
    panel.answer = () => new Promise((resolve) => { release = resolve; });
    const place = panels.enter(panel);
    place.shown(true);
    place.leave();
    release("late");
    await settled();
    panels.changed(true);
    await settled();
    expect(panel.computed).toBe(1);
    expect(panel.drawn).toEqual([]);
  });
});
