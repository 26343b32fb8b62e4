/** Microsoft's own parser, as the tests ask it. */
import { createRequire } from "node:module";
import type { TableFacts } from "../../../src/query/language";

/** What we use of the parser, which is compiled from another language and has no helpful types. */
interface Sequence { moveNext(): boolean; readonly Current: never }
/** A finding of Microsoft's parser. */
export interface Finding { readonly Code: string; readonly Severity: string; readonly Message: string }
export interface Oracle {
  /** `a:string, b:long`, or what is wrong. */
  columns(query: string): string;
  /** Errors of the text alone, and all errors. */
  errors(query: string): { readonly syntax: readonly Finding[]; readonly all: readonly Finding[] };
}

/** Microsoft's parser over these tables. */
export function oracleOf(tables: readonly TableFacts[]): Oracle {
  const require = createRequire(import.meta.url);
  const host = globalThis as unknown as { Bridge: { getEnumerator(x: unknown): Sequence }; Kusto: { Language: Record<string, never> } };
  host.Bridge = require("@kusto/language-service-next/bridge.min.js") as typeof host.Bridge;
  require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
  const language = host.Kusto.Language as unknown as {
    KustoCode: { ParseAndAnalyze(text: string, globals: unknown): { GetDiagnostics(): unknown; GetSyntaxDiagnostics(): unknown; ResultType?: { Columns?: unknown; IsOpen?: boolean } } };
    GlobalState: { Default: { WithDatabase(d: unknown): unknown } };
    Symbols: {
      ScalarTypes: { GetSymbol(name: string): unknown };
      ColumnSymbol: new (name: string, type: unknown, ...rest: undefined[]) => unknown;
      TableSymbol: { $ctor4: new (name: string, columns: unknown[]) => unknown };
      DatabaseSymbol: { ctor: new (name: string, members: unknown[]) => unknown };
    };
  };
  const list = <T>(x: unknown): T[] => {
    if (Array.isArray(x)) return x as T[];
    const out: T[] = [];
    const e = host.Bridge.getEnumerator(x);
    while (e.moveNext()) out.push(e.Current as T);
    return out;
  };
  const s = language.Symbols;
  const made = tables.map((t) => new s.TableSymbol.$ctor4(t.name, t.schema.columns.map((c) => new s.ColumnSymbol(c.name, s.ScalarTypes.GetSymbol(c.type), undefined, undefined, undefined, undefined))));
  const globals = language.GlobalState.Default.WithDatabase(new s.DatabaseSymbol.ctor("db", made));
  const isError = (d: Finding): boolean => d.Severity === "Error";
  return {
    errors(query) {
      const code = language.KustoCode.ParseAndAnalyze(query, globals);
      return { syntax: list<Finding>(code.GetSyntaxDiagnostics()).filter(isError), all: list<Finding>(code.GetDiagnostics()).filter(isError) };
    },
    columns(query) {
      const code = language.KustoCode.ParseAndAnalyze(query, globals);
      const errors = list<{ Severity: string; Message: string }>(code.GetDiagnostics()).filter((d) => d.Severity === "Error");
      if (errors.length > 0) return `errors: ${errors.map((e) => e.Message).join("; ")}`;
      return list<{ Name: string; Type: { Name: string } }>(code.ResultType?.Columns ?? []).map((c) => `${c.Name}:${c.Type.Name}`).join(", ") + (code.ResultType?.IsOpen ? ", …" : "");
    },
  };
}
