import { z } from 'zod'
import { Id, Time, text } from '../http/schemas.ts'
import { ARTICLE_MAX, TITLE_MAX } from '../posts/schemas.ts'

export const ReviseSchema = z
  .strictObject({
    title: text({ min: 1, max: TITLE_MAX }).nullable().optional(),
    text: text({ min: 1, max: ARTICLE_MAX }).optional(),
  })
  .meta({ description: 'What is left out stays; a title of null is none.' })

const revision = {
  revision: z.int().meta({ description: 'Counts from 1, what was published first.' }),
  title: z.string().nullable(),
  createdAt: Time.meta({ description: 'When it began to say that.' }),
}

export const RevisionSchema = z.object(revision).meta({ id: 'Revision' })

export const RevisionTextSchema = z
  .object({
    ...revision,
    text: z.string().nullable().meta({ description: 'As it was written; null when locked.' }),
    locked: z.boolean(),
  })
  .meta({ id: 'RevisionText' })

export const RevisionParams = z.strictObject({
  id: Id,
  revision: z.string().meta({ description: 'Its number.', examples: ['1'] }),
})
