import type { core } from 'zod'
import type { Fault } from './problem.ts'

const MOST_FAULTS = 20

/** What the validator of a route throws when a request breaks its schema. */
export class InvalidInput extends Error {
  readonly faults: Fault[]

  /** @param part `body`, `querystring`, `params` or `headers` */
  constructor(part: string, issues: readonly core.$ZodIssue[]) {
    const faults = issues.flatMap(faultsOf).slice(0, MOST_FAULTS)
    const first = faults[0] ?? { pointer: '#', detail: 'is invalid' }
    super(`${part === 'body' ? '' : `${part} `}${first.pointer.slice(2) || 'the request'}: ${first.detail}`)
    this.faults = faults
  }
}

function faultsOf(issue: core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'unknown field' }))
  return [{ pointer: pointerTo(issue.path), detail: issue.message }]
}

/** A JSON pointer in its URI fragment form (RFC 6901 §6). Names are the client's own, so they may hold anything. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const parts = path.map((part) =>
    encodeURIComponent(
      String(part).toWellFormed().slice(0, 100).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'),
    ),
  )
  return ['#', ...parts].join('/')
}
