/** Queries with some of their tokens taken out, doubled, exchanged or mixed with those of others, and what must hold of each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LocalLab } from "../../src/core";
import { functions } from "../../src/query/functions";
import { kql } from "../../src/query/kql";
import { lex } from "../../src/query/kql/lexer";
import { parse } from "../../src/query/kql/parser";
import { printProgram } from "../../src/query/kql/print";

export type Random = () => number;

const pick = <T>(next: Random, of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;

/** Longer queries only cost time. */
const LONGEST = 900;

/** The blocks of the rules that the project ships. */
function shipped(): string[] {
  const folder = fileURLToPath(new URL("../../demo/Detection Rules", import.meta.url));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .flatMap((entry) => [...readFileSync(`${entry.parentPath}/${entry.name}`, "utf8").matchAll(/```(?:kql|kusto)[^\n]*\n([\s\S]*?)```/g)])
    .map((block) => block[1] ?? "");
}

/** The rules beside the project, where it is built. */
function beside(): string[] {
  const file = fileURLToPath(new URL("../../../shared/conformance/kql/corpus.jsonl", import.meta.url));
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { readonly query: string }).query);
}

/** What is mutated: examples of the functions and whole rules. */
export const QUERIES: readonly string[] = [
  ...functions.all().flatMap((entry) => entry.examples.map(([code]) => (entry.kind === "scalar" ? `print ${code}` : code))),
  ...shipped(), ...beside(),
].filter((query) => query.length < LONGEST);

const ODD = ["|", "(", ")", "[", "]", "{", "}", ",", ";", "=", "..", ".", ":", "*", "-", "'", '"', "@\"", "//", "\n", "0", "-1", "1e400", "99999999999999999999", "1d", "106752000d",
  "long(null)", "real(nan)", "datetime(null)", "datetime(9999-12-31T23:59:59.9999999)", "timespan(null)", "dynamic(null)", "dynamic([])", "dynamic({})", "''", "'\\u0000'", "'(a+)+$'", "true", "null",
  "typeof(long)", "$left", "$right", "T", "x", "s", "d", "t", "toscalar(T | count)", "(T | take 1)", "materialize(T)", "not", "by", "on", "to", "in", "between", "kind=inner", "as A", "invoke f()", "__proto__", "constructor"];

/** The text between two tokens goes with the second, so that the pieces put together are the query. */
function pieces(query: string): string[] {
  let at = 0;
  return lex(query).map((token) => {
    const piece = query.slice(at, token.span.to);
    at = token.span.to;
    return piece;
  });
}

/** A mutant of a query. */
export function mutant(next: Random): string {
  const out = pieces(pick(next, QUERIES));
  for (let n = 1 + Math.floor(next() * next() * 5); n > 0; n--) {
    const at = Math.floor(next() * (out.length + 1));
    const kind = next();
    if (kind < 0.25) out.splice(at, 1 + Math.floor(next() * next() * 4));
    else if (kind < 0.4) out.splice(at, 0, ...out.slice(at, at + 1 + Math.floor(next() * 6)));
    else if (kind < 0.55) [out[at], out[at + 1]] = [out[at + 1] ?? "", out[at] ?? ""];
    else if (kind < 0.7) out.splice(at, Math.floor(next() * 2), ` ${pick(next, ODD)} `);
    else if (kind < 0.85) {
      const other = pieces(pick(next, QUERIES));
      out.splice(at, Math.floor(next() * 2), ` ${pick(next, other)}`);
    } else if (kind < 0.97) {
      const other = pieces(pick(next, QUERIES));
      const from = Math.floor(next() * other.length);
      out.splice(at, Math.floor(next() * 12), "\n", ...other.slice(from, from + 1 + Math.floor(next() * 20)));
    } else out.length = at;
  }
  return out.join("").slice(0, LONGEST * 2);
}

const ROWS = [
  { TimeGenerated: "2024-01-01T00:00:00Z", x: 1, s: "a b", d: { k: [1, "z"] }, t: "2024-01-01T00:00:00Z", EventID: 4688, ResultType: "0" },
  { TimeGenerated: "2024-01-02T00:00:00Z", x: 2, s: "", d: [1], t: "2024-01-02T00:00:00Z", EventID: 4624, ResultType: "50126" },
];

/** Tries mutants on a lab with two rows in some tables; throws where something does not hold. */
export class Trial {
  private readonly lab = new LocalLab({ clock: () => performance.now(), pause: () => Promise.resolve(), wallTicks: () => 639_000_000_000_000_000n });
  /** How many had a plan and were run. */
  ran = 0;
  /** The longest time that one took, in milliseconds. */
  longest = 0;
  private scope = this.lab.scope({ lenient: true });

  async ready(): Promise<this> {
    const text = ROWS.map((row) => JSON.stringify(row)).join("\n");
    for (const table of ["T", "SecurityEvent", "SigninLogs", "DeviceProcessEvents"]) await this.lab.load({ id: table, table, text });
    this.scope = this.lab.scope({ lenient: true });
    return this;
  }

  /** Everything that an editor and a run would do with this text. */
  async once(text: string, next: Random): Promise<void> {
    const started = performance.now();
    const { plan, diagnostics } = this.lab.compile("kql", text, this.scope);
    for (const { code, span } of diagnostics) {
      if (!(span.from >= 0 && span.from <= span.to && span.to <= text.length)) throw new RangeError(`${code} is at ${span.from}..${span.to} of ${text.length}`);
    }
    if (next() < 0.15) this.asked(text, Math.floor(next() * (text.length + 1)));
    if (plan !== undefined) {
      this.ran++;
      await this.lab.run(plan, { now: this.scope.now, limitMs: 300, maxRows: 500, maxHeldRows: 20_000 });
    }
    this.longest = Math.max(this.longest, performance.now() - started);
  }

  private asked(text: string, at: number): void {
    kql.expected(text, at, this.scope);
    kql.hover(text, at, this.scope);
    kql.tokens(text);
    const laidOut = kql.format(text);
    if (kql.format(laidOut) !== laidOut) throw new Error(`Laid out again it differs:\n${laidOut}`);
    sameWhenPrinted(text);
  }
}

/** print∘parse is the identity on trees, places left out, where the text can be read. */
export function sameWhenPrinted(text: string): void {
  const first = parse(text);
  if (first.diagnostics.some((d) => d.severity === "error")) return;
  const printed = printProgram(first.program);
  const second = parse(printed);
  const wrong = second.diagnostics.find((d) => d.severity === "error");
  if (wrong) throw new Error(`Printed it cannot be read: ${wrong.message}\n${printed}`);
  const [before, after] = [placeless(first.program), placeless(second.program)];
  if (before !== after) throw new Error(`Printed it reads otherwise:\n${printed}\n${before}\n${after}`);
}

/** A tree as text without its places, and without how constants were written. */
function placeless(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === "span" || key === "wordSpan" || key === "opSpan" || key === "text" && typeof value === "string" && value.length > 40 ? undefined
    : typeof value === "bigint" ? `${value}n` : value instanceof Map ? [...value as Map<string, unknown>] : value));
}
