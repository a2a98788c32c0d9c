import { z } from 'zod'
import { SignatureIn } from '../authorship/schemas.ts'
import { Time } from '../http/schemas.ts'
import { DeletionTypedData } from './typed-data.ts'

export const DeletionQuoteSchema = z
  .object({ typedData: DeletionTypedData, expiresAt: Time })
  .describe('What to sign.')

export const DeletionSchema = z.strictObject({
  nonce: z.string().regex(/^[0-9a-f]{32}$/, 'must be the nonce of the typed data'),
  deadline: z
    .string()
    .regex(/^[1-9]\d{0,10}$/, 'must be the deadline of the typed data')
    .meta({ description: 'Seconds since 1970.' }),
  signature: SignatureIn.meta({ description: "Your wallet's, of the typed data." }),
})
