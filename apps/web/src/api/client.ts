import { createClient } from '@rivulet/sdk'
import { watched } from './reach.ts'

/** The API that serves this page. Its `token` is the session's. */
export const api = createClient({ url: location.origin, fetch: watched, retry: { retries: 2 } })
