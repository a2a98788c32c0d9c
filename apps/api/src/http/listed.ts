import { problem } from '../errors/problem.ts'

/** How many things a bulk read asks for at most. */
export const BULK_MAX = 100

/**
 * Reads a comma-separated list of a query, each of its members once, in the order in which it was asked for.
 *
 * @throws a problem `validation_failed` for none, an empty one, or more than 100
 */
export function listed(name: string, text: string): string[] {
  // One more than there may be tells that there are more; whatever follows need not be taken apart.
  const names = text.split(',', BULK_MAX + 1)
  if (names.length > BULK_MAX)
    throw wrong(name, `must list at most ${BULK_MAX}: ask for the rest in another call`)
  if (names.includes('')) throw wrong(name, 'must be separated by single commas, without an empty one')
  return [...new Set(names)]
}

export function wrong(name: string, detail: string) {
  return problem('validation_failed', `${name}: ${detail}`, { faults: [{ pointer: `#/${name}`, detail }] })
}
