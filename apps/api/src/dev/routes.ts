import { withTransaction } from '@rivulet/db'
import { getAddress, ZeroAddress } from 'ethers'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Address, AddressIn, AmountOut } from '../http/schemas.ts'
import { Buckets } from '../rate-limit/buckets.ts'
import { createFaucet, DOLLARS, ETHER } from './faucet.ts'

/** Enough for a busy demo; after that one a minute. */
const PER_RECIPIENT = { burst: 20, perSecond: 1 / 60 }

/** What only an embedded stack has. Anywhere else there are no such routes. */
export async function devRoutes(
  app: App,
  { config, provider, rules, now, db, siblings }: Deps,
): Promise<void> {
  if (!config.embedded || config.faucetKey === undefined) return
  const drip = createFaucet({
    provider,
    key: config.faucetKey,
    token: config.chain.token,
    decimals: rules.decimals,
    // Two processes that ask the chain at once are given the same nonce.
    alone: (work) =>
      withTransaction(db.pool, async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtextextended('faucet', 0))`)
        return work()
      }),
  })
  const recipients = new Buckets(PER_RECIPIENT, now, 10_000)
  siblings?.share('faucet', recipients)

  app.post(
    '/dev/faucet',
    operation({
      id: 'useFaucet',
      tag: 'dev',
      summary: `Give an address ${DOLLARS} test dollars and ${ETHER} test ether`,
      description: 'Only on the embedded chain, 404 elsewhere. Answers when the transactions are in a block.',
      session: 'none',
      body: z.strictObject({
        address: AddressIn.refine((address) => address !== ZeroAddress, 'must not be the zero address'),
      }),
      answers: {
        200: z
          .object({
            address: Address,
            amount: AmountOut,
            ether: z.string(),
            transactions: z.array(z.string()).meta({ description: 'Hashes.' }),
          })
          .describe('What was given.'),
      },
      refuses: ['not_found', 'faucet_refused'],
    }),
    async (request) => {
      const address = getAddress(request.body.address.toLowerCase())
      const { allowed, retryInMs } = recipients.take(address)
      if (!allowed)
        throw problem('rate_limited', 'This address has had enough for now.', {
          retryAfterSeconds: retryInMs / 1000,
        })
      const result = await drip(address)
      if (!result.ok) throw problem(result.code)
      return { address, amount: String(DOLLARS), ether: ETHER, transactions: result.transactions }
    },
  )
}
