import type { components } from './generated/schema.ts'

/** A refusal, as the API answers it (RFC 9457). `code` is stable, and listed in the document. */
export type Problem = components['schemas']['Problem']

/** A refusal that nobody looked at. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly problem: Problem
  readonly status: number

  constructor(problem: Problem, response: Response) {
    super(
      `${problem.code}: ${problem.detail ?? problem.title} (${new URL(response.url || 'http://-').pathname})`,
    )
    this.problem = problem
    this.status = response.status
  }

  /** As in the document: `insufficient_funds`, `blocked`, … */
  get code(): string {
    return this.problem.code
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response }

/**
 * The body of a success.
 *
 *     const post = ok(await client.GET('/v1/posts/{id}', { params: { path: { id } } }))
 *
 * @throws ProblemError for a refusal; Error for an answer that is not the API's
 */
export function ok<Data>({ data, error, response }: Answer<Data>): Data {
  if (response.ok) return data as Data
  if (isProblem(error)) throw new ProblemError(error, response)
  throw new Error(`${response.status} ${response.statusText}, and no problem document: is this a Rivulet?`)
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'title' in error
}
