import { describe, expect, test } from 'vitest'
import { GWEI, laneOfEachTest, PATIENCE } from './lane.ts'

/*
 * The database is put back to a day before the last transactions: the chain knows more of the operator's key than the
 * books. Nothing is paid twice.
 */

const { open, rpc, owe, attempts, halts, paid, mineAt, world } = laneOfEachTest()

describe('books of an older day', () => {
  /** Puts the lane's rows back to how they were: as if the database came from a copy. */
  async function restore(what: 'without the last row' | 'before the last was signed'): Promise<void> {
    const last = `(select id from chain_transactions order by nonce desc limit 1)`
    await world().admin.query(`delete from chain_attempts where transaction_id = ${last}`)
    await world().admin.query(
      what === 'without the last row'
        ? `delete from chain_transactions where id = ${last}`
        : `update chain_transactions set status = 'reserved', hash = null, block_number = null, succeeded = null
           where id = ${last}`,
    )
  }

  test.each(['without the last row', 'before the last was signed'] as const)(
    '%s: halt, and no second payment',
    async (what) => {
      const worker = open()
      await owe(worker, 'first', 'second')
      await worker.send()
      await rpc('evm_mine')
      await worker.send()
      await restore(what)
      // Not final yet: nothing is raised, and nothing is signed or reserved either.
      const restarted = open()
      expect(await restarted.send()).toMatch(
        /signs nothing: the chain has 2 transactions .* the books know of 1/,
      )
      expect(await halts()).toEqual([])
      await expect(owe(restarted, 'third')).rejects.toThrow('no nonce for third')
      await mineAt(GWEI, 3)
      const isHalted = async () => {
        await mineAt(GWEI, 1)
        await restarted.send()
        return (await halts()).map(({ reason }) => reason)
      }
      await expect.poll(isHalted, PATIENCE).toEqual(['foreign transaction'])
      for (let turn = 0; turn < 5; turn++) {
        await mineAt(GWEI, 2)
        await restarted.send()
      }
      expect(await paid()).toBe(2n)
      expect((await attempts()).map(({ purpose }) => purpose)).toEqual(['first'])
    },
  )

  test('a replacement is lost with them: its nonce is spent by nobody known, so nothing more is signed', async () => {
    const worker = open()
    await owe(worker, 'first')
    await worker.send()
    await rpc('anvil_dropAllTransactions')
    await mineAt(20n * GWEI, 3)
    await worker.send()
    await rpc('evm_mine')
    await world().admin.query('delete from chain_attempts where number = 2')
    const restarted = open()
    await owe(restarted, 'second')
    expect(await restarted.send()).toContain(
      'signs nothing: nonce 0 is spent, and by nothing that is known yet',
    )
    const isHalted = async () => {
      await mineAt(GWEI, 1)
      await restarted.send()
      return (await halts()).map(({ reason }) => reason)
    }
    await expect.poll(isHalted, PATIENCE).toEqual(['foreign transaction'])
    expect((await attempts()).map(({ purpose, number }) => [purpose, number])).toEqual([['first', 1]])
    expect(await paid()).toBe(1n)
  })
})
