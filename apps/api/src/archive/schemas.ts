import { z } from 'zod'

const Count = z.int()

export const ImportedSchema = z
  .object({
    posts: z.object({ imported: Count, known: Count.meta({ description: 'Were here already.' }) }),
    profile: z.boolean().meta({ description: 'Whether something of it was empty here, and is filled.' }),
    follows: Count,
    blocks: Count,
    mutes: Count,
    missing: Count.meta({
      description: 'Members of its graph who are not here, or who want nothing to do with you.',
    }),
  })
  .meta({ id: 'Imported', description: 'What was taken in.' })
