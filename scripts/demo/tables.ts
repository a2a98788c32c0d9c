import { decimalOf, nanoOf } from '../outside/decimal.ts'
import { streamsOf } from '../outside/life/check.ts'
import { walletOf } from '../outside/life/life.ts'
import type { Stream } from '../outside/reckoning/deeds.ts'
import { table } from '../outside/table.ts'
import type { World } from './world.ts'

const indent = (text: string) => text.replace(/^/gm, '  ')

/** Everybody's balances, by the API and by the chain, as a table. */
export async function balances(world: World): Promise<string> {
  const rows = await Promise.all(
    [...world.people.values()].map(async (member) => {
      const wallet = await walletOf(member)
      const onChain = await world.chain.balanceOf(member.wallet.address)
      return [
        member.name,
        ...[wallet.available, wallet.pending, wallet.budget, wallet.pledge].map((a) => decimalOf(nanoOf(a))),
        decimalOf(onChain),
      ]
    }),
  )
  return indent(table(['', 'available', 'pending', 'budget', 'pledge', 'on the chain'], rows))
}

const STREAMS: Stream[] = [
  'attention',
  'like',
  'read',
  'comment',
  'share',
  'tip',
  'subscription',
  'unlock',
  'grant',
]

/** What everybody earned by each stream, as the API charts it; a row for each stream. */
export async function streams(world: World): Promise<string> {
  const names = [...world.people.keys()]
  const earned = await Promise.all(names.map((name) => streamsOf(world, name)))
  const rows = STREAMS.map((stream) => {
    const amounts = earned.map((one) => one.get(stream) ?? 0n)
    const all = amounts.reduce((sum, amount) => sum + amount, 0n)
    if (all === 0n) throw new Error(`nobody earned anything by ${stream}`)
    return [stream, ...[...amounts, all].map((amount) => (amount === 0n ? '' : decimalOf(amount)))]
  })
  return indent(table(['', ...names, 'all'], rows))
}
