import { isId } from '@rivulet/db'
import { z } from 'zod'
import { problem } from '../errors/problem.ts'
import { Id } from '../http/schemas.ts'

/** The query of every act on a post. */
export const ViaQuery = z.strictObject({
  via: Id.optional().meta({
    description:
      'The share it was reached through: the `via.repostId` of a feed item, or the id of a quote. Its author is given a ' +
      'part of the credit.',
  }),
})

/** @throws a problem `invalid_via` for what cannot be an id */
export function viaOf({ via }: z.infer<typeof ViaQuery>): string | undefined {
  if (via !== undefined && !isId(via)) throw problem('invalid_via')
  return via
}
