import { Signature, ZeroAddress } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SENTINEL, type Story, tellStory } from '../test/story.ts'
import {
  encodeApprove,
  encodeMint,
  encodeSetBlocked,
  encodeTransfer,
  permitTypedData,
  receiveAuthorizationTypedData,
} from './dollar.ts'
import {
  encodeActivate,
  encodeClaimOwed,
  encodeDeposit,
  encodeDepositWithPermit,
  encodeExecuteBatch,
  vaultInterface,
} from './vault.ts'
import { readAccount, readVault } from './vault-state.ts'

const CHALLENGE_DELAY = 60

let story: Story

beforeAll(async () => {
  story = await tellStory({ challengeDelaySeconds: CHALLENGE_DELAY })
  for (const who of ['alice', 'bob', 'carol'] as const) {
    await story.send('owner', story.token, encodeMint(story.address(who), 100_000_000n))
  }
})

afterAll(() => story?.stop())

test('alice and bob deposit, are paid by a batch, and bob collects what his blocked wallet refused', async () => {
  const { chain, token, vault, send, refusal, balance, leaf } = story
  const [alice, bob, carol] = [story.address('alice'), story.address('bob'), story.address('carol')]

  await chain.undone(async () => {
    // Alice approves and deposits 40 dollars; bob signs a permit for 25 and needs no approval.
    await send('alice', token, encodeApprove(vault, 40_000_000n))
    expect(await send('alice', vault, encodeDeposit(alice, 40_000_000n))).toEqual([
      { name: 'Deposited', account: alice, payer: alice, amount: 40_000_000n },
    ])
    const permit = { owner: bob, spender: vault, value: 25_000_000n, nonce: 0n, deadline: 4_000_000_000n }
    const typed = permitTypedData({ chainId: 31337, token }, permit)
    const signed = await story.wallet('bob').signTypedData(typed.domain, typed.types, typed.value)
    await send(
      'bob',
      vault,
      encodeDepositWithPermit(bob, 25_000_000n, permit.deadline, Signature.from(signed)),
    )
    expect((await readAccount(vault, chain.provider, 'latest', bob)).deposited).toBe(25_000_000n)

    // The snapshot: alice has 40 and takes out 15, bob has 25 and takes out 5.
    const before = await readVault(vault, chain.provider, 'latest')
    expect(before).toMatchObject({ reserves: 65_000_000n, outstanding: 65_000_000n, executed: SENTINEL })
    const planned = story.plan(
      1,
      2,
      [
        leaf('alice', 0n, {
          spendable: 20_000_000n,
          held: 5_000_000n,
          payout: 15_000_000n,
          deposited: 40_000_000n,
        }),
        leaf('bob', 3n, { spendable: 20_000_000n, payout: 5_000_000n, deposited: 25_000_000n }),
      ],
      [
        [
          { account: alice, amount: 15_000_000n },
          { account: bob, amount: 5_000_000n },
        ],
      ],
    )
    const commit = story.commitData(1, planned, before.executed)
    expect(await refusal('carol', commit)).toMatchObject({ name: 'AccessControlUnauthorizedAccount' })
    const [committed] = await send('operator', vault, commit)
    expect(committed).toMatchObject({ name: 'EpochCommitted', number: 1, epoch: planned.epoch })
    expect((await readVault(vault, chain.provider, 'latest')).pending).toEqual(planned.epoch)

    const batch = encodeExecuteBatch({ index: 0, records: planned.records[0]!, proof: [] })
    expect(await refusal('operator', batch)).toEqual({ name: 'EpochPending', args: [] })
    expect(await refusal('carol', encodeActivate())).toEqual({ name: 'TooEarly', args: [] })
    await chain.skip(CHALLENGE_DELAY)
    expect(await send('carol', vault, encodeActivate())).toEqual([{ name: 'EpochActivated', number: 1 }])

    // Bob's wallet refuses: he is owed, alice is paid all the same.
    await send('owner', token, encodeSetBlocked(bob, true))
    expect(await send('carol', vault, batch)).toEqual([
      { name: 'PayoutDeferred', account: bob, amount: 5_000_000n },
      { name: 'BatchExecuted', number: 1, index: 0, total: 20_000_000n, refused: 5_000_000n },
    ])
    expect(await balance(alice)).toBe(75_000_000n)
    expect((await readAccount(vault, chain.provider, 'latest', bob)).owed).toBe(5_000_000n)
    expect(await refusal('operator', batch)).toEqual({ name: 'BatchAlreadyExecuted', args: [] })

    await send('owner', token, encodeSetBlocked(bob, false))
    expect(await refusal('carol', encodeClaimOwed(bob, carol))).toEqual({ name: 'NotAccount', args: [] })
    expect(await send('bob', vault, encodeClaimOwed(bob, bob))).toEqual([
      { name: 'OwedClaimed', account: bob, to: bob, amount: 5_000_000n },
    ])
    expect(await balance(bob)).toBe(80_000_000n)

    const after = await readVault(vault, chain.provider, 'latest')
    expect(after).toMatchObject({ reserves: 45_000_000n, outstanding: 45_000_000n, pending: null })
    expect(after.executed).toBe(SENTINEL | 1n)
    expect(after.head).toMatchObject({ number: 1, pending: false, frozen: false, unpaid: 0n })
    expect(after.active).toEqual(planned.epoch)
    expect(after.totals).toEqual({ claimed: 0n, deposited: 65_000_000n, owed: 0n, exitPot: 0n })
    // As of an earlier block, the vault reads as it was then.
    expect(await readVault(vault, chain.provider, before.block.number)).toEqual(before)
  })
})

test('an epoch that promises more than the vault holds is refused, to the unit', async () => {
  await story.chain.undone(async () => {
    // Money that nobody deposited still backs an epoch.
    await story.send('carol', story.token, encodeTransfer(story.vault, 10_000_000n))
    const commit = (spendable: bigint) =>
      story.commitData(1, story.plan(1, 1, [story.leaf('alice', 0n, { spendable })]))
    expect(await story.refusal('operator', commit(10_000_001n))).toEqual({
      name: 'Insolvent',
      args: [10_000_000n, 10_000_001n],
    })
    expect(await story.refusal('operator', commit(10_000_000n))).toBe(null)
  })
})

test('a deposit for nobody, for the vault or for the token is refused', async () => {
  const { vault, token, refusal } = story
  await story.chain.undone(async () => {
    await story.send('carol', token, encodeApprove(vault, 10n))
    for (const account of [ZeroAddress, vault, token]) {
      expect(await refusal('carol', encodeDeposit(account, 10n))).toEqual({
        name: 'InvalidAccount',
        args: [account],
      })
    }
    expect(await refusal('carol', encodeDeposit(story.address('carol'), 0n))).toEqual({
      name: 'ZeroAmount',
      args: [],
    })
    expect(await refusal('carol', encodeDeposit(story.address('carol'), 10n))).toBe(null)
  })
})

test("bob's authorisation deposits for him, whoever sends it", async () => {
  const { vault, token } = story
  const [bob, nonce] = [story.address('bob'), `0x${'09'.repeat(32)}`]
  const typed = receiveAuthorizationTypedData(
    { chainId: 31337, token },
    { from: bob, to: vault, value: 30n, validAfter: 0n, validBefore: 4_000_000_000n, nonce },
  )
  const { v, r, s } = Signature.from(
    await story.wallet('bob').signTypedData(typed.domain, typed.types, typed.value),
  )
  await story.chain.undone(async () => {
    const data = vaultInterface.encodeFunctionData('depositWithAuthorization', [
      ...[bob, 30n, 0n, 4_000_000_000n, nonce, v, r, s],
    ])
    expect(await story.send('carol', vault, data)).toEqual([
      { name: 'Deposited', account: bob, payer: bob, amount: 30n },
    ])
  })
})
