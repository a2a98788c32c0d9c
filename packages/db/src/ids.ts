import { randomInt } from 'node:crypto'
import { UUID, uuidv7 } from 'uuidv7'

/** A new id: UUID version 7 (RFC 9562), so that ids sort by the time they were made. */
export function newId(): string {
  return uuidv7()
}

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text is an id in its canonical, lower-case form. */
export function isId(text: string): boolean {
  return CANONICAL.test(text)
}

/** An id for something of another time: it sorts where that belongs. @param ms milliseconds since 1970 */
export function idAt(ms: number): string {
  const bits = (count: number) => randomInt(2 ** count)
  return UUID.fromFieldsV7(ms, bits(12), bits(30), bits(32)).toString()
}
