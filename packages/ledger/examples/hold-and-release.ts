import { RESERVE } from '@rivulet/ledger'
import { dollars, eventId, onBook, show } from './book.ts'

// A hold is an account, not a flag: money that waits is somewhere, and can be nowhere else at the same time. So it is
// with withdrawals: available → withdrawing → settling → out of the book, or back.

const WITHDRAWAL = 21

await onBook(async (ledger) => {
  const [available, withdrawing, settling] = [
    'example:alice:available',
    'example:alice:withdrawing',
    'example:settling:7',
  ] as const
  await ledger.open([RESERVE, available, withdrawing, settling])
  let event = 0
  const move = async (what: string, debit: string, credit: string, amount: string) => {
    const row = { id: eventId(++event), leg: 0, debit, credit, amount: dollars(amount), code: WITHDRAWAL }
    console.log(`${what}: ${await ledger.post([row])}`)
    await show(ledger, available, withdrawing, settling)
  }

  await move('alice has deposited 10', RESERVE, available, '10')
  await move('she asks for 8', available, withdrawing, '8')
  await move('she tries to spend 3 of what is left', available, RESERVE, '3')
  await move('she changes her mind about 5', withdrawing, available, '5')
  await move('an epoch takes the other 3', withdrawing, settling, '3')
  await move('she would like those back, too', withdrawing, available, '3')
  await move('the payout is final on the chain', settling, RESERVE, '3')
})
