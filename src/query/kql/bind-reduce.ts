/** `reduce`: becomes an `apply` node with `of`, `threshold`, `characters`, and `source` where the rows stay. */
import { nearest } from "../../base";
import { functions } from "../functions";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { bindAs } from "./bind-expression";
import { RowBinder } from "./bind-row";
import { word } from "./bind-union";
import type { Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import type { OperatorOf } from "./syntax";

const OPTIONS = new Map([["threshold", "real"], ["characters", "string"]] as const);

const MADE: readonly BoundColumn[] = [
  { name: "Pattern", type: "string" }, { name: "Count", type: "long" }, { name: "Representative", type: "string" },
];

/** Kusto docs: reduce operator. */
export function bindReduce(b: Binding, op: OperatorOf<"reduce">, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const text = row.bind(op.by);
  const args: Named<Expr>[] = [{ name: "of", value: convert(text, "string", functions) }];
  for (const { name, value } of op.options) {
    const type = OPTIONS.get(name.text as "threshold");
    if (type === undefined) {
      const meant = nearest(name.text, OPTIONS.keys());
      b.fail("kql-reduce-option", `'reduce' has no option '${name.text}'; it takes threshold and characters.`, name.span,
        meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span: name.span, insert: meant }] } } : {});
      continue;
    }
    const given = bindAs(b, value, type, { environment, row: undefined });
    const constant = b.constant(given);
    if (!constant) b.fail("kql-constant-needed", `'${name.text}' must be a constant.`, given.span);
    if (type === "real" && constant && !(Number(constant.value) > 0 && Number(constant.value) < 1)) b.fail(
      "kql-reduce-option", "'threshold' is a number between 0 and 1.", given.span);
    args.push({ name: name.text, value: given });
  }
  const kind = word(op.parameters, "kind");
  if (kind !== undefined && kind !== "source") b.fail("kql-reduce-kind",
    `'${kind}' is no kind of reduce; the only one is source.`, op.wordSpan);
  if (kind === "source") args.push({ name: "source",
    value: { kind: "literal", value: true, type: "bool", span: op.wordSpan } });
  const source = row.source(op.span);
  const columns = kind === "source" ? [...source.columns, ...MADE] : MADE;
  return b.rows({ op: "apply", input: source.plan, fn: "reduce", args }, columns, op.span, op.word,
    kind === "source" && input.open);
}
