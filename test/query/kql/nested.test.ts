/** `top-nested` with and without the others, `partition` in all its forms, `externaldata`, terms of `search`. */
import { describe } from "vitest";
import { columns, fails } from "./cases";
import { gives } from "./rows";

const SALES = { S: "shop:string, item:string, n:long\na, x, 5\na, y, 3\na, z, 1\nb, x, 4\nb, y, 4\nc, x, 2\nd, z, 1" };

describe("top-nested", () => {
  gives("S | top-nested 2 of shop by sum(n)", "shop:string, aggregated_shop:long\na, 9\nb, 8", SALES);
  gives("S | top-nested 2 of shop with others='rest' by total=sum(n)", "shop:string, total:long\na, 9\nb, 8\nrest, 3", SALES);
  gives("S | top-nested 5 of shop with others='rest' by sum(n) | count", "Count:long\n4", SALES);
  gives("S | top-nested 1 of shop by sum(n), top-nested 1 of item with others='rest' by sum(n)",
    "shop:string, aggregated_shop:long, item:string, aggregated_item:long\na, 9, x, 5\n\"\", null, rest, 11\na, 9, rest, 4", SALES);
  gives("S | top-nested 1 of shop with others='rest' by sum(n), top-nested 2 of item by max(n)",
    "shop:string, aggregated_shop:long, item:string, aggregated_item:long\na, 9, x, 5\na, 9, y, 3\nrest, 11, \"\", null", SALES);
  gives("S | top-nested 1 of big = n > 3 by count(), top-nested 1 of shop by m = min(n) asc",
    "big:bool, aggregated_big:long, shop:string, m:long\nfalse, 4, a, 1", SALES);
  // A null is a value of its own.
  gives("datatable(k: long, v: long) [long(null), 5, 1, 2] | top-nested of k by sum(v), top-nested 1 of v by count() | sort by v asc",
    "k:long, aggregated_k:long, v:long, aggregated_v:long\n1, 2, 2, 1\nnull, 5, 5, 1");
  columns("T | top-nested 2 of a with others='zz' by sum(b), top-nested of e=bin(b,2) by n=count()", "a:string, aggregated_a:long, e:long, n:long");
});

describe("partition", () => {
  gives("range x from 1 to 3 step 1 | partition by x { print y = toscalar(x) * 2 }", "y:long\n2\n4\n6");
  gives("range x from 1 to 2 step 1 | partition hint.strategy=legacy hint.concurrency=4 by x { range y from 1 to 3 step 1 | where y <= x } | count", "Count:long\n3");
  gives("S | where shop in ('a', 'b') | partition by shop (as P | where n == toscalar(P | summarize max(n))) | project shop, item",
    "shop:string, item:string\na, x\nb, x\nb, y", SALES);
  gives("S | partition hint.strategy=shuffle by shop (top 1 by n asc | project shop, n)", "shop:string, n:long\na, 1\nb, 4\nc, 2\nd, 1", SALES);
});

describe("externaldata", () => {
  const files = { users: "UserID:string, Level:long\nann, 1\nbob, 2", "ip list": "net:string, asn:long\n10.0.0.0/8, 7" };
  gives("externaldata (Level: string, UserID: string) [@'https://store.example/box/Users.csv?sig=abc;key'] with (format='csv', ignoreFirstRecord=true)",
    "Level:string, UserID:string\n1, ann\n2, bob", files);
  gives("print x = 'ann' | where x in ((externaldata (UserID: string) [h'https://store.example/users.txt']))", "x:string\nann", files);
  gives("external_data (address: string, n: int) ['https://store.example/ip%20list.csv.gz'] | project n", "n:int\n7", files);
  gives("externaldata (UserID: string) ['https://a.example/users.csv', 'https://b.example/users.csv'] | count", "Count:long\n4", files);
  fails("externaldata (a: string) ['https://x.example/secret.csv']", "kql-refused", 26);
  fails("inline_external_table (x: long) kind=storage dataformat=csv ('https://x.example/y')", "kql-refused", 0);
});

describe("what stays refused, and why", () => {
  fails("macro-expand entity_group [cluster('a').database('b')] as X (X.T | count)", "kql-refused", 0);
  fails("T | execute_and_cache", "kql-refused", 4);
  fails(".show tables", "kql-refused", 0);
  fails("restrict access to (T); T", "kql-refused", 0);
});

describe("search terms", () => {
  const logs = { L: "a:string, b:string\nLab12 PC, x\nlab PCs, y\nError abc, z" };
  gives("L | search 'Lab*PC' | project b", "b:string\nx", logs);
  gives("L | search kind=case_sensitive 'lab*' | project b", "b:string\ny", logs);
  gives("L | search kind=case_sensitive a has 'ERROR' or b =~ 'X' | count", "Count:long\n0", logs);
  gives("search in (L) a:'abc' and b == 'z' | project b", "b:string\nz", logs);
  gives("L | search 'abc' and ('nope' or 'error') | project b", "b:string\nz", logs);
  gives("L | search * | count", "Count:long\n3", logs);
});
