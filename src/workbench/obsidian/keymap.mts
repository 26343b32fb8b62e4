/** Keys: scopes that stack up, modifiers, and which click means "in a new tab". */
import type * as Published from "obsidian";
import { Platform } from "./platform.mts";
import { published, type Public } from "./published.mts";

interface Handler extends Published.KeymapEventHandler { func: Published.KeymapEventListener }

function pressed(event: KeyboardEvent | MouseEvent): string {
  const keys: string[] = [];
  if (event.altKey) keys.push("Alt");
  if (event.ctrlKey) keys.push("Ctrl");
  if (event.metaKey) keys.push("Meta");
  if (event.shiftKey) keys.push("Shift");
  return keys.join(",");
}

function compiled(modifiers: readonly Published.Modifier[]): string {
  const plain = modifiers.map((each) => each === "Mod" ? (Platform.isMacOS ? "Meta" : "Ctrl") : each);
  return [...new Set(plain)].sort().join(",");
}

/** True when the event is what the hotkey says. */
export function isHotkey(event: KeyboardEvent, hotkey: Published.Hotkey): boolean {
  return pressed(event) === compiled(hotkey.modifiers) && event.key.toLowerCase() === hotkey.key.toLowerCase();
}

/** A hotkey as people write it. */
export function printHotkey(hotkey: Published.Hotkey): string {
  const keys = hotkey.modifiers.map((each) => each === "Mod" ? (Platform.isMacOS ? "Cmd" : "Ctrl") : each);
  return [...keys, hotkey.key.length === 1 ? hotkey.key.toUpperCase() : hotkey.key].join("+");
}

export class Scope implements Public<Published.Scope> {
  readonly handlers: Handler[] = [];

  constructor(readonly parent?: Published.Scope) {}

  register(modifiers: Published.Modifier[] | null, key: string | null, func: Published.KeymapEventListener): Published.KeymapEventHandler {
    const handler: Handler = {
      modifiers: modifiers === null ? null : compiled(modifiers), key, func, scope: published<Published.Scope>(this),
    };
    this.handlers.push(handler);
    return handler;
  }

  unregister(handler: Published.KeymapEventHandler): void {
    const at = this.handlers.indexOf(handler as Handler);
    if (at >= 0) this.handlers.splice(at, 1);
  }

  /** False when a handler took the key and wants nothing else to happen. */
  handle(event: KeyboardEvent): false | undefined {
    for (const handler of [...this.handlers]) {
      const fits = (handler.modifiers === null || handler.modifiers === pressed(event))
        && (handler.key === null || handler.key.toLowerCase() === event.key.toLowerCase());
      if (!fits) continue;
      const context = { modifiers: pressed(event), key: event.key, vkey: event.key };
      if (handler.func(event, context) === false) return false;
    }
    return (this.parent as Scope | undefined)?.handle(event);
  }
}

export class Keymap implements Public<Published.Keymap> {
  private readonly scopes: Scope[] = [];

  pushScope(scope: Published.Scope): void { this.scopes.push(scope as unknown as Scope); }

  popScope(scope: Published.Scope): void {
    const at = this.scopes.lastIndexOf(scope as unknown as Scope);
    if (at >= 0) this.scopes.splice(at, 1);
  }

  /** Gives the key to the topmost scope. */
  handle(event: KeyboardEvent): void {
    const top = this.scopes[this.scopes.length - 1];
    if (top?.handle(event) !== false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** True while a modal or menu holds the keys. */
  get busy(): boolean { return this.scopes.length > 1; }

  static isModifier(event: MouseEvent | TouchEvent | KeyboardEvent, modifier: Published.Modifier): boolean {
    switch (modifier) {
      case "Mod": return Platform.isMacOS ? event.metaKey : event.ctrlKey;
      case "Ctrl": return event.ctrlKey;
      case "Meta": return event.metaKey;
      case "Shift": return event.shiftKey;
      case "Alt": return event.altKey;
    }
  }

  static isModEvent(event?: Published.UserEvent | null): Published.PaneType | boolean {
    if (event === undefined || event === null) return false;
    if ("button" in event && event.button === 1) return "tab";
    if (!Keymap.isModifier(event, "Mod")) return false;
    return event.altKey ? event.shiftKey ? "window" : "split" : "tab";
  }
}
