/**
 * Functions that stand outside of the query, in the workspace: read when they are called, with every place in their
 * text put at the call, since the reader of the query sees nothing else of them.
 */
import type { Span } from "../../base";
import type { Binding } from "./binding";
import { Environment, type Entity } from "./environment";
import { parseSaved } from "./parser";
import type { FunctionBody } from "./syntax";

type FunctionEntity = Extract<Entity, { kind: "function" }>;

/** What a name means: of the query itself, else a saved function. */
export function entityNamed(b: Binding, name: string, environment: Environment): Entity | undefined {
  return environment.find(name) ?? savedFunction(b, name);
}

/** The saved function of a name, read once for a binding; undefined when the workspace has none. */
function savedFunction(b: Binding, name: string): FunctionEntity | undefined {
  const known = b.saved.get(name);
  if (known !== undefined) return known ?? undefined;
  const saved = b.scope.function?.(name);
  const entity = saved ? read(name, saved.text, b) : null;
  b.saved.set(name, entity);
  return entity ?? undefined;
}

function read(name: string, text: string, b: Binding): FunctionEntity {
  const { body, diagnostics } = parseSaved(text);
  const wrong = diagnostics.find((d) => d.severity === "error");
  if (wrong) b.unreadable.set(name, wrong.message);
  return { kind: "function", name, body, environment: new Environment(), saved: true };
}

/** Puts everything of a body at one place. Trees may lean far to one side, so this keeps a list of its own. */
export function moveTo(body: FunctionBody, span: Span): void {
  const todo: unknown[] = [body];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (Array.isArray(next)) for (const item of next) todo.push(item);
    else if (typeof next === "object" && next !== null && !(next instanceof Map)) {
      const node = next as Record<string, unknown>;
      for (const key of Object.keys(node)) {
        if (key === "span" || key === "wordSpan" || key === "opSpan") node[key] = span;
        // Constants hold no places, and may be large.
        else if (key !== "value" || node["kind"] !== "literal") todo.push(node[key]);
      }
    }
  }
}

/** Names of Microsoft's ASIM parsers. Microsoft Sentinel docs: "ASIM parsers", "Parser naming". */
const ASIM = /^(?:_?(?:Im|ASim)_?[A-Z]|_Im_|_ASim_|im[A-Z]|vim[A-Z])/;

/** Tells a name that the workspace would have to define; false when nothing says that it is one. */
export function tellWorkspaceFunction(b: Binding, name: string, span: Span): boolean {
  if (!ASIM.test(name)) return false;
  const known = b.scope.functions?.() ?? [];
  const lower = name.toLowerCase();
  // A misspelt one is told as such, with its fix.
  if (known.some((k) => k.toLowerCase() === lower)) return false;
  b.fail("kql-unknown-function", `'${name}' is a function of the workspace (an ASIM parser), which is not part of the `
    + `language: define it in a note, as a \`\`\`kusto function=${name} block.`, span);
  return true;
}
