/** What an API key may be made for. */
export const SCOPES = ['read', 'post', 'act', 'pay'] as const

export type Scope = (typeof SCOPES)[number]

/** What a call asks of an API key: a scope, or `session`, which no key has: only a signed-in member in person. */
export type ScopeNeed = Scope | 'session'

const NEEDS: readonly string[] = [...SCOPES, 'session']

/**
 * Refuses what no key could have, when the route is registered.
 * @throws Error for an unknown scope
 */
export function assertScope(scope: string | undefined, operationId: string): void {
  if (scope !== undefined && !NEEDS.includes(scope))
    throw new Error(`${operationId} asks for the scope ${scope}, which there is not`)
}

/** What a call asks of a key: what it says, else `read` for looking and a session for all that changes something. */
export function scopeNeeded(config: { scope?: ScopeNeed }, method: string): ScopeNeed {
  return config.scope ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'session')
}
