/** All commands, and which can run now. */
import type * as Published from "obsidian";
import { isHotkey } from "./keymap.mts";
import { report } from "./events.mts";

interface EditingView { readonly editor?: Published.Editor; getMode?(): string }

export class CommandRegistry {
  readonly commands: Record<string, Published.Command> = {};
  /** Ids in the order last used, newest first. */
  readonly recent: string[] = [];

  constructor(private readonly app: Published.App) {}

  add(command: Published.Command): void { this.commands[command.id] = command; }

  remove(id: string): void { delete this.commands[id]; }

  /** Commands that can run where the user is. */
  list(): Published.Command[] {
    return Object.values(this.commands).filter((command) => this.run(command, true));
  }

  executeCommandById(id: string): boolean {
    const command = this.commands[id];
    if (command === undefined || !this.run(command, true)) return false;
    this.recent.remove(id);
    this.recent.unshift(id);
    return this.run(command, false);
  }

  /** Runs the command that the key stands for. */
  press(event: KeyboardEvent): boolean {
    for (const command of Object.values(this.commands)) {
      if (command.hotkeys?.some((hotkey) => isHotkey(event, hotkey)) === true) return this.executeCommandById(command.id);
    }
    return false;
  }

  /** With `checking` only says whether the command can run. */
  private run(command: Published.Command, checking: boolean): boolean {
    try {
      const view = this.app.workspace.activeLeaf?.view as (EditingView & Published.MarkdownView) | undefined;
      const editor = view?.getMode?.() === "source" ? view.editor : undefined;
      if (command.editorCheckCallback !== undefined || command.editorCallback !== undefined) {
        if (editor === undefined || view === undefined) return false;
        if (command.editorCheckCallback !== undefined) return command.editorCheckCallback(checking, editor, view) !== false;
        if (!checking) this.settle(command.editorCallback?.(editor, view));
        return true;
      }
      if (command.checkCallback !== undefined) return command.checkCallback(checking) !== false;
      if (!checking) this.settle(command.callback?.());
      return command.callback !== undefined;
    } catch (error) {
      report(error);
      return false;
    }
  }

  private settle(result: unknown): void {
    if (result instanceof Promise) result.catch(report);
  }
}
