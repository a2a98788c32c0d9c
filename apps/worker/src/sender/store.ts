import { newId, notify, type Pool, type Tx, withTransaction } from '@rivulet/db'
import { keepHaltsOut, standingHalts } from '../rooms/halts.ts'
import type { Fees, Reserved, Signed } from './reread.ts'

/** Signed bytes that may be mined for a transaction, by whomever and whenever, until its nonce is spent at a final block. */
export type Attempt = Signed &
  Fees & {
    /** From 1. */
    number: number
    /** The latest block when it was kept. */
    block: number
    ageSeconds: number
  }

export type OpenTransaction = Reserved & {
  id: string
  purpose: string
  status: 'reserved' | 'signed' | 'mined'
  /** The latest first, which offers most. */
  attempts: Attempt[]
}

type AttemptJson = Omit<Attempt, keyof Fees> & Record<keyof Fees, string>

/** What the lane has not seen final yet, in the order of nonces. */
export async function openTransactions(
  pool: Pool,
  lane: { chainId: bigint; signer: string },
): Promise<OpenTransaction[]> {
  const { rows } = await pool.query<Omit<OpenTransaction, 'attempts'> & { attempts: AttemptJson[] }>(
    `select t.id, t.chain_id as "chainId", t.signer, t.nonce, t.purpose, t."to", t.data, t.gas_limit as "gasLimit",
            t.status, coalesce(a.attempts, '[]') as attempts
     from chain_transactions t
     left join lateral (
       select json_agg(json_build_object(
         'number', number, 'hash', hash, 'raw', raw, 'block', block_number,
         'maxFeePerGas', max_fee_per_gas::text, 'maxPriorityFeePerGas', max_priority_fee_per_gas::text,
         'ageSeconds', extract(epoch from now() - created_at)
       ) order by number desc) as attempts
       from chain_attempts where transaction_id = t.id
     ) a on true
     where t.status <> 'final' and t.chain_id = $1 and t.signer = $2
     order by t.nonce`,
    [lane.chainId, lane.signer],
  )
  return rows.map(({ attempts, ...row }) => ({ ...row, attempts: attempts.map(attemptOf) }))
}

const attemptOf = (json: AttemptJson): Attempt => ({
  ...json,
  maxFeePerGas: BigInt(json.maxFeePerGas),
  maxPriorityFeePerGas: BigInt(json.maxPriorityFeePerGas),
})

/**
 * Keeps signed bytes, before anybody has seen them: the first of a reserved transaction, or the next of one that is
 * signed and in no block.
 *
 * @returns `late` when another worker was first: its bytes are the ones to send; `halted` when settlement has come to
 * stand still while they were signed. These are to be forgotten then
 */
export function saveAttempt(
  pool: Pool,
  id: string,
  attempt: Omit<Attempt, 'ageSeconds'>,
): Promise<'kept' | 'late' | 'halted'> {
  const { number, hash, raw, block, maxFeePerGas, maxPriorityFeePerGas } = attempt
  return withTransaction(pool, async (tx) => {
    await keepHaltsOut(tx)
    if ((await standingHalts(tx, ['booking', 'settlement'])).length > 0) return 'halted'
    const row = await tx.query(
      'select from chain_transactions where id = $1 and status = $2 for no key update',
      [id, number === 1 ? 'reserved' : 'signed'],
    )
    if (row.rows.length === 0) return 'late'
    // Asked in a statement of its own: one that began before the lock was had would not see what the other has written.
    const last = await tx.query<{ number: number | null }>(
      'select max(number) as number from chain_attempts where transaction_id = $1',
      [id],
    )
    if ((last.rows[0]?.number ?? 0) !== number - 1) return 'late'
    await tx.query(
      `insert into chain_attempts
         (id, transaction_id, number, hash, raw, block_number, max_fee_per_gas, max_priority_fee_per_gas)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [newId(), id, number, hash, raw, block, maxFeePerGas, maxPriorityFeePerGas],
    )
    if (number === 1) await tx.query(`update chain_transactions set status = 'signed' where id = $1`, [id])
    return 'kept'
  })
}

/** Notes that an attempt is in a block, which may still vanish. */
export async function saveMined(
  pool: Pool,
  id: string,
  mined: { hash: string; blockNumber: number; succeeded: boolean },
): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const changed = await tx.query(
      `update chain_transactions set status = 'mined', hash = $2, block_number = $3, succeeded = $4
       where id = $1 and status <> 'final' and (status, hash, block_number) is distinct from ('mined', $2, $3)
       returning id`,
      [id, mined.hash, mined.blockNumber, mined.succeeded],
    )
    if (changed.rows.length > 0) await notify(tx, 'settlement')
  })
}

/** Notes that the block of a mined attempt is gone: the bytes are to be sent again. */
export async function saveUnmined(pool: Pool, id: string): Promise<void> {
  await pool.query(
    `update chain_transactions set status = 'signed', hash = null, block_number = null, succeeded = null
     where id = $1 and status = 'mined'`,
    [id],
  )
}

/** Notes that the block of a mined attempt is final: nothing about it changes any more. */
export async function saveFinal(pool: Pool, id: string, hash: string): Promise<void> {
  await pool.query(
    `update chain_transactions set status = 'final' where id = $1 and status = 'mined' and hash = $2`,
    [id, hash],
  )
}

export type SentState = {
  purpose: string
  status: 'reserved' | 'signed' | 'mined' | 'final'
  succeeded: boolean | null
  /** Where it was mined. */
  blockNumber: bigint | null
}

/**
 * The latest transaction for a purpose: the first one, or its latest repetition (`purpose#2`, …). There is a repetition
 * only where the one before was mined and failed.
 */
export async function latestFor(
  db: Pick<Pool, 'query'> | Tx,
  purpose: string,
): Promise<SentState | undefined> {
  let latest: SentState | undefined
  for (let turn = 1; ; turn++) {
    const { rows } = await db.query<SentState>(
      'select purpose, status, succeeded, block_number as "blockNumber" from chain_transactions where purpose = $1',
      [turn === 1 ? purpose : `${purpose}#${turn}`],
    )
    latest = rows[0] ?? latest
    if (rows[0]?.succeeded !== false) return latest
  }
}
