import { type RequestOptions, request } from 'node:http'
import { json } from 'node:stream/consumers'
import type { SignAnswer, Signer } from './signer.ts'
import { answerSchema, requestJson, type SignerPlace } from './wire.ts'

const TIMEOUT_MS = 5_000

/**
 * A signer in a process of its own.
 *
 * @param address whose signatures it gives, EIP-55; it is not asked for that, so it may come later than the worker
 * @param token of a signer on the loopback
 */
export function remoteSigner(address: string, place: SignerPlace, token?: string): Signer {
  const options: RequestOptions = {
    ...('path' in place ? { socketPath: place.path } : place),
    ...{ method: 'POST', path: '/sign', timeout: TIMEOUT_MS },
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
  }
  return {
    address,
    sign: (asked) =>
      new Promise<SignAnswer>((resolve, reject) => {
        const failed = (why: string) => reject(new Error(`the signer did not answer: ${why}`))
        const call = request(options, (response) => {
          if (response.statusCode !== 200) {
            response.resume()
            return failed(`status ${response.statusCode}`)
          }
          json(response).then(
            (body) => {
              const answer = answerSchema.safeParse(body)
              if (answer.success) resolve(answer.data)
              else failed('with something else than an answer')
            },
            () => failed('its answer was cut off'),
          )
        })
        call.on('timeout', () => call.destroy(new Error(`nothing for ${TIMEOUT_MS} ms`)))
        call.on('error', (error) => failed(error.message))
        call.end(requestJson(asked))
      }),
  }
}
