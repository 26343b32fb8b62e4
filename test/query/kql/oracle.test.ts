/** Agreement with Microsoft's own parser: what it accepts we accept, and the same columns come out. */
import { describe, expect, it } from "vitest";
import { columnsOf, scopeOf, TABLES } from "./cases";
import { oracleOf } from "./oracle";

const ACCEPTED = [
  "T | where a == 1 and f == 'true' and i in ('1', 2) and t > ago(1d)", "T | extend b + 1, b - 1, z = a", "T | project b + 1, a, x = 5, d.a.b, d['q'][1]", "T | project tostring(d.a), toint(a), strlen(a), bin(t, 1h)",
  "T | summarize by a", "T | summarize count(), dcount(a), sum(b), avg(i), sum(i), avg(s), max(t), stdev(c)", "T | summarize arg_max(t, *) by a, b", "T | summarize arg_max(b + 1, a, c + 1)",
  "T | summarize arg_min(t, a, b), arg_max(t, a)", "T | summarize (x1, y1) = arg_max(b, c), z = arg_max(b, a)", "T | summarize take_any(b), any(c)", "T | summarize take_any(*) by a",
  "T | summarize count() by bin(t, 1d), a = tolower(a)", "T | summarize count() / 2, round(avg(c), 2), n = max(b) - min(b)", "T | summarize make_set(a, 5), make_list(b), make_set_if(a, f), countif(f), sumif(b, f)",
  "T | summarize percentile(b, 95), percentiles(c, 5, 50)", "T | distinct b + 1, a", "T | top 3 by b asc nulls last", "T | count as n", "T | mv-expand k = d to typeof(long), d", "T | mv-expand with_itemindex=ix z = d",
  "T | mv-expand d.a", "T | mv-expand bagexpansion=array d limit 3", "T | mv-apply d on (where d.x == 1 | project y = d.z)", "T | mv-apply z = d on (summarize make_list(z))", "T | mv-apply with_itemindex=ix z = d on (take 1)",
  "T | union V", "union withsource=src T, V", "union T, (U | extend c = 'x')", "T | join U on a", "T | join kind=leftouter (U | project a, b, b1 = 1) on a, $left.b == $right.b", "T | join kind=leftsemi U on a",
  "T | join kind=rightanti U on a", "T | join kind=fullouter U on $left.a == $right.e", "T | lookup U on a", "T | lookup kind=inner (U | project a, z = e) on a", "T | lookup U on $left.a == $right.e",
  "T | project-away a*, b", "T | project-keep b, a", "T | project-rename z = a, y = b", "T | project-reorder t, *", "T | project-reorder s asc, t, a", "T | getschema", "T | serialize rn = row_number(), prev(a), next(b, 1)",
  "T | sort by a, b asc", "T | take 5 | sample 2", "T | sample-distinct 3 of a", "T | parse a with 'x' y:long 'z' w", "T | parse-where a with * 'x' y", "T | parse-kv a as (p: string, q: long) with (pair_delimiter=';')",
  "T | make-series n = count(), sum(b) on t from ago(1d) to now() step 1h by a", "T | top-nested 2 of a by sum(b), top-nested of i by max(c)", "T | partition by a (top 1 by b | project b)", "search in (T, V) 'x'",
  "find in (T, U) where a == 'x' project b, e", "find in (T, U) where a == 'x'", "print 1/2, 1/2.0, 1%2, 1d/1h, 1d*2, now()-1d, -1, int(1)+1, decimal(1)+1", "print x = 1, 'a', dynamic([1])", "range x from 1 to 2.0 step 1", "range x from 1d to 2d step 1h",
  "datatable(a: string, b: long) ['x', 1]", "let f = (x: long, y: string = 'a') { strcat(y, x) }; T | project f(b)", "let f = (Z: (b: long)) { Z | where b > 1 }; T | invoke f()", "let g = T | where f; g | union g | count",
  "T | extend x1 = iff(f, 1, 2), x2 = iff(f, b, c), x3 = case(f, 'a', 'b'), x4 = coalesce(a, 'x')", "T | extend b between (1 .. 2), t between (ago(1d) .. now())", "T | extend d.a == 1, a has 'x', a !in~ ('x')", "T | extend column_ifexists('a', ''), column_ifexists('zz', 5)",
  "T | extend pack_all(), todynamic(a).x", "T | where * has 'x'", "T | extend n = toscalar(U | count)", "T | as Q | where a in (Q | project a)", "T | extend t - t, t + s, s * 2, s / s, b / i, i / i, c % 2", "T | evaluate bag_unpack(d)", "T | render piechart",
  "T | project series_stats(d), c", "T | extend series_stats(d)", "T | project (p, q) = series_stats(d)", "T | extend (p, q) = series_stats(d), r = 1", "T | project p = series_stats(d)", "T | project series_stats(series_add(d, 1)), 5",
  "T | project series_stats(d.q), series_stats(d.q)", "T | project series_fit_line(d), series_fit_2lines(d)", "T | project series_fit_poly(d), series_fft(d), series_ifft(d, d)", "T | project series_decompose(d, -1, 'linefit', 3, 0.5)",
  "T | extend (flag, score, line) = series_decompose_anomalies(d, 1.5, -1, 'linefit') | where array_length(flag) > 1", "T | extend series_decompose_anomalies(d), 5", "T | project series_decompose_forecast(d, 3), series_periods_detect(d, 0.0, 50.0, 2)",
  "T | project series_periods_validate(d, 14.0, 7.0), series_outliers(d), series_seasonal(d)", "T | project array_sort_asc(d), array_sort_desc(d, d.a, false)", "T | project array_sort_asc(series_add(d, d), d)", "T | extend x = array_sort_desc(d, d) | project x",
  "T | extend array_sort_asc(d), array_sort_asc(d)", "T | project array_sort_desc(d, d.a)[1], array_sort_asc(d)[0]", "T | summarize percentile(todecimal(b), 50), percentilew(todecimal(b), i, 50)", "T | project y_sorted = 5, array_sort_asc(d)", "T | summarize series_stats(make_list(b))", "T | summarize (p, q) = array_sort_asc(make_list(b), make_list(c)) by a", "T | summarize array_sort_asc(make_list(b)) by a",
  "print (a, b) = series_stats(dynamic([1]))", "print a = 5, series_fit_line(dynamic([1])), 7", "print array_sort_asc(dynamic([1]), dynamic([2])), array_sort_asc(dynamic([1]))", "T | extend p = series_decompose_anomalies(d)[0] | project p", "T | serialize (p, q) = series_stats(d), row_number()",
  "T | project series_fir(d, dynamic([1])), series_iir(d, dynamic([1]), dynamic([1])), series_fill_linear(d, real(null), true), series_fill_const(d, 0), series_abs(d), series_add(d, d), series_dot_product(d, 2), series_magnitude(d)",
  "T | evaluate sliding_window_counts(a, t, ago(1d), now(), 3d, 1d, b, i)", "T | evaluate active_users_count(a, t, ago(1d), now(), 3d, 1d, 3, 1d, b)", "T | evaluate activity_counts_metrics(a, b, 1, 10, 2)",
  "T | evaluate activity_engagement(a, t, ago(1d), now(), 1d, 7d, b)", "T | evaluate activity_metrics(a, t, ago(1d), now(), 1d, b)", "T | evaluate new_activity_metrics(a, t, ago(1d), now(), 1d, ago(1d), b, U)",
  "T | evaluate session_count(a, t, ago(1d), now(), 1d, 41d, b)", "T | evaluate ipv4_lookup(U, a, e)", "T | evaluate ipv4_lookup(U, a, e, b, return_unmatched=true)", "T | evaluate ipv6_lookup(U, a, e, true)",
  "T | evaluate rolling_percentile(c, 50, t, 1d, 3, a)", "T | evaluate rows_near(b > 1, 2, 3)", "T | evaluate basket(0.2, '~', '~', '*', int(-1))", "T | evaluate autocluster(0.6, b, 10, '*')",
  "T | evaluate funnel_sequence(a, t, ago(1d), now(), 1d, 365d, i, dynamic(['x']))", "T | evaluate funnel_sequence_completion(a, t, ago(1d), now(), 365d, i, dynamic(['x']), dynamic([1h]))",
  "T | evaluate sequence_detect(t, 10m, 1h, e1 = (a == 'x'), e2 = (b == 2), i, g)", "T | evaluate pivot(a, sum(b), i) : (i: int, x: long)", "T | evaluate pivot(a)", "T | summarize hll(a), hll_if(b, f, 2), hll_merge(d), tdigest(c, i), tdigest_merge(d), merge_tdigest(d), buildschema(d)",
  "T | project hll_merge(d, d), merge_tdigest(d, d), tdigest_merge(d, d), dcount_hll(d), percentile_tdigest(d, 50), percentile_tdigest(d, 50, typeof(long)), percentiles_array_tdigest(d, dynamic([1])), rank_tdigest(d, 5)",
  "T | summarize percentiles_array(b, 5, 50), percentilesw_array(b, i, 5, 50), binary_all_or(i), binary_all_xor(b), avg(t), avg(s), avgif(i, f), covarianceif(b, c, f), variancepif(b, f), anyif(a, f), make_bag_if(d, f), make_list_with_nulls(a)", "T | evaluate bag_unpack(d) : (*, x: long)", "T | evaluate narrow()",
  "T | make-graph a --> g with U on a | graph-match (x)-[f]->(y) where x.b > 1 and f.i == 2 project x.e, f.t, tostring(y.b), n = y.b + 1, node_id(x), node_degree_in(y)",
  "T | make-graph a --> g with U on a | graph-match cycles=none (x)-[f*1..3]-(y)<--(), (y)--(z) where all(f, b > 1) project f.b, m = map(inner_nodes(f), e), any(f, i == 2), z.k.q",
  "T | make-graph a --> g with_node_id=id | graph-shortest-paths output=all (x)-[f*1..5]->(y) where x.id == 'q' project p = map(f, strcat(a, 'x')), y.id",
  "T | make-graph a --> g with U on a, V on a | graph-to-table nodes with_node_id=h", "T | make-graph b --> i with_node_id=q | graph-mark-components | graph-to-table nodes",
  "let G = T | make-graph a --> g with U on a; G | graph-to-table edges with_source_id=x1 with_target_id=x2",
  "T | make-graph a --> g with U on a partitioned-by b (graph-match (x)-->(y) project x.e | take 2)",
  "let f = (x: dynamic) { series_stats(x) }; T | extend f(d)", "let f = (x: dynamic) { series_stats(x) }; T | project (p, q) = f(d), a", "let f = (x: dynamic) { series_stats(x) }; print f(dynamic([1]))",
  "let f = (x: dynamic) { array_sort_asc(x, x) }; T | project f(d), y = f(d)[1]", "let f = (x: dynamic) { series_fit_line(x) }; T | summarize f(make_list(b)) by a", "let f = (x: dynamic) { array_sort_asc(x) }; T | where array_length(f(d)) > 1 | project f(d)",
  "let f = (x: dynamic) { let y = series_add(x, 1); series_fit_line(y) }; let g = (z: dynamic) { f(z) }; T | project g(d)",
];

const REFUSED = [
  "T | where zz == 1", "Nope", "T | where a > 1", "T | where t > 1", "T | where i has '1'", "T | extend a + b", "T | where b", "T | project strlen()", "T | project strlen(a, b)", "T | project nope(a)", "T | where count() > 1", "T | where a between ('a' .. 'b')", "T | join kind=nope U on a",
  "T | join U on zz", "T | take 5 6", "T | project a,", "T | summarize count(), a", "T | mv-expand a", "T | where a has", "print 1 == 2 == 3", "T | wher f", "T | extend a.b", "T | project (p, q, r) = array_sort_desc(d, d)", "T | extend series_abs(series_stats(d))", "T | where series_stats(d) > 1", "let f = (x: long) { x }; print f()", "let f = (x: dynamic) { series_stats(x) }; T | where f(d) > 1", "let s = series_stats(dynamic([1])); print s",
  "T | make-graph d --> g | graph-to-table nodes", "T | make-graph a --> g with U on a | graph-match (x)-->(y) project x.zz", "T | make-graph a --> g | graph-to-table nodes, edges",
];

describe("agreement with Microsoft's parser", () => {
  const oracle = oracleOf(TABLES);
  for (const query of ACCEPTED) it(query, () => expect(columnsOf(query, scopeOf(TABLES, false))).toBe(oracle.columns(query)));
  for (const query of REFUSED) it(`refused: ${query}`, () => {
    expect(oracle.columns(query)).toMatch(/^errors/);
    expect(columnsOf(query, scopeOf(TABLES, false))).toMatch(/^errors/);
  });
});
