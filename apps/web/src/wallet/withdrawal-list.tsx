import { useSignalEffect } from '@preact/signals'
import type { Withdrawal } from '@rivulet/sdk'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { quietly } from '../lists/quietly.ts'
import type { List } from '../lists/use-list.ts'
import { arrived } from '../live/live.ts'
import { tellTrouble } from '../shell/notices.tsx'
import { WithdrawalLine } from './withdrawal-line.tsx'

/** The member's withdrawals: each follows what is told of it. */
export function WithdrawalList({ of }: { of: List<Withdrawal> }) {
  // At each of them, also of two that come before anything is drawn anew.
  useSignalEffect(() => {
    const told = arrived.value
    if (told?.kind !== 'withdrawal') return
    read(told.ref.id)
      .then((fresh) => of.change((all) => withFresh(all, fresh)))
      .catch(tellTrouble)
  })

  return (
    <section aria-labelledby="withdrawals-title">
      <h3 id="withdrawals-title">Your withdrawals</h3>
      <Listed of={quietly(of)} empty="None yet.">
        {(withdrawal) => (
          <WithdrawalLine
            key={withdrawal.id}
            of={withdrawal}
            onChanged={(fresh) => of.change((all) => withFresh(all, fresh))}
          />
        )}
      </Listed>
    </section>
  )
}

const read = async (id: string): Promise<Withdrawal> =>
  ok(await api.GET('/v1/wallet/withdrawals/{id}', { params: { path: { id } } }))

/** The list with a withdrawal as it is now: one that a standing order has made stands first. */
function withFresh(all: Withdrawal[], fresh: Withdrawal): Withdrawal[] {
  const isKnown = all.some(({ id }) => id === fresh.id)
  return isKnown ? all.map((one) => (one.id === fresh.id ? fresh : one)) : [fresh, ...all]
}
