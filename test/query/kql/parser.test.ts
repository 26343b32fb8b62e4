/** What parses, what does not, and where it is told. */
import { describe, expect, it } from "vitest";
import { lex } from "../../../src/query/kql/lexer";
import { parse } from "../../../src/query/kql/parser";
import { printProgram } from "../../../src/query/kql/print";
import { kql } from "../../../src/query/kql";
import { fails, scopeOf } from "./cases";
import { corpusQueries } from "./shared";

describe("lexer", () => {
  const kinds = (text: string): string => lex(text).filter((t) => t.kind !== "end").map((t) => `${t.kind}`).join(" ");
  const cases: [string, string][] = [
    ["1d", "timespan"], ["2.5h", "timespan"], ["10", "long"], ["0xFF", "long"], ["1.5", "real"], ["1e3", "real"], ["1..5", "long punctuation long"],
    ["'it''s'", "string string"], ['@"a\\b""c"', "string"], ["h'secret'", "string"], ["```two\nlines```", "string"], ["datetime(2024-01-01)", "typed"],
    ["a // b\nc", "name comment name"], ["x !in~ (1)", "name punctuation punctuation long punctuation"], ["x in~ y", "name name name"],
    ['"open', "error"], ['"\\q"', "error"], ["€", "error"], ["t.time", "name punctuation name"], ["30days", "timespan"],
  ];
  for (const [text, wanted] of cases) it(`${text} → ${wanted}`, () => expect(kinds(text)).toBe(wanted));

  it("reads escapes, and verbatim texts as they are", () => {
    const value = (text: string): string | undefined => lex(text)[0]?.value;
    expect(value('"a\\tb\\u0041\\\\"')).toBe("a\tbA\\");
    expect(value('@"C:\\dir ""x"""')).toBe('C:\\dir "x"');
  });

  it("covers every character once, in order, for any text", () => {
    let seed = 7;
    const next = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const alphabet = "ab1 .\"'|()[]{}=!~@h`\\\n-*;,<>€/:";
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: next(40) }, () => alphabet[next(alphabet.length)]).join("");
      let at = 0;
      for (const t of lex(text)) {
        expect(t.span.from, JSON.stringify(text)).toBeGreaterThanOrEqual(at);
        at = t.span.to;
      }
      expect(at).toBe(text.length);
    }
  });
});

describe("what does not parse is told at its place", () => {
  fails("T | where x >", "kql-expected-expression", 12);
  fails("T | wher a == 'x'", "kql-unknown-operator", 4);
  fails("datatable(a, b: long) [1, 2]", "kql-expected-symbol", 11);
  fails("print extract('a', 1, 'a', typeof(foo))", "kql-expected-type", 34);
  fails("T | ", "kql-expected-operator", 2);
  fails("T | | take 5", "kql-expected-operator", 2);
  fails("T | where (a == 'x'", "kql-expected-symbol");
  fails("T | summarize", "kql-expected-expression");
  fails("T | project a,", "kql-expected-expression", 13);
  fails("T | where a == 'x", "kql-bad-string", 15);
  fails("T | take 5 6", "kql-unexpected", 11);
  fails("let x 5; T", "kql-expected-symbol");
  fails("T | extend y = datetime(yesterday)", "kql-bad-literal", 15);
  fails("print dynamic([a])", "kql-bad-dynamic", 15);
  fails("T | join U", "kql-expected-on");
  fails(".show tables", "kql-refused", 0);
  fails("T | where a == 1 == 2", "kql-unexpected");
});

describe("recovery", () => {
  it("a bad operator leaves the others checked", () => {
    const codes = kql.compile("T | where a >< 1 | extend y = nope | tak 5", scopeOf()).diagnostics.map((d) => d.code);
    expect(codes).toEqual(["kql-expected-expression", "kql-unknown-column", "kql-unknown-operator"]);
  });
  it("a bad statement leaves the others checked", () => {
    const codes = kql.compile("let y = ; T | where zz == 1", scopeOf()).diagnostics.map((d) => d.code);
    expect(codes).toEqual(["kql-expected-expression", "kql-unknown-column"]);
  });
});

describe("depth", () => {
  const deep: [string, string][] = [
    ["brackets", `print ${"(".repeat(50_000)}1${")".repeat(50_000)}`], ["signs", `print ${"-".repeat(50_000)}1`],
    ["calls", `print ${"strlen(".repeat(20_000)}'a'${")".repeat(20_000)}`], ["dynamic", `print dynamic(${"[".repeat(50_000)}${"]".repeat(50_000)})`],
    ["path", `print d${".a".repeat(50_000)}`], ["operators", `T${" | take 1".repeat(20_000)}`], ["sum", `print ${"1+".repeat(20_000)}1`],
    ["queries", `${"union (".repeat(20_000)}T${")".repeat(20_000)}`], ["functions", `${"let f=(){".repeat(5_000)} 1 ${"}".repeat(5_000)}`],
    ["open", "(".repeat(100_000)],
  ];
  for (const [name, text] of deep) it(`${name}: told, not thrown`, () => {
    expect(kql.compile(text, scopeOf()).diagnostics.some((d) => d.severity === "error")).toBe(true);
    expect(kql.tokens(text).length).toBeGreaterThan(0);
  });

  it("a thousand alternatives are no depth", () => {
    const text = `T | where ${Array.from({ length: 5000 }, (_, i) => `b == ${i}`).join(" or ")}`;
    expect(kql.compile(text, scopeOf()).diagnostics).toEqual([]);
  });

  it("a query that doubles itself is stopped", () => {
    const text = `let t0 = T;\n${Array.from({ length: 40 }, (_, i) => `let t${i + 1} = union t${i}, t${i};`).join("\n")}\nt40`;
    expect(kql.compile(text, scopeOf()).diagnostics.map((d) => d.code)).toContain("kql-too-large");
  });
});

/** The tree without its places. */
function bare(text: string): string {
  return JSON.stringify(parse(text).program, (key, v: unknown) =>
    // What is kept as written may be laid out anew: white space does not count in it.
    ((key === "text" || key === "rest") && typeof v === "string" ? v.replace(/\s+/g, "") : key === "span" || key === "wordSpan" || key === "opSpan" ? undefined : typeof v === "bigint" ? `${v}n` : v instanceof Map ? [...v.entries()] : v));
}

describe("print∘parse is the identity on trees", () => {
  const own = [
    "T | where a == 'x' and (b > 1 or c < 2) and not(f)", "T | extend y = -(b + 1) * 2, z = d.a['b c'][0]", "let f = (x: long, T: (*)) { T | where b > x }; f(5, T)",
    "T | summarize n = count(), (p, q) = arg_max(b, c) by bin(t, 1h)", "T | join kind=leftouter hint.strategy=broadcast (U | take 3) on $left.a == $right.e, b",
    "T | mv-expand z = d to typeof(long) limit 5", "T | mv-apply z = d on (take 1 | project z)", "T | parse kind=regex a with * 'x' y:long 'z' *",
    "T | parse a with 'x' , 'y' b , 'z'",
    "range x from 1 to 5 step 1 | top 2 by x asc nulls first", "datatable(a: string, ['b c']: long) ['x', 1, 'y', -2]", "union withsource=w isfuzzy=true T, (U | take 1), V*",
    "T | where a !in~ ('x', 'y') and b between (1 .. 2) and a matches regex @'\\d'", "print 1 - (2 - 3), (1 - 2) - 3, 2 * (3 + 4), -1d",
    "search a: (datetime(2024-01-01))", "T | project a, x = (U | take 1), b", "T | join (U > b) on a", "print toscalar(T | count), f((T | take 1), 2)",
    "T | make-series n = count() default = 0 on t from ago(1d) to now() step 1h by a", "T | partition by a (top 1 by b)", "search in (T, U) 'x' and a: 'y'",
  ];
  for (const text of own) it(text, () => {
    expect(parse(text).diagnostics).toEqual([]);
    expect(bare(printProgram(parse(text).program))).toBe(bare(text));
  });
  it.skipIf(corpusQueries.length === 0)(`over ${corpusQueries.length} rules of the corpus`, () => {
    for (const { id, query } of corpusQueries) {
      expect(parse(query).diagnostics.filter((d) => d.severity === "error"), id).toEqual([]);
      expect(bare(printProgram(parse(query).program)), id).toBe(bare(query));
    }
  }, 60_000);
});

describe("format", () => {
  it("puts operators on lines of their own and keeps comments", () => {
    expect(kql.format("T|where a=='x' // why\n|join (U|take 1) on a;"))
      .toBe("T\n| where a=='x' // why\n| join (\n    U\n    | take 1\n) on a;");
  });
  it("leaves a text alone that does not parse", () => expect(kql.format("T | wher")).toBe("T | wher"));
  it.skipIf(corpusQueries.length === 0)("changes no tree, and settles at once, over the corpus", () => {
    for (const { id, query } of corpusQueries) {
      const once = kql.format(query);
      expect(bare(once), id).toBe(bare(query));
      expect(kql.format(once), id).toBe(once);
    }
  }, 60_000);
});
