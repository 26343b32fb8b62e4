/** `parse-kv` in its three modes: delimiters, none, a regular expression; quotes and escapes. */
import { describe } from "vitest";
import { columns, fails } from "./cases";
import { gives } from "./rows";

describe("parse-kv", () => {
  gives("print s = 'a=1; b = two words ;c=3' | parse-kv s as (a: long, b: string, d: string) with (pair_delimiter=';', kv_delimiter='=') | project-away s",
    'a:long, b:string, d:string\n1, two words, ""');
  gives("print s = '2021 [INFO] ThreadId:458745723, Machine:Node001, Text: Started' | parse-kv s as (Text: string, ThreadId: long, Machine: string) | project-away s",
    "Text:string, ThreadId:long, Machine:string\nStarted, 458745723, Node001");
  gives("print s = @\"Id:7, Text: 'The service \\' is up', Id:8\" | parse-kv s as (Text: string, Id: long) with (quote=\"'\", escape=@'\\') | project-away s",
    "Text:string, Id:long\nThe service ' is up, 7");
  gives("print s = @'src=10.1 failure=\"sent \\\"bye!\\\"\" time=5' | parse-kv s as (failure: string, ['time']: long) with (pair_delimiter=' ', kv_delimiter='=', quote='\"', escape=@'\\') | project-away s",
    'failure:string, time:long\n"sent \\"bye!\\"", 5');
  gives("print s = 'user:<ann> | id:< 7 > | user:<bob>' | parse-kv s as (id: long, user: string, none: string) with (regex=@'(\\w+):<([^>]*)>') | project-away s",
    'id:long, user:string, none:string\n7, ann, ""');
  gives("print s = 'userid=5 id=6' | parse-kv s as (id: long) with (regex=@'(\\w+)=(\\d+)') | project id", "id:long\n6");
  columns("U | parse-kv a as (b: string, z: real) with (regex='(x)=(y)')", "a:string, b:string, e:string, k:dynamic, z:real");
  fails("U | parse-kv b as (z: string) with (regex='(x)=(y)')", "kql-type-mismatch");
});
