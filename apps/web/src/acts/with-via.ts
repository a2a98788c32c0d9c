import { ProblemError } from '@rivulet/sdk'

/**
 * Asks with the share that a post was reached through, and again without it where the API knows of none that was served to
 * this member: an address with a share may be passed on, or be old, and the post is there all the same.
 *
 * @throws ProblemError
 */
export async function withVia<T>(
  via: string | undefined,
  ask: (query: { via?: string }) => Promise<T>,
): Promise<T> {
  if (via === undefined) return ask({})
  try {
    return await ask({ via })
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'invalid_via') return ask({})
    throw error
  }
}
