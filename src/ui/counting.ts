/** Numbers of things as people read them. */

/** "12,345" */
export function digits(n: number): string {
  return n.toLocaleString("en-US");
}

/** "1 row", "12,345 rows" */
export function counted(n: number, one: string, many: string): string {
  return `${digits(n)} ${n === 1 ? one : many}`;
}
