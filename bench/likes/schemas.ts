import { Id } from '@rivulet/api'
import { z } from 'zod'

/** What `PUT /v1/posts/{id}/like` takes and answers, so that the other routes validate and serialise the same. */
export const LikeParams = z.strictObject({ id: Id })

export const Like = z.object({
  liked: z.boolean(),
  likes: z.int(),
  credited: z.string(),
  unfunded: z.boolean(),
})
