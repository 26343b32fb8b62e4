/** `evaluate` plugins, from the query's text to its rows. */
import { describe, expect, it } from "vitest";
import { result, rows } from "./query";

const VISITS = `let V = datatable(who: string, day: datetime, site: string) [
  'ann', datetime(2024-03-01 08:00), 'x', 'ann', datetime(2024-03-01 09:00), 'x', 'bob', datetime(2024-03-01), 'y',
  'cat', datetime(2024-03-02), 'x', 'ann', datetime(2024-03-02), 'y', 'bob', datetime(2024-03-04), 'x']; V | evaluate `;
const MARCH = "who, day, datetime(2024-03-01), datetime(2024-03-05)";

describe("plugins over a timeline", () => {
  it("slide a window, which reaches back before the start and on after the last row", async () => {
    expect(await result(`${VISITS} sliding_window_counts(${MARCH}, 2d, 1d)`)).toBe(
      "day:datetime, Count:long, Dcount:long\n2024-03-01, 3, 2\n2024-03-02, 5, 3\n2024-03-03, 2, 2\n2024-03-04, 1, 1\n2024-03-05, 1, 1");
    expect(await rows(`${VISITS} sliding_window_counts(who, day, datetime(2024-03-02), datetime(2024-03-02), 2d, 1d)`)).toEqual(["2024-03-02, 5, 3"]);
    expect(await rows(`${VISITS} sliding_window_counts(${MARCH}, 1d, 1d, site)`)).toEqual(
      ["2024-03-01, x, 2, 1", "2024-03-01, y, 1, 1", "2024-03-02, x, 1, 1", "2024-03-02, y, 1, 1", "2024-03-04, x, 1, 1"]);
  });
  it("count what is new", async () => {
    expect(await result(`${VISITS} activity_counts_metrics(${MARCH}, 1d)`)).toBe(
      "day:datetime, count:long, dcount:long, new_dcount:long, aggregated_dcount:long\n2024-03-01, 3, 2, 2, 2\n2024-03-02, 2, 2, 1, 3\n2024-03-04, 1, 1, 0, 3");
    expect(await rows(`${VISITS} activity_metrics(${MARCH}, 1d)`)).toEqual(
      ["2024-03-01, 2, 2, NaN, NaN", "2024-03-02, 2, 1, 0.5, 0.5", "2024-03-04, 1, 1, NaN, NaN"]);
    expect(await rows(`${VISITS} activity_metrics(who, day, 'month')`)).toEqual(["2024-03-01, 3, 3, NaN, NaN"]);
    expect(await rows(`${VISITS} activity_engagement(${MARCH}, 1d, 2d)`)).toEqual(
      ["2024-03-01, 2, 2, 1.0", "2024-03-02, 2, 3, 0.6666666666666666", "2024-03-04, 1, 1, 1.0"]);
  });
  it("follow cohorts, old ids left out", async () => {
    const to = "datetime(2024-03-02)";
    expect(await result(`${VISITS} new_activity_metrics(who, day, datetime(2024-03-01), ${to}, 1d)`)).toBe(
      "from_day:datetime, to_day:datetime, dcount_new_values:long, dcount_retained_values:long, dcount_churn_values:long, retention_rate:real, churn_rate:real\n"
      + "2024-03-01, 2024-03-01, 2, 2, 0, 1.0, 0.0\n2024-03-01, 2024-03-02, 1, 1, 1, 0.5, 0.5\n2024-03-02, 2024-03-02, 1, 1, 0, 1.0, 0.0");
    expect(await rows(`${VISITS.replace("V | evaluate", "let B = V | where who == 'bob'; V | evaluate")} new_activity_metrics(who, day, datetime(2024-03-01), ${to}, 1d, datetime(2024-03-01), B)`)).toEqual(
      ["2024-03-01, 2024-03-01, 1, 1, 0, 1.0, 0.0", "2024-03-01, 2024-03-02, 1, 1, 0, 1.0, 0.0"]);
  });
  it("count the faithful and the sessions", async () => {
    expect(await result(`${VISITS} active_users_count(${MARCH}, 3d, 1d, 2, 1d)`)).toBe("day:datetime, dcount:long\n2024-03-02, 1");
    expect(await rows(`${VISITS} active_users_count(${MARCH}, 4d, 1d, 2, 1d)`)).toEqual(["2024-03-02, 1", "2024-03-04, 1"]);
    const slots = "datatable(id: long, t: long) [1, 0, 1, 2, 1, 9, 1, 12, 2, 1] | evaluate ";
    expect(await rows(`${slots} session_count(id, t, 0, 20, 10, 3)`)).toEqual(["0, 3", "10, 1"]);
    expect(await rows(`${slots} session_count(id, t, 0, 20, 10, 7)`)).toEqual(["0, 2", "10, 1"]);
  });
  it("roll a percentile", async () => {
    expect(await result("range x from 1 to 9 step 1 | extend half = x * 0.5 | evaluate rolling_percentile(half, 50, x, 3, 2)")).toBe(
      "x:long, rolling_2_percentile_half_50:real\n0, 0.5\n3, 1.5\n6, 2.5\n9, 3.5");
  });
  it("take starts, ends and steps of the timeline's type only", async () => {
    expect(await result(`${VISITS} sliding_window_counts(who, day, 1, 2, 2d, 1d)`)).toBe("kql-argument-type,kql-argument-type");
    expect(await result(`${VISITS} sliding_window_counts(who, day, datetime(2024-03-01), datetime(2024-03-02), 2, 1d)`)).toBe("kql-argument-type");
    expect(await result(`${VISITS} sliding_window_counts(who, site, 1, 2, 2, 1)`)).toBe("kql-argument-type,kql-argument-type,kql-argument-type,kql-argument-type,kql-argument-type");
    expect(await result(`${VISITS} activity_counts_metrics(${MARCH})`)).toBe("kql-argument-count");
    expect(await result(`${VISITS} activity_counts_metrics(${MARCH}, 0d)`)).toBe("plugin-step");
    expect(await result(`${VISITS} activity_counts_metrics(tolower(who), day, datetime(2024-03-01), datetime(2024-03-05), 1d)`)).toBe("kql-column-needed");
  });
});

describe("lookups of addresses", () => {
  const nets = (write: string): string => `let N = datatable(net: string, zone: string, n: long) ['10.0.0.0/8', 'a', 1, '10.1.0.0/16', 'b', 2, '2001:db8::/32', 'c', 3, 'nonsense', 'd', 4];
    datatable(ip: string, zone: string) ['10.1.2.3', 'b', '10.9.9.9', 'b', '8.8.8.8', 'a', '', 'a', '10.0.0.0/7', 'a', '2001:db8::1', 'c'] | evaluate ${write}`;
  it("give a row per network that an address lies in", async () => {
    expect(await result(nets("ipv4_lookup(N, ip, net)"))).toBe("ip:string, zone:string, net:string, zone1:string, n:long\n"
      + "10.1.2.3, b, 10.0.0.0/8, a, 1\n10.1.2.3, b, 10.1.0.0/16, b, 2\n10.9.9.9, b, 10.0.0.0/8, a, 1\n10.0.0.0/7, a, 10.0.0.0/8, a, 1\n10.0.0.0/7, a, 10.1.0.0/16, b, 2");
    expect(await rows(nets("ipv6_lookup(N, ip, net) | summarize count() by zone1"))).toEqual(["a, 3", "b, 2", "c, 1"]);
  });
  it("keep the others if asked, and match extra keys", async () => {
    expect(await result(nets("ipv4_lookup(N, ip, net, zone, return_unmatched = true)"))).toBe("ip:string, zone:string, net:string, n:long\n"
      + '10.1.2.3, b, 10.1.0.0/16, 2\n10.9.9.9, b, "", null\n8.8.8.8, a, "", null\n"", a, "", null\n10.0.0.0/7, a, 10.0.0.0/8, 1\n2001:db8::1, c, "", null');
    expect(await rows(nets("ipv4_lookup(N, ip, net, true) | where isempty(net) | count"))).toEqual(["3"]);
  });
  it("say what is missing", async () => {
    expect(await result(nets("ipv4_lookup(N, ip, nett)"))).toBe("kql-unknown-column");
    expect(await result(nets("ipv4_lookup(ip, net)"))).toBe("kql-argument-count");
  });
});

/** A table of small texts in which every closed and frequent pattern can be found by trying all. */
function randomTexts(seed: number): { rows: string[][]; table: string } {
  let state = seed;
  const random = (below: number): number => (state = (state * 1103515245 + 12345) % 2147483648, Math.floor((state / 2147483648) * below));
  const made = Array.from({ length: 40 }, () => ["p", "q", "r", "s"].map((c, k) => `${c}${random(k === 3 ? 1 + random(3) : 1 + random(4))}`));
  return { rows: made, table: `datatable(p: string, q: string, r: string, s: string) [${made.flat().map((c) => `'${c}'`).join(", ")}]` };
}

function closedByTrying(all: readonly string[][], least: number): string[] {
  const found = new Set<string>();
  for (const row of all) {
    for (let mask = 1; mask < 16; mask++) {
      const holds = all.filter((r) => row.every((c, k) => (mask & (1 << k)) === 0 || r[k] === c));
      if (holds.length < least) continue;
      found.add(`${holds.length}, ${row.map((c, k) => (holds.every((r) => r[k] === c) ? c : '""')).join(", ")}`);
    }
  }
  return [...found].sort();
}

describe("patterns", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`of baskets are the closed ones above the threshold (seed ${seed})`, async () => {
      const { rows: all, table } = randomTexts(seed);
      const found = await rows(`${table} | evaluate basket(0.1, '~', 4) | project Count, p, q, r, s`);
      expect(found.sort()).toEqual(closedByTrying(all, 4));
    });
  }
  const LOG = `let L = range i from 0 to 99 step 1 | project os = iff(i < 60, 'win', iff(i < 90, 'mac', 'linux')), code = iff(i % 2 == 0, 200, 500),
    id = i, weight = iff(i < 60, 1, 2); L | evaluate `;
  it("leave out what they are not asked for", async () => {
    expect(await rows(`${LOG} basket(0.5, '~', '~', '*', long(-1))`)).toEqual(["0, 60, 60.0, win, -1, -1, 1", "1, 50, 50.0, *, 200, -1, -1", "2, 50, 50.0, *, 500, -1, -1"]);
  });
  it("can be weighed", async () => {
    expect(await rows(`${LOG} basket(0.5, weight) | project Count, Percent, os, code`)).toEqual(['70, 50.0, "", 200', '70, 50.0, "", 500']);
  });
  it("of autocluster say much of many rows", async () => {
    expect(await rows(`${LOG} autocluster(0.5, weight) | where os == 'mac' | project Count, os, id`)).toEqual([]);
    expect(await result("range i from 1 to 50 step 1 | project user = iff(i < 41, 'ann', strcat('u', i)), ip = iff(i < 41, 'one', 'two'), id = strcat('id', i) | evaluate autocluster()")).toBe(
      'SegmentId:long, Count:long, Percent:real, user:string, ip:string, id:string\n0, 40, 80.0, ann, one, ""');
  });
  it("tell two sets apart", async () => {
    const two = "range i from 0 to 99 step 1 | project fails = i % 2 == 0, host = iff(i % 2 == 0 and i < 80, 'h1', iff(i < 50, 'h2', 'h3')), kind = 'k'";
    expect(await result(`${two} | evaluate diffpatterns(fails, 'true', 'false')`)).toBe(
      "SegmentId:long, CountA:long, CountB:long, PercentA:real, PercentB:real, PercentDiffAB:real, host:string, kind:string\n"
      + "0, 40, 0, 80.0, 0.0, 80.0, h1, k\n1, 0, 25, 0.0, 50.0, 50.0, h2, k\n2, 10, 25, 20.0, 50.0, 30.0, h3, k");
  });
  it("of texts leave words open", async () => {
    const log = "range i from 0 to 39 step 1 | project bad = i % 2 == 0, line = iff(i % 2 == 0, strcat('login of user', i, ' was denied'), strcat('login of user', i, ' was granted'))";
    expect(await result(`${log} | evaluate diffpatterns_text(line, bad, 4)`)).toBe(
      "Count_of_True:long, Count_of_False:long, Percent_of_True:real, Percent_of_False:real, Pattern:string\n"
      + "20, 0, 100.0, 0.0, login of * was denied\n0, 20, 0.0, 100.0, login of * was granted");
  });
});

describe("plugins over sequences", () => {
  const LOG = `let L = datatable(host: string, at: datetime, what: string) ['a', datetime(2024-03-01 01:00), 'scan', 'a', datetime(2024-03-01 01:10), 'login',
    'a', datetime(2024-03-01 01:20), 'login', 'a', datetime(2024-03-01 01:30), 'dump', 'b', datetime(2024-03-01 02:00), 'scan', 'b', datetime(2024-03-01 05:00), 'login',
    'c', datetime(2024-03-01 03:00), 'login']; L | evaluate `;
  const DAY = "host, at, datetime(2024-03-01), datetime(2024-03-02)";
  it("detect one thing after another", async () => {
    expect(await result(`${LOG} sequence_detect(at, 1h, 2h, e1 = (what == 'scan'), e2 = (what == 'login'), host)`)).toBe(
      "host:string, e1_at:datetime, e2_at:datetime, Duration:timespan\na, 2024-03-01T01:00:00Z, 2024-03-01T01:10:00Z, 00:10:00\na, 2024-03-01T01:00:00Z, 2024-03-01T01:20:00Z, 00:20:00");
    expect(await rows(`${LOG} sequence_detect(at, 4h, 4h, e1 = (what == 'scan'), e2 = (what == 'login'), e3 = what == 'dump', host) | project host, Duration`)).toEqual(["a, 00:30:00", "a, 00:30:00"]);
    expect(await rows(`${LOG} sequence_detect(at, 9h, 9h, s = what == 'scan', l = what == 'login', host) | count`)).toEqual(["3"]);
  });
  it("make funnels", async () => {
    expect(await result(`${LOG} funnel_sequence(${DAY}, 1h, 1d, what, dynamic(['login'])) | project-away samples`)).toBe(
      'at:datetime, prev:string, next:string, dcount:long\n2024-03-01, "", "", 2\n2024-03-01, scan, dump, 1');
    expect(await result(`${LOG} funnel_sequence_completion(${DAY}, 1d, what, dynamic(['scan', 'login', 'dump']), dynamic([1h, 4h]))`)).toBe(
      "at:datetime, what:string, Period:timespan, dcount:long\n2024-03-01, scan, 01:00:00, 2\n2024-03-01, login, 01:00:00, 1\n2024-03-01, dump, 01:00:00, 1\n"
      + "2024-03-01, scan, 04:00:00, 2\n2024-03-01, login, 04:00:00, 2\n2024-03-01, dump, 04:00:00, 1");
  });
  it("keep what stands near", async () => {
    expect(await rows("range x from 1 to 20 step 1 | evaluate rows_near(x in (5, 7, 19), 1)")).toEqual(["4", "5", "6", "7", "8", "18", "19", "20"]);
    expect(await rows("range x from 1 to 9 step 1 | evaluate rows_near(x == 5, 0, 2)")).toEqual(["5", "6", "7"]);
    expect(await rows("range x from 1 to 9 step 1 | evaluate rows_near(prev(x) == 5, 0)")).toEqual(["6"]);
  });
});

it("count() counts rows, whatever it is given", async () => {
  expect(await result("datatable(x: real) [real(null), 5] | summarize count(x), n = count()")).toBe("count_x:long, n:long\n2, 2");
});

describe("plugins over columns", () => {
  it("merge schemas", async () => {
    const two = "union (datatable(a: string, n: int) [] | getschema), (datatable(a: string, z: bool, n: long) [] | getschema) | evaluate schema_merge(";
    expect(await rows(`${two})`)).toEqual(["a, 0, System.String, string", "z, 1, System.SByte, bool", "n, -1, ERROR(unknown CSL type:ERROR(columns are out of order)), ERROR(columns are out of order)"]);
    expect(await rows(`${two}PreserveOrder = false)`)).toEqual(["a, 0, System.String, string", "z, 1, System.SByte, bool", "n, 2, System.Int64, long"]);
  });
  const SALES = "datatable(who: string, what: string, n: int) ['ann', 'x', 1, 'bob', 'y', 2, 'ann', 'x', 3] | evaluate ";
  it("pivot with any aggregate", async () => {
    expect(await result(`${SALES} pivot(what)`)).toBe("who:string, n:int, x:long, y:long\nann, 1, 1, 0\nbob, 2, 0, 1\nann, 3, 1, 0");
    expect(await result(`${SALES} pivot(what, sum(n))`)).toBe("who:string, x:long, y:long\nann, 4, 0\nbob, 0, 2");
    expect(await result(`${SALES} pivot(what, make_list(n, 1), who)`)).toBe("who:string, x:dynamic, y:dynamic\nann, [1], []\nbob, [], [2]");
    expect(await result(`${SALES} pivot(what, avg(n), who, n) : (who: string, x: real)`)).toBe("who:string, x:real\nann, 1.0\nbob, NaN\nann, 3.0");
    expect(await result(`${SALES} pivot(what, strlen(who))`)).toBe("kql-expected-aggregate");
    expect(await result("datatable(x: string, k: string) ['k', 'a'] | evaluate pivot(x)")).toBe("k:string, k1:long\na, 1");
  });
  it("unpack bags", async () => {
    const bags = `datatable(n: long, d: dynamic) [1, dynamic({"a": 1, "n": 5}), 2, dynamic(null)] | evaluate `;
    expect(await result(`${bags} bag_unpack(d)`)).toBe("bag-unpack-conflict");
    expect(await result(`${bags} bag_unpack(d, 'p_')`)).toBe("n:long, p_a:long, p_n:long\n1, 1, 5\n2, null, null");
    expect(await result(`${bags} bag_unpack(d, columnsConflict='keep_source', ignoredProperties=dynamic(['a']))`)).toBe("n:long\n1\n2");
    expect(await result(`${bags} bag_unpack(d, 'p_') : (*, p_a: string)`)).toBe('n:long, p_a:string\n1, 1\n2, ""');
  });
  it("are refused with a reason, or not known", async () => {
    for (const name of ["http_request", "sql_request", "python", "ai_embeddings", "infer_storage_schema"]) {
      expect(await result(`print x = 1 | evaluate ${name}('x')`)).toBe("kql-refused");
    }
    expect(await result("print x = 1 | evaluate narow()")).toBe("kql-unknown-plugin");
  });
  it("take hints", async () => {
    expect(await result("print x = 1 | evaluate hint.distribution=per_node narrow()")).toBe("Row:long, Column:string, Value:string\n0, x, 1");
  });
});
