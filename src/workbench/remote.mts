/** The vault's files as the workbench's server gives them (see `server.mts` for the other end). */
import type { Entry, Store, StoreEvent } from "./store.mts";

/** What the server says of itself. */
export interface ServerInfo {
  readonly name: string;
  /** Whether changes reach the folder; else they live in the server's memory until it ends. */
  readonly writable: boolean;
  readonly plugins: readonly string[];
}

async function ask(method: string, address: string, body?: BodyInit): Promise<Response> {
  // The header cannot be set by another site's page without being asked for, which the server never grants.
  const response = await fetch(address, { method, headers: { "x-workbench": "1" }, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(await response.text());
  return response;
}

const at = (path: string): string => `/api/file?path=${encodeURIComponent(path)}`;

/** Asks the server for its facts. */
export async function serverInfo(): Promise<ServerInfo> {
  return await (await ask("GET", "/api/info")).json() as ServerInfo;
}

/** The store behind `/api`. */
export class RemoteStore implements Store {
  constructor(readonly name: string) {}

  async list(): Promise<readonly Entry[]> {
    return await (await ask("GET", "/api/files")).json() as Entry[];
  }

  async readMany(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (let from = 0; from < paths.length; from += 500) {
      const response = await ask("POST", "/api/read", JSON.stringify(paths.slice(from, from + 500)));
      for (const [path, text] of await response.json() as [string, string][]) texts.set(path, text);
    }
    return texts;
  }

  async read(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await ask("GET", at(path))).arrayBuffer());
  }

  async stat(path: string): Promise<Entry | undefined> {
    const response = await ask("GET", `/api/stat?path=${encodeURIComponent(path)}`);
    return await response.json() as Entry | null ?? undefined;
  }

  async write(path: string, data: Uint8Array, options?: { readonly fresh?: boolean }): Promise<Entry> {
    const address = options?.fresh === true ? `${at(path)}&fresh=1` : at(path);
    return await (await ask("PUT", address, data.slice().buffer)).json() as Entry;
  }

  async makeFolder(path: string): Promise<Entry> {
    return await (await ask("POST", `/api/folder?path=${encodeURIComponent(path)}`)).json() as Entry;
  }

  async remove(path: string): Promise<void> {
    await ask("DELETE", at(path));
  }

  async rename(path: string, to: string): Promise<void> {
    await ask("POST", `/api/rename?path=${encodeURIComponent(path)}&to=${encodeURIComponent(to)}`);
  }

  watch(on: (event: StoreEvent) => void): () => void {
    const source = new EventSource("/api/events");
    source.onmessage = (message) => on(JSON.parse(String(message.data)) as StoreEvent);
    return () => source.close();
  }

  address(path: string): string {
    return at(path);
  }
}
