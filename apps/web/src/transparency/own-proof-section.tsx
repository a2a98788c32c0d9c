import { useSignal } from '@preact/signals'
import { explain } from '../api/explain.ts'
import { fromUnits } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { loadNetwork, network } from '../network/network.ts'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import type { LeafProof } from './chain-state.ts'
import { newestProof, type OwnProof, proofIn } from './own-proof.ts'
import type { Step } from './verify-proof.ts'

/** The member's own part of the newest settlement, and whether the chain bears it out. */
export function OwnProofSection() {
  return (
    <section aria-labelledby="proof-title">
      <h2 id="proof-title">My proof</h2>
      {me.value ? (
        <Mine key={me.value.id} />
      ) : (
        <>
          <p>Each member has a leaf in the tree of a settlement. Sign in to see yours, and to check it.</p>
          <button type="button" class="secondary" disabled={me.value === undefined} onClick={askToSignIn}>
            Sign in to see your proof
          </button>
        </>
      )}
    </section>
  )
}

function Mine() {
  const { value, error, again, hold } = useFetched<OwnProof>(newestProof, [])
  if (error !== undefined) return <Trouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Looking for your leaf…</p>
  if (typeof value === 'string')
    return (
      <>
        <p>
          {value === 'no epoch'
            ? 'No settlement is active on the chain yet.'
            : 'The newest settlement was built before you had anything in it.'}{' '}
          Once you have a deposit, or earned something, the next settlement has you.
        </p>
        <button type="button" class="secondary" onClick={again}>
          Look again
        </button>
      </>
    )
  return (
    <>
      <LeafInWords of={value} />
      <Verify onProof={hold} />
    </>
  )
}

function LeafInWords({ of: { epoch, leaf } }: { of: LeafProof }) {
  const decimals = network.value?.asset.decimals ?? 0
  const facts = [
    ['Spendable', leaf.spendable, 'available and pledged'],
    ['Held', leaf.held, 'yours when it clears'],
    ['Authorised', leaf.authorised, 'ever granted for you to claim'],
    ['Deposited', leaf.deposited, 'all your deposits ever'],
  ] as const
  return (
    <>
      <p>In epoch {epoch}, your leaf says:</p>
      <dl class="sums">
        {facts.map(([name, units, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Money of={fromUnits(BigInt(units), decimals)} />
              <p class="hint">{words}</p>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function Verify({ onProof }: { onProof: (proof: LeafProof) => void }) {
  const steps = useSignal<Step[] | { failure: string } | null>(null)
  const isBusy = useSignal(false)
  const verify = async () => {
    isBusy.value = true
    try {
      const found = await verifyOwn()
      onProof(found.proof)
      steps.value = found.steps
    } catch (error) {
      steps.value = { failure: explain(error) }
    }
    isBusy.value = false
  }
  const found = steps.value
  const isRight = Array.isArray(found) && found.every(({ isOk }) => isOk)
  return (
    <>
      <button type="button" aria-busy={isBusy.value} disabled={isBusy.value} onClick={verify}>
        Verify in this page
      </button>
      <div role="status" class="outcome">
        {found && !Array.isArray(found) && (
          <p class="verdict" data-verdict="unasked">
            <strong>Could not ask.</strong> {found.failure}
          </p>
        )}
        {Array.isArray(found) && (
          <>
            <p class="verdict" data-verdict={isRight ? 'equal' : 'unequal'}>
              <strong>{isRight ? 'Your money is in the sum, and the sum is covered.' : 'Not right.'}</strong>
            </p>
            <ol class="proof-steps">
              {found.map(({ id, isOk, text }) => (
                <li key={id} data-step={id} data-ok={isOk}>
                  <span class={isOk ? 'right' : 'wrong'} role="img" aria-label={isOk ? 'Right:' : 'Wrong:'}>
                    {isOk ? '✓' : '✗'}
                  </span>{' '}
                  {text}
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
    </>
  )
}

/** Reads the chain first: the epoch that is active there is the one to be in. */
async function verifyOwn(): Promise<{ proof: LeafProof; steps: Step[] }> {
  const known = await loadNetwork()
  const account = me.peek()?.address
  if (account === undefined) throw new Error('Sign in first.')
  const [{ openChain }, { readChain, hashOnChain }, { verifyProof }] = await Promise.all([
    import('../network/open-chain.ts'),
    import('./chain.ts'),
    import('./verify-proof.ts'),
  ])
  const { provider, close } = await openChain(known)
  try {
    const chain = await readChain(known, provider)
    if (chain.number === 0) throw new Error('No settlement is active on the chain yet.')
    const proof = await proofIn(chain.number)
    if (typeof proof === 'string') throw new Error(`You are not in epoch ${chain.number}: the next has you.`)
    const { asset } = known
    const steps = verifyProof(proof, {
      ...{ account, chain, chainId: known.chain.id, vault: known.chain.vault },
      ...{ decimals: asset.decimals, symbol: asset.symbol },
      hashOnChain: await hashOnChain(known, provider, proof.leaf),
    })
    return { proof, steps }
  } finally {
    close()
  }
}
