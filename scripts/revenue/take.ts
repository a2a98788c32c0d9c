import { surplusDebit } from '@rivulet/contracts'
import { type Pool, withTransaction } from '@rivulet/db'
import { epochWithout, type Rules, type TakeResult, takeRevenue } from '@rivulet/economy'
import { type Amount, formatAmount } from '@rivulet/ledger'

const REFUSALS: Record<Extract<TakeResult, { ok: false }>['code'], string> = {
  below_minimum: 'the amount must be above 0',
  too_many_places: 'the amount is finer than the token: give it fewer places',
  invalid_key: 'a key is 1 to 100 letters, digits and signs, without blanks',
  insufficient_funds: 'platform:revenue does not cover it',
  frozen: 'the vault is in exit mode: no surplus leaves it, and the treasury leaves by its leaf',
  key_used_otherwise: 'this key was used for another amount: take another key',
}

/** Takes revenue, and says what is to be done next. Run again with the same key it says how far that has come. */
export async function takeOut(
  pool: Pool,
  rules: Pick<Rules, 'unit'>,
  vault: string | undefined,
  wish: { amount: Amount; key: string },
): Promise<0 | 1> {
  const result = await withTransaction(pool, (tx) => takeRevenue(tx, rules, wish))
  if (!result.ok) {
    console.error(REFUSALS[result.code])
    return 1
  }
  const { id, amount, paidOutBy } = result.take
  const debit = surplusDebit(id)
  console.log(
    result.repeated
      ? 'this had been done already: nothing moved'
      : `${formatAmount(wish.amount)} moved from platform:revenue to chain:surplus`,
  )
  console.log(`debit ${debit}`)
  if (paidOutBy !== null) {
    console.log(`paid out by ${paidOutBy}: the debit is spent`)
    return 0
  }
  console.log(
    `as the treasurer, call withdrawSurplus(<to>, ${amount / rules.unit}, ${debit}) of ${vault ?? 'the vault'}`,
  )
  const epoch = await withTransaction(pool, (tx) => epochWithout(tx, id))
  console.log(
    epoch === undefined
      ? 'not yet: an epoch without this money must be active first, and none is; ask again with the same key'
      : `epoch ${epoch}, which is without this money, is active: the vault lets it go`,
  )
  return 0
}
