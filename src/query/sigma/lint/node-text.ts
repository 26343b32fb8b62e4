/** A YAML value as one text that is the same for equal values. */
import type { YamlNode } from "../../../base";

/** Whether two values say the same; a nested one is told apart by its brackets. The depth of YAML is bounded. */
export function nodesText(node: YamlNode): string {
  switch (node.kind) {
    case "scalar": return JSON.stringify([node.text.toLowerCase(), typeof node.value]);
    case "list": return `[${node.items.map(nodesText).join(",")}]`;
    case "map": return `{${node.entries.map((entry) => `${JSON.stringify(entry.key)}:${nodesText(entry.node)}`).join(",")}}`;
  }
}
