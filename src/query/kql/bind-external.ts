/**
 * `externaldata`: the files that it names, where they are loaded as tables under their names. The network is never
 * asked: what is not here is told.
 */
import { functions } from "../functions";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { bindExpression } from "./bind-expression";
import { declared } from "./bind-source";
import { unite } from "./bind-union";
import type { Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { scanTable } from "./scan";
import type { Expression, OperatorOf } from "./syntax";

type External = OperatorOf<"externaldata">;

/** Kusto docs: externaldata operator. Columns are found by name, else by place, as in a file without names. */
export function bindExternalData(b: Binding, op: External, environment: Environment): Rows {
  const columns = declared(b, op.columns);
  const inputs = op.addresses.flatMap((address): Rows[] => {
    const rows = bindFile(b, op, address, columns, environment);
    return rows ? [rows] : [];
  });
  const [only] = inputs;
  if (!only) return b.rows({ op: "hole" }, columns, op.span, op.word);
  return inputs.length === 1 ? only
    : unite(b, inputs.map((rows) => ({ rows, name: undefined })), { op, inner: false });
}

function bindFile(
  b: Binding, op: External, address: Expression, columns: readonly BoundColumn[], environment: Environment,
): Rows | undefined {
  const text = b.constant(bindExpression(b, address, { environment, row: undefined }))?.value;
  if (typeof text !== "string") {
    // A query parameter or a function's parameter without a value is null, which has been told.
    const told = text === null && b.diagnostics.some((d) => d.severity === "error");
    if (!told) b.fail("kql-constant-needed", "The address of a file is a constant text.", address.span);
    return undefined;
  }
  const file = fileName(text);
  const name = tableOf(b, file);
  const rows = name === undefined ? undefined : scanTable(b, name, address.span);
  if (!rows) {
    b.fail("kql-refused", `'externaldata' would read '${file}' from the network, which is never done here. Load the file `
      + `as a sample whose table is named '${stem(file)}', and it is read from there.`, address.span);
    return undefined;
  }
  const byName = columns.some((c) => rows.columns.some((own) => own.name === c.name));
  const outputs = columns.map((c, i): Named<Expr> => {
    const own = byName || rows.open ? rows.columns.find((r) => r.name === c.name) : rows.columns[i];
    const value: Expr = own ? { kind: "column", name: own.name, type: own.type, span: op.wordSpan }
      : { kind: "literal", value: null, type: "dynamic", span: op.wordSpan };
    return { name: c.name, value: convert(value, c.type, functions) };
  });
  return b.rows({ op: "project", input: rows.plan, outputs }, columns, op.span, op.word);
}

/** The last part of an address, without keys, queries and marks behind it. */
function fileName(address: string): string {
  const path = address.split(/[?;#]/, 1)[0] ?? "";
  const last = path.split(/[/\\]/).filter((part) => part !== "").pop() ?? address;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** `users.csv.gz` → `users`. */
function stem(file: string): string {
  return file.replace(/\.(?:gz|zip)$/i, "").replace(/\.[A-Za-z0-9]{1,8}$/, "");
}

/** The loaded table that a file is: of its whole name, of its stem, or of its stem as a name can be written. */
function tableOf(b: Binding, file: string): string | undefined {
  const loaded = b.scope.tables().filter((n) => b.scope.table(n)?.loaded === true);
  const wanted = [file, stem(file), stem(file).replace(/\W/g, "_")];
  const exact = wanted.find((n) => loaded.includes(n));
  return exact ?? wanted.map((w) => loaded.find((n) => n.toLowerCase() === w.toLowerCase())).find((n) => n !== undefined);
}
