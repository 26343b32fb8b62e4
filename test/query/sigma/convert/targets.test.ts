/** What each target makes of one selection: the words, the quoting, the case, and what it has to refuse. */
import { describe, expect, it } from "vitest";
import { convert, readSigma, TARGETS } from "../../../../src/query/sigma";
import type { ConvertOptions, TargetId } from "../../../../src/query/sigma";

function rule(selection: string, source = "category: test", condition = "selection") {
  const text = `title: T\nlogsource:\n    ${source}\ndetection:\n    selection:\n        ${selection}\n    condition: ${condition}\n`;
  const { rules, diagnostics } = readSigma(text);
  if (!rules[0]) throw new Error(diagnostics.map((d) => d.message).join(" "));
  return rules[0];
}

/** The condition alone. */
function said(selection: string, target: TargetId, condition = "selection", options: ConvertOptions = {}): string {
  const { text, diagnostics } = convert(rule(selection, "category: test", condition), target,
    { table: "T", logsource: false, field: (name) => name, ...options });
  if (text === undefined) return `! ${diagnostics.find((d) => d.severity === "error")?.message ?? ""}`;
  return text.replace(/^T\n\| where /, "").replace(/^index=T(?= |\n)/, "*").replace(target === "splunk" ? /^\* / : /^$/, "").replace(/^FROM T\n\| WHERE /, "").replace(/^any where /, "")
    .replace(/^SELECT \*\nFROM T\nWHERE /, "");
}

/** A selection, and how each target says it. */
const CASES: readonly (readonly [selection: string, said: Readonly<Partial<Record<TargetId, string>>>])[] = [
  ["A: Cmd.exe", {
    sentinel: 'A =~ "Cmd.exe"', splunk: 'A="Cmd.exe"', esql: 'TO_LOWER(A) == "cmd.exe"', eql: 'A : "Cmd.exe"', lucene: "A:Cmd.exe",
    duckdb: "lower(A) = 'cmd.exe'", clickhouse: "lowerUTF8(A) = 'cmd.exe'", spark: "lower(A) = 'cmd.exe'",
  }],
  ["A|cased: Cmd.exe", {
    sentinel: 'A == "Cmd.exe"', splunk: '*\n| where A="Cmd.exe"', esql: 'A == "Cmd.exe"', eql: 'A == "Cmd.exe"', duckdb: "A = 'Cmd.exe'",
  }],
  ["A: 5", {
    sentinel: 'A =~ "5"', splunk: "A=5", esql: 'A == "5"', eql: 'A : "5"', lucene: "A:5", duckdb: "CAST(A AS VARCHAR) = '5'", clickhouse: "toString(A) = '5'",
  }],
  ["A|endswith: '\\net.exe'", {
    sentinel: 'A endswith @"\\net.exe"', splunk: 'A="*\\\\net.exe"', esql: 'TO_LOWER(A) LIKE "*\\\\\\\\net.exe"', eql: 'A : "*\\\\net.exe"',
    lucene: "A:*\\\\net.exe", duckdb: "A ILIKE '%\\net.exe'", clickhouse: "A ILIKE '%\\\\\\\\net.exe'", spark: "A ILIKE '%\\\\net.exe' ESCAPE '!'",
  }],
  ["A|contains: '100%_\"''done'", {
    sentinel: "A contains \"100%_\\\"'done\"", splunk: "A=\"*100%_\\\"'done*\"", duckdb: "A ILIKE '%100!%!_\"''done%' ESCAPE '!'",
    clickhouse: "A ILIKE '%100\\\\%\\\\_\"\\'done%'", spark: "A ILIKE '%100!%!_\"\\'done%' ESCAPE '!'", lucene: "A:*100%_\\\"'done*",
  }],
  ["A: 'a*b?c'", {
    sentinel: 'A matches regex "(?is)^a.*b.c$"', splunk: '*\n| where match(A, "(?is)^a.*b.c$")', esql: 'TO_LOWER(A) LIKE "a*b?c"', eql: 'A : "a*b?c"',
    lucene: "A:a*b?c", duckdb: "A ILIKE 'a%b_c'",
  }],
  ["A: 'a\\*b'", {
    sentinel: 'A =~ "a*b"', splunk: '*\n| where lower(A)="a*b"', esql: 'TO_LOWER(A) == "a*b"', eql: 'A in~ ("a*b")', lucene: "A:a\\*b", duckdb: "lower(A) = 'a*b'",
  }],
  ["A:\n            - x\n            - y", {
    sentinel: 'A in~ ("x", "y")', splunk: 'A IN ("x", "y")', esql: 'TO_LOWER(A) IN ("x", "y")', eql: 'A : ("x", "y")', lucene: "A:(x OR y)",
    duckdb: "lower(A) IN ('x', 'y')",
  }],
  ["A|contains|all:\n            - x\n            - y", {
    sentinel: 'A contains "x" and A contains "y"', splunk: 'A="*x*" AND A="*y*"', eql: 'A : "*x*" and A : "*y*"', lucene: "A:*x* AND A:*y*",
    duckdb: "A ILIKE '%x%' AND A ILIKE '%y%'",
  }],
  ["A|re: '^a\\d+$'", {
    sentinel: 'A matches regex @"^a\\d+$"', splunk: '*\n| where match(A, "^a\\\\d+$")', esql: 'A RLIKE "a[0-9]+"', eql: 'A regex "a[0-9]+"', lucene: "A:/a[0-9]+/",
    duckdb: "regexp_matches(A, '^a\\d+$')", clickhouse: "match(A, '(?-s)^a\\\\d+$')", spark: "regexp_like(A, '^a\\\\d+$')",
  }],
  ["A|re|i: 'ab'", {
    sentinel: 'A matches regex "(?i)ab"', lucene: "A:/.*[aA][bB].*/", duckdb: "regexp_matches(A, '(?i)ab')", clickhouse: "match(A, '(?-s)(?i)ab')",
  }],
  ["A|re: 'a\\bb'", { lucene: "! Lucene cannot say '\\b' of a regular expression.", esql: "! ES|QL cannot say '\\b' of a regular expression." }],
  ["A|cidr: 10.1.2.0/23", {
    sentinel: 'ipv4_is_in_range(A, "10.1.2.0/23")', splunk: 'A="10.1.2.0/23"', esql: 'CIDR_MATCH(TO_IP(A), "10.1.2.0/23")', eql: 'cidrMatch(A, "10.1.2.0/23")',
    lucene: 'A:"10.1.2.0/23"', duckdb: "regexp_matches(A, '^10\\.1\\.(?:2|3)\\.[0-9]{1,3}$')",
    clickhouse: "if(isIPv4String(A), isIPAddressInRange(A, '10.1.2.0/23'), false)",
  }],
  ["A|cidr: fe80::/10", { sentinel: 'ipv6_is_in_range(A, "fe80::/10")', spark: "! Spark SQL cannot say a network of IPv6." }],
  ["A|gte: 5", {
    sentinel: "todouble(A) >= 5", splunk: "A>=5", esql: "TO_DOUBLE(A) >= 5", eql: "number(A) >= 5", lucene: "A:>=5", duckdb: "TRY_CAST(A AS DOUBLE) >= 5",
  }],
  ["A: null", { sentinel: "isempty(A)", splunk: "NOT A=*", esql: "A IS NULL", eql: "?A == null", lucene: "(*:* AND NOT _exists_:A)", duckdb: "A IS NULL" }],
  ["A|exists: true", { splunk: "A=*", esql: "A IS NOT NULL", eql: "?A != null", lucene: "_exists_:A", duckdb: "A IS NOT NULL" }],
  ["A|fieldref: B", {
    sentinel: "A =~ B and isnotempty(B)", splunk: "*\n| where lower(A)=lower(B)", esql: "TO_LOWER(A) == TO_LOWER(B)",
    lucene: "! Lucene cannot say a comparison of two fields.", duckdb: "lower(A) = lower(B)",
  }],
  ["A|hour|gte: 22", {
    sentinel: 'datetime_part("hour", todatetime(A)) >= 22', esql: 'DATE_EXTRACT("HOUR_OF_DAY", A) >= 22', eql: "! EQL cannot say a part of a time.",
    duckdb: "date_part('hour', A) >= 22", clickhouse: "toHour(A) >= 22", spark: "hour(A) >= 22",
  }],
  ["'|contains': x", { sentinel: '* contains "x"', splunk: '"*x*"', duckdb: "! DuckDB cannot say a keyword, which any column may hold. Name the columns that may hold it." }],
  ["A|neq: x", { sentinel: 'not(A =~ "x")', splunk: 'NOT A="x"', duckdb: "NOT COALESCE(lower(A) = 'x', FALSE)", esql: 'NOT COALESCE(TO_LOWER(A) == "x", false)' }],
  ["c-uri|contains: x", {
    sentinel: "['c-uri'] contains \"x\"", splunk: 'c-uri="*x*"', esql: 'TO_LOWER(`c-uri`) LIKE "*x*"', lucene: "c\\-uri:*x*", duckdb: "\"c-uri\" ILIKE '%x%'",
    clickhouse: "`c-uri` ILIKE '%x%'",
  }],
];

describe("targets", () => {
  for (const [selection, targets] of CASES) {
    for (const [target, text] of Object.entries(targets)) {
      it(`${selection.replace(/\s+/g, " ")} → ${target}`, () => { expect(said(selection, target as TargetId)).toBe(text); });
    }
  }

  it("keeps brackets where words bind otherwise, Splunk's search above all", () => {
    const three = "A: x\n    b:\n        B: y\n    c:\n        C: z";
    expect(said(three, "splunk", "selection and b or c")).toBe('((A="x" AND B="y") OR C="z")');
    expect(said(three, "splunk", "selection and (b or c)")).toBe('A="x" AND (B="y" OR C="z")');
    expect(said(three, "sentinel", "not (selection or b) and c")).toBe('not(A =~ "x" or B =~ "y")\n| where C =~ "z"');
    expect(said(three, "duckdb", "not (selection or c)")).toBe("NOT COALESCE(lower(A) = 'x' OR lower(C) = 'z', FALSE)");
  });

  it("sends to Splunk's where only the parts that search cannot say", () => {
    const text = "A|endswith: x\n    b:\n        B|re: '^y'\n    c:\n        C: z";
    expect(said(text, "splunk", "selection and b and not c")).toBe('A="*x" AND NOT C="z"\n| where match(B, "^y")');
    expect(said(text, "splunk", "selection or b")).toBe('*\n| where match(A, "(?is)x$") OR match(B, "^y")');
  });

  it("names every target once, with a language and a sentence", () => {
    expect(new Set(TARGETS.map((each) => each.id)).size).toBe(TARGETS.length);
    for (const target of TARGETS) {
      expect(target.over).toMatch(/\.$/);
      expect(convert(rule("Image|endswith: '\\whoami.exe'", "category: process_creation\n    product: windows"), target.id).text).toContain("whoami.exe");
    }
  });

  it("says what it cannot, at its place, and gives no text", () => {
    const found = convert(rule("CurrentDirectory: x", "category: process_creation\n    product: windows"), "defender");
    expect(found.text).toBeUndefined();
    expect(found.diagnostics.map((d) => [d.code, d.severity, d.message])).toEqual([
      ["sigma-convert-cannot", "error", "KQL cannot say the field 'CurrentDirectory' in the table DeviceProcessEvents."]]);
  });

  it("takes the first table in which every field can be found", () => {
    const on = (selection: string, target: TargetId) => convert(rule(selection, "category: process_creation\n    product: windows"), target).text;
    expect(on("Image: a", "sentinel")).toBe('SecurityEvent\n| where EventID == 4688\n| where NewProcessName =~ "a"');
    expect(on("Hashes|contains: MD5", "sentinel")?.split("\n")[0]).toBe("Event");
    expect(on("IntegrityLevel: High", "sentinel")).toContain('IntegrityLevel = case(MandatoryLabel =~ "s-1-16-0", "Untrusted"');
    expect(on("Hashes|contains: 'MD5=AB'", "defender")).toContain('Hashes = strcat("MD5=", MD5, ",SHA1=", SHA1, ",SHA256=", SHA256)');
    expect(on("Hashes|contains: 'IMPHASH=AB'", "defender")).toBeUndefined();
    expect(on("User|contains: adm", "defender")).toContain('User = strcat(AccountDomain, @"\\", AccountName)');
  });

  it("reads what Defender says in other words as Sysmon says it", () => {
    const registry = "category: registry_set\n    product: windows";
    const text = convert(rule("TargetObject|startswith: 'HKLM\\x'\n        Details: 'DWORD (0x00000001)'", registry), "defender").text;
    expect(text).toContain('replace_regex(');
    expect(text).toContain('strcat("DWORD (0x", tohex(tolong(RegistryValueData), 8), ")")');
  });
});
