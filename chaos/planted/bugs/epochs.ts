import { type Bug, PARTS } from '../bug.ts'

/** What becomes of an epoch between its build and its end, and who has a say in it. */
export const EPOCHS: Bug[] = [
  {
    name: 'commits before the checker has spoken',
    why: 'a check that comes afterwards is a post-mortem',
    edits: [
      {
        file: 'apps/worker/src/settlement/settle.ts',
        find: '    if (!verdict && deps.checkerRequired) return',
        replace: '    if (!verdict && deps.everySeconds < 0) return',
      },
    ],
    run: PARTS.vetoes,
  },
  {
    name: 'keeps authorised what a discarded epoch would have paid',
    why: 'the next attempt authorises it again, and it is claimed twice',
    edits: [
      {
        file: 'packages/economy/src/payouts/give-back.ts',
        find: '  if (pulls.length === 0) return\n',
        replace: '  if (pulls.length >= 0) return\n',
      },
    ],
    run: PARTS.vetoes,
  },
  {
    name: 'has withdrawals of a discarded epoch wait without their money',
    why: 'they are paid by the next attempt, out of the money of others',
    edits: [
      {
        file: 'packages/economy/src/payouts/give-back.ts',
        find: '  await postFacts(\n    tx,\n    taken.map((w) => ({',
        replace: '  await postFacts(\n    tx,\n    taken.slice(1).map((w) => ({',
      },
    ],
    run: PARTS.vetoes,
  },
  {
    name: 'signs without writing it down',
    why: 'after a restart the signer knows of no cap and of no nonce',
    edits: [
      {
        file: 'apps/worker/src/signer/guarded.ts',
        find: '    if (verdict.isNew) journal.add(',
        replace: '    if (verdict.isNew && at < 0) journal.add(',
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'books a little less than was claimed',
    why: 'a withdrawal that is paid can be claimed again, by the books',
    edits: [
      {
        file: 'packages/economy/src/payouts/book-claim.ts',
        find: 'set claimed = w.claimed + p.amount',
        replace: 'set claimed = w.claimed + p.amount - 1',
      },
    ],
    run: PARTS.vetoes,
  },
]
