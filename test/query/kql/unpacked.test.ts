/** Columns that only the data bring (`bag_unpack`): what chooses, renames and orders columns sees them too. */
import { describe, expect, it } from "vitest";
import { printPlan } from "../../../src/query/print";
import { seeded } from "../../../src/query/engine/run";
import { kql } from "../../../src/query/kql";
import { scopeOf } from "./cases";
import { gives, results } from "./rows";

const D = `datatable(id: long, d: dynamic) [1, dynamic({"b": "x", "a": 7, "c_1": true}), 2, dynamic({"b": "y", "z": 1.5})]
| evaluate bag_unpack(d)`;

describe("behind bag_unpack", () => {
  gives(`${D} | project-away id`, "b:string, a:long, c_1:bool, z:real\nx, 7, true, null\ny, null, null, 1.5");
  gives(`${D} | project-away c_*, b`, "id:long, a:long, z:real\n1, 7, null\n2, null, 1.5");
  gives(`${D} | project-keep b, id`, "id:long, b:dynamic\n1, \"x\"\n2, \"y\"");
  gives(`${D} | project-keep *1, i*`, "id:long, c_1:bool\n1, true\n2, null");
  gives(`${D} | project-rename bee = b, who = id`, "who:long, bee:string, a:long, c_1:bool, z:real\n1, x, 7, true, null\n2, y, null, null, 1.5");
  gives(`${D} | project-reorder z, a`, "z:real, a:long, id:long, b:string, c_1:bool\nnull, 7, 1, x, true\n1.5, null, 2, y, null");
  gives(`${D} | project-reorder * desc`, "z:real, id:long, c_1:bool, b:string, a:long\nnull, 1, true, x, 7\n1.5, 2, null, y, null");
  gives(`${D} | project-by-names "z", "c*", "id"`, "z:real, c_1:bool, id:long\nnull, true, 1\n1.5, null, 2");
  gives(`${D} | project-away id | where a == 7 | extend n = a + 1 | project-keep n, c*`, "c_1:bool, n:long\ntrue, 8");
  gives(`${D} | extend n = row_number() | project-away z, b`, "id:long, a:long, c_1:bool, n:long\n1, 7, true, 1\n2, null, null, 2");
});

it("is said in the printed plan", () => {
  const { plan } = kql.compile("T | evaluate bag_unpack(d) | project-reorder x* asc, b | project-keep b*, zed", scopeOf());
  expect(plan && printPlan(plan).split("\n").filter((line) => line.includes("…")).map((line) => line.replace(/^project.* … /, ""))).toEqual(
    ["first x* asc, b", "keep b*, zed", "=> b:long, …"]);
});

const NAMES = ["a", "ab", "abc", "b", "bc", "c", "x1", "x2", "y1"];

/** What one operator of the family does, written at random over names that are there or not. */
function operator(next: () => number): string {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  const pattern = () => (next() < 0.5 ? pick(NAMES) : pick(["a*", "*c", "x*", "*b*", "*1"]));
  const several = (make: () => string) => Array.from({ length: 1 + Math.floor(next() * 3) }, make).join(", ");
  switch (Math.floor(next() * 4)) {
    case 0: return `project-away ${several(pattern)}`;
    case 1: return `project-keep ${several(() => pick(["a*", "*c", "x*", "*b*", "*1"]))}`;
    case 2: return `project-reorder ${several(() => `${pattern()}${pick(["", " asc", " desc"])}`)}`;
    default: return `project-rename q${Math.floor(next() * 1e6)} = ${pick(NAMES)}`;
  }
}

it("chooses of unpacked columns what it chooses of known ones", async () => {
  const seed = Number(process.env["SEED"] ?? 7);
  const next = seeded(seed);
  let compared = 0;
  for (let i = 0; i < 150; i++) {
    const names = NAMES.filter(() => next() < 0.7);
    if (names.length === 0) continue;
    const known = `datatable(${names.map((n) => `${n}: long`).join(", ")}) [${names.map((_, at) => at + 1).join(", ")}]`;
    const operators = Array.from({ length: 1 + Math.floor(next() * 3) }, () => operator(next)).join(" | ");
    const wanted = await results(`${known} | ${operators}`);
    // What names a column that is not there is refused where all are known.
    if (wanted.includes("kql-")) continue;
    const bag = `dynamic({${names.map((n, at) => `"${n}": ${at + 1}`).join(", ")}})`;
    expect(await results(`print d = ${bag} | evaluate bag_unpack(d) | ${operators}`), `seed ${seed}: ${names.join()} | ${operators}`).toBe(wanted);
    compared++;
  }
  expect(compared).toBeGreaterThan(50);
});
