import { getAddress, toUtf8Bytes, ZeroAddress } from 'ethers'
import { fromHex, keccak, putUint, readUint, toHex } from './bytes.ts'

/** More recipients than this could outgrow a transaction's gas limit (EIP-7825) on a costly token. */
export const MAX_PAYOUTS_PER_BATCH = 500

/** Batches an epoch can name, 0 to 254. */
export const MAX_BATCHES = 255

/** One recipient of a batch; the amount is in token units. */
export type Payout = { account: string; amount: bigint }

const RECORD = 32
const batchTypeHash = keccak(toUtf8Bytes('Batch(bytes32 domain,uint32 number,uint256 index,bytes32 records)'))

/**
 * Packs recipients as `executeBatch` takes them: address (20 bytes) ‖ amount (12 bytes) each, as 0x-hex.
 *
 * @throws RangeError for an empty batch, one of more than 500, the zero address, and an amount that is zero or beyond
 * 96 bits.
 */
export function packPayouts(payouts: readonly Payout[]): string {
  if (payouts.length === 0 || payouts.length > MAX_PAYOUTS_PER_BATCH) {
    throw new RangeError(`a batch of ${payouts.length} payouts`)
  }
  const records = new Uint8Array(payouts.length * RECORD)
  payouts.forEach(({ account, amount }, i) => {
    if (account === ZeroAddress) throw new RangeError('a payout to the zero address')
    if (amount === 0n) throw new RangeError(`a payout of zero to ${account}`)
    records.set(fromHex(account, 20), i * RECORD)
    putUint(records, i * RECORD + 20, 12, amount)
  })
  return toHex(records)
}

/** What `packPayouts` packed. Throws a RangeError when it isn't a whole number of records. */
export function unpackPayouts(records: string): Payout[] {
  const bytes = fromHex(records)
  if (bytes.length % RECORD !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole number of records`)
  const payouts: Payout[] = []
  for (let at = 0; at < bytes.length; at += RECORD) {
    const account = getAddress(toHex(bytes.subarray(at, at + 20)))
    payouts.push({ account, amount: readUint(bytes, at + 20, 12) })
  }
  return payouts
}

/**
 * Splits an epoch's payouts into batches of at most 500, in the order given; a batch's place in the list is its number.
 *
 * @throws RangeError for more than 255 batches: the rest belongs to the next epoch.
 */
export function splitIntoBatches(payouts: readonly Payout[]): Payout[][] {
  const batches: Payout[][] = []
  for (let at = 0; at < payouts.length; at += MAX_PAYOUTS_PER_BATCH) {
    batches.push(payouts.slice(at, at + MAX_PAYOUTS_PER_BATCH))
  }
  if (batches.length > MAX_BATCHES) throw new RangeError(`${batches.length} batches in one epoch`)
  return batches
}

/**
 * A batch's hash, as `SettlementVault.batchHash` computes it.
 *
 * @param number The epoch's number.
 * @param index The batch's number in the epoch, 0 to 254.
 * @param records See `packPayouts`.
 */
export function batchHash(domainSeparator: string, number: number, index: number, records: string): string {
  const words = new Uint8Array(5 * 32)
  words.set(batchTypeHash, 0)
  words.set(fromHex(domainSeparator, 32), 32)
  putUint(words, 2 * 32, 32, BigInt(number), 32)
  putUint(words, 3 * 32, 32, BigInt(index))
  words.set(keccak(fromHex(records)), 4 * 32)
  return toHex(keccak(keccak(words)))
}
