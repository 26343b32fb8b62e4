/** Counts and kinds of arguments that signatures do not say, and `*` for every column. */
import { describe } from "vitest";
import { columns, fails } from "./cases";
import { gives } from "./rows";

const P = { P: "name:string, age:long\nrex, 3" };

describe("arguments that come in turns", () => {
  fails("print bag_pack('a')", "kql-argument-count", 6);
  fails("print pack('a', 1, 'b')", "kql-argument-count", 6);
  fails("print bag_pack(1, 'a')", "kql-argument-type", 15);
  columns("print bag_pack(dynamic('a'), 1)", "print_0:dynamic");
  fails("print case(true, 1, true, 2)", "kql-argument-count", 6);
  fails("print case(true, 1, 5, 2, 3)", "kql-argument-type", 20);
  columns("print case(true, 1, false, 2.5, 3)", "print_0:real");
});

describe("fewest and most arguments", () => {
  for (const call of ["coalesce(1)", "set_union(dynamic([1]))", "zip(dynamic([1]))", "bag_merge(dynamic({}))", "hash_combine(1)",
    `coalesce(${Array.from({ length: 65 }, (_, i) => i).join()})`, "column_ifexists('a', 1, 2)"]) fails(`print ${call}`, "kql-argument-count");
  fails("print coalesce(1, 'a')", "kql-argument-type", 18);
  columns("print coalesce(int(1), 2.5)", "print_0:real");
});

describe("types that are taken", () => {
  for (const call of ["base64_encode_tostring(5)", "base64_encode_fromguid('abcd1231')", "current_principal_is_member_of(1)"]) {
    fails(`print ${call}`, "kql-argument-type");
  }
  columns("print atan2(decimal(1), 2), beta_cdf(decimal(0.5), 1, 2), format_bytes(decimal(2048)), strcat_array(dynamic([1]), 5)",
    "print_0:real, print_1:real, print_2:string, print_3:string");
});

describe("* stands for every column", () => {
  gives("P | project x = pack_array(*)", 'x:dynamic\n["rex",3]', P);
  gives("P | project x = estimate_data_size(*), y = estimate_data_size(name)", "x:long, y:long\n11, 3", P);
  gives("P | summarize x = sum(estimate_data_size(*))", "x:long\n11", P);
});
