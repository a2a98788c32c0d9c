const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
])

/** What ethers says of a node that does not answer, or answers with an HTTP error. */
const ETHERS = new Set(['TIMEOUT', 'NETWORK_ERROR', 'SERVER_ERROR'])

/** PostgreSQL (appendix A of its manual): shutting down, starting up, too many connections, read-only standby. */
const POSTGRES = new Set(['57P01', '57P02', '57P03', '53300', '25006'])

/** Prisma's codes for a database that cannot be reached or closed the connection. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024'])

/** Node's Postgres driver throws these without a code. */
const DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/

/** The chain had to be asked, and did not answer in a way that means anything. */
export class ChainUnavailable extends Error {
  constructor(cause: unknown) {
    super('the chain does not answer', { cause })
  }
}

/** Whether an error means that the database or the chain does not answer, rather than that the code is wrong. */
export function isUnreachable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  if (error instanceof ChainUnavailable) return true
  const { code, message, cause, errors } = error as {
    code?: unknown
    message?: unknown
    cause?: unknown
    errors?: unknown
  }
  if (
    typeof code === 'string' &&
    (NETWORK.has(code) || ETHERS.has(code) || POSTGRES.has(code) || PRISMA.has(code) || code.startsWith('08'))
  )
    return true
  if (typeof message === 'string' && DRIVER.test(message)) return true
  if (Array.isArray(errors) && errors.some((one) => isUnreachable(one, depth + 1))) return true
  return isUnreachable(cause, depth + 1)
}

/** Statement or transaction timeout, lock timeout, a deadlock that outlasted its retries: too much at once. */
const TIMED_OUT = new Set(['57014', '25P04', '55P03', '40P01', '40001'])

export function isTimedOut(error: unknown): boolean {
  return TIMED_OUT.has(String((error as { code?: unknown })?.code))
}
