import { createPool } from '@rivulet/db'
import { PostgresLedger, type Transfer } from '@rivulet/ledger'
import type { Cell, Measure } from '../harness/bench.ts'
import { PLAIN_BATCH } from './baselines.ts'
import { drawTransfer, type Scene } from './scene.ts'

const ROWS = 500
/** Batches that are sent or on their way, so that the server does not wait while the next one is written down. */
const IN_FLIGHT = 2

type Write = (batch: Transfer[]) => Promise<unknown>

/** Batches of five hundred over one connection, each a transaction of its own. */
function batchCell(
  name: string,
  { to, book }: { to: 'hot' | 'uniform'; book: 'ledger' | 'plain' },
  writer: (scene: Scene) => { write: Write; end(): Promise<void> },
): Cell<Scene> {
  return {
    name,
    async measure(scene, { seconds }) {
      const { write, end } = writer(scene)
      try {
        return await repeat(seconds, async () => {
          await write(Array.from({ length: ROWS }, () => drawTransfer(scene.refs, to)))
          scene.acknowledged[book] += ROWS
        })
      } finally {
        await end()
      }
    },
  }
}

async function repeat(seconds: number, once: () => Promise<void>): Promise<Measure> {
  const begin = performance.now() + seconds * 100
  const end = begin + seconds * 1000
  const answered: number[] = []
  const line = async () => {
    while (performance.now() < end) {
      await once()
      if (performance.now() >= begin) answered.push(performance.now())
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, line))
  // From the first answer to the last: whole batches in exactly their time.
  const batches = answered.length - 1
  return { perSecond: (batches * ROWS * 1000) / (answered.at(-1)! - answered[0]!) }
}

function ledgerWriter({ database, ids }: Scene) {
  const connection = createPool(database.url, { max: 1 })
  const ledger = new PostgresLedger(connection, ids)
  return {
    end: () => connection.end(),
    async write(batch: Transfer[]) {
      const answers = await ledger.post(batch)
      if (answers.length !== ROWS || answers.some((answer) => answer !== 'ok')) {
        throw new Error(`a batch was answered ${[...new Set(answers)].join(', ')}`)
      }
    },
  }
}

function plainWriter({ database }: Scene) {
  const connection = createPool(database.url, { max: 1 })
  const array = (values: readonly (string | number | bigint)[]) => `{${values.join(',')}}`
  // The accounts of the plain table are numbers that mean nothing.
  const numberOf = (ref: string) => ref.slice('bench:'.length)
  return {
    end: () => connection.end(),
    async write(batch: Transfer[]) {
      const { rowCount } = await connection.query({
        name: 'batch',
        text: PLAIN_BATCH,
        values: [
          array(batch.map((row) => row.id)),
          array(batch.map((row) => row.leg)),
          array(batch.map((row) => numberOf(row.debit))),
          array(batch.map((row) => numberOf(row.credit))),
          array(batch.map((row) => row.amount)),
          array(batch.map((row) => row.code)),
        ],
      })
      if (rowCount !== ROWS) throw new Error(`of a plain batch, ${rowCount} rows were written`)
    },
  }
}

export const plainBatch = batchCell('plain insert, 500 a batch', { to: 'hot', book: 'plain' }, plainWriter)
export const hotBatch = batchCell('ledger, 500 a batch, hot', { to: 'hot', book: 'ledger' }, ledgerWriter)
export const uniformBatch = batchCell(
  'ledger, 500 a batch, uniform',
  { to: 'uniform', book: 'ledger' },
  ledgerWriter,
)
