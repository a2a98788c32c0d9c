import { uuidv7 } from 'uuidv7'

/** A new id: UUID version 7 (RFC 9562), so that ids sort by the time they were made. */
export function newId(): string {
  return uuidv7()
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text is an id in its canonical, lower-case form. */
export function isId(text: string): boolean {
  return UUID.test(text)
}
