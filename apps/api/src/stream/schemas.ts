import { z } from 'zod'
import { Id, Time } from '../http/schemas.ts'
import { IDS_MAX } from './feed.ts'
import { TOPICS, type Topic } from './look.ts'
import { POSITION_MAX } from './position.ts'
import { TICKET_SECONDS } from './tickets.ts'

const isTopic = (text: string): text is Topic => (TOPICS as readonly string[]).includes(text)

export const StreamQuery = z.strictObject({
  topics: z
    .string()
    .refine(
      (text) => text.split(',').every(isTopic),
      `must be topics, with commas between: ${TOPICS.join(', ')}`,
    )
    .optional()
    .meta({ description: 'With commas between; all unless told.', examples: ['notifications,wallet'] }),
  lastEventId: z
    .string()
    .max(POSITION_MAX, `must have ${POSITION_MAX} characters at most: it is no id of an event`)
    .optional()
    .meta({ description: 'As the header `Last-Event-ID`, for clients that cannot set one.' }),
  ticket: z
    .string()
    .max(100, 'must be a ticket of POST /v1/stream/ticket')
    .optional()
    .meta({ description: 'Of `POST /v1/stream/ticket`, where no token is sent.' }),
})

/** The topics that a query names; all when it names none. */
export const topicsOf = (text: string | undefined): Set<Topic> =>
  new Set(text === undefined ? TOPICS : text.split(',').filter(isTopic))

export const FeedNews = z.object({
  count: z.int().meta({ description: 'How many posts are new.' }),
  ids: z.array(Id).meta({ description: `The newest ${IDS_MAX} of them, newest first.` }),
})

export const TicketAnswer = z
  .object({
    ticket: z.string().meta({ description: 'Opens one stream, once.' }),
    expiresAt: Time.meta({ description: `${TICKET_SECONDS} seconds after it was asked for.` }),
  })
  .meta({ id: 'StreamTicket' })
