import { formatAmount, RESERVE, type StatementCursor } from '@rivulet/ledger'
import { dollars, eventId, onBook } from './book.ts'

// A statement in pages: newest first, each entry with what the account held right after it. What is posted between two
// pages is on neither.

await onBook(async (ledger) => {
  const [alice, bob] = ['example:alice', 'example:bob'] as const
  await ledger.open([RESERVE, alice, bob])
  let event = 0
  const pay = (debit: string, credit: string, amount: string) =>
    ledger.post([{ id: eventId(++event), leg: 0, debit, credit, amount: dollars(amount), code: 1 }])
  await pay(RESERVE, alice, '10')
  for (const amount of ['1', '2', '3']) await pay(alice, bob, amount)
  await pay(bob, alice, '0.5')

  let cursor: StatementCursor | undefined
  for (let number = 1; number === 1 || cursor; number++) {
    const page = await ledger.statement({ accounts: [alice], limit: 2, cursor })
    console.log(`page ${number} of alice's statement`)
    for (const { amount, balanceAfter, counterpartRef } of page.entries)
      console.log(
        `  ${formatAmount(amount).padStart(5)}  ${formatAmount(balanceAfter).padStart(5)}  ${counterpartRef}`,
      )
    cursor = page.next
    if (cursor) console.log(`  (meanwhile bob is paid 0.25: ${await pay(alice, bob, '0.25')})`)
  }
})
