/** docs/sigma-convert.md says what each target can say; the table is what conversions give. UPDATE=1 writes it anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { convert, readSigma, TARGETS } from "../../../../src/query/sigma";
import type { TargetId } from "../../../../src/query/sigma";

const FEATURES: readonly (readonly [says: string, selection: string])[] = [
  ["equals, contains, startswith, endswith, without case", "A|contains: x"], ["`cased`", "A|cased: X"], ["wildcards inside of a value", "A: 'a*b?c'"],
  ["a star that is meant (`\\*`)", "A|contains: 'a\\*b'"], ["lists", "A:\n            - x\n            - y"], ["`all`", "A|contains|all:\n            - x\n            - y"],
  ["`re`", "A|re: 'a+b'"], ["`re` with word borders (`\\b`)", "A|re: '\\bab\\b'"], ["`cidr`, IPv4", "A|cidr: 10.0.0.0/9"], ["`cidr`, IPv6", "A|cidr: fe80::/10"],
  ["`lt`, `lte`, `gt`, `gte`", "A|gt: 5"], ["`exists`", "A|exists: true"], ["null", "A: null"], ["`neq`", "A|neq: x"], ["`fieldref`", "A|fieldref: B"],
  ["`minute` … `year`", "A|hour: 3"], ["`week`", "A|week: 3"], ["`windash`", "A|contains|windash: ' -x'"], ["`base64offset`, `wide`", "A|wide|base64offset|contains: abc"],
  ["keywords", "'|contains': x"], ["keywords with `re`", "'|re': 'x+'"],
];

/** yes, roughly (a warning tells how), or no (an error tells why). */
function verdict(selection: string, target: TargetId): string {
  const text = `title: T\nlogsource:\n    category: test\ndetection:\n    selection:\n        ${selection}\n    condition: selection\n`;
  const [rule] = readSigma(text).rules;
  if (!rule) throw new Error(selection);
  const { text: query, diagnostics } = convert(rule, target, { table: "T", logsource: false });
  return query === undefined ? "no" : diagnostics.some((d) => d.severity === "warning") ? "roughly" : "yes";
}

function page(): string {
  return `# Sigma rules in other query languages

\`purplebook sigma convert FILE… --to TARGET\` writes a rule in another language. A test that the language has
no words for is an error at its place in the rule, and then there is no query: nothing is left out silently. What can only be said roughly
is a warning.

${TARGETS.map((each) => `- \`${each.id}\`: ${each.title}. ${each.over}`).join("\n")}

## What can be said

| | ${TARGETS.map((each) => `\`${each.id}\``).join(" | ")} |
| --- | ${TARGETS.map(() => "---").join(" | ")} |
${FEATURES.map(([says, selection]) => `| ${says} | ${TARGETS.map((each) => verdict(selection, each.id)).join(" | ")} |`).join("\n")}

Correlations are converted to ${TARGETS.filter((each) => correlates(each.id)).map((each) => `\`${each.id}\``).join(", ") || "none"}${TARGETS.some((each) => correlates(each.id)) ? " only" : ""}; a filter is converted with the rules that it belongs to (\`convert\` takes those of the same call), not alone.

## How it is said

- **Log source.** KQL asks the first table in which every field of the rule can be found: for \`process_creation\` on Windows SecurityEvent,
  then Event, then WindowsEvent, then Defender's tables; \`--table\` asks for another. Channel, event ids and ActionType become conditions. The XML
  of the table Event is unpacked into a bag. Splunk asks \`source\` and \`EventCode\`, Elasticsearch \`winlog.channel\` and \`event.code\`, SQL the
  columns \`Channel\` and \`EventID\`. Where nothing stands for the log source, a warning says so.
- **Fields.** The names come from the same facts that run rules over logs of that shape. What Sigma has in one field and a table in two
  (\`User\`) is put together; Defender's words for registry events and DWORD values are turned into Sysmon's.
- **Case.** KQL by \`=~\`, \`contains\` and their like; ES|QL and SQL by small letters or ILIKE; Splunk's search and EQL's \`:\` take no notice of case
  anyway. Lucene minds it as the field's mapping does, which a warning tells.
- **Absent fields.** A test of a field that is not there does not hold, and \`not\` of it does. SQL and ES|QL would give neither: what stands behind
  NOT is wrapped in COALESCE. In a column of KQL an empty text and an absent one are the same; in a bag they are told apart.
- **Lists.** \`in~\`, \`IN\` and their like, only for whole values. KQL's \`has_any\` goes by words and would lose matches: it is not used.
- **Splunk** gets \`search\` for all that it can say and one \`where\` for the rest. \`OR\` binds more than \`AND\` in its search: brackets always stand.
- **Regular expressions** are passed on; Lucene's flavour (ES|QL, EQL, Lucene) is written anew and refuses what it does not know.
- **Networks** become \`ipv4_is_in_range\`, \`CIDR_MATCH\`, \`cidrMatch\`; DuckDB and Spark get a regular expression for IPv4.
`;
}

const PAIR = `title: Base
name: base
logsource:
    category: test
detection:
    selection:
        A: x
    condition: selection
---
title: Many
correlation:
    type: event_count
    rules:
        - base
    group-by:
        - B
    timespan: 5m
    condition:
        gte: 10
`;

function correlates(target: TargetId): boolean {
  const { rules } = readSigma(PAIR);
  const many = rules.find((rule) => rule.kind === "correlation");
  return many !== undefined && convert(many, target, { rules, table: "T", logsource: false }).text !== undefined;
}

it("docs/sigma-convert.md says what conversions give", () => {
  const path = fileURLToPath(new URL("../../../../docs/sigma-convert.md", import.meta.url));
  if (process.env["UPDATE"] === "1") writeFileSync(path, page());
  expect(readFileSync(path, "utf8")).toBe(page());
});
