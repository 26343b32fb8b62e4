/** Laws on random data: the batch size never shows, and a naive row-by-row reading gives the same rows. */
import { describe, expect, it } from "vitest";
import type { Expr, JoinKind, Plan } from "../../../src/query/plan";
import { compare, equal, printTable, printTableCell, rowsOf, tableOf } from "../../../src/table";
import type { ScalarType, Schema, Table, Value } from "../../../src/table";
import { by, call, column, extend, filter, group, join, limit, literal, named, node, project, result, rows, sort, values, window } from "./plans";

/** Seeds are printed in each test's name; add one to reproduce a failure. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const SIZES = [1, 2, 7, 8192];

function random(seed: number): (below: number) => number {
  let state = seed * 2654435761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const TYPES: readonly ScalarType[] = ["string", "long", "real", "bool", "int", "datetime", "guid", "decimal", "dynamic"];
const SCHEMA: Schema = { columns: TYPES.map((type) => ({ name: type, type })), open: false };

/** Few distinct values of each type, the awkward ones among them. */
function cell(type: ScalarType, pick: (below: number) => number): Value {
  if (type !== "string" && pick(6) === 0) return null;
  switch (type) {
    case "string": return ["", "a", "b", "ä", "B"][pick(5)]!;
    case "long": return [0n, 1n, -1n, 2n ** 32n, 2n ** 32n + 1n, -(2n ** 63n), 2n ** 63n - 1n][pick(7)]!;
    case "real": return [0, -0, 1.5, NaN, Infinity, -1e300][pick(6)]!;
    case "bool": return pick(2) === 1;
    case "int": return BigInt([0, 1, -1, 2147483647, -2147483648][pick(5)]!);
    case "datetime": return { kind: "datetime", ticks: BigInt(pick(3)) * 864_000_000_000n };
    case "guid": return { kind: "guid", text: `00000000-0000-0000-0000-00000000000${pick(3)}` };
    case "decimal": return { kind: "decimal", digits: BigInt(pick(4) * 50), scale: pick(3) };
    case "dynamic": return [1n, 1, "x", [1n, "x"], new Map([["k", 1n]]), true][pick(6)]!;
    default: return null;
  }
}

const table = (seed: number, n: number): Table => {
  const pick = random(seed);
  return tableOf(SCHEMA, Array.from({ length: n }, () => TYPES.map((type) => cell(type, pick))));
};
const naive = (t: Table): Value[][] => [...rowsOf(t)];
const print = (list: readonly (readonly Value[])[], types: readonly ScalarType[]) =>
  list.map((row) => row.map((v, i) => printTableCell(v, types[i] ?? "dynamic")).join(", "));
const at = (type: ScalarType) => TYPES.indexOf(type);
/** The key as the engine groups by it: NaN is NaN, both zeros are one. */
const sameKey = (a: readonly Value[], b: readonly Value[]) => a.every((v, i) => equal(v, b[i] ?? null));

async function sameForAllSizes(plan: Plan): Promise<string[]> {
  const whole = await rows(plan);
  for (const batchRows of SIZES) expect(await rows(plan, { batchRows }), `batches of ${batchRows}`).toEqual(whole);
  return whole;
}

describe.each(SEEDS)("seed %i", (seed) => {
  const pick = random(seed + 100);
  const data = table(seed, 60);
  const input = values(data);
  const types = (...list: ScalarType[]): Expr[] => list.map((type) => column(input, type));
  const one = () => TYPES[pick(TYPES.length)]!;

  it("group agrees with a list of keys", async () => {
    const keys = [...new Set([one(), one()])];
    const plan = group(input, keys.map((k) => named(k, column(input, k))), [
      named("n", call("count:", "long")), named("d", call("dcount:any,long", "long", column(input, "dynamic"))),
      named("list", call("make_list:any,long", "dynamic", column(input, "long"))), named("most", call("max:any", "long", column(input, "long"))),
    ]);
    const groups: { key: Value[]; rows: Value[][] }[] = [];
    for (const row of naive(data)) {
      const key = keys.map((k) => row[at(k)]!);
      let found = groups.find((g) => sameKey(g.key, key));
      if (found === undefined) groups.push((found = { key, rows: [] }));
      found.rows.push(row);
    }
    const expected = groups.map(({ key, rows: members }) => {
      const longs = members.map((r) => r[at("long")]!).filter((v) => v !== null);
      const dynamics = members.map((r) => r[at("dynamic")]!).filter((v) => v !== null);
      const distinct = dynamics.filter((v, i) => dynamics.findIndex((w) => equal(v, w)) === i);
      return [...key, BigInt(members.length), BigInt(distinct.length), longs, longs.reduce<Value>((m, v) => (m === null || compare(v, m) > 0 ? v : m), null)];
    });
    expect(await sameForAllSizes(plan)).toEqual(print(expected, [...keys, "long", "long", "dynamic", "long"]));
  });

  it("join agrees with two loops", async () => {
    const other = table(seed + 1000, 25);
    const right = values(other);
    const key = (["string", "long", "int", "datetime", "guid", "bool"] as const)[pick(6)]!;
    const kinds: JoinKind[] = ["inner", "leftouter", "leftsemi", "leftanti", "rightsemi", "rightanti", "fullouter", "rightouter", "innerunique"];
    const matches = (l: Value[], r: Value[]) => l[at(key)] !== null && equal(l[at(key)]!, r[at(key)]!);
    const blank = TYPES.map((type): Value => (type === "string" ? "" : null));
    for (const kind of kinds) {
      const lefts = naive(data).filter((l, i, all) => kind !== "innerunique" || all.findIndex((m) => equal(m[at(key)]!, l[at(key)]!)) === i);
      const rights = naive(other);
      const pairs = lefts.flatMap((l) => rights.filter((r) => matches(l, r)).map((r) => [...l, ...r]));
      const leftPadded = lefts.flatMap((l) => {
        const found = rights.filter((r) => matches(l, r));
        return found.length > 0 ? found.map((r) => [...l, ...r]) : [[...l, ...blank]];
      });
      const rightRest = rights.filter((r) => !lefts.some((l) => matches(l, r))).map((r) => [...blank, ...r]);
      const expected: Record<JoinKind, Value[][]> = {
        inner: pairs, innerunique: pairs, leftouter: leftPadded, rightouter: [...pairs, ...rightRest], fullouter: [...leftPadded, ...rightRest],
        leftsemi: lefts.filter((l) => rights.some((r) => matches(l, r))), leftanti: lefts.filter((l) => !rights.some((r) => matches(l, r))),
        rightsemi: rights.filter((r) => lefts.some((l) => matches(l, r))), rightanti: rights.filter((r) => !lefts.some((l) => matches(l, r))),
      };
      expect(await sameForAllSizes(join(input, right, kind, [key, key])), kind).toEqual(print(expected[kind], [...TYPES, ...TYPES]));
    }
  });

  it("sort agrees with a stable sort of rows, with and without a limit", async () => {
    const keys = [{ type: one(), down: pick(2) === 1, first: pick(2) === 1 }, { type: one(), down: pick(2) === 1, first: pick(2) === 1 }];
    const standing = (v: Value, first: boolean) => (v === null ? (first ? 0 : 4) : typeof v === "number" && Number.isNaN(v) ? (first ? 1 : 3) : 2);
    const expected = print(naive(data).sort((a, b) => {
      for (const { type, down, first } of keys) {
        const [x, y] = [a[at(type)]!, b[at(type)]!];
        const sign = standing(x, first) - standing(y, first) || (standing(x, first) === 2 ? compare(x, y) * (down ? -1 : 1) : 0);
        if (sign !== 0) return sign;
      }
      return 0;
    }), TYPES);
    const order = keys.map((k) => by(column(input, k.type), k.down, k.first));
    expect(await sameForAllSizes(sort(input, order))).toEqual(expected);
    const few = pick(70);
    expect(await sameForAllSizes(sort(input, order, few))).toEqual(expected.slice(0, few));
  });

  it("batches do not show through chains of operators", async () => {
    const [long, text, flag] = types("long", "string", "bool");
    const kept = filter(input, call("or:bool,bool", "bool", flag!, call("gt:long,long", "bool", long!, literal(0n, "long"))));
    const wide = extend(kept, named("shout", call("strcat:string...", "string", text!, literal("!", "string"))));
    const numbered = window(wide, [named("n", call("row_number:long,bool", "long")), named("before", call("prev:any,long,any", "long", long!))], [text!]);
    const cut = limit(project(numbered, ...["shout", "n", "before", "real"].map((name) => named(name, column(numbered, name)))), 30, 2);
    await sameForAllSizes(cut);
  });

  it("expand agrees with a loop", async () => {
    const plan = node("mv-expand", SCHEMA, {
      op: "expand", input, columns: [{ name: "dynamic", value: column(input, "dynamic"), type: "dynamic" }], bagAs: "bag", keepEmpty: false,
    });
    const expected = naive(data).flatMap((row) => {
      const value = row[at("dynamic")]!;
      const items = Array.isArray(value) ? (value as Value[]) : [value];
      return items.map((item) => row.map((v, i) => (i === at("dynamic") ? item : v)));
    });
    expect(await sameForAllSizes(plan)).toEqual(print(expected, TYPES));
  });

  it("printed tables read back as themselves", async () => {
    const { readTable } = await import("../../../src/table");
    const text = printTable(data);
    const read = readTable(text);
    expect(read.diagnostics).toEqual([]);
    expect(printTable(read.value!)).toBe(text);
    expect(await result(values(data))).toBe(text);
  });
});
