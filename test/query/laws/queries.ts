/** Random queries: operators put one behind the other as long as the language takes them, over two small tables. */
import { kql } from "../../../src/query/kql";
import type { Scope } from "../../../src/query/language";
import { tableOf } from "../../../src/table";
import type { ColumnSpec, ScalarType, Table, Value } from "../../../src/table";

/** A number below the given one; the same numbers for the same seed. */
export type Pick = (below: number) => number;

export function picks(seed: number): Pick {
  let state = Math.imul(seed + 1, 2654435761);
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const T: readonly ColumnSpec[] = ([["a", "string"], ["b", "long"], ["c", "real"], ["d", "datetime"], ["e", "bool"], ["f", "dynamic"], ["g", "int"],
  ["h", "timespan"]] as const).map(([name, type]) => ({ name, type }));
const U: readonly ColumnSpec[] = ([["a", "string"], ["b", "long"], ["k", "string"], ["m", "dynamic"]] as const).map(([name, type]) => ({ name, type }));

const WORDS = ["", "alpha", "Alpha", "beta gamma", "gamma-9", "ä", "10", "cmd.exe /c whoami"];
const DAY = 864_000_000_000n;
const START = 638_000_000_000_000_000n;

function cell(type: ScalarType, pick: Pick): Value {
  if (type !== "string" && pick(6) === 0) return null;
  switch (type) {
    case "string": return WORDS[pick(WORDS.length)]!;
    case "long": return [0n, 1n, -1n, 7n, 2n ** 53n + 1n][pick(5)]!;
    case "int": return BigInt(pick(5) - 2);
    case "real": return [0, 1.5, -2.25, NaN, 100][pick(5)]!;
    case "bool": return pick(2) === 1;
    case "datetime": return { kind: "datetime", ticks: START + BigInt(pick(4)) * (DAY / 2n) };
    case "timespan": return { kind: "timespan", ticks: BigInt(pick(4) - 1) * (DAY / 24n) };
    default: return [1n, "x", [1n, "x", null], new Map<string, Value>([["k", 1n], ["s", "alpha"]]), [], true, [[2n], new Map([["k", "v"]])]][pick(7)]!;
  }
}

const tableFrom = (columns: readonly ColumnSpec[], rows: number, pick: Pick): Table =>
  tableOf({ columns: [...columns], open: false }, Array.from({ length: rows }, () => columns.map((c) => cell(c.type, pick))));

/** The two tables of a seed. */
export function randomTables(seed: number): ReadonlyMap<string, Table> {
  const pick = picks(seed);
  return new Map([["T", tableFrom(T, pick(40), pick)], ["U", tableFrom(U, pick(15), pick)]]);
}

export const scope: Scope = {
  table: (name) => (name === "T" ? { name, loaded: true, schema: { columns: [...T], open: false } }
    : name === "U" ? { name, loaded: true, schema: { columns: [...U], open: false } } : undefined),
  tables: () => ["T", "U"], lenient: false, now: START + 10n * DAY,
};

class Author {
  constructor(private readonly pick: Pick, private readonly columns: readonly ColumnSpec[]) {}

  private one<X>(list: readonly X[]): X {
    return list[this.pick(list.length)]!;
  }

  column(...types: ScalarType[]): string | undefined {
    const fitting = this.columns.filter((c) => types.length === 0 || types.includes(c.type));
    return fitting.length === 0 ? undefined : this.one(fitting).name;
  }

  any(depth = 2): string {
    return this.one([() => this.text(depth), () => this.number(depth), () => this.truth(depth), () => this.time(depth), () => this.bag(depth)])();
  }

  text(depth: number): string {
    const own = this.column("string");
    if (depth === 0 || this.pick(3) === 0) return own !== undefined && this.pick(3) > 0 ? own : `'${this.one(WORDS)}'`;
    const inner = () => this.text(depth - 1);
    return this.one([
      () => `strcat(${inner()}, '-', ${this.any(depth - 1)})`, () => `substring(${inner()}, ${this.pick(4)}, ${this.pick(5)})`, () => `toupper(${inner()})`,
      () => `tostring(${this.any(depth - 1)})`, () => `iff(${this.truth(depth - 1)}, ${inner()}, ${inner()})`, () => `trim('a', ${inner()})`,
      () => `extract('([a-z]+)', 1, ${inner()})`, () => `replace_string(${inner()}, 'a', 'bb')`, () => `tostring(split(${inner()}, ' ')[0])`,
      () => `case(${this.truth(depth - 1)}, ${inner()}, ${this.truth(depth - 1)}, ${inner()}, 'else')`, () => `strcat_array(pack_array(${inner()}, ${this.number(depth - 1)}), '|')`,
      () => `format_datetime(${this.time(depth - 1)}, 'yyyy-MM-dd HH:mm')`, () => `coalesce(${inner()}, ${inner()})`,
    ])();
  }

  number(depth: number): string {
    const own = this.column("long", "int", "real");
    if (depth === 0 || this.pick(3) === 0) return own !== undefined && this.pick(3) > 0 ? own : this.one(["0", "1", "2", "-3", "1.5", "int(4)"]);
    const inner = () => this.number(depth - 1);
    return this.one([
      () => `(${inner()} ${this.one(["+", "-", "*"])} ${inner()})`, () => `(${inner()} / ${inner()})`, () => `(${inner()} % 3)`, () => `strlen(${this.text(depth - 1)})`,
      () => `iff(${this.truth(depth - 1)}, ${inner()}, ${inner()})`, () => `bin(${inner()}, 2)`, () => `array_length(${this.bag(depth - 1)})`, () => `tolong(${this.text(depth - 1)})`,
      () => `abs(${inner()})`, () => `round(${inner()}, 1)`, () => `coalesce(${inner()}, ${inner()})`, () => `indexof(${this.text(depth - 1)}, 'a')`,
      () => `datetime_diff('hour', ${this.time(depth - 1)}, ${this.time(depth - 1)})`, () => `toint(${inner()})`, () => `countof(${this.text(depth - 1)}, 'a')`,
      () => `max_of(${inner()}, ${inner()})`, () => `hash(${this.text(depth - 1)}, 10)`,
    ])();
  }

  truth(depth: number): string {
    const own = this.column("bool");
    if (depth === 0) return own !== undefined && this.pick(2) === 0 ? own : `${this.text(0)} == ${this.text(0)}`;
    const inner = () => this.truth(depth - 1);
    return this.one([
      () => `(${inner()} and ${inner()})`, () => `(${inner()} or ${inner()})`, () => `not(${inner()})`,
      () => `${this.number(depth - 1)} ${this.one(["==", "!=", "<", "<=", ">", ">="])} ${this.number(depth - 1)}`,
      () => `${this.text(depth - 1)} ${this.one(["==", "!=", "=~", "!~", "has", "!has", "contains", "contains_cs", "startswith", "endswith", "hasprefix", "has_cs"])} ${this.text(depth - 1)}`,
      () => `${this.text(depth - 1)} ${this.one(["in", "!in", "in~", "has_any", "has_all"])} ('alpha', 'gamma', '${this.one(WORDS)}')`,
      () => `${this.text(depth - 1)} matches regex '[a-c]+\\\\d?'`, () => `isnull(${this.any(depth - 1)})`, () => `isempty(${this.text(depth - 1)})`, () => `isnotempty(${this.any(depth - 1)})`,
      () => `${this.number(depth - 1)} between (-1 .. 5)`, () => `${this.time(depth - 1)} > ${this.time(depth - 1)}`, () => `${this.number(depth - 1)} in (0, 1, 7)`,
      () => `${this.text(depth - 1)} in ((U | where b > 0 | project a))`, () => `${this.number(depth - 1)} < toscalar(U | summarize max(b))`, () => `set_has_element(${this.bag(depth - 1)}, 'x')`,
    ])();
  }

  time(depth: number): string {
    const own = this.column("datetime");
    if (depth === 0) return own ?? "datetime(2022-09-30 12:00)";
    return this.one([() => `(${this.time(depth - 1)} + ${this.span(depth - 1)})`, () => `bin(${this.time(depth - 1)}, 1d)`, () => `startofday(${this.time(depth - 1)})`,
      () => `todatetime('2022-09-30')`, () => own ?? "now()", () => `ago(${this.pick(20)}d)`])();
  }

  span(depth: number): string {
    const own = this.column("timespan");
    return depth === 0 || this.pick(2) === 0 ? own ?? "1h" : this.one([() => `(${this.time(depth - 1)} - ${this.time(depth - 1)})`, () => "30m", () => `(${this.span(depth - 1)} * 2)`])();
  }

  bag(depth: number): string {
    const own = this.column("dynamic");
    if (depth === 0) return own ?? "dynamic([1, 'x'])";
    return this.one([() => `${own ?? "dynamic({'k': 1})"}${this.one([".k", "[0]", "['s']", ""])}`, () => `pack_array(${this.any(depth - 1)}, ${this.any(depth - 1)})`,
      () => `bag_pack('k', ${this.any(depth - 1)}, 'q', 1)`, () => `split(${this.text(depth - 1)}, 'a')`, () => `parse_json('{"k": [1, 2]}')`,
      () => `array_concat(${this.bag(depth - 1)}, dynamic([2]))`, () => `set_union(${this.bag(depth - 1)}, dynamic(['x']))`])();
  }

  aggregate(): string {
    return this.one([
      () => "count()", () => `countif(${this.truth(1)})`, () => `sum(${this.number(1)})`, () => `sumif(${this.number(1)}, ${this.truth(1)})`, () => `avg(${this.number(1)})`,
      () => `max(${this.one([this.number(1), this.time(1), this.text(1)])})`, () => `min(${this.one([this.number(1), this.time(1), this.text(1)])})`, () => `dcount(${this.any(1)})`,
      () => `dcountif(${this.any(1)}, ${this.truth(1)})`, () => `make_list(${this.any(1)})`, () => `make_set(${this.any(1)})`, () => `make_set(${this.text(1)}, 2)`, () => `make_list_if(${this.text(1)}, ${this.truth(1)})`,
      () => `take_any(${this.any(1)})`, () => `arg_max(${this.number(1)}, ${this.column() ?? "*"})`, () => `arg_min(${this.time(1)}, *)`, () => `maxif(${this.number(1)}, ${this.truth(1)})`,
      () => `count_distinct(${this.any(1)})`,
    ])();
  }

  key(): string {
    return this.one([() => this.column() ?? "x = 1", () => `n = ${this.number(1)}`, () => `w = ${this.text(1)}`, () => `bin(${this.time(0)}, 1d)`])();
  }

  operator(): string {
    const order = () => `${this.one([this.column() ?? "1", this.number(1), this.text(1)])}${this.one(["", " asc", " desc", " asc nulls last", " desc nulls first"])}`;
    return this.one([
      () => `where ${this.truth(3)}`, () => `where ${this.truth(2)} and ${this.truth(1)}`, () => `extend ${this.one(["n", "a", "z", "b"])} = ${this.any(3)}`,
      () => `extend ${this.any(2)}, y = ${this.any(2)}`, () => `project ${this.column() ?? "p = 1"}, q = ${this.any(2)}, ${this.any(2)}`, () => `project-away ${this.column() ?? "a"}`,
      () => `summarize ${this.aggregate()}, v = ${this.aggregate()} by ${this.key()}`, () => `summarize ${this.aggregate()} by ${this.key()}, ${this.key()}`, () => `summarize ${this.aggregate()}`,
      () => `distinct ${this.column() ?? "a"}, ${this.column() ?? "b"}`, () => `sort by ${order()}, ${order()}`, () => `top ${this.pick(12)} by ${order()}`, () => `take ${this.pick(20)}`, () => "count",
      () => `join kind=${this.one(["inner", "leftouter", "rightouter", "fullouter", "leftsemi", "leftanti", "rightsemi", "rightanti", "innerunique"])} (U | where ${new Author(this.pick, U).truth(1)}) on ${this.one(["a", "b", "a, b", "$left.a == $right.k"])}`,
      () => `join (T | project a, b, other = c) on a`, () => `lookup kind=${this.one(["leftouter", "inner"])} U on ${this.one(["a", "b"])}`, () => `union ${this.one(["U", "(T | take 3)", this.columns.some((c) => c.name === "src") ? "U" : "withsource=src U", "kind=inner U"])}`,
      () => `mv-expand ${this.column("dynamic") ?? "z = dynamic([1,2])"}${this.one(["", " to typeof(string)", " to typeof(long)", " limit 2"])}`, () => `mv-expand with_itemindex=ix z = ${this.bag(1)}`,
      () => `mv-apply z = ${this.bag(1)} on (where isnotnull(z) | summarize zs = make_list(z), n = count())`, () => `mv-apply z = ${this.bag(1)} to typeof(string) on (extend up = toupper(z) | take 2)`,
      () => `serialize rn = row_number(), p = prev(${this.column() ?? "1"}), q = next(${this.any(1)}, 2)`, () => `serialize s = row_cumsum(${this.column("long", "int") ?? "1"})`,
      () => `partition by ${this.column("string", "long") ?? "a"} (top 2 by ${order()})`, () => `project-rename ${this.one(["r", "zz"])} = ${this.column() ?? "a"}`, () => `project-reorder ${this.column() ?? "a"}, *`,
      () => `as R${this.pick(100)}`, () => `parse ${this.column("string") ?? "a"} with * 'a' rest${this.pick(1000)}`, () => `where ${this.column("string") ?? "a"} has 'alpha' or ${this.truth(1)}`,
    ])();
  }
}

/** A query of up to eight operators that compiles. */
export function randomQuery(seed: number): string {
  const pick = picks(seed + 7919);
  let query = pick(5) === 0 ? "let L = materialize(T | where b >= 0 or e);\nL" : pick(8) === 0 ? "range b from 1 to 12 step 1" : "T";
  let columns = columnsOf(query) ?? T;
  for (let n = 1 + pick(8); n > 0; n--) {
    const next = `${query}\n| ${new Author(pick, columns).operator()}`;
    const found = columnsOf(next);
    if (found === undefined || found.length > 30) continue;
    query = next;
    columns = found;
  }
  return query;
}

function columnsOf(query: string): readonly ColumnSpec[] | undefined {
  const { plan, diagnostics } = kql.compile(query, scope);
  return plan === undefined || plan.schema.open || diagnostics.some((d) => d.severity === "error") ? undefined : plan.schema.columns;
}
