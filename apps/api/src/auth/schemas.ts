import { z } from 'zod'
import { Time, text } from '../http/schemas.ts'
import { MemberSchema } from '../members/schemas.ts'

export const NonceSchema = z
  .object({
    nonce: z.string().meta({ description: 'For the Nonce of one EIP-4361 message.' }),
    expiresAt: Time,
  })
  .describe('A nonce, good for one attempt.')

export const SignInSchema = z.strictObject({
  message: text({ min: 1, max: 4_000 }).meta({
    description: 'An EIP-4361 message, exactly as it was signed.',
  }),
  signature: text({ max: 20_000 }).meta({
    description:
      'By the key of the address in the message, or whatever its contract accepts (EIP-1271); 0x and hex.',
  }),
})

export const SessionSchema = z
  .object({
    token: z.string().meta({ description: 'Send it as `Authorization: Bearer …`.' }),
    expiresAt: Time,
    member: MemberSchema,
    exitSecret: z.string().optional().meta({
      description: 'Only in the answer to a first sign-in. Keep it: with it one leaves without the operator.',
    }),
  })
  .describe('The session, and who it is.')
