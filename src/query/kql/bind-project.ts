/** Operators that choose, compute, name and order columns. */
import { matchesPattern } from "../arrange";
import type { Arrangement, Expr, Named } from "../plan";
import { absentColumn } from "./absent";
import { RowBinder, passOn } from "./bind-row";
import { isNothing, nothing, type Binding } from "./binding";
import { RowScope, type BoundColumn, type Environment, type Rows } from "./environment";
import { DefaultNames, UniqueNames } from "./names";
import type { Expression, Operator, OperatorOf } from "./syntax";

export function bindExtend(b: Binding, op: OperatorOf<"extend">, input: Rows, environment: Environment): Rows {
  if (op.items.length === 0) return { ...input,
    plan: b.node({ op: "limit", input: input.plan, count: Number.MAX_SAFE_INTEGER, skip: 0 }, input.columns, op.span,
    op.word, input.open) };
  const row = new RowBinder(b, input, environment);
  const defaults = new DefaultNames();
  const outputs: Named<Expr>[] = [];
  const columns = [...input.columns];
  const put = (name: string, value: Expr): void => {
    const column = row.column(name, value);
    const at = columns.findIndex((c) => c.name === name);
    if (at >= 0) columns[at] = column;
    else columns.push(column);
    const own = outputs.findIndex((o) => o.name === name);
    if (own >= 0) outputs[own] = { name, value };
    else outputs.push({ name, value });
  };
  for (const item of op.items) {
    if (item.kind === "wildcard") {
      b.fail("kql-star-here", `'*' cannot stand in '${op.word}'; the columns stay as they are.`, item.span);
      continue;
    }
    const several = row.several(item.kind === "named" ? item.value : item);
    if (several) {
      const given = givenNames(b, item, several);
      const taken = new UniqueNames(columns.map((c) => c.name));
      several.forEach(({ name, value }, i) => put(given[i] ?? taken.add(name), value));
      continue;
    }
    const value = row.bind(item.kind === "named" ? item.value : item);
    const name = item.kind === "named" ? nameOfMany(b, item, value) : row.nameOf(item)
      ?? defaults.name((n) => columns.some((c) => c.name === n));
    put(name, value);
    // Names that nothing stands behind have been told; they count as there, so that this is told once.
    if (item.kind === "named") for (const extra of item.names.slice(1)) put(extra.text, nothing(extra.span));
  }
  const source = row.source(op.span);
  const seen = row.setsAside ? source.columns : [];
  const hidden = seen.filter((c) => !input.columns.some((x) => x.name === c.name));
  const made = b.rows({ op: "extend", input: source.plan, outputs }, order(columns, hidden), op.span, op.word,
    input.open);
  return row.setsAside ? keep(b, made, columns, op) : made;
}

/** The window's own columns stand between the old and the new ones. */
function order(columns: readonly BoundColumn[], hidden: readonly BoundColumn[]): BoundColumn[] {
  return [...columns, ...hidden];
}

/** Drops helper columns. */
export function keep(b: Binding, rows: Rows, columns: readonly BoundColumn[], op: Operator): Rows {
  const hidden = rows.columns.filter((c) => !columns.includes(c) && !columns.some((x) => x.name === c.name));
  return arranged(b, op, rows, columns, { how: "away", items: hidden.map(({ name }) => ({ name })) }, "");
}

function nameOfMany(b: Binding, item: Extract<Expression, { kind: "named" }>, value?: Expr): string {
  const extra = item.names[1];
  if (extra && !(value && isNothing(value))) b.fail("kql-no-tuple", "This gives one value, so it takes one name.",
    extra.span);
  return item.names[0]?.text ?? "";
}

/** The names written before a call of several columns; more names than columns are told. */
export function givenNames(b: Binding, item: Expression, several: readonly unknown[]): string[] {
  if (item.kind !== "named") return [];
  const extra = item.names[several.length];
  if (extra) b.fail("kql-no-tuple", several.length === 1 ? "This gives one value, so it takes one name."
    : `This gives ${several.length} columns, and here are ${item.names.length} names.`, extra.span);
  return item.names.slice(0, several.length).map((n) => n.text);
}

export function bindProject(b: Binding, op: OperatorOf<"project">, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const defaults = new DefaultNames();
  const taken = new UniqueNames();
  const outputs: Named<Expr>[] = [];
  const columns: BoundColumn[] = [];
  const put = (name: string, value: Expr): void => {
    outputs.push({ name, value });
    columns.push(row.column(name, value));
  };
  for (const item of op.items) {
    if (item.kind === "wildcard") {
      if (item.pattern !== "*") b.fail("kql-star-here",
        `A pattern cannot stand in '${op.word}'; 'project-keep' takes patterns.`, item.span);
      for (const c of input.columns) {
        if (taken.has(c.name)) continue;
        put(taken.add(c.name), { kind: "column", name: c.name, type: c.type, span: item.span });
      }
      continue;
    }
    const several = row.several(item.kind === "named" ? item.value : item);
    if (several) {
      const given = givenNames(b, item, several);
      for (const [i, { name, value }] of several.entries()) put(taken.add(given[i] ?? name), value);
      continue;
    }
    const value = row.bind(item.kind === "named" ? item.value : item);
    const declared = item.kind === "named" ? nameOfMany(b, item) : value.kind === "column" && item.kind === "name"
      ? value.name : undefined;
    if (declared !== undefined && taken.has(declared)) {
      b.fail("kql-duplicate-column", `There already is a column '${declared}'.`, item.span);
      continue;
    }
    const name = declared
      ?? taken.add(row.nameOf(item) ?? defaults.name((n) => taken.has(n) || row.scope.named(n) !== undefined));
    if (declared !== undefined) taken.add(declared);
    put(name, value);
  }
  return b.rows({ op: "project", input: row.source(op.span).plan, outputs }, columns, op.span, op.word);
}

export function bindProjectRename(b: Binding, op: OperatorOf<"project-rename">, input: Rows,
  environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const renamed = new Map<string, string>();
  const added: Named<Expr>[] = [];
  for (const item of op.items) {
    if (item.kind !== "named") {
      b.fail("kql-expected-rename", "Write 'NewName = Column'.", item.span);
      continue;
    }
    const value = row.bind(item.value);
    if (b.isAbsent(value)) {
      added.push({ name: nameOfMany(b, item), value });
      continue;
    }
    if (value.kind !== "column") {
      if (!isNothing(value)) b.fail("kql-expected-column", "Only columns can be renamed.", item.value.span);
      continue;
    }
    const name = nameOfMany(b, item);
    if (input.columns.some((c) => c.name === name) || [...renamed.values()].includes(name)) {
      b.fail("kql-duplicate-column", `There already is a column '${name}'.`, item.span);
      continue;
    }
    renamed.set(value.name, name);
  }
  const columns = input.columns.map((c) => ({ ...c, name: renamed.get(c.name) ?? c.name }));
  const outputs = input.columns.map(
    (c): Named<Expr> => (
    { name: renamed.get(c.name) ?? c.name, value: { kind: "column", name: c.name, type: c.type, span: op.wordSpan } }));
  if (input.open) for (const [from, to] of renamed) if (!input.columns.some((c) => c.name === from)) {
    columns.push({ name: to, type: "dynamic" });
    outputs.push({ name: to, value: { kind: "column", name: from, type: "dynamic", span: op.wordSpan } });
  }
  for (const o of added) {
    columns.push(row.column(o.name, o.value));
    outputs.push(o);
  }
  const arrangement = input.open ? { arrangement: { how: "rename", names: [...renamed] } } as const : {};
  return b.rows({ op: "project", input: input.plan, outputs, ...arrangement }, columns, op.span, op.word, input.open);
}

/** Columns that names and patterns choose, in the order of the table; a name that is none is told. */
function chosen(b: Binding, items: readonly Expression[], input: Rows): Set<string> {
  const names = new Set<string>();
  for (const item of items) {
    if (item.kind === "wildcard") {
      for (const c of input.columns) if (matchesPattern(c.name, item.pattern)) names.add(c.name);
      continue;
    }
    if (item.kind !== "name") continue;
    const column = input.columns.find((c) => c.name === item.name);
    if (column) names.add(column.name);
    else if (!input.open) {
      // What a table might have but has not here need not be dropped or moved.
      if (absentColumn(b, item.name, item.span, RowScope.of(input))) continue;
      const real = b.unknown("column", item.name, item.span, input.columns.map((c) => c.name), "");
      if (real !== undefined) names.add(real);
    } else names.add(item.name);
  }
  return names;
}

export function bindProjectAway(b: Binding, op: OperatorOf<"project-away">, input: Rows): Rows {
  const away = chosen(b, op.items, input);
  const columns = input.columns.filter((c) => !away.has(c.name));
  return arranged(b, op, input, columns, { how: "away", items: itemsOf(op.items) });
}

export function bindProjectKeep(b: Binding, op: OperatorOf<"project-keep">, input: Rows): Rows {
  const kept = chosen(b, op.items, input);
  // Which of the columns that are not known a pattern means is seen at the run; names are enough to know them.
  const open = input.open && op.items.some((item) => item.kind === "wildcard");
  const guessed = input.open && !open
    ? [...kept].filter((n) => !input.columns.some((c) => c.name === n)).map(
    (name): BoundColumn => ({ name, type: "dynamic" })) : [];
  return arranged(b, op, { ...input, open }, [...input.columns.filter((c) => kept.has(c.name)), ...guessed],
    { how: "keep", items: itemsOf(op.items) });
}

export function bindProjectReorder(b: Binding, op: OperatorOf<"project-reorder">, input: Rows): Rows {
  const front: BoundColumn[] = [];
  const items: Item[] = [];
  for (const key of op.keys) {
    const names = chosen(b, [key.value], input);
    const columns = input.columns.filter((c) => names.has(c.name) && !front.includes(c));
    if (key.order) columns.sort(
      (x, y) => (x.name < y.name ? -1 : x.name > y.name ? 1 : 0) * (key.order === "asc" ? 1 : -1));
    front.push(...columns);
    items.push(...itemsOf([key.value]).map((item) => (key.order ? { ...item, order: key.order } : item)));
  }
  return arranged(b, op, input, [...front, ...input.columns.filter((c) => !front.includes(c))], { how: "first", items });
}

type Item = Exclude<Arrangement, { how: "rename" }>["items"][number];

function itemsOf(items: readonly Expression[]): Item[] {
  return items.flatMap((e): Item[] => (e.kind === "wildcard" ? [{ name: e.pattern }] : e.kind === "name" ? [{ name: e.name }] : []));
}

/** Some of the columns; of rows with columns that only the run knows, those too that the arrangement lets through. */
function arranged(b: Binding, op: Operator, input: Rows, columns: readonly BoundColumn[], arrangement: Arrangement,
  label = op.word): Rows {
  return b.rows({ op: "project", input: input.plan, outputs: passOn(columns, op.wordSpan), ...(input.open ? { arrangement } : {}) },
    columns, op.span, label, input.open);
}
