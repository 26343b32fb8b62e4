/** Queries made to hurt, each with what must come of it. */

/**
 * What must come of a case: `refused` by the compiler with that code, `failed` while running with that code, `stopped`
 * for that reason, or done, with the first cell as text where one is given.
 */
export type Fate =
  | { readonly refused: string } | { readonly failed: string } | { readonly stopped: string } | { readonly done: string | null };

export interface Case {
  readonly name: string;
  readonly query: string;
  readonly fate: Fate;
}

const refused = (name: string, code: string, query: string): Case => ({ name, query, fate: { refused: code } });
const failed = (name: string, code: string, query: string): Case => ({ name, query, fate: { failed: code } });
const stopped = (name: string, why: string, query: string): Case => ({ name, query, fate: { stopped: why } });
const done = (name: string, cell: string | null, query: string): Case => ({ name, query, fate: { done: cell } });

const times = (n: number, piece: string | ((i: number) => string), between = "") =>
  Array.from({ length: n }, (_, i) => (typeof piece === "string" ? piece : piece(i))).join(between);
const nested = (n: number, open: string, inside: string, close: string) => open.repeat(n) + inside + close.repeat(n);
const M = 1_000_000;
/** A text that catastrophic patterns nearly match. */
const NEARLY = `strcat(strrep("a", 40), "!")`;
/** As above, far longer: polynomial patterns take hours on it. */
const LONG = `strcat(strrep("a", 100000), "!")`;

/** Queries that are too deep, too long or run in circles. */
export const SHAPES: readonly Case[] = [
  refused("a hundred thousand parentheses", "kql-too-deep", `print ${nested(100_000, "(", "1", ")")}`),
  refused("a hundred thousand open parentheses", "kql-too-deep", `print ${"(".repeat(100_000)}`),
  refused("a hundred thousand closing parentheses", "kql-unexpected", `print 1 ${")".repeat(100_000)}`),
  refused("a hundred thousand brackets", "kql-too-deep", `print dynamic(${nested(100_000, "[", "1", "]")})`),
  refused("a million open brackets in a literal", "kql-too-deep", `print dynamic(${"[".repeat(M)}`),
  refused("a hundred thousand nots", "kql-too-deep", `print ${nested(100_000, "not(", "true", ")")}`),
  refused("a hundred thousand minus signs", "kql-too-deep", `print ${"-".repeat(100_000)}1`),
  refused("ten thousand nested case()", "kql-too-deep", `print ${nested(10_000, "case(true, 1, ", "2", ")")}`),
  refused("ten thousand nested iff()", "kql-too-deep", `print ${nested(10_000, "iff(true, ", "1", ", 2)")}`),
  refused("ten thousand nested strcat()", "kql-too-deep", `print ${nested(10_000, "strcat('a', ", "'b'", ")")}`),
  refused("ten thousand indexes", "kql-too-deep", `print dynamic({})${"[0]".repeat(10_000)}`),
  refused("ten thousand members", "kql-too-deep", `print dynamic({})${".a".repeat(10_000)}`),
  refused("ten thousand nested sub-queries", "kql-too-deep", `${nested(10_000, "union (", "print 1", ")")}`),
  refused("ten thousand nested joins", "kql-too-deep", `${nested(10_000, "print a=1 | join (", "print a=1", ") on a")}`),
  refused("ten thousand nested toscalar()", "kql-too-deep", `print ${nested(10_000, "toscalar(print ", "1", ")")}`),
  refused("ten thousand nested mv-apply", "kql-too-deep", `print d=dynamic([1]) ${nested(10_000, "| mv-apply d on (", "where true", ")")}`),
  refused("ten thousand nested function bodies", "kql-empty-function", `${nested(10_000, "let f = () { ", "1", " }; ")} print 1`),
  refused("twenty thousand pipes", "kql-too-deep", `print x=1 ${times(20_000, "| where x == 1 ")}`),
  done("a hundred-term case()", "99", `print case(${times(99, (i) => `${i} == 98, ${i + 1}`, ", ")}, 0)`),
  done("a where of ten thousand terms", "1", `print x=1 | where ${times(10_000, (i) => `x != ${i + 2}`, " and ")}`),
  refused("a where of a hundred thousand terms", "kql-too-large", `print x=1 | where ${times(100_000, (i) => `x == ${i + 1}`, " or ")}`),
  refused("a sum of a hundred thousand ones", "kql-too-deep", `print ${times(100_000, "1", "+")}`),
  refused("an in-list of a hundred thousand", "kql-too-large", `print x=1 | where x in (${times(100_000, (i) => String(i), ",")})`),
  done("a has_any of twenty thousand", "a7", `print x="a7" | where x has_any (${times(20_000, (i) => `"a${i}"`, ",")})`),
  done("a strcat of ten thousand parts", null, `print strcat(${times(10_000, '"a"', ",")})`),
  done("a literal of a hundred thousand elements", "100000", `print array_length(dynamic([${times(100_000, "1", ",")}]))`),
  done("a datatable of fifty thousand rows", "50000", `datatable(x:long)[${times(50_000, (i) => String(i), ",")}] | count`),
  done("ten thousand columns", "10000", `print ${times(10_000, (i) => `c${i}=${i}`, ",")} | getschema | count`),
  done("five thousand lets", "4999", `${times(5000, (i) => `let v${i} = ${i === 0 ? "0" : `v${i - 1} + 1`};`)} print v4999`),
  refused("lets that call themselves", "kql-unknown-function", "let f = () { f() }; print f()"),
  refused("functions that call each other", "kql-unknown-function", "let f = () { g() }; let g = () { f() }; print f()"),
  refused("a let of itself", "kql-unknown-table", "let a = a; print a"),
  refused("a table let of itself", "kql-unknown-table", "let T = T | where true; T"),
  refused("functions that double thirty times", "kql-too-large", `let f0 = (x:long) { x + x }; ${times(30, (i) => `let f${i + 1} = (x:long) { f${i}(f${i}(x)) };`)} print f30(1)`),
  refused("tables that double forty times", "kql-too-large", `let t0 = print x=1; ${times(40, (i) => `let t${i + 1} = union t${i}, t${i};`)} t40 | count`),
  done("a comment of a million letters", "1", `// ${"x".repeat(M)}\nprint 1`),
  done("a text of a million letters", String(M), `print strlen("${"x".repeat(M)}")`),
  refused("a text that never ends", "kql-bad-string", `print "${"x".repeat(M)}`),
  refused("a name of a million letters", "kql-unknown-column", `print ${"x".repeat(M)}`),
  refused("a million semicolons", "", ";".repeat(M)),
  refused("a hundred thousand pipes", "kql-expected-expression", "|".repeat(100_000)),
  refused("nothing", "", ""),
  refused("blanks", "", " \n\t\r "),
  refused("zero bytes", "kql-bad-character", "\0".repeat(1000)),
  refused("noise", "kql-bad-character", times(5000, (i) => String.fromCharCode((i * 7919) % 65_536))),
  refused("lone surrogates as a name", "kql-bad-character", "print \ud800\udfff"),
  refused("right-to-left marks as names", "kql-bad-character", "print \u202ex = 1"),
  refused("a number of a million digits", "kql-bad-literal", `print ${"9".repeat(M)}`),
  refused("a binary of the wrong kind", "kql-type-mismatch", `print "a" + "b"`),
];

/** Queries that would make more rows or longer values than a machine holds. */
export const BOMBS: readonly Case[] = [
  stopped("a range to a trillion", "rows", "range x from 1 to 1000000000000 step 1"),
  stopped("a range to a trillion, counted", "time", "range x from 1 to 1000000000000 step 1 | count"),
  stopped("a range of reals that never gets anywhere", "rows", "range x from 1e300 to 2e300 step 1.0"),
  failed("a range to a trillion, sorted", "query-too-large", "range x from 1 to 1000000000000 step 1 | sort by x"),
  failed("a range to a trillion, grouped", "query-too-large", "range x from 1 to 1000000000000 step 1 | summarize count() by x"),
  failed("a range to a trillion, numbered", "query-too-large", "range x from 1 to 1000000000000 step 1 | serialize r = row_number()"),
  failed("a range to a trillion, kept", "query-too-large", "let t = materialize(range x from 1 to 1000000000000 step 1); union t, t | count"),
  failed("a range to a trillion, sampled", "query-too-large", "range x from 1 to 1000000000000 step 1 | sample 5"),
  failed("a range to a trillion on the right of a join", "query-too-large", "print x=1 | join (range x from 1 to 1000000000000 step 1) on x"),
  stopped("a range to a trillion as a list", "time", "print x=1 | where x in (toscalar(range x from 1 to 1000000000000 step 1 | summarize make_set(x, 100000000)))"),
  stopped("a range to a trillion, distinct in few", "time", "range x from 1 to 1000000000000 step 1 | distinct bin(x, 1000000000)"),
  stopped("a cross join", "time", "range x from 1 to 100000 step 1 | extend k=1 | join kind=inner (range y from 1 to 100000 step 1 | extend k=1) on k | summarize sum(x)"),
  failed("a cross join, sorted", "query-too-large", "range x from 1 to 100000 step 1 | extend k=1 | join kind=inner (range y from 1 to 100000 step 1 | extend k=1) on k | sort by x, y"),
  stopped("mv-expand of a million, twice", "time", "print a=range(1, 1000000, 1) | mv-expand a | extend b=range(1, 1000000, 1) | mv-expand b | count"),
  stopped("mv-expand of a million in each of many rows", "time", "range i from 1 to 10000 step 1 | extend a=range(1, 1000000, 1) | mv-expand a | count"),
  failed("mv-expand of a million, sorted", "query-too-large", "range i from 1 to 1000 step 1 | extend a=range(1, 1000000, 1) | mv-expand a | sort by i"),
  stopped("mv-apply of a million in each of many rows", "time", "range i from 1 to 10000 step 1 | extend a=range(1, 1000000, 1) | mv-apply a on (summarize s=sum(toint(a))) | count"),
  failed("a text doubled forty times", "query-too-large", `print s="ab" ${times(40, "| extend s=strcat(s, s) ")} | extend strlen(s)`),
  failed("a column's text doubled forty times", "query-too-large", `range x from 1 to 3 step 1 | extend s=tostring(x) ${times(40, "| extend s=strcat(s, s) ")} | extend n=strlen(s)`),
  failed("strrep of a trillion", "query-too-large", 'print strrep("x", 1000000000000)'),
  failed("strrep of strrep", "query-too-large", 'print strrep(strrep(strrep("x", 100000), 100000), 100000)'),
  failed("strrep in each row", "query-too-large", 'range x from 1 to 100000 step 1 | extend s=strrep(tostring(x), 10000) | summarize max(strlen(s))'),
  done("repeat of a trillion", null, "print repeat(1, 1000000000000)"),
  done("a range() of a trillion", "1048576", "print array_length(range(1, 1000000000000, 1))"),
  failed("replace_string of every letter by many", "query-too-large", 'print replace_string(strrep("a", 100000), "a", strrep("b", 100000))'),
  failed("replace_regex of every letter by many", "query-too-large", 'print replace_regex(strrep("a", 100000), "a", strrep("b", 100000))'),
  failed("arrays doubled forty times", "query-too-large", `print a=dynamic([1]) ${times(40, "| extend a=array_concat(a, a) ")} | extend n=array_length(a)`),
  failed("arrays within arrays, printed", "query-too-large", `print a=dynamic([1]) ${times(60, "| extend a=pack_array(a, a) ")} | extend n=strlen(tostring(a))`),
  failed("arrays within arrays, grouped", "query-too-large", `print a=dynamic([1]) ${times(60, "| extend a=pack_array(a, a) ")} | summarize count() by tostring(a)`),
  failed("a join of many arrays to a text", "query-too-large", 'print strcat_array(repeat(strrep("x", 100000), 100000), ",")'),
  done("make_list of long lists", null, 'range x from 1 to 100000 step 1 | extend a=range(1, 100000, 1) | summarize make_list(a)'),
  done("make_set of long lists", null, "range x from 1 to 60 step 1 | extend a=range(1, 100000, 1) | summarize make_set(a)"),
  failed("a pivot of a hundred thousand columns", "query-too-large", "range x from 1 to 100000 step 1 | extend y=x | evaluate pivot(x, count(), y)"),
  failed("a bag_unpack of a hundred thousand columns", "query-too-large", 'range x from 1 to 100000 step 1 | project b=bag_pack(tostring(x), x) | evaluate bag_unpack(b)'),
  failed("a series of a trillion points", "make-series-points", "print t=1 | make-series count() on t from 1 to 1000000000000 step 1"),
  failed("a thousand series of a million points", "query-too-large", "range k from 1 to 1000 step 1 | extend t=1 | make-series count() on t from 1 to 1000000 step 1 by k"),
  stopped("a filter of a million weights over a million points", "time", "print a=range(1, 1000000, 1) | project array_length(series_fir(a, a))"),
  stopped("a recursive filter as long as its series", "time", "print a=range(1, 1000000, 1) | project array_length(series_iir(a, a, a))"),
  stopped("seasons of a million points in each of many rows", "time", "range i from 1 to 10000 step 1 | extend a=range(1, 1000000, 1) | extend (f, s) = series_decompose_anomalies(a) | where array_length(f) > 0 | count"),
  done("an odd polynomial", null, "print series_fit_poly(range(1, 100000, 1), range(1, 100000, 1), 20), series_fit_poly(dynamic([1, 1]), dynamic([1, 1]), 1)"),
  done("a schema of arrays within arrays", null, `print a=dynamic([1]) ${"| extend a=pack_array(a, a) ".repeat(12)} | summarize buildschema(a)`),
  done("ten to the million as a decimal", "", "print todecimal('1e1000000')"),
  done("the power of powers", null, "print pow(pow(10, 300), 300), exp10(1e300), exp(1e9), gamma(1e9), 1/0.0"),
  done("gzip of nothing", null, 'print gzip_decompress_from_base64_string("H4sI"), zlib_decompress_from_base64_string("x"), base64_decode_tostring("===")'),
  done("a padded bin", null, "print bin(9223372036854775807, 10), bin(-9223372036854775807, 10), bin(1, 0), bin(1.5, 0.0)"),
];

const regex = (name: string, query: string): Case => done(name, null, query);

/** Patterns on which a matcher that goes back may take hours. */
export const PATTERNS: readonly Case[] = [
  ...["(a+)+$", "(a|a)*$", "(a|aa)+$", "(a*)*b", "((a+)+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x", "(a?){40}a{40}", "(.*a){12}", "(\\\\w+\\\\s?)*$", "(?i)(a+)+$", "(?:a+){2,}b"].flatMap((p) => [
    regex(`matches regex ${p}`, `print x=${NEARLY} | where x matches regex "${p}" | count`),
    regex(`extract ${p}`, `print extract("${p}", 0, ${NEARLY})`),
    regex(`replace_regex ${p}`, `print replace_regex(${NEARLY}, "${p}", "b")`),
  ]),
  ...["a*a*b", "a*a*a*a*b", ".*.*.*x", ".*a.*a.*a.*x", "(a*)(a*)(a*)b", "\\\\s+$", "[a-z]*[a-z!]*[a-z]*x"].flatMap((p) => [
    regex(`matches regex ${p} on a long text`, `print x=${LONG} | where x matches regex "${p}" | count`),
    regex(`extract_all ${p} on a long text`, `print array_length(extract_all("(${p})", ${LONG}))`),
    regex(`replace_regex ${p} on a long text`, `print strlen(replace_regex(${LONG}, "${p}", "b"))`),
  ]),
  stopped("extract_all of a pattern that looks to the end from each letter", "time", `print strlen(tostring(extract_all("(a.*x|a)", strrep("a", 200000))))`),
  stopped("catastrophic patterns in each of many rows", "time", `range i from 1 to 100000 step 1 | extend x=strcat(tostring(i), strrep("a", 3000), "!") | where x matches regex ".*a.*a.*a.*x" | count`),
  regex("extract_all (a+)+", `print extract_all("((a+)+)$", ${NEARLY})`),
  regex("parse kind=regex", `print x=${NEARLY} | parse kind=regex x with "(a+)+" y "$"`),
  regex("parse kind=regex with many wildcards", `print x=${LONG} | parse kind=regex x with ".*" a "a" b "a" c "a" d "x"`),
  regex("parse with many wildcards", `print x=${LONG} | parse x with * "a" a "a" b "a" c "x" d`),
  regex("parse-where kind=regex", `print x=${NEARLY} | parse-where kind=regex x with "(a|a)*" y "$"`),
  regex("trim", `print trim("(a+)+$", ${NEARLY})`),
  regex("trim_start", `print trim_start("(a*)*b", ${LONG})`),
  regex("trim_end", `print strlen(trim_end("a*a*b", ${LONG}))`),
  regex("trim_end of blanks", `print strlen(trim_end("\\\\s+", strcat(strrep(" ", 100000), "x")))`),
  regex("split by a text that looks like a pattern", `print split(${NEARLY}, "(a+)+$")`),
  regex("countof kind regex", `print countof(${NEARLY}, "(a+)+$", "regex")`),
  regex("has_any_index of patterns", `print has_any_index(${NEARLY}, dynamic(["(a+)+$"]))`),
  regex("a pattern of a hundred thousand letters", `print x="a" | where x matches regex "${"a".repeat(100_000)}"`),
  regex("a pattern of ten thousand groups", `print x="a" | where x matches regex "${nested(10_000, "(", "a", ")")}"`),
  regex("a pattern of ten thousand choices", `print x="a" | where x matches regex "${times(10_000, "a", "|")}"`),
  regex("a pattern with counts of counts", `print x="a" | where x matches regex "((a{1000}){1000}){1000}"`),
  regex("a pattern from a column", `print x=${NEARLY}, p="(a+)+$" | extend y = extract(p, 0, x)`),
];

/** Names and values that mean something to JavaScript, or to a page, and nothing to a query. */
export const NAMES: readonly Case[] = [
  done("__proto__ as a key", "1", 'print tostring(dynamic({"__proto__": {"polluted": 1}})["__proto__"]["polluted"])'),
  done("a missing __proto__", "", 'print tostring(dynamic({})["__proto__"])'),
  done("a missing constructor", "", "print tostring(dynamic({}).constructor)"),
  done("a missing toString of an array", "", 'print tostring(dynamic([1])["toString"])'),
  done("the length of an array as a member", "", "print tostring(dynamic([1]).length)"),
  done("bag_keys of __proto__", '["__proto__","constructor"]', 'print tostring(bag_keys(dynamic({"__proto__": 1, "constructor": 2})))'),
  done("bag_merge of __proto__", '{"__proto__":1,"toString":2}', 'print tostring(bag_merge(dynamic({"__proto__": 1}), dynamic({"toString": 2})))'),
  done("bag_remove_keys of __proto__", '{"a":1}', 'print tostring(bag_remove_keys(dynamic({"__proto__": 1, "a": 1}), dynamic(["__proto__"])))'),
  done("bag_has_key of toString", "false", 'print bag_has_key(dynamic({}), "toString")'),
  done("bag_pack of __proto__", '{"__proto__":1}', 'print tostring(bag_pack("__proto__", 1))'),
  done("bag_set_key of __proto__", '{"__proto__":1}', 'print tostring(bag_set_key(dynamic({}), "__proto__", 1))'),
  done("make_bag of __proto__", '{"__proto__":1}', 'print b=dynamic({"__proto__": 1}) | summarize tostring(make_bag(b))'),
  done("parse_json of __proto__", "1", `print tostring(parse_json('{"__proto__": {"x": 1}}')["__proto__"].x)`),
  done("bag_unpack of __proto__", "1", 'print b=dynamic({"__proto__": 1, "constructor": 2, "": 3}) | evaluate bag_unpack(b)'),
  done("pivot on __proto__", "1", 'print x="__proto__" | evaluate pivot(x)'),
  done("pivot on the empty text", "1", 'print x="" | evaluate pivot(x)'),
  done("columns of odd names", "1", "print ['__proto__']=1, ['constructor']=2, ['toString']=3, ['hasOwnProperty']=4 | extend ['valueOf']=['__proto__'] + 1 | project ['__proto__']"),
  done("grouping by __proto__", "__proto__", "print ['__proto__']='__proto__' | summarize count() by ['__proto__']"),
  done("joining by constructor", "1", "print constructor=1 | join (print constructor=1) on constructor"),
  done("a let called toString", "5", "let toString = 5; print toString"),
  done("a function called constructor", "5", "let constructor = (__proto__:long) { __proto__ }; print constructor(5)"),
  done("pack_all with __proto__", '{"__proto__":1}', "print ['__proto__']=1 | project tostring(pack_all())"),
  done("treepath of __proto__", null, 'print tostring(treepath(dynamic({"__proto__": {"a": 1}})))'),
  refused("a function called __proto__ that is none", "kql-unknown-function", "print __proto__(1)"),
  refused("a function called constructor that is none", "kql-unknown-function", "print constructor(1)"),
  refused("a table called __proto__", "kql-unknown-table", "__proto__ | count"),
  refused("an operator called constructor", "kql-unknown-operator", "print 1 | constructor"),
  refused("a plugin called __proto__", "kql-unknown-plugin", "print 1 | evaluate __proto__()"),
  refused("a join kind called constructor", "kql-join-kind", "print x=1 | join kind=constructor (print x=1) on x"),
  refused("a type called constructor", "kql-expected-type", "datatable(x:constructor)[1]"),
  refused("a column called toString that is none", "kql-unknown-column", "print 1 | project toString"),
  done("parse_json a million deep", null, `print tostring(parse_json(strrep("[", 1000000)))`),
  done("parse_json a million deep and closed", null, `print gettype(parse_json(strcat(strrep("[", 1000000), strrep("]", 1000000))))`),
  done("parse_json of a million open objects", null, `print gettype(parse_json(strrep('{"a":', 1000000)))`),
  done("a value nested ten thousand deep, printed and grouped", null, `print d=parse_json(strcat(strrep("[", 10000), strrep("]", 10000))) | summarize count() by tostring(d)`),
  done("a value nested ten thousand deep, walked", null, `print d=parse_json(strcat(strrep("[", 10000), strrep("]", 10000))) | project treepath(d), array_sort_asc(d), d == d, zip(d, d)`),
  done("parse_xml a hundred thousand deep", null, `print gettype(parse_xml(strrep("<a>", 100000)))`),
  done("parse_xml of entities", null, `print tostring(parse_xml('<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;&y;</a>'))`),
  done("parse_path, parse_url, parse_csv of noise", null, `print parse_path(strrep("\\\\", 100000)), parse_url(strrep("a://", 100000)), parse_csv(strrep('"', 100000)), parse_command_line(strrep('"', 100000), "windows")`),
  done("parse_urlquery of __proto__", '{"Query Parameters":{"__proto__":"1"}}', 'print tostring(parse_urlquery("__proto__=1"))'),
  done("jsonpath tricks", null, `print extractjson("$.__proto__.polluted", '{"a":1}'), extract_json("$${"[0]".repeat(1000)}", "[]"), extractjson("$..*", "[1]")`),
  done("lone surrogates in texts", null, 'print x="\ud800", y=strlen("\udfff\ud800"), z=reverse("\ud800\udc00a"), u=url_encode("\ud800"), b=base64_encode_tostring("\udfff"), h=hash_sha256("\ud800"), p=to_utf8("\ud800"), t=toupper("\udc00")'),
  done("zero bytes in texts", "3", 'print strlen("a\0b")'),
  done("make_string of what is no letter", null, "print make_string(-1), make_string(1114112), make_string(55296), unicode_codepoints_to_string(99999999999)"),
  done("times beyond the calendar", null, "print datetime(9999-12-31) + 365d, datetime(0001-01-01) - 1d, datetime(9999-12-31 23:59:59.9999999) + 1tick, datetime_add('year', 1000000, datetime(2024-01-01)), datetime_add('month', -9223372036854775807, datetime(2024-01-01)), make_datetime(99999, 99, 99)"),
  done("timespans that overflow", null, "print timespan(10675199.02:48:05.4775807) + 1tick, 10675199d * 1000, 1d / 0d, 1d / 0, totimespan('99999999999.00:00:00'), 9223372036854775807 * 1d"),
  done("longs that overflow", null, "print 9223372036854775807 + 1, -9223372036854775807 - 10, 9223372036854775807 * 9223372036854775807, -9223372036854775808 / -1, 1 / 0, 1 % 0, toint(9999999999), binary_shift_left(1, 1000000), binary_shift_right(1, -5), abs(-9223372036854775808)"),
  done("reals at the ends", null, "print real(nan) == real(nan), real(+inf) - real(+inf), tolong(1e300), toint(real(nan)), todatetime(1e300), totimespan(real(+inf)), bin(real(nan), 1.0), round(1e308, 400), round(1.5, -400), tohex(-1), tolong('1e400')"),
  done("format tricks", null, `print format_datetime(datetime(2024-01-01), strrep("y", 1000)), format_timespan(1d, strrep("d", 1000)), format_bytes(1e300, 1000), format_datetime(datetime(2024-01-01), "${"\\u0000"}")`),
  done("windows of absurd sizes", null, "range x from 1 to 5 step 1 | serialize a=prev(x, 9223372036854775807), b=next(x, -5), c=row_number(9223372036854775807)"),
  done("counts of absurd sizes", null, "range x from 1 to 5 step 1 | summarize make_list(x, -1), make_set(x, 9223372036854775807), percentile(x, 1000), percentile(x, -5), dcount(x, 99)"),
  done("top of absurd sizes", "5", "range x from 1 to 5 step 1 | top 9223372036854775807 by x"),
  done("substrings of absurd places", null, 'print substring("abc", -9223372036854775807, 9223372036854775807), substring("abc", 9223372036854775807), indexof("abc", "", -5, 99), array_slice(dynamic([1,2]), -9223372036854775807, 9223372036854775807), array_rotate_left(dynamic([1,2]), 9223372036854775807), array_shift_right(dynamic([1]), 9223372036854775807)'),
];

export const ALL: readonly Case[] = [...SHAPES, ...BOMBS, ...PATTERNS, ...NAMES];
