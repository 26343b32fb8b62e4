/** `set`: what takes effect, what is taken silently, what is told; and the columns of `find`. */
import { describe, expect, it } from "vitest";
import { diagnosticsOf, fixed } from "./cases";
import { gives } from "./rows";

const PETS = { P: "name:string, age:long\nrex, 3\ntom, 5\nace, 7" };

describe("options that mean something", () => {
  gives("set query_now = datetime(2026-01-02); print now(), ago(1d), x = now() - 1d > datetime(2025-12-31)",
    "print_0:datetime, print_1:datetime, x:bool\n2026-01-02T00:00:00.0000000Z, 2026-01-01T00:00:00.0000000Z, true");
  gives("set query_now = datetime(2026-01-02); range t from ago(1d) to now() step 1d | count", "Count:long\n2");
  gives("set query_take_max_records=2; P", "name:string, age:long\nrex, 3\ntom, 5", PETS);
  gives("set query_take_max_records=1; P | project age; P | project name", "Result 1\nage:long\n3\n\nResult 2\nname:string\nrex", PETS);
  gives("set query_bin_auto_size=10; print bin_auto(17)", "print_0:long\n10");
});

describe("others", () => {
  it("the service's own are taken silently", () => {
    expect(diagnosticsOf("set notruncation; set servertimeout=10m; set truncationmaxrecords=5; T | take 1")).toEqual([]);
  });
  it("an unknown one is told, and the query runs", () => {
    expect(diagnosticsOf("set notrunction; T | take 1").map((d) => `${d.severity} ${d.code}`)).toEqual(["warning kql-unknown-option"]);
    expect(fixed("set notrunction; T | take 1", "kql-unknown-option")).toBe("set notruncation; T | take 1");
  });
  it("a value that cannot be is told", () => {
    expect(diagnosticsOf("set query_now = 5; T | take 1").map((d) => d.code)).toEqual(["kql-option-value"]);
    expect(diagnosticsOf("set query_take_max_records; T | take 1").map((d) => d.code)).toEqual(["kql-option-value"]);
  });
});

describe("find", () => {
  gives("find in (P) where age > 4 project name, pack_all()",
    'source_:string, name:string, pack_:dynamic\nP, tom, {"name":"tom","age":5}\nP, ace, {"name":"ace","age":7}', PETS);
});
