/** Requests and answers of the batch protocol. */

/** A request: any JSON object; each operation reads its own fields. */
export type Request = Readonly<Record<string, unknown>>;
/** What an operation answers, without the id. */
export type Answer = Readonly<Record<string, unknown>>;

/** A field that must be a text. */
export function textOf(request: Request, name: string): string {
  const value = request[name];
  if (typeof value !== "string") throw new Error(`The request needs '${name}', a text.`);
  return value;
}
