/** A binary event log as a sample: from its bytes to rows of a query, as often as it is asked for. */
import { expect, it } from "vitest";
import { LocalLab } from "../../src/core";
import { rowCount } from "../../src/table";
import { labTime } from "../../src/cli/time.mts";
import { data, event, logOf, value } from "../logs/event-log-writer";

it("is loaded, queried and loaded again", async () => {
  const file = new Blob([logOf(event(4624n, "Security", data({ TargetUserName: value.text("bob"), LogonType: value.whole(8, 3n) }))).slice()]);
  const lab = new LocalLab(labTime);
  for (const id of ["a", "b"]) {
    const loaded = await lab.load({ id, text: file });
    expect([loaded.table, loaded.format, loaded.rows]).toEqual(["SecurityEvent", "evtx", 1]);
  }
  const scope = lab.scope({ lenient: false });
  const { plan } = lab.compile("kql", "SecurityEvent | where TargetUserName == 'bob' and LogonType == 3", scope);
  if (plan === undefined) throw new Error("no plan");
  const outcome = await lab.run(plan, { now: scope.now });
  expect(outcome.kind === "done" && rowCount(outcome.table)).toBe(2);
});
