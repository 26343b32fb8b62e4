/** The batch protocol's operations on dataview queries. Dates without a zone are in UTC, so that answers do not depend on the machine. */
import type { Pages } from "../core";
import { hasErrors } from "../base";
import { dqlToPlain, evaluateExpression, fromPlain, parseDql, resultToPlain, runDql, toPlain, isBag, type Plain } from "../query/dql";
import { textOf, type Answer, type Request } from "./batch-request.mts";
import { openVault, pagesOf } from "./notes.mts";

const ZONE = "UTC";
const vaults = new Map<string, Promise<Pages>>();

export const dqlAnswers: Readonly<Record<string, (request: Request) => Promise<Answer> | Answer>> = {
  dql: async (request) => {
    const folder = textOf(request, "vault");
    let pages = vaults.get(folder);
    if (!pages) {
      pages = openVault(folder).then((workspace) => pagesOf(workspace, ZONE));
      vaults.set(folder, pages);
    }
    const outcome = await runDql(textOf(request, "query"), await pages, { origin: textOf(request, "origin"), now: nowOf(request), zone: ZONE, locale: "en-US" });
    if (outcome.kind !== "done") {
      return { error: outcome.diagnostics.find((d) => d.severity === "error")?.message ?? "The query did not run to its end.", diagnostics: outcome.diagnostics };
    }
    return { ...(resultToPlain(outcome.result) as Record<string, Plain>), diagnostics: outcome.diagnostics };
  },
  "dql-expr": (request) => {
    const fields = fromPlain((request["context"] ?? {}) as Plain);
    if (typeof fields !== "object" || fields === null || !isBag(fields)) throw new Error("The request's 'context' is an object.");
    const { value, diagnostics } = evaluateExpression(textOf(request, "expr"), fields, { now: nowOf(request), zone: ZONE, locale: "en-US" });
    const wrong = diagnostics.find((d) => d.severity === "error");
    return value === undefined || wrong ? { error: wrong?.message ?? "No value." } : { result: toPlain(value) };
  },
  "dql-parse": (request) => {
    const { value, diagnostics } = parseDql(textOf(request, "query"));
    if (value === undefined || hasErrors(diagnostics)) return { error: diagnostics.find((d) => d.severity === "error")?.message ?? "Not a query." };
    return { ast: dqlToPlain(value, { now: nowOf(request), zone: ZONE, locale: "en-US" }) };
  },
};

function nowOf(request: Request): number {
  const text = request["now"];
  const ms = typeof text === "string" ? Date.parse(text) : Date.now();
  if (Number.isNaN(ms)) throw new Error("The request's 'now' is not a time.");
  return ms;
}
