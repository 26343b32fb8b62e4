/** One binding of one query: node ids, findings, outline, and the budget that keeps a small text from a huge plan. */
import { TooLarge, error, info, nearest, warning, type Diagnostic, type Fix, type Span } from "../../base";
import type { ScalarType, Value } from "../../table";
import { fold } from "../fold";
import { functions, type KernelContext } from "../functions";
import type { Compiled, Scope } from "../language";
import type { Expr, Plan, PlanOp } from "../plan";
import type { Rendering } from "../rendering";
import { schemaOf, type BoundColumn, type Entity, type Environment, type Further, type PatternNames,
  type RowScope, type Rows } from "./environment";
import type { Expression, Pipeline, Statement } from "./syntax";

/** Operators and expressions that one query may be bound to; functions called from functions multiply. */
const BUDGET = 60_000;

/** Looks that long functions may take, each after some matches or rows, before folding leaves them to the run. */
const MOST_LOOKS = 200;

/** Reads operators; set by the binder, so that expressions and pipelines may hold one another. */
export interface Grammar {
  /** An expression that gives rows; undefined when it gives none, which is told. */
  rowsOf(binding: Binding, e: Expression, environment: Environment): Rows | undefined;
  /** The same where a graph is as welcome: behind `let`, as an argument, before a graph operator. */
  tabularOf(binding: Binding, e: Expression, environment: Environment): Rows | undefined;
  /** Operators over rows from outside (`mv-apply`, `partition`). */
  bodyOf(binding: Binding, body: Pipeline, input: Rows, environment: Environment): Rows;
  /** A statement that names something. */
  declare(binding: Binding, statement: Statement, environment: Environment): void;
}

type OutlineEntry = Compiled["outline"][number];

export class Binding {
  readonly diagnostics: Diagnostic[] = [];
  readonly outline: OutlineEntry[] = [];
  readonly tables: { name: string; span: Span; known: boolean }[] = [];
  /** How the rows are to be drawn, where `render` has said so. */
  rendering: Rendering | undefined;
  /** Saved functions that have been asked for, null where the workspace has none; those that could not be read. */
  readonly saved = new Map<string, Extract<Entity, { kind: "function" }> | null>();
  readonly unreadable = new Map<string, string>();
  /** Saved functions whose bodies are being bound, outermost first, and those being asked what they give. */
  readonly calling: string[] = [];
  readonly asking = new Set<string>();
  /** Roots with results before them, by id, and the operator that made them. */
  readonly several = new Map<number, { readonly word: string; readonly span: Span }>();
  /** Plugins that give further tables, by the node of their first. */
  readonly further = new Map<number, Further>();
  /** What `set` says `now()` is, in ticks; and how many rows a result may have. */
  now: bigint | undefined;
  mostRows: number | undefined;
  /** Told of each operator: its place, and the rows that it gets; what completion asks for. */
  watch: ((at: Span, row: RowScope | undefined, environment: Environment, pattern?: PatternNames) => void) | undefined;
  /** Plans of names that have been put somewhere already; the next use gets nodes of its own. */
  readonly used = new WeakSet<Plan>();
  private nextId = 1;
  private spent = 0;
  private readonly told = new Set<string>();
  private readonly absentValues = new WeakSet<Expr>();
  private readonly kernel: KernelContext;

  constructor(readonly scope: Scope, readonly grammar: Grammar) {
    let looks = 0;
    // Folding happens at each keystroke: what takes long is left to the run, which has a clock.
    const check = () => {
      if (++looks > MOST_LOOKS) throw new TooLarge("This takes too long to be computed before the run.");
    };
    const now = (): bigint => this.now ?? scope.now;
    this.kernel = { get now() { return now(); }, random: () => 0.5, warn: () => undefined, check };
  }

  id(): number {
    return this.nextId++;
  }

  node(op: PlanOp, columns: readonly BoundColumn[], span: Span, label: string, open = false): Plan {
    this.spend(span);
    // What a saved function is made of is no step of this query: it is shown as one.
    const shown = this.calling.length > 0 && op.op !== "scan" ? "" : label;
    return { id: this.id(), span, label: shown, schema: schemaOf(columns, open), ...op };
  }

  /** Wraps rows into one more node. */
  rows(op: PlanOp, columns: readonly BoundColumn[], span: Span, label: string, open = false): Rows {
    return { plan: this.node(op, columns, span, label, open), columns, open };
  }

  /** False once the query has become too large; that is told once. */
  spend(span: Span): boolean {
    if (++this.spent <= BUDGET) return true;
    this.fail("kql-too-large", "This query becomes too large when its functions are put in their places.",
      { from: span.from, to: span.to });
    return false;
  }

  get exhausted(): boolean {
    return this.spent > BUDGET;
  }

  tell(found: Diagnostic): void {
    let d = found;
    if (this.calling.length > 0) {
      // Fixes would edit a text that is not this one.
      const { fix: _, ...rest } = found;
      d = { ...rest, message: `In '${this.calling.join("', '")}': ${found.message}` };
    }
    const key = d.code === "kql-too-large" ? d.code : `${d.code} ${d.span.from} ${d.span.to} ${d.message}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.diagnostics.push(d);
  }

  fail(code: string, message: string, span: Span, more: Pick<Diagnostic, "notes" | "fix"> = {}): void {
    this.tell(error(code, message, span, more));
  }

  warn(code: string, message: string, span: Span, more: Pick<Diagnostic, "notes" | "fix"> = {}): void {
    this.tell(warning(code, message, span, more));
  }

  /** Tells what is right but could be better. */
  note(code: string, message: string, span: Span, more: Pick<Diagnostic, "notes" | "fix"> = {}): void {
    this.tell(info(code, message, span, more));
  }

  /** Warns, unless this subject has been warned of before. */
  warnOnce(subject: string, code: string, message: string, span: Span): void {
    if (this.told.has(subject)) return;
    this.told.add(subject);
    this.warn(code, message, span);
  }

  /** What a column that no row has gives: the empty value of its type. */
  absent(type: ScalarType, span: Span): Expr {
    const value: Expr = { kind: "literal", value: type === "string" ? "" : null, type, span };
    this.absentValues.add(value);
    return value;
  }

  isAbsent(e: Expr): boolean {
    return this.absentValues.has(e);
  }

  /**
   * A name that is not known, with the nearest that is. Gives the real name when it differs in case alone and the scope
   * is lenient; what it was said to be (`column`) goes into code and message.
   */
  unknown(kind: string, written: string, span: Span, known: readonly string[], where: string): string | undefined {
    const lower = written.toLowerCase();
    const alike = known.find((k) => k.toLowerCase() === lower);
    if (alike !== undefined) {
      const fix: Fix = { title: `Replace by '${alike}'`, edits: [{ span, insert: quoteName(alike) }] };
      const message = `${capital(
        kind)} '${written}' is written '${alike}'${where}; upper and lower case count in Kusto.`;
      if (this.scope.lenient) this.warn("kql-name-case", message, span, { fix });
      else this.fail("kql-name-case", message, span, { fix });
      return alike;
    }
    const meant = nearest(written, known);
    this.fail(`kql-unknown-${kind}`, `${capital(kind)} '${written}' is not known${where}.${meant
      ? ` Did you mean '${meant}'?` : ""}`, span,
      meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span, insert: quoteName(meant) }] } } : {});
    return undefined;
  }

  /** The expression with what can be computed now computed. */
  fold(expr: Expr): Expr {
    return fold(expr, this.kernel, functions);
  }

  /** The value of a constant expression; undefined when it is none. */
  constant(expr: Expr): { value: Value; type: ScalarType } | undefined {
    const folded = this.fold(expr);
    if (folded.kind === "literal") return { value: folded.value, type: folded.type };
    // `now()` is not pure, but is known while a query is bound.
    if (folded.kind === "call"
      && folded.fn.startsWith("now:")) return { value: { kind: "datetime", ticks: this.now ?? this.scope.now }, type: "datetime" };
    return undefined;
  }
}

/** A name as it must be written where it holds more than letters and digits. */
export function quoteName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_]*$/.test(name) ? name : `['${name.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}']`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What an error leaves behind: a null that fits everywhere, so that one mistake is told once. */
export function nothing(span: Span): Expr {
  return { kind: "literal", value: null, type: "dynamic", span };
}

/** Whether this is what an error left behind. */
export function isNothing(e: Expr): boolean {
  return e.kind === "literal" && e.type === "dynamic" && e.value === null;
}
