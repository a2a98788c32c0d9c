import { ALICE, AT, BOB, ID, POST, SIGNATURE } from './people.ts'

const MESSAGE = `rivulet.example wants you to sign in with your Ethereum account:
${ALICE.address}

I am alice.

URI: https://rivulet.example
Version: 1
Chain ID: 31337
Nonce: r7Kq2mXw9vTb4cYz
Issued At: ${AT}`

/** On its way: `heldUntil` is there only while it is held, `automatic` only for a standing order's. */
const WITHDRAWAL = {
  ...{ id: ID, status: 'requested', amount: '2.5', to: ALICE.address, lane: 'push' },
  ...{ txHash: null, epoch: null },
}

/** Bodies that are not all their fields at once, and shapes whose fields must fit together. */
export const WHOLE: Record<string, unknown> = {
  'signIn body': { message: MESSAGE, signature: SIGNATURE },
  'changeMe body': { handle: 'alice', displayName: 'Alice', bio: 'I write about rivers.' },
  'publishPost body': { kind: 'note', text: 'Rivers run.', tags: ['water'] },
  'revisePost body': { text: '# Rivers\n\nThey run to the sea.' },
  TipRequest: { postId: POST, amount: '0.5', message: 'For the river.' },
  PledgeRequest: { amount: '1' },
  WithdrawalRequest: { amount: '2.5' },
  SubscriptionRequest: { memberId: ALICE.id, amount: '2', interval: 'month' },
  NewReport: { postId: POST, reason: 'spam', text: 'The same link, again and again.' },
  NewAction: { subject: { type: 'post', id: POST }, kind: 'remove_post', reason: 'It is an advertisement.' },
  WithdrawalQuoteRequest: { amount: '2.5', to: BOB.address },
  Withdrawal: WITHDRAWAL,
  Notification: {
    ...{ id: ID, kind: 'tip', ref: { type: 'tip', id: ID }, actor: BOB },
    body: { amount: '0.4875', postId: POST, message: 'For the river.', anonymous: false },
    ...{ createdAt: AT, readAt: null },
  },
  WebhookChanges: { events: ['tip'], enabled: true },
  NewWebhook: { url: 'https://bot.example.com/rivulet', events: ['tip', 'withdrawal'] },
  Author: ALICE,
}
