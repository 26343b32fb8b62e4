/** Checks of a rule file's name. SigmaHQ: Filename conventions. */
import type { LogSource } from "../../../schema";
import type { RuleHead, SigmaRule } from "../syntax";
import type { Linting } from "./context";

const SYSTEMS: Readonly<Record<string, string>> = { windows: "win", linux: "lnx", macos: "macos" };

/** Beginnings by category; `~` is the system's short name. */
const CATEGORIES: Readonly<Record<string, string>> = {
  process_creation: "proc_creation_~_", process_access: "proc_access_~_", network_connection: "net_connection_~_", file_event: "file_event_~_",
  file_access: "file_access_~_", file_change: "file_change_~_", file_delete: "file_delete_~_", file_rename: "file_rename_~_", dns_query: "dns_query_~_",
  driver_load: "driver_load_~_", create_remote_thread: "create_remote_thread_~_", create_stream_hash: "create_stream_hash_", image_load: "image_load_",
  pipe_created: "pipe_created_", ps_classic_start: "posh_pc_", ps_module: "posh_pm_", ps_script: "posh_ps_", registry_event: "registry_event_",
  registry_add: "registry_add_", registry_delete: "registry_delete_", registry_set: "registry_set_", registry_rename: "registry_rename_",
  webserver: "web_", dns: "net_dns_", firewall: "net_firewall_", proxy: "proxy_",
};
const PRODUCTS: Readonly<Record<string, string>> = { windows: "win_", linux: "lnx_", macos: "macos_", aws: "aws_", azure: "azure_", gcp: "gcp_",
  m365: "microsoft365_", okta: "okta_", onelogin: "onelogin_", modsecurity: "modsec_" };

export function lintFile(lint: Linting, rules: readonly (RuleHead | SigmaRule)[], path: string): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!/\.ya?ml$/i.test(name)) return;
  const at = lint.head.title?.span ?? { from: lint.head.span.from, to: lint.head.span.from };
  if (!/^[a-z0-9_]{6,86}\.yml$/.test(name)) {
    lint.tell("file-name", `'${name}' is not made of 10 to 90 small letters, digits and underscores, with .yml behind.`, at);
  }
  const only = rules[0];
  if (rules.length !== 1 || !only || !("kind" in only) || only.kind !== "detection") return;
  const wanted = beginning(only.logsource);
  if (wanted !== undefined && !name.startsWith(wanted)) lint.tell("file-prefix", `By SigmaHQ's convention the name begins with '${wanted}'.`, at);
}

function beginning(source: LogSource): string | undefined {
  const product = source.product?.toLowerCase();
  const own = CATEGORIES[source.category?.toLowerCase() ?? ""];
  if (own !== undefined) {
    const system = SYSTEMS[product ?? ""];
    return own.includes("~") ? (system === undefined ? undefined : own.replace("~", system)) : own;
  }
  return source.category === undefined ? PRODUCTS[product ?? ""] : undefined;
}
