/** Does what Dataview does to the language: registers it in `onload`, at its order, and says that it drew. */
import { Plugin } from "obsidian";

export default class FixtureDataview extends Plugin {
  override onload(): void {
    this.registerMarkdownCodeBlockProcessor("dataview", (source, el) => {
      el.createDiv({ cls: "drawn-by-dataview", text: source });
    }, -100);
  }
}
