/** Random soup of what queries, logs and notes are made of: nothing throws, nothing hangs. `FUZZ=n` tries n times as many. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Pace } from "../../src/base";
import { LocalLab } from "../../src/core";
import { readLogsNow } from "../../src/logs";
import { runDql } from "../../src/query/dql";
import { FUNCTIONS } from "../../src/query/dql";
import { seeded } from "../../src/query/engine/run";
import { functions } from "../../src/query/functions";
import { readNote } from "../../src/vault";
import { OPTIONS, world } from "../query/dql/notes";

const TIMES = Math.max(1, Number(process.env["FUZZ"] ?? 1));
const SEED = Number(process.env["SEED"] ?? 1);
const PER_CALL_MS = 1000;

const pick = <T>(next: () => number, of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;

const VALUES = ["0", "-1", "1.5", "9223372036854775807", "1e308", "real(nan)", "'a'", '"b\\"', "@'\\'", "true", "null", "1d", "datetime(2024-01-01)",
  "dynamic([1,{\"a\":2}])", "dynamic(null)", "long(null)", "''", "guid(00000000-0000-0000-0000-000000000000)", "'(a+)+$'", "decimal(1.5)"];
const MARKS = ["|", "(", ")", "[", "]", "{", "}", ",", ";", "=", "==", "=~", "!=", "<", ">=", "+", "-", "*", "/", "%", ".", "..", ":", "=>", "//", "\n", "\\", "'", '"', "`", "~", "$", "#", "@", "\0", "\ud800", "é", "\u202e"];
const KQL = ["T", "x", "s", "d", "t", "x", "s", "where", "extend", "project", "project-away", "project-rename", "summarize", "by", "join", "kind=leftouter", "on", "union", "let", "mv-expand", "mv-apply", "parse",
  "with", "sort", "order", "asc", "top", "take", "limit", "distinct", "count", "make-series", "default", "from", "to", "step", "range", "print", "datatable", "evaluate", "pivot", "bag_unpack", "search", "find", "in",
  "in~", "!in", "has", "has_any", "contains", "!has", "startswith", "matches regex", "between", "and", "or", "not", "invoke", "as", "serialize", "materialize", "toscalar", "partition", "fork", "facet", "lookup",
  "getschema", "sample", "reduce", "scan", "render", "typeof", "view", "declare query_parameters", "set", "alias", "kind=regex", "nulls first", "isfuzzy=true", "$left", "$right", "externaldata"];
const DQL = ["LIST", "TABLE", "TASK", "CALENDAR", "WITHOUT ID", "FROM", "WHERE", "SORT", "GROUP BY", "FLATTEN", "LIMIT", "AS", "ASC", "DESC", "AND", "OR", "#x", '"a"', "[[a]]", "outgoing([[a]])", "-", "!", "n", "file.link",
  "file.name", "rows", "this", "key", "date(today)", "date(2024-01-01)", "dur(1 day)", "(x) => x", "{a: 1}", "1", "true", "null", '"(a+)+$"', "[1, 2]"];

/** Queries of the corpus beside the project, where there is one: whole lines as pieces. */
function corpus(): readonly string[] {
  const folder = fileURLToPath(new URL("../../../shared", import.meta.url));
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(kql|md|jsonl|ya?ml)$/.test(entry.name)).slice(0, 120);
  return found.flatMap((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8").slice(0, 20_000).split("\n"))
    .filter((line) => line.length > 3 && line.length < 200);
}

const CALLS = functions.all().map((entry) => `${entry.name.replace(/\..*/, "")}(`);
const kqlSoup = [...KQL, ...KQL, ...MARKS, ...VALUES, ...CALLS];
const dqlSoup = [...DQL, ...DQL, ...MARKS, ...[...FUNCTIONS.keys()].map((name) => `${name}(`)];
const EXAMPLES = functions.all().flatMap((entry) => (entry.kind === "scalar" ? entry.examples.map(([code]) => `print ${code}`) : entry.examples.map(([code]) => code)));
const lines = corpus();

function soup(next: () => number, words: readonly string[]): string {
  const out: string[] = [];
  for (let n = 1 + next() * 14; n > 0; n--) out.push(lines.length > 0 && next() < 0.1 ? pick(next, lines) : pick(next, words));
  return out.join(next() < 0.9 ? " " : "");
}

/** A text with some of it taken out, doubled, or put elsewhere. */
function damaged(next: () => number, text: string, pieces: readonly string[]): string {
  let out = text;
  for (let n = 1 + next() * 4; n > 0; n--) {
    const at = Math.floor(next() * (out.length + 1));
    const end = at + Math.floor(next() * 6);
    out = out.slice(0, at) + (next() < 0.6 ? pick(next, pieces) : out.slice(at, end).repeat(2)) + out.slice(next() < 0.5 ? at : end);
  }
  return out.slice(0, 4000);
}

/** A query with some of its literals exchanged for odd ones. */
function retold(next: () => number, text: string): string {
  return text.replace(/"[^"]*"|'[^']*'|\b\d+(?:\.\d+)?\b/g, (literal) => (next() < 0.5 ? pick(next, VALUES) : literal));
}

async function tried(name: string, count: number, once: (next: () => number) => [string, () => unknown]): Promise<void> {
  for (let i = 0; i < count * TIMES; i++) {
    const next = seeded(SEED * 1_000_003 + i);
    const [text, run] = once(next);
    const started = performance.now();
    try {
      await run();
    } catch (thrown) {
      throw new Error(`${name}, seed ${SEED}, input ${i}: ${JSON.stringify(text)}`, { cause: thrown });
    }
    expect(performance.now() - started, `${name}, seed ${SEED}, input ${i}: ${JSON.stringify(text)}`).toBeLessThan(PER_CALL_MS);
  }
}

const LONG_MS = 60_000 + TIMES * 30_000;

it("KQL is compiled, and run on a small table", async () => {
  const lab = new LocalLab({ clock: () => performance.now(), pause: () => Promise.resolve(), wallTicks: () => 639_000_000_000_000_000n });
  await lab.load({ id: "t", table: "T", text: '{"x":1,"s":"a b","d":{"k":[1,"z"]},"t":"2024-01-01T00:00:00Z"}\n{"x":2,"s":"","d":[1],"t":"2024-01-02T00:00:00Z"}' });
  const scope = lab.scope({ lenient: true });
  let ran = 0;
  await tried("KQL", 1200, (next) => {
    const kind = next();
    const text = kind < 0.4 ? retold(next, pick(next, EXAMPLES)) : kind < 0.6 ? damaged(next, pick(next, EXAMPLES), kqlSoup)
      : `${next() < 0.7 ? "T | " : ""}${soup(next, kqlSoup)}`;
    return [text, async () => {
      const { plan, diagnostics } = lab.compile("kql", text, scope);
      for (const d of diagnostics) if (d.span.to > text.length || d.span.from > d.span.to) throw new RangeError(`span of ${d.code}`);
      if (plan === undefined) return;
      ran++;
      await lab.run(plan, { now: scope.now, limitMs: 500, maxRows: 1000, maxHeldRows: 100_000 });
    }];
  });
  expect(ran).toBeGreaterThan(100);
}, LONG_MS);

it("DQL runs over two notes", async () => {
  const notes = world([{ path: "a.md", links: ["b"], tags: ["#x"], fields: { n: 1, s: "aaaa" } }, { path: "b.md", links: ["a"], fields: { n: [1, 2] } }]);
  await tried("DQL", 1200, (next) => {
    const text = `${pick(next, ["LIST ", "TABLE ", "TASK ", ""])}${soup(next, dqlSoup)}`;
    const pace = new Pace({ clock: () => performance.now(), pause: () => Promise.resolve(), limitMs: 500 });
    return [text, () => runDql(text, notes, { ...OPTIONS, origin: "a.md", pace })];
  });
}, LONG_MS);

const LOGS = [
  '{"TimeGenerated":"2024-01-01T00:00:00Z","a":[1,{"b":null}],"c":"x\\u0041"}\n{"a":2}', 'a,b,c\n1,"x,""y""",2024-05-01\n2,,z\n',
  '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><EventID>1</EventID></System><EventData><Data Name="a">b</Data></EventData></Event>',
  "time=2024-01-01 a=1 b=\"x y\"\ntime=2024-01-02 a=2", '{"Records":[{"eventSource":"s","eventName":"n","userIdentity":{"arn":"a"}}]}', "<134>1 2024-01-01T00:00:00Z host app - - - hello",
];
it("logs are read, however damaged", async () => {
  await tried("logs", 1200, (next) => {
    const text = damaged(next, pick(next, LOGS), [...MARKS, "<", "</", "&", "]]>", "<!--", "\t", "\r\n", '{"', "null"]);
    return [text, () => {
      const logs = readLogsNow(text);
      for (const batch of logs.table.batches) for (const c of batch.columns) if (c.length !== batch.length) throw new RangeError("ragged table");
    }];
  });
}, LONG_MS);

const NOTE = "---\ntags: [a, b]\nid: T1059.001\nlinks: \"[[x]]\"\nn: {a: 1}\n---\n# Title\nfield:: [[y|z]] (inline:: 1)\n\n- [ ] task #t [due:: 2024-01-01]\n  - [x] sub\n\n```kql\nT | where x == 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> [!note] c\n";
it("notes are read, however damaged", async () => {
  await tried("notes", 1200, (next) => {
    const text = damaged(next, NOTE, [...MARKS, "---\n", "```", "[[", "]]", "::", "%%", "<!--", "&a ", "*a", "!!js/function", "- [ ] ", "\t", "> ", "|", "<<: *a"]);
    return [text, () => readNote({ path: "a.md", created: 0, modified: 0, size: text.length }, text)];
  });
}, LONG_MS);
