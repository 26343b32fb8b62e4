/**
 * Combinations of values that many rows share: `basket`, `autocluster`, `diffpatterns`. A pattern says a value or nothing
 * of each column. Rows are first made one tuple per different combination, with the weight of its rows in two sets (the
 * second is used by `diffpatterns` alone).
 */
import { Keys, NO_ROW, builder, printValue, valueAt } from "../../table";
import type { Column, ColumnSpec, Value } from "../../table";
import { firstOf } from "./reshape";
import { lengthOf } from "./steps";
import type { Applied, Result, TableFunction } from "./table-function";

/** Patterns that one call looks at; above, the rest is left out, which is told. */
const MOST_PATTERNS = 20_000;

/** Of a pattern: rows of the two sets, and by column the item that it says, -1 where it says nothing. */
interface Pattern {
  readonly items: Int32Array;
  readonly a: number;
  readonly b: number;
}

class Tuples {
  /** Item of tuple t in column c at `t * columns + c`: a number per different value of all columns. */
  readonly items: Int32Array;
  readonly count: number;
  readonly columns: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly itemCount: number;
  readonly columnOf: Int32Array;
  /** A row that holds an item. */
  readonly rowOf: Uint32Array;
  readonly totalA: number;
  readonly totalB: number;

  constructor(readonly applied: Applied, readonly data: readonly Column[], inB: (row: number) => boolean | undefined) {
    const { rows } = applied;
    const weights = applied.argument("weight") === undefined ? undefined : applied.column("weight");
    this.columns = data.length;
    const numbers = data.map((c) => (rows.length === 0 ? new Uint32Array(0) : new Keys([c.type], "match").add([c], rows.length)));
    const whole = rows.length === 0 || data.length === 0 ? new Uint32Array(rows.length)
      : new Keys(data.map((c) => c.type), "match").add(data, rows.length);
    const first = firstOf(whole);
    this.count = first.length;
    const firsts = numbers.map(firstOf);
    const offsets: number[] = [];
    let items = 0;
    for (const f of firsts) {
      offsets.push(items);
      items += f.length;
    }
    this.itemCount = items;
    this.columnOf = new Int32Array(items);
    this.rowOf = new Uint32Array(items);
    firsts.forEach((f, c) => f.forEach((row, i) => {
      this.columnOf[offsets[c]! + i] = c;
      this.rowOf[offsets[c]! + i] = row;
    }));
    this.items = new Int32Array(this.count * this.columns);
    first.forEach((row, t) => numbers.forEach((n, c) => (this.items[t * this.columns + c] = offsets[c]! + n[row]!)));
    this.a = new Float64Array(this.count);
    this.b = new Float64Array(this.count);
    for (let row = 0; row < rows.length; row++) {
      const weight = weights === undefined ? 1 : lengthOf(valueAt(weights, row));
      const second = inB(row);
      if (second === undefined || !(weight > 0)) continue;
      const into = second ? this.b : this.a;
      into[whole[row]!]! += weight;
    }
    this.totalA = this.a.reduce((x, y) => x + y, 0);
    this.totalB = this.b.reduce((x, y) => x + y, 0);
  }
}

/** Tuples of the frequent items alone: fewer, and with small numbers for items. */
interface Frequent {
  readonly count: number;
  readonly columns: number;
  /** Small number of the item of tuple t in column c at `t * columns + c`, -1 where it is not frequent. */
  readonly cells: Int32Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** The item of a small number, and its column. */
  readonly item: readonly number[];
  readonly columnOf: readonly number[];
}

type Enough = (a: number, b: number) => boolean;

function frequent(t: Tuples, enough: Enough): Frequent {
  const [a, b] = [new Float64Array(t.itemCount), new Float64Array(t.itemCount)];
  t.items.forEach((item, at) => {
    const tuple = Math.floor(at / t.columns);
    a[item]! += t.a[tuple]!;
    b[item]! += t.b[tuple]!;
  });
  const item: number[] = [];
  const small = new Int32Array(t.itemCount).fill(-1);
  for (let i = 0; i < t.itemCount; i++) if (enough(a[i]!, b[i]!)) small[i] = item.push(i) - 1;
  const columns = Array.from({ length: t.columns }, (_, c): Column => ({ type: "int", length: t.count, nulls: null,
    data: Int32Array.from({ length: t.count }, (_x, tuple) => small[t.items[tuple * t.columns + c]!]!) }));
  const merged = t.count === 0 || t.columns === 0 ? new Uint32Array(t.count)
    : new Keys(columns.map(() => "int"), "match").add(columns, t.count);
  const first = firstOf(merged);
  const [sumA, sumB] = [new Float64Array(first.length), new Float64Array(first.length)];
  merged.forEach((m, tuple) => {
    sumA[m]! += t.a[tuple]!;
    sumB[m]! += t.b[tuple]!;
  });
  const cells = new Int32Array(first.length * t.columns);
  first.forEach((tuple, m) => columns.forEach((c, k) => (cells[m * t.columns + k] = c.type === "int" ? c.data[tuple]! : -1)));
  return { count: first.length, columns: t.columns, cells, a: sumA, b: sumB, item, columnOf: item.map((i) => t.columnOf[i]!) };
}

/** What the items of some tuples weigh, and how many of the tuples have each. */
interface Tally {
  readonly tuples: Uint32Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly n: Uint32Array;
}

function tally(f: Frequent, tuples: Uint32Array): Tally {
  const { length } = f.item;
  const [a, b, n] = [new Float64Array(length), new Float64Array(length), new Uint32Array(length)];
  for (const tuple of tuples) {
    for (let at = tuple * f.columns; at < (tuple + 1) * f.columns; at++) {
      const item = f.cells[at]!;
      if (item < 0) continue;
      a[item]! += f.a[tuple]!;
      b[item]! += f.b[tuple]!;
      n[item]! += 1;
    }
  }
  return { tuples, a, b, n };
}

/**
 * All closed patterns that are frequent enough: none could say more of the same rows. They are found by
 * prefix-preserving closure extension (Uno and others, "LCM", 2004): each once, and none is kept to look it up.
 * `dimensions` limits how often a pattern is narrowed; what follows from that comes without being counted.
 */
function closedPatterns(t: Tuples, enough: Enough, dimensions: number): Pattern[] {
  const f = frequent(t, enough);
  const { run, plan } = t.applied;
  const found: Pattern[] = [];
  const present = Uint32Array.from(f.a.keys()).filter((i) => f.a[i]! > 0 || f.b[i]! > 0);
  if (present.length === 0) return found;
  const close = (of: Tally): Int32Array => {
    const items = new Int32Array(f.columns).fill(-1);
    of.n.forEach((n, i) => {
      if (n === of.tuples.length) items[f.columnOf[i]!] = i;
    });
    return items;
  };
  const keep = (items: Int32Array, { tuples }: Tally): void => {
    if (!items.some((i) => i >= 0)) return;
    let [a, b] = [0, 0];
    for (const tuple of tuples) {
      a += f.a[tuple]!;
      b += f.b[tuple]!;
    }
    found.push({ items: items.map((i) => (i < 0 ? -1 : f.item[i]!)), a, b });
  };
  // Depth-first with a stack of our own: columns may be many.
  const all = tally(f, present);
  const root = close(all);
  keep(root, all);
  const stack = [{ items: root, of: all, next: 0, depth: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { items, of, depth } = top;
    let item = top.next;
    while (item < f.item.length && (items[f.columnOf[item]!]! >= 0 || !enough(of.a[item]!, of.b[item]!))) item++;
    top.next = item + 1;
    if (item >= f.item.length || depth >= dimensions) {
      stack.pop();
      continue;
    }
    run.kernels.check?.();
    const column = f.columnOf[item]!;
    const narrowed = tally(f, of.tuples.filter((tuple) => f.cells[tuple * f.columns + column] === item));
    const closed = close(narrowed);
    // A smaller item that comes with it: this pattern is met on the way over that one.
    if (closed.some((i, c) => i >= 0 && i < item && items[c] !== i)) continue;
    keep(closed, narrowed);
    if (found.length >= MOST_PATTERNS) {
      run.warn("patterns-many", `There are more than ${MOST_PATTERNS} patterns; only those found first are shown.`, plan.span);
      break;
    }
    stack.push({ items: closed, of: narrowed, next: item + 1, depth: depth + 1 });
  }
  return found;
}

/** The columns that patterns speak of: none of any structure, none that is used otherwise. */
function columnsOf(applied: Applied): { readonly specs: readonly ColumnSpec[]; readonly data: readonly Column[]; readonly shown: readonly ColumnSpec[] } {
  const { schema, rows } = applied;
  const split = applied.argument("split");
  const weight = applied.argument("weight");
  const shown = schema.columns.filter((c) => !(split?.kind === "column" && split.name === c.name));
  const specs = shown.filter((c) => c.type !== "dynamic" && !(weight?.kind === "column" && weight.name === c.name));
  return { specs, shown, data: specs.map((s) => rows.columns[schema.columns.indexOf(s)]!) };
}

const said = ({ items }: Pattern): number => items.reduce((n, i) => (i >= 0 ? n + 1 : n), 0);
const rounded = (percent: number): number => Math.round(percent * 100) / 100;

/** Whether all that one of the patterns says is said by the other too. */
function comparable(p: Pattern, q: Pattern): boolean {
  return p.items.every((i, c) => i < 0 || i === q.items[c]) || q.items.every((i, c) => i < 0 || i === p.items[c]);
}

/** Patterns as rows: numbers first, then the columns with their values or wildcards. */
function tableOf(t: Tuples, patterns: readonly Pattern[], numbers: readonly (readonly number[])[]): Result {
  const { applied } = t;
  const { plan } = applied;
  const { specs, shown } = columnsOf(applied);
  const wildcards = plan.args.flatMap((arg, i) =>
    (arg.name.startsWith("wildcard:") ? [{ type: arg.value.type, value: applied.constant(i) }] : []));
  const lead = plan.schema.columns.slice(0, (numbers[0]?.length ?? plan.schema.columns.length - shown.length));
  const columns = lead.map((spec, i) => {
    const out = builder(spec.type);
    for (const row of numbers) out.push(spec.type === "long" ? BigInt(Math.round(row[i]!)) : row[i]!);
    return out.finish();
  });
  for (const spec of shown) {
    const c = specs.indexOf(spec);
    const out = builder(spec.type);
    const wildcard: Value = wildcards.find((w) => w.type === spec.type)?.value ?? (spec.type === "string" ? "" : null);
    for (const p of patterns) {
      const item = c < 0 ? -1 : p.items[c]!;
      const row = item < 0 ? NO_ROW : t.rowOf[item]!;
      out.push(row === NO_ROW ? wildcard : valueAt(t.data[c]!, row));
    }
    columns.push(out.finish());
  }
  return { schema: { columns: [...lead, ...shown], open: false }, rows: { length: patterns.length, columns } };
}

/** A ratio that the query gives, or the usual one; at least 0.015 (Kusto docs, "basket plugin", Parameters). */
function threshold(applied: Applied): number {
  const given = applied.argument("threshold") === undefined ? 0.05 : Number(applied.constant("threshold"));
  return Math.min(1, Math.max(0.015, Number.isNaN(given) ? 0.05 : given));
}

/** A number that the query gives, or the usual one. */
function numberOf(applied: Applied, name: string, usual: number): number {
  const given = applied.argument(name) === undefined ? NaN : Number(applied.constant(name));
  return Number.isNaN(given) ? usual : given;
}

/** Kusto docs, "basket plugin": closed patterns above a share of the rows, those that say most of most rows first. */
export const basket: TableFunction = (applied) => {
  const t = new Tuples(applied, columnsOf(applied).data, () => false);
  const least = threshold(applied) * t.totalA;
  const patterns = closedPatterns(t, (a) => a >= least, numberOf(applied, "dimensions", 5));
  patterns.sort((p, q) => said(q) * q.a - said(p) * p.a);
  return tableOf(t, patterns, patterns.map((p, i) => [i, p.a, (100 * p.a) / t.totalA]));
};

/**
 * Kusto docs, "autocluster plugin": from the most frequent tuples as seeds, values are given up one by one; the best
 * pattern on the way is kept. The score is the weighted geometric mean of the share of rows and of columns.
 */
export const autocluster: TableFunction = (applied) => {
  const t = new Tuples(applied, columnsOf(applied).data, () => false);
  const size = Math.min(1, Math.max(0, numberOf(applied, "size", 0.5)));
  const seeds = Uint32Array.from(t.a.keys()).filter((i) => t.a[i]! > 0);
  seeds.sort((x, y) => t.a[y]! - t.a[x]! || x - y);
  const score = (weight: number, columns: number): number =>
    Math.pow(weight / t.totalA, size) * Math.pow(columns / Math.max(1, t.columns), 1 - size);
  const found: { pattern: Pattern; score: number }[] = [];
  for (const seed of seeds.subarray(0, Math.max(1, numberOf(applied, "seeds", 25)))) {
    applied.run.kernels.check?.();
    const best = expandSeed(t, seed, score);
    if (best !== undefined) found.push(best);
  }
  found.sort((p, q) => q.score - p.score);
  const chosen: Pattern[] = [];
  for (const { pattern } of found) if (!chosen.some((p) => comparable(p, pattern))) chosen.push(pattern);
  chosen.sort((p, q) => said(q) * q.a - said(p) * p.a);
  return tableOf(t, chosen, chosen.map((p, i) => [i, p.a, (100 * p.a) / t.totalA]));
};

/** The best of the patterns from a whole tuple down to one column; each time the column goes that gains most rows. */
function expandSeed(t: Tuples, seed: number, score: (weight: number, columns: number) => number): { pattern: Pattern; score: number } | undefined {
  const items = t.items.slice(seed * t.columns, (seed + 1) * t.columns);
  // Of each tuple: in how many columns it differs from the pattern, and the sum of their numbers (the one, if it is one).
  const differs = new Int32Array(t.count);
  const which = new Int32Array(t.count);
  for (let tuple = 0; tuple < t.count; tuple++) {
    for (let c = 0; c < t.columns; c++) {
      if (t.items[tuple * t.columns + c] === items[c]) continue;
      differs[tuple]! += 1;
      which[tuple]! += c;
    }
  }
  let best: { pattern: Pattern; score: number } | undefined;
  for (let left = t.columns; left > 0; left--) {
    let weight = 0;
    const gain = new Float64Array(t.columns);
    for (let tuple = 0; tuple < t.count; tuple++) {
      if (differs[tuple] === 0) weight += t.a[tuple]!;
      else if (differs[tuple] === 1) gain[which[tuple]!]! += t.a[tuple]!;
    }
    const own = score(weight, left);
    if (best === undefined || own > best.score) best = { pattern: { items: items.slice(), a: weight, b: 0 }, score: own };
    let drop = -1;
    for (let c = 0; c < t.columns; c++) if (items[c]! >= 0 && (drop < 0 || gain[c]! > gain[drop]!)) drop = c;
    for (let tuple = 0; tuple < t.count; tuple++) {
      if (t.items[tuple * t.columns + drop] === items[drop]) continue;
      differs[tuple]! -= 1;
      which[tuple]! -= drop;
    }
    items[drop] = -1;
  }
  return best;
}

/** Kusto docs, "diffpatterns plugin": patterns whose shares of two sets differ, those that differ most first. */
export const diffPatterns: TableFunction = (applied) => {
  const split = applied.column("split");
  const [a, b] = [printValue(applied.constant("a")), printValue(applied.constant("b"))];
  const sides = new Map<string, boolean>([[b, true], [a, false]]);
  const t = new Tuples(applied, columnsOf(applied).data, (row) => sides.get(printValue(valueAt(split, row))));
  const least = threshold(applied);
  const shareA = (p: Pick<Pattern, "a">): number => (t.totalA === 0 ? 0 : p.a / t.totalA);
  const shareB = (p: Pick<Pattern, "b">): number => (t.totalB === 0 ? 0 : p.b / t.totalB);
  const difference = (p: Pattern): number => Math.abs(shareA(p) - shareB(p));
  const patterns = closedPatterns(t, (x, y) => Math.max(shareA({ a: x }), shareB({ b: y })) >= least,
    numberOf(applied, "dimensions", Infinity)).filter((p) => difference(p) >= least);
  patterns.sort((p, q) => difference(q) - difference(p) || said(q) - said(p));
  const chosen: Pattern[] = [];
  for (const p of patterns) if (!chosen.some((q) => comparable(p, q))) chosen.push(p);
  return tableOf(t, chosen, chosen.map((p, i) =>
    [i, p.a, p.b, rounded(100 * shareA(p)), rounded(100 * shareB(p)), rounded(100 * difference(p))]));
};
