import { decimalOf, nanoOf } from '../outside/decimal.ts'
import { table } from '../outside/table.ts'
import { type World, walletOf } from './world.ts'

/** Everybody's balances, by the API and by the chain, as a table. */
export async function balances(world: World): Promise<string> {
  const rows = await Promise.all(
    [...world.people.values()].map(async (member) => {
      const wallet = await walletOf(member)
      const onChain = await world.chain.balanceOf(member.wallet.address)
      return [
        member.name,
        ...[wallet.available, wallet.pending, wallet.pledge, wallet.withdrawing].map((a) =>
          decimalOf(nanoOf(a)),
        ),
        decimalOf(onChain),
      ]
    }),
  )
  const lines = table(['', 'available', 'pending', 'pledge', 'withdrawing', 'on the chain'], rows).split('\n')
  return lines.map((line) => `  ${line}`).join('\n')
}
