import { createHash } from 'node:crypto'
import type { PayoutWithdrawal } from '@rivulet/economy'
import type { Account, Backing } from '@rivulet/worker/settlement/leaves'
import { getAddress } from 'ethers'

/** As many recipients as an epoch can have. */
const RECIPIENTS = 255 * 500
const UNIT = 1_000n

const bytesOf = (what: string, index: number) => createHash('sha256').update(`${what} ${index}`).digest()

/** The exit secret of a place. */
export const secretOf = (index: bigint): Uint8Array => bytesOf('secret', Number(index))

/** Accounts with every kind of money, the treasury first, and what backs them. */
export function accountsOf(count: number): { accounts: Account[]; backing: Backing } {
  let backed = 0n
  const accounts = Array.from({ length: count }, (_, i): Account => {
    const random = bytesOf('account', i)
    const money = (at: number) => BigInt(random.readUInt32BE(at)) * 100n
    const account = {
      index: BigInt(i),
      // Checksummed addresses cost a hash each, which the books have paid long ago.
      address: i === 0 ? getAddress(`0x${'11'.repeat(20)}`) : `0x${random.subarray(0, 20).toString('hex')}`,
      ...{ authorised: 0n, deposited: BigInt(i % 7) * 1_000_000n },
      ...{ spendable: money(20), pending: money(24), reserved: money(28) },
    }
    backed += account.spendable + account.pending + account.reserved
    return account
  })
  const reserves = (backed / UNIT + 1n) * UNIT
  return { accounts, backing: { reserves, settling: 0n, owed: 0n, surplus: 0n } }
}

/** Withdrawals of so many that every batch is full, where there are enough members. */
export function withdrawalsOf(accounts: readonly Account[]): PayoutWithdrawal[] {
  return accounts.slice(1, 1 + RECIPIENTS).map(({ address }, i) => ({
    ...{ id: `${i}`, memberId: `${i}`, to: address, amount: BigInt(i + 1) * UNIT },
    ...{ lane: 'push', forced: false },
  }))
}
