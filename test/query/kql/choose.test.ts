/** Operators that choose columns by computed names, count, group texts, and check; patterns and views. */
import { describe } from "vitest";
import { columns, fails } from "./cases";
import { gives } from "./rows";

const PETS = { P: "name:string, kind:string, age:long\nrex, dog, 3\ntom, cat, 5\nace, dog, 7" };

describe("project-by-names", () => {
  columns("T | project-by-names 'b', 'a'", "b:long, a:string");
  columns("T | project-by-names dynamic(['d', 'nope', 'a']), 'd'", "d:dynamic, a:string");
  columns("U | project-by-names 'e', '*'", "e:string, a:string, b:long, k:dynamic");
  columns("let names = dynamic(['b']); U | project-by-names names", "b:long");
  columns("U | project-by-names column_names_of(V)", "a:string");
  columns("let f = (T: (*), names: dynamic) { T | project-by-names names }; U | invoke f(dynamic(['k', 'zz']))", "k:dynamic");
  fails("U | project-by-names b", "kql-unknown-column", 21);
  fails("U | project-by-names 1", "kql-constant-needed", 21);
});

describe("top-hitters", () => {
  gives("P | top-hitters 1 of kind", "kind:string, approximate_count_kind:long\ndog, 2", PETS);
  gives("P | top-hitters 2 of kind by age", "kind:string, approximate_sum_age:long\ndog, 10\ncat, 5", PETS);
  gives("P | top-hitters 1 of x = strlen(name)", "x:long, approximate_count_x:long\n3, 3", PETS);
});

describe("assert-schema, consume, assert", () => {
  columns("V | assert-schema (a: long, q: string)", "a:long, q:string");
  columns("U | evaluate bag_unpack(k) | assert-schema (a: string, z: long)", "a:string, z:long");
  fails("V | assert-schema (a: string, q: string)", "kql-assert-schema", 4);
  fails("V | assert-schema (q: string, a: long)", "kql-assert-schema");
  gives("P | consume", "name:string, kind:string, age:long", PETS);
  gives("print x = assert(1 < 2, 'no')", "x:bool\ntrue");
  fails("print x = 1 | where assert(1 > 2, 'no')", "kql-assert", 20);
  fails("let b = false; print x = 1 | where b | where assert(b, 'no')", "kql-assert");
  fails("V | where assert(a > 2, 'no')", "kql-constant-needed", 10);
  fails("print assert(rand() > 2, 'no')", "kql-constant-needed");
  gives("let f = (n: long) { assert(n > 0, 'positive') }; print f(1)", "print_0:bool\ntrue");
  fails("let f = (n: long) { assert(n > 0, 'positive') }; print f(-1)", "kql-assert");
});

describe("reduce", () => {
  gives("range x from 1 to 10 step 1 | project str = strcat('foo', 'Z', tostring(x)) | reduce by str",
    'Pattern:string, Count:long, Representative:string\nothers, 10, ""');
  gives("range x from 1 to 10 step 1 | project str = strcat('foo', 'Z', tostring(x)) | reduce by str with characters='Z'",
    "Pattern:string, Count:long, Representative:string\nfoo*, 10, fooZ1");
  gives("range x from 1 to 20 step 1 | project s = strcat('user ', x, ' logged ', iff(x % 5 == 0, 'out', 'in'), '.') | reduce by s with threshold=0.1",
    "Pattern:string, Count:long, Representative:string\nuser * logged in., 16, user 1 logged in.\nuser * logged out., 4, user 5 logged out.");
  gives("print s = dynamic(['San Diego', 'San Jose', 'Paris', 'One -on- One', 'Two -on- Two']) | mv-expand s to typeof(string) | reduce by s with threshold=0.3",
    'Pattern:string, Count:long, Representative:string\nSan *, 2, San Diego\n* -on- *, 2, One -on- One\nothers, 1, ""');
  gives("print s = dynamic(['a x', 'a y']) | mv-expand s to typeof(string) | reduce kind=source by s with threshold=0.5",
    "s:string, Pattern:string, Count:long, Representative:string\na x, a *, 2, a x\na y, a *, 2, a x");
  gives("P | where age > 99 | reduce by name", "Pattern:string, Count:long, Representative:string", PETS);
  fails("V | reduce by q with threshold=2.0", "kql-reduce-option");
  fails("V | reduce by q with treshold=0.1", "kql-reduce-option", 21);
  fails("V | reduce kind=rows by q", "kql-reduce-kind");
});

describe("patterns", () => {
  const country = "declare pattern country = (name: string)[state: string] { ('USA').['New York'] = { print c = 'Albany' }; ('Canada').['Alberta'] = { let x = 'Edm'; print c = strcat(x, 'onton') }; };";
  gives(`${country} country('Canada').Alberta`, "c:string\nEdmonton");
  gives(`${country} country('USA').['New York'] | extend n = 1`, "c:string, n:long\nAlbany, 1");
  gives(`${country} union country('USA').['New York'], country('Canada').Alberta | count`, "Count:long\n2");
  gives("declare pattern ip = (a: string) { ('10.0.0.1') = { print lat = 1.5 }; }; ip('10.0.0.1')", "lat:real\n1.5");
  fails(`${country} country('USA').Ohio`, "kql-pattern");
  fails("declare pattern p; p('x')", "kql-pattern", 19);
  fails("declare pattern p = (a: string) { ('x') = { print nope } }; p('x')", "kql-unknown-column");
});

describe("views", () => {
  const views = "let One = view () { print x = 1 }; let Two = view () { print x = 2, y = 'b' }; let Not = () { print x = 3 };";
  gives(`${views} union withsource=w * | sort by x asc`, "w:string, x:long, y:string\nOne, 1, \"\"\nTwo, 2, b");
  gives(`${views} union T*, One | count`, "Count:long\n2");
  gives(`${views} search x == 2`, "$table:string, x:long, y:string\nTwo, 2, b");
  gives(`${views} search 'b' | project x`, "x:long\n2");
  gives(`${views} find in (One, Two) where x > 0 project x | sort by x asc`, "source_:string, x:long\nOne, 1\nTwo, 2");
  gives("union withsource=w (print x = 1), (print x = int(2)), (print x_long = 3) | project w, x_long, x_int, x_long1 | sort by w asc",
    "w:string, x_long:long, x_int:int, x_long1:long\nunion_arg0, null, null, 1\nunion_arg1, null, 2, null\nunion_arg2, 3, null, null");
});
