/** Makes vaults of technique, rule and runbook notes in the shape of real ones: the same notes for the same number, on any machine. */

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TACTICS = ["Defense Evasion", "Persistence", "Execution", "Credential Access", "Discovery", "Lateral Movement", "Exfiltration"];
const PLATFORMS = ["IaaS", "Windows", "Linux", "macOS", "SaaS"];
const PRODUCTS = ["aws", "azure", "gcp", "windows", "linux", "m365"];
const STATUSES = ["stable", "test", "experimental", "draft"];
const LEVELS = ["low", "medium", "high", "critical"];
const WORDS = "adversary may create instance within cloud account service to evade defenses access remote host process command file key registry task log token session network system user group policy data".split(" ");

/** Notes by path. About 7 % techniques, 73 % rules, 20 % runbooks. */
export function makeVault(count: number, seed = 42): Map<string, string> {
  const random = seeded(seed);
  const pick = <T,>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const prose = (words: number) => Array.from({ length: words }, () => pick(WORDS)).join(" ");
  const notes = new Map<string, string>();
  const techniques: { id: string; tag: string; name: string }[] = [];
  for (let i = 0; i < Math.max(10, Math.round(count * 0.07)); i++) {
    const id = i % 3 === 0 ? `T${1000 + i}` : `T${1000 + i - (i % 3)}.${String(i % 3).padStart(3, "0")}`;
    const tactic = pick(TACTICS);
    const name = `${prose(2)} ${i}`;
    const tag = id.replace(".", "_");
    techniques.push({ id, tag, name });
    notes.set(`Techniques/${id} - ${name}.md`, `---
created: 2020-05-14
last_modified: 2021-03-08
version: 1.1
tactics: ${tactic}
url: https://attack.mitre.org/techniques/${id.replace(".", "/")}
platforms: ${pick(PLATFORMS)}, ${pick(PLATFORMS)}
tags: [${tag}, techniques, ${tactic.replace(" ", "_")}]
---

## ${name}

### Description

${prose(120)} [Other](https://attack.mitre.org/techniques/${pick(techniques).id.replace(".", "/")}).(Citation: ${prose(3)})

### Detection

${prose(80)}

### Data Sources

  - Instance: Instance Creation
  - Process: Process Creation

### Detection Rule

\`\`\`dataview
table without id
file.link AS "Name",
status AS "Status",
level AS "Level",
logsrc_product AS "Log Source Product"
FROM "Detection Rules" AND #${tag}
\`\`\`

### Rule Testing

\`\`\`dataview
TABLE without id
filename AS "Name"
FROM "Testing Runbooks" AND #${tag}
\`\`\`
`);
  }
  for (let i = 0; notes.size < Math.round(count * 0.8); i++) {
    const t = pick(techniques);
    const product = pick(PRODUCTS);
    notes.set(`Detection Rules/${product}/${prose(3)} ${i}.md`, `---
title: ${prose(4)} ${i}
status: ${pick(STATUSES)}
level: ${pick(LEVELS)}
logsrc_product: ${product}
score: ${Math.floor(random() * 100)}
date: 2025-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}
tags: [detection_rule, ${t.tag}]
---

${prose(60)} [[${t.id} - ${t.name}]].

## Query

\`\`\`kusto
SecurityEvent
| where EventID == ${4000 + Math.floor(random() * 800)}
| where Process has "${pick(WORDS)}"
| project TimeGenerated, Computer, Account
\`\`\`

## False positives

- ${prose(12)}
- ${prose(9)}
`);
  }
  for (let i = 0; notes.size < count; i++) {
    const t = pick(techniques);
    notes.set(`Testing Runbooks/${t.id} runbook ${i}.md`, `---
filename: ${t.id} runbook ${i}
tags: [testing_runbook, ${t.tag}]
---

last_run:: 2026-0${1 + Math.floor(random() * 9)}-0${1 + Math.floor(random() * 9)}
result:: ${pick(["pass", "fail", "partial"])}

## Steps

- [x] ${prose(8)}
- [ ] ${prose(8)} [due:: 2026-0${1 + Math.floor(random() * 9)}-15]
- [ ] ${prose(6)}

\`\`\`bash
echo ${prose(4)}
\`\`\`
`);
  }
  return notes;
}
