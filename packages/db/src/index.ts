export { createDb, type Db } from './db.ts'
export { type GatherOptions, gathered, Overloaded } from './gather.ts'
export { GroupCommit, type GroupCommitOptions } from './group-commit.ts'
export { idAt, isId, newId } from './ids.ts'
export { accountIds, ledgerOf, readLedgerOf } from './ledger-of.ts'
export { createPool, type Pool } from './pool.ts'
export { Prisma, type PrismaClient } from './prisma.ts'
export {
  OutcomeUnknown,
  queryAndCommit,
  RunAgain,
  type TransactionOptions,
  type Tx,
  withTransaction,
} from './transaction.ts'
export { listen, notify } from './wake.ts'
