/** Runs a query over pages, one step after the other, and tells what each step did to the rows. */
import type { Diagnostic, Pace, Span, StopReason } from "../../base";
import { Stopped, error, unhurried, warning } from "../../base";
import { Context, asFailure } from "./context";
import type { DqlOptions, Links } from "./context";
import { evaluate } from "./evaluate";
import { Failure } from "./failure";
import { findPaths, rowsOf } from "./find";
import type { Row } from "./find";
import type { DqlPage, DqlWorld } from "./page";
import type { DqlQuery, Expr, NamedExpr, Step } from "./syntax";
import type { DqlBag, DqlValue } from "./value";
import { compare, isBag, isList, isTruthy, toText, typeOf } from "./value";

/** What the rows of a result are about: pages, or the groups of a GROUP BY (perhaps grouped again). */
export type IdMeaning = "path" | { readonly group: string; readonly on: IdMeaning };

/** Tasks of a result, under the keys of their groups when they were grouped. */
export type TaskTree =
  | { readonly kind: "tasks"; readonly tasks: readonly DqlBag[] }
  | { readonly kind: "groups"; readonly groups: readonly { readonly key: DqlValue; readonly rows: TaskTree }[] };

/** What a query gave, by its type. */
export type DqlResult = { readonly idMeaning: IdMeaning } & (
  | { readonly type: "table"; readonly headers: readonly string[]; readonly rows: readonly (readonly DqlValue[])[] }
  /** An item is a page's link, a value, or a pair of both. */
  | { readonly type: "list"; readonly items: readonly DqlValue[] }
  /** Every task carries `path` and `line`, so that a host can tick it. */
  | { readonly type: "task"; readonly tree: TaskTree }
  | { readonly type: "calendar"; readonly days: readonly { readonly date: DqlValue; readonly link: DqlValue }[] });

/** One step as it ran. `failures` holds the first few rows that had no value, `failed` counts all. */
export interface DqlStep {
  readonly label: string;
  readonly span: Span;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly ms: number;
  readonly failed: number;
  readonly failures: readonly { readonly row: string; readonly message: string; readonly span: Span }[];
}

export type DqlOutcome = { readonly steps: readonly DqlStep[]; readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly kind: "done"; readonly result: DqlResult }
  | { readonly kind: "failed" }
  | { readonly kind: "stopped"; readonly why: StopReason });

export interface RunOptions extends DqlOptions {
  /** Path of the note the query stands in: `this`, `[[]]`, and where links are resolved from. */
  readonly origin: string;
  readonly pace?: Pace | undefined;
}

const TOLD = 3;
const ROWS_PER_BREATH = 500;

/** Runs a parsed query. Never rejects for what a user wrote or a page holds. */
export async function runQuery(query: DqlQuery, world: DqlWorld, options: RunOptions): Promise<DqlOutcome> {
  const run = new Run(query, world, options);
  try {
    const result = await run.result();
    return { kind: "done", result, steps: run.steps, diagnostics: run.diagnostics };
  } catch (thrown) {
    if (thrown instanceof Stopped) {
      return { kind: "stopped", why: thrown.why, steps: run.steps, diagnostics: run.diagnostics };
    }
    const failure = asFailure(thrown);
    const told = error("dql-run", failure.message, failure.span ?? query.span);
    return { kind: "failed", steps: run.steps, diagnostics: [...run.diagnostics, told] };
  }
}

/** The context of a query: `this` is the note it stands in, links are resolved from there, each once. */
export function contextOf(world: DqlWorld, options: RunOptions): Context {
  const pages = new Map<string, DqlPage | string>();
  const follow = (path: string): DqlPage | string => {
    let found = pages.get(path);
    if (found === undefined) {
      const place = world.resolve(path, options.origin) ?? path;
      found = world.page(place) ?? place;
      pages.set(path, found);
    }
    return found;
  };
  const links: Links = {
    fields: (path) => {
      const found = follow(path);
      return typeof found === "string" || world.resolve(path, options.origin) === undefined ? null : found.fields;
    },
    place: (path) => {
      const found = follow(path);
      return typeof found === "string" ? found : found.path;
    },
  };
  const self = world.page(options.origin)?.fields ?? new Map<string, DqlValue>();
  return new Context(options, links, new Map([["this", self]]), options.pace);
}

class Run {
  readonly steps: DqlStep[] = [];
  readonly diagnostics: Diagnostic[] = [];
  private readonly context: Context;
  private readonly pace: Pace;
  private idMeaning: IdMeaning = "path";

  constructor(
    private readonly query: DqlQuery, private readonly world: DqlWorld, private readonly options: RunOptions,
  ) {
    this.context = contextOf(world, options);
    this.pace = options.pace ?? unhurried();
  }

  async result(): Promise<DqlResult> {
    let rows = await this.sourceRows();
    for (const step of this.query.steps) rows = await this.step(step, rows);
    return this.finish(rows);
  }

  private async sourceRows(): Promise<readonly Row[]> {
    const { source, type } = this.query;
    const started = this.pace.now();
    const rows: Row[] = [];
    let seen = 0;
    for (const path of findPaths(source, this.world, this.options.origin)) {
      if (++seen % ROWS_PER_BREATH === 0) await this.pace.breathe();
      if (type === "task") rows.push(...taskRows(this.world.page(path)));
      else rows.push(...await rowsOf(path, this.world, this.context.clock.zone, source));
    }
    const span = source.span.to > source.span.from ? source.span : { from: 0, to: 0 };
    this.note("FROM", span, this.world.paths().length, rows.length, started, []);
    return rows;
  }

  private note(label: string, span: Span, rowsIn: number, rowsOut: number, started: number, failures: readonly RowFailure[]): void {
    const told = failures.slice(0, TOLD).map(({ row, failure }) => ({
      row: rowName(row, this.context), message: failure.message, span: failure.span ?? span,
    }));
    this.steps.push({ label, span, rowsIn, rowsOut, ms: this.pace.now() - started, failed: failures.length, failures: told });
    const [first] = told;
    if (first === undefined) return;
    if (failures.length >= rowsIn) throw new Failure(`Every row failed in ${label}: ${first.message}`, first.span);
    this.diagnostics.push(warning("dql-rows-dropped",
      `${failures.length} of ${rowsIn} rows were left out by ${label}: ${first.message} (${first.row})`, first.span,
      { notes: told.slice(1).map((f) => ({ message: `${f.row}: ${f.message}`, span: f.span })) }));
  }

  /** The value of each row; rows without one are set aside and told. */
  private async values<T>(label: string, span: Span, rows: readonly Row[], value: (row: Row) => T): Promise<{ row: Row; value: T }[]> {
    const started = this.pace.now();
    const found: { row: Row; value: T }[] = [];
    const failures: RowFailure[] = [];
    for (const [i, row] of rows.entries()) {
      if (i % ROWS_PER_BREATH === ROWS_PER_BREATH - 1) await this.pace.breathe();
      try {
        found.push({ row, value: value(row) });
      } catch (thrown) {
        failures.push({ row, failure: asFailure(thrown) });
      }
    }
    this.note(label, span, rows.length, found.length, started, failures);
    return found;
  }

  private evaluate(expr: Expr, row: Row): DqlValue {
    return evaluate(expr, row.data, this.context);
  }

  private async step(step: Step, rows: readonly Row[]): Promise<readonly Row[]> {
    switch (step.kind) {
      case "where": {
        const judged = await this.values("WHERE", step.span, rows, (row) => isTruthy(this.evaluate(step.expr, row)));
        return this.left(judged.filter(({ value }) => value).map(({ row }) => row));
      }
      case "sort": {
        const keyed = await this.values("SORT", step.span, rows, (row) => step.fields.map((f) => this.evaluate(f.expr, row)));
        const { order } = this.context;
        keyed.sort((a, b) => {
          for (const [i, field] of step.fields.entries()) {
            const c = compare(a.value[i] ?? null, b.value[i] ?? null, order);
            if (c !== 0) return field.descending ? -c : c;
          }
          return 0;
        });
        return keyed.map(({ row }) => row);
      }
      case "limit": return this.limit(step.expr, step.span, rows);
      case "group": return this.group(step.by, rows);
      case "flatten": return this.flatten(step.by, rows);
      case "from": throw new Failure("FROM stands once, directly behind the first line of a query.", step.span);
    }
  }

  /** Corrects the last step's count: values were found for more rows than stay. */
  private left(rows: readonly Row[]): readonly Row[] {
    const last = this.steps.pop();
    if (last !== undefined) this.steps.push({ ...last, rowsOut: rows.length });
    return rows;
  }

  private limit(expr: Expr, span: Span, rows: readonly Row[]): readonly Row[] {
    const amount = evaluate(expr, new Map(), this.context);
    if (typeof amount !== "number") throw new Failure(`LIMIT takes a number, found ${typeOf(amount)}.`, expr.span);
    const left = rows.slice(0, amount);
    this.note("LIMIT", span, rows.length, left.length, this.pace.now(), []);
    return left;
  }

  private async group(by: NamedExpr, rows: readonly Row[]): Promise<readonly Row[]> {
    const keyed = await this.values("GROUP BY", by.span, rows, (row) => this.evaluate(by.expr, row));
    const { order } = this.context;
    keyed.sort((a, b) => compare(a.value, b.value, order));
    const groups: { key: DqlValue; rows: DqlBag[]; last: DqlValue }[] = [];
    for (const { row, value } of keyed) {
      const open = groups.at(-1);
      if (open !== undefined && compare(value, open.last, order) === 0) {
        open.rows.push(row.data);
        open.last = value;
      } else groups.push({ key: value, rows: [row.data], last: value });
    }
    this.idMeaning = { group: by.name, on: this.idMeaning };
    return this.left(groups.map(({ key, rows: members }) => ({
      id: key, data: new Map<string, DqlValue>([["key", key], ["rows", members], [by.name, key]]),
    })));
  }

  private async flatten(by: NamedExpr, rows: readonly Row[]): Promise<readonly Row[]> {
    const found = await this.values("FLATTEN", by.span, rows, (row) => this.evaluate(by.expr, row));
    if (this.idMeaning !== "path" && this.idMeaning.group === by.name) this.idMeaning = this.idMeaning.on;
    return this.left(found.flatMap(({ row, value }) => (isList(value) ? value : [value])
      .map((element) => ({ id: row.id, data: new Map(row.data).set(by.name, element) }))));
  }

  private async finish(rows: readonly Row[]): Promise<DqlResult> {
    const { query, idMeaning } = this;
    const [only] = query.fields;
    switch (query.type) {
      case "table": {
        // Columns of one name all show the last of them: as in Dataview, where a name is a field's identity.
        const lastOf = new Map(query.fields.map((f) => [f.name, f]));
        const columns = query.fields.map((f) => lastOf.get(f.name) ?? f);
        const cells = await this.values("TABLE", this.headSpan(), rows, (row) => columns.map((f) => this.evaluate(f.expr, row)));
        const names = query.fields.map((f) => f.name);
        if (!query.showId) return { type: "table", idMeaning, headers: names, rows: cells.map(({ value }) => value) };
        const id = idMeaning === "path" ? this.context.settings.idColumn : idMeaning.group;
        return { type: "table", idMeaning, headers: [id, ...names], rows: cells.map(({ row, value }) => [row.id, ...value]) };
      }
      case "list": {
        if (only === undefined) return { type: "list", idMeaning, items: rows.map((row) => row.id) };
        const items = await this.values("LIST", this.headSpan(), rows, (row) => this.evaluate(only.expr, row));
        return {
          type: "list", idMeaning,
          items: items.map(({ row, value }) => (query.showId ? { kind: "pair", key: row.id, value } : value)),
        };
      }
      case "task": return { type: "task", idMeaning, tree: taskTree(idMeaning, rows.map((row) => row.data)) };
      case "calendar": {
        if (only === undefined) throw new Failure("CALENDAR needs an expression that gives a date.", query.span);
        const days = await this.values("CALENDAR", only.span, rows, (row) => {
          const file = row.data.get("file") ?? null;
          const link = isBagValue(file) ? file.get("link") ?? null : null;
          return { date: this.evaluate(only.expr, row), link };
        });
        const odd = days.filter(({ value: { date } }) => date !== null && typeOf(date) !== "date");
        const [first] = odd;
        if (first !== undefined) {
          this.diagnostics.push(warning("dql-no-date",
            `${odd.length} of ${days.length} rows have no date for CALENDAR, but ${typeOf(first.value.date)} (${rowName(first.row, this.context)}).`,
            only.span));
        }
        return { type: "calendar", idMeaning, days: days.map(({ value }) => value) };
      }
    }
  }

  private headSpan(): Span {
    const first = this.query.fields[0]?.span ?? { from: 0, to: 0 };
    return { from: first.from, to: this.query.fields.at(-1)?.span.to ?? first.to };
  }
}

interface RowFailure {
  readonly row: Row;
  readonly failure: Failure;
}

function isBagValue(value: DqlValue): value is DqlBag {
  return typeof value === "object" && value !== null && isBag(value);
}

/** A row as messages name it: its page's path, with the line for a task, else its key as text. */
export function rowName(row: Row, context: Context): string {
  const { id, data } = row;
  if (typeof id === "object" && id !== null && "kind" in id && id.kind === "link") return id.path;
  const line = data.get("line");
  return typeof id === "string" && typeof line === "number" ? `${id.slice(0, id.lastIndexOf("#"))}:${line + 1}`
    : toText(id, context.text);
}

/** The tasks of a page, each with the page's fields where it has none of its own. */
function taskRows(page: DqlPage | undefined): readonly Row[] {
  const file = page?.fields.get("file") ?? null;
  const tasks = isBagValue(file) ? file.get("tasks") ?? null : null;
  if (page === undefined || !isList(tasks)) return [];
  return tasks.filter(isBagValue).map((task) => {
    const data = new Map(page.fields);
    for (const [key, value] of task) data.set(key, value);
    return { id: `${page.path}#${lineOf(task)}`, data };
  });
}

function lineOf(task: DqlBag): number {
  const line = task.get("line");
  return typeof line === "number" ? line : 0;
}

function taskTree(meaning: IdMeaning, rows: readonly DqlBag[]): TaskTree {
  if (meaning === "path") return { kind: "tasks", tasks: rows };
  return {
    kind: "groups",
    groups: rows.map((row) => {
      const members = row.get("rows") ?? null;
      const inner = isList(members) ? members.filter(isBagValue) : [];
      return { key: row.get(meaning.group) ?? null, rows: taskTree(meaning.on, inner) };
    }),
  };
}
