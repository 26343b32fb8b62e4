import { describe, expect, test } from "vitest";
import type { LinkTo, Value } from "../../src/table";
import { FRESH_PANEL } from "../../src/ui/panel-model";
import type { PanelGroup, PanelState, PanelTask } from "../../src/ui/panel-model";
import { panelShown, rowKeys } from "../../src/ui/panel-rows";

const link = (path: string, label?: string): LinkTo => ({ kind: "link", path, embed: false, ...(label === undefined ? {} : { label }) });
const ROWS: Value[][] = [
  [link("z/Alpha rule.md"), "high", 3n], [link("a/beta rule.md"), null, 10n], [link("m/Gamma.md"), "low", null], [link("b/delta.md"), "high", 2n],
];
const group = (rows: readonly (readonly Value[])[], key?: Value): PanelGroup => ({ rows, tasks: [], ...(key === undefined ? {} : { key }) });

/** First letters of the rows shown, groups apart. */
function shown(groups: readonly PanelGroup[], state: Partial<PanelState>): string {
  return panelShown(groups, { ...FRESH_PANEL, ...state }).groups
    .map((g) => g.rows.map((r) => ((r[0] as LinkTo).path.split("/")[1] ?? "").charAt(0)).join("")).join("|");
}

describe("panels", () => {
  test("as the query ordered them", () => expect(shown([group(ROWS)], {})).toBe("AbGd"));
  test("links sort by what is read, case aside", () => {
    expect(shown([group(ROWS)], { sort: { column: 0, descending: false } })).toBe("AbdG");
    expect(shown([group(ROWS)], { sort: { column: 0, descending: true } })).toBe("GdbA");
  });
  test("numbers by size, nothing last both ways", () => {
    expect(shown([group(ROWS)], { sort: { column: 2, descending: false } })).toBe("dAbG");
    expect(shown([group(ROWS)], { sort: { column: 2, descending: true } })).toBe("bAdG");
  });
  test("equal rows keep their order", () => expect(shown([group(ROWS)], { sort: { column: 1, descending: false } })).toBe("AdGb"));
  test("the filter looks into every cell, links by their label", () => {
    expect(shown([group(ROWS)], { filter: "RULE" })).toBe("Ab");
    expect(shown([group(ROWS)], { filter: "10" })).toBe("b");
    expect(shown([group(ROWS)], { filter: "nothing like it" })).toBe("");
  });
  test("groups stay together, sort within, and go when nothing is left; a key that matches keeps its rows", () => {
    const groups = [group(ROWS.slice(0, 2), "cloud"), group(ROWS.slice(2), "linux")];
    expect(shown(groups, { sort: { column: 0, descending: true } })).toBe("bA|Gd");
    expect(shown(groups, { filter: "gamma" })).toBe("G");
    expect(shown(groups, { filter: "linux" })).toBe("Gd");
  });
  test("no more rows than asked for, counted whole", () => {
    const out = panelShown([group(ROWS.slice(0, 2), "a"), group(ROWS.slice(2), "b")], { ...FRESH_PANEL, shown: 3 });
    expect(out).toMatchObject({ passing: 4, drawn: 3 });
    expect(out.groups.map((g) => g.rows.length)).toEqual([2, 1]);
  });
  test("a task stays for a text in one below it", () => {
    const task = (id: string, searched: string, children: readonly PanelTask[] = []): PanelTask =>
      ({ id, state: " ", text: searched, searched, place: link("a.md"), children });
    const groups: PanelGroup[] = [{ rows: [], tasks: [task("1", "Create", [task("2", "note the ID")]), task("3", "Delete")] }];
    expect(panelShown(groups, { ...FRESH_PANEL, filter: "the id" }).groups[0]?.tasks.map((t) => t.id)).toEqual(["1"]);
  });
});

test("rows are named by their note, so that a refresh moves them; twins are told apart", () => {
  const keys = rowKeys([...ROWS, ROWS[0] ?? [], ["x"], []]);
  expect(new Set(keys).size).toBe(keys.length);
  const moved = rowKeys([ROWS[3] ?? [], ROWS[0] ?? []]);
  expect(moved).toEqual([keys[3], keys[0]]);
});
