import { errorText } from '../log.ts'
import type { Chain } from './chain.ts'

/**
 * Sends signed bytes to every endpoint, so that one that keeps them to itself does not keep them from the chain.
 * @returns what each answered, in the order of the endpoints: `accepted`, or its error in one line. Never throws
 */
export function broadcast({ endpoints }: Pick<Chain, 'endpoints'>, raw: string): Promise<string[]> {
  return Promise.all(
    endpoints.map((endpoint) =>
      endpoint.send('eth_sendRawTransaction', [raw]).then(
        () => 'accepted',
        (error: unknown) => errorText(error),
      ),
    ),
  )
}
