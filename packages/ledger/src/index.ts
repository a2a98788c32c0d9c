export { type AccountId, type Balances, RESERVE } from './account.ts'
export { AccountIds } from './account-ids.ts'
export {
  type Amount,
  amountOf,
  feeUp,
  formatAmount,
  MAX_AMOUNT,
  NANO_PER_WHOLE,
  type ParsedAmount,
  parseAmount,
  splitByBps,
  splitByWeight,
} from './amount.ts'
export {
  type AuditOptions,
  type AuditReport,
  audit,
  type BrokenLaw,
  type OpenClearing,
  type Violation,
} from './auditor.ts'
export { type Checkpoint, lastCheckpoint, type TakenCheckpoint, takeCheckpoint } from './checkpoint.ts'
export type { Ledger } from './ledger.ts'
export { MemoryLedger } from './memory-ledger.ts'
export { type ExtendedPartitions, extendPartitions } from './partitions.ts'
export { PostgresLedger } from './postgres-ledger.ts'
export type { Queryable } from './queryable.ts'
export {
  decodeCursor,
  encodeCursor,
  type Side,
  type StatementCursor,
  type StatementEntry,
  type StatementPage,
  type StatementQuery,
} from './statement.ts'
export type { PostResult, Transfer } from './transfer.ts'
