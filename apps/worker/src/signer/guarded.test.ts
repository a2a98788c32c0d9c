import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  encodeActivate,
  encodeAnswerDemand,
  encodeClaim,
  encodeClaimOwed,
  encodeCommit,
  encodeDemandLeaf,
  encodeDeposit,
  encodeEnterExitMode,
  encodeExecuteBatch,
  encodeExit,
  encodeExitDeposit,
  encodePause,
  encodeRequestExit,
  encodeUnpause,
  encodeVeto,
  encodeVoidUnanswered,
  encodeWithdrawSurplus,
  packPayouts,
  vaultInterface,
} from '@rivulet/contracts'
import { temporaryFolder } from '@rivulet/stack'
import { Transaction, Wallet, ZeroHash } from 'ethers'
import { beforeEach, expect, test } from 'vitest'
import { guardedSigner } from './guarded.ts'
import { Journal } from './journal.ts'
import { outflowOf } from './outflow.ts'
import { callHash, type Policy } from './policy.ts'
import type { SignRequest } from './signer.ts'

// A key for nothing but this file.
const wallet = new Wallet(`0x${'11'.repeat(32)}`)
const vault = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const bob = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const policy: Policy = {
  ...{ chainId: 31337n, vault, maxFeePerGas: 500n, perTransaction: 100n, perDay: 250n, authorisedBefore: 0n },
}
const DAY = 86_400_000

let path: string
let now: number
beforeEach(() => {
  path = join(temporaryFolder('signer'), 'journal')
  now = 1_800_000_000_000
})

/** A signer as it is after a start: all it knows is in the journal. */
const started = (changes: Partial<Policy> = {}) =>
  guardedSigner(wallet, { ...policy, ...changes }, new Journal(path), () => now)
const request = (nonce: number, data: string, changes: Partial<SignRequest> = {}): SignRequest => ({
  ...{ chainId: 31337n, nonce, to: vault, data, gasLimit: 100_000n },
  ...{ maxFeePerGas: 30n, maxPriorityFeePerGas: 2n },
  ...changes,
})
const commit = (payoutTotal: bigint, authorisedTotal = 0n, number = 1) =>
  encodeCommit({
    epoch: {
      ...{ root: ZeroHash, payoutRoot: ZeroHash, gross: 0n, authorisedTotal, depth: 4 },
      ...{ depositsSeen: 0n, payoutTotal },
    },
    ...{ number, expectedExecuted: 0n, dataHash: ZeroHash },
  })
const batch = (...amounts: bigint[]) =>
  encodeExecuteBatch({
    ...{ index: 0, proof: [] },
    records: packPayouts(amounts.map((amount) => ({ account: bob, amount }))),
  })
const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1)
const answers = async (signer: ReturnType<typeof started>, ...requests: SignRequest[]) => {
  const said: string[] = []
  for (const one of requests) {
    const answer = await signer.sign(one)
    said.push(answer.ok ? 'ok' : answer.code)
  }
  return said
}
const leaf = {
  ...{ index: 3n, account: bob, authorised: 7n, spendable: 0n, held: 0n, payout: 0n, batch: 0 },
  ...{ deposited: 0n, salt: ZeroHash },
}

test('what each call lets out is read from the call itself', () => {
  expect(outflowOf(commit(40n, 7n))).toEqual({
    name: 'commit',
    outflow: { promised: 40n, authorised: 7n, paid: 0n },
  })
  expect(outflowOf(batch(1n, 20n))?.outflow).toEqual({ promised: 0n, authorised: 0n, paid: 21n })
  expect(outflowOf(encodeClaim(leaf, '0x', bob))?.outflow.paid).toBe(0n)
  expect(outflowOf(encodeClaim(leaf, '0x', vault))).toBeUndefined()
  expect(outflowOf(encodeAnswerDemand(leaf, leaf, '0x'))).toEqual({
    name: 'answerDemand',
    outflow: { promised: 0n, authorised: 0n, paid: 0n },
  })
})

test.each(
  Object.entries({
    pause: encodePause(),
    unpause: encodeUnpause(),
    veto: encodeVeto(),
    withdrawSurplus: encodeWithdrawSurplus(bob, 1n, `0x${'01'.repeat(32)}`),
    claimOwed: encodeClaimOwed(bob, bob),
    deposit: encodeDeposit(bob, 1n),
    requestExit: encodeRequestExit(leaf, '0x'),
    demandLeaf: encodeDemandLeaf(leaf, '0x'),
    voidUnanswered: encodeVoidUnanswered(),
    enterExitMode: encodeEnterExitMode(bob),
    exit: encodeExit(leaf, '0x', bob),
    exitDeposit: encodeExitDeposit(bob),
    grantRole: vaultInterface.encodeFunctionData('grantRole', [ZeroHash, bob]),
    'nothing at all': '0x',
    'a selector of nobody': '0xdeadbeef',
    'a commit with a byte after it': `${commit(1n)}00`,
  }),
)('%s is no call of a worker', (_, data) => {
  expect(outflowOf(data)).toBeUndefined()
})

test('killed between entry and answer: the entry counts, and the next time it is signed without another', async () => {
  const asked = request(0, batch(100n))
  new Journal(path).add({
    ...{ at: now, chainId: 31337n, signer: wallet.address, nonce: 0, call: callHash(asked) },
    ...{ promised: 0n, authorised: 0n, paid: 100n },
  })
  expect(await answers(started(), asked, request(1, batch(100n)), request(2, batch(51n)))).toEqual([
    ...['ok', 'ok', 'above_day_cap'],
  ])
  expect(lines()).toHaveLength(2)
})

test.each<[string, SignRequest, string]>([
  ['another chain', request(0, encodeActivate(), { chainId: 1n }), 'wrong_chain'],
  ['another target', request(0, encodeActivate(), { to: bob }), 'wrong_target'],
  [
    'a call no worker makes',
    request(0, encodeWithdrawSurplus(bob, 1n, `0x${'01'.repeat(32)}`)),
    'unknown_call',
  ],
  ['too high a fee', request(0, encodeActivate(), { maxFeePerGas: 501n }), 'fee_above_ceiling'],
  ['too much gas', request(0, encodeActivate(), { gasLimit: (1n << 24n) + 1n }), 'gas_above_limit'],
  ['too large a promise', request(0, commit(101n)), 'above_transaction_cap'],
  ['too much opened for claims', request(0, commit(50n, 51n)), 'above_transaction_cap'],
  ['too large a batch', request(0, batch(60n, 41n)), 'above_transaction_cap'],
])('%s is refused, and nothing of it stays in the journal', async (_, asked, code) => {
  expect(await answers(started(), asked)).toEqual([code])
  expect(lines()).toEqual([])
})

test('what is signed is a call without value, by the key, with what was asked', async () => {
  const answer = await started().sign(request(7, batch(5n)))
  expect(answer.ok).toBe(true)
  const read = Transaction.from((answer as { raw: string }).raw)
  expect([read.from, read.nonce, read.to, read.value, read.chainId]).toEqual([
    wallet.address,
    7,
    vault,
    0n,
    31337n,
  ])
})

test('a day lets out so much, of promises and of payments each, also over a restart', async () => {
  expect(await answers(started(), request(0, commit(100n)), request(1, batch(100n)))).toEqual(['ok', 'ok'])
  expect(await answers(started(), request(2, commit(100n, 0n, 2)), request(3, batch(100n)))).toEqual([
    'ok',
    'ok',
  ])
  const full = ['above_day_cap', 'above_day_cap', 'ok', 'ok']
  expect(
    await answers(
      started(),
      request(4, commit(51n, 0n, 3)),
      request(4, batch(51n)),
      request(4, commit(50n, 0n, 3)),
      request(5, encodeActivate()),
    ),
  ).toEqual(full)
  now += DAY - 1
  expect(await answers(started(), request(6, commit(1n, 0n, 4)))).toEqual(['above_day_cap'])
  now += 1
  expect(await answers(started(), request(6, commit(1n, 0n, 4)))).toEqual(['ok'])
})

test('a clock that is set back gives no second day', async () => {
  expect(await answers(started(), request(0, batch(100n)), request(1, batch(100n)))).toEqual(['ok', 'ok'])
  now -= 3 * DAY
  expect(await answers(started(), request(2, batch(51n)))).toEqual(['above_day_cap'])
})

test('what is open for claims counts by its growth, and once', async () => {
  const signer = started({ authorisedBefore: 1_000n })
  expect(await answers(signer, request(0, commit(0n, 1_100n)), request(1, commit(0n, 1_100n, 2)))).toEqual([
    'ok',
    'ok',
  ])
  expect(await answers(signer, request(2, commit(0n, 1_201n, 3)))).toEqual(['above_transaction_cap'])
  expect(
    await answers(signer, request(2, commit(50n, 1_150n, 3)), request(3, commit(0n, 1_201n, 4))),
  ).toEqual(['ok', 'above_day_cap'])
})

test('the same call for the same nonce is signed at any fee and counted once; another call is refused', async () => {
  const higher = { maxFeePerGas: 60n, maxPriorityFeePerGas: 4n, gasLimit: 200_000n }
  expect(await answers(started(), request(0, batch(100n)), request(0, batch(100n), higher))).toEqual([
    'ok',
    'ok',
  ])
  expect(await answers(started(), request(0, batch(100n)), request(0, batch(99n)))).toEqual([
    'ok',
    'nonce_used',
  ])
  expect(await answers(started(), request(0, encodeActivate()))).toEqual(['nonce_used'])
  expect(lines()).toHaveLength(1)
})

test('a line that was cut off is of a signature that never left; any other damage stops the signer', async () => {
  expect(await answers(started(), request(0, batch(100n)))).toEqual(['ok'])
  appendFileSync(path, lines()[0]!.slice(0, 60))
  expect(await answers(started(), request(1, batch(100n)))).toEqual(['ok'])
  expect(lines().map((line) => JSON.parse(line).nonce)).toEqual([0, 1])
  writeFileSync(path, `${lines()[0]!.slice(0, 60)}\n${lines()[1]}\n`)
  expect(() => new Journal(path)).toThrow('line 1 is no entry')
})
