import { ledgerOf, newId, notify, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import type { Member, Wish, World } from './world.ts'

/** Nano in a token unit: the token has six decimals, the books nine. */
export const NANO = 1_000n
const WITHDRAWAL = 21
const [REQUEST_LEG, CANCEL_LEG] = [0, 1]

const account = (member: Member, name: string) => `member:${member.id}:${name}`

/** How a withdrawal leaves: pushed unless said, to the member's own wallet unless said. */
type Way = Partial<Pick<Wish, 'lane' | 'to'>>

/**
 * Has a member ask for a withdrawal, as the API writes it down; one to another address is held for a moment.
 * What PostgreSQL's death leaves unsure is noted as that: it is there or it is not.
 */
export async function wish(world: World, member: Member, units: bigint, way: Way = {}): Promise<Wish> {
  const made: Wish = { id: newId(), member, units, to: member.address, lane: 'push', sure: false, ...way }
  const status = made.to === member.address ? 'requested' : 'held'
  world.wishes.set(made.id, made)
  try {
    await withTransaction(world.pools.app, async (tx) => {
      const [answer] = await ledgerOf(tx).post([
        {
          ...{ id: made.id, leg: REQUEST_LEG, code: WITHDRAWAL, amount: amountOf(units * NANO) },
          ...{ debit: account(member, 'available'), credit: account(member, 'withdrawing') },
        },
      ])
      if (answer !== 'ok') throw new Refused(`a wish was answered ${answer}`)
      await tx.query(
        `insert into withdrawals (id, member_id, amount, "to", lane, status, held_until)
         values ($1, $2, $3, $4, $5, $6, now() + $7::interval)`,
        [made.id, member.id, units * NANO, made.to, made.lane, status, status === 'held' ? '0.3 s' : null],
      )
      await tx.query('insert into withdrawal_transitions (withdrawal_id, status) values ($1, $2)', [
        ...[made.id, status],
      ])
      await notify(tx, 'settlement')
    })
    made.sure = true
  } catch (error) {
    if (isAnswer(error)) throw error
  }
  return made
}

class Refused extends Error {}

/** PostgreSQL has spoken, and not died: what it says of data and statements is a fault of the harness's own. */
const isAnswer = (error: unknown) =>
  error instanceof Refused || /^(22|23|42)/.test(String((error as { code?: string }).code ?? ''))

/** Takes a wish back, where no epoch has taken it. @returns whether it was taken back, or undefined: nobody knows */
export async function takeBack(world: World, { id, member, units }: Wish): Promise<boolean | undefined> {
  try {
    return await withTransaction(world.pools.app, async (tx) => {
      const moved = await tx.query(
        `update withdrawals set status = 'cancelled' where id = $1 and status in ('requested', 'held') returning id`,
        [id],
      )
      if (moved.rows.length === 0) return false
      await tx.query(`insert into withdrawal_transitions (withdrawal_id, status) values ($1, 'cancelled')`, [
        id,
      ])
      const [answer] = await ledgerOf(tx).post([
        {
          ...{ id, leg: CANCEL_LEG, code: WITHDRAWAL, amount: amountOf(units * NANO) },
          ...{ debit: account(member, 'withdrawing'), credit: account(member, 'available') },
        },
      ])
      if (answer !== 'ok') throw new Refused(`taking back was answered ${answer}`)
      return true
    })
  } catch (error) {
    if (isAnswer(error)) throw error
    return undefined
  }
}

/** Some wishes of members drawn by chance, each of its own amount; some in the pull lane, some to another address. */
export async function wishSome(world: World, many: number): Promise<Wish[]> {
  const made: Wish[] = []
  for (let i = 0; i < many; i++) {
    const { chance, members, others } = world
    const drawn = chance.next()
    const way: Way = drawn < 0.12 ? { lane: 'pull' } : drawn < 0.2 ? { to: chance.one(others) } : {}
    made.push(await wish(world, chance.one(members), BigInt(chance.whole(1_000, 90_000)), way))
  }
  return made
}
