/** Names, types and shapes of what queries are bound to. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import type { Plan } from "../../../src/query/plan";
import { columns, columnsOf, diagnosticsOf, expr, facts, fails, fixed, scopeOf, shape, TABLES } from "./cases";
import { seedPage } from "./shared";

const ALL_T = "a:string, b:long, c:real, d:dynamic, t:datetime, s:timespan, f:bool, i:int, g:guid, x:decimal";

describe("columns and their names", () => {
  columns("T | where a == 'x'", ALL_T);
  columns("T | summarize count() by a", "a:string, count_:long");
  columns("T | summarize count(), sum(b), avg(c), dcount(a), max(t) by bin(t, 1h)", "t:datetime, count_:long, sum_b:long, avg_c:real, dcount_a:long, max_t:datetime");
  columns("T | summarize arg_max(b, *) by a", "a:string, b:long, c:real, d:dynamic, t:datetime, s:timespan, f:bool, i:int, g:guid, x:decimal");
  columns("T | summarize (p, q) = arg_max(b, c)", "p:long, q:real");
  columns("T | summarize arg_min(b, c, a)", "b:long, c:real, a:string");
  columns("T | summarize make_set(a), make_list(b)", "set_a:dynamic, list_b:dynamic");
  columns("T | summarize percentiles(b, 5, 50)", "percentile_b_5:long, percentile_b_50:long");
  columns("T | summarize n = count() * 2 by x = a", "x:string, n:long");
  columns("T | summarize count(), count()", "count_:long, count_1:long");
  columns("T | summarize max(d.x), min(tostring(d.y))", "max_d_x:dynamic, min_d_y:string");
  columns("T | project a, b + 1, tostring(d.z), n = 5", "a:string, Column1:long, d_z:string, n:long");
  columns("T | extend b + 1 | project-keep Column*", "Column1:long");
  columns("T | extend a = 1 | project a", "a:long");
  columns("T | project d.a['b'][0]", "d_a_b_0:dynamic");
  columns("T | project-away a, b, t, x, g*", "c:real, d:dynamic, s:timespan, f:bool, i:int");
  columns("T | project-keep c, a", "a:string, c:real");
  columns("U | project-rename z = a", "z:string, b:long, e:string, k:dynamic");
  fails("U | project-rename e = a", "kql-duplicate-column");
  fails("T | where b = 1 and f", "kql-equals", 12);
  fails("T | where (a == 'x' or i = 2)", "kql-equals", 25);
  fails("let x = 1; let x = 2; print x", "kql-duplicate-name", 15);
  columns("U | project-reorder k, e", "k:dynamic, e:string, a:string, b:long");
  columns("T | distinct a, b", "a:string, b:long");
  columns("V | distinct *", "a:long, q:string");
  columns("T | count", "Count:long");
  columns("T | top 3 by b | project b", "b:long");
  columns("print 1, 'a', x = 2d", "print_0:long, print_1:string, x:timespan");
  columns("print 1/2, 1/2.0, 1%2, 1d/1h, 1d*2, int(1)+1", "print_0:long, print_1:real, print_2:long, print_3:real, print_4:timespan, print_5:long");
  columns("range x from 1 to 2.0 step 1", "x:real");
  columns("range t from ago(1d) to now() step 1h", "t:datetime");
  columns("datatable(a: string, ['b c']: long) ['x', 1]", "a:string, b c:long");
  columns("V | getschema", "ColumnName:string, ColumnOrdinal:long, DataType:string, ColumnType:string");
  columns("V | extend n = row_number() | project n", "n:long");
  columns("V | where prev(a) != a", "a:long, q:string");
  columns("V | join U on $left.q == $right.a", "a:long, q:string, a1:string, b:long, e:string, k:dynamic");
  columns("U | join kind=leftanti V on $left.a == $right.q", "a:string, b:long, e:string, k:dynamic");
  columns("U | join kind=rightsemi V on $left.a == $right.q", "a:long, q:string");
  columns("V | join kind=inner (V | extend a1 = 1) on a", "a:long, q:string, a2:long, q1:string, a1:long");
  columns("U | lookup (U | project a, z = 1) on a", "a:string, b:long, e:string, k:dynamic, z:long");
  columns("U | union V", "a_string:string, a_long:long, b:long, e:string, k:dynamic, q:string");
  columns("union withsource=w V, V", "w:string, a:long, q:string");
  columns("union kind=inner U, (U | project b, a)", "a:string, b:long");
  columns("V | mv-expand z = parse_json(q) to typeof(long)", "a:long, q:string, z:long");
  columns("U | mv-expand with_itemindex=n k", "a:string, b:long, e:string, k:dynamic, n:long");
  columns("U | mv-apply z = k on (summarize m = count())", "a:string, b:long, e:string, k:dynamic, m:long");
  columns("V | parse q with * 'id=' id:long ';' rest", "a:long, q:string, id:long, rest:string");
  columns("V | parse-kv q as (user: string, n: long) with (pair_delimiter=';', kv_delimiter='=')", "a:long, q:string, user:string, n:long");
  columns("U | evaluate bag_unpack(k)", "a:string, b:long, e:string, …");
  columns("U | evaluate bag_unpack(k) : (a: string, z: long)", "a:string, z:long");
  columns("U | make-series n = count() on b from 0 to 10 step 1 by a", "a:string, n:dynamic, b:dynamic");
  columns("U | top-nested 2 of a by sum(b), top-nested of e by count()", "a:string, aggregated_a:long, e:string, aggregated_e:long");
  columns("U | partition by a (top 1 by b | project b)", "b:long");
  columns("search in (V) 'x'", "$table:string, a:long, q:string");
  columns("find in (U) where a == 'x' project b", "source_:string, b:long");
  columns("T | sample-distinct 3 of a", "a:string");
  columns("T | take 5 | render timechart", ALL_T);
  columns("T | as X | union X | project a", "a:string");
});

describe("let, functions, parameters", () => {
  columns("let n = 5; V | take n", "a:long, q:string");
  columns("let t = V | where a > 1; t | project a", "a:long");
  columns("let f = (x: long, y: string = 'z') { strcat(y, x) }; V | project w = f(a)", "w:string");
  columns("let f = (T: (a: long), n: long) { T | where a > n }; f(V, 2)", "a:long, q:string");
  columns("let f = (T: (*)) { T | extend z = 1 }; V | invoke f()", "a:long, q:string, z:long");
  columns("let f = () { let k = V; k | take 1 }; f()", "a:long, q:string");
  columns("declare query_parameters(n: long = 3); V | where a == n", "a:long, q:string");
  columns("database('x').V | project a", "a:long");
  columns("cluster('c').database('x').V | union workspace('w').V | project a", "a:long");
  columns("table('V') | project a", "a:long");
  columns("let m = materialize(V); m | join m on a | project a1", "a1:long");
  columns("V | where a > toscalar(U | summarize max(b)) | project a", "a:long");
  columns("V | where q in (U | project e)", "a:long, q:string");
  columns("V | extend z = column_ifexists('nope', 5), y = column_ifexists('a', 5) | project z, y", "z:long, y:long");
  columns("V | project p = pack_all()", "p:dynamic");
  columns("set notruncation; V", "a:long, q:string");
  fails("let f = (x: long) { x }; V | project f('a')", "kql-argument-type");
  fails("let f = (x: long) { x }; V | project f()", "kql-argument-count");
  fails("let f = (T: (zz: long)) { T | count }; f(V)", "kql-unknown-column");
});

describe("what is wrong is told", () => {
  fails("T | where zzz == 1", "kql-unknown-column", 10);
  fails("T | where strln(a) > 1", "kql-unknown-function", 10);
  fails("T | where count() > 1", "kql-aggregate-here", 10);
  fails("T | project strlen()", "kql-argument-count", 12);
  fails("T | project strlen(a, b)", "kql-argument-count", 12);
  fails("T | where a > 1", "kql-type-mismatch");
  fails("T | where t > 1", "kql-type-mismatch");
  fails("T | where b", "kql-type-mismatch");
  fails("T | where i has '1'", "kql-type-mismatch");
  fails("T | extend z = a.b", "kql-not-dynamic");
  fails("T | mv-expand a", "kql-expand-type");
  fails("T | join kind=outer U on a", "kql-join-kind", 14);
  fails("T | join U on a == b", "kql-join-on");
  fails("T | join V on $left.t == $right.a", "kql-type-mismatch");
  fails("T | summarize a", "kql-expected-aggregate");
  fails("T | project a, a", "kql-duplicate-column");
  fails("T | take 'x'", "kql-constant-needed");
  fails("externaldata(a: string) ['https://example.com']", "kql-refused");
  fails("externaldata(a: string) [real(null)]", "kql-constant-needed");
  fails("let none = real(null); externaldata(a: string) [none]", "kql-constant-needed");
  fails("T | evaluate python(typeof(*), 'x')", "kql-refused");
  fails("T | sort by d", "kql-sort-dynamic");
  fails("T | sort by d.x", "kql-sort-dynamic", 12);
  fails("T | summarize n = count() + b by b", "kql-expected-aggregate", 28);
  fails("T | summarize n = make_set(a) endswith a", "kql-expected-aggregate", 39);
  fails("T(1d) | take 1", "kql-not-function", 0);
  fails("T | summarize count() by d", "kql-plain-needed", 25);
  fails("T | distinct a, d", "kql-plain-needed", 16);
  fails("T | distinct *", "kql-plain-needed", 13);
  fails("T | partition by d (take 1)", "kql-plain-needed");
  fails("let x = V; x() | take 1", "kql-not-function", 11);
  fails("5", "kql-table-needed", 0);
  fails("where a == 1", "kql-table-needed", 0);
});

describe("fixes", () => {
  it("of a name that differs in case alone, lenient and strict", () => {
    const query = "Activity | extend Region = AwsRegion";
    const [found] = diagnosticsOf(query);
    expect([found?.code, found?.severity]).toEqual(["kql-name-case", "warning"]);
    expect(kql.compile(query, scopeOf()).plan).toBeDefined();
    const strict = scopeOf(TABLES, false);
    expect(diagnosticsOf(query, strict)[0]?.severity).toBe("error");
    expect(kql.compile(query, strict).plan).toBeUndefined();
    expect(fixed(query, "kql-name-case", strict)).toBe("Activity | extend Region = AWSRegion");
    expect(columnsOf("activity | project Caller")).toBe("Caller:string");
  });
  it("of a value that a column never holds", () => {
    const query = 'Activity | extend S = Status | where S =~ "Succeeded"';
    expect(diagnosticsOf(query).map((d) => d.code)).toEqual(["kql-value-never"]);
    expect(fixed(query, "kql-value-never")).toBe('Activity | extend S = Status | where S =~ "Success"');
    expect(fixed('let ok = "Succeeded"; Activity | where Status in ("Start", ok)', "kql-value-never")).toBe('let ok = "Success"; Activity | where Status in ("Start", ok)');
    expect(diagnosticsOf('Activity | where Status =~ "SUCCESS" and Caller == "nobody"')).toEqual([]);
    expect(diagnosticsOf('Activity | where Status == "SUCCESS"').map((d) => d.code)).toEqual(["kql-value-never"]);
    expect(diagnosticsOf('Activity | extend Status = strcat(Status, "!") | where Status == "other"')).toEqual([]);
    expect(diagnosticsOf('Activity | where Status != "Succeeded"')).toEqual([]);
  });
  it("of a misspelt operator, column, function", () => {
    expect(fixed("T | wher f", "kql-unknown-operator")).toBe("T | where f");
    expect(fixed("Activity | project Calller", "kql-unknown-column")).toBe("Activity | project Caller");
    expect(fixed("T | project strlne(a)", "kql-unknown-function")).toBe("T | project strlen(a)");
    expect(fixed("T | extend z = a.b", "kql-not-dynamic")).toBe("T | extend z = parse_json(a).b");
  });
  it("a missing table of a fuzzy union is a warning", () => {
    const { plan, diagnostics } = kql.compile("union isfuzzy=true V, Nope", scopeOf());
    expect(diagnostics.map((d) => [d.code, d.severity])).toEqual([["kql-unknown-table", "warning"]]);
    expect(plan).toBeDefined();
  });
});

describe("plans", () => {
  const plan = (query: string): Plan => {
    const made = kql.compile(query, scopeOf());
    if (!made.plan) throw new Error(JSON.stringify(made.diagnostics));
    return made.plan;
  };
  it("each operator is a step, helpers have no label", () => {
    expect(shape(plan("T | where f | where b > 1 | extend z = row_number() | project z"))).toBe("project(extend(where(where(T))))");
    expect(shape(plan("U | lookup V on $left.a == $right.q"))).toBe("lookup(U, V)");
    expect(shape(plan("U | union V"))).toBe("union(U, V)");
  });
  it("a filter has a term per part of its conjunction, each with its place", () => {
    const text = "T | where (f and b > 1) and (a == 'x' or c < 2.0)";
    const node = plan(text);
    if (node.op !== "filter") throw new Error(node.op);
    expect(node.terms.map((t) => text.slice(t.span.from, t.span.to))).toEqual(["f", "b > 1", "a == 'x' or c < 2.0"]);
    expect(node.terms.map(expr)).toEqual(["f", "gt(b, 1)", "or(eq.kusto(a, \"x\"), lt(c, 2))"]);
  });
  it("negated operators are not(…), between two comparisons", () => {
    const node = plan("T | where a !contains 'x' and b !between (1 .. 2) and a !in ('x', 'y')");
    if (node.op !== "filter") throw new Error(node.op);
    expect(node.terms.map(expr)).toEqual(["not(contains(a, \"x\"))", "not(and(ge(b, 1), le(b, 2)))", "not(in(a, x,y))"]);
  });
  it("sorts descending with nulls last, ascending with nulls first, unless told", () => {
    const node = plan("T | sort by a, b asc, c asc nulls last");
    if (node.op !== "sort") throw new Error(node.op);
    expect(node.keys.map((k) => [k.descending, k.nullsFirst])).toEqual([[true, false], [false, true], [false, false]]);
  });
  it("a constant is read as the type it is compared with", () => {
    const node = plan("T | where i == '4688'");
    if (node.op !== "filter") throw new Error(node.op);
    expect(node.terms.map(expr)).toEqual(["eq.kusto(i, 4688)"]);
  });
  it("ids are unique, also where a name is used twice; materialize is shared", () => {
    const ids = (p: Plan, into: number[] = []): number[] => {
      into.push(p.id);
      for (const child of "input" in p ? [p.input] : p.op === "join" ? [p.left, p.right] : p.op === "union" ? p.inputs : []) ids(child, into);
      return into;
    };
    const twice = ids(plan("let x = V | where a > 1; union x, x"));
    expect(new Set(twice).size).toBe(twice.length);
    const shared = plan("let x = materialize(V); union x, x");
    if (shared.op !== "union") throw new Error(shared.op);
    expect(shared.inputs[0]).toBe(shared.inputs[1]);
  });
  it("the outline tells each operator with its node", () => {
    const made = kql.compile("let x = V | take 1; x | where a > 1", scopeOf());
    expect(made.outline.map((o) => o.label)).toEqual(["let x", "take", "where"]);
    expect(made.tables.map((t) => [t.name, t.known])).toEqual([["V", true]]);
  });
});

describe("the seed page's query", () => {
  const page = seedPage();
  const tables = [
    facts("AzureActivity", "TimeGenerated: datetime, OperationNameValue: string, ActivityStatusValue: string, Caller: string, CallerIpAddress: string, Resource: string, ResourceGroup: string, SubscriptionId: string, Level: string",
      { known: { ActivityStatusValue: ["Start", "Accept", "Success", "Failure"] } }),
    facts("AWSCloudTrail", "TimeGenerated: datetime, EventName: string, ErrorCode: string, UserIdentityArn: string, SourceIpAddress: string, ResponseElements: string, AWSRegion: string, RecipientAccountId: string"),
  ];
  it.skipIf(page === undefined)("is explained by two findings, and both fixes make it clean", () => {
    const text = page ?? "";
    let query = text.slice(text.indexOf("let AzureInstanceCreate"), text.indexOf("high severity"));
    const found = diagnosticsOf(query, scopeOf(tables));
    expect(found.map((d) => d.code)).toEqual(["kql-value-never", "kql-name-case"]);
    expect(kql.compile(query, scopeOf(tables)).plan).toBeDefined();
    query = fixed(query, "kql-value-never", scopeOf(tables));
    query = fixed(query, "kql-name-case", scopeOf(tables));
    expect(query).toContain('ActivityStatusValue =~ "Success"');
    expect(query).toContain("extend Scope = AWSRegion");
    expect(diagnosticsOf(query, scopeOf(tables, false))).toEqual([]);
  });
});
