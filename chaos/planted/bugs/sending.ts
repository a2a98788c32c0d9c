import { type Bug, PARTS } from '../bug.ts'

const SEND = 'apps/worker/src/sender/send.ts'
const LANE = 'apps/worker/src/sender/lane.ts'
const STEP = 'apps/worker/src/settlement/step.ts'
const REREAD = '    const hash = reread(answer.raw, transaction, fees)\n'
const SUBMITTED =
  '      await withTransaction(pool, (tx) => markSubmitted(tx, { epoch: epoch.number, batch: index }))\n'
const ANSWER = '    if (this.#lastAnswer.get(hash) !== answer) log.info('

/** Gives the money of every withdrawal that is on its way back to its member. */
const REFUND = `      const { withTransaction } = await import('@rivulet/db')
      await withTransaction(this.#pool, async (tx) => {
        const { rows } = await tx.query("update withdrawals set status = 'refunded' where status in ('settling', 'submitted') returning id, member_id as member, amount, epoch")
        for (const w of rows) {
          await tx.query("insert into withdrawal_transitions (withdrawal_id, status) values ($1, 'refunded')", [w.id])
          await tx.query(
            "select ledger.post(array[$1::uuid], array[9::smallint], array[(select id from ledger.account where ref = 'settling:' || $2)], array[(select id from ledger.account where ref = 'member:' || $3 || ':available')], array[$4::bigint], array[26::smallint])",
            [w.id, w.epoch, w.member, w.amount],
          )
        }
      })
`

/** How bytes leave the house. */
export const SENDING: Bug[] = [
  {
    name: 'signs and sends in one call',
    why: 'thirdweb Engine: nobody knows the bytes when the process dies',
    edits: [
      {
        file: SEND,
        find: REREAD,
        replace: `${REREAD}    await this.#send(answer.raw)\n`,
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'saves the hash after it has sent',
    why: 'thirdweb Engine: killed in between, it signs another',
    edits: [
      {
        file: SEND,
        find: '    const saved = await saveAttempt(this.#pool, id, attempt)\n',
        replace: `    const told = await this.#send(answer.raw)
    const saved = told.includes('accepted') ? await saveAttempt(this.#pool, id, attempt) : 'late'
`,
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'frees a nonce when the node errs',
    why: 'thirdweb Engine: the answer was lost, and the transaction was not',
    edits: [
      {
        file: SEND,
        find: ANSWER,
        replace: `    if (answer !== 'accepted')
      await this.#pool.query("update chain_transactions set nonce = nonce + 1, status = 'reserved' where purpose = $1 and status = 'signed'", [purpose])
${ANSWER}`,
      },
    ],
    run: PARTS.fault('already known, and taken'),
  },
  {
    name: 'refunds when a send fails',
    why: 'an error is evidence of nothing',
    edits: [
      {
        file: SEND,
        find: ANSWER,
        replace: `    if (answer !== 'accepted' && purpose.includes('batch')) {\n${REFUND}    }\n${ANSWER}`,
      },
    ],
    run: PARTS.fault('nonce too low, and taken'),
  },
  {
    name: 'refunds when a receipt says that it failed',
    why: 'a receipt that is not final is a rumour',
    edits: [
      {
        file: SEND,
        find: '    if (blockNumber > finalNumber) return\n',
        replace: `    if (!succeeded && purpose.includes('batch')) {\n${REFUND}    }\n    if (blockNumber > finalNumber) return\n`,
      },
    ],
    run: PARTS.fault('a receipt that says it failed'),
  },
  {
    name: 'takes an error for “already known”, and that for done',
    why: 'OpenZeppelin Relayer: some transaction holds the nonce, not ours',
    edits: [
      {
        file: SEND,
        find: ANSWER,
        replace: `    if (answer !== 'accepted') this.#sentAt.set(hash, Number.MAX_SAFE_INTEGER)\n${ANSWER}`,
      },
    ],
    run: PARTS.fault('already known, and not taken'),
  },
  {
    name: 'sends once and never again',
    why: 'a pool forgets',
    edits: [
      {
        file: SEND,
        find: '    if (Date.now() - (this.#sentAt.get(hash) ?? 0) < RESEND_AFTER_MS) return\n',
        replace: '    if (this.#sentAt.has(hash)) return\n',
      },
    ],
    run: PARTS.dropped,
  },
  {
    name: 'calls the first receipt final',
    why: 'Engine: depth 1',
    edits: [{ file: SEND, find: '    if (blockNumber > finalNumber) return\n', replace: '' }],
    run: PARTS.reorgs,
  },
  {
    name: 'does not send again what was mined and is gone',
    why: 'no way back after a reorganisation',
    edits: [
      {
        file: SEND,
        find: "    if (transaction.status === 'mined') {\n",
        replace: "    if (transaction.status === 'mined') {\n      return\n",
      },
    ],
    run: PARTS.manyReorgs,
  },
  {
    name: 'leaves a nonce out',
    why: 'OpenZeppelin Relayer #818: a nonce that was drawn and not used stops all behind it',
    edits: [
      {
        file: LANE,
        find: 'rows.last === null ? count : rows.last + 1',
        replace: 'rows.last === null ? count : rows.last + 2',
      },
    ],
    run: PARTS.calm,
  },
  {
    name: 'confirms a withdrawal at its first receipt',
    why: 'zero-conf',
    edits: [
      {
        file: STEP,
        find: SUBMITTED,
        replace: `${SUBMITTED}    if (sent?.status === 'mined')
      await pool.query("update withdrawals set status = 'confirmed' where epoch = $1 and batch = $2", [epoch.number, index])
`,
      },
    ],
    run: PARTS.reorgs,
  },
]
