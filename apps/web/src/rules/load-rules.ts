import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'

export type Rules = components['schemas']['Rules']

/** The rules in force. @throws ProblemError when none were ever put in force; TypeError when the API does not answer */
export const loadRules = async (signal: AbortSignal): Promise<Rules> =>
  ok(await api.GET('/v1/rules', { signal }))
