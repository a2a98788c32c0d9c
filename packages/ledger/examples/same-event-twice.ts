import { RESERVE } from '@rivulet/ledger'
import { dollars, eventId, onBook, show } from './book.ts'

// What happens when a client, a queue or a program that was killed sends the same event again.

await onBook(async (ledger) => {
  const [alice, bob] = ['example:alice', 'example:bob'] as const
  await ledger.open([RESERVE, alice, bob])
  const deposit = { id: eventId(1), leg: 0, debit: RESERVE, credit: alice, amount: dollars('1'), code: 20 }
  const like = { id: eventId(2), leg: 0, debit: alice, credit: bob, amount: dollars('0.0005'), code: 2 }

  console.log(`a deposit of 1, and a like of 0.0005: ${(await ledger.post([deposit, like])).join(', ')}`)
  await show(ledger, alice, bob)
  console.log(`\nthe same like again: ${await ledger.post([like])}`)
  console.log(`twice in one batch: ${(await ledger.post([like, like])).join(', ')}`)
  await show(ledger, alice, bob)
  console.log(`\nthe same id with another amount: ${await ledger.post([{ ...like, amount: dollars('5') }])}`)
  await show(ledger, alice, bob)

  const dear = { ...like, id: eventId(3), amount: dollars('2') }
  console.log(`\na like of 2, which she cannot pay: ${await ledger.post([dear])}`)
  console.log(`a refused row leaves no trace; sent again once she has 5 more:`)
  const more = { ...deposit, id: eventId(4), amount: dollars('5') }
  console.log(`  ${(await ledger.post([more, dear])).join(', ')}`)
  await show(ledger, alice, bob)
})
