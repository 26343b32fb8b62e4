/** Constants as Kusto reads them, each with the cell that comes out. Kusto docs: the pages of the scalar data types. */
import { describe, expect, it } from "vitest";
import { fails } from "./cases";
import { results } from "./rows";

describe("literals", () => {
  it.each([
    ["datetime() == now()", "true"],
    ["date( ) - 1d < now()", "true"],
    ["datetime(2015-1-1 1:2:3)", "2015-01-01T01:02:03.0000000Z"],
    ["datetime(2025, 6, 14)", "2025-06-14T00:00:00.0000000Z"],
    ["todatetime('12-02-2022') == datetime('12-02-2022')", "true"],
    ["250nanoseconds", "00:00:00.0000002"],
    ["100nano + 100nanos", "00:00:00.0000002"],
    ["timespan(15 seconds)", "00:00:15"],
    ["timespan(0.12:34:56.7)", "12:34:56.7000000"],
    ["dynamic({'a': datetime(1970-05-11)}).a - 1d", "1970-05-10T00:00:00.0000000Z"],
    ["gettype(dynamic({'a': [time(1d)]}).a[0])", "timespan"],
    ["dynamic({'datetime': 1, 'int': int(7)})['int']", "7"],
    ["strlen('Hello'\", \"@'world!')", "13"],
  ])("%s is %s", async (expression, cell) => {
    expect((await results(`print x = ${expression}`)).split("\n").pop()).toBe(cell);
  });
  fails("print dynamic({'a': datetime(2020-13-01)})", "kql-bad-literal", 20);
  fails("print dynamic({'a': datetime})", "kql-bad-dynamic", 20);
});
