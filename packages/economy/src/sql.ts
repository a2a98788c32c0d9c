/**
 * An array literal of PostgreSQL, several times as fast to make as the driver's own. Only for elements that need no
 * quotes: numbers, ids, names of enums, booleans; null where there is none.
 */
export function literal(elements: readonly (string | number | bigint | boolean | null)[]): string {
  return `{${elements.map((element) => element ?? 'null').join(',')}}`
}
