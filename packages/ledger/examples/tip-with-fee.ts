import { amountOf, feeUp, formatAmount, RESERVE } from '@rivulet/ledger'
import { dollars, eventId, onBook, show } from './book.ts'

// A tip with a fee: two rows of one event, which stand or fall together.

const DEPOSIT = 20
const TIP = 6
const FEE = 24

await onBook(async (ledger) => {
  const accounts = ['example:alice', 'example:bob', 'example:fees']
  const [alice, bob, fees] = accounts as [string, string, string]
  await ledger.open([RESERVE, ...accounts])
  await ledger.post([
    { id: eventId(1), leg: 0, debit: RESERVE, credit: alice, amount: dollars('10'), code: DEPOSIT },
  ])
  console.log('alice has deposited 10:')
  await show(ledger, ...accounts)

  const tip = async (event: number, amount: string) => {
    const whole = dollars(amount)
    const fee = feeUp(whole, 250)
    const net = amountOf(whole - fee)
    console.log(
      `\nalice tips bob ${amount}: ${formatAmount(net)} for him, ${formatAmount(fee)} for the house`,
    )
    const answers = await ledger.post([
      { id: eventId(event), leg: 0, debit: alice, credit: bob, amount: net, code: TIP },
      { id: eventId(event), leg: 1, debit: alice, credit: fees, amount: fee, code: FEE },
    ])
    console.log(`  answered ${answers.join(', ')}`)
    await show(ledger, ...accounts)
  }
  await tip(2, '4')
  await tip(3, '6.000000001')
  await tip(4, '6')
})
