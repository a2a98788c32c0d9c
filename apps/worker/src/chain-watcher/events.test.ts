import { vaultInterface } from '@rivulet/contracts'
import type { Log } from 'ethers'
import { expect, test } from 'vitest'
import { eventsOf } from './events.ts'

const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const BOB = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'

const log = (transactionHash: string, blockNumber: number, index: number, name: string, values: unknown[]) =>
  ({ ...vaultInterface.encodeEventLog(name, values), transactionHash, blockNumber, index }) as unknown as Log
const refusal = (tx: string, index: number, account: string, amount: bigint) =>
  log(tx, 5, index, 'PayoutDeferred', [account, amount])
const batch = (tx: string, index: number, of: number, total: bigint, refused: bigint) =>
  log(tx, 5, index, 'BatchExecuted', [3, of, total, refused])

test('refusals belong to the batch that ends them, also with two batches in one transaction', () => {
  const events = eventsOf([
    refusal('0xa', 0, ALICE, 5n),
    refusal('0xa', 1, BOB, 6n),
    batch('0xa', 2, 0, 20n, 11n),
    refusal('0xa', 3, BOB, 1n),
    batch('0xa', 4, 1, 9n, 1n),
    batch('0xb', 5, 2, 8n, 0n),
  ])
  expect(events.map((e) => ('refused' in e ? e.refused : []))).toEqual([
    [
      { account: ALICE, amount: 5n },
      { account: BOB, amount: 6n },
    ],
    [{ account: BOB, amount: 1n }],
    [],
  ])
})

test('events come in the order of the chain, whatever the order of the answer', () => {
  const deposit = (block: number, index: number, amount: bigint) =>
    log('0xa', block, index, 'Deposited', [ALICE, BOB, amount])
  const events = eventsOf([deposit(10, 0, 4n), deposit(9, 2, 3n), deposit(9, 1, 2n), deposit(2, 7, 1n)])
  expect(events.map((e) => [e.blockNumber, e.logIndex])).toEqual([
    [2n, 7],
    [9n, 1],
    [9n, 2],
    [10n, 0],
  ])
})

test.each([
  ['a refusal without its batch', [refusal('0xa', 0, ALICE, 5n)], 'belong to no batch'],
  [
    'a refusal of another transaction',
    [refusal('0xa', 0, ALICE, 5n), batch('0xb', 1, 0, 9n, 5n)],
    'belong to no batch',
  ],
  [
    'a batch without one of its refusals',
    [refusal('0xa', 0, ALICE, 5n), batch('0xa', 1, 0, 9n, 6n)],
    'do not add up to 6',
  ],
])('%s is an answer that is not complete', (_, logs, why) => {
  expect(() => eventsOf(logs)).toThrow(why)
})
