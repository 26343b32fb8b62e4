/** Events and components: who listens to whom, and what is undone when a thing ends. */
import type * as Published from "obsidian";
import type { Public } from "./published.mts";

type Callback = (...data: never[]) => unknown;

interface Ref extends Published.EventRef {
  readonly source: Events;
  readonly name: string;
  readonly callback: Callback;
  readonly ctx: unknown;
}

/** A thing that others can listen to. A listener that throws is reported and stops no other. */
export class Events implements Public<Published.Events> {
  private readonly listeners = new Map<string, Ref[]>();

  on(name: string, callback: Callback, ctx?: unknown): Published.EventRef {
    const ref: Ref = { source: this, name, callback, ctx };
    const list = this.listeners.get(name);
    if (list === undefined) this.listeners.set(name, [ref]);
    else list.push(ref);
    return ref;
  }

  off(name: string, callback: Callback): void {
    this.keep(name, (ref) => ref.callback !== callback);
  }

  offref(ref: Published.EventRef): void {
    this.keep((ref as Ref).name, (each) => each !== ref);
  }

  trigger(name: string, ...data: unknown[]): void {
    for (const ref of [...this.listeners.get(name) ?? []]) this.tryTrigger(ref, data);
  }

  tryTrigger(ref: Published.EventRef, args: unknown[]): void {
    const { callback, ctx } = ref as Ref;
    try {
      callback.apply(ctx, args as never[]);
    } catch (error) {
      report(error);
    }
  }

  private keep(name: string, wanted: (ref: Ref) => boolean): void {
    const list = this.listeners.get(name);
    if (list !== undefined) this.listeners.set(name, list.filter(wanted));
  }
}

/** Hands an error to the page's own reporting, as the app's console would show it, without stopping the caller. */
export function report(error: unknown): void {
  setTimeout(() => { throw error; }, 0);
}

/** Something with a life: what it registers ends with it. */
export class Component implements Public<Published.Component> {
  private loaded = false;
  private readonly children: Published.Component[] = [];
  private endings: (() => unknown)[] = [];

  load(): void {
    if (this.loaded) return;
    this.loaded = true;
    const result: unknown = this.onload();
    if (result instanceof Promise) result.catch(report);
    for (const child of [...this.children]) child.load();
  }

  onload(): void { /* for heirs */ }

  unload(): void {
    if (!this.loaded) return;
    this.loaded = false;
    while (this.children.length > 0) this.children.pop()?.unload();
    const endings = this.endings;
    this.endings = [];
    for (const end of endings.reverse()) {
      try { end(); } catch (error) { report(error); }
    }
    this.onunload();
  }

  onunload(): void { /* for heirs */ }

  addChild<T extends Published.Component>(component: T): T {
    this.children.push(component);
    if (this.loaded) component.load();
    return component;
  }

  removeChild<T extends Published.Component>(component: T): T {
    const at = this.children.indexOf(component);
    if (at >= 0) {
      this.children.splice(at, 1);
      component.unload();
    }
    return component;
  }

  register(callback: () => unknown): void {
    this.endings.push(callback);
  }

  registerEvent(ref: Published.EventRef): void {
    this.register(() => (ref as Ref).source.offref(ref));
  }

  registerDomEvent(el: Window | Document | HTMLElement, type: string, callback: (this: HTMLElement, event: never) => unknown,
    options?: boolean | AddEventListenerOptions): void {
    el.addEventListener(type, callback as EventListener, options);
    this.register(() => el.removeEventListener(type, callback as EventListener, options));
  }

  registerInterval(id: number): number {
    this.register(() => clearInterval(id));
    return id;
  }
}
