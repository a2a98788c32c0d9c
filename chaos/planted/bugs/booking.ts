import { type Bug, PARTS } from '../bug.ts'

const WATCH = 'apps/worker/src/chain-watcher/watch.ts'
const BOOK = 'apps/worker/src/chain-watcher/book.ts'
const BUILD = 'apps/worker/src/settlement/build.ts'
const HALTS = 'apps/worker/src/rooms/halts.ts'
const DEPOSITS = 'packages/economy/src/deposits/book-deposits.ts'
const BATCH = 'packages/economy/src/payouts/book-batch.ts'
const PAYOUTS = 'packages/economy/src/payouts/start-payouts.ts'
const EVENTS = 'packages/economy/src/chain-events/store.ts'
const VAULT = 'packages/contracts/solidity/SettlementVault.sol'

const MOVE = '    if (!(await moveCursor(tx, chain.id, cursor, to))) return false\n'
const COMPLETE = '    if (events.length > 0 || seen.sums !== sums) await requireComplete(tx, rules, vault)\n'
const AUTOCOMMIT = 'pool as unknown as Tx'

/** What the books make of the chain, and of an epoch. */
export const BOOKING: Bug[] = [
  {
    name: 'credits a deposit at first sight',
    why: 'a block that is not final may vanish',
    edits: [
      {
        file: WATCH,
        find: "endpoint.getBlock('finalized')",
        replace: "endpoint.getBlock('latest')",
      },
    ],
    run: PARTS.reorgs,
  },
  {
    name: 'moves the cursor before it credits',
    why: 'what breaks in between is never read again',
    edits: [
      {
        file: WATCH,
        find: MOVE,
        replace:
          '    if (!(await withTransaction(pool, (own) => moveCursor(own, chain.id, cursor, to)))) return false\n',
      },
    ],
    run: PARTS.fault('no logs'),
  },
  {
    name: 'credits before it moves the cursor, and knows no event again',
    why: 'killed in between, it credits twice',
    edits: [
      { file: WATCH, find: MOVE, replace: '' },
      {
        file: WATCH,
        find: '  if (isMine && sums) seen.sums = sums\n',
        replace:
          '  await withTransaction(pool, (tx) => moveCursor(tx, chain.id, cursor, to))\n  if (isMine && sums) seen.sums = sums\n',
      },
      {
        file: WATCH,
        find: COMPLETE,
        replace: '',
      },
      {
        file: EVENTS,
        find: 'noted.has(id) ? id : undefined',
        replace: 'id',
      },
    ],
    run: PARTS.killAt('after commit of insert chain_events deposit'),
  },
  {
    name: 'believes that the logs are all',
    why: 'a node that lags answers with none',
    edits: [
      {
        file: WATCH,
        find: COMPLETE,
        replace: '    void requireComplete\n',
      },
    ],
    run: PARTS.fault('no logs'),
  },
  {
    name: 'does not notice a reorganisation past finality',
    why: 'what is booked is on another chain',
    edits: [
      {
        file: WATCH,
        find: '  if (booked !== cursor.hash) return',
        replace: '  if (booked !== cursor.hash && final.number < 0) return',
      },
    ],
    run: PARTS.pastFinality,
  },
  {
    name: 'goes on paying in a halt of booking',
    why: 'a halt that halts nothing',
    edits: [
      {
        file: HALTS,
        find: 'where cleared_at is null and scope = any($1::text[])',
        replace: 'where cleared_at is null and scope = any($1::text[]) and cardinality($1::text[]) = 1',
      },
    ],
    run: PARTS.pastFinality,
  },
  {
    name: 'raises no halt',
    why: 'an old snapshot was restored, and it goes on',
    edits: [
      {
        file: HALTS,
        find: '  await db.query(\n    `with alone as',
        replace: '  if (halt.scope) return\n  await db.query(\n    `with alone as',
      },
    ],
    run: PARTS.snapshot,
  },
  {
    name: 'credits a deposit to who paid it',
    why: 'an exchange deposits for its customers',
    edits: [
      {
        file: BOOK,
        find: '{ ...place, chainId, account: event.account, amount: event.amount }',
        replace: '{ ...place, chainId, account: event.payer, amount: event.amount }',
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'books a payment in token units',
    why: 'Bithumb: a unit is a factor',
    edits: [
      {
        file: BATCH,
        find: '(batch.total - refusedTotal) * rules.unit',
        replace: 'batch.total - refusedTotal',
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'credits a deposit a thousandfold',
    why: 'the same, the other way',
    edits: [
      {
        file: DEPOSITS,
        find: '      amount: nano(amount),\n',
        replace: '      amount: nano(amount * 1_000n),\n',
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'takes a withdrawal into an epoch without its money',
    why: 'it is paid, and still there to be spent',
    edits: [
      {
        file: PAYOUTS,
        find: '  if (withdrawals.length === 0) return\n',
        replace: '  if (withdrawals.length >= 0) return\n',
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'writes an epoch down in many transactions',
    why: 'killed in between, half of it is there',
    edits: [
      {
        file: BUILD,
        find: '  const result = await withTransaction(deps.pool, (tx) => build(tx, deps))\n',
        replace: `  void withTransaction\n  const result = await build(deps.${AUTOCOMMIT}, deps)\n`,
      },
    ],
    run: PARTS.killAt('after commit of insert epochs'),
  },
  {
    name: 'books a range in many transactions',
    why: 'killed in between, half of it is there',
    edits: [
      {
        file: WATCH,
        find: '  const isMine = await withTransaction(pool, async (tx) => {\n',
        replace: `  const isMine = await ((work: (tx: never) => Promise<boolean>) => work(pool as never))(async (tx) => {\n`,
      },
    ],
    run: PARTS.killAt('after commit of insert chain_events'),
  },
  {
    name: 'has a vault that knows neither what it executed nor how much is left to pay',
    why: 'anybody may execute a batch, and again',
    edits: [
      {
        file: VAULT,
        find: '        if (_isExecuted(bitmap, index)) revert BatchAlreadyExecuted();\n',
        replace: '',
      },
      {
        file: VAULT,
        find: '        if (total > current.unpaid) revert BatchesOverdrawn();\n',
        replace: '        if (total > current.unpaid) total = current.unpaid;\n',
      },
    ],
    prepare: 'packages/contracts/compile.ts',
    run: PARTS.resurrected,
  },
]
