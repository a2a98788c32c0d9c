import { decimalOf, nanoOf } from '../decimal.ts'
import type { Answer } from '../reckoning/deeds.ts'
import { until } from '../until.ts'
import { type Life, note, person, postId } from './life.ts'

type Paid = { amount: string; fee: string; net?: string; parts?: { amount: string }[] }

/** What arrived is told as a whole, in its parts, or both. */
function seenIn({ amount, fee, net, parts }: Paid): Answer {
  const arrived = parts?.reduce((sum, part) => sum + nanoOf(part.amount), 0n) ?? nanoOf(net ?? '')
  if (net !== undefined && nanoOf(net) !== arrived) throw new Error(`of ${net} ${arrived} nano arrived`)
  return { amount: nanoOf(amount), fee: nanoOf(fee), net: arrived }
}

export async function pledge(life: Life, who: string, amount: bigint): Promise<void> {
  await person(life, who).call('POST', '/v1/wallet/pledge', { amount: decimalOf(amount) })
  note(life, { did: 'pledge', who, amount })
}

/** Takes the rest of a pledge back. */
export async function unpledge(life: Life, who: string): Promise<void> {
  await person(life, who).call('DELETE', '/v1/wallet/pledge')
  note(life, { did: 'unpledge', who })
}

export async function tip(
  life: Life,
  who: string,
  post: string,
  { amount, ...said }: { amount: bigint; message?: string; anonymous?: boolean },
): Promise<Answer> {
  const body = { postId: postId(life, post), amount: decimalOf(amount), ...said }
  const answer = await person(life, who).call<Paid>('POST', '/v1/tips', body)
  return note(life, { did: 'tip', who, post, amount }, seenIn(answer))
}

export async function tipMember(life: Life, who: string, whom: string, amount: bigint): Promise<Answer> {
  const body = { memberId: person(life, whom).id, amount: decimalOf(amount) }
  const answer = await person(life, who).call<Paid>('POST', '/v1/tips', body)
  return note(life, { did: 'tip member', who, whom, amount }, seenIn(answer))
}

/** Subscribes to somebody by the month: the first month is paid at once. */
export async function subscribe(life: Life, who: string, whom: string, amount: bigint): Promise<Answer> {
  const body = { memberId: person(life, whom).id, amount: decimalOf(amount), interval: 'month' }
  const { charge } = await person(life, who).call<{ charge: Paid }>('POST', '/v1/subscriptions', body)
  return note(life, { did: 'charge', who, whom, amount }, seenIn(charge))
}

/** Buys a text, which nobody does twice: it would be answered as the first time. */
export async function unlock(life: Life, who: string, post: string): Promise<Answer> {
  const answer = await person(life, who).call<Paid>('POST', `/v1/posts/${postId(life, post)}/unlock`)
  return note(life, { did: 'unlock', who, post }, seenIn(answer))
}

/** Asks the operator for money to give away. */
export async function askForGrant(life: Life, who: string): Promise<bigint> {
  const answer = await person(life, who).call<{ amount: string }>('POST', '/v1/wallet/grants')
  const amount = nanoOf(answer.amount)
  note(life, { did: 'grant', who, amount })
  return amount
}

type Withdrawal = { id: string; status: string; txHash: string | null; epoch: number | null }

/** Withdraws to the own wallet, and waits until that is final on the chain. @returns the epoch that paid it, and its transaction */
export async function withdraw(
  life: Life,
  who: string,
  amount: bigint,
): Promise<{ epoch: number; txHash: string }> {
  const member = person(life, who)
  const body = { amount: decimalOf(amount) }
  const { id } = await member.call<Withdrawal>('POST', '/v1/wallet/withdrawals', body)
  note(life, { did: 'withdraw', who, amount })
  return until(
    `${who}'s withdrawal is final`,
    async () => {
      const now = await member.call<Withdrawal>('GET', `/v1/wallet/withdrawals/${id}`)
      if (['cancelled', 'owed', 'refunded'].includes(now.status)) throw new Error(`it is ${now.status}`)
      if (now.status !== 'confirmed' || now.epoch === null || now.txHash === null) return undefined
      return { epoch: now.epoch, txHash: now.txHash }
    },
    { seconds: 120, everyMs: 250 },
  )
}
