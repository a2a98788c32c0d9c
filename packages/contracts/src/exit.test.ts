import { ZeroAddress } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Story, tellStory } from '../test/story.ts'
import { encodeApprove, encodeMint, encodeTransfer } from './dollar.ts'
import {
  encodeClaim,
  encodeDeposit,
  encodeEnterExitMode,
  encodeExit,
  encodeExitDeposit,
  encodePause,
  encodeRequestExit,
  encodeResolveExit,
  encodeUnpause,
  encodeVeto,
  encodeWithdrawSurplus,
  surplusDebit,
  transferOfDebit,
} from './vault.ts'
import { readAccount, readVault } from './vault-state.ts'

const DAY = 24 * 3600

let story: Story

beforeAll(async () => {
  story = await tellStory({ challengeDelaySeconds: 0, outflowBps: 10_000 })
  await story.send('owner', story.token, encodeMint(story.vault, 1_000n))
  await story.send('owner', story.token, encodeMint(story.address('carol'), 300n))
})

afterAll(() => story?.stop())

test('alice demands her money: what is spendable is granted and claimed, what is held stays', async () => {
  const { chain, vault, send, refusal, leaf } = story
  const alice = story.address('alice')
  await chain.undone(async () => {
    const first = story.plan(1, 3, [leaf('alice', 6n, { spendable: 80n, held: 20n })])
    await story.settle(1, first)
    expect(
      await send('alice', vault, encodeRequestExit(first.leaves[0]!, first.tree.proof(6n))),
    ).toMatchObject([{ name: 'ExitRequested', account: alice, index: 6n }])
    expect(await readAccount(vault, chain.provider, 'latest', alice)).toMatchObject({
      exitIndex: 6n,
      exitEpoch: 2,
    })

    const second = story.plan(2, 3, [leaf('alice', 6n, { authorised: 80n, held: 25n })])
    await story.settle(2, second)
    const [served, proof] = [second.leaves[0]!, second.tree.proof(6n)]
    expect(await refusal('bob', encodeResolveExit(served, proof))).toBe(null)
    expect(await send('alice', vault, encodeClaim(served, proof, alice))).toEqual([
      { name: 'ExitResolved', account: alice },
      { name: 'Claimed', account: alice, to: alice, amount: 80n },
    ])
    expect(await refusal('bob', encodeResolveExit(served, proof))).toEqual({
      name: 'NoExitRequested',
      args: [],
    })
    expect((await readAccount(vault, chain.provider, 'latest', alice)).exitDeadline).toBe(0)
  })
})

test('the operator falls silent, and everybody leaves with what the last epoch says', async () => {
  const { chain, vault, token, send, refusal, leaf, balance } = story
  const [alice, bob, carol] = [story.address('alice'), story.address('bob'), story.address('carol')]
  await chain.undone(async () => {
    const last = story.plan(1, 3, [
      leaf('alice', 0n, { authorised: 10n, spendable: 300n, held: 40n }),
      leaf('bob', 5n, { spendable: 600n, held: 50n }),
    ])
    await story.settle(1, last)
    await send('carol', token, encodeApprove(vault, 300n))
    await send('carol', vault, encodeDeposit(carol, 300n)) // in no tree yet

    expect(await refusal('carol', encodeEnterExitMode(ZeroAddress))).toEqual({
      name: 'OperatorAlive',
      args: [],
    })
    await chain.skip(14 * DAY + 1)
    expect(await send('carol', vault, encodeEnterExitMode(ZeroAddress))).toEqual([
      { name: 'ExitModeEntered', number: 1, exitPot: 300n },
    ])
    expect((await readVault(vault, chain.provider, 'latest')).head.frozen).toBe(true)

    expect(await send('alice', vault, encodeExit(last.leaves[0]!, last.tree.proof(0n), alice))).toEqual([
      { name: 'Exited', account: alice, to: alice, amount: 350n },
    ])
    await send('bob', vault, encodeExit(last.leaves[1]!, last.tree.proof(5n), bob))
    await send('alice', vault, encodeExitDeposit(carol))
    expect([await balance(alice), await balance(bob), await balance(carol)]).toEqual([350n, 650n, 300n])
    expect(await balance(vault)).toBe(0n)
  })
})

test('guardian and treasurer do what is theirs, and the log says so', async () => {
  const { chain, vault, send, leaf } = story
  await chain.undone(async () => {
    await send('operator', vault, story.commitData(1, story.plan(1, 1, [leaf('alice', 0n, { held: 900n })])))
    expect(await send('guardian', vault, encodeVeto())).toEqual([
      { name: 'EpochVoided', number: 1, by: story.address('guardian') },
    ])
    const [paused] = await send('guardian', vault, encodePause())
    const { block, pausedUntil } = await readVault(vault, chain.provider, 'latest')
    expect(paused).toEqual({ name: 'Paused', until: block.timestamp + 3 * DAY })
    expect(pausedUntil).toBe(block.timestamp + 3 * DAY)
    expect(await send('owner', vault, encodeUnpause())).toEqual([{ name: 'Unpaused' }])

    await send('carol', story.token, encodeTransfer(vault, 1n))
    const debit = surplusDebit('01932f00-0000-7000-8000-0000000000aa')
    expect(
      await send('treasurer', vault, encodeWithdrawSurplus(story.address('bob'), 1_001n, debit)),
    ).toEqual([{ name: 'SurplusWithdrawn', to: story.address('bob'), amount: 1_001n, debit }])
    expect(transferOfDebit(debit)).toBe('01932f00-0000-7000-8000-0000000000aa')
    expect(transferOfDebit(`0x01${debit.slice(4)}`)).toBeUndefined()
  })
})
