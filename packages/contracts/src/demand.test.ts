import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Story, tellStory } from '../test/story.ts'
import { encodeMint } from './dollar.ts'
import {
  encodeActivate,
  encodeAnswerDemand,
  encodeChallengeOmission,
  encodeChallengePhantomDeposit,
  encodeChallengeRegression,
  encodeDemandLeaf,
  encodeVoidUnanswered,
} from './vault.ts'
import { readVault } from './vault-state.ts'

const DELAY = 60

let story: Story

beforeAll(async () => {
  story = await tellStory({ challengeDelaySeconds: DELAY, outflowBps: 10_000 })
  await story.send('owner', story.token, encodeMint(story.vault, 1_000n))
})

afterAll(() => story?.stop())

/** Epoch 1 of a tree of 20 levels is active, and epoch 2 pending. */
async function doubted() {
  const { chain, vault, send, leaf } = story
  const first = story.plan(1, 20, [
    leaf('alice', 3n, { authorised: 50n, spendable: 30n }),
    leaf('bob', 700_000n, { held: 70n }),
  ])
  await send('operator', vault, story.commitData(1, first))
  await chain.skip(DELAY)
  await send('operator', vault, encodeActivate())
  const second = story.plan(2, 20, [
    leaf('alice', 3n, { authorised: 50n, spendable: 20n }),
    leaf('bob', 700_000n, { held: 80n }),
  ])
  await send('operator', vault, story.commitData(2, second))
  return { first, second, old: first.leaves[0]!, oldProof: first.tree.proof(3n) }
}

test('alice doubts that she is in the next epoch; the operator shows her, and it is activated', async () => {
  const { chain, vault, send, refusal } = story
  const alice = story.address('alice')
  await chain.undone(async () => {
    const { second, old, oldProof } = await doubted()
    expect(await refusal('bob', encodeDemandLeaf(old, oldProof))).toEqual({ name: 'NotAccount', args: [] })
    expect(await send('alice', vault, encodeDemandLeaf(old, oldProof))).toEqual([
      { name: 'LeafDemanded', number: 2, account: alice, index: 3n },
    ])
    expect((await readVault(vault, chain.provider, 'latest')).head.demands).toBe(1)
    await chain.skip(DELAY)
    expect(await refusal('operator', encodeActivate())).toEqual({ name: 'DemandsOpen', args: [1n] })

    const answer = encodeAnswerDemand(old, second.leaves[0]!, second.tree.proof(3n))
    expect(await send('operator', vault, answer)).toEqual([{ name: 'DemandAnswered', number: 2, index: 3n }])
    expect(await send('carol', vault, encodeActivate())).toEqual([{ name: 'EpochActivated', number: 2 }])
  })
})

test('nobody shows alice her leaf, and the epoch is void', async () => {
  const { chain, vault, send, refusal } = story
  await chain.undone(async () => {
    const { old, oldProof } = await doubted()
    await send('alice', vault, encodeDemandLeaf(old, oldProof))
    expect(await refusal('carol', encodeVoidUnanswered())).toEqual({ name: 'TooEarly', args: [] })
    await chain.skip(2 * DELAY)
    expect(await send('carol', vault, encodeVoidUnanswered())).toEqual([
      { name: 'EpochVoided', number: 2, by: story.address('carol') },
    ])
  })
})

test('an honest epoch is proof against every challenge', async () => {
  const { chain, refusal } = story
  await chain.undone(async () => {
    const { second, old, oldProof } = await doubted()
    const [fresh, proof] = [second.leaves[0]!, second.tree.proof(3n)]
    const noFault = { name: 'NoFault', args: [] }
    expect(await refusal('carol', encodeChallengeRegression(old, oldProof, fresh, proof))).toEqual(noFault)
    expect(await refusal('carol', encodeChallengePhantomDeposit(fresh, proof))).toEqual(noFault)
    expect(await refusal('carol', encodeChallengeOmission(old, oldProof, proof))).toMatchObject({
      name: 'InvalidProof',
    })
  })
})
