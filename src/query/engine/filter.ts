/**
 * `where`: keeps the rows in which every term is true. For the trace each term is counted alone over all rows, and of a
 * term that lets nothing pass we remember what the column holds instead of what was asked for.
 */
import { Keys, UNKNOWN_KEY, columnAt, gatherRows, indexOfColumn, printValue, valueAt } from "../../table";
import type { Batch, Column, Value, WordColumn } from "../../table";
import type { Expr, Plan, TermCount } from "../plan";
import { compile, nameOf } from "./evaluate";
import type { Program } from "./evaluate";
import type { Run, Source } from "./source";
import type { Meter } from "./watch";

type Filter = Extract<Plan, { op: "filter" }>;

/** Opens a filter node; counts go to its meter. */
export async function openFilter(plan: Filter, input: Source, run: Run, meter: Meter): Promise<Source> {
  await run.prepare(plan.terms);
  const terms = plan.terms.map((term, i) =>
    new Term(term, compile(term, input.schema, run), input, run, meter.terms?.[i]));
  const counted = plan.counted?.map((term, i) =>
    new Term(term, compile(term, input.schema, run), input, run, meter.counted?.[i]));

  async function* rows(): AsyncIterable<Batch> {
    // Made once, as neither is read after a batch was handed on.
    let marks = new Uint8Array(0);
    let places = new Uint32Array(0);
    try {
      for await (const batch of input.rows()) {
        if (marks.length < batch.length) {
          marks = new Uint8Array(batch.length);
          places = new Uint32Array(batch.length);
        }
        const keep = marks.subarray(0, batch.length).fill(1);
        let most = batch.length;
        for (const term of terms) most = Math.min(most, term.restrict(batch, keep));
        for (const term of counted ?? []) term.restrict(batch, new Uint8Array(batch.length));
        const kept = most === 0 ? NO_ROWS : survivors(keep, places);
        if (kept.length === batch.length) yield batch;
        else if (kept.length > 0) yield gatherRows(batch, kept);
      }
    } finally {
      meter.terms = terms.map((term) => term.count());
      if (counted) meter.counted = counted.map((term) => term.count());
    }
  }
  return { schema: input.schema, rows };
}

const NO_ROWS = new Uint32Array(0);

/** The numbers of marked rows, written into `rows`, which has room for all. */
function survivors(keep: Uint8Array, rows: Uint32Array): Uint32Array {
  let n = 0;
  const words = new Uint32Array(keep.buffer, keep.byteOffset, keep.length >>> 2);
  for (let word = 0; word <= words.length; word++) {
    // Four rows of which none passed are one look.
    if (words[word] === 0) continue;
    const end = Math.min(keep.length, word * 4 + 4);
    // Without a jump: the next place is written in any case and kept only when the row passed.
    for (let i = word * 4; i < end; i++) {
      rows[n] = i;
      n += keep[i]!;
    }
  }
  return rows.subarray(0, n);
}

class Term {
  private passed: number;
  private readonly seen: SeenValues | undefined;

  constructor(
    private readonly expr: Expr, private readonly program: Program, input: Source, run: Run,
    before: TermCount | undefined,
  ) {
    this.passed = before?.passed ?? 0;
    const subject = comparedColumn(expr);
    if (subject !== undefined) this.seen = new SeenValues(subject.name, subject.expr, rootOf(subject.expr), input, run);
  }

  /** Clears the rows that do not pass, and counts those that do: in all, and in this batch for the answer. */
  restrict(batch: Batch, keep: Uint8Array): number {
    const result = this.program.run(batch);
    if (result.type !== "bool") throw new TypeError(`A filter's term is ${result.type}`);
    const { data, nulls } = result;
    let passed = 0;
    if (result.length !== keep.length) {
      if (data[0] === 1 && nulls?.[0] !== 1) passed = keep.length;
      else keep.fill(0);
    } else passed = nulls === null ? restrictTo(data, keep) : restrictTo(data.map((bit, i) => bit & (1 - nulls[i]!)), keep);
    this.passed += passed;
    if (this.passed === 0) this.seen?.add(batch);
    else this.seen?.forget();
    return passed;
  }

  count(): TermCount {
    const { passed, seen } = this;
    const values = passed === 0 && seen !== undefined ? seen.top(10) : [];
    const base = { span: this.expr.span, passed };
    return seen === undefined || values.length === 0 ? base : { ...base, instead: { column: seen.column, values } };
  }
}

/** Clears the marks of `keep` that `bits` does not have, four rows at once; gives how many it has. Both hold 0 and 1. */
function restrictTo(bits: Uint8Array, keep: Uint8Array): number {
  const aligned = bits.byteOffset % 4 === 0 && keep.byteOffset % 4 === 0;
  const words = aligned ? keep.length >>> 2 : 0;
  const from = new Uint32Array(bits.buffer, aligned ? bits.byteOffset : 0, words);
  const into = new Uint32Array(keep.buffer, aligned ? keep.byteOffset : 0, words);
  let passed = 0;
  for (let start = 0; start < words; start += MOST_SUMS) {
    const end = Math.min(words, start + MOST_SUMS);
    // Four sums at once, each in a byte of its own, which holds no more than so many ones.
    let sums = 0;
    for (let i = start; i < end; i++) {
      const four = from[i]!;
      sums = (sums + four) | 0;
      into[i]! &= four;
    }
    passed += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
  }
  for (let i = words * 4; i < keep.length; i++) {
    passed += bits[i]!;
    keep[i]! &= bits[i]!;
  }
  return passed;
}

const MOST_SUMS = 255;

// ---- what the column holds instead ---------------------------------------------------------------------------------

/** Tests of a first argument against constants. */
const TESTS = new Set([
  "eq.kusto", "eq.nocase", "eq.sql", "in", "in_nocase", "has", "has_cs", "has_any", "has_all", "contains",
  "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs", "hasprefix", "hasprefix_cs", "hassuffix",
  "hassuffix_cs", "matches_regex", "gt", "ge", "lt", "le", "sigma.equals", "sigma.contains", "sigma.startswith",
  "sigma.endswith", "sigma.like", "sigma.matches", "sigma.cidr", "sigma.compare", "sigma.time",
]);
/** Calls that only dress a value for its comparison. */
const DRESSES = new Set([
  "tostring", "tolower", "toupper", "trim", "tolong", "toint", "toreal", "tobool", "toguid", "todatetime", "todynamic",
]);
const JOINERS = new Set(["and", "or"]);

/** The one column, or path into one, that all tests of a term compare with constants; undefined if not just one. */
function comparedColumn(term: Expr): { readonly name: string; readonly expr: Expr } | undefined {
  let found: { name: string; expr: Expr } | undefined;
  const todo: Expr[] = [term];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind !== "call") return undefined;
    const name = nameOf(e);
    if (JOINERS.has(name)) {
      todo.push(...e.args);
      continue;
    }
    if (!TESTS.has(name)) return undefined;
    const [first, ...rest] = e.args.map(undress);
    const swapped = e.args.length === 2 && first !== undefined && isConstant(first);
    const subject = swapped ? rest[0] : first;
    const others = swapped ? [first] : rest;
    if (subject === undefined || !others.every(isConstant)) return undefined;
    const path = pathOf(subject);
    if (path === undefined || (found !== undefined && found.name !== path)) return undefined;
    found ??= { name: path, expr: subject };
  }
  return found;
}

function undress(expr: Expr): Expr {
  let e = expr;
  while (e.kind === "call" && DRESSES.has(nameOf(e)) && e.args[0] !== undefined) e = e.args[0];
  return e;
}

/** Whether an expression reads no column: `"x"`, `ago(1d)`. */
function isConstant(expr: Expr): boolean {
  const todo: Expr[] = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "column") return false;
    if (e.kind === "call") todo.push(...e.args);
  }
  return true;
}

/** The name of the column that a path leads into. */
function rootOf(path: Expr): string {
  let e = undress(path);
  while (e.kind === "call" && e.args[0] !== undefined) e = undress(e.args[0]);
  return e.kind === "column" ? e.name : "";
}

/** `Column`, `Column.key`, `Column[0].key`; undefined for anything else. */
export function pathOf(expr: Expr): string | undefined {
  let tail = "";
  let e = expr;
  while (e.kind === "call") {
    const name = nameOf(e);
    const [inner, key] = e.args;
    if (name !== "path.key" && name !== "path.index") return undefined;
    if (inner === undefined || key?.kind !== "literal") return undefined;
    tail = (name === "path.key" ? "." + printValue(key.value) : `[${printValue(key.value)}]`) + tail;
    e = undress(inner);
  }
  return e.kind === "column" ? e.name + tail : undefined;
}

/** Distinct values after which no new ones are counted; of a column with more of them the list is of the first. */
const MOST_VALUES = 1000;

/** Rows that wait to be counted: most terms let something pass before that many, and then nobody asks. */
const MOST_WAITING = 1 << 20;

/** Counts the values of a column, texts by the codes of their dictionary, others by the number of their key. */
class SeenValues {
  private readonly byDictionary = new Map<readonly string[], Uint32Array>();
  private keys: Keys | undefined;
  private readonly values: Value[] = [];
  private readonly counts: number[] = [];
  private waiting: Batch[] = [];
  private rows = 0;
  private readonly place: number;
  private readonly program: Program;

  /** `expr` is a path into the column named `root`. */
  constructor(readonly column: string, expr: Expr, root: string, { schema }: Source, run: Run) {
    this.place = indexOfColumn(schema, root);
    const columns = schema.columns.slice(this.place, this.place + 1);
    this.program = compile(expr, { columns: this.place < 0 ? [] : columns, open: schema.open }, run);
  }

  add(batch: Batch): void {
    // Of the batch only what is read is kept.
    this.waiting.push({ length: batch.length, columns: this.place < 0 ? [] : [columnAt(batch, this.place)] });
    this.rows += batch.length;
    if (this.rows >= MOST_WAITING) this.look();
  }

  /** Something passed: what was held so far will not be asked for. */
  forget(): void {
    this.waiting = [];
  }

  private look(): void {
    for (const batch of this.waiting) {
      const values = this.program.run(batch);
      const repeat = values.length === batch.length ? 1 : batch.length;
      const worded = values.type === "string" || values.type === "guid";
      if (worded && values.words.length <= 1 << 20) this.addCodes(values, repeat);
      else this.addValues(values, repeat);
    }
    this.waiting = [];
    this.rows = 0;
  }

  /** The most frequent values, ties by text; nulls are told as the empty text. */
  top(most: number): { text: string; rows: number }[] {
    this.look();
    const all = new Map<string, number>();
    const count = (text: string, rows: number) => all.set(text, (all.get(text) ?? 0) + rows);
    this.values.forEach((value, i) => count(printValue(value), this.counts[i] ?? 0));
    for (const [words, counts] of this.byDictionary) {
      counts.forEach((rows, code) => {
        if (rows > 0) count(words[code] ?? "", rows);
      });
    }
    return [...all].map(([text, rows]) => ({ text, rows }))
      .sort((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1)).slice(0, most);
  }

  private addCodes(values: WordColumn, repeat: number): void {
    let counts = this.byDictionary.get(values.words);
    if (counts === undefined) this.byDictionary.set(values.words, (counts = new Uint32Array(values.words.length)));
    for (let row = 0; row < values.length; row++) counts[values.codes[row]!]! += repeat;
  }

  private addValues(values: Column, repeat: number): void {
    const keys = (this.keys ??= new Keys([values.type], "match"));
    const numbers = keys.count < MOST_VALUES ? keys.add([values], values.length) : keys.find([values], values.length);
    for (let row = 0; row < values.length; row++) {
      const key = numbers[row]!;
      if (key === UNKNOWN_KEY) continue;
      if (key === this.values.length) {
        this.values.push(valueAt(values, row));
        this.counts.push(0);
      }
      this.counts[key]! += repeat;
    }
  }
}
