/** Tree → plan. Total: what cannot be bound is told, and the rest is bound all the same. */
import { hasErrors, type Diagnostic } from "../../base";
import type { Compiled, Scope } from "../language";
import { bodyOf, rowsOf, tabularOf } from "./bind-pipeline";
import { bindProgram, declare } from "./bind-statement";
import { Binding } from "./binding";
import { Environment, type PatternNames, type RowScope } from "./environment";
import { parse } from "./parser";
import type { Program } from "./syntax";

/** What stands at an offset while a text is bound: columns there, and names of the query. */
export interface Surroundings {
  readonly row: RowScope | undefined;
  readonly environment: Environment;
  /** The nodes and edges of a graph's pattern. */
  readonly pattern?: PatternNames | undefined;
}

/** Binds a program; `diagnostics` are the parser's and come first. */
export function bind(program: Program, scope: Scope, diagnostics: readonly Diagnostic[]): Compiled {
  const b = new Binding(scope, { rowsOf, tabularOf, bodyOf, declare });
  const rows = bindProgram(b, program, new Environment());
  const all = [...diagnostics, ...b.diagnostics];
  const ordered = all.map((d, i) => ({ d, i })).sort((x, y) => x.d.span.from - y.d.span.from
    || x.i - y.i).map((x) => x.d);
  return {
    ...(rows && !hasErrors(all) ? { plan: rows.plan } : {}),
    ...(b.rendering ? { rendering: b.rendering } : {}),
    diagnostics: ordered,
    outline: [...b.outline].sort((x, y) => x.span.from - y.span.from),
    tables: b.tables,
  };
}

/** Reads and binds a text for what is in scope at `at`: in the innermost operator that holds it, or ends the text. */
export function surroundings(text: string, scope: Scope, at: number): Surroundings {
  const { program } = parse(text);
  const end = text.trimEnd().length;
  const b = new Binding(scope, { rowsOf, tabularOf, bodyOf, declare });
  const outermost = new Environment();
  let best: Surroundings & { from: number } = { from: -1, row: undefined, environment: outermost };
  b.watch = ({ from, to }, row, environment, pattern) => {
    if (from <= at && (to >= at || to >= end) && from >= best.from) best = { from, row, environment, pattern };
  };
  bindProgram(b, program, outermost);
  return best;
}
