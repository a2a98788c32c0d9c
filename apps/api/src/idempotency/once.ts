import { createHash } from 'node:crypto'
import type { Tx } from '@rivulet/db'

/** A request that must not take effect twice, however often it is sent. */
export type OnceRequest<I> = {
  memberId: string
  /** Method and route: a key means something within it only. */
  route: string
  /** The client's Idempotency-Key. */
  key: string
  bodyHash: Buffer
  input: I
}

/** What was answered the first time: a success, or a refusal of the rules. */
export type Answer = { status: number; body: unknown }

export type OnceResult =
  | (Answer & { ok: true; replayed: boolean })
  | { ok: false; code: 'idempotency_mismatch' }

/**
 * Runs the requests whose key is new, and answers the others as they were answered the first time.
 *
 * The answer is kept in the transaction of the effect: both are there or neither is. A request whose twin is running
 * in another transaction waits for it. A key that comes back with another body is refused.
 *
 * @param run answers one input each; what it throws undoes everything and keeps nothing
 */
export async function once<I>(
  tx: Tx,
  requests: OnceRequest<I>[],
  run: (tx: Tx, inputs: I[]) => Promise<Answer[]>,
): Promise<OnceResult[]> {
  const names = requests.map(nameOf)
  // In one order, so that two batches with the same keys wait for each other one way only.
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(name, 0))
     from (select distinct name from unnest($1::text[]) as name order by name) sorted`,
    [names],
  )
  const known = await recordsOf(tx, requests)
  const fresh = new Map<string, OnceRequest<I>>()
  requests.forEach((request, i) => {
    const name = names[i] as string
    if (!known.has(name) && !fresh.has(name)) fresh.set(name, request)
  })

  const first = [...fresh.values()]
  const answers =
    first.length === 0
      ? []
      : await run(
          tx,
          first.map((request) => request.input),
        )
  await insertRecords(tx, first, answers)
  first.forEach((request, i) => {
    known.set(nameOf(request), { bodyHash: request.bodyHash, ...(answers[i] as Answer) })
  })

  return requests.map((request, i): OnceResult => {
    const record = known.get(names[i] as string)
    if (!record) throw new Error('a request was neither run nor known')
    if (!record.bodyHash.equals(request.bodyHash)) return { ok: false, code: 'idempotency_mismatch' }
    return { ok: true, status: record.status, body: record.body, replayed: !first.includes(request) }
  })
}

/** SHA-256 over a body with its keys in one order, so that the same wish written otherwise is the same wish. */
export function hashBody(body: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(sorted(body)) ?? '')
    .digest()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  )
}

const nameOf = ({ memberId, route, key }: OnceRequest<unknown>) => `${memberId} ${route} ${key}`

type Row = { bodyHash: Buffer; status: number; body: unknown }

async function recordsOf(tx: Tx, requests: OnceRequest<unknown>[]): Promise<Map<string, Row>> {
  const rows = await tx.query<Row & { memberId: string; route: string; key: string }>(
    `select r.member_id as "memberId", r.route, r.key, r.body_hash as "bodyHash", r.status, r.body
     from unnest($1::uuid[], $2::text[], $3::text[]) as k(member, route, key)
     join idempotency_records r on r.member_id = k.member and r.route = k.route and r.key = k.key`,
    [requests.map((r) => r.memberId), requests.map((r) => r.route), requests.map((r) => r.key)],
  )
  return new Map(rows.rows.map(({ memberId, route, key, ...row }) => [`${memberId} ${route} ${key}`, row]))
}

async function insertRecords(tx: Tx, requests: OnceRequest<unknown>[], answers: Answer[]): Promise<void> {
  if (requests.length === 0) return
  await tx.query(
    `insert into idempotency_records (member_id, route, key, body_hash, status, body)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::int[], $6::jsonb[])`,
    [
      requests.map((r) => r.memberId),
      requests.map((r) => r.route),
      requests.map((r) => r.key),
      requests.map((r) => r.bodyHash),
      answers.map((a) => a.status),
      answers.map((a) => JSON.stringify(a.body ?? null)),
    ],
  )
}
