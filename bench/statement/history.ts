import { createPool, newId } from '@rivulet/db'
import { memberAccount, memberRefs, RESERVE, REVENUE, STREAMS } from '@rivulet/economy'
import { amountOf, feeUp, PostgresLedger, type Transfer } from '@rivulet/ledger'
import type { BenchArguments } from '../harness/arguments.ts'
import type { BenchDatabase } from '../harness/database.ts'

/** The member whose statement is read. */
export const ALICE = '0190a11c-0000-7000-8000-000000000000'

/** Credits of alice's: likes of her posts. */
export const creditsOf = ({ quick }: BenchArguments) => (quick ? 4_000 : 1_000_000)

const MEMBERS = 1_000
const memberOf = (n: number) => `0190b0b0-0000-7000-8000-${String(n).padStart(12, '0')}`
const pledgeOf = (n: number) => memberAccount(memberOf(n), 'pledge')
const somebody = () => Math.floor(Math.random() * MEMBERS)

const LIKE = amountOf(500_000n)
const ENDOWMENT = amountOf(1_000_000_000_000_000n)

/** Of five hundred transfers in a row, alice gets so many; the rest goes to others. Then what she has is cleared. */
const CREDITS_A_BATCH = 400
const OTHERS_A_BATCH = 100

/**
 * Posts the history in its order: alice is liked, others are liked in between, and time and again what is pending
 * becomes available, less the fee. Now and then she sets something aside.
 */
export async function seed(template: BenchDatabase, arguments_: BenchArguments): Promise<void> {
  const pool = createPool(template.url, { max: 1 })
  try {
    const ledger = new PostgresLedger(pool)
    const pledges = Array.from({ length: MEMBERS }, (_, n) => pledgeOf(n))
    const others = Array.from({ length: MEMBERS }, (_, n) => memberAccount(memberOf(n), 'pending'))
    await ledger.open([RESERVE, REVENUE, ...pledges, ...others, ...memberRefs(ALICE)])
    await post(
      ledger,
      pledges.map((pledge) => transfer(RESERVE, pledge, ENDOWMENT, 'deposit')),
    )
    // Two on their way: while the server works on one, the next is written down.
    let sent = Promise.resolve()
    for (let at = 0; at < creditsOf(arguments_) / CREDITS_A_BATCH; at++) {
      const posting = post(ledger, chapter(at))
      await sent
      sent = posting
    }
    await sent
  } finally {
    await pool.end()
  }
}

async function post(ledger: PostgresLedger, transfers: Transfer[]): Promise<void> {
  const answers = await ledger.post(transfers)
  const refused = answers.find((answer) => answer !== 'ok')
  if (refused) throw new Error(`the history was answered ${refused}`)
}

function chapter(at: number): Transfer[] {
  const [available, pending, , pledge] = memberRefs(ALICE) as [string, string, string, string]
  const likes = Array.from({ length: CREDITS_A_BATCH + OTHERS_A_BATCH }, (_, i) => {
    const receiver = i % 5 === 4 ? memberAccount(memberOf(somebody()), 'pending') : pending
    return transfer(pledgeOf(somebody()), receiver, LIKE, 'like')
  })
  const gross = amountOf(LIKE * BigInt(CREDITS_A_BATCH))
  const fee = feeUp(gross, 500)
  const cleared = transfer(pending, available, amountOf(gross - fee), 'clearing')
  likes.push(cleared, { ...transfer(pending, REVENUE, fee, 'fee'), id: cleared.id, leg: 1 })
  if (at % 10 === 0) likes.push(transfer(available, pledge, LIKE, 'pledge'))
  return likes
}

function transfer(
  debit: string,
  credit: string,
  amount: Transfer['amount'],
  stream: keyof typeof STREAMS,
): Transfer {
  return { id: newId(), leg: 0, debit, credit, amount, code: STREAMS[stream] }
}
