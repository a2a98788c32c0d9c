import { z } from 'zod'
import { AmountOut, Id } from '../http/schemas.ts'

/** A reading shorter than this, in milliseconds, is none. */
export const DWELL_MIN_MS = 5_000
/** One longer than a day is a clock gone wrong. */
const DWELL_MAX_MS = 86_400_000

export const PostParams = z.strictObject({ id: Id })

const credit = {
  credited: AmountOut.meta({
    description:
      'The instant credit of this act, as it stands: after undoing 0, or what had cleared already. What was due to ' +
      'somebody who may not earn from you is not in it, and stays with you.',
  }),
  unfunded: z
    .boolean()
    .meta({ description: 'Somebody could have earned, and neither budget nor pledge sufficed.' }),
}

export const LikeAnswer = z
  .object({
    liked: z.boolean(),
    likes: z.int().meta({ description: 'Likes of the post, after.' }),
    ...credit,
  })
  .meta({ id: 'Like' })

export const RepostAnswer = z
  .object({
    id: Id.nullable().meta({
      description:
        'The repost, as `?via=` names it; the same when it is made again. Null when there never was one.',
    }),
    reposted: z.boolean(),
    reposts: z.int().meta({ description: 'Reposts of the post, after.' }),
    ...credit,
  })
  .meta({ id: 'Repost' })

export const ReadBody = z.strictObject({
  dwellMs: z
    .int('must be a whole number of milliseconds')
    .min(0, 'must not be negative')
    .max(DWELL_MAX_MS, `must be at most ${DWELL_MAX_MS}: a day`)
    .meta({ description: `How long it was read, in milliseconds; under ${DWELL_MIN_MS} it does not count.` }),
})

export const ReadAnswer = z.object(credit).meta({ id: 'Read' })
