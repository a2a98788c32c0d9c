import { Signature, ZeroAddress, ZeroHash } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployTo, startChain, type TestChain } from '../test/chain.ts'
import { batchHash, packPayouts } from './batch.ts'
import {
  dollarContract,
  encodeApprove,
  encodeMint,
  encodeSetBlocked,
  encodeTransfer,
  permitTypedData,
} from './dollar.ts'
import { domainSeparator } from './domain.ts'
import { type Leaf, leafHash, leafSum } from './leaf.ts'
import { buildPayoutTree } from './payout-tree.ts'
import { buildSumTree } from './sum-tree.ts'
import {
  type Epoch,
  encodeActivate,
  encodeClaimOwed,
  encodeCommit,
  encodeDeposit,
  encodeDepositWithPermit,
  encodeExecuteBatch,
} from './vault.ts'
import { parseVaultRevert } from './vault-errors.ts'
import { parseVaultEvent, type VaultEvent } from './vault-events.ts'
import { readAccount, readVault } from './vault-state.ts'

const [OWNER, OPERATOR, , , ALICE, BOB, CAROL] = [0, 1, 2, 3, 4, 5, 6] as const
const CHALLENGE_DELAY = 60
const SENTINEL = 1n << 255n

let chain: TestChain
let token: string
let vault: string
let domain: string
let fresh: string

beforeAll(async () => {
  chain = await startChain()
  ;({ token, vault } = await deployTo(chain, { challengeDelaySeconds: CHALLENGE_DELAY }))
  domain = domainSeparator(31337, vault)
  for (const who of [ALICE, BOB, CAROL])
    await send(OWNER, token, encodeMint(chain.address(who), 100_000_000n))
  fresh = await chain.provider.send('evm_snapshot', [])
})

afterAll(async () => {
  await chain?.stop()
})

/** Sends and waits; answers with the vault's events. A revert throws, with its data, before anything is sent. */
async function send(from: number, to: string, data: string): Promise<VaultEvent[]> {
  await chain.provider.call({ from: chain.address(from), to, data })
  const sent = await chain.signer(from).sendTransaction({ to, data, gasLimit: 1_000_000 })
  const receipt = await sent.wait()
  return receipt!.logs.filter((log) => log.address === vault).flatMap((log) => parseVaultEvent(log) ?? [])
}

async function refusal(from: number, to: string, data: string) {
  const outcome = await send(from, to, data).catch((error: unknown) => parseVaultRevert(error))
  if (Array.isArray(outcome)) throw new Error('was not refused')
  return outcome
}

function balance(of: string): Promise<bigint> {
  return dollarContract(token, chain.provider).getFunction('balanceOf')(of)
}

function leaf(who: number, index: bigint, amounts: Partial<Leaf>): Leaf {
  return {
    index,
    account: chain.address(who),
    authorised: 0n,
    spendable: 0n,
    held: 0n,
    payout: 0n,
    batch: 0,
    deposited: 0n,
    salt: `0x${'5a'.repeat(32)}`,
    ...amounts,
  }
}

function epochOf(leaves: Leaf[], depth: number, payoutRoot: string): Epoch {
  const places = leaves.map((l) => ({ index: l.index, hash: leafHash(domain, l), sum: leafSum(l) }))
  const tree = buildSumTree(places, depth)
  const sum = (field: 'authorised' | 'deposited' | 'payout') => leaves.reduce((all, l) => all + l[field], 0n)
  return {
    root: tree.root,
    payoutRoot,
    gross: tree.total,
    authorisedTotal: sum('authorised'),
    depth,
    depositsSeen: sum('deposited'),
    payoutTotal: sum('payout'),
  }
}

test('alice and bob deposit, are paid by a batch, and bob collects what his blocked wallet refused', async () => {
  const alice = chain.address(ALICE)
  const bob = chain.address(BOB)

  // Alice approves and deposits 40 dollars; bob signs a permit for 25 and needs no approval.
  await send(ALICE, token, encodeApprove(vault, 40_000_000n))
  expect(await send(ALICE, vault, encodeDeposit(alice, 40_000_000n))).toEqual([
    { name: 'Deposited', account: alice, payer: alice, amount: 40_000_000n },
  ])
  const permit = { owner: bob, spender: vault, value: 25_000_000n, nonce: 0n, deadline: 4_000_000_000n }
  const typed = permitTypedData({ chainId: 31337, token }, permit)
  const signed = Signature.from(await chain.signer(BOB).signTypedData(typed.domain, typed.types, typed.value))
  await send(BOB, vault, encodeDepositWithPermit(bob, 25_000_000n, permit.deadline, signed))
  expect((await readAccount(vault, chain.provider, 'latest', bob)).deposited).toBe(25_000_000n)

  // The snapshot: alice has 40 and takes out 15, bob has 25 and takes out 5.
  const before = await readVault(vault, chain.provider, 'latest')
  expect(before).toMatchObject({ reserves: 65_000_000n, outstanding: 65_000_000n, executed: SENTINEL })
  const leaves = [
    leaf(ALICE, 0n, {
      spendable: 20_000_000n,
      held: 5_000_000n,
      payout: 15_000_000n,
      deposited: 40_000_000n,
    }),
    leaf(BOB, 3n, { spendable: 20_000_000n, payout: 5_000_000n, deposited: 25_000_000n }),
  ]
  const records = packPayouts([
    { account: alice, amount: 15_000_000n },
    { account: bob, amount: 5_000_000n },
  ])
  const payouts = buildPayoutTree([batchHash(domain, 1, 0, records)])
  const epoch = epochOf(leaves, 2, payouts.root)
  const dataHash = `0x${'da'.repeat(32)}`
  const commit = encodeCommit({ epoch, number: 1, expectedExecuted: before.executed, dataHash })

  expect((await refusal(CAROL, vault, commit))?.name).toBe('AccessControlUnauthorizedAccount')
  const [committed] = await send(OPERATOR, vault, commit)
  expect(committed).toMatchObject({ name: 'EpochCommitted', number: 1, epoch, dataHash })
  expect((await readVault(vault, chain.provider, 'latest')).pending).toEqual(epoch)

  const batch = encodeExecuteBatch({ index: 0, records, proof: payouts.proof(0) })
  expect(await refusal(OPERATOR, vault, batch)).toEqual({ name: 'EpochPending', args: [] })
  expect(await refusal(CAROL, vault, encodeActivate())).toEqual({ name: 'TooEarly', args: [] })
  await chain.skip(CHALLENGE_DELAY)
  expect(await send(CAROL, vault, encodeActivate())).toEqual([{ name: 'EpochActivated', number: 1 }])

  // Bob's wallet refuses: he is owed, alice is paid all the same.
  await send(OWNER, token, encodeSetBlocked(bob, true))
  expect(await send(OPERATOR, vault, batch)).toEqual([
    { name: 'PayoutDeferred', account: bob, amount: 5_000_000n },
    { name: 'BatchExecuted', number: 1, index: 0, total: 20_000_000n, refused: 5_000_000n },
  ])
  expect(await balance(alice)).toBe(75_000_000n)
  expect((await readAccount(vault, chain.provider, 'latest', bob)).owed).toBe(5_000_000n)
  expect(await refusal(OPERATOR, vault, batch)).toEqual({ name: 'BatchAlreadyExecuted', args: [] })

  await send(OWNER, token, encodeSetBlocked(bob, false))
  expect(await refusal(CAROL, vault, encodeClaimOwed(bob, chain.address(CAROL)))).toMatchObject({
    name: 'NotAccount',
  })
  expect(await send(BOB, vault, encodeClaimOwed(bob, bob))).toEqual([
    { name: 'OwedClaimed', account: bob, to: bob, amount: 5_000_000n },
  ])
  expect(await balance(bob)).toBe(80_000_000n)

  const after = await readVault(vault, chain.provider, 'latest')
  expect(after).toMatchObject({ reserves: 45_000_000n, outstanding: 45_000_000n, executed: SENTINEL | 1n })
  expect(after.head).toMatchObject({ number: 1, pending: false, frozen: false, unpaid: 0n })
  expect(after.active).toEqual(epoch)
  expect(after.totals).toEqual({ claimed: 0n, deposited: 65_000_000n, owed: 0n, exitPot: 0n })
})

test('an epoch that promises more than the vault holds is refused, to the unit', async () => {
  await chain.provider.send('evm_revert', [fresh])
  fresh = await chain.provider.send('evm_snapshot', [])
  for (const who of [OPERATOR, ALICE, CAROL]) (chain.signer(who) as { reset?: () => void }).reset?.()
  await send(CAROL, token, encodeTransfer(vault, 10_000_000n)) // money that nobody deposited still backs an epoch
  const commit = (spendable: bigint) =>
    encodeCommit({
      epoch: epochOf([leaf(ALICE, 0n, { spendable })], 1, ZeroHash),
      number: 1,
      expectedExecuted: SENTINEL,
      dataHash: ZeroHash,
    })

  expect(await refusal(OPERATOR, vault, commit(10_000_001n))).toEqual({
    name: 'Insolvent',
    args: [10_000_000n, 10_000_001n],
  })
  expect(await send(OPERATOR, vault, commit(10_000_000n))).toHaveLength(1)
})

test('a deposit for nobody, for the vault or for the token is refused', async () => {
  await chain.provider.send('evm_revert', [fresh])
  for (const who of [OPERATOR, ALICE, CAROL]) (chain.signer(who) as { reset?: () => void }).reset?.()
  await send(CAROL, token, encodeApprove(vault, 10n))
  for (const account of [ZeroAddress, vault, token]) {
    expect(await refusal(CAROL, vault, encodeDeposit(account, 10n))).toEqual({
      name: 'InvalidAccount',
      args: [account],
    })
  }
  expect(await refusal(CAROL, vault, encodeDeposit(chain.address(CAROL), 0n))).toEqual({
    name: 'ZeroAmount',
    args: [],
  })
})
