/** Functions and watchlists that notes define, in the queries of all other notes. */
import { describe, expect, it } from "vitest";
import { unhurried } from "../../src/base";
import { bringNames, LocalLab, scopeOver, definedIn, Workspace } from "../../src/core";
import { kql } from "../../src/query/kql";
import { printTable } from "../../src/table";
import { DEFAULT_NAMES, Index, readNote, savedNames, tableAsCsv } from "../../src/vault";
import { MemoryFiles } from "./worlds";

const note = (path: string, text: string) =>
  readNote({ path, created: 0, modified: 0, size: text.length }, text, DEFAULT_NAMES);

const FUNCTION = "# Parsers\n\n```kusto function=_Im_Authentication\n(who: string = '*')\n{\n  SigninLogs | where who == '*' or UserPrincipalName =~ who\n  | project TimeGenerated, TargetUsername = UserPrincipalName\n}\n```\n";
const FENCE = "```csv watchlist=VIPs key=User\nUser,Team\nann@example.com,board\nbob@example.com,legal\n```\n";
const TABLE = "---\nwatchlist: Offices\nwatchlist_key: City\n---\n| Name | City |\n|---|:-:|\n| HQ \\| main | Oslo |\n| Lab | Rome |\n\nprose\n";
const FILES: ReadonlyMap<string, string> = new Map([["Ops/Watchlists/Hosts.csv", "Host,Owner\nweb-1,ann\n"], ["Lists/Offices.md", TABLE]]);

function vault(...more: [string, string][]): Index {
  const notes = [["Parsers.md", FUNCTION], ["Lists/People.md", FENCE], ["Lists/Offices.md", TABLE], ...more] as const;
  return Index.build(notes.map(([path, text]) => note(path, text)), ["Ops/Watchlists/Hosts.csv", "Ops/other.csv"]);
}

const read = (path: string) => Promise.resolve(FILES.get(path) ?? "");
const lab = () => new LocalLab({ clock: () => 0, pause: () => Promise.resolve(), wallTicks: () => 639_000_000_000_000_000n });

async function answer(query: string, index = vault()): Promise<string> {
  const own = lab();
  await own.load({ id: "s", table: "SigninLogs", text: '{"TimeGenerated":"2026-01-01T00:00:00Z","UserPrincipalName":"ann@example.com"}\n{"TimeGenerated":"2026-01-02T00:00:00Z","UserPrincipalName":"eve@example.com"}\n' });
  await bringNames(own, index, query, read);
  const scope = own.scope({ lenient: true });
  const { plan, diagnostics } = own.compile("kql", query, scope);
  if (plan === undefined) return diagnostics.map((d) => `${d.code}: ${d.message}`).join("\n");
  const outcome = await own.run(plan, { now: scope.now, only: ["s"] });
  return outcome.kind === "done" ? printTable(outcome.table) : outcome.kind;
}

describe("what notes define", () => {
  it("finds functions, lists in fences, in notes and in files", () => {
    const { functions, watchlists, twice } = savedNames(vault());
    expect([...functions.keys()]).toEqual(["_Im_Authentication"]);
    expect([...watchlists.values()].map(({ alias, key, path }) => [alias, key, path])).toEqual([
      ["Offices", "City", "Lists/Offices.md"], ["VIPs", "User", "Lists/People.md"], ["Hosts", undefined, "Ops/Watchlists/Hosts.csv"],
    ]);
    expect(twice.size).toBe(0);
  });
  it("counts the first of two and tells the other", () => {
    const { functions, watchlists, twice } = savedNames(vault(["Z.md", FUNCTION + FENCE]));
    expect(functions.get("_Im_Authentication")?.path).toBe("Parsers.md");
    expect(watchlists.get("vips")?.path).toBe("Lists/People.md");
    expect(twice.get("Z.md")?.map((d) => d.message)).toEqual([
      "The function '_Im_Authentication' is defined in Parsers.md already: that one counts.",
      "The watchlist 'VIPs' is defined in Lists/People.md already: that one counts.",
    ]);
  });
  it("is made anew after a change", () => {
    const index = vault();
    const before = savedNames(index);
    expect(savedNames(index)).toBe(before);
    index.addFile("Watchlists/New.csv");
    expect(savedNames(index).watchlists.has("new")).toBe(true);
    index.removeFile("Watchlists/New.csv");
    expect(savedNames(index).watchlists.has("new")).toBe(false);
  });
  it("takes neither a function for the rule's query nor a list for its sample", () => {
    const rule = note("Detection Rules/R.md", `---\ntags: [T1078]\n---\n${FUNCTION}\n${FENCE}\n\`\`\`kusto\nSigninLogs | take 1\n\`\`\`\n`);
    expect(rule.rule?.queries.map((q) => q.text.trim())).toEqual(["SigninLogs | take 1"]);
    expect(rule.rule?.samples).toEqual([]);
  });
  it("reads a note's table, bars in cells and all", () => {
    expect(tableAsCsv(TABLE)).toBe('"Name","City"\n"HQ | main","Oslo"\n"Lab","Rome"');
    expect(tableAsCsv("no table | here\n")).toBeUndefined();
  });
});

describe("queries call them", () => {
  it("a function with its default, and with an argument", async () => {
    expect(await answer("_Im_Authentication | project TargetUsername | sort by TargetUsername asc")).toMatch(/ann@example.com[\s\S]*eve@example.com/);
    expect(await answer("_Im_Authentication('EVE@example.com') | count")).toMatch(/\n1$/);
  });
  it("a watchlist by its alias in any case, with its key as SearchKey", async () => {
    const found = await answer("SigninLogs | where UserPrincipalName in ((_GetWatchlist('vips') | project SearchKey)) | project UserPrincipalName");
    expect(found).toMatch(/ann@example.com/);
    expect(found).not.toMatch(/eve/);
    expect(await answer("_GetWatchlist('Offices') | where SearchKey == 'Oslo' | project Name")).toMatch(/HQ \| main/);
    expect(await answer("_GetWatchlist('Hosts') | project SearchKey, Owner")).toMatch(/web-1[\s\S]*ann/);
  });
  it("a list that is not there is told with the nearest", async () => {
    expect(await answer("_GetWatchlist('Host')")).toMatch(/kql-unknown-watchlist: .*'Hosts'/);
  });
  it("a list's times do not move the clock of the samples", async () => {
    const own = lab();
    await own.load({ id: "w", text: "TimeGenerated,a\n2030-01-01T00:00:00Z,1\n", watchlist: { alias: "X" } });
    await own.load({ id: "s", text: "TimeGenerated,a\n2020-01-01T00:00:00Z,1\n", table: "T" });
    expect(own.scope({ lenient: true }).now).toBeLessThan(637_200_000_000_000_000n);
    expect(own.scope({ lenient: true }).tables()).not.toContain("watchlist x");
  });
  it("reads a list's file again when it has changed, and only then", async () => {
    const files = new MemoryFiles({ "Watchlists/Hosts.csv": "Host,Owner\nweb-1,ann\n", "a.md": "x" });
    const workspace = new Workspace(files, DEFAULT_NAMES);
    await workspace.open(unhurried());
    const own = lab();
    const query = "_GetWatchlist('Hosts') | project SearchKey";
    const bring = () => bringNames(own, workspace.index, query, files.read);
    expect([await bring(), await bring()]).toEqual([true, false]);
    files.put("Watchlists/Hosts.csv", "Host,Owner\nweb-2,ann\n");
    await workspace.settled();
    expect(await bring()).toBe(true);
    const scope = own.scope({ lenient: true });
    const outcome = await own.run(own.compile("kql", query, scope).plan!, { now: scope.now });
    expect(outcome.kind === "done" && printTable(outcome.table)).toMatch(/web-2/);
  });
  it("checks a query by names alone, before a list is loaded", () => {
    const scope = scopeOver([], { lenient: true, now: 0n }, definedIn(vault()));
    expect(kql.compile("_GetWatchlist('VIPs') | project SearchKey, Anything", scope).diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });
});
