import { ok } from '@rivulet/sdk'
import type { Chain } from '../outside/chain.ts'
import { callerOf } from '../outside/client.ts'
import { until } from '../outside/until.ts'
import { type Neighbour, unless } from './neighbour.ts'

const DOLLAR = 1_000_000_000n

/** What stays in a wallet of the hundred test dollars: whoever has no more than that has made their deposit. */
const KEPT = 40n * DOLLAR

/** A thousandth of the test ether that the faucet gives, and more than a deposit costs. Wei. */
const GAS = 10n ** 15n

/** Patience on a machine that has much else to do. */
const SECONDS = 120

/**
 * Asks the faucet and deposits for real, down to what is kept; waits until it is final and booked. What the chain says
 * decides what is still to be done: killed anywhere, and begun again, it goes on from there.
 */
export async function depositOnce(chain: Chain, { name, wallet, client }: Neighbour): Promise<void> {
  const [dollars, ether] = await Promise.all([
    chain.balanceOf(wallet.address),
    chain.provider.getBalance(wallet.address),
  ])
  if (dollars === 0n || ether < GAS)
    await callerOf(client.url)('POST', '/v1/dev/faucet', { address: wallet.address })
  const held = await until(`the faucet has paid ${name}`, async () => {
    const now = await chain.balanceOf(wallet.address)
    return now > 0n && { now }
  })
  if (held.now > KEPT) await chain.deposit(wallet, held.now - KEPT)
  await until(
    `${name}'s deposit is booked`,
    async () => {
      const { data } = ok(await client.GET('/v1/wallet/deposits'))
      return data.some(({ status }) => status === 'available')
    },
    { seconds: SECONDS, everyMs: 300 },
  )
}

/** Sets own money aside for likes, once. @param amount a decimal of the asset */
export async function pledgeOnce({ client }: Neighbour, amount: string): Promise<void> {
  const params = { header: keyed('pledge') }
  unless(DONE_OR_SHORT, await client.POST('/v1/wallet/pledge', { params, body: { amount } }))
}

/** Names a wish of the town's for ever, so that the second asking of it is answered as the first was. */
export const keyed = (...words: string[]) => ({ 'idempotency-key': ['town', ...words].join(':') })

/** Asked before in other words (by an older town), or nothing left to do it with: neither is worth a halt. */
export const DONE_OR_SHORT = ['idempotency_mismatch', 'insufficient_funds'] as const
